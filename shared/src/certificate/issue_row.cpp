#include "certificate/issue_row.h"

#include <charconv>

#include "certificate/strict.h"
#include "certificate/transliterate.h"
#include "certificate/vds.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

bool is_word(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/';
    });
}

bool is_capital_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// ICD-11 keeps vaccines among the extension codes for medicaments: XM and four more.
bool is_icd11_vaccine(std::string_view text) {
    return text.size() == 6 && text.starts_with("XM") && std::all_of(text.begin(), text.end(), is_capital_or_digit);
}

/// Infectious agents are extension codes too: XN and three or four more, variants behind a point.
bool is_icd11_pathogen(std::string_view text) {
    return text.size() >= 5 && text.starts_with("XN") &&
           std::all_of(text.begin(), text.end(), [](char c) { return c == '.' || is_capital_or_digit(c); });
}

/// A stem code of ICD-11: four characters, the second a letter, perhaps a point and one or two more.
bool is_icd11_disease(std::string_view text) {
    const std::string_view stem = text.substr(0, 4);
    if (stem.size() != 4 || !(stem[1] >= 'A' && stem[1] <= 'Z')) return false;
    const std::string_view rest = text.substr(4);
    const bool is_split = rest.empty() || (rest.size() >= 2 && rest.front() == '.');
    return is_split && std::all_of(stem.begin(), stem.end(), is_capital_or_digit) &&
           std::all_of(rest.begin() + (rest.empty() ? 0 : 1), rest.end(), is_capital_or_digit);
}

std::optional<std::int64_t> number_of(const Json& value) {
    if (value.is_number_integer()) return value.get<std::int64_t>();
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

bool has_form(const std::string& text, const Column& column) {
    if (text.empty() || code_points(text) > column.most || has_control(text)) return false;
    switch (column.kind) {
        case ColumnKind::word: return is_word(text);
        case ColumnKind::vaccine: return is_icd11_vaccine(text);
        case ColumnKind::pathogen: return is_icd11_pathogen(text);
        case ColumnKind::disease: return is_icd11_disease(text);
        case ColumnKind::state: return !alpha2_of(text).empty();
        case ColumnKind::day: return Day::parse(text).has_value();
        case ColumnKind::moment: return is_date_time(text);
        case ColumnKind::text:
        case ColumnKind::number: break;
    }
    return true;
}

}  // namespace

Json RowWriter::part(std::span<const Column> columns) {
    Json part = Json::object();
    for (const Column& column : columns) {
        take(column.name);
        Json value = value_of(column);
        if (!value.is_null()) part[column.key] = std::move(value);
    }
    return part;
}

std::string RowWriter::passport_name(std::size_t most) {
    std::string whole;
    for (const auto& [column, before] : {std::pair{"familyName", ""}, std::pair{"givenName", "  "}}) {
        take(column);
        const std::string_view name = text(column);
        if (name.empty()) continue;
        const auto latin = transliterate(name);
        if (!latin) {
            add(column, latin.error().rule.c_str());
            continue;
        }
        whole += (whole.empty() ? "" : before) + *latin;
    }
    std::replace(whole.begin(), whole.end(), '<', ' ');
    require(!whole.empty() && whole.size() <= most, "familyName", "issue.name");
    return whole;
}

void RowWriter::add(const std::string& field, const char* rule) {
    const auto is_it = [&field](const Violation& one) { return one.field == field; };
    if (std::none_of(violations_.begin(), violations_.end(), is_it)) violations_.push_back({field, rule});
}

void RowWriter::require(bool holds, const std::string& field, const char* rule) {
    if (!holds) add(field, rule);
}

void RowWriter::require_past(const char* column) {
    const auto found = day(column);
    const auto birth = day("birthDate");
    require(!found || (*found <= today_ && (!birth || *birth <= *found)), column, "issue.date");
}

void RowWriter::require_order(const char* earlier, const char* later) {
    const auto first = day(earlier);
    const auto second = day(later);
    require(!first || !second || *first <= *second, later, "issue.date");
}

std::string_view RowWriter::text(const char* column) const { return trim(text_at(row_, column)); }

std::optional<Day> RowWriter::day(const char* column) const {
    const auto day = Day::parse(text(column).substr(0, 10));
    return day ? std::optional(*day) : std::nullopt;
}

Result<void> RowWriter::finish() {
    take("kind");
    for (const auto& [key, value] : row_.items()) {
        require(used_.find(key) != used_.end(), key, "issue.field");
        require(value.is_string() || value.is_number_integer() || value.is_null(), key, "issue.field");
    }
    if (violations_.empty()) return {};
    return refusal(violations_);
}

Json RowWriter::value_of(const Column& column) {
    const Json& raw = at(row_, column.name);
    const bool is_empty = raw.is_null() || (raw.is_string() && text(column.name).empty());
    if (is_empty) {
        if (column.need == Need::required) add(column.name, "issue.field");
        return nullptr;
    }
    if (column.kind == ColumnKind::number) {
        const auto number = number_of(raw);
        require(number && *number >= 1 && *number <= static_cast<std::int64_t>(column.most), column.name, "issue.field");
        return number ? Json(*number) : Json(nullptr);
    }
    const std::string value = to_nfc(text(column.name));
    const bool is_day = column.kind == ColumnKind::day || column.kind == ColumnKind::moment;
    require(has_form(value, column), column.name, is_day ? "issue.date" : "issue.field");
    return value;
}

void add_columns(std::span<const Column> some, std::vector<std::string_view>& names) {
    for (const Column& column : some) {
        if (std::find(names.begin(), names.end(), column.name) == names.end()) names.emplace_back(column.name);
    }
}

}  // namespace lachan::certificate
