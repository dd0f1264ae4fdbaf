#pragma once

#include <span>
#include <string>
#include <string_view>

#include "kernel/crypto.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// The bytes of Base45 text (RFC 9285), strictly: Errc::malformed for a foreign character, a triple above 65535, a pair
/// above 255 or a single character left over.
Result<Bytes> from_base45(std::string_view text);

std::string to_base45(std::span<const std::uint8_t> data);

/// Standard base64 (RFC 4648 section 4) as trust lists use it. Padding is required, left-over bits must be zero.
Result<Bytes> from_base64(std::string_view text);

std::string to_base64(std::span<const std::uint8_t> data);

}  // namespace lachan::certificate
