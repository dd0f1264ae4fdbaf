#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/canonical_texts.h"
#include "kernel/field.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::server {

/// A request after the transport: nothing in it is bound to a connection or a library.
struct Request {
    std::string method;
    std::string path;                            ///< decoded
    std::map<std::string, std::string> query;    ///< decoded
    std::map<std::string, std::string> parts;    ///< values of {name} in the route's template
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
    std::string address;  ///< of the client; never written to a log
    std::string id;       ///< of this request, for the log and the answer
    Instant now;

    std::string_view header(const std::string& name) const;
    /// The value of a cookie, or "".
    std::string_view cookie(std::string_view name) const;
    /// A value of the query string, or "".
    std::string_view argument(const std::string& name) const;
    /// An integer of the query string. Errc::malformed with rule request.<name> when it is no integer of `low`..`high`.
    Result<std::int64_t> integer(const std::string& name, std::int64_t other, std::int64_t low, std::int64_t high) const;
    /// The body as a JSON object. Errc::malformed; unknown keys are refused by whoever reads it.
    Result<Json> json(std::size_t limit) const;
    /// The same, with the texts of what was sent in canonical form; they point into `body`.
    Result<Json> json(std::size_t limit, CanonicalTexts& texts) const;
};

struct Reply {
    int status = 200;
    std::string type = "application/json; charset=utf-8";
    std::string body;
    std::shared_ptr<const std::string> shared;  ///< a body that several replies share, instead of `body`
    std::vector<std::pair<std::string, std::string>> headers;
};

Reply json_reply(int status, const Json& body);
/// The same for a body whose canonical form is known already.
Reply canonical_reply(int status, std::string body);
/// {"error":{"code","rule","detail"}} under the status of its kind.
Reply error_reply(const Error& error, int status = 0);
Reply error_reply(const Error& error, const Violations& violations);

/// 400 malformed, 422 rejected, 404, 403, 410 expired, 409 conflict, 503 unavailable.
int status_of(Errc code);

}  // namespace lachan::server
