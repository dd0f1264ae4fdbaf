#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/dcc.h"
#include "certificate/inspection.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::certificate {

/// Acceptance rules are chosen by the verifier's country, invalidation rules by the issuer's.
enum class RuleType { acceptance, invalidation };
const char* name_of(RuleType type);

/// Major, minor, patch.
using Version = std::array<int, 3>;
/// Reads one to three numbers with dots between them; nothing for any other text.
std::optional<Version> version_of(std::string_view text);
std::string to_string(const Version& version);

/// One business rule in the form in which the EU's gateway hands them out.
struct Rule {
    std::string identifier;
    RuleType type = RuleType::acceptance;
    /// ISO 3166 alpha-2, and a part of that country or "".
    std::string country;
    std::string region;
    Version version{};
    Version schema_version{};
    std::string engine;
    Version engine_version{};
    /// General, Vaccination, Test or Recovery.
    std::string certificate_type;
    /// [{"lang","desc"}], as published.
    Json description = Json::array();
    Instant valid_from;
    Instant valid_to;
    /// Paths below the payload whose values decide.
    std::vector<std::string> affected_fields;
    Json logic;
    /// Ours: official, toConfirm or "", and where the figures come from, {"vi","en"} or null.
    std::string mark;
    Json source;
};

/// Rules with the code lists they need, made at one instant and carried offline.
struct RuleSet {
    std::string id;
    std::int64_t number = 0;
    Instant issued_at;
    /// Beyond it the set is stale: nothing passes by it. None for a set that does not say.
    std::optional<Instant> valid_until;
    /// {"vi","en"} or null.
    Json title;
    std::vector<Rule> rules;
    /// Name -> list of codes in force.
    Json value_sets = Json::object();
    /// Name -> day of the list, where it is known.
    Json value_set_dates = Json::object();

    bool is_stale(Instant now) const { return valid_until && *valid_until < now; }

    /// Reads our form {version, id, number, issuedAt, validUntil, title, rules, valueSets}, or a bare list of the
    /// gateway's rules. Errc::malformed with rule rules.syntax | version | size | field | type | date | valueSet; the
    /// detail names rule and key. An engine or a logic that is not ours is no error: such a rule is open.
    static Result<RuleSet> parse(std::string_view text);
    static Result<RuleSet> from_json(const Json& document);
};

/// The set in our form: what `RuleSet::parse` reads. A rule alone as the gateway hands it out.
Json document_of(const RuleSet& set);
Json document_of(const Rule& rule);

/// Reads code lists, {name: [codes]} or the EU's form, into `set`; lists of the same name are replaced.
Result<void> add_value_sets(RuleSet& set, const Json& value_sets);

/// Where and when a certificate is looked at, and what its envelope said.
struct RuleContext {
    Instant now;
    /// ISO 3166 alpha-2 of the verifier, and a part of that country or "".
    std::string country;
    std::string region;
    /// ISO 3166 alpha-2 of the issuer.
    std::string issuer;
    std::optional<Instant> issued_at;
    std::optional<Instant> expires_at;
    /// Base64.
    std::string kid;
};

/// A result that is not plainly true or false is open, never a pass.
enum class RuleResult { pass, fail, open };
const char* name_of(RuleResult result);

struct RuleOutcome {
    /// Lies in the set that was evaluated.
    const Rule* rule = nullptr;
    RuleResult result = RuleResult::open;
    /// Why it is open: engine, schema-version, value-set:<name>, no-answer, or a rule id of certlogic.
    std::string reason;
};

/// Path -> value of the affected fields of `rule`, texts, numbers and booleans only.
Json fields_of(const Rule& rule, const Json& payload);

/// The rules that apply, invalidation first, then by identifier: type and country, region, kind of event, in force at
/// the instant, and of each identifier the highest version in force.
std::vector<const Rule*> select_rules(const RuleSet& set, const RuleContext& context, std::span<const Event> events);

/// Judges one certificate after the other by the same set; the code lists are laid out once.
class RuleEvaluator {
public:
    explicit RuleEvaluator(const RuleSet& set);

    /// The outcome of every rule that applies to `payload`. Pure and total.
    std::vector<RuleOutcome> evaluate(const Json& payload, const RuleContext& context);

private:
    RuleOutcome evaluate_rule(const Rule& rule) const;

    const RuleSet& set_;
    /// {"payload","external"}, as the logic reads it.
    Json data_;
};

/// The axis of the verdict: fails with rule-failed:<id>, passes when every rule passes, else is not checked with
/// rule-open:<id>, rules-inapplicable (no acceptance rule of the set is for this certificate) or rules-stale.
Axis axis_of(std::span<const RuleOutcome> outcomes, bool is_stale);

/// With the values of the affected fields.
Json to_json(const RuleOutcome& outcome, const Json& payload);
/// A rule without its logic, for lists.
Json to_json(const Rule& rule);

/// The kinds of event that `payload` holds.
std::vector<Event> events_in(const Json& payload);

}  // namespace lachan::certificate
