#include <algorithm>

#include "core/operations.h"
#include "kernel/outbox.h"
#include "kernel/receipt.h"
#include "systems.h"

namespace lachan {
namespace {

/// Hash of the record this device made last, so that the next one can name it.
constexpr std::string_view kChainHead = "chain.head";

Result<std::string> setting(Database& database, std::string_view name) {
    std::string value;
    TRY(database.read("SELECT value FROM kernel_setting WHERE name = ?1", {name}, [&](const Row& row) {
        value = row.text(0);
        return Next::stop;
    }));
    return value;
}

Result<void> set_setting(Database& database, std::string_view name, std::string_view value) {
    return database.write("INSERT INTO kernel_setting (name, value) VALUES (?1, ?2) "
                          "ON CONFLICT (name) DO UPDATE SET value = ?2",
                          {name, value});
}

Result<Json> open_database(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const Instant now = TRY(now_of(request));
    TRY(migrate(*database, all_migrations(), now));
    return Json::object();
}

Result<Json> save_draft(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const Instant now = TRY(now_of(request));
    const std::string value = canonical(at(request, "value"));
    TRY(database->write("INSERT INTO kernel_draft (draft_key, value, saved_at) VALUES (?1, ?2, ?3) "
                        "ON CONFLICT (draft_key) DO UPDATE SET value = ?2, saved_at = ?3",
                        {text_at(request, "key"), std::string_view(value), now.ms}));
    return Json{{"savedAt", now.ms}};
}

Result<Json> load_draft(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    Json answer{{"value", nullptr}, {"savedAt", 0}};
    TRY(database->read("SELECT value, saved_at FROM kernel_draft WHERE draft_key = ?1", {text_at(request, "key")},
                       [&](const Row& row) {
                           if (auto value = parse_json(row.text(0))) answer = {{"value", *value}, {"savedAt", row.integer(1)}};
                           return Next::stop;
                       }));
    return answer;
}

Result<Json> remove_draft(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    TRY(database->write("DELETE FROM kernel_draft WHERE draft_key = ?1", {text_at(request, "key")}));
    return Json::object();
}

Result<Json> list_drafts(Core& core, const Json&) {
    Database* database = TRY(core.database());
    Json drafts = Json::array();
    TRY(database->read("SELECT draft_key, saved_at FROM kernel_draft ORDER BY saved_at DESC, draft_key", {},
                       [&](const Row& row) {
                           drafts.push_back({{"key", row.text(0)}, {"savedAt", row.integer(1)}});
                           return Next::row;
                       }));
    return Json{{"drafts", std::move(drafts)}};
}

/// Checked draft -> canonical bytes for the shell to sign. Nothing is written.
Result<Json> prepare_record(Core& core, const Json& request) {
    const Instant now = TRY(now_of(request));
    SeededRandom random(TRY(entropy_of(request)));
    Record record;
    record.system = text_at(request, "system");
    record.kind = text_at(request, "kind");
    const System* system = find_system(record.system);
    const RecordKind* kind = system ? find_kind(*system, record.kind) : nullptr;
    if (!kind) return Error{Errc::not_found, "record.kind", "no such system or kind"};
    record.version = static_cast<int>(int_at(request, "version", kind->version));
    record.unit = text_at(request, "unit");
    record.author = text_at(request, "author");
    record.device = text_at(request, "device");
    record.supersedes = text_at(request, "supersedes");
    record.made_at = now;
    record.body = at(request, "body");
    std::uint8_t salt[16];
    random.fill(salt);
    record.salt = to_base64url(salt);
    // The province of the day: the server asks for the same one (record.id_shard), also where provinces were merged.
    const std::string province = core.units().path(record.unit, day_in_vietnam(now)).substr(0, 2);
    if (province.empty()) return Error{Errc::rejected, "record.unit", "no such unit"};
    record.id = RecordId::make(now, shard_of_province(province), random).text();
    if (auto database = core.database()) {
        // Asked again after a lost answer: the same moment and entropy give the same id, and what was committed stays as it is.
        if (const auto known = TRY(RecordLog(**database).find(record.id))) {
            return Json{{"committed", true}, {"hash", known->hash}, {"id", record.id}, {"violations", Json::array()}};
        }
        record.previous = TRY(setting(**database, kChainHead));
    }

    const CheckInput input{record.kind, record.version, record.body, record.unit, core.units(), now, !record.author.empty()};
    Violations violations = TRY(check(record.system, input));
    std::erase_if(violations, [](const Violation& violation) { return violation.warning; });
    if (!violations.empty()) return Json{{"violations", to_json(violations)}};
    const StoredRecord sealed = seal(std::move(record));
    return Json{{"bytes", sealed.bytes}, {"hash", sealed.hash}, {"id", sealed.record.id},
                {"record", write_envelope(sealed.record)}, {"violations", Json::array()}};
}

/// One transaction: log, tables of the systems, outbox, head of the chain, and the draft is gone.
Result<Json> commit_record(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const Instant now = TRY(now_of(request));
    Context context{*database, core.units(), now, Side::device, TRY(actor_of(request)), {}};
    const Incoming incoming{at(request, "record"), std::string(text_at(request, "signature"))};
    context.actor.device = text_at(incoming.record, "device");
    Batch batch = read_batch({&incoming, 1}, core.units(), now, context.actor);
    const std::string hash = batch.records[0].hash;
    const System* system = find_system(text_at(incoming.record, "system"));
    const RecordKind* kind = system ? find_kind(*system, text_at(incoming.record, "kind")) : nullptr;
    const int priority = kind ? kind->priority : 3;

    Transaction transaction = TRY(Transaction::begin(*database));
    // The signature was made a moment ago by this very device; the server proves it again.
    const std::vector<bool> proven(batch.checks.size(), true);
    const auto answers = TRY(append_within(context, batch, proven));
    const RecordAnswer& answer = answers.front();
    if (answer.outcome == Outcome::rejected) {
        return Json{{"id", answer.id}, {"outcome", "rejected"}, {"rule", answer.rule}, {"violations", to_json(answer.violations)}};
    }
    TRY(Outbox(*database).put(answer.id, priority, now));
    if (answer.outcome == Outcome::accepted) TRY(set_setting(*database, kChainHead, hash));
    const std::string_view draft = text_at(request, "draft");
    if (!draft.empty()) TRY(database->write("DELETE FROM kernel_draft WHERE draft_key = ?1", {draft}));
    TRY(transaction.commit());
    return Json{{"hash", hash}, {"id", answer.id}, {"outcome", name_of(answer.outcome)}};
}

Result<Json> next_in_outbox(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const Instant now = TRY(now_of(request));
    const auto limit = static_cast<int>(std::clamp<std::int64_t>(int_at(request, "limit", 100), 1, 500));
    Json records = Json::array();
    for (Outbox::Entry& entry : TRY(Outbox(*database).next(limit, now))) {
        records.push_back({{"record", std::move(entry.record)}, {"signature", entry.signature}});
    }
    return Json{{"records", std::move(records)}};
}

Result<Json> settle_outbox(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const Instant now = TRY(now_of(request));
    const Json& answers = at(request, "answers");
    if (!answers.is_array()) return Error{Errc::malformed, "field.type", "answers is a list"};
    std::vector<Settlement> settlements;
    for (const Json& answer : answers) {
        const Json& violations = at(answer, "violations");
        const Json& receipt = at(answer, "receipt");
        const std::string_view outcome = text_at(answer, "outcome");
        if (outcome != "accepted" && outcome != "duplicate" && outcome != "rejected") {
            return Error{Errc::malformed, "answer.outcome", "unknown outcome"};
        }
        settlements.push_back({std::string(text_at(answer, "id")), std::string(outcome), std::string(text_at(answer, "rule")),
                               violations.is_array() ? violations : Json::array(), receipt});
    }
    TRY(Outbox(*database).settle(settlements, now));
    return Json{{"settled", settlements.size()}};
}

Result<Json> postpone_outbox(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const Instant now = TRY(now_of(request));
    SeededRandom random(TRY(entropy_of(request)));
    std::vector<std::string> ids;
    const Json& list = at(request, "ids");
    if (list.is_array()) {
        for (const Json& id : list) {
            if (id.is_string()) ids.push_back(id.get<std::string>());
        }
    }
    TRY(Outbox(*database).postpone(ids, now, random));
    return Json::object();
}

Result<Json> wake_outbox(Core& core, const Json&) {
    Database* database = TRY(core.database());
    TRY(Outbox(*database).wake());
    return Json::object();
}

Result<Json> outbox_state(Core& core, const Json&) {
    Database* database = TRY(core.database());
    const Outbox::State state = TRY(Outbox(*database).state());
    return Json{{"nextTryAt", state.next_try_at}, {"oldest", state.oldest},     {"received", state.received},
                {"rejected", state.rejected},     {"waiting", state.waiting}};
}

/// Everything that waits, whole and signed: a file that can be handed in on another machine.
Result<Json> export_outbox(Core& core, const Json&) {
    Database* database = TRY(core.database());
    Json records = Json::array();
    TRY(database->read("SELECT r.bytes, r.signature FROM kernel_outbox o JOIN kernel_record r ON r.id = o.id "
                       "WHERE o.state <> 'received' AND r.bytes IS NOT NULL ORDER BY o.queued_at, o.id",
                       {}, [&](const Row& row) {
                           if (auto record = parse_json(row.text(0))) {
                               records.push_back({{"record", std::move(*record)}, {"signature", row.text(1)}});
                           }
                           return Next::row;
                       }));
    return Json{{"records", std::move(records)}};
}

/// What the server erases after its time is erased here by the same rules. What waits to be sent stays until it was.
Result<Json> purge_here(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const Instant now = TRY(now_of(request));
    int erased = 0;
    for (const System* system : systems()) {
        Context context{*database, core.units(), now, Side::device, {}, {}};
        erased += TRY(system->purge(context));
    }
    return Json{{"erased", erased}};
}

/// What this device has made, newest first, with what became of it.
Result<Json> my_records(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    Json records = Json::array();
    const std::int64_t limit = std::clamp<std::int64_t>(int_at(request, "limit", 200), 1, 1000);
    TRY(database->read(
        "SELECT r.id, r.system, r.kind, r.made_at, r.supersedes, coalesce(r.bytes, ''), r.hash, o.state, o.outcome, o.rule, "
        "o.violations, o.receipt, o.queued_at, o.settled_at, "
        "coalesce((SELECT max(s.by_id) FROM kernel_supersession s WHERE s.province = r.province AND s.id = r.id), '') "
        "FROM kernel_outbox o JOIN kernel_record r ON r.id = o.id ORDER BY o.queued_at DESC, r.id DESC LIMIT ?1",
        {limit}, [&](const Row& row) {
            Json item{{"id", row.text(0)},        {"system", row.text(1)},     {"kind", row.text(2)},
                      {"madeAt", row.integer(3)}, {"supersedes", row.text(4)}, {"hash", row.text(6)},
                      {"state", row.text(7)},     {"outcome", row.text(8)},    {"rule", row.text(9)},
                      {"queuedAt", row.integer(12)}, {"settledAt", row.integer(13)}, {"supersededBy", row.text(14)}};
            if (auto id = RecordId::parse(row.text(0))) item["code"] = short_code("KB", *id);
            if (auto record = parse_json(row.text(5))) {
                item["body"] = at(*record, "body");
                item["unit"] = at(*record, "unit");
                item["version"] = at(*record, "version");
            }
            if (auto violations = parse_json(row.text(10))) item["violations"] = *violations;
            if (auto receipt = parse_json(row.text(11))) item["receipt"] = *receipt;
            records.push_back(std::move(item));
            return Next::row;
        }));
    return Json{{"records", std::move(records)}};
}

Result<Json> record_card(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const auto stored = TRY(RecordLog(*database).find(text_at(request, "id")));
    if (!stored || stored->bytes.empty()) return Error{Errc::not_found, "record.id", "no such record here"};
    const System* system = find_system(stored->record.system);
    if (!system) return Error{Errc::not_found, "record.kind", "no such system"};
    return Json{{"text", system->card(stored->record, at(request, "full") == Json(true))}};
}

Result<Json> ask_here(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const Instant now = TRY(now_of(request));
    Context context{*database, core.units(), now, Side::device, TRY(actor_of(request)), {}};
    const Json& arguments = at(request, "args");
    return ask(context, text_at(request, "query"), arguments.is_null() ? Json::object() : arguments);
}

Result<Json> feed_cursors(Core& core, const Json&) {
    Database* database = TRY(core.database());
    Json cursors = Json::array();
    TRY(database->read("SELECT unit, priority, last_seq FROM kernel_cursor ORDER BY unit, priority", {}, [&](const Row& row) {
        cursors.push_back({{"unit", row.text(0)}, {"priority", row.integer(1)}, {"last", row.integer(2)}});
        return Next::row;
    }));
    return Json{{"cursors", std::move(cursors)}};
}

/// Folds one page of a feed: records and cursor in one transaction, so that a pull can break off anywhere.
Result<Json> apply_feed(Core& core, const Json& request) {
    Database* database = TRY(core.database());
    const Instant now = TRY(now_of(request));
    Context context{*database, core.units(), now, Side::device, TRY(actor_of(request)), {}};
    const Json& page = at(request, "page");
    const Json& list = at(page, "records");
    if (!list.is_array()) return Error{Errc::malformed, "field.type", "page.records is a list"};
    Transaction transaction = TRY(Transaction::begin(*database));
    RecordLog log(*database);
    std::vector<Incoming> incoming;
    for (const Json& item : list) {
        if (at(item, "record").is_null()) {
            TRY(log.erase(text_at(item, "id"), now));
        } else {
            incoming.push_back({at(item, "record"), std::string(text_at(item, "signature"))});
        }
    }
    Batch batch = read_feed(incoming, core.units(), now);
    const auto answers = TRY(append_within(context, batch, {}));
    const auto taken = std::count_if(answers.begin(), answers.end(),
                                     [](const RecordAnswer& answer) { return answer.outcome == Outcome::accepted; });
    // What this program cannot read yet must come again once it is renewed or has a newer list of units.
    for (const RecordAnswer& answer : answers) {
        const bool unknown = answer.rule == "record.version" || answer.rule == "record.kind" || answer.rule == "record.unit";
        if (unknown) return Error{Errc::unavailable, answer.rule, "the feed has records of a newer program"};
    }
    TRY(database->write("INSERT INTO kernel_cursor (unit, priority, last_seq) VALUES (?1, ?2, ?3) "
                        "ON CONFLICT (unit, priority) DO UPDATE SET last_seq = ?3",
                        {text_at(request, "unit"), int_at(request, "priority"), int_at(page, "last")}));
    TRY(transaction.commit());
    Json refused = Json::array();
    for (const RecordAnswer& answer : answers) {
        if (answer.outcome == Outcome::rejected) refused.push_back({{"id", answer.id}, {"rule", answer.rule}});
    }
    return Json{{"accepted", taken}, {"refused", std::move(refused)}};
}

constexpr Operation kOperations[] = {
    {"ask", ask_here},
    {"card", record_card},
    {"db.open", open_database},
    {"draft.list", list_drafts},
    {"draft.load", load_draft},
    {"draft.remove", remove_draft},
    {"draft.save", save_draft},
    {"feed.apply", apply_feed},
    {"feed.cursors", feed_cursors},
    {"mine", my_records},
    {"outbox.export", export_outbox},
    {"outbox.failed", postpone_outbox},
    {"outbox.next", next_in_outbox},
    {"outbox.settle", settle_outbox},
    {"outbox.state", outbox_state},
    {"outbox.wake", wake_outbox},
    {"record.commit", commit_record},
    {"record.prepare", prepare_record},
    {"retention.purge", purge_here},
};

}  // namespace

std::span<const Operation> device_operations() { return kOperations; }

}  // namespace lachan
