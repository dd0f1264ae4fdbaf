#pragma once

#include <string>

#include "geo/locate.h"
#include "geo/mesh.h"
#include "geo/picture.h"

namespace lachan::geo {

/// One hash over everything that is made of a country: shapes, borders and a picture at all details, places, and where
/// points of a lattice lie.
inline std::string digest_of(const Country& country) {
    Bytes bytes;
    const auto put = [&bytes](auto... values) {
        for (const std::int64_t value : {static_cast<std::int64_t>(values)...}) {
            for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
        }
    };
    for (std::size_t detail = 0; detail < country.head.zooms.size(); ++detail) {
        const Mesh mesh = make_mesh(country, detail);
        for (const Vertex& vertex : mesh.vertices) put(vertex.x, vertex.y, vertex.leaf);
        for (const std::uint32_t corner : mesh.triangles) put(corner);
        for (const Level level : kLevels) {
            const std::vector<Segment> borders = borders_of(country, level, detail);
            put(borders.size());
            for (const Segment& border : borders) put(border.ax, border.ay, border.bx, border.by);
            const std::vector<bool> all(country.units[at(level)].size(), true);
            for (const Edge& edge : edges_of(country, level, all, detail))
                put(edge.line.ax, edge.line.ay, edge.line.bx, edge.line.by, edge.leaf, edge.walked);
        }
    }
    std::vector<std::uint8_t> classes;
    for (std::size_t leaf = 0; leaf < country.leaves(); ++leaf)
        classes.push_back(static_cast<std::uint8_t>(leaf % 128));
    const Grid& grid = country.head.grid;
    const double side = 600.0 / grid.height;
    const Sight sight{-0.1 * grid.width, -0.1 * grid.height, side, side, 700, 720};
    for (std::size_t detail = 0; detail < country.head.zooms.size(); ++detail) {
        const auto picture = make_picture(country, detail, sight, classes, {{1.2F}, {0.6F, 200}, 3});
        bytes.insert(bytes.end(), picture->texels.begin(), picture->texels.end());
    }
    for (const auto& level : make_places(country)) {
        for (const Place& place : level)
            put(place.box.left, place.box.top, place.box.right, place.box.bottom, place.label.x, place.label.y);
    }
    const Locator locator(country);
    for (int i = 0; i < 20'000; ++i)
        put(locator.find({102.0 + 0.0006789 * i, 8.0 + 0.0000777 * ((i * 7919) % 200'000)}));
    return to_hex(sha256(bytes));
}

}  // namespace lachan::geo
