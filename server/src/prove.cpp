#include "prove.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

namespace lachan {
namespace {

using certificate::Algorithm;
using certificate::Answer;
using certificate::SignatureCheck;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeKeyContext {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
struct FreeEcdsa {
    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

/// Null for EdDSA, which hashes by itself.
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

/// OpenSSL's name of the kind of key that `algorithm` needs.
int key_kind_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::ps256:
        case Algorithm::rs256: return EVP_PKEY_RSA;
        case Algorithm::eddsa: return EVP_PKEY_ED25519;
        case Algorithm::es256:
        case Algorithm::es384:
        case Algorithm::es512: break;
    }
    return EVP_PKEY_EC;
}

/// How the key of a device begins: SubjectPublicKeyInfo of a point of P-256, not compressed (RFC 5480), as WebCrypto writes it.
constexpr std::array<std::uint8_t, 27> kP256 = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
                                                0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
constexpr std::size_t kPoint = 65;

/// A key of that form, made from its point; null for any other, and for a point that is not on the curve. OpenSSL 3 searches its decoders
/// for what it is given, which takes longer than the proof of a signature (130 us, this 17 us).
EVP_PKEY* p256_key(const Bytes& spki) {
    if (spki.size() != kP256.size() - 1 + kPoint || !std::equal(kP256.begin(), kP256.end(), spki.begin())) return nullptr;
    const std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
    std::array<char, 11> group = {"prime256v1"};
    Bytes point(spki.end() - kPoint, spki.end());
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
                               OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                               OSSL_PARAM_construct_end()};
    EVP_PKEY* key = nullptr;
    return EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1 ? key : nullptr;
}

EVP_PKEY* any_key(const Bytes& spki) {
    const unsigned char* at = spki.data();
    EVP_PKEY* const key = d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size()));
    if (key == nullptr || at == spki.data() + spki.size()) return key;
    EVP_PKEY_free(key);
    return nullptr;
}

/// OpenSSL takes ECDSA signatures in DER; COSE carries r and s as they are. Empty when the length is not that of the
/// key.
Bytes ecdsa_in_der(const Bytes& raw, const EVP_PKEY* key) {
    const auto half = static_cast<std::size_t>((EVP_PKEY_get_bits(key) + 7) / 8);
    if (raw.size() != 2 * half) return {};
    const std::unique_ptr<ECDSA_SIG, FreeEcdsa> signature(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(raw.data(), static_cast<int>(half), nullptr);
    BIGNUM* s = BN_bin2bn(raw.data() + half, static_cast<int>(half), nullptr);
    if (signature == nullptr || r == nullptr || s == nullptr || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)));
    unsigned char* end = der.data();
    i2d_ECDSA_SIG(signature.get(), &end);
    return der;
}

bool prepare_pss(EVP_PKEY_CTX* context) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
}

Answer verify(const SignatureCheck& check, EVP_PKEY* key) {
    const int kind = key_kind_of(check.algorithm);
    if (EVP_PKEY_get_base_id(key) != kind) return Answer::unsupported;
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* key_context = nullptr;  // owned by `context`
    if (context == nullptr ||
        EVP_DigestVerifyInit(context.get(), &key_context, digest_of(check.algorithm), nullptr, key) != 1) {
        return Answer::unsupported;
    }
    if (check.algorithm == Algorithm::ps256 && !prepare_pss(key_context)) return Answer::unsupported;
    const Bytes signature = kind == EVP_PKEY_EC ? ecdsa_in_der(check.signature, key) : check.signature;
    if (signature.empty()) return Answer::invalid;
    const int holds = EVP_DigestVerify(context.get(), signature.data(), signature.size(), check.signed_bytes.data(),
                                       check.signed_bytes.size());
    return holds == 1 ? Answer::valid : Answer::invalid;
}

}  // namespace

void Prover::FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

evp_pkey_st* Prover::key_of(const Bytes& spki) {
    const auto known = keys_.find(spki);
    if (known != keys_.end()) return known->second.get();
    std::unique_ptr<evp_pkey_st, FreeKey> key(p256_key(spki));
    if (key == nullptr) key.reset(any_key(spki));
    return keys_.emplace(spki, std::move(key)).first->second.get();
}

Answer Prover::prove(const SignatureCheck& check) {
    EVP_PKEY* key = key_of(check.spki);
    const Answer answer = key == nullptr ? Answer::unsupported : verify(check, key);
    ERR_clear_error();  // a wrong signature is an answer, not an error for the next caller of the library
    return answer;
}

std::vector<Answer> Prover::prove(std::span<const SignatureCheck> checks) {
    std::vector<Answer> answers;
    answers.reserve(checks.size());
    for (const SignatureCheck& check : checks) answers.push_back(prove(check));
    return answers;
}

}  // namespace lachan
