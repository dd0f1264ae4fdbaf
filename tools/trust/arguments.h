#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::trust {

constexpr int kOk = 0;
constexpr int kBadInput = 1;
constexpr int kBadUsage = 2;
constexpr int kNotAllValid = 3;

/// What stood on the command line behind the command. An option that was given several times holds all its values.
struct Arguments {
    std::string command;
    std::map<std::string, std::vector<std::string>> options;
    std::vector<std::string> operands;

    bool has(const std::string& name) const { return options.contains(name); }
    /// The last value, or `otherwise`.
    std::string value(const std::string& name, std::string otherwise = "") const;
    const std::vector<std::string>& values(const std::string& name) const;
};

/// Errc::malformed names what is not understood.
Result<Arguments> read_arguments(int count, char** words);

Result<std::int64_t> number_option(const Arguments& arguments, const std::string& name, std::int64_t otherwise,
                                   std::int64_t most = 1'000'000'000);
/// --at in milliseconds, --now as a day, or the clock.
Result<Instant> now_option(const Arguments& arguments);

int usage_error(const std::string& what);
int input_error(const Error& error);

}  // namespace lachan::trust
