#include "geo/locate.h"

#include <cmath>
#include <numeric>

namespace lachan::geo {
namespace {

constexpr std::uint32_t kGroup = 16;
constexpr std::int32_t kFine = 16;  // parts of a cell

/// Place of a square along a Hilbert curve of order 16.
std::uint32_t hilbert(std::uint32_t x, std::uint32_t y) {
    std::uint32_t place = 0;
    for (std::uint32_t side = 1U << 15; side > 0; side >>= 1) {
        const std::uint32_t right = (x & side) != 0, lower = (y & side) != 0;
        place += side * side * ((3 * right) ^ lower);
        if (lower == 0) {
            if (right == 1) {
                x = side - 1 - (x & (side - 1));
                y = side - 1 - (y & (side - 1));
            }
            std::swap(x, y);
        }
    }
    return place;
}

Box fine(const Box& box) { return {box.left * kFine, box.top * kFine, box.right * kFine, box.bottom * kFine}; }

}  // namespace

Locator::Locator(const Country& country) : country_(country) {
    for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
        Box box;
        for (std::uint32_t i = country.arc_begin[arc]; i < country.arc_begin[arc + 1]; ++i) box.put(country.points[i]);
        arc_boxes_.push_back(fine(box));
    }
    // A ring that lies in the box of the one before is taken as its hole or its neighbour: tested together, both come
    // out right.
    std::vector<Box> boxes;
    for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) {
        for (std::uint32_t ring = country.ring_begin[leaf]; ring < country.ring_begin[leaf + 1]; ++ring) {
            Box box;
            for (std::uint32_t i = country.ref_begin[ring]; i < country.ref_begin[ring + 1]; ++i) {
                const std::int32_t ref = country.refs[i];
                box.put(arc_boxes_[static_cast<std::size_t>(ref < 0 ? ~ref : ref)]);
            }
            const bool is_inner = ring != country.ring_begin[leaf] && boxes.back().contains({box.left, box.top}) &&
                                  boxes.back().contains({box.right, box.bottom});
            if (is_inner) {
                polygons_.back().last_ring = ring + 1;
                continue;
            }
            polygons_.push_back({leaf, ring, ring + 1});
            boxes.push_back(box);
        }
    }
    const Grid& grid = country.head.grid;
    const double wide = 65535.0 / (2.0 * kFine * std::max(1, grid.width)),
                 high = 65535.0 / (2.0 * kFine * std::max(1, grid.height));
    std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
    for (std::uint32_t i = 0; i < boxes.size(); ++i) {
        const double x = (static_cast<double>(boxes[i].left) + boxes[i].right) * wide,
                     y = (static_cast<double>(boxes[i].top) + boxes[i].bottom) * high;
        order.emplace_back(hilbert(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)), i);
    }
    std::sort(order.begin(), order.end());
    std::vector<Polygon> sorted;
    for (const auto& [place, i] : order) {
        sorted.push_back(polygons_[i]);
        boxes_.push_back(boxes[i]);
    }
    polygons_ = std::move(sorted);
    levels_.push_back(0);
    for (std::size_t begin = 0, end = boxes_.size(); end - begin > 1; begin = levels_.back(), end = boxes_.size()) {
        levels_.push_back(static_cast<std::uint32_t>(end));
        for (std::size_t i = begin; i < end; i += kGroup) {
            Box box;
            for (std::size_t j = i; j < std::min(i + kGroup, end); ++j) box.put(boxes_[j]);
            boxes_.push_back(box);
        }
    }
}

bool Locator::holds(const Polygon& polygon, Point p) const {
    bool inside = false;
    for (std::uint32_t i = country_.ref_begin[polygon.first_ring]; i < country_.ref_begin[polygon.last_ring]; ++i) {
        const std::int32_t ref = country_.refs[i];
        const auto arc = static_cast<std::size_t>(ref < 0 ? ~ref : ref);
        const Box& box = arc_boxes_[arc];
        if (p.y < box.top || p.y > box.bottom || p.x > box.right) continue;
        const std::uint32_t begin = country_.arc_begin[arc], end = country_.arc_begin[arc + 1];
        if (p.x < box.left) {
            // All of it lies to the right: only how it ends matters.
            inside ^= (country_.points[begin].y * kFine > p.y) != (country_.points[end - 1].y * kFine > p.y);
            continue;
        }
        Point a{country_.points[begin].x * kFine, country_.points[begin].y * kFine};
        for (std::uint32_t j = begin + 1; j < end; ++j) {
            const Point b{country_.points[j].x * kFine, country_.points[j].y * kFine};
            if ((a.y > p.y) != (b.y > p.y)) inside ^= (a.y < b.y ? turn(a, b, p) : turn(b, a, p)) > 0;
            a = b;
        }
    }
    return inside;
}

std::uint32_t Locator::find_fine(Point p) const {
    // Groups still to be looked into; a tree of 2^32 boxes has eight levels of sixteen.
    std::array<std::pair<std::uint32_t, std::uint32_t>, 8 * kGroup> waiting;
    std::size_t count = 0;
    const auto top = static_cast<std::uint32_t>(levels_.size() - 1);
    if (boxes_[levels_[top]].contains(p)) waiting[count++] = {top, 0};
    while (count > 0) {
        const auto [level, index] = waiting[--count];
        if (level == 0) {
            if (holds(polygons_[index], p)) return polygons_[index].leaf;
            continue;
        }
        const std::uint32_t below = levels_[level - 1], size = levels_[level] - below;
        for (std::uint32_t i = index * kGroup; i < std::min(index * kGroup + kGroup, size); ++i) {
            if (boxes_[below + i].contains(p)) waiting[count++] = {level - 1, i};
        }
    }
    return kNone;
}

std::uint32_t Locator::find_cell(double x, double y) const {
    const Grid& grid = country_.head.grid;
    if (!(x >= 0 && y >= 0 && x <= grid.width && y <= grid.height)) return kNone;
    return find_fine({static_cast<std::int32_t>(std::floor(x * kFine + 0.5)),
                      static_cast<std::int32_t>(std::floor(y * kFine + 0.5))});
}

std::uint32_t Locator::find(LonLat place) const {
    if (!(place.longitude >= -180 && place.longitude <= 180 && place.latitude >= -kMostLatitude &&
          place.latitude <= kMostLatitude))
        return kNone;
    const World cells = country_.head.grid.cells(project(place));
    return find_cell(cells.x, cells.y);
}

}  // namespace lachan::geo
