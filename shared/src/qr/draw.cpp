#include "qr/draw.h"

#include <qrcodegen/qrcodegen.hpp>
#include <string>

namespace lachan::qr {
namespace {

/// Bytes in the largest symbol (version 40). The library throws beyond, and nothing here could catch it: so it is never asked.
std::size_t capacity(Correction correction) {
    switch (correction) {
        case Correction::low: return 2'953;
        case Correction::medium: return 2'331;
        case Correction::quartile: return 1'663;
        case Correction::high: return 1'273;
    }
    return 0;
}

qrcodegen::QrCode::Ecc level_of(Correction correction) {
    switch (correction) {
        case Correction::low: return qrcodegen::QrCode::Ecc::LOW;
        case Correction::medium: return qrcodegen::QrCode::Ecc::MEDIUM;
        case Correction::quartile: return qrcodegen::QrCode::Ecc::QUARTILE;
        case Correction::high: return qrcodegen::QrCode::Ecc::HIGH;
    }
    return qrcodegen::QrCode::Ecc::MEDIUM;
}

}  // namespace

Result<Modules> draw(std::string_view text, Correction correction) {
    if (text.empty() || text.size() > capacity(correction) || text.find('\0') != std::string_view::npos) {
        return Error{Errc::malformed, "qr.text", "empty, with NUL, or longer than a symbol holds"};
    }
    const auto code = qrcodegen::QrCode::encodeText(std::string(text).c_str(), level_of(correction));
    Modules modules;
    modules.size = code.getSize();
    modules.bits.assign(static_cast<std::size_t>(modules.size * modules.size + 7) / 8, 0);
    std::size_t at = 0;
    for (int row = 0; row < modules.size; ++row) {
        for (int column = 0; column < modules.size; ++column, ++at) {
            if (code.getModule(column, row)) modules.bits[at / 8] |= static_cast<std::uint8_t>(0x80 >> at % 8);
        }
    }
    return modules;
}

Result<Correction> parse_correction(std::string_view letter) {
    if (letter == "L") return Correction::low;
    if (letter == "M") return Correction::medium;
    if (letter == "Q") return Correction::quartile;
    if (letter == "H") return Correction::high;
    return Error{Errc::malformed, "qr.text", "correction is L, M, Q or H"};
}

}  // namespace lachan::qr
