#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/bundle.h"
#include "certificate/own_wire.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// Our own codes, written: cards, releases and results from rows, and places (docs/CERTIFICATES-OWN.md).
namespace lachan::certificate {

/// What the code of a row says, in words, for a row with kind (card, release, result) and the fields of that kind under their names. A
/// document's number is hidden as the national personal QR hides it, a citizen's number but for three digits; moments are written at UTC+7,
/// numbers may be given as text.
/// Errc::rejected with the first rule; the detail names each column and its rule (issue.event, issue.field, issue.name, issue.date).
Result<Json> own_words(const Json& row, Instant now);

/// Every column that a row of some kind may have.
std::vector<std::string_view> own_columns();

/// How many days a code of this kind is good for when nobody says otherwise: a result three, as long as a test lets anybody pass.
std::int64_t own_days(std::string_view kind);

/// When a code ends that is good for `days`: they count from now, of a result from its sample, so that no test lets anybody pass for longer
/// because its paper was made late or anew. Errc::rejected with rule issue.time when that is over already. `words` have no faults.
Result<Instant> own_end(const Json& words, std::int64_t days, Instant now);

/// A code as it will be signed.
struct OwnUnsigned {
    Bytes header;
    Bytes claims;
    Bytes signed_bytes;
};

/// `claims.content` is made here, of words without faults.
OwnUnsigned prepare_own(const Json& words, OwnClaims claims, Algorithm algorithm, std::span<const std::uint8_t> kid);

/// The text of the code. Errc::rejected with rule issue.size when it is longer than kOwnTextLimit; the detail names the longest field.
Result<std::string> seal_own(const OwnUnsigned& prepared, std::span<const std::uint8_t> signature, const Json& words);

/// The identifier of a place for a row with site and unit. Errc::rejected with rule issue.field; the detail names the column.
Result<std::string> place_id_of(const Json& row, std::span<const std::uint8_t> random);

}  // namespace lachan::certificate
