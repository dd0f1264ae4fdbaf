// The one reader of CSV: what RFC 4180 says, where it says nothing, and the limits.

#include "kernel/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lachan {
namespace {

using Cells = std::vector<std::string>;

std::vector<Cells> cells_of(std::string_view text, CsvBlanks blanks = CsvBlanks::kept) {
    CsvReader reader(text, blanks);
    std::vector<Cells> rows;
    for (auto more = reader.next(); more && *more; more = reader.next()) rows.emplace_back(reader.cells().begin(), reader.cells().end());
    return rows;
}

TEST(csv, rows_are_read_as_they_were_meant) {
    struct Row {
        const char* name;
        std::string text;
        std::vector<Cells> expect;
    };
    const Row rows[] = {
        {"nothing", "", {}},
        {"breaks alone", "\n\r\n\r", {}},
        {"no break at the end", "a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
        {"CRLF", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
        {"CR", "a,b\r1,2\r", {{"a", "b"}, {"1", "2"}}},
        {"a mark, and blank lines", "\xEF\xBB\xBF\r\na\n\n\nb\n", {{"a"}, {"b"}}},
        {"empty cells", ",\n,,\n\"\",x\n", {{"", ""}, {"", "", ""}, {"", "x"}}},
        {"one empty cell in quotes is a row", "a\n\"\"\nb\n", {{"a"}, {""}, {"b"}}},
        {"a comma at the end of the text", "a,", {{"a", ""}}},
        {"quotes", "\"a,b\",\"c \"\"d\"\"\",\"\"\"\"", {{"a,b", "c \"d\"", "\""}}},
        {"breaks in quotes", "\"a\r\nb\nc\",d\n", {{"a\r\nb\nc", "d"}}},
        {"a mark that is no first sign", "a,\xEF\xBB\xBFz\n", {{"a", "\xEF\xBB\xBFz"}}},
        {"blanks are kept", " a ,\tb\n \n", {{" a ", "\tb"}, {" "}}},
    };
    for (const Row& row : rows) EXPECT_EQ(cells_of(row.text), row.expect) << row.name;
}

TEST(csv, blanks_beside_cells_and_quotes_are_dropped_when_asked) {
    EXPECT_EQ(cells_of(" a ,\t\" b \" , c d\t\n \t\n1", CsvBlanks::dropped), (std::vector<Cells>{{"a", " b ", "c d"}, {"1"}}));
}

TEST(csv, each_row_knows_its_line) {
    const auto rows = read_csv("a\r\n\n\"1\r\n2\n3\"\rb\n\nc");
    ASSERT_TRUE(rows);
    std::vector<std::size_t> lines;
    for (const CsvRow& row : *rows) lines.push_back(row.line);
    EXPECT_EQ(lines, (std::vector<std::size_t>{1, 3, 6, 8}));
}

TEST(csv, what_is_wrong_is_told_with_line_and_column) {
    struct Row {
        std::string text;
        const char *rule, *detail;
    };
    const Row rows[] = {
        {"a,b\n1,\"2\n\n3", "csv.quotes", "line 2: a quote begins column 2 and none ends it: the text ends inside quotes"},
        {"\"a\nb\",\"", "csv.quotes", "line 2: a quote begins column 2 and none ends it: the text ends inside quotes"},
        {"a\n\"b\"c\n", "csv.quotes", "line 2: something stands behind the closing quote of column 1"},
        {"a\n\"b\" ,c\n", "csv.quotes", "line 2: something stands behind the closing quote of column 1"},
        {"a\n1,b\"c\n", "csv.quotes", "line 2: a quote inside column 2, which does not begin with one"},
        {"a\n 1,\xC3(\n", "csv.utf8", "line 2: it is no UTF-8"},
        {"a\n1,2\n\xFF", "csv.utf8", "line 3: it is no UTF-8"},
    };
    for (const Row& row : rows) {
        const auto read = read_csv(row.text);
        ASSERT_FALSE(read) << row.text;
        EXPECT_EQ(read.error().code, Errc::malformed) << row.text;
        EXPECT_EQ(read.error().rule, row.rule) << row.text;
        EXPECT_EQ(read.error().detail, row.detail) << row.text;
    }
}

TEST(csv, the_limits_hold_to_the_one) {
    const CsvLimits limits{4, 3, 2};
    EXPECT_TRUE(read_csv("abcd,,\n\"ab\"\"c\"\n\n", limits));
    struct Row {
        const char *text, *detail;
    };
    const Row rows[] = {{"a\nabcde\n", "line 2: more than 4 bytes in column 1"},
                        {"a,\"a\nb\"\"cd\"\n", "line 1: more than 4 bytes in column 2"},
                        {"a\na,,,\n", "line 2: more than 3 columns"},
                        {"a\nb\n\nc", "line 4: more than 2 rows"}};
    for (const Row& row : rows) {
        const auto read = read_csv(row.text, limits);
        ASSERT_FALSE(read) << row.text;
        EXPECT_EQ(read.error().rule, "csv.size") << row.text;
        EXPECT_EQ(read.error().detail, row.detail) << row.text;
    }
}

TEST(csv, a_cell_is_written_in_quotes_where_it_needs_them) {
    EXPECT_EQ(csv_cell("Hà Nội"), "Hà Nội");
    EXPECT_EQ(csv_cell(""), "");
    EXPECT_EQ(csv_cell("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
    EXPECT_EQ(csv_cell(" a"), "\" a\"");
    EXPECT_EQ(csv_cell("\xEF\xBB\xBF"), "\"\xEF\xBB\xBF\"");
}

RC_GTEST_PROP(csv, what_is_written_is_read_as_the_same, ()) {
    const auto cell = rc::gen::container<std::string>(rc::gen::element('a', ' ', '\t', ',', '"', '\n', '\r'));
    const auto row = rc::gen::suchThat(rc::gen::container<Cells>(cell), [](const Cells& cells) { return cells.size() > 1; });
    const auto rows = *rc::gen::container<std::vector<Cells>>(row);
    std::string text;
    for (const Cells& cells : rows) {
        for (std::size_t i = 0; i < cells.size(); ++i) text += (i > 0 ? "," : "") + csv_cell(cells[i]);
        text += "\r\n";
    }
    RC_ASSERT(cells_of(text) == rows);
    RC_ASSERT(cells_of(text, CsvBlanks::dropped) == rows);
}

}  // namespace
}  // namespace lachan
