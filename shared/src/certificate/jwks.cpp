#include <algorithm>
#include <iterator>
#include <utility>

#include "certificate/base45.h"
#include "certificate/health_card.h"
#include "certificate/x509_reader.h"

namespace lachan::certificate {
namespace {

constexpr JsonLimits kKeySetLimits{256 * 1024, 8};
constexpr std::size_t kMostKeys = 256;
constexpr std::size_t kCoordinateBytes = 32;
/// A key set names no dates for its keys; how fresh it is says the bundle that carries it.
constexpr Instant kAlways{253'402'300'799'000};

/// SubjectPublicKeyInfo of a P-256 key: what stands before the point is the same for all.
constexpr std::uint8_t kP256Head[]{0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                   0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

Error refused(const char* why) { return Error{Errc::rejected, "jwks.key", why}; }

Result<Bytes> p256_key(const Json& key) {
    Bytes spki(std::begin(kP256Head), std::end(kP256Head));
    for (const char* name : {"x", "y"}) {
        const auto coordinate = from_base64url(text_at(key, name));
        if (!coordinate || coordinate->size() != kCoordinateBytes) return refused("a coordinate has another length");
        spki.insert(spki.end(), coordinate->begin(), coordinate->end());
    }
    return spki;
}

Result<void> check_certificates(const Json& list, const Bytes& spki) {
    if (list.is_null()) return {};
    if (!list.is_array() || list.empty() || !list[0].is_string()) return refused("x5c holds no certificate");
    const auto der = from_base64(list[0].get_ref<const std::string&>());
    if (!der) return refused("x5c is no base64");
    const auto first = read_certificate(*der);
    if (!first || first->spki != spki) return refused("the first of x5c is not the certificate of this key");
    return {};
}

Result<Signer> signer_of_key(const Json& key, std::string_view issuer, std::string_view country) {
    if (key.contains("d")) return refused("it holds a private part");
    if (at(key, "kty") != Json("EC") || at(key, "crv") != Json("P-256")) return refused("not EC on P-256");
    if (at(key, "use") != Json("sig")) return refused("not for signing");
    if (at(key, "alg") != Json("ES256")) return refused("not for ES256");
    Signer signer;
    signer.spki = TRY(p256_key(key));
    const Json named{{"crv", at(key, "crv")}, {"kty", at(key, "kty")}, {"x", at(key, "x")}, {"y", at(key, "y")}};
    const Sha256 thumbprint = sha256(canonical(named));
    signer.kid.assign(thumbprint.begin(), thumbprint.end());
    if (text_at(key, "kid") != to_base64url(signer.kid)) return refused("the kid is not the key's thumbprint");
    TRY(check_certificates(at(key, "x5c"), signer.spki));
    if (key.contains("crlVersion") && int_at(key, "crlVersion", -1) < 0) return refused("crlVersion is no number");
    signer.scheme = Scheme::smart_health_card;
    signer.country = country;
    signer.issuer = issuer;
    signer.not_after = kAlways;
    signer.crl_version = int_at(key, "crlVersion", 0);
    return signer;
}

}  // namespace

Result<Jwks> read_jwks(std::string_view text, std::string_view issuer, std::string_view country) {
    if (!is_issuer_url(issuer)) return Error{Errc::malformed, "jwks.issuer", "not an https URL without trailing slash"};
    const auto document = parse_json(text, kKeySetLimits);
    const Json& keys = document ? at(*document, "keys") : at(Json(), "keys");
    if (!keys.is_array() || keys.size() > kMostKeys) return Error{Errc::malformed, "jwks.syntax", "no list of keys"};
    Jwks found;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto signer = signer_of_key(keys[i], issuer, country);
        if (signer)
            found.signers.push_back(std::move(*signer));
        else
            found.refused.push_back("keys[" + std::to_string(i) + "]: " + signer.error().detail);
    }
    return found;
}

}  // namespace lachan::certificate
