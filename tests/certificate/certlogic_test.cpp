// The language of business rules: the published suite, the published rules with their tests, and vectors of our own for
// what those leave open. Expressions are written as JSON text, as a rule author writes them.

#include "certificate/certlogic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "certificate/corpus.h"

namespace lachan::certificate::certlogic {
namespace {

Json json(const std::string& text) { return Json::parse(text, nullptr, false); }

/// The value as text, or the rule that was broken.
std::string value_of(const std::string& expression, const std::string& data = "{}") {
    const auto value = evaluate(json(expression), json(data));
    return value ? value->dump() : value.error().rule;
}

struct Row {
    const char* why;
    const char* expression;
    const char* data;
    const char* expected;
};

TEST(certlogic, means_what_the_specification_says) {
    const Row rows[] = {
        {"a number with a fraction is no literal", "3.5", "{}", "certlogic.form"},
        {"null is no literal", "null", "{}", "certlogic.form"},
        {"two keys are no operation", R"({"a":1,"b":2})", "{}", "certlogic.form"},
        {"an unknown operator", R"({"or":[true,true]})", "{}", "certlogic.operator"},
        {"operands are a list", R"({"!":true})", "{}", "certlogic.form"},
        {"var takes a path", R"({"var":0})", "[1]", "certlogic.form"},
        {"an index is digits only", R"({"var":"1a"})", "[1,2]", "null"},
        {"a text has no characters to drill into", R"({"var":"a.0"})", R"({"a":"xyz"})", "null"},
        {"a list has no length", R"({"var":"length"})", "[1,2]", "null"},
        {"an object may have a digit as key", R"({"var":"a.0"})", R"({"a":{"0":7}})", "7"},
        {"if has three operands", R"({"if":[true,1]})", "{}", "certlogic.operands"},
        {"an empty object is false", R"({"if":[{"var":"o"},1,2]})", R"({"o":{}})", "2"},
        {"a fraction is neither true nor false", R"({"!":[{"var":"x"}]})", R"({"x":1.5})", "certlogic.truth"},
        {"a date-time is neither true nor false", R"({"!":[{"plusTime":["2021-01-01",0,"day"]}]})", "{}",
         "certlogic.truth"},
        {"the branch not taken is not evaluated", R"({"if":[true,1,{"oops":[]}]})", "{}", "1"},
        {"and stops at the first false one", R"({"and":[false,{"oops":[]}]})", "{}", "false"},
        {"and has at least two operands", R"({"and":[true]})", "{}", "certlogic.operands"},
        {"texts are not added", R"({"+":["a","b"]})", "{}", "certlogic.type"},
        {"a sum stays within 64 bits", R"({"+":[9223372036854775807,1]})", "{}", "certlogic.range"},
        {"a whole float is an integer", R"({"+":[{"var":"x"},1]})", R"({"x":2.0})", "3"},
        {"null is not compared", R"({">":[{"var":"x"},1]})", "{}", "certlogic.type"},
        {"lists are never equal", R"({"===":[[1],[1]]})", "{}", "false"},
        {"null is null", R"({"===":[{"var":"x"},{"var":"y"}]})", "{}", "true"},
        {"in looks into lists only", R"({"in":["a","abc"]})", "{}", "certlogic.type"},
        {"in nothing is false", R"({"in":["a",{"var":"x"}]})", "{}", "false"},
        {"number and text differ", R"({"in":[1,["1"]]})", "{}", "false"},
        {"reduce of nothing is its start", R"({"reduce":[{"var":"x"},{"var":"current"},7]})", "{}", "7"},
        {"reduce of a text", R"({"reduce":["abc",{"var":"current"},7]})", "{}", "certlogic.type"},
        {"the whole lambda scope", R"({"reduce":[[1],{"var":""},7]})", "{}", R"({"accumulator":7,"current":1})"},
        {"the data around a lambda", R"({"reduce":[[1],{"var":"data.q"},7]})", R"({"q":5})", "5"},
        {"a lambda in a lambda",
         R"({"reduce":[[1,2],{"+":[{"var":"accumulator"},{"reduce":[[10],{"+":[{"var":"current"},{"var":"data.current"}]},0]}]},0]})",
         "{}", "23"},
        {"dates in a list made here",
         R"({"reduce":[[{"plusTime":["2021-01-01",0,"day"]}],{"before":[{"var":"current"},{"plusTime":["2022-01-01",0,"day"]}]},0]})",
         "{}", "true"},
        {"the accumulator may be kept", R"({"reduce":[[1,2,3],[{"var":"accumulator"}],"x"]})", "{}", R"([[["x"]]])"},
        {"a leap day and a year", R"({"plusTime":["2020-02-29",1,"year"]})", "{}", R"("2021-03-01T00:00:00.000Z")"},
        {"a leap day and a month", R"({"plusTime":["2020-02-29",1,"month"]})", "{}", R"("2020-03-29T00:00:00.000Z")"},
        {"31 January and a month", R"({"plusTime":["2021-01-31",1,"month"]})", "{}", R"("2021-03-03T00:00:00.000Z")"},
        {"months back over a year", R"({"plusTime":["2021-03-31",-13,"month"]})", "{}",
         R"("2020-03-02T00:00:00.000Z")"},
        {"before 1970", R"({"plusTime":["1969-12-31T23:59:59.999",-1,"hour"]})", "{}", R"("1969-12-31T22:59:59.999Z")"},
        {"a year is its last day", R"({"plusTime":["2004",0,"day"]})", "{}", R"("2004-12-31T00:00:00.000Z")"},
        {"a month is its last day", R"({"dccDateOfBirth":["2004-02"]})", "{}", R"("2004-02-29T00:00:00.000Z")"},
        {"decimals beyond milliseconds are dropped", R"({"plusTime":["2021-01-01T10:11:12.1239+5",0,"day"]})", "{}",
         R"("2021-01-01T05:11:12.123Z")"},
        {"one decimal is tenths", R"({"plusTime":["2021-01-01T10:11:12.5Z",0,"day"]})", "{}",
         R"("2021-01-01T10:11:12.500Z")"},
        {"zone hmm", R"({"plusTime":["2021-01-01T10:11:12+530",0,"day"]})", "{}", R"("2021-01-01T04:41:12.000Z")"},
        {"zone hhmm", R"({"plusTime":["2021-01-01T10:11:12-0330",0,"day"]})", "{}", R"("2021-01-01T13:41:12.000Z")"},
        {"zone h:mm", R"({"plusTime":["2021-01-01T10:11:12+7:00",0,"day"]})", "{}", R"("2021-01-01T03:11:12.000Z")"},
        {"midnight to come", R"({"plusTime":["2021-12-31T24:00:00Z",0,"day"]})", "{}", R"("2022-01-01T00:00:00.000Z")"},
        {"no seconds", R"({"plusTime":["2021-01-01T10:11Z",0,"day"]})", "{}", "certlogic.date"},
        {"a day that is not there", R"({"plusTime":["2021-02-29",0,"day"]})", "{}", "certlogic.date"},
        {"a month that is not there", R"({"plusTime":["2022-13",0,"day"]})", "{}", "certlogic.date"},
        {"an empty date", R"({"plusTime":["",0,"day"]})", "{}", "certlogic.date"},
        {"a fraction without digits", R"({"plusTime":["2021-01-01T10:11:12.Z",0,"day"]})", "{}", "certlogic.date"},
        {"no date", R"({"plusTime":[{"var":"x"},0,"day"]})", "{}", "certlogic.type"},
        {"a week is no unit", R"({"plusTime":["2021-01-01",1,"week"]})", "{}", "certlogic.operands"},
        {"the amount is written down", R"({"plusTime":["2021-01-01",{"var":"n"},"day"]})", R"({"n":1})",
         "certlogic.operands"},
        {"years end at 9999", R"({"plusTime":["9999-12-31",1,"day"]})", "{}", "certlogic.range"},
        {"far beyond", R"({"plusTime":["2021-01-01",9223372036854775807,"year"]})", "{}", "certlogic.range"},
        {"a birth date has no time", R"({"dccDateOfBirth":["2021-01-01T00:00:00Z"]})", "{}", "certlogic.date"},
        {"a text is no date-time", R"({"before":[{"plusTime":["2021-01-01",0,"day"]},"2021-01-01"]})", "{}",
         "certlogic.type"},
        {"dates are not compared as numbers",
         R"({"<":[{"plusTime":["2021-01-01",0,"day"]},{"plusTime":["2021-01-02",0,"day"]}]})", "{}", "certlogic.type"},
        {"the prefix of an identifier", R"({"extractFromUVCI":["URN:UVCI:01:VN:A/B#C",1]})", "{}", R"("VN")"},
        {"only the whole prefix", R"({"extractFromUVCI":["URN:UVCI",0]})", "{}", R"("URN")"},
        {"an identifier is a text", R"({"extractFromUVCI":[{"var":"x"},0]})", R"({"x":5})", "certlogic.type"},
        {"no fragment has that number", R"({"extractFromUVCI":["a:b",9]})", "{}", "null"},
    };
    for (const Row& row : rows) EXPECT_EQ(value_of(row.expression, row.data), row.expected) << row.why;
}

TEST(certlogic, ends_on_its_own_whatever_it_is_given) {
    std::string deep = "1";
    for (int i = 0; i < 40; ++i) deep = R"({"if":[true,)" + deep + ",0]}";
    EXPECT_EQ(value_of(deep), "1");
    for (int i = 0; i < 40; ++i) deep = R"({"if":[true,)" + deep + ",0]}";
    EXPECT_EQ(value_of(deep), "certlogic.depth");

    std::string many = "[0";
    for (int i = 0; i < 400; ++i) many += ",0";
    many += "]";
    // 400 items over 400 items over 400 items, and an accumulator that doubles each time.
    const std::string inner = R"({"reduce":[{"var":"data.data.x"},{"+":[{"var":"accumulator"},1]},0]})";
    const std::string middle = R"({"reduce":[{"var":"data.x"},)" + inner + ",0]}";
    EXPECT_EQ(value_of(R"({"reduce":[{"var":"x"},)" + middle + ",0]}", "{\"x\":" + many + "}"), "certlogic.steps");
    EXPECT_EQ(value_of(R"({"reduce":[{"var":"x"},[{"var":"accumulator"},{"var":"accumulator"}],"seed"]})",
                       "{\"x\":" + many + "}"),
              "certlogic.steps");
}

TEST(certlogic, tells_which_value_sets_were_missed) {
    const Json expression = json(R"({"if":[{"var":"payload.v"},{"in":["x",{"var":"external.valueSets.a"}]},
                                           {"in":["x",{"var":"external.valueSets.b"}]}]})");
    Trace trace;
    ASSERT_TRUE(evaluate(expression, json(R"({"payload":{"v":[1]},"external":{"valueSets":{}}})"), &trace));
    EXPECT_EQ(trace.missing_value_sets, std::vector<std::string>{"a"}) << "only what was asked for";
    EXPECT_GT(trace.steps, 3);
}

TEST(certlogic, knows_what_an_expression_reads) {
    const Json expression = json(
        R"({"and":[{"var":"payload.b"},{"reduce":[{"var":"payload.a"},{"var":"current.x"},{"var":"payload.b"}]}]})");
    EXPECT_EQ(accesses(expression), (std::vector<std::string>{"payload.a", "payload.b"}));
}

struct Fault {
    const char* expression;
    std::vector<std::string> messages;
};

TEST(certlogic, finds_faults_without_data) {
    const Fault rows[] = {
        {R"([1,"x",true,{"var":"a.b-c.0"}])", {}},
        {"null", {"invalid CertLogic expression"}},
        {R"({"and":[null,1.5]})", {"invalid CertLogic expression", "1.5 is a non-integer number"}},
        {R"({"if":[1,2]})", {R"("if" takes 3 operands, but it has 2)"}},
        {R"({">":[1]})", {R"(">" takes 2 or 3 operands, but it has 1)"}},
        {R"({"and":[]})", {R"("and" takes at least 2 operands, but it has 0)"}},
        {R"({"var":"x..y"})", {"data access path doesn't have a valid format: x..y"}},
        {R"({"plusTime":["x","1","week"]})",
         {R"(the second operand of "plusTime" must be an integer)", "a time unit is year, month, day or hour"}},
        {R"({"extractFromUVCI":[{"foo":[]},{"var":"x"}]})",
         {R"(unrecognised operator: "foo")", R"(the second operand of "extractFromUVCI" must be an integer)"}},
    };
    for (const Fault& row : rows) {
        std::vector<std::string> messages;
        for (const Issue& issue : validate(json(row.expression))) messages.push_back(issue.message);
        EXPECT_EQ(messages, row.messages) << row.expression;
    }
    std::string deep = "1";
    for (int i = 0; i < 80; ++i) deep = R"({"!":[)" + deep + "]}";
    ASSERT_EQ(validate(json(deep)).size(), 1U);
    EXPECT_EQ(validate(json(deep))[0].message, "nested too deeply");
    std::string wide = "[null";
    for (int i = 0; i < 300; ++i) wide += ",null";
    EXPECT_EQ(validate(json(wide + "]")).size(), 100U);
}

TEST(certlogic, what_is_valid_never_fails_for_its_form) {
    // The validator and the evaluator agree on operators, counts and literals.
    for (const char* text :
         {R"({"foo":[]})", R"({"if":[1,2]})", R"({"plusTime":["2021",1,"week"]})", R"({"var":1})", "{}", "1.5"}) {
        EXPECT_FALSE(validate(json(text)).empty()) << text;
        EXPECT_FALSE(evaluate(json(text), Json::object())) << text;
    }
}

// --- published corpora
// ----------------------------------------------------------------------------------------------------

TEST(certlogic, passes_the_published_suite) {
    const auto rows = corpus_rows("open/certlogic.jsonl");
    if (rows.empty()) GTEST_SKIP() << "skipped: no corpus";
    int right = 0;
    for (const Json& row : rows) {
        const auto value = evaluate(row["expr"], row["data"]);
        EXPECT_TRUE(value && *value == row["expected"])
            << text_at(row, "id") << ": " << (value ? value->dump() : value.error().rule) << ", not "
            << row["expected"].dump();
        right += value && *value == row["expected"] ? 1 : 0;
    }
    std::printf("published suite: %d of %zu\n", right, rows.size());
}

TEST(certlogic, passes_the_published_validation_suite) {
    const auto rows = corpus_rows("open/certlogic_validation.jsonl");
    if (rows.empty()) GTEST_SKIP() << "skipped: no corpus";
    for (const Json& row : rows) {
        Json issues = Json::array();
        for (const Issue& issue : validate(row["certLogicExpression"]))
            issues.push_back({{"expr", issue.expression}, {"message", issue.message}});
        EXPECT_EQ(issues.dump(), row["issues"].dump()) << text_at(row, "id");
    }
    std::printf("published validation suite: %zu rows\n", rows.size());
}

TEST(certlogic, passes_the_tests_of_the_published_rules) {
    const auto rows = corpus_rows("open/rule_tests.jsonl");
    if (rows.empty()) GTEST_SKIP() << "skipped: no corpus";
    std::map<std::string, Json> rules;
    for (const Json& row : corpus_rows("shared/business_rules.jsonl"))
        rules[std::string(text_at(row, "id"))] = row["rule"];
    const Json value_sets = corpus_json("shared/rule_valuesets.json");
    int right = 0;
    for (const Json& row : rows) {
        Json external = row["external"];
        const Json& sets = at(external, "valueSets");
        if (sets.contains("$ref")) external["valueSets"] = value_sets[sets["$ref"].get<std::string>()];
        const Json& rule = rules[std::string(text_at(row, "rule"))];
        ASSERT_FALSE(rule.is_null()) << text_at(row, "rule");
        const auto value = evaluate(rule["Logic"], {{"payload", row["payload"]}, {"external", external}});
        const bool is_right = value && *value == row["expected"];
        EXPECT_TRUE(is_right) << text_at(row, "id") << ": " << (value ? value->dump() : value.error().rule);
        right += is_right ? 1 : 0;
    }
    std::printf("tests of the published rules: %d of %zu\n", right, rows.size());
}

TEST(certlogic, every_published_rule_is_valid) {
    const auto rows = corpus_rows("shared/business_rules.jsonl");
    if (rows.empty()) GTEST_SKIP() << "skipped: no corpus";
    for (const Json& row : rows) EXPECT_TRUE(validate(row["rule"]["Logic"]).empty()) << text_at(row, "id");
}

}  // namespace
}  // namespace lachan::certificate::certlogic
