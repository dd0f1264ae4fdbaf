// The packed bundle: what goes in comes out, nothing that was changed is taken, numbers and keys go forward only.

#include "certificate/packed.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "certificate/delta.h"
#include "certificate/forge.h"
#include "certificate/packed_signers.h"
#include "certificate/revocation_write.h"

namespace lachan::certificate {
namespace {

using enum Algorithm;

const SigningKey& list_key() {
    static const SigningKey key = std::move(*SigningKey::generate(es256));
    return key;
}

std::vector<Signer> made_signers() {
    std::vector<Signer> signers;
    for (const Algorithm algorithm : {es256, es384, es512, ps256, eddsa}) {
        Signer signer = issuer_with(algorithm, static_cast<std::uint8_t>(signers.size() + 1)).signer;
        signer.usage.vaccination = signers.size() % 2 == 1;
        signers.push_back(std::move(signer));
    }
    signers[0].not_after = Instant{signers[0].not_after.ms + 1000};
    signers[1].not_after = Instant{signers[1].not_after.ms + 1};
    signers[2].country = "";
    Signer card = issuer_with(es256, 1).signer;
    card.scheme = Scheme::smart_health_card;
    card.kid = Bytes(32, 1);
    card.issuer = "https://example.org/issuer";
    card.crl_version = 5;
    Signer authority = issuer_with(es384, 1).signer;
    authority.scheme = Scheme::icao_vds;
    authority.is_authority = true;
    signers.push_back(card);
    signers.push_back(authority);
    return signers;
}

/// One of each kind, with keys of this run.
const std::vector<Signer>& some_signers() {
    static const std::vector<Signer> signers = made_signers();
    return signers;
}

std::vector<Section> some_sections() {
    RevocationSet revocation;
    revocation.lists.push_back({Scheme::hcert, "VN", {}, 0, kNow, Instant{kNow.ms + kDayMs}, {}});
    return {{kSignersSection, "application/octet-stream", "1", write_signers(some_signers())},
            {kRevocationSection, "application/octet-stream", "1", to_bytes(revocation)},
            {"rules", "application/json", "2025-06-15", {'[', ']'}}};
}

BundleHead head_of(std::int64_t number, std::vector<ListKey> keys = {{es256, list_key().spki(), {}}}) {
    return {number, number - 1, kNow, Instant{kNow.ms + 30 * kDayMs}, std::move(keys)};
}

Bytes sealed(const BundleHead& head, const std::vector<Section>& sections, const SigningKey& key = list_key()) {
    return seal_bundle(head, sections, *key.sign(bytes_to_sign(head, sections)));
}

const std::vector<Bytes>& pins() {
    static const std::vector<Bytes> pinned{list_key().spki()};
    return pinned;
}

Result<VerifierBundle> opened(const Bytes& data, const VerifierBundle* current = nullptr) {
    const auto inspection = TRY(inspect_bundle(data, pins()));
    return accept_bundle(data, Prover().prove(inspection.checks), pins(), current);
}

std::string refusal(const Bytes& data, const VerifierBundle* current = nullptr) {
    const auto bundle = opened(data, current);
    return bundle ? "taken" : bundle.error().rule;
}

TEST(packed, what_goes_in_comes_out) {
    const auto bundle = opened(sealed(head_of(7), some_sections()));
    ASSERT_TRUE(bundle) << bundle.error().rule;
    TrustBundle expected{7, kNow, Instant{kNow.ms + 30 * kDayMs}, some_signers()};
    EXPECT_EQ(to_json(bundle->trust).dump(1), to_json(expected).dump(1));
    ASSERT_TRUE(bundle->revocation);
    EXPECT_EQ(bundle->revocation->lists.size(), 1U);
    ASSERT_EQ(bundle->sections.size(), 1U);
    ASSERT_NE(bundle->section("rules"), nullptr);
    EXPECT_EQ(bundle->section("rules")->version, "2025-06-15");
    EXPECT_EQ(bundle->section("texts"), nullptr);
}

TEST(packed, a_bundle_over_its_time_is_taken_and_judged_as_stale) {
    const Issuer issuer = issuer_with(es256);
    const std::vector<Section> sections{{kSignersSection, "", "1", write_signers(std::vector{issuer.signer})}};
    const auto bundle = opened(sealed(head_of(7), sections));
    ASSERT_TRUE(bundle);
    const std::string code = code_for(issuer);
    EXPECT_EQ(verdict_on(code, bundle->trust).summary, Summary::valid);
    const Verdict late = verdict_on(code, bundle->trust, Instant{kNow.ms + 31 * kDayMs});
    EXPECT_EQ(said(late.axes.issuer_trust), "notChecked bundle-stale");
    EXPECT_NE(late.summary, Summary::valid);
}

TEST(packed, changing_any_byte_is_refused) {
    const std::vector<Section> sections{
        {kSignersSection, "", "1", write_signers(std::vector{issuer_with(es256).signer})},
        {"rules", "application/json", "1", {'[', ']'}}};
    const Bytes good = sealed(head_of(7), sections);
    ASSERT_EQ(refusal(good), "taken");
    for (std::size_t at = 0; at < good.size(); ++at) {
        Bytes bad = good;
        bad[at] = static_cast<std::uint8_t>(bad[at] ^ (1U << at % 8));
        EXPECT_NE(refusal(bad), "taken") << "byte " << at;
    }
    for (std::size_t cut = 0; cut < good.size(); ++cut)
        EXPECT_NE(refusal(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(cut))), "taken") << cut;
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(refusal(longer), "bundle.form");
}

TEST(packed, only_the_answer_valid_is_enough) {
    const Bytes data = sealed(head_of(7), some_sections());
    for (const Answer answer : {Answer::invalid, Answer::unsupported}) {
        const std::vector<Answer> answers{answer};
        EXPECT_EQ(accept_bundle(data, answers, pins(), nullptr).error().rule, "bundle.signature");
    }
    EXPECT_EQ(accept_bundle(data, {}, pins(), nullptr).error().rule, "bundle.signature");
    const std::vector<Answer> two{Answer::valid, Answer::valid};
    EXPECT_EQ(accept_bundle(data, two, pins(), nullptr).error().rule, "bundle.signature");
}

TEST(packed, a_stranger_s_bundle_is_refused_whatever_it_says_of_its_key) {
    const SigningKey stranger = std::move(*SigningKey::generate(es256));
    EXPECT_EQ(refusal(sealed(head_of(9, {{es256, stranger.spki(), {}}}), some_sections(), stranger)), "bundle.key");
    // Our key named, but the stranger signed.
    EXPECT_EQ(refusal(sealed(head_of(9), some_sections(), stranger)), "bundle.signature");
    // A chain that our key never made.
    const Bytes false_introduction = *stranger.sign(introduction_of(stranger.spki()));
    const std::vector<ListKey> chain{{es256, list_key().spki(), {}}, {es256, stranger.spki(), false_introduction}};
    EXPECT_EQ(refusal(sealed(head_of(9, chain), some_sections(), stranger)), "bundle.signature");
}

TEST(packed, numbers_go_forward) {
    const auto current = opened(sealed(head_of(7), some_sections()));
    ASSERT_TRUE(current);
    EXPECT_EQ(refusal(sealed(head_of(8), some_sections()), &*current), "taken");
    EXPECT_EQ(refusal(sealed(head_of(6), some_sections()), &*current), "bundle.rollback");
    auto other = some_sections();
    other[2].content = {'[', '1', ']'};
    EXPECT_EQ(refusal(sealed(head_of(7), other), &*current), "bundle.conflict");
    const Bytes same = sealed(head_of(7), some_sections());
    const auto in_use = opened(same);
    ASSERT_TRUE(in_use);
    EXPECT_EQ(refusal(same, &*in_use), "taken") << "the very bundle in use, once more";
}

TEST(packed, a_new_key_is_introduced_and_the_old_one_then_signs_nothing_more) {
    const SigningKey second = std::move(*SigningKey::generate(es256));
    const std::vector<ListKey> chain{{es256, list_key().spki(), {}},
                                     {es256, second.spki(), *list_key().sign(introduction_of(second.spki()))}};
    const Bytes data = sealed(head_of(8, chain), some_sections(), second);
    ASSERT_EQ(inspect_bundle(data, pins())->checks.size(), 2U);
    const auto before = opened(sealed(head_of(7), some_sections()));
    const auto after = opened(data, &*before);
    ASSERT_TRUE(after) << after.error().rule;
    EXPECT_EQ(refusal(data), "taken") << "a verifier that missed the change needs no step in between";
    EXPECT_EQ(refusal(sealed(head_of(9), some_sections()), &*after), "bundle.key");
    EXPECT_EQ(refusal(sealed(head_of(9, chain), some_sections(), second), &*after), "taken");
}

TEST(packed, forms_that_a_publisher_must_not_make) {
    auto doubled = some_sections();
    doubled.push_back(doubled[2]);
    EXPECT_EQ(refusal(sealed(head_of(7), doubled)), "bundle.form");
    EXPECT_EQ(refusal(sealed(head_of(7), {some_sections()[2]})), "bundle.signers");
    EXPECT_EQ(refusal(sealed(head_of(7, {}), some_sections())), "bundle.form");
    auto unsorted = some_signers();
    std::swap(unsorted[0], unsorted[1]);
    EXPECT_EQ(refusal(sealed(head_of(7), {{kSignersSection, "", "1", write_signers(unsorted)}})), "bundle.signers");
    auto broken = some_sections();
    broken[1].content.pop_back();
    EXPECT_EQ(refusal(sealed(head_of(7), broken)).substr(0, 11), "revocation.");
    Bytes newer = sealed(head_of(7), some_sections());
    newer[4] = 2;
    EXPECT_EQ(refusal(newer), "bundle.version");
    EXPECT_EQ(refusal(Bytes(kPackedBytes + 1)), "size-limit");
}

TEST(packed, an_elliptic_signer_costs_less_than_ninety_bytes) {
    std::vector<Signer> signers;
    for (int i = 0; i < 100; ++i) {
        Signer signer = issuer_with(es256, static_cast<std::uint8_t>(i)).signer;
        signers.push_back(std::move(signer));
    }
    EXPECT_LT(write_signers(signers).size(), 100U * 90);
}

TEST(packed, the_signers_of_europe_fit_in_120_kilobytes) {
    // As many as the EU's list had, a quarter with RSA-2048 (256 bytes each, whatever the form). Not compressed: keys are noise.
    const Signer elliptic = issuer_with(es256, 1).signer;
    const Signer rsa = issuer_with(ps256, 2).signer;
    std::vector<Signer> signers;
    for (std::uint32_t i = 0; i < 832; ++i) {
        Signer signer = i % 4 == 0 ? rsa : elliptic;
        signer.kid = Bytes{static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i), 3, 1, 4, 1, 5, 9};
        signer.country = {static_cast<char>('A' + i % 26), static_cast<char>('A' + i / 26 % 26)};
        signer.not_before = Instant{signer.not_before.ms + i * 1000};
        signer.not_after = Instant{signer.not_after.ms + i * 2000};
        signers.push_back(std::move(signer));
    }
    const Bytes written = write_signers(signers);
    const auto read = read_signers(written);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(write_signers(*read), written);
    EXPECT_LT(written.size(), 120U * 1024) << written.size();
    RecordProperty("bytes", static_cast<int>(written.size()));
}

using Octets = std::vector<std::uint8_t>;

RC_GTEST_PROP(delta, makes_the_very_bytes, (Octets base, Octets more, std::uint8_t cut)) {
    // A target that shares much with its base, as two bundles do.
    Octets target(base.begin() + static_cast<std::ptrdiff_t>(base.empty() ? 0 : cut % base.size()), base.end());
    target.insert(target.end(), more.begin(), more.end());
    target.insert(target.end(), base.begin(), base.end());
    const Bytes delta = make_delta(base, target);
    const auto made = apply_delta(base, delta);
    RC_ASSERT(made.has_value());
    RC_ASSERT(*made == target);
}

TEST(delta, between_two_bundles_is_small_exact_and_for_that_base_only) {
    std::vector<Signer> signers;
    for (int i = 0; i < 60; ++i) signers.push_back(issuer_with(es256, static_cast<std::uint8_t>(i)).signer);
    const Bytes old_bundle = sealed(head_of(7), {{kSignersSection, "", "1", write_signers(signers)}});
    signers.erase(signers.begin() + 20);
    signers.push_back(issuer_with(es256, 70).signer);
    const Bytes new_bundle = sealed(head_of(8), {{kSignersSection, "", "1", write_signers(signers)}});
    const Bytes delta = make_delta(old_bundle, new_bundle);
    EXPECT_LT(delta.size(), 700U) << "of " << new_bundle.size();
    EXPECT_EQ(*apply_delta(old_bundle, delta), new_bundle);
    EXPECT_EQ(apply_delta(new_bundle, delta).error().rule, "delta.base");
    for (std::size_t at = 0; at < delta.size(); ++at) {
        Bytes bad = delta;
        bad[at] = static_cast<std::uint8_t>(bad[at] ^ 0x21);
        const auto made = apply_delta(old_bundle, bad);
        EXPECT_TRUE(!made || *made == new_bundle) << "byte " << at;
    }
    for (std::size_t end = 0; end < delta.size(); ++end)
        EXPECT_FALSE(apply_delta(old_bundle, std::span(delta).first(end))) << end;
}

TEST(delta, declares_no_more_than_a_bundle_may_have) {
    Bytes delta = make_delta({}, Bytes(10, 1));
    // The length stands behind magic, version and two hashes; steps follow.
    Bytes bomb(delta.begin(), delta.begin() + 4 + 1 + 64);
    for (int i = 0; i < 8; ++i) bomb.push_back(0xff);
    bomb.push_back(0x7f);
    EXPECT_EQ(apply_delta({}, bomb).error().rule, "size-limit");
}

}  // namespace
}  // namespace lachan::certificate
