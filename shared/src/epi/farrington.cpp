#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "epi/alarms.h"
#include "epi/distributions.h"
#include "epi/elementary.h"

namespace lachan::epi {
namespace {

double power(double x, double exponent) { return x > 0 ? exponential(exponent * natural_log(x)) : 0; }

/// What is known of earlier weeks. Weeks of one part of the year share a level; the week to judge is of part 0.
struct Reference {
    std::vector<double> times;
    std::vector<double> counts;
    std::vector<std::size_t> parts;
    std::size_t part_count = 1;
};

/// A quasi-Poisson regression with logarithmic link on a level for each part of the year and, perhaps, the time. Found by iterated least
/// squares, ended as R's glm does.
struct Regression {
    /// Around its own mean time a level is independent of the slope.
    struct Part {
        double level = 0;   ///< at `centre`
        double centre = 0;  ///< weighted mean of the times
        double weight = 0;  ///< sum of the working weights: 1 / variance of level
    };
    bool has_trend = false;
    bool is_converged = false;
    std::vector<Part> parts;
    double slope = 0;
    double spread = 0;        ///< sum of weights times squared times: 1 / variance of slope
    double dispersion = 0;
    std::vector<double> means;
    std::vector<double> leverage;

    double variance_at(double time, std::size_t part) const {
        const double away = time - parts[part].centre;
        return 1 / parts[part].weight + (has_trend ? away * away / spread : 0);
    }
    double link_at(double time, std::size_t part) const { return parts[part].level + slope * (time - parts[part].centre); }
    double mean_at(double time) const { return exponential(link_at(time, 0)); }
};

double deviance(const Reference& data, const std::vector<double>& weights, const std::vector<double>& means) {
    double sum = 0;
    for (std::size_t i = 0; i < means.size(); ++i) {
        const double y = data.counts[i];
        sum += weights[i] * ((y > 0 ? y * natural_log(y / means[i]) : 0) - (y - means[i]));
    }
    return 2 * sum;
}

Regression fit(const Reference& data, const std::vector<double>& weights, bool has_trend) {
    const std::size_t n = data.counts.size();
    Regression model;
    model.has_trend = has_trend;
    std::vector<double> link(n);
    std::vector<double> working(n);
    for (std::size_t i = 0; i < n; ++i) {
        model.means.push_back(data.counts[i] + 0.1);
        link[i] = natural_log(model.means[i]);
    }
    double before = deviance(data, weights, model.means);
    for (int turn = 0; turn < 25 && !model.is_converged; ++turn) {
        model.parts.assign(data.part_count, {});
        model.spread = model.slope = 0;
        for (std::size_t i = 0; i < n; ++i) {
            working[i] = weights[i] * model.means[i];
            Regression::Part& part = model.parts[data.parts[i]];
            part.weight += working[i];
            part.centre += working[i] * data.times[i];
        }
        for (Regression::Part& part : model.parts) part.centre /= part.weight;
        for (std::size_t i = 0; i < n; ++i) {
            Regression::Part& part = model.parts[data.parts[i]];
            const double z = link[i] + (data.counts[i] - model.means[i]) / model.means[i];
            const double away = data.times[i] - part.centre;
            part.level += working[i] * z;
            model.slope += working[i] * away * z;
            model.spread += working[i] * away * away;
        }
        for (Regression::Part& part : model.parts) part.level /= part.weight;
        model.slope = has_trend ? model.slope / model.spread : 0;
        for (std::size_t i = 0; i < n; ++i) {
            link[i] = model.link_at(data.times[i], data.parts[i]);
            model.means[i] = exponential(link[i]);
        }
        const double now = deviance(data, weights, model.means);
        model.is_converged = std::fabs(now - before) / (std::fabs(now) + 0.1) < 1e-8;
        before = now;
    }
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double residual = (data.counts[i] - model.means[i]) / model.means[i];
        sum += working[i] * residual * residual;
        model.leverage.push_back(working[i] * model.variance_at(data.times[i], data.parts[i]));
    }
    model.dispersion = sum / static_cast<double>(n - data.part_count - (has_trend ? 1 : 0));
    return model;
}

/// Weights that take what looks like an outbreak down: one over the squared Anscombe residual where that is above the threshold.
std::vector<double> outbreak_weights(const Reference& data, const Regression& model, double threshold) {
    const double dispersion = std::max(model.dispersion, 1.0);
    std::vector<double> weights;
    double sum = 0;
    for (std::size_t i = 0; i < data.counts.size(); ++i) {
        const double mean = model.means[i];
        const double residual = 1.5 * (power(data.counts[i], 2.0 / 3) * power(mean, -1.0 / 6) - std::sqrt(mean));
        const double standard = residual / std::sqrt(dispersion * (1 - model.leverage[i]));
        weights.push_back(standard > threshold ? 1 / (standard * standard) : 1);
        sum += weights.back();
    }
    for (double& weight : weights) weight *= static_cast<double>(weights.size()) / sum;
    return weights;
}

Regression fit_twice(const Reference& data, bool has_trend, double threshold) {
    const std::vector<double> equal(data.counts.size(), 1.0);
    Regression first = fit(data, equal, has_trend);
    if (!first.is_converged && has_trend) first = fit(data, equal, false);
    Regression second = fit(data, outbreak_weights(data, first, threshold), first.has_trend);
    second.is_converged = first.is_converged;  // what decides whether there is an answer
    return second;
}

/// Whether the trend may be used to foretell the week `time`.
bool may_use_trend(const Regression& model, const Reference& data, const FarringtonOptions& options, double time) {
    // Of a series without any scatter slope and error are rounding, and one over the other anything: so small a rise is none.
    constexpr double kLeastRise = 1e-9;
    if (!(std::fabs(model.slope) * (data.times.back() - data.times.front()) > kLeastRise)) return false;
    const double error = std::sqrt(model.dispersion / model.spread);
    const double freedom = static_cast<double>(data.counts.size()) - 2;
    const bool is_significant = student_two_sided(std::fabs(model.slope / error), freedom) < 0.05;
    return options.years >= 3 && is_significant && model.mean_at(time) <= *std::max_element(data.counts.begin(), data.counts.end());
}

Reference reference_of(std::span<const double> counts, std::size_t at, const FarringtonOptions& options) {
    Reference data;
    for (std::size_t year = options.years; year >= 1; --year) {
        const auto middle = static_cast<std::int64_t>(at) - static_cast<std::int64_t>(year * options.period);
        const auto half = static_cast<std::int64_t>(options.half_window);
        for (std::int64_t time = middle - half; time <= middle + half; ++time) {
            if (time < 1) continue;
            data.times.push_back(static_cast<double>(time));
            data.counts.push_back(counts[static_cast<std::size_t>(time) - 1]);
        }
    }
    data.parts.assign(data.times.size(), 0);
    return data;
}

double recent_cases(std::span<const double> counts, std::size_t at, std::size_t span) {
    double recent = 0;
    for (std::size_t i = at >= span ? at - span : 0; i < at; ++i) recent += counts[i];
    return recent;
}

Alarm judge(std::span<const double> counts, std::size_t at, const FarringtonOptions& options) {
    const double time = static_cast<double>(at);
    const Reference data = reference_of(counts, at, options);
    Regression model = fit_twice(data, true, 1);
    if (model.has_trend && !may_use_trend(model, data, options, time)) model = fit_twice(data, false, 1);

    const double dispersion = std::max(model.dispersion, 1.0);
    const double mean = model.mean_at(time);
    const double tau = dispersion + dispersion * model.variance_at(time, 0) * mean;  // the squared error of the mean is its link's times mean^2
    const double error = std::sqrt(4.0 / 9 * power(mean, 1.0 / 3) * tau);
    const double upper = power(power(mean, 2.0 / 3) + normal_quantile(1 - options.alpha / 2) * error, 1.5);
    if (recent_cases(counts, at, options.least_span) < options.least_cases) return {at, 0, false, model.has_trend};
    return {at, upper, (counts[at - 1] - mean) / (upper - mean) > 1, model.has_trend};
}

/// The weeks since the first window of the earliest year, but not the last ones: each year's window is part 0, and what lies between two
/// windows is shared out among the other parts, the first of them a week longer where it does not come out even.
Reference whole_years(std::span<const double> counts, std::size_t at, const FlexibleOptions& options) {
    Reference data;
    data.part_count = options.parts;
    const std::size_t window = 2 * options.half_window + 1;
    const std::size_t between = options.period - window;
    const std::size_t others = options.parts - 1;
    const std::size_t first = at - options.years * options.period - options.half_window;
    for (std::size_t time = first; time + options.left_out < at; ++time) {
        const std::size_t since = (time - first) % options.period;  // of the start of a year's window
        std::size_t part = 0;
        if (since >= window) {
            if (others == 0) continue;
            const std::size_t length = between / others, longer = between % others;
            const std::size_t into = since - window;
            part = 1 + (into < longer * (length + 1) ? into / (length + 1) : longer + (into - longer * (length + 1)) / length);
        }
        data.times.push_back(static_cast<double>(time));
        data.counts.push_back(counts[time - 1]);
        data.parts.push_back(part);
    }
    return data;
}

/// The least count that a quasi-Poisson variable of this mean reaches or stays below with probability 1 - alpha: of a negative binomial
/// distribution with variance dispersion * mean.
double count_quantile(double mean, double dispersion, double alpha) {
    const auto is_enough = [&](double count) {
        const double beyond = dispersion > 1 + 1e-9 ? beta_cdf((dispersion - 1) / dispersion, count + 1, mean / (dispersion - 1)) : gamma_tails(count + 1, mean).lower;
        return beyond <= alpha;
    };
    double most = std::max(1.0, std::floor(mean));
    while (!is_enough(most)) most *= 2;
    double least = -1;  // not enough
    while (most - least > 1) {
        const double middle = std::floor((least + most) / 2);
        (is_enough(middle) ? most : least) = middle;
    }
    return most;
}

Alarm judge_flexible(std::span<const double> counts, std::size_t at, const FlexibleOptions& options) {
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    if (recent_cases(counts, at, options.least_span) < options.least_cases) return {at, kUnknown, false, false};
    const double time = static_cast<double>(at);
    const Reference data = whole_years(counts, at, options);
    Regression model = fit_twice(data, true, options.threshold);
    const auto foretells_too_much = [&] { return !(model.mean_at(time) <= *std::max_element(data.counts.begin(), data.counts.end())); };
    if (model.has_trend && (options.years < 3 || foretells_too_much())) model = fit_twice(data, false, options.threshold);
    const double mean = model.mean_at(time);
    if (!model.is_converged || !(mean < 1e12)) return {at, kUnknown, false, false};
    const double upper = count_quantile(mean, std::max(model.dispersion, 1.0), options.alpha);
    return {at, upper, counts[at - 1] > upper, model.has_trend};
}

}  // namespace

namespace {

Result<void> check_weeks(std::size_t weeks, std::size_t from, std::size_t first) {
    const std::string earliest = "week " + std::to_string(first) + ", the first that has all its years before it";
    if (from < first) return Error{Errc::malformed, "epi.alarm", "from: nothing is judged before " + earliest};
    if (from <= weeks) return {};
    return Error{Errc::malformed, "epi.alarm",
                 "the series has " + std::to_string(weeks) + " weeks and ends before " + (from == first ? earliest : "week " + std::to_string(from))};
}

}  // namespace

Result<std::vector<Alarm>> farrington_flexible(std::span<const double> counts, const FlexibleOptions& options) {
    const auto wrong = [](const std::string& what) { return Error{Errc::malformed, "epi.alarm", what}; };
    const std::size_t window = 2 * options.half_window + 1;
    if (options.period < 2 || options.years < 1 || window > options.period) return wrong("years and window do not fit the period");
    if (options.parts < 1 || options.parts - 1 > options.period - window) return wrong("a year has not so many parts beside its window");
    if (options.left_out < options.half_window || options.left_out >= options.period - options.half_window) {
        return wrong("left out are at least half a window, and less than a year without half a window");
    }
    if (!(options.alpha > 0) || !(options.alpha < 1)) return wrong("alpha lies between 0 and 1");
    if (!(options.threshold > 0)) return wrong("the threshold of weights is above 0");
    if (options.least_span < 1) return wrong("the span of least cases has at least one week");
    const std::size_t first = options.years * options.period + options.half_window + 1;
    const std::size_t from = options.from == 0 ? first : options.from;
    TRY(check_weeks(counts.size(), from, first));
    // With one year and many weeks left out a part may have no week at all.
    std::vector<char> has_week(options.parts, 0);
    const Reference weeks = whole_years(counts, from, options);
    for (const std::size_t part : weeks.parts) has_week[part] = 1;
    if (weeks.times.size() < options.parts + 3) return wrong("too few weeks to compare with");
    if (std::count(has_week.begin(), has_week.end(), 1) != static_cast<std::ptrdiff_t>(options.parts)) return wrong("a part of the year has no week to compare with");
    std::vector<Alarm> alarms;
    for (std::size_t at = from; at <= counts.size(); ++at) alarms.push_back(judge_flexible(counts, at, options));
    return alarms;
}

Result<std::vector<Alarm>> farrington(std::span<const double> counts, const FarringtonOptions& options) {
    const auto wrong = [](const std::string& what) { return Error{Errc::malformed, "epi.alarm", what}; };
    if (options.period < 2 || options.years < 1 || 2 * options.half_window + 1 > options.period) return wrong("years and window do not fit the period");
    if (options.years * (2 * options.half_window + 1) < 4) return wrong("fewer than 4 weeks to compare with");
    if (!(options.alpha > 0) || !(options.alpha < 1)) return wrong("alpha lies between 0 and 1");
    if (options.least_span < 1) return wrong("the span of least cases has at least one week");
    const std::size_t first = options.years * options.period + options.half_window + 1;
    const std::size_t from = options.from == 0 ? first : options.from;
    TRY(check_weeks(counts.size(), from, first));
    std::vector<Alarm> alarms;
    for (std::size_t at = from; at <= counts.size(); ++at) alarms.push_back(judge(counts, at, options));
    return alarms;
}

}  // namespace lachan::epi
