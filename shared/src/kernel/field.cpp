#include "kernel/field.h"

#include <algorithm>
#include <numeric>

#include "kernel/text.h"

namespace lachan {
namespace {

/// Longest text of a field that names no bound of its own: nobody types more, and a body must stay small.
constexpr std::int64_t kLongestText = 500;

void check_list(const FieldList& list, const Json& body, const std::string& prefix, Violations& out);
void check_fields(const FieldValues& found, const Json& body, const std::string& prefix, Violations& out);

Json bounds(const FieldSpec& spec) {
    Json params = Json::object();
    if (spec.min != INT64_MIN) params["min"] = spec.min;
    if (spec.max != INT64_MAX) params["max"] = spec.max;
    return params;
}

std::string rule_or(const FieldSpec& spec, const char* other) {
    return spec.rule_id.empty() ? std::string(other) : std::string(spec.rule_id);
}

/// Where a value stands in the body; written out only when something is wrong with it.
struct Path {
    const std::string& prefix;
    std::string_view name;
    std::string text() const { return prefix + std::string(name); }
};

/// A text area may hold line breaks and tabs; a one-line field holds no control character at all.
bool is_visible(const FieldSpec& spec, const std::string& text) {
    if (spec.control_name != "textarea") return !has_control(text);
    std::string one_line = text;
    std::replace_if(one_line.begin(), one_line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return !has_control(one_line);
}

void check_text(const FieldSpec& spec, const Json& value, const Path& path, Violations& out) {
    const auto& text = *value.get_ptr<const std::string*>();
    if (!is_nfc(text) || !is_visible(spec, text)) {
        out.push_back({path.text(), "field.text"});
        return;
    }
    if (spec.is_required && trim(text).empty()) {
        out.push_back({path.text(), "field.required"});
        return;
    }
    const auto length = static_cast<std::int64_t>(code_points(text));
    const std::int64_t longest = spec.max == INT64_MAX ? kLongestText : spec.max;
    if (length > longest || length < spec.min) {
        out.push_back({path.text(), rule_or(spec, "field.length"), {{"min", std::max<std::int64_t>(spec.min, 0)}, {"max", longest}}});
    }
}

void check_value(const FieldSpec& spec, const Json& value, const Path& path, Violations& out) {
    if (!has_type(spec, value)) {
        out.push_back({path.text(), "field.type", {{"expected", name_of(spec.type)}}});
        return;
    }
    switch (spec.type) {
        case FieldType::text:
        case FieldType::unit:
        case FieldType::country: check_text(spec, value, path, out); break;
        case FieldType::integer: {
            const auto number = value.get<std::int64_t>();
            if (number < spec.min || number > spec.max) out.push_back({path.text(), rule_or(spec, "field.range"), bounds(spec)});
            break;
        }
        case FieldType::choice: {
            const std::string_view code = *value.get_ptr<const std::string*>();
            if (std::find(spec.choice_list.begin(), spec.choice_list.end(), code) == spec.choice_list.end()) {
                out.push_back({path.text(), "field.choice"});
            }
            break;
        }
        case FieldType::day:
            if (!Day::parse(*value.get_ptr<const std::string*>())) out.push_back({path.text(), "field.day"});
            break;
        case FieldType::list: {
            const auto count = static_cast<std::int64_t>(value.size());
            if (count < spec.min || count > spec.max) out.push_back({path.text(), rule_or(spec, "field.items"), bounds(spec)});
            // A list far over its bound is not walked: its length is the whole complaint.
            for (std::size_t i = 0; i < value.size() && count <= spec.max; ++i) {
                check_list(*spec.items, value[i], path.text() + '[' + std::to_string(i) + "].", out);
            }
            break;
        }
        case FieldType::boolean: break;
    }
}

void check_list(const FieldList& list, const Json& body, const std::string& prefix, Violations& out) {
    if (!body.is_object()) {
        out.push_back({prefix.empty() ? prefix : prefix.substr(0, prefix.size() - 1), "field.type", {{"expected", "object"}}});
        return;
    }
    check_fields(FieldValues(list, body), body, prefix, out);
}

void check_fields(const FieldValues& found, const Json& body, const std::string& prefix, Violations& out) {
    const FieldList& list = *found.list;
    for (std::size_t i = 0; i < list.fields.size(); ++i) {
        const FieldSpec& spec = list.fields[i];
        const Json* const value = found.values[i];
        const bool answered = value && !value->is_null();
        if (!spec.when_field.empty()) {
            const auto other = body.find(spec.when_field);
            if (other == body.end() || *other != spec.when_value) {
                if (answered) out.push_back({prefix + std::string(spec.name), "field.not_applicable"});
                continue;
            }
        }
        if (answered) {
            check_value(spec, *value, {prefix, spec.name}, out);
        } else if (spec.is_required) {
            out.push_back({prefix + std::string(spec.name), "field.required"});
        } else if (value) {
            out.push_back({prefix + std::string(spec.name), "field.type", {{"expected", name_of(spec.type)}}});
        }
    }
    if (!found.has_unknown) return;
    for (const auto& [key, value] : body.items()) {
        // The name of an unknown key comes from outside: it is shown only as far as it is a plain word.
        if (list.find(key)) continue;
        const bool plain = key.size() <= 40 && std::all_of(key.begin(), key.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        });
        out.push_back({prefix + (plain ? key : std::string("?")), "field.unknown"});
    }
}

}  // namespace

// The day and the code lists are looked at afterwards.
bool has_type(const FieldSpec& spec, const Json& value) {
    switch (spec.type) {
        case FieldType::integer: return value.is_number_integer();
        case FieldType::boolean: return value.is_boolean();
        case FieldType::list: return value.is_array();
        default: return value.is_string();
    }
}

Json to_json(const Violation& violation) {
    Json object{{"field", violation.field}, {"rule", violation.rule}};
    if (!violation.params.is_null()) object["params"] = violation.params;
    if (violation.warning) object["warning"] = true;
    return object;
}

Json to_json(const Violations& violations) {
    Json list = Json::array();
    for (const Violation& violation : violations) list.push_back(to_json(violation));
    return list;
}

const char* name_of(FieldType type) {
    switch (type) {
        case FieldType::text: return "text";
        case FieldType::integer: return "int";
        case FieldType::boolean: return "bool";
        case FieldType::choice: return "choice";
        case FieldType::day: return "day";
        case FieldType::unit: return "unit";
        case FieldType::country: return "country";
        case FieldType::list: return "list";
    }
    return "text";
}

FieldList::FieldList(std::vector<FieldSpec> list) : fields(std::move(list)), by_name(fields.size()) {
    std::iota(by_name.begin(), by_name.end(), 0U);
    std::sort(by_name.begin(), by_name.end(), [this](std::uint32_t a, std::uint32_t b) { return fields[a].name < fields[b].name; });
}

FieldValues::FieldValues(const FieldList& the_list, const Json& body) : list(&the_list), values(the_list.fields.size()) {
    auto place = list->by_name.begin();
    for (const auto& [key, value] : *body.get_ptr<const Json::object_t*>()) {
        int order = -1;
        while (place != list->by_name.end() && (order = list->fields[*place].name.compare(key)) < 0) ++place;
        if (order == 0) values[*place] = &value;
        if (order != 0) has_unknown = true;
    }
}

const FieldSpec* FieldList::find(std::string_view name) const {
    for (const FieldSpec& spec : fields) {
        if (spec.name == name) return &spec;
    }
    return nullptr;
}

Violations check_shape(const FieldList& list, const Json& body) {
    Violations out;
    check_list(list, body, "", out);
    return out;
}

Violations check_shape(const FieldValues& found, const Json& body) {
    Violations out;
    check_fields(found, body, "", out);
    return out;
}

Json describe(const FieldList& list) {
    Json out = Json::array();
    for (const FieldSpec& spec : list.fields) {
        Json item{{"name", spec.name}, {"type", name_of(spec.type)}, {"required", spec.is_required}};
        if (!spec.rule_id.empty()) item["rule"] = spec.rule_id;
        if (!spec.section_name.empty()) item["section"] = spec.section_name;
        if (!spec.control_name.empty()) item["control"] = spec.control_name;
        const bool counted = spec.type == FieldType::list || spec.type == FieldType::integer;
        if (spec.min != INT64_MIN) item[counted ? "min" : "minLength"] = spec.min;
        if (spec.max != INT64_MAX) item[counted ? "max" : "maxLength"] = spec.max;
        if (!spec.choice_list.empty()) item["choices"] = spec.choice_list;
        if (spec.items) item["fields"] = describe(*spec.items);
        if (!spec.when_field.empty()) item["when"] = {{"field", spec.when_field}, {"equals", spec.when_value}};
        out.push_back(std::move(item));
    }
    return out;
}

}  // namespace lachan
