// Models over tables of units, against spdep.

#include <algorithm>

#include "epi/hotspots.h"
#include "epi/smoothing.h"
#include "oracles.h"

namespace lachan::epi {
namespace {

struct World {
    Table units = table_of(oracle_text("units.csv"));
    Table expected = table_of(oracle_text("units_expected.csv"));
    std::vector<double> population = column(units, "population");
    std::vector<double> cases = column(units, "cases");
    Neighbours neighbours;
    World() { neighbours = nearest_neighbours(*Places::make(column(units, "x"), column(units, "y"), Distance::planar), 6); }
    std::vector<double> rates() const {
        std::vector<double> all;
        for (std::size_t i = 0; i < cases.size(); ++i) all.push_back(cases[i] / population[i]);
        return all;
    }
};

void expect_column(const std::vector<double>& got, const Table& expected, const char* name, double share) {
    const auto values = column(expected, name);
    ASSERT_EQ(got.size(), values.size());
    for (std::size_t i = 0; i < got.size(); ++i) expect_close(got[i], values[i], share, std::string(name) + " row " + std::to_string(i + 1));
}

TEST(smoothing, rates_are_those_of_spdep) {
    const World world;
    expect_column(*empirical_bayes(world.cases, world.population), world.expected, "global", 1e-12);
    expect_column(*local_empirical_bayes(world.cases, world.population, world.neighbours), world.expected, "local", 1e-11);
}

TEST(smoothing, small_units_are_drawn_to_the_mean_and_large_ones_stay) {
    // The same raw rate, more people: nearer to itself.
    const std::vector<double> population{100, 1e6, 1e6, 1e6}, cases{1, 1e4, 100, 3e4};
    const auto rates = *empirical_bayes(cases, population);
    EXPECT_GT(std::fabs(rates[0] - 0.01), std::fabs(rates[1] - 0.01));
    // Where all rates are alike, all is chance and all become the mean.
    const auto alike = empirical_bayes(std::vector<double>{1, 2, 4}, std::vector<double>{100, 200, 400});
    ASSERT_TRUE(alike);
    for (const double rate : *alike) EXPECT_NEAR(rate, 0.01, 1e-15);
    const auto none = empirical_bayes(std::vector<double>{0, 0}, std::vector<double>{100, 200});
    ASSERT_TRUE(none);
    for (const double rate : *none) EXPECT_EQ(rate, 0);
    EXPECT_EQ(empirical_bayes(std::vector<double>{1, 2}, std::vector<double>{100, 0}).error().rule, "epi.rates");
    EXPECT_EQ(local_empirical_bayes(std::vector<double>{1}, std::vector<double>{100}, Neighbours{}).error().rule, "epi.rates");
}

TEST(hotspots, scores_are_those_of_spdep) {
    const World world;
    const auto rates = world.rates();
    expect_column(*getis_ord(rates, world.neighbours, Weights::row), world.expected, "gi_row", 1e-10);
    expect_column(*getis_ord(rates, world.neighbours, Weights::binary), world.expected, "gi_binary", 1e-10);
    const auto moran = *local_moran(rates, world.neighbours, Weights::row);
    std::vector<double> i, expected, variance, z, p;
    for (const LocalMoran& one : moran) {
        i.push_back(one.i);
        expected.push_back(one.expected);
        variance.push_back(one.variance);
        z.push_back(one.z);
        p.push_back(one.p);
    }
    expect_column(i, world.expected, "moran", 1e-10);
    expect_column(expected, world.expected, "moran_expected", 1e-10);
    expect_column(variance, world.expected, "moran_variance", 1e-10);
    expect_column(z, world.expected, "moran_z", 1e-9);
    expect_column(p, world.expected, "moran_p", 1e-9);
}

TEST(hotspots, false_discovery_rates_keep_the_order_and_are_never_below_p) {
    const std::vector<double> p{0.01, 0.04, std::nan(""), 0.03, 0.005, 0.9};
    const auto rates = false_discovery_rates(p);
    const std::vector<double> expected{0.025, 0.05, std::nan(""), 0.05, 0.025, 0.9};
    for (std::size_t i = 0; i < p.size(); ++i) expect_close(rates[i], expected[i], 1e-14, std::to_string(i));
}

TEST(hotspots, what_cannot_be_is_refused) {
    EXPECT_EQ(getis_ord(std::vector<double>{1, 2}, Neighbours(2)).error().rule, "epi.hotspots");
    EXPECT_EQ(local_moran(std::vector<double>{1, 2, 3}, Neighbours(2)).error().rule, "epi.hotspots");
    // Without neighbours there is nothing to say, and no crash.
    EXPECT_TRUE(std::isnan((*local_moran(std::vector<double>{1, 2, 4}, Neighbours(3)))[0].z));
    EXPECT_TRUE(std::isnan((*getis_ord(std::vector<double>{2, 2, 2}, Neighbours(3)))[0]));
}

TEST(neighbours, pairs_are_read_as_they_are) {
    const auto read = read_neighbours("from,to\n1,3\n1,2\n3,1\n1,2\n", 3);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, (Neighbours{{1, 2}, {}, {0}}));
    for (const char* bad : {"from,to\n1,4\n", "from,to\n0,1\n", "from,to\n1,1\n", "from,to\n1.5,1\n"}) {
        EXPECT_EQ(read_neighbours(bad, 3).error().rule, "epi.neighbours") << bad;
        EXPECT_NE(read_neighbours(bad, 3).error().detail.find("line 2"), std::string::npos);
    }
    EXPECT_EQ(read_neighbours("a,b\n1,2\n", 3).error().rule, "epi.column");
}

}  // namespace
}  // namespace lachan::epi
