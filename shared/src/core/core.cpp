#include "core/core.h"

#include <cstdint>

#include "core/operations.h"
#include "core/workshop.h"

namespace lachan {
namespace {

Result<std::string> run(Core& core, std::string_view name, std::string_view text) {
    const Operation* operation = find_operation<Core>({pure_operations(), device_operations()}, name);
    const Computation* computation = operation ? nullptr : find_computation(core.computations(), name);
    if (!operation && !computation) return unknown_operation();
    const Json request = TRY(read_request(text));
    return computation ? computation->run(core.units(), request) : operation->answer(core, request);
}

}  // namespace

int Core::call(std::string_view operation, std::string_view request, std::string& reply) {
    return write_reply(run(*this, operation, request), reply);
}

Result<Database*> Core::database() {
    if (!database_) return Error{Errc::unavailable, "database.closed", "no database is open"};
    return database_.get();
}

Result<Bytes> entropy_of(const Json& request) {
    Bytes entropy = TRY(from_hex(text_at(request, "entropy")));
    if (entropy.size() < 32) return Error{Errc::malformed, "request.entropy", "at least 32 bytes"};
    return entropy;
}

Result<Actor> actor_of(const Json& request) {
    Actor actor;
    const Json& json = at(request, "actor");
    if (json.is_null()) return actor;
    actor.user = text_at(json, "user");
    actor.device = text_at(json, "device");
    const Json& grants = at(json, "grants");
    if (!grants.is_array()) return actor;
    for (const Json& grant : grants) {
        actor.grants.push_back({TRY(parse_role(text_at(grant, "role"))), std::string(text_at(grant, "unit")),
                                Instant{int_at(grant, "from")}, Instant{int_at(grant, "until", INT64_MAX)}});
    }
    return actor;
}

}  // namespace lachan
