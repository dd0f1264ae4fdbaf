#pragma once

#include "kernel/json.h"

namespace lachan::certificate {

/// Person and events of a DIVOC credential under our own names.
Json divoc_holder_of(const Json& content);
Json divoc_events_of(const Json& content);

}  // namespace lachan::certificate
