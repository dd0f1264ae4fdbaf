#include "kernel/outbox.h"

#include <algorithm>

namespace lachan {
namespace {

constexpr std::int64_t kFirstPauseMs = 2'000;
constexpr std::int64_t kLongestPauseMs = 600'000;
constexpr std::size_t kBatchBytes = 1024 * 1024;

}  // namespace

Result<void> Outbox::put(const std::string& id, int priority, Instant now) {
    return database_.write("INSERT INTO kernel_outbox (id, priority, state, attempts, next_try_at, outcome, rule, violations, "
                           "receipt, queued_at, settled_at) VALUES (?1, ?2, 'queued', 0, 0, '', '', '[]', '', ?3, 0) "
                           "ON CONFLICT DO NOTHING",
                           {std::string_view(id), std::int64_t{priority}, now.ms});
}

Result<std::vector<Outbox::Entry>> Outbox::next(int limit, Instant now) {
    std::vector<Entry> entries;
    std::size_t bytes = 0;
    std::optional<Error> broken;
    TRY(database_.read("SELECT r.bytes, r.signature FROM kernel_outbox o JOIN kernel_record r ON r.id = o.id "
                       "WHERE o.state = 'queued' AND o.next_try_at <= ?1 AND r.bytes IS NOT NULL "
                       "ORDER BY o.priority, o.queued_at, o.id LIMIT ?2",
                       {now.ms, std::int64_t{limit}}, [&](const Row& row) {
                           bytes += row.text(0).size();
                           if (bytes > kBatchBytes && !entries.empty()) return Next::stop;
                           auto record = parse_json(row.text(0));
                           if (!record) {
                               broken = record.error();
                               return Next::stop;
                           }
                           entries.push_back({std::move(*record), std::string(row.text(1))});
                           return Next::row;
                       }));
    if (broken) return *broken;
    return entries;
}

Result<void> Outbox::settle(std::span<const Settlement> answers, Instant now) {
    Transaction transaction = TRY(Transaction::begin(database_));
    for (const Settlement& answer : answers) {
        const bool taken = answer.outcome == "accepted" || answer.outcome == "duplicate";
        const std::string violations = answer.violations.dump();
        const std::string receipt = answer.receipt.is_null() ? std::string() : canonical(answer.receipt);
        TRY(database_.write("UPDATE kernel_outbox SET state = ?2, outcome = ?3, rule = ?4, violations = ?5, receipt = ?6, "
                            "settled_at = ?7 WHERE id = ?1 AND state = 'queued'",
                            {std::string_view(answer.id), std::string_view(taken ? "received" : "rejected"),
                             std::string_view(answer.outcome), std::string_view(answer.rule), std::string_view(violations),
                             std::string_view(receipt), now.ms}));
    }
    return transaction.commit();
}

Result<void> Outbox::postpone(std::span<const std::string> ids, Instant now, Random& random) {
    Transaction transaction = TRY(Transaction::begin(database_));
    for (const std::string& id : ids) {
        std::int64_t attempts = 0;
        TRY(database_.read("SELECT attempts FROM kernel_outbox WHERE id = ?1", {std::string_view(id)}, [&](const Row& row) {
            attempts = row.integer(0);
            return Next::stop;
        }));
        const std::int64_t pause = std::min(kLongestPauseMs, kFirstPauseMs << std::min<std::int64_t>(attempts, 20));
        std::uint8_t noise[2];
        random.fill(noise);
        // Half to the whole pause: phones that lost the network together do not come back in one moment.
        const std::int64_t wait = pause / 2 + pause / 2 * (noise[0] * 256 + noise[1]) / 65'536;
        TRY(database_.write("UPDATE kernel_outbox SET attempts = ?2, next_try_at = ?3 WHERE id = ?1 AND state = 'queued'",
                            {std::string_view(id), attempts + 1, now.ms + wait}));
    }
    return transaction.commit();
}

Result<void> Outbox::wake() {
    return database_.write("UPDATE kernel_outbox SET next_try_at = 0 WHERE state = 'queued'", {});
}

Result<Outbox::State> Outbox::state() {
    State state;
    TRY(database_.read("SELECT state, count(*), min(queued_at), min(next_try_at) FROM kernel_outbox GROUP BY state", {},
                       [&](const Row& row) {
                           const std::string_view name = row.text(0);
                           if (name == "queued") {
                               state.waiting = row.integer(1);
                               state.oldest = row.integer(2);
                               state.next_try_at = row.integer(3);
                           }
                           if (name == "rejected") state.rejected = row.integer(1);
                           if (name == "received") state.received = row.integer(1);
                           return Next::row;
                       }));
    return state;
}

}  // namespace lachan
