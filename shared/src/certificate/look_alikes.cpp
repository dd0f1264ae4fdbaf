#include "certificate/look_alikes.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace lachan::certificate {
namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

constexpr Range kHidden[]{{0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x34f, 0x34f},   {0x61c, 0x61c},   {0x115f, 0x1160}, {0x180e, 0x180e},
                          {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xe0000, 0xe01ef}};
// The letters of languages that are written so, Vietnamese among them, and from U+0250 on those that Azerbaijani, Ewe, Akan, Hausa and others
// share with phonetics, but for the ones that look like another letter.
constexpr Range kLatin[]{{'A', 'Z'}, {'a', 'z'}, {0xc0, 0xd6}, {0xd8, 0xf6}, {0xf8, 0x250}, {0x252, 0x260}, {0x262, 0x268}, {0x26b, 0x2af}, {0x1e00, 0x1eff}};
constexpr Range kAlike[]{{0x251, 0x251},   {0x261, 0x261},   {0x269, 0x26a},   {0x370, 0x3ff},   {0x400, 0x58f},   {0x13a0, 0x13ff}, {0x1c80, 0x1c8f},
                         {0x1d00, 0x1dbf}, {0x1f00, 0x1fff}, {0x2100, 0x218f}, {0x2c80, 0x2cff}, {0x2de0, 0x2dff},
                         {0xa4d0, 0xa4ff}, {0xa640, 0xa69f}, {0xab70, 0xabbf}, {0xff21, 0xff5a}, {0x1d400, 0x1d7ff}};
// White space and the marks that part a name's words, and the fillers of machine-readable ones.
constexpr Range kBetween[]{{'\t', '\r'}, {' ', '/'}, {'<', '<'}, {0xa0, 0xa0}, {0x2010, 0x2019}, {0x3000, 0x3000}};

template <std::size_t N>
bool is_in(const Range (&ranges)[N], std::uint32_t code) {
    return std::any_of(std::begin(ranges), std::end(ranges), [code](const Range& range) { return code >= range.first && code <= range.last; });
}

std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [text](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t lead = byte(at++);
    const int tails = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    std::uint32_t code = tails == 0 ? lead : lead & (0x3fU >> tails);
    for (int i = 0; i < tails && at < text.size(); ++i) code = code << 6 | (byte(at++) & 0x3f);
    return code;
}

}  // namespace

bool has_hidden(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (is_in(kHidden, next_code_point(text, at))) return true;
    }
    return false;
}

bool mixes_alphabets(std::string_view text) {
    bool has_latin = false;
    bool has_alike = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t code = next_code_point(text, at);
        if (is_in(kBetween, code)) {
            has_latin = has_alike = false;
            continue;
        }
        has_latin |= is_in(kLatin, code);
        has_alike |= is_in(kAlike, code) || is_in(kHidden, code);
        if (has_latin && has_alike) return true;
    }
    return false;
}

}  // namespace lachan::certificate
