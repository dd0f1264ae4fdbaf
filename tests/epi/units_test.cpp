// Models over tables of units, against spdep.

#include <algorithm>

#include "epi/hotspots.h"
#include "epi/operations.h"
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

std::vector<double> scores_of(const std::vector<GiStar>& all) {
    std::vector<double> scores;
    for (const GiStar& one : all) scores.push_back(one.z);
    return scores;
}

TEST(hotspots, scores_are_those_of_spdep) {
    const World world;
    const auto rates = world.rates();
    expect_column(scores_of(*getis_ord(rates, world.neighbours, Weights::row)), world.expected, "gi_row", 1e-10);
    expect_column(scores_of(*getis_ord(rates, world.neighbours, Weights::binary)), world.expected, "gi_binary", 1e-10);
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
    EXPECT_EQ((*local_moran(std::vector<double>{1, 2, 4}, Neighbours(3)))[0].why, Untold::alone);
    EXPECT_TRUE(std::isnan((*getis_ord(std::vector<double>{2, 2, 2}, Neighbours(3)))[0].z));
}

/// Units in a row, each a neighbour of the `count` nearest.
Neighbours in_a_row(std::size_t units, std::size_t count) {
    std::vector<double> x, y(units, 0.0);
    for (std::size_t i = 0; i < units; ++i) x.push_back(static_cast<double>(i));
    return nearest_neighbours(*Places::make(x, y, Distance::planar), count);
}

void expect_untold(const std::vector<double>& values, const Neighbours& neighbours, Untold gi, Untold moran, const std::string& where) {
    for (const Weights weights : {Weights::row, Weights::binary}) {
        const auto scores = *getis_ord(values, neighbours, weights);
        for (const GiStar& one : scores) {
            EXPECT_EQ(one.why, gi) << where;
            EXPECT_EQ(std::isnan(one.z), gi != Untold::told) << where << ": " << one.z;
        }
        const auto each = *local_moran(values, neighbours, weights);
        for (const LocalMoran& one : each) {
            EXPECT_EQ(one.why, moran) << where;
            EXPECT_EQ(std::isnan(one.z) && std::isnan(one.p), moran != Untold::told) << where << ": " << one.z;
        }
    }
}

TEST(hotspots, a_neighbourhood_of_all_units_has_no_score) {
    const std::vector<double> seven{0.31, 0.17, 0.23, 0.5, 0.07, 0.11, 0.43};
    for (std::size_t n = 3; n <= 7; ++n) {
        expect_untold({seven.begin(), seven.begin() + static_cast<std::ptrdiff_t>(n)}, in_a_row(n, 6), Untold::whole, Untold::whole, std::to_string(n));
    }
    // One unit beyond it is enough for Gi*, and what is left of Moran's I.
    const std::vector<double> eight{0.31, 0.17, 0.23, 0.5, 0.07, 0.11, 0.43, 0.29};
    expect_untold(eight, in_a_row(8, 6), Untold::told, Untold::told, "8");
}

TEST(hotspots, rounding_is_no_difference_between_units) {
    const Neighbours six = in_a_row(60, 6);
    std::vector<double> equal, out_by_bits;
    for (int i = 0; i < 60; ++i) {
        const double people = 700 + 211 * i;
        equal.push_back(people * 5 / (people * 1000));
        out_by_bits.push_back(people / 3 * 0.005 / people * 3 * (1 + (i % 7) * 1e-15));
    }
    expect_untold(equal, six, Untold::alike, Untold::alike, "equal");
    expect_untold(out_by_bits, six, Untold::alike, Untold::alike, "out by bits");
    expect_untold(std::vector<double>(60, 0.0), six, Untold::alike, Untold::alike, "nought");
    // What differs by more is told whatever its size.
    for (const double scale : {1e-200, 1.0, 1e200, 1.7e308}) {
        std::vector<double> values;
        for (int i = 0; i < 60; ++i) values.push_back(scale * (0.5 + ((i * 37) % 101) * 1e-3));
        expect_untold(values, six, Untold::told, Untold::told, std::to_string(scale));
    }
}

TEST(hotspots, morans_i_needs_a_unit_off_the_mean_and_others_that_differ) {
    const Neighbours two = in_a_row(9, 2);
    // The first is the mean, but for the last bits of a sum.
    std::vector<double> values{0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.4, 0.6};
    EXPECT_EQ((*local_moran(values, two))[0].why, Untold::mean);
    EXPECT_TRUE(std::isnan((*local_moran(values, two))[0].p));
    EXPECT_EQ((*local_moran(values, two))[1].why, Untold::told);
    EXPECT_EQ((*getis_ord(values, two))[0].why, Untold::told);
    // All but one are alike: for that one nothing can fall out otherwise.
    values.assign(9, 0.1);
    values[4] = 0.7;
    EXPECT_EQ((*local_moran(values, two))[4].why, Untold::others_alike);
    EXPECT_TRUE(std::isnan((*local_moran(values, two))[4].z));
    EXPECT_EQ((*local_moran(values, two))[3].why, Untold::told);
    EXPECT_TRUE(std::isfinite((*local_moran(values, two))[3].z));
}

TEST(hotspots, the_table_tells_why_there_is_no_score) {
    const auto told = answer("hotspots", Json{{"units", "x,y,value\n0,0,1\n1,0,2\n2,0,4\n"}});
    ASSERT_TRUE(told);
    EXPECT_EQ(told->substr(0, told->find('\n')), "row,value,gi,giP,giFdr,moran,moranExpected,moranVariance,moranZ,moranP,moranFdr,giReason,moranReason");
    EXPECT_NE(told->find("\n1,1,NA,NA,NA,"), std::string::npos) << *told;
    EXPECT_NE(told->find(",0,NA,NA,NA,epi.whole,epi.whole\n"), std::string::npos) << *told;
}

TEST(neighbours, a_unit_is_not_its_own_neighbour_wherever_it_stands_among_its_likes) {
    // Five units on one spot, and a sixth: the ties go by row, and each has two neighbours.
    const std::vector<double> x{0, 0, 0, 0, 0, 1}, y(6, 0.0);
    EXPECT_EQ(nearest_neighbours(*Places::make(x, y, Distance::planar), 2), (Neighbours{{1, 2}, {0, 2}, {0, 1}, {0, 1}, {0, 1}, {0, 1}}));
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
