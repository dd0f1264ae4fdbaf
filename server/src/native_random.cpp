#include "native_random.h"

#include <sodium.h>

#include <chrono>

namespace lachan::server {

void SystemRandom::fill(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }

std::string random_text(std::size_t count) {
    Bytes bytes(count);
    SystemRandom().fill(bytes);
    return to_base64url(bytes);
}

Instant system_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

}  // namespace lachan::server
