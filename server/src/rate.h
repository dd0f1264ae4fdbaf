#pragma once

#include <cstdint>
#include <string>

#include "sql/engine.h"

namespace lachan::server {

/// A token bucket in the database, so that any instance counts what all have let through.
struct Bucket {
    std::string name;           ///< "device:..." ; addresses and telephones only as keyed hashes
    std::int64_t burst = 0;     ///< tokens when full
    std::int64_t per_hour = 0;  ///< tokens that come back
};

/// What is left, in thousandths of a token.
Result<std::int64_t> look(Engine& database, const Bucket& bucket, Instant now);

/// Takes `cost` tokens (gives back when negative) and says what is left, in thousandths; below zero the caller undoes the whole.
Result<std::int64_t> take(Engine& database, const Bucket& bucket, std::int64_t cost, Instant now);

/// Seconds until the bucket holds `tokens` again, at least 1.
std::int64_t seconds_until(const Bucket& bucket, std::int64_t left, std::int64_t tokens);

/// Forgets buckets that are full again by now.
Result<void> forget_full_buckets(Engine& database, Instant now);

}  // namespace lachan::server
