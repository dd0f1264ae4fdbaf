#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "view.h"

namespace lachan::overlay {

/// How classes look: at most 128 of them, 0xAABBGGRR. Classes 0 to 4 may carry a pattern, the second carrier beside the colour.
struct Palette {
    std::vector<std::uint32_t> colours;
    std::uint32_t border = 0xff2f2910;
    /// Along coasts, where borders are as dark as the sea and would hide small islands; 0: not drawn.
    std::uint32_t rim = 0;
    bool is_patterned = true;
};

/// A palette as a table that one look finds the colour of a pixel in: a tile of 16 times 16 for each class with a pattern, one below the
/// other, then one colour for each kind, 16 to a row. Colours are premultiplied. kKindRow is where those begin; the shaders count on it all.
class Looks {
public:
    static constexpr int kTile = 16;
    static constexpr int kRim = 128;       ///< the kind of the rim, after all classes
    static constexpr int kPatterns = 5;  ///< of classes 0 to 4
    static constexpr int kKindRow = kTile * kPatterns, kKinds = 256, kRows = kKindRow + kKinds / kTile;

    Looks() = default;
    explicit Looks(const Palette& palette);

    std::uint32_t at(int kind, int tile_x, int tile_y) const {
        const int row = kind < kPatterns ? kind * kTile + tile_y : kKindRow + kind / kTile;
        return texels_[static_cast<std::size_t>(row * kTile + (kind < kPatterns ? tile_x : kind % kTile))];
    }
    std::span<const std::uint32_t> texels() const { return texels_; }

private:
    std::array<std::uint32_t, std::size_t{kTile} * kRows> texels_{};
};

/// How patterns lie on the screen: texels of them for a pixel, and the place of its corner among them.
struct Hanging {
    float texels_per_px = 1, x = 0, y = 0;
};
Hanging hang_patterns(const View& view);

}  // namespace lachan::overlay
