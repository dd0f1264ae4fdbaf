// A picture shows in each pixel what holds the pixel's middle, and lines as wide as told.

#include "geo/picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "geo/locate.h"
#include "geo/mesh.h"
#include "made.h"

namespace lachan::geo {
namespace {

std::vector<std::uint8_t> classes_of(const Country& country) {
    std::vector<std::uint8_t> classes;
    for (std::size_t leaf = 0; leaf < country.leaves(); ++leaf) classes.push_back(static_cast<std::uint8_t>(leaf % 128));
    return classes;
}

/// The provinces of made_outlines without the islands: 400 pixels high.
Sight mainland(const Country& country) {
    const World corner = country.head.grid.cells(project({107.8, 16.8})), other = country.head.grid.cells(project({110.2, 15.4}));
    const double side = 400 / (other.y - corner.y);
    return {corner.x, corner.y, side, side, static_cast<std::int32_t>((other.x - corner.x) * side), 400};
}

std::uint8_t kind_at(const Picture& picture, std::int32_t x, std::int32_t y) {
    if (x < picture.left || y < picture.top || x >= picture.left + picture.width || y >= picture.top + picture.height) return kNoKind;
    return picture.texels[2 * static_cast<std::size_t>((y - picture.top) * picture.width + x - picture.left)];
}
std::uint8_t ink_at(const Picture& picture, std::int32_t x, std::int32_t y) {
    return picture.texels[2 * static_cast<std::size_t>((y - picture.top) * picture.width + x - picture.left) + 1];
}

/// How far corners are moved at most, in pixels, and a little more.
constexpr double kMoved = 0.033;

TEST(geo_picture, each_pixel_shows_the_leaf_that_holds_its_middle) {
    const Country country = made_country();
    const Locator locator(country);
    const std::vector<std::uint8_t> classes = classes_of(country);
    const Sight sight = mainland(country);
    const auto picture = make_picture(country, country.head.zooms.size() - 1, sight, classes, {});
    ASSERT_TRUE(picture);
    std::set<std::uint32_t> seen;
    int unsure = 0;
    for (std::int32_t y = 0; y < sight.height; ++y) {
        for (std::int32_t x = 0; x < sight.width; ++x) {
            const auto leaf_at = [&](double dx, double dy) {
                return locator.find_cell(sight.left + (x + 0.5 + dx) / sight.across, sight.top + (y + 0.5 + dy) / sight.down);
            };
            const std::uint32_t leaf = leaf_at(0, 0);
            bool is_sure = true;
            for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}})
                is_sure = is_sure && leaf_at(dx * kMoved, dy * kMoved) == leaf;
            if (!is_sure) {
                ++unsure;
                continue;
            }
            seen.insert(leaf);
            ASSERT_EQ(kind_at(*picture, x, y), leaf == kNone ? kNoKind : kFirstKind + classes[leaf]) << x << ", " << y;
        }
    }
    EXPECT_GT(seen.size(), 90U);
    EXPECT_LT(unsure, sight.width * sight.height / 20);
}

TEST(geo_picture, shows_the_triangles_of_each_detail) {
    const Country country = made_country();
    const std::vector<std::uint8_t> classes = classes_of(country);
    const Sight sight = mainland(country);
    for (std::size_t detail = 0; detail < country.head.zooms.size(); ++detail) {
        const auto picture = make_picture(country, detail, sight, classes, {});
        ASSERT_TRUE(picture);
        const Mesh mesh = make_mesh(country, detail);
        int wrong = 0, all = 0;
        for (std::size_t i = 0; i < mesh.triangles.size(); i += 3) {
            double px[3], py[3];
            for (std::size_t k = 0; k < 3; ++k) {
                const Vertex& vertex = mesh.vertices[mesh.triangles[i + k]];
                px[k] = (vertex.x - sight.left) * sight.across;
                py[k] = (vertex.y - sight.top) * sight.down;
            }
            const auto distance = [&](std::size_t from, double x, double y) {  // to the inside of a side
                const std::size_t to = (from + 1) % 3;
                const double dx = px[to] - px[from], dy = py[to] - py[from];
                return (dx * (y - py[from]) - dy * (x - px[from])) / std::hypot(dx, dy);
            };
            const auto [left, right] = std::minmax({px[0], px[1], px[2]});
            const auto [top, bottom] = std::minmax({py[0], py[1], py[2]});
            for (auto y = static_cast<std::int32_t>(std::max(top, 0.0)); y < std::min(bottom, 400.0); ++y) {
                for (auto x = static_cast<std::int32_t>(std::max(left, 0.0)); x < std::min<double>(right, sight.width); ++x) {
                    if (std::min({distance(0, x + 0.5, y + 0.5), distance(1, x + 0.5, y + 0.5), distance(2, x + 0.5, y + 0.5)}) < 2 * kMoved) continue;
                    ++all;
                    wrong += kind_at(*picture, x, y) != kFirstKind + classes[mesh.vertices[mesh.triangles[i]].leaf];
                }
            }
        }
        EXPECT_GT(all, 20'000) << detail;
        EXPECT_EQ(wrong, 0) << detail;
    }
}

/// Two communes side by side, each 64 cells wide and 64 high; the right one in another province. Rounds of 1 cell a pixel are exact.
Country two_squares() {
    Country country;
    country.head.grid = {20, 0, 0, 128, 64};
    country.head.zooms = {24};
    country.units[0] = {{1}, {2}};
    country.units[1] = {{1, 0}, {2, 1}};
    country.units[2] = {{1, 0}, {2, 1}};
    country.ring_begin = {0, 1, 2};
    country.ref_begin = {0, 2, 4};
    country.arc_begin = {0, 2, 6, 10};
    country.points = {{64, 0}, {64, 64}, {64, 64}, {0, 64}, {0, 0}, {64, 0}, {64, 0}, {128, 0}, {128, 64}, {64, 64}};
    country.refs = {0, 1, ~0, 2};
    country.details.assign(country.points.size(), 0);
    country.sides = {{0, 1}, {0, kNone}, {1, kNone}};
    return country;
}

TEST(geo_picture, lines_are_as_wide_as_told_and_paler_when_thinner_than_a_pixel) {
    const Country country = two_squares();
    const std::vector<std::uint8_t> classes{3, 0x80 | 4};
    const Sight sight{-16, -16, 1, 1, 160, 96};
    for (const int width : {2, 4}) {
        const auto picture = make_picture(country, 0, sight, classes, {{static_cast<float>(width)}, {}, 0});
        ASSERT_TRUE(picture);
        EXPECT_EQ(kind_at(*picture, 70, 40), kFirstKind + 3);
        EXPECT_EQ(kind_at(*picture, 90, 40), kFirstKind + 4) << "the bit of what is open is no class";
        for (std::int32_t x = 60; x < 100; ++x) EXPECT_EQ(ink_at(*picture, x, 40), std::abs(x + 0.5 - 80) < 0.5 * width ? 255 : 0) << x;
    }
    const auto pale = make_picture(country, 0, sight, classes, {{0.5F}, {}, 0});
    ASSERT_TRUE(pale);
    int inked = 0;
    for (std::int32_t x = 60; x < 100; ++x) {
        inked += ink_at(*pale, x, 40) != 0;
        if (ink_at(*pale, x, 40) != 0) {
            EXPECT_EQ(ink_at(*pale, x, 40), 128);
        }
    }
    EXPECT_EQ(inked, 1);
    const auto none = make_picture(country, 0, sight, classes, {});
    ASSERT_TRUE(none);
    for (std::size_t i = 1; i < none->texels.size(); i += 2) ASSERT_EQ(none->texels[i], 0);
}

TEST(geo_picture, districts_of_a_province_have_a_border_of_their_own_and_communes_none) {
    const Sight sight{-16, -16, 1, 1, 160, 96};
    const BorderLines lines{{6}, {2, 100}, 0};
    Country country = two_squares();
    country.units[0] = {{1}};
    country.units[1] = {{1, 0}, {2, 0}};
    const auto districts = make_picture(country, 0, sight, std::vector<std::uint8_t>{3, 4}, lines);
    country.units[1] = {{1, 0}};
    country.units[2] = {{1, 0}, {2, 0}};
    const auto communes = make_picture(country, 0, sight, std::vector<std::uint8_t>{3, 4}, lines);
    ASSERT_TRUE(districts && communes);
    for (std::int32_t x = 40; x < 120; ++x) {
        EXPECT_EQ(ink_at(*districts, x, 40), std::abs(x + 0.5 - 80) < 1 ? 100 : 0) << x;
        EXPECT_EQ(ink_at(*communes, x, 40), 0) << x;
    }
}

TEST(geo_picture, a_rim_is_seen_in_the_sea_and_not_on_land) {
    const Country country = two_squares();
    const auto picture = make_picture(country, 0, {-16, -16, 1, 1, 160, 96}, std::vector<std::uint8_t>{3, 4}, {{}, {}, 6});
    ASSERT_TRUE(picture);
    EXPECT_EQ(kind_at(*picture, 16, 40), kFirstKind + 3);
    EXPECT_EQ(kind_at(*picture, 15, 40), kRimKind);
    EXPECT_EQ(kind_at(*picture, 13, 40), kRimKind);
    EXPECT_EQ(kind_at(*picture, 12, 40), kNoKind);
    EXPECT_EQ(kind_at(*picture, 80, 40), kFirstKind + 4) << "a border between provinces is no coast";
}

TEST(geo_picture, a_part_is_that_part_of_the_whole) {
    const Country country = made_country();
    const std::vector<std::uint8_t> classes = classes_of(country);
    Sight sight = mainland(country);
    sight.across = sight.down = std::exp2(std::floor(std::log2(sight.across)));
    sight.left = std::floor(sight.left);
    sight.top = std::floor(sight.top);
    const BorderLines lines{{1.5F}, {0.7F, 200}, 3};
    const auto whole = make_picture(country, 0, sight, classes, lines);
    Sight part = sight;
    part.left += 100 / sight.across;
    part.top += 50 / sight.down;
    part.width = part.height = 60;
    const auto seen = make_picture(country, 0, part, classes, lines);
    ASSERT_TRUE(whole && seen);
    int shown = 0, inked = 0;
    for (std::int32_t y = 0; y < 60; ++y) {
        for (std::int32_t x = 0; x < 60; ++x) {
            ASSERT_EQ(kind_at(*seen, x, y), kind_at(*whole, x + 100, y + 50)) << x << ", " << y;
            ASSERT_EQ(ink_at(*seen, x, y), ink_at(*whole, x + 100, y + 50)) << x << ", " << y;
            shown += kind_at(*seen, x, y) != kNoKind;
            inked += ink_at(*seen, x, y) != 0;
        }
    }
    EXPECT_GT(shown, 1000);
    EXPECT_GT(inked, 30);
}

TEST(geo_picture, runs_without_a_mark_are_empty) {
    const Country country = made_country();
    const auto picture = make_picture(country, 0, mainland(country), classes_of(country), {{2}, {1}, 4});
    ASSERT_TRUE(picture);
    int empty = 0;
    for (std::int32_t y = 0; y < picture->height; ++y) {
        for (std::int32_t x = 0; x < picture->width; ++x) {
            if (picture->runs[static_cast<std::size_t>(y * picture->runs_across() + x / Picture::kRun)] != 0) continue;
            ++empty;
            const std::size_t texel = 2 * static_cast<std::size_t>(y * picture->width + x);
            ASSERT_EQ(picture->texels[texel], kNoKind);
            ASSERT_EQ(picture->texels[texel + 1], 0);
        }
    }
    EXPECT_GT(empty, 1000);
}

/// Communes each with an outline of its own, from corner to corner.
Country islands(const std::vector<std::vector<Point>>& outlines) {
    Country country;
    country.head.grid = {20, 0, 0, 128, 64};
    country.head.zooms = {24};
    country.units[0] = {{1}};
    country.units[1] = {{1, 0}};
    country.ring_begin = country.ref_begin = country.arc_begin = {0};
    for (const auto& outline : outlines) {
        const auto number = static_cast<std::uint32_t>(country.units[2].size());
        country.units[2].push_back({number + 1, 0});
        country.points.insert(country.points.end(), outline.begin(), outline.end());
        country.points.push_back(outline.front());
        country.refs.push_back(static_cast<std::int32_t>(number));
        country.sides.push_back({number, kNone});
        country.ring_begin.push_back(number + 1);
        country.ref_begin.push_back(number + 1);
        country.arc_begin.push_back(static_cast<std::uint32_t>(country.points.size()));
    }
    country.details.assign(country.points.size(), 0);
    return country;
}

/// As corners that were moved may make them do. The numbers of what lies there are such that their sum, or their difference, is that of a
/// commune elsewhere.
TEST(geo_picture, shapes_that_cross_show_one_of_them) {
    const std::vector<Point> left{{0, 0}, {60, 0}, {60, 64}, {0, 64}}, right{{50, 0}, {100, 0}, {100, 64}, {50, 64}};
    const std::vector<Point> elsewhere{{110, 0}, {128, 0}, {128, 64}, {110, 64}}, turned{{50, 64}, {100, 64}, {100, 0}, {50, 0}};
    struct Case {
        std::vector<std::vector<Point>> outlines;
        std::size_t one, other;
    };
    for (const Case& each : {Case{{left, right, elsewhere}, 0, 1}, Case{{turned, elsewhere, left}, 2, 0}}) {
        const std::vector<std::uint8_t> classes{3, 4, 5};
        const auto picture = make_picture(islands(each.outlines), 0, {0, 0, 1, 1, 128, 64}, classes, {});
        ASSERT_TRUE(picture);
        EXPECT_EQ(kind_at(*picture, 20, 30), kFirstKind + classes[each.one]);
        for (std::int32_t y = 0; y < 64; ++y) {
            for (std::int32_t x = 50; x < 60; ++x) {
                const std::uint8_t kind = kind_at(*picture, x, y);
                ASSERT_TRUE(kind == kFirstKind + classes[each.one] || kind == kFirstKind + classes[each.other]) << x << ", " << y << ": " << int{kind};
            }
        }
    }
}

TEST(geo_picture, there_is_none_that_is_too_large_and_an_empty_one_of_elsewhere) {
    const Country country = two_squares();
    const std::vector<std::uint8_t> classes{3, 4};
    EXPECT_FALSE(make_picture(country, 0, {0, 0, 64, 64, 8192, 4096}, classes, {}));
    const auto elsewhere = make_picture(country, 0, {1000, 1000, 1, 1, 100, 100}, classes, {});
    ASSERT_TRUE(elsewhere);
    EXPECT_TRUE(elsewhere->texels.empty());
    constexpr double scale = std::numeric_limits<double>::quiet_NaN();  // as a canvas without a size has it
    const auto nowhere = make_picture(country, 0, {0, 0, scale, scale, 0, 0}, classes, {});
    ASSERT_TRUE(nowhere);
    EXPECT_TRUE(nowhere->texels.empty());
    EXPECT_EQ(nowhere->left, 0);
    EXPECT_EQ(nowhere->top, 0);
}

}  // namespace
}  // namespace lachan::geo
