#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "certificate/bundle.h"
#include "kernel/crypto.h"
#include "kernel/json.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// What is to be certified. The payload must already be right: this side writes, it does not judge.
struct Draft {
    Json payload;
    /// ISO 3166 alpha-2 of the issuing state.
    std::string issuer;
    std::int64_t issued_at_s = 0;
    std::int64_t expires_at_s = 0;
    /// ES256 or PS256.
    Algorithm algorithm = Algorithm::es256;
    /// First 8 bytes of SHA-256 of the signer's certificate.
    Bytes kid;
    /// The key of the payload within claim -260: 1 is the EU's, 3 and 4 the WHO's (certificate/issue_ddcc.h).
    std::int64_t sub_claim = 1;
};

/// A draft as it will be signed. The shell signs `signed_bytes`: the core never holds a private key.
struct Unsigned {
    std::string protected_bytes;
    std::string payload;
    Bytes signed_bytes;
};

/// Encodes strictly: kid and algorithm in the protected header only, shortest CBOR, definite lengths.
Unsigned prepare(const Draft& draft);

/// The same for content that keeps the schema of its own version, formats included: what reading tolerates is not issued.
/// Errc::rejected with rule certificate.schema; the detail names field and fault.
Result<Unsigned> prepare_checked(const Draft& draft);

/// The text of the code: COSE_Sign1 with tag 18, zlib at the best level, Base45, prefix. `signature` is raw r and s, or
/// RSA-PSS.
std::string seal(const Unsigned& prepared, std::span<const std::uint8_t> signature);

/// `prefix` and the compressed, encoded `message`, for whoever makes the COSE message himself.
std::string to_code(std::span<const std::uint8_t> message);

}  // namespace lachan::certificate
