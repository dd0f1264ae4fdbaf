#include <algorithm>
#include <tuple>

#include "certificate/certlogic.h"
#include "certificate/compose.h"
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
constexpr std::size_t kAddedLimit = 100;

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

/// Rules that are tried beside those of the set: a list as text, for its logic may be nested deeper than a request.
Result<std::vector<Rule>> added_of(const Json& request) {
    const Json& added = at(request, "added");
    if (added.is_null()) return std::vector<Rule>{};
    if (!added.is_string()) return Error{Errc::malformed, "rules.added", "added is a list of rules as text"};
    RuleSet list = TRY(RuleSet::parse(text_at(request, "added")));
    if (list.rules.size() > kAddedLimit) return Error{Errc::rejected, "rules.added", "more than 100"};
    return std::move(list.rules);
}

/// A rule from a template that was filled in, with what it says: {"pack","draft","taken"}. `taken` are identifiers besides those of the set.
Result<Json> compose_rule(Verifier& verifier, const Json& request) {
    const RuleSet set = TRY(set_of(verifier, request));
    const Json& draft = at(request, "draft");
    std::vector<std::string> taken;
    for (const Rule& rule : set.rules) taken.push_back(rule.identifier);
    for (const Json& identifier : at(request, "taken")) {
        if (identifier.is_string()) taken.push_back(identifier.get<std::string>());
    }
    Json rule = TRY(certificate::compose_rule(draft, certificate::free_identifier(draft, taken), TRY(now_of(request))));
    // As everything that comes from outside: what the reader of sets would not take, or the engine not run, is no rule.
    TRY(RuleSet::from_json(Json::array({rule})));
    if (!certlogic::validate(rule["Logic"]).empty()) return Error{Errc::rejected, "rules.draft", "logic"};
    Json sentence = certificate::explain(rule["Logic"]);
    // As text, for the logic may be nested deeper than a request, in which it comes back.
    return Json{{"id", rule["Identifier"]}, {"rule", canonical(rule)}, {"sentence", std::move(sentence)}};
}

/// The set as the changes make it, as a file that is read as any set: one number higher, made now.
Result<Json> export_rules(Verifier& verifier, const Json& request) {
    RuleSet set = TRY(certificate::changed(TRY(set_of(verifier, request)), TRY(changes_of(request)), TRY(added_of(request))));
    ++set.number;
    set.issued_at = TRY(now_of(request));
    return Json{{"text", canonical(certificate::document_of(set))}};
}

/// The changes that make `logic` of `rule` into `other`: figures alone. Nothing where they do not.
std::optional<Json> changes_between(const Rule& rule, const Json& other) {
    Json logic = rule.logic;
    Json changes = Json::array();
    for (const auto& parameter : certificate::parameters_of(rule.logic)) {
        const Json::json_pointer pointer(parameter.pointer);
        if (!other.contains(pointer) || other[pointer] == parameter.value) continue;
        auto next = certificate::with_parameter(logic, parameter.pointer, other[pointer]);
        if (!next) return std::nullopt;
        logic = std::move(*next);
        changes.push_back({{"rule", rule.identifier}, {"pointer", parameter.pointer}, {"value", other[pointer]}});
    }
    return logic == other ? std::optional(std::move(changes)) : std::nullopt;
}

/// The rule of that name, of the same version where there are several; nothing when the set has none.
const Rule* rule_named(const RuleSet& set, const Rule& rule) {
    const Rule* found = nullptr;
    for (const Rule& one : set.rules) {
        if (one.identifier != rule.identifier) continue;
        if (one.version == rule.version) return &one;
        if (found == nullptr) found = &one;
    }
    return found;
}

/// Whether both are asked of the same certificates, at the same time and by the same engine. What else differs are words.
bool is_asked_alike(const Rule& one, const Rule& other) {
    const auto asked = [](const Rule& rule) {
        return std::tie(rule.type, rule.country, rule.region, rule.certificate_type, rule.valid_from, rule.valid_to, rule.engine, rule.engine_version,
                        rule.schema_version);
    };
    return asked(one) == asked(other);
}

bool has_id(const Json& list, const std::string& identifier) {
    return std::any_of(list.begin(), list.end(), [&identifier](const Json& one) { return one["id"] == identifier; });
}

/// What a file (a set, or a list of rules) has that the set has not: {"rules": each as text, "changes", "other"}. A figure that differs, and
/// a rule that a file of the same set leaves out, become changes; `other` are rules of the same name that differ otherwise, and are not taken.
Result<Json> import_rules(Verifier& verifier, const Json& request) {
    const RuleSet set = TRY(set_of(verifier, request));
    const RuleSet file = TRY(RuleSet::parse(text_at(request, "text")));
    Json fresh = Json::array();
    Json changes = Json::array();
    int other = 0;
    for (const Rule& rule : file.rules) {
        const Rule* own = rule_named(set, rule);
        if (own == nullptr && !has_id(fresh, rule.identifier)) {
            fresh.push_back({{"id", rule.identifier}, {"rule", canonical(certificate::document_of(rule))}});
            continue;
        }
        const auto moved = own != nullptr && is_asked_alike(*own, rule) ? changes_between(*own, rule.logic) : std::nullopt;
        if (moved)
            changes.insert(changes.end(), moved->begin(), moved->end());
        else
            ++other;
    }
    for (const Rule& rule : set.rules) {
        if (file.id == set.id && rule_named(file, rule) == nullptr)
            changes.push_back({{"rule", rule.identifier}, {"pointer", ""}, {"value", nullptr}});
    }
    if (fresh.size() > kAddedLimit) return Error{Errc::rejected, "rules.added", "more than 100"};
    return Json{{"rules", std::move(fresh)}, {"changes", std::move(changes)}, {"other", other}};
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
    return certificate::to_json(TRY(certificate::simulate(set, contents, context, changes, TRY(added_of(request)))));
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
    {"rules.compose", compose_rule},
    {"rules.evaluate", evaluate_rules},
    {"rules.explain", explain_rules},
    {"rules.export", export_rules},
    {"rules.import", import_rules},
    {"rules.list", list_rules},
    {"rules.simulate", simulate_rules},
};

}  // namespace

std::span<const VerifierOperation> rules_operations() { return kOperations; }

}  // namespace lachan
