#include <map>
#include <set>
#include <tuple>

#include "correction/store.h"
#include "kernel/outbox.h"
#include "kernel/record.h"

// Retention: a request is kept for a while after its end, then counts alone. On a device, what waits to be sent stays.
namespace lachan::correction {
namespace {

constexpr std::int64_t kAtOnce = 500;

using Ids = std::vector<std::string>;

/// SQL: whether the record whose id stands in `column` came into the log of province ?1 at `instant` or later. A device's own log has its
/// own time there, a step lies in the province of its request.
std::string came_since(const std::string& column, const char* instant) {
    return "EXISTS (SELECT 1 FROM kernel_record l WHERE l.province = ?1 AND l.id = " + column + " AND l.received_at >= " + instant + ')';
}

/// SQL: whose time is over, of province ?1: ended before ?2, or made before ?3 and never ended. The clock of a desk may be behind by a month,
/// and who asked is to read the answer: the time runs from when it came here, if that is later. What waits to be sent stays, and the
/// request that it is about.
std::string due() {
    return "province = ?1 AND ((ended_at > 0 AND ended_at < ?2 AND NOT " + came_since("ended_by", "?2") +
           ") OR (ended_at = 0 AND made_at < ?3 AND NOT " + came_since("id", "?3") + ")) AND id NOT IN " + std::string(kWaitingIds) +
           " AND id NOT IN (SELECT s.request FROM kernel_outbox o CROSS JOIN correction_step s WHERE o.state = 'queued' AND s.province = ?1 "
           "AND s.id = o.id)";
}

/// Those whose time is over; each adds one to the numbers that stay.
Result<Ids> count_old(Database& database, std::string_view province, std::int64_t ended_before, std::int64_t made_before) {
    using Line = std::tuple<std::int64_t, std::string, std::string, std::string>;  // the key of correction_daily
    Ids old;
    std::map<Line, std::int64_t> numbers;
    TRY(database.read("SELECT id, made_at, district, ward, state FROM correction_request WHERE " + due() + " ORDER BY made_at, id LIMIT ?4",
                      {province, ended_before, made_before, kAtOnce}, [&](const Row& row) {
                          old.emplace_back(row.text(0));
                          const Day day = day_in_vietnam(Instant{row.integer(1)});
                          ++numbers[{day.days, std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4))}];
                          return Next::row;
                      }));
    for (const auto& [line, number] : numbers) {
        const auto& [day, district, ward, state] = line;
        TRY(database.write("INSERT INTO correction_daily (province, day, district, ward, state, number) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                           "ON CONFLICT (province, day, district, ward, state) DO UPDATE SET number = correction_daily.number + ?6",
                           {province, day, std::string_view(district), std::string_view(ward), std::string_view(state), number}));
    }
    return old;
}

Result<int> erase_steps(Context& context, std::string_view province, const std::vector<std::pair<std::string, std::string>>& steps) {
    for (const auto& [request, id] : steps) {
        TRY(RecordLog(context.database).erase(id, context.now));
        TRY(context.database.write("DELETE FROM correction_step WHERE province = ?1 AND request = ?2 AND id = ?3",
                                   {province, std::string_view(request), std::string_view(id)}));
    }
    return static_cast<int>(steps.size());
}

Result<int> erase_request(Context& context, std::string_view province, const std::string& id) {
    std::vector<std::pair<std::string, std::string>> steps;
    for (const Done& step : TRY(read_steps(context.database, province, id))) steps.emplace_back(id, step.id);
    const int erased = TRY(erase_steps(context, province, steps));
    TRY(RecordLog(context.database).erase(id, context.now));
    TRY(context.database.write("DELETE FROM correction_request WHERE province = ?1 AND id = ?2", {province, std::string_view(id)}));
    return erased + 1;
}

/// Steps go with their request, and also by themselves when it never came.
Result<int> purge_orphans(Context& context, std::string_view province, std::int64_t before) {
    std::vector<std::pair<std::string, std::string>> orphans;
    TRY(context.database.read("SELECT s.request, s.id FROM correction_step s LEFT JOIN correction_request r ON r.province = s.province AND "
                              "r.id = s.request WHERE s.province = ?1 AND s.at < ?2 AND r.id IS NULL AND NOT " +
                                  came_since("s.id", "?2") + " AND s.id NOT IN " + std::string(kWaitingIds) + " ORDER BY s.at, s.id LIMIT ?3",
                              {province, before, kAtOnce}, [&](const Row& row) {
                                  orphans.emplace_back(row.text(0), row.text(1));
                                  return Next::row;
                              }));
    return erase_steps(context, province, orphans);
}

Result<int> purge_province(Context& context, std::string_view province) {
    const Day today = day_in_vietnam(context.now);
    const std::int64_t ended_before = start_in_vietnam(today + -kRetentionDays).ms;
    const std::int64_t made_before = start_in_vietnam(today + -kOpenRetentionDays).ms;
    int erased = 0;
    for (const std::string& id : TRY(count_old(context.database, province, ended_before, made_before))) {
        erased += TRY(erase_request(context, province, id));
    }
    return erased + TRY(purge_orphans(context, province, ended_before));
}

}  // namespace

Result<int> purge(Context& context) {
    const std::set<std::string> provinces = TRY(provinces_kept(context.database, {"correction_request", "correction_step"}));
    int erased = 0;
    for (const std::string& province : provinces) {
        for (int found = 1; found > 0; erased += found) {
            if (erased > 0 && context.goes_on && !context.goes_on()) return erased;
            auto transaction = TRY(Transaction::begin(context.database));
            TRY(RecordLog(context.database).take_turns({province}));
            found = TRY(purge_province(context, province));
            TRY(transaction.commit());
        }
    }
    return erased;
}

}  // namespace lachan::correction
