#pragma once

#include <cstdint>
#include <vector>

#include "geo/country.h"

namespace lachan::geo {

/// Answers in which leaf a place lies: a packed tree of boxes in the order of a Hilbert curve, then an exact test of
/// the rings. Places are rounded to sixteenths of a cell. Every place inside the country lies in exactly one leaf,
/// those on a border too.
class Locator {
public:
    /// Keeps a reference: the country must stay where it is.
    explicit Locator(const Country& country);

    /// The leaf, or kNone outside all of them.
    std::uint32_t find(LonLat place) const;
    /// The same for a place in cells of the country's grid.
    std::uint32_t find_cell(double x, double y) const;

private:
    struct Polygon {
        std::uint32_t leaf, first_ring, last_ring;
    };

    bool holds(const Polygon& polygon, Point p) const;
    std::uint32_t find_fine(Point p) const;

    const Country& country_;
    std::vector<Box> arc_boxes_;
    std::vector<Polygon> polygons_;
    std::vector<Box> boxes_;             // of polygons, then of groups of 16, then of groups of these, ...
    std::vector<std::uint32_t> levels_;  // where each of those begins in boxes_
};

}  // namespace lachan::geo
