#pragma once

#include <chrono>
#include <string>

#include "kernel/result.h"

namespace lachan::server {

/// Hands a text to the gateway program: run with the number as its only argument, the text on its input, `most` at most; it
/// inherits none of our sockets and files. Errc::unavailable (phone.unsent) when it cannot be run, fails or takes too long.
Result<void> send_sms(const std::string& command, const std::string& number, const std::string& text, std::chrono::seconds most);

}  // namespace lachan::server
