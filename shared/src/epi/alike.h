#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace lachan::epi {

/// Numbers that differ by no more than this share of the largest are alike: some thousand times what computing a rate and a mean can be
/// out by, and far below what any count can show. Below it a deviation is made of rounding, and a test that divides by it finds
/// significance in the last bits.
constexpr double kAlike = 1e-12;

inline double largest_of(std::span<const double> values) {
    double largest = 0;
    for (const double value : values) largest = std::max(largest, std::fabs(value));
    return largest;
}

inline bool are_alike(std::span<const double> values) {
    if (values.empty()) return true;
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return *most / 2 - *least / 2 <= kAlike / 2 * largest_of(values);  // halves: the difference of all that a double can hold has no end
}

}  // namespace lachan::epi
