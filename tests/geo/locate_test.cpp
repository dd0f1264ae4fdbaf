// Where a place lies, against an oracle that shares nothing with the index: windings by angle, and exact sides of
// borders.

#include "geo/locate.h"

#include <gtest/gtest.h>

#include <random>

#include "geo/cells.h"
#include "geo/shapes.h"
#include "made.h"
#include "world.h"

namespace lachan::geo {
namespace {

/// All leaves that hold a spot off every border, by how often their rings run round it.
std::vector<std::uint32_t> holders(const Country& country, double x, double y) {
    std::vector<std::uint32_t> found;
    for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) {
        int times = 0;
        for (std::uint32_t ring = country.ring_begin[leaf]; ring < country.ring_begin[leaf + 1]; ++ring) {
            const Path path = country.ring(ring, kMostDetails);
            for (std::size_t i = 0; i < path.size(); ++i) {
                const Point a = path[i], b = path[(i + 1) % path.size()];
                // Quarter by quarter: which way the edge passes the ray to the east. A sum of signs, no division.
                const bool up = a.y <= y && b.y > y, down = b.y <= y && a.y > y;
                if (!up && !down) continue;
                const double side =
                    (static_cast<double>(b.x) - a.x) * (y - a.y) - (static_cast<double>(b.y) - a.y) * (x - a.x);
                if (up && side > 0) ++times;
                if (down && side < 0) --times;
            }
        }
        if (times != 0) found.push_back(leaf);
    }
    return found;
}

TEST(geo_locate, agrees_with_the_oracle_everywhere) {
    const Country country = made_country();
    const Locator locator(country);
    std::mt19937 random(7);
    std::uniform_real_distribution<double> part(0, 1);
    int inside = 0;
    for (int i = 0; i < 20'000; ++i) {
        // Sixteenths are what places are rounded to; odd ones lie on no row of vertices.
        const double x = std::floor(part(random) * country.head.grid.width) + 5.0 / 16;
        const double y = std::floor(part(random) * country.head.grid.height) + 7.0 / 16;
        const auto expected = holders(country, x, y);
        ASSERT_LE(expected.size(), 1U);
        ASSERT_EQ(locator.find_cell(x, y), expected.empty() ? kNone : expected[0]) << x << " " << y;
        inside += !expected.empty();
    }
    EXPECT_GT(inside, 500);
}

TEST(geo_locate, a_place_on_a_border_lies_in_exactly_one_of_its_sides) {
    const Country country = made_country();
    const Locator locator(country);
    int checked = 0;
    for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
        const auto [left, right] = country.sides[arc];
        if (right == kNone) continue;
        for (std::uint32_t i = country.arc_begin[arc]; i + 1 < country.arc_begin[arc + 1]; ++i) {
            const Point a = country.points[i], b = country.points[i + 1];
            // The vertex, and the middle, which is exact in halves.
            for (const Spot spot :
                 {Spot{static_cast<double>(a.x), static_cast<double>(a.y)},
                  Spot{0.5 * (static_cast<double>(a.x) + b.x), 0.5 * (static_cast<double>(a.y) + b.y)}}) {
                const std::uint32_t leaf = locator.find_cell(spot.x, spot.y);
                const bool is_end = spot.x == a.x && spot.y == a.y && i == country.arc_begin[arc];
                // Inside the country a border is never nobody's. At a junction a third may have it.
                ASSERT_TRUE(is_end || leaf == left || leaf == right) << arc;
                ++checked;
                // Once, whichever way it is asked: all rings of all leaves by the same rule.
                int times = 0;
                const Point fine{static_cast<std::int32_t>(spot.x * 2), static_cast<std::int32_t>(spot.y * 2)};
                for (const std::uint32_t side : {left, right}) {
                    bool holds = false;
                    for (std::uint32_t ring = country.ring_begin[side]; ring < country.ring_begin[side + 1]; ++ring) {
                        Path path = country.ring(ring, kMostDetails);
                        for (Point& p : path) p = {2 * p.x, 2 * p.y};
                        holds ^= is_inside(path, fine);
                    }
                    times += holds;
                }
                ASSERT_TRUE(is_end || times == 1) << arc;
            }
        }
    }
    EXPECT_GT(checked, 600);
}

TEST(geo_locate, finds_nothing_outside) {
    const Country country = small_country();
    const Locator locator(country);
    EXPECT_EQ(locator.find({0, 0}), kNone);
    EXPECT_EQ(locator.find({108.05, 30}), kNone);
    EXPECT_EQ(locator.find({NAN, 16}), kNone);
    EXPECT_EQ(locator.find({108.05, INFINITY}), kNone);
    EXPECT_EQ(locator.find({1e300, -1e300}), kNone);
    EXPECT_EQ(locator.find_cell(-0.5, 0), kNone);
    EXPECT_EQ(locator.find({108.05, 16.05}), leaf_of(country, 20194));
    EXPECT_EQ(locator.find({112.05, 16.55}), leaf_of(country, 498));
    EXPECT_EQ(locator.find({111.95, 8.65}), leaf_of(country, 576));
}

}  // namespace
}  // namespace lachan::geo
