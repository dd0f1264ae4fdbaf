// Certificates: what a code says, what has to be proven, and the verdict. The platform proves signatures between the two calls.

#include <atomic>

#include "certificate/inspection.h"
#include "certificate/schema.h"
#include "certificate/verdict.h"
#include "core/verifier.h"
#include "kernel/json_writer.h"

namespace lachan {
namespace {

using certificate::Inspection;
using certificate::Knowledge;

/// A page has at most 64 proofs in flight; what nobody finished makes room for what is new.
constexpr std::size_t kMostOpen = 256;

/// Of the program and not of one verifier: answers that another one asked for find nobody, never another certificate.
std::atomic<std::int64_t> last_ticket{0};

/// What a verifier may decide for himself: {"policy": {"fit", "rules", "country"}}. Absent means the strict way (CERTIFICATES 7.2), and no
/// business rules. Errc::not_found with rule rules.pack.
Result<Knowledge> known_for(Verifier& verifier, const Json& request) {
    Knowledge known = verifier.knowledge();
    const Json& policy = at(request, "policy");
    if (text_at(policy, "fit") == "tolerated") known.policy.fit = certificate::KeyFit::tolerated;
    if (const std::string_view country = text_at(policy, "country"); !country.empty()) known.policy.verifier_country = country;
    if (const std::string_view pack = text_at(policy, "rules"); !pack.empty()) known.rules = TRY(verifier.pack(pack));
    return known;
}

Result<std::string> judged(Verifier& verifier, Inspection inspection, const Json& request) {
    const Instant now = TRY(now_of(request));
    const auto answers = TRY(certificate::answers_from_json(at(request, "answers"), inspection.checks.size()));
    return certificate::to_text(certificate::judge(std::move(inspection), answers, now, TRY(known_for(verifier, request))));
}

Result<Json> inspect(Verifier& verifier, const Json& request) {
    return certificate::to_json(certificate::inspect(text_at(request, "text"), verifier.knowledge()));
}

Result<std::string> judge(Verifier& verifier, const Json& request) {
    return judged(verifier, TRY(certificate::inspection_from_json(at(request, "inspection"))), request);
}

/// As `inspect`, but the inspection stays here until `finish` asks for it: what goes out is what is to be proven.
Result<std::string> begin(Verifier& verifier, const Json& request) {
    Inspection inspection = certificate::inspect(text_at(request, "text"), verifier.knowledge());
    JsonWriter reply(2048);
    reply.open_object();
    reply.key("checks");
    certificate::write_checks(reply, inspection);
    if (verifier.open_inspections.size() == kMostOpen) verifier.open_inspections.erase(verifier.open_inspections.begin());
    const std::int64_t ticket = ++last_ticket;
    verifier.open_inspections.emplace(ticket, std::move(inspection));
    reply.key("ticket");
    reply.number(ticket);
    reply.close_object();
    return reply.take();
}

Result<std::string> finish(Verifier& verifier, const Json& request) {
    auto found = verifier.open_inspections.extract(int_at(request, "ticket"));
    if (found.empty()) return Error{Errc::not_found, "certificate.ticket", "not begun, or finished already"};
    return judged(verifier, std::move(found.mapped()), request);
}

/// What of a {"content"} deviates from the schema of its own version (schema.h). As text, since a fraction is such a deviation.
Result<Json> check_schema(Verifier&, const Json& request) {
    const Json content = TRY(parse_json(text_at(request, "content"), {64 * 1024, 16, true}));
    const auto found = certificate::strict_schema_faults(content);
    Json faults = Json::array();
    for (const auto& fault : found) faults.push_back({{"path", fault.path}, {"rule", fault.rule}});
    return Json{{"breaks", certificate::breaks_schema(found)}, {"faults", std::move(faults)}};
}

constexpr VerifierOperation kOperations[] = {
    {"certificate.begin", begin},
    {"certificate.finish", finish},
    {"certificate.inspect", inspect},
    {"certificate.judge", judge},
    {"certificate.faults", check_schema},
};

}  // namespace

std::span<const VerifierOperation> verify_operations() { return kOperations; }

}  // namespace lachan
