#pragma once

#include <string>
#include <string_view>

namespace lachan {

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
bool is_utf8(std::string_view text);

/// Whether `text` is UTF-8 in normal form C. Pure ASCII answers at once.
bool is_nfc(std::string_view text);

/// `text` in normal form C; malformed UTF-8 gives "".
std::string to_nfc(std::string_view text);

/// The form in which names are compared: upper case, no diacritics, single spaces, trimmed. Đ and đ become D before marks
/// are stripped, because U+0110 has no decomposition (DOMAIN 2.3).
std::string fold(std::string_view text);

/// Number of code points of well-formed UTF-8.
std::size_t code_points(std::string_view text);

/// `text` without leading and trailing ASCII white space.
std::string_view trim(std::string_view text);

/// Whether every code point is a letter, a mark, a space or one of `'’-.` : the characters a personal name may hold.
bool is_name(std::string_view text);

/// Whether `text` holds control characters (other than none): they never belong into a one-line field.
bool has_control(std::string_view text);

}  // namespace lachan
