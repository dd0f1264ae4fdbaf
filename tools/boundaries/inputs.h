#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "geo/schematic.h"
#include "geo/unit_list.h"
#include "kernel/time.h"

namespace lachan::boundaries {

/// The units of units.txt that live on a day. Errors: those of Units::parse; Errc::rejected when none does.
Result<geo::UnitList> read_units(std::string_view text, Day day);

struct Outlines {
    std::vector<geo::Outline> provinces;
    std::vector<geo::Mark> marks;
    std::string source;
};

/// outlines.json of tools/make_outlines.mjs: TopoJSON of provinces by code, and the islands it lacks. Errc::malformed
/// with rule geo.outline names what is missing.
Result<Outlines> read_outlines(std::string_view text);

}  // namespace lachan::boundaries
