#include "certificate/compose.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

#include "certificate/certlogic.h"
#include "certificate/code_lists.h"

namespace lachan::certificate {
namespace {

using Words = std::initializer_list<std::string_view>;

constexpr std::string_view kJanssen = "EU/1/20/1525";
constexpr std::size_t kMostCodes = 50;
constexpr std::size_t kLongestCode = 80;
/// What is made here is small; its logic is nested deeper than a request.
constexpr JsonLimits kLimits{64 * 1024, 64, false};
constexpr int kFirstNumber = 9001;
constexpr int kLastNumber = 9999;

Error wrong(std::string_view member) { return Error{Errc::rejected, "rules.draft", std::string(member)}; }

// --- pieces of logic, as text: one reader is smaller than many lists of members

std::string var(std::string_view path) { return "{\"var\":\"" + std::string(path) + "\"}"; }

std::string operation(std::string_view name, std::initializer_list<std::string> operands) {
    std::string text = "{\"" + std::string(name) + "\":[";
    for (const std::string& operand : operands) text += (text.ends_with('[') ? "" : ",") + operand;
    return text + "]}";
}

std::string quoted(std::string_view plain) { return '"' + std::string(plain) + '"'; }

std::string shifted(std::string_view path, std::int64_t amount, std::string_view unit) {
    return operation("plusTime", {var(path), std::to_string(amount), quoted(unit)});
}

/// The check is at most, or at least, so long after the date at `path`.
std::string since(std::string_view path, std::int64_t amount, std::string_view unit, bool is_at_most) {
    return operation(is_at_most ? "not-after" : "not-before", {shifted("external.validationClock", 0, "day"), shifted(path, amount, unit)});
}

/// `logic` where `guard` holds; what it does not hold for passes.
std::string when(const std::string& guard, const std::string& logic) { return operation("if", {guard, logic, "true"}); }

std::string either(const std::string& one, const std::string& other) { return operation("if", {one, "true", other}); }

/// More doses than the course has, more than two, or a second one after a vaccine of a single dose.
std::string is_booster() {
    const std::string dose = var("payload.v.0.dn");
    const std::string after_single = operation("and", {operation("===", {var("payload.v.0.mp"), quoted(kJanssen)}), operation(">", {dose, "1"})});
    const std::string beyond = either(operation(">", {dose, var("payload.v.0.sd")}), after_single);
    return either(operation(">", {dose, "2"}), beyond);
}

// --- reading a draft

class DraftReader {
public:
    explicit DraftReader(const Json& draft) : draft_(draft) {}

    Result<std::string> word(const char* key, Words words) const {
        const std::string_view value = text_at(draft_, key);
        if (std::find(words.begin(), words.end(), value) == words.end()) return wrong(key);
        return std::string(value);
    }
    Result<std::int64_t> number(const char* key, std::int64_t least, std::int64_t most) const {
        const Json& value = at(draft_, key);
        if (!value.is_number_integer()) return wrong(key);
        const auto number = value.get<std::int64_t>();
        if (number < least || number > most) return wrong(key);
        return number;
    }
    /// Codes as value sets have them, printable and without blanks, each once; as the text of their list.
    Result<std::string> codes() const {
        const Json& list = at(draft_, "codes");
        if (!list.is_array() || list.empty() || list.size() > kMostCodes) return wrong("codes");
        for (auto code = list.begin(); code != list.end(); ++code) {
            if (!code->is_string() || !is_code(code->get_ref<const std::string&>()) || std::find(list.begin(), code, *code) != code)
                return wrong("codes");
        }
        return canonical(list);
    }

private:
    static bool is_code(std::string_view code) {
        return !code.empty() && code.size() <= kLongestCode && std::all_of(code.begin(), code.end(), [](char c) { return c > ' ' && c < 0x7f; });
    }

    const Json& draft_;
};

/// No age of ten years, no test of more than a year.
std::int64_t most_of(std::string_view unit) { return unit == "month" ? 120 : unit == "day" ? 3660 : 8784; }

Result<std::string> dose_age(const DraftReader& read) {
    const std::string scope = TRY(read.word("scope", {"any", "primary", "booster"}));
    const std::string bound = TRY(read.word("bound", {"atMost", "atLeast"}));
    const std::string unit = TRY(read.word("unit", {"day", "month"}));
    const std::string logic = since("payload.v.0.dt", TRY(read.number("amount", 1, most_of(unit))), unit, bound == "atMost");
    if (scope == "any") return logic;
    return when(scope == "booster" ? is_booster() : operation("!", {is_booster()}), logic);
}

Result<std::string> dose_count(const DraftReader& read) {
    const std::string bound = TRY(read.word("bound", {"atMost", "atLeast"}));
    return operation(bound == "atMost" ? "<=" : ">=", {var("payload.v.0.dn"), std::to_string(TRY(read.number("amount", 1, 20)))});
}

Result<std::string> product(const DraftReader& read) {
    const std::string bound = TRY(read.word("bound", {"among", "notAmong"}));
    const std::string logic = operation("in", {var("payload.v.0.mp"), TRY(read.codes())});
    return bound == "among" ? logic : operation("!", {logic});
}

Result<std::string> test_age(const DraftReader& read) {
    const std::string scope = TRY(read.word("scope", {"any", "naat", "rapid"}));
    const std::string unit = TRY(read.word("unit", {"hour", "day"}));
    const std::string logic = since("payload.t.0.sc", TRY(read.number("amount", 1, unit == "day" ? 366 : most_of(unit))), unit, true);
    if (scope == "any") return logic;
    return when(operation("===", {var("payload.t.0.tt"), quoted(scope == "naat" ? "LP6464-4" : "LP217198-3")}), logic);
}

Result<std::string> test_type(const DraftReader& read) { return operation("in", {var("payload.t.0.tt"), TRY(read.codes())}); }

Result<std::string> recovery_window(const DraftReader& read) {
    const std::string unit = TRY(read.word("unit", {"day", "month"}));
    const auto from = TRY(read.number("amount", 0, most_of(unit)));
    const auto until = TRY(read.number("until", from + 1, most_of(unit)));
    const std::string end = since("payload.r.0.fr", until, unit, true);
    // The amount of a plusTime of 0 only turns the text into a date: it would be no figure to move.
    if (from == 0) return end;
    return operation("and", {since("payload.r.0.fr", from, unit, false), end});
}

struct Template {
    std::string_view name;
    const char* certificate_type;
    const char* prefix;
    Result<std::string> (*logic)(const DraftReader&);
    /// Members of a draft besides those of every one.
    std::array<std::string_view, 4> members;
};
constexpr std::array kTemplates{
    Template{"doseAge", "Vaccination", "VR", dose_age, {"scope", "bound", "amount", "unit"}},
    Template{"doseCount", "Vaccination", "VR", dose_count, {"bound", "amount"}},
    Template{"product", "Vaccination", "VR", product, {"bound", "codes"}},
    Template{"testAge", "Test", "TR", test_age, {"scope", "amount", "unit"}},
    Template{"testType", "Test", "TR", test_type, {"codes"}},
    Template{"recoveryWindow", "Recovery", "RR", recovery_window, {"amount", "until", "unit"}},
};
constexpr std::array<std::string_view, 3> kCommonMembers{"template", "type", "country"};

const Template* template_of(const Json& draft) {
    const auto found = std::find_if(kTemplates.begin(), kTemplates.end(), [&draft](const Template& one) { return one.name == text_at(draft, "template"); });
    return found == kTemplates.end() ? nullptr : &*found;
}

/// A member that nobody asked for would be a condition that is silently not there.
Result<void> check_members(const Json& draft, const Template& chosen) {
    for (const auto& [key, value] : draft.items()) {
        const auto is_it = [&key = key](std::string_view name) { return !name.empty() && name == key; };
        if (std::none_of(kCommonMembers.begin(), kCommonMembers.end(), is_it) && std::none_of(chosen.members.begin(), chosen.members.end(), is_it))
            return wrong(key);
    }
    return {};
}

bool is_invalidation(const Json& draft) { return text_at(draft, "type") == "invalidation"; }

std::string country_of(const Json& draft) {
    const std::string_view country = text_at(draft, "country");
    return country.empty() ? "VN" : std::string(country);
}

/// What every rule that is made here has.
constexpr std::string_view kFrame = R"({
"Version":"1.0.0","SchemaVersion":"1.0.0","Engine":"CERTLOGIC","EngineVersion":"1.0.0","Description":[],"ValidTo":"2099-12-31T23:59:59Z",
"Mark":"toConfirm","Source":{"vi":"Quy định nháp, lập khi thử thay đổi","en":"draft, made while trying out a change"}})";

Json affected_fields(const Json& logic) {
    constexpr std::string_view kPayload = "payload.";
    Json fields = Json::array();
    for (const std::string& path : certlogic::accesses(logic)) {
        if (path.starts_with(kPayload)) fields.push_back(path.substr(kPayload.size()));
    }
    return fields;
}

}  // namespace

std::string free_identifier(const Json& draft, std::span<const std::string> taken) {
    const Template* chosen = template_of(draft);
    const std::string start = std::string(chosen == nullptr ? "GR" : is_invalidation(draft) ? "IR" : chosen->prefix) + "-" + country_of(draft) + "-";
    for (int number = kFirstNumber; number <= kLastNumber; ++number) {
        std::string identifier = start + std::to_string(number);
        if (std::find(taken.begin(), taken.end(), identifier) == taken.end()) return identifier;
    }
    return "";
}

Result<Json> compose_rule(const Json& draft, std::string_view identifier, Instant now) {
    const Template* chosen = template_of(draft);
    if (chosen == nullptr) return wrong("template");
    TRY(check_members(draft, *chosen));
    const DraftReader read(draft);
    if (draft.contains("type")) TRY(read.word("type", {"acceptance", "invalidation"}));
    const std::string country = country_of(draft);
    if (!is_country(country)) return wrong("country");
    Json rule = TRY(parse_json(kFrame, kLimits));
    rule["Logic"] = TRY(parse_json(TRY(chosen->logic(read)), kLimits));
    rule["Identifier"] = identifier;
    rule["Type"] = is_invalidation(draft) ? "Invalidation" : "Acceptance";
    rule["Country"] = country;
    rule["CertificateType"] = chosen->certificate_type;
    rule["ValidFrom"] = certlogic::to_text(start_in_vietnam(day_in_vietnam(now)));
    rule["AffectedFields"] = affected_fields(rule["Logic"]);
    return rule;
}

}  // namespace lachan::certificate
