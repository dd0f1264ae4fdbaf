#pragma once

#include "riskmap/assess.h"
#include "riskmap/riskmap.h"
#include "riskmap/suppress.h"

namespace lachan::riskmap {

constexpr std::int32_t kPublicDays = 7;   ///< counts go out by whole weeks from Monday on, so that two answers never differ by a day
constexpr std::int32_t kPublicSpan = 70;  ///< days of one question

struct PublicArguments {
    Text unit;
    Date from;
    Date until;
};

/// The cases of a week from `first` on as a table to be suppressed: the places in their order, then what a unit told beyond the sum of
/// those below it. `is_told`: cell by cell of the places, whether anybody said something.
struct PublicWeek {
    CountTable table;
    std::vector<bool> is_told;
};
PublicWeek public_week(const Country& country, Day first);

/// riskmap.public: the cases of a province and of everything below it, day by day with the sums of weeks, as everybody may have them: small
/// counts are hidden, and with them as many others as keep them from following. Whole weeks that have ended. Errc::rejected with rule riskmap.range.
Result<Json> public_counts(Context& context, const Json& arguments, Sight sight);

}  // namespace lachan::riskmap
