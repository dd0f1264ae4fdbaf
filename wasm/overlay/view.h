#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "geo/mercator.h"
#include "geo/picture.h"
#include "geo/plane.h"

namespace lachan::overlay {

/// What a frame shows: the middle of the screen in the world, and how large the world is.
struct View {
    geo::World middle;
    double world_px = 256;  ///< width of the whole world in CSS pixels: 256 * 2^zoom
    float width_px = 1;     ///< of the canvas, in CSS pixels
    float height_px = 1;
    float ratio = 1;        ///< device pixels for one CSS pixel
    std::int32_t wide = 1;  ///< of the canvas, in whole device pixels
    std::int32_t high = 1;

    double zoom() const { return std::log2(world_px / 256); }
    /// CSS pixels from the upper left corner of the canvas.
    geo::World pixel(geo::World place) const {
        return {width_px / 2 + (place.x - middle.x) * world_px, height_px / 2 + (place.y - middle.y) * world_px};
    }
    geo::World place(geo::World pixel) const {
        return {middle.x + (pixel.x - width_px / 2) / world_px, middle.y + (pixel.y - height_px / 2) / world_px};
    }
};

/// Cells of a grid to the coordinates of the screen. The centre is subtracted in whole numbers, so that single precision is enough at any zoom.
struct Transform {
    std::int32_t centre[2];  ///< whole cells
    float scale[2];          ///< screen units for a cell
    float shift[2];          ///< screen units
    geo::Box seen;           ///< the cells on the screen, and a few pixels more
};

/// Pixels around the screen in which a wide line may still be seen.
constexpr double kMargin = 8;

inline Transform transform(const View& view, const geo::Grid& grid) {
    const geo::World cells = grid.cells(view.middle);
    const double side = view.world_px / std::exp2(grid.bits);  // CSS pixels for a cell
    const double scale[] = {2 * side / view.width_px, -2 * side / view.height_px};
    const double whole[] = {std::round(cells.x), std::round(cells.y)};
    const auto reach = [side](float size_px) { return (size_px / 2 + kMargin) / side; };
    const double half[] = {reach(view.width_px), reach(view.height_px)};
    const auto limited = [](double cell) { return static_cast<std::int32_t>(std::clamp(cell, -1e9, 1e9)); };
    return {{limited(whole[0]), limited(whole[1])},
            {static_cast<float>(scale[0]), static_cast<float>(scale[1])},
            {static_cast<float>((whole[0] - cells.x) * scale[0]), static_cast<float>((whole[1] - cells.y) * scale[1])},
            {limited(cells.x - half[0]), limited(cells.y - half[1]), limited(cells.x + half[0]), limited(cells.y + half[1])}};
}

/// Where the cells of a grid lie on the pixels of the screen.
inline geo::Sight sight_of(const View& view, const geo::Grid& grid) {
    const geo::World corner = grid.cells(view.place({0, 0}));
    const double side = view.world_px / std::exp2(grid.bits);
    const double across = side * view.wide / static_cast<double>(view.width_px), down = side * view.high / static_cast<double>(view.height_px);
    return {corner.x, corner.y, across, down, view.wide, view.high};
}

}  // namespace lachan::overlay
