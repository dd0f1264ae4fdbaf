#include "words.h"

#include <algorithm>

namespace lachan::verify {
namespace {

const Word* find(std::span<const Word> words, std::string_view key) {
    const auto found = std::lower_bound(words.begin(), words.end(), key,
                                        [](const Word& word, std::string_view wanted) { return word.key < wanted; });
    return found == words.end() || found->key != key ? nullptr : &*found;
}

std::string both(const Word* word, std::string_view key) {
    if (word == nullptr) return std::string(key);
    return std::string(word->vi) + (word->vi == word->en ? "" : " · " + std::string(word->en));
}

}  // namespace

const Word* word_of(std::string_view key) { return find(all_words(), key); }

std::string both(std::string_view key) { return both(word_of(key), key); }

std::string both_of_code(std::string_view code) { return both(find(all_codes(), code), code); }

}  // namespace lachan::verify
