// Cases of the EU format: texts, pictures, content.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "cases.h"
#include "certificate/base45.h"
#include "certificate/certlogic.h"
#include "picture.h"
#include "x509.h"

namespace lachan::verify {
namespace {

using certificate::TrustBundle;

/// Labels of the suite that contradict its own specification, checked there by an independent reading (CERTIFICATES section 10).
const std::set<std::string> kKnownWrong{
    "EXPECTEDVALIDJSON FR/test_pcr_ok", "EXPECTEDVALIDJSON PT/1.3.0/4",       "EXPECTEDVALIDJSON PL/1.3.0/1",
    "EXPECTEDVALIDJSON PL/1.3.0/5",     "EXPECTEDEXPIRATIONCHECK PL/1.3.0/6", "EXPECTEDKEYUSAGE IS/3",
};
/// The case names a certificate that did not sign it, and asks its usage all the same: we ask only a key that is pointed at.
const std::set<std::string> kNamesAnotherSigner{"PL/1.3.0/6"};
/// A P-384 key under the algorithm of P-256: refused by default, scored with the switch that tolerates it.
const std::set<std::string> kKeyDoesNotFit{"ES/401", "ES/402", "ES/403"};

constexpr const char* kSchemaFlag = "EXPECTEDSCHEMAVALIDATION";

/// Whether `content` keeps the schema of its own version.
Result<bool> keeps_schema(World& world, const Json& content, Scored& scored) {
    const Json answer = TRY(world.engine.call("certificate.faults", {{"content", content.dump()}}));
    if (!at(answer, "faults").empty()) scored.details["faults"] = at(answer, "faults");
    return at(answer, "breaks") == Json(false);
}

/// The claims that the case asks about, as the core sees them.
std::vector<std::pair<const char*, bool>> answers_of(World& world, const Seen& seen, const Json& row, Scored& scored) {
    const bool has_prefix = !seen.has_reason({"prefix-missing", "prefix-context", "prefix-version"});
    const bool is_base45 = has_prefix && !seen.has_reason({"base45"});
    const bool is_inflated = is_base45 && !seen.has_reason({"compression", "size-limit"});
    const bool is_decoded = is_inflated && !seen.has_reason({"cose", "cwt", "claim-missing"});
    return {{"EXPECTEDUNPREFIX", has_prefix},
            {"EXPECTEDB45DECODE", is_base45},
            {"EXPECTEDCOMPRESSION", is_inflated},
            {"EXPECTEDDECODE", is_decoded},
            {"EXPECTEDVERIFY", is_decoded && seen.passes("signature")},
            {"EXPECTEDVALIDJSON", is_decoded && is_same_json(at(seen.inspection, "content"), at(row, "JSON"))},
            {"EXPECTEDEXPIRATIONCHECK", seen.passes("time")},
            {"EXPECTEDKEYUSAGE", seen.passes("keyUsage")},
            {kSchemaFlag, is_decoded && keeps_schema(world, at(seen.inspection, "content"), scored).value_or(false)}};
}

void read_flags(World& world, const Seen& seen, const Json& row, Scored& scored) {
    const Json& asserted = at(row, "EXPECTEDRESULTS");
    for (const auto& [name, answer] : answers_of(world, seen, row, scored)) {
        if (!at(asserted, name).is_boolean()) continue;
        const std::string flag = name;
        if (kKnownWrong.contains(flag + " " + scored.id)) {
            scored.left_out[flag] = "label known to be wrong";
        } else if (flag == "EXPECTEDKEYUSAGE" && kNamesAnotherSigner.contains(scored.id)) {
            scored.left_out[flag] = "the case names a key that did not sign";
        } else if (flag == "EXPECTEDVALIDJSON" && !row.contains("JSON")) {
            scored.left_out[flag] = "no JSON to compare with";
        } else {
            scored.flags.push_back({flag, asserted[name].get<bool>(), answer, flag == kSchemaFlag ? Weight::tally : Weight::verdict});
        }
    }
}

/// A number of the corpus' own reading and ours.
bool is_same_time(const Json& seconds, const Json& milliseconds) {
    if (!seconds.is_number()) return true;
    constexpr double kMost = 1e12;  // beyond it the product is no integer of 64 bits
    const double number = seconds.get<double>();
    return milliseconds.is_number_integer() && std::abs(number) <= kMost &&
           milliseconds.get<std::int64_t>() == static_cast<std::int64_t>(number * 1000);
}

/// Whether the core reads the header and claims as `meta` says.
bool agrees(const Seen& seen, const Json& meta) {
    const Json& inspection = seen.inspection;
    if (!meta.is_object()) return true;
    const std::string algorithm(text_at(inspection, "algorithm"));
    const std::int64_t number = algorithm == "ES256" ? -7 : algorithm == "PS256" ? -37 : 0;
    if (at(meta, "alg").is_number_integer() && (number == 0 || int_at(meta, "alg") != number)) return false;
    if (at(meta, "kid").is_string() && at(meta, "kid") != at(inspection, "kid")) return false;
    if (at(meta, "iss").is_string() && at(meta, "iss") != at(inspection, "issuer")) return false;
    if (at(meta, "ver").is_string() && at(meta, "ver") != at(inspection, "version")) return false;
    return is_same_time(at(meta, "iat"), at(inspection, "issuedAt")) &&
           is_same_time(at(meta, "exp"), at(inspection, "expiresAt"));
}

/// The test signers that lie beside the cases.
TrustBundle shared_signers(World& world) {
    std::vector<certificate::Signer> signers;
    for (const Json& row : side_rows(world, "dsc_test.jsonl")) {
        const auto der = certificate::from_base64(text_at(row, "der_b64"));
        auto signer = der ? signer_from_certificate(*der) : Result<certificate::Signer>(der.error());
        if (signer) signers.push_back(std::move(*signer));
    }
    return list_of(std::move(signers));
}

Result<std::vector<std::string>> codes_of(const Bytes& file) {
    std::vector<std::string> codes;
    for (const Picture& picture : TRY(read_pictures(file))) {
        for (std::string& code : codes_in(picture)) codes.push_back(std::move(code));
    }
    return codes;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const auto first = text.find_first_not_of(kSpace);
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Whether one of the codes of a picture is `text`; the end of a line around it says nothing.
bool holds(const std::vector<std::string>& codes, std::string_view text) {
    return std::any_of(codes.begin(), codes.end(), [text](const std::string& code) { return trimmed(code) == trimmed(text); });
}

void look_at_picture(const Result<Bytes>& file, const std::string& wanted, Scored& scored) {
    if (!file) {
        scored.skipped = "the picture cannot be read: " + file.error().detail;
        return;
    }
    const auto codes = codes_of(*file);
    if (!codes) scored.details["pictureError"] = codes.error().detail;
    scored.details["codes"] = codes ? codes->size() : 0;
    scored.flags.push_back({"picture", true, codes && holds(*codes, wanted)});
}

/// What the text of a picture says, for its reader; it scores nothing.
void show_axes(World& world, std::string_view text, Scored& scored) {
    const auto seen = look_at(world, text, shared_signers(world), Terms{Instant{1'640'000'000'000}});
    if (seen) scored.axes = at(seen->verdict, "axes");
}

}  // namespace

void score_dcc(World& world, const Json& row, Scored& scored) {
    const Json& context = at(row, "TESTCTX");
    const auto clock = clock_of(text_at(context, "VALIDATIONCLOCK"));
    if (!row.contains("PREFIX")) {
        scored.skipped = "no text";
        return;
    }
    std::vector<certificate::Signer> signers;
    const auto der = certificate::from_base64(text_at(context, "CERTIFICATE"));
    auto signer = der ? signer_from_certificate(*der) : Result<certificate::Signer>(der.error());
    if (signer) signers.push_back(std::move(*signer));
    // Without a clock of its own a case is looked at when it was signed; its dates are then not scored.
    const Instant now = clock.value_or(Instant{int_at(at(row, "meta"), "iat", 1'640'000'000) * 1000});
    const auto seen = look_at(world, text_at(row, "PREFIX"), list_of(std::move(signers)),
                              Terms{now, kKeyDoesNotFit.contains(scored.id)});
    if (!seen) {
        scored.skipped = seen.error().detail;
        return;
    }
    scored.axes = at(seen->verdict, "axes");
    read_flags(world, *seen, row, scored);
    if (!clock) {
        std::erase_if(scored.flags, [](const Flag& flag) { return flag.name == "EXPECTEDEXPIRATIONCHECK"; });
        if (at(at(row, "EXPECTEDRESULTS"), "EXPECTEDEXPIRATIONCHECK").is_boolean()) {
            scored.left_out["EXPECTEDEXPIRATIONCHECK"] = "no clock";
        }
    }
    const auto is_right_but = [&scored](std::initializer_list<std::string_view> others) {
        return std::all_of(scored.flags.begin(), scored.flags.end(), [others](const Flag& flag) {
            return flag.expected == flag.got || std::find(others.begin(), others.end(), flag.name) != others.end();
        });
    };
    scored.details["chain"] = is_right_but({"EXPECTEDEXPIRATIONCHECK", "EXPECTEDKEYUSAGE", kSchemaFlag});
    scored.details["noSchema"] = is_right_but({kSchemaFlag});
    scored.details["schema"] = scored.has_right(kSchemaFlag);
}

void score_qa(World& world, const Json& row, Scored& scored) {
    const std::string text(text_at(row, "PREFIX"));
    const Json& meta = at(row, "meta");
    if (text.empty()) {
        scored.skipped = "no text";
        return;
    }
    if (at(row, "picture").is_string()) {
        const auto file = side_bytes(world, std::string(text_at(row, "picture")));
        look_at_picture(file, text, scored);
        if (!file) {
            scored.left_out["picture"] = file.error().detail;
            scored.skipped.clear();
        }
    } else {
        scored.left_out["picture"] = "no picture";
    }
    const TrustBundle trust = shared_signers(world);
    const auto seen = look_at(world, text, trust, Terms{Instant{int_at(meta, "iat", 1'640'000'000) * 1000}});
    if (!seen) {
        scored.skipped = seen.error().detail;
        return;
    }
    scored.axes = at(seen->verdict, "axes");
    scored.flags.push_back({"decoded", true, at(seen->inspection, "content").is_object() && agrees(*seen, meta)});
    // The signer is known for some. Upstream asserts nothing about it, so it is reported apart.
    const std::string state(text_at(seen->axis("signature"), "state"));
    if (state != "notChecked") scored.flags.push_back({"signature", true, state == "pass", Weight::tally});
}

void score_2dcode(World& world, const Json& row, Scored& scored) {
    const Json& expected = at(row, "expect_picture");
    const auto file = certificate::from_base64(text_at(row, "png_b64"));
    if (!file || file->empty()) {
        scored.skipped = "no picture";
        return;
    }
    const std::string text(text_at(row, "PREFIX"));
    look_at_picture(*file, text, scored);
    show_axes(world, text, scored);
    if (!expected.is_boolean()) {
        scored.skipped = "not asserted";
    } else if (!expected.get<bool>()) {
        // Upstream's own reader or chain failed on these; that ours reads the code is no fault.
        scored.skipped = "upstream could not read it";
    }
}

void score_picture(World& world, const Json& row, Scored& scored) {
    const Json& payload = at(row, "payload");
    const auto file = side_bytes(world, std::string(text_at(row, "picture")));
    look_at_picture(file, std::string(text_at(row, "payload")), scored);
    if (!scored.skipped.empty()) return;
    if (!payload.is_string()) {
        scored.skipped = "no reader found a code in it";
        return;
    }
    show_axes(world, text_at(row, "payload"), scored);
}

void score_schema(World& world, const Json& row, Scored& scored) {
    const Json& document = at(row, "doc");
    if (document.is_null()) {
        scored.skipped = "no document";
        return;
    }
    const auto answer = keeps_schema(world, document, scored);
    if (!answer) {
        scored.skipped = answer.error().detail;
        return;
    }
    const bool is_wrong = text_at(row, "file").find("invalid") != std::string_view::npos;
    scored.flags.push_back({"schema", !is_wrong, *answer});
}

}  // namespace lachan::verify
