#include "core/request.h"

namespace lachan {

Result<Json> read_request(std::string_view text) {
    Json request = TRY(parse_json(text, kRequestLimits));
    if (!request.is_object()) return Error{Errc::malformed, "request.object", "a request is an object"};
    return request;
}

int write_reply(Result<std::string> answer, std::string& reply) {
    if (answer) {
        reply = std::move(*answer);
        return 0;
    }
    const Error& error = answer.error();
    reply = canonical({{"error", {{"code", name_of(error.code)}, {"detail", error.detail}, {"rule", error.rule}}}});
    return 1;
}

Result<Instant> now_of(const Json& request) {
    const Json& now = at(request, "now");
    if (!now.is_number_integer()) return Error{Errc::malformed, "request.now", "now is missing"};
    return Instant{now.get<std::int64_t>()};
}

Error unknown_operation() { return Error{Errc::not_found, "operation.unknown", "no such operation"}; }

}  // namespace lachan
