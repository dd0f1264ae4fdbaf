#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace lachan::geo {

/// A place on the grid of a map: whole cells east and south of the corner of its Grid.
struct Point {
    std::int32_t x = 0;
    std::int32_t y = 0;
    bool operator==(const Point&) const = default;
};

/// Order by x, then y: the one order of everything that is sorted by place.
inline bool operator<(Point a, Point b) { return a.x != b.x ? a.x < b.x : a.y < b.y; }

using Path = std::vector<Point>;

/// Corners are part of the box. Nothing has been put into one whose `left` is beyond its `right`.
struct Box {
    std::int32_t left = INT32_MAX, top = INT32_MAX, right = INT32_MIN, bottom = INT32_MIN;

    void put(Point p) {
        left = std::min(left, p.x);
        right = std::max(right, p.x);
        top = std::min(top, p.y);
        bottom = std::max(bottom, p.y);
    }
    void put(const Box& other) {
        left = std::min(left, other.left);
        right = std::max(right, other.right);
        top = std::min(top, other.top);
        bottom = std::max(bottom, other.bottom);
    }
    bool is_empty() const { return left > right; }
    bool contains(Point p) const { return p.x >= left && p.x <= right && p.y >= top && p.y <= bottom; }
    bool meets(const Box& b) const { return left <= b.right && b.left <= right && top <= b.bottom && b.top <= bottom; }
    bool operator==(const Box&) const = default;
};

/// Cells of a grid are at most this far apart, so that every product below is exact in 64 bits.
constexpr std::int32_t kMostExtent = (1 << 26) - 1;

/// Above 0 when a -> b -> c turns towards y from x (left, with y drawn upwards), 0 when they lie on a line. Twice the
/// area.
inline std::int64_t turn(Point a, Point b, Point c) {
    return (std::int64_t{b.x} - a.x) * (std::int64_t{c.y} - a.y) -
           (std::int64_t{b.y} - a.y) * (std::int64_t{c.x} - a.x);
}

/// A sum that may leave 64 bits on its way: for shapes of the grid it comes back, for others it is merely some number.
inline std::int64_t plus(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// Twice the area of a ring (its last point is not its first again); above 0 when it runs as an outer ring does.
inline std::int64_t doubled_area(const Path& ring) {
    std::int64_t sum = 0;
    for (std::size_t i = 2; i < ring.size(); ++i) sum = plus(sum, turn(ring[0], ring[i - 1], ring[i]));
    return sum;
}

/// Whether `p` lies inside `ring`, by the half-open rule: of shapes that share a border, exactly one holds a point on
/// it.
inline bool is_inside(const Path& ring, Point p) {
    bool inside = false;
    for (std::size_t i = 0, last = ring.size() - 1; i < ring.size(); last = i++) {
        Point a = ring[last], b = ring[i];
        if ((a.y > p.y) == (b.y > p.y)) continue;
        if (a.y > b.y) std::swap(a, b);
        if (turn(a, b, p) > 0) inside = !inside;
    }
    return inside;
}

}  // namespace lachan::geo
