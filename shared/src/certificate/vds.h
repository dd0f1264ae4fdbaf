#pragma once

#include <string_view>

#include "kernel/crypto.h"
#include "kernel/json.h"

namespace lachan::certificate {

/// The bytes that a VDS-NC signature covers: `data` in canonical form (RFC 8785). Empty when it has a key that is not
/// ASCII: those are ordered otherwise there, and no code has one.
Bytes vds_signed_bytes(const Json& data);

/// Person and events of `data` under our own names.
Json vds_holder_of(const Json& data);
Json vds_events_of(const Json& data);

/// The alpha-2 code of a state in a travel document's three letters (ISO 3166-1 and the additions of ICAO 9303); "" for
/// one that is not listed.
std::string_view alpha2_of(std::string_view state);
/// The three letters for an alpha-2 code, "" for one that is not listed.
std::string_view alpha3_of(std::string_view country);

}  // namespace lachan::certificate
