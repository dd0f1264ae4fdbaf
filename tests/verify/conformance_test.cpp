// The published cases, scored by the code of lachan-verify (CERTIFICATES section 10).

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "certificate/issue_card.h"
#include "engine.h"
#include "score.h"
#include "signing_key.h"

namespace lachan::verify {
namespace {

std::filesystem::path corpus_file(const std::string& name) {
    const char* shared = std::getenv("LACHAN_SHARED");
    return std::filesystem::path(shared != nullptr ? std::string(shared) + "/data" : LACHAN_CORPUS_ROOT) / "certificates/open" / name;
}

/// What is wrong is told by case.
Total total_of(const std::string& name) {
    const auto engine = native_engine();
    const auto total = score_file(*engine, corpus_file(name), "", [](const Scored& scored) {
        const bool is_wrong = scored.skipped.empty() && !scored.is_right();
        EXPECT_FALSE(is_wrong) << scored.to_json().dump();
    });
    EXPECT_TRUE(total) << total.error().detail;
    const Total result = total.value_or(Total{});
    std::printf("%s: %s\n", name.c_str(), result.to_json().dump().c_str());
    for (const std::string& label : result.left_out) std::printf("  not scored: %s\n", label.c_str());
    return result;
}

#define SKIP_WITHOUT_CORPUS() \
    if (!std::filesystem::exists(corpus_file("dcc.jsonl"))) GTEST_SKIP() << "skipped: no corpus"

TEST(conformance, european_cases_get_the_published_verdict) {
    SKIP_WITHOUT_CORPUS();
    const Total total = total_of("dcc.jsonl");
    EXPECT_EQ(total.false_accepts, 0);
    EXPECT_GE(total.right * 1000, (total.cases - total.skipped) * 995);
}

TEST(conformance, rules_and_expressions_have_the_published_values) {
    SKIP_WITHOUT_CORPUS();
    for (const char* name : {"certlogic.jsonl", "certlogic_validation.jsonl", "rule_tests.jsonl"}) {
        const Total total = total_of(name);
        EXPECT_GT(total.right, 0) << name;
        EXPECT_EQ(total.right + total.skipped, total.cases) << name;
    }
}

TEST(conformance, cards_schema_and_other_formats_get_the_published_verdict) {
    SKIP_WITHOUT_CORPUS();
    for (const char* name : {"shc.jsonl", "schema_examples.jsonl", "other_formats.jsonl"}) {
        const Total total = total_of(name);
        EXPECT_GT(total.right, 0) << name;
        EXPECT_EQ(total.right + total.skipped, total.cases) << name;
        EXPECT_EQ(total.false_accepts, 0) << name;
    }
}

TEST(conformance, pictures_are_read_as_published) {
    SKIP_WITHOUT_CORPUS();
    for (const char* name : {"dcc_qa.jsonl", "dcc_2dcode.jsonl"}) {
        const Total total = total_of(name);
        const auto pictures = total.flags.at("picture");
        EXPECT_GE(pictures.right * 100, pictures.rows * 99) << name;
    }
}

/// A folder as the corpus has it, with an issuer of ours under the address that upstream revokes at, and its list.
class CardsOfOurs {
public:
    explicit CardsOfOurs(const Json& list) {
        namespace fs = std::filesystem;
        static int number = 0;
        folder_ = fs::path(testing::TempDir()) / ("cards-" + std::to_string(++number));
        fs::create_directories(folder_ / "open");
        key_ = *certificate::card_key(signer_.spki());
        key_["crlVersion"] = 1;
        write("shc/jwks.json", {{"keys", Json::array()}});
        write("shc/badcrl/public.json", key_);
        Json named = list;
        named["kid"] = key_["kid"];
        write("shc/badcrl/duplicate-rid/.well-known/crl/" + key_["kid"].get<std::string>() + ".json", named);
    }
    ~CardsOfOurs() { std::filesystem::remove_all(folder_); }

    /// What is scored of a card with `rid`, of which `errors` are expected.
    Scored scored(const char* rid, const Json& errors, const Json& valid) {
        const std::string issuer = "https://raw.githubusercontent.com/smart-on-fhir/health-cards-dev-tools/main/testdata/badcrl/duplicate-rid";
        const Json person{{"familyName", "Thử"}, {"birthDate", "1990-05-06"}, {"date", "2021-05-06"}, {"cvx", "208"}};
        Json payload = *certificate::card_payload(person, issuer, 1'639'168'335);
        payload["vc"]["rid"] = rid;
        const std::string input = certificate::card_signing_input(payload, key_["kid"].get<std::string>());
        const std::string jws = input + "." + to_base64url(*signer_.sign(bytes_of(input)));
        const auto engine = native_engine();
        return Scorer(*engine, folder_ / "open" / "cards.jsonl")
            .score("shc", {{"id", "card"}, {"type", "jws"}, {"files", Json::array({{{"text", jws}}})}, {"expected_errors", errors},
                           {"valid", valid}, {"validationTime", 1'653'955'200}});
    }

private:
    void write(const std::string& name, const Json& content) {
        const auto file = folder_ / "shared" / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << content.dump();
    }

    std::filesystem::path folder_;
    SigningKey signer_ = *SigningKey::generate(certificate::Algorithm::es256);
    Json key_;
};

TEST(conformance, a_card_is_scored_with_the_list_of_its_issuer) {
    const Json broken{"REVOCATION_ERROR"};
    const auto got = [](const Scored& scored, const char* name) {
        for (const Flag& flag : scored.flags) {
            if (flag.name == name) return flag.got ? "yes" : "no";
        }
        return "not scored";
    };
    CardsOfOurs sound({{"method", "rid"}, {"ctr", 1}, {"rids", Json::array({"gone", "older.1600000000"})}});
    // A list that can be used is no error, whatever upstream may say of it; and it revokes.
    EXPECT_STREQ(got(sound.scored("abc", broken, false), "REVOCATION_ERROR"), "no");
    EXPECT_STREQ(got(sound.scored("abc", 0, true), "valid"), "yes");
    EXPECT_STREQ(got(sound.scored("older", 0, true), "valid"), "yes");
    EXPECT_STREQ(got(sound.scored("gone", 0, true), "valid"), "no");
    for (const Json& list : {Json{{"method", "other"}, {"ctr", 1}, {"rids", Json::array({"gone"})}},
                             Json{{"method", "rid"}, {"ctr", 2}, {"rids", Json::array({"gone"})}},
                             Json{{"method", "rid"}, {"ctr", 1}, {"rids", Json::array({"gone", "gone.1600000000"})}}}) {
        const Scored scored = CardsOfOurs(list).scored("abc", broken, false);
        EXPECT_STREQ(got(scored, "REVOCATION_ERROR"), "yes") << list.dump();
        EXPECT_STREQ(got(scored, "valid"), "not scored");
        EXPECT_TRUE(scored.left_out.contains("valid"));
    }
}

/// What the corpus calls invalid is never counted as a valid one that we got right.
TEST(conformance, what_is_left_out_is_said_to_be) {
    SKIP_WITHOUT_CORPUS();
    const auto engine = native_engine();
    std::map<std::string, Json> published;
    std::ifstream rows(corpus_file("shc.jsonl"));
    for (std::string line; std::getline(rows, line);) {
        const Json row = Json::parse(line, nullptr, false);
        published[std::string(text_at(row, "id"))] = at(row, "valid");
    }
    int lists = 0;
    const auto total = score_file(*engine, corpus_file("shc.jsonl"), "shc", [&](const Scored& scored) {
        for (const Flag& flag : scored.flags) {
            EXPECT_FALSE(flag.name == "valid" && flag.expected && published[scored.id] == Json(false)) << scored.id;
            lists += flag.name == "REVOCATION_ERROR" ? 1 : 0;
        }
    });
    ASSERT_TRUE(total);
    EXPECT_EQ(lists, 4);
    EXPECT_EQ(total->flags.at("REVOCATION_ERROR").right, 4);
}

TEST(conformance, rows_without_fields_or_files_are_skipped_with_a_reason) {
    const auto engine = native_engine();
    Scorer scorer(*engine, "nowhere/cases.jsonl");
    const char* kinds[]{"dcc",       "dcc_2dcode", "dcc_qa", "pictures",        "certlogic",     "certlogic_validation",
                        "rule_tests", "shc",       "schema_examples", "other_formats", "forged", "nonsense"};
    for (const char* kind : kinds) {
        for (const Json& row : {Json::object(), Json::array(), Json(nullptr), Json{{"id", 7}, {"picture", "../../etc/passwd"}}}) {
            EXPECT_FALSE(scorer.score(kind, row).skipped.empty()) << kind << " " << row.dump();
        }
    }
}

}  // namespace
}  // namespace lachan::verify
