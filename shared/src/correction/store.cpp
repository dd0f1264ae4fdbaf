#include "correction/store.h"

#include <algorithm>

#include "kernel/id.h"
#include "kernel/record.h"
#include "vocab/person.h"

namespace lachan::correction {

const std::string_view kEntryColumns =
    "province, id, district, ward, device, made_at, certificate, wrong, full_name, phone, state, ended_by, ended_at";

namespace {

Error refused(const char* rule) { return {Errc::rejected, rule, ""}; }

State parse_state(std::string_view name) {
    for (const State state : {State::taken, State::issued, State::refused}) {
        if (name == name_of(state)) return state;
    }
    return State::received;
}

std::string province_of_id(std::string_view id) {
    const auto parsed = RecordId::parse(id);
    return parsed ? province_of_shard(parsed->shard()) : std::string();
}

Result<void> insert_request(Database& database, const StoredRecord& stored) {
    const Record& record = stored.record;
    const auto asked = read_record<Request>(*fields_of_request(record.version), record.body);
    const std::string phone = phone_e164(asked.phone.value_or(""));
    const auto text = [](const Text& value) { return value ? std::string_view(*value) : std::string_view(); };
    return database.write(
        "INSERT INTO correction_request (province, id, district, ward, device, made_at, certificate, wrong, full_name, phone, state, "
        "ended_by, ended_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'received', '', 0) ON CONFLICT DO NOTHING",
        {std::string_view(stored.scope.province), std::string_view(record.id), std::string_view(stored.scope.district),
         std::string_view(stored.scope.ward), std::string_view(record.device), record.made_at.ms, text(asked.certificate),
         text(asked.wrong), text(asked.full_name), std::string_view(phone)});
}

Result<void> insert_step(Database& database, const StoredRecord& stored) {
    const Record& record = stored.record;
    const std::string_view request = text_at(record.body, "request");
    const std::string province = province_of_id(request), scope = stored.scope.path();
    return database.write("INSERT INTO correction_step (province, request, id, at, action, scope, new_certificate) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                          {std::string_view(province), request, std::string_view(record.id), record.made_at.ms,
                           text_at(record.body, "action"), std::string_view(scope), text_at(record.body, "newCertificate")});
}

/// Writes down where a request stands now; nothing when it has not come yet.
Result<void> settle(Database& database, std::string_view id) {
    const auto entry = TRY(find_entry(database, id));
    if (!entry) return {};
    const Standing standing = stand(*entry, TRY(read_steps(database, entry->province, id)));
    return database.write("UPDATE correction_request SET state = ?3, ended_by = ?4, ended_at = ?5 WHERE province = ?1 AND id = ?2",
                          {std::string_view(entry->province), id, std::string_view(name_of(standing.state)),
                           std::string_view(standing.ended_by), standing.ended_at.ms});
}

Result<void> accept_request(Context& context, const Record& record) {
    // A device never hears by itself that a request came to its end: only the server can say that one is open.
    if (context.side == Side::device) return {};
    bool is_asked = false;
    TRY(context.database.read("SELECT 1 FROM correction_request WHERE province IN " + all_provinces() +
                                  " AND device = ?1 AND certificate = ?2 AND state IN ('received', 'taken') LIMIT 1",
                              {std::string_view(record.device), text_at(record.body, "certificate")}, [&](const Row&) {
                                  is_asked = true;
                                  return Next::stop;
                              }));
    if (is_asked) return refused("correction.open");
    return {};
}

Result<void> accept_step(Context& context, const Record& record) {
    const auto entry = TRY(find_entry(context.database, text_at(record.body, "request")));
    // It may still be on its way; then the fold decides by the same function.
    if (!entry) return {};
    const Day day = day_in_vietnam(record.made_at);
    if (!context.units.covers(record.unit, entry->unit(), day)) return refused("correction.reference_unit");
    const std::string_view number = text_at(record.body, "newCertificate");
    if (number == entry->certificate) return refused("correction.another");
    // What is over stays as the citizen was told, whatever is said to have been before.
    if (!is_open(entry->state)) return refused("correction.state");
    std::vector<Done> steps = TRY(read_steps(context.database, entry->province, entry->id));
    const Standing before = stand(*entry, steps);
    steps.push_back({record.id, record.made_at, std::string(text_at(record.body, "action")), entry->path(), std::string(number)});
    if (stand(*entry, std::move(steps)) == before) return refused("correction.state");
    return {};
}

}  // namespace

const char* name_of(State state) {
    switch (state) {
        case State::received: return "received";
        case State::taken: return "taken";
        case State::issued: return "issued";
        case State::refused: return "refused";
    }
    return "received";
}

Standing stand(const Entry& entry, std::vector<Done> steps) {
    std::sort(steps.begin(), steps.end(), [](const Done& a, const Done& b) { return a.at != b.at ? a.at < b.at : a.id < b.id; });
    const std::string path = entry.path();
    Standing standing;
    for (const Done& step : steps) {
        // A step counts only when it was made for the request's own unit or one above it.
        const bool is_in_scope = step.scope == kNation || path.substr(0, step.scope.size()) == step.scope;
        if (!is_in_scope || !is_open(standing.state)) continue;
        if (step.action == "taken") standing.state = State::taken;
        const bool is_refused = step.action == "refused";
        const bool is_issued = step.action == "issued" && standing.state == State::taken && step.new_certificate != entry.certificate;
        if (is_refused || is_issued) standing = {is_refused ? State::refused : State::issued, step.id, step.at};
    }
    return standing;
}

Entry entry_of(const Row& row) {
    Entry entry;
    entry.province = row.text(0);
    entry.id = row.text(1);
    entry.district = row.text(2);
    entry.ward = row.text(3);
    entry.device = row.text(4);
    entry.made_at = Instant{row.integer(5)};
    entry.certificate = row.text(6);
    entry.wrong = row.text(7);
    entry.full_name = row.text(8);
    entry.phone = row.text(9);
    entry.state = parse_state(row.text(10));
    entry.ended_by = row.text(11);
    entry.ended_at = Instant{row.integer(12)};
    return entry;
}

Result<std::optional<Entry>> find_entry(Database& database, std::string_view id) {
    const std::string province = province_of_id(id);
    std::optional<Entry> found;
    TRY(database.read("SELECT " + std::string(kEntryColumns) + " FROM correction_request WHERE province = ?1 AND id = ?2",
                      {std::string_view(province), id}, [&](const Row& row) {
                          found = entry_of(row);
                          return Next::stop;
                      }));
    return found;
}

Result<std::vector<Done>> read_steps(Database& database, std::string_view province, std::string_view request) {
    std::vector<Done> steps;
    TRY(database.read("SELECT id, at, action, scope, new_certificate FROM correction_step WHERE province = ?1 AND request = ?2 ORDER BY at, id",
                      {province, request}, [&](const Row& row) {
                          steps.push_back({std::string(row.text(0)), Instant{row.integer(1)}, std::string(row.text(2)),
                                           std::string(row.text(3)), std::string(row.text(4))});
                          return Next::row;
                      }));
    return steps;
}

Result<void> accept(Context& context, const Record& record) {
    return record.kind == "request" ? accept_request(context, record) : accept_step(context, record);
}

Result<void> apply(Context& context, std::span<const StoredRecord> records) {
    for (const StoredRecord& stored : records) {
        const Record& record = stored.record;
        if (record.system != "correction") continue;
        // A feed may bring a version that this program does not know yet: it stays in the log until the program is renewed.
        if (record.version != 1) continue;
        const bool is_request = record.kind == "request";
        TRY(is_request ? insert_request(context.database, stored) : insert_step(context.database, stored));
        TRY(settle(context.database, is_request ? std::string_view(record.id) : text_at(record.body, "request")));
    }
    return {};
}

}  // namespace lachan::correction
