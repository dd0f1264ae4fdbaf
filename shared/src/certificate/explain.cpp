#include "certificate/explain.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "certificate/certlogic.h"

namespace lachan::certificate {
namespace {

using certlogic::kDepthLimit;

constexpr std::size_t kFormulaLimit = 500;
constexpr std::size_t kParameterLimit = 100;
constexpr std::int64_t kValueLimit = 100'000;
constexpr std::size_t kListLimit = 500;
constexpr std::string_view kPayload = "payload.";
constexpr std::string_view kExternal = "external.";
constexpr std::string_view kValueSets = "external.valueSets.";

const Json kNone = Json::array();

/// An expression object taken apart; `name` is "" for whatever is none.
struct Operation {
    std::string_view name;
    const Json* operands = &kNone;

    const Json& operator[](std::size_t i) const { return (*operands)[i]; }
    bool is(std::string_view other, std::size_t count) const {
        return name == other && operands->is_array() && operands->size() == count;
    }
};

Operation operation_of(const Json& expression) {
    if (!expression.is_object() || expression.size() != 1) return {};
    const auto& [name, operands] = *expression.get_ptr<const Json::object_t*>()->begin();
    return {name, &operands};
}

/// The path of a `var`, or "".
std::string_view path_of(const Json& expression) {
    const Operation operation = operation_of(expression);
    return operation.name == "var" && operation.operands->is_string()
               ? std::string_view(*operation.operands->get_ptr<const std::string*>())
               : std::string_view();
}

/// "payload.v.0.dt" is v.dt: a certificate has one entry, and the second is named only to forbid it.
std::string field_of(std::string_view path) {
    if (path == "external.validationClock") return "clock";
    if (!path.starts_with(kPayload)) return path.starts_with(kExternal) ? std::string(path) : std::string();
    std::string field(path.substr(kPayload.size()));
    if (const std::size_t at = field.find(".0"); at == 1 && (field.size() == 3 || field[3] == '.')) field.erase(at, 2);
    return field;
}

// --- sentences
// ------------------------------------------------------------------------------------------------------------

Json node(const char* key) { return {{"key", key}}; }

Json node(const char* key, Json args) { return {{"key", key}, {"args", std::move(args)}}; }

Json group(const char* key, Json::array_t items) { return {{"key", key}, {"items", std::move(items)}}; }

Json argument_of(const Json& expression) {
    if (const std::string field = field_of(path_of(expression)); !field.empty()) return {{"field", field}};
    if (expression.is_primitive()) return {{"value", expression}};
    return {{"formula", formula_of(expression)}};
}

/// What a comparison says of its two sides: as it is, turned round, and the opposite.
struct Comparison {
    std::string_view name;
    const char* key;
    std::string_view turned;
    std::string_view opposite;
    /// For dates: with a number of units between.
    const char* distant_key;
};

constexpr std::array kComparisons{
    Comparison{"<", "logic.lessThan", ">", ">=", nullptr},
    Comparison{"<=", "logic.atMost", ">=", ">", nullptr},
    Comparison{">", "logic.moreThan", "<", "<=", nullptr},
    Comparison{">=", "logic.atLeast", "<=", "<", nullptr},
    Comparison{"after", "logic.after", "before", "not-after", "logic.moreThanAfter"},
    Comparison{"before", "logic.before", "after", "not-before", "logic.lessThanAfter"},
    Comparison{"not-after", "logic.notAfter", "not-before", "after", "logic.atMostAfter"},
    Comparison{"not-before", "logic.notBefore", "not-after", "before", "logic.atLeastAfter"},
};

const Comparison* comparison_named(std::string_view name) {
    const auto found = std::find_if(kComparisons.begin(), kComparisons.end(),
                                    [name](const Comparison& row) { return row.name == name; });
    return found == kComparisons.end() ? nullptr : &*found;
}

/// A date with what is added to it.
struct Shifted {
    Json base;
    std::int64_t amount = 0;
    std::string unit;
};

std::optional<Shifted> shifted_of(const Json& expression) {
    const Operation operation = operation_of(expression);
    if (operation.is("dccDateOfBirth", 1)) return Shifted{argument_of(operation[0]), 0, ""};
    if (!operation.is("plusTime", 3) || !operation[1].is_number_integer() || !operation[2].is_string())
        return std::nullopt;
    const auto amount = operation[1].get<std::int64_t>();
    if (amount > kValueLimit || amount < -kValueLimit) return std::nullopt;
    return Shifted{argument_of(operation[0]), amount, operation[2].get<std::string>()};
}

class Explainer {
public:
    Json sentence(const Json& expression, int depth) {
        if (depth >= kDepthLimit) return formula(expression);
        if (expression.is_boolean()) return node(expression.get<bool>() ? "logic.always" : "logic.never");
        const Operation operation = operation_of(expression);
        if (operation.name == "var") return presence("logic.present", expression);
        if (operation.is("!", 1)) return negated(operation[0], depth + 1);
        if (operation.is("if", 3)) return choice(operation, depth + 1);
        if (operation.is("===", 2)) return equality("logic.equals", operation);
        if (operation.is("in", 2)) return membership("logic.oneOf", "logic.inSet", operation, expression);
        if (!operation.operands->is_array()) return formula(expression);
        if (operation.name == "and") return conjunction(*operation.operands, depth + 1);
        const Comparison* comparison = comparison_named(operation.name);
        return comparison != nullptr ? comparisons(*comparison, operation, expression) : formula(expression);
    }

private:
    static Json formula(const Json& expression) { return node("logic.formula", {{"formula", formula_of(expression)}}); }

    static Json presence(const char* key, const Json& expression) {
        const std::string field = field_of(path_of(expression));
        return field.empty() ? formula(expression) : node(key, {{"a", {{"field", field}}}});
    }

    Json conjunction(const Json& operands, int depth) {
        Json::array_t items;
        for (const Json& operand : operands) {
            Json item = sentence(operand, depth);
            if (item["key"] == "logic.all") {
                for (Json& inner : item["items"]) items.push_back(std::move(inner));
            } else {
                items.push_back(std::move(item));
            }
        }
        return group("logic.all", std::move(items));
    }

    Json choice(const Operation& operation, int depth) {
        const Json& guard = operation[0];
        const Json& then = operation[1];
        const Json& otherwise = operation[2];
        if (guard.is_boolean()) return sentence(guard.get<bool>() ? then : otherwise, depth);
        if (then == Json(true) && otherwise == Json(false)) return sentence(guard, depth);
        if (then == Json(true)) return group("logic.any", {sentence(guard, depth), sentence(otherwise, depth)});
        if (otherwise == Json(true)) return group("logic.when", {sentence(guard, depth), sentence(then, depth)});
        if (otherwise == Json(false)) return group("logic.all", {sentence(guard, depth), sentence(then, depth)});
        return group("logic.choose", {sentence(guard, depth), sentence(then, depth), sentence(otherwise, depth)});
    }

    Json negated(const Json& expression, int depth) {
        if (depth >= kDepthLimit) return formula(expression);
        const Operation operation = operation_of(expression);
        if (operation.name == "var") return presence("logic.absent", expression);
        if (operation.is("!", 1)) return sentence(operation[0], depth + 1);
        if (operation.is("===", 2)) return equality("logic.differs", operation);
        if (operation.is("in", 2)) return membership("logic.notOneOf", "logic.notInSet", operation, expression);
        const Comparison* comparison = comparison_named(operation.name);
        if (comparison != nullptr && operation.operands->is_array() && operation.operands->size() == 2)
            return comparisons(*comparison_named(comparison->opposite), operation, expression);
        if (operation.name == "and" && operation.operands->is_array()) {
            // Not all of them: at least one is not.
            Json::array_t items;
            for (const Json& operand : *operation.operands) items.push_back(negated(operand, depth + 1));
            return group("logic.any", std::move(items));
        }
        return group("logic.not", {sentence(expression, depth)});
    }

    static Json equality(const char* key, const Operation& operation) {
        if (auto counted = count_of(operation[0]); counted && operation[1].is_number_integer())
            return node(key == std::string_view("logic.equals") ? "logic.count" : "logic.countNot",
                        {{"list", std::move(*counted)}, {"n", operation[1]}});
        return node(key, {{"a", argument_of(operation[0])}, {"b", argument_of(operation[1])}});
    }

    /// The fields of a reduction that counts how many of them are there.
    static std::optional<Json> count_of(const Json& expression) {
        const Operation reduction = operation_of(expression);
        if (!reduction.is("reduce", 3) || !reduction[0].is_array() || reduction[2] != Json(0)) return std::nullopt;
        static const char* const kCounting = R"({"+":[{"var":"accumulator"},{"if":[{"var":"current.0"},1,0]}]})";
        if (canonical(reduction[1]) != kCounting) return std::nullopt;
        Json fields = Json::array();
        for (const Json& item : reduction[0]) fields.push_back(argument_of(item));
        return fields;
    }

    static Json membership(const char* list_key, const char* set_key, const Operation& operation,
                           const Json& expression) {
        const std::string_view path = path_of(operation[1]);
        if (path.starts_with(kValueSets))
            return node(set_key, {{"a", argument_of(operation[0])}, {"set", path.substr(kValueSets.size())}});
        const Json& list = operation[1];
        if (!list.is_array() ||
            std::any_of(list.begin(), list.end(), [](const Json& item) { return !item.is_primitive(); }))
            return formula(expression);
        Json values = Json::array();
        for (const Json& item : list) values.push_back({{"value", item}});
        return node(list_key, {{"a", argument_of(operation[0])}, {"list", std::move(values)}});
    }

    /// a < b < c says two things.
    static Json comparisons(const Comparison& comparison, const Operation& operation, const Json& expression) {
        const std::size_t count = operation.operands->size();
        if (count != 2 && count != 3) return formula(expression);
        Json::array_t items;
        for (std::size_t i = 0; i + 1 < count; ++i) {
            auto pair = compare(comparison, operation[i], operation[i + 1]);
            if (!pair) return formula(expression);
            items.push_back(std::move(*pair));
        }
        return count == 2 ? std::move(items[0]) : group("logic.all", std::move(items));
    }

    static std::optional<Json> compare(const Comparison& comparison, const Json& left, const Json& right) {
        if (comparison.distant_key == nullptr) {
            // A figure goes behind the field that it bounds.
            const bool is_turned = left.is_number() && !right.is_number();
            const Comparison& turned = *comparison_named(comparison.turned);
            return node((is_turned ? turned : comparison).key,
                        {{"a", argument_of(is_turned ? right : left)}, {"b", argument_of(is_turned ? left : right)}});
        }
        auto a = shifted_of(left);
        auto b = shifted_of(right);
        if (!a || !b) return std::nullopt;
        const bool has_two_units = a->amount != 0 && b->amount != 0 && a->unit != b->unit;
        if (has_two_units) return std::nullopt;
        const std::string unit = a->amount != 0 ? a->unit : b->unit;
        // a + m <= b + n says a <= b + (n - m); where that is negative, the sides change places.
        std::int64_t distance = b->amount - a->amount;
        const Comparison* said = &comparison;
        if (distance < 0) {
            distance = -distance;
            said = comparison_named(comparison.turned);
            std::swap(a, b);
        }
        if (distance == 0) return node(said->key, {{"a", a->base}, {"b", b->base}});
        return node(said->distant_key, {{"a", a->base}, {"b", b->base}, {"n", distance}, {"unit", unit}});
    }
};

// --- formulas
// -------------------------------------------------------------------------------------------------------------

class FormulaWriter {
public:
    std::string text;

    void write(const Json& expression, int depth) {
        if (depth >= kDepthLimit || text.size() >= kFormulaLimit) return;
        const Operation operation = operation_of(expression);
        if (operation.name == "var" && operation.operands->is_string()) {
            text += operation.operands->get<std::string>();
        } else if (operation.name.empty()) {
            write_value(expression, depth);
        } else if (!operation.operands->is_array()) {
            text += canonical(expression);
        } else if (std::isalpha(static_cast<unsigned char>(operation.name[0])) != 0 && operation.name != "and" &&
                   operation.name != "in" && comparison_named(operation.name) == nullptr) {
            text += operation.name;
            write_list(*operation.operands, "(", ", ", ")", depth);
        } else if (operation.operands->size() == 1) {
            text += operation.name;
            write_list(*operation.operands, "(", ", ", ")", depth);
        } else {
            write_list(*operation.operands, "(", " " + std::string(operation.name) + " ", ")", depth);
        }
    }

private:
    void write_value(const Json& value, int depth) {
        if (value.is_array()) return write_list(value, "[", ", ", "]", depth);
        text += canonical(value);
    }

    void write_list(const Json& items, const char* open, const std::string& between, const char* close, int depth) {
        text += open;
        for (std::size_t i = 0; i < items.size() && text.size() < kFormulaLimit; ++i) {
            if (i > 0) text += between;
            write(items[i], depth + 1);
        }
        text += close;
    }
};

/// At most `limit` bytes, never ending within a character.
std::string cut(std::string text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    text.resize(limit);
    return text + "…";
}

// --- parameters
// -----------------------------------------------------------------------------------------------------------

std::string escaped(std::string_view name) {
    std::string text;
    for (const char c : name) {
        if (c == '~')
            text += "~0";
        else if (c == '/')
            text += "~1";
        else
            text += c;
    }
    return text;
}

class ParameterFinder {
public:
    std::vector<Parameter> found;

    void look_at(const Json& expression, const std::string& pointer, int depth) {
        if (depth >= kDepthLimit) return;
        if (expression.is_array()) return look_at_all(expression, pointer, depth);
        const Operation operation = operation_of(expression);
        if (operation.name.empty() || !operation.operands->is_array()) return;
        const std::string below = pointer + "/" + escaped(operation.name);
        if (operation.is("plusTime", 3)) {
            const Json& amount = operation[1];
            if (amount.is_number_integer() && amount != Json(0) && operation[2].is_string())
                add({below + "/1", "amount", amount, operation[2].get<std::string>(), field_of(path_of(operation[0]))});
        } else if (operation.is("in", 2) && operation[1].is_array()) {
            if (is_plain(operation[1])) add({below + "/1", "list", operation[1], "", field_of(path_of(operation[0]))});
        } else if (operation.name == "===" || comparison_named(operation.name) != nullptr) {
            look_at_figures(operation, below);
        }
        look_at_all(*operation.operands, below, depth);
    }

private:
    void add(Parameter parameter) {
        if (found.size() < kParameterLimit) found.push_back(std::move(parameter));
    }

    static bool is_plain(const Json& list) {
        return std::all_of(list.begin(), list.end(),
                           [](const Json& item) { return item.is_string() || item.is_number_integer(); });
    }

    void look_at_all(const Json& items, const std::string& pointer, int depth) {
        for (std::size_t i = 0; i < items.size(); ++i) look_at(items[i], pointer + "/" + std::to_string(i), depth + 1);
    }

    void look_at_figures(const Operation& operation, const std::string& below) {
        std::string field;
        for (const Json& operand : *operation.operands) {
            if (field.empty()) field = field_of(path_of(operand));
        }
        for (std::size_t i = 0; i < operation.operands->size(); ++i) {
            const Json& operand = operation[i];
            const std::string pointer = below + "/" + std::to_string(i);
            if (operand.is_number_integer()) add({pointer, "number", operand, "", field});
            if (operand.is_string()) add({pointer, "choice", operand, "", field});
        }
    }
};

bool fits(const Parameter& parameter, const Json& value) {
    const auto is_code = [](const Json& item) {
        return (item.is_string() && item.get_ptr<const std::string*>()->size() <= 100) || item.is_number_integer();
    };
    if (parameter.kind == "choice") return value.is_string() && is_code(value);
    if (parameter.kind == "list")
        return value.is_array() && value.size() <= kListLimit && std::all_of(value.begin(), value.end(), is_code);
    return value.is_number_integer() && value.get<std::int64_t>() <= kValueLimit &&
           value.get<std::int64_t>() >= -kValueLimit;
}

/// What `pointer`, one that a finder wrote, leads to.
Json& target_of(Json& logic, std::string_view pointer) {
    Json* place = &logic;
    while (!pointer.empty()) {
        const std::size_t end = pointer.find('/', 1);
        const std::string_view token = pointer.substr(1, end == std::string_view::npos ? end : end - 1);
        pointer.remove_prefix(end == std::string_view::npos ? pointer.size() : end);
        if (place->is_array()) {
            std::size_t index = 0;
            for (const char c : token) index = index * 10 + static_cast<std::size_t>(c - '0');
            place = &(*place)[index];
        } else {
            place = &place->get_ptr<Json::object_t*>()->begin()->second;
        }
    }
    return *place;
}

}  // namespace

Json explain(const Json& logic) { return Explainer().sentence(logic, 0); }

std::string formula_of(const Json& expression) {
    FormulaWriter writer;
    writer.write(expression, 0);
    return cut(std::move(writer.text), kFormulaLimit);
}

std::vector<Parameter> parameters_of(const Json& logic) {
    ParameterFinder finder;
    finder.look_at(logic, "", 0);
    return std::move(finder.found);
}

Result<Json> with_parameter(const Json& logic, std::string_view pointer, const Json& value) {
    const auto all = parameters_of(logic);
    const auto found =
        std::find_if(all.begin(), all.end(), [pointer](const Parameter& one) { return one.pointer == pointer; });
    if (found == all.end()) return Error{Errc::rejected, "rules.parameter", "the rule has no such parameter"};
    if (!fits(*found, value)) return Error{Errc::rejected, "rules.value", "not a value for " + found->kind};
    Json changed = logic;
    target_of(changed, pointer) = value;
    return changed;
}

Json to_json(const Parameter& parameter) {
    return {{"pointer", parameter.pointer},
            {"kind", parameter.kind},
            {"value", parameter.value},
            {"unit", parameter.unit},
            {"field", parameter.field}};
}

}  // namespace lachan::certificate
