#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace lachan::epi {

/// A number that an office told now and then, as it counts on a day.
struct Told {
    static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    double value = kUnknown;
    double day = kUnknown;  ///< on which it was told, from 0
};

/// For each day the number told last among the `window` days that end with it; unknown where none was. A day on which nothing was told
/// has a number below 0, or none (NaN).
std::vector<Told> told_last(std::span<const double> line, std::size_t window);

/// A part of a whole that are told apart from each other.
struct ToldShare {
    Told part;
    double whole = Told::kUnknown;  ///< as told last on the day of the part; not what was told after it
    double share = Told::kUnknown;  ///< from 0 to 1; unknown for a whole of 0 or below its part
};

/// For each day the part told last among `window` days, of the whole that counted on the day of that part, told last among `whole_window` days.
/// Both lines are of the same days.
std::vector<ToldShare> told_shares(std::span<const double> parts, std::span<const double> wholes, std::size_t window, std::size_t whole_window);

}  // namespace lachan::epi
