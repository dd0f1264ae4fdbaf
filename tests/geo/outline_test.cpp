// Shapes for other programs: rings that close, turn the right way, hold what lies inside and nothing else.

#include "geo/outline.h"

#include <gtest/gtest.h>

#include <cmath>

#include "world.h"

namespace lachan::geo {
namespace {

constexpr std::size_t kFinest = kMostDetails;

std::uint32_t unit_of(const Country& country, Level level, std::uint32_t code) {
    const auto& units = country.units[at(level)];
    for (std::uint32_t i = 0; i < units.size(); ++i) {
        if (units[i].code == code) return i;
    }
    return kNone;
}

std::vector<Polygon> outline(const Country& country, Level level, std::uint32_t code) {
    const auto found = outline_of(country, level, unit_of(country, level, code), kFinest);
    EXPECT_TRUE(found) << found.error().detail;
    return found ? *found : std::vector<Polygon>();
}

/// Squared degrees, above 0 for a ring that runs counterclockwise on the ground.
double area_of(const std::vector<LonLat>& ring) {
    double sum = 0;
    for (std::size_t i = 0, last = ring.size() - 1; i < ring.size(); last = i++)
        sum += ring[last].longitude * ring[i].latitude - ring[i].longitude * ring[last].latitude;
    return sum / 2;
}

TEST(geo_outline, a_commune_is_its_own_ring) {
    const auto polygons = outline(small_country(), Level::commune, 20194);
    ASSERT_EQ(polygons.size(), 1U);
    ASSERT_EQ(polygons[0].size(), 1U);
    EXPECT_NEAR(area_of(polygons[0][0]), 0.01, 1e-5) << "0.1 by 0.1 degrees, counterclockwise";
    for (const LonLat place : polygons[0][0]) {
        EXPECT_NEAR(place.longitude, place.longitude < 108.05 ? 108.0 : 108.1, 1e-4);
        EXPECT_NEAR(place.latitude, place.latitude < 16.05 ? 16.0 : 16.1, 1e-4);
    }
}

TEST(geo_outline, a_district_has_no_border_within_and_a_province_has_its_parts) {
    const Country country = small_country();
    const auto district = outline(country, Level::district, 490);
    ASSERT_EQ(district.size(), 1U);
    ASSERT_EQ(district[0].size(), 1U);
    EXPECT_EQ(district[0][0].size(), 4U) << "three communes make one box, and what lies straight is left out";
    EXPECT_NEAR(area_of(district[0][0]), 0.04, 1e-5);
    const auto province = outline(country, Level::province, 48);
    ASSERT_EQ(province.size(), 2U) << "the mainland and Hoàng Sa";
    EXPECT_NEAR(area_of(province[0][0]) + area_of(province[1][0]), 0.04 + 0.01, 1e-5);
}

TEST(geo_outline, a_hole_runs_the_other_way_in_the_polygon_around_it) {
    Sketch sketch;
    sketch.shape("20194", {Sketch::box_ring(108.0, 16.0, 108.3, 16.3), Sketch::box_ring(108.1, 16.1, 108.2, 16.2)})
        .box("20195", 108.1, 16.1, 108.2, 16.2)
        .box("20197", 108.3, 16.0, 108.4, 16.3)
        .box("22327", 108.4, 16.0, 108.5, 16.3)
        .box("22330", 108.0, 15.9, 108.5, 16.0);
    const auto made = take(sketch.islands().text(), small_list());
    ASSERT_TRUE(made) << made.error().detail;
    const auto ringed = outline(made->country, Level::commune, 20194);
    ASSERT_EQ(ringed.size(), 1U);
    ASSERT_EQ(ringed[0].size(), 2U);
    EXPECT_NEAR(area_of(ringed[0][0]), 0.09, 1e-5);
    EXPECT_NEAR(area_of(ringed[0][1]), -0.01, 1e-5);
    const auto whole = outline(made->country, Level::district, 490);
    ASSERT_EQ(whole.size(), 1U);
    EXPECT_EQ(whole[0].size(), 1U) << "what fills the hole is of the same district";
}

TEST(geo_outline, of_a_unit_that_is_not_there_nothing) {
    const Country country = small_country();
    const auto found = outline_of(country, Level::commune, static_cast<std::uint32_t>(country.leaves()), kFinest);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->empty());
}

}  // namespace
}  // namespace lachan::geo
