#pragma once

#include <string_view>

/// Texts that look like others. Without Unicode's tables, so that a verifier need not carry them.
namespace lachan::certificate {

/// Whether well-formed UTF-8 holds what shows nothing, or turns the order of what is shown: control characters, marks of direction and of
/// no width.
bool has_hidden(std::string_view text);

/// Whether a word of well-formed UTF-8 has Latin letters beside hidden characters, or beside letters of an alphabet in which some look the
/// same (Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu, wide and mathematical letters). No name is spelt so: it is a slip, or meant to be
/// taken for another. A word all of whose letters are of one alphabet says nothing, whatever it looks like.
bool mixes_alphabets(std::string_view text);

}  // namespace lachan::certificate
