#include "certificate/checks.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lachan::certificate {
namespace {

constexpr std::array<std::size_t, 3> kEcdsaSignatureBytes{64, 96, 132};
constexpr std::size_t kEd25519SignatureBytes = 64;
// RSA-2048 is the least the specification allows, RSA-8192 more than anyone issues.
constexpr std::size_t kLeastRsaSignatureBytes = 256;
constexpr std::size_t kMostRsaSignatureBytes = 1024;

}  // namespace

bool is_rsa(Algorithm algorithm) { return algorithm == Algorithm::ps256 || algorithm == Algorithm::rs256; }

std::size_t signature_bytes_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::es384: return kEcdsaSignatureBytes[1];
        case Algorithm::es512: return kEcdsaSignatureBytes[2];
        case Algorithm::eddsa: return kEd25519SignatureBytes;
        default: return kEcdsaSignatureBytes[0];
    }
}

bool has_possible_length(std::size_t length, Algorithm algorithm) {
    if (is_rsa(algorithm)) return length >= kLeastRsaSignatureBytes && length <= kMostRsaSignatureBytes;
    if (algorithm == Algorithm::eddsa) return length == kEd25519SignatureBytes;
    return std::find(kEcdsaSignatureBytes.begin(), kEcdsaSignatureBytes.end(), length) != kEcdsaSignatureBytes.end();
}

bool is_same_kind(Algorithm algorithm, Algorithm key) {
    const bool is_edwards = algorithm == Algorithm::eddsa;
    return is_rsa(algorithm) == is_rsa(key) && is_edwards == (key == Algorithm::eddsa);
}

void add_once(std::vector<std::string>& list, std::string_view code) {
    if (std::find(list.begin(), list.end(), code) == list.end()) list.emplace_back(code);
}

void list_checks(Scheme scheme, const TrustBundle& bundle, const Bytes& signed_bytes, const Bytes& signature,
                 Inspection& inspection) {
    auto& faults = inspection.signature_faults;
    if (!inspection.algorithm) return add_once(faults, "algorithm-unknown");
    const Algorithm algorithm = *inspection.algorithm;
    if (!has_possible_length(signature.size(), algorithm)) return add_once(faults, "signature-length");
    if (!faults.empty()) return;
    bool has_unfit_key = false;
    bool has_other_length = false;
    for (const Signer& signer : bundle.with_kid(scheme, inspection.kid)) {
        if (signer.is_authority) continue;
        if (!is_same_kind(algorithm, signer.algorithm)) {
            has_unfit_key = true;
        } else if (!is_rsa(signer.algorithm) && signature_bytes_of(signer.algorithm) != signature.size()) {
            has_other_length = true;
        } else {
            inspection.checks.push_back(SignatureCheck{Purpose::content, algorithm, signer.algorithm, inspection.kid,
                                                       signer.spki, signed_bytes, signature});
        }
    }
    if (!inspection.checks.empty()) return;
    if (has_unfit_key) add_once(faults, "algorithm-key-mismatch");
    if (has_other_length) add_once(faults, "signature-length");
}

Inspection stopped(Inspection inspection, State state, std::string reason) {
    inspection.structure = Axis{state, {std::move(reason)}};
    return inspection;
}

}  // namespace lachan::certificate
