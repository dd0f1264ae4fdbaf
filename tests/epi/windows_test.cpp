// Figures of a window and their intervals, against R (poisson.test, prop.test, confint of lm).

#include "epi/alarms.h"
#include "epi/session.h"
#include "epi/windows.h"
#include "oracles.h"

namespace lachan::epi {
namespace {

void expect_estimate(const Estimate& got, const Table& expected, std::size_t row, double share) {
    const std::string where = "row " + std::to_string(row + 1);
    expect_close(got.value, column(expected, "value")[row], share, where + " value");
    expect_close(got.low, column(expected, "low")[row], share, where + " low");
    expect_close(got.high, column(expected, "high")[row], share, where + " high");
}

TEST(windows, rates_have_the_exact_interval_of_a_poisson_count) {
    const Table expected = table_of(oracle_text("window_rates.csv"));
    const auto cases = column(expected, "cases"), people = column(expected, "people");
    ASSERT_GT(cases.size(), 15U);
    for (std::size_t i = 0; i < cases.size(); ++i) expect_estimate(rate_of(cases[i], people[i]), expected, i, 1e-10);
    EXPECT_TRUE(std::isnan(rate_of(3, 0).value));
    EXPECT_TRUE(std::isnan(rate_of(-1, 5).high));
    EXPECT_TRUE(std::isnan(rate_of(std::nan(""), 5).low));
}

TEST(windows, shares_have_the_interval_of_wilson) {
    const Table expected = table_of(oracle_text("window_shares.csv"));
    const auto part = column(expected, "part"), whole = column(expected, "whole");
    ASSERT_GT(part.size(), 15U);
    for (std::size_t i = 0; i < part.size(); ++i) {
        const Estimate got = share_of(part[i], whole[i]);
        // R rounds the ends of a share of 0 and of 1 to something beside them.
        if (part[i] != 0) expect_close(got.low, column(expected, "low")[i], 1e-9, "low " + std::to_string(i));
        if (part[i] != whole[i]) expect_close(got.high, column(expected, "high")[i], 1e-9, "high " + std::to_string(i));
        EXPECT_EQ(got.value, part[i] / whole[i]);
    }
    EXPECT_EQ(share_of(0, 9).low, 0);
    EXPECT_EQ(share_of(9, 9).high, 1);
    EXPECT_TRUE(std::isnan(share_of(0, 0).value));
    EXPECT_TRUE(std::isnan(share_of(10, 9).value));
}

TEST(windows, slopes_have_the_interval_of_a_linear_model) {
    const Table expected = table_of(oracle_text("window_slopes.csv"));
    const auto texts = *expected.find({"counts"});
    ASSERT_EQ(expected.rows.size(), 6U);
    for (std::size_t i = 0; i < expected.rows.size(); ++i) {
        std::vector<double> counts;
        std::string text = expected.rows[i][texts] + " ";
        for (std::size_t at = 0; (at = text.find(' ')) != std::string::npos; text.erase(0, at + 1)) counts.push_back(*number_in(text.substr(0, at)));
        const double t = student_two_sided_quantile(0.05, static_cast<double>(counts.size()) - 2);
        expect_estimate(slope_of(counts, t), expected, i, 1e-9);
    }
    EXPECT_TRUE(std::isnan(slope_of(std::vector<double>{1, 2}, 2).value));
    const std::vector<double> flat(7, 3);
    EXPECT_EQ(slope_of(flat, 2.57).value, 0);
    EXPECT_EQ(slope_of(flat, 2.57).high, 0);
    // A slope of the last bits of a mean is none, or a flat line would rise for certain.
    for (const double level : {0.1, 0.7, 1.0 / 3, 1e9 / 7}) {
        for (const std::size_t days : {7, 11, 14}) {
            const Estimate rise = slope_of(std::vector<double>(days, level), 2.57);
            EXPECT_EQ(rise.value, 0) << level;
            EXPECT_EQ(rise.low, 0) << level;
            EXPECT_EQ(rise.high, 0) << level;
        }
    }
}

TEST(windows, a_day_that_is_missing_takes_the_windows_with_it_that_hold_it) {
    Session session;
    session.numbers = {100'000, 1, 2, -1, 4, 5, 6};
    auto text = session.call("rates.many", R"({"days":6,"window":2})");
    ASSERT_TRUE(text) << text.error().detail;
    EXPECT_EQ(*text, R"({"places":1,"figures":3})");
    ASSERT_EQ(session.numbers.size(), 18U);
    const double expected[] = {-1, 3, -1, -1, 9, 11};
    for (std::size_t day = 0; day < 6; ++day) {
        const double value = session.numbers[3 * day];
        if (expected[day] < 0) EXPECT_TRUE(std::isnan(value)) << day;
        else EXPECT_DOUBLE_EQ(value, expected[day]) << day;
    }
    session.numbers = {1, 0, 2, 4, 4, 4, 1, 2, 3, 9, 9, 9};
    text = session.call("shares.many", R"({"days":3,"window":2})");
    ASSERT_TRUE(text);
    ASSERT_EQ(session.numbers.size(), 18U);
    EXPECT_DOUBLE_EQ(session.numbers[3], 1.0 / 8);
    EXPECT_DOUBLE_EQ(session.numbers[15], 5.0 / 18);
    session.numbers = {1, 2, 3, 4};
    text = session.call("slopes.many", R"({"days":4,"window":3})");
    ASSERT_TRUE(text);
    EXPECT_TRUE(std::isnan(session.numbers[3]));
    EXPECT_DOUBLE_EQ(session.numbers[6], 1);
    session.numbers = {1, 2, 3};
    EXPECT_EQ(session.call("slopes.many", R"({"days":2})").error().rule, "epi.request");
    session.numbers = {1, INFINITY};
    EXPECT_EQ(session.call("slopes.many", R"({"days":2})").error().rule, "epi.count");
    EXPECT_EQ(session.call("rates.many", R"({"days":2,"windows":3})").error().rule, "epi.request");
}

TEST(ears_many, says_of_each_place_what_it_says_of_it_alone) {
    const std::size_t days = 30, places = 3;
    for (const auto& [word, method] : {std::pair{"C1", Ears::c1}, {"C2", Ears::c2}, {"C3", Ears::c3}}) {
        Session session;
        for (std::size_t i = 0; i < days * places; ++i) session.numbers.push_back(static_cast<double>(i * 7919 % 23 + i / days));
        const std::vector<double> told = session.numbers;
        const auto text = session.call("ears.many", R"({"days":30,"alpha":0.05,"method":")" + std::string(word) + "\"}");
        ASSERT_TRUE(text) << text.error().detail;
        EXPECT_EQ(*text, R"({"places":3,"figures":2})");
        ASSERT_EQ(session.numbers.size(), 2 * days * places);
        EarsOptions options;
        options.alpha = 0.05;
        const std::size_t before = ears_span(method, options) - 1;
        for (std::size_t place = 0; place < places; ++place) {
            const auto alone = ears(std::span(told).subspan(place * days, days), method, options);
            ASSERT_TRUE(alone);
            for (std::size_t day = 0; day < days; ++day) {
                const double* figures = &session.numbers[2 * (place * days + day)];
                if (day < before) {
                    EXPECT_TRUE(std::isnan(figures[0]) && std::isnan(figures[1])) << word << ' ' << day;
                    continue;
                }
                EXPECT_EQ(figures[0], (*alone)[day - before].upper) << word << ' ' << day;
                EXPECT_EQ(figures[1], (*alone)[day - before].is_raised ? 1 : 0) << word << ' ' << day;
            }
        }
    }
}

TEST(ears_many, a_day_that_is_missing_takes_the_alarms_with_it_that_rest_on_it) {
    Session session;
    for (std::size_t day = 0; day < 24; ++day) session.numbers.push_back(day == 10 ? -1 : 4);
    session.numbers[20] = 40;
    ASSERT_TRUE(session.call("ears.many", R"({"days":24,"method":"C1"})"));
    for (std::size_t day = 0; day < 24; ++day) {
        const bool is_told = (day >= 7 && day < 10) || day >= 18;  // a baseline of seven days and the day itself
        EXPECT_EQ(std::isnan(session.numbers[2 * day]), !is_told) << day;
    }
    EXPECT_EQ(session.numbers[2 * 20 + 1], 1);
    session.numbers = std::vector<double>(7, 1);
    EXPECT_EQ(session.call("ears.many", R"({"days":7,"method":"C1"})").error().rule, "epi.alarm") << "no day has its baseline";
    EXPECT_EQ(session.call("ears.many", R"({"days":7,"window":7})").error().rule, "epi.request");
    session.numbers = {1, INFINITY};
    EXPECT_EQ(session.call("ears.many", R"({"days":2})").error().rule, "epi.count");
}

}  // namespace
}  // namespace lachan::epi
