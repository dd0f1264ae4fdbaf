#pragma once

#include <string>

#include "certificate/bundle.h"
#include "kernel/json.h"
#include "kernel/result.h"

namespace lachan::trust {

/// The key of a JSON Web Key (RFC 7517): EC on a NIST curve, RSA with the exponent 65537, or Ed25519. Coordinates with
/// a leading zero are read (the WHO's lists have them). Errc::rejected with rule jwk.key.
struct Jwk {
    certificate::Algorithm algorithm = certificate::Algorithm::es256;
    Bytes spki;
};
Result<Jwk> jwk_from_json(const Json& json);

/// A key of a SMART Health Card issuer, by the rules of CERTIFICATES 3. `issuer` is the address that cards name.
/// Errc::rejected: jwk.type, jwk.curve, jwk.use, jwk.algorithm, jwk.private, jwk.kid, jwk.issuer.
Result<certificate::Signer> card_signer_from_json(const Json& json, const std::string& issuer);

}  // namespace lachan::trust
