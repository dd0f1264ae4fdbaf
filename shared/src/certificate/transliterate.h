#pragma once

#include <string>
#include <string_view>

#include "kernel/result.h"

namespace lachan::certificate {

constexpr std::size_t kNameLength = 80;

/// A name as the machine-readable zone of a passport writes it (ICAO 9303-3, sections 4.6 and 6): capitals A to Z, `<` for a space
/// or hyphen, apostrophes, full stops and commas left out. Marks are dropped (Nguyễn: NGUYEN), Đ is D, letters that are no
/// marked A to Z follow the table (Æ AE, Ø OE, ß SS, Ü UE, ...). Any normal form gives the same. Cut at 80 characters.
/// Errc::rejected with rule name.script for a letter that is not Latin, Errc::malformed with rule name.text for no UTF-8 or no letter.
Result<std::string> transliterate(std::string_view name);

}  // namespace lachan::certificate
