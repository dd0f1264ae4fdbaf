#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::command {

/// The words of a command line: options by name with their value ("1" for a flag), and the rest.
struct Arguments {
    std::map<std::string, std::string, std::less<>> options;
    std::vector<std::string> operands;

    bool has(std::string_view name) const { return options.contains(name); }
    std::string value(std::string_view name, std::string otherwise = "") const;

    /// The whole number of an option from `least` to `most`. Errc::malformed with rule usage names both.
    Result<std::int64_t> number(std::string_view name, std::int64_t otherwise, std::int64_t most = 1'000'000'000, std::int64_t least = 1) const;

    /// The instant of an option: YYYY-MM-DD (its start in Viet Nam), a date-time, or milliseconds since 1970; now when it is absent.
    /// Errc::malformed with rule usage.
    Result<Instant> instant(std::string_view name) const;
};

using Names = std::initializer_list<std::string_view>;

/// Reads the words from `first` on; "--" ends the options. Errc::malformed with rule usage names what is not understood.
Result<Arguments> read_arguments(int count, char** values, int first, Names flags, Names valued);

/// The same rule for a word that comes from elsewhere.
Result<std::int64_t> number_in_range(std::string_view name, std::string_view text, std::int64_t least, std::int64_t most);

/// Whether anything asks for help.
bool asks_for_help(int count, char** values);

}  // namespace lachan::command
