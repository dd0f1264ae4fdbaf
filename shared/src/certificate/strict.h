#pragma once

#include <span>
#include <string>
#include <string_view>

#include "certificate/bundle.h"
#include "certificate/dcc.h"
#include "certificate/issue.h"
#include "kernel/field.h"

/// What is asked of a certificate before it is signed: none of what is tolerated on reading (CERTIFICATES 2 and 9).
namespace lachan::certificate {

/// The version of the EU schema that is written.
constexpr std::string_view kWrittenVersion = "1.3.0";

/// What becomes of a code that is not in the list it should be in: it may be a slip, or newer than the list.
enum class NewCodes { refused, taken };

/// Everything that keeps `draft` from being signed by `signer` at `now`: content against the schema, one event, complete dates, names
/// and their transliteration, `iat <= now < exp`, both within the signer's dates, at most 12 months of validity where the issuer
/// is VN (Decision 5772/QĐ-BYT), the event within the signer's key usage, an identifier of the issuing state. Fields are named as in the
/// payload ("v.0.dt"); `column_of` has the column for them. Codes are compared with certificate/code_lists.h; makers of tests, whose
/// list is long and moves, by their form. A code that was taken though no list here has it is a violation with `warning`.
/// Rules: issue.field, issue.code, issue.event, issue.name, issue.date, issue.recovery, issue.time, issue.key, issue.identifier.
Violations check_strictly(const Draft& draft, const Signer& signer, Instant now, NewCodes codes = NewCodes::refused);

/// The part of it that asks nothing of the content: dates, key, and whether the key is for such an event.
Violations check_message(const Draft& draft, const Signer& signer, Event event, Instant now);

/// A certificate number: URN:UVCI:01:<country>:<32 hexadecimal digits>, with `#` and a check character when asked. It says nothing of
/// the person: `random` are 16 random bytes.
enum class Checksum { none, appended };
std::string uvci(std::string_view country, std::span<const std::uint8_t> random, Checksum checksum = Checksum::none);

/// The check character of `text` (Luhn modulo 38, eHealth Network, certificate interoperability guidelines, annex 2); 0 for a
/// character that is not among A to Z, 0 to 9, `/` and `:`.
char uvci_check(std::string_view text);

/// URN:UVCI:01:<country>:<capitals, digits and />, with a right check character when there is one.
bool is_identifier(std::string_view text);

/// The two letters of an identifier's state.
std::string_view state_of_identifier(std::string_view identifier);

/// Whether `text` is RFC 3339 with seconds and a zone: 2021-08-20T10:03:12Z or +07:00.
bool is_date_time(std::string_view text);

/// The payload for one person and event, from a flat row under our own names: familyName, givenName, birthDate, kind (vaccination, test,
/// recovery) and the fields of that event as a verdict names them (disease, vaccine, product, manufacturer, dose, doses, date,
/// country, issuer, identifier; testType, testName, sampledAt, result, centre; firstPositiveOn, validFrom, validUntil).
/// Names are transliterated. Numbers may be given as text. Errc::rejected with the rule and field for what cannot be read.
Result<Json> payload_of(const Json& row);

/// What `row` holds that a certificate of its kind has no use for, and values that are no text: a column that is misspelled would
/// else be a field that is silently not there. nationality, lot (of a vaccination) and replaces are known. A row of no known kind is
/// left to `payload_of`. Rule: issue.field.
Violations check_columns(const Json& row);

/// Every column that a row of some kind may have.
std::vector<std::string_view> certificate_columns();

/// The column that a field of a payload is made from ("v.0.dt": date); the field itself where it comes from no column.
std::string column_of(std::string_view field);

/// Whether one of them is more than a warning.
bool are_broken(const Violations& violations);

/// All of `violations` but the warnings as one error with the rule of the first: "birthDate (issue.date), date (issue.date): ...". Fields become columns.
Error refusal(const Violations& violations);

}  // namespace lachan::certificate
