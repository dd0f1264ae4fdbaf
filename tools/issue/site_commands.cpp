// Vaccination sites, and the doses that they sign.

#include <cstdio>

#include "batch.h"
#include "certificate/issue_dose.h"
#include "command.h"
#include "commands.h"
#include "issuing.h"
#include "made.h"
#include "sites.h"

namespace lachan::trust {

using certificate::DoseForm;
using command::Arguments;

namespace {

/// The site whose key is made: that of the key before, or a new one under a code that no other has.
Result<Site> wanted_site(const Arguments& arguments, const Sites& sites) {
    if (arguments.has("--after")) {
        const bool says_more = arguments.has("--code") || arguments.has("--title") || arguments.has("--unit");
        if (says_more) return usage("--after takes over --code, --title and --unit");
        // Also one that has ended or was withdrawn: a site whose key was lost goes on, and no verifier waits for the next one.
        const SiteKey* old = sites.named(arguments.value("--after"));
        if (old == nullptr) return Error{Errc::not_found, "issue.site", "no site has a key " + arguments.value("--after")};
        return old->site;
    }
    Site site{TRY(required(arguments, "--code")), TRY(required(arguments, "--title")), TRY(required(arguments, "--unit"))};
    TRY(check_site(site));
    if (const SiteKey* other = sites.with_code(site.code); other != nullptr) {
        const std::string file = "sites/" + other->name + ".pem";
        return Error{Errc::conflict, "issue.site", "the code " + site.code + " is that of " + file + "; --after " + other->name + " makes its next key"};
    }
    return site;
}

/// A site's key with what its certificate says.
struct SigningSite {
    SiteKey key;
    SigningKey secret;
};

/// Errc::rejected with rule issue.site when it may not sign now.
Result<SigningSite> site_in_force(const std::string& folder, const std::string& name, Instant now) {
    Identity identity = TRY(read_site(folder, name));
    const Sites sites = TRY(Sites::read(folder));
    const SiteKey& key = *sites.named(name);
    if (key.is_withdrawn) return Error{Errc::rejected, "issue.site", name + " is withdrawn"};
    if (now < key.not_before || key.not_after < now) return Error{Errc::rejected, "issue.site", name + " is not in force"};
    return SigningSite{key, std::move(identity.key)};
}

Result<std::string> sign_dose(const Json& row, DoseForm form, const SigningSite& site, Instant now, certificate::NewCodes codes) {
    const Json dose = certificate::normal_dose(row, form);
    const Day today = day_in_vietnam(now);
    TRY(certificate::check_dose(dose, form, {site.key.site.code, site.key.country}, today, now, codes));
    const std::string input = certificate::dose_signing_input(dose, form, today, site.key.kid);
    const std::string record = input + "." + to_base64url(TRY(site.secret.sign(bytes_of(input))));
    // What the centre would not read does not leave.
    TRY(certificate::read_dose_record(record));
    return record;
}

}  // namespace

Result<void> make_site_files(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const std::string name = TRY(required(arguments, "--name"));
    const Identity authority = TRY(read_authority(folder));
    const Site site = TRY(wanted_site(arguments, TRY(Sites::read(folder))));
    const auto days = TRY(arguments.number("--days", 730, kMostDays));
    const Naming of_authority = TRY(naming_of(authority.certificate));
    TRY(keep_site(folder, name, TRY(make_site({of_authority.country, of_authority.organisation, name}, site, now, after(now, days), authority))));
    std::printf("%s/sites/%s.pem\n", folder.c_str(), name.c_str());
    return {};
}

Result<void> sign_doses(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const auto form = certificate::dose_form_named(arguments.value("--form", "certificate"));
    if (!form) return usage("--form is certificate, ddcc, seal or card");
    const SigningSite site = TRY(site_in_force(folder, TRY(required(arguments, "--site")), now));
    const auto codes = arguments.has("--allow-new-codes") ? certificate::NewCodes::taken : certificate::NewCodes::refused;
    const auto rows = TRY(rows_of(arguments, certificate::dose_columns(*form)));
    std::string lines;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto record = sign_dose(rows[i], *form, site, now, codes);
        if (!record) return at_row(record.error(), i);
        lines += *record + "\n";
    }
    std::fputs(lines.c_str(), stdout);
    return {};
}

Result<void> withdraw_named_site(const Arguments& arguments) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const std::string name = arguments.value("--site");
    const Sites sites = TRY(Sites::read(folder));
    const SiteKey* key = sites.named(name);
    if (key == nullptr) return Error{Errc::not_found, "issue.site", "no site has a key " + name};
    TRY(withdraw_site(folder, *key));
    std::printf("%s is withdrawn: what it signed is certified no more\n", name.c_str());
    return {};
}

}  // namespace lachan::trust
