#include "jwk.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "certificate/packed_spki.h"
#include "sources.h"

namespace lachan::trust {
namespace {

using certificate::Algorithm;
using certificate::Signer;

Error rejected(const char* rule, const char* detail) { return Error{Errc::rejected, rule, detail}; }

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

/// Whether OpenSSL takes it: a point that is not on its curve is no key.
bool is_key(const Bytes& spki) {
    const unsigned char* at = spki.data();
    const std::unique_ptr<EVP_PKEY, FreeKey> key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
    ERR_clear_error();
    return key != nullptr;
}

/// A number of exactly `width` bytes; zeros before it do not count.
Result<Bytes> number_at(const Json& json, const char* name, std::size_t width) {
    auto bytes = lenient_base64(text_at(json, name));
    if (!bytes) return rejected("jwk.key", name);
    while (bytes->size() > width && bytes->front() == 0) bytes->erase(bytes->begin());
    if (bytes->empty() || bytes->size() > width) return rejected("jwk.key", name);
    bytes->insert(bytes->begin(), width - bytes->size(), 0);
    return bytes;
}

Result<Jwk> elliptic(const Json& json) {
    const std::string_view curve = text_at(json, "crv");
    Jwk jwk;
    std::size_t width = 32;
    if (curve == "P-384") {
        jwk.algorithm = Algorithm::es384;
        width = 48;
    } else if (curve == "P-521") {
        jwk.algorithm = Algorithm::es512;
        width = 66;
    } else if (curve != "P-256") {
        return rejected("jwk.curve", "not a NIST curve");
    }
    Bytes point = TRY(number_at(json, "x", width));
    const Bytes y = TRY(number_at(json, "y", width));
    point.insert(point.end(), y.begin(), y.end());
    jwk.spki = certificate::spki_of(jwk.algorithm, point);
    return jwk;
}

Result<Jwk> rsa(const Json& json) {
    auto modulus = lenient_base64(text_at(json, "n"));
    while (modulus && !modulus->empty() && modulus->front() == 0) modulus->erase(modulus->begin());
    if (!modulus || text_at(json, "e") != "AQAB") return rejected("jwk.key", "RSA with the exponent 65537 only");
    Jwk jwk{Algorithm::ps256, certificate::spki_of(Algorithm::ps256, *modulus)};
    if (jwk.spki.empty()) return rejected("jwk.key", "RSA of 2048 to 8192 bits");
    return jwk;
}

/// The thumbprint of an elliptic key (RFC 7638): SHA-256 of its required members in order.
Sha256 thumbprint(const Json& json) {
    return sha256(
        canonical({{"crv", at(json, "crv")}, {"kty", at(json, "kty")}, {"x", at(json, "x")}, {"y", at(json, "y")}}));
}

}  // namespace

Result<Jwk> jwk_from_json(const Json& json) {
    const std::string_view type = text_at(json, "kty");
    Jwk jwk;
    if (type == "EC") {
        jwk = TRY(elliptic(json));
    } else if (type == "RSA") {
        jwk = TRY(rsa(json));
    } else if (type == "OKP" && text_at(json, "crv") == "Ed25519") {
        jwk = {Algorithm::eddsa, certificate::spki_of(Algorithm::eddsa, TRY(number_at(json, "x", 32)))};
    } else {
        return rejected("jwk.type", "neither EC nor RSA nor Ed25519");
    }
    if (!is_key(jwk.spki)) return rejected("jwk.key", "not a key of that kind");
    return jwk;
}

Result<Signer> card_signer_from_json(const Json& json, const std::string& issuer) {
    if (!issuer.starts_with("https://") || issuer.ends_with("/"))
        return rejected("jwk.issuer", "the issuer is an https address without a slash at its end");
    if (text_at(json, "kty") != "EC") return rejected("jwk.type", "kty is EC");
    if (text_at(json, "crv") != "P-256") return rejected("jwk.curve", "crv is P-256");
    if (text_at(json, "use") != "sig") return rejected("jwk.use", "use is sig");
    if (text_at(json, "alg") != "ES256") return rejected("jwk.algorithm", "alg is ES256");
    if (json.contains("d")) return rejected("jwk.private", "a published key must not hold its private part");
    const Jwk jwk = TRY(jwk_from_json(json));
    const Sha256 print = thumbprint(json);
    const auto kid = from_base64url(text_at(json, "kid"));
    if (!kid || !std::equal(kid->begin(), kid->end(), print.begin(), print.end()))
        return rejected("jwk.kid", "kid is not the thumbprint of the key");
    Signer signer;
    signer.scheme = certificate::Scheme::smart_health_card;
    signer.kid = *kid;
    signer.issuer = issuer;
    signer.algorithm = jwk.algorithm;
    signer.spki = jwk.spki;
    signer.not_before = kNoStart;
    signer.not_after = kNoEnd;
    signer.crl_version = std::max<std::int64_t>(0, int_at(json, "crlVersion"));
    return signer;
}

}  // namespace lachan::trust
