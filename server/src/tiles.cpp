#include "tiles.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "kernel/text.h"

namespace lachan::server {
namespace {

constexpr std::size_t kLongestUrl = 500;
constexpr std::size_t kLongestAttribution = 200;
constexpr int kClosestZoom = 22;

Error wrong(const char* rule, const std::string& detail) { return Error{Errc::malformed, rule, detail}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A name or an IPv4 address. A Content-Security-Policy cannot name an IPv6 address.
bool is_host(std::string_view host) {
    const auto fits = [](char c) { return is_digit(c) || is_letter(c) || c == '-' || c == '.'; };
    return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' && host.find("..") == std::string_view::npos &&
           std::all_of(host.begin(), host.end(), fits);
}

bool is_port(std::string_view port) {
    int value = 0;
    const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), value);
    return failure == std::errc() && end == port.data() + port.size() && is_digit(port.front()) && value >= 1 && value <= 65'535;
}

/// Of scheme, host and port; they alone get into a header, so they hold nothing but letters, digits and ".:-/".
Result<std::string> origin_of(std::string_view url) {
    const std::string_view scheme = url.starts_with("https://") ? "https://" : url.starts_with("http://") ? "http://" : "";
    if (scheme.empty()) return wrong("tiles.url", "--tiles must begin with https:// or http://");
    const std::size_t end = std::min(url.find_first_of("/?#", scheme.size()), url.size());
    const std::string_view authority = url.substr(scheme.size(), end - scheme.size());
    if (authority.find('@') != std::string_view::npos) {
        return wrong("tiles.url", "--tiles must hold no user and password: every page would show them");
    }
    if (authority.find_first_of("{}") != std::string_view::npos) {
        return wrong("tiles.url", "--tiles must name one host; placeholders such as {s} in it are not taken");
    }
    const std::size_t colon = authority.find(':');
    const bool has_port = colon != std::string_view::npos;
    if (!is_host(authority.substr(0, colon)) || (has_port && (colon + 1 == authority.size() || !is_port(authority.substr(colon + 1))))) {
        return wrong("tiles.url", "--tiles has no host that can be named: a name or an IPv4 address, and perhaps a port from 1 to 65535");
    }
    return std::string(url.substr(0, end));
}

/// {z}, {x} and {y} once each, and no other braces.
Result<void> check_placeholders(std::string_view path) {
    for (const std::string_view each : {"{z}", "{x}", "{y}"}) {
        const std::size_t at = path.find(each);
        if (at == std::string_view::npos || path.find(each, at + 1) != std::string_view::npos) {
            return wrong("tiles.url", "--tiles must have " + std::string(each) + " once, after the host");
        }
    }
    if (std::count(path.begin(), path.end(), '{') != 3 || std::count(path.begin(), path.end(), '}') != 3) {
        return wrong("tiles.url", "--tiles knows the placeholders {z}, {x} and {y}, and no others");
    }
    return {};
}

Result<Tiles> read_url(std::string_view url) {
    if (url.size() > kLongestUrl) return wrong("tiles.url", "--tiles is longer than " + std::to_string(kLongestUrl) + " bytes");
    // Of what a URL may hold, without what ends or divides a header's value: spaces, quotes, ';' and ','.
    const auto fits = [](char c) { return is_digit(c) || is_letter(c) || std::string_view("-._~/%=&+?:@!$*{}").find(c) != std::string_view::npos; };
    if (const auto at = std::find_if_not(url.begin(), url.end(), fits); at != url.end()) {
        return wrong("tiles.url", "--tiles holds a character that it must not: the " + std::to_string(at - url.begin() + 1) + ". one");
    }
    Tiles tiles;
    tiles.origin = TRY(origin_of(url));
    TRY(check_placeholders(url.substr(tiles.origin.size())));
    tiles.url = url;
    return tiles;
}

Result<std::string> read_attribution(const std::string& text) {
    if (trim(text).empty()) {
        return wrong("tiles.attribution", "--tiles needs --tiles-attribution: who made the tiles is said on every map");
    }
    if (text.size() > kLongestAttribution || !is_utf8(text) || has_control(text)) {
        return wrong("tiles.attribution",
                     "--tiles-attribution is plain text in UTF-8 on one line, " + std::to_string(kLongestAttribution) + " bytes at most");
    }
    return std::string(trim(text));
}

Result<int> read_zoom(const std::string& text, int otherwise) {
    if (text.empty()) return otherwise;
    int value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || value < 1 || value > kClosestZoom) {
        return wrong("tiles.zoom", "--tiles-max-zoom is '" + text + "'; expected a number from 1 to " + std::to_string(kClosestZoom));
    }
    return value;
}

}  // namespace

Result<std::optional<Tiles>> read_tiles(const TileWords& words) {
    if (words.url.empty()) {
        if (words.attribution.empty() && words.max_zoom.empty() && (words.is_on.empty() || words.is_on == "0")) return std::optional<Tiles>();
        return wrong("tiles.url", "--tiles-attribution, --tiles-max-zoom and --tiles-on need --tiles");
    }
    Tiles tiles = TRY(read_url(words.url));
    tiles.attribution = TRY(read_attribution(words.attribution));
    tiles.max_zoom = TRY(read_zoom(words.max_zoom, tiles.max_zoom));
    if (!words.is_on.empty() && words.is_on != "0" && words.is_on != "1") {
        return wrong("tiles.on", "LACHAN_TILES_ON is '" + words.is_on + "'; expected 0 or 1");
    }
    tiles.is_on = words.is_on == "1";
    return std::optional<Tiles>(std::move(tiles));
}

}  // namespace lachan::server
