#pragma once

#include <cstdint>

#include "geo/plane.h"

namespace lachan::geo {

/// A position in degrees, WGS 84.
struct LonLat {
    double longitude = 0;
    double latitude = 0;
};

/// A position in the square of Web Mercator: x from 0 at 180° W to 1 at 180° E, y from 0 in the north to 1 in the
/// south.
struct World {
    double x = 0;
    double y = 0;
};

/// Latitude beyond which the square ends.
constexpr double kMostLatitude = 85.05112877980659;

/// Computed from additions, multiplications, divisions and square roots alone, so that both builds give the same bits.
World project(LonLat place);
LonLat unproject(World place);

/// How the points of a file lie in the world: the square is 2^bits cells wide, `left` and `top` count cells from its
/// corner.
struct Grid {
    int bits = 26;
    std::int64_t left = 0;
    std::int64_t top = 0;
    std::int32_t width = 0;   ///< points have x from 0 to width
    std::int32_t height = 0;  ///< and y from 0 to height

    World world(double x, double y) const;
    World world(Point p) const { return world(p.x, p.y); }
    /// The place in cells, with fractions; may lie outside.
    World cells(World place) const;
    /// The nearest point of the grid; may lie outside.
    Point point(LonLat place) const;
    /// Metres on the ground for one cell in the middle of the grid.
    double metres_per_cell() const;
    bool operator==(const Grid&) const = default;
};

}  // namespace lachan::geo
