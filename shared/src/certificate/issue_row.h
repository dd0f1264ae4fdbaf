#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/field.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// A flat row under our own names becomes the parts of a certificate, by columns that are described once.
namespace lachan::certificate {

/// `word`: letters, digits, `.`, `-` and `/`. `state`: three letters of ICAO 9303. `vaccine`, `disease` and `pathogen`: codes
/// of ICD-11.
enum class ColumnKind { text, word, state, day, moment, number, vaccine, disease, pathogen };
enum class Need { required, optional };

/// A column of a row and its key in the certificate. `most`: characters for texts, the greatest for numbers.
struct Column {
    const char* name;
    const char* key;
    ColumnKind kind;
    std::size_t most;
    Need need = Need::required;
};

template <std::size_t Count>
bool is_one_of(std::string_view text, const std::array<std::string_view, Count>& list) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

/// Fills the parts of a certificate from one row, and keeps what is wrong with it. Rules: issue.field, issue.name, issue.date.
class RowWriter {
public:
    /// `today`: the day in Viet Nam. The row must outlive the writer.
    RowWriter(const Json& row, Day today) : row_(row), today_(today) {}

    /// The values of `columns` under their keys; what is not filled is not there.
    Json part(std::span<const Column> columns);

    /// As in a passport: surname, two spaces, given names, without marks; at most `most` characters.
    std::string passport_name(std::size_t most);

    /// The first rule that a field breaks stands for it.
    void add(const std::string& field, const char* rule);
    void require(bool holds, const std::string& field, const char* rule);
    /// Marks a column as one that the certificate has a use for.
    void take(const char* column) { used_.insert(column); }
    /// The day of `later` is not before that of `earlier`, where both are there.
    void require_order(const char* earlier, const char* later);
    /// Neither to come nor before the person was born (`birthDate`).
    void require_past(const char* column);

    /// The text of a column, without the blanks around it.
    std::string_view text(const char* column) const;
    /// The day of a column, of a moment too.
    std::optional<Day> day(const char* column) const;

    /// Errc::rejected with the first rule, its detail naming each field and rule, when anything was wrong, when a column but `kind` was
    /// filled that nothing asked for, or when a value is neither text nor a whole number.
    Result<void> finish();

private:
    Json value_of(const Column& column);

    const Json& row_;
    Day today_;
    std::set<std::string> used_;
    Violations violations_;
};

/// Adds the names of `some` that are not there yet.
void add_columns(std::span<const Column> some, std::vector<std::string_view>& names);

}  // namespace lachan::certificate
