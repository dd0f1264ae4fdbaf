// Cells of our own: every unit has one, beside what it belongs to, and the same seed gives the same bytes.

#include "geo/schematic.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "boundaries/inputs.h"
#include "geo/buckets.h"
#include "geo/dissolve.h"
#include "geo/mesh.h"
#include "made.h"
#include "world.h"

namespace lachan::geo {
namespace {

std::string read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Parts of each unit of a level that hang together by borders of some length.
std::vector<int> parts_of(const Country& country, Level level) {
    std::vector<std::uint32_t> above(country.leaves());
    for (std::uint32_t i = 0; i < above.size(); ++i) above[i] = i;
    const auto top = [&above](std::uint32_t i) {
        while (above[i] != i) i = above[i];
        return i;
    };
    for (const auto& [left, right] : country.sides) {
        if (right != kNone && country.above(left, level) == country.above(right, level)) above[top(left)] = top(right);
    }
    std::vector<std::set<std::uint32_t>> parts(country.units[at(level)].size());
    for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) parts[country.above(leaf, level)].insert(top(leaf));
    std::vector<int> counts;
    for (const auto& each : parts) counts.push_back(static_cast<int>(each.size()));
    return counts;
}

/// Borders of a detail that cross or run into each other.
int collisions(const Country& country, std::size_t detail) {
    std::vector<Segment> borders;
    for (const Level level : kLevels) {
        const std::vector<Segment> more = borders_of(country, level, detail);
        borders.insert(borders.end(), more.begin(), more.end());
    }
    const auto line = [&borders](std::size_t i) {
        const Segment& each = borders[i];
        return std::pair(Point{each.ax, each.ay}, Point{each.bx, each.by});
    };
    const Buckets buckets(borders.size(), line, 0);
    const auto sign = [](std::int64_t value) { return value > 0 ? 1 : value < 0 ? -1 : 0; };
    int found = 0;
    for (std::int32_t row = 0; row < buckets.rows(); ++row) {
        for (std::int32_t column = 0; column < buckets.columns(); ++column) {
            for (const auto* i = buckets.begin(column, row); i < buckets.end(column, row); ++i) {
                for (const auto* j = i + 1; j < buckets.end(column, row); ++j) {
                    const auto [a, b] = line(*i);
                    const auto [c, d] = line(*j);
                    const int shared = (a == c) + (a == d) + (b == c) + (b == d);
                    const int crossing =
                        sign(turn(a, b, c)) * sign(turn(a, b, d)) < 0 && sign(turn(c, d, a)) * sign(turn(c, d, b)) < 0;
                    found += shared == 2 || (shared == 0 && crossing);
                }
            }
        }
    }
    return found;
}

void expect_sound(const Country& country, const UnitList& list) {
    std::set<std::uint32_t> communes, districts;
    for (const Unit& unit : country.units[2]) communes.insert(unit.code);
    for (const Unit& unit : country.units[1]) districts.insert(unit.code);
    std::size_t leaves = 0;
    for (const auto& province : list.provinces) {
        for (const auto& district : province.districts) {
            EXPECT_TRUE(districts.contains(district.code)) << district.code;
            for (const auto& commune : district.communes) EXPECT_TRUE(communes.contains(commune.code)) << commune.code;
            leaves += std::max<std::size_t>(1, district.communes.size());
        }
    }
    EXPECT_EQ(country.leaves(), leaves);
    EXPECT_TRUE(country.head.schematic);
    EXPECT_TRUE(has_islands(country));
    for (std::size_t detail = 0; detail < country.head.zooms.size(); ++detail) {
        EXPECT_EQ(collisions(country, detail), 0);
        for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf)
            EXPECT_GT(doubled_area_of(country, leaf, detail), 0);
    }
    const auto bytes = write_country(country);
    const auto again = read_country(bytes);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(*again, country);
}

TEST(geo_schematic, every_unit_has_a_cell) { expect_sound(made_country(), made_list()); }

TEST(geo_schematic, the_same_seed_gives_the_same_bytes_and_another_one_others) {
    EXPECT_EQ(write_country(made_country(5)), write_country(made_country(5)));
    EXPECT_NE(write_country(made_country(5)), write_country(made_country(6)));
    for (std::uint64_t seed = 10; seed < 16; ++seed) {
        const auto country = make_one(seed);
        ASSERT_TRUE(country) << "seed " << seed << ": " << country.error().detail;
        expect_sound(*country, made_list());
    }
}

TEST(geo_schematic, districts_hang_together) {
    for (std::uint64_t seed = 1; seed < 8; ++seed) {
        const Country country = made_country(seed);
        const auto parts = parts_of(country, Level::district);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const std::uint32_t code = country.units[1][i].code;
            // Archipelagos are many islets; there a commune may have some of them.
            EXPECT_TRUE(parts[i] == 1 || code == 498 || code == 576) << "seed " << seed << " district " << code;
        }
    }
}

TEST(geo_schematic, provinces_keep_their_outlines) {
    const Country country = made_country();
    const Country provinces = std::move(dissolve(country, Level::province, country.head.zooms.size() - 1)).value();
    Path outline;
    const auto outlines = made_outlines();
    for (const LonLat place : outlines[0].polygons[0][0]) outline.push_back(country.head.grid.point(place));
    // Largest ring of the province: its mainland. Walls meet the outline within a cell of it.
    std::int64_t largest = 0;
    for (std::uint32_t ring = provinces.ring_begin[0]; ring < provinces.ring_begin[1]; ++ring)
        largest = std::max(largest, doubled_area(provinces.ring(ring, 0)));
    const auto expected = static_cast<double>(std::abs(doubled_area(outline)));
    EXPECT_NEAR(static_cast<double>(largest) / expected, 1, 0.001);
}

TEST(geo_schematic, a_marked_district_has_its_island_for_itself) {
    const Country country = made_country();
    const Locator locator(country);
    for (const LonLat place : {LonLat{110.0, 15.9}, {109.95, 15.85}, {110.02, 15.95}}) {
        const std::uint32_t leaf = locator.find(place);
        ASSERT_NE(leaf, kNone);
        EXPECT_EQ(country.units[1][country.above(leaf, Level::district)].code, 571U);
    }
    for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) {
        if (country.units[1][country.above(leaf, Level::district)].code != 571) continue;
        const auto label = make_places(country)[2][leaf].label;
        EXPECT_GT(unproject(country.head.grid.world(label)).longitude, 109.8);
    }
}

TEST(geo_schematic, a_province_without_an_outline_is_named) {
    auto outlines = made_outlines();
    outlines.pop_back();
    const auto made = make_schematic(made_list(), outlines, made_marks(), 1, "");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().rule, "geo.outline");
    EXPECT_NE(made.error().detail.find("56"), std::string::npos);
    auto marks = made_marks();
    marks[0].district = 777;
    EXPECT_EQ(make_schematic(made_list(), made_outlines(), marks, 1, "").error().rule, "geo.outline");
    // A mark of one province on the ground of another.
    marks[0] = {498, {109.2, 16}, 5, 1};
    EXPECT_EQ(make_schematic(made_list(), made_outlines(), marks, 1, "").error().rule, "geo.outline");
}

TEST(geo_schematic, the_units_of_2021_all_have_a_cell) {
    const std::string assets = std::string(LACHAN_SOURCE_ROOT) + "/build/assets/";
    const std::string outlines_text = read(assets + "outlines.json"), units_text = read(assets + "units.txt");
    if (outlines_text.empty() || units_text.empty()) GTEST_SKIP() << "skipped: the data of the build is not made";
    const auto day = Day::parse("2021-07-01");
    const auto list = boundaries::read_units(units_text, *day);
    ASSERT_TRUE(list) << list.error().detail;
    const auto outlines = boundaries::read_outlines(outlines_text);
    ASSERT_TRUE(outlines) << outlines.error().detail;
    const auto country = make_schematic(*list, outlines->provinces, outlines->marks, 20210701, outlines->source);
    ASSERT_TRUE(country) << country.error().detail;
    expect_sound(*country, *list);
    EXPECT_EQ(country->units[0].size(), 63U);
    EXPECT_EQ(country->units[1].size(), 705U);
    std::size_t communes = 0;
    for (const Unit& unit : country->units[2]) communes += unit.code != 0;
    EXPECT_EQ(communes, 10'599U);
    const Locator locator(*country);
    for (const auto& [place, district] : std::map<std::pair<double, double>, std::uint32_t>{{{107.73, 20.13}, 318},
                                                                                            {{107.34, 17.16}, 471},
                                                                                            {{109.12, 15.38}, 536},
                                                                                            {{106.61, 8.69}, 755},
                                                                                            {{103.97, 10.22}, 911}}) {
        const std::uint32_t leaf = locator.find({place.first, place.second});
        ASSERT_NE(leaf, kNone) << district;
        EXPECT_EQ(country->units[1][country->above(leaf, Level::district)].code, district);
    }
    // A label in the province it names, at all levels.
    const auto places = make_places(*country);
    for (const Level level : kLevels) {
        for (std::uint32_t i = 0; i < places[at(level)].size(); ++i) {
            const Point label = places[at(level)][i].label;
            const std::uint32_t leaf = locator.find_cell(label.x, label.y);
            ASSERT_NE(leaf, kNone);
            EXPECT_EQ(country->above(leaf, level), i);
        }
    }
    // On the mainland a district is one piece; those with islands of the outline have more.
    const auto parts = parts_of(*country, Level::district);
    int scattered = 0;
    for (const int count : parts) scattered += count > 1;
    EXPECT_LT(scattered, 20);
    EXPECT_LT(write_country(*country).size(), 400'000U);
}

}  // namespace
}  // namespace lachan::geo
