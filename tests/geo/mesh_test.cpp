// What a renderer gets covers each shape exactly, at every detail.

#include "geo/mesh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "geo/triangulate.h"
#include "made.h"
#include "world.h"

namespace lachan::geo {
namespace {

/// Twice the area of all triangles, each of which must turn the right way and use corners that are there.
std::int64_t area_of(const Path& corners, const std::vector<std::uint32_t>& triangles) {
    std::int64_t area = 0;
    for (std::size_t i = 0; i < triangles.size(); i += 3) {
        const std::int64_t one =
            turn(corners.at(triangles[i]), corners.at(triangles[i + 1]), corners.at(triangles[i + 2]));
        EXPECT_GT(one, 0);
        area += one;
    }
    return area;
}

bool overlaps(const Path& l, const Path& r) {
    // Of two triangles, one has a side with all corners of the other beyond it, or they overlap.
    const auto parted = [](const Path& a, const Path& b) {
        for (std::size_t i = 0; i < 3; ++i) {
            bool all = true;
            for (const Point p : b) all = all && turn(a[i], a[(i + 1) % 3], p) <= 0;
            if (all) return true;
        }
        return false;
    };
    return !parted(l, r) && !parted(r, l);
}

/// A ring that goes round its centre, so it does not cross itself.
Path round_ring(std::mt19937& random, Point centre, double least, double most, int corners) {
    Path path;
    for (int i = 0; i < corners; ++i) {
        const double far = least + (most - least) * static_cast<double>(random() % 1000) / 1000;
        const double angle = 2 * 3.14159265358979323846 * i / corners;
        path.push_back({centre.x + static_cast<std::int32_t>(far * std::cos(angle)),
                        centre.y + static_cast<std::int32_t>(far * std::sin(angle))});
    }
    return path;
}

TEST(geo_triangles, cover_a_polygon_with_holes_once) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 random(seed);
        Path corners = round_ring(random, {0, 0}, 4000, 9000, 8 + static_cast<int>(random() % 60));
        std::vector<std::uint32_t> ends{static_cast<std::uint32_t>(corners.size())};
        std::int64_t area = doubled_area(corners);
        for (const Point centre : {Point{-1500, -1500}, {1500, -1400}, {-1400, 1500}, {0, 0}, {1600, 1500}}) {
            if (random() % 3 == 0) continue;
            Path hole = round_ring(random, centre, 200, 800, 3 + static_cast<int>(random() % 9));
            area -= doubled_area(hole);
            std::reverse(hole.begin(), hole.end());
            corners.insert(corners.end(), hole.begin(), hole.end());
            ends.push_back(static_cast<std::uint32_t>(corners.size()));
        }
        std::vector<std::uint32_t> triangles;
        Triangulator().cut(corners, ends, 0, triangles);
        ASSERT_EQ(area_of(corners, triangles), area) << "seed " << seed;
        if (seed > 20) continue;
        // The right area and no overlap: then it is the very shape.
        const auto corner = [&](std::size_t i) { return corners[triangles[i]]; };
        for (std::size_t i = 0; i < triangles.size(); i += 3) {
            for (std::size_t j = 0; j < i; j += 3) {
                ASSERT_FALSE(
                    overlaps({corner(i), corner(i + 1), corner(i + 2)}, {corner(j), corner(j + 1), corner(j + 2)}));
            }
        }
    }
}

TEST(geo_triangles, rings_that_touch_or_cross_come_to_an_end) {
    const std::vector<Path> rings{
        {{0, 0}, {10, 0}, {5, 5}, {10, 10}, {0, 10}, {5, 5}},   // two triangles that touch
        {{0, 0}, {10, 10}, {10, 0}, {0, 10}},                   // a bow
        {{0, 0}, {10, 0}, {20, 0}, {30, 0}},                    // flat
        {{0, 0}, {10, 0}, {10, 10}, {10, 0}, {0, 0}, {0, 10}},  // there and back
        {{0, 0}, {0, 0}, {0, 0}},                               // nothing
        {{0, 0}, {10, 10}},                                     // no ring
        {{0, 0}, {0, 10}, {10, 10}, {10, 0}},                   // the wrong way round
    };
    for (const Path& ring : rings) {
        std::vector<std::uint32_t> triangles;
        const std::vector<std::uint32_t> ends{static_cast<std::uint32_t>(ring.size())};
        Triangulator().cut(ring, ends, 0, triangles);
        EXPECT_LE(triangles.size(), 3 * ring.size());
        for (const std::uint32_t corner : triangles) EXPECT_LT(corner, ring.size());
    }
    std::vector<std::uint32_t> triangles;
    const std::vector<std::uint32_t> ends{6};
    Triangulator().cut(rings[0], ends, 0, triangles);
    EXPECT_EQ(area_of(rings[0], triangles), doubled_area(rings[0]));
}

TEST(geo_triangles, a_hole_outside_does_no_harm) {
    Path corners{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {30, 30}, {30, 40}, {40, 40}, {40, 30}};
    const std::vector<std::uint32_t> ends{4, 8};
    std::vector<std::uint32_t> triangles;
    Triangulator().cut(corners, ends, 5, triangles);
    for (const std::uint32_t corner : triangles) {
        EXPECT_GE(corner, 5U);
        EXPECT_LT(corner, 13U);
    }
}

TEST(geo_mesh, covers_each_leaf_at_each_detail) {
    const Country country = small_country();
    for (std::size_t detail = 0; detail < country.head.zooms.size(); ++detail) {
        const Mesh mesh = make_mesh(country, detail);
        ASSERT_EQ(mesh.leaves.size(), country.leaves());
        for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) {
            std::int64_t area = 0;
            for (std::uint32_t i = mesh.leaves[leaf].begin; i < mesh.leaves[leaf].end; i += 3) {
                const auto corner = [&](std::uint32_t k) {
                    const Vertex& vertex = mesh.vertices.at(mesh.triangles[k]);
                    EXPECT_EQ(vertex.leaf, leaf);
                    return Point{vertex.x, vertex.y};
                };
                area += turn(corner(i), corner(i + 1), corner(i + 2));
            }
            EXPECT_EQ(area, doubled_area_of(country, leaf, detail));
        }
        EXPECT_EQ(mesh.leaves.back().end, mesh.triangles.size());
    }
}

TEST(geo_mesh, of_some_leaves_is_that_part_of_the_whole) {
    const Country country = small_country();
    const auto leaves = static_cast<std::uint32_t>(country.leaves());
    for (std::size_t detail = 0; detail < country.head.zooms.size(); ++detail) {
        const Mesh whole = make_mesh(country, detail);
        Mesh joined;
        for (const Range part : {Range{0, 2}, Range{2, 3}, Range{3, leaves}}) {
            const Mesh mesh = make_mesh(country, detail, part);
            ASSERT_EQ(mesh.leaves.size(), part.end - part.begin);
            const auto before = static_cast<std::uint32_t>(joined.vertices.size());
            for (const std::uint32_t corner : mesh.triangles) joined.triangles.push_back(before + corner);
            joined.vertices.insert(joined.vertices.end(), mesh.vertices.begin(), mesh.vertices.end());
        }
        EXPECT_EQ(joined.vertices, whole.vertices);
        EXPECT_EQ(joined.triangles, whole.triangles);
    }
}

TEST(geo_mesh, no_border_is_there_twice) {
    const Country country = small_country();
    std::set<std::array<std::int32_t, 4>> seen;
    for (const Level level : kLevels) {
        const std::vector<Segment> borders = borders_of(country, level, country.head.zooms.size() - 1);
        for (const Segment& each : borders) {
            EXPECT_TRUE(seen.insert({each.ax, each.ay, each.bx, each.by}).second);
            EXPECT_FALSE(seen.contains({each.bx, each.by, each.ax, each.ay}));
        }
        // Five communes and two islands: no two districts of one province touch, so nothing is a border of districts alone.
        EXPECT_EQ(borders.empty(), level == Level::district);
    }
    EXPECT_GT(seen.size(), 2U);
}

TEST(geo_mesh, places_hold_their_units_and_labels_lie_inside) {
    const Country country = small_country();
    const auto places = make_places(country);
    const Locator locator(country);
    for (const Level level : kLevels) {
        ASSERT_EQ(places[at(level)].size(), country.units[at(level)].size());
        for (std::uint32_t i = 0; i < places[at(level)].size(); ++i) {
            const Place& place = places[at(level)][i];
            const std::uint32_t leaf = locator.find_cell(place.label.x, place.label.y);
            ASSERT_NE(leaf, kNone);
            EXPECT_EQ(country.above(leaf, level), i) << name_of(level);
            EXPECT_TRUE(place.box.contains(place.label));
        }
    }
    Box all;
    for (const Place& place : places[0]) all.put(place.box);
    EXPECT_EQ(all, (Box{0, 0, country.head.grid.width, country.head.grid.height}));
}

TEST(geo_mesh, the_border_of_a_unit_encloses_it_and_nothing_within) {
    const Country country = small_country();
    for (const Level level : kLevels) {
        for (std::uint32_t unit = 0; unit < country.units[at(level)].size(); ++unit) {
            std::int64_t area = 0;
            for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) {
                if (country.above(leaf, level) == unit) area += doubled_area_of(country, leaf);
            }
            // Ends are met in pairs; the upright sides, signed by where the unit lies, sum up to its area.
            std::map<std::pair<std::int32_t, std::int32_t>, int> ends;
            std::int64_t crossed = 0;
            const auto segments = border_of(country, level, unit, kMostDetails);
            for (const Segment& each : segments) {
                ++ends[{each.ax, each.ay}];
                ++ends[{each.bx, each.by}];
                EXPECT_TRUE(each.ax == each.bx || each.ay == each.by);  // all shapes here are boxes
                const bool goes_down = each.by > each.ay;
                const bool has_unit_east = [&] {
                    const Locator locator(country);
                    const std::uint32_t leaf = locator.find_cell(each.ax + 0.5, 0.5 * (each.ay + each.by) + 0.25);
                    return leaf != kNone && country.above(leaf, level) == unit;
                }();
                if (each.ax == each.bx)
                    crossed += (has_unit_east ? -2 : 2) * std::int64_t{each.ax} *
                               (goes_down ? each.by - each.ay : each.ay - each.by);
            }
            for (const auto& [place, count] : ends) EXPECT_EQ(count % 2, 0);
            EXPECT_EQ(crossed, area) << name_of(level) << " " << unit;
        }
    }
}

TEST(geo_mesh, the_edges_of_a_unit_are_its_border_seen_from_within) {
    const Country country = small_country();
    const Locator locator(country);
    const std::size_t finest = country.head.zooms.size() - 1;
    const auto plain = [](Segment each) {
        return each.ax < each.bx || (each.ax == each.bx && each.ay < each.by) ? each : Segment{each.bx, each.by, each.ax, each.ay};
    };
    const auto order = [](const Segment& l, const Segment& r) {
        return std::tie(l.ax, l.ay, l.bx, l.by) < std::tie(r.ax, r.ay, r.bx, r.by);
    };
    for (const Level level : kLevels) {
        const std::size_t count = country.units[at(level)].size();
        std::size_t all = 0;
        for (std::uint32_t unit = 0; unit < count; ++unit) {
            std::vector<bool> wanted(count);
            wanted[unit] = true;
            const auto edges = edges_of(country, level, wanted, finest);
            all += edges.size();
            std::vector<Segment> found, border;
            for (const Edge& edge : edges) {
                found.push_back(plain(edge.line));
                EXPECT_EQ(country.above(edge.leaf, level), unit);
                // A quarter of a cell to the left of its middle lies the leaf.
                const auto [ax, ay, bx, by] = edge.line;
                const double dx = bx - ax, dy = by - ay, far = 4 * std::hypot(dx, dy);
                EXPECT_EQ(locator.find_cell(0.5 * (ax + bx) - dy / far, 0.5 * (ay + by) + dx / far), edge.leaf)
                    << name_of(level) << " " << unit;
            }
            for (const Segment& each : border_of(country, level, unit, finest)) border.push_back(plain(each));
            std::sort(found.begin(), found.end(), order);
            std::sort(border.begin(), border.end(), order);
            EXPECT_EQ(found, border) << name_of(level) << " " << unit;
        }
        EXPECT_EQ(edges_of(country, level, std::vector<bool>(count, true), finest).size(), all) << "where two meet, each has its own";
        EXPECT_TRUE(edges_of(country, level, std::vector<bool>(count), finest).empty());
    }
}

TEST(geo_mesh, edges_tell_how_far_their_arc_has_run_the_same_on_both_sides) {
    const Country country = made_country();
    const std::vector<bool> wanted(country.units[0].size(), true);
    const auto edges = edges_of(country, Level::province, wanted, country.head.zooms.size() - 1);
    ASSERT_GT(edges.size(), 50U);
    EXPECT_EQ(edges[0].walked, 0);
    const auto length = [](const Segment& line) { return std::hypot(line.bx - line.ax, line.by - line.ay); };
    std::map<std::array<std::int32_t, 4>, std::int32_t> forwards;
    std::size_t followed = 0, met = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const Segment line = edges[i].line;
        const bool is_new = edges[i].walked == 0 || i == 0 || (edges[i].walked < 0) != (edges[i - 1].walked < 0);
        if (!is_new && line.ax == edges[i - 1].line.bx && line.ay == edges[i - 1].line.by) {
            EXPECT_NEAR(edges[i].walked, edges[i - 1].walked + length(edges[i - 1].line), 2) << i;
            ++followed;
        }
        if (edges[i].walked >= 0) {
            forwards[{line.ax, line.ay, line.bx, line.by}] = edges[i].walked;
            continue;
        }
        // The other side of it has come already; where this one begins that one ends.
        const auto other = forwards.find({line.bx, line.by, line.ax, line.ay});
        ASSERT_NE(other, forwards.end()) << i;
        EXPECT_NEAR(-edges[i].walked, other->second + length(line), 2) << i;
        ++met;
    }
    EXPECT_GT(followed, edges.size() / 2);
    EXPECT_GT(met, 10U);
}

TEST(geo_mesh, a_detail_is_chosen_for_a_zoom) {
    const Country country = small_country();  // to 6, 8, 10, 24
    EXPECT_EQ(detail_at(country, 3), 0U);
    EXPECT_EQ(detail_at(country, 6), 0U);
    EXPECT_EQ(detail_at(country, 6.1), 1U);
    EXPECT_EQ(detail_at(country, 9), 2U);
    EXPECT_EQ(detail_at(country, 30), 3U);
}

}  // namespace
}  // namespace lachan::geo
