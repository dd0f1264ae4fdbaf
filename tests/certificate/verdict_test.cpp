// Text to verdict on messages made here, most of which no public corpus has: each with keys that live for one test.

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "certificate/forge.h"
#include "certificate/inflate.h"
#include "certificate/rules.h"

namespace lachan::certificate {
namespace {

using enum Algorithm;

TEST(verdict, a_true_certificate_is_valid_under_both_algorithms) {
    for (const auto& issuer : {issuer_with(es256), issuer_with(ps256), issuer_with(ps256, 1, "VN", 3072)}) {
        const Verdict verdict = verdict_on(code_for(issuer), bundle_of({issuer.signer}));
        EXPECT_EQ(verdict.summary, Summary::valid) << to_json(verdict).dump(1);
        EXPECT_EQ(said(verdict.axes.structure), "pass");
        EXPECT_EQ(said(verdict.axes.signature), "pass");
        EXPECT_EQ(said(verdict.axes.issuer_trust), "pass");
        EXPECT_EQ(said(verdict.axes.time), "pass");
        EXPECT_EQ(said(verdict.axes.key_usage), "pass");
        EXPECT_EQ(said(verdict.axes.revocation), "notChecked list-missing");
        EXPECT_EQ(said(verdict.axes.business_rules), "notChecked rules-none");
        ASSERT_TRUE(verdict.signer);
        EXPECT_EQ(verdict.signer->spki, issuer.signer.spki);
        EXPECT_TRUE(verdict.inspection.warnings.empty());
    }
}

TEST(verdict, wire_form_marks_the_person_as_proven_only_under_a_signature_that_holds) {
    const Issuer issuer = issuer_with(es256);
    const Json proven = to_json(verdict_on(code_for(issuer), bundle_of({issuer.signer})));
    EXPECT_EQ(proven["content"]["proven"], true);
    EXPECT_EQ(proven["content"]["holder"]["familyName"], "Nguyễn");
    EXPECT_EQ(proven["content"]["holder"]["birthDate"], "1988-02-29");
    EXPECT_EQ(proven["content"]["events"][0]["kind"], "vaccination");
    EXPECT_EQ(proven["content"]["events"][0]["dose"], 2);
    const Issuer other = issuer_with(es256);
    const Json forged = to_json(verdict_on(code_for(other), bundle_of({issuer.signer})));
    EXPECT_EQ(forged["content"]["proven"], false);
    EXPECT_EQ(forged["summary"], "invalid");
    EXPECT_TRUE(forged["signer"].is_null());
    const Json unknown = to_json(verdict_on(code_for(issuer), bundle_of({issuer_with(es256, 9).signer})));
    EXPECT_EQ(unknown["content"]["proven"], false);
}

TEST(verdict, unknown_issuer_is_neither_forged_nor_valid) {
    const Issuer issuer = issuer_with(es256, 1);
    const Verdict same_country = verdict_on(code_for(issuer), bundle_of({issuer_with(es256, 2).signer}));
    EXPECT_EQ(same_country.summary, Summary::not_trusted);
    EXPECT_EQ(said(same_country.axes.signature), "notChecked key-unknown");
    EXPECT_EQ(said(same_country.axes.issuer_trust), "fail issuer-unknown");
    const Verdict other_country = verdict_on(code_for(issuer), bundle_of({issuer_with(es256, 2, "FR").signer}));
    EXPECT_EQ(other_country.summary, Summary::not_trusted);
    EXPECT_EQ(said(other_country.axes.issuer_trust), "notChecked issuer-unknown");
    const Verdict no_bundle = verdict_on(code_for(issuer), bundle_of({}));
    EXPECT_EQ(no_bundle.summary, Summary::not_checked);
    EXPECT_EQ(said(no_bundle.axes.issuer_trust), "notChecked bundle-missing");
}

TEST(verdict, every_key_of_a_shared_kid_is_tried) {
    const Issuer first = issuer_with(es256, 5);
    const Issuer second = issuer_with(ps256, 5);
    const Issuer third = issuer_with(es256, 5);
    const TrustBundle bundle = bundle_of({first.signer, issuer_with(es256, 4).signer, second.signer, third.signer});
    for (const Issuer* issuer : {&first, &second, &third}) {
        const Verdict verdict = verdict_on(code_for(*issuer), bundle);
        EXPECT_EQ(verdict.summary, Summary::valid);
        EXPECT_EQ(verdict.signer->spki, issuer->signer.spki);
    }
    EXPECT_EQ(inspect(code_for(first), {&bundle}).checks.size(), 2U);
    // A key that is trusted, but not under this kid, is no key for this certificate.
    const Issuer fourth = issuer_with(es256, 5);
    EXPECT_EQ(said(verdict_on(code_for(fourth), bundle).axes.signature), "fail signature-wrong");
}

TEST(verdict, signature_of_another_length_is_a_reason_and_no_crash) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const Parts parts = parts_of(draft_for(issuer));
    for (const std::size_t length : {0U, 1U, 63U, 65U, 70U, 72U, 128U, 256U, 4096U}) {
        const Verdict verdict = verdict_on(to_code(message_of(parts, Bytes(length, 0x30))), bundle);
        EXPECT_EQ(said(verdict.axes.signature), "fail signature-length") << length;
        EXPECT_EQ(verdict.summary, Summary::invalid) << length;
    }
    // Lengths of the other curves: possible for ES256, but not with the only key there is.
    EXPECT_EQ(said(verdict_on(to_code(message_of(parts, Bytes(96, 1))), bundle).axes.signature),
              "fail signature-length");
    EXPECT_EQ(said(verdict_on(to_code(message_of(parts, Bytes(64, 0))), bundle).axes.signature),
              "fail signature-wrong");
    const Issuer rsa = issuer_with(ps256);
    const Parts rsa_parts = parts_of(draft_for(rsa));
    for (const std::size_t length : {0U, 64U, 255U, 1025U}) {
        EXPECT_EQ(
            said(verdict_on(to_code(message_of(rsa_parts, Bytes(length, 1))), bundle_of({rsa.signer})).axes.signature),
            "fail signature-length");
    }
    EXPECT_EQ(said(verdict_on(to_code(message_of(rsa_parts, Bytes(384, 1))), bundle_of({rsa.signer})).axes.signature),
              "fail signature-wrong");
}

TEST(verdict, key_that_does_not_fit_the_algorithm_is_refused) {
    const Issuer rsa = issuer_with(ps256);
    const Issuer ec = issuer_with(es256);
    Parts parts = parts_of(draft_for(ec));
    EXPECT_EQ(said(verdict_on(code_of(ec, parts), bundle_of({rsa.signer})).axes.signature),
              "fail algorithm-key-mismatch");

    // CO27 of the EU's list: the header names one kind of algorithm, the signature is of the other, and each is true under its own.
    const auto judged = [](const Issuer& issuer, std::int64_t named) {
        Parts renamed = parts_of(draft_for(issuer));
        renamed.protected_header = header_with(named, &issuer.signer.kid);
        const Verdict verdict = verdict_on(code_of(issuer, renamed, issuer.signer.algorithm), bundle_of({issuer.signer}));
        return std::string(name_of(verdict.summary)) + " " + said(verdict.axes.signature);
    };
    EXPECT_EQ(judged(ec, -7), "valid pass");
    EXPECT_EQ(judged(rsa, -37), "valid pass");
    EXPECT_EQ(judged(ec, -37), "invalid fail signature-length");
    EXPECT_EQ(judged(rsa, -7), "invalid fail signature-length");

    // CERTIFICATES 7.2: the signature is computed and holds, and policy decides whether that is enough.
    const Issuer p384 = issuer_with(es384);
    const std::string code = code_of(p384, parts, es256);
    const TrustBundle bundle = bundle_of({p384.signer});
    const Verdict refused = verdict_on(code, bundle);
    EXPECT_EQ(said(refused.axes.signature), "fail algorithm-key-mismatch");
    EXPECT_EQ(refused.summary, Summary::invalid);
    EXPECT_TRUE(refused.signer);
    EXPECT_EQ(verdict_on(code, bundle, kNow, KeyFit::tolerated).summary, Summary::valid);
    EXPECT_EQ(said(verdict_on(code_of(issuer_with(es384), parts, es256), bundle).axes.signature),
              "fail signature-wrong");
}

TEST(verdict, algorithms_that_are_not_ours_are_named) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    Parts parts = parts_of(draft_for(issuer));
    for (const std::int64_t algorithm : {-38, -39, -257, -65535, 5, 0}) {
        parts.protected_header = header_with(algorithm, &issuer.signer.kid);
        EXPECT_EQ(said(verdict_on(code_of(issuer, parts), bundle).axes.signature), "fail algorithm-unknown")
            << algorithm;
    }
    parts.protected_header = {0xa1, 0x04, 0x48, 1, 1, 1, 1, 1, 1, 1, 1};
    EXPECT_EQ(said(verdict_on(code_of(issuer, parts), bundle).axes.signature), "fail algorithm-unknown");
    parts.unprotected_header = {0xa1, 0x01, 0x26};
    const Verdict unprotected = verdict_on(code_of(issuer, parts), bundle);
    EXPECT_EQ(unprotected.summary, Summary::valid);
    EXPECT_EQ(unprotected.inspection.warnings, std::vector<std::string>{"algorithm-unprotected"});
}

TEST(verdict, kid_rules) {
    const Issuer issuer = issuer_with(es256, 1);
    const Issuer other = issuer_with(es256, 2);
    const TrustBundle bundle = bundle_of({issuer.signer, other.signer});
    const auto unprotected = [](const Bytes& kid) {
        Bytes header{0xa1, 0x04};
        cbor::write_bytes(header, kid);
        return header;
    };
    const auto signature_axis = [&](const Bytes* in_protected, const Bytes* in_unprotected) {
        Parts parts = parts_of(draft_for(issuer));
        parts.protected_header = header_with(-7, in_protected);
        if (in_unprotected != nullptr) parts.unprotected_header = unprotected(*in_unprotected);
        return said(verdict_on(code_of(issuer, parts), bundle).axes.signature);
    };
    const Bytes& right = issuer.signer.kid;
    const Bytes foreign(8, 0x77);
    const Bytes shorter(7, 1);
    const Bytes longer(9, 1);
    EXPECT_EQ(signature_axis(&right, nullptr), "pass");
    EXPECT_EQ(signature_axis(nullptr, &right), "pass");
    EXPECT_EQ(signature_axis(&right, &foreign), "pass");
    EXPECT_EQ(signature_axis(&right, &other.signer.kid), "pass");
    EXPECT_EQ(signature_axis(&foreign, &right), "fail kid-mismatch");
    EXPECT_EQ(signature_axis(&other.signer.kid, &right), "fail signature-wrong");
    EXPECT_EQ(signature_axis(&foreign, nullptr), "notChecked key-unknown");
    EXPECT_EQ(signature_axis(nullptr, &foreign), "notChecked key-unknown");
    EXPECT_EQ(signature_axis(nullptr, nullptr), "fail kid-missing");
    EXPECT_EQ(signature_axis(&shorter, nullptr), "fail kid-length");
    EXPECT_EQ(signature_axis(&longer, &right), "fail kid-length");
    EXPECT_EQ(signature_axis(nullptr, &shorter), "fail kid-length");
}

TEST(verdict, tags_around_the_message) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const auto structure = [&](std::vector<std::uint64_t> tags) {
        Parts parts = parts_of(draft_for(issuer));
        parts.tags = std::move(tags);
        const Verdict verdict = verdict_on(code_of(issuer, parts), bundle);
        EXPECT_EQ(verdict.summary == Summary::valid, verdict.axes.structure.passes());
        return said(verdict.axes.structure);
    };
    EXPECT_EQ(structure({}), "pass");
    EXPECT_EQ(structure({18}), "pass");
    EXPECT_EQ(structure({61, 18}), "pass");
    EXPECT_EQ(structure({61}), "fail cose");
    EXPECT_EQ(structure({18, 61}), "fail cose");
    EXPECT_EQ(structure({18, 18}), "fail cose");
    EXPECT_EQ(structure({61, 61, 18}), "fail cose");
    EXPECT_EQ(structure({98}), "fail cose");
    EXPECT_EQ(structure({55799, 18}), "fail cose");
    EXPECT_EQ(structure(std::vector<std::uint64_t>(40, 18)), "fail size-limit");
}

TEST(verdict, protected_header_is_signed_as_received) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    // Keys in another order, integers longer than needed, an indefinite map: a re-encoding would sign other bytes.
    Parts parts = parts_of(draft_for(issuer));
    parts.protected_header = {0xbf, 0x18, 0x04, 0x58, 0x08, 1, 1, 1, 1, 1, 1, 1, 1, 0x19, 0x00, 0x01, 0x38, 0x06, 0xff};
    EXPECT_EQ(verdict_on(code_of(issuer, parts), bundle).summary, Summary::valid);
    // An empty protected header in both of its forms.
    parts.unprotected_header = {0xa2, 0x01, 0x26, 0x04, 0x48, 1, 1, 1, 1, 1, 1, 1, 1};
    parts.protected_header = {};
    EXPECT_EQ(verdict_on(code_of(issuer, parts), bundle).summary, Summary::valid);
    parts.protected_header = {0xa0};
    EXPECT_EQ(verdict_on(code_of(issuer, parts), bundle).summary, Summary::valid);
    parts.protected_header = {0x80};
    EXPECT_EQ(said(verdict_on(code_of(issuer, parts), bundle).axes.structure), "fail cose");
    parts.protected_header = {0xa2, 0x01, 0x26, 0x18, 0x01, 0x26};  // the algorithm twice, once written long
    EXPECT_EQ(said(verdict_on(code_of(issuer, parts), bundle).axes.structure), "fail cose");
}

Bytes claims_with(const std::function<void(Bytes&)>& expires, const std::function<void(Bytes&)>& issued,
                  const std::function<void(Bytes&)>& health) {
    Bytes claims;
    cbor::write_head(claims, 5, 3);
    cbor::write_integer(claims, 4);
    expires(claims);
    cbor::write_integer(claims, 6);
    issued(claims);
    cbor::write_integer(claims, -260);
    health(claims);
    return claims;
}

void write_dcc(Bytes& out) {
    cbor::write_head(out, 5, 1);
    cbor::write_integer(out, 1);
    cbor::write_json(out, vaccination());
}

void write_double(Bytes& out, double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    out.push_back(0xfb);
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(bits >> shift));
}

TEST(verdict, times_in_every_form_that_is_met) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const std::int64_t now_s = kNow.ms / 1000;
    const auto integer = [](std::int64_t value) { return [value](Bytes& out) { cbor::write_integer(out, value); }; };
    const auto real = [](double value) { return [value](Bytes& out) { write_double(out, value); }; };
    const auto tagged = [](std::uint64_t tag, std::int64_t value) {
        return [tag, value](Bytes& out) {
            cbor::write_head(out, 6, tag);
            cbor::write_integer(out, value);
        };
    };
    const auto judged = [&](const std::function<void(Bytes&)>& expires, const std::function<void(Bytes&)>& issued) {
        Parts parts = parts_of(draft_for(issuer));
        parts.claims = claims_with(expires, issued, write_dcc);
        const Verdict verdict = verdict_on(code_of(issuer, parts), bundle);
        std::string text = said(verdict.axes.structure) + " / " + said(verdict.axes.time);
        for (const std::string& warning : verdict.inspection.warnings) text += " / " + warning;
        return text;
    };
    EXPECT_EQ(judged(integer(now_s + 60), integer(now_s - 60)), "pass / pass");
    EXPECT_EQ(judged(integer(now_s), integer(now_s)), "pass / pass");
    EXPECT_EQ(judged(integer(now_s - 1), integer(now_s - 60)), "pass / fail expired");
    EXPECT_EQ(judged(integer(now_s + 60), integer(now_s + 1)), "pass / fail issued-in-future");
    EXPECT_EQ(judged(integer(now_s - 60), integer(now_s + 60)), "pass / fail issued-in-future expired");
    EXPECT_EQ(judged(real(static_cast<double>(now_s) + 60), real(static_cast<double>(now_s) - 60.25)),
              "pass / pass / time-float");
    EXPECT_EQ(judged(tagged(1, now_s + 60), integer(now_s - 60)), "pass / pass / time-tagged");
    EXPECT_EQ(judged(tagged(0, now_s + 60), integer(now_s - 60)), "fail cwt / notChecked");
    EXPECT_EQ(judged(integer(kNow.ms + 60'000), integer(now_s - 60)), "fail cwt / notChecked")
        << "milliseconds never expire";
    EXPECT_EQ(judged(integer(-1), integer(now_s)), "fail cwt / notChecked");
    EXPECT_EQ(judged(real(std::nan("")), integer(now_s)), "fail cwt / notChecked");
    EXPECT_EQ(judged([](Bytes& out) { cbor::write_text(out, "2025-01-01"); }, integer(now_s)), "fail cwt / notChecked");
    // After 2038 seconds need more than 31 bits.
    Issuer later = issuer_with(es256, 3);
    later.signer.not_after = Instant{kNow.ms + 9000 * kDayMs};
    Draft draft = draft_for(later);
    draft.expires_at_s = now_s + 8000LL * 86'400;
    EXPECT_EQ(said(verdict_on(code_for(later, draft), bundle_of({later.signer})).axes.time), "pass");
}

TEST(verdict, dates_of_the_key_are_checked_for_themselves) {
    const Issuer issuer = issuer_with(es256);
    const auto time_with = [&](std::int64_t from_days, std::int64_t until_days) {
        Signer signer = issuer.signer;
        signer.not_before = Instant{kNow.ms + from_days * kDayMs};
        signer.not_after = Instant{kNow.ms + until_days * kDayMs};
        return said(verdict_on(code_for(issuer), bundle_of({signer})).axes.time);
    };
    EXPECT_EQ(time_with(-2, 91), "pass");
    EXPECT_EQ(time_with(0, 91), "fail key-not-yet-valid");  // issued a day before the key was valid
    EXPECT_EQ(time_with(-2, 89), "fail key-expired");       // says it outlives its key
    EXPECT_EQ(time_with(-9, -1), "fail key-expired");
    EXPECT_EQ(time_with(1, 91), "fail key-not-yet-valid");
}

TEST(verdict, times_that_are_missing_are_said_to_be_missing) {
    const Issuer issuer = issuer_with(es256);
    Parts parts = parts_of(draft_for(issuer));
    parts.claims.clear();
    cbor::write_head(parts.claims, 5, 1);
    cbor::write_integer(parts.claims, -260);
    write_dcc(parts.claims);
    const Verdict verdict = verdict_on(code_of(issuer, parts), bundle_of({issuer.signer}));
    EXPECT_EQ(said(verdict.axes.time), "fail time-missing");
    EXPECT_EQ(said(verdict.axes.signature), "pass");
    EXPECT_EQ(verdict.summary, Summary::invalid);
}

TEST(verdict, claims_that_are_broken) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const auto structure = [&](const Bytes& claims) {
        Parts parts = parts_of(draft_for(issuer));
        parts.claims = claims;
        const Verdict verdict = verdict_on(code_of(issuer, parts), bundle);
        EXPECT_EQ(said(verdict.axes.signature), "pass") << "a broken content does not break a signature";
        EXPECT_NE(verdict.summary, Summary::valid);
        return said(verdict.axes.structure);
    };
    const auto now = [](Bytes& out) { cbor::write_integer(out, kNow.ms / 1000); };
    const auto sub_claim = [&](std::int64_t key) {
        return claims_with(now, now, [key](Bytes& out) {
            cbor::write_head(out, 5, 1);
            cbor::write_integer(out, key);
            cbor::write_json(out, vaccination());
        });
    };
    EXPECT_EQ(structure({0x80}), "fail cwt");
    EXPECT_EQ(structure({}), "fail cwt");
    EXPECT_EQ(structure({0xa1, 0x04}), "fail cwt");
    EXPECT_EQ(structure({0xa0}), "fail claim-missing");
    EXPECT_EQ(structure({0xa2, 0x04, 0x1a, 0x68, 0x4e, 0xe1, 0x80, 0x18, 0x04, 0x1a, 0x68, 0x4e, 0xe1, 0x80}),
              "fail cwt");
    EXPECT_EQ(structure(sub_claim(2)), "fail claim-missing");
    EXPECT_EQ(structure(sub_claim(3)), "fail schema");
    EXPECT_EQ(structure(sub_claim(5)), "notChecked health-link");
    EXPECT_EQ(structure(claims_with(now, now, [](Bytes& out) { cbor::write_text(out, "x"); })), "fail cwt");
    EXPECT_EQ(structure(claims_with(now, now,
                                    [](Bytes& out) {
                                        cbor::write_head(out, 5, 2);
                                        for (int twice = 0; twice < 2; ++twice) {
                                            cbor::write_integer(out, 1);
                                            cbor::write_json(out, vaccination());
                                        }
                                    })),
              "fail cwt");
}

TEST(verdict, content_is_checked_field_by_field) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    struct Row {
        const char* name;
        std::function<void(Json&)> change;
        const char* structure;
        const char* warning;
    };
    const std::vector<Row> rows{
        {"as it should be", [](Json&) {}, "pass", ""},
        {"two doses", [](Json& p) { p["v"].push_back(p["v"][0]); }, "fail event-count", ""},
        {"a dose and a test", [](Json& p) { p["t"] = Json::array({Json::object()}); }, "fail schema event-count", ""},
        {"no event", [](Json& p) { p.erase("v"); }, "fail event-count", ""},
        {"only empty lists", [](Json& p) { p["v"] = Json::array(); }, "fail event-count", "empty-list"},
        {"the other lists null and empty",
         [](Json& p) {
             p["t"] = nullptr;
             p["r"] = Json::array();
         },
         "pass", "empty-list"},
        {"list is an object", [](Json& p) { p["v"] = p["v"][0]; }, "fail schema event-count", ""},
        {"no version", [](Json& p) { p.erase("ver"); }, "fail schema", ""},
        {"version is words", [](Json& p) { p["ver"] = "1.3"; }, "fail schema", ""},
        {"version 2", [](Json& p) { p["ver"] = "2.0.0"; }, "notChecked version-unsupported", ""},
        {"no name", [](Json& p) { p.erase("nam"); }, "fail schema", ""},
        {"no transliterated name",
         [](Json& p) {
             p["nam"].erase("fnt");
             p["nam"].erase("gnt");
         },
         "fail schema", ""},
        {"one transliterated name", [](Json& p) { p["nam"].erase("fnt"); }, "pass", ""},
        {"no birth date", [](Json& p) { p.erase("dob"); }, "fail schema", ""},
        {"birth date null", [](Json& p) { p["dob"] = nullptr; }, "pass", "birth-date-form"},
        {"birth date empty", [](Json& p) { p["dob"] = ""; }, "pass", "birth-date-form"},
        {"birth year", [](Json& p) { p["dob"] = "1988"; }, "pass", ""},
        {"birth month", [](Json& p) { p["dob"] = "1988-02"; }, "pass", ""},
        {"birth date the calendar lacks", [](Json& p) { p["dob"] = "1989-02-29"; }, "pass", "birth-date-form"},
        {"birth date a number", [](Json& p) { p["dob"] = 1988; }, "fail schema", ""},
        {"dose as text", [](Json& p) { p["v"][0]["dn"] = "2"; }, "fail schema", ""},
        {"dose 0", [](Json& p) { p["v"][0]["dn"] = 0; }, "pass", "dose-range"},
        {"no certificate identifier", [](Json& p) { p["v"][0].erase("ci"); }, "fail schema", ""},
        {"country null", [](Json& p) { p["v"][0]["co"] = nullptr; }, "fail schema", ""},
        {"date with time", [](Json& p) { p["v"][0]["dt"] = "2025-03-01T00:00:00"; }, "pass", "date-form"},
        {"a field that is not ours", [](Json& p) { p["x"] = 1; }, "pass", ""},
    };
    for (const Row& row : rows) {
        Json payload = vaccination();
        row.change(payload);
        const Verdict verdict = verdict_on(code_for(issuer, draft_for(issuer, payload)), bundle);
        EXPECT_EQ(said(verdict.axes.structure), row.structure) << row.name;
        const auto& warnings = verdict.inspection.warnings;
        EXPECT_EQ(warnings.empty() ? "" : warnings[0], row.warning) << row.name;
        EXPECT_EQ(said(verdict.axes.signature), "pass") << row.name;
        EXPECT_EQ(verdict.summary == Summary::valid, verdict.axes.structure.passes()) << row.name;
    }
}

TEST(verdict, key_usage_restricts_only_when_it_names_one_of_ours) {
    const Issuer issuer = issuer_with(es256);
    const auto usage_axis = [&](KeyUsage usage) {
        Signer signer = issuer.signer;
        signer.usage = usage;
        return said(verdict_on(code_for(issuer), bundle_of({signer})).axes.key_usage);
    };
    EXPECT_EQ(usage_axis({}), "pass");
    EXPECT_EQ(usage_axis({false, true, false}), "pass");
    EXPECT_EQ(usage_axis({true, true, true}), "pass");
    EXPECT_EQ(usage_axis({true, false, true}), "fail key-usage-event");
}

TEST(verdict, stale_bundle_and_doubtful_clock_never_show_green) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const Verdict stale = verdict_on(code_for(issuer), bundle, Instant{bundle.valid_until.ms + 1});
    EXPECT_EQ(said(stale.axes.issuer_trust), "notChecked bundle-stale");
    EXPECT_EQ(said(stale.axes.signature), "pass");
    EXPECT_EQ(stale.summary, Summary::not_checked);
    const Verdict early = verdict_on(code_for(issuer), bundle, Instant{bundle.issued_at.ms - 1});
    EXPECT_EQ(said(early.axes.time), "notChecked clock-doubtful");
    EXPECT_EQ(early.summary, Summary::not_checked);
}

/// A set with one rule of Viet Nam over `logic`.
RuleSet rules_with(const char* logic, const char* country = "VN", std::int64_t valid_until = kNow.ms) {
    const Json rule{{"Identifier", "GR-VN-0001"},
                    {"Type", "Acceptance"},
                    {"Country", country},
                    {"Version", "1.0.0"},
                    {"SchemaVersion", "1.0.0"},
                    {"Engine", "CERTLOGIC"},
                    {"EngineVersion", "1.0.0"},
                    {"CertificateType", "General"},
                    {"ValidFrom", "2021-01-01T00:00:00Z"},
                    {"ValidTo", "2030-01-01T00:00:00Z"},
                    {"AffectedFields", Json::array()},
                    {"Logic", *parse_json(logic)}};
    const Json document{{"version", 1},  {"id", "test"},          {"number", 1},
                        {"issuedAt", 0}, {"validUntil", valid_until}, {"rules", Json::array({rule})}};
    const std::string text = document.dump();
    auto set = RuleSet::parse(text);
    EXPECT_TRUE(set) << (set ? "" : set.error().detail);
    return set ? *set : RuleSet{};
}

TEST(verdict, chosen_rules_decide_and_are_never_green_unasked) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const Inspection inspection = inspect(code_for(issuer), {&bundle});
    const auto answers = Prover().prove(inspection.checks);
    const auto judged_by = [&](const RuleSet& rules) {
        const Verdict verdict = judge(inspection, answers, kNow, {&bundle, nullptr, &rules});
        return std::string(name_of(verdict.summary)) + ": " + said(verdict.axes.business_rules);
    };
    EXPECT_EQ(judged_by(rules_with(R"({"===":[{"var":"payload.v.0.dn"},2]})")), "valid: pass");
    EXPECT_EQ(judged_by(rules_with(R"({">":[{"var":"payload.v.0.dn"},2]})")), "invalid: fail rule-failed:GR-VN-0001");
    EXPECT_EQ(judged_by(rules_with(R"({"var":"payload.v.0.mp"})")), "notChecked: notChecked rule-open:GR-VN-0001");
    EXPECT_EQ(judged_by(rules_with("true", "FR")), "notChecked: notChecked rules-inapplicable");
    EXPECT_EQ(judged_by(rules_with(R"({"===":[{"var":"external.issuerCountryCode"},"VN"]})")), "valid: pass");
    EXPECT_EQ(judged_by(rules_with(R"({"===":[{"var":"external.countryCode"},"VN"]})")), "valid: pass");
    EXPECT_EQ(judged_by(rules_with("true", "VN", kNow.ms - 1)), "notChecked: notChecked rules-stale");
}

TEST(verdict, names_the_axis_that_decided) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const auto decided = [](const Verdict& verdict) { return to_json(verdict)["decidedBy"]; };
    EXPECT_EQ(decided(verdict_on(code_for(issuer), bundle)), nullptr);
    EXPECT_EQ(decided(verdict_on(code_for(issuer_with(es256)), bundle)), "signature");
    EXPECT_EQ(decided(verdict_on(code_for(issuer_with(es256, 9)), bundle)), "issuerTrust");
    EXPECT_EQ(decided(verdict_on("nonsense", bundle)), "structure");
    EXPECT_EQ(decided(verdict_on(code_for(issuer), bundle_of({}))), "signature");
    // There is no revocation list either, but that could stand beside green: what decided is the open rule.
    const Inspection inspection = inspect(code_for(issuer), {&bundle});
    const RuleSet open = rules_with(R"({"var":"payload.v.0.mp"})");
    EXPECT_EQ(decided(judge(inspection, Prover().prove(inspection.checks), kNow, {&bundle, nullptr, &open})), "businessRules");
}

TEST(verdict, key_of_another_country_does_not_speak_for_this_one) {
    const Issuer french = issuer_with(es256, 1, "FR");
    const Verdict verdict = verdict_on(code_for(french), bundle_of({french.signer}));
    EXPECT_EQ(said(verdict.axes.issuer_trust), "fail country-mismatch");
    EXPECT_EQ(verdict.summary, Summary::invalid);
    Draft in_words = draft_for(french);
    in_words.issuer = "Ministry of Health";
    EXPECT_EQ(said(verdict_on(code_for(french, in_words), bundle_of({french.signer})).axes.issuer_trust), "pass");
}

TEST(verdict, answers_that_are_missing_or_unsupported_leave_the_signature_open) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer, issuer_with(es256).signer});
    const Inspection inspection = inspect(code_for(issuer), {&bundle});
    ASSERT_EQ(inspection.checks.size(), 2U);
    const auto axis = [&](std::vector<Answer> answers) {
        return said(judge(inspection, answers, kNow, {&bundle}).axes.signature);
    };
    EXPECT_EQ(axis({}), "notChecked prover-unsupported");
    EXPECT_EQ(axis({Answer::invalid}), "notChecked prover-unsupported");
    EXPECT_EQ(axis({Answer::unsupported, Answer::invalid}), "notChecked prover-unsupported");
    EXPECT_EQ(axis({Answer::invalid, Answer::invalid}), "fail signature-wrong");
    EXPECT_EQ(axis({Answer::unsupported, Answer::valid}), "pass");
    // An answer about a key that the bundle does not hold proves nothing.
    Inspection foreign = inspection;
    for (SignatureCheck& check : foreign.checks) check.spki = issuer_with(es256).signer.spki;
    EXPECT_EQ(said(judge(foreign, std::vector(2, Answer::valid), kNow, {&bundle}).axes.signature),
              "fail signature-wrong");
}

TEST(verdict, texts_that_are_other_things) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const std::string code = code_for(issuer);
    const auto judged = [&](std::string_view text) {
        const Verdict verdict = verdict_on(text, bundle);
        return std::string(name_of(verdict.inspection.family)) + " " + said(verdict.axes.structure) + " " +
               name_of(verdict.summary);
    };
    EXPECT_EQ(judged(code), "hcert pass valid");
    EXPECT_EQ(judged("  " + code + "\r\n"), "hcert pass valid");
    EXPECT_EQ(judged(code.substr(4)), "unknown fail prefix-missing unreadable");
    EXPECT_EQ(judged(""), "unknown fail prefix-missing unreadable");
    EXPECT_EQ(judged("https://example.org/"), "unknown fail prefix-missing unreadable");
    EXPECT_EQ(judged("HC2:" + code.substr(4)), "hcert notChecked prefix-version notChecked");
    EXPECT_EQ(judged("hc1:" + code.substr(4)), "hcert fail prefix-context unreadable");
    EXPECT_EQ(judged("AT1:" + code.substr(4)), "hcert fail prefix-context unreadable");
    EXPECT_EQ(judged("NL2:123"), "nlDomestic notChecked family-unsupported notChecked");
    EXPECT_EQ(judged("shc:/5676290952"), "smartHealthCard fail jws unreadable");
    EXPECT_EQ(judged("{\"data\":{}}"), "icaoVds fail json unreadable");
    EXPECT_EQ(judged(std::string_view("PK\x03\x04\x00", 5)), "divoc fail zip unreadable");
    EXPECT_EQ(judged("data:application/zip;base64,UEsDBA=="), "divoc fail zip unreadable");
    EXPECT_EQ(judged("LC1:ABC"), "lachan fail cose unreadable");
    EXPECT_EQ(judged("LC1:a"), "lachan fail base45 unreadable");
    EXPECT_EQ(judged("LC2:ABC"), "lachan notChecked prefix-version notChecked");
    EXPECT_EQ(judged("https://example.org/l/abc?v=1&s=AA"), "lachan fail place-form unreadable");
    EXPECT_EQ(judged("HC1:"), "hcert fail compression unreadable");
    EXPECT_EQ(judged("HC1:" + std::string(4300, '0')), "unknown fail size-limit unreadable");
    EXPECT_EQ(judged("HC1:" + code.substr(4, 42)), "hcert fail compression unreadable");
    EXPECT_EQ(judged("HC1:%"), "hcert fail base45 unreadable");
    EXPECT_EQ(judged(to_code(bytes_of("no cbor here"))), "hcert fail cose unreadable");
    EXPECT_EQ(judged(to_code(Bytes(100'000, 0x84))), "hcert fail size-limit unreadable");
    std::string encoded = "HC1%3A";
    for (const char c : code.substr(4)) {
        encoded += c == ' '   ? "%20"
                   : c == '%' ? "%25"
                   : c == '+' ? "%2B"
                   : c == '/' ? "%2f"
                   : c == ':' ? "%3A"
                              : std::string(1, c);
    }
    EXPECT_EQ(judged(encoded), "hcert pass valid");
    EXPECT_EQ(verdict_on(encoded, bundle).inspection.warnings, std::vector<std::string>{"percent-encoded"});
}

TEST(verdict, every_cut_of_a_true_code_gets_a_verdict_that_is_not_green) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const std::string code = code_for(issuer);
    for (std::size_t length = 0; length < code.size(); ++length) {
        ASSERT_NE(verdict_on(code.substr(0, length), bundle).summary, Summary::valid) << length;
    }
}

TEST(verdict, no_flipped_bit_of_a_true_message_verifies) {
    for (const Algorithm algorithm : {es256, ps256}) {
        const Issuer issuer = issuer_with(algorithm);
        const TrustBundle bundle = bundle_of({issuer.signer});
        const std::string code = code_for(issuer);
        const Bytes message = *inflate_zlib(*from_base45(std::string_view(code).substr(4)));
        Prover prover;
        int still_decoded = 0;
        for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
            Bytes flipped = message;
            flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
            const Inspection inspection = inspect(to_code(flipped), {&bundle});
            const Verdict verdict = judge(inspection, prover.prove(inspection.checks), kNow, {&bundle});
            ASSERT_FALSE(verdict.axes.signature.passes()) << "bit " << bit;
            ASSERT_NE(verdict.summary, Summary::valid) << "bit " << bit;
            still_decoded += verdict.inspection.content.is_null() ? 0 : 1;
        }
        EXPECT_GT(still_decoded, 1000) << "most flips must reach the signature, or this test shows nothing";
    }
}

TEST(verdict, is_written_in_canonical_form) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    for (const std::string& code : {code_for(issuer), code_for(issuer_with(es256)), std::string("nonsense"), std::string()}) {
        const Verdict verdict = verdict_on(code, bundle);
        EXPECT_EQ(to_text(verdict), canonical(to_json(verdict)));
    }
}

TEST(verdict, no_changed_character_of_a_true_code_verifies_as_another) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const std::string code = code_for(issuer);
    const Json truth = to_json(verdict_on(code, bundle));
    std::mt19937 random(20261124);
    constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    for (int round = 0; round < 5'000; ++round) {
        std::string changed = code;
        changed[random() % code.size()] = kAlphabet[random() % kAlphabet.size()];
        const Json verdict = to_json(verdict_on(changed, bundle));
        // Another compressed form of the same message may exist; another message may not.
        if (verdict["summary"] == "valid") {
            ASSERT_EQ(verdict, truth) << changed;
        }
    }
}

TEST(verdict, inspection_goes_through_its_wire_form_unchanged) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer, issuer_with(es256).signer});
    for (const std::string& text : {code_for(issuer), std::string("HC1:"), std::string("shc:/1"), std::string("?"),
                                    code_for(issuer_with(ps256, 8))}) {
        const Inspection inspection = inspect(text, {&bundle});
        const std::string wire = canonical(to_json(inspection));
        const auto back = inspection_from_json(*parse_json(wire));
        ASSERT_TRUE(back) << back.error().detail;
        EXPECT_EQ(*back, inspection);
        const auto answers = Prover().prove(back->checks);
        EXPECT_EQ(canonical(to_json(judge(*back, answers, kNow, {&bundle}))),
                  canonical(to_json(judge(inspection, answers, kNow, {&bundle}))));
    }
}

TEST(verdict, wire_form_of_an_inspection_is_read_strictly) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const Json whole = to_json(inspect(code_for(issuer), {&bundle}));
    for (const auto& [key, value] : whole.items()) {
        Json lacking = whole;
        lacking.erase(key);
        const bool may_be_absent = key == "content" || key == "algorithm" || key == "issuedAt" || key == "expiresAt";
        EXPECT_EQ(inspection_from_json(lacking).has_value(), may_be_absent) << key;
        Json wrong = whole;
        wrong[key] = 1.5;
        EXPECT_EQ(inspection_from_json(wrong).has_value(), key == "content") << key;
    }
    EXPECT_FALSE(inspection_from_json(Json::array()));
    EXPECT_EQ(answers_from_json(Json::array({"valid"}), 1)->at(0), Answer::valid);
    EXPECT_FALSE(answers_from_json(Json::array({"valid"}), 2));
    EXPECT_FALSE(answers_from_json(Json::array({"yes"}), 1));
    EXPECT_FALSE(answers_from_json(Json::array({true}), 1));
}

TEST(bundle, goes_through_its_wire_form_unchanged) {
    Signer signer = issuer_with(es256, 3).signer;
    signer.usage = {true, false, true};
    const TrustBundle bundle = bundle_of({issuer_with(ps256, 9).signer, signer, issuer_with(es384, 3).signer});
    EXPECT_EQ(to_json(*TrustBundle::parse(to_json(bundle).dump())), to_json(bundle));
    EXPECT_EQ(bundle.with_kid(Scheme::hcert, Bytes(8, 3)).size(), 2U);
    EXPECT_EQ(bundle.with_kid(Scheme::hcert, Bytes(8, 9)).size(), 1U);
    EXPECT_TRUE(bundle.with_kid(Scheme::hcert, Bytes(8, 4)).empty());
    EXPECT_TRUE(bundle.with_kid(Scheme::hcert, {}).empty());
}

TEST(bundle, keeps_schemes_apart_and_says_only_what_is_said) {
    Signer plain = issuer_with(es256, 3).signer;
    Signer card = plain;
    card.scheme = Scheme::smart_health_card;
    card.kid = Bytes(32, 3);
    card.issuer = "https://example.org/issuer";
    card.crl_version = 2;
    Signer authority = issuer_with(es384, 3).signer;
    authority.scheme = Scheme::icao_vds;
    authority.kid = Bytes(20, 3);
    authority.is_authority = true;
    Signer divoc = plain;
    divoc.scheme = Scheme::divoc;
    divoc.kid = Bytes(8, 3);
    divoc.issuer = "did:india";
    const TrustBundle bundle = bundle_of({divoc, authority, card, plain});
    ASSERT_EQ(bundle.signers.size(), 4U);
    EXPECT_EQ(to_json(*TrustBundle::parse(to_json(bundle).dump())), to_json(bundle));
    const auto only = bundle.with_kid(Scheme::hcert, Bytes(8, 3));
    ASSERT_EQ(only.size(), 1U);
    EXPECT_EQ(only[0].issuer, "");
    EXPECT_EQ(bundle.with_kid(Scheme::divoc, Bytes(8, 3))[0].issuer, "did:india");
    EXPECT_EQ(bundle.with_kid(Scheme::smart_health_card, Bytes(32, 3))[0].crl_version, 2);
    EXPECT_TRUE(bundle.with_kid(Scheme::icao_vds, Bytes(20, 3))[0].is_authority);
    EXPECT_TRUE(bundle.with_kid(Scheme::icao_vds, Bytes(8, 3)).empty());
    EXPECT_TRUE(bundle.knows_issuer(Scheme::divoc, "did:india"));
    EXPECT_FALSE(bundle.knows_issuer(Scheme::hcert, "did:india"));
    for (const char* key : {"scheme", "issuer", "authority", "crlVersion"}) {
        EXPECT_FALSE(to_json(bundle)["signers"][0].contains(key)) << "an HCERT signer reads as before: " << key;
    }
}

TEST(bundle, key_of_another_scheme_or_of_an_authority_verifies_no_hcert) {
    const Issuer issuer = issuer_with(es256);
    Signer other = issuer.signer;
    for (const Scheme scheme : {Scheme::smart_health_card, Scheme::icao_vds, Scheme::divoc, Scheme::lachan}) {
        other.scheme = scheme;
        EXPECT_EQ(said(verdict_on(code_for(issuer), bundle_of({other})).axes.signature), "notChecked key-unknown");
    }
    other = issuer.signer;
    other.is_authority = true;
    EXPECT_FALSE(verdict_on(code_for(issuer), bundle_of({other})).axes.signature.passes());
}

TEST(bundle, names_the_field_that_is_wrong) {
    const Json right = to_json(bundle_of({issuer_with(es256, 3).signer}));
    struct Row {
        std::function<void(Json&)> change;
        const char* rule;
        const char* detail;
    };
    const std::vector<Row> rows{
        {[](Json& b) { b["version"] = 2; }, "bundle.version", "not version 1"},
        {[](Json& b) { b.erase("version"); }, "bundle.version", "not version 1"},
        {[](Json& b) { b.erase("number"); }, "bundle.field", "bundle.number"},
        {[](Json& b) { b["more"] = 1; }, "bundle.field", "bundle.more"},
        {[](Json& b) { b["validUntil"] = 0; }, "bundle.period", "bundle"},
        {[](Json& b) { b["signers"] = 1; }, "bundle.field", "signers"},
        {[](Json& b) { b["signers"].push_back(1); }, "bundle.field", "signers[1]"},
        {[](Json& b) { b["signers"][0]["kid"] = "AQ=="; }, "bundle.field", "signers[0].kid"},
        {[](Json& b) { b["signers"][0]["country"] = "vn"; }, "bundle.field", "signers[0].country"},
        {[](Json& b) { b["signers"][0]["algorithm"] = "HS256"; }, "bundle.field", "signers[0].algorithm"},
        {[](Json& b) { b["signers"][0]["spki"] = "*"; }, "bundle.field", "signers[0].spki"},
        {[](Json& b) { b["signers"][0]["notAfter"] = 0; }, "bundle.period", "signers[0]"},
        {[](Json& b) { b["signers"][0]["usage"] = {"x"}; }, "bundle.field", "signers[0].usage"},
        {[](Json& b) { b["signers"][0]["scheme"] = "pgp"; }, "bundle.field", "signers[0].scheme"},
        {[](Json& b) { b["signers"][0]["issuer"] = ""; }, "bundle.field", "signers[0].issuer"},
        {[](Json& b) { b["signers"][0]["issuer"] = 1; }, "bundle.field", "signers[0].issuer"},
        {[](Json& b) { b["signers"][0]["authority"] = 1; }, "bundle.field", "signers[0].authority"},
        {[](Json& b) { b["signers"][0]["crlVersion"] = -1; }, "bundle.field", "signers[0].crlVersion"},
        {[](Json& b) { b["signers"][0]["restriction"] = true; }, "bundle.field", "signers[0].restriction"},
    };
    for (const Row& row : rows) {
        Json wrong = right;
        row.change(wrong);
        const auto bundle = TrustBundle::parse(wrong.dump());
        ASSERT_FALSE(bundle) << row.detail;
        EXPECT_EQ(bundle.error().rule, row.rule) << row.detail;
        EXPECT_EQ(bundle.error().detail, row.detail);
    }
    for (const char* text : {"", "{", "[]", "null", "{\"version\":1,\"version\":1}"})
        EXPECT_FALSE(TrustBundle::parse(text)) << text;
}

}  // namespace
}  // namespace lachan::certificate
