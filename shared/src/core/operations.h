#pragma once

#include <span>
#include <string_view>

#include "core/core.h"
#include "kernel/json.h"
#include "vocab/access.h"

namespace lachan {

/// One row of the operation table. What is asked thousands of times a second writes its reply as a text at once.
struct Operation {
    using Run = Result<Json> (*)(Core&, const Json& request);
    using Write = Result<std::string> (*)(Core&, const Json& request);

    constexpr Operation(std::string_view its_name, Run answer) : name(its_name), run(answer) {}
    constexpr Operation(std::string_view its_name, Write answer) : name(its_name), write(answer) {}

    std::string_view name;
    Run run = nullptr;
    Write write = nullptr;
};

std::span<const Operation> pure_operations();    ///< need no database: checks, units, certificates, codes
std::span<const Operation> verify_operations();  ///< certificates, with the inspection kept between two calls
/// The set of rules named `id`, the first for "". Errc::not_found with rule rules.pack.
Result<const certificate::RuleSet*> pack_of(Core& core, std::string_view id);

std::span<const Operation> rules_operations();   ///< business rules of certificates
std::span<const Operation> trust_operations();   ///< the bundle that certificates are judged with
std::span<const Operation> device_operations();  ///< the device's own database: records, outbox, drafts, feeds

/// `now` of a request. Errc::malformed (request.now) when it is missing: the core never guesses the time.
Result<Instant> now_of(const Json& request);

/// The actor a request names: {"user","device","grants":[{"role","unit","from"?,"until"?}]}; a citizen when absent.
Result<Actor> actor_of(const Json& request);

/// `entropy` of a request: at least 32 bytes in hex. Errc::malformed (request.entropy).
Result<Bytes> entropy_of(const Json& request);

}  // namespace lachan
