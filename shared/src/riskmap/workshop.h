#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "riskmap/assess.h"
#include "riskmap/level.h"

namespace lachan::riskmap {

/// Nobody counts outside of this century, and figures are kept for each day between the first and the last: a slip in the year must not
/// cost a memory of a million days.
constexpr Day kFirstFigureDay{10'957};  // 2000-01-01
constexpr Day kLastFigureDay{47'481};   // 2099-12-31

/// Adds lines of unit|measure|source|from|values to the figures of a country, as a series has them ("1,,3": one entry a day); a later
/// value of the same unit, measure, source and day takes the place of an earlier one. Lines of units that are not of the country are
/// left out and counted in the answer. `touched` gets the places whose figures are others now, some of them more than once.
/// Errc::malformed with rule riskmap.figures; the detail names line and field.
Result<int> add_figures(Country& country, std::string_view lines, std::vector<int>* touched = nullptr);

/// People of each unit on the day: what was told last, else, for provinces, what the program carries.
void settle_people(Country& country, const Units& units, Day day);

/// The level that the map shows of a place, announcements aside: the computed one; a province whose counts have stopped keeps its own for a
/// while (riskmap.held). 0 for none.
int settled_level(const Pack& pack, const Census& census, const Place& place, const Assessed& assessed, Day day);
/// A level as a sign: 1 to 4, '-' not computable, '.' grey.
char sign_of(const Assessed& assessed, int level);

/// Levels of all units as one sign each, in the order of the places: 1 to 4, '-' not computable, '.' grey.
std::string signs_of(const Assessment& assessment, const Country& country);

/// A unit that two assessments see differently.
struct Change {
    int place = 0;
    Assessed before, after;
};
/// Units whose state or level differs; both have all places of one country.
std::vector<Change> changes_of(const std::vector<Assessed>& before, const std::vector<Assessed>& after);

}  // namespace lachan::riskmap
