// The file: what was written is read, and nothing else is.

#include <gtest/gtest.h>

#include <random>

#include "geo/country_form.h"
#include "world.h"

namespace lachan::geo {
namespace {

TEST(geo_country, what_is_written_is_read) {
    const Country country = small_country();
    const Bytes bytes = write_country(country);
    const auto again = read_country(bytes);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(*again, country);
    EXPECT_EQ(write_country(*again), bytes);
}

TEST(geo_country, codes_are_written_with_their_zeros) {
    EXPECT_EQ(code_text(Level::province, 1), "01");
    EXPECT_EQ(code_text(Level::district, 7), "007");
    EXPECT_EQ(code_text(Level::commune, 22736), "22736");
}

TEST(geo_country, a_border_belongs_to_the_outermost_level_that_it_divides) {
    const Country country = small_country();
    const auto a = leaf_of(country, 20194), b = leaf_of(country, 20195), d = leaf_of(country, 22327);
    int between_communes = 0, between_provinces = 0, coast = 0;
    for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
        const auto sides = country.sides[arc];
        const auto divides = [&sides](std::uint32_t l, std::uint32_t r) {
            return (sides[0] == l && sides[1] == r) || (sides[0] == r && sides[1] == l);
        };
        if (divides(a, b)) {
            ++between_communes;
            EXPECT_EQ(country.border(arc), Level::commune);
        }
        if (divides(b, d)) {
            ++between_provinces;
            EXPECT_EQ(country.border(arc), Level::province);
        }
        if (sides[1] == kNone) {
            ++coast;
            EXPECT_EQ(country.border(arc), Level::province);
        }
    }
    EXPECT_EQ(between_communes, 1);
    EXPECT_EQ(between_provinces, 1);
    EXPECT_GE(coast, 4);
}

TEST(geo_country, a_file_cut_off_anywhere_is_malformed) {
    const Bytes bytes = write_country(small_country());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto read = read_country(std::span(bytes).first(size));
        ASSERT_FALSE(read) << size;
        ASSERT_EQ(read.error().code, Errc::malformed) << size;
    }
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_EQ(read_country(longer).error().rule, "geo.form");
}

TEST(geo_country, a_changed_byte_is_refused_or_gives_a_sound_map) {
    const Bytes bytes = write_country(small_country());
    int refused = 0, taken = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            Bytes other = bytes;
            if (other[at] == value) continue;
            other[at] = static_cast<std::uint8_t>(value);
            const auto read = read_country(other);
            if (!read) {
                ASSERT_EQ(read.error().code, Errc::malformed);
                ++refused;
                continue;
            }
            ++taken;
            ASSERT_EQ(write_country(*read), other) << "byte " << at << " value " << value;
        }
    }
    EXPECT_GT(refused, taken);
    EXPECT_GT(taken, 0);
}

TEST(geo_country, another_version_is_told) {
    Bytes bytes = write_country(small_country());
    bytes[4] = 2;
    EXPECT_EQ(read_country(bytes).error().rule, "geo.version");
    bytes[0] = 'X';
    EXPECT_EQ(read_country(bytes).error().rule, "geo.form");
}

TEST(geo_country, no_file_is_read_without_the_islands) {
    for (const std::uint32_t island : {498U, 576U}) {
        Country country = small_country();
        for (Unit& unit : country.units[1]) {
            if (unit.code == island) unit.code = 600;
        }
        EXPECT_FALSE(has_islands(country));
        EXPECT_EQ(read_country(write_country(country)).error().rule, "geo.islands");
    }
    // In another province they are not those islands.
    Country country = small_country();
    country.units[0][0].code = 49;
    EXPECT_EQ(read_country(write_country(country)).error().rule, "geo.islands");
}

TEST(geo_country, numbers_that_promise_too_much_reserve_nothing) {
    // A head, then blocks of a few bytes that announce billions of rings, arcs and points.
    const Country country = small_country();
    Bytes bytes = write_country(country);
    const Bytes many{0xff, 0xff, 0xff, 0xff, 0x0f};
    for (std::size_t at = 6; at + many.size() < bytes.size(); ++at) {
        Bytes other = bytes;
        std::copy(many.begin(), many.end(), other.begin() + static_cast<std::ptrdiff_t>(at));
        const auto read = read_country(other);
        if (!read) {
            ASSERT_EQ(read.error().code, Errc::malformed);
        }
    }
}

TEST(geo_country, a_unit_is_there_once) {
    Country country = small_country();
    country.units[2][1].code = country.units[2][0].code;
    EXPECT_EQ(read_country(write_country(country)).error().rule, "geo.form");
}

TEST(geo_country, places_go_to_the_grid_and_back) {
    Grid grid{26, 50'000'000, 28'000'000, 4'000'000, 4'000'000};
    std::mt19937 random(1);
    std::uniform_real_distribution<double> longitude(102, 117), latitude(6, 24);
    for (int i = 0; i < 1000; ++i) {
        const LonLat place{longitude(random), latitude(random)};
        const World world = project(place);
        const LonLat back = unproject(world);
        ASSERT_NEAR(back.longitude, place.longitude, 1e-11);
        ASSERT_NEAR(back.latitude, place.latitude, 1e-11);
        // The closed formula, by the library.
        const double sine = std::sin(place.latitude * 3.14159265358979323846 / 180);
        ASSERT_NEAR(world.y, 0.5 - std::log((1 + sine) / (1 - sine)) / (4 * 3.14159265358979323846), 1e-14);
        const Point p = grid.point(place), again = grid.point(unproject(grid.world(p)));
        ASSERT_EQ(p, again);
    }
    EXPECT_NEAR(grid.metres_per_cell(), 0.58, 0.03);
}

}  // namespace
}  // namespace lachan::geo
