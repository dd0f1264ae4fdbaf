#include <algorithm>
#include <charconv>
#include <utility>

#include "certificate/health_card.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

constexpr std::string_view kPrefix = "shc:/";
/// Two digits stand for one character; its code is their value and this.
constexpr int kFirstCode = 45;
/// What the 77 characters of a JWS reach from `-` to `z`.
constexpr int kMostValue = 'z' - kFirstCode;
constexpr std::size_t kMostPartDigits = 2 * 1191;

struct Part {
    std::size_t number = 1;
    std::size_t total = 1;
    std::string_view digits;
    bool is_whole = false;
};

Error malformed(const char* rule, const char* detail) { return Error{Errc::malformed, rule, detail}; }

/// A count without sign and leading zeros, up to `end`.
Result<std::size_t> count_before(std::string_view& text, char end) {
    const std::size_t length = text.find(end);
    std::size_t count = 0;
    if (length == std::string_view::npos || length > 4 || text[0] == '0') return malformed("numeric", "a part number");
    const auto read = std::from_chars(text.data(), text.data() + length, count);
    if (read.ec != std::errc() || read.ptr != text.data() + length) return malformed("numeric", "a part number");
    text.remove_prefix(length + 1);
    return count;
}

Result<void> check_digits(std::string_view digits) {
    if (digits.empty() || digits.size() % 2 != 0) return malformed("numeric", "digits come in pairs");
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        const auto digit = [digits](std::size_t i) { return digits[i] >= '0' && digits[i] <= '9'; };
        if (!digit(at) || !digit(at + 1)) return malformed("numeric", "a character that is no digit");
        if ((digits[at] - '0') * 10 + (digits[at + 1] - '0') > kMostValue)
            return malformed("numeric", "a pair above 77");
    }
    return {};
}

Result<Part> read_part(std::string_view text) {
    text = trim(text);
    if (!text.starts_with(kPrefix)) return malformed("prefix-missing", "not a part of a health card");
    text.remove_prefix(kPrefix.size());
    Part part;
    part.is_whole = text.find('/') == std::string_view::npos;
    if (!part.is_whole) {
        part.number = TRY(count_before(text, '/'));
        part.total = TRY(count_before(text, '/'));
        if (part.total > kMostParts) return Error{Errc::rejected, "size-limit", "too many parts"};
        if (part.number > part.total) return malformed("numeric", "a part beyond the last");
        if (text.size() > kMostPartDigits) return malformed("numeric", "a part is too long");
    }
    TRY(check_digits(text));
    part.digits = text;
    return part;
}

}  // namespace

Result<void> Collector::add(std::string_view text) {
    const Part part = TRY(read_part(text));
    if (!parts_.empty() && (parts_.size() != part.total || is_whole_ != part.is_whole)) {
        return Error{Errc::conflict, "chunk-foreign", "a part of another set"};
    }
    std::size_t together = part.digits.size();
    for (const std::string& known : parts_) together += known.size();
    const bool is_known = !parts_.empty() && !parts_[part.number - 1].empty();
    if (is_known) {
        if (parts_[part.number - 1] == part.digits) return {};
        return Error{Errc::conflict, "chunk-conflict", "a part came twice with different content"};
    }
    if (together > 2 * kMostJwsBytes) return Error{Errc::rejected, "size-limit", "the parts are too long together"};
    parts_.resize(part.total);
    parts_[part.number - 1] = part.digits;
    is_whole_ = part.is_whole;
    return {};
}

std::vector<std::size_t> Collector::missing() const {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (parts_[i].empty()) numbers.push_back(i + 1);
    }
    return numbers;
}

std::string Collector::jws() const {
    std::string jws;
    for (const std::string& digits : parts_) {
        for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
            jws.push_back(static_cast<char>((digits[at] - '0') * 10 + (digits[at + 1] - '0') + kFirstCode));
        }
    }
    return jws;
}

}  // namespace lachan::certificate
