#pragma once

// What country_write.cpp and country_read.cpp agree on; told in docs/BOUNDARIES.md.

#include <array>
#include <cstdint>

#include "geo/country.h"

namespace lachan::geo {

constexpr std::array<std::uint8_t, 4> kMagic{'L', 'C', 'G', 'B'};
constexpr std::uint8_t kFormVersion = 1;
constexpr std::uint8_t kSchematicFlag = 1;
constexpr std::size_t kMostFileBytes = std::size_t{1} << 28;
constexpr std::size_t kMostUnitSetBytes = 32;
constexpr std::size_t kMostSourceBytes = 1024;
constexpr int kLeastBits = 16, kMostBits = 30;
constexpr std::uint8_t kLastZoom = 24;
constexpr std::array<std::uint32_t, 3> kMostCode{99, 999, 99999};

/// Numbers of one kind stand together, for what compresses the file.
struct Blocks {
    static constexpr std::size_t kCount = 8;
    enum Name : std::size_t { units, labels, rings, refs, lengths, details, xs, ys };
};
constexpr std::array<const char*, Blocks::kCount> kBlockNames{"units",   "labels",  "rings", "refs",
                                                              "lengths", "details", "x",     "y"};

/// Which points of an arc stand in the file. An end that follows from the arcs beside it in the ring does not.
struct Ends {
    bool has_first = false;
    bool has_last = false;
};

/// Of the arc at `index` of a ring of `count`, which is new there: are the arcs before and after it (around the ring)
/// known already?
constexpr Ends ends_of_new(std::size_t index, std::size_t count, bool is_last_known, bool is_next_known) {
    return {index == 0 && !(count > 1 && is_last_known), index + 1 < count && !is_next_known};
}

}  // namespace lachan::geo
