#include "certificate/base45.h"

#include <array>
#include <cstdint>

namespace lachan::certificate {
namespace {

constexpr std::string_view kBase45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kForeign = 0xff;

constexpr std::array<std::uint8_t, 256> reverse(std::string_view alphabet) {
    std::array<std::uint8_t, 256> values{};
    for (auto& value : values) value = kForeign;
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}

constexpr auto kBase45Values = reverse(kBase45);
constexpr auto kBase64Values = reverse(kBase64);

std::uint32_t value_in(const std::array<std::uint8_t, 256>& values, char character) {
    return values[static_cast<unsigned char>(character)];
}

Error malformed(const char* rule, const char* detail) { return Error{Errc::malformed, rule, detail}; }

}  // namespace

Result<Bytes> from_base45(std::string_view text) {
    if (text.size() % 3 == 1) return malformed("base45", "one character is left over");
    Bytes bytes;
    bytes.reserve(text.size() / 3 * 2 + 1);
    for (std::size_t at = 0; at < text.size(); at += 3) {
        const std::uint32_t first = value_in(kBase45Values, text[at]);
        const std::uint32_t second = value_in(kBase45Values, text[at + 1]);
        const bool is_triple = at + 2 < text.size();
        const std::uint32_t third = is_triple ? value_in(kBase45Values, text[at + 2]) : 0;
        if (first == kForeign || second == kForeign || third == kForeign) {
            return malformed("base45", "a character is outside the alphabet");
        }
        const std::uint32_t value = first + 45 * second + 45 * 45 * third;
        if (value > (is_triple ? 0xffffU : 0xffU)) return malformed("base45", "a group exceeds its bytes");
        if (is_triple) bytes.push_back(static_cast<std::uint8_t>(value >> 8));
        bytes.push_back(static_cast<std::uint8_t>(value & 0xff));
    }
    return bytes;
}

std::string to_base45(std::span<const std::uint8_t> data) {
    std::string text;
    text.reserve((data.size() + 1) / 2 * 3);
    for (std::size_t at = 0; at < data.size(); at += 2) {
        const bool is_pair = at + 1 < data.size();
        std::uint32_t value = is_pair ? data[at] * 256U + data[at + 1] : data[at];
        for (int digits = is_pair ? 3 : 2; digits > 0; --digits) {
            text.push_back(kBase45[value % 45]);
            value /= 45;
        }
    }
    return text;
}

Result<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return malformed("base64", "the length is not a multiple of four");
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const std::string_view digits = text.substr(0, text.size() - padding);
    Bytes bytes;
    bytes.reserve(digits.size() * 3 / 4);
    std::uint32_t pending = 0;
    int pending_bits = 0;
    for (const char character : digits) {
        const std::uint32_t value = value_in(kBase64Values, character);
        if (value == kForeign) return malformed("base64", "a character is outside the alphabet");
        pending = (pending << 6 | value) & 0xffff;
        pending_bits += 6;
        if (pending_bits < 8) continue;
        pending_bits -= 8;
        bytes.push_back(static_cast<std::uint8_t>(pending >> pending_bits & 0xff));
    }
    if ((pending & ((1U << pending_bits) - 1)) != 0) return malformed("base64", "left-over bits are not zero");
    return bytes;
}

std::string to_base64(std::span<const std::uint8_t> data) {
    std::string text((data.size() + 2) / 3 * 4, '=');
    char* out = text.data();
    for (std::size_t at = 0; at < data.size(); at += 3, out += 4) {
        const std::size_t count = data.size() - at < 3 ? data.size() - at : 3;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? data[at + i] : 0U);
        for (std::size_t i = 0; i <= count; ++i) out[i] = kBase64[group >> (18 - 6 * i) & 63];
    }
    return text;
}

}  // namespace lachan::certificate
