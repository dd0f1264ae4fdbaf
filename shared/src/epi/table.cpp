#include "epi/table.h"

#include <cmath>
#include <cstdlib>

#include "kernel/csv.h"
#include "kernel/json.h"
#include "kernel/text.h"

namespace lachan::epi {
namespace {

constexpr std::size_t kMostRows = 2'000'000;
constexpr std::size_t kLongestNumber = 400;
constexpr double kGreatestCount = 1e15;  // whole numbers and their sums stay exact

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lowered(a[i]) != lowered(b[i])) return false;
    }
    return true;
}

Error malformed(std::size_t line, const std::string& what) {
    return Error{Errc::malformed, "epi.table", "line " + std::to_string(line) + ": " + what};
}

/// A row is one of a table, by the table's own rule.
Result<bool> next_row(CsvReader& reader) {
    auto has_row = reader.next();
    if (!has_row) return Error{Errc::malformed, "epi.table", has_row.error().detail};
    return has_row;
}

bool holds_names(const std::vector<std::string_view>& cells) {
    for (const std::string_view cell : cells) {
        if (!number_in(cell) && cell != "NA" && !cell.empty()) return true;
    }
    return false;
}

}  // namespace

std::optional<std::size_t> Table::find(std::initializer_list<std::string_view> any) const {
    for (const std::string_view name : any) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (same_word(names[i], name)) return i;
        }
    }
    return std::nullopt;
}

std::string Table::name_of(std::size_t column) const {
    return names.empty() ? "column " + std::to_string(column + 1) : shown(names[column]);
}

Result<std::vector<double>> Table::numbers(std::size_t column) const {
    std::vector<double> values;
    values.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto value = number_in(rows[i][column]);
        if (!value) {
            const std::string& cell = rows[i][column];
            const std::string what = cell.empty() ? "a number is missing" : "not a number: " + shown(cell);
            return Error{Errc::malformed, "epi.number", "line " + std::to_string(lines[i]) + ": " + name_of(column) + ": " + what};
        }
        values.push_back(*value);
    }
    return values;
}

Result<std::vector<double>> Table::counts(std::size_t column) const {
    auto values = TRY(numbers(column));
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] < 0 || values[i] > kGreatestCount) {
            const std::string where = "line " + std::to_string(lines[i]) + ": " + name_of(column);
            const std::string what = values[i] < 0 ? "a count is not negative: " : "a count is at most 1e15: ";
            return Error{Errc::malformed, "epi.count", where + ": " + what + shown(rows[i][column])};
        }
    }
    return values;
}

Result<Table> read_table(std::string_view text) {
    Table table;
    CsvReader reader(text, CsvBlanks::dropped);
    std::size_t width = 0;
    while (TRY(next_row(reader))) {
        const auto& cells = reader.cells();
        if (cells.size() == 1 && cells[0].empty()) continue;
        if (width == 0) {
            width = cells.size();
            if (holds_names(cells)) {
                table.names.assign(cells.begin(), cells.end());
                continue;
            }
        }
        if (cells.size() != width) {
            return malformed(reader.line(), std::to_string(cells.size()) + " cells where the first row has " + std::to_string(width));
        }
        if (table.rows.size() == kMostRows) return malformed(reader.line(), "more than 2000000 rows");
        table.rows.emplace_back(cells.begin(), cells.end());
        table.lines.push_back(reader.line());
    }
    if (table.rows.empty()) return malformed(reader.line(), "no row of data");
    return table;
}

std::string shown(std::string_view text) {
    constexpr std::size_t kMost = 40;
    const bool is_text = is_utf8(text);
    std::string quoted;
    for (const char c : text) {
        const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
        if (quoted.size() >= kMost && !(is_text && continues)) break;
        const bool is_plain = c >= ' ' && c != 0x7f;
        quoted += is_plain || (is_text && (c & 0x80) != 0) ? c : '?';
    }
    return quoted;
}

std::optional<double> number_in(std::string_view text) {
    if (text.empty() || text.size() > kLongestNumber) return std::nullopt;
    std::size_t at = text[0] == '-' || text[0] == '+' ? 1 : 0;
    std::size_t digits = 0;
    const auto run = [&] {
        const std::size_t begin = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        return at - begin;
    };
    digits += run();
    if (at < text.size() && text[at] == '.') {
        ++at;
        digits += run();
    }
    if (digits == 0) return std::nullopt;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        if (run() == 0) return std::nullopt;
    }
    if (at != text.size()) return std::nullopt;
    const double value = std::strtod(std::string(text).c_str(), nullptr);
    if (!std::isfinite(value)) return std::nullopt;
    return value;
}

void append_number(std::string& text, double value) {
    if (std::isnan(value)) {
        text += "NA";
    } else if (std::isinf(value)) {
        text += value < 0 ? "-Inf" : "Inf";
    } else if (value == std::floor(value) && std::fabs(value) < 1e15) {
        text += std::to_string(static_cast<long long>(value));
    } else {
        text += Json(value).dump();
    }
}

}  // namespace lachan::epi
