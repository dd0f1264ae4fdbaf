#pragma once

#include <string_view>
#include <vector>

#include "certificate/dcc.h"
#include "certificate/issue.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// The WHO's certificates (DDCC), written strictly: the core data sets of vaccination status and test result in an HCERT. The names of
/// the fields are those of the logical models DDCCCoreDataSet.VS and .TR of smart.who.int/ddcc 1.0.0; that they stand under the
/// sub-claims 3 and 4 of claim -260 is the WHO's proposal, not a rule in force (CERTIFICATES section 6).
namespace lachan::certificate {

/// The sub-claim for an event. Recovery has none.
std::int64_t ddcc_sub_claim_of(Event event);

/// The content for a flat row under our own names. Both kinds: kind (vaccination, test), familyName, givenName, birthDate, document,
/// country (three letters), issuer, identifier (of the certificate); a vaccination: vaccine and disease (ICD-11), product, manufacturer or
/// authorisationHolder, lot, date, validFrom, dose, doses, centre, worker, nextDate, sex (male, female, other, unknown); a test: disease
/// (ICD-11 extension code of the pathogen), testType (LOINC), testName, manufacturer, origin, sampledAt, result (SNOMED CT), centre.
/// `until`: the end of its validity. Errc::rejected with the first rule; the detail names each field and its rule (issue.field, issue.name,
/// issue.date, issue.event).
Result<Json> ddcc_content(const Json& row, Instant now, Instant until);

/// Every column that a row of some kind may have.
std::vector<std::string_view> ddcc_columns();

}  // namespace lachan::certificate
