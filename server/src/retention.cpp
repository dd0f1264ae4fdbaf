#include "retention.h"

#include "accounts.h"
#include "timetable.h"
#include "vocab/system.h"

namespace lachan::server {
namespace {

/// Under which the days that are done stand in the timetable, beside the systems.
constexpr std::string_view kName = "retention";

}  // namespace

Result<std::vector<Erased>> purge(Engine& database, const Units& units, Instant now, const std::function<bool()>& goes_on) {
    std::vector<Erased> erased;
    for (const System* system : systems()) {
        Context context{database, units, now, Side::server, {}, {}, goes_on};
        erased.push_back({system->name(), TRY(system->purge(context))});
    }
    TRY(Accounts(database).forget_old_sessions(now));
    TRY(database.write("DELETE FROM server_rate WHERE at < ?1", {now.ms - 2 * kMillisecondsPerDay}));
    TRY(database.write("DELETE FROM server_challenge WHERE expires_at < ?1", {now.ms}));
    // What was erased stands in SQLite's journal until that is brought into the file and cut; a busy server does so later itself.
    if (database.kind() == "sqlite") TRY(database.script("PRAGMA wal_checkpoint(TRUNCATE)"));
    return erased;
}

Result<int> keep_retention(Service& service, Engine& database, Instant now, const std::function<bool()>& goes_on) {
    const int minutes[] = {kRetentionMinute};
    const Instant due = *last_due(minutes, now);
    if (!TRY(done_provinces(database, kName, due)).empty()) return 0;
    int records = 0;
    bool is_whole = true;
    const auto asked = [&] { return is_whole = !goes_on || goes_on(); };
    for (const Erased& one : TRY(purge(database, service.units, now, asked))) records += one.records;
    if (!is_whole) return records;
    // Afterwards: a day that was interrupted is begun again. Two servers at once erase nothing twice.
    auto transaction = TRY(WriteTransaction::begin_batch(service, database));
    TRY(claim(transaction.database(), kName, due, kNation, now, static_cast<std::size_t>(records)));
    TRY(transaction.commit());
    return records;
}

}  // namespace lachan::server
