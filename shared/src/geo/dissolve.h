#pragma once

#include "geo/country.h"

namespace lachan::geo {

/// The same country at one detail with the units of `level` as its leaves: what lies between their parts is gone. Names
/// of units, grid and head stay; labels are those of the units.
Result<Country> dissolve(const Country& country, Level level, std::size_t detail);

}  // namespace lachan::geo
