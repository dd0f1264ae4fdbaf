// What the certificate of a signer of our own codes says, and that it is read as nothing else.

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace lachan::trust
