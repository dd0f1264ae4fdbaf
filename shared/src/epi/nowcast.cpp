#include "epi/nowcast.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "epi/distributions.h"
#include "epi/table.h"

namespace lachan::epi {
namespace {

constexpr std::int32_t kMostDays = 20'000;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

Error wrong(const std::string& what) { return Error{Errc::malformed, "epi.nowcast", what}; }

/// Reported cases by day of onset (rows, from the first) and delay.
struct Triangle {
    std::size_t days = 0;
    std::size_t delays = 0;
    std::vector<double> cells;
    double& at(std::size_t day, std::size_t delay) { return cells[day * delays + delay]; }
};

/// Of the cases that came with a delay up to x, the share that came with x; and how many there were.
struct Hazard {
    double share = 0;
    double cases = 0;
};

std::vector<Hazard> hazards_of(Triangle& triangle, std::size_t window) {
    const std::size_t last = triangle.days - 1;
    std::vector<Hazard> hazards(triangle.delays);
    std::vector<double> so_far(triangle.days, 0.0);  // of each day, with a delay up to x
    for (std::size_t x = 0; x < triangle.delays; ++x) {
        for (std::size_t day = 0; day + x <= last; ++day) so_far[day] += triangle.at(day, x);
        double with = 0;
        double up_to = 0;
        const std::size_t back = std::min(last, window == 0 ? last : window + x);
        for (std::size_t day = last - back; day + x <= last; ++day) {
            with += triangle.at(day, x);
            up_to += so_far[day];
        }
        hazards[x] = {up_to > 0 ? with / up_to : 0, up_to};
    }
    hazards[0].share = 1;
    return hazards;
}

/// Where a normal distribution that begins at `from` has the share p below.
double cut_normal_quantile(double p, double mean, double sd, double from) {
    const double below = normal_cdf((from - mean) / sd);
    return std::max(from, mean + sd * normal_quantile(below + p * (1 - below)));
}

}  // namespace

Result<std::vector<Nowcast>> nowcast(const Reports& reports, const NowcastOptions& options) {
    if (options.longest < 1 || options.longest > 1000) return wrong("the longest delay is from 1 to 1000 days");
    if (!(options.level > 0) || !(options.level < 1)) return wrong("the level of an interval lies between 0 and 1");
    Day first = options.now;
    for (std::size_t i = 0; i < reports.onset.size(); ++i) {
        if (reports.report[i] <= options.now) first = std::min(first, reports.onset[i]);
    }
    if (options.now - first > kMostDays) return wrong("more than 20000 days");
    Triangle triangle;
    triangle.days = static_cast<std::size_t>(options.now - first) + 1;
    triangle.delays = options.longest + 1;
    if (triangle.days <= options.longest) return wrong("fewer days than the longest delay");
    triangle.cells.assign(triangle.days * triangle.delays, 0.0);
    for (std::size_t i = 0; i < reports.onset.size(); ++i) {
        if (options.now < reports.report[i]) continue;
        const auto delay = static_cast<std::size_t>(reports.report[i] - reports.onset[i]);
        triangle.at(static_cast<std::size_t>(reports.onset[i] - first), std::min(delay, options.longest)) += reports.cases[i];
    }
    const std::vector<Hazard> hazards = hazards_of(triangle, options.window);
    std::vector<Nowcast> found;
    for (std::size_t day = 0; day < triangle.days; ++day) {
        const std::size_t known = triangle.days - 1 - day;  // the longest delay that can have been reported
        Nowcast one{first + static_cast<std::int32_t>(day), 0, 1, 0, 0, 0};
        for (std::size_t x = 0; x <= std::min(known, options.longest); ++x) one.reported += triangle.at(day, x);
        double uncertainty = 0;
        for (std::size_t x = known + 1; x <= options.longest; ++x) {
            one.share *= 1 - hazards[x].share;
            if (hazards[x].cases > 0) uncertainty += hazards[x].share / (hazards[x].cases * (1 - hazards[x].share));
        }
        one.estimate = one.share > 0 ? one.reported / one.share : kUnknown;
        // Of the share, and of how many the rest will be: N (N + 1) / W^4 Var(W) + N (1 - W) / W^2.
        const double squared = one.share * one.share;
        const double variance = one.reported * (one.reported + 1) / squared * uncertainty + one.reported * (1 - one.share) / squared;
        one.lower = one.upper = one.estimate;
        if (one.share > 0 && variance > 0) {
            const double tail = (1 - options.level) / 2;
            one.lower = cut_normal_quantile(tail, one.estimate, std::sqrt(variance), one.reported);
            one.upper = cut_normal_quantile(1 - tail, one.estimate, std::sqrt(variance), one.reported);
        }
        found.push_back(one);
    }
    return found;
}

Result<Reports> read_reports(std::string_view csv) {
    const Table table = TRY(read_table(csv));
    const auto onset = table.find({"onset"});
    const auto report = table.find({"report", "reported"});
    if (!onset || !report) return Error{Errc::malformed, "epi.column", "columns onset and report are expected"};
    Reports reports;
    const auto cases = table.find({"cases", "count", "I"});
    if (cases) reports.cases = TRY(table.counts(*cases));
    else reports.cases.assign(table.rows.size(), 1.0);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const std::string where = "line " + std::to_string(table.lines[i]);
        for (const auto& [column, days] : {std::pair{*onset, &reports.onset}, std::pair{*report, &reports.report}}) {
            const auto day = Day::parse(table.rows[i][column]);
            if (!day) return Error{Errc::malformed, "epi.days", where + ": " + table.name_of(column) + ": is not a day (YYYY-MM-DD)"};
            days->push_back(*day);
        }
        if (reports.report.back() < reports.onset.back()) return wrong(where + ": reported before the onset");
    }
    return reports;
}

}  // namespace lachan::epi
