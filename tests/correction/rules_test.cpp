// What a request for a correction and a step of an official may say.

#include <set>

#include "core/core.h"
#include "world.h"

namespace lachan::correction {
namespace {

TEST(correction_rules, vectors_give_what_they_expect) {
    Core core(nullptr);
    std::string reply;
    ASSERT_EQ(core.call("units.load", Json{{"text", read_file("tests/declaration/units.txt")}}.dump(), reply), 0) << reply;
    const auto vectors = parse_json(read_file("tests/correction/vectors.json"), {1 << 20, 16});
    ASSERT_TRUE(vectors) << vectors.error().detail;
    EXPECT_GT(vectors->size(), 30U);
    std::set<std::string> ids, passing, failing;
    for (const Json& vector : *vectors) {
        EXPECT_TRUE(ids.insert(vector["id"]).second) << vector["id"].dump() << " is used twice";
        core.call(text_at(vector, "operation"), at(vector, "input").dump(), reply);
        EXPECT_EQ(reply, canonical(at(vector, "expect"))) << text_at(vector, "id") << ": " << text_at(vector, "why");
        (vector["expect"]["violations"].empty() ? passing : failing).insert(vector["rule"]);
    }
    for (const char* rule : {"correction.certificate", "correction.date", "correction.unit", "correction.data_consent", "correction.reference",
                             "correction.reference_unit", "person.name", "person.phone", "person.birth_date", "field.required"}) {
        EXPECT_TRUE(passing.contains(rule) && failing.contains(rule)) << rule;
    }
}

TEST(correction_rules, nothing_is_answered_before_somebody_answers) {
    const Json empty = Json::object();
    const auto violations = lachan::check("correction", CheckInput{"request", 1, empty, "26734", test_units(), kNow});
    ASSERT_TRUE(violations);
    std::set<std::string> required;
    for (const Violation& violation : *violations) {
        EXPECT_EQ(violation.rule, "field.required");
        required.insert(violation.field);
    }
    EXPECT_EQ(required, (std::set<std::string>{"certificate", "wrong", "shouldBe", "fullName", "phone", "dataConsent"}));
}

}  // namespace
}  // namespace lachan::correction
