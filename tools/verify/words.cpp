#include "words.h"

#include <algorithm>

namespace lachan::verify {

std::string both(std::string_view key) {
    const auto words = all_words();
    const auto found = std::lower_bound(words.begin(), words.end(), key,
                                        [](const Word& word, std::string_view wanted) { return word.key < wanted; });
    if (found == words.end() || found->key != key) return std::string(key);
    return std::string(found->vi) + " · " + std::string(found->en);
}

}  // namespace lachan::verify
