#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "kernel/crypto.h"
#include "kernel/result.h"

struct evp_pkey_st;

namespace lachan::server {

/// A P-256 key that the server holds in a file: it signs receipts, or records as a device of its own.
class FileKey {
public:
    /// Reads `folder/name.pem`, or makes a key and writes it with mode 0600. Errc::unavailable when neither works; a key that
    /// others may read is refused.
    static Result<FileKey> open(const std::string& folder, const std::string& name);
    /// A key that lives in memory only: invented devices of the demo and of tests.
    static Result<FileKey> generate();

    FileKey(FileKey&&) noexcept = default;
    FileKey& operator=(FileKey&&) noexcept = default;

    /// base64url of SHA-256 of the SubjectPublicKeyInfo.
    const std::string& id() const { return id_; }
    /// SubjectPublicKeyInfo in DER, base64url.
    const std::string& public_key() const { return public_key_; }
    /// ES256 over `bytes`, raw r||s in base64url.
    Result<std::string> sign(std::string_view bytes) const;

private:
    struct Free {
        void operator()(evp_pkey_st* key) const;
    };
    explicit FileKey(evp_pkey_st* key);

    std::unique_ptr<evp_pkey_st, Free> key_;
    std::string id_, public_key_;
};

/// What a receipt key signs (ES256) to speak for another: {"by","key","spki","use":"lachan.receipt"} in canonical form.
std::string endorsement(std::string_view by, std::string_view key, std::string_view spki);

}  // namespace lachan::server
