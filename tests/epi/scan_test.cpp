#include "epi/scan.h"

#include <algorithm>
#include <rapidcheck.h>

#include "epi/operations.h"
#include "epi/random.h"
#include "oracles.h"

namespace lachan::epi {
namespace {

ScanUnits new_york() {
    ScanUnits units;
    const Table table = table_of(corpus_text("scan/ny_leukemia.csv"));
    units.x = column(table, "longitude");
    units.y = column(table, "latitude");
    units.population = column(table, "population");
    for (const double cases : column(table, "cases")) units.cases.push_back(static_cast<std::int32_t>(cases));
    return units;
}

ScanUnits made_up(std::uint64_t seed, std::size_t count, int cases) {
    Random random(seed, 0);
    ScanUnits units;
    for (std::size_t i = 0; i < count; ++i) {
        units.x.push_back(102 + random.below(1'000'000) * 7e-6);
        units.y.push_back(8 + random.below(1'000'000) * 15e-6);
        units.population.push_back(random.below(20) == 0 ? 0 : 500 + random.below(20'000));
    }
    const WeightedDraw draw(units.population);
    units.cases.assign(count, 0);
    for (int i = 0; i < cases; ++i) ++units.cases[draw.draw(random)];
    return units;
}

TEST(scan, the_published_clusters_of_new_york) {
    if (corpus_text("scan/ny_leukemia.csv").empty()) GTEST_SKIP() << "skipped: no corpus";
    const Json expected = *parse_json(corpus_text("scan/ny_leukemia_expected.json"), {1 << 20, 16, true});
    for (const double share : {0.1, 0.5}) {
        const auto scan = Scan::make(new_york(), {share, Distance::planar});
        ASSERT_TRUE(scan);
        auto clusters = scan->clusters();
        rank(clusters, scan->maxima(1, 0, 999));
        const Json& rows = expected["clusters"][share == 0.1 ? "maxPopulationShare 0.1" : "maxPopulationShare 0.5"];
        ASSERT_GE(clusters.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            std::vector<std::uint32_t> members;
            for (const std::uint32_t row : clusters[i].members) members.push_back(row + 1);
            EXPECT_EQ(Json(members), rows[i]["members"]) << i;
            EXPECT_EQ(clusters[i].centre + 1, rows[i]["centre"].get<std::uint32_t>());
            EXPECT_EQ(clusters[i].cases, rows[i]["cases"].get<int>());
            EXPECT_EQ(clusters[i].population, rows[i]["population"].get<double>());
            EXPECT_NEAR(clusters[i].expected, rows[i]["expected"].get<double>(), 1e-8);
            EXPECT_NEAR(clusters[i].relative_risk, rows[i]["relativeRisk"].get<double>(), 1e-8);
            EXPECT_NEAR(clusters[i].llr, rows[i]["llr"].get<double>(), 1e-8);
        }
        if (share == 0.1) {
            // Published p of SaTScan; the deviation of an estimate from 999 replicates is sqrt(p (1 - p) / 999).
            EXPECT_LE(clusters[0].p, 0.004);
            EXPECT_NEAR(clusters[1].p, 0.013, 0.012);
            EXPECT_NEAR(clusters[6].p, 0.976, 0.02);
        }
    }
}

/// The greatest ratio over all windows the plain way, each logarithm taken, for the same draws.
double plain_maximum(const ScanUnits& units, const ScanOptions& options, std::uint64_t seed, std::uint32_t replicate) {
    ScanUnits drawn = units;
    int all = 0;
    for (const int cases : units.cases) all += cases;
    Random random(seed, replicate);
    const WeightedDraw draw(units.population);
    std::fill(drawn.cases.begin(), drawn.cases.end(), 0);
    for (int i = 0; i < all; ++i) ++drawn.cases[draw.draw(random)];
    const auto scan = Scan::make(std::move(drawn), options);
    const auto clusters = scan->clusters();
    return clusters.empty() ? 0 : clusters[0].llr;
}

TEST(scan, the_fast_search_finds_what_the_plain_one_finds) {
    for (const auto& [cases, share] : {std::pair{3, 0.5}, {40, 0.1}, {700, 0.25}, {30'000, 0.5}}) {
        const ScanUnits units = made_up(static_cast<std::uint64_t>(cases), 150, cases);
        const ScanOptions options{share, Distance::great_circle};
        const auto scan = Scan::make(units, options);
        ASSERT_TRUE(scan);
        const auto maxima = scan->maxima(3, 0, 21);
        for (std::uint32_t i = 0; i < 21; ++i) EXPECT_EQ(maxima[i], plain_maximum(units, options, 3, i)) << cases << " cases, replicate " << i;
    }
}

TEST(scan, replicates_are_the_same_in_any_parts) {
    const auto scan = Scan::make(made_up(9, 200, 500), {0.2, Distance::planar});
    ASSERT_TRUE(scan);
    const auto whole = scan->maxima(77, 0, 40);
    std::vector<double> parts;
    for (const auto& [from, to] : {std::pair{0U, 1U}, {1U, 12U}, {12U, 20U}, {20U, 40U}}) {
        const auto part = scan->maxima(77, from, to);
        parts.insert(parts.end(), part.begin(), part.end());
    }
    EXPECT_EQ(whole, parts);
    EXPECT_NE(whole, scan->maxima(78, 0, 40));
}

TEST(scan, a_planted_cluster_is_found) {
    ScanUnits units = made_up(4, 300, 600);
    const auto quiet = Scan::make(units, {0.1, Distance::planar});
    ASSERT_TRUE(quiet);
    EXPECT_LT(quiet->clusters()[0].llr, 15);
    const auto places = Places::make(units.x, units.y, Distance::planar);
    int count = 0;
    double reach = 0;
    const auto planted = places->nearest(17, reach, [&](std::uint32_t) { return ++count > 8; });
    for (const std::uint32_t row : planted) {
        if (units.population[row] > 0) units.cases[row] += 8;
    }
    const auto scan = Scan::make(units, {0.1, Distance::planar});
    ASSERT_TRUE(scan);
    auto clusters = scan->clusters();
    rank(clusters, scan->maxima(1, 0, 99));
    EXPECT_GT(clusters[0].llr, 30);
    EXPECT_EQ(clusters[0].p, 0.01);
    int shared = 0;
    for (const std::uint32_t row : planted) shared += static_cast<int>(std::count(clusters[0].members.begin(), clusters[0].members.end(), row));
    EXPECT_GE(shared, 6);
}

TEST(scan, p_is_uniform_where_nothing_is_planted) {
    // 100 made-up maps without a cluster, 39 replicates each: p has 40 values; both halves should come about equally often.
    int low = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        const auto scan = Scan::make(made_up(1000 + seed, 60, 120), {0.3, Distance::planar});
        ASSERT_TRUE(scan);
        auto clusters = scan->clusters();
        rank(clusters, scan->maxima(seed, 0, 39));
        low += clusters[0].p <= 0.5 ? 1 : 0;
    }
    EXPECT_GE(low, 35);
    EXPECT_LE(low, 65);
}

TEST(scan, equal_rates_are_no_cluster) {
    // Cases over expected are 1 but for rounding, and the ratio of a cluster that is none is not told.
    for (const int per_thousand : {1, 3, 5, 7, 11, 13}) {
        ScanUnits units = made_up(6, 80, 0);
        for (std::size_t i = 0; i < 80; ++i) {
            units.population[i] = static_cast<double>(1000 * (i % 13 + 1));
            units.cases[i] = static_cast<std::int32_t>(static_cast<std::size_t>(per_thousand) * (i % 13 + 1));
        }
        const auto scan = Scan::make(units, {0.5, Distance::planar});
        ASSERT_TRUE(scan);
        EXPECT_EQ(scan->clusters().size(), 0U) << per_thousand;
    }
}

TEST(scan, clusters_share_no_unit_and_come_in_order) {
    rc::check("clusters are disjoint, ordered and within the bound", [] {
        const auto count = *rc::gen::inRange<std::size_t>(1, 60);
        const auto cases = *rc::gen::inRange(1, 200);
        const double share = *rc::gen::inRange(1, 100) / 100.0;
        const ScanUnits units = made_up(*rc::gen::arbitrary<std::uint32_t>(), count, 0);
        double people = 0;
        for (const double one : units.population) people += one;
        RC_PRE(people > 0);
        ScanUnits with = units;
        const auto place = *rc::gen::inRange<std::size_t>(0, count);
        RC_PRE(with.population[place] > 0);
        with.cases[place] = cases;
        const auto scan = Scan::make(with, {share, Distance::planar});
        RC_ASSERT(scan.has_value());
        std::vector<int> seen(count, 0);
        double before = std::numeric_limits<double>::infinity();
        for (const Cluster& cluster : scan->clusters()) {
            RC_ASSERT(cluster.llr <= before);
            before = cluster.llr;
            RC_ASSERT(cluster.members.front() == cluster.centre);
            RC_ASSERT(cluster.cases > 1 && cluster.cases > cluster.expected);
            RC_ASSERT(cluster.population <= share * people * (1 + 1e-12));
            for (const std::uint32_t row : cluster.members) RC_ASSERT(++seen[row] == 1);
        }
    });
}

TEST(scan, ties_in_distance_go_by_row) {
    ScanUnits units{{0, 1, -1, 0, 0}, {0, 0, 0, 1, -1}, {10, 10, 10, 10, 10}, {9, 3, 3, 3, 0}};
    const auto places = Places::make(units.x, units.y, Distance::planar);
    const auto all = [](std::uint32_t) { return false; };
    for (double reach : {0.0, 0.5, 1.0, 100.0}) {
        EXPECT_EQ(places->nearest(0, reach, all), (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
        EXPECT_EQ(places->nearest(4, reach, all)[0], 4U);
    }
}

TEST(scan, units_on_one_spot_go_by_row_and_the_centre_is_no_exception) {
    // Rows 1 and 2 (from 0) share a spot: around both the order is the same, as that of a stable sort by distance.
    const std::vector<double> x{5, 0, 0, 1}, y{5, 0, 0, 0};
    for (const Distance distance : {Distance::planar, Distance::great_circle}) {
        const auto places = Places::make(x, y, distance);
        double reach = 0;
        for (const std::size_t centre : {1U, 2U}) {
            EXPECT_EQ(places->nearest(centre, reach, [](std::uint32_t) { return false; }), (std::vector<std::uint32_t>{1, 2, 3, 0}));
        }
        EXPECT_EQ(places->nearest(3, reach, [](std::uint32_t) { return false; }), (std::vector<std::uint32_t>{3, 1, 2, 0}));
    }
    // So the later of the two is no window of its own, and a cluster is told from the earlier.
    const auto scan = Scan::make({x, y, {100, 100, 100, 100}, {1, 0, 9, 0}}, {0.6, Distance::planar});
    ASSERT_TRUE(scan);
    const auto clusters = scan->clusters();
    ASSERT_FALSE(clusters.empty());
    EXPECT_EQ(clusters[0].centre, 1U);
    EXPECT_EQ(clusters[0].members, (std::vector<std::uint32_t>{1, 2}));
    EXPECT_EQ(clusters[0].cases, 9);
}

TEST(scan, the_order_of_places_is_that_of_sorting_all_of_them) {
    const ScanUnits units = made_up(8, 400, 0);
    for (const Distance distance : {Distance::planar, Distance::great_circle}) {
        const auto places = Places::make(units.x, units.y, distance);
        double reach = 0;
        for (std::size_t centre = 0; centre < 400; centre += 7) {
            std::vector<std::uint32_t> expected;
            for (std::uint32_t row = 0; row < 400; ++row) expected.push_back(row);
            std::sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
                const double from_a = places->between(centre, a), from_b = places->between(centre, b);
                return from_a != from_b ? from_a < from_b : a < b;
            });
            const std::size_t wanted = 1 + centre % 90;
            std::size_t asked = 0;
            const auto got = places->nearest(centre, reach, [&](std::uint32_t) { return ++asked > wanted; });
            EXPECT_EQ(got, (std::vector<std::uint32_t>(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(wanted))));
        }
    }
}

TEST(scan, distance_over_the_globe_is_not_that_of_degrees) {
    // At 60 degrees north a degree of longitude is half as long as one of latitude.
    const std::vector<double> x{10, 11.5, 10}, y{60, 60, 61};
    EXPECT_LT(Places::make(x, y, Distance::great_circle)->between(0, 1), Places::make(x, y, Distance::great_circle)->between(0, 2));
    EXPECT_GT(Places::make(x, y, Distance::planar)->between(0, 1), Places::make(x, y, Distance::planar)->between(0, 2));
    EXPECT_EQ(Places::make(x, std::vector<double>{0, 0, 91}, Distance::great_circle).error().rule, "epi.places");
}

TEST(scan, what_cannot_be_is_refused) {
    const ScanUnits good = made_up(2, 10, 20);
    const auto rule = [](const ScanUnits& units, double share) {
        const auto scan = Scan::make(units, {share, Distance::planar});
        return scan ? std::string() : scan.error().rule;
    };
    EXPECT_EQ(rule(good, 0.5), "");
    EXPECT_EQ(rule(good, 0), "epi.scan");
    EXPECT_EQ(rule(good, 1.1), "epi.scan");
    EXPECT_EQ(rule(made_up(2, 10, 0), 0.5), "epi.scan");
    ScanUnits bad = good;
    bad.population.assign(10, 0);
    EXPECT_EQ(rule(bad, 0.5), "epi.scan");
    bad = good;
    bad.population[3] = 0;
    bad.cases[3] = 2;
    EXPECT_EQ(rule(bad, 0.5), "epi.scan");
    bad = good;
    bad.cases.pop_back();
    EXPECT_EQ(rule(bad, 0.5), "epi.scan");
    EXPECT_EQ(rule(ScanUnits{}, 0.5), "epi.places");
}

TEST(operations, requests_are_read_strictly) {
    const auto rule = [](const char* operation, const char* request) {
        const auto text = answer(operation, *parse_json(request, {1 << 20, 16, true}));
        return text ? std::string() : text.error().rule + " " + text.error().detail.substr(0, text.error().detail.find(':'));
    };
    EXPECT_EQ(rule("rt", R"({"incidence":"I\n1\n2\n3\n","interval":"0\n1\n","window":1})"), "");
    EXPECT_EQ(rule("rt", R"({"incidence":"I\n1\n2\n3\n","interval":"0\n1\n","windows":1})"), "epi.request windows");
    EXPECT_EQ(rule("rt", R"({"interval":"0\n1\n"})"), "epi.request incidence");
    EXPECT_EQ(rule("rt", R"({"incidence":"1\n2\n","siMean":2.5})"), "epi.request siSd");
    EXPECT_EQ(rule("rt", R"({"incidence":"1\n2\n","interval":"0\n1\n","siMean":2.5})"), "epi.request interval");
    EXPECT_EQ(rule("rt", R"({"incidence":"1\n2\n","interval":"0\n1\n","window":1.5})"), "epi.request window");
    EXPECT_EQ(rule("scan", R"({"units":"a\n1\n"})").substr(0, 10), "epi.column");
    EXPECT_EQ(rule("scan", R"({"units":"a\n1\n","distance":"far"})"), "epi.request distance");
    EXPECT_EQ(rule("dance", "{}").substr(0, 13), "epi.operation");
}

}  // namespace
}  // namespace lachan::epi
