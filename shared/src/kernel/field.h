#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan {

/// One thing that is not acceptable in somebody's input: where, by which rule, and the numbers the message needs.
/// `field` is a path as in the form: "fullName", "places[0].from".
struct Violation {
    std::string field;
    std::string rule;
    Json params = nullptr;
    bool warning = false;  ///< shown, but does not keep the record from being made
    bool operator==(const Violation&) const = default;
};
using Violations = std::vector<Violation>;

Json to_json(const Violation& violation);
Json to_json(const Violations& violations);

// The types a field of a record can have. All are optional: "not answered" is a state of its own (DOMAIN 2.7).
using Text = std::optional<std::string>;
using Integer = std::optional<std::int64_t>;
using Answer = std::optional<bool>;
using Date = std::optional<Day>;

enum class FieldType { text, integer, boolean, choice, day, unit, country, list };
const char* name_of(FieldType type);

struct FieldList;

/// One field of a record, described once. From it come reading and writing JSON, the checks of shape, the form on the page,
/// the TypeScript types and the OpenAPI schema. Bounds: length in code points for text, value for integers, items for lists.
struct FieldSpec {
    std::string_view name;
    FieldType type = FieldType::text;
    std::string_view rule_id;  ///< rule named when the bounds or the choices are broken
    std::string_view section_name;
    std::string_view control_name;  ///< hint for the form: "date", "phone", "textarea"; never a rule
    bool is_required = false;
    std::int64_t min = INT64_MIN;
    std::int64_t max = INT64_MAX;
    std::vector<std::string_view> choice_list;
    const FieldList* items = nullptr;
    std::string_view when_field;  ///< the field applies only when this other one...
    Json when_value = nullptr;    ///< ...has this value

    void (*read)(const Json& value, void* record) = nullptr;
    void (*write)(const void* record, Json& object, std::string_view name) = nullptr;

    FieldSpec& required() { is_required = true; return *this; }
    FieldSpec& rule(std::string_view id) { rule_id = id; return *this; }
    FieldSpec& section(std::string_view s) { section_name = s; return *this; }
    FieldSpec& control(std::string_view c) { control_name = c; return *this; }
    FieldSpec& within(std::int64_t low, std::int64_t high) { min = low; max = high; return *this; }
    FieldSpec& choices(std::vector<std::string_view> list) { type = FieldType::choice; choice_list = std::move(list); return *this; }
    FieldSpec& unit() { type = FieldType::unit; return *this; }
    FieldSpec& country() { type = FieldType::country; return *this; }
    FieldSpec& when(std::string_view field, Json value) { when_field = field; when_value = std::move(value); return *this; }
};

struct FieldList {
    std::vector<FieldSpec> fields;
    std::vector<std::uint32_t> by_name;  ///< places in `fields`, in byte order of the names

    FieldList() = default;
    FieldList(std::vector<FieldSpec> list);
    const FieldSpec* find(std::string_view name) const;
};

/// The members of a body by the place of their field in the list, null where there is none.
struct FieldValues {
    const FieldList* list;
    std::vector<const Json*> values;
    bool has_unknown = false;

    /// One walk along both, which are in the same order. `body` is an object; it and the list outlive this.
    FieldValues(const FieldList& list, const Json& body);
};

namespace detail {

template <class T>
struct MemberOf;
template <class Owner, class Value>
struct MemberOf<Value Owner::*> {
    using owner = Owner;
    using value = Value;
};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
constexpr FieldType type_of() {
    if constexpr (std::is_same_v<T, Text>) return FieldType::text;
    else if constexpr (std::is_same_v<T, Integer>) return FieldType::integer;
    else if constexpr (std::is_same_v<T, Answer>) return FieldType::boolean;
    else if constexpr (std::is_same_v<T, Date>) return FieldType::day;
    else { static_assert(IsVector<T>::value, "a field is Text, Integer, Answer, Date or a list of records"); return FieldType::list; }
}

}  // namespace detail

/// The field list of a record type, specialised beside the type. Used by lists of records inside records.
template <class Item>
const FieldList& fields_of();

/// Whether `value` has the JSON type of the field.
bool has_type(const FieldSpec& spec, const Json& value);

/// Reads the fields of a body that can be read: one that is missing or of another type stays unanswered, so that the rules of the
/// others can be looked at while somebody types. `check_shape` names what was left out.
template <class Record>
Record read_record(const FieldValues& found) {
    Record record;
    for (std::size_t i = 0; i < found.values.size(); ++i) {
        const FieldSpec& spec = found.list->fields[i];
        if (found.values[i] && has_type(spec, *found.values[i])) spec.read(*found.values[i], &record);
    }
    return record;
}
template <class Record>
Record read_record(const FieldList& list, const Json& body) {
    return body.is_object() ? read_record<Record>(FieldValues(list, body)) : Record();
}

/// Writes the answered fields only: an unanswered field has no key.
template <class Record>
Json write_record(const FieldList& list, const Record& record) {
    Json object = Json::object();
    for (const FieldSpec& spec : list.fields) spec.write(&record, object, spec.name);
    return object;
}

/// Describes one member: `field<&Population::full_name>("fullName")`. The type of the field is that of the member.
template <auto Member>
FieldSpec field(std::string_view name) {
    using Owner = typename detail::MemberOf<decltype(Member)>::owner;
    using Value = typename detail::MemberOf<decltype(Member)>::value;
    FieldSpec spec;
    spec.name = name;
    spec.type = detail::type_of<Value>();
    if constexpr (detail::IsVector<Value>::value) {
        using Item = typename Value::value_type;
        spec.items = &fields_of<Item>();
        spec.read = [](const Json& value, void* record) {
            for (const Json& item : value) {
                (static_cast<Owner*>(record)->*Member).push_back(read_record<Item>(fields_of<Item>(), item));
            }
        };
        spec.write = [](const void* record, Json& object, std::string_view key) {
            const auto& items = static_cast<const Owner*>(record)->*Member;
            if (items.empty()) return;
            Json list = Json::array();
            for (const Item& item : items) list.push_back(write_record(fields_of<Item>(), item));
            object[std::string(key)] = std::move(list);
        };
    } else {
        spec.read = [](const Json& value, void* record) {
            auto& member = static_cast<Owner*>(record)->*Member;
            if constexpr (std::is_same_v<Value, Date>) {
                if (auto day = Day::parse(*value.get_ptr<const std::string*>())) member = *day;
            } else {
                member = value.get<typename Value::value_type>();
            }
        };
        spec.write = [](const void* record, Json& object, std::string_view key) {
            const auto& member = static_cast<const Owner*>(record)->*Member;
            if (!member) return;
            if constexpr (std::is_same_v<Value, Date>) object[std::string(key)] = to_string(*member);
            else object[std::string(key)] = *member;
        };
    }
    return spec;
}

/// Everything that can be said of `body` by its field list alone: unknown keys, missing required fields, wrong types, bounds,
/// choices, text that is not NFC or holds control characters, fields that do not apply. Violations come in the order of the list.
/// Rules: field.unknown, field.required, field.type, field.text, field.length, field.choice, field.day, field.not_applicable,
/// or the field's own rule for its bounds.
Violations check_shape(const FieldList& list, const Json& body);
/// The same for a body whose members are found already.
Violations check_shape(const FieldValues& found, const Json& body);

/// The field list as the form reads it: [{name, type, required, rule, section, ...}].
Json describe(const FieldList& list);

}  // namespace lachan
