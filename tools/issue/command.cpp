#include "command.h"

#include <openssl/rand.h>

namespace lachan::trust {

Error usage(const char* what) { return Error{Errc::malformed, "usage", what}; }

Result<std::string> required(const command::Arguments& arguments, const char* name) {
    if (!arguments.has(name)) return Error{Errc::malformed, "usage", std::string(name) + " is missing"};
    return arguments.value(name);
}

Result<Bytes> random_bytes() {
    Bytes random(16);
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return Error{Errc::unavailable, "issue", "no randomness"};
    return random;
}

Instant after(Instant from, std::int64_t days) { return Instant{from.ms + days * kMillisecondsPerDay}; }

}  // namespace lachan::trust
