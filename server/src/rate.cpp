#include "rate.h"

#include <algorithm>

namespace lachan::server {
namespace {

constexpr std::int64_t kThousand = 1'000;
/// tokens an hour = thousandths a 3,600th of a second: (ms * per_hour) / 3600 are the thousandths that came back.
constexpr std::int64_t kPerHour = 3'600;

}  // namespace

Result<std::int64_t> look(Engine& database, const Bucket& bucket, Instant now) {
    std::int64_t left = bucket.burst * kThousand;
    TRY(database.read("SELECT tokens, at FROM server_rate WHERE name = ?1", {std::string_view(bucket.name)}, [&](const Row& row) {
        const std::int64_t passed = std::max<std::int64_t>(0, now.ms - row.integer(1));
        left = std::min(left, row.integer(0) + passed * bucket.per_hour / kPerHour);
        return Next::stop;
    }));
    return left;
}

Result<std::int64_t> take(Engine& database, const Bucket& bucket, std::int64_t cost, Instant now) {
    std::int64_t left = 0;
    // One statement, so that two instances cannot both take the last token. A clock that lags behind brings nothing back.
    TRY(database.read("INSERT INTO server_rate (name, tokens, at) VALUES (?1, ?2 - ?3, ?4) "
                      "ON CONFLICT (name) DO UPDATE SET "
                      "tokens = CASE WHEN ?4 <= server_rate.at THEN server_rate.tokens "
                      "WHEN server_rate.tokens + (?4 - server_rate.at) * ?5 / 3600 > ?2 THEN ?2 "
                      "ELSE server_rate.tokens + (?4 - server_rate.at) * ?5 / 3600 END - ?3, "
                      "at = CASE WHEN ?4 > server_rate.at THEN ?4 ELSE server_rate.at END RETURNING tokens",
                      {std::string_view(bucket.name), bucket.burst * kThousand, cost * kThousand, now.ms, bucket.per_hour},
                      [&](const Row& row) {
                          left = row.integer(0);
                          return Next::stop;
                      }));
    return left;
}

std::int64_t seconds_until(const Bucket& bucket, std::int64_t left, std::int64_t tokens) {
    const std::int64_t missing = std::max<std::int64_t>(0, std::min(tokens, bucket.burst) * kThousand - left);
    return std::max<std::int64_t>(1, (missing * kPerHour / std::max<std::int64_t>(1, bucket.per_hour) + 999) / 1'000);
}

Result<void> forget_full_buckets(Engine& database, Instant now) {
    // Every bucket of this server is full after two days.
    return database.write("DELETE FROM server_rate WHERE at < ?1", {now.ms - 2 * kMillisecondsPerDay});
}

}  // namespace lachan::server
