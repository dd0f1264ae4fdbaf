// Shapes of others: what does not fit together is settled and told.

#include "geo/import.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "boundaries/inputs.h"
#include "boundaries/reading.h"
#include "geo/dissolve.h"
#include "geo/mesh.h"
#include "kernel/json.h"
#include "world.h"

namespace lachan::geo {
namespace {

std::int64_t area_of_all(const Country& country) {
    std::int64_t area = 0;
    for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) area += doubled_area_of(country, leaf);
    return area;
}

TEST(geo_import, neighbours_share_their_border) {
    const auto imported = take(small_sketch().text(), small_list());
    ASSERT_TRUE(imported) << imported.error().detail;
    const auto& [country, report] = *imported;
    EXPECT_EQ(report.shapes, 7U);
    EXPECT_EQ(report.taken, 7U);
    EXPECT_TRUE(report.overlaps.empty());
    EXPECT_TRUE(report.gaps.empty());
    EXPECT_EQ(report.counter_clockwise, 7U);
    EXPECT_EQ(country.leaves(), 7U);
    // 576 has communes in the list, but the shape is the district's: it stands for itself, and its communes are told.
    EXPECT_EQ(report.codes_without_shape, (std::vector<std::string>{"22736 F", "22737 G"}));
    // Each inner border once: 7 rings of boxes have 28 sides, fewer arcs than that.
    EXPECT_LT(country.arcs(), 20U);
    EXPECT_FALSE(country.head.schematic);
}

TEST(geo_import, a_gap_goes_to_the_neighbour_with_the_longest_border) {
    // Between two communes a slit is open at neither end: others close it.
    Sketch sketch;
    sketch.box("20194", 108.0, 16.0, 108.1, 16.1).box("20195", 108.1005, 16.0, 108.2, 16.1);
    sketch.box("20197", 108.0, 16.1, 108.2, 16.2).box("22330", 108.0, 15.9, 108.2, 16.0).islands();
    ImportOptions options;
    const auto imported = take(sketch.text(), small_list(), options);
    ASSERT_TRUE(imported);
    ASSERT_EQ(imported->report.gaps.size(), 1U);
    // 0.0005 by 0.1 degrees, about 53.5 m by 11.1 km.
    EXPECT_NEAR(static_cast<double>(imported->report.gaps[0].area), 53.5 * 11'060, 10'000);
    const auto heir = imported->report.gaps[0].heir;
    EXPECT_TRUE(heir == "20194 A" || heir == "20195 B") << heir;
    options.gap_km2 = 0.1;
    EXPECT_TRUE(take(sketch.text(), small_list(), options)->report.gaps.empty());
    // Nothing is lost, nothing is made: the whole is what the four and the slit are.
    const Country& country = imported->country;
    const Point low = country.head.grid.point({108.0, 15.9}), high = country.head.grid.point({108.2, 16.2});
    const std::int64_t islands =
        doubled_area_of(country, leaf_of(country, 498)) + doubled_area_of(country, leaf_of(country, 576));
    EXPECT_EQ(area_of_all(country) - islands, 2 * std::int64_t{high.x - low.x} * (low.y - high.y));
}

TEST(geo_import, an_overlap_goes_to_one_and_is_told) {
    Sketch sketch;
    sketch.box("20194", 108.0, 16.0, 108.11, 16.1).box("20195", 108.1, 16.0, 108.2, 16.1).islands();
    const auto imported = take(sketch.text(), small_list());
    ASSERT_TRUE(imported);
    ASSERT_EQ(imported->report.overlaps.size(), 1U);
    const auto& overlap = imported->report.overlaps[0];
    EXPECT_EQ((std::set<std::string>{overlap.first, overlap.second}), (std::set<std::string>{"20194 A", "20195 B"}));
    EXPECT_NEAR(static_cast<double>(overlap.area), 1070.0 * 11'060, 200'000);
    const Country& country = imported->country;
    const Grid& grid = country.head.grid;
    const std::int64_t width = grid.point({108.2, 16}).x - grid.point({108.0, 16}).x;
    const std::int64_t height = grid.point({108, 16}).y - grid.point({108, 16.1}).y;
    EXPECT_EQ(doubled_area_of(country, leaf_of(country, 20194)) + doubled_area_of(country, leaf_of(country, 20195)),
              2 * width * height);
}

TEST(geo_import, slivers_between_neighbours_close_when_points_are_snapped) {
    // The neighbour's border is the same line, seen by another surveyor: some metres off, with points of its own.
    std::vector<LonLat> west{{108.0, 16.1}, {108.0, 16.0}}, east{{108.2, 16.0}, {108.2, 16.1}};
    for (int i = 0; i <= 20; ++i) {
        west.push_back({108.1 + 0.002 * (i % 3), 16.0 + 0.005 * i});
        east.push_back({108.1 + 0.002 * ((20 - i) % 3) + 0.00004 * ((i % 2) * 2 - 1), 16.1 - 0.005 * i});
    }
    const std::string text = Sketch().shape("20194", {west}).shape("20195", {east}).islands().text();
    const auto raw = take(text, small_list());
    ASSERT_TRUE(raw);
    EXPECT_GT(raw->report.overlaps.size() + raw->report.gaps.size(), 2U);
    ImportOptions options;
    options.snap_metres = 15;
    const auto snapped = take(text, small_list(), options);
    ASSERT_TRUE(snapped);
    EXPECT_TRUE(snapped->report.overlaps.empty());
    EXPECT_TRUE(snapped->report.gaps.empty());
    EXPECT_LT(snapped->country.arcs(), 6U);
}

TEST(geo_import, a_scrap_among_others_is_joined_and_an_islet_is_kept) {
    const auto scrap = Sketch::box_ring(108.15, 16.05, 108.1505, 16.0505);
    Sketch sketch;
    sketch.box("20194", 108.0, 16.0, 108.1, 16.1).shape("20195", {Sketch::box_ring(108.1, 16.0, 108.2, 16.1), scrap});
    sketch.shape("20194", {scrap});                                 // within the neighbour
    sketch.box("20195", 108.3, 16.0, 108.3005, 16.0005).islands();  // in the sea
    const auto imported = take(sketch.text(), small_list());
    ASSERT_TRUE(imported);
    ASSERT_EQ(imported->report.scraps.size(), 1U);
    EXPECT_EQ(imported->report.scraps[0].heir, "20195 B");
    const Locator locator(imported->country);
    EXPECT_EQ(locator.find({108.15025, 16.05025}), leaf_of(imported->country, 20195));
    EXPECT_EQ(locator.find({108.30025, 16.00025}), leaf_of(imported->country, 20195));
}

TEST(geo_import, a_hole_holds_another_unit) {
    const auto hole = Sketch::box_ring(108.04, 16.04, 108.06, 16.06);
    Sketch sketch;
    sketch.shape("20194", {Sketch::box_ring(108.0, 16.0, 108.1, 16.1), hole}).shape("20195", {hole}).islands();
    const auto imported = take(sketch.text(), small_list());
    ASSERT_TRUE(imported);
    const Country& country = imported->country;
    const auto outer = leaf_of(country, 20194), inner = leaf_of(country, 20195);
    EXPECT_EQ(country.ring_begin[outer + 1] - country.ring_begin[outer], 2U);
    EXPECT_EQ(Locator(country).find({108.05, 16.05}), inner);
    EXPECT_EQ(Locator(country).find({108.03, 16.05}), outer);
    const Mesh mesh = make_mesh(country, 0);
    EXPECT_EQ(mesh.leaves[inner].end - mesh.leaves[inner].begin, 6U);
    EXPECT_EQ(mesh.leaves[outer].end - mesh.leaves[outer].begin, 24U);
}

TEST(geo_import, rings_may_run_either_way) {
    auto clockwise = Sketch::box_ring(108.0, 16.0, 108.1, 16.1);
    std::reverse(clockwise.begin(), clockwise.end());
    const auto imported = take(Sketch().shape("20194", {clockwise}).islands().text(), small_list());
    ASSERT_TRUE(imported);
    EXPECT_EQ(imported->report.clockwise, 1U);
    EXPECT_EQ(imported->report.counter_clockwise, 2U);
    EXPECT_GT(doubled_area_of(imported->country, leaf_of(imported->country, 20194)), 0);
}

TEST(geo_import, a_shape_that_crosses_itself_is_told) {
    const auto imported =
        take(Sketch().shape("20194", {{{108.0, 16.0}, {108.1, 16.1}, {108.1, 16.0}, {108.0, 16.12}}}).islands().text(),
             small_list());
    ASSERT_TRUE(imported);
    EXPECT_EQ(imported->report.crossing, (std::vector<std::string>{"20194 A"}));
    // A hole that leaves its shape.
    const auto hole = take(Sketch()
                               .shape("20194", {Sketch::box_ring(108.0, 16.0, 108.1, 16.1),
                                                Sketch::box_ring(108.05, 16.05, 108.15, 16.06)})
                               .islands()
                               .text(),
                           small_list());
    EXPECT_EQ(hole->report.crossing, (std::vector<std::string>{"20194 A"}));
}

TEST(geo_import, a_ring_that_touches_itself_is_told) {
    const auto imported = take(
        Sketch()
            .shape("20194",
                   {{{108.0, 16.0}, {108.1, 16.0}, {108.05, 16.05}, {108.1, 16.1}, {108.0, 16.1}, {108.05, 16.05}}})
            .islands()
            .text(),
        small_list());
    ASSERT_TRUE(imported);
    // Two parts that meet in a point: two sound rings.
    EXPECT_TRUE(imported->report.crossing.empty());
    EXPECT_TRUE(imported->report.touching.empty());
    const auto leaf = leaf_of(imported->country, 20194);
    EXPECT_EQ(imported->country.ring_begin[leaf + 1] - imported->country.ring_begin[leaf], 2U);
    // A hole that touches the outer ring is part of it.
    const auto hole = take(Sketch()
                               .shape("20194", {{{108.0, 16.0}, {108.1, 16.0}, {108.1, 16.1}, {108.0, 16.1}},
                                                {{108.1, 16.05}, {108.05, 16.06}, {108.05, 16.04}}})
                               .islands()
                               .text(),
                           small_list());
    EXPECT_EQ(hole->report.touching, (std::vector<std::string>{"20194"}));
}

TEST(geo_import, shapes_without_a_code_stay_empty_or_join_a_neighbour) {
    Sketch sketch;
    sketch.box("20194", 108.0, 16.0, 108.1, 16.1)
        .box("99999", 108.1, 16.0, 108.15, 16.1)
        .box("20195", 108.15, 16.0, 108.2, 16.2)
        .islands();
    sketch.box("22330", 108.0, 15.9, 108.2, 16.0).box("20197", 108.0, 16.1, 108.15, 16.2);
    ImportOptions options;
    options.gap_km2 = 0;
    auto imported = take(sketch.text(), small_list(), options);
    ASSERT_TRUE(imported);
    EXPECT_EQ(imported->report.shapes_without_code, (std::vector<std::string>{"shape 99999"}));
    EXPECT_EQ(Locator(imported->country).find({108.12, 16.05}), kNone);
    options.joins_uncoded = true;
    imported = take(sketch.text(), small_list(), options);
    const std::uint32_t heir = Locator(imported->country).find({108.12, 16.05});
    ASSERT_NE(heir, kNone);
    EXPECT_TRUE(heir == leaf_of(imported->country, 20194) || heir == leaf_of(imported->country, 20195));
}

TEST(geo_import, shapes_of_one_code_grow_together) {
    Sketch sketch;
    sketch.box("20194", 108.0, 16.0, 108.1, 16.1).box("20194", 108.1, 16.0, 108.2, 16.1).islands();
    const auto imported = take(sketch.text(), small_list());
    ASSERT_TRUE(imported);
    const auto leaf = leaf_of(imported->country, 20194);
    EXPECT_EQ(imported->country.ring_begin[leaf + 1] - imported->country.ring_begin[leaf], 1U);
    EXPECT_EQ(imported->country.ring(imported->country.ring_begin[leaf], 0).size(), 4U);
}

TEST(geo_import, nothing_is_taken_without_the_islands) {
    const auto imported = take(Sketch().box("20194", 108.0, 16.0, 108.1, 16.1).text(), small_list());
    ASSERT_FALSE(imported);
    EXPECT_EQ(imported.error().rule, "geo.islands");
    EXPECT_EQ(take(Sketch().box("99999", 108.0, 16.0, 108.1, 16.1).text(), small_list()).error().rule, "geo.shapes");
}

TEST(geo_import, topojson_gives_the_same_as_geojson) {
    // Two boxes that share an arc, the islands as arcs of their own; quantised by hand.
    const std::string text = R"({"type":"Topology","transform":{"scale":[0.1,0.1],"translate":[108,16]},
        "arcs":[[[1,1],[0,-1]],[[1,0],[-1,0],[0,1],[1,0]],[[1,1],[1,0],[0,-1],[-1,0]],[[40,5],[1,0],[0,1],[-1,0],[0,-1]],[[39,-74],[1,0],[0,1],[-1,0],[0,-1]]],
        "objects":{"communes":{"type":"GeometryCollection","geometries":[
            {"type":"Polygon","arcs":[[0,1]],"properties":{"code":"20194"}},{"type":"Polygon","arcs":[[2,-1]],"properties":{"code":"20195"}},
            {"type":"Polygon","arcs":[[3]],"properties":{"code":"498"}},{"type":"MultiPolygon","arcs":[[[4]]],"properties":{"code":"576"}}]}}})";
    const auto topology = take(text, small_list());
    ASSERT_TRUE(topology) << topology.error().detail;
    Sketch sketch;
    sketch.box("20194", 108.0, 16.0, 108.1, 16.1).box("20195", 108.1, 16.0, 108.2, 16.1);
    sketch.box("498", 112, 16.5, 112.1, 16.6).box("576", 111.9, 8.6, 112, 8.7);
    EXPECT_EQ(write_country(topology->country), write_country(take(sketch.text(), small_list())->country));
}

TEST(geo_features, what_is_misshapen_is_named) {
    const struct {
        const char* text;
        const char* rule;
        const char* detail;
    } rows[] = {
        {"", "json.syntax", ""},
        {"{}", "geo.features", "type"},
        {R"({"type":"FeatureCollection"})", "geo.features", "features"},
        {R"({"type":"FeatureCollection","features":[{"type":"Point"}]})", "geo.features", "feature 0"},
        {R"({"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}})", "geo.features", "no Polygon"},
        {R"({"type":"Feature","geometry":{"type":"Polygon","coordinates":5}})", "geo.features", "no array"},
        {R"({"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1]]]}})", "geo.features", "position"},
        {R"({"type":"Feature","geometry":{"type":"Polygon","coordinates":[[["a",2]]]}})", "geo.features", "number"},
        {R"({"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[500000,2300000]]]}})", "geo.features",
         "degrees"},
        {R"({"type":"Topology","objects":{}})", "geo.features", "arcs"},
        {R"({"type":"Topology","arcs":[[]],"objects":{}})", "geo.features", "arc 0"},
        {R"({"type":"Topology","arcs":[],"objects":{"a":{"type":"Polygon","arcs":[[0]]}}})", "geo.features",
         "not there"},
        {R"({"type":"Topology","arcs":[],"objects":{"a":{"type":"Polygon","arcs":[[-1]]}}})", "geo.features",
         "not there"},
        {R"({"type":"Topology","transform":{"scale":[1]},"arcs":[],"objects":{}})", "geo.features", "scale"},
    };
    for (const auto& row : rows) {
        const auto features = read_features(row.text);
        ASSERT_FALSE(features) << row.text;
        EXPECT_EQ(features.error().rule, row.rule) << row.text;
        EXPECT_NE(features.error().detail.find(row.detail), std::string::npos) << features.error().detail;
    }
}

TEST(geo_details, an_islet_in_a_bay_stays_in_it_and_a_narrow_spit_stays_a_shape) {
    // A coast with a bay of 1 km that a coarse detail would straighten, an islet in the bay, and a spit of 20 m by 2
    // km.
    std::vector<LonLat> coast{{108.0, 16.0}, {108.2, 16.0}, {108.2, 16.2}, {108.11, 16.2}};
    for (int i = 0; i <= 40; ++i) coast.push_back({108.11 - 0.0005 * i, 16.2 - 0.009 * std::sin(i * 3.14159265 / 40)});
    coast.push_back({108.0, 16.2});
    Sketch sketch;
    sketch.shape("20195", {coast}).box("20194", 108.0995, 16.1955, 108.1005, 16.1965);
    sketch.shape("20197", {{{108.3, 16.0}, {108.3, 16.02}, {108.2998, 16.01}}}).islands();
    const auto imported = take(sketch.text(), small_list());
    ASSERT_TRUE(imported);
    const Country& country = imported->country;
    std::size_t coarse = 0;
    for (const std::uint8_t each : country.details) coarse += each == 0;
    EXPECT_LT(coarse, country.points.size());  // something is left out
    for (std::size_t detail = 0; detail < country.head.zooms.size(); ++detail) {
        const auto drawn = dissolve(country, Level::commune, detail);
        ASSERT_TRUE(drawn);
        const Locator locator(*drawn);
        // Of the islet a triangle is left, which may not hold its middle; but that is never land of the coast.
        EXPECT_NE(locator.find({108.1, 16.196}), leaf_of(country, 20195)) << detail;
        EXPECT_EQ(locator.find({108.05, 16.05}), leaf_of(country, 20195)) << detail;
        for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) {
            EXPECT_GT(doubled_area_of(country, leaf, detail), 0);
            EXPECT_EQ(doubled_area_of(*drawn, leaf), doubled_area_of(country, leaf, detail));
        }
    }
}

TEST(geo_dissolve, a_district_is_its_communes_without_what_lies_between) {
    const Country country = small_country();
    for (const Level level : kLevels) {
        const auto dissolved = dissolve(country, level, country.head.zooms.size() - 1);
        ASSERT_TRUE(dissolved);
        EXPECT_EQ(dissolved->leaves(), country.units[at(level)].size());
        EXPECT_EQ(area_of_all(*dissolved), area_of_all(country));
        for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) {
            const Path ring = country.ring(country.ring_begin[leaf], 0);
            const double x = 0.5 * (static_cast<double>(ring[0].x) + ring[2].x),
                         y = 0.5 * (static_cast<double>(ring[0].y) + ring[2].y);
            EXPECT_EQ(Locator(*dissolved).find_cell(x, y), country.above(Locator(country).find_cell(x, y), level));
        }
    }
}

TEST(geo_dissolve, what_is_exported_is_taken_over_the_same) {
    const Country country = small_country();
    const auto text = boundaries::to_geojson(country, Level::commune, country.head.zooms.size() - 1);
    ASSERT_TRUE(text);
    const auto again = take(*text, small_list());
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(again->report.taken, country.leaves());
    EXPECT_EQ(again->report.clockwise, 0U);
    Country expected = country;
    expected.head.source = again->country.head.source;
    EXPECT_EQ(write_country(again->country), write_country(expected));
}

TEST(geo_import, the_surveyed_communes_are_taken_over) {
    const std::filesystem::path corpus = std::filesystem::path(LACHAN_CORPUS_ROOT) / "map";
    const std::filesystem::path units = std::filesystem::path(LACHAN_SOURCE_ROOT) / "build/assets/units.txt";
    if (!std::filesystem::exists(corpus / "clean_communes.topojson")) GTEST_SKIP() << "skipped: no corpus";
    if (!std::filesystem::exists(units)) GTEST_SKIP() << "skipped: the data of the build is not made";
    const auto read = [](const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const auto communes = read_features(read(corpus / "clean_communes.topojson")),
               islands = read_features(read(corpus / "islands.geojson"));
    ASSERT_TRUE(communes && islands);
    const auto table = parse_json(read(corpus / "commune_id_to_gso2021.json"), {std::size_t{1} << 24, 4, true});
    ASSERT_TRUE(table);
    const auto list = boundaries::read_units(read(units), *Day::parse("2021-07-01"));
    ASSERT_TRUE(list);
    std::vector<Shape> shapes;
    const auto add = [&shapes](const Feature& feature, std::string_view code) {
        shapes.push_back({&feature, code.size() == 3 ? Level::district : Level::commune,
                          code.empty() ? 0 : static_cast<std::uint32_t>(std::stoul(std::string(code))),
                          std::string(code)});
    };
    for (const Feature& feature : *communes) add(feature, text_at(*table, feature.properties.at("commune_id").c_str()));
    for (const Feature& feature : *islands) add(feature, feature.properties.at("district"));
    const auto imported = import_shapes(*list, shapes, {});
    ASSERT_TRUE(imported) << imported.error().detail;
    const Country& country = imported->country;
    const ImportReport& report = imported->report;
    EXPECT_EQ(report.shapes, 11'164U);
    EXPECT_GT(country.leaves(), 10'200U);
    EXPECT_EQ(country.units[0].size(), 63U);
    EXPECT_LT(report.overlaps.size(), 20U);
    const Bytes bytes = write_country(country);
    EXPECT_LT(bytes.size(), 1'500'000U);  // before it is compressed
    const auto again = read_country(bytes);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(*again, country);
    const Mesh mesh = make_mesh(country, country.head.zooms.size() - 1);
    std::int64_t area = 0;
    for (std::size_t i = 0; i < mesh.triangles.size(); i += 3) {
        const auto corner = [&](std::size_t k) {
            return Point{mesh.vertices[mesh.triangles[k]].x, mesh.vertices[mesh.triangles[k]].y};
        };
        area += turn(corner(i), corner(i + 1), corner(i + 2));
    }
    EXPECT_EQ(area, area_of_all(country));
    const Locator locator(country);
    const auto district = [&](LonLat place) {
        const std::uint32_t leaf = locator.find(place);
        return leaf == kNone ? 0 : country.units[1][country.above(leaf, Level::district)].code;
    };
    EXPECT_EQ(district({112.33, 16.83}), 498U);     // Phú Lâm
    EXPECT_EQ(district({105.8525, 21.0288}), 2U);   // the lake of Hoàn Kiếm
    EXPECT_EQ(district({106.695, 10.7769}), 760U);  // Quận 1
    // The same line may end in many parts; none of them may vanish at a coarse detail.
    for (std::uint32_t leaf = 0; leaf < country.leaves(); ++leaf) EXPECT_GT(doubled_area_of(country, leaf, 0), 0);
}

}  // namespace
}  // namespace lachan::geo
