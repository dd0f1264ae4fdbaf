#include "certificate/loose_json.h"

#include <algorithm>
#include <string>

namespace lachan::certificate {
namespace {

constexpr std::string_view kNumber = "+-.0123456789Ee";

/// Where the string that opens at `at` ends, behind its closing mark.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

/// Whether `number` has digits before and behind a point or an exponent, as RFC 8259 section 6 asks; what has not is
/// left to the parser, which refuses it.
bool is_fraction(std::string_view number) {
    if (number.starts_with('-')) number.remove_prefix(1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool has_sign_of_fraction = number.find_first_of(".eE") != std::string_view::npos;
    return has_sign_of_fraction && is_digit(number.front()) && is_digit(number.back()) &&
           (number.front() != '0' || !is_digit(number[1]));
}

/// Whether what ends at `end` stands where a key does: a number there stays one, and is refused.
bool is_key(std::string_view text, std::size_t end) {
    const std::size_t next = text.find_first_not_of(" \t\r\n", end);
    return next != std::string_view::npos && text[next] == ':';
}

}  // namespace

Result<Json> parse_loosely(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes) return Error{Errc::malformed, "json.size", "text too long"};
    std::string strict;
    strict.reserve(text.size() + 64);
    for (std::size_t at = 0; at < text.size();) {
        const bool is_string = text[at] == '"';
        const bool is_number = text[at] == '-' || (text[at] >= '0' && text[at] <= '9');
        std::size_t end = at + 1;
        if (is_string) end = end_of_string(text, at);
        if (is_number) end = std::min(text.find_first_not_of(kNumber, at), text.size());
        const std::string_view token = text.substr(at, end - at);
        if (is_number && is_fraction(token) && !is_key(text, end))
            strict.append("\"").append(token).append("\"");
        else
            strict.append(token);
        at = end;
    }
    limits.bytes += strict.size() - text.size();
    return parse_json(strict, limits);
}

}  // namespace lachan::certificate
