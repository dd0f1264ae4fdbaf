#pragma once

#include <optional>
#include <string_view>

#include "certificate/inspection.h"

namespace lachan::certificate {

/// The person and the events of an inspection of any family under our own names: the fields of dcc.h, and `name`,
/// `document`, `lot`, `centre` and their like where a family has them. Whether they are proven is not known here.
Json holder_in(const Inspection& inspection);
Json events_in(const Inspection& inspection);

/// What a test found; the worse is the greater. Only one that found nothing is a pass: of whatever is no known negative nothing is known.
enum class Finding { none, inconclusive, positive };

/// What a code or word of a family says of a test; nullopt where it is not known. The list stands in docs/RULES.md beside `result-positive`.
std::optional<Finding> known_finding(std::string_view result);

/// The worst that the tests among `events` say.
Finding finding_in(const Json& events);

/// The stable word for `finding` on the wire.
const char* name_of(Finding finding);

}  // namespace lachan::certificate
