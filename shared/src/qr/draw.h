#pragma once

#include <string_view>

#include "kernel/crypto.h"
#include "kernel/result.h"

namespace lachan::qr {

/// How much of a symbol may be lost: 7, 15, 25, 30 per cent.
enum class Correction { low, medium, quartile, high };

/// A QR symbol without its quiet zone: `size` rows of `size` modules, one bit each, the first in the highest bit; 1 is dark.
struct Modules {
    int size = 0;
    Bytes bits;
    bool dark(int row, int column) const {
        const auto at = static_cast<std::size_t>(row * size + column);
        return (bits[at / 8] >> (7 - at % 8) & 1) != 0;
    }
};

/// The smallest symbol for `text` at this correction or better. Errc::malformed with rule qr.text for an empty text, one with
/// NUL, or one that no symbol holds.
Result<Modules> draw(std::string_view text, Correction correction);

/// L, M, Q, H.
Result<Correction> parse_correction(std::string_view letter);

}  // namespace lachan::qr
