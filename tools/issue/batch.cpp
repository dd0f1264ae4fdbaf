#include "batch.h"

#include <map>
#include <optional>
#include <string>

#include "certificate/own_wire.h"
#include "certificate/strict.h"
#include "trust/revocation_source.h"

namespace lachan::trust {
namespace {

using certificate::is_identifier;
using certificate::state_of_identifier;

constexpr const char* kIdentifierRule = "issue.identifier";
constexpr const char* kReplacesRule = "issue.replaces";

Error refused(const char* column, const char* rule, const std::string& say) {
    return certificate::refusal({{column, rule, {{"say", say}}}});
}

std::string row_name(std::size_t row) { return "row " + std::to_string(row + 1); }

/// The row in which each text of `column` stands.
using Places = std::map<std::string_view, std::size_t>;

Result<Places> places_of(const std::vector<Json>& rows, const char* column, const char* rule) {
    Places places;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string_view text = text_at(rows[row], column);
        if (text.empty()) continue;
        const auto [place, is_new] = places.try_emplace(text, row);
        if (!is_new) return at_row(refused(column, rule, "the same as in " + row_name(place->second)), row);
    }
    return places;
}

/// What is corrected is named by a text: of any other value nobody knows what was meant, and passed over it would take nothing back.
Result<Places> places_of_replaced(const std::vector<Json>& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Json& value = at(rows[row], "replaces");
        if (!value.is_null() && !value.is_string()) return at_row(refused("replaces", kReplacesRule, "not a text"), row);
    }
    return places_of(rows, "replaces", kReplacesRule);
}

/// What is wrong with the certificate that `row` corrects; `places` are those of the identifiers of the batch.
std::optional<Error> fault_of_correction(const Json& row, std::string_view country, const Places& places) {
    const std::string_view replaced = text_at(row, "replaces");
    if (replaced.empty()) return std::nullopt;
    if (!is_identifier(replaced)) return refused("replaces", kReplacesRule, "not an identifier of a certificate");
    if (state_of_identifier(replaced) != country) {
        return refused("replaces", kReplacesRule, "of another state than " + std::string(country) + ", which cannot take it back");
    }
    if (replaced == text_at(row, "identifier")) return refused("replaces", kReplacesRule, "the row's own identifier");
    if (const auto place = places.find(replaced); place != places.end()) {
        return refused("replaces", kReplacesRule, "made in this batch, in " + row_name(place->second));
    }
    return std::nullopt;
}

}  // namespace

Error at_row(const Error& error, std::size_t row) { return Error{error.code, error.rule, row_name(row) + ": " + error.detail}; }

Result<void> check_identifiers_differ(const std::vector<Json>& rows) {
    TRY(places_of(rows, "identifier", kIdentifierRule));
    return {};
}

bool is_own_identifier(std::string_view text) { return text.size() == 2 * certificate::kOwnIdBytes && from_hex(text).has_value(); }

Result<void> check_own_corrections(const std::vector<Json>& rows) {
    TRY(places_of_replaced(rows));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string_view replaced = text_at(rows[row], "replaces");
        if (replaced.empty() || is_own_identifier(replaced)) continue;
        return at_row(refused("replaces", kReplacesRule, "not an identifier of a code of ours"), row);
    }
    return {};
}

Result<void> check_columns_of(const std::vector<Json>& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Violations columns = certificate::check_columns(rows[row]);
        if (!columns.empty()) return at_row(certificate::refusal(columns), row);
    }
    return {};
}

Result<void> check_batch(const std::vector<Json>& rows, std::string_view country, const std::filesystem::path& revoked) {
    const Places identifiers = TRY(places_of(rows, "identifier", kIdentifierRule));
    TRY(places_of_replaced(rows));
    const RevokedIdentifiers taken_back = TRY(RevokedIdentifiers::read(revoked));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string_view identifier = text_at(rows[row], "identifier");
        if (is_identifier(identifier) && state_of_identifier(identifier) != country) {
            return at_row(refused("identifier", kIdentifierRule, "of another state than " + std::string(country)), row);
        }
        if (taken_back.has(country, identifier)) {
            return at_row(refused("identifier", kIdentifierRule, "of a certificate that was taken back"), row);
        }
        if (const auto fault = fault_of_correction(rows[row], country, identifiers)) return at_row(*fault, row);
    }
    return {};
}

}  // namespace lachan::trust
