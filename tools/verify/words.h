#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lachan::verify {

/// A text of the verifier's page.
struct Word {
    std::string_view key;
    std::string_view vi;
    std::string_view en;
};

/// Sorted by key. Made by the build from web/src/text.
std::span<const Word> all_words();

/// The codes of certificates that the page has words for, as keys; sorted by them. A name is the same in both languages.
std::span<const Word> all_codes();

/// nullptr where the page has no text for it.
const Word* word_of(std::string_view key);

/// "Hợp lệ · Valid"; the key itself where the page has no text for it.
std::string both(std::string_view key);

/// The same of a code: "COVID-19", "Âm tính · Not detected (negative)", or the code itself.
std::string both_of_code(std::string_view code);

}  // namespace lachan::verify
