#pragma once

#include "riskmap/riskmap.h"

namespace lachan::riskmap {

struct DrillArguments {
    Text unit;
    Date day;
    Text pack;
};

/// riskmap.units: a unit and those directly below it on a day, each with its level from the figures of everything below. No counts: in a
/// small place they are somebody. There rules, bounds and other packs are for who works with cases; a named pack is Errc::forbidden to others.
Result<Json> units_below(Context& context, const Json& arguments, Sight sight);

/// The whole explanation of a unit (explain.h), from its figures and those of everything below.
Result<Json> explanation_of(Context& context, std::string_view unit, Day day, const Pack& pack, int declared);

}  // namespace lachan::riskmap
