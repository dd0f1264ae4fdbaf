#pragma once

#include <optional>
#include <span>

#include "certificate/bundle.h"

namespace lachan::certificate {

/// The bare key in a SubjectPublicKeyInfo, and back. Elliptic: x and y; Ed25519: the key; RSA: the modulus with the
/// exponent 65537. `bare_key` is nullopt for any other wrapping, so that `spki_of` gives back the very bytes.
std::optional<Bytes> bare_key(Algorithm algorithm, std::span<const std::uint8_t> spki);
/// Empty when `bare` has no length that such a key can have.
Bytes spki_of(Algorithm algorithm, std::span<const std::uint8_t> bare);

}  // namespace lachan::certificate
