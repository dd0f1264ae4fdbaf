// Dividing the plane: lines end up meeting in their ends only, and every face knows who covers it.

#include "geo/arrangement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "geo/faces.h"

namespace lachan::geo {
namespace {

bool cross(Point a, Point b, Point c, Point d) {
    const auto sign = [](std::int64_t value) { return value > 0 ? 1 : value < 0 ? -1 : 0; };
    const auto between = [](Point p, Point l, Point r) {
        return !(p == l) && !(p == r) && turn(l, r, p) == 0 && std::min(l.x, r.x) <= p.x && p.x <= std::max(l.x, r.x) &&
               std::min(l.y, r.y) <= p.y && p.y <= std::max(l.y, r.y);
    };
    if (between(a, c, d) || between(b, c, d) || between(c, a, b) || between(d, a, b)) return true;
    return sign(turn(a, b, c)) * sign(turn(a, b, d)) < 0 && sign(turn(c, d, a)) * sign(turn(c, d, b)) < 0;
}

Path star(std::mt19937& random, std::int32_t reach) {
    std::uniform_int_distribution<std::int32_t> place(0, reach);
    Path path;
    for (int i = 0; i < 3 + static_cast<int>(random() % 6); ++i) path.push_back({place(random), place(random)});
    return path;
}

/// How often the path runs round a spot: by the angle that it sweeps, so by another way than the program's.
int windings(const Path& path, double x, double y) {
    double angle = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const Point a = path[i], b = path[(i + 1) % path.size()];
        const double ax = a.x - x, ay = a.y - y, bx = b.x - x, by = b.y - y;
        angle += std::atan2(ax * by - ay * bx, ax * bx + ay * by);
    }
    return static_cast<int>(std::lround(angle / (2 * 3.14159265358979323846)));
}

TEST(geo_arrangement, lines_meet_in_their_ends_only) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        std::mt19937 random(seed);
        Lines lines;
        const std::int32_t reach = seed % 2 ? 40 : 3000;
        for (std::uint32_t label = 0; label < 8; ++label) lines.add_ring(star(random, reach), label);
        for (int i = 0; i < 5; ++i) {
            const Path ends = star(random, reach);
            lines.add(ends[0], ends[1], kCut);
        }
        const auto plane = arrange(lines, 0);
        ASSERT_TRUE(plane) << "seed " << seed;
        for (std::size_t i = 0; i < plane->edges.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                const auto l = plane->edges[i], r = plane->edges[j];
                ASSERT_FALSE(
                    cross(plane->vertices[l.a], plane->vertices[l.b], plane->vertices[r.a], plane->vertices[r.b]))
                    << "seed " << seed;
            }
        }
        // Euler: faces and vertices and edges belong together, part by part.
        std::int64_t outside = 0;
        for (const std::uint32_t half : plane->half_edges[0])
            outside += turn({0, 0}, plane->from(half), plane->to(half));
        std::int64_t inside = 0;
        for (std::size_t face = 1; face < plane->area.size(); ++face) {
            ASSERT_GT(net_area(*plane, face), 0) << "seed " << seed;
            inside += net_area(*plane, face);
        }
        EXPECT_EQ(inside, -outside) << "seed " << seed;
    }
}

TEST(geo_arrangement, every_face_knows_who_covers_it) {
    int checked = 0;
    for (unsigned seed = 0; seed < 60; ++seed) {
        std::mt19937 random(seed);
        std::vector<Path> paths;
        Lines lines;
        for (std::uint32_t label = 0; label < 7; ++label) {
            paths.push_back(star(random, 100'000));
            lines.add_ring(paths.back(), label);
        }
        const auto plane = arrange(lines, 0);
        ASSERT_TRUE(plane);
        for (std::size_t face = 1; face < plane->area.size(); ++face) {
            // Rounding a crossing moves lines by a cell: only faces that are wider than that are compared.
            const Spot inside = spot_inside(*plane, face);
            bool is_near = false;
            for (std::size_t i = 0; i < plane->edges.size(); ++i) {
                const Point a = plane->vertices[plane->edges[i].a], b = plane->vertices[plane->edges[i].b];
                const double length = std::hypot(b.x - a.x, b.y - a.y),
                             across = (b.x - a.x) * (inside.y - a.y) - (b.y - a.y) * (inside.x - a.x);
                is_near = is_near || std::fabs(across) < 4 * length;
            }
            if (is_near) continue;
            ++checked;
            for (std::uint32_t label = 0; label < paths.size(); ++label) {
                int covered = 0;
                for (const auto& [who, times] : plane->cover[face]) covered += who == label ? times : 0;
                ASSERT_EQ(covered, windings(paths[label], inside.x, inside.y)) << "seed " << seed << " face " << face;
            }
        }
    }
    EXPECT_GT(checked, 300);
}

TEST(geo_arrangement, a_part_within_a_face_belongs_to_it) {
    Lines lines;
    lines.add_ring({{0, 0}, {100, 0}, {100, 100}, {0, 100}}, 1);
    lines.add_ring({{40, 40}, {60, 40}, {60, 60}, {40, 60}}, 2);
    lines.add_ring({{45, 45}, {55, 45}, {55, 55}, {45, 55}}, 3);
    lines.add_ring({{200, 0}, {210, 0}, {210, 10}, {200, 10}}, 4);
    const auto plane = arrange(lines, 0);
    ASSERT_TRUE(plane);
    std::map<std::size_t, std::int64_t> areas;
    for (std::size_t face = 1; face < plane->area.size(); ++face)
        areas[plane->cover[face].size() * 10 + plane->cover[face].back().first] = net_area(*plane, face);
    EXPECT_EQ(areas, (std::map<std::size_t, std::int64_t>{
                         {11, 2 * (10'000 - 400)}, {22, 2 * (400 - 100)}, {33, 200}, {14, 200}}));
}

TEST(geo_arrangement, ends_that_are_near_become_one) {
    Lines lines;
    lines.add_ring({{0, 0}, {100, 0}, {100, 100}, {0, 100}}, 1);
    lines.add_ring({{103, 1}, {200, 0}, {200, 100}, {102, 99}}, 2);
    EXPECT_EQ(arrange(lines, 0)->area.size(), 3U);
    const auto snapped = arrange(lines, 5);
    ASSERT_TRUE(snapped);
    EXPECT_EQ(snapped->edges.size(), 7U);
    EXPECT_EQ(snapped->area.size(), 3U);
}

TEST(geo_arrangement, an_end_near_a_line_lies_on_it) {
    Lines lines;
    lines.add_ring({{0, 0}, {1000, 0}, {1000, 1000}, {0, 1000}}, 1);
    lines.add_ring({{1004, 400}, {2000, 400}, {2000, 600}, {1003, 600}}, 2);
    const auto plane = arrange(lines, 5);
    ASSERT_TRUE(plane);
    // The long side is divided where the neighbour touches it: its middle part is shared.
    int shared = 0;
    for (std::uint32_t edge = 0; edge < plane->edges.size(); ++edge) {
        shared += plane->face_of[2 * edge] != 0 && plane->face_of[2 * edge + 1] != 0;
    }
    EXPECT_EQ(shared, 1);
}

}  // namespace
}  // namespace lachan::geo
