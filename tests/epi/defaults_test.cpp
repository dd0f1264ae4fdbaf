// What the map asks its models with: what the figures claim of themselves, and that the rules' page says the same.

#include <fstream>
#include <sstream>

#include "epi/defaults.h"
#include "epi/operations.h"
#include "epi/serial_interval.h"
#include "oracles.h"

namespace lachan::epi {
namespace {

TEST(defaults, hardly_anybody_infects_after_the_reach) {
    const SerialInterval interval = *SerialInterval::discretised(kMapSerialMean, kMapSerialSd, 40);
    double within = 0;
    for (std::size_t day = 0; day <= kMapReach; ++day) within += interval.weights[day];
    EXPECT_GT(within, 0.999);
    EXPECT_NEAR(interval.mean(), kMapSerialMean, 0.01);
}

TEST(defaults, few_is_fewer_than_eleven_cases_in_a_window) {
    // The posterior is a Gamma distribution of shape 1 + cases: its sd over its mean is one over the root of that.
    const SerialInterval interval = *SerialInterval::discretised(kMapSerialMean, kMapSerialSd, 40);
    for (const double last : {3.0, 4.0}) {
        std::vector<double> cases(30, 20.0);
        for (std::size_t i = 0; i < kMapWindow; ++i) cases[29 - i] = 1;
        cases[29] = last + 1;  // 10 or 11 in the last window
        const auto windows = *reproduction({cases, {}}, interval, {kMapWindow, 5, 5, {0.5}});
        EXPECT_EQ(windows.back().sd > kMapFew * windows.back().mean, last == 3.0) << last;
    }
}

TEST(defaults, the_span_of_ears_is_where_its_alarms_begin) {
    const std::vector<double> counts(20, 3.0);
    for (const Ears method : {Ears::c1, Ears::c2, Ears::c3}) {
        EXPECT_EQ(ears(counts, method, EarsOptions{})->front().at, ears_span(method, EarsOptions{}));
    }
}

TEST(defaults, the_two_methods_of_farrington_share_what_is_told_of_both) {
    const FarringtonOptions one;
    const FlexibleOptions other;
    EXPECT_EQ(one.period, other.period);
    EXPECT_EQ(one.half_window, other.half_window);
    EXPECT_EQ(one.least_cases, other.least_cases);
    EXPECT_EQ(one.least_span, other.least_span);
}

TEST(defaults, each_stands_with_its_value_and_source_among_the_rules) {
    const Json all = *parse_json(*answer("defaults", Json::object()), {1U << 20, 4, true});
    std::ifstream file(LACHAN_SOURCE_ROOT "/docs/RULES.md");
    std::ostringstream read;
    read << file.rdbuf();
    const std::string rules = read.str();
    ASSERT_FALSE(rules.empty());
    EXPECT_GT(all.size(), 25U);
    for (const auto& [name, value] : all.items()) {
        const std::string told = value.is_string() ? value.get<std::string>() : value.dump();
        std::string spaced;
        for (const char sign : told) {
            if (sign != '[' && sign != ']') spaced += sign == ',' ? std::string(", ") : std::string(1, sign);
        }
        const std::size_t row = rules.find("| `" + name + "` | ");
        ASSERT_NE(row, std::string::npos) << name;
        const std::string line = rules.substr(row, rules.find('\n', row) - row);
        EXPECT_NE(line.find(" " + spaced + " |"), std::string::npos) << name << " is " << spaced << ", not as in: " << line;
    }
    EXPECT_EQ(answer("defaults", Json{{"windowDays", 7}}).error().rule, "epi.request");
}

}  // namespace
}  // namespace lachan::epi
