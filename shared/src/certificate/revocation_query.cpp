#include "certificate/revocation_query.h"

#include "certificate/health_card.h"
#include "certificate/who.h"
#include "certificate/x509_reader.h"

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

/// The certificate that signed, by its issuer's key and its number, and the seal's own identifier.
void add_seal(const Inspection& inspection, RevocationQuery& query) {
    const Json& message = at(inspection.content, "msg");
    for (const char* key : {"uvci", "utci"}) {
        if (!text_at(message, key).empty()) query.uvcis.emplace_back(text_at(message, key));
    }
    const auto signer = read_certificate(inspection.certificate);
    if (!signer) return;
    query.authority_key = signer->authority_key_id;
    query.serial = signer->serial_number();
}

/// Families whose content has one number, and it at one place.
std::string_view number_in(const Inspection& inspection) {
    switch (inspection.family) {
        case Family::who_ddcc: return who_number_of(inspection.content);
        case Family::lachan: return text_at(inspection.content, "identifier");
        default: return {};
    }
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
    if (inspection.family == Family::smart_health_card) query.rid = revocation_id_of(inspection.content);
    if (const std::string_view number = number_in(inspection); !number.empty()) query.uvcis.emplace_back(number);
    if (inspection.family == Family::icao_vds) add_seal(inspection, query);
    return query;
}

}  // namespace lachan::certificate
