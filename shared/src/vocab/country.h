#pragma once

#include <string_view>

namespace lachan {

/// Whether `code` is a country or area of ISO 3166-1 alpha-3, in capitals: "VNM".
bool is_country(std::string_view code);

/// All codes in order, each followed by one blank.
std::string_view country_codes();

}  // namespace lachan
