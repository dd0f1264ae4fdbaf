#include "crl.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "certificate/revocation_write.h"

namespace lachan::trust {
namespace {

using certificate::RevocationList;
using certificate::Signer;

struct Free {
    void operator()(BIO* value) const { BIO_free(value); }
    void operator()(BIGNUM* value) const { BN_free(value); }
    void operator()(EVP_PKEY* value) const { EVP_PKEY_free(value); }
    void operator()(X509_CRL* value) const { X509_CRL_free(value); }
    void operator()(AUTHORITY_KEYID* value) const { AUTHORITY_KEYID_free(value); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Error malformed(const char* detail) {
    ERR_clear_error();
    return Error{Errc::malformed, "revocation.crl", detail};
}

/// A list is no secret: one that wants a password is refused, where OpenSSL's own answer is to ask at the terminal.
int no_password(char*, int, int, void*) { return -1; }

Owned<X509_CRL> read(std::span<const std::uint8_t> data) {
    const unsigned char* at = data.data();
    Owned<X509_CRL> crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(data.size())));
    if (crl != nullptr) return crl;
    const Owned<BIO> in(BIO_new_mem_buf(data.data(), static_cast<int>(data.size())));
    return Owned<X509_CRL>(PEM_read_bio_X509_CRL(in.get(), nullptr, no_password, nullptr));
}

Bytes authority_of(X509_CRL* crl) {
    const Owned<AUTHORITY_KEYID> id(
        static_cast<AUTHORITY_KEYID*>(X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, nullptr, nullptr)));
    if (id == nullptr || id->keyid == nullptr) return {};
    const unsigned char* bytes = ASN1_STRING_get0_data(id->keyid);
    return {bytes, bytes + ASN1_STRING_length(id->keyid)};
}

Instant instant_of(const ASN1_TIME* time, Instant otherwise) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return otherwise;
    return Instant{static_cast<std::int64_t>(timegm(&parts)) * 1000};
}

Bytes entry_of(const ASN1_INTEGER* serial) {
    const Owned<BIGNUM> number(ASN1_INTEGER_to_BN(serial, nullptr));
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), bytes.data());
    return certificate::revocation_entry(bytes);
}

bool is_signed_by(X509_CRL* crl, const Signer& authority) {
    const unsigned char* at = authority.spki.data();
    const Owned<EVP_PKEY> key(d2i_PUBKEY(nullptr, &at, static_cast<long>(authority.spki.size())));
    const bool holds = key != nullptr && X509_CRL_verify(crl, key.get()) == 1;
    ERR_clear_error();
    return holds;
}

}  // namespace

Result<RevocationList> list_from_crl(std::span<const std::uint8_t> data, const std::vector<Signer>& signers) {
    const auto crl = read(data);
    if (crl == nullptr) return malformed("neither JSON nor an X.509 revocation list");
    RevocationList list;
    list.scheme = certificate::Scheme::icao_vds;
    list.key = authority_of(crl.get());
    if (list.key.empty()) return malformed("the list does not name the key that signed it");
    const auto authority = std::find_if(signers.begin(), signers.end(), [&](const Signer& signer) {
        return signer.is_authority && signer.kid == list.key && is_signed_by(crl.get(), signer);
    });
    if (authority == signers.end())
        return Error{Errc::rejected, "revocation.signature", "no authority of this bundle signed the X.509 list"};
    list.country = authority->country;
    list.as_of = instant_of(X509_CRL_get0_lastUpdate(crl.get()), Instant{0});
    list.fresh_until = instant_of(X509_CRL_get0_nextUpdate(crl.get()), Instant{list.as_of.ms + kMillisecondsPerDay});
    std::vector<Bytes> entries;
    STACK_OF(X509_REVOKED)* revoked = X509_CRL_get_REVOKED(crl.get());
    for (int i = 0; i < sk_X509_REVOKED_num(revoked); ++i)
        entries.push_back(entry_of(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(revoked, i))));
    list.batches.push_back(certificate::batch_of(certificate::RevokedBy::serial, certificate::RevocationForm::exact,
                                                 std::move(entries), Instant{0}));
    return list;
}

}  // namespace lachan::trust
