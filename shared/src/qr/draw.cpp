#include "qr/draw.h"

#include <qrcodegen/qrcodegen.h>

#include <array>
#include <string>

namespace lachan::qr {
namespace {

qrcodegen_Ecc level_of(Correction correction) {
    switch (correction) {
        case Correction::low: return qrcodegen_Ecc_LOW;
        case Correction::medium: return qrcodegen_Ecc_MEDIUM;
        case Correction::quartile: return qrcodegen_Ecc_QUARTILE;
        case Correction::high: return qrcodegen_Ecc_HIGH;
    }
    return qrcodegen_Ecc_MEDIUM;
}

}  // namespace

Result<Modules> draw(std::string_view text, Correction correction) {
    std::array<std::uint8_t, qrcodegen_BUFFER_LEN_MAX> code;
    std::array<std::uint8_t, qrcodegen_BUFFER_LEN_MAX> working;
    const bool is_text = !text.empty() && text.find('\0') == std::string_view::npos;
    if (!is_text || !qrcodegen_encodeText(std::string(text).c_str(), working.data(), code.data(), level_of(correction), qrcodegen_VERSION_MIN,
                                          qrcodegen_VERSION_MAX, qrcodegen_Mask_AUTO, true)) {
        return Error{Errc::malformed, "qr.text", "empty, with NUL, or longer than a symbol holds"};
    }
    Modules modules;
    modules.size = qrcodegen_getSize(code.data());
    modules.bits.assign(static_cast<std::size_t>(modules.size * modules.size + 7) / 8, 0);
    std::size_t at = 0;
    for (int row = 0; row < modules.size; ++row) {
        for (int column = 0; column < modules.size; ++column, ++at) {
            if (qrcodegen_getModule(code.data(), column, row)) modules.bits[at / 8] |= static_cast<std::uint8_t>(0x80 >> at % 8);
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
