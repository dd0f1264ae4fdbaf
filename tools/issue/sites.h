#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "authority.h"
#include "kernel/crypto.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// The vaccination sites of an authority: one code, one or more keys that followed each other.
namespace lachan::trust {

/// A site's certificate, whose every part was looked at.
struct SiteKey {
    /// The name of its file.
    std::string name;
    Site site;
    /// Two letters.
    std::string country;
    Sha256 kid{};
    Bytes spki;
    Instant not_before;
    Instant not_after;
    bool is_withdrawn = false;

    /// Whether it was in force on some part of `day`.
    bool is_good_on(Day day) const;
};

class Sites {
public:
    /// All certificates of the folder's sites. Errc::rejected with rule issue.site when one is not that of a site under the authority, or when
    /// two different sites have one code.
    static Result<Sites> read(const std::string& folder);

    /// A key of the site with this code; nullptr when there is none.
    const SiteKey* with_code(std::string_view code) const;
    const SiteKey* with_kid(const Bytes& kid) const;
    const SiteKey* named(std::string_view name) const;

private:
    std::vector<SiteKey> keys_;
    /// Places in `keys_`: there may be a site in every commune.
    std::map<std::string, std::size_t, std::less<>> by_code_;
    std::map<Bytes, std::size_t> by_kid_;
};

/// What keeps a site from being made: its code (letters in capitals, digits and -), its name of one line, or its unit. Rule issue.site.
Result<void> check_site(const Site& site);

/// Withdraws a key: whatever it signed is refused from now on, whatever day it says.
Result<void> withdraw_site(const std::string& folder, const SiteKey& key);

}  // namespace lachan::trust
