#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "service.h"

namespace lachan::server {

/// The last hour of a timetable (minutes after midnight at UTC+7) at or before `now`; nullopt for an empty one.
std::optional<Instant> last_due(std::span<const int> minutes, Instant now);

/// Notes in the timetable that what is due at an hour is done; whether the row was free: another server may have been there first.
Result<bool> claim(Engine& database, std::string_view system, Instant due, std::string_view province, Instant now, std::size_t records);

/// The provinces of which that is noted.
Result<std::set<std::string>> done_provinces(Engine& database, std::string_view system, Instant due);

/// How many records were made, and the first of what failed.
struct Kept {
    int made = 0;
    Result<void> outcome;
};

/// Makes what the systems want made at the last hour of their timetables, once for each hour and province: the row that says so and the
/// records are one transaction, so a second server, a restart or a crash in between makes nothing twice and loses nothing. Hours before the
/// last are not made up: their figures cannot be told any more. `stop` ends it between two provinces. A province that fails keeps no other
/// from its hour: it is tried again at the next look.
Kept keep_timetable(Service& service, Engine& database, Instant now, const std::function<bool()>& stop);

/// The actor and the author of what a server makes by itself.
Actor server_actor(const Service& service);

/// Keeps the timetable and the days of retention (retention.h) while it lives, on a thread with a connection of its own: at once, and then whenever `clock` has come to an hour.
class Timekeeper {
public:
    using Clock = std::function<Instant()>;
    Timekeeper(Service& service, Clock clock, std::chrono::milliseconds between = std::chrono::seconds(20));
    ~Timekeeper();
    Timekeeper(const Timekeeper&) = delete;
    Timekeeper& operator=(const Timekeeper&) = delete;

private:
    void work();

    Service& service_;
    const Clock clock_;
    const std::chrono::milliseconds between_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace lachan::server
