#include "geo/dissolve.h"

#include "geo/arrangement.h"
#include "geo/shapes.h"

namespace lachan::geo {

Result<Country> dissolve(const Country& country, Level level, std::size_t detail) {
    Lines lines;
    for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
        const auto [left, right] = country.sides[arc];
        const std::uint32_t l = country.above(left, level), r = right == kNone ? kNone : country.above(right, level);
        if (l == r) continue;
        Point from = country.points[country.arc_begin[arc]];
        for (std::uint32_t i = country.arc_begin[arc] + 1; i < country.arc_begin[arc + 1]; ++i) {
            if (country.details[i] > detail) continue;
            const Point to = country.points[i];
            lines.add(from, to, l);
            if (r != kNone) lines.add(to, from, r);
            from = to;
        }
    }
    const Arrangement plane = TRY(arrange(std::move(lines), 0));
    std::vector<std::uint32_t> owner(plane.area.size(), kNone);
    for (std::size_t face = 1; face < owner.size(); ++face) {
        for (const auto& [unit, times] : plane.cover[face]) {
            if (times > 0) owner[face] = unit;
        }
    }
    // Below the level each unit stands for itself.
    Country result;
    result.head = country.head;
    result.units = country.units;
    for (std::size_t below = at(level) + 1; below < kLevels.size(); ++below) {
        result.units[below].clear();
        for (std::uint32_t i = 0; i < result.units[at(level)].size(); ++i) {
            const Unit& unit = result.units[at(level)][i];
            result.units[below].push_back({0, i, unit.label_x, unit.label_y});
        }
    }
    take_shapes(result, plane, owner);
    return result;
}

}  // namespace lachan::geo
