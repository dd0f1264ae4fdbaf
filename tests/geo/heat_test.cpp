// The heat of points: sums in cells of every size, against counting one by one; and how far a point spreads.

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numeric>
#include <random>

#include "geo/heat.h"

namespace lachan::geo {
namespace {

struct Cloud {
    std::vector<std::uint32_t> places;
    std::vector<float> weights;
};

/// Points of the country, in clumps.
Cloud cloud_of(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> x(0.783, 0.805), y(0.44, 0.47);
    std::normal_distribution<double> off(0, 2e-4);
    std::uniform_int_distribution<int> weight(1, 9);
    Cloud cloud;
    double middle_x = 0, middle_y = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 500 == 0) {
            middle_x = x(random);
            middle_y = y(random);
        }
        for (const double place : {middle_x + off(random), middle_y + off(random)}) cloud.places.push_back(static_cast<std::uint32_t>(place * 4294967296.0));
        cloud.weights.push_back(static_cast<float>(weight(random)));
    }
    return cloud;
}

TEST(heat, sums_of_cells_are_those_of_counting_one_by_one) {
    const Cloud cloud = cloud_of(20'000, 3);
    const HeatPyramid pyramid(cloud.places, cloud.weights);
    for (int level = HeatPyramid::kCoarsest; level <= HeatPyramid::kFinest; ++level) {
        const double cells = std::exp2(level);
        const CellWindow window{static_cast<std::int64_t>(0.79 * cells) - 5, static_cast<std::int64_t>(0.45 * cells) - 7, 90, 70};
        std::vector<float> expected(90 * 70), sums;
        std::vector<double> all;
        for (std::size_t i = 0; i < cloud.weights.size(); ++i) {
            const std::int64_t column = (cloud.places[2 * i] >> (32 - level)) - window.left, row = (cloud.places[2 * i + 1] >> (32 - level)) - window.top;
            if (column >= 0 && column < 90 && row >= 0 && row < 70) expected[static_cast<std::size_t>(row * 90 + column)] += cloud.weights[i];
        }
        pyramid.sums(level, window, sums);
        EXPECT_EQ(sums, expected) << "level " << level;
        for (const float sum : sums) EXPECT_LE(sum, pyramid.peak(level));
    }
    std::vector<float> world;
    pyramid.sums(HeatPyramid::kCoarsest, {0, 0, 64, 64}, world);
    EXPECT_EQ(std::accumulate(world.begin(), world.end(), 0.0), std::accumulate(cloud.weights.begin(), cloud.weights.end(), 0.0));
}

TEST(heat, the_edges_of_the_world_and_of_the_window_hold) {
    const std::uint32_t places[] = {0, 0, 0xffffffff, 0xffffffff, 0x80000000, 0x80000000};
    const HeatPyramid pyramid(places, {});
    std::vector<float> sums;
    pyramid.sums(6, {-2, -2, 68, 68}, sums);
    EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), 0.0F), 3);
    EXPECT_EQ(sums[2 * 68 + 2], 1);
    EXPECT_EQ(sums[65 * 68 + 65], 1);
    pyramid.sums(20, {1'048'575, 1'048'575, 4, 4}, sums);
    EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), 0.0F), 1);
    pyramid.sums(20, {5'000'000, 0, 4, 4}, sums);
    EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), 0.0F), 0);
}

TEST(heat, what_counts_nothing_is_left_out) {
    const std::uint32_t places[] = {1, 1, 2, 2, 3, 3, 4, 4};
    const float weights[] = {0, -1, std::nanf(""), INFINITY};
    EXPECT_TRUE(HeatPyramid(places, weights).is_empty());
    EXPECT_TRUE(HeatPyramid({}, {}).is_empty());
    std::vector<float> sums;
    HeatPyramid().sums(10, {0, 0, 3, 3}, sums);
    EXPECT_EQ(sums, std::vector<float>(9));
}

TEST(heat, a_point_spreads_evenly_and_nothing_is_lost) {
    std::vector<float> field(81 * 61);
    field[30 * 81 + 40] = 10;
    blur(field, 81, 61, 3);
    EXPECT_NEAR(std::accumulate(field.begin(), field.end(), 0.0), 10, 1e-4);
    EXPECT_NEAR(field[30 * 81 + 40], 10 / (2 * std::acos(-1.0) * 9), 0.01);
    for (std::size_t i = 1; i < 9; ++i) {
        EXPECT_FLOAT_EQ(field[30 * 81 + 40 + i], field[30 * 81 + 40 - i]);
        EXPECT_FLOAT_EQ(field[30 * 81 + 40 + i], field[(30 + i) * 81 + 40]);
        EXPECT_LT(field[30 * 81 + 40 + i], field[30 * 81 + 40 + i - 1]);
    }
}

TEST(heat, a_million_points_are_ready_soon_and_a_screen_of_them_sooner) {
    const Cloud cloud = cloud_of(1'000'000, 5);
    const auto now = [] { return std::chrono::steady_clock::now(); };
    const auto begin = now();
    const HeatPyramid pyramid(cloud.places, cloud.weights);
    const auto built = now();
    std::vector<float> sums;
    pyramid.sums(12, {static_cast<std::int64_t>(0.78 * 4096), static_cast<std::int64_t>(0.43 * 4096), 380, 280}, sums);
    blur(sums, 380, 280, 3);
    const auto done = now();
    const auto ms = [](auto from, auto to) { return std::chrono::duration<double, std::milli>(to - from).count(); };
    RecordProperty("buildMs", std::to_string(ms(begin, built)));
    std::printf("a million points: %.0f ms, a screen of them: %.1f ms\n", ms(begin, built), ms(built, done));
    EXPECT_LT(ms(begin, built), 5'000);
    EXPECT_LT(ms(built, done), 500);
}

}  // namespace
}  // namespace lachan::geo
