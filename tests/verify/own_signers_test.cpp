// What the certificate of a signer of our own codes says, and that it is read as nothing else.

#include <gtest/gtest.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "issue/authority.h"
#include "trust/source_lists.h"
#include "trust/sources.h"
#include "x509.h"

namespace lachan::trust {
namespace {

using certificate::Algorithm;
using certificate::KeyUsage;
using certificate::Scheme;

const Instant kFrom{1'750'000'000'000};
const Instant kUntil{kFrom.ms + 365 * kMillisecondsPerDay};
const Naming kName{"VN", "Demo Ministry of Health", "Own 1"};

const Identity& authority() {
    static const Identity made = std::move(*make_authority({"VN", "Demo Ministry of Health", "CSCA"}, kFrom, kUntil));
    return made;
}

/// `names` go into the certificate behind "DNS:".
Result<certificate::Signer> signer_for(const std::string& names, const KeyUsage& usage = {}, Algorithm algorithm = Algorithm::es256) {
    const auto made = make_own_signer(kName, algorithm, usage, names, kFrom, kUntil, authority());
    EXPECT_TRUE(made);
    return signer_from_certificate(made->certificate);
}

TEST(own_signers, scheme_usage_and_host_stand_in_the_certificate) {
    const auto open = signer_for("");
    ASSERT_TRUE(open);
    EXPECT_EQ(open->scheme, Scheme::lachan);
    EXPECT_EQ(open->issuer, "");
    EXPECT_TRUE(open->usage.is_open());
    EXPECT_EQ(open->kid.size(), 8U);
    EXPECT_EQ(open->country, "VN");
    const auto narrow = signer_for("kb.example.vn", KeyUsage{true, false, false}, Algorithm::eddsa);
    ASSERT_TRUE(narrow);
    EXPECT_EQ(narrow->issuer, "kb.example.vn");
    EXPECT_EQ(narrow->usage, (KeyUsage{true, false, false}));
    EXPECT_EQ(narrow->algorithm, Algorithm::eddsa);
    const auto health = make_signer(kName, Algorithm::es256, KeyUsage{true, false, false}, kFrom, kUntil, authority());
    EXPECT_EQ(signer_from_certificate(health->certificate)->scheme, Scheme::hcert);
}

TEST(own_signers, a_restriction_that_cannot_be_kept_is_not_lost) {
    for (const char* names : {"kb.example.vn,DNS:kc.example.vn", "KB.example.vn", "*.example.vn", "localhost", "kb.example.vn,email:a@example.vn"}) {
        const auto signer = signer_for(names);
        ASSERT_FALSE(signer) << names;
        EXPECT_EQ(signer.error().code, Errc::rejected) << names;
    }
}

TEST(own_signers, a_list_has_them_only_where_its_maker_says_so) {
    const auto own = make_own_signer(kName, Algorithm::es256, {}, "", kFrom, kUntil, authority());
    const auto health = make_signer(kName, Algorithm::es256, {}, kFrom, kUntil, authority());
    EXPECT_EQ(signer_in(own->certificate, source_named("a")).error().rule, "x509.usage");
    EXPECT_EQ(signer_in(own->certificate, source_named("a?scheme=hcert")).error().rule, "x509.usage");
    EXPECT_EQ(signer_in(own->certificate, source_named("a?scheme=icaoVds")).error().rule, "x509.usage");
    EXPECT_EQ(signer_in(health->certificate, source_named("a?scheme=lachan")).error().rule, "x509.usage");
    EXPECT_EQ(signer_in(own->certificate, source_named("a?scheme=lachan"))->scheme, Scheme::lachan);
    EXPECT_EQ(signer_in(health->certificate, source_named("a"))->scheme, Scheme::hcert);
}

TEST(own_signers, a_list_of_our_form_has_them_only_where_its_maker_says_so) {
    const auto own = make_own_signer(kName, Algorithm::es256, {}, "", kFrom, kUntil, authority());
    const auto health = make_signer(kName, Algorithm::es256, {}, kFrom, kUntil, authority());
    certificate::TrustBundle list;
    list.number = 1;
    list.issued_at = kFrom;
    list.valid_until = kUntil;
    list.signers = {*signer_from_certificate(own->certificate), *signer_from_certificate(health->certificate)};
    const std::string text = certificate::to_json(list).dump();
    const auto unasked = read_list(text, source_named("a"), kFrom);
    ASSERT_TRUE(unasked);
    ASSERT_EQ(unasked->signers.size(), 1U);
    EXPECT_EQ(unasked->signers[0].scheme, Scheme::hcert);
    ASSERT_EQ(unasked->refused.size(), 1U);
    EXPECT_EQ(unasked->refused[0].error.rule, "x509.usage");
    EXPECT_EQ(read_list(text, source_named("a?scheme=lachan"), kFrom)->signers.size(), 2U);
}

/// The certificate of a signer with its extensions of `nid` replaced by one of these bytes, or doubled where there are none.
Bytes with_extension(const Identity& signer, int nid, const Bytes& value) {
    const unsigned char* at = signer.certificate.data();
    X509* certificate = d2i_X509(nullptr, &at, static_cast<long>(signer.certificate.size()));
    const int index = X509_get_ext_by_NID(certificate, nid, -1);
    if (value.empty()) {
        X509_add_ext(certificate, X509_get_ext(certificate, index), -1);
    } else {
        X509_EXTENSION_free(X509_delete_ext(certificate, index));
        ASN1_OCTET_STRING* content = ASN1_OCTET_STRING_new();
        ASN1_OCTET_STRING_set(content, value.data(), static_cast<int>(value.size()));
        X509_EXTENSION* extension = X509_EXTENSION_create_by_NID(nullptr, nid, 1, content);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
        ASN1_OCTET_STRING_free(content);
    }
    unsigned char* made = nullptr;
    // What was signed is kept as it was read until it is said to have changed.
    i2d_re_X509_tbs(certificate, nullptr);
    const int size = i2d_X509(certificate, &made);
    Bytes der(made, made + size);
    OPENSSL_free(made);
    X509_free(certificate);
    return der;
}

TEST(own_signers, an_extension_that_cannot_be_read_is_not_one_that_is_absent) {
    const auto made = make_own_signer(kName, Algorithm::es256, KeyUsage{true, false, false}, "kb.example.vn", kFrom, kUntil, authority());
    ASSERT_TRUE(signer_from_certificate(made->certificate));
    for (const int nid : {NID_subject_alt_name, NID_ext_key_usage}) {
        for (const Bytes& value : {Bytes{}, Bytes{0x30, 0x05, 0x01}, Bytes{0x04, 0x00}}) {
            const auto signer = signer_from_certificate(with_extension(*made, nid, value));
            ASSERT_FALSE(signer) << nid << " " << value.size();
            EXPECT_EQ(signer.error().rule, "x509") << nid;
        }
    }
}

}  // namespace
}  // namespace lachan::trust
