#include "certificate/transliterate.h"

#include <algorithm>
#include <iterator>

#include "kernel/text.h"

namespace lachan::certificate {
namespace {

struct Letter {
    std::string_view from;
    std::string_view to;
};

/// ICAO 9303-3, table 6-A: what is not simply its letter without marks. Small letters stand beside the capitals.
constexpr Letter kTable[]{{"Ä", "AE"}, {"ä", "AE"}, {"Å", "AA"}, {"å", "AA"}, {"Æ", "AE"}, {"æ", "AE"}, {"Ð", "D"},  {"ð", "D"},
                          {"Ö", "OE"}, {"ö", "OE"}, {"Ø", "OE"}, {"ø", "OE"}, {"Ü", "UE"}, {"ü", "UE"}, {"Þ", "TH"}, {"þ", "TH"},
                          {"ß", "SS"}, {"ẞ", "SS"}, {"Đ", "D"},  {"đ", "D"},  {"Ħ", "H"},  {"ħ", "H"},  {"ı", "I"},  {"Ĳ", "IJ"},
                          {"ĳ", "IJ"}, {"ĸ", "Q"},  {"Ł", "L"},  {"ł", "L"},  {"Ŋ", "N"},  {"ŋ", "N"},  {"Œ", "OE"}, {"œ", "OE"},
                          {"Ŧ", "T"},  {"ŧ", "T"}};
/// Typographic apostrophes and the modifier letter that looks like one.
constexpr std::string_view kLeftOut[]{"'", "’", "‘", "ʼ", ".", ","};
constexpr std::string_view kFillers[]{" ", "-", "‐", "‑", "–", "\u00a0", "\t"};

std::size_t length_of(unsigned char lead) { return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4; }

template <class List>
bool is_in(const List& list, std::string_view letter) {
    return std::find(std::begin(list), std::end(list), letter) != std::end(list);
}

/// The capitals for one code point in normal form C; "" for a mark alone.
Result<std::string> letter_of(std::string_view letter) {
    for (const Letter& entry : kTable) {
        if (entry.from == letter) return std::string(entry.to);
    }
    std::string plain = fold(letter);
    const bool is_latin = std::all_of(plain.begin(), plain.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!is_latin) return Error{Errc::rejected, "name.script", "a letter that is not Latin"};
    return plain;
}

}  // namespace

Result<std::string> transliterate(std::string_view name) {
    const std::string text = to_nfc(name);
    if (text.empty() && !name.empty()) return Error{Errc::malformed, "name.text", "no UTF-8"};
    std::string written;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view letter = std::string_view(text).substr(at, length_of(static_cast<unsigned char>(text[at])));
        at += letter.size();
        if (is_in(kLeftOut, letter)) continue;
        if (is_in(kFillers, letter)) {
            if (!written.empty() && !written.ends_with('<')) written += '<';
            continue;
        }
        written += TRY(letter_of(letter));
    }
    if (written.size() > kNameLength) written.resize(kNameLength);
    while (written.ends_with('<')) written.pop_back();
    if (written.empty()) return Error{Errc::malformed, "name.text", "no letter"};
    return written;
}

}  // namespace lachan::certificate
