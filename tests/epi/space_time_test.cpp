// The space-time permutation scan has no published table here: what it must do is tested as properties.

#include "epi/space_time.h"

#include <algorithm>

#include "epi/random.h"
#include "oracles.h"

namespace lachan::epi {
namespace {

constexpr std::size_t kDays = 28;

struct World {
    std::vector<double> x, y;
    std::vector<CaseOnDay> cases;
};

/// 64 units on a grid; units differ in cases, days differ in cases, and neither knows of the other.
World quiet_world(std::uint64_t seed, int count) {
    World world;
    for (int i = 0; i < 64; ++i) {
        world.x.push_back(i % 8);
        world.y.push_back(i / 8);
    }
    Random random(seed, 1);
    for (int i = 0; i < count; ++i) {
        const std::uint32_t unit = random.below(64) * random.below(64) / 64;
        const auto day = static_cast<std::uint32_t>(std::max(random.below(kDays), random.below(kDays)));
        world.cases.push_back({unit, day, 1});
    }
    return world;
}

Result<SpaceTimeScan> scan_of(const World& world) { return SpaceTimeScan::make(world.x, world.y, kDays, world.cases, {}); }

TEST(space_time, a_planted_cluster_is_found_where_and_when_it_is) {
    World world = quiet_world(3, 500);
    for (const std::uint32_t unit : {44U, 45U, 52U, 53U}) world.cases.push_back({unit, kDays - 2, 5});
    for (const std::uint32_t unit : {44U, 45U, 52U, 53U}) world.cases.push_back({unit, kDays - 1, 5});
    const auto scan = scan_of(world);
    ASSERT_TRUE(scan);
    const auto cylinders = scan->cylinders(scan->maxima(1, 0, 99));
    ASSERT_FALSE(cylinders.empty());
    EXPECT_EQ(cylinders[0].p, 0.01);
    EXPECT_EQ(cylinders[0].first_day, kDays - 2);
    int shared = 0;
    for (const std::uint32_t unit : {44U, 45U, 52U, 53U}) shared += static_cast<int>(std::count(cylinders[0].members.begin(), cylinders[0].members.end(), unit));
    EXPECT_EQ(shared, 4);
    EXPECT_LE(cylinders[0].members.size(), 8U);
}

TEST(space_time, a_rise_everywhere_is_no_cluster) {
    // Twice as many cases on the last days in every unit: the margins explain it.
    World world = quiet_world(5, 400);
    for (std::uint32_t unit = 0; unit < 64; ++unit) {
        for (std::uint32_t day = 0; day < kDays; ++day) world.cases.push_back({unit, day, day + 3 >= kDays ? 4 : 1});
    }
    const auto scan = scan_of(world);
    ASSERT_TRUE(scan);
    const auto cylinders = scan->cylinders(scan->maxima(1, 0, 99));
    ASSERT_FALSE(cylinders.empty());
    EXPECT_GT(cylinders[0].p, 0.05);
}

TEST(space_time, p_is_uniform_where_nothing_is_planted) {
    int low = 0;
    int lowest = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        const auto scan = scan_of(quiet_world(100 + seed, 150));
        ASSERT_TRUE(scan);
        const auto cylinders = scan->cylinders(scan->maxima(seed, 0, 39));
        const double p = cylinders.empty() ? 1 : cylinders[0].p;
        low += p <= 0.5 ? 1 : 0;
        lowest += p <= 0.1 ? 1 : 0;
    }
    EXPECT_GE(low, 35);
    EXPECT_LE(low, 65);
    EXPECT_LE(lowest, 22);
}

TEST(space_time, expected_comes_from_the_margins_and_parts_are_parts) {
    const World world = quiet_world(11, 300);
    const auto scan = scan_of(world);
    ASSERT_TRUE(scan);
    const auto cylinders = scan->cylinders({});
    std::vector<int> seen(64, 0);
    for (const Cylinder& one : cylinders) {
        double inside = 0, recent = 0, both = 0;
        for (const CaseOnDay& each : world.cases) {
            const bool is_member = std::count(one.members.begin(), one.members.end(), each.unit) > 0;
            inside += is_member ? 1 : 0;
            recent += each.day >= one.first_day ? 1 : 0;
            both += is_member && each.day >= one.first_day ? 1 : 0;
        }
        EXPECT_EQ(one.cases, both);
        EXPECT_NEAR(one.expected, inside * recent / 300, 1e-12);
        EXPECT_LE(inside, 150);
        EXPECT_GE(kDays - one.first_day, 1U);
        EXPECT_LE(kDays - one.first_day, 7U);
        EXPECT_EQ(one.members.front(), one.centre);
    }
    auto parts = scan->maxima(9, 0, 7);
    const auto rest = scan->maxima(9, 7, 12);
    parts.insert(parts.end(), rest.begin(), rest.end());
    EXPECT_EQ(parts, scan->maxima(9, 0, 12));
}

TEST(space_time, what_cannot_be_is_refused) {
    World world = quiet_world(1, 10);
    EXPECT_EQ(SpaceTimeScan::make(world.x, world.y, 5, world.cases, {}).error().rule, "epi.scan");
    EXPECT_EQ(SpaceTimeScan::make(world.x, world.y, kDays, {{0, 0, 1}}, {}).error().rule, "epi.scan");
    EXPECT_EQ(SpaceTimeScan::make(world.x, world.y, kDays, {{64, 0, 3}}, {}).error().rule, "epi.scan");
    EXPECT_EQ(SpaceTimeScan::make(world.x, world.y, kDays, world.cases, {28, 0.5, Distance::planar}).error().rule, "epi.scan");
    EXPECT_EQ(SpaceTimeScan::make(world.x, world.y, kDays, world.cases, {7, 0, Distance::planar}).error().rule, "epi.scan");
}

}  // namespace
}  // namespace lachan::epi
