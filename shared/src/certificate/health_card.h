#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/bundle.h"
#include "kernel/json.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// The most parts of a set, and the longest JWS they may make (CERTIFICATES section 9).
constexpr std::size_t kMostParts = 16;
constexpr std::size_t kMostJwsBytes = 32 * 1024;

/// Puts the parts of a SMART Health Card together, in whatever order they are read. A card in one code is a set of one.
class Collector {
public:
    /// Takes the text of one code. The same part again changes nothing. Errc::malformed with rule prefix-missing or
    /// numeric; Errc::rejected with size-limit; Errc::conflict with rule chunk-foreign for a part of another set, or
    /// chunk-conflict when a part comes twice with different content. A part that is refused leaves the set as it was.
    Result<void> add(std::string_view text);

    std::size_t total() const { return parts_.size(); }
    /// Numbers of the parts that were not read yet, from 1.
    std::vector<std::size_t> missing() const;
    bool is_complete() const { return !parts_.empty() && missing().empty(); }
    /// The JWS, once the set is complete.
    std::string jws() const;

private:
    /// Digits of each part; "" until it is read.
    std::vector<std::string> parts_;
    bool is_whole_ = false;
};

/// The keys of an issuer, and those that were left out with the reason.
struct Jwks {
    std::vector<Signer> signers;
    std::vector<std::string> refused;
};

/// Reads a JSON Web Key Set as the keys of `issuer` (`iss`, https, no trailing slash) in `country` (may be ""). A key
/// is taken only when it is EC, P-256, for signing with ES256, holds no private part, is named by its own thumbprint
/// (RFC 7638), and, where it has certificates, is the key of the first. Errc::malformed with rule jwks.syntax or
/// jwks.issuer.
Result<Jwks> read_jwks(std::string_view text, std::string_view issuer, std::string_view country);

/// Whether `url` may name an issuer: https, a host, no trailing slash.
bool is_issuer_url(std::string_view url);

/// Person and events of a card's payload under our own names.
Json card_holder_of(const Json& content);
Json card_events_of(const Json& content);

/// `vc.rid`, by which a revocation list names a card; "" when the card has none.
std::string_view revocation_id_of(const Json& content);

}  // namespace lachan::certificate
