#include "epi/windows.h"

#include <cmath>
#include <limits>

#include "epi/alike.h"
#include "epi/distributions.h"

namespace lachan::epi {
namespace {

constexpr double kTail = 0.025;
constexpr double kPer = 100'000;

}  // namespace

Estimate unknown_estimate() {
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    return {kUnknown, kUnknown, kUnknown};
}

Estimate rate_of(double cases, double people) {
    if (!(people > 0) || !(cases >= 0)) return unknown_estimate();
    const double scale = kPer / people;
    return {cases * scale, cases == 0 ? 0 : gamma_quantile(kTail, cases) * scale, gamma_upper_quantile(kTail, cases + 1) * scale};
}

Estimate share_of(double part, double whole) {
    if (!(whole > 0) || !(part >= 0) || part > whole) return unknown_estimate();
    const double z = normal_quantile(1 - kTail);
    const double share = part / whole;
    const double divisor = 1 + z * z / whole;
    const double middle = (share + z * z / (2 * whole)) / divisor;
    const double half = z * std::sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / divisor;
    // At the ends the formula gives the ends themselves, but for rounding.
    return {share, part == 0 ? 0 : middle - half, part == whole ? 1 : middle + half};
}

double student_two_sided_quantile(double q, double freedom) {
    double low = 0, high = 1;
    while (student_two_sided(high, freedom) > q && high < 1e300) high *= 2;
    for (int i = 0; i < 200; ++i) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) break;
        (student_two_sided(middle, freedom) > q ? low : high) = middle;
    }
    return high;
}

Estimate slope_of(std::span<const double> counts, double t) {
    if (counts.size() < 3) return unknown_estimate();
    if (are_alike(counts)) return {0, 0, 0};  // or the last bits of the mean would be a slope without doubt
    const auto n = static_cast<double>(counts.size());
    const double middle = (n - 1) / 2;
    double mean = 0;
    for (const double count : counts) mean += count;
    mean /= n;
    double spread = 0, product = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double at = static_cast<double>(i) - middle;
        spread += at * at;
        product += at * (counts[i] - mean);
    }
    const double slope = product / spread;
    double left = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double off = counts[i] - mean - slope * (static_cast<double>(i) - middle);
        left += off * off;
    }
    const double half = t * std::sqrt(left / (n - 2) / spread);
    return {slope, slope - half, slope + half};
}

}  // namespace lachan::epi
