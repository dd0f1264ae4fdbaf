#pragma once

#include <span>
#include <string>
#include <vector>

#include "kernel/json.h"

namespace lachan::certificate {

/// One deviation of a certificate's content from the schema of the version that it names.
struct SchemaFault {
    /// As "v.0.dn"; "" for the whole.
    std::string path;
    /// version, required, type, pattern, length, range, count, event-count; and three that the schema of that version
    /// does not assert: format (no such day, no zone), empty (a code without characters), entry-count (a second entry
    /// before 1.3.0).
    const char* rule;

    bool operator==(const SchemaFault& other) const {
        return path == other.path && rule == std::string_view(other.rule);
    }
};

/// Everything that deviates from the EU schema of the payload's own `ver`, 1.0.0 to 1.3.3, and from "exactly one
/// event", which holds in every version. A later 1.x is held against 1.3.3. Reading tolerates what this finds
/// (`check_dcc`), issuing does not.
std::vector<SchemaFault> strict_schema_faults(const Json& payload);

/// Whether a validator that does not assert formats would refuse the content: any fault but format, empty and
/// entry-count.
bool breaks_schema(std::span<const SchemaFault> faults);

}  // namespace lachan::certificate
