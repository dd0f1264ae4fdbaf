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

/// "Hợp lệ · Valid"; the key itself where the page has no text for it.
std::string both(std::string_view key);

}  // namespace lachan::verify
