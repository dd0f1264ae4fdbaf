#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "kernel/result.h"

namespace lachan {

using Json = nlohmann::json;

struct JsonLimits {
    std::size_t bytes = 256 * 1024;
    int depth = 16;
    /// Numbers that are no integers come as they are written, not as an error: for texts that are only looked at, never for what is signed.
    bool fractions = false;
};

/// Reads JSON from outside: well-formed UTF-8, no duplicate keys, no number that is not an integer of 64 bits unless the limits allow it, within the limits.
/// Errc::malformed, with rule json.syntax | json.utf8 | json.duplicate_key | json.number | json.depth | json.size; the detail tells the place.
Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

/// The one form that is hashed and signed: keys sorted by bytes, no spaces, UTF-8 unescaped. Strings must be NFC already.
std::string canonical(const Json& value);

/// The text at `key`, or "" when it is absent or of another type.
std::string_view text_at(const Json& object, const char* key);
/// The integer at `key`, or `other`.
std::int64_t int_at(const Json& object, const char* key, std::int64_t other = 0);
/// The value at `key`, or null.
const Json& at(const Json& object, const char* key);

}  // namespace lachan
