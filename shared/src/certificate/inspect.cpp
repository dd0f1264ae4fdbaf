#include <algorithm>
#include <array>

#include "certificate/base45.h"
#include "certificate/cose.h"
#include "certificate/inflate.h"
#include "certificate/inspection.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

using cbor::Item;
using cbor::Kind;

// COSE header parameters (RFC 9052 section 3.1) and algorithms (RFC 9053, RFC 8230).
constexpr std::int64_t kHeaderAlgorithm = 1;
constexpr std::int64_t kHeaderKid = 4;
constexpr std::int64_t kAlgorithmEs256 = -7;
constexpr std::int64_t kAlgorithmPs256 = -37;
constexpr std::size_t kKidBytes = 8;

// Keys of the health claim that the WHO gave out or proposed: 3 and 4 DDCC, 5 health link, -6 minimal DVC.
constexpr std::int64_t kSubClaimDcc = 1;
constexpr std::array<std::int64_t, 4> kSubClaimsOfWho{3, 4, 5, -6};

constexpr std::array<std::size_t, 3> kEcdsaSignatureBytes{64, 96, 132};
// RSA-2048 is the least the specification allows, RSA-8192 more than anyone issues.
constexpr std::size_t kLeastRsaSignatureBytes = 256;
constexpr std::size_t kMostRsaSignatureBytes = 1024;

void add_once(std::vector<std::string>& list, std::string_view code) {
    if (std::find(list.begin(), list.end(), code) == list.end()) list.emplace_back(code);
}

Inspection stopped(Inspection inspection, State state, std::string reason) {
    inspection.structure = Axis{state, {std::move(reason)}};
    return inspection;
}

std::size_t signature_bytes_of(Algorithm ecdsa) {
    switch (ecdsa) {
        case Algorithm::es384: return kEcdsaSignatureBytes[1];
        case Algorithm::es512: return kEcdsaSignatureBytes[2];
        default: return kEcdsaSignatureBytes[0];
    }
}

bool is_rsa(Algorithm algorithm) { return algorithm == Algorithm::ps256; }

/// Whether a signature of this length could have been made with `algorithm` by any key.
bool has_possible_length(std::size_t length, Algorithm algorithm) {
    if (is_rsa(algorithm)) return length >= kLeastRsaSignatureBytes && length <= kMostRsaSignatureBytes;
    return std::find(kEcdsaSignatureBytes.begin(), kEcdsaSignatureBytes.end(), length) != kEcdsaSignatureBytes.end();
}

/// The algorithm of the protected header; the unprotected one is asked only when the protected header has none.
std::optional<Algorithm> algorithm_of(const Sign1& sign1, std::vector<std::string>& warnings) {
    const Item* named = cbor::find(sign1.protected_header, kHeaderAlgorithm);
    if (named == nullptr) {
        named = cbor::find(sign1.unprotected_header, kHeaderAlgorithm);
        if (named != nullptr) add_once(warnings, "algorithm-unprotected");
    }
    if (named == nullptr) return std::nullopt;
    if (named->is_integer(kAlgorithmEs256)) return Algorithm::es256;
    if (named->is_integer(kAlgorithmPs256)) return Algorithm::ps256;
    return std::nullopt;
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
    const bool has_other_known_kid =
        is_protected && !unprotected.empty() && unprotected != inspection.kid && !bundle.with_kid(unprotected).empty();
    // The protected kid counts. One that leads nowhere beside one that leads to a key is a contradiction, not an
    // unknown key.
    if (has_other_known_kid && bundle.with_kid(inspection.kid).empty()) add_once(faults, "kid-mismatch");
}

/// Lists a check for every key of that kid that fits, or says why no key does.
void list_checks(const Sign1& sign1, const TrustBundle& bundle, Inspection& inspection) {
    auto& faults = inspection.signature_faults;
    if (!inspection.algorithm) return add_once(faults, "algorithm-unknown");
    if (!has_possible_length(sign1.signature.size(), *inspection.algorithm))
        return add_once(faults, "signature-length");
    if (!faults.empty()) return;
    const Bytes to_verify = signed_bytes(sign1.protected_bytes, sign1.payload);
    bool has_unfit_key = false;
    bool has_other_length = false;
    for (const Signer& signer : bundle.with_kid(inspection.kid)) {
        if (is_rsa(signer.algorithm) != is_rsa(*inspection.algorithm)) {
            has_unfit_key = true;
            continue;
        }
        if (!is_rsa(signer.algorithm) && signature_bytes_of(signer.algorithm) != sign1.signature.size()) {
            has_other_length = true;
            continue;
        }
        inspection.checks.push_back(SignatureCheck{*inspection.algorithm, signer.algorithm, inspection.kid, signer.spki,
                                                   to_verify, Bytes(sign1.signature.begin(), sign1.signature.end())});
    }
    if (!inspection.checks.empty()) return;
    if (has_unfit_key) add_once(faults, "algorithm-key-mismatch");
    if (has_other_length) add_once(faults, "signature-length");
}

/// The content of claim -260/1 and the rest of the structure axis.
void read_content(const Claims& claims, Inspection& inspection) {
    const Item* dcc = cbor::find(claims.hcert, kSubClaimDcc);
    if (dcc == nullptr) {
        const bool is_of_who = std::any_of(kSubClaimsOfWho.begin(), kSubClaimsOfWho.end(), [&claims](std::int64_t key) {
            return cbor::find(claims.hcert, key) != nullptr;
        });
        if (is_of_who) inspection.family = Family::who_ddcc;
        inspection.structure =
            is_of_who ? Axis{State::not_checked, {"family-unsupported"}} : Axis{State::fail, {"claim-missing"}};
        return;
    }
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

Inspection inspect_hcert(const Detection& found, const TrustBundle& bundle, Inspection inspection) {
    const auto compressed = from_base45(found.body);
    if (!compressed) return stopped(std::move(inspection), State::fail, compressed.error().rule);
    const auto message = inflate_zlib(*compressed);
    if (!message) return stopped(std::move(inspection), State::fail, message.error().rule);
    const auto sign1 = read_sign1(*message);
    if (!sign1) return stopped(std::move(inspection), State::fail, sign1.error().rule);

    inspection.algorithm = algorithm_of(*sign1, inspection.warnings);
    read_kid(*sign1, bundle, inspection);
    list_checks(*sign1, bundle, inspection);

    auto claims = read_claims(sign1->payload);
    if (!claims) return stopped(std::move(inspection), State::fail, claims.error().rule);
    inspection.issuer = claims->issuer;
    inspection.issued_at = claims->issued_at;
    inspection.expires_at = claims->expires_at;
    for (const std::string& warning : claims->warnings) add_once(inspection.warnings, warning);
    read_content(*claims, inspection);
    return inspection;
}

}  // namespace

const char* name_of(State state) {
    switch (state) {
        case State::pass: return "pass";
        case State::fail: return "fail";
        case State::not_checked: return "notChecked";
        case State::not_applicable: return "notApplicable";
    }
    return "notChecked";
}

Inspection inspect(std::string_view text, const TrustBundle& bundle) {
    Inspection inspection;
    if (trim(text).size() > kTextLimit) return stopped(std::move(inspection), State::fail, "size-limit");
    const Detection found = detect(text);
    inspection.family = found.family;
    if (found.was_percent_encoded) inspection.warnings.emplace_back("percent-encoded");
    if (!found.reason.empty()) {
        // A version that is not ours yet is a certificate all the same; the rest is not one that can be read here.
        const State state = found.reason == "prefix-version" ? State::not_checked : State::fail;
        return stopped(std::move(inspection), state, found.reason);
    }
    if (found.family == Family::hcert) return inspect_hcert(found, bundle, std::move(inspection));
    return stopped(std::move(inspection), State::not_checked, "family-unsupported");
}

}  // namespace lachan::certificate
