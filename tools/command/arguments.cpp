#include "arguments.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>

#include "certificate/certlogic.h"

namespace lachan::command {
namespace {

bool is_in(Names names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

Error usage(const std::string& what) { return Error{Errc::malformed, "usage", what}; }

}  // namespace

std::string Arguments::value(std::string_view name, std::string otherwise) const {
    const auto found = options.find(name);
    return found == options.end() ? std::move(otherwise) : found->second;
}

Result<std::int64_t> Arguments::number(std::string_view name, std::int64_t otherwise, std::int64_t most, std::int64_t least) const {
    if (!has(name)) return otherwise;
    return number_in_range(name, value(name), least, most);
}

Result<std::int64_t> number_in_range(std::string_view name, std::string_view text, std::int64_t least, std::int64_t most) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number >= least && number <= most) return number;
    return usage(std::string(name) + " needs a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

Result<Instant> Arguments::instant(std::string_view name) const {
    if (!has(name)) {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return Instant{std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
    }
    const std::string text = value(name);
    if (const auto day = Day::parse(text)) return start_in_vietnam(*day);
    const bool is_number = text.size() > 8 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (is_number && text.size() < 18) return Instant{std::strtoll(text.c_str(), nullptr, 10)};
    if (const auto instant = certificate::certlogic::instant_of(text)) return *instant;
    return usage(std::string(name) + " needs a day, an instant or milliseconds");
}

Result<Arguments> read_arguments(int count, char** values, int first, Names flags, Names valued) {
    Arguments arguments;
    bool are_options_over = false;
    for (int i = first; i < count; ++i) {
        const std::string word = values[i];
        if (are_options_over || !word.starts_with("--")) {
            arguments.operands.push_back(word);
        } else if (word == "--") {
            are_options_over = true;
        } else if (is_in(flags, word)) {
            arguments.options[word] = "1";
        } else if (is_in(valued, word)) {
            if (i + 1 == count) return usage(word + " needs a value");
            arguments.options[word] = values[++i];
        } else {
            return usage("unknown option " + word);
        }
    }
    return arguments;
}

bool asks_for_help(int count, char** values) {
    return std::any_of(values + 1, values + count, [](const char* word) {
        return std::string_view(word) == "--help" || std::string_view(word) == "-h";
    });
}

}  // namespace lachan::command
