#pragma once

#include <string_view>

#include "receipt_key.h"
#include "systems.h"

namespace lachan::server {

/// A record that the server, or a tool of its operator, makes and signs as a device of its own; it goes through the same write
/// path as everybody's. Errc::not_found when the kind is unknown, or the unit on that day.
Result<Incoming> own_record(const FileKey& key, const Units& units, std::string_view system, std::string_view author, Draft draft,
                            Instant made_at);

}  // namespace lachan::server
