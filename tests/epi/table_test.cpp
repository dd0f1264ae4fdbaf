#include "epi/table.h"

#include <gtest/gtest.h>

#include <random>

namespace lachan::epi {
namespace {

TEST(table, names_are_told_from_numbers) {
    EXPECT_TRUE(read_table("1\n2\n")->names.empty());
    EXPECT_EQ(read_table("1\n2\n")->rows.size(), 2U);
    const auto named = read_table("\xef\xbb\xbf\"dates\",\"I\"\r\n2021-04-27,3\r\n\r\n2021-04-28,\"4\"\r\n");
    ASSERT_TRUE(named);
    EXPECT_EQ(named->names, (std::vector<std::string>{"dates", "I"}));
    EXPECT_EQ(named->lines, (std::vector<std::size_t>{2, 4}));
    EXPECT_EQ(*named->numbers(1), (std::vector<double>{3, 4}));
    EXPECT_EQ(named->find({"DATES"}), 0U);
    EXPECT_FALSE(named->find({"cases"}));
    EXPECT_EQ(read_table("a,b\n\"x \"\"y\"\", z\",1")->rows[0][0], "x \"y\", z");
}

TEST(table, what_is_wrong_is_told_with_its_line) {
    struct Row {
        const char *text, *rule, *part;
    };
    const Row rows[] = {
        {"", "epi.table", "no row"},
        {"a,b\n", "epi.table", "no row"},
        {"a,b\n1,2\n1\n", "epi.table", "line 3"},
        {"a\n\"1\n", "epi.table", "line 2: a quote"},
        {"a\n\"1\"2\n", "epi.table", "line 2: something"},
        {"a\n1\n1x\n", "epi.number", "line 3: a: not a number: 1x"},
        {"a,b\n,1\n", "epi.number", "line 2: a: a number is missing"},
        {"a\n1\nNA\n", "epi.number", "line 3"},
        {"a\n1\n1e999\n", "epi.number", "line 3"},
        {"a\n1\n-1\n", "epi.count", "line 3: a: a count is not negative"},
    };
    for (const Row& row : rows) {
        const auto table = read_table(row.text);
        const auto failed = table ? table->counts(0).error() : table.error();
        EXPECT_EQ(failed.rule, row.rule) << row.text;
        EXPECT_NE(failed.detail.find(row.part), std::string::npos) << failed.detail;
    }
}

TEST(table, what_a_message_quotes_is_text) {
    EXPECT_EQ(shown("Đồng Tháp"), "Đồng Tháp");
    EXPECT_EQ(shown("a\nb\x01"), "a?b?");
    EXPECT_EQ(shown("\xe0\xe0x"), "??x");
    EXPECT_EQ(shown(std::string(39, 'a') + "ồng"), std::string(39, 'a') + "ồ");
    EXPECT_EQ(shown(std::string(99, 'a')).size(), 40U);
}

TEST(table, only_whole_decimal_numbers_are_numbers) {
    for (const char* good : {"0", "-1.5", "+2", ".5", "3.", "1e3", "1E-3", "007"}) EXPECT_TRUE(number_in(good)) << good;
    for (const char* bad : {"", "-", ".", "e3", "1e", "1e+", "0x10", "nan", "inf", "1 2", " 1", "1,5", "1f", "1e400"}) EXPECT_FALSE(number_in(bad)) << bad;
}

TEST(table, a_number_reads_back_as_it_was) {
    std::mt19937_64 random(5);
    for (int i = 0; i < 200'000; ++i) {
        const double value = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 400) - 250);
        std::string text;
        append_number(text, value);
        ASSERT_EQ(number_in(text), value) << text;
    }
    std::string text;
    for (const double value : {0.1, 3.0, 1e20, -2.5e-9, 0.0}) {
        append_number(text, value);
        text += ' ';
    }
    EXPECT_EQ(text, "0.1 3 1e+20 -2.5e-09 0 ");
}

}  // namespace
}  // namespace lachan::epi
