#include "kernel/json_writer.h"

#include <algorithm>

namespace lachan {

void JsonWriter::separate() {
    if (!is_first_) text_ += ',';
    is_first_ = false;
}

void JsonWriter::open(char sign) {
    separate();
    text_ += sign;
    is_first_ = true;
}

void JsonWriter::close(char sign) {
    text_ += sign;
    is_first_ = false;
}

void JsonWriter::raw(std::string_view value) {
    separate();
    text_ += value;
}

void JsonWriter::key(std::string_view name) {
    separate();
    text_ += '"';
    text_ += name;
    text_ += "\":";
    is_first_ = true;  // between a name and its value stands no comma
}

void JsonWriter::text(std::string_view value) {
    const bool is_plain = std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; });
    // Whatever has signs to escape, or bytes that might be no UTF-8, is left to the library.
    if (!is_plain) return raw(canonical(Json(value)));
    separate();
    text_ += '"';
    text_ += value;
    text_ += '"';
}

void JsonWriter::tree(const Json& value) {
    switch (value.type()) {
        case Json::value_t::object:
            open_object();
            for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
                text(name);
                text_ += ':';
                is_first_ = true;
                tree(member);
            }
            return close_object();
        case Json::value_t::array:
            open_array();
            for (const Json& entry : value) tree(entry);
            return close_array();
        case Json::value_t::string: return text(value.get_ref<const std::string&>());
        case Json::value_t::number_integer: return number(value.get<std::int64_t>());
        case Json::value_t::boolean: return boolean(value.get<bool>());
        default: return raw(canonical(value));
    }
}

void JsonWriter::number(std::int64_t value) { raw(std::to_string(value)); }

}  // namespace lachan
