#include <algorithm>
#include <set>
#include <array>
#include <optional>

#include "declaration/store.h"
#include "kernel/id.h"
#include "kernel/record.h"
#include "vocab/person.h"

// What may be asked. Every list is scoped by a unit and paged by its key, never by an offset.
namespace lachan::declaration {
namespace {

constexpr int kPage = 50;
constexpr int kLongestPage = 200;
constexpr int kLongestHistory = 20;

struct WorklistArguments {
    Text unit, colour, state, after;
    Integer limit;
};
struct DetailArguments {
    Text id, unit;
};
struct MineArguments {
    Text device;
};
struct CountsArguments {
    Text unit;
    Date day;
};

FieldList worklist_arguments() {
    return {{
        field<&WorklistArguments::unit>("unit").required().unit(),
        field<&WorklistArguments::colour>("colour").choices({"yellow", "red"}),
        field<&WorklistArguments::state>("state").choices(
            {"open", "triaged", "followedUp", "closed", "withdrawn", "superseded", "expired"}),
        field<&WorklistArguments::after>("after").within(1, 80),
        field<&WorklistArguments::limit>("limit").within(1, kLongestPage),
    }};
}

FieldList detail_arguments() {
    return {{field<&DetailArguments::id>("id").required().within(36, 36), field<&DetailArguments::unit>("unit").required().unit()}};
}

FieldList mine_arguments() { return {{field<&MineArguments::device>("device").required().within(43, 43)}}; }

FieldList counts_arguments() {
    return {{field<&CountsArguments::unit>("unit").required().unit(), field<&CountsArguments::day>("day")}};
}

Error malformed(const char* rule, const char* detail) { return {Errc::malformed, rule, detail}; }

/// The unit asked about as places in the keys: the column that narrows a province, and its value.
struct Extent {
    std::string province;
    const char* column = "";
    std::string value;
};

Result<Extent> extent_of(const Context& context, std::string_view unit, Day day) {
    const std::string path = context.units.path(unit, day);
    if (path.empty() || unit == kNation) return malformed("declaration.query_unit", "a province or a unit below it");
    Extent area{path.substr(0, 2), "", std::string(unit)};
    if (unit.size() == 3) area.column = "district";
    if (unit.size() == 5) area.column = "ward";
    return area;
}

/// Builds a statement and its values side by side. The texts must outlive it.
class Statement {
public:
    explicit Statement(std::string text) : text_(std::move(text)) {}
    /// Appends `text`, each '?' in it becoming the next parameter.
    Statement& add(std::string_view text, std::initializer_list<SqlValue> values = {}) {
        auto value = values.begin();
        for (const char c : text) {
            text_ += c;
            if (c != '?') continue;
            values_.push_back(*value++);
            text_ += std::to_string(values_.size());
        }
        return *this;
    }
    Result<void> read(Database& database, const OnRow& on_row) const { return database.read(text_, values_, on_row); }

private:
    std::string text_;
    std::vector<SqlValue> values_;
};

/// Where a page ends: `work.madeAt.id`.
struct Cursor {
    std::int64_t work = 0;
    std::int64_t made_at = 0;
    std::string id;
};

std::string write_cursor(const Entry& entry) {
    return std::to_string(entry.work()) + '.' + std::to_string(entry.made_at.ms) + '.' + entry.id;
}

Result<Cursor> read_cursor(std::string_view text) {
    const Error error = malformed("declaration.cursor", "not a cursor of this list");
    Cursor cursor;
    const auto digits = [](std::string_view word) {
        return !word.empty() && word.size() <= 15 && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    const auto first = text.find('.');
    const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos) return error;
    const auto made_at = text.substr(first + 1, second - first - 1);
    if (first != 1 || !digits(text.substr(0, 1)) || !digits(made_at) || !RecordId::parse(text.substr(second + 1))) return error;
    cursor.work = text[0] - '0';
    for (const char c : made_at) cursor.made_at = cursor.made_at * 10 + (c - '0');
    cursor.id = text.substr(second + 1);
    return cursor;
}

Json code_of(std::string_view id) {
    const auto parsed = RecordId::parse(id);
    return parsed ? Json(short_code("KB", *parsed)) : Json(nullptr);
}

Json describe_entry(const Entry& entry, Sight sight, Instant now) {
    Json item{{"id", entry.id},
              {"code", code_of(entry.id)},
              {"unit", entry.unit()},
              {"madeAt", entry.made_at.ms},
              {"state", name_of(state_at(entry, now))},
              {"colour", name_of(entry.triage.colour)},
              {"rules", entry.triage.rules},
              {"pack", entry.pack->id}};
    if (!entry.supersedes.empty()) item["supersedes"] = entry.supersedes;
    if (!entry.superseded_by.empty()) item["supersededBy"] = entry.superseded_by;
    if (sight == Sight::full || sight == Sight::masked) {
        item["name"] = sight == Sight::full ? entry.full_name : mask_name(entry.full_name);
        item["phone"] = sight == Sight::full ? entry.phone : mask_phone(entry.phone);
    }
    return item;
}

// --- counts -------------------------------------------------------------------------------------------------------------

struct Numbers {
    std::int64_t green = 0, yellow = 0, red = 0, symptomatic = 0, open_yellow = 0, open_red = 0;

    void add(Colour colour, bool with_signs, std::int64_t work, std::int64_t number) {
        (colour == Colour::red ? red : colour == Colour::yellow ? yellow : green) += number;
        if (with_signs) symptomatic += number;
        if (work == 1) open_yellow += number;
        if (work == 2) open_red += number;
    }
    Json describe() const {
        return {{"green", green},
                {"yellow", yellow},
                {"red", red},
                {"symptomatic", symptomatic},
                {"open", {{"yellow", open_yellow}, {"red", open_red}}}};
    }
};

/// Numbers of one day, in total and for the units directly below.
Result<Json> count_day(Context& context, std::string_view unit, Day day) {
    std::vector<std::string> provinces;
    Extent area;
    const char* group = "province";
    if (unit == kNation) {
        for (const Unit* province : context.units.children(kNation, day)) provinces.emplace_back(province->code);
    } else {
        area = TRY(extent_of(context, unit, day));
        provinces.push_back(area.province);
        group = unit.size() == 2 ? "district" : "ward";
    }
    Numbers total;
    std::map<std::string, Numbers> below;
    const auto on_row = [&](const Row& row) {
        const Colour colour = parse_colour(row.text(1));
        const bool with_signs = row.integer(2) != 0;
        total.add(colour, with_signs, row.integer(3), row.integer(4));
        below[std::string(row.text(0))].add(colour, with_signs, row.integer(3), row.integer(4));
        return Next::row;
    };
    const std::string columns = std::string(group) + ", colour, symptomatic";
    for (const std::string& province : provinces) {
        Statement live("SELECT " + columns + ", work, count(*) FROM declaration_entry");
        live.add(" WHERE province = ? AND day = ? AND state NOT IN ('withdrawn', 'superseded')",
                 {std::string_view(province), std::int64_t{day.days}});
        Statement kept("SELECT " + columns + ", 0, sum(number) FROM declaration_daily");
        kept.add(" WHERE province = ? AND day = ?", {std::string_view(province), std::int64_t{day.days}});
        if (*area.column != '\0') {
            const std::string narrow = " AND " + std::string(area.column) + " = ?";
            live.add(narrow, {std::string_view(area.value)});
            kept.add(narrow, {std::string_view(area.value)});
        }
        TRY(live.add(" GROUP BY " + columns + ", work").read(context.database, on_row));
        TRY(kept.add(" GROUP BY " + columns).read(context.database, on_row));
    }
    Json answer = total.describe();
    answer["unit"] = unit;
    answer["day"] = to_string(day);
    answer["units"] = Json::array();
    for (const auto& [code, numbers] : below) {
        Json item = numbers.describe();
        item["unit"] = code;
        answer["units"].push_back(std::move(item));
    }
    return answer;
}

Result<Json> counts(Context& context, const Json& arguments, Sight) {
    const auto day = Day::parse(text_at(arguments, "day"));
    return count_day(context, text_at(arguments, "unit"), day.value_or(day_in_vietnam(context.now)));
}

/// Devices with a number that the server saw proven, of these entries: "device phone".
Result<std::set<std::string>> confirmed_phones(Database& database, std::string_view province, const std::vector<Entry>& entries) {
    std::set<std::string> devices;
    for (const Entry& entry : entries) devices.insert(entry.device);
    std::set<std::string> proven;
    TRY(in_lists({devices.begin(), devices.end()}, 2, [&](const std::string& places, std::span<const std::string_view> part) {
        std::vector<SqlValue> values{province};
        values.insert(values.end(), part.begin(), part.end());
        return database.read("SELECT DISTINCT e.device, e.phone FROM declaration_entry e JOIN declaration_event v "
                             "ON v.province = e.province AND v.declaration = e.id AND v.kind = 'confirmation' "
                             "WHERE e.province = ?1 AND e.device IN (" + places + ")",
                             values, [&](const Row& row) {
                                 proven.insert(std::string(row.text(0)) + ' ' + std::string(row.text(1)));
                                 return Next::row;
                             });
    }));
    return proven;
}

// --- worklist -----------------------------------------------------------------------------------------------------------

Result<Json> worklist(Context& context, const Json& arguments, Sight sight) {
    const Day today = day_in_vietnam(context.now);
    if (sight == Sight::counts) return count_day(context, text_at(arguments, "unit"), today);
    const Extent area = TRY(extent_of(context, text_at(arguments, "unit"), today));
    const std::string_view state = text_at(arguments, "state").empty() ? "open" : text_at(arguments, "state");
    const std::string_view colour = text_at(arguments, "colour");
    const std::int64_t limit = int_at(arguments, "limit", kPage);
    const std::int64_t valid_from = context.now.ms - kValidDays * kMillisecondsPerDay;

    Statement statement("SELECT " + std::string(kEntryColumns) + " FROM declaration_entry");
    statement.add(" WHERE province = ?", {std::string_view(area.province)});
    if (*area.column != '\0') statement.add(" AND " + std::string(area.column) + " = ?", {std::string_view(area.value)});
    const bool is_open = state == "open" || state == "triaged" || state == "followedUp";
    if (is_open || state == "expired") {
        statement.add(" AND work > 0");
        statement.add(is_open ? " AND made_at >= ?" : " AND made_at < ?", {valid_from});
    }
    if (state != "open" && state != "expired") statement.add(" AND state = ?", {state});
    if (!colour.empty()) statement.add(" AND colour = ?", {colour});
    Cursor cursor;
    if (const auto after = text_at(arguments, "after"); !after.empty()) {
        cursor = TRY(read_cursor(after));
        statement.add(" AND (work, made_at, id) < (?, ?, ?)", {cursor.work, cursor.made_at, std::string_view(cursor.id)});
    }
    statement.add(" ORDER BY work DESC, made_at DESC, id DESC LIMIT ?", {limit + 1});

    std::vector<Entry> entries;
    TRY(statement.read(context.database, [&](const Row& row) {
        entries.push_back(entry_of(row));
        return Next::row;
    }));
    const bool more = static_cast<std::int64_t>(entries.size()) > limit;
    if (more) entries.pop_back();
    Json items = Json::array();
    const std::set<std::string> proven = TRY(confirmed_phones(context.database, area.province, entries));
    for (const Entry& entry : entries) {
        Json item = describe_entry(entry, sight, context.now);
        item["phoneProven"] = proven.contains(entry.device + ' ' + entry.phone);
        items.push_back(std::move(item));
    }
    Json answer{{"items", std::move(items)}, {"more", more}};
    if (more) answer["after"] = write_cursor(entries.back());
    return answer;
}

// --- detail -------------------------------------------------------------------------------------------------------------

/// A body as far as `sight` goes: masked sight sees health answers and places, but of the person only what helps to find them.
Json visible_body(const FieldList& list, const Json& body, Sight sight) {
    if (sight == Sight::full) return body;
    Json visible = Json::object();
    for (const FieldSpec& spec : list.fields) {
        const std::string name(spec.name);
        const bool personal = spec.section_name == "person" || spec.section_name == "contact";
        const bool harmless = name == "sex" || name == "province" || name == "district" || name == "ward" || name == "nationality";
        // Free text may name people; codes and numbers do not.
        const bool free_text = spec.control_name == "textarea";
        if (body.contains(name) && !free_text && (!personal || harmless)) visible[name] = body[name];
    }
    if (visible.contains("places")) {
        for (Json& place : visible["places"]) place.erase("note");
    }
    if (sight != Sight::masked) return visible;
    visible["fullName"] = mask_name(text_at(body, "fullName"));
    visible["phone"] = mask_phone(phone_e164(text_at(body, "phone")));
    return visible;
}

Result<Json> describe_version(Context& context, const Entry& entry, Sight sight) {
    Json item = describe_entry(entry, sight, context.now);
    const auto stored = TRY(RecordLog(context.database).find(entry.id));
    if (!stored || stored->bytes.empty()) return item;
    item["version"] = stored->record.version;
    item["hash"] = stored->hash;
    if (const FieldList* list = fields_of_population(stored->record.version)) {
        item["body"] = visible_body(*list, stored->record.body, sight);
    }
    return item;
}

Result<Json> describe_events(Context& context, const Entry& entry, Sight sight) {
    Json items = Json::array();
    const Events events = TRY(read_events(context.database, entry.province, {entry.id}));
    for (const auto& [id, list] : events) {
        for (const Event& event : list) {
            Json item{{"id", event.id}, {"kind", event.kind}, {"at", event.at.ms}, {"author", event.author}};
            if (!event.detail.empty()) item["detail"] = event.detail;
            if (const auto stored = TRY(RecordLog(context.database).find(event.id)); sight == Sight::full && stored) {
                for (const char* key : {"note", "reason"}) {
                    if (const auto text = text_at(stored->record.body, key); !text.empty()) item["note"] = text;
                }
            }
            items.push_back(std::move(item));
        }
    }
    return items;
}

Result<Json> describe_positions(Context& context, const Entry& entry) {
    Json items = Json::array();
    const std::int64_t from = context.now.ms - kPositionDays * kMillisecondsPerDay;
    // Only what the same device gave under its own consent is shown, and nothing that is due to be purged.
    if (!entry.position_consent) return items;
    TRY(context.database.read("SELECT made_at, lat_e6, lon_e6, accuracy_m FROM declaration_position WHERE province = ?1 "
                              "AND declaration = ?2 AND device = ?3 AND made_at >= ?4 ORDER BY made_at, id",
                              {std::string_view(entry.province), std::string_view(entry.id), std::string_view(entry.device), from},
                              [&](const Row& row) {
                                  items.push_back({{"at", row.integer(0)},
                                                   {"latE6", row.integer(1)},
                                                   {"lonE6", row.integer(2)},
                                                   {"accuracyM", row.integer(3)}});
                                  return Next::row;
                              }));
    return items;
}

Result<std::optional<Entry>> find_entry(Context& context, std::string_view id) {
    const auto parsed = RecordId::parse(id);
    if (!parsed) return std::optional<Entry>{};
    Entries found = TRY(read_entries(context.database, province_of_shard(parsed->shard()), {std::string(id)}));
    if (found.empty()) return std::optional<Entry>{};
    return std::optional<Entry>(std::move(found.begin()->second));
}

Result<Json> detail(Context& context, const Json& arguments, Sight sight) {
    const Error unknown{Errc::not_found, "declaration.unknown", ""};
    const std::optional<Entry> asked = TRY(find_entry(context, text_at(arguments, "id")));
    const std::string_view unit = text_at(arguments, "unit");
    const Day today = day_in_vietnam(context.now);
    const auto inside = [&](const Entry& entry) {
        return unit == kNation || context.units.covers(unit, entry.unit(), today) ||
               context.units.covers(unit, entry.unit(), day_in_vietnam(entry.made_at));
    };
    // Outside the unit asked about it is as if there were none: the right was checked for that unit alone.
    if (!asked || !inside(*asked)) return unknown;

    std::vector<Entry> versions{*asked};
    for (int i = 0; i < kLongestHistory && !versions.front().supersedes.empty(); ++i) {
        std::optional<Entry> older = TRY(find_entry(context, versions.front().supersedes));
        if (!older || older->superseded_by != versions.front().id) break;
        versions.insert(versions.begin(), std::move(*older));
    }
    for (int i = 0; i < kLongestHistory && !versions.back().superseded_by.empty(); ++i) {
        std::optional<Entry> newer = TRY(find_entry(context, versions.back().superseded_by));
        if (!newer) break;
        versions.push_back(std::move(*newer));
    }
    Json answer = TRY(describe_version(context, *asked, sight));
    answer["events"] = TRY(describe_events(context, *asked, sight));
    answer["positions"] = sight == Sight::full ? TRY(describe_positions(context, *asked)) : Json::array();
    answer["versions"] = Json::array();
    for (const Entry& version : versions) {
        // A person who moved corrected it from elsewhere: that version belongs to the officials there.
        if (inside(version)) answer["versions"].push_back(TRY(describe_version(context, version, sight)));
    }
    return answer;
}

// --- mine ---------------------------------------------------------------------------------------------------------------

Result<Json> mine(Context& context, const Json& arguments, Sight) {
    const std::string_view device = text_at(arguments, "device");
    // The shell has proven the device by its signature; on the device itself everything is its own.
    if (context.side == Side::server && context.actor.device != device) return Error{Errc::forbidden, "access.device", ""};
    std::string columns(kEntryColumns);
    for (std::size_t at = 0; (at = columns.find(", ", at)) != std::string::npos; at += 4) columns.insert(at + 2, "e.");
    Json items = Json::array();
    TRY(context.database.read("SELECT e." + columns +
                                  " FROM kernel_record k JOIN declaration_entry e ON e.province = k.province AND e.id = k.id "
                                  "WHERE k.province IN " + all_provinces() + " AND k.device = ?1 ORDER BY k.made_at DESC LIMIT ?2",
                              {device, std::int64_t{kLongestPage}}, [&](const Row& row) {
                                  items.push_back(describe_entry(entry_of(row), Sight::none, context.now));
                                  return Next::row;
                              }));
    return Json{{"records", std::move(items)}};
}

}  // namespace

std::span<const Query> queries() {
    static const std::array all{
        Query{"declaration.worklist", Area::declare, Sight::counts, &worklist_arguments, &worklist},
        Query{"declaration.detail", Area::declare, Sight::masked, &detail_arguments, &detail},
        Query{"declaration.counts", Area::declare, Sight::counts, &counts_arguments, &counts},
        Query{"declaration.mine", Area::declare, Sight::none, &mine_arguments, &mine},
    };
    return all;
}

}  // namespace lachan::declaration
