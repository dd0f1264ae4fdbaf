#pragma once

#include <string>
#include <string_view>

#include "kernel/json.h"

namespace lachan::server {

/// Structured log: one JSON object a line on standard error. What may be in it is decided here: fields are named by the caller, so
/// that a body, a query string, an address or a name can only get in by being written out.
void start_log(const std::string& level);
void log_event(std::string_view level, std::string_view event, Json fields = Json::object());

/// One line for each request: method, template of the route (never the path), status, milliseconds, bytes, id.
void log_request(std::string_view method, std::string_view route, int status, std::int64_t micros, std::size_t bytes,
                 std::string_view id);

}  // namespace lachan::server
