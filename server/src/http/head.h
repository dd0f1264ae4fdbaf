#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/crypto.h"
#include "kernel/result.h"

/// What this server reads of a request's head beyond what the transport parses: functions of text alone. Sizes and counts are limited
/// before, by the transport (http/server.cpp).
namespace lachan::server {

struct Target {
    std::string path;                          ///< decoded; begins with a slash
    std::map<std::string, std::string> query;  ///< decoded
};
/// The request-target in its usual form (RFC 9112 3.2.1). Errc::malformed with rule http.url: a broken escape, a control character,
/// no UTF-8, another form, an argument that comes twice.
Result<Target> read_target(std::string_view target);

/// A header's name in lower case: in no other are they compared.
std::string lower(std::string_view text);

/// Adds one line of a head: a header that comes twice is one list (RFC 9110 5.2), a cookie's parts are joined by their own sign.
void add_header(std::map<std::string, std::string>& headers, std::string_view name, std::string_view value);

/// The value of a cookie, or "".
std::string_view cookie_in(std::string_view header, std::string_view name);

/// The last entry of X-Forwarded-For, which the nearest proxy wrote; what stands before it, anybody may have sent.
std::string_view last_forwarded(std::string_view header);

/// The network to which an address belongs: an IPv4 address itself; for IPv6 the /64, which is what one household gets. nullopt for what
/// is no address.
std::optional<std::string> network_of(const std::string& address);

/// Whether an Accept-Encoding names `coding` without refusing it ("br;q=0").
bool accepts_coding(std::string_view header, std::string_view coding);

/// Whether an If-None-Match names `etag`, weakly compared (RFC 9110 13.1.2).
bool lists_etag(std::string_view header, std::string_view etag);

/// `Authorization: Device <id>.<ms>.<signature>`: a device that signed "GET /v1/mine <ms>". The id has 43 letters, the number at most 15 digits.
struct DeviceQuestion {
    std::string device;
    std::string ms;  ///< as it was signed
    Bytes signature;
};
std::optional<DeviceQuestion> device_question_in(std::string_view header);

/// Whether a decoded path fits a route's template; fills `parts` with what stands for each {name}.
bool fits_template(std::string_view pattern, std::string_view path, std::map<std::string, std::string>& parts);

/// Whether a Content-Type is JSON, whatever its parameters.
bool is_json_type(std::string_view header);

}  // namespace lachan::server
