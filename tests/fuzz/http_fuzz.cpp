// The head of a request from anybody, by the first byte one part of it: it is refused by rule or read, and what was read says the same
// when it is written again.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/head.h"
#include "kernel/text.h"

namespace {

using namespace lachan;
using namespace lachan::server;

void require(bool holds) {
    if (!holds) std::abort();
}

/// Every byte as an escape.
std::string encoded(std::string_view text) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return out;
}

void read_one_target(std::string_view text) {
    const auto target = read_target(text);
    if (!target) return require(target.error().rule == "http.url" && target.error().code == Errc::malformed);
    require(target->path.starts_with('/') && is_utf8(target->path) && !has_control(target->path));
    std::string again = encoded(target->path);
    char sign = '?';
    for (const auto& [name, value] : target->query) {
        require(is_utf8(name) && !has_control(name) && is_utf8(value) && !has_control(value));
        again += sign + encoded(name) + '=' + encoded(value);
        sign = '&';
    }
    const auto same = read_target(again);
    require(same && same->path == target->path && same->query == target->query);
    std::map<std::string, std::string> parts;
    if (fits_template("/v1/{a}/b/{c}", target->path, parts)) require("/v1/" + parts["a"] + "/b/" + parts["c"] == target->path);
}

/// Lines of "name:value", as the transport gives them.
void read_lines(std::string_view text) {
    std::map<std::string, std::string> headers;
    std::size_t bytes = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        add_header(headers, line.substr(0, colon), line.substr(colon + 1));
        bytes += line.size() + 2;
    }
    for (const auto& [name, value] : headers) {
        require(name == lower(name) && value.size() <= bytes);
        bytes -= value.size();
    }
    const std::string& cookies = headers["cookie"];
    const std::string_view session = cookie_in(cookies, "s");
    require(session.empty() || (session.data() >= cookies.data() && session.data() + session.size() <= cookies.data() + cookies.size()));
    require(session.find(';') == std::string_view::npos);
}

void read_values(std::string_view text) {
    const std::string last(last_forwarded(text));
    require(last.find(',') == std::string::npos && trim(last) == last);
    if (const auto network = network_of(last)) require(!network->empty() && network->size() < 64 && (network->ends_with("/64") || network_of(*network) == *network));
    if (const auto question = device_question_in(text)) {
        const std::string again = "Device " + question->device + '.' + question->ms + '.' + to_base64url(question->signature);
        const auto same = device_question_in(again);
        require(same && same->device == question->device && same->ms == question->ms && same->signature == question->signature);
        require(std::stoll(question->ms) >= 0);
    }
    if (accepts_coding(text, "br")) require(lower(text).find("br") != std::string::npos);
    if (lists_etag(text, "\"a\"")) require(text.find('*') != std::string_view::npos || text.find("\"a\"") != std::string_view::npos);
    if (is_json_type(text)) require(lower(text).find("application/json") != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
        case 0: read_one_target(text); break;
        case 1: read_lines(text); break;
        default: read_values(text); break;
    }
    return 0;
}
