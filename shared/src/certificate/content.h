#pragma once

#include "certificate/inspection.h"

namespace lachan::certificate {

/// The person and the events of an inspection of any family under our own names: the fields of dcc.h, and `name`,
/// `document`, `lot`, `centre` and their like where a family has them. Whether they are proven is not known here.
Json holder_in(const Inspection& inspection);
Json events_in(const Inspection& inspection);

/// What a test says, in the codes and words of every family; the worse is the greater. Only the one that found nothing is a pass, and a
/// code that is not known is taken as such: it lies outside of every value set that a card may use. The codes stand in docs/RULES.md beside
/// `result-positive`.
enum class Finding { none, inconclusive, positive };
Finding finding_of(std::string_view result);

/// The worst that the tests among `events` say.
Finding finding_in(const Json& events);

/// The stable word for `finding` on the wire.
const char* name_of(Finding finding);

}  // namespace lachan::certificate
