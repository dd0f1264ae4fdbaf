#include <algorithm>

#include "certificate/base45.h"
#include "certificate/checks.h"
#include "certificate/cose.h"
#include "certificate/inflate.h"
#include "certificate/readers.h"
#include "certificate/who.h"

namespace lachan::certificate {
namespace {

using cbor::Item;
using cbor::Kind;

constexpr std::size_t kKidBytes = 8;
constexpr std::int64_t kSubClaimDcc = 1;

/// The algorithm of the protected header; the unprotected one is asked only when the protected header has none.
std::optional<Algorithm> algorithm_of(const Sign1& sign1, std::vector<std::string>& warnings) {
    const Item* named = cbor::find(sign1.protected_header, kHeaderAlgorithm);
    if (named == nullptr) {
        named = cbor::find(sign1.unprotected_header, kHeaderAlgorithm);
        if (named != nullptr) add_once(warnings, "algorithm-unprotected");
    }
    return named == nullptr ? std::nullopt : cose_algorithm(*named);
}

Bytes kid_in(const Item& header) {
    const Item* kid = cbor::find(header, kHeaderKid);
    if (kid == nullptr || !kid->is(Kind::bytes)) return {};
    return Bytes(kid->content.begin(), kid->content.end());
}

/// Fills in the kid by the rules of CERTIFICATES section 2 and names what is wrong with it.
void read_kid(const Sign1& sign1, const TrustBundle& bundle, Inspection& inspection) {
    const bool is_protected = cbor::find(sign1.protected_header, kHeaderKid) != nullptr;
    const Bytes unprotected = kid_in(sign1.unprotected_header);
    inspection.kid = is_protected ? kid_in(sign1.protected_header) : unprotected;
    auto& faults = inspection.signature_faults;
    if (inspection.kid.empty()) return add_once(faults, "kid-missing");
    if (inspection.kid.size() != kKidBytes) return add_once(faults, "kid-length");
    const bool has_other_known_kid = is_protected && !unprotected.empty() && unprotected != inspection.kid &&
                                     !bundle.with_kid(Scheme::hcert, unprotected).empty();
    // The protected kid counts. One that leads nowhere beside one that leads to a key is a contradiction, not an
    // unknown key.
    if (has_other_known_kid && bundle.with_kid(Scheme::hcert, inspection.kid).empty()) add_once(faults, "kid-mismatch");
}

/// The content of claim -260/1 and the rest of the structure axis.
void read_content(const Claims& claims, Inspection& inspection) {
    const Item* dcc = cbor::find(claims.hcert, kSubClaimDcc);
    if (dcc == nullptr) return read_who_content(claims, inspection);
    if (!dcc->is(Kind::map)) {
        inspection.structure = Axis{State::fail, {"cwt"}};
        return;
    }
    auto content = cbor::to_json(*dcc, inspection.warnings);
    if (!content) {
        inspection.structure = Axis{State::fail, {content.error().rule}};
        return;
    }
    inspection.content = std::move(*content);
    DccContent checked = check_dcc(inspection.content);
    inspection.version = std::move(checked.version);
    inspection.events = std::move(checked.events);
    inspection.faults = std::move(checked.faults);
    for (const std::string& warning : checked.warnings) add_once(inspection.warnings, warning);
    const bool is_unsupported = checked.reasons.size() == 1 && checked.reasons[0] == "version-unsupported";
    const State state = is_unsupported ? State::not_checked : State::fail;
    inspection.structure = checked.reasons.empty() ? Axis{State::pass, {}} : Axis{state, std::move(checked.reasons)};
}

}  // namespace

Inspection inspect_hcert(std::string_view body, const Knowledge& known, Inspection inspection) {
    const auto compressed = from_base45(body);
    if (!compressed) return stopped(std::move(inspection), State::fail, compressed.error().rule);
    const auto message = inflate_zlib(*compressed);
    if (!message) return stopped(std::move(inspection), State::fail, message.error().rule);
    const auto sign1 = read_sign1(*message);
    if (!sign1) return stopped(std::move(inspection), State::fail, sign1.error().rule);

    inspection.algorithm = algorithm_of(*sign1, inspection.warnings);
    read_kid(*sign1, *known.trust, inspection);
    list_checks(Scheme::hcert, *known.trust, signed_bytes(sign1->protected_bytes, sign1->payload),
                Bytes(sign1->signature.begin(), sign1->signature.end()), inspection);

    auto claims = read_claims(sign1->payload);
    if (!claims) return stopped(std::move(inspection), State::fail, claims.error().rule);
    inspection.issuer = claims->issuer;
    inspection.issued_at = claims->issued_at;
    inspection.expires_at = claims->expires_at;
    for (const std::string& warning : claims->warnings) add_once(inspection.warnings, warning);
    read_content(*claims, inspection);
    return inspection;
}

}  // namespace lachan::certificate
