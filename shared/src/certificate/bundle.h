#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/crypto.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::certificate {

/// The signature algorithms a key is made for; the length of an elliptic key's signature follows from it.
enum class Algorithm { es256, es384, es512, ps256 };

/// The name as in the JOSE and COSE registries: ES256, ES384, ES512, PS256.
const char* name_of(Algorithm algorithm);
std::optional<Algorithm> algorithm_named(std::string_view name);

/// What a document signer may sign. None named means everything, whatever other usages its certificate lists.
struct KeyUsage {
    bool test = false;
    bool vaccination = false;
    bool recovery = false;

    bool is_open() const { return !test && !vaccination && !recovery; }
    bool operator==(const KeyUsage&) const = default;
};

/// One key that is trusted, with what its certificate says about it.
struct Signer {
    /// First 8 bytes of SHA-256 of the certificate: a hint for finding keys, never a proof.
    Bytes kid;
    /// ISO 3166 alpha-2 of the state that answers for the key; may be empty.
    std::string country;
    /// The algorithm that fits the key. A P-384 key says ES384 here even where its owner signs with SHA-256.
    Algorithm algorithm = Algorithm::es256;
    /// SubjectPublicKeyInfo in DER.
    Bytes spki;
    Instant not_before;
    Instant not_after;
    KeyUsage usage;
};

/// The keys a verifier trusts, made at one instant and good until another, carried offline.
struct TrustBundle {
    std::int64_t number = 0;
    Instant issued_at;
    Instant valid_until;
    /// Sorted by kid; several may share one.
    std::vector<Signer> signers;

    /// All signers with this kid.
    std::span<const Signer> with_kid(std::span<const std::uint8_t> kid) const;
    bool knows_country(std::string_view country) const;

    /// Reads the JSON form. Errc::malformed with rule bundle.syntax, bundle.version, bundle.field or bundle.period.
    static Result<TrustBundle> parse(std::string_view text);
};

Json to_json(const TrustBundle& bundle);

}  // namespace lachan::certificate
