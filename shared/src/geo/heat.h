#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace lachan::geo {

/// A part of the square of the world in cells of one size.
struct CellWindow {
    std::int64_t left = 0, top = 0;
    std::int32_t width = 0, height = 0;
    bool operator==(const CellWindow&) const = default;
};

/// Weighted points, summed in cells of every size that a screen asks for. At level L the world is 2^L cells wide.
class HeatPyramid {
public:
    static constexpr int kCoarsest = 6, kFinest = 20;

    HeatPyramid() = default;
    /// `places`: x, y of each point as parts of the world in 2^32 of its width, from the west and from the north. A point without a weight
    /// counts one; weights that are not above 0, or not numbers, count nothing.
    HeatPyramid(std::span<const std::uint32_t> places, std::span<const float> weights);

    bool is_empty() const { return stored_.empty(); }
    /// The sums of a window of cells, row by row. `level` from kCoarsest to kFinest.
    void sums(int level, const CellWindow& window, std::vector<float>& out) const;
    /// The largest sum of one cell of that level.
    float peak(int level) const { return peaks_[static_cast<std::size_t>(level)]; }

private:
    /// Cells that hold something, in order of row and column: row << 32 | column.
    struct Stored {
        int level = 0;
        std::vector<std::uint64_t> cells;
        std::vector<float> sums;
    };
    std::vector<Stored> stored_;  ///< of every second level, the finest first
    std::array<float, kFinest + 1> peaks_{};
};

/// Spreads each cell over its neighbours by a bell of `sigma` cells; sums stay the same but for what leaves the window.
void blur(std::vector<float>& field, std::int32_t width, std::int32_t height, float sigma);

}  // namespace lachan::geo
