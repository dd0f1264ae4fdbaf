#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "certificate/bundle.h"

namespace lachan::certificate {

/// Who laid down the format. A family that is recognised but not read yet says so; it is never called "not a
/// certificate".
/// `lachan` is what our own servers sign: credentials (LC1:) and the codes of places.
enum class Family { unknown, hcert, smart_health_card, icao_vds, divoc, who_ddcc, nl_domestic, lachan };

/// The stable word for `family` on the wire.
const char* name_of(Family family);

/// The key space that certificates of `family` are verified in; nullopt where none is read.
std::optional<Scheme> scheme_of(Family family);

/// What the first characters of a code tell.
struct Detection {
    Family family = Family::unknown;
    /// The text behind the prefix, percent-encoding undone; a health card and a place whole, and an archive as its bytes.
    std::string body;
    /// "" when the body may be read, else prefix-missing, prefix-context or prefix-version.
    std::string reason;
    bool was_percent_encoded = false;
};

/// Tells the family by prefix, then by first bytes, never by trial parsing. White space around the text is no part of
/// it. `contexts` are the HCERT contexts that are read: HC1, and domestic ones where a policy names them.
Detection detect(std::string_view text, std::span<const std::string> contexts);

}  // namespace lachan::certificate
