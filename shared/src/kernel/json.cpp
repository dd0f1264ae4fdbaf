#include "kernel/json.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <vector>

#include "kernel/canonical_texts.h"
#include "kernel/place.h"
#include "kernel/text.h"

namespace lachan {
namespace {

using Stream = rapidjson::MemoryStream;

/// Whether the text of an object that could be read, with its keys in order, is what `canonical` would write: no blank
/// between the signs, no escape in a string (so that none is there that need not be), no minus before a zero.
bool is_compact(std::string_view text) {
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\') return false;
        if (c == '"') in_string = !in_string;
        if (in_string) continue;
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') return false;
        if (c == '-' && text[i + 1] == '0') return false;
    }
    return true;
}

/// Builds the document from the reader's events (docs/adr/0030) and stops it at the first thing outside the limits,
/// before anything is allocated for it.
class Document {
public:
    Document(std::string_view text, int depth, CanonicalTexts* texts)
        : stream(text.data(), text.size()),
          text_(text),
          escapes_(text.find('\\') != std::string_view::npos),
          depth_(depth),
          texts_(texts) {}

    Stream stream;
    Json root;
    const char* rule = "json.syntax";

    bool Null() { return put(nullptr); }
    bool Bool(bool value) { return put(value); }
    bool Int(int value) { return put(std::int64_t{value}); }
    bool Uint(unsigned value) { return put(std::int64_t{value}); }
    bool Int64(std::int64_t value) { return put(value); }
    // Above INT64_MAX, since what is smaller came as Int64.
    bool Uint64(std::uint64_t value) {
        return value <= INT64_MAX ? put(static_cast<std::int64_t>(value)) : stop("json.number");
    }
    bool Double(double) { return stop("json.number"); }
    /// All numbers, where fractions are allowed: the reader's own way to the nearest fraction shifts by an undefined count for 0e91.
    bool RawNumber(const char* data, rapidjson::SizeType size, bool) {
        const std::string digits(data, size);
        if (digits.find_first_of(".eE") != std::string::npos) {
            const double value = std::strtod(digits.c_str(), nullptr);
            return std::isfinite(value) ? put(value) : stop("json.number");
        }
        std::int64_t value = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return read.ec == std::errc() ? put(value) : stop("json.number");
    }
    bool String(const char* data, rapidjson::SizeType size, bool) {
        const std::string_view value(data, size);
        return is_text(value) && put(std::string(value));
    }

    bool StartObject() { return open(Json::value_t::object); }
    bool Key(const char* data, rapidjson::SizeType size, bool) {
        const std::string_view name(data, size);
        if (!is_text(name)) return false;
        auto& members = *stack_.back().value->get_ptr<Json::object_t*>();
        // Canonical text has its keys in order: then each belongs at the end.
        const bool last = members.empty() || std::prev(members.end())->first < name;
        if (!last) unsorted_ = stream.Tell();
        const auto place = last ? members.end() : members.lower_bound(name);
        if (place != members.end() && place->first == name) return stop("json.duplicate_key");
        member_ = &members.emplace_hint(place, name, nullptr)->second;
        return true;
    }
    bool EndObject(rapidjson::SizeType) {
        const Open closed = stack_.back();
        close();
        if (!texts_ || !closed.is_member || static_cast<int>(stack_.size()) + 1 != texts_->depth()) return true;
        const std::string_view text = text_.substr(closed.begin, stream.Tell() - closed.begin);
        if (unsorted_ <= closed.begin && is_compact(text)) texts_->add(*closed.value, text);
        return true;
    }
    bool StartArray() { return open(Json::value_t::array); }
    bool EndArray(rapidjson::SizeType) {
        close();
        return true;
    }

private:
    /// An object or array whose end has not been read yet.
    struct Open {
        Json* value;
        std::size_t begin;  ///< place of its bracket in the text
        bool is_member;     ///< of an object: then its address stays what it is
    };

    bool stop(const char* why) {
        rule = why;
        return false;
    }

    /// The reader takes the second half of a surrogate pair alone (\\udc00) for a code point. The document is UTF-8, so
    /// that such bytes can only come from an escape.
    bool is_text(std::string_view value) const {
        if (!escapes_) return true;
        for (std::size_t i = value.find('\xED'); i != std::string_view::npos && i + 1 < value.size(); i = value.find('\xED', i + 1)) {
            if (static_cast<unsigned char>(value[i + 1]) >= 0xA0) return false;
        }
        return true;
    }

    bool in_object() const { return !stack_.empty() && stack_.back().value->is_object(); }
    /// Where the next value goes: the document, the end of an array, or the member whose key was read last.
    Json& next() {
        if (stack_.empty()) return root;
        if (auto* items = stack_.back().value->get_ptr<Json::array_t*>()) return items->emplace_back();
        return *member_;
    }
    template <class Value>
    bool put(Value&& value) {
        next() = std::forward<Value>(value);
        return true;
    }
    bool open(Json::value_t type) {
        if (--depth_ < 0) return stop("json.depth");
        const bool is_member = in_object();
        Json& value = next();
        value = type;
        stack_.push_back({&value, stream.Tell() - 1, is_member});
        return true;
    }
    void close() {
        ++depth_;
        stack_.pop_back();
    }

    std::string_view text_;
    bool escapes_;
    int depth_;
    CanonicalTexts* texts_;
    std::size_t unsorted_ = 0;  ///< place of the last key that was not behind the keys before it
    Json* member_ = nullptr;
    std::vector<Open> stack_;
};

Result<Json> read(std::string_view text, JsonLimits limits, CanonicalTexts* texts) {
    if (text.size() > limits.bytes) return Error{Errc::malformed, "json.size", "more than " + std::to_string(limits.bytes) + " bytes"};
    if (!is_utf8(text)) return Error{Errc::malformed, "json.utf8", "line " + std::to_string(line_without_utf8(text)) + ": not UTF-8"};
    Document document(text, limits.depth, texts);
    rapidjson::Reader reader;
    // The reader calls itself for what is nested: the handler has stopped it before that is deep. A null character ends
    // the stream for it, so that the end of the text is looked at once more.
    const auto result = limits.fractions ? reader.Parse<rapidjson::kParseNumbersAsStringsFlag>(document.stream, document)
                                         : reader.Parse(document.stream, document);
    const bool whole = !result.IsError() && document.stream.Tell() == text.size();
    if (!whole) {
        const std::size_t offset = result.IsError() ? result.Offset() : document.stream.Tell();
        return Error{Errc::malformed, document.rule, "cannot be read at " + place_of(text, offset)};
    }
    return std::move(document.root);
}

const Json kNull;

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) { return read(text, limits, nullptr); }
Result<Json> parse_json(std::string_view text, JsonLimits limits, CanonicalTexts& texts) {
    return read(text, limits, &texts);
}

std::string_view CanonicalTexts::of(const Json& object) const {
    const auto found = texts_.find(&object);
    return found == texts_.end() ? std::string_view() : found->second;
}

std::string canonical(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

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
