#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/strict.h"
#include "kernel/crypto.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// Doses as their vaccination site signs them (docs/adr/0094), before anything is certified: a row of the form in which the certificate
/// will be made, with the lot and the site, as the payload of a JWS in compact form (RFC 7515), ES256.
namespace lachan::certificate {

/// The certificates that may be made of a dose. Each has columns and code lists of its own.
enum class DoseForm { certificate, ddcc, seal, card };

/// The stable word for `form` in a record: that of the command that makes it.
const char* name_of(DoseForm form);
std::optional<DoseForm> dose_form_named(std::string_view name);

/// Whether a certificate of this form can take the place of an older one (column `replaces`).
bool can_replace(DoseForm form);

/// What `typ` says of such a record, so that no other JWS of the same key is one.
constexpr std::string_view kDoseType = "lachan-dose";
/// No record is longer.
constexpr std::size_t kLongestDoseRecord = 8 * 1024;

/// The site that signs or has signed.
struct DoseSite {
    std::string code;
    /// Two letters.
    std::string country;
};

/// The columns of a dose: those of the form but the number, which the centre gives, and `site`, `lot` and `record`, the site's own number of
/// the injection, where it has one.
std::vector<std::string_view> dose_columns(DoseForm form);

/// `row` as it is signed: texts in normal form without blanks around them, numbers as numbers, nothing that is empty, the kind filled in.
Json normal_dose(const Json& row, DoseForm form);

/// Whether `dose` may be signed by `site` on `signed_on`, or was rightly: everything that is asked of a row of its form, the lot, the
/// nationality where the form prints it, the site and country of the key, no day after that of signing. Errc::rejected, its detail
/// naming columns and rules. Rules: those of the form, issue.dose, issue.site.
Result<void> check_dose(const Json& dose, DoseForm form, const DoseSite& site, Day signed_on, Instant now, NewCodes codes = NewCodes::refused);

/// The row that a certificate is made of: the dose without what only the record has.
Json row_of_dose(const Json& dose);

/// What two records of one dose have in common, as a hash in hex: site and number where the site numbers its injections, else all that
/// is said of the dose. When it was signed and which certificate is corrected are no part of it.
std::string dose_hash(const Json& dose);

/// What is to be signed. `kid`: SHA-256 of the site's certificate.
std::string dose_signing_input(const Json& dose, DoseForm form, Day signed_on, const Sha256& kid);

/// A record taken apart, nothing believed yet.
struct DoseRecord {
    Bytes kid;
    DoseForm form = DoseForm::certificate;
    Json dose;
    Day signed_on;
    std::string signed_text;
    /// r and s of ES256.
    Bytes signature;
};

/// Reads one record. It has one form only, which `dose_signing_input` writes: what differs in one character is none. Errc::malformed with
/// rule issue.record.
Result<DoseRecord> read_dose_record(std::string_view text);

}  // namespace lachan::certificate
