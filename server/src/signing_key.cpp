#include "signing_key.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace lachan {
namespace {

using certificate::Algorithm;

struct Free {
    void operator()(EVP_MD_CTX* value) const { EVP_MD_CTX_free(value); }
    void operator()(ECDSA_SIG* value) const { ECDSA_SIG_free(value); }
};

const EVP_MD* digest_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::es384: return EVP_sha384();
        case Algorithm::es512: return EVP_sha512();
        case Algorithm::eddsa: return nullptr;
        case Algorithm::es256:
        case Algorithm::ps256:
        case Algorithm::rs256: break;
    }
    return EVP_sha256();
}

EVP_PKEY* new_key(Algorithm algorithm, int rsa_bits) {
    switch (algorithm) {
        case Algorithm::es256: return EVP_EC_gen("P-256");
        case Algorithm::es384: return EVP_EC_gen("P-384");
        case Algorithm::es512: return EVP_EC_gen("P-521");
        case Algorithm::eddsa: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
        case Algorithm::ps256:
        case Algorithm::rs256: break;
    }
    return EVP_RSA_gen(static_cast<unsigned int>(rsa_bits));
}

Error failed(const char* detail) {
    ERR_clear_error();
    return Error{Errc::unavailable, "signing", detail};
}

/// r and s at the full width of the curve, one behind the other.
Bytes raw_from_der(const Bytes& der, std::size_t half) {
    const unsigned char* at = der.data();
    const std::unique_ptr<ECDSA_SIG, Free> signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    Bytes raw(2 * half);
    if (signature == nullptr ||
        BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), static_cast<int>(half)) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + half, static_cast<int>(half)) < 0) {
        return {};
    }
    return raw;
}

}  // namespace

void SigningKey::FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

Result<SigningKey> SigningKey::generate(Algorithm algorithm, int rsa_bits) {
    EVP_PKEY* key = new_key(algorithm, rsa_bits);
    if (key == nullptr) return failed("no key could be made");
    return SigningKey(key, algorithm);
}

Result<Bytes> SigningKey::sign(std::span<const std::uint8_t> data, Algorithm hash_of) const {
    const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* key_context = nullptr;  // owned by `context`
    if (EVP_DigestSignInit(context.get(), &key_context, digest_of(hash_of), nullptr, key_.get()) != 1) {
        return failed("the key cannot sign");
    }
    if (hash_of == Algorithm::ps256 && (EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) != 1 ||
                   EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) != 1)) {
        return failed("RSA-PSS is not available");
    }
    std::size_t size = 0;
    if (EVP_DigestSign(context.get(), nullptr, &size, data.data(), data.size()) != 1) return failed("no signature");
    Bytes signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) != 1)
        return failed("no signature");
    signature.resize(size);
    if (EVP_PKEY_get_base_id(key_.get()) != EVP_PKEY_EC) return signature;
    Bytes raw = raw_from_der(signature, static_cast<std::size_t>((EVP_PKEY_get_bits(key_.get()) + 7) / 8));
    if (raw.empty()) return failed("the signature is no r and s");
    return raw;
}

Bytes SigningKey::spki() const {
    Bytes spki(static_cast<std::size_t>(i2d_PUBKEY(key_.get(), nullptr)));
    unsigned char* end = spki.data();
    i2d_PUBKEY(key_.get(), &end);
    return spki;
}

}  // namespace lachan
