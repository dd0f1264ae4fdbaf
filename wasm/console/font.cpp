#include "font.h"

#include <imgui.h>

#include <vector>

namespace lachan::console {
namespace {

constexpr std::uint32_t kMostPixels = 512;  ///< of a cell, each way

bool is_inside(const Glyph& glyph, std::uint32_t width, std::uint32_t height) {
    return glyph.width > 0 && glyph.height > 0 && glyph.width <= kMostPixels && glyph.height <= kMostPixels && glyph.x <= width &&
           glyph.y <= height && glyph.width <= width - glyph.x && glyph.height <= height - glyph.y && glyph.code >= ' ' && glyph.code < 0xffff;
}

void copy(std::span<const std::uint8_t> coverage, std::uint32_t width, const Glyph& glyph, const ImFontAtlasCustomRect& place, std::uint8_t* atlas,
          int atlas_width) {
    for (std::uint32_t row = 0; row < glyph.height; ++row) {
        const std::uint8_t* from = coverage.data() + std::size_t{glyph.y + row} * width + glyph.x;
        std::uint8_t* to = atlas + (std::size_t{place.Y} + row) * static_cast<std::size_t>(atlas_width) + place.X;
        for (std::uint32_t column = 0; column < glyph.width; ++column) to[column] = from[column];
    }
}

}  // namespace

bool load_font(std::span<const std::uint8_t> coverage, std::uint32_t width, std::uint32_t height, std::span<const Glyph> glyphs,
               float line_height) {
    if (glyphs.empty() || coverage.size() != std::size_t{width} * height || !(line_height >= 4 && line_height < 200)) return false;
    for (const Glyph& glyph : glyphs)
        if (!is_inside(glyph, width, height)) return false;

    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    // ImGui wants a font of its own to begin with, and a character of it; of that only the line's height stays, since the page's characters,
    // the space too, take its place.
    static constexpr ImWchar kSpace[] = {' ', ' ', 0};
    ImFontConfig config;
    config.SizePixels = line_height;
    config.OversampleH = config.OversampleV = 1;
    config.GlyphRanges = kSpace;
    ImFont* font = atlas.AddFontDefault(&config);
    std::vector<int> places;
    for (const Glyph& glyph : glyphs)
        places.push_back(atlas.AddCustomRectFontGlyph(font, static_cast<ImWchar>(glyph.code), static_cast<int>(glyph.width),
                                                      static_cast<int>(glyph.height), glyph.advance, {glyph.left, glyph.top}));
    std::uint8_t* pixels = nullptr;
    int atlas_width = 0, atlas_height = 0;
    atlas.GetTexDataAsAlpha8(&pixels, &atlas_width, &atlas_height);
    for (std::size_t i = 0; i < places.size(); ++i) copy(coverage, width, glyphs[i], *atlas.GetCustomRectByIndex(places[i]), pixels, atlas_width);
    return true;
}

}  // namespace lachan::console
