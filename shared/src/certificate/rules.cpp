#include "certificate/rules.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "certificate/certlogic.h"

namespace lachan::certificate {
namespace {

/// An operation and its list of operands are two levels of JSON each; the rest is the rule around them.
/// A fraction is no CertLogic: the rule that holds one is open, the others of its set are not harmed.
constexpr JsonLimits kSetLimits{1024 * 1024, 2 * certlogic::kDepthLimit + 12, true};
constexpr int kVersion = 1;
constexpr std::size_t kRuleLimit = 1000;
constexpr std::size_t kFieldLimit = 40;
constexpr std::size_t kRuleTextLimit = 400;

constexpr std::string_view kEngine = "CERTLOGIC";
constexpr std::string_view kGeneral = "General";

struct TypeName {
    Event event;
    const char* name;
};
constexpr std::array kCertificateTypes{TypeName{Event::vaccination, "Vaccination"}, TypeName{Event::test, "Test"},
                                       TypeName{Event::recovery, "Recovery"}};

Error malformed(const char* rule, std::string detail) { return Error{Errc::malformed, rule, std::move(detail)}; }

// --- reading
// --------------------------------------------------------------------------------------------------------------

/// Reads the members of one rule and says which one is wrong.
class RuleReader {
public:
    RuleReader(const Json& object, std::size_t index)
        : object_(object), where_("rules[" + std::to_string(index) + "]") {}

    Error wrong(const char* key, const char* rule = "rules.field") const { return malformed(rule, where_ + "." + key); }

    Result<std::string> text(const char* key) const {
        const std::string_view value = text_at(object_, key);
        if (value.empty() || value.size() > kRuleTextLimit) return wrong(key);
        return std::string(value);
    }
    Result<std::string> optional_text(const char* key) const {
        return at(object_, key).is_null() || text_at(object_, key).empty() ? std::string() : text(key);
    }
    Result<Version> version(const char* key) const {
        const auto value = version_of(text_at(object_, key));
        if (!value) return wrong(key);
        return *value;
    }
    Result<Instant> instant(const char* key) const {
        const auto value = certlogic::instant_of(text_at(object_, key));
        if (!value) return wrong(key, "rules.date");
        return *value;
    }

private:
    const Json& object_;
    std::string where_;
};

Result<Rule> rule_of(const Json& object, std::size_t index) {
    const RuleReader reader(object, index);
    Rule rule;
    rule.identifier = TRY(reader.text("Identifier"));
    const std::string type = TRY(reader.text("Type"));
    if (type != "Acceptance" && type != "Invalidation") return reader.wrong("Type", "rules.type");
    rule.type = type == "Acceptance" ? RuleType::acceptance : RuleType::invalidation;
    rule.country = TRY(reader.text("Country"));
    rule.region = TRY(reader.optional_text("Region"));
    rule.version = TRY(reader.version("Version"));
    rule.schema_version = TRY(reader.version("SchemaVersion"));
    rule.engine = TRY(reader.text("Engine"));
    rule.engine_version = TRY(reader.version("EngineVersion"));
    rule.certificate_type = TRY(reader.text("CertificateType"));
    const bool is_known_type = rule.certificate_type == kGeneral ||
                               std::any_of(kCertificateTypes.begin(), kCertificateTypes.end(),
                                           [&rule](const TypeName& row) { return rule.certificate_type == row.name; });
    if (!is_known_type) return reader.wrong("CertificateType", "rules.type");
    rule.valid_from = TRY(reader.instant("ValidFrom"));
    rule.valid_to = TRY(reader.instant("ValidTo"));
    if (rule.valid_to < rule.valid_from) return reader.wrong("ValidTo", "rules.date");
    if (at(object, "Description").is_array()) rule.description = at(object, "Description");
    const Json& fields = at(object, "AffectedFields");
    if (fields.is_array()) {
        for (const Json& field : fields) {
            if (!field.is_string() || rule.affected_fields.size() == kFieldLimit) return reader.wrong("AffectedFields");
            rule.affected_fields.push_back(field.get<std::string>());
        }
    }
    if (!object.contains("Logic")) return reader.wrong("Logic");
    rule.logic = object["Logic"];
    rule.mark = TRY(reader.optional_text("Mark"));
    rule.source = at(object, "Source");
    return rule;
}

/// A list of codes, or the EU's object of codes of which some may be out of use.
Result<Json> codes_of(const Json& list, const std::string& name) {
    const Json& values = list.is_object() ? at(list, "valueSetValues") : list;
    Json codes = Json::array();
    if (values.is_object()) {
        for (const auto& [code, about] : values.items()) {
            if (at(about, "active") != Json(false)) codes.push_back(code);
        }
        return codes;
    }
    if (!values.is_array()) return malformed("rules.valueSet", name);
    for (const Json& code : values) {
        if (code.is_structured() || code.is_null()) return malformed("rules.valueSet", name);
    }
    return values;
}

// --- evaluating
// -----------------------------------------------------------------------------------------------------------

bool is_ours(const Rule& rule) {
    const Version newest{certlogic::kSpecification[0], certlogic::kSpecification[1], certlogic::kSpecification[2]};
    return rule.engine == kEngine && rule.engine_version <= newest;
}

bool has_type(const Rule& rule, std::span<const Event> events) {
    if (rule.certificate_type == kGeneral) return true;
    return std::any_of(kCertificateTypes.begin(), kCertificateTypes.end(), [&](const TypeName& row) {
        return rule.certificate_type == row.name && std::find(events.begin(), events.end(), row.event) != events.end();
    });
}

bool applies(const Rule& rule, const RuleContext& context, std::span<const Event> events) {
    const bool is_acceptance = rule.type == RuleType::acceptance;
    if (rule.country != (is_acceptance ? context.country : context.issuer)) return false;
    if (is_acceptance && !rule.region.empty() && rule.region != context.region) return false;
    return rule.valid_from <= context.now && context.now <= rule.valid_to && has_type(rule, events);
}

void set_optional(Json& external, const char* key, const std::optional<Instant>& instant) {
    external[key] = instant ? Json(certlogic::to_text(*instant)) : Json(nullptr);
}

}  // namespace

const char* name_of(RuleType type) { return type == RuleType::acceptance ? "acceptance" : "invalidation"; }

const char* name_of(RuleResult result) {
    switch (result) {
        case RuleResult::pass: return "pass";
        case RuleResult::fail: return "fail";
        case RuleResult::open: return "open";
    }
    return "open";
}

std::optional<Version> version_of(std::string_view text) {
    Version version{};
    std::size_t part = 0;
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == '.') {
            if (digits == 0 || ++part == version.size()) return std::nullopt;
            digits = 0;
        } else {
            if (c < '0' || c > '9' || ++digits > 6) return std::nullopt;
            version[part] = version[part] * 10 + (c - '0');
        }
    }
    if (digits == 0) return std::nullopt;
    return version;
}

std::string to_string(const Version& version) {
    return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." + std::to_string(version[2]);
}

Result<void> add_value_sets(RuleSet& set, const Json& value_sets) {
    if (!value_sets.is_object()) return malformed("rules.valueSet", "valueSets");
    for (const auto& [name, list] : value_sets.items()) {
        set.value_sets[name] = TRY(codes_of(list, name));
        const std::string_view date = text_at(list, "valueSetDate");
        if (!date.empty()) set.value_set_dates[name] = date;
    }
    return {};
}

Result<RuleSet> RuleSet::parse(std::string_view text) {
    auto document = parse_json(text, kSetLimits);
    if (!document) return malformed("rules.syntax", document.error().rule);
    return from_json(*document);
}

Result<RuleSet> RuleSet::from_json(const Json& document) {
    RuleSet set;
    const bool is_bare = document.is_array();
    const Json& rules = is_bare ? document : at(document, "rules");
    if (!is_bare) {
        if (int_at(document, "version") != kVersion) return malformed("rules.version", "not version 1");
        set.id = text_at(document, "id");
        if (set.id.empty() || set.id.size() > kRuleTextLimit) return malformed("rules.field", "id");
        set.number = int_at(document, "number");
        set.issued_at = Instant{int_at(document, "issuedAt")};
        const Json& until = at(document, "validUntil");
        if (!until.is_null()) {
            if (!until.is_number_integer()) return malformed("rules.field", "validUntil");
            set.valid_until = Instant{until.get<std::int64_t>()};
        }
        set.title = at(document, "title");
        if (document.contains("valueSets")) TRY(add_value_sets(set, document["valueSets"]));
    }
    if (!rules.is_array()) return malformed("rules.field", "rules");
    if (rules.size() > kRuleLimit) return malformed("rules.size", "at most 1000 rules");
    set.rules.reserve(rules.size());
    // Versions of a rule may stand side by side; of two with one name and version nobody could say which is meant.
    std::set<std::pair<std::string, Version>> names;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        Rule rule = TRY(rule_of(rules[i], i));
        if (!names.emplace(rule.identifier, rule.version).second)
            return malformed("rules.duplicate", "rules[" + std::to_string(i) + "].Identifier");
        set.rules.push_back(std::move(rule));
    }
    return set;
}

Json document_of(const Rule& rule) {
    Json object{{"Identifier", rule.identifier},
                {"Type", rule.type == RuleType::acceptance ? "Acceptance" : "Invalidation"},
                {"Country", rule.country},
                {"Version", to_string(rule.version)},
                {"SchemaVersion", to_string(rule.schema_version)},
                {"Engine", rule.engine},
                {"EngineVersion", to_string(rule.engine_version)},
                {"CertificateType", rule.certificate_type},
                {"Description", rule.description},
                {"ValidFrom", certlogic::to_text(rule.valid_from)},
                {"ValidTo", certlogic::to_text(rule.valid_to)},
                {"AffectedFields", rule.affected_fields},
                {"Logic", rule.logic}};
    if (!rule.region.empty()) object["Region"] = rule.region;
    if (!rule.mark.empty()) object["Mark"] = rule.mark;
    if (!rule.source.is_null()) object["Source"] = rule.source;
    return object;
}

Json document_of(const RuleSet& set) {
    Json rules = Json::array();
    for (const Rule& rule : set.rules) rules.push_back(document_of(rule));
    Json lists = Json::object();
    for (const auto& [name, codes] : set.value_sets.items()) lists[name] = codes;
    return {{"version", kVersion},
            {"id", set.id},
            {"number", set.number},
            {"issuedAt", set.issued_at.ms},
            {"validUntil", set.valid_until ? Json(set.valid_until->ms) : Json(nullptr)},
            {"title", set.title},
            {"rules", std::move(rules)},
            {"valueSets", std::move(lists)}};
}

std::vector<Event> events_in(const Json& payload) {
    std::vector<Event> events;
    for (const Event event : {Event::vaccination, Event::test, Event::recovery}) {
        const Json& list = at(payload, key_of(event));
        if (list.is_array() && !list.empty()) events.push_back(event);
    }
    return events;
}

std::vector<const Rule*> select_rules(const RuleSet& set, const RuleContext& context, std::span<const Event> events) {
    // Few apply at a time: each goes to its place. Of one identifier the highest version stays.
    const auto key = [](const Rule& rule) {
        return std::tuple(rule.type == RuleType::acceptance, std::string_view(rule.identifier));
    };
    std::vector<const Rule*> chosen;
    for (const Rule& rule : set.rules) {
        if (!applies(rule, context, events)) continue;
        const auto place =
            std::find_if(chosen.begin(), chosen.end(), [&](const Rule* other) { return key(rule) <= key(*other); });
        if (place == chosen.end() || key(rule) != key(**place))
            chosen.insert(place, &rule);
        else if ((*place)->version < rule.version)
            *place = &rule;
    }
    return chosen;
}

Json fields_of(const Rule& rule, const Json& payload) {
    Json fields = Json::object();
    for (const std::string& path : rule.affected_fields) {
        const Json& value = certlogic::value_at(payload, path);
        if (!value.is_structured() && !value.is_null()) fields[path] = value;
    }
    return fields;
}

RuleEvaluator::RuleEvaluator(const RuleSet& set)
    : set_(set), data_{{"payload", nullptr}, {"external", {{"valueSets", set.value_sets}}}} {}

std::vector<RuleOutcome> RuleEvaluator::evaluate(const Json& payload, const RuleContext& context) {
    const auto events = events_in(payload);
    Json& external = data_["external"];
    external["validationClock"] = certlogic::to_text(context.now);
    external["countryCode"] = context.country;
    external["region"] = context.region;
    external["issuerCountryCode"] = context.issuer;
    external["kid"] = context.kid;
    set_optional(external, "iat", context.issued_at);
    set_optional(external, "exp", context.expires_at);
    data_["payload"] = payload;
    std::vector<RuleOutcome> outcomes;
    for (const Rule* rule : select_rules(set_, context, events)) outcomes.push_back(evaluate_rule(*rule));
    return outcomes;
}

RuleOutcome RuleEvaluator::evaluate_rule(const Rule& rule) const {
    RuleOutcome outcome;
    outcome.rule = &rule;
    const auto open = [&outcome](std::string reason) {
        outcome.reason = std::move(reason);
        return std::move(outcome);
    };
    if (!is_ours(rule)) return open("engine");
    // Within a major version fields are only added.
    const auto version = version_of(text_at(at(data_, "payload"), "ver"));
    if (version && (*version)[0] != rule.schema_version[0]) return open("schema-version");
    certlogic::Trace trace;
    const auto value = certlogic::evaluate(rule.logic, data_, &trace);
    if (!trace.missing_value_sets.empty()) return open("value-set:" + trace.missing_value_sets.front());
    if (!value) return open(value.error().rule);
    if (!value->is_boolean()) return open("no-answer");
    outcome.result = value->get<bool>() ? RuleResult::pass : RuleResult::fail;
    return outcome;
}

Axis axis_of(std::span<const RuleOutcome> outcomes, bool is_stale) {
    if (is_stale) return Axis{State::not_checked, {"rules-stale"}};
    Axis axis{State::pass, {}};
    for (const RuleOutcome& outcome : outcomes) {
        if (outcome.result == RuleResult::fail) {
            axis.state = State::fail;
            axis.reasons.push_back("rule-failed:" + outcome.rule->identifier);
        } else if (outcome.result == RuleResult::open) {
            if (axis.passes()) axis.state = State::not_checked;
            axis.reasons.push_back("rule-open:" + outcome.rule->identifier);
        }
    }
    // Invalidation rules of the issuer alone accept nobody.
    const bool is_asked = std::any_of(outcomes.begin(), outcomes.end(),
                                      [](const RuleOutcome& outcome) { return outcome.rule->type == RuleType::acceptance; });
    if (axis.passes() && !is_asked) return Axis{State::not_checked, {"rules-inapplicable"}};
    return axis;
}

Json to_json(const Rule& rule) {
    return {{"id", rule.identifier},
            {"type", name_of(rule.type)},
            {"country", rule.country},
            {"region", rule.region},
            {"version", to_string(rule.version)},
            {"certificateType", rule.certificate_type},
            {"description", rule.description},
            {"validFrom", rule.valid_from.ms},
            {"validTo", rule.valid_to.ms},
            {"mark", rule.mark},
            {"source", rule.source},
            {"runs", is_ours(rule) && certlogic::validate(rule.logic).empty()}};
}

Json to_json(const RuleOutcome& outcome, const Json& payload) {
    return {{"rule", to_json(*outcome.rule)},
            {"result", name_of(outcome.result)},
            {"reason", outcome.reason},
            {"fields", fields_of(*outcome.rule, payload)}};
}

}  // namespace lachan::certificate
