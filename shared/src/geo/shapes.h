#pragma once

#include <cstdint>
#include <span>

#include "geo/arrangement.h"
#include "geo/country.h"

namespace lachan::geo {

/// Fills rings and arcs of a country whose units and grid are there: leaf `leaf_of_face[f]` (or kNone) owns face f.
/// Faces of one leaf grow together. All points get detail 0 of 1. Each leaf should own a face; one that does not has no
/// ring.
void take_shapes(Country& country, const Arrangement& plane, std::span<const std::uint32_t> leaf_of_face);

/// Says which points the coarser details leave out, and sets head.zooms to `zooms` (ascending, ending with 24). A
/// detail moves a border by about half a pixel of its last zoom, and no detail lets borders touch or cross that did
/// not, nor a part change sides.
void choose_details(Country& country, std::span<const std::uint8_t> zooms);

/// Puts the label of every unit where the largest circle inside it has its centre.
void place_labels(Country& country);

}  // namespace lachan::geo
