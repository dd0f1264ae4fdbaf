#pragma once

#include "geo/features.h"
#include "geo/schematic.h"

namespace lachan::boundaries {

/// Islets strewn over the ground of a mark, as a shape like that of a file: they say where the district lies, and are not surveyed. The same
/// mark gives the same shape.
geo::Feature islets_at(const geo::Mark& mark);

}  // namespace lachan::boundaries
