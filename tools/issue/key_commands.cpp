// Keys, lists of them, and what is taken back.

#include <cstdio>
#include <filesystem>

#include "certificate/issue_card.h"
#include "certificate/own_place.h"
#include "certificate/packed_signers.h"
#include "certificate/revocation_write.h"
#include "certificate/x509_reader.h"
#include "command.h"
#include "command/files.h"
#include "commands.h"
#include "keys.h"
#include "trust/list_key.h"
#include "trust/publish.h"
#include "trust/revocation_source.h"
#include "x509.h"

namespace lachan::trust {

namespace fs = std::filesystem;
using certificate::Algorithm;
using certificate::Scheme;
using certificate::Signer;
using command::Arguments;
using command::write_file;

namespace {

constexpr const char* kOwnSigners = "own-signers.pem";
constexpr const char* kOctets = "application/octet-stream";

Result<certificate::KeyUsage> usage_of(const std::string& list) {
    certificate::KeyUsage usages;
    for (const char c : list) {
        if (c == 'v') usages.vaccination = true;
        else if (c == 't') usages.test = true;
        else if (c == 'r') usages.recovery = true;
        else if (c != ',') return usage("--usage holds v, t and r");
    }
    return usages;
}

Result<certificate::TrustBundle> list_of_signers(const Arguments& arguments, const std::string& folder,
                                                 const std::vector<std::string>& names, Instant now) {
    certificate::TrustBundle list;
    list.number = TRY(arguments.number("--number", now.ms / 60'000));
    list.issued_at = Instant{now.ms / 1000 * 1000};
    list.valid_until = after(list.issued_at, TRY(arguments.number("--days", 30, kMostDays)));
    for (const std::string& name : names) list.signers.push_back(TRY(listed_signer(folder, name)));
    if (!TRY(names_for(folder, Signs::seals)).empty()) {
        list.signers.push_back(TRY(certificate::authority_from_certificate(TRY(authority_certificate(folder)))));
    }
    return list;
}

/// What a new signer is to be.
struct Wanted {
    Algorithm algorithm = Algorithm::es256;
    certificate::KeyUsage usage;
    bool is_own = false;
    std::string host;
};

Result<Wanted> as_before(const std::string& folder, const std::string& name, Instant now) {
    const Signer old = TRY(read_signer(folder, name)).signer;
    if (old.not_after < now) return Error{Errc::rejected, "issue.rotation", "the old signer has ended already"};
    return Wanted{old.algorithm, old.usage, old.scheme == Scheme::lachan, old.issuer};
}

/// As the signer before it, where there is one, but for what is said anew.
Result<Wanted> wanted_signer(const Arguments& arguments, const std::string& folder, Instant now) {
    Wanted wanted;
    if (arguments.has("--after")) wanted = TRY(as_before(folder, arguments.value("--after"), now));
    if (arguments.has("--own") && arguments.has("--after") && !wanted.is_own) return usage("--own: the signer before is none of our own codes");
    wanted.is_own |= arguments.has("--own");
    if (arguments.has("--usage")) wanted.usage = TRY(usage_of(arguments.value("--usage")));
    if (arguments.has("--host")) wanted.host = arguments.value("--host");
    if (!wanted.host.empty() && (!wanted.is_own || !certificate::is_host(wanted.host))) return usage("--host is a host in lower case, for --own");
    const bool has_other_usage = wanted.usage.vaccination || wanted.usage.recovery;
    if (wanted.is_own && has_other_usage) return usage("--usage of a signer of our own codes is t");
    if (!arguments.has("--algorithm")) return wanted;
    const auto named = certificate::algorithm_named(arguments.value("--algorithm"));
    const Algorithm other = wanted.is_own ? Algorithm::eddsa : Algorithm::ps256;
    if (!named || (*named != Algorithm::es256 && *named != other)) {
        return usage(wanted.is_own ? "--algorithm is ES256 or EdDSA" : "--algorithm is ES256 or PS256");
    }
    wanted.algorithm = *named;
    return wanted;
}

Result<void> write_pem(const std::string& folder, const char* file, const std::vector<std::string>& names) {
    std::string pem;
    for (const std::string& name : names) pem += to_pem(TRY(signer_certificate(folder, name)));
    return write_file(folder + "/" + file, pem);
}

}  // namespace

Result<void> make_authority_files(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const std::string country = TRY(required(arguments, "--country"));
    const std::string organisation = TRY(required(arguments, "--organisation"));
    if (country.size() != 2) return usage("--country is two letters");
    const auto days = TRY(arguments.number("--days", 3650, kMostDays));
    const Naming name{country, organisation, arguments.value("--name", "CSCA " + country)};
    TRY(keep_authority(folder, TRY(make_authority(name, now, after(now, days)))));
    std::printf("%s/authority.pem\n", folder.c_str());
    return {};
}

Result<void> make_signer_files(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const std::string name = TRY(required(arguments, "--name"));
    const Identity authority = TRY(read_authority(folder));
    const Wanted wanted = TRY(wanted_signer(arguments, folder, now));
    const auto days = TRY(arguments.number("--days", 730, kMostDays));
    const Naming of_authority = TRY(naming_of(authority.certificate));
    const Naming naming{of_authority.country, of_authority.organisation, name};
    const bool is_for_seals = arguments.has("--seals");
    if (is_for_seals && (arguments.has("--algorithm") || arguments.has("--usage") || arguments.has("--after") || wanted.is_own)) {
        return usage("--seals goes with none of --algorithm, --usage, --after and --own");
    }
    const Instant until = after(now, days);
    const Identity signer = is_for_seals      ? TRY(make_seal_signer(naming, now, until, authority))
                            : wanted.is_own   ? TRY(make_own_signer(naming, wanted.algorithm, wanted.usage, wanted.host, now, until, authority))
                                              : TRY(make_signer(naming, wanted.algorithm, wanted.usage, now, until, authority));
    TRY(keep_signer(folder, name, signer));
    std::printf("%s/signers/%s.pem\n", folder.c_str(), name.c_str());
    return {};
}

Result<void> make_list(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    auto names = TRY(names_in_force(folder, Signs::certificates));
    TRY(write_pem(folder, "signers.pem", names));
    const auto own = TRY(names_in_force(folder, Signs::own));
    // The last one may have been withdrawn: a file that was written before must not go on naming it.
    if (!own.empty() || fs::exists(fs::path(folder) / kOwnSigners)) TRY(write_pem(folder, kOwnSigners, own));
    names.insert(names.end(), own.begin(), own.end());
    const std::string text = certificate::to_json(TRY(list_of_signers(arguments, folder, names, now))).dump(1) + "\n";
    const auto list = TRY(certificate::TrustBundle::parse(text));
    const std::string out = arguments.value("--out", folder + "/trust.json");
    TRY(write_file(out, text));
    std::printf("%zu signers in %s\n", list.signers.size(), out.c_str());
    return {};
}

Result<void> show_key_set(const Arguments& arguments, Instant) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const auto names = TRY(names_in_force(folder, Signs::certificates));
    Json keys = Json::array();
    for (const std::string& name : names) {
        const Signer signer = TRY(listed_signer(folder, name));
        if (signer.algorithm == Algorithm::es256) keys.push_back(TRY(certificate::card_key(signer.spki)));
    }
    std::printf("%s\n", Json{{"keys", keys}}.dump(1).c_str());
    return {};
}

Result<void> take_back(const Arguments& arguments, Instant) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const bool is_of_site = arguments.has("--site");
    if (is_of_site + arguments.has("--signer") + !arguments.operands.empty() > 1) return usage("either --signer, --site or identifiers");
    if (is_of_site) return withdraw_named_site(arguments);
    if (arguments.has("--signer")) {
        const std::string name = arguments.value("--signer");
        const Signer signer = TRY(listed_signer(folder, name));
        // Seals name their authority, not their signer.
        if (TRY(purpose_of(folder, name)) == Signs::seals) TRY(add_to_serials(folder, {to_hex(TRY(serial_of(folder, name)))}));
        else TRY(add_withdrawn_key(revoked_in(folder), signer.scheme, signer.kid));
        std::printf("%s is withdrawn from the next bundle on\n", name.c_str());
        return {};
    }
    if (arguments.operands.empty()) return usage("revoke needs identifiers, --signer or --site");
    Instant expires;
    if (arguments.has("--expires")) {
        const auto last = Day::parse(arguments.value("--expires"));
        if (!last) return usage("--expires needs a day as YYYY-MM-DD");
        expires = start_in_vietnam(*last + 1);
    }
    const std::size_t added = TRY(add_to_revoked(folder, arguments.operands, expires));
    std::printf("%zu taken back, %zu were already\n", added, arguments.operands.size() - added);
    return {};
}

/// Here withdrawn signers stay: a verifier says that the key was withdrawn, not that it has never heard of it.
Result<void> make_bundle(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const std::string out = TRY(required(arguments, "--out"));
    const auto own = TRY(names_for(folder, Signs::own));
    auto names = TRY(names_for(folder, Signs::certificates));
    names.insert(names.end(), own.begin(), own.end());
    certificate::TrustBundle list = TRY(list_of_signers(arguments, folder, names, now));
    list.number = TRY(arguments.number("--number", latest_number(out) + 1));
    list = TRY(certificate::TrustBundle::parse(certificate::to_json(list).dump()));
    TRY(add_to_list(folder, Scheme::hcert, {}, {}));
    if (!own.empty()) TRY(add_to_list(folder, Scheme::lachan, {}, {}));
    if (!TRY(names_for(folder, Signs::seals)).empty()) TRY(add_to_serials(folder, {}));
    certificate::RevocationSet revoked;
    TRY(read_revocations(revoked_in(folder), list.signers, now, {}, revoked));
    const std::string key = folder + "/list-key.pem";
    const ListSigner signer = fs::exists(key) ? TRY(read_list_key(key)) : TRY(make_list_key(key, std::nullopt));
    const std::vector<certificate::Section> sections{
        {certificate::kSignersSection, kOctets, "1", certificate::write_signers(list.signers)},
        {certificate::kRevocationSection, kOctets, "1", certificate::to_bytes(revoked)}};
    const auto published = TRY(publish(out, {list.number, 0, list.issued_at, list.valid_until, {}}, sections, signer));
    std::printf("%s: %zu signers, %zu bytes, %zu deltas\n", bundle_file(out, list.number).c_str(), list.signers.size(), published.bytes,
                published.deltas.size());
    return {};
}

}  // namespace lachan::trust
