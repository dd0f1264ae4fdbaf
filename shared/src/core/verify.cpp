// Verifying in two calls without carrying the inspection out and in again: what is to be proven goes out, the answers come back.

#include "certificate/inspection.h"
#include "certificate/verdict.h"
#include "core/core.h"
#include "core/operations.h"

namespace lachan {
namespace {

/// A page has at most 64 proofs in flight; what nobody finished makes room for what is new.
constexpr std::size_t kMostOpen = 256;

Result<Json> begin(Core& core, const Json& request) {
    certificate::Inspection inspection = certificate::inspect(text_at(request, "text"), {&core.trust()});
    Json checks = certificate::checks_to_json(inspection);
    if (core.open_inspections.size() == kMostOpen) core.open_inspections.erase(core.open_inspections.begin());
    const std::int64_t ticket = ++core.last_ticket;
    core.open_inspections.emplace(ticket, std::move(inspection));
    return Json{{"checks", std::move(checks)}, {"ticket", ticket}};
}

Result<Json> finish(Core& core, const Json& request) {
    const Instant now = TRY(now_of(request));
    const auto found = core.open_inspections.find(int_at(request, "ticket"));
    if (found == core.open_inspections.end()) return Error{Errc::not_found, "certificate.ticket", "not begun, or finished already"};
    const certificate::Inspection inspection = std::move(found->second);
    core.open_inspections.erase(found);
    const auto answers = TRY(certificate::answers_from_json(at(request, "answers"), inspection.checks.size()));
    return certificate::to_json(certificate::judge(inspection, answers, now, {&core.trust()}));
}

constexpr Operation kOperations[] = {
    {"certificate.begin", begin},
    {"certificate.finish", finish},
};

}  // namespace

std::span<const Operation> verify_operations() { return kOperations; }

}  // namespace lachan
