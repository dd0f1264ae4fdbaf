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

/// The key space a signer belongs to. A key of one scheme never verifies a certificate of another; WHO DDCC shares that
/// of HCERT, `lachan` is what our own servers sign.
enum class Scheme { hcert, smart_health_card, icao_vds, divoc, lachan };

/// The stable word for `scheme` on the wire.
const char* name_of(Scheme scheme);
std::optional<Scheme> scheme_named(std::string_view name);

/// The signature algorithms a key is made for; the length of an elliptic key's signature follows from it. RS256 is only
/// for certificates signed by an authority, never for what a person shows.
enum class Algorithm { es256, es384, es512, ps256, eddsa, rs256 };

/// The name as in the JOSE and COSE registries: ES256, ES384, ES512, PS256, EdDSA, RS256. EdDSA is Ed25519 here.
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
    Scheme scheme = Scheme::hcert;
    /// A hint for finding keys, never a proof. HCERT and our own: first 8 bytes of SHA-256 of the certificate. SMART Health Card:
    /// the 32 bytes of the key's thumbprint. ICAO: the subject key identifier of the authority. DIVOC: the UTF-8 of
    /// `verificationMethod`.
    Bytes kid;
    /// ISO 3166 alpha-2 of the state that answers for the key; may be empty.
    std::string country;
    /// Whom a certificate must name beside the kid: `iss` of a SMART Health Card, the controller of a DIVOC key, the host of a key of
    /// ours that signs the codes of one host's places; else "".
    std::string issuer;
    /// An authority signs signers, never certificates.
    bool is_authority = false;
    /// The algorithm that fits the key. A P-384 key says ES384 here even where its owner signs with SHA-256.
    Algorithm algorithm = Algorithm::es256;
    /// SubjectPublicKeyInfo in DER.
    Bytes spki;
    Instant not_before;
    Instant not_after;
    KeyUsage usage;
    /// The counter that the revocation list of a SMART Health Card key must have reached; 0 when it has none.
    std::int64_t crl_version = 0;
};

/// The keys a verifier trusts, made at one instant and good until another, carried offline.
struct TrustBundle {
    std::int64_t number = 0;
    Instant issued_at;
    Instant valid_until;
    /// Sorted by scheme and kid; several may share both.
    std::vector<Signer> signers;

    /// All signers of this scheme with this kid.
    std::span<const Signer> with_kid(Scheme scheme, std::span<const std::uint8_t> kid) const;
    bool knows_country(Scheme scheme, std::string_view country) const;
    bool knows_issuer(Scheme scheme, std::string_view issuer) const;
    bool knows(Scheme scheme) const;

    /// Reads the JSON form. Keys that say nothing (`scheme` hcert, no `issuer`, no `authority`, no `crlVersion`) are
    /// absent, so that lists from before they existed read as they were meant. Errc::malformed with rule bundle.syntax,
    /// bundle.version, bundle.field or bundle.period.
    static Result<TrustBundle> parse(std::string_view text);
};

Json to_json(const TrustBundle& bundle);

}  // namespace lachan::certificate
