#include "sites.h"

#include <algorithm>
#include <filesystem>

#include "certificate/strict.h"
#include "certificate/x509_reader.h"
#include "issuing.h"
#include "kernel/text.h"
#include "trust/revocation_source.h"

namespace lachan::trust {

namespace {

constexpr const char* kRule = "issue.site";
constexpr std::size_t kLongestCode = 20;
/// What a subject may hold under its name (RFC 5280, upper bounds).
constexpr std::size_t kLongestName = 64;
/// Withdrawn keys of sites stand apart from what is published: no verifier ever meets one.
constexpr certificate::Scheme kScheme = certificate::Scheme::lachan;

std::filesystem::path withdrawn_in(const std::string& folder) { return std::filesystem::path(folder) / "sites" / "withdrawn.json"; }

Error in_site(const std::string& name, const std::string& why) { return Error{Errc::rejected, kRule, "sites/" + name + ".pem: " + why}; }

bool is_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<SiteKey> read_key(const std::string& folder, const std::string& name, const Bytes& authority, const std::vector<Bytes>& withdrawn) {
    const Bytes der = TRY(site_certificate(folder, name));
    if (!is_site_under(der, authority)) return in_site(name, "no certificate of a vaccination site under this authority");
    const auto certificate = TRY(certificate::read_certificate(der));
    SiteKey key{name, TRY(site_of(der)), certificate.subject_country, sha256(der), certificate.spki, certificate.not_before, certificate.not_after};
    const auto is_sound = check_site(key.site);
    if (!is_sound) return in_site(name, is_sound.error().detail);
    key.is_withdrawn = std::find(withdrawn.begin(), withdrawn.end(), Bytes(key.kid.begin(), key.kid.end())) != withdrawn.end();
    return key;
}

}  // namespace

bool SiteKey::is_good_on(Day day) const { return day_in_vietnam(not_before) <= day && day <= day_in_vietnam(not_after); }

Result<Sites> Sites::read(const std::string& folder) {
    Sites sites;
    const auto names = TRY(site_names(folder));
    if (names.empty()) return sites;
    const Bytes authority = TRY(authority_certificate(folder));
    const auto withdrawn = TRY(withdrawn_keys(withdrawn_in(folder), kScheme));
    for (const std::string& name : names) {
        SiteKey key = TRY(read_key(folder, name, authority, withdrawn));
        const SiteKey* other = sites.with_code(key.site.code);
        if (other != nullptr && (other->site.name != key.site.name || other->site.unit != key.site.unit)) {
            return in_site(name, "the code " + key.site.code + " is that of another site, sites/" + other->name + ".pem");
        }
        sites.by_code_.try_emplace(key.site.code, sites.keys_.size());
        sites.by_kid_.try_emplace(Bytes(key.kid.begin(), key.kid.end()), sites.keys_.size());
        sites.keys_.push_back(std::move(key));
    }
    return sites;
}

const SiteKey* Sites::with_code(std::string_view code) const {
    const auto found = by_code_.find(code);
    return found == by_code_.end() ? nullptr : &keys_[found->second];
}

const SiteKey* Sites::with_kid(const Bytes& kid) const {
    const auto found = by_kid_.find(kid);
    return found == by_kid_.end() ? nullptr : &keys_[found->second];
}

const SiteKey* Sites::named(std::string_view name) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(), [name](const SiteKey& key) { return key.name == name; });
    return found == keys_.end() ? nullptr : &*found;
}

Result<void> check_site(const Site& site) {
    Violations found;
    const auto require = [&found](bool holds, const char* field, const char* say) {
        if (!holds) found.push_back({field, kRule, {{"say", say}}});
    };
    const bool is_code = !site.code.empty() && site.code.size() <= kLongestCode && std::all_of(site.code.begin(), site.code.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    require(is_code, "code", "capitals, digits and -, at most 20");
    const bool is_name = !site.name.empty() && code_points(site.name) <= kLongestName && is_nfc(site.name) && trim(site.name) == site.name &&
                         !has_control(site.name);
    require(is_name, "title", "one line of at most 64 characters");
    const std::size_t digits = site.unit.size();
    require(is_digits(site.unit) && (digits == 2 || digits == 3 || digits == 5), "unit", "the code of a province, district or commune");
    if (!found.empty()) return certificate::refusal(found);
    return {};
}

Result<void> withdraw_site(const std::string& folder, const SiteKey& key) {
    return add_withdrawn_key(withdrawn_in(folder), kScheme, Bytes(key.kid.begin(), key.kid.end()));
}

}  // namespace lachan::trust
