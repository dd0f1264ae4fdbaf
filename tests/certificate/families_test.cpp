// The families beside the European one, text to verdict, on codes made here: what no public corpus has.

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "certificate/forge_families.h"
#include "certificate/linked_data.h"
#include "certificate/loose_json.h"
#include "certificate/zip.h"

namespace lachan::certificate {
namespace {

using enum Algorithm;

// HCERT under every algorithm

std::int64_t registered_number(Algorithm algorithm) {
    switch (algorithm) {
        case es384: return -35;
        case es512: return -36;
        case eddsa: return -8;
        case ps256: return -37;
        default: return -7;
    }
}

std::string code_under(const Issuer& issuer, Algorithm algorithm) {
    Parts parts = parts_of(draft_for(issuer));
    parts.protected_header = header_with(registered_number(algorithm), &issuer.signer.kid);
    return code_of(issuer, parts, algorithm);
}

TEST(families, hcert_is_valid_under_every_algorithm_with_the_key_that_fits) {
    for (const Algorithm algorithm : {es256, es384, es512, ps256, eddsa}) {
        const Issuer issuer = issuer_with(algorithm);
        EXPECT_EQ(verdict_on(code_under(issuer, algorithm), bundle_of({issuer.signer})).summary, Summary::valid)
            << name_of(algorithm);
        const Issuer other = issuer_with(algorithm);
        EXPECT_EQ(said(verdict_on(code_under(issuer, algorithm), bundle_of({other.signer})).axes.signature),
                  "fail signature-wrong")
            << name_of(algorithm);
    }
}

TEST(families, hcert_key_of_another_kind_is_a_mismatch_whatever_the_length) {
    for (const Algorithm algorithm : {es256, eddsa, ps256}) {
        const Issuer issuer = issuer_with(algorithm);
        for (const Algorithm other : {es256, eddsa, ps256}) {
            if (other == algorithm) continue;
            EXPECT_EQ(
                said(verdict_on(code_under(issuer, algorithm), bundle_of({issuer_with(other).signer})).axes.signature),
                "fail algorithm-key-mismatch")
                << name_of(algorithm) << " with a key for " << name_of(other);
        }
    }
    // A curve that is not the algorithm's: computed, refused, and one policy tolerates it.
    const Issuer p521 = issuer_with(es512);
    EXPECT_EQ(said(verdict_on(code_under(p521, es256), bundle_of({p521.signer})).axes.signature),
              "fail algorithm-key-mismatch");
    EXPECT_EQ(verdict_on(code_under(p521, es256), bundle_of({p521.signer}), kNow, KeyFit::tolerated).summary,
              Summary::valid);
}

TEST(families, hcert_rs256_and_other_lengths_are_refused) {
    const Issuer edwards = issuer_with(eddsa);
    Parts parts = parts_of(draft_for(edwards));
    parts.protected_header = header_with(-8, &edwards.signer.kid);
    for (const std::size_t length : {0U, 63U, 65U, 96U, 132U}) {
        EXPECT_EQ(
            said(verdict_on(to_code(message_of(parts, Bytes(length, 1))), bundle_of({edwards.signer})).axes.signature),
            "fail signature-length");
    }
    const Issuer rsa = issuer_with(ps256);
    parts = parts_of(draft_for(rsa));
    parts.protected_header = header_with(-257, &rsa.signer.kid);
    EXPECT_EQ(said(verdict_on(code_of(rsa, parts, rs256), bundle_of({rsa.signer})).axes.signature),
              "fail algorithm-unknown");
}

TEST(families, domestic_contexts_are_read_where_a_policy_names_them) {
    const Issuer issuer = issuer_with(es256);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const std::string code = "AT1:" + code_for(issuer).substr(4);
    Knowledge known{&bundle};
    EXPECT_EQ(said(verdict_with(code, known).axes.structure), "fail prefix-context");
    known.policy.contexts = {"HC1", "AT1"};
    EXPECT_EQ(verdict_with(code, known).summary, Summary::valid);
    EXPECT_EQ(said(verdict_with("NO1:" + code.substr(4), known).axes.structure), "fail prefix-context");
    known.policy.contexts = {"AT1"};
    EXPECT_EQ(said(verdict_with(code_for(issuer), known).axes.structure), "notChecked prefix-version");
}

// WHO

Bytes who_claims(std::int64_t sub_claim, const Json& content, bool has_expiry) {
    Bytes claims;
    cbor::write_head(claims, 5, has_expiry ? 4 : 3);
    cbor::write_integer(claims, 1);
    cbor::write_text(claims, "XU");
    if (has_expiry) {
        cbor::write_integer(claims, 4);
        cbor::write_integer(claims, kNow.ms / 1000 - 5);
    }
    cbor::write_integer(claims, 6);
    cbor::write_integer(claims, kNow.ms / 1000 - 60);
    cbor::write_integer(claims, -260);
    cbor::write_head(claims, 5, 1);
    cbor::write_integer(claims, sub_claim);
    cbor::write_json(claims, content);
    return claims;
}

Json minimal_dose() {
    return {{"n", "Nguyễn Thị Đào"},
            {"dob", "1988-02-29"},
            {"s", "female"},
            {"nid", "000000000001"},
            {"v", {{"dn", "1"}, {"dt", "2025-03-01"}, {"tg", "1D47"}, {"vp", "XM0N24"}, {"bo", "L1"}, {"mp", "1"}}}};
}

TEST(families, who_certificates_are_read_shown_and_verified) {
    const Issuer issuer = issuer_with(es256, 1, "");
    const TrustBundle bundle = bundle_of({issuer.signer});
    const auto judged = [&](std::int64_t sub_claim, const Json& content, bool has_expiry = false) {
        Parts parts = parts_of(draft_for(issuer));
        parts.claims = who_claims(sub_claim, content, has_expiry);
        return verdict_on(code_of(issuer, parts), bundle);
    };
    const Verdict minimal = judged(-6, minimal_dose());
    EXPECT_EQ(minimal.summary, Summary::valid) << to_json(minimal).dump(1);
    EXPECT_EQ(minimal.inspection.warnings, std::vector<std::string>{"who-unconfirmed"});
    const Json shown = to_json(minimal)["content"];
    EXPECT_EQ(shown["holder"]["name"], "Nguyễn Thị Đào");
    EXPECT_EQ(shown["events"][0]["lot"], "L1");
    EXPECT_EQ(said(judged(-6, minimal_dose(), true).axes.time), "fail expired");
    Json nameless = minimal_dose();
    nameless.erase("n");
    EXPECT_EQ(said(judged(-6, nameless).axes.structure), "fail schema");
    const Json test{{"name", "Nguyễn Thị Đào"},
                    {"birthDate", "1988-02-29"},
                    {"identifier", "URN:1"},
                    {"test", {{"date", "2025-03-01T00:00:00Z"}, {"result", {{"code", "260415000"}, {"system", "s"}}}}}};
    const Verdict tested = judged(4, test);
    EXPECT_EQ(tested.summary, Summary::valid);
    EXPECT_EQ(to_json(tested)["content"]["events"][0]["result"], "260415000");
    EXPECT_EQ(to_json(tested)["content"]["events"][0]["identifier"], "URN:1");
    EXPECT_FALSE(to_json(tested)["content"]["holder"].contains("document")) << "the number of the certificate is none of the person";
    // The core data set has both, each in its place.
    Json core = test;
    core["identifier"] = {{"value", "B0000001"}};
    core["certificate"] = {{"hcid", {{"value", "URN:2"}}}, {"issuer", {{"display", "Bộ Y tế"}}}};
    const Json both = to_json(judged(4, core))["content"];
    EXPECT_EQ(both["holder"]["document"], "B0000001");
    EXPECT_EQ(both["events"][0]["identifier"], "URN:2");
    EXPECT_EQ(both["events"][0]["issuer"], "Bộ Y tế");
    EXPECT_EQ(said(judged(5, Json::array({{{"u", "https://example.org/x"}}})).axes.structure),
              "notChecked health-link");
    // One form, and in it the one event that it is for: a second would be shown under the rights of the first.
    EXPECT_EQ(said(judged(3, test).axes.structure), "fail schema");
    EXPECT_EQ(said(judged(3, minimal_dose()).axes.structure), "fail schema");
    EXPECT_EQ(said(judged(-6, test).axes.structure), "fail schema");
    Json mixed = minimal_dose();
    mixed["test"] = test["test"];
    EXPECT_EQ(said(judged(-6, mixed).axes.structure), "fail event-count");
    Json two = test;
    two["vaccination"] = {{"date", "2025-03-01"}};
    EXPECT_EQ(said(judged(4, two).axes.structure), "fail event-count");
    // A link beside the one event is no second one.
    Parts linked = parts_of(draft_for(issuer));
    linked.claims = who_claims(4, test, false);
    const std::size_t forms = linked.claims.size() - [&] { Bytes content; cbor::write_json(content, test); return content.size() + 2; }();
    linked.claims[forms] = 0xa2;  // a map of two
    cbor::write_integer(linked.claims, 5);
    cbor::write_json(linked.claims, Json::array({{{"u", "https://example.org/x"}}}));
    EXPECT_EQ(said(verdict_on(code_of(issuer, linked), bundle).axes.structure), "pass");
    // The list of today's vaccination certificates: `v` is its version there.
    const Json newer{{"n", "Nguyễn Thị Đào"}, {"dob", "1988-02-29"}, {"v", "1"}, {"vx", {{"vp", "YF"}, {"dv", "2025-03-01"}}}};
    EXPECT_EQ(said(judged(-6, newer).axes.structure), "notChecked version-unsupported");
    Signer tests_only = issuer.signer;
    tests_only.usage = {true, false, false};
    Parts parts = parts_of(draft_for(issuer));
    parts.claims = who_claims(-6, minimal_dose(), false);
    EXPECT_EQ(said(verdict_on(code_of(issuer, parts), bundle_of({tests_only})).axes.key_usage), "fail key-usage-event");
}

// SMART Health Card

TEST(health_card, true_card_is_valid_and_shown) {
    const Issuer issuer = card_issuer();
    const Verdict verdict = verdict_on(card_code(issuer), bundle_of({issuer.signer}));
    EXPECT_EQ(verdict.summary, Summary::valid) << to_json(verdict).dump(1);
    EXPECT_TRUE(verdict.inspection.warnings.empty());
    EXPECT_EQ(said(verdict.axes.key_usage), "notApplicable");
    const Json shown = to_json(verdict)["content"];
    EXPECT_EQ(shown["proven"], true);
    EXPECT_EQ(shown["holder"]["familyName"], "Nguyễn");
    EXPECT_EQ(shown["holder"]["givenName"], "Thị Đào");
    EXPECT_EQ(shown["events"][0]["vaccine"], "207");
    EXPECT_EQ(revocation_id_of(verdict.inspection.content), "MKyCxh7p6uQ");
}

TEST(health_card, key_speaks_for_its_own_issuer_only) {
    const Issuer issuer = card_issuer();
    Signer foreign = issuer.signer;
    foreign.issuer = "https://other.example.org";
    const Verdict verdict = verdict_on(card_code(issuer), bundle_of({foreign}));
    EXPECT_EQ(said(verdict.axes.signature), "pass");
    EXPECT_EQ(said(verdict.axes.issuer_trust), "fail issuer-mismatch");
    EXPECT_EQ(verdict.summary, Summary::invalid);
    EXPECT_EQ(verdict_on(card_code(issuer), bundle_of({foreign, issuer.signer})).summary, Summary::valid)
        << "one key of two issuers";
    foreign.issuer = "";
    EXPECT_EQ(said(verdict_on(card_code(issuer), bundle_of({foreign})).axes.issuer_trust), "fail issuer-mismatch");
    EXPECT_EQ(verdict_on(card_code(issuer), bundle_of({card_issuer(2).signer})).summary, Summary::not_trusted);
    Signer hcert = issuer_with(es256).signer;
    EXPECT_EQ(said(verdict_on(card_code(issuer), bundle_of({hcert})).axes.signature), "notChecked key-unknown");
}

TEST(health_card, rules_of_header_and_claims) {
    const Issuer issuer = card_issuer();
    const TrustBundle bundle = bundle_of({issuer.signer});
    struct Row {
        const char* name;
        std::function<void(Json& header, Json& payload)> change;
        const char* structure;
        const char* signature;
        const char* time;
    };
    const std::int64_t now_s = kNow.ms / 1000;
    const std::vector<Row> rows{
        {"as it should be", [](Json&, Json&) {}, "pass", "pass", "pass"},
        {"no kid", [](Json& h, Json&) { h.erase("kid"); }, "pass", "fail kid-missing", "notChecked key-unknown"},
        {"kid of another length", [](Json& h, Json&) { h["kid"] = "AAAA"; }, "pass", "fail kid-length",
         "notChecked key-unknown"},
        {"ES384", [](Json& h, Json&) { h["alg"] = "ES384"; }, "pass", "fail algorithm-unknown", "pass"},
        {"none", [](Json& h, Json&) { h["alg"] = "none"; }, "pass", "fail algorithm-unknown", "pass"},
        {"no zip", [](Json& h, Json&) { h.erase("zip"); }, "fail jws", "pass", "pass"},
        {"critical extension", [](Json& h, Json&) { h["crit"] = {"b64"}; }, "fail jws", "pass", "pass"},
        {"issuer http", [](Json&, Json& p) { p["iss"] = "http://cards.example.org/issuer"; }, "fail issuer-url", "pass",
         "pass"},
        {"issuer with slash", [](Json&, Json& p) { p["iss"] = "https://cards.example.org/"; }, "fail issuer-url",
         "pass", "pass"},
        {"no issuer", [](Json&, Json& p) { p.erase("iss"); }, "fail claim-missing", "pass", "pass"},
        {"no nbf", [](Json&, Json& p) { p.erase("nbf"); }, "fail claim-missing", "pass", "fail time-missing"},
        {"nbf with a fraction", [](Json&, Json& p) { p["nbf"] = static_cast<double>(now_s) - 9.5; }, "pass",
         "pass", "pass"},
        {"nbf in milliseconds", [](Json&, Json& p) { p["nbf"] = kNow.ms - 5000; }, "pass", "pass",
         "fail not-yet-valid"},
        {"nbf in words", [](Json&, Json& p) { p["nbf"] = "yesterday"; }, "fail schema", "pass", "fail time-missing"},
        {"nbf tomorrow", [](Json&, Json& p) { p["nbf"] = now_s + 86'400; }, "pass", "pass", "fail not-yet-valid"},
        {"expired", [](Json&, Json& p) { p["exp"] = now_s - 1; }, "pass", "pass", "fail expired"},
        {"not expired", [](Json&, Json& p) { p["exp"] = now_s + 1; }, "pass", "pass", "pass"},
        {"expired, in milliseconds", [](Json&, Json& p) { p["exp"] = kNow.ms - 1000; }, "pass", "pass", "fail expired"},
        {"not a card", [](Json&, Json& p) { p["vc"]["type"] = {"x"}; }, "fail claim-missing", "pass", "pass"},
        {"rid too long", [](Json&, Json& p) { p["vc"]["rid"] = std::string(25, 'a'); }, "fail schema", "pass", "pass"},
        {"rid of other characters", [](Json&, Json& p) { p["vc"]["rid"] = "a/b"; }, "fail schema", "pass", "pass"},
        {"no bundle", [](Json&, Json& p) { p["vc"]["credentialSubject"].erase("fhirBundle"); }, "fail schema", "pass",
         "pass"},
        {"no patient",
         [](Json&, Json& p) {
             p["vc"]["credentialSubject"]["fhirBundle"]["entry"][0]["resource"]["resourceType"] = "X";
         },
         "pass", "pass", "pass"},
    };
    for (const Row& row : rows) {
        Json header = card_header(issuer);
        Json payload = card();
        row.change(header, payload);
        const Verdict verdict =
            verdict_on("shc:/" + numeric(jws_for(issuer, header, deflated(payload.dump()))), bundle);
        EXPECT_EQ(said(verdict.axes.structure), row.structure) << row.name;
        EXPECT_EQ(said(verdict.axes.signature), row.signature) << row.name;
        EXPECT_EQ(said(verdict.axes.time), row.time) << row.name;
        const bool all_pass = std::string(row.structure) == "pass" && std::string(row.signature) == "pass" &&
                              std::string(row.time) == "pass";
        EXPECT_EQ(verdict.summary == Summary::valid, all_pass) << row.name;
    }
}

TEST(health_card, profile_is_said_apart_from_the_structure) {
    const Issuer issuer = card_issuer();
    Json payload = card();
    payload["vc"]["credentialSubject"]["fhirBundle"]["entry"][1]["resource"]["status"] = "not-done";
    payload["vc"]["credentialSubject"]["fhirBundle"]["entry"][1]["resource"]["quantity"] = 0.5;
    const Verdict verdict = verdict_on(card_code(issuer, payload), bundle_of({issuer.signer}));
    EXPECT_EQ(verdict.summary, Summary::valid);
    EXPECT_EQ(verdict.inspection.warnings, std::vector<std::string>{"fhir-profile"});
    EXPECT_EQ(verdict.inspection.faults, std::vector<std::string>{"entry[1].status"});
}

TEST(health_card, of_a_test_in_several_codings_the_one_that_says_worst_counts) {
    const Issuer issuer = card_issuer();
    const auto coded = [](std::initializer_list<const char*> codes) {
        Json codings = Json::array();
        for (const char* code : codes) codings.push_back({{"code", code}});
        return Json{{"coding", codings}};
    };
    struct Row {
        Json value, interpretation;
        const char* result;
        const char* finding;  // "" for one that found nothing
    };
    const Row rows[] = {
        {coded({"260415000"}), nullptr, "260415000", ""},
        {coded({"260415000", "LA11883-8"}), nullptr, "260415000", ""},
        {coded({"local-1", "260415000"}), nullptr, "260415000", ""},
        {coded({"local-1", "260373001"}), nullptr, "260373001", "positive"},
        {coded({"419984006", "LA11882-0"}), nullptr, "LA11882-0", "positive"},
        {coded({"260415000", "82334004"}), nullptr, "82334004", "inconclusive"},
        {coded({"260415000"}), Json::array({coded({"NEG"}), coded({"POS"})}), "POS", "positive"},
        {nullptr, Json::array({coded({"POS"})}), "POS", "positive"},
        {Json{{"text", "Detected"}}, nullptr, "Detected", "positive"},
        {Json{{"text", "negative"}}, nullptr, "negative", ""},
        // Of what no known negative is said nothing is known.
        {coded({"local-1"}), nullptr, "local-1", "inconclusive"},
        {nullptr, nullptr, "", "inconclusive"},
        // What has another form than a coding says nothing, and harms nothing.
        {Json("260415000"), Json(7), "", "inconclusive"},
        {Json{{"coding", "260415000"}}, Json("NEG"), "", "inconclusive"},
        {coded({""}), Json::array({Json::array({"NEG"})}), "", "inconclusive"},
    };
    for (const Row& row : rows) {
        Json payload = card();
        Json& resource = payload["vc"]["credentialSubject"]["fhirBundle"]["entry"][1]["resource"];
        resource = {{"resourceType", "Observation"}, {"status", "final"}, {"code", coded({"94558-4"})}, {"subject", {{"reference", "resource:0"}}},
                    {"effectiveDateTime", "2025-06-13T08:00:00Z"}, {"valueCodeableConcept", row.value}, {"interpretation", row.interpretation}};
        const Json content = to_json(verdict_on(card_code(issuer, payload), bundle_of({issuer.signer})))["content"];
        EXPECT_EQ(content["events"][0].value("result", ""), row.result) << resource.dump();
        EXPECT_EQ(content.value("finding", ""), row.finding) << resource.dump();
    }
    // A test may say it in words of its own.
    for (const auto& [words, finding] : {std::pair("POSITIVE", "positive"), std::pair("not detected", ""), std::pair("see the paper", "inconclusive")}) {
        Json payload = card();
        payload["vc"]["credentialSubject"]["fhirBundle"]["entry"][1]["resource"] = {
            {"resourceType", "Observation"}, {"status", "final"}, {"code", coded({"94558-4"})}, {"subject", {{"reference", "resource:0"}}},
            {"effectiveDateTime", "2025-06-13T08:00:00Z"}, {"valueString", words}};
        EXPECT_EQ(to_json(verdict_on(card_code(issuer, payload), bundle_of({issuer.signer})))["content"].value("finding", ""), finding) << words;
    }
}

TEST(health_card, signature_in_der_is_an_error_value) {
    const Issuer issuer = card_issuer();
    const std::string jws = card_jws(issuer);
    const std::string body = jws.substr(0, jws.rfind('.') + 1);
    for (const std::size_t length : {0U, 1U, 63U, 65U, 70U, 71U, 72U, 96U, 132U, 256U}) {
        const std::string code = "shc:/" + numeric(body + to_base64url(Bytes(length, 0x30)));
        EXPECT_EQ(said(verdict_on(code, bundle_of({issuer.signer})).axes.signature), "fail signature-length") << length;
    }
}

TEST(health_card, bombs_and_other_payloads) {
    const Issuer issuer = card_issuer();
    const TrustBundle bundle = bundle_of({issuer.signer});
    const auto structure = [&](const Bytes& payload) {
        return said(
            verdict_on("shc:/" + numeric(jws_for(issuer, card_header(issuer), payload)), bundle).axes.structure);
    };
    EXPECT_EQ(structure(deflated(std::string(300'000, ' '))), "fail size-limit");
    EXPECT_EQ(structure(deflated("[]")), "fail json");
    EXPECT_EQ(structure(deflated("{\"iss\":1,\"iss\":2}")), "fail json");
    EXPECT_EQ(structure(deflated(std::string(40, '[') + std::string(40, ']'))), "fail json");
    EXPECT_EQ(structure({0x7b, 0x7d}), "fail compression");
    Bytes more = deflated(card().dump());
    more.push_back(0);
    EXPECT_EQ(structure(more), "fail compression");
    more.resize(more.size() + 7);
    EXPECT_EQ(structure(more), "pass") << "the end of a gzip file is tolerated";
}

TEST(health_card, fractions_stay_text_and_all_else_stays_strict) {
    const auto read = [](std::string_view text) {
        const auto json = parse_loosely(text, {});
        return json ? json->dump() : "refused " + json.error().rule;
    };
    EXPECT_EQ(read("{\"a\":0.5,\"b\":[-1.25,1e3,2E-2],\"c\":7}"),
              "{\"a\":\"0.5\",\"b\":[\"-1.25\",\"1e3\",\"2E-2\"],\"c\":7}");
    EXPECT_EQ(read("{\"a\":\"1.5 \\\" 2.5\"}"), "{\"a\":\"1.5 \\\" 2.5\"}") << "strings are left alone";
    for (const char* text :
         {"{1.5:2}", "[1.]", "[.5]", "[01.5]", "[1.5", "[-]", "[1e]", "[--1]", "\"", "\"\\", "{\"a\":1,\"a\":2}"}) {
        EXPECT_TRUE(read(text).starts_with("refused ")) << text << " " << read(text);
    }
}

std::vector<std::string> parts_of_card(const std::string& jws, std::size_t count) {
    std::vector<std::string> parts;
    const std::size_t size = (jws.size() + count - 1) / count;
    for (std::size_t i = 0; i < count; ++i) {
        parts.push_back("shc:/" + std::to_string(i + 1) + "/" + std::to_string(count) + "/" +
                        numeric(std::string_view(jws).substr(i * size, size)));
    }
    return parts;
}

TEST(health_card, parts_come_in_any_order_and_what_is_missing_is_named) {
    const Issuer issuer = card_issuer();
    const TrustBundle bundle = bundle_of({issuer.signer});
    const auto parts = parts_of_card(card_jws(issuer), 3);
    const auto judged = [&](std::vector<std::size_t> order) {
        std::string text;
        for (const std::size_t i : order) text += parts[i] + "\n";
        return verdict_on(text, bundle);
    };
    for (const auto& order : {std::vector<std::size_t>{0, 1, 2}, {2, 0, 1}, {1, 2, 0, 1}}) {
        EXPECT_EQ(judged(order).summary, Summary::valid);
        EXPECT_EQ(judged(order).inspection.warnings, std::vector<std::string>{"chunked"});
    }
    const Verdict open = judged({2, 0});
    EXPECT_EQ(said(open.axes.structure), "notChecked chunk-missing");
    EXPECT_EQ(open.summary, Summary::not_checked);
    EXPECT_EQ(open.inspection.faults, std::vector<std::string>{"part 2 of 3"});
}

TEST(health_card, collector_refuses_what_does_not_belong) {
    const auto first = parts_of_card(card_jws(card_issuer()), 3);
    const auto rule = [](const Result<void>& result) { return result ? std::string() : result.error().rule; };
    Collector collector;
    EXPECT_EQ(rule(collector.add(first[1])), "");
    EXPECT_EQ(collector.total(), 3U);
    EXPECT_EQ(collector.missing(), (std::vector<std::size_t>{1, 3}));
    EXPECT_EQ(rule(collector.add(first[1])), "") << "the same again changes nothing";
    EXPECT_EQ(rule(collector.add("shc:/2/3/5656")), "chunk-conflict");
    EXPECT_EQ(rule(collector.add("shc:/2/4/5656")), "chunk-foreign");
    EXPECT_EQ(rule(collector.add("shc:/5656")), "chunk-foreign");
    EXPECT_EQ(collector.missing(), (std::vector<std::size_t>{1, 3})) << "a refused part leaves the set as it was";
    const std::pair<const char*, const char*> broken[]{
        {"shc:/0/3/56", "numeric"},     {"shc:/4/3/56", "numeric"},    {"shc:/01/3/56", "numeric"},
        {"shc:/1/17/56", "size-limit"}, {"shc:/1/3/5", "numeric"},     {"shc:/1/3/", "numeric"},
        {"shc:/", "numeric"},           {"shc:/7 ", "numeric"},        {"shc:/78", "numeric"},
        {"shc:/1/x/56", "numeric"},     {"shc:/1/2/3/56", "numeric"},  {"shc:56", "prefix-missing"},
        {"HC1:56", "prefix-missing"},   {"shc:/99999/1/56", "numeric"}};
    for (const auto& [text, expected] : broken) EXPECT_EQ(rule(Collector().add(text)), expected) << text;
    EXPECT_EQ(rule(Collector().add("shc:/1/2/" + std::string(2384, '5'))), "numeric");
    EXPECT_EQ(rule(Collector().add("shc:/" + std::string(70'000, '5'))), "size-limit");
}

TEST(health_card, no_flipped_bit_of_a_card_verifies) {
    const Issuer issuer = card_issuer();
    const TrustBundle bundle = bundle_of({issuer.signer});
    const std::string jws = card_jws(issuer);
    Prover prover;
    int decoded = 0;
    for (std::size_t bit = 0; bit < jws.size() * 8; ++bit) {
        std::string flipped = jws;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        if (flipped[bit / 8] < '-' || flipped[bit / 8] > 'z') continue;
        const Inspection inspection = inspect("shc:/" + numeric(flipped), {&bundle});
        const Verdict verdict = judge(inspection, prover.prove(inspection.checks), kNow, {&bundle});
        ASSERT_FALSE(verdict.axes.signature.passes()) << "bit " << bit;
        ASSERT_NE(verdict.summary, Summary::valid) << "bit " << bit;
        decoded += inspection.checks.empty() ? 0 : 1;
    }
    EXPECT_GT(decoded, 500) << "most flips must reach the signature";
}

TEST(jwks, takes_only_keys_that_are_what_they_say) {
    const std::string issuer = kCardIssuer;
    const Json right{{"kty", "EC"},
                     {"kid", "wXnE30rKv9vfaP-q_A18Mdh45GvxnCyBmvkldEf584g"},
                     {"use", "sig"},
                     {"alg", "ES256"},
                     {"crv", "P-256"},
                     {"x", "VE1AThGRVudJGJYxe3330jTHLcqQgP44WVFymYvaGaw"},
                     {"y", "mnseemWFh1EjliwCetIyO9tleUPDk_oIxS29NIJOQgQ"}};
    const auto read = [&](const Json& key) { return *read_jwks(Json{{"keys", {key}}}.dump(), issuer, "VN"); };
    const Jwks good = read(right);
    ASSERT_EQ(good.signers.size(), 1U);
    EXPECT_EQ(good.signers[0].issuer, issuer);
    EXPECT_EQ(good.signers[0].scheme, Scheme::smart_health_card);
    EXPECT_EQ(good.signers[0].spki.size(), 91U);
    const std::vector<std::function<void(Json&)>> changes{
        [](Json& k) { k["d"] = "AA"; },
        [](Json& k) { k["use"] = "enc"; },
        [](Json& k) { k.erase("use"); },
        [](Json& k) { k["alg"] = "ES256K"; },
        [](Json& k) { k["kty"] = "RSA"; },
        [](Json& k) { k["crv"] = "P-384"; },
        [](Json& k) { k["kid"] = "other"; },
        [](Json& k) { k["x"] = "AAAA"; },
        [](Json& k) { k["x5c"] = Json::array(); },
        [](Json& k) { k["x5c"] = {"AAAA"}; },
        [](Json& k) { k["crlVersion"] = -1; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Json wrong = right;
        changes[i](wrong);
        EXPECT_TRUE(read(wrong).signers.empty()) << i;
        EXPECT_EQ(read(wrong).refused.size(), 1U) << i;
    }
    EXPECT_FALSE(read_jwks("{}", issuer, ""));
    EXPECT_FALSE(read_jwks("[", issuer, ""));
    EXPECT_EQ(read_jwks("{\"keys\":[]}", "http://x", "").error().rule, "jwks.issuer");
}

// ICAO VDS-NC

TEST(vds, true_seal_is_valid_under_every_algorithm_and_authority) {
    for (const Algorithm key : {es256, es384, es512}) {
        for (const Algorithm authority : {es256, es384, es512, rs256}) {
            const Nation state = state_with(key, authority, {}, authority);
            const Verdict verdict = verdict_on(seal_for(state, seal_data(), key).dump(), bundle_of({state.authority}));
            EXPECT_EQ(verdict.summary, Summary::valid)
                << name_of(key) << name_of(authority) << to_json(verdict)["axes"].dump();
            ASSERT_TRUE(verdict.signer);
            EXPECT_EQ(verdict.signer->country, "UT");
        }
    }
}

TEST(vds, content_is_shown_and_proven_only_with_the_chain) {
    const Nation state = state_with();
    const std::string text = seal_for(state).dump();
    const Json proven = to_json(verdict_on(text, bundle_of({state.authority})))["content"];
    EXPECT_EQ(proven["proven"], true);
    EXPECT_EQ(proven["holder"]["name"], "NGUYEN  THI MINH DAO");
    EXPECT_EQ(proven["events"][0]["date"], "2025-03-01");
    const Verdict alone = verdict_on(text, bundle_of({issuer_with(es256).signer}));
    EXPECT_EQ(said(alone.axes.signature), "pass") << "the key in the code did sign it";
    EXPECT_EQ(said(alone.axes.issuer_trust), "notChecked issuer-unknown");
    EXPECT_EQ(alone.summary, Summary::not_trusted);
    EXPECT_EQ(to_json(alone)["content"]["proven"], false);
    EXPECT_TRUE(to_json(alone)["signer"].is_null());
}

TEST(vds, chain_must_hold_and_be_of_that_state) {
    const Nation state = state_with();
    const Nation other = state_with();
    const TrustBundle both = bundle_of({other.authority, state.authority});
    EXPECT_EQ(verdict_on(seal_for(state).dump(), both).summary, Summary::valid)
        << "all authorities of an identifier are tried";
    EXPECT_EQ(said(verdict_on(seal_for(state).dump(), bundle_of({other.authority})).axes.issuer_trust),
              "fail chain-broken");
    Signer no_authority = state.authority;
    no_authority.is_authority = false;
    EXPECT_EQ(said(verdict_on(seal_for(state).dump(), bundle_of({no_authority})).axes.issuer_trust),
              "fail chain-broken");
    Json foreign = seal_data();
    foreign["hdr"]["is"] = "VNM";
    EXPECT_EQ(said(verdict_on(seal_for(state, foreign).dump(), bundle_of({state.authority})).axes.issuer_trust),
              "fail country-mismatch");
    CertificateDraft of_france;
    of_france.country = "FR";
    const Nation french = state_with(es256, es256, of_france);
    EXPECT_EQ(said(verdict_on(seal_for(french).dump(), bundle_of({french.authority})).axes.issuer_trust),
              "fail country-mismatch");
    Signer other_identifier = state.authority;
    other_identifier.kid = Bytes(20, 9);
    EXPECT_EQ(said(verdict_on(seal_for(state).dump(), bundle_of({other_identifier})).axes.issuer_trust),
              "fail issuer-unknown");
    // Somebody else's content under a true signer's certificate.
    Json stolen = seal_for(other);
    stolen["sig"]["cer"] = to_base64url(state.certificate);
    const Verdict theft = verdict_on(stolen.dump(), both);
    EXPECT_EQ(said(theft.axes.signature), "fail signature-wrong");
    EXPECT_EQ(theft.summary, Summary::invalid);
}

TEST(vds, dates_and_usage_are_those_of_the_certificate) {
    const auto judged = [](const CertificateDraft& draft, const Json& data = seal_data()) {
        const Nation state = state_with(es256, es256, draft);
        return verdict_on(seal_for(state, data).dump(), bundle_of({state.authority}));
    };
    CertificateDraft draft;
    draft.not_after = "250101000000Z";
    EXPECT_EQ(said(judged(draft).axes.time), "fail key-expired");
    draft = {};
    draft.not_before = "260101000000Z";
    EXPECT_EQ(said(judged(draft).axes.time), "fail key-not-yet-valid");
    draft = {};
    draft.has_foreign_usage = true;
    EXPECT_EQ(said(judged(draft).axes.key_usage), "fail key-usage-event");
    draft = {};
    draft.document_type = "NV";
    EXPECT_EQ(said(judged(draft).axes.key_usage), "pass");
    draft.document_type = "NT";
    EXPECT_EQ(said(judged(draft).axes.key_usage), "fail key-usage-event");
    Nation state = state_with();
    state.authority.not_after = Instant{kNow.ms - 1};
    EXPECT_EQ(said(verdict_on(seal_for(state).dump(), bundle_of({state.authority})).axes.time), "fail key-expired");
}

TEST(vds, shape_is_checked_field_by_field) {
    const Nation state = state_with();
    const TrustBundle bundle = bundle_of({state.authority});
    const auto structure = [&](const std::function<void(Json&)>& change) {
        Json data = seal_data();
        change(data);
        return said(verdict_on(seal_for(state, data).dump(), bundle).axes.structure);
    };
    EXPECT_EQ(structure([](Json&) {}), "pass");
    EXPECT_EQ(structure([](Json& d) { d["hdr"]["v"] = 2; }), "notChecked version-unsupported");
    EXPECT_EQ(structure([](Json& d) { d["hdr"]["t"] = "icao.other"; }), "notChecked version-unsupported");
    EXPECT_EQ(structure([](Json& d) { d["hdr"]["t"] = "x"; }), "fail schema");
    EXPECT_EQ(structure([](Json& d) { d["hdr"]["is"] = "UT"; }), "fail schema");
    EXPECT_EQ(structure([](Json& d) { d["msg"]["pid"].erase("n"); }), "fail schema");
    EXPECT_EQ(structure([](Json& d) { d["msg"]["ve"] = Json::array(); }), "fail schema");
    EXPECT_EQ(structure([](Json& d) { d["msg"]["ve"][0]["vd"][0].erase("dvc"); }), "fail schema");
    EXPECT_EQ(structure([](Json& d) { d["msg"].erase("uvci"); }), "fail schema");
    const Json seal = seal_for(state);
    const auto with = [&](const std::function<void(Json&)>& change) {
        Json wrong = seal;
        change(wrong);
        return verdict_on(wrong.dump(), bundle);
    };
    EXPECT_EQ(said(with([](Json& s) { s["sig"]["cer"] = "AAAA"; }).axes.structure), "fail x509");
    EXPECT_EQ(said(with([](Json& s) { s["sig"].erase("cer"); }).axes.structure), "fail x509");
    EXPECT_EQ(said(with([](Json& s) { s.erase("sig"); }).axes.structure), "fail json");
    EXPECT_EQ(said(with([](Json& s) { s["sig"]["alg"] = "HS256"; }).axes.signature), "fail algorithm-unknown");
    EXPECT_EQ(said(with([](Json& s) { s["sig"]["alg"] = "ES384"; }).axes.signature), "fail signature-wrong");
    EXPECT_EQ(said(with([](Json& s) { s["sig"]["sigvl"] = "AAAA"; }).axes.signature), "fail signature-length");
    EXPECT_EQ(with([](Json& s) { s["sig"]["sigvl"] = text_at(s["sig"], "sigvl").data() + std::string("=="); }).summary,
              Summary::valid)
        << "padding is tolerated";
    EXPECT_EQ(said(with([](Json& s) { s["data"]["msg"]["é"] = 1; }).axes.structure), "fail json");
    const std::string twice = "{\"data\":{\"hdr\":{},\"hdr\":{}},\"sig\":{}}";
    EXPECT_EQ(said(verdict_on(twice, bundle).axes.structure), "fail json");
}

TEST(vds, white_space_and_order_do_not_matter_and_every_flip_does) {
    const Nation state = state_with();
    const TrustBundle bundle = bundle_of({state.authority});
    const Json seal = seal_for(state);
    EXPECT_EQ(verdict_on(seal.dump(2), bundle).summary, Summary::valid);
    const std::string text = seal.dump();
    Prover prover;
    const Json truth = to_json(verdict_on(text, bundle));
    int decoded = 0;
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        std::string flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        const Inspection inspection = inspect(flipped, {&bundle});
        const Verdict verdict = judge(inspection, prover.prove(inspection.checks), kNow, {&bundle});
        ASSERT_NE(verdict.summary, Summary::valid) << "bit " << bit << " " << flipped.substr(bit / 8, 20);
        decoded += inspection.checks.empty() ? 0 : 1;
    }
    EXPECT_GT(decoded, 1000);
}

TEST(vds, answers_about_other_keys_prove_nothing) {
    const Nation state = state_with();
    const TrustBundle bundle = bundle_of({state.authority});
    Inspection inspection = inspect(seal_for(state).dump(), {&bundle});
    ASSERT_EQ(inspection.checks.size(), 2U);
    const std::vector<Answer> both{Answer::valid, Answer::valid};
    EXPECT_EQ(judge(inspection, both, kNow, {&bundle}).summary, Summary::valid);
    const auto back = inspection_from_json(*parse_json(canonical(to_json(inspection))));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, inspection);
    EXPECT_EQ(said(judge(inspection, {}, kNow, {&bundle}).axes.issuer_trust), "notChecked prover-unsupported");
    Inspection foreign = inspection;
    foreign.checks[1].spki = issuer_with(es256).signer.spki;
    EXPECT_EQ(said(judge(foreign, both, kNow, {&bundle}).axes.issuer_trust), "fail chain-broken");
    foreign = inspection;
    foreign.checks[1].signed_bytes.push_back(0);
    EXPECT_EQ(said(judge(foreign, both, kNow, {&bundle}).axes.issuer_trust), "fail chain-broken");
    foreign = inspection;
    foreign.checks[0].spki = issuer_with(es256).signer.spki;
    EXPECT_FALSE(judge(foreign, both, kNow, {&bundle}).axes.signature.passes());
}

TEST(x509, every_cut_and_flip_of_a_certificate_is_read_or_refused) {
    const Nation state = state_with();
    ASSERT_TRUE(read_certificate(state.certificate));
    for (std::size_t length = 0; length < state.certificate.size(); ++length) {
        EXPECT_FALSE(read_certificate(std::span(state.certificate).first(length))) << length;
    }
    int read = 0;
    for (std::size_t bit = 0; bit < state.certificate.size() * 8; ++bit) {
        Bytes flipped = state.certificate;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
        read += read_certificate(flipped) ? 1 : 0;
    }
    EXPECT_GT(read, 0);
    Bytes more = state.certificate;
    more.push_back(0);
    EXPECT_FALSE(read_certificate(more));
}

TEST(icao, three_letters_and_two_name_the_same_state) {
    int states = 0;
    for (char first = 'A'; first <= 'Z'; ++first) {
        for (char second = 'A'; second <= 'Z'; ++second) {
            const std::string two{first, second};
            const std::string_view three = alpha3_of(two);
            if (three.empty()) continue;
            ++states;
            EXPECT_EQ(alpha2_of(three), two);
        }
    }
    EXPECT_EQ(states, 253);
    EXPECT_EQ(alpha3_of("VN"), "VNM");
    EXPECT_EQ(alpha3_of("NV"), "");
}

// DIVOC

constexpr const char* kMethod = "did:example:moh";

/// An invented person's dose, as the states that use DIVOC write it.
Json credential() {
    return {{"@context", {"https://www.w3.org/2018/credentials/v1", "https://cowin.gov.in/credentials/vaccination/v1"}},
            {"type", {"VerifiableCredential", "ProofOfVaccinationCredential"}},
            {"credentialSubject",
             {{"type", "Person"},
              {"id", "did:Passport:B0000001"},
              {"refId", "1"},
              {"name", "Nguyễn Thị Đào"},
              {"age", "37"},
              {"gender", "Female"},
              {"nationality", "VN"},
              {"address", {{"streetAddress", "Số 1"}, {"postalCode", 100000}, {"addressCountry", "VN"}}}}},
            {"issuer", "https://example.org/"},
            {"issuanceDate", "2025-03-03T04:28:46.012Z"},
            {"expirationDate", "2026-03-03T04:28:46Z"},
            {"evidence", Json::array({{{"type", {"Vaccination"}},
                                       {"id", "https://example.org/vaccine/900"},
                                       {"certificateId", "900"},
                                       {"batch", "B1"},
                                       {"vaccine", "V"},
                                       {"manufacturer", "M"},
                                       {"date", "2025-03-03T04:28:43.134Z"},
                                       {"effectiveStart", "2025-03-03"},
                                       {"effectiveUntil", "2025-09-03"},
                                       {"dose", 1},
                                       {"totalDoses", 2},
                                       {"verifier", {{"name", "N"}}},
                                       {"facility",
                                        {{"name", "Trạm Y tế"}, {"address", {{"city", "Hà Nội"}, {"addressCountry", "VN"}}}}}}})},
            {"nonTransferable", "true"},
            {"proof",
             {{"created", "2025-03-03T04:28:46Z"}, {"verificationMethod", kMethod}, {"proofPurpose", "assertionMethod"}}}};
}

/// A state's key, as its list names it.
Issuer moh_with(Algorithm algorithm) {
    Issuer issuer = issuer_with(algorithm);
    issuer.signer.scheme = Scheme::divoc;
    issuer.signer.kid.assign(kMethod, kMethod + std::string_view(kMethod).size());
    issuer.signer.issuer = "https://example.org/";
    issuer.signer.not_before = Instant{0};
    return issuer;
}

/// `document` with its proof completed: what is signed is put together here once more.
Json signed_by(const Issuer& issuer, Json document, std::string header = {}) {
    const Algorithm algorithm = issuer.signer.algorithm;
    Json& proof = document["proof"];
    proof["type"] = algorithm == eddsa ? "Ed25519Signature2018" : "RsaSignature2018";
    if (header.empty()) header = Json{{"alg", name_of(algorithm)}, {"b64", false}, {"crit", {"b64"}}}.dump();
    const std::string front = to_base64url(bytes_of(header)) + ".";
    Bytes bytes(front.begin(), front.end());
    for (const auto& statements : {*read_proof_options(proof), read_credential(document)->statements}) {
        const Sha256 hash = sha256(*canonical_graph(statements));
        bytes.insert(bytes.end(), hash.begin(), hash.end());
    }
    proof["jws"] = front + "." + to_base64url(*issuer.key.sign(bytes, algorithm));
    return document;
}

std::string archived(const Json& document) {
    const std::string text = document.dump();
    const Bytes archive = archive_of(text, "certificate.json", static_cast<std::uint32_t>(text.size()));
    return std::string(archive.begin(), archive.end());
}

std::string data_url(const Json& document) {
    return "data:application/zip;base64," + to_base64(bytes_of(archived(document)));
}

Json changed(Json document, const std::string& pointer, Json value) {
    document[Json::json_pointer(pointer)] = std::move(value);
    return document;
}

TEST(divoc, credential_is_valid_under_its_key_however_it_comes) {
    for (const Algorithm algorithm : {ps256, eddsa}) {
        const Issuer issuer = moh_with(algorithm);
        const TrustBundle bundle = bundle_of({issuer.signer});
        const Json document = signed_by(issuer, credential());
        for (const std::string& text : {archived(document), data_url(document), document.dump()}) {
            const Verdict verdict = verdict_on(text, bundle);
            EXPECT_EQ(verdict.summary, Summary::valid) << to_json(verdict).dump(1);
            EXPECT_EQ(verdict.inspection.family, Family::divoc);
            EXPECT_EQ(verdict.inspection.algorithm, algorithm);
            EXPECT_EQ(verdict.inspection.issued_at, Instant{1'740'976'126'012});
            EXPECT_EQ(verdict.inspection.warnings, std::vector<std::string>{"fields-alike"});
            const Json content = to_json(verdict)["content"];
            EXPECT_EQ(content["proven"], true);
            EXPECT_FALSE(content.contains("unsigned"));
            EXPECT_EQ(content["holder"]["name"], "Nguyễn Thị Đào");
            EXPECT_EQ(content["events"][0]["dose"], 1);
            EXPECT_EQ(content["events"][0]["country"], "VN");
        }
        Json padded = document;
        padded["proof"]["jws"] = padded["proof"]["jws"].get<std::string>() + "==";
        EXPECT_EQ(verdict_on(archived(padded), bundle).summary, Summary::valid) << "some are padded";
    }
}

TEST(divoc, order_and_spelling_of_the_json_do_not_matter) {
    const Issuer issuer = moh_with(eddsa);
    const TrustBundle bundle = bundle_of({issuer.signer});
    Json document = signed_by(issuer, credential());
    document["credentialSubject"]["type"] = Json::array({"Person"});
    document["credentialSubject"]["address"]["postalCode"] = 100000.0;
    document["evidence"][0]["batch"] = Json::array({"B1"});
    document["termsOfUse"] = nullptr;
    document["validFrom"] = Json::array();
    // One type, in a list or not: what hides it from the reader would hide the dose from the rule of their order.
    document["evidence"][0]["type"] = "Vaccination";
    const Verdict verdict = verdict_on(archived(document), bundle);
    EXPECT_EQ(verdict.summary, Summary::valid);
    EXPECT_EQ(to_json(verdict)["content"]["events"][0]["doses"], 2);
    document["evidence"][0].update({{"dose", 2}, {"totalDoses", 1}});
    EXPECT_EQ(said(verdict_on(archived(document), bundle).axes.structure), "notChecked fields-order");
}

TEST(divoc, any_change_of_what_is_signed_is_seen) {
    const Issuer issuer = moh_with(eddsa);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const Json document = signed_by(issuer, credential());
    const Json leaves = document.flatten();
    int refused = 0;
    for (const auto& [pointer, value] : leaves.items()) {
        if (pointer.starts_with("/@context") || pointer == "/proof/jws" || pointer == "/proof/type") continue;
        Json other = value.is_string() ? Json(value.get<std::string>() + "1") : Json(value.get<int>() + 1);
        // Another day and another moment of the same form, so that nothing but the signature can tell.
        if (pointer == "/issuanceDate" || pointer == "/expirationDate") other = "2025-03-04T04:28:46.012Z";
        if (pointer.ends_with("/date") || pointer.find("/effective") != std::string::npos) other = "2025-03-04";
        if (pointer == "/evidence/0/dose") other = 2;
        const Verdict verdict = verdict_on(archived(changed(document, pointer, other)), bundle);
        EXPECT_NE(verdict.summary, Summary::valid) << pointer;
        const bool is_other_key = pointer == "/proof/verificationMethod";
        const bool is_other_kind = pointer == "/type/0" || pointer == "/proof/proofPurpose";
        if (is_other_key || is_other_kind) continue;
        EXPECT_EQ(said(verdict.axes.signature), "fail signature-wrong") << pointer;
        EXPECT_EQ(to_json(verdict)["content"]["proven"], false) << pointer;
        ++refused;
    }
    EXPECT_GT(refused, 25);
    Json less = document;
    less["evidence"][0].erase("facility");
    EXPECT_EQ(said(verdict_on(archived(less), bundle).axes.signature), "fail signature-wrong");
    Json more = document;
    more["proof"]["domain"] = "example.org";
    EXPECT_EQ(said(verdict_on(archived(more), bundle).axes.signature), "fail signature-wrong");
}

TEST(divoc, field_that_no_context_has_is_named_and_never_shown_as_signed) {
    const Issuer issuer = moh_with(eddsa);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const Json document = signed_by(issuer, credential());
    for (const char* day : {"1988-02-29", "1999-01-01"}) {
        Json more = document;
        more["credentialSubject"]["dob"] = day;  // in the second version of the context, not in the first
        more["evidence"][0]["icd11Code"] = "XM0GQ8";
        const Verdict verdict = verdict_on(archived(more), bundle);
        EXPECT_EQ(verdict.summary, Summary::valid);
        const Json content = to_json(verdict)["content"];
        EXPECT_EQ(content["unsigned"], Json({"credentialSubject.dob", "evidence[0].icd11Code"}));
        EXPECT_FALSE(content["holder"].contains("birthDate"));
        EXPECT_FALSE(content["events"][0].contains("vaccine"));
        EXPECT_EQ(verdict.inspection.warnings, (std::vector<std::string>{"fields-unsigned", "fields-alike"}));
    }
    Json second = credential();
    second["@context"][1] = "https://cowin.gov.in/credentials/vaccination/v2";
    second["credentialSubject"]["dob"] = "1988-02-29";
    second = signed_by(issuer, second);
    EXPECT_EQ(to_json(verdict_on(archived(second), bundle))["content"]["holder"]["birthDate"], "1988-02-29");
    second["credentialSubject"]["dob"] = "1999-01-01";
    EXPECT_EQ(verdict_on(archived(second), bundle).summary, Summary::invalid);
}

TEST(divoc, person_outside_of_the_signed_graph_makes_no_valid_certificate) {
    const Issuer issuer = moh_with(eddsa);
    const TrustBundle bundle = bundle_of({issuer.signer});
    Json document = credential();
    document["credentialSubject"]["id"] = "";  // as a state issued them: with a relative IRI nothing about the person is signed
    const Json genuine = signed_by(issuer, document);
    for (const char* name : {"Nguyễn Thị Đào", "Someone Else"}) {
        const Verdict verdict = verdict_on(archived(changed(genuine, "/credentialSubject/name", name)), bundle);
        EXPECT_EQ(said(verdict.axes.signature), "pass");
        EXPECT_EQ(said(verdict.axes.structure), "notChecked holder-unsigned");
        EXPECT_EQ(verdict.summary, Summary::not_checked);
        const Json content = to_json(verdict)["content"];
        EXPECT_EQ(content["unsigned"], Json({"credentialSubject"}));
        EXPECT_TRUE(content["holder"].empty());
    }
    Json nobody = credential();
    nobody["credentialSubject"].erase("name");
    EXPECT_EQ(said(verdict_on(archived(signed_by(issuer, nobody)), bundle).axes.structure), "fail schema");
}

TEST(divoc, fields_that_the_signature_cannot_tell_apart_are_held_to_their_order) {
    const Issuer issuer = moh_with(eddsa);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const Json document = signed_by(issuer, credential());
    const auto with_evidence = [&](const Json& fields) {
        Json other = document;
        other["evidence"][0].update(fields);
        const Verdict verdict = verdict_on(archived(other), bundle);
        EXPECT_EQ(said(verdict.axes.signature), "pass") << fields.dump() << ": the graph is the same";
        EXPECT_EQ(to_json(verdict)["content"]["proven"], verdict.axes.structure.passes()) << fields.dump();
        return said(verdict.axes.structure);
    };
    // The contexts give these one property: whoever swaps them keeps the signature.
    EXPECT_EQ(with_evidence({{"dose", 2}, {"totalDoses", 1}}), "notChecked fields-order");
    EXPECT_EQ(with_evidence({{"dose", 2}, {"totalDoses", {1, 2}}}), "notChecked fields-order");
    EXPECT_EQ(with_evidence({{"dose", 2}, {"totalDoses", 1.0}}), "notChecked fields-order") << "in the graph 1.0 is 1";
    EXPECT_EQ(with_evidence({{"date", "2025-09-03"}, {"effectiveUntil", "2025-03-03T04:28:43.134Z"}}), "notChecked fields-order");
    EXPECT_EQ(with_evidence({{"effectiveStart", "2025-09-03"}, {"effectiveUntil", "2025-03-03"}}), "notChecked fields-order");
    EXPECT_EQ(with_evidence({{"date", "2025-09-03"}, {"effectiveStart", Json::array({"2025-03-03", "2025-03-03T04:28:43.134Z"})}}),
              "notChecked fields-order");
    // Nothing but sense tells these: so the warning stands on every one.
    EXPECT_EQ(with_evidence({{"vaccine", "M"}, {"manufacturer", "V"}}), "pass");
}

TEST(divoc, fields_whose_fellow_is_left_out_have_no_order) {
    const Issuer issuer = moh_with(eddsa);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const auto without = [&](std::vector<std::string> fields) {
        Json document = credential();
        for (const std::string& field : fields) document["evidence"][0].erase(field);
        return said(verdict_on(archived(signed_by(issuer, document)), bundle).axes.structure);
    };
    EXPECT_EQ(without({"effectiveStart", "effectiveUntil"}), "pass");
    EXPECT_EQ(without({"dose", "totalDoses"}), "pass");
    for (const char* field : {"dose", "totalDoses", "date", "effectiveStart", "effectiveUntil"}) {
        EXPECT_EQ(without({field}), "notChecked fields-order") << field << ": what is left could have been the other";
    }
}

TEST(divoc, key_is_found_by_its_method_and_speaks_for_its_issuer) {
    const Issuer india = moh_with(ps256);
    Issuer jamaica = moh_with(eddsa);
    jamaica.signer.issuer = "https://example.com/";
    const TrustBundle both = bundle_of({india.signer, jamaica.signer});
    EXPECT_EQ(verdict_on(archived(signed_by(india, credential())), both).summary, Summary::valid);
    EXPECT_EQ(said(verdict_on(archived(signed_by(jamaica, credential())), both).axes.issuer_trust), "fail issuer-mismatch");
    const Json own = signed_by(jamaica, changed(credential(), "/issuer", "https://example.com/"));
    EXPECT_EQ(verdict_on(archived(own), both).summary, Summary::valid) << "two states share one name of a key";

    const Issuer other = moh_with(ps256);
    EXPECT_EQ(said(verdict_on(archived(signed_by(other, credential())), both).axes.signature), "fail signature-wrong");
    const TrustBundle only_rsa = bundle_of({india.signer});
    EXPECT_EQ(said(verdict_on(archived(own), only_rsa).axes.signature), "fail algorithm-key-mismatch");
    const TrustBundle none = bundle_of({issuer_with(es256).signer});
    const Verdict unknown = verdict_on(archived(signed_by(india, credential())), none);
    EXPECT_EQ(said(unknown.axes.signature), "notChecked key-unknown");
    EXPECT_EQ(unknown.summary, Summary::not_trusted);
}

TEST(divoc, what_cannot_be_made_a_graph_is_not_checked_and_says_why) {
    const Issuer issuer = moh_with(eddsa);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const Json document = signed_by(issuer, credential());
    Json unknown = document;
    unknown["@context"].push_back("https://example.org/context");
    unknown["ratio"] = 1.5;
    Json keyword = document;
    keyword["evidence"][0]["schema:doseValue"] = 1;
    Json large = document;
    for (int i = 0; i < 3000; ++i) large["credentialSubject"]["uhid"].push_back(i % 10);
    Json purpose = document;
    purpose["proof"]["proofPurpose"] = "authentication";
    Json hostile = document;
    for (int from = 0; from < 12; ++from) {
        Json node{{"id", "_:" + std::to_string(from)}, {"type", "VerifiableCredential"}, {"holder", Json::array()}};
        for (int to = 0; to < 12; ++to) node["holder"].push_back({{"id", "_:" + std::to_string(to)}});
        hostile["termsOfUse"].push_back(node);
    }
    const std::pair<Json, const char*> rows[]{{unknown, "context-unknown"},
                                              {keyword, "graph-unsupported"},
                                              {purpose, "graph-unsupported"},
                                              {large, "graph-limit"},
                                              {hostile, "graph-limit"}};
    for (const auto& [changed, reason] : rows) {
        const Verdict verdict = verdict_on(data_url(changed), bundle);
        EXPECT_EQ(said(verdict.axes.structure), std::string("notChecked ") + reason);
        EXPECT_EQ(said(verdict.axes.signature), std::string("notChecked ") + reason);
        EXPECT_EQ(verdict.summary, Summary::not_checked) << reason;
        EXPECT_EQ(to_json(verdict)["content"]["proven"], false);
        const auto back = inspection_from_json(Json::parse(to_json(verdict.inspection).dump()));
        ASSERT_TRUE(back) << reason;
        EXPECT_EQ(*back, verdict.inspection);
    }
}

TEST(divoc, proof_of_another_form_is_refused) {
    const Issuer issuer = moh_with(eddsa);
    const TrustBundle bundle = bundle_of({issuer.signer});
    const auto signature = [&](const Json& document) { return said(verdict_on(archived(document), bundle).axes.signature); };
    const Json document = signed_by(issuer, credential());
    EXPECT_EQ(signature(changed(document, "/proof/type", "RsaSignature2018")), "fail algorithm-unknown");
    EXPECT_EQ(signature(changed(document, "/proof/jws", "e30..AA")), "fail jws algorithm-unknown");
    EXPECT_EQ(signature(changed(document, "/proof/jws", "no jws")), "fail signature-length");
    EXPECT_EQ(signature(changed(document, "/proof/verificationMethod", 1)), "fail kid-missing");
    // The signature holds over these headers too, but a header that does not say so means encoded bytes.
    for (const char* header : {"{\"alg\":\"EdDSA\"}", "{\"alg\":\"EdDSA\",\"b64\":true,\"crit\":[\"b64\"]}",
                               "{\"alg\":\"EdDSA\",\"b64\":false}"}) {
        EXPECT_EQ(signature(signed_by(issuer, credential(), header)), "fail jws") << header;
    }
}

/// Everything in `document` that may be taken for a place: its objects and lists, its proof and contexts left out.
void gather(Json& value, std::vector<Json*>& places) {
    if (!value.is_structured()) return;
    places.push_back(&value);
    for (auto& [key, one] : value.items()) {
        if (key != "proof" && key != "@context") gather(one, places);
    }
}

/// One change of the shape of a credential, as somebody might make who may not sign: renamed, moved, swapped, doubled, wrapped.
void operate(Json& document, std::mt19937& random) {
    static const std::vector<std::string> kTerms{
        "id",     "type",           "name",           "age",     "gender",     "sex",          "refId",    "uhid",         "nationality", "address",
        "batch",  "vaccine",        "manufacturer",   "dose",    "totalDoses", "date",         "verifier", "facility",     "icd11Code",   "dob",
        "holder", "effectiveStart", "effectiveUntil", "infoUrl", "evidence",   "certificateId", "issuer",  "issuanceDate", "validFrom",   "issued",
        "city",   "district",       "addressCountry", "addressRegion", "feedbackUrl", "prophylaxis", "credentialSubject", "expirationDate"};
    std::vector<Json*> places;
    gather(document, places);
    const auto any = [&random](std::size_t count) { return static_cast<std::size_t>(random() % count); };
    Json& from = *places[any(places.size())];
    Json& to = *places[any(places.size())];
    if (from.empty() || !from.is_object()) return;
    auto at = from.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(any(from.size())));
    const std::string key = at.key();
    const std::string other = kTerms[any(kTerms.size())];
    if (key == "proof" || key == "@context") return;
    Json value = from[key];
    switch (any(9)) {
        case 0: from.erase(key); break;
        case 1: from.erase(key), from[other] = value; break;
        case 2:
            if (from.contains(other)) std::swap(from[key], from[other]);
            break;
        case 3: from[key] = Json::array({value}); break;
        case 4: from[key] = Json::array({value, value}); break;
        case 5:
            if (from.contains(other)) from[key] = Json::array({value, from[other]}), from.erase(other);
            break;
        case 6:
            if (to.is_object()) to[other] = value;
            break;
        case 7:
            if (to.is_object() && &to != &from) to[key] = value, from.erase(key);
            break;
        default:
            if (to.is_array()) to.push_back(value);
            else if (value.is_array() && !value.empty()) from[key] = value[any(value.size())];
    }
}

/// The fields that share one IRI in the contexts: nothing can tell them apart, and every verdict says so.
const std::set<std::string> kAlike{"product", "vaccine", "manufacturer", "lot", "identifier"};

/// Whether all that `shown` says was said by `meant`, the fields that are alike in whatever order.
bool says_no_more(const Json& shown, const Json& meant) {
    if (shown["events"].size() != 1) return false;
    const Json& event = shown["events"][0];
    const Json& true_event = meant["events"][0];
    std::multiset<std::string> left;
    for (const auto& [key, value] : true_event.items()) {
        if (kAlike.contains(key)) left.insert(value.dump());
    }
    for (const auto& [key, value] : event.items()) {
        if (key == "date" || key == "validFrom") {
            // Swapped they are still in order where both are on one day, which is all that is shown of either.
            if (text_at(event, key.c_str()).substr(0, 10) != text_at(true_event, key.c_str()).substr(0, 10)) return false;
        } else if (!kAlike.contains(key)) {
            if (!true_event.contains(key) || true_event[key] != value) return false;
        } else if (const auto found = left.find(value.dump()); found != left.end()) {
            left.erase(found);
        } else {
            return false;
        }
    }
    for (const auto& [key, value] : shown["holder"].items()) {
        if (!meant["holder"].contains(key) || meant["holder"][key] != value) return false;
    }
    return shown["issuer"] == meant["issuer"] && shown["issuedAt"] == meant["issuedAt"] && shown["expiresAt"] == meant["expiresAt"];
}

TEST(divoc, no_other_shape_of_a_signed_credential_says_what_was_not_signed) {
    const Issuer issuer = moh_with(eddsa);
    const TrustBundle bundle = bundle_of({issuer.signer});
    for (const char* version : {"v1", "v2"}) {
        Json document = credential();
        document["@context"][1] = std::string("https://cowin.gov.in/credentials/vaccination/") + version;
        document["credentialSubject"]["dob"] = "1988-02-29";
        document["evidence"][0]["icd11Code"] = "XM0GQ8";
        document = signed_by(issuer, document);
        const Json meant = to_json(verdict_on(document.dump(), bundle))["content"];
        ASSERT_EQ(meant["proven"], true);
        std::mt19937 random(20261127);
        int held = 0;
        for (int i = 0; i < 5'000; ++i) {
            Json other = document;
            for (unsigned many = 1 + static_cast<unsigned>(random() % 3); many > 0; --many) operate(other, random);
            const Verdict verdict = verdict_on(other.dump(), bundle);
            if (verdict.summary != Summary::valid) continue;
            ++held;
            ASSERT_TRUE(says_no_more(to_json(verdict)["content"], meant)) << other.dump() << "\n" << to_json(verdict)["content"].dump();
        }
        EXPECT_GT(held, 50) << "changes that change nothing, so that the test asks something";
    }
}

TEST(divoc, archive_is_held_to_its_bounds) {
    const auto rule = [](const Bytes& archive) {
        const auto file = only_file_of(archive, "certificate.json", 256 * 1024);
        return file ? std::string() : file.error().rule;
    };
    EXPECT_EQ(rule(archive_of("{}", "certificate.json", 2)), "");
    EXPECT_EQ(rule(archive_of("{}", "../up/certificate.json", 2)), "") << "a folder says nothing";
    EXPECT_EQ(rule(archive_of("{}", "other.json", 2)), "zip");
    EXPECT_EQ(rule(archive_of("{}", "certificate.json", 3)), "zip");
    EXPECT_EQ(rule(archive_of("{}", "certificate.json", 2, 2)), "zip");
    EXPECT_EQ(rule(archive_of("{}", "certificate.json", 2, 0)), "zip");
    EXPECT_EQ(rule(archive_of(std::string(300'000, 'a'), "certificate.json", 300'000)), "size-limit");
    EXPECT_EQ(rule(archive_of(std::string(200'000, 'a'), "certificate.json", 200'000)), "size-limit") << "ratio";
    EXPECT_EQ(rule(archive_of(std::string(200'000, 'a'), "certificate.json", 10)), "size-limit") << "a size that lies";
    const Bytes sound = archive_of("{\"a\":1}", "certificate.json", 7);
    for (std::size_t length = 0; length < sound.size(); ++length) {
        EXPECT_NE(rule(Bytes(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(length))), "") << length;
    }
}

TEST(divoc, archive_says_everything_once_or_twice_alike) {
    const std::string text = "{\"a\":1}";
    const Bytes sound = archive_of(text, "certificate.json", 7);
    const Bytes packed = deflated(text);
    const std::size_t content = 30 + 16;
    const std::size_t directory = content + packed.size();
    for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
        Bytes changed = sound;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << bit % 8));
        const auto file = only_file_of(changed, "certificate.json", 256 * 1024);
        if (!file) continue;
        EXPECT_EQ(*file, Bytes(text.begin(), text.end())) << bit;
        // Which program wrote it, which attributes the file has, and how it was deflated, say nothing.
        const std::size_t at = bit / 8;
        const std::size_t place = at - directory;
        const bool is_content = at >= content && at < directory;
        const bool is_idle = at >= directory && (place == 4 || place == 5 || (place >= 36 && place < 42));
        EXPECT_TRUE(is_content || is_idle) << at;
    }
    Bytes followed = sound;
    followed.push_back(0);
    EXPECT_FALSE(only_file_of(followed, "certificate.json", 100)) << "a byte behind the end";
    Bytes commented = followed;
    commented[sound.size() - 2] = 1;
    EXPECT_FALSE(only_file_of(commented, "certificate.json", 100)) << "a comment";
}

TEST(divoc, archive_whose_sizes_come_behind_the_content_is_read_where_they_agree) {
    const std::string text = "{\"a\":1}";
    const Bytes sound = archive_of(text, "certificate.json", 7);
    const std::size_t directory = 30 + 16 + deflated(text).size();
    const auto streamed = [&](bool is_signed) {
        Bytes archive(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(directory));
        archive[6] = 8;
        std::fill(archive.begin() + 14, archive.begin() + 26, std::uint8_t{0});
        if (is_signed) put_number(archive, 0x08074b50, 4);
        archive.insert(archive.end(), sound.begin() + 14, sound.begin() + 26);
        const auto start = static_cast<std::uint32_t>(archive.size());
        const std::size_t record = archive.size();
        archive.insert(archive.end(), sound.begin() + static_cast<std::ptrdiff_t>(directory), sound.end() - 6);
        archive[record + 8] = 8;
        put_number(archive, start, 4);
        put_number(archive, 0, 2);
        return archive;
    };
    for (const bool is_signed : {true, false}) {
        const Bytes archive = streamed(is_signed);
        const auto file = only_file_of(archive, "certificate.json", 100);
        ASSERT_TRUE(file) << is_signed << " " << file.error().detail;
        EXPECT_EQ(file->size(), text.size());
        Bytes lying = archive;
        lying[directory + (is_signed ? 4 : 0)] ^= 1;
        EXPECT_FALSE(only_file_of(lying, "certificate.json", 100)) << "another checksum behind the content";
    }
}

}  // namespace
}  // namespace lachan::certificate
