#pragma once

#include <string>

#include "kernel/json.h"
#include "kernel/result.h"
#include "vocab/unit.h"

namespace lachan::riskmap {

/// riskmap.playback: {figures, from, until, under?, level, measures?} -> what the map shows of the units of a level day after day:
/// {"days":[{"day","levels","mark","pack","units"?,"values","version"}],"people"}. `levels` has a sign for each unit (workshop.h) by the
/// pack that colours the map on that day; without one, pack is "" and there are no signs. Levels of provinces are held as on the map
/// (riskmap.held). `units` are their codes, at the first day and where units of the country began or ended. `values` has for each of `measures` what was said of
/// each unit, or of all below it together; -1 nothing. "people" (-1 not known) are those of the last day. Figures are lines as of
/// riskmap.evaluate. Errors: riskmap.range for more than 4,000 days, riskmap.depth for a level above `under`, riskmap.unit, riskmap.figures.
Result<std::string> playback(const Units& units, const Json& request);

}  // namespace lachan::riskmap
