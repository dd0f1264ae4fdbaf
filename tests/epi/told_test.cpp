// Which day's number counts, of what an office tells now and then: rows of one place, in words of one sign a day.

#include <fstream>
#include <iterator>

#include "epi/defaults.h"
#include "epi/session.h"
#include "epi/told.h"
#include "oracles.h"

namespace lachan::epi {
namespace {

/// "." a day on which nothing was told; a digit what was.
std::vector<double> line_of(const std::string& text) {
    std::vector<double> line;
    for (const char sign : text) line.push_back(sign == '.' ? -1 : sign - '0');
    return line;
}

struct Row {
    const char* name;
    const char* line;
    std::size_t window;
    const char* values;  ///< of each day, "." where nothing counts
    const char* days;
};

constexpr Row kRows[] = {
    {"the number of the day itself", "12345", 3, "12345", "01234"},
    {"the last one goes on for the window, which begins with its own day", "5.......", 3, "555.....", "000....."},
    {"a newer one takes its place, a smaller one and none at all too", "9.30....", 4, "9930000.", "0023333."},
    {"a window of a day knows no other day", ".7.7", 1, ".7.7", ".1.3"},
    {"nobody told anything", "....", 30, "....", "...."},
    {"not before it was told", "...4", 9, "...4", "...3"},
};

TEST(told, the_last_number_within_the_window_counts) {
    for (const Row& row : kRows) {
        const std::vector<double> line = line_of(row.line), values = line_of(row.values), days = line_of(row.days);
        const auto found = told_last(line, row.window);
        ASSERT_EQ(found.size(), line.size()) << row.name;
        for (std::size_t day = 0; day < line.size(); ++day) {
            const std::string where = std::string(row.name) + ", day " + std::to_string(day);
            if (values[day] < 0) {
                EXPECT_TRUE(std::isnan(found[day].value) && std::isnan(found[day].day)) << where;
            } else {
                EXPECT_EQ(found[day].value, values[day]) << where;
                EXPECT_EQ(found[day].day, days[day]) << where;
            }
        }
    }
}

TEST(told, a_number_that_is_none_is_a_day_on_which_nothing_was_told) {
    const std::vector<double> line = {4, std::nan(""), -2};
    for (const Told& told : told_last(line, 9)) EXPECT_EQ(told.value, 4);
}

/// The walk from a day backwards that the rule is told by, day by day.
Told walked(const std::vector<double>& line, std::size_t day, std::size_t window) {
    for (std::size_t back = 0; back < window && back <= day; ++back) {
        if (line[day - back] >= 0) return {line[day - back], static_cast<double>(day - back)};
    }
    return {};
}

TEST(told, every_day_is_as_if_it_were_walked_back_to_alone) {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        std::uint32_t state = seed * 2'654'435'761U;
        const auto next = [&state] { return state = state * 1'664'525U + 1'013'904'223U; };
        std::vector<double> line(60);
        for (double& value : line) value = next() % 5 == 0 ? static_cast<double>(next() % 9) : -1;
        const std::size_t window = 1 + next() % 40;
        const auto found = told_last(line, window);
        for (std::size_t day = 0; day < line.size(); ++day) {
            const Told expected = walked(line, day, window);
            EXPECT_TRUE(found[day].value == expected.value || std::isnan(found[day].value + expected.value)) << "seed " << seed << " day " << day;
            EXPECT_TRUE(found[day].day == expected.day || std::isnan(found[day].day + expected.day)) << "seed " << seed << " day " << day;
        }
    }
}

TEST(told, a_part_is_of_the_whole_that_counted_on_its_own_day) {
    // The register grew on day 4: the scans of day 3 are among those of before, those of day 5 among the new ones.
    const auto found = told_shares(line_of("...2.6.."), line_of("4...8..."), 3, 9);
    EXPECT_TRUE(std::isnan(found[2].part.value));
    EXPECT_EQ(found[3].share, 0.5);
    EXPECT_EQ(found[4].whole, 4);
    EXPECT_EQ(found[4].share, 0.5);
    EXPECT_EQ(found[5].share, 0.75);
    EXPECT_EQ(found[7].part.day, 5);
    EXPECT_EQ(found[7].share, 0.75);
}

TEST(told, a_whole_that_is_too_old_none_or_smaller_than_its_part_gives_no_share) {
    const auto old = told_shares(line_of("...2"), line_of("4..."), 1, 3);
    EXPECT_EQ(old[3].part.value, 2);
    EXPECT_TRUE(std::isnan(old[3].whole) && std::isnan(old[3].share));
    const auto none = told_shares(line_of("0"), line_of("0"), 1, 1);
    EXPECT_EQ(none[0].whole, 0);
    EXPECT_TRUE(std::isnan(none[0].share));
    const auto smaller = told_shares(line_of("5"), line_of("4"), 1, 1);
    EXPECT_EQ(smaller[0].whole, 4);
    EXPECT_TRUE(std::isnan(smaller[0].share));
}

/// Numbers of a vector, with null where there is none.
std::vector<double> numbers_of(const Json& list) {
    std::vector<double> numbers;
    for (const Json& one : list) numbers.push_back(one.is_null() ? std::nan("") : one.get<double>());
    return numbers;
}

TEST(told, the_vectors_hold) {
    std::ifstream file(LACHAN_SOURCE_ROOT "/tests/epi/told_vectors.json");
    const Json vectors = *parse_json(std::string(std::istreambuf_iterator<char>(file), {}), {1U << 20, 8, true});
    ASSERT_GT(vectors.size(), 10U);
    for (const Json& vector : vectors) {
        const std::string id = vector["id"];
        const Json& expect = vector["expect"];
        Session session;
        session.numbers = numbers_of(vector["numbers"]);
        const auto text = session.call(vector["operation"].get<std::string>(), vector["request"].dump());
        if (expect.contains("rule")) {
            ASSERT_FALSE(text) << id;
            EXPECT_EQ(text.error().rule, expect["rule"]) << id;
            EXPECT_NE(text.error().detail.find(expect["detail"].get<std::string>() + ':'), std::string::npos) << id << ": " << text.error().detail;
            continue;
        }
        ASSERT_TRUE(text) << id << ": " << text.error().detail;
        EXPECT_EQ(*text, expect["text"]) << id;
        const std::vector<double> numbers = numbers_of(expect["numbers"]);
        ASSERT_EQ(session.numbers.size(), numbers.size()) << id;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (std::isnan(numbers[i])) EXPECT_TRUE(std::isnan(session.numbers[i])) << id << " " << i;
            else EXPECT_EQ(session.numbers[i], numbers[i]) << id << " " << i;
        }
    }
}

TEST(told, without_windows_those_of_the_map_hold) {
    constexpr std::size_t kDays = 40;
    Session session;
    session.numbers.assign(kDays, -1);
    session.numbers[0] = 1;
    ASSERT_TRUE(session.call("told.many", R"({"days":40})"));
    EXPECT_EQ(session.numbers[2 * (kMapToldDays - 1)], 1);
    EXPECT_TRUE(std::isnan(session.numbers[2 * kMapToldDays]));
    // Scanned on the first day, registered too.
    session.numbers.assign(2 * kDays, -1);
    session.numbers[0] = session.numbers[kDays] = 1;
    ASSERT_TRUE(session.call("told.shares.many", R"({"days":40})"));
    EXPECT_EQ(session.numbers[4 * (kMapAliveDays - 1)], 1);
    EXPECT_TRUE(std::isnan(session.numbers[4 * kMapAliveDays]));
    // Scanned on all days, registered on the first.
    session.numbers.assign(2 * kDays, 1);
    for (std::size_t day = 1; day < kDays; ++day) session.numbers[kDays + day] = -1;
    ASSERT_TRUE(session.call("told.shares.many", R"({"days":40})"));
    EXPECT_EQ(session.numbers[4 * (kMapRegisteredDays - 1) + 2], 1);
    EXPECT_TRUE(std::isnan(session.numbers[4 * kMapRegisteredDays + 2]));
}

TEST(told, a_count_is_finite) {
    for (const char* operation : {"told.many", "told.shares.many"}) {
        Session session;
        session.numbers = {1, INFINITY};
        EXPECT_EQ(session.call(operation, R"({"days":1})").error().rule, "epi.count") << operation;
    }
}

}  // namespace
}  // namespace lachan::epi
