#pragma once

#include <cstdint>
#include <vector>

#include "backtest/panel.h"

namespace lachan::backtest {

/// How outbreaks, alarms and false alarms are told apart. Definitions and their sources: docs/BACKTEST.md.
struct Terms {
    int least = 20;       ///< cases in the week of an outbreak
    double growth = 2;    ///< that week against the mean of up to three weeks before
    int warm_up = 7;      ///< days at the start on which nothing is judged
    int early = 7;        ///< days before the onset from which a flag counts for the outbreak
    int after = 14;       ///< days after the end on which a flag is still no false alarm; also the last days, whose future is not known
    int pause = 7;        ///< days without a flag that end an alarm
};

/// Found with hindsight. Days count from the panel's first.
struct Outbreak {
    std::uint32_t unit = 0;
    int onset = 0;    ///< first day with cases of the week
    int reached = 0;  ///< first day on which seven days hold the least number of cases
    int end = 0;      ///< last day before seven days hold less than that, or less than half of the most they held
};

/// Outbreaks that are judged, in order of unit and day, and the days of each unit on which a flag can be no false alarm.
struct Truth {
    std::vector<Outbreak> outbreaks;
    std::vector<std::vector<char>> is_excused;  ///< unit by unit, day by day
};
Truth outbreaks_of(const Panel& panel, const Terms& terms);

/// What a method says: unit by unit, day by day. A method that cannot be computed for a unit and day says `unknown` and flags nothing.
enum class Flag : std::uint8_t { no, yes, unknown };
using Flags = std::vector<std::vector<Flag>>;

constexpr int kNever = INT32_MAX;

/// The first flag from `early` days before the onset to the end; kNever without one.
int first_flag(const Flags& flags, const Outbreak& outbreak, const Terms& terms);

/// Alarms that lie wholly outside of outbreaks, and the unit-days on which there could be one.
struct FalseAlarms {
    std::int64_t alarms = 0;
    std::int64_t days = 0;
};
/// Of one unit. An alarm is a run of flagged days, interrupted by fewer than `pause` others.
FalseAlarms false_alarms_of(const std::vector<Flag>& flags, const std::vector<char>& is_excused, const Terms& terms);

/// A figure with its interval; all NaN when there is nothing to take it of.
struct Estimate {
    double value = 0;
    double low = 0;
    double high = 0;
};

/// How a method did against the outbreaks, beside the reference. Intervals are 95 % percentile intervals of a bootstrap over provinces.
struct Score {
    int outbreaks = 0;
    int detected = 0;
    int both = 0;         ///< by it and by the reference
    int earlier = 0, same = 0, later = 0;  ///< of those
    int alone = 0;        ///< by it and not by the reference
    Estimate lead;        ///< days before the reference, median over `both`; below 0: later
    double lead_25 = 0, lead_75 = 0;
    Estimate delay;       ///< days from the onset to the first flag, median over `detected`; below 0: before
    double delay_25 = 0, delay_75 = 0;
    Estimate share;       ///< detected of all outbreaks
    Estimate timely;      ///< detected on the day of `reached` or before, of all outbreaks
    Estimate false_rate;  ///< false alarms per unit-week
    std::int64_t false_alarms = 0;
    double unit_weeks = 0;
    double known = 0;     ///< share of judged unit-days on which the method could be computed
};

struct Chance {
    std::uint64_t seed = 1;
    std::uint32_t replicates = 1000;
};
Score score(const Panel& panel, const Truth& truth, const Flags& flags, const Flags& reference, const Terms& terms, const Chance& chance);

/// Quantile of numbers in order, linear between them (the usual of R, type 7); NaN of none.
double quantile(const std::vector<double>& ordered, double p);

}  // namespace lachan::backtest
