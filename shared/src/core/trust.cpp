// The bundle that certificates are judged with: offered, proven by the shell, taken into use.

#include "certificate/base45.h"
#include "certificate/delta.h"
#include "core/verifier.h"

namespace lachan {
namespace {

using certificate::RevocationSet;
using certificate::Scheme;
using certificate::Section;
using certificate::Signer;
using certificate::VerifierBundle;

Result<Bytes> bytes_at(const Json& request, const char* key) {
    auto bytes = certificate::from_base64(text_at(request, key));
    if (!bytes) return Error{Errc::malformed, "request.bytes", key};
    return bytes;
}

/// The keys (SubjectPublicKeyInfo) that this verifier was built with.
Result<std::vector<Bytes>> pins_of(const Json& request) {
    std::vector<Bytes> pins;
    const Json& keys = at(request, "keys");
    if (!keys.is_array()) return Error{Errc::malformed, "request.keys", "keys is a list"};
    for (const Json& key : keys) pins.push_back(TRY(bytes_at({{"key", key}}, "key")));
    return pins;
}

Json signers_by_scheme(const std::vector<Signer>& signers) {
    Json counts = Json::object();
    for (const Signer& signer : signers) {
        Json& count = counts[name_of(signer.scheme)];
        count = (count.is_null() ? 0 : count.get<std::int64_t>()) + 1;
    }
    return counts;
}

Json optional_instant(const std::optional<Instant>& instant) { return instant ? Json(instant->ms) : Json(nullptr); }

Json revocation_info(const std::optional<RevocationSet>& set) {
    if (!set) return nullptr;
    return {{"lists", set->lists.size()},
            {"asOf", optional_instant(set->oldest())},
            {"freshUntil", optional_instant(set->stale_after())}};
}

Result<Json> info(Verifier& verifier, const Json&) {
    const VerifierBundle& bundle = verifier.trust();
    Json sections = Json::array();
    for (const Section& section : bundle.sections) {
        sections.push_back({{"name", section.name}, {"media", section.media}, {"version", section.version}});
    }
    return Json{{"issuedAt", bundle.trust.issued_at.ms},
                {"number", bundle.trust.number},
                {"revocation", revocation_info(bundle.revocation)},
                {"schemes", signers_by_scheme(bundle.trust.signers)},
                {"sections", sections},
                {"signers", bundle.trust.signers.size()},
                {"validUntil", bundle.trust.valid_until.ms}};
}

/// {"text"}, a list in JSON, with {"revocation"}, a section of it, neither signed: for programs that made them themselves. The page
/// never calls this.
Result<Json> load(Verifier& verifier, const Json& request) {
    VerifierBundle bundle;
    bundle.trust = TRY(certificate::TrustBundle::parse(text_at(request, "text")));
    if (request.contains("revocation")) bundle.revocation = TRY(RevocationSet::parse(TRY(bytes_at(request, "revocation"))));
    verifier.set_trust(std::move(bundle), {});
    return info(verifier, request);
}

/// {"bundle"} or {"delta"} to the one in use, with the pinned {"keys"}: {"number", "checks"} to prove.
Result<Json> offer(Verifier& verifier, const Json& request) {
    verifier.offered_trust.reset();
    Bytes data = TRY(bytes_at(request, "bundle"));
    if (data.empty()) data = TRY(certificate::apply_delta(verifier.packed_trust(), TRY(bytes_at(request, "delta"))));
    const auto pins = TRY(pins_of(request));
    auto inspection = TRY(certificate::inspect_bundle(data, pins));
    verifier.offered_trust = std::move(data);
    // Checks go over the wire as those of a certificate do.
    certificate::Inspection carrier;
    carrier.checks = std::move(inspection.checks);
    return Json{{"number", inspection.head.number}, {"checks", to_json(carrier)["checks"]}};
}

/// Takes what was offered into use when all {"answers"} are "valid". Whatever is wrong, the bundle in use stays.
Result<Json> accept(Verifier& verifier, const Json& request) {
    if (!verifier.offered_trust) return Error{Errc::conflict, "bundle.none", "no bundle was offered"};
    const Bytes data = std::move(*verifier.offered_trust);
    verifier.offered_trust.reset();
    const Json& list = at(request, "answers");
    const auto answers = TRY(certificate::answers_from_json(list, list.size()));
    const auto pins = TRY(pins_of(request));
    const VerifierBundle* current = verifier.packed_trust().empty() ? nullptr : &verifier.trust();
    VerifierBundle bundle = TRY(certificate::accept_bundle(data, answers, pins, current));
    if (bundle.revocation) bundle.revocation->drop_expired(TRY(now_of(request)));
    verifier.set_trust(std::move(bundle), data);
    return info(verifier, request);
}

/// The bytes in use, for keeping: one that came as a delta is known to nobody else as a whole.
Result<Json> packed(Verifier& verifier, const Json&) { return Json{{"bundle", certificate::to_base64(verifier.packed_trust())}}; }

/// A section that others read, such as the rules of entry: {"name"} gives its bytes.
Result<Json> section(Verifier& verifier, const Json& request) {
    const Section* found = verifier.trust().section(text_at(request, "name"));
    if (found == nullptr) return Error{Errc::not_found, "bundle.section", "the bundle has no such section"};
    return Json{
        {"content", certificate::to_base64(found->content)}, {"media", found->media}, {"version", found->version}};
}

constexpr VerifierOperation kOperations[] = {{"trust.accept", accept}, {"trust.info", info},     {"trust.load", load},
                                             {"trust.offer", offer},   {"trust.packed", packed}, {"trust.section", section}};

}  // namespace

std::span<const VerifierOperation> trust_operations() { return kOperations; }

}  // namespace lachan
