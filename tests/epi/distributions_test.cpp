#include "epi/distributions.h"

#include "oracles.h"

namespace lachan::epi {
namespace {

TEST(distributions, gamma_quantiles_are_those_of_r) {
    const Table table = table_of(oracle_text("gamma_quantiles.csv"));
    const auto p = column(table, "p");
    const auto shape = column(table, "shape");
    const auto x = column(table, "x");
    ASSERT_GT(p.size(), 200U);
    for (std::size_t i = 0; i < p.size(); ++i) {
        expect_close(gamma_quantile(p[i], shape[i]), x[i], 1e-10, "p " + std::to_string(p[i]) + " shape " + std::to_string(shape[i]));
    }
}

TEST(distributions, a_quantile_and_its_tail_are_inverse) {
    for (double shape = 0.02; shape < 3e7; shape *= 1.7) {
        for (const double p : {1e-12, 1e-4, 0.025, 0.3, 0.5, 0.7, 0.975, 0.9999}) {
            const double x = gamma_quantile(p, shape);
            if (x < 1e-280) continue;
            expect_close(gamma_tails(shape, x).lower, p, 2e-10, "shape " + std::to_string(shape));
            const double y = gamma_upper_quantile(p, shape);
            if (y < 1e-280) continue;
            expect_close(gamma_tails(shape, y).upper, p, 2e-10, "shape " + std::to_string(shape));
        }
    }
    EXPECT_EQ(gamma_quantile(0, 2), 0);
    EXPECT_EQ(gamma_quantile(1, 2), std::numeric_limits<double>::infinity());
}

TEST(distributions, very_large_shapes_go_on_where_the_search_ends) {
    // From 1e8 on the quantile is a closed form; relative to the shape it must not jump.
    for (const double p : {1e-6, 0.025, 0.5, 0.975, 1 - 1e-6}) {
        const double below = gamma_quantile(p, 1e8) / 1e8;
        const double above = gamma_quantile(p, 1e8 + 1) / (1e8 + 1);
        EXPECT_NEAR(above / below, 1, 5e-12) << p;
    }
    for (const double shape : {1e10, 1e15, 1e17, 1e100}) expect_close(gamma_quantile(0.975, shape), shape, 1e-4, "huge");
}

TEST(distributions, known_values) {
    EXPECT_NEAR(log_gamma(0.5), 0.57236494292470008707, 3e-15);
    EXPECT_NEAR(log_gamma(5), 3.1780538303479456197, 1e-14);
    EXPECT_NEAR(log_gamma(1e6) / 12815504.569147611, 1, 1e-15);
    EXPECT_NEAR(normal_quantile(0.975), 1.9599639845400542355, 1e-14);
    EXPECT_NEAR(normal_quantile(0.001), -3.0902323061678135415, 1e-14);
    EXPECT_EQ(normal_quantile(0.5), 0);
    EXPECT_NEAR(normal_cdf(1.96), 0.97500210485177952, 1e-15);
    EXPECT_NEAR(normal_cdf(-8) / 6.2209605742717841e-16, 1, 1e-12);
    EXPECT_NEAR(student_two_sided(2.0, 10), 0.073388034770740378, 1e-14);
}

}  // namespace
}  // namespace lachan::epi
