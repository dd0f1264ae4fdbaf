#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "geo/plane.h"

namespace lachan::geo {

/// Cuts polygons into triangles by clipping ears; its memory is used again from one polygon to the next.
class Triangulator {
public:
    /// Corners of all rings in a row, the outer ring first, then holes; `ends` says where each ring ends. Appends three
    /// numbers of corners, plus `base`, for each triangle; they turn as the outer ring does. Rings that cross give some
    /// triangles, never an error.
    void cut(std::span<const Point> corners, std::span<const std::uint32_t> ends, std::uint32_t base,
             std::vector<std::uint32_t>& triangles);

private:
    struct Node {
        std::uint32_t corner, before, after;
    };

    Point at(std::uint32_t node) const { return corners_[nodes_[node].corner]; }
    std::uint32_t link(std::uint32_t begin, std::uint32_t end);
    std::uint32_t join(std::uint32_t outer, std::uint32_t hole);
    bool is_crossed(std::uint32_t ring, Point a, Point b);
    bool is_within(std::uint32_t node, Point p) const;
    bool is_ear(std::uint32_t node);
    void remove(std::uint32_t node);
    void clip(std::uint32_t start, std::uint32_t base, std::vector<std::uint32_t>& triangles);
    void list_reflex(std::uint32_t start);
    bool is_reflex(std::uint32_t node) const {
        return turn(at(nodes_[node].before), at(node), at(nodes_[node].after)) < 0;
    }

    std::span<const Point> corners_;
    std::vector<Node> nodes_;
    std::vector<bool> is_gone_;
    std::vector<std::uint32_t> reflex_;  // nodes that an ear may not hold
    std::vector<std::uint32_t> holes_;
    std::vector<std::pair<std::int64_t, std::uint32_t>> candidates_;
    std::int64_t work_ = 0;
};

}  // namespace lachan::geo
