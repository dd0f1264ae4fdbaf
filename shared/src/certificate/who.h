#pragma once

#include <string_view>

#include "certificate/cose.h"
#include "certificate/inspection.h"

namespace lachan::certificate {

/// The content of a message without the EU's claim: one of the WHO's sub-claims of -260 (3 vaccination, 4 test, 5
/// health link, -6 vaccination by the minimal list), or else nothing that is a health certificate. The field lists are
/// those of published samples, not of a standard in force (CERTIFICATES section 6): only what they all share is
/// required, of one form, with one dose or one test where that form has it; each reading carries the warning who-unconfirmed.
void read_who_content(const Claims& claims, Inspection& inspection);

/// Person and events of such a content under our own names.
Json who_holder_of(const Json& content);
Json who_events_of(const Json& content);
/// The number of the certificate, "" when it has none.
std::string_view who_number_of(const Json& content);

}  // namespace lachan::certificate
