#pragma once

#include <cstddef>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

/// Comma-separated values (RFC 4180), the one reader and writer of all programs. Ours, because Debian's only library for it (libcsv) has no
/// line to tell, no limits and no build for the page, and is longer than this.
namespace lachan {

/// A spreadsheet's cell holds 32,767 characters, of three bytes at most in UTF-8, and its sheets no more columns.
struct CsvLimits {
    std::size_t cell_bytes = 96 * 1024;
    std::size_t columns = 16'384;
    std::size_t rows = 10'000'000;
};

/// Spaces and tabs beside a cell, and around its quotes: RFC 4180 counts them to the cell.
enum class CsvBlanks { kept, dropped };

/// Reads one row after the other: commas; quotes around a whole cell, doubled inside; LF, CR or CRLF behind a row; a byte-order mark and
/// lines without content are passed over. Errc::malformed: csv.utf8, csv.quotes, csv.size; all with the line, and the column where one is meant.
class CsvReader {
public:
    explicit CsvReader(std::string_view text, CsvBlanks blanks = CsvBlanks::kept, CsvLimits limits = {});

    /// Reads on to the next row; false at the end of the text.
    Result<bool> next();
    /// Of the row that was read last. They point into the text, or into what the next row replaces.
    const std::vector<std::string_view>& cells() const { return cells_; }
    /// The line on which that row begins, from 1; at the end of the text, the line behind the last break.
    std::size_t line() const { return row_line_; }

private:
    bool is_at_end() const { return at_ >= text_.size(); }
    bool is_at_break() const { return text_[at_] == '\n' || text_[at_] == '\r'; }
    bool is_behind_cell() const { return is_at_end() || text_[at_] == ',' || is_at_break(); }
    void pass_break();
    void pass_blanks();
    Error wrong(const char* rule, std::size_t line, const std::string& what) const;
    Result<void> read_row();
    Result<std::string_view> plain_cell();
    Result<std::string_view> quoted_cell();

    std::string_view text_;
    CsvBlanks blanks_;
    CsvLimits limits_;
    bool is_checked_ = false;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t row_line_ = 1;
    std::size_t rows_ = 0;
    std::vector<std::string_view> cells_;
    std::forward_list<std::string> unescaped_;  ///< cells of the row that hold quotes
};

struct CsvRow {
    std::size_t line = 0;
    std::vector<std::string> cells;
};

/// All rows of a text that are needed at once.
Result<std::vector<CsvRow>> read_csv(std::string_view text, CsvLimits limits = {});

/// A cell as it is written: in quotes where it needs them.
std::string csv_cell(std::string_view text);

}  // namespace lachan
