#include "rehearsal.h"

#include "edges.h"
#include "map_layer.h"

namespace lachan::overlay {
namespace {

geo::Country one_triangle() {
    geo::Country country;
    country.head.grid = {16, 0, 0, 2, 2};
    country.head.zooms = {24};
    country.units[0] = {{1}};
    country.units[1] = {{0, 0}};
    country.units[2] = {{0, 0}};
    country.ring_begin = {0, 1};
    country.ref_begin = {0, 1};
    country.refs = {0};
    country.arc_begin = {0, 4};
    country.points = {{0, 0}, {2, 0}, {0, 2}, {0, 0}};
    country.details = {0, 0, 0, 0};
    country.sides = {{0, geo::kNone}};
    return country;
}

}  // namespace

void rehearse(Programs& programs) {
    static_cast<void>(geo::read_country({}));  // no file: but what would read one is compiled
    MapLayer map(one_triangle(), programs);
    constexpr std::uint8_t kUnit[] = {kOpen};  // so that its edge is drawn as well
    map.set_classes(geo::Level::commune, kUnit);
    map.set_palette({});
    map.set_level(geo::Level::commune);
    const double close = 256 * 1024;  // a zoom at which all borders are drawn
    map.draw({{0, 0}, close, 256, 256, 1});
    glClear(GL_COLOR_BUFFER_BIT);
}

}  // namespace lachan::overlay
