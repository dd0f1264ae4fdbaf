#include "epi/table.h"

#include <cmath>
#include <cstdlib>

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

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

Error malformed(std::size_t line, const std::string& what) {
    return Error{Errc::malformed, "epi.table", "line " + std::to_string(line) + ": " + what};
}

/// Reads one row after the other; knows the line it stands on.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {
        if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
    }

    bool is_at_end() const { return at_ >= text_.size(); }
    std::size_t line() const { return line_; }

    Result<std::vector<std::string>> row() {
        std::vector<std::string> cells;
        for (;;) {
            cells.push_back(TRY(cell()));
            if (is_at_end()) return cells;
            const char sign = text_[at_++];
            if (sign == ',') continue;
            if (sign == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
            ++line_;
            return cells;
        }
    }

private:
    Result<std::string> cell() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
        if (at_ < text_.size() && text_[at_] == '"') return quoted();
        at_ = begin;
        while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
        return std::string(trimmed(text_.substr(begin, at_ - begin)));
    }

    Result<std::string> quoted() {
        const std::size_t first_line = line_;
        std::string cell;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\n') ++line_;
            if (text_[at_] != '"') {
                cell += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                cell += text_[++at_];
            } else {
                ++at_;
                while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
                const bool ends = is_at_end() || text_[at_] == ',' || text_[at_] == '\n' || text_[at_] == '\r';
                if (!ends) return malformed(line_, "something stands behind a closing quote");
                return cell;
            }
        }
        return malformed(first_line, "a quote does not end");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

bool holds_names(const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) {
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
    Reader reader(text);
    std::size_t width = 0;
    while (!reader.is_at_end()) {
        const std::size_t line = reader.line();
        auto cells = TRY(reader.row());
        if (cells.size() == 1 && cells[0].empty()) continue;
        if (width == 0) {
            width = cells.size();
            if (holds_names(cells)) {
                table.names = std::move(cells);
                continue;
            }
        }
        if (cells.size() != width) {
            return malformed(line, std::to_string(cells.size()) + " cells where the first row has " + std::to_string(width));
        }
        if (table.rows.size() == kMostRows) return malformed(line, "more than 2000000 rows");
        table.rows.push_back(std::move(cells));
        table.lines.push_back(line);
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
