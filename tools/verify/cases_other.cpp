// Cases of the other families, and forged ones.

#include "cases.h"
#include "certificate/base45.h"

namespace lachan::verify {

void score_health_card(World&, const Json&, Scored& scored) { scored.skipped = "this core reads no SMART Health Cards"; }

void score_other_format(World&, const Json&, Scored& scored) { scored.skipped = "this core reads no other formats"; }

void score_forged(World& world, const Json& row, Scored& scored) {
    const Json& expected = at(row, "forged");
    auto trust = certificate::TrustBundle::parse(world.trust.dump());
    if (!trust) {
        scored.skipped = "no trust list came before it";
        return;
    }
    const auto text = row.contains("bytes") ? certificate::from_base64(text_at(row, "bytes"))
                                            : Result<Bytes>(Bytes(text_at(row, "text").begin(), text_at(row, "text").end()));
    if (!text) {
        scored.skipped = "its bytes are no base64";
        return;
    }
    const std::string code(text->begin(), text->end());
    const auto seen = look_at(world, code, *trust, Terms{Instant{int_at(row, "now")}});
    if (!seen) {
        scored.skipped = seen.error().detail;
        return;
    }
    scored.axes = at(seen->verdict, "axes");
    scored.details["summary"] = at(seen->verdict, "summary");
    const bool is_valid = text_at(seen->verdict, "summary") == "valid";
    scored.flags.push_back({"valid", text_at(expected, "summary") == "valid", is_valid});
    if (expected.contains("summary")) {
        scored.flags.push_back({"summary", true, at(expected, "summary") == at(seen->verdict, "summary"), Weight::exactness});
    }
    // A reason that must be given; where more are, they do no harm.
    if (expected.contains("reason")) {
        const std::string reason(text_at(expected, "reason"));
        scored.flags.push_back({"reason", true, seen->has_reason({reason.c_str()}), Weight::exactness});
    }
}

}  // namespace lachan::verify
