#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/time.h"

namespace lachan::riskmap {

/// What can be counted, measured or judged of a unit on a day. The order is that of the table; names go into records and packs.
enum class Measure : std::uint8_t {
    cases, deaths, tests, positives, admissions, population, bed_share, adults_dosed, over65_full, over50_full, plan_met,
    vaccination_met, source_unknown, source_unclear, crowded_place, hard_to_control, spread_share, spreads_outside,
    industrial_zone, level_before,
    // Shown as layers; no rule speaks of them (docs/adr/0077).
    feedback, checkpoints, checkpoints_alive,
};

/// Whether a rule of levels may speak of it. Of the others none is read for a level, and no level is made anew for one.
constexpr bool is_for_rules(Measure measure) { return measure < Measure::feedback; }

enum class Kind : std::uint8_t {
    count,  ///< of a day, may be summed over days and over the units below
    state,  ///< what there is: people that live there, checkpoints; the latest counts, sums of the units below count for the unit above
    share,  ///< hundredths of a percent, rounded down
    flag,   ///< 1 yes, 0 no: the answer of an officer
    level,  ///< 1 to 4
};

struct MeasureInfo {
    std::string_view name;
    Kind kind;
    bool more_is_worse;  ///< of several sources of one day the one counts by which the place looks worse (the largest number of cases)
    std::string_view vi, en;
};

const MeasureInfo& info_of(Measure measure);
std::optional<Measure> measure_named(std::string_view name);
/// All names in the order of the enumeration.
std::span<const MeasureInfo> measures();
/// The largest value that a measure can have on a day.
std::int64_t most_of(Measure measure);

/// Figures of one unit: for each measure and day what each source says.
class Figures {
public:
    /// A later value of the same source and day takes the place of the earlier one.
    void add(Measure measure, std::string_view source, Day day, std::int64_t value);

    /// Values of days one after the other, -1 where nothing is said; as `add` of each.
    void add_run(Measure measure, std::string_view source, Day first, const std::vector<std::int32_t>& values);

    /// Makes room for so many lines of sources: costs nothing when it is wrong but room.
    void expect(std::size_t lines) { lines_.reserve(std::min<std::size_t>(lines, 64)); }

    bool has(Measure measure) const { return (present_ >> static_cast<unsigned>(measure) & 1) != 0; }
    bool empty() const { return lines_.empty(); }
    /// The value of a day: of several sources the worse one.
    std::optional<std::int64_t> on(Measure measure, Day day) const;
    /// Sum over the `days` days that end with `day`; nullopt when one of them has no value.
    std::optional<std::int64_t> sum(Measure measure, Day day, int days) const;

    struct Dated {
        Day day;
        std::int64_t value = 0;
    };
    /// The value of the last of these days that has one.
    std::optional<Dated> latest(Measure measure, Day day, int days) const;

    struct OfSource {
        std::string source;
        std::int64_t sum = 0;
        int days = 0;  ///< how many of the days have a value
    };
    /// What each source says about the same days, in order of its name.
    std::vector<OfSource> by_source(Measure measure, Day day, int days) const;

private:
    struct Line {
        Measure measure;
        std::string source;
        Day first;
        std::vector<std::int32_t> values;  ///< -1: nothing said
        std::int32_t on(Day day) const {
            const auto at = static_cast<std::uint32_t>(day.days - first.days);
            return at < values.size() ? values[at] : -1;
        }
    };
    Line* line_of(Measure measure, std::string_view source);
    Line& new_line(Measure measure, std::string_view source, Day first);

    std::vector<Line> lines_;
    static_assert(static_cast<unsigned>(Measure::checkpoints_alive) < 32);
    std::uint32_t present_ = 0;  ///< a bit for each measure that has a line: most are asked for and never told
};

}  // namespace lachan::riskmap
