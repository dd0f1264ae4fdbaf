#pragma once

#include <cstdint>
#include <string>

#include "command/arguments.h"
#include "kernel/crypto.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// What the commands of lachan-issue share.
namespace lachan::trust {

/// No key, list or certificate is good for longer.
constexpr std::int64_t kMostDays = 20'000;

/// An error of whoever wrote the command line.
Error usage(const char* what);

/// The value of an option that must be there.
Result<std::string> required(const command::Arguments& arguments, const char* name);

/// Sixteen of them.
Result<Bytes> random_bytes();

Instant after(Instant from, std::int64_t days);

}  // namespace lachan::trust
