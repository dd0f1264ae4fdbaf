#pragma once

#include <string>
#include <string_view>

namespace lachan::certificate {

/// Who laid down the format. A family that is recognised but not read yet says so; it is never called "not a
/// certificate".
enum class Family { unknown, hcert, smart_health_card, icao_vds, divoc, who_ddcc, nl_domestic };

/// The stable word for `family` on the wire.
const char* name_of(Family family);

/// What the first characters of a code tell.
struct Detection {
    Family family = Family::unknown;
    /// The text behind the prefix, percent-encoding undone.
    std::string body;
    /// "" when the body may be read, else prefix-missing, prefix-context or prefix-version.
    std::string reason;
    bool was_percent_encoded = false;
};

/// Tells the family by prefix, then by first bytes, never by trial parsing. White space around the text is no part of
/// it.
Detection detect(std::string_view text);

}  // namespace lachan::certificate
