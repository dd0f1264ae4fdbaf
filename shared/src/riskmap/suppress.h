#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lachan::riskmap {

/// Counts of people from 1 to this minus one are not shown to the public: a few in a small place are somebody.
constexpr std::int64_t kFewest = 5;

/// Counts of units that form a tree over some days. Each unit above others is their sum on each day, and each has the sum of its days.
struct CountTable {
    std::vector<int> parent;             ///< row by row; the first row is the top with -1, a parent comes before its children
    std::size_t days = 0;
    std::vector<std::int64_t> values;    ///< row by row: the days, then their sum
    std::vector<bool> is_known;          ///< cell by cell: everybody knows that nothing was counted there (nobody told); it is never hidden
    std::vector<bool> is_unseen;         ///< row by row: never shown to anybody, and nobody knows it

    std::size_t width() const { return days + 1; }
    std::size_t rows() const { return parent.size(); }
};

struct Suppression {
    std::vector<bool> hidden;  ///< cell by cell; the top row is never hidden
    bool is_safe = true;       ///< false: a small count would follow from what is shown, whatever else is hidden
};

/// Which cells are hidden: counts from 1 to `fewest` - 1, and as few and as small others as keep each of those from following from the
/// sums. Whoever knows all that is shown, and that counts are not negative, is left with at least `fewest` - 1 values for such a count, or
/// with as many as the sums above allow, never with one; with two at least for every other hidden cell.
Suppression suppress(const CountTable& table, std::int64_t fewest);

}  // namespace lachan::riskmap
