#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "geo/mercator.h"
#include "kernel/crypto.h"
#include "kernel/result.h"

namespace lachan::geo {

/// The three levels of units, from above. A unit of the lowest level is a leaf: it alone has shapes of its own.
enum class Level : std::uint8_t { province, district, commune };
constexpr std::array<Level, 3> kLevels{Level::province, Level::district, Level::commune};
constexpr std::size_t at(Level level) { return static_cast<std::size_t>(level); }
const char* name_of(Level level);

constexpr std::uint32_t kNone = UINT32_MAX;

struct Unit {
    /// The GSO code as a number; 0 when the unit above has nothing below it and stands for itself here.
    std::uint32_t code = 0;
    std::uint32_t parent = kNone;  ///< index in the level above; kNone for a province
    /// Where its name stands, in 255ths of its box.
    std::uint8_t label_x = 0;
    std::uint8_t label_y = 0;
    bool operator==(const Unit&) const = default;
};

/// The code as it is written, "079" for district 79: 2, 3 or 5 digits.
std::string code_text(Level level, std::uint32_t code);

constexpr std::size_t kMostDetails = 4;

struct Head {
    bool schematic = false;  ///< shapes made by us, not surveyed: to be said wherever the map is shown
    std::string unit_set;    ///< which list of units: "2021-07-01"
    std::string source;      ///< where the shapes come from
    std::uint64_t seed = 0;  ///< of schematic shapes
    Grid grid;
    /// For each detail, the coarse ones first, the last zoom (256-pixel tiles) at which it will do; the last one is 24.
    std::vector<std::uint8_t> zooms;
    bool operator==(const Head&) const = default;
};

/// The country's shapes: arcs that neighbours share, rings of arcs, and units that nest. What is inside holds by
/// construction or was checked on reading (docs/BOUNDARIES.md): indices are in range, rings are closed, an arc bounds
/// one or two different leaves.
struct Country {
    Head head;
    std::array<std::vector<Unit>, 3> units;  ///< by level; in order of parent, then code

    // Rings of leaf i: ring_begin[i] .. ring_begin[i + 1]; an outer ring comes before its holes. Arcs of ring r:
    // refs[ref_begin[r]] ..; a ref below 0 is ~arc, run backwards. Points of arc a, both ends with them:
    // points[arc_begin[a]] ...
    std::vector<std::uint32_t> ring_begin;
    std::vector<std::uint32_t> ref_begin;
    std::vector<std::int32_t> refs;
    std::vector<std::uint32_t> arc_begin;
    std::vector<Point> points;
    std::vector<std::uint8_t> details;  ///< of each point: the first detail that shows it; ends of arcs have 0
    std::vector<std::array<std::uint32_t, 2>> sides;  ///< of each arc: the leaf on its left, and on its right or kNone

    std::size_t leaves() const { return units[2].size(); }
    std::size_t arcs() const { return sides.size(); }
    /// The unit of `level` that holds a leaf.
    std::uint32_t above(std::uint32_t leaf, Level level) const;
    /// The outermost level that an arc is a border of.
    Level border(std::size_t arc) const;
    /// The points of a ring at a detail; the first is not repeated.
    Path ring(std::size_t index, std::size_t detail) const;
    bool operator==(const Country&) const = default;
};

/// District 498 Hoàng Sa of province 48, district 576 Trường Sa of province 56: no map goes without them. Rule:
/// geo.islands.
bool has_islands(const Country& country);

/// The file of a country. Rule: geo.form.
Bytes write_country(const Country& country);

/// Reads a file of `write_country`. Allocates no more than a small multiple of the bytes. Errors: Errc::malformed with
/// rule geo.form, geo.version or geo.islands; the detail names the part.
Result<Country> read_country(std::span<const std::uint8_t> bytes);

}  // namespace lachan::geo
