#include <map>
#include <set>
#include <tuple>

#include "declaration/store.h"
#include "kernel/outbox.h"
#include "kernel/record.h"

// Retention (DOMAIN 15): a position goes after 7 days, everything about a person after 28. What is left of a record in the log is its
// id and its hash; what is left of a declaration here is a count. On a device, what waits to be sent stays, and what it is about.
namespace lachan::declaration {
namespace {

using Ids = std::vector<std::string>;

/// Declarations in one transaction: short enough that whoever sends records does not notice.
constexpr std::int64_t kAtOnce = 1'000;

Result<Ids> select_ids(Database& database, std::string_view sql, std::initializer_list<SqlValue> values) {
    Ids ids;
    TRY(database.read(sql, values, [&](const Row& row) {
        ids.emplace_back(row.text(0));
        return Next::row;
    }));
    return ids;
}

Result<void> delete_where(Database& database, const char* table, const char* column, std::string_view province, const Ids& ids) {
    return in_lists(ids, 2, [&](const std::string& places, std::span<const std::string_view> part) {
        std::vector<SqlValue> values{province};
        values.insert(values.end(), part.begin(), part.end());
        return database.write("DELETE FROM " + std::string(table) + " WHERE province = ?1 AND " + column + " IN (" + places + ")",
                              values);
    });
}

Result<int> erase_all(Context& context, const Ids& ids) {
    RecordLog log(context.database);
    for (const std::string& id : ids) TRY(log.erase(id, context.now));
    return static_cast<int>(ids.size());
}

Result<int> purge_positions(Context& context, std::string_view province) {
    const std::int64_t before = context.now.ms - kPositionDays * kMillisecondsPerDay;
    const Ids old = TRY(select_ids(context.database,
                                   "SELECT id FROM declaration_position WHERE province = ?1 AND made_at < ?2 AND id NOT IN " +
                                       std::string(kWaitingIds) + " ORDER BY made_at, id LIMIT ?3",
                                   {province, before, kAtOnce}));
    TRY(delete_where(context.database, "declaration_position", "id", province, old));
    return erase_all(context, old);
}

/// SQL: the declarations of province ?1 made before day ?2 of which nothing waits to be sent, neither they nor what was done with
/// them. From the queue outwards: on a server it is empty, and no event is read.
std::string due() {
    const std::string waiting(kWaitingIds);
    const auto about = [](const char* table) {
        return " AND id NOT IN (SELECT t.declaration FROM kernel_outbox o CROSS JOIN " + std::string(table) +
               " t WHERE o.state = 'queued' AND t.province = ?1 AND t.id = o.id)";
    };
    return "province = ?1 AND day < ?2 AND id NOT IN " + waiting + about("declaration_event") + about("declaration_position");
}

/// Declarations that are too old, with what is counted of them: each of those that still count adds one to the numbers that stay.
Result<Ids> count_old(Database& database, std::string_view province, std::int64_t before_day) {
    using Line = std::tuple<std::int64_t, std::string, std::string, std::string, std::int64_t>;  // the key of declaration_daily
    Ids old;
    std::map<Line, std::int64_t> numbers;
    TRY(database.read("SELECT id, state, day, district, ward, colour, symptomatic FROM declaration_entry WHERE " + due() +
                          " ORDER BY day, id LIMIT ?3",
                      {province, before_day, kAtOnce}, [&](const Row& row) {
                          old.emplace_back(row.text(0));
                          if (row.text(1) != "withdrawn" && row.text(1) != "superseded") {
                              ++numbers[{row.integer(2), std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5)),
                                         row.integer(6)}];
                          }
                          return Next::row;
                      }));
    for (const auto& [line, number] : numbers) {
        const auto& [day, district, ward, colour, symptomatic] = line;
        TRY(database.write("INSERT INTO declaration_daily (province, day, district, ward, colour, symptomatic, number) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (province, day, district, ward, colour, symptomatic) "
                           "DO UPDATE SET number = declaration_daily.number + ?7",
                           {province, day, std::string_view(district), std::string_view(ward), std::string_view(colour), symptomatic,
                            number}));
    }
    return old;
}

Result<int> purge_declarations(Context& context, std::string_view province) {
    Database& database = context.database;
    const Day first_kept = day_in_vietnam(context.now) + -kRetentionDays;
    const Ids old = TRY(count_old(database, province, first_kept.days));

    // Events go with their declaration, and also by themselves when it never came.
    std::set<std::string> events;
    const Events known = TRY(read_events(database, province, old));
    for (const auto& [declaration, list] : known) {
        for (const Event& event : list) {
            if (event.kind != "supersession") events.insert(event.id);
        }
    }
    const std::int64_t before = start_in_vietnam(first_kept).ms;
    const Ids orphans = TRY(select_ids(database,
                                       "SELECT v.id FROM declaration_event v LEFT JOIN declaration_entry e ON e.province = v.province "
                                       "AND e.id = v.declaration WHERE v.province = ?1 AND v.at < ?2 AND v.kind <> 'supersession' "
                                       "AND e.id IS NULL AND v.id NOT IN " + std::string(kWaitingIds),
                                       {province, before}));
    events.insert(orphans.begin(), orphans.end());
    int erased = TRY(erase_all(context, old));
    erased += TRY(erase_all(context, Ids(events.begin(), events.end())));
    TRY(delete_where(database, "declaration_stay", "id", province, old));
    TRY(delete_where(database, "declaration_position", "declaration", province, old));
    TRY(delete_where(database, "declaration_event", "declaration", province, old));
    TRY(delete_where(database, "declaration_entry", "id", province, old));
    TRY(database.write("DELETE FROM declaration_event WHERE province = ?1 AND at < ?2 AND NOT EXISTS (SELECT 1 FROM "
                       "declaration_entry e WHERE e.province = declaration_event.province AND e.id = declaration_event.declaration) "
                       "AND id NOT IN " + std::string(kWaitingIds),
                       {province, before}));
    return erased;
}

}  // namespace

Result<int> purge(Context& context) {
    const std::set<std::string> provinces = TRY(provinces_kept(context.database, {"declaration_entry", "declaration_event", "declaration_position"}));
    int erased = 0;
    for (const std::string& province : provinces) {
        for (int found = 1; found > 0; erased += found) {
            if (erased > 0 && context.goes_on && !context.goes_on()) return erased;
            auto transaction = TRY(Transaction::begin(context.database));
            TRY(RecordLog(context.database).take_turns({province}));
            found = TRY(purge_positions(context, province)) + TRY(purge_declarations(context, province));
            TRY(transaction.commit());
        }
    }
    return erased;
}

}  // namespace lachan::declaration
