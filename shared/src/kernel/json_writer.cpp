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

void JsonWriter::number(std::int64_t value) { raw(std::to_string(value)); }

}  // namespace lachan
