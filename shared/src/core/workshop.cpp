#include "core/workshop.h"

namespace lachan {
namespace {

Result<std::string> run(std::span<const Computation> computations, Units& units, std::string_view name, std::string_view text) {
    const bool loads = name == "units.load";
    const Computation* computation = loads ? nullptr : find_computation(computations, name);
    if (!loads && !computation) return unknown_operation();
    const Json request = TRY(read_request(text));
    if (computation) return computation->run(units, request);
    units = TRY(Units::parse(text_at(request, "text")));
    return canonical(Json{{"count", units.size()}});
}

}  // namespace

const Computation* find_computation(std::span<const Computation> computations, std::string_view name) {
    for (const Computation& computation : computations) {
        if (computation.name == name) return &computation;
    }
    return nullptr;
}

int Workshop::call(std::string_view operation, std::string_view request, std::string& reply) {
    return write_reply(run(computations_, units_, operation, request), reply);
}

}  // namespace lachan
