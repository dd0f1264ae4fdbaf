#include "x509.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include "certificate/own_place.h"

namespace lachan {
namespace {

using certificate::Algorithm;
using certificate::KeyUsage;
using certificate::Signer;

struct Free {
    void operator()(X509* value) const { X509_free(value); }
    void operator()(EVP_PKEY* value) const { EVP_PKEY_free(value); }
    void operator()(EVP_PKEY_CTX* value) const { EVP_PKEY_CTX_free(value); }
    void operator()(BIO* value) const { BIO_free(value); }
    void operator()(EXTENDED_KEY_USAGE* value) const { EXTENDED_KEY_USAGE_free(value); }
    void operator()(GENERAL_NAMES* value) const { GENERAL_NAMES_free(value); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr int kLeastRsaBits = 2048;
constexpr std::array<std::string_view, 2> kUsagePrefixes{"1.3.6.1.4.1.1847.2021.1.", "1.3.6.1.4.1.0.1847.2021.1."};

Error malformed(const char* detail) {
    ERR_clear_error();
    return Error{Errc::malformed, "x509", detail};
}

/// A certificate is no secret: one that wants a password is refused, where OpenSSL's own answer is to ask at the terminal.
int no_password(char*, int, int, void*) { return -1; }

std::optional<Algorithm> algorithm_for(EVP_PKEY* key) {
    const int kind = EVP_PKEY_get_base_id(key);
    if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) {
        if (EVP_PKEY_get_bits(key) < kLeastRsaBits) return std::nullopt;
        return Algorithm::ps256;
    }
    if (kind == EVP_PKEY_ED25519) return Algorithm::eddsa;
    if (kind != EVP_PKEY_EC) return std::nullopt;
    std::array<char, 64> group{};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1) return std::nullopt;
    switch (OBJ_txt2nid(group.data())) {
        case NID_X9_62_prime256v1: return Algorithm::es256;
        case NID_secp384r1: return Algorithm::es384;
        case NID_secp521r1: return Algorithm::es512;
        default: return std::nullopt;
    }
}

std::optional<Instant> instant_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return Instant{static_cast<std::int64_t>(timegm(&parts)) * 1000};
}

std::string country_of(const X509_NAME* name) {
    std::array<char, 3> text{};
    if (X509_NAME_get_text_by_NID(name, NID_countryName, text.data(), text.size()) != 2) return {};
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c != 0 && (c < 'A' || c > 'Z')) return {};
    }
    return text.data();
}

/// One extension of a certificate, null where it has none. nullopt when it stands there twice or cannot be read: OpenSSL answers null to
/// these too, and what restricts a key must not be lost with it.
template <class T>
std::optional<Owned<T>> extension_in(const X509* certificate, int nid) {
    constexpr int kAbsent = -1;
    int critical = kAbsent;
    Owned<T> found(static_cast<T*>(X509_get_ext_d2i(certificate, nid, &critical, nullptr)));
    if (found == nullptr && critical != kAbsent) return std::nullopt;
    return found;
}

/// What the extended key usages say of a signer: which events, whether it is one of our own codes, and whether it is a vaccination site.
struct Usages {
    KeyUsage events;
    bool is_own = false;
    bool is_site = false;
};

/// nullopt when they cannot be read.
std::optional<Usages> usages_of(const X509* certificate) {
    Usages usages;
    const auto list = extension_in<EXTENDED_KEY_USAGE>(certificate, NID_ext_key_usage);
    if (!list) return std::nullopt;
    if (*list == nullptr) return usages;
    for (int i = 0; i < sk_ASN1_OBJECT_num(list->get()); ++i) {
        std::array<char, 64> text{};
        OBJ_obj2txt(text.data(), static_cast<int>(text.size()), sk_ASN1_OBJECT_value(list->get(), i), 1);
        const std::string_view oid(text.data());
        usages.is_own |= oid == kOwnUsage;
        usages.is_site |= oid == kSiteUsage;
        for (const std::string_view prefix : kUsagePrefixes) {
            if (!oid.starts_with(prefix)) continue;
            const std::string_view last = oid.substr(prefix.size());
            usages.events.test |= last == "1";
            usages.events.vaccination |= last == "2";
            usages.events.recovery |= last == "3";
        }
    }
    return usages;
}

/// The host for which a signer of our own codes speaks; "" for any. nullopt when its alternative names are not one name of a host: a
/// restriction that cannot be kept must not be lost.
std::optional<std::string> host_of(const X509* certificate) {
    const auto names = extension_in<GENERAL_NAMES>(certificate, NID_subject_alt_name);
    if (!names) return std::nullopt;
    if (*names == nullptr) return "";
    if (sk_GENERAL_NAME_num(names->get()) != 1) return std::nullopt;
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names->get(), 0);
    if (name->type != GEN_DNS) return std::nullopt;
    std::string host(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                     static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    return certificate::is_host(host) ? std::optional(std::move(host)) : std::nullopt;
}

/// The key as SubjectPublicKeyInfo. WebCrypto knows RSA keys only under the plain identifier, so one that is bound to
/// PSS is written under that; what it may sign is settled by our own algorithm field.
Bytes spki_of(EVP_PKEY* key) {
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA_PSS) {
        OSSL_PARAM* parameters = nullptr;
        EVP_PKEY* made = nullptr;
        const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
        const bool is_made = EVP_PKEY_todata(key, EVP_PKEY_PUBLIC_KEY, &parameters) == 1 &&
                             EVP_PKEY_fromdata_init(context.get()) == 1 &&
                             EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters) == 1;
        OSSL_PARAM_free(parameters);
        const Owned<EVP_PKEY> plain(made);
        return is_made ? spki_of(plain.get()) : Bytes{};
    }
    const int size = i2d_PUBKEY(key, nullptr);
    if (size <= 0) return {};
    Bytes spki(static_cast<std::size_t>(size));
    unsigned char* end = spki.data();
    i2d_PUBKEY(key, &end);
    return spki;
}

}  // namespace

Result<Signer> signer_from_certificate(std::span<const std::uint8_t> der) {
    const unsigned char* at = der.data();
    const Owned<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (certificate == nullptr || at != der.data() + der.size()) return malformed("not one X.509 certificate in DER");
    EVP_PKEY* key = X509_get0_pubkey(certificate.get());
    if (key == nullptr) return malformed("the certificate's key cannot be read");
    const auto algorithm = algorithm_for(key);
    if (!algorithm)
        return Error{Errc::rejected, "x509.key", "neither a NIST curve, Ed25519 nor RSA of 2048 bits or more"};
    const auto not_before = instant_of(X509_get0_notBefore(certificate.get()));
    const auto not_after = instant_of(X509_get0_notAfter(certificate.get()));
    if (!not_before || !not_after || *not_after < *not_before)
        return malformed("the certificate's validity is no period");

    Signer signer;
    const Sha256 digest = sha256(der);
    signer.kid.assign(digest.begin(), digest.begin() + 8);
    signer.country = country_of(X509_get_subject_name(certificate.get()));
    if (signer.country.empty()) signer.country = country_of(X509_get_issuer_name(certificate.get()));
    signer.algorithm = *algorithm;
    signer.spki = spki_of(key);
    signer.not_before = *not_before;
    signer.not_after = *not_after;
    const auto usages = usages_of(certificate.get());
    if (!usages) return malformed("the certificate's extended key usages cannot be read");
    // Whatever else it may do: what a site says of a dose must never be the certificate of that dose.
    if (usages->is_site) return Error{Errc::rejected, "x509.usage", "a vaccination site signs doses, no certificates"};
    signer.usage = usages->events;
    if (usages->is_own) {
        auto host = host_of(certificate.get());
        if (!host) return Error{Errc::rejected, "x509", "a signer of our own codes names one host or none"};
        signer.scheme = certificate::Scheme::lachan;
        signer.issuer = std::move(*host);
    }
    if (signer.spki.empty()) return malformed("the certificate's key cannot be written");
    return signer;
}

Result<Signer> signer_from_spki(std::span<const std::uint8_t> spki) {
    const unsigned char* at = spki.data();
    const Owned<EVP_PKEY> key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
    if (key == nullptr || at != spki.data() + spki.size()) return malformed("not one public key in DER");
    const auto algorithm = algorithm_for(key.get());
    if (!algorithm)
        return Error{Errc::rejected, "x509.key", "neither a NIST curve, Ed25519 nor RSA of 2048 bits or more"};
    Signer signer;
    signer.algorithm = *algorithm;
    signer.spki = spki_of(key.get());
    return signer;
}

bool is_authority(std::span<const std::uint8_t> der) {
    const unsigned char* at = der.data();
    const Owned<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (certificate == nullptr) return false;
    const std::uint32_t flags = X509_get_extension_flags(certificate.get());
    return (flags & EXFLAG_BCONS) != 0 && (flags & EXFLAG_CA) != 0;
}

Result<std::vector<Bytes>> certificates_in_pem(std::string_view text) {
    const Owned<BIO> source(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    std::vector<Bytes> all;
    while (true) {
        const Owned<X509> certificate(PEM_read_bio_X509(source.get(), nullptr, no_password, nullptr));
        if (certificate == nullptr) break;
        Bytes der(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)));
        unsigned char* end = der.data();
        i2d_X509(certificate.get(), &end);
        all.push_back(std::move(der));
    }
    ERR_clear_error();
    if (all.empty()) return malformed("no certificate in PEM");
    return all;
}

}  // namespace lachan
