#include "core/core.h"

#include <algorithm>
#include <cstdint>

#include "certificate/embedded.gen.h"
#include "core/operations.h"
#include "core/workshop.h"
#include "systems.h"

namespace lachan {
namespace {

using certificate::RuleSet;

/// Sections of a bundle that hold a set of rules each: "rules/vn-entry".
constexpr std::string_view kRules = "rules/";

/// Of two sets of one name the one with the greater number counts.
void add_newer(std::vector<RuleSet>& sets, RuleSet set) {
    const auto known = std::find_if(sets.begin(), sets.end(), [&set](const RuleSet& one) { return one.id == set.id; });
    if (known == sets.end()) sets.push_back(std::move(set));
    else if (known->number < set.number) *known = std::move(set);
}

/// The set in a section of a bundle. One that cannot be read is out of date for good, so that whoever chose it is told and nothing passes
/// by an older one: for the sake of its keys and revocations the bundle is taken all the same.
RuleSet set_in(const certificate::Section& section) {
    const std::string name = section.name.substr(kRules.size());
    auto set = RuleSet::parse({reinterpret_cast<const char*>(section.content.data()), section.content.size()});
    if (!set) {
        RuleSet unreadable;
        unreadable.id = name;
        unreadable.number = INT64_MAX;
        unreadable.valid_until = Instant{0};
        return unreadable;
    }
    if (set->id.empty()) set->id = name;
    return std::move(*set);
}

const Operation* find_operation(std::string_view name) {
    for (const auto table : {pure_operations(), rules_operations(), trust_operations(), verify_operations(), device_operations()}) {
        for (const Operation& operation : table) {
            if (operation.name == name) return &operation;
        }
    }
    return nullptr;
}

Result<std::string> run(Core& core, std::string_view name, std::string_view text) {
    const Operation* operation = find_operation(name);
    const Computation* computation = operation ? nullptr : find_computation(core.computations(), name);
    if (!operation && !computation) return Error{Errc::not_found, "operation.unknown", "no such operation"};
    const Json request = TRY(parse_json(text, kRequestLimits));
    if (!request.is_object()) return Error{Errc::malformed, "request.object", "a request is an object"};
    if (computation) return computation->run(core.units(), request);
    if (operation->write) return operation->write(core, request);
    return canonical(TRY(operation->run(core, request)));
}

}  // namespace

int Core::call(std::string_view operation, std::string_view request, std::string& reply) {
    return write_reply(run(*this, operation, request), reply);
}

void Core::set_trust(certificate::VerifierBundle trust, Bytes packed) {
    trust_ = std::move(trust);
    packed_trust_ = std::move(packed);
    rule_sets_.clear();
    for (const certificate::Section& section : trust_.sections) {
        if (section.name.starts_with(kRules)) add_newer(rule_sets_, set_in(section));
    }
    are_own_rules_read_ = false;
}

Result<const std::vector<RuleSet>*> Core::rule_sets() {
    if (are_own_rules_read_) return &rule_sets_;
    for (const auto& [path, text] : embedded_in_certificate()) add_newer(rule_sets_, TRY(RuleSet::parse(text)));
    are_own_rules_read_ = true;
    return &rule_sets_;
}

certificate::Knowledge Core::knowledge() const {
    return {&trust_.trust, trust_.revocation ? &*trust_.revocation : nullptr};
}

Result<Database*> Core::database() {
    if (!database_) return Error{Errc::unavailable, "database.closed", "no database is open"};
    return database_.get();
}

Result<Instant> now_of(const Json& request) {
    const Json& now = at(request, "now");
    if (!now.is_number_integer()) return Error{Errc::malformed, "request.now", "now is missing"};
    return Instant{now.get<std::int64_t>()};
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
