#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "certificate/bundle.h"
#include "kernel/json.h"
#include "kernel/result.h"

/// SMART Health Cards, written strictly (CERTIFICATES section 3): minimal FHIR, immunisations only, raw DEFLATE, ES256.
namespace lachan::certificate {

/// The public key of a P-256 SubjectPublicKeyInfo as a JSON Web Key with `kid`, `use` and `alg`. Errc::malformed for another key.
Result<Json> card_key(std::span<const std::uint8_t> spki);

/// The thumbprint of RFC 7638 in base64url, which is the kid.
std::string key_thumbprint(const Json& key);

/// The payload for a row: familyName, givenName, birthDate, date, cvx (a number of the CVX list, by its form), lot. `issuer` is an https
/// address without a slash at its end. Errc::rejected with rule issue.field or issue.date; the detail names every column that is wrong.
Result<Json> card_payload(const Json& row, std::string_view issuer, std::int64_t not_before_s);

/// The columns that a row may have.
std::vector<std::string_view> card_columns();

/// Raw DEFLATE (RFC 1951), as the payload of a card travels.
Bytes raw_deflated(std::string_view text);

/// What is to be signed: header and compressed payload in base64url, a dot between.
std::string card_signing_input(const Json& payload, std::string_view kid);

/// The JWS of a signed card as the texts of its codes: shc:/ and digit pairs; more than one only when it is longer than 1195 characters.
std::vector<std::string> card_codes(const std::string& signing_input, std::span<const std::uint8_t> signature);

}  // namespace lachan::certificate
