// An expression and data from bytes: validation, evaluation, explanation and change end, give JSON, and agree on what is valid.

#include <cstdlib>

#include "certificate/certlogic.h"
#include "certificate/explain.h"
#include "certificate/rules.h"
#include "certificate/schema.h"
#include "kernel/text.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace certlogic = lachan::certificate::certlogic;
    using lachan::Json;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // Dates and packs from the whole text, an expression and its data from the two halves at the first line's end.
    if (const auto instant = certlogic::instant_of(text)) {
        if (!certlogic::instant_of(certlogic::to_text(*instant))) std::abort();
    }
    if (const auto set = lachan::certificate::RuleSet::parse(text)) {
        lachan::certificate::RuleEvaluator(*set).evaluate(Json::object(), {});
    }
    const std::size_t end = text.find('\n');
    const auto expression = lachan::parse_json(text.substr(0, end), {64 * 1024, 160});
    if (!expression) return 0;
    auto input = lachan::parse_json(end == std::string_view::npos ? std::string_view("{}") : text.substr(end + 1), {64 * 1024, 32});
    if (!input) input = Json::object();

    lachan::certificate::strict_schema_faults(*input);
    certlogic::accesses(*expression);
    const auto issues = certlogic::validate(*expression);
    certlogic::Trace trace;
    const auto value = certlogic::evaluate(*expression, *input, &trace);
    if (trace.steps > certlogic::kStepLimit) std::abort();
    if (value && !lachan::parse_json(lachan::canonical(*value), {1 << 26, 2000})) std::abort();
    // A valid expression can only fail for its data.
    if (!value && issues.empty()) {
        const std::string& rule = value.error().rule;
        if (rule == "certlogic.form" || rule == "certlogic.operator" || rule == "certlogic.operands") std::abort();
    }
    if (!lachan::is_utf8(lachan::certificate::formula_of(*expression))) std::abort();
    lachan::canonical(lachan::certificate::explain(*expression));
    for (const auto& parameter : lachan::certificate::parameters_of(*expression)) {
        const auto same = lachan::certificate::with_parameter(*expression, parameter.pointer, parameter.value);
        if (same ? *same != *expression : same.error().rule != "rules.value") std::abort();
    }
    return 0;
}
