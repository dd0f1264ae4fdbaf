#include "geo/mesh.h"

#include <algorithm>
#include <cmath>

#include "geo/triangulate.h"

namespace lachan::geo {
namespace {

void add_ring(const Country& country, std::uint32_t ring, std::size_t detail, Path& corners) {
    const std::uint8_t* details = country.details.data();
    const Point* points = country.points.data();
    for (std::uint32_t i = country.ref_begin[ring]; i < country.ref_begin[ring + 1]; ++i) {
        const std::int32_t ref = country.refs[i];
        const auto arc = static_cast<std::size_t>(ref < 0 ? ~ref : ref);
        const std::uint32_t first = country.arc_begin[arc], end = country.arc_begin[arc + 1];
        // The last point is the first of the next arc.
        if (ref >= 0) {
            for (std::uint32_t p = first; p + 1 < end; ++p) {
                if (details[p] <= detail) corners.push_back(points[p]);
            }
        } else {
            for (std::uint32_t p = end - 1; p > first; --p) {
                if (details[p] <= detail) corners.push_back(points[p]);
            }
        }
    }
}

/// The outer rings of leaves with their holes, one after the other.
void add_leaf(const Country& country, std::uint32_t leaf, std::size_t detail, Triangulator& triangulator, Path& corners,
              std::vector<std::uint32_t>& ends, Mesh& mesh) {
    const auto begin = static_cast<std::uint32_t>(mesh.triangles.size());
    std::uint32_t ring = country.ring_begin[leaf];
    const std::uint32_t last = country.ring_begin[leaf + 1];
    while (ring < last) {
        corners.clear();
        ends.clear();
        do {
            const std::size_t from = corners.size();
            add_ring(country, ring, detail, corners);
            const bool is_hole = !ends.empty();
            if (is_hole) {
                std::int64_t area = 0;
                for (std::size_t i = from + 2; i < corners.size(); ++i)
                    area = plus(area, turn(corners[from], corners[i - 1], corners[i]));
                if (area > 0) {
                    // The next outer ring: it begins a polygon of its own.
                    corners.resize(from);
                    break;
                }
            }
            ends.push_back(static_cast<std::uint32_t>(corners.size()));
            ++ring;
        } while (ring < last);
        const auto base = static_cast<std::uint32_t>(mesh.vertices.size());
        for (const Point p : corners) mesh.vertices.push_back({p.x, p.y, leaf});
        triangulator.cut(corners, ends, base, mesh.triangles);
    }
    mesh.leaves.push_back({begin, static_cast<std::uint32_t>(mesh.triangles.size())});
}

void add_arc(const Country& country, std::size_t arc, std::size_t detail, std::vector<Segment>& segments) {
    Point from = country.points[country.arc_begin[arc]];
    for (std::uint32_t i = country.arc_begin[arc] + 1; i < country.arc_begin[arc + 1]; ++i) {
        if (country.details[i] > detail) continue;
        const Point to = country.points[i];
        segments.push_back({from.x, from.y, to.x, to.y});
        from = to;
    }
}

}  // namespace

Mesh make_mesh(const Country& country, std::size_t detail) {
    return make_mesh(country, detail, {0, static_cast<std::uint32_t>(country.leaves())});
}

Mesh make_mesh(const Country& country, std::size_t detail, Range leaves) {
    Mesh mesh;
    const std::size_t count = leaves.end - leaves.begin;
    mesh.leaves.reserve(count);
    mesh.vertices.reserve(16 * count);
    mesh.triangles.reserve(48 * count);
    Triangulator triangulator;
    Path corners;
    std::vector<std::uint32_t> ends;
    for (std::uint32_t leaf = leaves.begin; leaf < leaves.end; ++leaf)
        add_leaf(country, leaf, detail, triangulator, corners, ends, mesh);
    return mesh;
}

std::vector<Segment> borders_of(const Country& country, Level level, std::size_t detail) {
    std::vector<Segment> segments;
    for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
        if (country.border(arc) == level) add_arc(country, arc, detail, segments);
    }
    return segments;
}

std::array<std::vector<Place>, 3> make_places(const Country& country) {
    std::array<std::vector<Place>, 3> places;
    for (const Level level : kLevels) places[at(level)].resize(country.units[at(level)].size());
    for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
        Box box;
        for (std::uint32_t i = country.arc_begin[arc]; i < country.arc_begin[arc + 1]; ++i) box.put(country.points[i]);
        for (const std::uint32_t leaf : country.sides[arc]) {
            if (leaf != kNone) places[at(Level::commune)][leaf].box.put(box);
        }
    }
    for (const Level level : {Level::commune, Level::district}) {
        for (std::size_t i = 0; i < country.units[at(level)].size(); ++i)
            places[at(level) - 1][country.units[at(level)][i].parent].box.put(places[at(level)][i].box);
    }
    for (const Level level : kLevels) {
        for (std::size_t i = 0; i < country.units[at(level)].size(); ++i) {
            Place& place = places[at(level)][i];
            const Unit& unit = country.units[at(level)][i];
            const auto along = [](std::int32_t from, std::int32_t to, std::uint8_t part) {
                return static_cast<std::int32_t>(from + (std::int64_t{to - from} * part * 2 + 255) / 510);
            };
            place.label = {along(place.box.left, place.box.right, unit.label_x),
                           along(place.box.top, place.box.bottom, unit.label_y)};
        }
    }
    return places;
}

std::vector<Segment> border_of(const Country& country, Level level, std::uint32_t unit, std::size_t detail) {
    std::vector<Segment> segments;
    for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
        const auto [left, right] = country.sides[arc];
        const bool is_left = country.above(left, level) == unit;
        const bool is_right = right != kNone && country.above(right, level) == unit;
        if (is_left != is_right) add_arc(country, arc, detail, segments);
    }
    return segments;
}

namespace {

/// How far each point of a path is from its beginning, in whole cells.
std::vector<std::int32_t> walk(const Path& path) {
    std::vector<std::int32_t> walked;
    double all = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const double dx = i == 0 ? 0 : path[i].x - path[i - 1].x, dy = i == 0 ? 0 : path[i].y - path[i - 1].y;
        all += std::sqrt(dx * dx + dy * dy);
        walked.push_back(static_cast<std::int32_t>(std::min(all, 2e9)));
    }
    return walked;
}

}  // namespace

std::vector<Edge> edges_of(const Country& country, Level level, const std::vector<bool>& is_wanted, std::size_t detail) {
    std::vector<Edge> edges;
    Path path;
    for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
        if (country.border(arc) > level) continue;  // it lies within a unit
        const auto [left, right] = country.sides[arc];
        const bool has_left = is_wanted[country.above(left, level)];
        const bool has_right = right != kNone && is_wanted[country.above(right, level)];
        if (!has_left && !has_right) continue;
        path.clear();
        for (std::uint32_t i = country.arc_begin[arc]; i < country.arc_begin[arc + 1]; ++i) {
            if (country.details[i] <= detail) path.push_back(country.points[i]);
        }
        const std::vector<std::int32_t> walked = walk(path);
        for (std::size_t i = 1; i < path.size() && has_left; ++i)
            edges.push_back({{path[i - 1].x, path[i - 1].y, path[i].x, path[i].y}, left, walked[i - 1]});
        for (std::size_t i = path.size(); --i > 0 && has_right;)
            edges.push_back({{path[i].x, path[i].y, path[i - 1].x, path[i - 1].y}, right, -walked[i]});
    }
    return edges;
}

std::size_t detail_at(const Country& country, double zoom) {
    std::size_t detail = 0;
    while (detail + 1 < country.head.zooms.size() && zoom > country.head.zooms[detail]) ++detail;
    return detail;
}

}  // namespace lachan::geo
