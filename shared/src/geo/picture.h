#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "geo/country.h"

namespace lachan::geo {

// A country as a picture of numbers, straight from its arcs: each pixel is found by what lies on either side of the arcs in its row.
// Where an outline has about as many corners as pixels, this is many times less work than cutting it into triangles and drawing them.

/// Where cells of a grid lie on a picture of `width` times `height` pixels, the first at its upper left corner.
struct Sight {
    double left = 0, top = 0;        ///< the place of the corner in cells, with fractions
    double across = 1, down = 1;     ///< pixels for a cell
    std::int32_t width = 0, height = 0;
};

/// A line along borders: `width` in pixels, 0 for none. What is thinner than a pixel is drawn a pixel wide and paler.
struct BorderLine {
    float width = 0;
    std::uint8_t strength = 255;  ///< of its colour
};

struct BorderLines {
    BorderLine provinces, districts;
    float rim = 0;  ///< width of what lies under the shapes along borders of provinces; 0 for none
};

/// What a pixel shows: nothing, a class below 128 as kFirstKind and so on, or a rim.
constexpr std::uint8_t kNoKind = 0, kFirstKind = 1, kRimKind = 129;

/// The part of a picture that the grid covers. Of each pixel two bytes, by rows from above: its kind, and how much of a border covers it, of 255.
struct Picture {
    static constexpr std::int32_t kRun = 16;

    std::int32_t left = 0, top = 0, width = 0, height = 0;
    std::vector<std::uint8_t> texels;
    std::vector<std::uint8_t> runs;  ///< of each run of kRun pixels of a row (the last may be shorter): not 0 when something may be on it

    std::int32_t runs_across() const { return (width + kRun - 1) / kRun; }
};

/// A picture is not made beyond so many pixels.
constexpr std::int64_t kMostPixels = std::int64_t{1} << 22;

/// Each pixel shows the class (but for its top bit) of the leaf that holds its middle; corners are moved by at most 1/32 of a pixel.
/// Borders of communes are not drawn. Nothing when the picture would be too large.
std::optional<Picture> make_picture(const Country& country, std::size_t detail, const Sight& sight, std::span<const std::uint8_t> classes,
                                    const BorderLines& lines);

}  // namespace lachan::geo
