#pragma once

#include <cstdint>
#include <vector>

#include "geo/country.h"
#include "geo/unit_list.h"

namespace lachan::geo {

/// The outline of a province: polygons of rings, the outer one first; no ring repeats its first point.
struct Outline {
    std::uint32_t province = 0;
    std::vector<std::vector<std::vector<LonLat>>> polygons;
};

/// A place where a district must lie: one that no outline holds gets islets of its own there.
struct Mark {
    std::uint32_t district = 0;
    LonLat place;
    double radius_km = 0;  ///< of the ground that its islets are strewn over
    int islets = 1;
};

/// Makes cells for the units of a list inside the outlines of their provinces: not surveyed, but every unit is there,
/// beside what it belongs to, and about as big as its kind. The same arguments give the same bytes. Rule: geo.outline.
/// Errors: Errc::rejected when a province has no outline, or a unit found no room; geo.planar.
Result<Country> make_schematic(const UnitList& list, const std::vector<Outline>& outlines,
                               const std::vector<Mark>& marks, std::uint64_t seed, std::string source);

}  // namespace lachan::geo
