#include "receipt_key.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel/json.h"

namespace lachan::server {
namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeSignature {
    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

Error no_key(const std::string& why) { return {Errc::unavailable, "key.file", why}; }

/// Writes `text` under a name that only we may read, whole or not at all: two instances that start together keep one key.
bool write_private(const std::string& path, const std::string& text) {
    const std::string temporary = path + ".new-" + std::to_string(getpid());
    const int handle = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (handle < 0) return false;
    const bool written = ::write(handle, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(handle) == 0;
    close(handle);
    const bool linked = written && (link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
    unlink(temporary.c_str());
    return linked;
}

}  // namespace

void FileKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

FileKey::FileKey(evp_pkey_st* key) : key_(key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    if (size > 0) {
        const std::span<const std::uint8_t> bytes(der, static_cast<std::size_t>(size));
        public_key_ = to_base64url(bytes);
        id_ = to_base64url(sha256(bytes));
    }
    OPENSSL_free(der);
}

Result<FileKey> FileKey::generate() {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    if (!key) return no_key("OpenSSL makes no key");
    return FileKey(key);
}

Result<FileKey> FileKey::open(const std::string& folder, const std::string& name) {
    const std::string path = folder + '/' + name + ".pem";
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    if (!std::filesystem::exists(path, ignored)) {
        const FileKey fresh = TRY(generate());
        const std::unique_ptr<BIO, FreeBio> out(BIO_new(BIO_s_mem()));
        char* text = nullptr;
        if (PEM_write_bio_PKCS8PrivateKey(out.get(), fresh.key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
            return no_key("OpenSSL does not write the key");
        }
        const long size = BIO_get_mem_data(out.get(), &text);
        if (!write_private(path, std::string(text, static_cast<std::size_t>(size)))) return no_key("cannot write " + path);
    }
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return no_key("cannot read " + path);
    if ((status.st_mode & 077) != 0) return no_key(path + " may be read by others (chmod 600)");
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    const std::string pem = text.str();
    const std::unique_ptr<BIO, FreeBio> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr);
    if (!key) return no_key(path + " holds no private key");
    FileKey opened(key);
    if (EVP_PKEY_get_bits(key) != 256 || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return no_key(path + " is no P-256 key");
    return opened;
}

Result<std::string> FileKey::sign(std::string_view bytes) const {
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    unsigned char der[80];
    std::size_t size = sizeof der;
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), der, &size, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1) {
        return no_key("OpenSSL does not sign");
    }
    const unsigned char* at = der;
    const std::unique_ptr<ECDSA_SIG, FreeSignature> signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
    std::uint8_t raw[64] = {};
    if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw, 32) != 32 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw + 32, 32) != 32) {
        return no_key("OpenSSL gives no signature");
    }
    return to_base64url(raw);
}

std::string endorsement(std::string_view by, std::string_view key, std::string_view spki) {
    return canonical({{"by", by}, {"key", key}, {"spki", spki}, {"use", "lachan.receipt"}});
}

}  // namespace lachan::server
