#pragma once

#include <cstdint>
#include <span>

namespace lachan::console {

/// A character as the page has drawn it: its cell in the picture, where that stands from the upper left corner of a line, and how far
/// the next one is. Device pixels. web/src/riskmap/console/font.ts writes it.
struct Glyph {
    std::uint32_t code;
    std::uint32_t x, y, width, height;
    float left, top, advance;
};
static_assert(sizeof(Glyph) == 32);

/// Makes the one font of the console from a picture of coverage, one byte a pixel. False, and nothing is changed, when a cell lies
/// outside of the picture or there are none.
bool load_font(std::span<const std::uint8_t> coverage, std::uint32_t width, std::uint32_t height, std::span<const Glyph> glyphs,
               float line_height);

}  // namespace lachan::console
