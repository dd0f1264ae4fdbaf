#include "certificate/revocation_query.h"

namespace lachan::certificate {
namespace {

/// The identifier of every entry the payload has, whatever else is wrong with it.
std::vector<std::string> uvcis_in(const Json& payload) {
    std::vector<std::string> uvcis;
    for (const Event event : {Event::vaccination, Event::test, Event::recovery}) {
        const Json& list = at(payload, key_of(event));
        if (!list.is_array()) continue;
        for (const Json& entry : list) {
            if (!text_at(entry, "ci").empty()) uvcis.emplace_back(text_at(entry, "ci"));
        }
    }
    return uvcis;
}

}  // namespace

RevocationQuery query_of(const Inspection& inspection, const Signer* signer) {
    RevocationQuery query;
    query.scheme = scheme_of(inspection.family).value_or(Scheme::hcert);
    query.kid = inspection.kid;
    query.country = signer != nullptr && !signer->country.empty() ? signer->country : inspection.issuer;
    query.uvcis = uvcis_in(inspection.content);
    query.issued_at = inspection.issued_at;
    query.is_ecdsa = inspection.algorithm != Algorithm::ps256 && inspection.algorithm != Algorithm::eddsa;
    // All checks are of one signature, with different keys.
    if (!inspection.checks.empty()) query.signature = inspection.checks[0].signature;
    if (signer != nullptr) query.crl_version = signer->crl_version;
    return query;
}

}  // namespace lachan::certificate
