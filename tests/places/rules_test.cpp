// Which zones and places may be recorded: vectors, and the geometry against a slower way to the same answer.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <set>

#include "world.h"

namespace lachan::places {
namespace {

TEST(places_rules, vectors_hold) {
    std::ifstream file(LACHAN_SOURCE_ROOT "/tests/places/vectors.json");
    const auto all = parse_json(std::string(std::istreambuf_iterator<char>(file), {}));
    ASSERT_TRUE(all);
    ASSERT_GT(all->size(), 40U);
    std::set<std::string> ids;
    for (const Json& vector : *all) {
        const Json& input = vector["input"];
        const std::string unit = input["unit"], kind = input["kind"];
        EXPECT_TRUE(ids.insert(vector["id"]).second) << vector["id"].dump() << " is used twice";
        const CheckInput check_input{kind, 1, input["body"], unit, test_units(), Instant{input["now"]}, true};
        EXPECT_EQ(canonical({{"violations", to_json(*lachan::check("places", check_input))}, {"warnings", Json::array()}}), canonical(vector["expect"]))
            << vector["id"].dump() << ": " << vector["why"].dump();
    }
}

TEST(places_rules, corners_are_read_in_one_way_only) {
    EXPECT_EQ(parse_corners("106700000,10775000")->front(), (Corner{106'700'000, 10'775'000}));
    EXPECT_EQ(parse_corners("-1,-2 3,4 5,6")->size(), 3U);
    for (const char* text : {"", ",", "1", "1,", "1,2,3", "1,2 ", " 1,2", "1,2 3,4", "+1,2", "01,2", "-0,2", "1,2  3,4 5,6", "1;2", "99999999999,1", "1.5,2"})
        EXPECT_FALSE(parse_corners(text)) << '"' << text << '"';
}

/// The area by the sum of small strips of the ground, each as long as its own latitude makes it.
double metres_by_strips(double west, double south, double east, double north) {
    double sum = 0;
    constexpr int kStrips = 1'000;
    for (int i = 0; i < kStrips; ++i) {
        const double latitude = south + (north - south) * (i + 0.5) / kStrips;
        sum += (east - west) * 111'320 * std::cos(latitude * std::acos(-1.0) / 180) * (north - south) / kStrips * 110'574;
    }
    return sum;
}

TEST(places_rules, the_area_is_that_on_the_ground) {
    const double boxes[][4] = {{106.6, 10.7, 106.8, 10.9}, {102.2, 22.0, 102.7, 22.5}, {111.918, 8.643, 111.921, 8.646}};
    for (const auto& box : boxes) {
        const auto e6 = [](double degrees) { return static_cast<std::int32_t>(std::lround(degrees * 1e6)); };
        const Corner ring[] = {{e6(box[0]), e6(box[1])}, {e6(box[2]), e6(box[1])}, {e6(box[2]), e6(box[3])}, {e6(box[0]), e6(box[3])}};
        const double expected = metres_by_strips(box[0], box[1], box[2], box[3]);
        EXPECT_NEAR(square_metres(ring) / expected, 1, 1e-3);
    }
}

TEST(places_rules, a_star_around_a_point_never_crosses_itself_and_two_corners_exchanged_do) {
    const bool held = rc::check("stars", [] {
        const int count = *rc::gen::inRange(5, 60);
        std::vector<Corner> ring;
        for (int i = 0; i < count; ++i) {
            const double angle = 2 * std::acos(-1.0) * i / count, radius = *rc::gen::inRange(20'000, 60'000);
            ring.push_back({106'700'000 + static_cast<std::int32_t>(std::lround(radius * std::cos(angle))),
                            10'775'000 + static_cast<std::int32_t>(std::lround(radius * std::sin(angle)))});
        }
        RC_ASSERT(is_simple(ring));
        std::vector<Corner> turned(ring.rbegin(), ring.rend());
        RC_ASSERT(is_simple(turned));
        RC_ASSERT(std::abs(square_metres(turned) - square_metres(ring)) < 1e-3 * square_metres(ring));
        std::swap(ring[0], ring[static_cast<std::size_t>(count) / 2]);
        RC_ASSERT(!is_simple(ring));
    });
    EXPECT_TRUE(held);
}

}  // namespace
}  // namespace lachan::places
