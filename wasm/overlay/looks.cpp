#include "looks.h"

#include <algorithm>
#include <cmath>

namespace lachan::overlay {
namespace {

/// Patterns as the legend of the page has them: few lines for "none", nothing, dots, lines, crossed lines. How much ink, of 1.
double ink_of(int pattern, int x, int y) {
    const double px = (x + 0.5) / 2, py = (y + 0.5) / 2;
    const auto to_line = [](double along) { return std::abs(std::fmod(along + 8, 8) - 4) / std::sqrt(2.0); };  // 0 on the line
    const auto ink = [](double distance, double half_width, double strength) { return strength * std::clamp(half_width - distance + 0.5, 0.0, 1.0); };
    const double rising = to_line(px - py + 4), falling = to_line(px + py + 4);
    switch (pattern) {
        case 0: return ink(rising, 0.1, 0.35);
        case 2: return ink(std::min(std::hypot(px - 2, py - 2), std::hypot(px - 6, py - 6)), 0.8, 0.38);
        case 3: return ink(rising, 0.5, 0.5);
        case 4: return ink(std::min(rising, falling), 0.5, 0.5);
        default: return 0;
    }
}

struct Colour {
    double red, green, blue, alpha;
};

Colour parts_of(std::uint32_t colour) {
    const auto part = [colour](int shift) { return (colour >> shift & 0xff) / 255.0; };
    return {part(0), part(8), part(16), part(24)};
}

std::uint32_t premultiplied(const Colour& colour) {
    const auto part = [](double value, int shift) { return static_cast<std::uint32_t>(255 * value + 0.5) << shift; };
    const double a = colour.alpha;
    return part(colour.red * a, 0) | part(colour.green * a, 8) | part(colour.blue * a, 16) | part(a, 24);
}

/// White on what is dark, dark on what is light.
Colour inked(const Colour& colour, double ink) {
    constexpr Colour kDark{0.063, 0.16, 0.184, 1}, kLight{1, 1, 1, 1};
    const Colour& with = 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue < 0.5 ? kLight : kDark;
    const auto mixed = [ink](double from, double to) { return from + (to - from) * ink; };
    return {mixed(colour.red, with.red), mixed(colour.green, with.green), mixed(colour.blue, with.blue), colour.alpha};
}

/// 0, which is not seen, for a kind without a colour.
std::uint32_t colour_of(const Palette& palette, std::size_t kind) {
    if (kind == Looks::kRim) return palette.rim;
    return kind < palette.colours.size() ? palette.colours[kind] : 0;
}

}  // namespace

Looks::Looks(const Palette& palette) {
    auto* texel = texels_.data();
    for (int kind = 0; kind < kPatterns; ++kind) {
        const Colour colour = parts_of(colour_of(palette, static_cast<std::size_t>(kind)));
        for (int i = 0; i < kTile * kTile; ++i)
            *texel++ = premultiplied(palette.is_patterned ? inked(colour, ink_of(kind, i % kTile, i / kTile)) : colour);
    }
    for (std::size_t kind = 0; kind < kKinds; ++kind) *texel++ = premultiplied(parts_of(colour_of(palette, kind)));
}

// They move with the map, since they hang on its corner. Above 0, as fractions are cut off.
Hanging hang_patterns(const View& view) {
    constexpr double kTileCssPixels = 8, texels = Looks::kTile / kTileCssPixels;
    const auto anchored = [](double offset_px) { return static_cast<float>(std::fmod(offset_px * texels, Looks::kTile) + Looks::kTile); };
    return {static_cast<float>(texels / view.ratio), anchored(view.middle.x * view.world_px - view.width_px / 2),
            anchored(-view.middle.y * view.world_px - view.height_px / 2)};
}

}  // namespace lachan::overlay
