// Our own elementary functions against those of the processor's long double (64 bits of mantissa).

#include "epi/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace lachan::epi {
namespace {

/// The error in units of the last place of the true value.
double ulps(double got, long double truth) {
    const double unit = std::ldexp(1.0, std::ilogb(static_cast<double>(truth)) - 52);
    return static_cast<double>(std::fabs((static_cast<long double>(got) - truth) / static_cast<long double>(unit)));
}

class elementary : public testing::Test {
protected:
    static_assert(std::numeric_limits<long double>::digits >= 64, "these tests need a longer type to compare with");
    std::mt19937_64 random{20211012};
    double unit() { return static_cast<double>(random() >> 11) * 0x1p-53; }
};

TEST_F(elementary, logarithm_is_right_to_the_last_place) {
    double worst = 0;
    for (int i = 0; i < 400'000; ++i) {
        const double x = i % 3 == 0 ? std::ldexp(1 + unit(), static_cast<int>(random() % 2040) - 1020) : i % 3 == 1 ? 0.5 + 1.5 * unit() : 1 + (unit() - 0.5) / 64;
        if (x == 1) continue;
        worst = std::max(worst, ulps(natural_log(x), std::log(static_cast<long double>(x))));
    }
    EXPECT_LT(worst, 0.51);
    EXPECT_EQ(natural_log(1), 0);
    EXPECT_EQ(natural_log(0), -std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::isnan(natural_log(-1)));
    EXPECT_TRUE(std::isnan(natural_log(std::nan(""))));
    EXPECT_LT(ulps(natural_log(5e-324), std::log(static_cast<long double>(5e-324))), 0.51);
}

TEST_F(elementary, exponential_is_right_to_the_last_place) {
    double worst = 0;
    for (int i = 0; i < 400'000; ++i) {
        const double x = i % 2 == 0 ? (unit() - 0.5) * 1400 : (unit() - 0.5) * 4;
        worst = std::max(worst, ulps(exponential(x), std::exp(static_cast<long double>(x))));
    }
    EXPECT_LT(worst, 0.52);
    EXPECT_EQ(exponential(0), 1);
    EXPECT_EQ(exponential(-800), 0);
    EXPECT_EQ(exponential(800), std::numeric_limits<double>::infinity());
    EXPECT_NEAR(exponential(-744), 1e-323, 5e-324);
}

TEST_F(elementary, log1p_minus_keeps_its_precision_near_zero) {
    for (int i = 0; i < 200'000; ++i) {
        const double x = i % 2 == 0 ? (unit() - 0.5) * 1.9 : (unit() - 0.5) * std::pow(2.0, -static_cast<int>(random() % 20));
        if (std::fabs(x) < 1e-5) continue;  // there the comparison itself loses too much
        const long double truth = std::log1p(static_cast<long double>(x)) - static_cast<long double>(x);
        const double share = std::fabs(x) < 0.01 ? 1e-12 : 4e-15;
        EXPECT_LE(std::fabs(static_cast<double>(static_cast<long double>(log1p_minus(x)) - truth)), share * static_cast<double>(std::fabs(truth))) << x;
    }
    EXPECT_NEAR(log1p_minus(1e-9) / -5e-19, 1, 1e-8);
}

TEST_F(elementary, sine_and_cosine_of_degrees) {
    for (int i = 0; i < 100'000; ++i) {
        const double degrees = (unit() - 0.5) * 1440;
        const long double radians = static_cast<long double>(degrees) * 3.14159265358979323846264338327950288L / 180;
        EXPECT_NEAR(sine_of_degrees(degrees), static_cast<double>(std::sin(radians)), 2.3e-16);
        EXPECT_NEAR(cosine_of_degrees(degrees), static_cast<double>(std::cos(radians)), 2.3e-16);
    }
    EXPECT_EQ(sine_of_degrees(180), 0);
    EXPECT_EQ(cosine_of_degrees(90), 0);
    EXPECT_EQ(sine_of_degrees(-90), -1);
}

}  // namespace
}  // namespace lachan::epi
