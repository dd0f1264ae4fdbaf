#include "authority.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <functional>
#include <utility>

#include "certificate/base45.h"
#include "x509.h"

namespace lachan::trust {
namespace {

using certificate::Algorithm;
using certificate::KeyUsage;

struct Free {
    void operator()(X509* value) const { X509_free(value); }
    void operator()(X509_EXTENSION* value) const { X509_EXTENSION_free(value); }
    void operator()(BIGNUM* value) const { BN_free(value); }
    void operator()(ASN1_OBJECT* value) const { ASN1_OBJECT_free(value); }
    void operator()(ASN1_OCTET_STRING* value) const { ASN1_OCTET_STRING_free(value); }
    void operator()(EXTENDED_KEY_USAGE* value) const { EXTENDED_KEY_USAGE_free(value); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Error failed(const char* detail) { return Error{Errc::unavailable, "x509", detail}; }

bool add_to_name(X509_NAME* name, int nid, const std::string& value) {
    const auto* text = reinterpret_cast<const unsigned char*>(value.data());
    return X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, text, static_cast<int>(value.size()), -1, 0) == 1;
}

bool set_name(X509_NAME* name, const Naming& naming) {
    return add_to_name(name, NID_countryName, naming.country) && add_to_name(name, NID_organizationName, naming.organisation) &&
           add_to_name(name, NID_commonName, naming.common_name);
}

// Where a site's subject says what.
constexpr int kSiteCode = NID_serialNumber;
constexpr int kSiteName = NID_organizationalUnitName;
constexpr int kSiteUnit = NID_localityName;

bool add_site(X509* certificate, const Site& site) {
    X509_NAME* name = X509_get_subject_name(certificate);
    return add_to_name(name, kSiteCode, site.code) && add_to_name(name, kSiteName, site.name) && add_to_name(name, kSiteUnit, site.unit);
}

/// The first entry of its kind in a name, "" where there is none.
std::string entry_of(const X509_NAME* name, int nid) {
    const int at = X509_NAME_get_index_by_NID(name, nid, -1);
    const ASN1_STRING* value = at < 0 ? nullptr : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
    unsigned char* utf8 = nullptr;
    const int size = value == nullptr ? -1 : ASN1_STRING_to_UTF8(&utf8, value);
    if (size < 0) return {};
    std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
    return text;
}

bool set_serial(X509* certificate) {
    std::array<unsigned char, 12> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return false;
    const Owned<BIGNUM> number(BN_bin2bn(random.data(), static_cast<int>(random.size()), nullptr));
    return number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// The usage "health seals" and the list of document types of ICAO Doc 9303 part 12, the latter as DER: version 0, the set NT and NV.
constexpr const char* kHealthSeals = "2.23.136.1.1.14.2";
constexpr const char* kDocumentTypes = "2.23.136.1.1.6.2";
constexpr std::array<unsigned char, 15> kTestsAndVaccinations{0x30, 13, 0x02, 1, 0, 0x31, 8, 0x13, 2, 'N', 'T', 0x13, 2, 'N', 'V'};

bool add_document_types(X509* certificate) {
    const Owned<ASN1_OBJECT> type(OBJ_txt2obj(kDocumentTypes, 1));
    const Owned<ASN1_OCTET_STRING> value(ASN1_OCTET_STRING_new());
    if (type == nullptr || value == nullptr) return false;
    const int size = static_cast<int>(kTestsAndVaccinations.size());
    if (ASN1_OCTET_STRING_set(value.get(), kTestsAndVaccinations.data(), size) != 1) return false;
    const Owned<X509_EXTENSION> extension(X509_EXTENSION_create_by_OBJ(nullptr, type.get(), 0, value.get()));
    return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::string usage_list(const KeyUsage& usage) {
    std::string list;
    const auto add = [&list](bool is_named, const char* last) {
        if (is_named) list += (list.empty() ? "" : ",") + std::string("1.3.6.1.4.1.1847.2021.1.") + last;
    };
    add(usage.test, "1");
    add(usage.vaccination, "2");
    add(usage.recovery, "3");
    return list;
}

Bytes der_of(X509* certificate) {
    const int size = i2d_X509(certificate, nullptr);
    if (size <= 0) return {};
    Bytes der(static_cast<std::size_t>(size));
    unsigned char* end = der.data();
    i2d_X509(certificate, &end);
    return der;
}

Owned<X509> read(const Bytes& der) {
    const unsigned char* at = der.data();
    return Owned<X509>(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

/// What both kinds share: version 3, a random serial number, names, validity, key.
Owned<X509> draft_of(const Naming& name, const X509_NAME* issuer, Instant from, Instant until, const SigningKey& key) {
    Owned<X509> certificate(X509_new());
    X509* draft = certificate.get();
    const bool is_made =
        draft != nullptr && X509_set_version(draft, X509_VERSION_3) == 1 && set_serial(draft) &&
        set_name(X509_get_subject_name(draft), name) &&
        X509_set_issuer_name(draft, issuer != nullptr ? issuer : X509_get_subject_name(draft)) == 1 &&
        ASN1_TIME_set(X509_getm_notBefore(draft), static_cast<std::time_t>(from.ms / 1000)) != nullptr &&
        ASN1_TIME_set(X509_getm_notAfter(draft), static_cast<std::time_t>(until.ms / 1000)) != nullptr &&
        X509_set_pubkey(draft, key.handle()) == 1;
    return is_made ? std::move(certificate) : nullptr;
}

/// What every signer has, and `more` of its kind.
Result<Identity> under(const Identity& authority, const Naming& name, Algorithm algorithm, Instant from, Instant until,
                       const std::function<bool(X509* draft, X509* issuer)>& more) {
    SigningKey key = TRY(SigningKey::generate(algorithm));
    const auto issuer = read(authority.certificate);
    if (issuer == nullptr) return failed("the authority's certificate cannot be read");
    const auto certificate = draft_of(name, X509_get_subject_name(issuer.get()), from, until, key);
    X509* draft = certificate.get();
    const bool is_signed = draft != nullptr &&
                           add_extension(draft, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
                           more(draft, issuer.get()) &&
                           add_extension(draft, issuer.get(), NID_subject_key_identifier, "hash") &&
                           add_extension(draft, issuer.get(), NID_authority_key_identifier, "keyid") &&
                           X509_sign(draft, authority.key.handle(), EVP_sha256()) > 0;
    if (!is_signed) return failed("the signer's certificate could not be made");
    return Identity{std::move(key), der_of(draft)};
}

bool is_p256_key(EVP_PKEY* key) {
    std::array<char, 64> group{};
    std::size_t length = 0;
    return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
           OBJ_txt2nid(group.data()) == NID_X9_62_prime256v1;
}

bool has_only_usage(const X509* certificate, std::string_view usage) {
    int critical = 0;
    const Owned<EXTENDED_KEY_USAGE> list(static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, &critical, nullptr)));
    if (list == nullptr || critical != 1 || sk_ASN1_OBJECT_num(list.get()) != 1) return false;
    std::array<char, 64> text{};
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()), sk_ASN1_OBJECT_value(list.get(), 0), 1);
    return usage == text.data();
}

}  // namespace

Result<Identity> make_authority(const Naming& name, Instant from, Instant until) {
    SigningKey key = TRY(SigningKey::generate(Algorithm::es256));
    const auto certificate = draft_of(name, nullptr, from, until, key);
    X509* draft = certificate.get();
    const bool is_signed = draft != nullptr &&
                           add_extension(draft, draft, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                           add_extension(draft, draft, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                           add_extension(draft, draft, NID_subject_key_identifier, "hash") &&
                           X509_sign(draft, key.handle(), EVP_sha256()) > 0;
    if (!is_signed) return failed("the authority's certificate could not be made");
    return Identity{std::move(key), der_of(draft)};
}

Result<Identity> make_signer(const Naming& name, Algorithm algorithm, const KeyUsage& usage, Instant from,
                             Instant until, const Identity& authority) {
    const std::string usages = usage_list(usage);
    return under(authority, name, algorithm, from, until, [&usages](X509* draft, X509* issuer) {
        return usages.empty() || add_extension(draft, issuer, NID_ext_key_usage, usages);
    });
}

Result<Identity> make_seal_signer(const Naming& name, Instant from, Instant until, const Identity& authority) {
    return under(authority, name, Algorithm::es256, from, until, [](X509* draft, X509* issuer) {
        return add_extension(draft, issuer, NID_ext_key_usage, std::string("critical,") + kHealthSeals) && add_document_types(draft);
    });
}

Result<Identity> make_own_signer(const Naming& name, Algorithm algorithm, const KeyUsage& usage, const std::string& host, Instant from,
                                 Instant until, const Identity& authority) {
    // Critical: whoever does not know this usage must not take the key for one of health certificates.
    const std::string events = usage_list(usage);
    const std::string usages = "critical," + std::string(kOwnUsage) + (events.empty() ? "" : "," + events);
    return under(authority, name, algorithm, from, until, [&usages, &host](X509* draft, X509* issuer) {
        return add_extension(draft, issuer, NID_ext_key_usage, usages) &&
               (host.empty() || add_extension(draft, issuer, NID_subject_alt_name, "DNS:" + host));
    });
}

Result<Identity> make_site(const Naming& name, const Site& site, Instant from, Instant until, const Identity& authority) {
    // Critical, as for our own codes: whoever does not know the usage must not take the key for one of health certificates.
    return under(authority, name, Algorithm::es256, from, until, [&site](X509* draft, X509* issuer) {
        return add_site(draft, site) && add_extension(draft, issuer, NID_ext_key_usage, std::string("critical,") + std::string(kSiteUsage));
    });
}

Result<Site> site_of(const Bytes& certificate) {
    const auto read_certificate = read(certificate);
    if (read_certificate == nullptr) return failed("the certificate cannot be read");
    const X509_NAME* subject = X509_get_subject_name(read_certificate.get());
    return Site{entry_of(subject, kSiteCode), entry_of(subject, kSiteName), entry_of(subject, kSiteUnit)};
}

bool is_site_under(const Bytes& certificate, const Bytes& authority) {
    const auto site = read(certificate);
    const auto above = read(authority);
    if (site == nullptr || above == nullptr) return false;
    const bool is_signed = X509_NAME_cmp(X509_get_issuer_name(site.get()), X509_get_subject_name(above.get())) == 0 &&
                           X509_verify(site.get(), X509_get0_pubkey(above.get())) == 1;
    const bool is_signature_key = (X509_get_extension_flags(site.get()) & (EXFLAG_CA | EXFLAG_INVALID)) == 0 &&
                                  X509_get_key_usage(site.get()) == KU_DIGITAL_SIGNATURE;
    ERR_clear_error();
    return is_signed && is_signature_key && is_p256_key(X509_get0_pubkey(site.get())) && has_only_usage(site.get(), kSiteUsage);
}

Result<Naming> naming_of(const Bytes& certificate) {
    const auto read_certificate = read(certificate);
    if (read_certificate == nullptr) return failed("the certificate cannot be read");
    const X509_NAME* subject = X509_get_subject_name(read_certificate.get());
    return Naming{entry_of(subject, NID_countryName), entry_of(subject, NID_organizationName), entry_of(subject, NID_commonName)};
}

std::string to_pem(const Bytes& der) {
    const std::string text = certificate::to_base64(der);
    std::string pem = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
    return pem + "-----END CERTIFICATE-----\n";
}

}  // namespace lachan::trust
