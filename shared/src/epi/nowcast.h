#pragma once

#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::epi {

/// Cases by day of onset and of report.
struct Reports {
    std::vector<Day> onset;
    std::vector<Day> report;
    std::vector<double> cases;
};

struct NowcastOptions {
    Day now;                    ///< reports after it are not known yet
    std::size_t longest = 14;   ///< days; a longer delay counts as this
    std::size_t window = 0;     ///< the delays of the last so many days are believed, 0 for all
    double level = 0.95;        ///< of the interval
};

/// One day of onset: what is reported, which share that is, what it will come to.
struct Nowcast {
    Day onset;
    double reported = 0;
    double share = 1;
    double estimate = 0;
    double lower = 0;
    double upper = 0;
};

/// From the first day of onset to `now`: the multiplicative estimate of Lawless (1994) from reverse-time hazards of the delay. The
/// interval is that of a normal distribution with his variance of prediction, cut off at what is already reported. Estimate and interval
/// are NaN where no report of such a day is known to come. Errc::malformed with rule epi.nowcast.
Result<std::vector<Nowcast>> nowcast(const Reports&, const NowcastOptions&);

/// Reads columns onset, report (YYYY-MM-DD) and, when there, cases (1 otherwise). Errc::malformed: epi.table, epi.column, epi.days,
/// epi.count; epi.nowcast when a report is before its onset.
Result<Reports> read_reports(std::string_view csv);

}  // namespace lachan::epi
