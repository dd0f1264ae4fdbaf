// The forecast: its first day against the exact distribution, its interval against epidemics that go on, its draws, what it refuses.

#include <algorithm>
#include <cmath>

#include "epi/distributions.h"
#include "epi/forecast.h"
#include "oracles.h"

namespace lachan::epi {
namespace {

const SerialInterval& interval() {
    static const SerialInterval kInterval = *SerialInterval::discretised(5.2, 1.7, 30);
    return kInterval;
}

TEST(forecast, draws_have_the_distribution_they_are_named_for) {
    for (const double mean : {0.01, 0.7, 3.0, 25.5, 900.0, 40'000.0, 2e6}) {
        Random random(11, static_cast<std::uint64_t>(mean * 100));
        constexpr int kDraws = 20'000;
        double sum = 0, squares = 0;
        int zero = 0;
        for (int i = 0; i < kDraws; ++i) {
            const double x = draw_poisson(mean, random);
            EXPECT_EQ(x, std::floor(x));
            sum += x;
            squares += (x - mean) * (x - mean);
            zero += x == 0;
        }
        const double error = std::sqrt(mean / kDraws);
        EXPECT_NEAR(sum / kDraws, mean, 5 * error) << mean;
        EXPECT_NEAR(squares / kDraws / mean, 1, 5 * std::sqrt((2 + 1 / mean) / kDraws)) << mean;
        EXPECT_NEAR(zero / static_cast<double>(kDraws), std::exp(-mean), 0.02) << mean;
    }
    Random random(1, 1);
    EXPECT_EQ(draw_poisson(0, random), 0);
}

TEST(forecast, the_first_day_is_the_negative_binomial_that_it_must_be) {
    // Tomorrow's pressure is known, Rt is Gamma: the mixture of Poisson variables is negative binomial.
    Incidence incidence{{3, 5, 4, 8, 9, 7, 12, 15, 11, 18, 20, 17, 25, 24}, {}};
    ForecastOptions options;
    options.replicates = 200'000;
    options.probabilities = {0.05, 0.5, 0.95};
    const auto got = forecast(incidence, interval(), options);
    ASSERT_TRUE(got) << got.error().detail;
    const auto windows = reproduction(incidence, interval());
    const double shape = std::pow(windows->back().mean / windows->back().sd, 2);
    Incidence longer = incidence;
    longer.cases.push_back(0);
    const double mean = windows->back().mean * infectivity(longer.cases, interval()).back();
    // P(X <= k) = I_p(shape, k + 1) with p = shape / (shape + mean).
    const auto cdf = [&](double k) { return beta_cdf(shape / (shape + mean), shape, k + 1); };
    EXPECT_EQ(got->front().start, 15U);
    EXPECT_NEAR(got->front().mean, mean, 0.01 * mean);
    EXPECT_NEAR(got->front().sd, std::sqrt(mean + mean * mean / shape), 0.02 * mean);
    for (std::size_t i = 0; i < 3; ++i) {
        const double q = got->front().quantiles[i];
        EXPECT_GE(cdf(q), options.probabilities[i] - 0.005);
        EXPECT_LT(cdf(q - 1), options.probabilities[i] + 0.005);
    }
    // The last line is of all days together.
    ASSERT_EQ(got->size(), 8U);
    EXPECT_EQ(got->back().start, 15U);
    EXPECT_EQ(got->back().end, 21U);
    double sum = 0;
    for (std::size_t day = 0; day < 7; ++day) sum += (*got)[day].mean;
    EXPECT_NEAR(got->back().mean, sum, 1e-9 * sum);
}

/// An epidemic of this many days with one reproduction number.
std::vector<double> epidemic(double rate, std::size_t days, double clustering, Random& random) {
    std::vector<double> cases{25};
    while (cases.size() < days) {
        std::vector<double> longer = cases;
        longer.push_back(0);
        double mean = rate * infectivity(longer, interval()).back();
        if (cases.size() < 5) mean += 5;  // seeds
        if (clustering > 0) mean *= gamma_quantile(draw_uniform(random), clustering) / clustering;
        cases.push_back(draw_poisson(mean, random));
    }
    return cases;
}

struct Held {
    int asked = 0;
    int days = 0;   ///< of the days' intervals
    int weeks = 0;  ///< of those of the whole week
    int inner = 0;  ///< the middle half of the week
};

Held held_by(double clustering, double assumed, int epidemics) {
    Held held;
    Random random(20211126, static_cast<std::uint64_t>(clustering * 10));
    while (held.asked < epidemics) {
        const double rate = 0.7 + 0.9 * draw_uniform(random);
        const std::vector<double> whole = epidemic(rate, 42, clustering, random);
        const std::vector<double> known(whole.begin(), whole.begin() + 35);
        double recent = 0;
        for (std::size_t day = 28; day < 35; ++day) recent += known[day];
        if (recent < 30) continue;  // fewer say nothing about Rt
        ++held.asked;
        ForecastOptions options;
        options.replicates = 1000;
        options.clustering = assumed;
        options.seed = random.next() >> 20;
        const auto got = forecast({known, {}}, interval(), options);
        EXPECT_TRUE(got);
        double sum = 0;
        for (std::size_t day = 0; day < 7; ++day) {
            const double real = whole[35 + day];
            sum += real;
            held.days += (*got)[day].quantiles[0] <= real && real <= (*got)[day].quantiles[4];
        }
        held.weeks += got->back().quantiles[0] <= sum && sum <= got->back().quantiles[4];
        held.inner += got->back().quantiles[1] <= sum && sum <= got->back().quantiles[3];
    }
    return held;
}

TEST(forecast, an_interval_of_90_percent_holds_about_90_percent_of_what_comes) {
    const Held held = held_by(0, 0, 500);
    // 3500 days and 500 weeks: three standard errors are 1.5 (days hang together: 2.5) and 4 points; whole numbers hold a little more.
    EXPECT_GE(held.days, 0.875 * 7 * held.asked);
    EXPECT_LE(held.days, 0.945 * 7 * held.asked);
    EXPECT_GE(held.weeks, 0.86 * held.asked);
    EXPECT_LE(held.weeks, 0.94 * held.asked);
    EXPECT_GE(held.inner, 0.43 * held.asked);
    EXPECT_LE(held.inner, 0.57 * held.asked);
    RecordProperty("days", std::to_string(held.days / 7.0 / held.asked));
    RecordProperty("weeks", std::to_string(held.weeks / static_cast<double>(held.asked)));
}

TEST(forecast, an_interval_that_ignores_clustering_holds_less_and_one_that_knows_it_more) {
    const Held blind = held_by(4, 0, 150);
    const Held knowing = held_by(4, 4, 150);
    EXPECT_LT(blind.days, 0.8 * 7 * blind.asked);
    EXPECT_GT(knowing.days, 0.86 * 7 * knowing.asked);
}

TEST(forecast, the_seed_decides_and_what_cannot_be_is_refused) {
    Incidence incidence{{3, 5, 4, 8, 9, 7, 12, 15, 11, 18}, {}};
    ForecastOptions options;
    const auto once = forecast(incidence, interval(), options), again = forecast(incidence, interval(), options);
    EXPECT_EQ(once->back().mean, again->back().mean);
    options.seed = 2;
    EXPECT_NE(forecast(incidence, interval(), options)->back().mean, once->back().mean);
    EXPECT_NEAR(forecast(incidence, interval(), options)->back().mean, once->back().mean, 0.05 * once->back().mean);
    const auto rule_of = [&](const Incidence& cases, auto&& change) {
        ForecastOptions bad;
        change(bad);
        const auto got = forecast(cases, interval(), bad);
        return got ? std::string() : got.error().rule;
    };
    EXPECT_EQ(rule_of(incidence, [](ForecastOptions& o) { o.days = 0; }), "epi.forecast");
    EXPECT_EQ(rule_of(incidence, [](ForecastOptions& o) { o.days = 61; }), "epi.forecast");
    EXPECT_EQ(rule_of(incidence, [](ForecastOptions& o) { o.replicates = 99; }), "epi.forecast");
    EXPECT_EQ(rule_of(incidence, [](ForecastOptions& o) { o.clustering = -1; }), "epi.forecast");
    EXPECT_EQ(rule_of(incidence, [](ForecastOptions& o) { o.probabilities = {1}; }), "epi.probability");
    EXPECT_EQ(rule_of(incidence, [](ForecastOptions& o) { o.reproduction.window = 20; }), "epi.window");
    EXPECT_EQ(rule_of({{1, 2, 3, 4}, {}}, [](ForecastOptions& o) { o.reproduction.window = 3; }), "epi.forecast");
    // No cases: none to come, with certainty.
    const auto none = forecast({std::vector<double>(20, 0.0), {}}, interval(), {});
    ASSERT_TRUE(none);
    EXPECT_EQ(none->back().mean, 0);
    EXPECT_EQ(none->back().quantiles[4], 0);
}

}  // namespace
}  // namespace lachan::epi
