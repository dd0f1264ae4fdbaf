#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kernel/result.h"

namespace lachan::places {

/// A place on the ground in millionths of a degree, WGS 84.
struct Corner {
    std::int32_t longitude_e6 = 0;
    std::int32_t latitude_e6 = 0;
    bool operator==(const Corner&) const = default;
};

constexpr std::size_t kMostCorners = 200;

/// Reads "106700000,10770000 106710000,10770000": corners in a row, one space between them, the first not repeated at the end. One corner
/// is a position, 3 to 200 make a shape. Errc::malformed with rule places.corners.
Result<std::vector<Corner>> parse_corners(std::string_view text);

/// Whether the country could have this place: a box around the mainland, Hoàng Sa and Trường Sa. The core carries no boundaries.
bool is_near_country(Corner corner);

/// Whether the ring is simple: no corner twice, no two sides that touch but neighbours at their common corner. Exact.
bool is_simple(std::span<const Corner> ring);

/// Square metres inside the ring, to a thousandth part: the same bits in both builds.
double square_metres(std::span<const Corner> ring);

}  // namespace lachan::places
