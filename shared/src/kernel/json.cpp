#include "kernel/json.h"

#include <charconv>
#include <iterator>

#include "kernel/text.h"

namespace lachan {
namespace {

/// Reads RFC 8259 text that is known to be UTF-8, straight into the document, and stops at the first thing outside the limits,
/// before anything is allocated for it. Written by hand because reading is a third of what a record costs the server.
class Reader {
public:
    Reader(std::string_view text, int depth) : at_(text.data()), end_(text.data() + text.size()), depth_(depth) {}

    const char* rule = "json.syntax";

    bool read_all(Json& root) {
        if (!read_value(root)) return false;
        skip_blank();
        return at_ == end_;
    }

private:
    bool stop(const char* why) {
        rule = why;
        return false;
    }

    void skip_blank() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    bool take(char expected) {
        if (at_ == end_ || *at_ != expected) return false;
        ++at_;
        return true;
    }

    bool take_word(std::string_view word) {
        if (static_cast<std::size_t>(end_ - at_) < word.size() || std::string_view(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    bool read_value(Json& out) {
        skip_blank();
        if (at_ == end_) return false;
        switch (*at_) {
            case '{': return read_object(out);
            case '[': return read_array(out);
            case '"': {
                out = Json::value_t::string;
                return read_string(*out.get_ptr<std::string*>());
            }
            case 't': out = true; return take_word("true");
            case 'f': out = false; return take_word("false");
            case 'n': out = nullptr; return take_word("null");
            default: return read_number(out);
        }
    }

    bool read_object(Json& out) {
        ++at_;
        if (--depth_ < 0) return stop("json.depth");
        out = Json::value_t::object;
        auto& members = *out.get_ptr<Json::object_t*>();
        skip_blank();
        if (!take('}')) {
            do {
                skip_blank();
                std::string key;
                if (!read_string(key)) return false;
                // Canonical text has its keys in order: then each belongs at the end.
                const auto place = members.empty() || std::prev(members.end())->first < key ? members.end() : members.lower_bound(key);
                if (place != members.end() && place->first == key) return stop("json.duplicate_key");
                const auto added = members.emplace_hint(place, std::move(key), nullptr);
                skip_blank();
                if (!take(':') || !read_value(added->second)) return false;
                skip_blank();
            } while (take(','));
            if (!take('}')) return false;
        }
        ++depth_;
        return true;
    }

    bool read_array(Json& out) {
        ++at_;
        if (--depth_ < 0) return stop("json.depth");
        out = Json::value_t::array;
        auto& items = *out.get_ptr<Json::array_t*>();
        skip_blank();
        if (!take(']')) {
            do {
                items.emplace_back();
                if (!read_value(items.back())) return false;
                skip_blank();
            } while (take(','));
            if (!take(']')) return false;
        }
        ++depth_;
        return true;
    }

    bool read_string(std::string& out) {
        if (!take('"')) return false;
        const char* from = at_;
        while (at_ != end_) {
            const auto byte = static_cast<unsigned char>(*at_);
            if (byte == '"') {
                out.append(from, at_++);
                return true;
            }
            if (byte < 0x20) return false;
            if (byte != '\\') {
                ++at_;
                continue;
            }
            out.append(from, at_++);
            if (!read_escape(out)) return false;
            from = at_;
        }
        return false;
    }

    bool read_escape(std::string& out) {
        if (at_ == end_) return false;
        switch (*at_++) {
            case '"': out += '"'; return true;
            case '\\': out += '\\'; return true;
            case '/': out += '/'; return true;
            case 'b': out += '\b'; return true;
            case 'f': out += '\f'; return true;
            case 'n': out += '\n'; return true;
            case 'r': out += '\r'; return true;
            case 't': out += '\t'; return true;
            case 'u': return read_code_point(out);
            default: return false;
        }
    }

    bool read_hex(unsigned& out) {
        if (end_ - at_ < 4) return false;
        const auto [stop_at, failure] = std::from_chars(at_, at_ + 4, out, 16);
        if (failure != std::errc() || stop_at != at_ + 4) return false;
        at_ += 4;
        return true;
    }

    /// After `\u`: one escape, or two that make a pair of surrogates. A lone surrogate is no character.
    bool read_code_point(std::string& out) {
        unsigned code = 0;
        if (!read_hex(code)) return false;
        if (code >= 0xDC00 && code <= 0xDFFF) return false;
        if (code >= 0xD800 && code <= 0xDBFF) {
            unsigned low = 0;
            if (!take('\\') || !take('u') || !read_hex(low) || low < 0xDC00 || low > 0xDFFF) return false;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xC0 | (code >> 6));
            put(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            put(0xE0 | (code >> 12));
            put(0x80 | ((code >> 6) & 0x3F));
            put(0x80 | (code & 0x3F));
        } else {
            put(0xF0 | (code >> 18));
            put(0x80 | ((code >> 12) & 0x3F));
            put(0x80 | ((code >> 6) & 0x3F));
            put(0x80 | (code & 0x3F));
        }
        return true;
    }

    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    bool skip_digits() {
        const char* from = at_;
        while (at_ != end_ && is_digit(*at_)) ++at_;
        return at_ != from;
    }

    bool read_number(Json& out) {
        const char* from = at_;
        if (at_ != end_ && *at_ == '-') ++at_;
        const bool zero = at_ != end_ && *at_ == '0';
        if (!skip_digits()) return false;
        if (zero && at_ - from > (*from == '-' ? 2 : 1)) return false;  // 01
        bool fraction = false;
        if (take('.')) {
            if (!skip_digits()) return false;
            fraction = true;
        }
        if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
            ++at_;
            if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
            if (!skip_digits()) return false;
            fraction = true;
        }
        std::int64_t value = 0;
        if (fraction || std::from_chars(from, at_, value).ec != std::errc()) return stop("json.number");
        out = value;
        return true;
    }

    const char* at_;
    const char* end_;
    int depth_;
};

/// Writes the canonical form. Everything `parse_json` gives is written here; what it never gives (binary, fractions, bytes that are
/// no UTF-8) is left to the library.
class Writer {
public:
    std::string out;

    void write(const Json& value) {
        switch (value.type()) {
            case Json::value_t::object: write_object(*value.get_ptr<const Json::object_t*>()); break;
            case Json::value_t::array: write_array(*value.get_ptr<const Json::array_t*>()); break;
            case Json::value_t::string: write_string(*value.get_ptr<const std::string*>()); break;
            case Json::value_t::boolean: out += value.get<bool>() ? "true" : "false"; break;
            case Json::value_t::null: out += "null"; break;
            case Json::value_t::number_integer: write_integer(value.get<std::int64_t>()); break;
            case Json::value_t::number_unsigned: write_integer(value.get<std::uint64_t>()); break;
            default: out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
        }
    }

private:
    template <class Number>
    void write_integer(Number number) {
        char digits[24];
        out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    }

    void write_object(const Json::object_t& members) {
        char before = '{';
        for (const auto& member : members) {
            out += before;
            before = ',';
            write_string(member.first);
            out += ':';
            write(member.second);
        }
        if (members.empty()) out += '{';
        out += '}';
    }

    void write_array(const Json::array_t& items) {
        char before = '[';
        for (const Json& item : items) {
            out += before;
            before = ',';
            write(item);
        }
        if (items.empty()) out += '[';
        out += ']';
    }

    void write_string(const std::string& text) {
        if (!is_utf8(text)) {
            out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
            return;
        }
        out += '"';
        std::size_t from = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto byte = static_cast<unsigned char>(text[i]);
            if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
            out.append(text, from, i - from);
            from = i + 1;
            write_escape(byte);
        }
        out.append(text, from);
        out += '"';
    }

    void write_escape(unsigned char byte) {
        constexpr char kHex[] = "0123456789abcdef";
        switch (byte) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\b': out += "\\b"; break;
            case '\f': out += "\\f"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                out += "\\u00";
                out += kHex[byte >> 4];
                out += kHex[byte & 0xF];
        }
    }
};

const Json kNull;

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes) return Error{Errc::malformed, "json.size", "text too long"};
    if (!is_utf8(text)) return Error{Errc::malformed, "json.utf8", "not UTF-8"};
    Json root;
    Reader reader(text, limits.depth);
    if (!reader.read_all(root)) return Error{Errc::malformed, reader.rule, "cannot be read"};
    return root;
}

std::string canonical(const Json& value) {
    Writer writer;
    writer.write(value);
    return std::move(writer.out);
}

bool all_nfc(const Json& value) {
    if (value.is_string()) return is_nfc(*value.get_ptr<const std::string*>());
    if (value.is_array()) {
        for (const Json& item : value) {
            if (!all_nfc(item)) return false;
        }
    }
    if (value.is_object()) {
        for (const auto& member : *value.get_ptr<const Json::object_t*>()) {
            if (!is_nfc(member.first) || !all_nfc(member.second)) return false;
        }
    }
    return true;
}

const Json& at(const Json& object, const char* key) {
    if (!object.is_object()) return kNull;
    const auto found = object.find(std::string_view(key));  // measured once, not once for each key it is compared with
    return found == object.end() ? kNull : *found;
}

std::string_view text_at(const Json& object, const char* key) {
    const Json& value = at(object, key);
    return value.is_string() ? std::string_view(*value.get_ptr<const std::string*>()) : std::string_view();
}

std::int64_t int_at(const Json& object, const char* key, std::int64_t other) {
    const Json& value = at(object, key);
    return value.is_number_integer() ? value.get<std::int64_t>() : other;
}

}  // namespace lachan
