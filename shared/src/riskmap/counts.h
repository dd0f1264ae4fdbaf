#pragma once

#include "riskmap/riskmap.h"

namespace lachan::riskmap {

constexpr std::int32_t kCountDays = 400;            ///< days of one question below a province
constexpr std::int32_t kProvinceCountDays = 4'000;  ///< days of one question about provinces

struct CountsArguments {
    Text unit;
    Text level;
    Text measure;
    Date from;
    Date until;
};

/// Unit level by its word: province, district, commune; 0 when it is none.
int level_of_word(std::string_view word);
std::vector<std::string_view> level_words();

/// Codes of the units of a level from `top` down, as they are on the first or on the last day, in order: a merger between them loses none.
std::vector<std::string> codes_below(const Units& units, std::string_view top, int level, Day first, Day last);

/// Parameters 1 to 4 are province, measure, first and last day; `with` names the units, each to be found by its own key. The units are not
/// copied: `codes` must live on.
struct Keyed {
    std::string with;
    std::vector<SqlValue> values;
};
Keyed keyed(std::string_view province, std::span<const std::string> codes, Measure measure, Day from, Day until);

/// riskmap.counts: what was counted of a measure in each unit of a level, day by day, as runs of days about which something is known and
/// the days above zero. One statement a province. Below a province for who works with cases there, else Errc::forbidden; Errc::rejected
/// with rule riskmap.range for too many days, riskmap.depth for a level above the unit; Errc::not_found for an unknown unit.
Result<Json> counts(Context& context, const Json& arguments, Sight sight);

}  // namespace lachan::riskmap
