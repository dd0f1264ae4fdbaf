#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"

namespace lachan::certificate {

/// The three things an EU certificate may certify.
enum class Event { vaccination, test, recovery };

/// The stable word for `event` on the wire.
const char* name_of(Event event);
/// The payload's key for `event`: v, t or r.
const char* key_of(Event event);

/// What the content of claim -260/1 holds, as far as it may be relied on.
struct DccContent {
    /// The schema version the certificate names, "" when it names none.
    std::string version;
    /// Every kind that has at least one entry. Exactly one is right; more are kept so that key usage can be asked of
    /// each.
    std::vector<Event> events;
    /// schema, event-count or version-unsupported; empty when the content is sound.
    std::vector<std::string> reasons;
    /// Which field broke the schema, for the log of a developer: names of fields, never values.
    std::vector<std::string> faults;
    /// Deviations that real certificates have and that are tolerated on reading.
    std::vector<std::string> warnings;
};

/// Reads the content against the fields that versions 1.0 to 1.3 of the EU schema have in common: required fields,
/// their types, exactly one event. Lenient where CERTIFICATES says so: empty or partial birth dates, null and empty
/// lists.
DccContent check_dcc(const Json& payload);

/// The person and the event under our own names. Whether they are proven is not known here.
Json holder_of(const Json& payload);
Json event_of(const Json& payload, Event event);

}  // namespace lachan::certificate
