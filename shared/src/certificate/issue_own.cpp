#include "certificate/issue_own.h"

#include <algorithm>
#include <charconv>

#include "certificate/base45.h"
#include "certificate/certlogic.h"
#include "certificate/cose.h"
#include "certificate/own_content.h"
#include "certificate/own_place.h"
#include "certificate/strict.h"
#include "kernel/field.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

constexpr OwnType kAllTypes[]{OwnType::card, OwnType::release, OwnType::result};
constexpr std::size_t kHiddenCharacters = 6;
constexpr std::size_t kCitizenNumberDigits = 12;
constexpr std::size_t kShownDigits = 3;
constexpr std::size_t kFewestLetters = 2;

std::string_view view_of(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// The text of a cell; numbers of a JSON row as their digits.
std::string cell(const Json& row, const char* column) {
    const Json& value = at(row, column);
    if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
    return value.is_string() ? to_nfc(trim(value.get_ref<const std::string&>())) : "";
}

/// Of a number of twelve digits only the last three are kept: those before them are province, century, sex and year of birth, and beside a
/// name and a birth three more would leave some sixty people. Of any other document the first six characters give way to stars; what has
/// none behind them is left, and refused as no document.
std::string hidden(std::string document) {
    // Of the masked national QR six are stars already.
    const auto is_digit_or_star = [](char c) { return (c >= '0' && c <= '9') || c == '*'; };
    const bool is_citizen_number = document.size() == kCitizenNumberDigits && std::all_of(document.begin(), document.end(), is_digit_or_star);
    const std::size_t count = is_citizen_number ? document.size() - kShownDigits : kHiddenCharacters;
    if (document.size() > count) document.replace(0, count, count, '*');
    return document;
}

Json word_for(const std::string& text, const OwnField& field) {
    if (field.form == OwnForm::document) return hidden(text);
    if (field.form == OwnForm::moment && is_date_time(text)) {
        const auto instant = certlogic::instant_of(text);
        return instant ? own_moment(instant->ms / 1000) : text;
    }
    if (field.form != OwnForm::number) return text;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? Json(number) : Json(text);
}

const char* rule_of(std::string_view field) {
    if (field == "name") return "issue.name";
    for (const OwnType type : kAllTypes) {
        for (const OwnField& known : own_fields(type)) {
            const bool is_date = known.form == OwnForm::birth || known.form == OwnForm::day || known.form == OwnForm::moment;
            if (field == known.name && is_date) return "issue.date";
        }
    }
    return "issue.field";
}

void add(Violations& violations, std::string field, const char* rule) {
    const auto is_it = [&field](const Violation& one) { return one.field == field; };
    if (std::none_of(violations.begin(), violations.end(), is_it)) violations.push_back({std::move(field), rule});
}

/// Columns that codes of this kind have no use for, and values that are neither text nor a whole number.
void check_row(const Json& row, OwnType type, Violations& violations) {
    const auto fields = own_fields(type);
    for (const auto& cell : row.items()) {
        const std::string& column = cell.key();
        if (column == "kind" || column == "replaces") continue;
        const bool is_known = std::any_of(fields.begin(), fields.end(), [&column](const OwnField& field) { return column == field.name; });
        const bool is_value = cell.value().is_string() || cell.value().is_number_integer() || cell.value().is_null();
        if (!is_known || !is_value) add(violations, column, "issue.field");
    }
}

/// A day of `words`; of a birth that is partly unknown the first that it may be.
std::string day_in(const Json& words, const char* field) {
    std::string day(text_at(words, field).substr(0, 10));
    constexpr std::string_view kFirst = "0000-01-01";
    return day.empty() ? day : day.append(kFirst.substr(std::min(day.size(), kFirst.size())));
}

/// Nothing that is certified lies in the future or before the birth. Days sort as their texts do.
void check_days(const Json& words, Instant now, Violations& violations) {
    const std::string today = to_string(day_in_vietnam(now));
    const std::string birth = day_in(words, "birthDate");
    for (const char* field : {"birthDate", "from", "until", "sampledAt", "resultAt"}) {
        const std::string day = day_in(words, field);
        if (!day.empty() && (today < day || day < birth)) add(violations, field, "issue.date");
    }
    const std::string this_moment = own_moment(now.ms / 1000);
    for (const char* field : {"sampledAt", "resultAt"}) {
        if (this_moment < text_at(words, field)) add(violations, field, "issue.date");
    }
}

/// The field that takes the most bytes.
std::string longest_field(const Json& words) {
    std::string longest;
    std::size_t most = 0;
    for (const auto& [name, value] : words.items()) {
        if (!value.is_string() || value.get_ref<const std::string&>().size() <= most) continue;
        most = value.get_ref<const std::string&>().size();
        longest = name;
    }
    return longest;
}

}  // namespace

Result<Json> own_words(const Json& row, Instant now) {
    const auto type = own_type_named(text_at(row, "kind"));
    if (!type) return Error{Errc::rejected, "issue.event", "kind (issue.event)"};
    Violations violations;
    check_row(row, *type, violations);
    Json words{{"type", name_of(*type)}};
    for (const OwnField& field : own_fields(*type)) {
        const std::string text = cell(row, field.name);
        if (!text.empty()) words[field.name] = word_for(text, field);
    }
    for (const std::string& fault : own_faults(words)) add(violations, fault, rule_of(fault));
    const std::string_view name = text_at(words, "name");
    for (const auto& [field, value] : words.items()) {
        if (value.is_string() && has_control(value.get_ref<const std::string&>())) add(violations, field, rule_of(field));
    }
    if (!is_name(name) || code_points(name) < kFewestLetters) add(violations, "name", "issue.name");
    check_days(words, now, violations);
    if (!violations.empty()) return refusal(violations);
    return words;
}

std::vector<std::string_view> own_columns() {
    std::vector<std::string_view> columns{"kind", "replaces"};
    for (const OwnType type : kAllTypes) {
        for (const OwnField& field : own_fields(type)) {
            if (std::find(columns.begin(), columns.end(), field.name) == columns.end()) columns.emplace_back(field.name);
        }
    }
    return columns;
}

std::int64_t own_days(std::string_view kind) { return kind == "result" ? 3 : 365; }

Result<Instant> own_end(const Json& words, std::int64_t days, Instant now) {
    const Instant from = certlogic::instant_of(text_at(words, "sampledAt")).value_or(now);
    const Instant end{from.ms + days * kMillisecondsPerDay};
    if (now < end) return end;
    return Error{Errc::rejected, "issue.time", "sampledAt (issue.time): " + std::to_string(days) + " days after the sample are over already"};
}

OwnUnsigned prepare_own(const Json& words, OwnClaims claims, Algorithm algorithm, std::span<const std::uint8_t> kid) {
    claims.content = own_content_bytes(words);
    OwnUnsigned prepared{own_header(algorithm, kid), own_claims(claims), {}};
    prepared.signed_bytes = signed_bytes(view_of(prepared.header), view_of(prepared.claims));
    return prepared;
}

Result<std::string> seal_own(const OwnUnsigned& prepared, std::span<const std::uint8_t> signature, const Json& words) {
    std::string text(kOwnPrefix);
    text += to_base45(own_message(prepared.header, prepared.claims, signature));
    if (text.size() <= kOwnTextLimit) return text;
    const std::string field = longest_field(words);
    const std::string sizes = std::to_string(text.size()) + " characters, " + std::to_string(kOwnTextLimit) + " are the most";
    return Error{Errc::rejected, "issue.size", field + " (issue.size): the longest field of a code of " + sizes};
}

Result<std::string> place_id_of(const Json& row, std::span<const std::uint8_t> random) {
    Violations violations;
    for (const auto& [column, value] : row.items()) {
        if ((column != "site" && column != "unit") || !value.is_string()) add(violations, column, "issue.field");
    }
    const std::string_view site = text_at(row, "site");
    const std::string_view unit = text_at(row, "unit");
    // One of the two is tried beside a value of the other that is right.
    if (place_id(site, "01", random).empty()) add(violations, "site", "issue.field");
    if (place_id(place_sites()[0], unit, random).empty()) add(violations, "unit", "issue.field");
    if (!violations.empty()) return refusal(violations);
    return place_id(site, unit, random);
}

}  // namespace lachan::certificate
