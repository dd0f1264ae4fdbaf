#include <map>
#include <set>

#include "declaration/store.h"
#include "kernel/record.h"

// Retention (DOMAIN 15): a position goes after 7 days, everything about a person after 28. What is left of a record in the log is its
// id and its hash; what is left of a declaration here is a count.
namespace lachan::declaration {
namespace {

using Ids = std::vector<std::string>;

/// Every key begins with the province, so the purge goes through them; the codes of the past are asked for as well.
std::vector<std::string> all_provinces() {
    std::vector<std::string> codes{std::string(kNation)};
    for (int shard = 1; shard <= 99; ++shard) codes.push_back(province_of_shard(shard));
    return codes;
}

Result<Ids> select_ids(Database& database, std::string_view sql, std::initializer_list<SqlValue> values) {
    Ids ids;
    TRY(database.read(sql, values, [&](const Row& row) {
        ids.emplace_back(row.text(0));
        return Next::row;
    }));
    return ids;
}

Result<void> delete_where(Database& database, const char* table, const char* column, std::string_view province, const Ids& ids) {
    return in_lists(ids, 2, [&](const std::string& places, std::span<const std::string> part) {
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
    const Ids old = TRY(select_ids(context.database, "SELECT id FROM declaration_position WHERE province = ?1 AND made_at < ?2",
                                   {province, before}));
    TRY(delete_where(context.database, "declaration_position", "id", province, old));
    return erase_all(context, old);
}

/// Adds the declarations of these days that still count to the numbers that stay.
Result<void> keep_counts(Database& database, std::string_view province, std::int64_t before_day) {
    struct Line {
        std::string district, ward, colour;
        std::int64_t day, symptomatic, number;
    };
    std::vector<Line> lines;
    TRY(database.read("SELECT day, district, ward, colour, symptomatic, count(*) FROM declaration_entry WHERE province = ?1 "
                      "AND day < ?2 AND state NOT IN ('withdrawn', 'superseded') GROUP BY day, district, ward, colour, symptomatic",
                      {province, before_day}, [&](const Row& row) {
                          lines.push_back({std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
                                           row.integer(0), row.integer(4), row.integer(5)});
                          return Next::row;
                      }));
    for (const Line& line : lines) {
        TRY(database.write("INSERT INTO declaration_daily (province, day, district, ward, colour, symptomatic, number) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (province, day, district, ward, colour, symptomatic) "
                           "DO UPDATE SET number = declaration_daily.number + ?7",
                           {province, line.day, std::string_view(line.district), std::string_view(line.ward),
                            std::string_view(line.colour), line.symptomatic, line.number}));
    }
    return {};
}

Result<int> purge_declarations(Context& context, const std::string& province) {
    Database& database = context.database;
    const Day first_kept = day_in_vietnam(context.now) + -kRetentionDays;
    const std::int64_t before_day = first_kept.days;
    const Ids old = TRY(select_ids(database, "SELECT id FROM declaration_entry WHERE province = ?1 AND day < ?2",
                                   {std::string_view(province), before_day}));
    TRY(keep_counts(database, province, before_day));

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
                                       "AND e.id IS NULL",
                                       {std::string_view(province), before}));
    events.insert(orphans.begin(), orphans.end());
    int erased = TRY(erase_all(context, old));
    erased += TRY(erase_all(context, Ids(events.begin(), events.end())));
    TRY(delete_where(database, "declaration_stay", "id", province, old));
    TRY(delete_where(database, "declaration_position", "declaration", province, old));
    TRY(delete_where(database, "declaration_event", "declaration", province, old));
    TRY(delete_where(database, "declaration_entry", "id", province, old));
    TRY(database.write("DELETE FROM declaration_event WHERE province = ?1 AND at < ?2 AND NOT EXISTS (SELECT 1 FROM "
                       "declaration_entry e WHERE e.province = declaration_event.province AND e.id = declaration_event.declaration)",
                       {std::string_view(province), before}));
    return erased;
}

}  // namespace

Result<int> purge(Context& context) {
    int erased = 0;
    for (const std::string& province : all_provinces()) {
        erased += TRY(purge_positions(context, province));
        erased += TRY(purge_declarations(context, province));
    }
    return erased;
}

}  // namespace lachan::declaration
