// What the certificate of a vaccination site says, that no list of keys takes it, and that what its key signed is no certificate.

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "certificate/knowledge.h"
#include "certificate/strict.h"
#include "certificate/verdict.h"
#include "certificate/x509_reader.h"
#include "issue/authority.h"
#include "issue/issuing.h"
#include "prove.h"
#include "trust/source_lists.h"
#include "trust/sources.h"
#include "x509.h"

namespace lachan::trust {
namespace {

const Instant kFrom{1'750'000'000'000};
const Instant kUntil{kFrom.ms + 365 * kMillisecondsPerDay};
const Instant kNow{kFrom.ms + 10 * kMillisecondsPerDay};
const Naming kName{"VN", "Demo Ministry of Health", "bennghe"};
const Site kSite{"79-0123", "Trạm y tế Phường Thử", "26740"};

Identity authority_made() { return std::move(*make_authority({"VN", "Demo Ministry of Health", "CSCA"}, kFrom, kUntil)); }

const Identity& authority() {
    static const Identity made = authority_made();
    return made;
}

const Identity& site() {
    static const Identity made = std::move(*make_site(kName, kSite, kFrom, kUntil, authority()));
    return made;
}

Identity health_signer() { return std::move(*make_signer(kName, certificate::Algorithm::es256, {}, kFrom, kUntil, authority())); }

TEST(sites, code_name_and_unit_stand_in_the_certificate) {
    const auto read = site_of(site().certificate);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->code, kSite.code);
    EXPECT_EQ(read->name, kSite.name);
    EXPECT_EQ(read->unit, kSite.unit);
    EXPECT_EQ(naming_of(site().certificate)->country, "VN");
    EXPECT_TRUE(is_site_under(site().certificate, authority().certificate));
}

TEST(sites, nothing_else_under_the_authority_is_one) {
    EXPECT_FALSE(is_site_under(authority().certificate, authority().certificate));
    EXPECT_FALSE(is_site_under(health_signer().certificate, authority().certificate));
    EXPECT_FALSE(is_site_under(make_seal_signer(kName, kFrom, kUntil, authority())->certificate, authority().certificate));
    EXPECT_FALSE(is_site_under(make_own_signer(kName, certificate::Algorithm::es256, {}, "", kFrom, kUntil, authority())->certificate, authority().certificate));
    EXPECT_FALSE(is_site_under(site().certificate, authority_made().certificate)) << "an authority of the same name";
    EXPECT_FALSE(is_site_under(Bytes{1, 2, 3}, authority().certificate));
    Bytes changed = site().certificate;
    changed[changed.size() / 2] ^= 1;
    EXPECT_FALSE(is_site_under(changed, authority().certificate));
}

/// The site's certificate as the same authority would have signed it with its usage critical or not.
Bytes site_with_usage(bool is_critical) {
    const Bytes& made = site().certificate;
    const unsigned char* at = made.data();
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(d2i_X509(nullptr, &at, static_cast<long>(made.size())), X509_free);
    X509_EXTENSION* usage = X509_get_ext(certificate.get(), X509_get_ext_by_NID(certificate.get(), NID_ext_key_usage, -1));
    EXPECT_EQ(X509_EXTENSION_set_critical(usage, is_critical ? 1 : 0), 1);
    EXPECT_GT(X509_sign(certificate.get(), authority().key.handle(), EVP_sha256()), 0);
    Bytes der(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)));
    unsigned char* out = der.data();
    i2d_X509(certificate.get(), &out);
    return der;
}

TEST(sites, the_usage_of_one_is_critical) {
    EXPECT_TRUE(is_site_under(site_with_usage(true), authority().certificate));
    EXPECT_FALSE(is_site_under(site_with_usage(false), authority().certificate)) << "whoever does not know the usage would pass over it";
}

TEST(sites, no_list_takes_the_key_of_one) {
    for (const char* source : {"a", "a?scheme=hcert", "a?scheme=lachan"}) {
        const auto signer = signer_in(site().certificate, source_named(source));
        ASSERT_FALSE(signer) << source;
        EXPECT_EQ(signer.error().rule, "x509.usage") << source;
    }
    // And a reader of seals, which asks the certificate beside the seal, finds no usage of seals.
    const auto read = certificate::read_certificate(site().certificate);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->has_extended_usage);
    EXPECT_FALSE(read->may_sign_health_seals);
}

Json dose() {
    return *certificate::payload_of({{"kind", "vaccination"}, {"familyName", "Nguyễn"}, {"givenName", "Thị Thử"}, {"birthDate", "1988-02-29"}, {"disease", "840539006"},
                                     {"country", "VN"}, {"issuer", "Bộ Y tế"}, {"vaccine", "J07BX03"}, {"product", "EU/1/21/1529"}, {"manufacturer", "ORG-100001699"},
                                     {"dose", 2}, {"doses", 2}, {"date", "2025-05-15"}, {"identifier", "URN:UVCI:01:VN:0A1B2C3D"}});
}

certificate::Summary judged(const SigningKey& key, const Bytes& kid, const certificate::TrustBundle& list) {
    const certificate::Draft draft{dose(), "VN", kNow.ms / 1000, kNow.ms / 1000 + 86'400, certificate::Algorithm::es256, kid};
    const std::string code = *seal_unchecked(draft, key);
    const certificate::Knowledge known{&list};
    const auto inspection = certificate::inspect(code, known);
    return certificate::judge(inspection, Prover().prove(inspection.checks), kNow, known).summary;
}

TEST(sites, a_certificate_that_a_site_signed_is_never_valid) {
    const Identity signer = health_signer();
    certificate::TrustBundle list;
    list.issued_at = kFrom;
    list.valid_until = kUntil;
    list.signers = {*signer_from_certificate(signer.certificate)};
    const Bytes signers_kid = list.signers[0].kid;
    EXPECT_EQ(judged(signer.key, signers_kid, list), certificate::Summary::valid);
    EXPECT_NE(judged(site().key, signers_kid, list), certificate::Summary::valid) << "in the name of a signer";
    const Sha256 digest = sha256(site().certificate);
    EXPECT_NE(judged(site().key, Bytes(digest.begin(), digest.begin() + 8), list), certificate::Summary::valid) << "in its own";
}

}  // namespace
}  // namespace lachan::trust
