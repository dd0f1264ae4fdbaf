#pragma once

#include <string>
#include <string_view>

#include "kernel/json.h"

namespace lachan {

/// JSON written as it goes, for answers that are made thousands of times a second: there a tree of values costs more than what it
/// says. The text is in canonical form when the caller names the members in byte order.
class JsonWriter {
public:
    explicit JsonWriter(std::size_t about) { text_.reserve(about); }

    void open_object() { open('{'); }
    void close_object() { close('}'); }
    void open_array() { open('['); }
    void close_array() { close(']'); }
    /// The name of the next member: a plain word of ours, nothing to escape.
    void key(std::string_view name);
    void text(std::string_view value);
    void number(std::int64_t value);
    void null() { raw("null"); }
    void boolean(bool value) { raw(value ? "true" : "false"); }
    /// As `canonical` writes it.
    void tree(const Json& value);

    std::string take() { return std::move(text_); }

private:
    void open(char sign);
    void close(char sign);
    void raw(std::string_view value);
    void separate();

    std::string text_;
    bool is_first_ = true;
};

}  // namespace lachan
