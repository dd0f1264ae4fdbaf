#include "kernel/json.h"

#include <iterator>
#include <vector>

#include "kernel/text.h"

namespace lachan {
namespace {

/// Builds the document from the library's events and stops the parser at the first thing outside the limits, before anything is
/// allocated for it. The library's own handler overwrites a key that comes twice; this one sees it.
class Document final : public nlohmann::json_sax<Json> {
public:
    Document(Json& root, int depth) : root_(root), depth_(depth) {}

    const char* rule = "json.syntax";

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(value); }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<number_unsigned_t>(INT64_MAX)) return stop("json.number");
        return put(static_cast<number_integer_t>(value));
    }
    bool number_float(number_float_t, const string_t&) override { return stop("json.number"); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return stop("json.syntax"); }

    bool start_object(std::size_t) override { return open(Json::value_t::object); }
    bool key(string_t& value) override {
        auto& members = *stack_.back()->get_ptr<Json::object_t*>();
        // Canonical text has its keys in order: then each belongs at the end.
        const bool last = members.empty() || std::prev(members.end())->first < value;
        const auto place = last ? members.end() : members.lower_bound(value);
        if (place != members.end() && place->first == value) return stop("json.duplicate_key");
        member_ = &members.emplace_hint(place, std::move(value), nullptr)->second;
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::value_t::array); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    bool stop(const char* why) {
        rule = why;
        return false;
    }

    /// Where the next value goes: the document, the end of an array, or the member whose key was read last.
    Json& next() {
        if (stack_.empty()) return root_;
        if (auto* items = stack_.back()->get_ptr<Json::array_t*>()) return items->emplace_back();
        return *member_;
    }
    template <class Value>
    bool put(Value&& value) {
        next() = std::forward<Value>(value);
        return true;
    }
    bool open(Json::value_t type) {
        if (--depth_ < 0) return stop("json.depth");
        Json& value = next();
        value = type;
        stack_.push_back(&value);
        return true;
    }
    bool close() {
        ++depth_;
        stack_.pop_back();
        return true;
    }

    Json& root_;
    int depth_;
    Json* member_ = nullptr;
    std::vector<Json*> stack_;
};

const Json kNull;

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes) return Error{Errc::malformed, "json.size", "text too long"};
    if (!is_utf8(text)) return Error{Errc::malformed, "json.utf8", "not UTF-8"};
    // The library would pass over a byte order mark; RFC 8259 lets nobody send one.
    if (text.substr(0, 3) == "\xEF\xBB\xBF") return Error{Errc::malformed, "json.syntax", "a byte order mark"};
    Json root;
    Document document(root, limits.depth);
    if (!Json::sax_parse(text.begin(), text.end(), &document)) return Error{Errc::malformed, document.rule, "cannot be read"};
    return root;
}

std::string canonical(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

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
