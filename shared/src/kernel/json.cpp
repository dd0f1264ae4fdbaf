#include "kernel/json.h"

#include <unordered_set>
#include <vector>

#include "kernel/text.h"

namespace lachan {
namespace {

/// Builds the document through the library's own DOM handler and stops the parser at the first thing outside the limits,
/// before anything is allocated for it.
class LimitedSax final : public nlohmann::json_sax<Json> {
public:
    LimitedSax(Json& root, int depth) : dom_(root, false), depth_(depth) {}

    const char* rule = "json.syntax";

    bool null() override { return dom_.null(); }
    bool boolean(bool value) override { return dom_.boolean(value); }
    bool number_integer(number_integer_t value) override { return dom_.number_integer(value); }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<number_unsigned_t>(INT64_MAX)) return stop("json.number");
        return dom_.number_integer(static_cast<number_integer_t>(value));
    }
    bool number_float(number_float_t, const string_t&) override { return stop("json.number"); }
    bool string(string_t& value) override { return dom_.string(value); }
    bool binary(binary_t&) override { return stop("json.syntax"); }

    bool start_object(std::size_t size) override {
        keys_.emplace_back();
        return deeper() && dom_.start_object(size);
    }
    bool key(string_t& value) override {
        if (!keys_.back().insert(value).second) return stop("json.duplicate_key");
        return dom_.key(value);
    }
    bool end_object() override {
        keys_.pop_back();
        ++depth_;
        return dom_.end_object();
    }
    bool start_array(std::size_t size) override { return deeper() && dom_.start_array(size); }
    bool end_array() override {
        ++depth_;
        return dom_.end_array();
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    bool stop(const char* why) {
        rule = why;
        return false;
    }
    bool deeper() { return --depth_ >= 0 || stop("json.depth"); }

    nlohmann::detail::json_sax_dom_parser<Json> dom_;
    int depth_;
    std::vector<std::unordered_set<std::string>> keys_;
};

const Json kNull;

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes) return Error{Errc::malformed, "json.size", "text too long"};
    if (!is_utf8(text)) return Error{Errc::malformed, "json.utf8", "not UTF-8"};
    Json root;
    LimitedSax sax(root, limits.depth);
    if (!Json::sax_parse(text.begin(), text.end(), &sax)) return Error{Errc::malformed, sax.rule, "cannot be read"};
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
        for (const auto& [key, item] : value.items()) {
            if (!is_nfc(key) || !all_nfc(item)) return false;
        }
    }
    return true;
}

const Json& at(const Json& object, const char* key) {
    if (!object.is_object()) return kNull;
    const auto found = object.find(key);
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
