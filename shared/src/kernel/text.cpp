#include "kernel/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace lachan {
namespace {

/// Eight bytes at a time: most text of a form has no other.
bool is_ascii(std::string_view text) {
    while (text.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), 8);
        if (word & 0x8080808080808080U) return false;
        text.remove_prefix(8);
    }
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// How many of the leading bytes are printable ASCII, in whole words of eight: for these there is nothing to judge.
std::size_t plain_ascii(std::string_view text) {
    constexpr std::uint64_t kOnes = 0x0101010101010101U, kHigh = 0x8080808080808080U;
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        const std::uint64_t deleted = word ^ kOnes * 0x7F;
        // A borrow reaches the high bit of a byte below 0x20, and of one that became zero. It may run on into the next
        // byte, which only sends a good word to the slow way.
        if ((word | (word - kOnes * 0x20) | (deleted - kOnes)) & kHigh) break;
    }
    return at;
}

/// Whether the text holds only U+0000..02FF and U+1E00..1EFF, well formed: every Vietnamese text in normal form C does. All these
/// code points are starters that no normalisation changes, so such a text is in normal form C (UAX 15, quick check).
/// `hidden` becomes true when one of them is a control character or the soft hyphen.
bool is_plain_latin(std::string_view text, bool& hidden) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto is_tail = [&](std::size_t i) { return i < text.size() && (at(i) & 0xC0) == 0x80; };
    for (std::size_t i = 0; i < text.size();) {
        const unsigned char lead = at(i);
        if (lead < 0x80) {
            if (lead < 0x20 || lead == 0x7F) hidden = true;
            i += std::max<std::size_t>(1, plain_ascii(text.substr(i)));
        } else if (lead >= 0xC2 && lead <= 0xCB && is_tail(i + 1)) {
            if (lead == 0xC2 && (at(i + 1) < 0xA0 || at(i + 1) == 0xAD)) hidden = true;
            i += 2;
        } else if (lead == 0xE1 && is_tail(i + 1) && at(i + 1) >= 0xB8 && at(i + 1) <= 0xBB && is_tail(i + 2)) {
            i += 3;
        } else {
            return false;
        }
    }
    return true;
}

/// Calls `visit(code_point)` for each; false when the UTF-8 is malformed or `visit` says stop by false.
template <class Visit>
bool each_code_point(std::string_view text, Visit visit) {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t code = 0;
        const utf8proc_ssize_t length = utf8proc_iterate(bytes, left, &code);
        if (length <= 0) return false;
        if (!visit(code)) return false;
        bytes += length;
        left -= length;
    }
    return true;
}

void append(std::string& out, utf8proc_int32_t code) {
    utf8proc_uint8_t buffer[4];
    const auto length = utf8proc_encode_char(code, buffer);
    out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(length));
}

std::string mapped(std::string_view text, utf8proc_option_t options) {
    utf8proc_uint8_t* out = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &out, options);
    if (length < 0) return {};
    std::string result(reinterpret_cast<const char*>(out), static_cast<std::size_t>(length));
    std::free(out);  // NOLINT: utf8proc allocates with malloc
    return result;
}

constexpr auto kCompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
constexpr auto kStrip = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);

}  // namespace

bool is_utf8(std::string_view text) {
    bool hidden = false;
    return is_ascii(text) || is_plain_latin(text, hidden) || each_code_point(text, [](utf8proc_int32_t) { return true; });
}

bool is_nfc(std::string_view text) {
    bool hidden = false;
    if (is_ascii(text) || is_plain_latin(text, hidden)) return true;
    return is_utf8(text) && mapped(text, kCompose) == text;
}

std::string to_nfc(std::string_view text) {
    if (is_ascii(text)) return std::string(text);
    return is_utf8(text) ? mapped(text, kCompose) : std::string();
}

std::string fold(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    const bool well_formed = each_code_point(text, [&](utf8proc_int32_t code) {
        if (code == 0x110 || code == 0x111) code = 'D';
        append(plain, code);
        return true;
    });
    if (!well_formed) return {};
    if (!is_ascii(plain)) plain = mapped(plain, kStrip);
    std::string folded;
    folded.reserve(plain.size());
    each_code_point(plain, [&](utf8proc_int32_t code) {
        const bool blank = code == ' ' || (code >= 9 && code <= 13) || code == 0xA0;
        if (!blank) {
            append(folded, utf8proc_toupper(code));
        } else if (!folded.empty() && folded.back() != ' ') {
            folded.push_back(' ');
        }
        return true;
    });
    if (!folded.empty() && folded.back() == ' ') folded.pop_back();
    return folded;
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n\f\v";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool is_name(std::string_view text) {
    return each_code_point(text, [](utf8proc_int32_t code) {
        if (code == ' ' || code == '\'' || code == '-' || code == '.' || code == 0x2019) return true;
        switch (utf8proc_category(code)) {
            case UTF8PROC_CATEGORY_LU:
            case UTF8PROC_CATEGORY_LL:
            case UTF8PROC_CATEGORY_LT:
            case UTF8PROC_CATEGORY_LM:
            case UTF8PROC_CATEGORY_LO:
            case UTF8PROC_CATEGORY_MN:
            case UTF8PROC_CATEGORY_MC: return true;
            default: return false;
        }
    });
}

bool has_control(std::string_view text) {
    bool hidden = false;
    if (is_plain_latin(text, hidden)) return hidden;
    return !each_code_point(text, [](utf8proc_int32_t code) {
        const auto category = utf8proc_category(code);
        // Bidirectional overrides and zero-width marks (Cf) let one text look like another.
        return category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CF;
    });
}

}  // namespace lachan
