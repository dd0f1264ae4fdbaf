#pragma once

#include "kernel/crypto.h"
#include "kernel/time.h"

namespace lachan::server {

/// The operating system's randomness.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override;
};

/// `count` random bytes as base64url.
std::string random_text(std::size_t count);

/// The clock of this machine.
Instant system_now();

}  // namespace lachan::server
