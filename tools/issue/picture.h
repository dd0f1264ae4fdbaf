#pragma once

#include <string>
#include <string_view>

#include "kernel/crypto.h"

namespace lachan::trust {

/// A PNG of the QR code of `text`: error level Q for certificates, M for our own codes; quiet zone of 4 modules, `scale` pixels a module.
/// Empty when the text does not fit a code.
Bytes qr_picture(std::string_view text, int scale = 6);

/// The same as SVG, one unit a module; "" when the text does not fit a code.
std::string qr_drawing(std::string_view text);

}  // namespace lachan::trust
