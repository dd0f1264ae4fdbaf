#include "rehearsal.h"

#include "edges.h"
#include "map_layer.h"

namespace lachan::overlay {
namespace {

/// Combs one below the other, each a commune with a coast of its own.
geo::Country combs() {
    constexpr std::int32_t kCombs = 8, kTeeth = 64, kRow = 4;
    geo::Country country;
    country.head.grid = {20, 0, 0, kTeeth, kRow * kCombs};
    country.head.zooms = {8, 24};
    country.units[0] = {{1}};
    country.units[1] = {{1, 0}};
    country.ring_begin = country.ref_begin = country.arc_begin = {0};
    for (std::int32_t comb = 0; comb < kCombs; ++comb) {
        const auto number = static_cast<std::uint32_t>(comb);
        const std::int32_t top = kRow * comb;
        for (std::int32_t x = 0; x < kTeeth; ++x) country.points.push_back({x, top + x % 2});
        country.points.insert(country.points.end(), {{kTeeth, top + 2}, {0, top + 2}, {0, top}});
        country.units[2].push_back({number + 1, 0});
        country.refs.push_back(comb);
        country.sides.push_back({number, geo::kNone});
        country.ring_begin.push_back(number + 1);
        country.ref_begin.push_back(number + 1);
        country.arc_begin.push_back(static_cast<std::uint32_t>(country.points.size()));
    }
    country.details.assign(country.points.size(), 0);
    return country;
}

}  // namespace

void rehearse(Programs& programs) {
    geo::Country country = combs();
    static_cast<void>(geo::read_country(geo::write_country(country)));  // refused in the end, for what no map goes without
    const std::vector<std::uint8_t> classes(country.leaves(), kOpen);   // so that edges are drawn as well
    MapLayer map(std::move(country), programs);
    map.set_classes(geo::Level::commune, classes);
    map.set_palette({.rim = 1});
    map.set_level(geo::Level::commune);
    const double far = 256 * 128, close = 256 * 1024;  // zooms at which it is a picture, and at which all borders are drawn
    for (const double world_px : {far, close}) map.draw({{0, 0}, world_px, 256, 256, 1, 256, 256});
    glClear(GL_COLOR_BUFFER_BIT);
}

}  // namespace lachan::overlay
