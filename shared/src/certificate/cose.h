#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "certificate/bundle.h"
#include "certificate/cbor.h"
#include "kernel/crypto.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::certificate {

// COSE header parameters (RFC 9052 section 3.1), the tag of a message with one signer, and CWT claims (RFC 8392, IANA); own codes have
// their content in a claim of the range for private use.
constexpr std::int64_t kHeaderAlgorithm = 1;
constexpr std::int64_t kHeaderKid = 4;
constexpr std::uint64_t kTagSign1 = 18;
constexpr std::int64_t kClaimIssuer = 1;
constexpr std::int64_t kClaimExpires = 4;
constexpr std::int64_t kClaimIssuedAt = 6;
constexpr std::int64_t kClaimId = 7;
constexpr std::int64_t kClaimOwn = -65'537;

/// The algorithm for its number in a header (RFC 9053, RFC 8230), and the number for one that may sign what a person shows.
std::optional<Algorithm> cose_algorithm(const cbor::Item& number);
std::int64_t cose_number(Algorithm algorithm);

/// A COSE_Sign1 message (RFC 9052 section 4.2) taken apart, nothing believed yet.
struct Sign1 {
    /// The protected header as received: these bytes are signed, not what a re-encoding of them would give.
    std::string protected_bytes;
    cbor::Item protected_header;
    cbor::Item unprotected_header;
    std::string payload;
    std::string signature;
};

/// Reads a COSE_Sign1 untagged, with tag 18, or with tag 61 (CWT) around tag 18. Any other tag, a detached payload and
/// a doubled header key are errors. Errc::rejected with rule size-limit, else Errc::malformed with rule cose.
Result<Sign1> read_sign1(std::span<const std::uint8_t> data);

/// The bytes that are signed: Sig_structure of RFC 9052 section 4.4 with the context "Signature1" and no external data.
Bytes signed_bytes(std::string_view protected_bytes, std::string_view payload);

/// The claims of an HCERT (RFC 8392 numbers).
struct Claims {
    std::string issuer;
    std::optional<Instant> issued_at;
    std::optional<Instant> expires_at;
    /// The content of claim -260; Kind::null when the claim is absent.
    cbor::Item hcert;
    /// The whole payload where its keys are words, not claims: an early form of the WHO's certificates, still shown.
    cbor::Item unclaimed;
    /// time-float and time-tagged: tolerated on reading, never written.
    std::vector<std::string> warnings;
};

/// Reads the payload of a Sign1 as CWT claims. Errc::rejected with rule size-limit, else Errc::malformed with rule cwt.
Result<Claims> read_claims(std::string_view payload);

}  // namespace lachan::certificate
