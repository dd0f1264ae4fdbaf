// The published cases, scored by the code of lachan-verify (CERTIFICATES section 10).

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "engine.h"
#include "score.h"

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
