#pragma once

#include "riskmap/assess.h"
#include "riskmap/riskmap.h"
#include "riskmap/suppress.h"

namespace lachan::riskmap {

constexpr std::int32_t kPublicDays = 7;   ///< counts go out by whole weeks from Monday on, so that two answers never differ by a day
/// Days after a week's end, or after its first figure came, when it is settled: Sunday is told on Monday and mended by Wednesday as a rule.
constexpr std::int32_t kSettleDays = 3;
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

/// Before a series of cases is written, on the server: what the public has of settled weeks is put aside where the series says it anew.
Result<void> keep_settled(Context& context, std::string_view province, const CaseSeries& series, std::span<const std::optional<std::int64_t>> values,
                          Instant received_at);

/// riskmap.public: the cases of a province and of everything below it, day by day with the sums of weeks, as everybody may have them: small
/// counts are hidden, and with them as many others as keep them from following. Whole weeks that are settled, as they were then. Errc::rejected with rule riskmap.range.
Result<Json> public_counts(Context& context, const Json& arguments, Sight sight);

}  // namespace lachan::riskmap
