#include "epi/serial_interval.h"

#include <cmath>
#include <string>

#include "epi/distributions.h"

namespace lachan::epi {
namespace {

Error wrong(const std::string& what) { return Error{Errc::malformed, "epi.interval", what}; }

/// E[(1 - |X - m|)+] for X ~ Gamma(shape, scale): the weight of m + 1 days. The three pieces cancel where both are near 1, so they
/// are taken of the tail that is small.
double triangle(double m, double shape, double scale) {
    const auto tail = [&](double x, double a, bool upper) {
        if (x <= 0) return upper ? 1.0 : 0.0;
        const Tails tails = gamma_tails(a, x / scale);
        return upper ? -tails.upper : tails.lower;
    };
    const bool upper = m - 1 > shape * scale;
    const auto below = [&](double x) { return tail(x, shape, upper); };
    const auto moment = [&](double x) { return tail(x, shape + 1, upper); };
    const double probability = (m + 1) * below(m + 1) + (m - 1) * below(m - 1) - 2 * m * below(m);
    return probability + shape * scale * (2 * moment(m) - moment(m - 1) - moment(m + 1));
}

}  // namespace

double SerialInterval::mean() const {
    double sum = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) sum += weights[k] * static_cast<double>(k);
    return sum;
}

Result<SerialInterval> SerialInterval::given(std::vector<double> weights) {
    if (weights.empty()) return wrong("no weights");
    if (weights[0] != 0) return wrong("the weight of 0 days is not 0");
    double sum = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
        if (!(weights[k] >= 0)) return wrong("the weight of " + std::to_string(k) + " days is negative");
        sum += weights[k];
    }
    if (!(std::fabs(sum - 1) <= 0.01)) return wrong("the weights sum to " + std::to_string(sum) + ", not to 1");
    return SerialInterval{std::move(weights)};
}

Result<SerialInterval> SerialInterval::discretised(double mean, double sd, std::size_t days) {
    if (!(mean > 1) || !(mean < 1e4)) return wrong("the mean is above 1 day and below 10000");
    if (!(sd > 0) || !(sd < 1e4)) return wrong("the standard deviation is above 0 days and below 10000");
    const double scale = sd * sd / (mean - 1);
    const double shape = (mean - 1) / scale;
    if (!(shape < 1e6) || !(shape > 1e-6)) return wrong("the standard deviation does not fit the mean");
    SerialInterval interval;
    interval.weights.assign(days, 0.0);
    for (std::size_t k = 1; k < days; ++k) {
        const double weight = triangle(static_cast<double>(k) - 1, shape, scale);
        interval.weights[k] = weight > 0 ? weight : 0;
    }
    return interval;
}

}  // namespace lachan::epi
