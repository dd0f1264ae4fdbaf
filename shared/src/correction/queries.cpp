#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "correction/store.h"
#include "kernel/id.h"
#include "kernel/record.h"
#include "vocab/person.h"

// What may be asked: by officials of a unit, and by the device that asked for a correction about its own.
namespace lachan::correction {
namespace {

constexpr std::int64_t kPage = 50;
constexpr std::int64_t kLongestPage = 200;

struct ListArguments {
    Text unit, state, after;
    Integer limit;
};
struct OneArguments {
    Text id, unit;
};
struct MineArguments {
    Text device;
};

FieldList list_arguments() {
    return {{
        field<&ListArguments::unit>("unit").required().unit(),
        field<&ListArguments::state>("state").choices({"open", "received", "taken", "issued", "refused"}),
        field<&ListArguments::after>("after").within(1, 60),
        field<&ListArguments::limit>("limit").within(1, kLongestPage),
    }};
}
FieldList one_arguments() {
    return {{field<&OneArguments::id>("id").required().within(36, 36), field<&OneArguments::unit>("unit").required().unit()}};
}
FieldList mine_arguments() { return {{field<&MineArguments::device>("device").required().within(43, 43)}}; }

/// The part of the table that a unit is: its province, and the column that narrows it.
struct Extent {
    std::string province;
    const char* column = "province";
    std::string value;
};

Result<Extent> extent_of(const Context& context, std::string_view unit) {
    const std::string path = unit == kNation ? std::string() : context.units.path(unit, day_in_vietnam(context.now));
    if (path.empty()) return Error{Errc::malformed, "correction.query_unit", "a province or a unit below it"};
    const char* const column = unit.size() == 3 ? "district" : unit.size() == 5 ? "ward" : "province";
    return Extent{path.substr(0, 2), column, std::string(unit)};
}

/// Where a page ends: `madeAt.id`.
struct Cursor {
    std::int64_t made_at = 0;
    std::string id;
};

Result<Cursor> read_cursor(std::string_view text) {
    Cursor cursor;
    const char* const end = text.data() + text.size();
    const auto [dot, failure] = std::from_chars(text.data(), end, cursor.made_at);
    if (failure == std::errc() && dot != end && *dot == '.') cursor.id.assign(dot + 1, end);
    if (!RecordId::parse(cursor.id)) return Error{Errc::malformed, "correction.cursor", "not a cursor of this list"};
    return cursor;
}

Json describe_entry(const Entry& entry, Sight sight, Instant now) {
    Json item{{"id", entry.id},          {"unit", entry.unit()},        {"madeAt", entry.made_at.ms},
              {"dueAt", entry.due_at().ms}, {"overdue", entry.is_overdue(now)}, {"state", name_of(entry.state)},
              {"wrong", entry.wrong}};
    if (const auto id = RecordId::parse(entry.id)) item["code"] = short_code("KB", *id);
    if (!is_open(entry.state)) item["endedAt"] = entry.ended_at.ms;
    if (sight == Sight::full || sight == Sight::masked) {
        item["name"] = sight == Sight::full ? entry.full_name : mask_name(entry.full_name);
        item["phone"] = sight == Sight::full ? entry.phone : mask_phone(entry.phone);
    }
    return item;
}

/// How many there are in each state, those that are counts already among them, and how many wait for too long.
Result<Json> count(Context& context, std::string_view unit) {
    const Extent extent = unit == kNation ? Extent() : TRY(extent_of(context, unit));
    std::string where = "province IN " + all_provinces();
    std::vector<SqlValue> values;
    if (unit != kNation) {
        where = std::string("province = ?1 AND ") + extent.column + " = ?2";
        values = {std::string_view(extent.province), std::string_view(extent.value)};
    }
    Json answer{{"unit", unit}, {"received", 0}, {"taken", 0}, {"issued", 0}, {"refused", 0}, {"overdue", 0}};
    const auto add = [&](const Row& row) {
        Json& number = answer[std::string(row.text(0))];
        number = number.get<std::int64_t>() + row.integer(1);
        return Next::row;
    };
    TRY(context.database.read("SELECT state, count(*) FROM correction_request WHERE " + where + " GROUP BY state", values, add));
    TRY(context.database.read("SELECT state, sum(number) FROM correction_daily WHERE " + where + " GROUP BY state", values, add));
    values.emplace_back(context.now.ms - kAnswerDays * kMillisecondsPerDay);
    TRY(context.database.read("SELECT 'overdue', count(*) FROM correction_request WHERE " + where +
                                  " AND state IN ('received', 'taken') AND made_at < ?" + std::to_string(values.size()),
                              values, add));
    return answer;
}

/// The open ones, oldest first: what is overdue stands above what is not. What is over, newest first.
Result<Json> list(Context& context, const Json& arguments, Sight sight) {
    const std::string_view unit = text_at(arguments, "unit");
    if (sight == Sight::counts || unit == kNation) return count(context, unit);
    const Extent extent = TRY(extent_of(context, unit));
    const std::string state(text_at(arguments, "state").empty() ? "open" : text_at(arguments, "state"));
    const bool is_over = state == "issued" || state == "refused";
    const std::int64_t limit = int_at(arguments, "limit", kPage);
    Cursor cursor{is_over ? INT64_MAX : -1, ""};
    if (const auto after = text_at(arguments, "after"); !after.empty()) cursor = TRY(read_cursor(after));
    const std::string states = state == "open" ? "'received', 'taken'" : '\'' + state + '\'';
    const std::string order = is_over ? " DESC" : "";
    std::vector<Entry> entries;
    TRY(context.database.read("SELECT " + std::string(kEntryColumns) + " FROM correction_request WHERE province = ?1 AND " + extent.column +
                                  " = ?2 AND state IN (" + states + ") AND (made_at, id) " + (is_over ? '<' : '>') +
                                  " (?3, ?4) ORDER BY made_at" + order + ", id" + order + " LIMIT ?5",
                              {std::string_view(extent.province), std::string_view(extent.value), cursor.made_at, std::string_view(cursor.id),
                               limit + 1},
                              [&](const Row& row) {
                                  entries.push_back(entry_of(row));
                                  return Next::row;
                              }));
    const bool more = static_cast<std::int64_t>(entries.size()) > limit;
    if (more) entries.pop_back();
    Json answer{{"items", Json::array()}, {"more", more}, {"overdue", TRY(count(context, unit))["overdue"]}};
    for (const Entry& entry : entries) answer["items"].push_back(describe_entry(entry, sight, context.now));
    if (more) answer["after"] = std::to_string(entries.back().made_at.ms) + '.' + entries.back().id;
    return answer;
}

/// What a step said, for whom it may concern: the citizen who asked, and officials with full sight.
void tell_end(Json& item, const StoredRecord& step) {
    for (const char* key : {"reason", "newCertificate", "newCode"}) {
        if (const auto text = text_at(step.record.body, key); !text.empty()) item[key] = text;
    }
}

Result<Json> describe_steps(Context& context, const Entry& entry) {
    Json items = Json::array();
    for (const Done& done : TRY(read_steps(context.database, entry.province, entry.id))) {
        Json item{{"id", done.id}, {"at", done.at.ms}, {"action", done.action}};
        if (const auto stored = TRY(RecordLog(context.database).find(done.id)); stored && !stored->bytes.empty()) {
            item["author"] = stored->record.author;
            tell_end(item, *stored);
        }
        items.push_back(std::move(item));
    }
    return items;
}

Result<Json> one(Context& context, const Json& arguments, Sight sight) {
    const auto entry = TRY(find_entry(context.database, text_at(arguments, "id")));
    const std::string_view unit = text_at(arguments, "unit");
    const bool is_inside = entry && context.units.covers(unit, entry->unit(), day_in_vietnam(context.now));
    if (!is_inside) return Error{Errc::not_found, "correction.unknown", "no such request in this unit"};
    Json answer = describe_entry(*entry, sight, context.now);
    if (sight != Sight::full) return answer;
    const auto stored = TRY(RecordLog(context.database).find(entry->id));
    if (stored && !stored->bytes.empty()) answer["body"] = stored->record.body;
    answer["steps"] = TRY(describe_steps(context, *entry));
    return answer;
}

/// How the requests of a device stand, with what the official wrote and the new certificate: nobody else is told so much of it without
/// a grant, and the device that asked is told nothing that it did not send or that is not meant for it.
Result<Json> mine(Context& context, const Json& arguments, Sight) {
    const std::string_view device = text_at(arguments, "device");
    // The shell has proven the device by its signature; on the device itself everything is its own.
    if (context.side == Side::server && context.actor.device != device) return Error{Errc::forbidden, "access.device", ""};
    std::vector<Entry> entries;
    TRY(context.database.read("SELECT " + std::string(kEntryColumns) + " FROM correction_request WHERE province IN " + all_provinces() +
                                  " AND device = ?1 ORDER BY made_at DESC, id DESC LIMIT ?2",
                              {device, kLongestPage}, [&](const Row& row) {
                                  entries.push_back(entry_of(row));
                                  return Next::row;
                              }));
    Json items = Json::array();
    for (const Entry& entry : entries) {
        Json item = describe_entry(entry, Sight::none, context.now);
        item["certificate"] = entry.certificate;
        const auto step = entry.ended_by.empty() ? std::nullopt : TRY(RecordLog(context.database).find(entry.ended_by));
        if (step && !step->bytes.empty()) tell_end(item, *step);
        items.push_back(std::move(item));
    }
    return Json{{"requests", std::move(items)}};
}

}  // namespace

std::span<const Query> queries() {
    static const std::array all{
        Query{"correction.list", Area::vaccine, Sight::counts, &list_arguments, &list},
        Query{"correction.request", Area::vaccine, Sight::masked, &one_arguments, &one},
        Query{"correction.mine", Area::vaccine, Sight::none, &mine_arguments, &mine},
    };
    return all;
}

}  // namespace lachan::correction
