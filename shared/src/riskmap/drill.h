#pragma once

#include "riskmap/riskmap.h"

namespace lachan::riskmap {

struct DrillArguments {
    Text unit;
    Date day;
    Text pack;
    Text depth;
};

/// All that the levels of a unit and of everything below it on a day rest on.
struct Drilled {
    Country country;                   ///< the unit asked for comes first
    std::vector<int> declared;         ///< place by place: the announced level in force, 0 none
    std::int64_t data_time = 0;        ///< when the latest of the figures was told, ms UTC; 0 when there are none
};
/// One statement a province for figures and one for announcements. Errc::not_found with rule riskmap.unit.
Result<Drilled> drill(Context& context, std::string_view top, Day day, const Pack& pack);

/// The levels of all its places by a pack, settled as the map shows them.
struct DrilledLevels {
    std::vector<int> computed;  ///< from the figures; a province whose counts have stopped keeps its own for a while (riskmap.held); 0 none
    std::vector<int> shown;     ///< the announced one where there is one, else the computed one
};
DrilledLevels levels_of(const Context& context, const Drilled& drilled, const Assessment& assessment);

/// riskmap.units: a unit and those directly below it on a day, each with its level from the figures of everything below; with `depth` all
/// units of that level below it, as signs. No counts: in a small place they are somebody. There rules, bounds and other packs are for who
/// works with cases; a named pack is Errc::forbidden to others. Errc::rejected with rule riskmap.depth for a level above the unit.
Result<Json> units_below(Context& context, const Json& arguments, Sight sight);

/// The whole explanation of a unit (explain.h), from its figures and those of everything below.
Result<Json> explanation_of(Context& context, std::string_view unit, Day day, const Pack& pack, int declared);

}  // namespace lachan::riskmap
