#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "geo/mesh.h"
#include "view.h"

namespace lachan::overlay {

struct Label {
    std::uint32_t unit = 0;
    float x = 0, y = 0;  ///< its middle, in CSS pixels of the canvas
};

/// The names that fit: inside their unit, on the screen, and over no other name. Larger units come first, so a name does not go when the
/// map moves and a small neighbour comes into view. `widths` in CSS pixels; a unit of width 0 has no name.
std::vector<Label> choose_labels(std::span<const geo::Place> places, const geo::Grid& grid, const View& view, std::span<const float> widths,
                                 float height_px);

}  // namespace lachan::overlay
