#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "geo/plane.h"
#include "kernel/result.h"

namespace lachan::geo {

/// A ring of an input shape, or a cut that divides what it crosses and belongs to none.
constexpr std::uint32_t kCut = UINT32_MAX;

/// Lines collected until the plane is divided along them.
struct Lines {
    struct Line {
        Point a, b;  ///< a < b
        std::uint32_t label = kCut;
        std::int32_t sign = 0;  ///< how often the label lies left of a -> b, less how often right of it
    };
    std::vector<Line> lines;

    void add(Point a, Point b, std::uint32_t label);
    /// Both ends are joined. The inside is on the left of a ring that runs as outer rings do.
    void add_ring(const Path& ring, std::uint32_t label);
};

/// The plane divided by lines: vertices, edges that meet in vertices only, and faces. Half-edge 2e runs along edge e
/// from a to b, 2e + 1 back; each has its face on its left.
struct Arrangement {
    struct Edge {
        std::uint32_t a, b;  ///< vertices, a < b by place
    };
    /// How often a label covers a face: 1, or more where shapes of one label overlap; never 0.
    using Cover = std::vector<std::pair<std::uint32_t, std::int32_t>>;

    std::vector<Point> vertices;
    std::vector<Edge> edges;
    std::vector<std::uint32_t> next;     ///< of each half-edge, the next along its face
    std::vector<std::uint32_t> around;   ///< of each half-edge, the next that leaves the same vertex, clockwise
    std::vector<std::uint32_t> face_of;  ///< of each half-edge; 0 is the face without end
    std::vector<std::int64_t> area;      ///< of each face: twice, without its holes taken off; 0 for face 0
    std::vector<Cover> cover;            ///< of each face, in order of label
    std::vector<std::vector<std::uint32_t>> half_edges;  ///< of each face

    std::uint32_t origin(std::uint32_t half) const { return half & 1U ? edges[half >> 1].b : edges[half >> 1].a; }
    Point from(std::uint32_t half) const { return vertices[origin(half)]; }
    Point to(std::uint32_t half) const { return vertices[origin(half ^ 1U)]; }
};

/// Divides the plane. Ends within `snap` cells of each other become one, an end within that of a line lies on it; then
/// lines are split where they cross, at the nearest point of the grid, until none does. Errc::rejected with rule
/// geo.planar when that has no end.
Result<Arrangement> arrange(Lines lines, std::int32_t snap);

}  // namespace lachan::geo
