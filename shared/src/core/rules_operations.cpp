#include <algorithm>

#include "certificate/certlogic.h"
#include "certificate/explain.h"
#include "certificate/rules.h"
#include "certificate/simulate.h"
#include "core/verifier.h"

namespace lachan {
namespace {

using certificate::Rule;
using certificate::RuleContext;
using certificate::RuleSet;
namespace certlogic = certificate::certlogic;

/// Expressions may be nested deeper than a request, and hold fractions: then they come as text, {"expression","data"}.
constexpr JsonLimits kTextLimits{512 * 1024, 2 * certlogic::kDepthLimit + 12, true};
constexpr std::int64_t kSyntheticLimit = 5000;

/// The set of a request: `rules` as text, or the one named `pack`, the first when none is named; with `valueSets`.
Result<RuleSet> set_of(Verifier& verifier, const Json& request) {
    RuleSet set = at(request, "rules").is_string() ? TRY(RuleSet::parse(text_at(request, "rules")))
                                                   : *TRY(verifier.pack(text_at(request, "pack")));
    if (!at(request, "valueSets").is_null()) TRY(add_value_sets(set, at(request, "valueSets")));
    return set;
}

Json head_of(const RuleSet& set) {
    Json lists = Json::array();
    for (const auto& [name, codes] : set.value_sets.items()) {
        lists.push_back(
            {{"name", name}, {"codes", codes.size()}, {"date", text_at(set.value_set_dates, name.c_str())}});
    }
    return {{"id", set.id},
            {"number", set.number},
            {"issuedAt", set.issued_at.ms},
            {"validUntil", set.valid_until ? Json(set.valid_until->ms) : Json(nullptr)},
            {"title", set.title},
            {"valueSets", std::move(lists)}};
}

Result<Json> list_rules(Verifier& verifier, const Json& request) {
    std::vector<RuleSet> sets;
    const bool names_one = at(request, "rules").is_string() || !text_at(request, "pack").empty();
    if (names_one)
        sets.push_back(TRY(set_of(verifier, request)));
    else
        sets = *TRY(verifier.rule_sets());
    Json answer = Json::array();
    for (const RuleSet& set : sets) {
        Json one = head_of(set);
        one["rules"] = Json::array();
        for (const Rule& rule : set.rules) one["rules"].push_back(certificate::to_json(rule));
        answer.push_back(std::move(one));
    }
    return Json{{"sets", std::move(answer)}};
}

/// Of each rule, or of the one named `id`: its sentences, its formula, what it reads and what may be changed in it.
Result<Json> explain_rules(Verifier& verifier, const Json& request) {
    const RuleSet set = TRY(set_of(verifier, request));
    const std::string_view id = text_at(request, "id");
    Json rules = Json::array();
    for (const Rule& rule : set.rules) {
        if (!id.empty() && rule.identifier != id) continue;
        Json parameters = Json::array();
        for (const auto& parameter : certificate::parameters_of(rule.logic))
            parameters.push_back(certificate::to_json(parameter));
        rules.push_back({{"id", rule.identifier},
                         {"version", certificate::to_string(rule.version)},
                         {"sentence", certificate::explain(rule.logic)},
                         {"formula", certificate::formula_of(rule.logic)},
                         {"reads", certlogic::accesses(rule.logic)},
                         {"parameters", std::move(parameters)}});
    }
    return Json{{"rules", std::move(rules)}};
}

std::optional<Instant> instant_of(const Json& request, const char* key) {
    if (!at(request, key).is_number_integer()) return std::nullopt;
    return Instant{int_at(request, key)};
}

Result<RuleContext> context_of(const Json& request) {
    RuleContext context;
    context.now = TRY(now_of(request));
    const std::string_view country = text_at(request, "country");
    context.country = country.empty() ? "VN" : std::string(country);
    context.region = text_at(request, "region");
    context.issuer = text_at(request, "issuer");
    context.issued_at = instant_of(request, "issuedAt");
    context.expires_at = instant_of(request, "expiresAt");
    context.kid = text_at(request, "kid");
    return context;
}

Result<Json> evaluate_rules(Verifier& verifier, const Json& request) {
    const RuleSet set = TRY(set_of(verifier, request));
    const RuleContext context = TRY(context_of(request));
    const auto outcomes = certificate::RuleEvaluator(set).evaluate(at(request, "payload"), context);
    const certificate::Axis axis = certificate::axis_of(outcomes, set.is_stale(context.now));
    Json list = Json::array();
    for (const auto& outcome : outcomes) list.push_back(certificate::to_json(outcome, at(request, "payload")));
    return Json{{"set", head_of(set)},
                {"axis", {{"state", certificate::name_of(axis.state)}, {"reasons", axis.reasons}}},
                {"outcomes", std::move(list)}};
}

Result<std::vector<certificate::RuleChange>> changes_of(const Json& request) {
    std::vector<certificate::RuleChange> changes;
    const Json& list = at(request, "changes");
    if (list.is_null()) return changes;
    if (!list.is_array() || list.size() > 100)
        return Error{Errc::malformed, "rules.parameter", "changes is a list of at most 100"};
    for (const Json& change : list) {
        changes.push_back(
            {std::string(text_at(change, "rule")), std::string(text_at(change, "pointer")), at(change, "value")});
    }
    return changes;
}

/// What a change of rules does to `contents`, or to invented ones: {"synthetic":{"seed","count"}}.
Result<Json> simulate_rules(Verifier& verifier, const Json& request) {
    const RuleSet set = TRY(set_of(verifier, request));
    const RuleContext context = TRY(context_of(request));
    const auto changes = TRY(changes_of(request));
    const Json& synthetic = at(request, "synthetic");
    std::vector<certificate::Content> contents;
    if (synthetic.is_object()) {
        const auto count = std::clamp<std::int64_t>(int_at(synthetic, "count", 1000), 1, kSyntheticLimit);
        contents = certificate::synthetic_contents(static_cast<std::uint64_t>(int_at(synthetic, "seed")),
                                                   static_cast<std::size_t>(count), context.now);
    } else {
        contents = TRY(certificate::contents_from_json(at(request, "contents")));
    }
    return certificate::to_json(TRY(certificate::simulate(set, contents, context, changes)));
}

/// {"expression","data"} of a request, as JSON or inside `text`.
Result<Json> input_of(const Json& request) {
    if (!at(request, "text").is_string()) return request;
    return parse_json(text_at(request, "text"), kTextLimits);
}

Result<Json> evaluate_expression(Verifier&, const Json& request) {
    const Json input = TRY(input_of(request));
    certlogic::Trace trace;
    Json value = TRY(certlogic::evaluate(at(input, "expression"), at(input, "data"), &trace));
    return Json{{"missing", trace.missing_value_sets}, {"steps", trace.steps}, {"value", std::move(value)}};
}

Result<Json> validate_expression(Verifier&, const Json& request) {
    const Json input = TRY(input_of(request));
    const Json& expression = at(input, "expression");
    Json issues = Json::array();
    for (auto& issue : certlogic::validate(expression))
        issues.push_back({{"expr", std::move(issue.expression)}, {"message", issue.message}});
    return Json{{"issues", std::move(issues)}, {"reads", certlogic::accesses(expression)}};
}

constexpr VerifierOperation kOperations[] = {
    {"certlogic.evaluate", evaluate_expression},
    {"certlogic.validate", validate_expression},
    {"rules.evaluate", evaluate_rules},
    {"rules.explain", explain_rules},
    {"rules.list", list_rules},
    {"rules.simulate", simulate_rules},
};

}  // namespace

std::span<const VerifierOperation> rules_operations() { return kOperations; }

}  // namespace lachan
