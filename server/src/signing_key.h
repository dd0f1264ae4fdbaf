#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "certificate/bundle.h"
#include "kernel/crypto.h"
#include "kernel/result.h"

struct evp_pkey_st;

namespace lachan {

/// A private key that signs certificates. It lives on the server or on the signing machine, never in a page.
class SigningKey {
public:
    /// A new key: P-256, P-384, P-521, Ed25519, or RSA of `rsa_bits`. Errc::unavailable when OpenSSL cannot make one.
    static Result<SigningKey> generate(certificate::Algorithm algorithm, int rsa_bits = 2048);

    /// Reads a private key on a NIST curve, or an RSA key of 2048 bits or more. Errc::malformed with rule signing.
    static Result<SigningKey> from_pem(std::string_view pem);
    /// PKCS #8, not encrypted: for a file that its owner alone may read.
    Result<std::string> to_pem() const;

    /// A signature as COSE carries it: raw r and s, or RSA-PSS with a salt as long as the hash. `hash_of` chooses the
    /// hash where it differs from the key's own (ES256 over a P-384 key, for the tests of verifiers).
    Result<Bytes> sign(std::span<const std::uint8_t> data, certificate::Algorithm hash_of) const;
    Result<Bytes> sign(std::span<const std::uint8_t> data) const { return sign(data, algorithm_); }

    certificate::Algorithm algorithm() const { return algorithm_; }
    /// SubjectPublicKeyInfo in DER.
    Bytes spki() const;
    evp_pkey_st* handle() const { return key_.get(); }

private:
    struct FreeKey {
        void operator()(evp_pkey_st* key) const;
    };

    SigningKey(evp_pkey_st* key, certificate::Algorithm algorithm) : key_(key), algorithm_(algorithm) {}

    std::unique_ptr<evp_pkey_st, FreeKey> key_;
    certificate::Algorithm algorithm_;
};

}  // namespace lachan
