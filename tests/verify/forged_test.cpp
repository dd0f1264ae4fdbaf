// Certificates with every known defect, judged natively.

#include <gtest/gtest.h>

#include "engine.h"
#include "forging.h"
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

}  // namespace
}  // namespace lachan::verify
