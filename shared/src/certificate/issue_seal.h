#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// ICAO's seals for health, written strictly (CERTIFICATES section 4): VDS-NC, vaccination and test.
namespace lachan::certificate {

/// What a seal certifies, for a flat row under our own names. Both kinds: kind (vaccination, test), familyName, givenName, birthDate,
/// sex, document, otherDocument, identifier, country, centre; a vaccination: vaccine, product, disease, date, dose, lot, nextDate; a
/// test: testType, result, method, sampledAt, resultAt, phone, email, address. `state` is the issuer's three letters. Names are
/// transliterated, numbers may be given as text. Errc::rejected with the first rule; the detail names each field and its rule
/// (issue.field, issue.name, issue.date, issue.event).
Result<Json> seal_data(const Json& row, std::string_view state, Instant now);

/// Every column that a row of some kind may have.
std::vector<std::string_view> seal_columns();

/// The text of the code: `data` with its signature (raw r and s, ES256) and the signer's certificate, in canonical form.
std::string seal_text(const Json& data, std::span<const std::uint8_t> certificate, std::span<const std::uint8_t> signature);

}  // namespace lachan::certificate
