#include <algorithm>
#include <cmath>
#include <string>

#include "epi/alarms.h"
#include "epi/distributions.h"
#include "epi/elementary.h"

namespace lachan::epi {
namespace {

double power(double x, double exponent) { return x > 0 ? exponential(exponent * natural_log(x)) : 0; }

/// What is known of the same weeks in earlier years.
struct Reference {
    std::vector<double> times;
    std::vector<double> counts;
};

/// A quasi-Poisson regression with logarithmic link on the time, or on nothing. Found by iterated least squares, ended as R's glm does.
struct Regression {
    bool has_trend = false;
    bool is_converged = false;
    double level = 0;         ///< at `centre`
    double slope = 0;
    double centre = 0;        ///< weighted mean of the times, so that level and slope are independent
    double weight = 0;        ///< sum of the working weights: 1 / variance of level
    double spread = 0;        ///< sum of weights times squared times: 1 / variance of slope
    double dispersion = 0;
    std::vector<double> means;
    std::vector<double> leverage;

    double variance_at(double time) const {
        const double away = time - centre;
        return 1 / weight + (has_trend ? away * away / spread : 0);
    }
    double mean_at(double time) const { return exponential(level + slope * (time - centre)); }
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
        model.weight = model.spread = model.centre = model.level = model.slope = 0;
        for (std::size_t i = 0; i < n; ++i) {
            working[i] = weights[i] * model.means[i];
            model.weight += working[i];
            model.centre += working[i] * data.times[i];
        }
        model.centre /= model.weight;
        for (std::size_t i = 0; i < n; ++i) {
            const double z = link[i] + (data.counts[i] - model.means[i]) / model.means[i];
            const double away = data.times[i] - model.centre;
            model.level += working[i] * z;
            model.slope += working[i] * away * z;
            model.spread += working[i] * away * away;
        }
        model.level /= model.weight;
        model.slope = has_trend ? model.slope / model.spread : 0;
        for (std::size_t i = 0; i < n; ++i) {
            link[i] = model.level + model.slope * (data.times[i] - model.centre);
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
        model.leverage.push_back(working[i] * model.variance_at(data.times[i]));
    }
    model.dispersion = sum / static_cast<double>(n - (has_trend ? 2 : 1));
    return model;
}

/// Weights that take what looks like an outbreak down: one over the squared Anscombe residual where that is above 1.
std::vector<double> outbreak_weights(const Reference& data, const Regression& model) {
    const double dispersion = std::max(model.dispersion, 1.0);
    std::vector<double> weights;
    double sum = 0;
    for (std::size_t i = 0; i < data.counts.size(); ++i) {
        const double mean = model.means[i];
        const double residual = 1.5 * (power(data.counts[i], 2.0 / 3) * power(mean, -1.0 / 6) - std::sqrt(mean));
        const double standard = residual / std::sqrt(dispersion * (1 - model.leverage[i]));
        weights.push_back(standard > 1 ? 1 / (standard * standard) : 1);
        sum += weights.back();
    }
    for (double& weight : weights) weight *= static_cast<double>(weights.size()) / sum;
    return weights;
}

Regression fit_twice(const Reference& data, bool has_trend) {
    const std::vector<double> equal(data.counts.size(), 1.0);
    Regression first = fit(data, equal, has_trend);
    if (!first.is_converged && has_trend) first = fit(data, equal, false);
    return fit(data, outbreak_weights(data, first), first.has_trend);
}

/// Whether the trend may be used to foretell the week `time`.
bool may_use_trend(const Regression& model, const Reference& data, const FarringtonOptions& options, double time) {
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
    return data;
}

Alarm judge(std::span<const double> counts, std::size_t at, const FarringtonOptions& options) {
    const double time = static_cast<double>(at);
    const Reference data = reference_of(counts, at, options);
    Regression model = fit_twice(data, true);
    if (model.has_trend && !may_use_trend(model, data, options, time)) model = fit_twice(data, false);

    const double dispersion = std::max(model.dispersion, 1.0);
    const double mean = model.mean_at(time);
    const double tau = dispersion + dispersion * model.variance_at(time) * mean;  // the squared error of the mean is its link's times mean^2
    const double error = std::sqrt(4.0 / 9 * power(mean, 1.0 / 3) * tau);
    const double upper = power(power(mean, 2.0 / 3) + normal_quantile(1 - options.alpha / 2) * error, 1.5);
    double recent = 0;
    for (std::size_t i = at >= options.least_span ? at - options.least_span : 0; i < at; ++i) recent += counts[i];
    if (recent < options.least_cases) return {at, 0, false, model.has_trend};
    return {at, upper, (counts[at - 1] - mean) / (upper - mean) > 1, model.has_trend};
}

}  // namespace

Result<std::vector<Alarm>> farrington(std::span<const double> counts, const FarringtonOptions& options) {
    const auto wrong = [](const std::string& what) { return Error{Errc::malformed, "epi.alarm", what}; };
    if (options.period < 2 || options.years < 1 || 2 * options.half_window + 1 > options.period) return wrong("years and window do not fit the period");
    if (options.years * (2 * options.half_window + 1) < 4) return wrong("fewer than 4 weeks to compare with");
    if (!(options.alpha > 0) || !(options.alpha < 1)) return wrong("alpha lies between 0 and 1");
    if (options.least_span < 1) return wrong("the span of least cases has at least one week");
    const std::size_t first = options.years * options.period + options.half_window + 1;
    const std::size_t from = options.from == 0 ? first : options.from;
    if (from < first) return wrong("the first to judge is " + std::to_string(first) + " or later");
    if (from > counts.size()) return wrong("the series ends before " + std::to_string(from));
    std::vector<Alarm> alarms;
    for (std::size_t at = from; at <= counts.size(); ++at) alarms.push_back(judge(counts, at, options));
    return alarms;
}

}  // namespace lachan::epi
