#include "http/message.h"

#include <charconv>

#include "http/head.h"

namespace lachan::server {

std::string_view Request::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view Request::cookie(std::string_view name) const {
    return cookie_in(header("cookie"), name);
}

std::string_view Request::argument(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::int64_t> Request::integer(const std::string& name, std::int64_t other, std::int64_t low, std::int64_t high) const {
    const std::string_view text = argument(name);
    if (text.empty()) return other;
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || value < low || value > high) {
        return Error{Errc::malformed, "request." + name, "expected an integer from " + std::to_string(low) + " to " +
                                                            std::to_string(high)};
    }
    return value;
}

Result<Json> Request::json(std::size_t limit) const {
    CanonicalTexts none(0);
    return json(limit, none);
}

Result<Json> Request::json(std::size_t limit, CanonicalTexts& texts) const {
    // A page of another origin can post forms, but not this type without asking first (CORS): part of the CSRF defence.
    if (!is_json_type(header("content-type"))) {
        return Error{Errc::malformed, "http.content_type", "expected application/json"};
    }
    Json value = TRY(parse_json(body, {limit, 16}, texts));
    if (!value.is_object()) return Error{Errc::malformed, "json.object", "expected an object"};
    return value;
}

int status_of(Errc code) {
    switch (code) {
        case Errc::malformed: return 400;
        case Errc::rejected: return 422;
        case Errc::not_found: return 404;
        case Errc::forbidden: return 403;
        case Errc::expired: return 410;
        case Errc::conflict: return 409;
        case Errc::unavailable: return 503;
    }
    return 500;
}

Reply json_reply(int status, const Json& body) { return canonical_reply(status, canonical(body)); }

Reply canonical_reply(int status, std::string body) {
    Reply reply;
    reply.status = status;
    reply.body = std::move(body);
    reply.headers = {{"Cache-Control", "no-store"}};
    return reply;
}

Reply error_reply(const Error& error, int status) {
    return json_reply(status != 0 ? status : status_of(error.code),
                      {{"error", {{"code", name_of(error.code)}, {"rule", error.rule}, {"detail", error.detail}}}});
}

Reply error_reply(const Error& error, const Violations& violations) {
    return json_reply(status_of(error.code),
                      {{"error", {{"code", name_of(error.code)}, {"rule", error.rule}, {"detail", error.detail}}},
                       {"violations", to_json(violations)}});
}

}  // namespace lachan::server
