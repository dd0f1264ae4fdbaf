#pragma once

#include <vector>

#include "geo/country.h"

namespace lachan::geo {

/// Rings in degrees: the outer one runs counterclockwise, then come its holes, clockwise. A ring's first place is not repeated.
using Polygon = std::vector<std::vector<LonLat>>;

/// The shape of one unit as files for others have it (RFC 7946, 3.1.6): all of it, and no border that lies within. Empty for a unit that
/// has no shape. Errors: those of `arrange`.
Result<std::vector<Polygon>> outline_of(const Country& country, Level level, std::uint32_t unit, std::size_t detail);

}  // namespace lachan::geo
