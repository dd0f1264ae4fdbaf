#include "geo/outline.h"

#include <algorithm>

#include "geo/shapes.h"

namespace lachan::geo {
namespace {

/// The border of a unit, so that it lies on the left of every line.
Lines lines_of(const Country& country, Level level, std::uint32_t unit, std::size_t detail) {
    Lines lines;
    for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
        const auto [left, right] = country.sides[arc];
        const bool is_left = country.above(left, level) == unit;
        const bool is_right = right != kNone && country.above(right, level) == unit;
        if (is_left == is_right) continue;
        Point from = country.points[country.arc_begin[arc]];
        for (std::uint32_t i = country.arc_begin[arc] + 1; i < country.arc_begin[arc + 1]; ++i) {
            if (country.details[i] > detail) continue;
            const Point to = country.points[i];
            if (is_left) lines.add(from, to, 0);
            else lines.add(to, from, 0);
            from = to;
        }
    }
    return lines;
}

/// A country of this one unit, with rings that follow its border.
Result<Country> alone(const Country& country, Level level, std::uint32_t unit, std::size_t detail) {
    const Arrangement plane = TRY(arrange(lines_of(country, level, unit, detail), 0));
    std::vector<std::uint32_t> owner(plane.area.size(), kNone);
    for (std::size_t face = 1; face < owner.size(); ++face) {
        const bool is_inside = std::any_of(plane.cover[face].begin(), plane.cover[face].end(), [](const auto& each) { return each.second > 0; });
        if (is_inside) owner[face] = 0;
    }
    Country result;
    result.head = country.head;
    result.units = {{{{0, kNone}}, {{0, 0}}, {{0, 0}}}};
    take_shapes(result, plane, owner);
    return result;
}

std::vector<Polygon> polygons_of(const Country& country, std::uint32_t leaf, std::size_t detail) {
    std::vector<Polygon> polygons;
    for (std::uint32_t i = country.ring_begin[leaf]; i < country.ring_begin[leaf + 1]; ++i) {
        const Path path = country.ring(i, detail);
        if (path.size() < 3) continue;
        // Cells count southwards: what turns one way on the grid turns the other way on the ground.
        std::vector<LonLat> ring;
        for (auto point = path.rbegin(); point != path.rend(); ++point) ring.push_back(unproject(country.head.grid.world(*point)));
        if (doubled_area(path) > 0) polygons.emplace_back();
        if (!polygons.empty()) polygons.back().push_back(std::move(ring));
    }
    return polygons;
}

}  // namespace

Result<std::vector<Polygon>> outline_of(const Country& country, Level level, std::uint32_t unit, std::size_t detail) {
    if (unit >= country.units[at(level)].size()) return std::vector<Polygon>();
    if (level == Level::commune) return polygons_of(country, unit, detail);
    return polygons_of(TRY(alone(country, level, unit, detail)), 0, 0);
}

}  // namespace lachan::geo
