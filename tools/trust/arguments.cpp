#include "arguments.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string_view>

#include "command/arguments.h"

namespace lachan::trust {
namespace {

constexpr std::array<std::string_view, 3> kFlags{"--force", "--json", "--empty"};
constexpr std::array<std::string_view, 22> kValues{
    "--out",     "--number",  "--days",        "--now",  "--list",  "--at",          "--key", "--pin",
    "--section", "--scheme",  "--revocation",  "--form", "--rate",  "--source",      "--by",  "--expires",
    "--kid",     "--country", "--fresh-hours", "--in",   "--after", "--withdraw-key"};

template <class List>
bool is_one_of(const std::string& word, const List& list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::string Arguments::value(const std::string& name, std::string otherwise) const {
    const auto found = options.find(name);
    return found == options.end() ? std::move(otherwise) : found->second.back();
}

const std::vector<std::string>& Arguments::values(const std::string& name) const {
    static const std::vector<std::string> none;
    const auto found = options.find(name);
    return found == options.end() ? none : found->second;
}

Result<Arguments> read_arguments(int count, char** words) {
    Arguments arguments;
    arguments.command = words[1];
    for (int i = 2; i < count; ++i) {
        const std::string word = words[i];
        if (!word.starts_with("--")) {
            arguments.operands.push_back(word);
        } else if (is_one_of(word, kFlags)) {
            arguments.options[word] = {"1"};
        } else if (is_one_of(word, kValues)) {
            if (i + 1 == count) return Error{Errc::malformed, "usage", word + " needs a value"};
            arguments.options[word].emplace_back(words[++i]);
        } else {
            return Error{Errc::malformed, "usage", "unknown option " + word};
        }
    }
    return arguments;
}

Result<std::int64_t> number_option(const Arguments& arguments, const std::string& name, std::int64_t otherwise,
                                   std::int64_t most) {
    if (!arguments.has(name)) return otherwise;
    return command::number_in_range(name, arguments.value(name), 1, most);
}

Result<Instant> now_option(const Arguments& arguments) {
    if (arguments.has("--at"))
        return Instant{TRY(number_option(arguments, "--at", 0, std::numeric_limits<std::int64_t>::max()))};
    if (!arguments.has("--now")) {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return Instant{std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
    }
    const auto day = Day::parse(arguments.value("--now"));
    if (!day) return Error{Errc::malformed, "usage", "--now needs a day as YYYY-MM-DD"};
    return start_in_vietnam(*day);
}

int usage_error(const std::string& what) {
    std::fprintf(stderr, "lachan-trust: %s\nTry: lachan-trust --help\n", what.c_str());
    return kBadUsage;
}

int input_error(const Error& error) {
    std::fprintf(stderr, "lachan-trust: %s (%s)\n", error.detail.c_str(), error.rule.c_str());
    return kBadInput;
}

}  // namespace lachan::trust
