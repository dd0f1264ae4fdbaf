#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/issue_dose.h"
#include "command/arguments.h"
#include "dose_ledger.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "made.h"
#include "sites.h"

/// Of what the certificates of one run are made: doses that their sites signed, or rows.
namespace lachan::trust {

struct DoseBatch {
    std::vector<Json> rows;
    /// What the ledger will say of each row; null where it is no dose, or where there is no ledger.
    std::vector<Json> entries;
    /// Held from before the doses are looked up in it until their certificates are out.
    std::optional<DoseLedger> ledger;

    DoseLedger* book() { return ledger ? &*ledger : nullptr; }
    /// Puts into what was made of a row which site signed it, and into its entry which certificate it is.
    void tell(std::size_t row, Made& made, Instant now) const;
};

/// The doses of `text`, one record a line, or {"record", "replaces"} where the centre itself says which certificate is corrected,
/// {"record", "again"} where a form that cannot replace is made once more, or a dose whose certificate was corrected to another dose. The signature holds, its key is that of a site of the
/// authority, not withdrawn and in force on the day of signing, which is not to come; site, dose and days agree
/// (certificate::check_dose); no dose twice, and none that a certificate was made of, unless it takes that one's place. Errors name the
/// line. Rules: issue.record, issue.signature, issue.site, issue.dose, issue.replaces, and those of the form.
Result<DoseBatch> signed_batch(const std::string& text, certificate::DoseForm form, const Sites& sites, DoseLedger ledger, Instant now,
                               certificate::NewCodes codes);

/// What a command was given: with --signed records, else rows of `columns`. Once the authority has sites or the ledger a dose that one
/// signed, or with --only-signed, a row that is a dose is refused (rule issue.unsigned), unless --unsigned gives a reason, which the ledger
/// keeps. A row that replaces what was replaced already is refused (rule issue.replaces).
Result<DoseBatch> batch_of(const command::Arguments& arguments, const std::string& folder, certificate::DoseForm form,
                           const std::vector<std::string_view>& columns, Instant now);

}  // namespace lachan::trust
