#include "boundaries/reading.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "command/files.h"
#include "geo/dissolve.h"
#include "geo/locate.h"
#include "kernel/json.h"

namespace lachan::boundaries {
namespace {

using command::Arguments;

Error usage(std::string what) { return Error{Errc::malformed, "usage", std::move(what)}; }

Result<geo::Country> open(const std::string& file) {
    const std::string bytes = TRY(command::read_file(file));
    auto country = geo::read_country(bytes_of(bytes));
    if (!country) return Error{country.error().code, country.error().rule, file + ": " + country.error().detail};
    return country;
}

Result<double> degrees(const std::string& text, const char* what, double most) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != 0 || !(value >= -most && value <= most))
        return usage(std::string(what) + " is a number of degrees, not '" + text + "'");
    return value;
}

std::string place_text(const geo::Grid& grid, geo::Point p) {
    const geo::LonLat place = geo::unproject(grid.world(p));
    char text[64];
    std::snprintf(text, sizeof text, "[%.7f,%.7f]", place.longitude, place.latitude);
    return text;
}

/// RFC 7946 wants outer rings counter-clockwise with north up; here y runs south, so each ring is written backwards.
std::string ring_text(const geo::Country& country, std::size_t ring) {
    geo::Path path = country.ring(ring, geo::kMostDetails);
    std::reverse(path.begin(), path.end());
    std::string text = "[";
    for (const geo::Point p : path) text += place_text(country.head.grid, p) + ",";
    return text + place_text(country.head.grid, path[0]) + "]";
}

std::string shape_text(const geo::Country& country, std::uint32_t leaf) {
    std::string text = "{\"type\":\"MultiPolygon\",\"coordinates\":[";
    bool is_open = false;
    for (std::uint32_t ring = country.ring_begin[leaf]; ring < country.ring_begin[leaf + 1]; ++ring) {
        const bool is_hole = geo::doubled_area(country.ring(ring, geo::kMostDetails)) < 0;
        text += is_hole ? "," : is_open ? "],[" : "[";
        text += ring_text(country, ring);
        is_open = true;
    }
    return text + (is_open ? "]" : "") + "]}";
}

/// Properties of a leaf: the code of each level that has one.
Json properties_of(const geo::Country& country, std::uint32_t leaf) {
    Json properties{{"unitSet", country.head.unit_set}, {"schematic", country.head.schematic}};
    for (const geo::Level level : geo::kLevels) {
        const geo::Unit& unit = country.units[geo::at(level)][country.above(leaf, level)];
        if (unit.code == 0) continue;
        properties[geo::name_of(level)] = properties["code"] = geo::code_text(level, unit.code);
        properties["level"] = geo::name_of(level);
    }
    return properties;
}

}  // namespace

Result<std::string> to_geojson(const geo::Country& country, geo::Level level, std::size_t detail) {
    const geo::Country units = TRY(geo::dissolve(country, level, detail));
    std::string text = "{\"type\":\"FeatureCollection\",\"features\":[";
    for (std::uint32_t leaf = 0; leaf < units.leaves(); ++leaf) {
        text += leaf > 0 ? ",\n" : "\n";
        text += "{\"type\":\"Feature\",\"properties\":" + canonical(properties_of(units, leaf)) +
                ",\"geometry\":" + shape_text(units, leaf) + "}";
    }
    return text + "\n]}\n";
}

Result<void> show_command(const Arguments& arguments) {
    if (arguments.operands.size() != 1) return usage("show needs one file");
    const geo::Country country = TRY(open(arguments.operands[0]));
    const geo::Grid& grid = country.head.grid;
    const geo::LonLat corner = geo::unproject(grid.world(geo::Point{0, grid.height})),
                      other = geo::unproject(grid.world(geo::Point{grid.width, 0}));
    std::printf("unit set    %s\nkind        %s\n", country.head.unit_set.c_str(),
                country.head.schematic ? "schematic: cells of our own, not surveyed" : "imported");
    if (country.head.schematic) std::printf("seed        %llu\n", static_cast<unsigned long long>(country.head.seed));
    std::printf("source      %s\n", country.head.source.c_str());
    std::printf("bounds      %.4f %.4f %.4f %.4f (west, south, east, north)\n", corner.longitude, corner.latitude,
                other.longitude, other.latitude);
    std::printf("grid        2^%d cells around the world, %.2f m each here\n", grid.bits, grid.metres_per_cell());
    for (const geo::Level level : geo::kLevels) {
        const auto& units = country.units[geo::at(level)];
        const auto stand_ins =
            std::count_if(units.begin(), units.end(), [](const geo::Unit& unit) { return unit.code == 0; });
        std::printf("%-11s %zu, and %zu that stand for the unit above\n", geo::name_of(level),
                    units.size() - static_cast<std::size_t>(stand_ins), static_cast<std::size_t>(stand_ins));
    }
    std::printf("rings       %zu of %zu arcs, %zu points\n", country.ref_begin.size() - 1, country.arcs(),
                country.points.size());
    for (std::size_t detail = 0; detail < country.head.zooms.size(); ++detail) {
        const auto points = std::count_if(country.details.begin(), country.details.end(),
                                          [detail](std::uint8_t each) { return each <= detail; });
        std::printf("detail %zu    to zoom %d: %zu points\n", detail, country.head.zooms[detail],
                    static_cast<std::size_t>(points));
    }
    return {};
}

Result<void> locate_command(const Arguments& arguments) {
    if (arguments.operands.size() != 3) return usage("locate needs a file, a longitude and a latitude");
    const geo::LonLat place{TRY(degrees(arguments.operands[1], "the longitude", 180)),
                            TRY(degrees(arguments.operands[2], "the latitude", 90))};
    const geo::Country country = TRY(open(arguments.operands[0]));
    const std::uint32_t leaf = geo::Locator(country).find(place);
    if (leaf == geo::kNone) return Error{Errc::not_found, "", "no unit there"};
    for (const geo::Level level : geo::kLevels) {
        const geo::Unit& unit = country.units[geo::at(level)][country.above(leaf, level)];
        if (unit.code != 0) std::printf("%s %s\n", geo::name_of(level), geo::code_text(level, unit.code).c_str());
    }
    return {};
}

Result<void> export_command(const Arguments& arguments) {
    if (arguments.operands.size() != 1 || !arguments.has("--out")) return usage("export needs one file and --out");
    const std::string name = arguments.value("--level", "commune");
    const auto level = std::find_if(geo::kLevels.begin(), geo::kLevels.end(),
                                    [&name](geo::Level each) { return name == geo::name_of(each); });
    if (level == geo::kLevels.end()) return usage("--level is province, district or commune");
    const geo::Country country = TRY(open(arguments.operands[0]));
    std::size_t detail = country.head.zooms.size() - 1;
    if (arguments.has("--detail")) {
        const std::string text = arguments.value("--detail");
        if (text.size() != 1 || text[0] < '0' || static_cast<std::size_t>(text[0] - '0') > detail)
            return usage("--detail is 0 to " + std::to_string(detail) + " in this file");
        detail = static_cast<std::size_t>(text[0] - '0');
    }
    return command::write_file(arguments.value("--out"), TRY(to_geojson(country, *level, detail)));
}

}  // namespace lachan::boundaries
