#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Where something stands in a text, as a message tells it: lines and letters are counted from 1.
namespace lachan {

/// "line 3, column 5" for a place in well-formed UTF-8.
std::string place_of(std::string_view text, std::size_t offset);

/// The line of the first bytes that are no UTF-8; the last line when there are none.
std::size_t line_without_utf8(std::string_view text);

}  // namespace lachan
