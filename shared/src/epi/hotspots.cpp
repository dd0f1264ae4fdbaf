#include "epi/hotspots.h"

#include <algorithm>
#include <cmath>

#include "epi/distributions.h"

namespace lachan::epi {
namespace {

Result<void> check(std::span<const double> values, const Neighbours& neighbours) {
    if (values.size() < 3) return Error{Errc::malformed, "epi.hotspots", "at least 3 units"};
    if (values.size() != neighbours.size()) return Error{Errc::malformed, "epi.hotspots", "neighbours for each unit are expected"};
    return {};
}

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

}  // namespace

double two_sided(double z) { return std::isnan(z) ? z : 2 * normal_cdf(-std::fabs(z)); }

Result<std::vector<double>> getis_ord(std::span<const double> values, const Neighbours& neighbours, Weights weights) {
    TRY(check(values, neighbours));
    const double n = static_cast<double>(values.size());
    const double mean = mean_of(values);
    double variance = 0;
    for (const double value : values) variance += (value - mean) * (value - mean);
    variance /= n;
    std::vector<double> scores;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double count = static_cast<double>(neighbours[i].size() + 1);
        const double weight = weights == Weights::row ? 1 / count : 1;
        double sum = values[i];
        for (const std::uint32_t j : neighbours[i]) sum += values[j];
        const double total = weight * count;
        const double squares = weight * weight * count;
        scores.push_back((sum * weight - total * mean) / std::sqrt(variance * ((n * squares - total * total) / (n - 1))));
    }
    return scores;
}

Result<std::vector<LocalMoran>> local_moran(std::span<const double> values, const Neighbours& neighbours, Weights weights) {
    TRY(check(values, neighbours));
    const double n = static_cast<double>(values.size());
    const double mean = mean_of(values);
    double second = 0;
    for (const double value : values) second += (value - mean) * (value - mean);
    second /= n;
    std::vector<LocalMoran> all;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double count = static_cast<double>(neighbours[i].size());
        const double weight = weights == Weights::binary ? 1 : count > 0 ? 1 / count : 0;
        const double z = values[i] - mean;
        double lag = 0;
        for (const std::uint32_t j : neighbours[i]) lag += values[j] - mean;
        const double total = weight * count;
        const double squares = weight * weight * count;
        LocalMoran one;
        one.i = z / second * (lag * weight);
        one.expected = -(z * z * total) / ((n - 1) * second);
        one.variance = (z / second) * (z / second) * (n / (n - 2)) * (squares - total * total / (n - 1)) * (second - z * z / (n - 1));
        one.z = (one.i - one.expected) / std::sqrt(one.variance);
        one.p = two_sided(one.z);
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
