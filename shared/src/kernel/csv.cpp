#include "kernel/csv.h"

#include <algorithm>

#include "kernel/place.h"
#include "kernel/text.h"

namespace lachan {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

CsvReader::CsvReader(std::string_view text, CsvBlanks blanks, CsvLimits limits) : text_(text), blanks_(blanks), limits_(limits) {
    if (text_.starts_with(kMark)) text_.remove_prefix(kMark.size());
}

Error CsvReader::wrong(const char* rule, std::size_t line, const std::string& what) const {
    return {Errc::malformed, rule, "line " + std::to_string(line) + ": " + what};
}

void CsvReader::pass_break() {
    const bool is_pair = text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
    at_ += is_pair ? 2 : 1;
    ++line_;
}

void CsvReader::pass_blanks() {
    while (blanks_ == CsvBlanks::dropped && !is_at_end() && is_blank(text_[at_])) ++at_;
}

Result<bool> CsvReader::next() {
    if (!is_checked_ && !is_utf8(text_)) return wrong("csv.utf8", line_without_utf8(text_), "it is no UTF-8");
    is_checked_ = true;
    for (;;) {
        pass_blanks();
        if (is_at_end() || !is_at_break()) break;
        pass_break();
    }
    row_line_ = line_;
    if (is_at_end()) return false;
    if (rows_ == limits_.rows) return wrong("csv.size", line_, "more than " + std::to_string(limits_.rows) + " rows");
    ++rows_;
    TRY(read_row());
    return true;
}

Result<void> CsvReader::read_row() {
    cells_.clear();
    unescaped_.clear();
    for (;;) {
        if (cells_.size() == limits_.columns) return wrong("csv.size", row_line_, "more than " + std::to_string(limits_.columns) + " columns");
        const std::size_t line = line_;
        pass_blanks();
        const bool is_quoted = !is_at_end() && text_[at_] == '"';
        const std::string_view cell = is_quoted ? TRY(quoted_cell()) : TRY(plain_cell());
        cells_.push_back(cell);
        if (cell.size() > limits_.cell_bytes) {
            return wrong("csv.size", line, "more than " + std::to_string(limits_.cell_bytes) + " bytes in column " + std::to_string(cells_.size()));
        }
        if (is_at_end()) return {};
        if (is_at_break()) {
            pass_break();
            return {};
        }
        ++at_;
    }
}

Result<std::string_view> CsvReader::plain_cell() {
    const std::size_t begin = at_;
    for (; !is_behind_cell(); ++at_) {
        // Whether the comma behind it parts cells cannot be said any more.
        if (text_[at_] == '"') return wrong("csv.quotes", line_, "a quote inside column " + std::to_string(cells_.size() + 1) + ", which does not begin with one");
    }
    std::string_view cell = text_.substr(begin, at_ - begin);
    while (blanks_ == CsvBlanks::dropped && !cell.empty() && is_blank(cell.back())) cell.remove_suffix(1);
    return cell;
}

Result<std::string_view> CsvReader::quoted_cell() {
    const std::string column = std::to_string(cells_.size() + 1);
    const std::size_t first_line = line_;
    const std::size_t begin = ++at_;
    std::size_t doubled = 0;
    for (;;) {
        if (is_at_end()) return wrong("csv.quotes", first_line, "a quote begins column " + column + " and none ends it: the text ends inside quotes");
        if (is_at_break()) {
            pass_break();
        } else if (text_[at_++] == '"') {
            if (is_at_end() || text_[at_] != '"') break;
            ++at_;
            ++doubled;
        }
    }
    const std::string_view inside = text_.substr(begin, at_ - 1 - begin);
    pass_blanks();
    if (!is_behind_cell()) return wrong("csv.quotes", line_, "something stands behind the closing quote of column " + column);
    if (doubled == 0) return inside;
    std::string& cell = unescaped_.emplace_front();
    cell.reserve(inside.size() - doubled);
    for (std::size_t i = 0; i < inside.size(); ++i) {
        cell += inside[i];
        if (inside[i] == '"') ++i;
    }
    return std::string_view(cell);
}

Result<std::vector<CsvRow>> read_csv(std::string_view text, CsvLimits limits) {
    CsvReader reader(text, CsvBlanks::kept, limits);
    std::vector<CsvRow> rows;
    while (TRY(reader.next())) rows.push_back({reader.line(), {reader.cells().begin(), reader.cells().end()}});
    return rows;
}

std::string csv_cell(std::string_view text) {
    const bool has_signs = text.find_first_of(",\"\n\r") != std::string_view::npos;
    // Of what a reader may take away.
    const bool has_edge = !text.empty() && (is_blank(text.front()) || is_blank(text.back()) || text.starts_with(kMark));
    if (!has_signs && !has_edge) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += c;
        out += c;
    }
    return out + '"';
}

}  // namespace lachan
