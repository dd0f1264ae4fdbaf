#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"

namespace lachan::trust {

/// No row of an EU certificate has a column that its kind has no use for. Errc::rejected with rule issue.field; row and column are named.
Result<void> check_columns_of(const std::vector<Json>& rows);

/// What the rows of one batch of certificates say together: identifiers of `country`, each once and none that `revoked` (a source of
/// revocations) took back, and corrections of certificates of `country`, each corrected once and by another one. Errc::rejected with
/// rule issue.identifier or issue.replaces; row and column are named.
Result<void> check_batch(const std::vector<Json>& rows, std::string_view country, const std::filesystem::path& revoked);

/// The same identifier in no two rows, for batches of which nothing else hangs together. Rule issue.identifier.
Result<void> check_identifiers_differ(const std::vector<Json>& rows);

/// Whether `text` is the identifier of a card, a release or a result of ours: 32 hexadecimal digits.
bool is_own_identifier(std::string_view text);

/// Corrections of our own codes: each of another code, by its identifier. Rule issue.replaces.
Result<void> check_own_corrections(const std::vector<Json>& rows);

/// `error` with the number of its row before it.
Error at_row(const Error& error, std::size_t row);

}  // namespace lachan::trust
