#include "epi/reproduction.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "epi/distributions.h"
#include "epi/table.h"
#include "kernel/time.h"

namespace lachan::epi {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

Result<void> check_window(std::size_t days, std::size_t window) {
    if (window < 1) return Error{Errc::malformed, "epi.window", "a window has at least one day"};
    if (days < window + 1) {
        return Error{Errc::malformed, "epi.window",
                     "no window of " + std::to_string(window) + " days from day 2 fits into " + std::to_string(days) + " days"};
    }
    return {};
}

Result<void> check(const ReproductionOptions& options) {
    for (const double value : {options.prior_mean, options.prior_sd}) {
        if (!(value > 0) || !(value < 1e6)) return Error{Errc::malformed, "epi.prior", "mean and sd of the prior are above 0 and below 1000000"};
    }
    for (const double p : options.probabilities) {
        if (!(p > 0) || !(p < 1)) return Error{Errc::malformed, "epi.probability", "a probability lies between 0 and 1"};
    }
    return {};
}

double sum_of(std::span<const double> values, std::size_t start, std::size_t end) {
    double sum = 0;
    for (std::size_t day = start; day <= end; ++day) sum += values[day - 1];
    return sum;
}

Result<std::size_t> column_of_cases(const Table& table) {
    if (const auto found = table.find({"I", "cases", "incidence", "count", "new_cases", "newCases"})) return *found;
    if (table.width() == 1) return std::size_t{0};
    return Error{Errc::malformed, "epi.column", "no column I, cases, incidence or count"};
}

/// A gap in the dates would make days of different length out of one series.
Result<void> check_dates(const Table& table, std::size_t column) {
    std::optional<Day> before;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const auto day = Day::parse(table.rows[i][column]);
        const bool follows = day && (!before || *day - *before == 1);
        if (!follows) {
            const std::string why = day ? "does not follow the day before" : "is not a day (YYYY-MM-DD)";
            return Error{Errc::malformed, "epi.days",
                         "line " + std::to_string(table.lines[i]) + ": " + table.name_of(column) + ": " + shown(table.rows[i][column]) + " " + why};
        }
        before = *day;
    }
    return {};
}

std::string name_of_quantile(double p) {
    if (p == 0.5) return "median";
    std::string digits;
    append_number(digits, p);
    if (digits.starts_with("0.")) digits.erase(0, 2);
    return "q" + digits;
}

}  // namespace

std::vector<double> infectivity(std::span<const double> cases, const SerialInterval& interval) {
    std::vector<double> sums(cases.size(), 0.0);
    for (std::size_t t = 1; t < cases.size(); ++t) {
        const std::size_t last = std::min(t, interval.weights.size() - 1);
        double sum = 0;
        for (std::size_t k = 1; k <= last; ++k) sum += interval.weights[k] * cases[t - k];
        sums[t] = sum;
    }
    return sums;
}

Result<std::vector<Reproduction>> reproduction(const Incidence& incidence, const SerialInterval& interval, const ReproductionOptions& options) {
    TRY(check(options));
    TRY(check_window(incidence.cases.size(), options.window));
    const double prior_shape = (options.prior_mean / options.prior_sd) * (options.prior_mean / options.prior_sd);
    const double prior_scale = options.prior_sd * options.prior_sd / options.prior_mean;
    const double interval_mean = interval.mean();
    const std::vector<double> pressure = infectivity(incidence.cases, interval);
    std::vector<Reproduction> windows;
    for (std::size_t start = 2, end = start + options.window - 1; end <= incidence.cases.size(); ++start, ++end) {
        if (!(static_cast<double>(end) > interval_mean)) {
            windows.push_back({start, end, kUnknown, kUnknown, std::vector<double>(options.probabilities.size(), kUnknown)});
            continue;
        }
        const double elsewhere = incidence.imported.empty() ? 0 : sum_of(incidence.imported, start, end);
        const double shape = prior_shape + (sum_of(incidence.cases, start, end) - elsewhere);
        const double scale = 1 / (1 / prior_scale + sum_of(pressure, start, end));
        Reproduction window{start, end, shape * scale, std::sqrt(shape) * scale, {}};
        for (const double p : options.probabilities) window.quantiles.push_back(gamma_quantile(p, shape) * scale);
        windows.push_back(std::move(window));
    }
    return windows;
}

Result<std::vector<Reproduction>> cohort_reproduction(std::span<const double> cases, const SerialInterval& interval, std::size_t window) {
    TRY(check_window(cases.size(), window));
    // Of the cases of day t, the share that day s infected is w_(t-s) I_s over the sum of all such.
    const std::vector<double> pressure = infectivity(cases, interval);
    std::vector<double> caused(cases.size(), 0.0);
    for (std::size_t s = 0; s < cases.size(); ++s) {
        const std::size_t last = std::min(cases.size() - 1, s + interval.weights.size() - 1);
        for (std::size_t t = s + 1; t <= last; ++t) {
            if (pressure[t] > 0) caused[s] += interval.weights[t - s] / pressure[t] * cases[t];
        }
    }
    std::size_t first_case = 1;
    while (first_case <= cases.size() && cases[first_case - 1] == 0) ++first_case;
    std::vector<Reproduction> windows;
    for (std::size_t start = std::max<std::size_t>(2, first_case), end = start + window - 1; end <= cases.size(); ++start, ++end) {
        const double all = sum_of(cases, start, end);
        if (all == 0) continue;
        double weighted = 0;
        for (std::size_t day = start; day <= end; ++day) weighted += caused[day - 1] * cases[day - 1];
        windows.push_back({start, end, weighted / all, kUnknown, {}});
    }
    return windows;
}

Result<Incidence> read_incidence(std::string_view csv) {
    const Table table = TRY(read_table(csv));
    if (const auto dates = table.find({"dates", "date", "day"}); dates && !number_in(table.rows[0][*dates])) TRY(check_dates(table, *dates));
    const auto local = table.find({"local"});
    const auto imported = table.find({"imported"});
    Incidence incidence;
    if (local && imported) {
        incidence.cases = TRY(table.counts(*local));
        incidence.imported = TRY(table.counts(*imported));
        for (std::size_t i = 0; i < incidence.cases.size(); ++i) incidence.cases[i] += incidence.imported[i];
        return incidence;
    }
    incidence.cases = TRY(table.counts(TRY(column_of_cases(table))));
    return incidence;
}

Result<SerialInterval> read_serial_interval(std::string_view csv) {
    const Table table = TRY(read_table(csv));
    auto column = table.find({"w", "weight", "si", "si_distr", "probability", "p"});
    auto days = table.find({"k", "day", "days"});
    if (!column && table.width() == 1) column = 0;
    if (!column && table.names.empty() && table.width() == 2) {
        days = 0;
        column = 1;
    }
    if (!column) return Error{Errc::malformed, "epi.column", "no column w"};
    auto weights = TRY(table.numbers(*column));
    if (days) {
        const auto k = TRY(table.numbers(*days));
        if (k[0] == 1) weights.insert(weights.begin(), 0.0);
        for (std::size_t i = 0; i < k.size(); ++i) {
            if (k[i] != k[0] + static_cast<double>(i) || (k[0] != 0 && k[0] != 1)) {
                return Error{Errc::malformed, "epi.interval",
                             "line " + std::to_string(table.lines[i]) + ": " + table.name_of(*days) + ": days count from 0 or 1, one a line"};
            }
        }
    }
    return SerialInterval::given(std::move(weights));
}

std::string to_csv(std::span<const Reproduction> windows, const ReproductionOptions& options) {
    std::string text = "start,end,mean,sd";
    for (const double p : options.probabilities) text += "," + name_of_quantile(p);
    text += '\n';
    for (const Reproduction& window : windows) {
        text += std::to_string(window.start) + ',' + std::to_string(window.end);
        for (const double value : {window.mean, window.sd}) {
            text += ',';
            append_number(text, value);
        }
        for (const double value : window.quantiles) {
            text += ',';
            append_number(text, value);
        }
        text += '\n';
    }
    return text;
}

}  // namespace lachan::epi
