#pragma once

#include <string>

#include "shown.h"

namespace lachan::console {

/// `1.234,5` with the marks of the page's language; a dash for NaN.
std::string number_text(const Shown& shown, double value, int decimals = 0);
/// `20/12/2021`.
std::string day_text(std::int32_t day);
/// `20/12`, for axes.
std::string short_day_text(std::int32_t day);
/// `template` with {name} replaced, for each pair.
std::string filled(std::string text, std::initializer_list<std::pair<const char*, std::string>> values);

}  // namespace lachan::console
