#include "epi/request.h"

#include <algorithm>
#include <cmath>

#include "epi/table.h"

namespace lachan::epi {
namespace {

Error wrong(const std::string& key, const std::string& what) { return Error{Errc::malformed, "epi.request", key + ": " + what}; }

}  // namespace

Result<Request> Request::read(const Json& value, std::initializer_list<std::string_view> keys) {
    if (!value.is_object()) return wrong("request", "not an object");
    for (const auto& [key, member] : value.items()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) return wrong(shown(key), "unknown here");
    }
    return Request(value);
}

Result<std::string_view> Request::text(const char* key) const {
    const Json& found = at(*value_, key);
    if (!found.is_string()) return wrong(key, has(key) ? "a text is expected" : "is missing");
    return std::string_view(found.get_ref<const std::string&>());
}

Result<double> Request::number(const char* key) const {
    const Json& found = at(*value_, key);
    if (!found.is_number()) return wrong(key, has(key) ? "a number is expected" : "is missing");
    return found.get<double>();
}

Result<double> Request::number(const char* key, double otherwise) const {
    if (!has(key)) return otherwise;
    return number(key);
}

Result<std::int64_t> Request::integer(const char* key, std::int64_t otherwise, std::int64_t least, std::int64_t most) const {
    if (!has(key)) return otherwise;
    const double value = TRY(number(key));
    const bool fits = value == std::floor(value) && value >= static_cast<double>(least) && value <= static_cast<double>(most);
    if (!fits) return wrong(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most) + " is expected");
    return static_cast<std::int64_t>(value);
}

Result<std::size_t> Request::word(const char* key, std::initializer_list<std::string_view> words) const {
    if (!has(key)) return std::size_t{0};
    const std::string_view word = TRY(text(key));
    const auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    std::string all;
    for (const std::string_view one : words) all += (all.empty() ? "" : ", ") + std::string(one);
    return wrong(key, "one of: " + all);
}

Result<std::vector<double>> Request::numbers(const char* key, std::vector<double> otherwise) const {
    if (!has(key)) return otherwise;
    const Json& found = at(*value_, key);
    if (found.is_number()) return std::vector<double>{found.get<double>()};
    if (!found.is_array() || found.empty()) return wrong(key, "a list of numbers is expected");
    std::vector<double> values;
    for (const Json& one : found) {
        if (!one.is_number()) return wrong(key, "a list of numbers is expected");
        values.push_back(one.get<double>());
    }
    return values;
}

}  // namespace lachan::epi
