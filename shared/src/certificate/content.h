#pragma once

#include "certificate/inspection.h"

namespace lachan::certificate {

/// The person and the events of an inspection of any family under our own names: the fields of dcc.h, and `name`,
/// `document`, `lot`, `centre` and their like where a family has them. Whether they are proven is not known here.
Json holder_in(const Inspection& inspection);
Json events_in(const Inspection& inspection);

/// Whether one of these events is a test that says the illness was found, in the words of whichever family wrote it: a true certificate of it
/// is no pass. The codes stand in docs/RULES.md beside `result-positive`.
bool says_positive(const Json& events);

}  // namespace lachan::certificate
