#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <optional>

#include "signing_key.h"
#include "x509.h"

namespace lachan {
namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};

Error failed(Errc code, const char* detail) {
    ERR_clear_error();
    return Error{code, "signing", detail};
}

}  // namespace

Result<SigningKey> SigningKey::from_pem(std::string_view pem) {
    const std::unique_ptr<BIO, FreeBio> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr);
    if (key == nullptr) return failed(Errc::malformed, "no private key in PEM");
    SigningKey read(key, certificate::Algorithm::es256);
    const auto named = signer_from_spki(read.spki());
    if (!named) return failed(Errc::malformed, "a key that signs no certificates");
    read.algorithm_ = named->algorithm;
    return read;
}

Result<std::string> SigningKey::to_pem() const {
    const std::unique_ptr<BIO, FreeBio> out(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return failed(Errc::unavailable, "OpenSSL does not write the key");
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace lachan
