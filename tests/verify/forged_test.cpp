// Certificates with every known defect, judged natively.

#include <gtest/gtest.h>

#include <map>

#include "certificate/verdict.h"
#include "engine.h"
#include "forging.h"
#include "prove.h"
#include "score.h"

namespace lachan::verify {
namespace {

TEST(forged, get_the_verdict_they_were_made_for_and_no_mutation_verifies) {
    constexpr std::uint64_t kSeed = 20261126;
    const auto engine = native_engine();
    Scorer scorer(*engine, "");
    Total total;
    const auto done = forge::forge(
        kSeed, 2000, [&scorer](const Json& trust) { scorer.use_trust(trust); },
        [&](const forge::Forged& forged) {
            const Scored scored = scorer.score("forged", to_json(forged));
            EXPECT_EQ(scored.skipped, "") << forged.id;
            EXPECT_TRUE(scored.is_right()) << "seed " << kSeed << " " << to_json(forged).dump() << " " << scored.to_json().dump();
            total.add(scored);
        });
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_GE(total.cases, 2000);
    EXPECT_EQ(total.false_accepts, 0);
    EXPECT_EQ(total.false_rejects, 0);
}

/// Without the wire form in between: there are tens of thousands of rows.
TEST(forged, no_single_bit_of_any_layer_of_any_family_can_be_turned_unless_it_says_nothing) {
    certificate::TrustBundle trust;
    std::map<std::string, int> rows;
    std::map<std::string, int> idle;
    const auto done = forge::forge_every_bit(
        20261127, [&trust](const Json& list) { trust = *certificate::TrustBundle::parse(list.dump()); },
        [&](const forge::Forged& forged) {
            const certificate::Knowledge known{&trust};
            const auto inspection = certificate::inspect(forged.text, known);
            const auto answers = Prover().prove(inspection.checks);
            const auto verdict = certificate::judge(inspection, answers, Instant{forged.now_ms}, known);
            const bool is_idle = forged.summary == "valid";
            ASSERT_EQ(verdict.summary == certificate::Summary::valid, is_idle) << to_json(forged).dump();
            const std::string layer = forged.id.substr(0, forged.id.find(is_idle ? "-idle-bit" : "-bit"));
            ++rows[layer];
            idle[layer] += is_idle ? 1 : 0;
        });
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(rows.size(), 20U);
    for (const auto& [layer, count] : rows) {
        EXPECT_GE(count, 512) << layer;
        const bool is_compressed = layer.ends_with("compressed") || layer.ends_with("text") || layer == "divoc-archive";
        // Eight bytes of the archive that say who made it, with which attributes; and the last bits of streams.
        EXPECT_LE(idle[layer], is_compressed ? 80 : 0) << layer;
    }
    EXPECT_GE(idle["divoc-archive"], 64);
}

}  // namespace
}  // namespace lachan::verify
