#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// CertLogic, the language of the EU's business rules: a part of JsonLogic with dates. Specification 1.3.3
/// (eu-dcc-business-rules, certlogic/specification).
namespace lachan::certificate::certlogic {

/// The version of the specification that `evaluate` follows, as major, minor, patch.
constexpr int kSpecification[3] = {1, 3, 3};

/// Expressions come from outside too: nesting of expressions, and steps (operations, items touched, values copied).
constexpr int kDepthLimit = 64;
constexpr int kStepLimit = 100'000;

/// What an evaluation came across.
struct Trace {
    /// Names of value sets that were asked for and are not in the data, each once.
    std::vector<std::string> missing_value_sets;
    int steps = 0;
};

/// The value of `expression` over `data`; a date-time comes out as its text. Pure and total: a wrong expression, a
/// wrong type or too much of anything is Errc::rejected with rule certlogic.form | operator | operands | type | truth |
/// date | range | depth | steps.
Result<Json> evaluate(const Json& expression, const Json& data, Trace* trace = nullptr);

/// What `path` leads to in `value` ("v.0.dt"), null when it leads nowhere.
const Json& value_at(const Json& value, std::string_view path);

/// The integer in `value`; a whole float is one, as real certificates write dose numbers.
std::optional<std::int64_t> integer_of(const Json& value);

/// Whether `value` counts as true; nothing for what is neither true nor false: numbers with a fraction.
std::optional<bool> truth_of(const Json& value);

/// One thing that is wrong with an expression whatever the data, at `expression`.
struct Issue {
    Json expression;
    std::string message;
};

/// Everything that can be known to be wrong without data, in the order of the text, at most 100.
std::vector<Issue> validate(const Json& expression);

/// The paths that `expression` reads, sorted, each once; those of a lambda's own variables are left out.
std::vector<std::string> accesses(const Json& expression);

/// Reads YYYY, YYYY-MM, YYYY-MM-DD or a date-time with seconds, an optional fraction and an optional zone (UTC when
/// absent). A partial date is its last day.
std::optional<Instant> instant_of(std::string_view text);

/// YYYY-MM-DDThh:mm:ss.sssZ; the nearest instant of the years 0 to 9999.
std::string to_text(Instant instant);

}  // namespace lachan::certificate::certlogic
