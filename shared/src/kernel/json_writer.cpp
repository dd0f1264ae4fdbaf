#include "kernel/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "kernel/text.h"

namespace lachan {
namespace {

/// RFC 8259 section 7: what may not stand in a string as it is.
bool is_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

}  // namespace

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
    // Whatever has signs to escape, or bytes that are no UTF-8, is left to the library.
    if (std::any_of(value.begin(), value.end(), is_escaped) || !is_utf8(value)) return raw(canonical(Json(value)));
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

void JsonWriter::number(std::int64_t value) {
    std::array<char, 20> digits;  // as long as the least of all
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace lachan
