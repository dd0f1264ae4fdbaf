#include "certificate/linked_contexts.h"

#include <algorithm>

namespace lachan::certificate {
namespace {

using enum Meaning;
using enum Space;

// https://www.w3.org/2018/credentials/v1

constexpr Term kId{"id", identifier};
constexpr Term kType{"type", type};
constexpr Term kCredentialsPrefix{"cred", prefix};
constexpr Term kSecurityPrefix{"sec", prefix};
constexpr Term kSchemaTypesPrefix{"xsd", prefix};

constexpr Term kCredentialSchemaTerms[]{
    kId, kType, kCredentialsPrefix, {"JsonSchemaValidator2018", literal, credentials, "JsonSchemaValidator2018"}};
constexpr Context kCredentialSchema{kCredentialSchemaTerms};

constexpr Term kRefreshServiceTerms[]{
    kId, kType, kCredentialsPrefix, {"ManualRefreshService2018", literal, credentials, "ManualRefreshService2018"}};
constexpr Context kRefreshService{kRefreshServiceTerms};

// A proof inside of the document would be a graph of its own; the one that counts is taken out before.
constexpr Term kProof{"proof", closed};

constexpr Term kCredentialTerms[]{
    kId,
    kType,
    kCredentialsPrefix,
    kSecurityPrefix,
    kSchemaTypesPrefix,
    kProof,
    {"credentialSchema", reference, credentials, "credentialSchema", &kCredentialSchema},
    {"credentialStatus", reference, credentials, "credentialStatus"},
    {"credentialSubject", reference, credentials, "credentialSubject"},
    {"evidence", reference, credentials, "evidence"},
    {"expirationDate", instant, credentials, "expirationDate"},
    {"holder", reference, credentials, "holder"},
    {"issued", instant, credentials, "issued"},
    {"issuer", reference, credentials, "issuer"},
    {"issuanceDate", instant, credentials, "issuanceDate"},
    {"refreshService", reference, credentials, "refreshService", &kRefreshService},
    {"termsOfUse", reference, credentials, "termsOfUse"},
    {"validFrom", instant, credentials, "validFrom"},
    {"validUntil", instant, credentials, "validUntil"},
};
constexpr Context kCredential{kCredentialTerms};

constexpr Term kCredentialsV1Terms[]{
    kId,
    kType,
    kProof,
    {"VerifiableCredential", literal, credentials, "VerifiableCredential", &kCredential},
    {"VerifiablePresentation", closed},
    {"EcdsaSecp256k1Signature2019", closed},
    {"EcdsaSecp256r1Signature2019", closed},
    {"Ed25519Signature2018", closed},
    {"RsaSignature2018", closed},
};
constexpr Context kCredentialsV1{kCredentialsV1Terms};

// https://cowin.gov.in/credentials/vaccination/v1 and v2. Their prefix `vac` ends with a digit, and JSON-LD 1.1 takes
// for a prefix only what ends as an IRI's part does: "vac:city" is an IRI as it stands, in every signature there is.

constexpr Term kPostalAddressTerms[]{
    {"streetAddress", literal, schema, "streetAddress"}, {"streetAddress2", literal, none, "vac:addressLine2"},
    {"city", literal, none, "vac:city"},                 {"district", literal, none, "vac:district"},
    {"addressRegion", literal, schema, "addressRegion"}, {"postalCode", literal, schema, "postalCode"},
    {"addressCountry", literal, schema, "addressCountry"},
};
constexpr Context kPostalAddress{kPostalAddressTerms};
constexpr Term kAddress{"address", literal, schema, "PostalAddress", &kPostalAddress};
constexpr Term kName{"name", literal, schema, "name"};

constexpr Term kPersonTerms[]{
    kName,
    kAddress,
    {"refId", literal, schema, "id"},
    {"uhid", literal, schema, "id"},
    {"age", literal, schema, "Number"},
    {"gender", literal, schema, "gender"},
    {"sex", literal, schema, "gender"},
    {"nationality", literal, schema, "nationality"},
};
constexpr Context kPersonV1{kPersonTerms};
constexpr Term kPersonTermsV2[]{{"dob", literal, schema, "date"}};
constexpr Context kPersonV2{kPersonTermsV2, &kPersonV1};

constexpr Term kVerifierTerms[]{
    {"id", literal, schema, "id"}, kName, {"sign-image", literal, schema, "image"}};
constexpr Context kVerifier{kVerifierTerms};
constexpr Term kFacilityTerms[]{kName, kAddress, {"seal-image", literal, schema, "image"}};
constexpr Context kFacility{kFacilityTerms};

constexpr Term kVaccinationTerms[]{
    {"certificateId", literal, schema, "id"},
    {"feedbackUrl", literal, schema, "url"},
    {"infoUrl", literal, schema, "url"},
    {"batch", literal, schema, "id"},
    {"vaccine", literal, schema, "id"},
    {"manufacturer", literal, schema, "id"},
    {"date", literal, schema, "date"},
    {"effectiveStart", literal, schema, "date"},
    {"effectiveUntil", literal, schema, "date"},
    {"dose", literal, schema, "doseValue"},
    {"totalDoses", literal, schema, "doseValue"},
    {"verifier", literal, none, "vac:verifier", &kVerifier},
    {"facility", literal, none, "vac:Facility", &kFacility},
};
constexpr Context kVaccinationV1{kVaccinationTerms};
constexpr Term kVaccinationTermsV2[]{{"icd11Code", literal, schema, "id"}, {"prophylaxis", literal, schema, "name"}};
constexpr Context kVaccinationV2{kVaccinationTermsV2, &kVaccinationV1};

constexpr Term kProofOfVaccinationTerms[]{{"nonTransferable", literal, none, "vac:nonTransferable"}};
constexpr Context kProofOfVaccination{kProofOfVaccinationTerms};

constexpr Term kCowinTerms[]{
    kId,
    kType,
    {"schema", prefix},
    {"ProofOfVaccinationCredential", literal, schema, "ProofOfVaccinationCredential", &kProofOfVaccination},
};
constexpr Context kCowin{kCowinTerms};
constexpr Term kCowinTermsV1[]{
    {"vac", literal, none, "https://cowin.gov.in/credentials/vaccination/v1"},
    {"Person", literal, schema, "Person", &kPersonV1},
    {"Vaccination", literal, none, "vac:Vaccination", &kVaccinationV1},
};
constexpr Context kCowinV1{kCowinTermsV1, &kCowin};
constexpr Term kCowinTermsV2[]{
    {"vac", literal, none, "https://cowin.gov.in/credentials/vaccination/v2"},
    {"Person", literal, schema, "Person", &kPersonV2},
    {"Vaccination", literal, none, "vac:Vaccination", &kVaccinationV2},
};
constexpr Context kCowinV2{kCowinTermsV2, &kCowin};

// https://w3id.org/security/v2, with what it takes from v1

constexpr Term kProofTerms[]{
    kId,
    kType,
    {"Ed25519Signature2018", literal, security, "Ed25519Signature2018"},
    {"RsaSignature2018", literal, security, "RsaSignature2018"},
    {"assertionMethod", reference, security, "assertionMethod"},
    {"challenge", literal, security, "challenge"},
    {"created", instant, dublin_core, "created"},
    {"creator", reference, dublin_core, "creator"},
    {"domain", literal, security, "domain"},
    {"expires", instant, security, "expiration"},
    {"nonce", literal, security, "nonce"},
    {"proofPurpose", word, security, "proofPurpose"},
    {"verificationMethod", reference, security, "verificationMethod"},
};
constexpr Context kProofOptions{kProofTerms};

struct Publication {
    std::string_view url;
    const Context* context;
};

// Sri Lanka, the Philippines and Indonesia publish India's second version under addresses of their own.
constexpr Publication kPublished[]{
    {"https://www.w3.org/2018/credentials/v1", &kCredentialsV1},
    {"https://cowin.gov.in/credentials/vaccination/v1", &kCowinV1},
    {"https://cowin.gov.in/credentials/vaccination/v2", &kCowinV2},
    {"https://divoc.lgcc.gov.lk/credentials/vaccination/v1", &kCowinV2},
    {"https://divoc.prod/vaccine/credentials/vaccination/v1", &kCowinV2},
    {"https://www.pedulilindungi.id/credentials/vaccination/v2", &kCowinV2},
};

}  // namespace

const Term* Context::find(std::string_view name) const {
    const auto found = std::find_if(terms.begin(), terms.end(), [name](const Term& term) { return term.name == name; });
    if (found != terms.end()) return &*found;
    return more == nullptr ? nullptr : more->find(name);
}

std::string_view text_of(Space space) {
    switch (space) {
        case schema: return "https://schema.org/";
        case credentials: return "https://www.w3.org/2018/credentials#";
        case security: return "https://w3id.org/security#";
        case dublin_core: return "http://purl.org/dc/terms/";
        case none: break;
    }
    return {};
}

const Context* context_at(std::string_view url) {
    for (const Publication& publication : kPublished) {
        if (publication.url == url) return publication.context;
    }
    return nullptr;
}

const Context& proof_context() { return kProofOptions; }

}  // namespace lachan::certificate
