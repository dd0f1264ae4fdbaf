#include <algorithm>
#include <cmath>
#include <string>

#include "epi/alarms.h"
#include "epi/alike.h"
#include "epi/distributions.h"

namespace lachan::epi {
namespace {

struct Baseline {
    double mean = 0;
    double sd = 0;
};

/// Of `length` days, the last of which is `lag` days before `at` (from 1).
Baseline baseline_of(std::span<const double> counts, std::size_t at, std::size_t lag, std::size_t length) {
    const auto days = counts.subspan(at - 1 - lag - length, length);
    if (are_alike(days)) return {days[0], 0};  // or the last bits of the mean would be a deviation, and each day beyond it
    Baseline found;
    for (const double count : days) found.mean += count;
    found.mean /= static_cast<double>(length);
    for (const double count : days) found.sd += (count - found.mean) * (count - found.mean);
    found.sd = std::sqrt(found.sd / static_cast<double>(length - 1));
    return found;
}

/// The greater of 0 and x; not known when x is not.
double above_zero(double x) { return x < 0 ? 0 : x; }

}  // namespace

std::size_t ears_span(Ears method, const EarsOptions& options) {
    return options.baseline + (method == Ears::c1 ? 0 : method == Ears::c2 ? 2 : 4) + 1;
}

Result<std::vector<Alarm>> ears(std::span<const double> counts, Ears method, const EarsOptions& options) {
    if (options.baseline < 3) return Error{Errc::malformed, "epi.alarm", "a baseline has at least 3 days"};
    if (!(options.alpha > 0) || !(options.alpha < 1) || !(options.min_sigma >= 0)) {
        return Error{Errc::malformed, "epi.alarm", "alpha lies between 0 and 1, the least sigma is not negative"};
    }
    const std::size_t lag = method == Ears::c1 ? 0 : 2;
    const std::size_t before = ears_span(method, options) - 1;
    if (counts.size() <= before) return Error{Errc::malformed, "epi.alarm", "the series has no day after " + std::to_string(before) + " days"};
    const double z = normal_quantile(1 - options.alpha);
    const auto baseline = [&](std::size_t at) {
        Baseline found = baseline_of(counts, at, lag, options.baseline);
        found.sd = std::max(found.sd, options.min_sigma);
        return found;
    };
    /// By how much a day exceeds its baseline by more than one standard deviation.
    const auto excess = [&](std::size_t at) {
        const Baseline found = baseline(at);
        return above_zero((counts[at - 1] - found.mean) / found.sd - 1);
    };
    std::vector<Alarm> alarms;
    for (std::size_t at = before + 1; at <= counts.size(); ++at) {
        const Baseline found = baseline(at);
        const double count = counts[at - 1];
        const double upper = method == Ears::c3 ? above_zero(count + found.sd * (z - (excess(at - 2) + excess(at - 1)))) : found.mean + z * found.sd;
        alarms.push_back({at, upper, count > upper, false});
    }
    return alarms;
}

}  // namespace lachan::epi
