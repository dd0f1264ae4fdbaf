#pragma once

#include <span>

#include "kernel/crypto.h"
#include "kernel/result.h"

/// A newer bundle as what changed since an older one. A delta is not signed: the bundle it makes is.
namespace lachan::certificate {

/// The bytes that `delta` makes of `base`, the very bytes it was made for. Errc::conflict with rule delta.base when it
/// was made for another base; Errc::malformed with rule delta.form or delta.hash; Errc::rejected with rule size-limit.
Result<Bytes> apply_delta(std::span<const std::uint8_t> base, std::span<const std::uint8_t> delta);

Bytes make_delta(std::span<const std::uint8_t> base, std::span<const std::uint8_t> target);

}  // namespace lachan::certificate
