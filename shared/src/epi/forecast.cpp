#include "epi/forecast.h"

#include <algorithm>
#include <cmath>

#include "epi/distributions.h"
#include "epi/elementary.h"

namespace lachan::epi {
namespace {

constexpr double kMostCases = 1e12;  // where a path that explodes stays, and numbers are whole

Error wrong(const std::string& what) { return Error{Errc::malformed, "epi.forecast", what}; }

Result<void> check(const Incidence& incidence, const ForecastOptions& options) {
    if (options.days < 1 || options.days > 60) return wrong("from 1 to 60 days");
    if (options.replicates < 100 || options.replicates > 1'000'000) return wrong("from 100 to 1000000 replicates");
    if (!(options.clustering >= 0) || !(options.clustering < 1e9)) return wrong("clustering is 0 or above");
    if (incidence.cases.empty()) return wrong("there are no days");
    for (const double p : options.probabilities) {
        if (!(p > 0) || !(p < 1)) return Error{Errc::malformed, "epi.probability", "a probability lies between 0 and 1"};
    }
    return {};
}

/// Cases that today's and earlier ones cause at R = 1 on the day after the series.
double pressure_after(const std::vector<double>& cases, const SerialInterval& interval) {
    const std::size_t last = std::min(cases.size(), interval.weights.size() - 1);
    double sum = 0;
    for (std::size_t k = 1; k <= last; ++k) sum += interval.weights[k] * cases[cases.size() - k];
    return sum;
}

double draw_cases(double mean, double clustering, Random& random) {
    if (!(mean > 0)) return 0;
    if (clustering > 0) mean *= gamma_quantile(draw_uniform(random), clustering) / clustering;
    return std::min(draw_poisson(mean, random), kMostCases);
}

Reproduction summary_of(std::vector<double>& draws, std::size_t start, std::size_t end, const std::vector<double>& probabilities) {
    std::sort(draws.begin(), draws.end());
    const double n = static_cast<double>(draws.size());
    double sum = 0;
    for (const double draw : draws) sum += draw;
    const double mean = sum / n;
    double squares = 0;
    for (const double draw : draws) squares += (draw - mean) * (draw - mean);
    Reproduction summary{start, end, mean, std::sqrt(squares / (n - 1)), {}};
    for (const double p : probabilities) {
        const auto rank = static_cast<std::size_t>(std::ceil(p * n));
        summary.quantiles.push_back(draws[std::clamp<std::size_t>(rank, 1, draws.size()) - 1]);
    }
    return summary;
}

}  // namespace

double draw_uniform(Random& random) { return (static_cast<double>(random.next() >> 11) + 0.5) * 0x1p-53; }

double draw_poisson(double mean, Random& random) {
    constexpr double kMostExact = 1e6;
    const double u = draw_uniform(random);
    if (!(mean > 0)) return 0;
    if (mean > kMostExact) return std::max(0.0, std::floor(mean + std::sqrt(mean) * normal_quantile(u) + 0.5));
    // Probabilities are used up from the mode outwards, so that it takes about as many steps as the root of the mean.
    const double mode = std::floor(mean);
    const double top = exponential(mode * natural_log(mean) - mean - log_gamma(mode + 1));
    double left = u - top;
    double below = mode, above = mode;
    double below_share = top, above_share = top;
    while (left > 0) {
        above_share *= mean / (above += 1);
        if ((left -= above_share) <= 0) return above;
        if (below > 0) {
            below_share *= below / mean;
            below -= 1;
            if ((left -= below_share) <= 0) return below;
        }
        if (above_share < 1e-300) break;  // what rounding left over
    }
    return mode;
}

Result<std::vector<Reproduction>> forecast(const Incidence& incidence, const SerialInterval& interval, const ForecastOptions& options) {
    TRY(check(incidence, options));
    const std::vector<Reproduction> windows = TRY(reproduction(incidence, interval, options.reproduction));
    const Reproduction& last = windows.back();
    if (std::isnan(last.mean)) return wrong("the last window ends before a mean serial interval has passed: no estimate to go on from");
    const double shape = (last.mean / last.sd) * (last.mean / last.sd);
    const double scale = last.sd * last.sd / last.mean;

    const std::size_t days = options.days;
    const std::size_t known = incidence.cases.size();
    std::vector<std::vector<double>> draws(days + 1, std::vector<double>(options.replicates));
    std::vector<double> path = incidence.cases;
    for (std::uint32_t replicate = 0; replicate < options.replicates; ++replicate) {
        Random random(options.seed, replicate);
        // One reproduction number from each of as many equal parts of the posterior.
        const double at = (replicate + draw_uniform(random)) / options.replicates;
        const double rate = gamma_quantile(at, shape) * scale;
        path.resize(known);
        double all = 0;
        for (std::size_t day = 0; day < days; ++day) {
            const double cases = draw_cases(rate * pressure_after(path, interval), options.clustering, random);
            path.push_back(cases);
            draws[day][replicate] = cases;
            all += cases;
        }
        draws[days][replicate] = all;
    }
    std::vector<Reproduction> found;
    for (std::size_t day = 0; day < days; ++day) found.push_back(summary_of(draws[day], known + day + 1, known + day + 1, options.probabilities));
    found.push_back(summary_of(draws[days], known + 1, known + days, options.probabilities));
    return found;
}

}  // namespace lachan::epi
