#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// What a rule says, as a tree of sentences: {"key","args"?,"items"?}. Keys are `logic.*`, their words are in
/// web/src/text/{vi,en}/logic.ts; `items` are sentences within the sentence. An argument is {"field"} (v.dt, clock,
/// external.iat), {"value"}, {"formula"}, a number, a unit, or the name of a value set. A shape that has no sentence is
/// logic.formula with the expression as text.
Json explain(const Json& logic);

/// `expression` in the notation of arithmetic, cut at 500 bytes.
std::string formula_of(const Json& expression);

/// A figure in a rule that a policy may change without touching what the rule is about.
struct Parameter {
    /// JSON Pointer (RFC 6901) into the logic.
    std::string pointer;
    /// amount: of plusTime, in `unit`; number: beside a comparison; choice: a code beside ===; list: codes behind in.
    std::string kind;
    Json value;
    /// Of an amount: year, month, day or hour.
    std::string unit;
    /// What it is held against, as in `explain`; "" when that is no field.
    std::string field;
};

/// The parameters of `logic` in the order of the text, at most 100. Amounts of 0 only turn a text into a date and are
/// none.
std::vector<Parameter> parameters_of(const Json& logic);

/// `logic` with another value for one of its parameters. Errc::rejected with rule rules.parameter for a pointer that
/// leads to none, rules.value for a value of another kind or beyond reason (100,000 of a unit, 500 codes).
Result<Json> with_parameter(const Json& logic, std::string_view pointer, const Json& value);

Json to_json(const Parameter& parameter);

}  // namespace lachan::certificate
