#include "declaration/store.h"

#include <algorithm>
#include <bit>
#include <set>

#include "kernel/id.h"
#include "vocab/person.h"

namespace lachan::declaration {

const std::string_view kEntryColumns =
    "province, id, district, ward, device, made_at, supersedes, full_name, phone, position_consent, symptomatic, rules, colour, "
    "state, superseded_by, pack";

namespace {

using Value = SqlValue;
using Ids = std::vector<std::string>;

constexpr std::size_t kLongestList = 400;

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        if (!text.empty()) text += ',';
        text += word;
    }
    return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::string province_of_id(std::string_view id) {
    const auto parsed = RecordId::parse(id);
    return parsed ? province_of_shard(parsed->shard()) : std::string();
}

/// One row of declaration_stay, while it is still with its declaration.
struct Stay {
    std::string path;
    Day from;
    Day to;
};

using Stays = std::map<std::string, std::vector<Stay>>;

/// What the other systems are told about a declaration: "" once it does not count.
void tell(Context& context, const Entry& entry, Colour before, bool counted_before) {
    DeclarationTriaged fact;
    fact.unit = entry.unit();
    fact.day = day_in_vietnam(entry.made_at);
    fact.before = counted_before ? name_of(before) : "";
    fact.symptomatic_before = counted_before && entry.symptomatic;
    fact.colour = entry.is_counted() ? name_of(entry.triage.colour) : "";
    fact.symptomatic = entry.is_counted() && entry.symptomatic;
    if (fact.before != fact.colour) context.facts.emplace_back(std::move(fact));
}

using Wanted = std::map<std::string, std::set<std::string>>;  ///< units by their province

void want_levels(const Units& units, const Stays& stays, Wanted& wanted) {
    for (const auto& [id, list] : stays) {
        for (const Stay& stay : list) {
            for (std::string& unit : split(stay.path, '/')) wanted[units.province_of(unit)].insert(std::move(unit));
        }
    }
}

Result<UnitLevels> read_levels(Database& database, const Wanted& wanted) {
    UnitLevels levels;
    for (const auto& entry : wanted) {
        const std::string& province = entry.first;  // clang 14 captures no structured binding
        TRY(in_lists(Ids(entry.second.begin(), entry.second.end()), 2, [&](const std::string& places, std::span<const std::string_view> part) {
            std::vector<Value> values{std::string_view(province)};
            values.insert(values.end(), part.begin(), part.end());
            return database.read("SELECT unit, from_day, level FROM declaration_unit_level WHERE province = ?1 AND unit IN (" +
                                     places + ")",
                                 values, [&](const Row& row) {
                                     levels.set(row.text(0), Day{static_cast<std::int32_t>(row.integer(1))},
                                                static_cast<int>(row.integer(2)));
                                     return Next::row;
                                 });
        }));
    }
    return levels;
}

Result<UnitLevels> read_levels(Database& database, const Units& units, const Stays& stays) {
    Wanted wanted;
    want_levels(units, stays, wanted);
    return read_levels(database, wanted);
}

/// Whether anything has happened to a declaration between these two, ids included.
Result<bool> has_events(Database& database, std::string_view province, std::string_view first, std::string_view last) {
    bool found = false;
    TRY(database.read("SELECT 1 FROM declaration_event WHERE province = ?1 AND declaration >= ?2 AND declaration <= ?3 LIMIT 1",
                      {province, first, last}, [&](const Row&) {
                          found = true;
                          return Next::stop;
                      }));
    return found;
}

bool at_risk(const std::vector<Stay>& stays, const UnitLevels& levels) {
    return std::any_of(stays.begin(), stays.end(), [&](const Stay& stay) { return is_risky(stay.path, stay.from, stay.to, levels); });
}

/// The stays of a body in units of Vietnam; countries have no level.
std::vector<Stay> stays_of(const std::vector<Place>& places, const Units& units) {
    std::vector<Stay> stays;
    for (const Place& place : places) {
        if (!place.place || !place.from || !place.to) continue;
        std::string path = units.path(*place.place, *place.from);
        if (!path.empty()) stays.push_back({std::move(path), *place.from, *place.to});
    }
    return stays;
}

Result<void> insert_entry(Database& database, const Entry& entry) {
    const std::string rules = join(entry.triage.rules);
    return database.write(
        "INSERT INTO declaration_entry (province, id, district, ward, device, made_at, day, supersedes, full_name, phone, "
        "position_consent, symptomatic, rules, colour, state, superseded_by, work, pack) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        {std::string_view(entry.province), std::string_view(entry.id), std::string_view(entry.district),
         std::string_view(entry.ward), std::string_view(entry.device), entry.made_at.ms,
         std::int64_t{day_in_vietnam(entry.made_at).days}, std::string_view(entry.supersedes),
         std::string_view(entry.full_name), std::string_view(entry.phone), std::int64_t{entry.position_consent},
         std::int64_t{entry.symptomatic}, std::string_view(rules), std::string_view(name_of(entry.triage.colour)),
         std::string_view(name_of(entry.state)), std::string_view(entry.superseded_by), std::int64_t{entry.work()},
         entry.pack->id});
}

Result<void> insert_stays(Database& database, const Entry& entry, const std::vector<Stay>& stays) {
    std::int64_t number = 0;
    for (const Stay& stay : stays) {
        std::vector<std::string> codes = split(stay.path, '/');
        codes.resize(3);
        // A list of units without districts has paths of two codes; the length of a code tells its level.
        if (codes[1].size() == 5) std::swap(codes[1], codes[2]);
        TRY(database.write("INSERT INTO declaration_stay (province, id, place_no, path, stay_province, stay_district, stay_ward, "
                           "from_day, to_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                           {std::string_view(entry.province), std::string_view(entry.id), number++, std::string_view(stay.path),
                            std::string_view(codes[0]), std::string_view(codes[1]), std::string_view(codes[2]),
                            std::int64_t{stay.from.days}, std::int64_t{stay.to.days}}));
    }
    return {};
}

// Two statements, each of its own columns: another instance may write the other half at the same moment. `work` is made in SQL
// from what then stands there, by the rule of Entry::work.
Result<void> update_state(Database& database, const Entry& entry) {
    return database.write("UPDATE declaration_entry SET state = ?3, superseded_by = ?4, work = CASE WHEN ?3 IN ('triaged', 'followedUp') "
                          "THEN CASE colour WHEN 'red' THEN 2 WHEN 'yellow' THEN 1 ELSE 0 END ELSE 0 END "
                          "WHERE province = ?1 AND id = ?2",
                          {std::string_view(entry.province), std::string_view(entry.id), std::string_view(name_of(entry.state)),
                           std::string_view(entry.superseded_by)});
}

Result<void> update_triage(Database& database, const Entry& entry) {
    const std::string rules = join(entry.triage.rules);
    return database.write("UPDATE declaration_entry SET rules = ?3, colour = ?4, work = CASE WHEN state IN ('triaged', 'followedUp') "
                          "THEN CASE ?4 WHEN 'red' THEN 2 WHEN 'yellow' THEN 1 ELSE 0 END ELSE 0 END "
                          "WHERE province = ?1 AND id = ?2",
                          {std::string_view(entry.province), std::string_view(entry.id), std::string_view(rules),
                           std::string_view(name_of(entry.triage.colour))});
}

Result<void> insert_event(Database& database, std::string_view province, std::string_view declaration, const Event& event) {
    return database.write("INSERT INTO declaration_event (province, declaration, id, kind, at, device, author, scope, detail) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
                          {province, declaration, std::string_view(event.id), std::string_view(event.kind), event.at.ms,
                           std::string_view(event.device), std::string_view(event.author), std::string_view(event.scope),
                           std::string_view(event.detail)});
}

Event event_of(const StoredRecord& stored, std::string kind, std::string detail) {
    const Record& record = stored.record;
    return {record.id, std::move(kind), record.made_at, record.device, record.author, stored.scope.path(), std::move(detail)};
}

/// One batch on its way into the tables, province by province.
class Fold {
public:
    explicit Fold(Context& context) : context_(context) {}

    Result<void> take(const StoredRecord& stored) {
        const Record& record = stored.record;
        if (record.kind == "population") return take_population(stored);
        if (record.kind == "position") return take_position(stored);
        const char* detail = record.kind == "follow_up" ? "action" : record.kind == "closure" ? "outcome" : "";
        return take_event(text_at(record.body, "declaration"), event_of(stored, record.kind, std::string(text_at(record.body, detail))));
    }

    Result<void> finish() {
        Wanted wanted;
        for (const auto& [province, group] : groups_) want_levels(context_.units, group.stays, wanted);
        const UnitLevels levels = TRY(read_levels(context_.database, wanted));
        for (auto& [province, group] : groups_) TRY(finish_province(province, group, levels));
        return {};
    }

private:
    struct Group {
        std::vector<Entry> fresh;
        Stays stays;               ///< of the fresh ones
        std::set<std::string> touched;  ///< declarations with new events
    };

    Result<void> take_population(const StoredRecord& stored) {
        const Record& record = stored.record;
        const FieldList* list = fields_of_population(record.version);
        // A feed may bring a version that this program does not know yet: it stays in the log until the program is renewed.
        if (!list) return {};
        const auto declared = read_record<Population>(*list, record.body);
        Group& group = groups_[stored.scope.province];
        Entry entry;
        entry.province = stored.scope.province;
        entry.id = record.id;
        entry.district = stored.scope.district;
        entry.ward = stored.scope.ward;
        entry.device = record.device;
        entry.made_at = record.made_at;
        entry.supersedes = record.supersedes;
        entry.full_name = declared.full_name.value_or("");
        entry.phone = phone_e164(declared.phone.value_or(""));
        entry.position_consent = declared.position_consent.value_or(false);
        entry.symptomatic = is_symptomatic(declared);
        entry.pack = &pack_on(day_in_vietnam(record.made_at));
        entry.triage = judge_answers(*entry.pack, declared, record.version);
        if (auto stays = stays_of(declared.places, context_.units); !stays.empty()) group.stays[record.id] = std::move(stays);
        group.fresh.push_back(std::move(entry));
        if (record.supersedes.empty()) return {};
        return take_event(record.supersedes, event_of(stored, "supersession", ""));
    }

    Result<void> take_event(std::string_view declaration, Event event) {
        const std::string province = province_of_id(declaration);
        TRY(insert_event(context_.database, province, declaration, event));
        groups_[province].touched.emplace(declaration);
        return {};
    }

    Result<void> take_position(const StoredRecord& stored) {
        const Json& body = stored.record.body;
        return context_.database.write(
            "INSERT INTO declaration_position (province, id, declaration, device, made_at, lat_e6, lon_e6, accuracy_m) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            {std::string_view(stored.scope.province), std::string_view(stored.record.id), text_at(body, "declaration"),
             std::string_view(stored.record.device), stored.record.made_at.ms, int_at(body, "latE6"), int_at(body, "lonE6"),
             int_at(body, "accuracyM")});
    }

    /// Events of all declarations of a group. What is fresh has mostly none yet: one look at a range of ids says so for all of them.
    Result<Events> read_events_of(const std::string& province, const Group& group) {
        Ids ids(group.touched.begin(), group.touched.end());
        if (!group.fresh.empty()) {
            const auto by_id = [](const Entry& a, const Entry& b) { return a.id < b.id; };
            const auto [first, last] = std::minmax_element(group.fresh.begin(), group.fresh.end(), by_id);
            if (TRY(has_events(context_.database, province, first->id, last->id))) {
                for (const Entry& entry : group.fresh) ids.push_back(entry.id);
            }
        }
        return read_events(context_.database, province, ids);
    }

    Result<void> finish_province(const std::string& province, Group& group, const UnitLevels& levels) {
        Database& database = context_.database;
        const Events events = TRY(read_events_of(province, group));
        for (const Entry& entry : group.fresh) group.touched.erase(entry.id);
        const auto settle = [&](Entry& entry) {
            const auto found = events.find(entry.id);
            if (found == events.end()) return;
            Standing standing = stand(entry, found->second);
            entry.state = standing.state;
            entry.superseded_by = std::move(standing.superseded_by);
        };
        for (Entry& entry : group.fresh) {
            if (const auto stays = group.stays.find(entry.id); stays != group.stays.end()) {
                entry.triage = with_stay(*entry.pack, std::move(entry.triage), at_risk(stays->second, levels));
                TRY(insert_stays(database, entry, stays->second));
            }
            settle(entry);
            TRY(insert_entry(database, entry));
            tell(context_, entry, Colour::none, false);
        }
        Entries known = TRY(read_entries(database, province, Ids(group.touched.begin(), group.touched.end())));
        for (auto& [id, entry] : known) {
            const State before = entry.state;
            const bool counted = entry.is_counted();
            const std::string superseded_by = entry.superseded_by;
            settle(entry);
            if (entry.state == before && entry.superseded_by == superseded_by) continue;
            TRY(update_state(database, entry));
            tell(context_, entry, entry.triage.colour, counted);
        }
        return {};
    }

    Context& context_;
    std::map<std::string, Group> groups_;
};

/// Declarations with a stay in `unit` that lasts until `from` or longer, by province.
Result<void> find_affected(Database& database, std::string_view unit, Day from, std::map<std::string, std::set<std::string>>& out) {
    const char* column = unit.size() == 2 ? "stay_province" : unit.size() == 3 ? "stay_district" : "stay_ward";
    return database.read("SELECT DISTINCT province, id FROM declaration_stay WHERE " + std::string(column) +
                             " = ?1 AND " + column + " <> '' AND to_day >= ?2",
                         {unit, std::int64_t{from.days}}, [&](const Row& row) {
                             out[std::string(row.text(0))].emplace(row.text(1));
                             return Next::row;
                         });
}

Result<Stays> read_stays(Database& database, std::string_view province, const Ids& ids) {
    Stays stays;
    TRY(in_lists(ids, 2, [&](const std::string& places, std::span<const std::string_view> part) {
        std::vector<Value> values{province};
        values.insert(values.end(), part.begin(), part.end());
        return database.read("SELECT id, path, from_day, to_day FROM declaration_stay WHERE province = ?1 AND id IN (" + places +
                                 ") ORDER BY id, place_no",
                             values, [&](const Row& row) {
                                 stays[std::string(row.text(0))].push_back({std::string(row.text(1)),
                                                                            Day{static_cast<std::int32_t>(row.integer(2))},
                                                                            Day{static_cast<std::int32_t>(row.integer(3))}});
                                 return Next::row;
                             });
    }));
    return stays;
}

Result<void> judge_again(Context& context, const std::string& province, const Ids& ids) {
    const Stays stays = TRY(read_stays(context.database, province, ids));
    const UnitLevels levels = TRY(read_levels(context.database, context.units, stays));
    Entries entries = TRY(read_entries(context.database, province, ids));
    for (auto& [id, entry] : entries) {
        const auto own = stays.find(id);
        if (own == stays.end()) continue;
        Triage judged = with_stay(*entry.pack, entry.triage, at_risk(own->second, levels));
        if (judged == entry.triage) continue;
        const Colour before = entry.triage.colour;
        entry.triage = std::move(judged);
        TRY(update_triage(context.database, entry));
        tell(context, entry, before, entry.is_counted());
    }
    return {};
}

/// The declaration that a record names, if it has arrived.
Result<std::optional<Entry>> find_entry(Database& database, std::string_view id) {
    const std::string province = province_of_id(id);
    Entries found = TRY(read_entries(database, province, {std::string(id)}));
    if (found.empty()) return std::optional<Entry>{};
    return std::optional<Entry>(std::move(found.begin()->second));
}

Error refused(const char* rule) { return {Errc::rejected, rule, ""}; }

Result<void> accept_withdrawal(Context& context, const Record& record, const Entry& entry) {
    if (record.device != entry.device) return Error{Errc::forbidden, "declaration.withdrawal_device", ""};
    if (record.made_at.ms - entry.made_at.ms > kWithdrawalHours * 3'600'000LL) return refused("declaration.withdrawal_late");
    const Events events = TRY(read_events(context.database, entry.province, {entry.id}));
    for (const auto& [id, list] : events) {
        for (const Event& event : list) {
            // On the server what is there came first, whatever a phone's clock says: nobody withdraws under an officer's hand.
            const bool used = event.kind == "follow_up" && (context.side == Side::server || event.at <= record.made_at);
            if (used) return refused("declaration.withdrawal_evidence");
        }
    }
    return {};
}

Result<void> accept_correction(Context& context, const Record& record, const Entry& old) {
    if (record.device == old.device) return {};
    if (record.author.empty()) return Error{Errc::forbidden, "declaration.superseded_device", ""};
    return require(context.actor, Verb::write, Area::declare, old.unit(), context.units, context.now, Sight::masked);
}

}  // namespace

const char* name_of(State state) {
    switch (state) {
        case State::triaged: return "triaged";
        case State::followed_up: return "followedUp";
        case State::closed: return "closed";
        case State::withdrawn: return "withdrawn";
        case State::superseded: return "superseded";
        case State::expired: return "expired";
    }
    return "triaged";
}

State parse_state(std::string_view name) {
    for (const State state : {State::followed_up, State::closed, State::withdrawn, State::superseded, State::expired}) {
        if (name == name_of(state)) return state;
    }
    return State::triaged;
}

int Entry::work() const {
    if (state != State::triaged && state != State::followed_up) return 0;
    return triage.colour == Colour::red ? 2 : triage.colour == Colour::yellow ? 1 : 0;
}

Standing stand(const Entry& entry, const std::vector<Event>& events) {
    const std::string path = entry.path();
    // An event of officials counts only when it was made for the declaration's own unit or one above it.
    const auto in_scope = [&](const Event& event) {
        return path.substr(0, event.scope.size()) == event.scope || event.scope == kNation;
    };
    const auto any = [&](std::string_view kind, const auto& counts) {
        return std::any_of(events.begin(), events.end(), [&](const Event& event) { return event.kind == kind && counts(event); });
    };
    Standing standing;
    for (const Event& event : events) {
        const bool allowed = event.device == entry.device || !event.author.empty();
        if (event.kind != "supersession" || !allowed) continue;
        // Of two corrections of the same declaration the first by id is named, whichever came first.
        if (standing.superseded_by.empty() || event.id < standing.superseded_by) standing.superseded_by = event.id;
    }
    if (!standing.superseded_by.empty()) {
        standing.state = State::superseded;
        return standing;
    }
    const bool withdrawn = any("withdrawal", [&](const Event& event) {
        const bool in_time = event.at.ms - entry.made_at.ms <= kWithdrawalHours * 3'600'000LL;
        const bool used = any("follow_up", [&](const Event& other) { return in_scope(other) && other.at <= event.at; });
        return event.device == entry.device && in_time && !used;
    });
    const bool followed = any("follow_up", in_scope);
    if (withdrawn) standing.state = State::withdrawn;
    else if (followed && any("closure", in_scope)) standing.state = State::closed;
    else if (followed) standing.state = State::followed_up;
    return standing;
}

State state_at(const Entry& entry, Instant now) {
    const bool open = entry.state == State::triaged || entry.state == State::followed_up;
    return open && entry.made_at.ms + kValidDays * kMillisecondsPerDay < now.ms ? State::expired : entry.state;
}

Result<void> in_lists(const std::vector<std::string>& ids, std::size_t first,
                      const std::function<Result<void>(const std::string&, std::span<const std::string_view>)>& run) {
    for (std::size_t from = 0; from < ids.size(); from += kLongestList) {
        const auto named = std::span(ids).subspan(from, std::min(kLongestList, ids.size() - from));
        // Filled up with its last id to a power of two: a handful of statements that stay prepared, not one for each length.
        std::vector<std::string_view> part(named.begin(), named.end());
        part.resize(std::bit_ceil(part.size()), part.back());
        std::string places;
        for (std::size_t i = 0; i < part.size(); ++i) {
            if (i > 0) places += ", ";
            places += '?' + std::to_string(first + i);
        }
        TRY(run(places, part));
    }
    return {};
}

Entry entry_of(const Row& row) {
    Entry entry;
    entry.province = row.text(0);
    entry.id = row.text(1);
    entry.district = row.text(2);
    entry.ward = row.text(3);
    entry.device = row.text(4);
    entry.made_at = Instant{row.integer(5)};
    entry.supersedes = row.text(6);
    entry.full_name = row.text(7);
    entry.phone = row.text(8);
    entry.position_consent = row.integer(9) != 0;
    entry.symptomatic = row.integer(10) != 0;
    entry.triage.rules = split(row.text(11), ',');
    entry.triage.colour = parse_colour(row.text(12));
    entry.state = parse_state(row.text(13));
    entry.superseded_by = row.text(14);
    entry.pack = &pack_named(row.text(15), day_in_vietnam(entry.made_at));
    return entry;
}

Result<Entries> read_entries(Database& database, std::string_view province, const Ids& ids) {
    Entries entries;
    TRY(in_lists(ids, 2, [&](const std::string& places, std::span<const std::string_view> part) {
        std::vector<Value> values{province};
        values.insert(values.end(), part.begin(), part.end());
        return database.read("SELECT " + std::string(kEntryColumns) + " FROM declaration_entry WHERE province = ?1 AND id IN (" +
                                 places + ")",
                             values, [&](const Row& row) {
                                 Entry entry = entry_of(row);
                                 entries.emplace(entry.id, std::move(entry));
                                 return Next::row;
                             });
    }));
    return entries;
}

Result<Events> read_events(Database& database, std::string_view province, const Ids& ids) {
    Events events;
    TRY(in_lists(ids, 2, [&](const std::string& places, std::span<const std::string_view> part) {
        std::vector<Value> values{province};
        values.insert(values.end(), part.begin(), part.end());
        return database.read("SELECT declaration, id, kind, at, device, author, scope, detail FROM declaration_event "
                             "WHERE province = ?1 AND declaration IN (" +
                                 places + ") ORDER BY declaration, at, id",
                             values, [&](const Row& row) {
                                 events[std::string(row.text(0))].push_back(
                                     {std::string(row.text(1)), std::string(row.text(2)), Instant{row.integer(3)},
                                      std::string(row.text(4)), std::string(row.text(5)), std::string(row.text(6)),
                                      std::string(row.text(7))});
                                 return Next::row;
                             });
    }));
    return events;
}

Result<UnitLevels> read_levels_of(Database& database, const Units& units, const std::vector<Place>& places) {
    return read_levels(database, units, {{"", stays_of(places, units)}});
}

Result<void> accept(Context& context, const Record& record) {
    // Said by the server alone, under a name that no user can have.
    if (record.kind == "confirmation" && record.author != kServerAuthor) return Error{Errc::forbidden, "access.author", ""};
    const bool population = record.kind == "population";
    const std::string id = population ? record.supersedes : std::string(text_at(record.body, "declaration"));
    if (population && id.empty()) return {};
    const std::optional<Entry> entry = TRY(find_entry(context.database, id));
    // It may still be on its way; then the fold decides by the same rules.
    if (!entry) return {};
    if (population) return accept_correction(context, record, *entry);
    if (record.kind == "withdrawal") return accept_withdrawal(context, record, *entry);
    if (record.kind == "position") {
        if (record.device != entry->device) return Error{Errc::forbidden, "declaration.position_device", ""};
        if (!entry->position_consent) return refused("declaration.position_consent");
        return {};
    }
    if (record.unit != kNation && !context.units.covers(record.unit, entry->unit(), day_in_vietnam(record.made_at))) {
        return refused("declaration.reference_unit");
    }
    const bool to_follow = entry->triage.colour == Colour::yellow || entry->triage.colour == Colour::red;
    if (record.kind == "follow_up" && !to_follow) return refused("declaration.follow_up_colour");
    return {};
}

Result<void> apply(Context& context, std::span<const StoredRecord> records) {
    Fold fold(context);
    for (const StoredRecord& stored : records) {
        if (stored.record.system == "declaration") TRY(fold.take(stored));
    }
    return fold.finish();
}

Result<void> observe(Context& context, std::span<const Fact> facts) {
    std::map<std::string, Day> changed;  // unit -> earliest day from which its level is another
    for (const Fact& fact : facts) {
        const auto* level = std::get_if<UnitLevelChanged>(&fact);
        if (!level) continue;
        const std::string province = context.units.province_of(level->unit);
        // A fact says what holds from its day on: what was told before about later days is void.
        TRY(context.database.write("DELETE FROM declaration_unit_level WHERE province = ?1 AND unit = ?2 AND from_day > ?3",
                                   {std::string_view(province), std::string_view(level->unit), std::int64_t{level->from.days}}));
        TRY(context.database.write("INSERT INTO declaration_unit_level (province, unit, from_day, level) VALUES (?1, ?2, ?3, ?4) "
                                   "ON CONFLICT (province, unit, from_day) DO UPDATE SET level = ?4",
                                   {std::string_view(province), std::string_view(level->unit), std::int64_t{level->from.days},
                                    std::int64_t{level->level}}));
        const auto [found, fresh] = changed.emplace(level->unit, level->from);
        if (!fresh) found->second = std::min(found->second, level->from);
    }
    std::map<std::string, std::set<std::string>> affected;
    for (const auto& [unit, from] : changed) TRY(find_affected(context.database, unit, from, affected));
    for (const auto& [province, ids] : affected) TRY(judge_again(context, province, Ids(ids.begin(), ids.end())));
    return {};
}

Result<std::vector<Draft>> phone_confirmed(Context& context, std::string_view device, std::string_view phone) {
    std::vector<Draft> drafts;
    for (const Unit* province : context.units.children(kNation, day_in_vietnam(context.now))) {
        // One declaration of a device and number speaks for the others of that province: see confirmed_phones in queries.cpp.
        TRY(context.database.read("SELECT e.id, e.ward, e.district FROM declaration_entry e WHERE e.province = ?1 AND e.device = ?2 AND "
                                  "e.phone = ?3 AND NOT EXISTS (SELECT 1 FROM declaration_event v WHERE v.province = e.province AND "
                                  "v.declaration = e.id AND v.kind = 'confirmation') ORDER BY e.made_at DESC, e.id DESC LIMIT 1",
                                  {province->code, device, phone}, [&](const Row& row) {
                                      drafts.push_back({"confirmation", std::string(row.text(1).empty() ? row.text(2) : row.text(1)),
                                                        {{"declaration", row.text(0)}}});
                                      return Next::stop;
                                  }));
    }
    return drafts;
}

}  // namespace lachan::declaration
