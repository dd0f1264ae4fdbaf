#pragma once

#include <string>
#include <vector>

#include "kernel/record.h"
#include "kernel/sql.h"

namespace lachan {

/// What the server said of one record, as it came over the wire.
struct Settlement {
    std::string id;
    std::string outcome;  ///< accepted | duplicate | rejected
    std::string rule;
    Json violations = Json::array();
    Json receipt = nullptr;
};

/// SQL: the ids of the queue, for whoever may not touch what was not sent yet. Empty on a server.
inline constexpr const char* kWaitingIds = "(SELECT id FROM kernel_outbox WHERE state = 'queued')";

/// The queue of records that wait to be sent. A record leaves it only by the server's answer.
class Outbox {
public:
    explicit Outbox(Database& database) : database_(database) {}

    Result<void> put(const std::string& id, int priority, Instant now);

    struct Entry {
        Json record;
        std::string signature;
    };
    /// Records due at `now`: by priority class, then in the order in which they were made. At most `limit` and 1 MiB.
    Result<std::vector<Entry>> next(int limit, Instant now);

    /// Applies the server's answers; an id that is not queued is passed over, so that an answer may come twice.
    Result<void> settle(std::span<const Settlement> answers, Instant now);

    /// The sending of these failed: try again after a pause that doubles each time (2 s .. 10 min), with jitter.
    Result<void> postpone(std::span<const std::string> ids, Instant now, Random& random);

    /// The network is back: whatever waits is due now.
    Result<void> wake();

    struct State {
        std::int64_t waiting = 0;
        std::int64_t rejected = 0;
        std::int64_t received = 0;
        std::int64_t oldest = 0;       ///< ms UTC of the oldest waiting record, 0 when none
        std::int64_t next_try_at = 0;  ///< ms UTC, 0 when none waits
    };
    Result<State> state();

private:
    Database& database_;
};

}  // namespace lachan
