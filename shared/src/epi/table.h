#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

namespace lachan::epi {

/// Rows of cells from comma-separated text (kernel/csv.h; blanks beside a cell are dropped). A first row with a cell that is no number
/// holds the names of the columns.
struct Table {
    std::vector<std::string> names;               ///< empty when the text has no names
    std::vector<std::vector<std::string>> rows;   ///< all as wide as the first
    std::vector<std::size_t> lines;               ///< where each row stands in the text, from 1

    std::size_t width() const { return names.empty() ? (rows.empty() ? 0 : rows[0].size()) : names.size(); }
    /// The column with one of these names (case of letters does not count), the first that is there in their order.
    std::optional<std::size_t> find(std::initializer_list<std::string_view> any) const;
    /// The numbers of a column; Errc::malformed with rule epi.number names line and column.
    Result<std::vector<double>> numbers(std::size_t column) const;
    /// The same, each from 0 to 1e15. Rule epi.count.
    Result<std::vector<double>> counts(std::size_t column) const;
    std::string name_of(std::size_t column) const;
};

/// Errc::malformed with rule epi.table: no row, rows of different width, more than 2,000,000 rows, what the reader of CSV refuses.
Result<Table> read_table(std::string_view text);

/// The beginning of a text as a message may quote it: valid UTF-8, one line, at most 40 bytes and what belongs to the last letter.
std::string shown(std::string_view text);

/// A finite decimal number, written in full ("1", "-0.5", "2e-3"); nothing else may stand beside it.
std::optional<double> number_in(std::string_view text);

/// A number in the fewest digits that read back as it, the same in every build; "NA" for one that is not known (NaN).
void append_number(std::string& text, double value);

}  // namespace lachan::epi
