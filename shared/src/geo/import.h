#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "geo/country.h"
#include "geo/features.h"
#include "geo/unit_list.h"

namespace lachan::geo {

/// A shape to be taken over, and whose it is.
struct Shape {
    const Feature* feature = nullptr;
    Level level = Level::commune;
    std::uint32_t code = 0;  ///< 0: nobody knows
    std::string name;        ///< for the report
};

struct ImportOptions {
    int bits = 26;            ///< of the grid: cells of 0.6 m at the equator
    double snap_metres = 0;   ///< points that near are one, and lie on a border that near
    double gap_km2 = 3;       ///< holes between shapes up to this go to a neighbour
    double scrap_km2 = 0.05;  ///< so do scraps of a unit up to this that lie apart from it, among others
    bool joins_uncoded =
        false;  ///< shapes without a code go to the neighbour with the longest border, instead of staying empty
    std::string source;
};

/// What an import found and what it did about it. Areas are square metres.
struct ImportReport {
    struct Overlap {
        std::string first, second, heir;
        std::int64_t area = 0;
    };
    struct Gap {
        std::string heir;
        std::int64_t area = 0;
    };
    std::size_t shapes = 0, taken = 0;
    std::vector<std::string> schematic;  ///< units drawn at marks of this project, not surveyed; told by the caller
    std::vector<std::string> codes_without_shape;
    std::vector<std::string> shapes_without_code;
    std::vector<std::string> changed;  ///< "old -> new": taken over through the record of changes
    std::vector<std::string> split;    ///< went to more than one unit: the shape cannot be divided
    std::vector<std::string> lost;     ///< nothing of the shape was left
    std::vector<Overlap> overlaps;
    std::vector<Gap> gaps;
    std::vector<Gap> scraps;
    std::size_t clockwise = 0, counter_clockwise = 0;  ///< outer rings, as seen on a map with north up
    std::size_t open_rings = 0;                        ///< that did not end where they began
    std::size_t empty_rings = 0;                       ///< without area: left out
    std::vector<std::string> crossing;                 ///< shapes that cover a place twice, or that a hole leaves
    std::vector<std::string> touching;  ///< units with a ring that meets itself in a point: sound, but worth a look
};

struct Imported {
    Country country;
    ImportReport report;
};

/// Makes a country of shapes: snaps them together, settles gaps, overlaps and scraps, and shares their borders. Units
/// of the list without a shape are left out and reported. Errors: Errc::rejected with rule geo.planar, geo.shapes
/// (nothing is usable) or geo.islands.
Result<Imported> import_shapes(const UnitList& list, const std::vector<Shape>& shapes, const ImportOptions& options);

/// The report as JSON, and as lines to read.
std::string report_json(const ImportReport& report);
std::string report_text(const ImportReport& report);

}  // namespace lachan::geo
