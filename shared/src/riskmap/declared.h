#pragma once

#include "riskmap/riskmap.h"

namespace lachan::riskmap {

struct DeclaredArguments {
    Text unit;
    Date day;
};

/// riskmap.declared: what was announced of the level of one unit, public as the announcements are: the one in force on the day, and all that
/// stand, the last made first. To the asker it says whether they may announce one there, and as an official of which unit it is
/// recorded: one that was merged is answered for by its heir. Errc::not_found with rule riskmap.unit.
Result<Json> declared(Context& context, const Json& arguments, Sight sight);

/// An announcement as everybody may read it.
Json to_json(const Declaration& one);

}  // namespace lachan::riskmap
