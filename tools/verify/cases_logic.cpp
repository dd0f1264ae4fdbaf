// Cases of business rules: expressions, their static checks, whole rules.

#include "cases.h"

namespace lachan::verify {
namespace {

/// Requests of the core are shallow and of small numbers, expressions of the corpora are not: they travel as a text of their own.
Result<Json> ask(World& world, const char* operation, const Json& input) {
    return world.engine.call(operation, {{"text", input.dump()}});
}

Result<Json> evaluate(World& world, const Json& expression, const Json& data) {
    return ask(world, "certlogic.evaluate", {{"expression", expression}, {"data", data}});
}

/// Whether the value, or the refusal, is the one expected.
void compare(const Result<Json>& answer, const Json& expected, bool must_fail, Scored& scored) {
    if (!answer && answer.error().rule == "operation.unknown") {
        scored.skipped = "this core evaluates no rules";
        return;
    }
    const Json value = answer ? at(*answer, "value") : Json(nullptr);
    scored.details["expected"] = must_fail ? Json("an error") : expected;
    scored.details["got"] = answer ? value : Json(answer.error().rule);
    const bool is_same = must_fail ? !answer : answer && is_same_json(value, expected);
    scored.flags.push_back({"value", true, is_same});
}

bool is_directive(const Json& row, const char* word) {
    return text_at(row, "directive") == word || text_at(row, "case_directive") == word;
}

}  // namespace

void score_certlogic(World& world, const Json& row, Scored& scored) {
    if (is_directive(row, "skip")) {
        scored.skipped = "the suite skips it";
        return;
    }
    if (!row.contains("expr")) {
        scored.skipped = "no expression";
        return;
    }
    compare(evaluate(world, at(row, "expr"), at(row, "data")), at(row, "expected"), false, scored);
}

void score_certlogic_validation(World& world, const Json& row, Scored& scored) {
    if (!row.contains("certLogicExpression")) {
        scored.skipped = "no expression";
        return;
    }
    const auto answer = ask(world, "certlogic.validate", {{"expression", at(row, "certLogicExpression")}});
    if (!answer) {
        scored.skipped = "this core checks no expressions: " + answer.error().detail;
        return;
    }
    const Json& issues = at(*answer, "issues");
    const bool is_same = is_same_json(issues, at(row, "issues"));
    scored.details["got"] = issues;
    scored.details["expected"] = at(row, "issues");
    scored.flags.push_back({"issues", true, is_same});
}

void score_rule_test(World& world, const Json& row, Scored& scored) {
    const Json* logic = nullptr;
    for (const Json& rule : side_rows(world, "business_rules.jsonl")) {
        if (at(rule, "id") == at(row, "rule")) logic = &at(at(rule, "rule"), "Logic");
    }
    if (logic == nullptr) {
        scored.skipped = "the rule is not in ../shared/business_rules.jsonl";
        return;
    }
    Json external = row.contains("external") ? row["external"] : Json::object();
    const Json& sets = at(external, "valueSets");
    if (at(sets, "$ref").is_string()) {
        const std::string key(text_at(sets, "$ref"));
        const Json& known = side_document(world, "rule_valuesets.json");
        if (!known.is_object() || !known.contains(key)) {
            scored.skipped = "the value sets are not in ../shared/rule_valuesets.json";
            return;
        }
        external["valueSets"] = known[key];
    }
    compare(evaluate(world, *logic, {{"payload", at(row, "payload")}, {"external", external}}), at(row, "expected"), false,
            scored);
}

}  // namespace lachan::verify
