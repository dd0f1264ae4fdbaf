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

    /// The number of an option between 1 and `most`. Errc::malformed with rule usage.
    Result<std::int64_t> number(std::string_view name, std::int64_t otherwise, std::int64_t most = 1'000'000'000) const;

    /// The instant of an option: YYYY-MM-DD (its start in Viet Nam), a date-time, or milliseconds since 1970; now when it is absent.
    /// Errc::malformed with rule usage.
    Result<Instant> instant(std::string_view name) const;
};

using Names = std::initializer_list<std::string_view>;

/// Reads the words from `first` on; "--" ends the options. Errc::malformed with rule usage names what is not understood.
Result<Arguments> read_arguments(int count, char** values, int first, Names flags, Names valued);

/// Whether anything asks for help.
bool asks_for_help(int count, char** values);

/// The whole of a file. Errc::not_found.
Result<std::string> read_file(const std::string& file);

/// Writes `content` beside its place first and then moves it there, so that no reader sees half a file. Errc::unavailable.
Result<void> write_file(const std::string& file, std::string_view content);

/// Makes a file that its owner alone may read, from its first byte on. Errc::conflict with rule key.file when it is there already: a
/// secret is never replaced. Errc::unavailable; then nothing is left.
Result<void> write_new_secret(const std::string& file, std::string_view content);

}  // namespace lachan::command
