#pragma once

#include <string_view>

#include "kernel/json.h"

namespace lachan::certificate {

/// JSON of others, who may use numbers with fractions where we do not look (FHIR does): such a number is kept as the
/// text it is written in, everything else is held to our own rules. Errors of `parse_json`.
Result<Json> parse_loosely(std::string_view text, JsonLimits limits);

}  // namespace lachan::certificate
