#include "http/head.h"

#include <algorithm>
#include <asio/ip/address.hpp>

#include "kernel/text.h"

namespace lachan::server {
namespace {

/// The text up to `sign`, which is taken away with it: all of it where there is none.
std::string_view take_until(std::string_view& text, char sign) {
    const std::size_t end = std::min(text.find(sign), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Decodes %XX and, in a query, '+'. Errc::malformed with rule http.url for a broken escape, a control character or no UTF-8.
Result<std::string> decode_url(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) return Error{Errc::malformed, "http.url", "broken escape"};
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    if (!is_utf8(out) || has_control(out)) return Error{Errc::malformed, "http.url", "not a text"};
    return out;
}

Result<std::map<std::string, std::string>> read_query(std::string_view text) {
    std::map<std::string, std::string> query;
    while (!text.empty()) {
        std::string_view value = take_until(text, '&');
        const std::string_view name = take_until(value, '=');
        std::string decoded_name = TRY(decode_url(name, true));
        std::string decoded_value = TRY(decode_url(value, true));
        if (!query.emplace(std::move(decoded_name), std::move(decoded_value)).second) {
            return Error{Errc::malformed, "http.url", "an argument comes twice"};
        }
    }
    return query;
}

/// "q=0", with up to three zeros behind the point (RFC 9110 12.4.2).
bool is_refusal(std::string_view parameter) {
    if (parameter.size() < 3 || lower(parameter.substr(0, 2)) != "q=" || parameter.size() > 7) return false;
    return parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

Result<Target> read_target(std::string_view target) {
    std::string path = TRY(decode_url(take_until(target, '?'), false));
    if (path.empty() || path.front() != '/') return Error{Errc::malformed, "http.url", "no path"};
    auto query = TRY(read_query(target));
    return Target{std::move(path), std::move(query)};
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

void add_header(std::map<std::string, std::string>& headers, std::string_view name, std::string_view value) {
    std::string key = lower(name);
    const char* joint = key == "cookie" ? "; " : ", ";
    std::string& all = headers[std::move(key)];
    if (!all.empty()) all += joint;
    all += value;
}

std::string_view cookie_in(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        std::string_view value = trim(take_until(header, ';'));
        const bool has_value = value.find('=') != std::string_view::npos;
        if (take_until(value, '=') == name && has_value) return value;
    }
    return {};
}

std::string_view last_forwarded(std::string_view header) {
    const std::size_t comma = header.rfind(',');
    return trim(comma == std::string_view::npos ? header : header.substr(comma + 1));
}

std::optional<std::string> network_of(const std::string& text) {
    asio::error_code wrong;
    const auto address = asio::ip::make_address(text, wrong);
    if (wrong) return std::nullopt;
    if (address.is_v4()) return address.to_string();
    const auto long_form = address.to_v6();
    if (long_form.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, long_form).to_string();
    auto bytes = long_form.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return asio::ip::make_address_v6(bytes).to_string() + "/64";
}

bool accepts_coding(std::string_view header, std::string_view coding) {
    while (!header.empty()) {
        std::string_view parameters = take_until(header, ',');
        if (lower(trim(take_until(parameters, ';'))) == coding) return !is_refusal(trim(parameters));
    }
    return false;
}

bool lists_etag(std::string_view header, std::string_view etag) {
    while (!header.empty()) {
        std::string_view one = trim(take_until(header, ','));
        if (one.substr(0, 2) == "W/") one.remove_prefix(2);
        if (one == etag || one == "*") return true;
    }
    return false;
}

std::optional<DeviceQuestion> device_question_in(std::string_view header) {
    constexpr std::string_view kScheme = "Device ";
    if (!header.starts_with(kScheme)) return std::nullopt;
    header.remove_prefix(kScheme.size());
    const std::string_view device = take_until(header, '.');
    const std::string_view ms = take_until(header, '.');
    const auto signature = from_base64url(header);
    const bool is_number = !ms.empty() && ms.size() <= 15 && ms.find_first_not_of("0123456789") == std::string_view::npos;
    if (device.size() != 43 || !is_number || !signature || signature->empty()) return std::nullopt;
    return DeviceQuestion{std::string(device), std::string(ms), *signature};
}

bool fits_template(std::string_view pattern, std::string_view path, std::map<std::string, std::string>& parts) {
    while (!pattern.empty()) {
        const std::size_t pattern_end = std::min(pattern.find('/', 1), pattern.size());
        if (path.empty()) return false;
        const std::size_t path_end = std::min(path.find('/', 1), path.size());
        const std::string_view expected = pattern.substr(0, pattern_end);
        const std::string_view found = path.substr(0, path_end);
        if (expected.substr(0, 2) == "/{") {
            if (found.size() < 2) return false;
            parts[std::string(expected.substr(2, expected.size() - 3))] = found.substr(1);
        } else if (expected != found) {
            return false;
        }
        pattern.remove_prefix(pattern_end);
        path.remove_prefix(path_end);
    }
    return path.empty();
}

bool is_json_type(std::string_view header) { return lower(trim(take_until(header, ';'))) == "application/json"; }

}  // namespace lachan::server
