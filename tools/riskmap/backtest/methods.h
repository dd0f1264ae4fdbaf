#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backtest/outbreaks.h"
#include "epi/neighbours.h"
#include "riskmap/workshop.h"

namespace lachan::backtest {

/// Settings of the methods; all defaults are published ones, none was chosen by looking at the series. docs/BACKTEST.md.
struct Settings {
    double si_mean = 5.2;       ///< serial interval, days
    double si_sd = 1.7;
    double max_population = 0.1;  ///< of a cluster, as a share of all people
    std::uint32_t replicates = 199;
    double cluster_p = 0.01;    ///< a cluster flags its units at this p or below
    double smoothed_rate = 20;  ///< cases per 100,000 in 7 days
    std::size_t nearest = 6;    ///< neighbours of a unit
    double discoveries = 0.05;  ///< rate of false discoveries among hot spots
    std::uint64_t seed = 1;
    unsigned threads = 1;
};

/// A way to flag units. `flags` answers for one day, unit by unit, from what is seen on it; `why_not` says why it cannot be computed at all.
struct Method {
    std::string id;
    std::string text;  ///< in English, for the report
    std::string why_not;
    std::function<std::vector<Flag>(const Seen&)> flags;
};

/// The models over counts: EARS, Farrington, Rt, scans, Gi*, smoothed rates.
std::vector<Method> models(const Panel& panel, const Settings& settings);

/// One for each level of `levels`: a unit is flagged when what is known of it gives that level or a higher one, whatever the rest may be.
/// `pack_on` says which pack rules a day.
std::vector<Method> packs(const std::string& id, const std::string& text, const riskmap::Country& country, const Panel& panel,
                          std::vector<int> levels, std::function<const riskmap::Pack*(Day)> pack_on);

/// All days of a method, by as many threads; `tell(day)` from time to time, from this thread alone.
Flags run(const Method& method, const Panel& panel, unsigned threads, const std::function<void(int)>& tell);

}  // namespace lachan::backtest
