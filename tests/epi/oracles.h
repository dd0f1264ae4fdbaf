#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "epi/table.h"

namespace lachan::epi {

/// The text of a file of tests/epi/oracles: what other programs answered, see SOURCE.md there.
inline std::string oracle_text(const std::string& name) {
    std::ifstream file(std::string(LACHAN_SOURCE_ROOT) + "/tests/epi/oracles/" + name, std::ios::binary);
    EXPECT_TRUE(file) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The text of a file of the published corpus, "" when there is no corpus.
inline std::string corpus_text(const std::string& name) {
    std::ifstream file(std::string(LACHAN_CORPUS_ROOT) + "/oracles/" + name, std::ios::binary);
    return file ? std::string(std::istreambuf_iterator<char>(file), {}) : "";
}

inline Table table_of(const std::string& text) {
    auto table = read_table(text);
    EXPECT_TRUE(table) << (table ? "" : table.error().detail);
    return table ? std::move(*table) : Table{};
}

/// A column with NaN for NA.
inline std::vector<double> column(const Table& table, const char* name) {
    std::vector<double> values;
    const auto at = table.find({name});
    EXPECT_TRUE(at) << name;
    if (!at) return values;
    for (const auto& row : table.rows) {
        values.push_back(row[*at] == "NA" ? std::numeric_limits<double>::quiet_NaN() : number_in(row[*at]).value_or(std::nan("")));
    }
    return values;
}

/// Both unknown, or equal within a share of the expected.
inline void expect_close(double got, double expected, double share, const std::string& where) {
    if (std::isnan(expected) || std::isnan(got)) {
        EXPECT_EQ(std::isnan(got), std::isnan(expected)) << where;
    } else {
        EXPECT_LE(std::fabs(got - expected), share * std::fabs(expected)) << where << ": " << got << " for " << expected;
    }
}

}  // namespace lachan::epi
