#include "epi/hotspots.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "epi/alike.h"
#include "epi/distributions.h"

namespace lachan::epi {
namespace {

Result<void> check(std::span<const double> values, const Neighbours& neighbours) {
    if (values.size() < 3) return Error{Errc::malformed, "epi.hotspots", "at least 3 units"};
    if (values.size() != neighbours.size()) return Error{Errc::malformed, "epi.hotspots", "neighbours for each unit are expected"};
    return {};
}

/// Deviations from the mean of all. Both statistics are the same on any scale, so the largest value is brought near 1, by a power of two,
/// which costs no bit: no square is lost to underflow, and what is nothing but rounding has one size.
struct Deviations {
    std::vector<double> of;
    double variance = 0;
    bool are_all_alike = false;
};

Deviations deviations_of(std::span<const double> values) {
    const double largest = largest_of(values);
    Deviations found;
    found.are_all_alike = are_alike(values);
    if (found.are_all_alike) return found;
    const int exponent = std::ilogb(largest);
    const double n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values) found.of.push_back(std::scalbn(value, -exponent));
    for (const double value : found.of) mean += value;
    mean /= n;
    for (double& value : found.of) value -= mean;
    for (const double value : found.of) found.variance += value * value;
    found.variance /= n;
    return found;
}

/// Whether all but one are alike. Only a unit that has nearly all the variance is asked about, of which there is one at most.
bool are_others_alike(std::span<const double> values, std::size_t one) {
    std::vector<double> others(values.begin(), values.end());
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(one));
    return are_alike(others);
}

Untold why_no_moran(std::span<const double> values, const Deviations& deviations, const Neighbours& neighbours, std::size_t one) {
    const double n = static_cast<double>(values.size());
    const double away = deviations.of[one];
    if (neighbours[one].empty()) return Untold::alone;
    if (neighbours[one].size() + 1 == values.size()) return Untold::whole;
    if (std::fabs(away) <= kAlike) return Untold::mean;
    const bool has_nearly_all = deviations.variance - away * away / (n - 1) < 1e-6 * deviations.variance;
    return has_nearly_all && are_others_alike(values, one) ? Untold::others_alike : Untold::told;
}

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

const char* rule_of(Untold why) {
    switch (why) {
        case Untold::told: return "";
        case Untold::alike: return "epi.alike";
        case Untold::whole: return "epi.whole";
        case Untold::alone: return "epi.alone";
        case Untold::mean: return "epi.mean";
        case Untold::others_alike: return "epi.others_alike";
    }
    return "";
}

double two_sided(double z) { return std::isnan(z) ? z : 2 * normal_cdf(-std::fabs(z)); }

Result<std::vector<GiStar>> getis_ord(std::span<const double> values, const Neighbours& neighbours, Weights weights) {
    TRY(check(values, neighbours));
    const Deviations deviations = deviations_of(values);
    if (deviations.are_all_alike) return std::vector<GiStar>(values.size(), {kUnknown, Untold::alike});
    const double n = static_cast<double>(values.size());
    std::vector<GiStar> scores;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (neighbours[i].size() + 1 == values.size()) {
            scores.push_back({kUnknown, Untold::whole});
            continue;
        }
        const double count = static_cast<double>(neighbours[i].size() + 1);
        const double weight = weights == Weights::row ? 1 / count : 1;
        double sum = deviations.of[i];
        for (const std::uint32_t j : neighbours[i]) sum += deviations.of[j];
        const double total = weight * count;
        const double squares = weight * weight * count;
        scores.push_back({sum * weight / std::sqrt(deviations.variance * ((n * squares - total * total) / (n - 1)))});
    }
    return scores;
}

Result<std::vector<LocalMoran>> local_moran(std::span<const double> values, const Neighbours& neighbours, Weights weights) {
    TRY(check(values, neighbours));
    const Deviations deviations = deviations_of(values);
    const LocalMoran unknown{kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, Untold::alike};
    if (deviations.are_all_alike) return std::vector<LocalMoran>(values.size(), unknown);
    const double n = static_cast<double>(values.size());
    const double second = deviations.variance;
    std::vector<LocalMoran> all;
    for (std::size_t i = 0; i < values.size(); ++i) {
        LocalMoran one = unknown;
        one.why = why_no_moran(values, deviations, neighbours, i);
        if (one.why == Untold::alone) {
            all.push_back(one);
            continue;
        }
        const double count = static_cast<double>(neighbours[i].size());
        const double weight = weights == Weights::binary ? 1 : 1 / count;
        const double away = one.why == Untold::mean ? 0 : deviations.of[i];
        double lag = 0;
        for (const std::uint32_t j : neighbours[i]) lag += deviations.of[j];
        const double total = weight * count;
        const double squares = weight * weight * count;
        one.i = away / second * (lag * weight);
        one.expected = -(away * away * total) / ((n - 1) * second);
        one.variance = 0;
        if (one.why == Untold::told) {
            one.variance =
                (away / second) * (away / second) * (n / (n - 2)) * (squares - total * total / (n - 1)) * (second - away * away / (n - 1));
            one.z = (one.i - one.expected) / std::sqrt(one.variance);
            one.p = two_sided(one.z);
        }
        all.push_back(one);
    }
    return all;
}

std::vector<double> false_discovery_rates(std::span<const double> p) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (!std::isnan(p[i])) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] > p[b] : a < b; });
    std::vector<double> rates(p.begin(), p.end());
    double least = 1;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double rank = static_cast<double>(order.size() - i);
        least = std::min(least, p[order[i]] * static_cast<double>(order.size()) / rank);
        rates[order[i]] = least;
    }
    return rates;
}

}  // namespace lachan::epi
