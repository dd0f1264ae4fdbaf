#include "systems.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "kernel/text.h"

namespace lachan {
namespace {

/// A device clock this far ahead of the server is not skew but nonsense: the record would come from the future.
constexpr std::int64_t kMaxAheadMs = 36 * 3'600'000;

RecordAnswer rejected(std::string id, std::string rule, Violations violations = {}) {
    RecordAnswer answer;
    answer.id = std::move(id);
    answer.outcome = Outcome::rejected;
    answer.rule = std::move(rule);
    answer.violations = std::move(violations);
    return answer;
}

/// Before it destroys an object, nlohmann/json moves what it holds into a list, against deep nesting. What was read has a limit for that.
void clear_members(Json& value) {
    if (auto* members = value.get_ptr<Json::object_t*>()) members->clear();
}

Scope scope_of(const Record& record, const Units& units) {
    if (record.unit == "VN") return {"VN", "", ""};
    const std::string path = units.path(record.unit, day_in_vietnam(record.made_at));
    Scope scope;
    scope.province = path.substr(0, 2);
    // Since the reform of 2025 a list may have no districts: 79/26734.
    constexpr std::size_t kTwoTiers = 8;
    if (path.size() == kTwoTiers) {
        scope.ward = path.substr(3);
        return scope;
    }
    if (path.size() > 3) scope.district = path.substr(3, 3);
    if (path.size() > 7) scope.ward = path.substr(7);
    return scope;
}

/// Everything about one incoming record that needs no database; an answer without rule lets it go on. `actor` is null for a record
/// of the server's feed, which was judged there.
RecordAnswer judge_alone(Incoming incoming, const Units& units, Instant now, const Actor* actor, StoredRecord& out) {
    const std::string id(text_at(incoming.record, "id"));
    // What came is what `write_envelope` would write: the envelope has no other keys and none that is empty.
    std::string bytes = incoming.canonical.empty() ? canonical(incoming.record) : std::string(incoming.canonical);
    // The body is the most of a record: it is handed on, not copied with the rest. The envelope asks only whether it is
    // an object.
    Json body;
    const auto member = incoming.record.find("body");
    if (member != incoming.record.end() && member->is_object()) body = std::exchange(*member, Json::object());
    auto envelope = read_envelope(incoming.record);
    if (!envelope) return rejected(id, envelope.error().rule, check_envelope(incoming.record));
    // Between two texts stand signs that combine with nothing: all of them are NFC when the whole is.
    if (!is_nfc(bytes)) return rejected(id, "record.canonical");
    clear_members(incoming.record);
    envelope->body = std::move(body);
    out = seal(std::move(*envelope), std::move(bytes));
    out.signature = std::move(incoming.signature);
    out.received_at = now;

    out.named = provinces_named_by(out.record);

    const Record& record = out.record;
    const System* system = find_system(record.system);
    const RecordKind* kind = system ? find_kind(*system, record.kind) : nullptr;
    if (!kind) return rejected(id, "record.kind");
    // A device whose clock is behind must not refuse what the server took.
    if (actor && record.made_at.ms > now.ms + kMaxAheadMs) return rejected(id, "record.made_at");
    const Day day = day_in_vietnam(record.made_at);
    if (record.unit != "VN" && !units.find(record.unit, day)) return rejected(id, "record.unit");
    // The id names its shard (docs/adr/0002): otherwise a look-up by id would search the wrong province.
    const auto parsed = RecordId::parse(record.id);
    out.scope = scope_of(record, units);
    if (province_of_shard(parsed->shard()) != out.scope.province) return rejected(id, "record.id_shard");
    if (!actor) {
        out.proven = true;
    } else if (kind->by_officials) {
        if (record.author.empty() || record.author != actor->user) return rejected(id, "access.author");
        if (auto allowed = require(*actor, Verb::write, kind->area, record.unit, units, now, Sight::masked); !allowed) {
            return rejected(id, allowed.error().rule);
        }
    } else if (!record.author.empty() && record.author != actor->user) {
        return rejected(id, "access.author");
    }
    const CheckInput input{record.kind, record.version, record.body, record.unit, units, record.made_at, !record.author.empty()};
    auto violations = check(record.system, input);
    if (!violations) return rejected(id, violations.error().rule);
    std::erase_if(*violations, [](const Violation& violation) { return violation.warning; });
    if (!violations->empty()) {
        std::string rule = violations->front().rule;
        return rejected(id, std::move(rule), std::move(*violations));
    }
    return {};
}

Batch read_alone(std::vector<Incoming> incoming, const Units& units, Instant now, const Actor* actor) {
    Batch batch;
    batch.records.resize(incoming.size());
    batch.answers.reserve(incoming.size());
    for (std::size_t i = 0; i < incoming.size(); ++i) {
        batch.answers.push_back(judge_alone(std::move(incoming[i]), units, now, actor, batch.records[i]));
    }
    return batch;
}

/// Whether each id is greater than the one before it, as in the queue of a device: then no two records are the same.
bool is_rising(const std::vector<StoredRecord>& records) {
    const auto falls = [](const StoredRecord& one, const StoredRecord& next) { return one.record.id >= next.record.id; };
    return std::adjacent_find(records.begin(), records.end(), falls) == records.end();
}

/// Finds records by hash: of twins the first.
class Hashes {
public:
    explicit Hashes(const std::vector<StoredRecord>& records) : records_(records), has_no_twins_(is_rising(records)) {}

    /// The place of the record with this hash; `near` is where it probably is.
    std::size_t find(std::string_view hash, std::size_t near) {
        // In a queue each names its neighbour, and the map is not needed.
        if (has_no_twins_ && near < records_.size() && records_[near].hash == hash) return near;
        if (places_.empty()) fill();
        const auto found = places_.find(hash);
        return found == places_.end() ? Batch::kNowhere : found->second;
    }

private:
    void fill() {
        for (std::size_t i = 0; i < records_.size(); ++i) {
            if (!records_[i].hash.empty()) places_.emplace(records_[i].hash, i);
        }
    }

    const std::vector<StoredRecord>& records_;
    bool has_no_twins_;
    std::unordered_map<std::string_view, std::size_t> places_;
};

void link_chains(Batch& batch) {
    Hashes hashes(batch.records);
    batch.before.assign(batch.records.size(), Batch::kNowhere);
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
        const Record& record = batch.records[i].record;
        if (record.previous.empty()) continue;
        const std::size_t place = hashes.find(record.previous, i - 1);
        const bool is_own = place != Batch::kNowhere && batch.records[place].record.device == record.device;
        if (is_own) batch.before[i] = place;
    }
}

/// A record whose hash the next one of the same device names as `previous` needs no signature check of its own: the later
/// signature covers it. Only the heads of such chains within the batch are left to prove.
void list_signature_checks(Batch& batch) {
    link_chains(batch);
    std::vector<bool> covered(batch.records.size(), false);
    for (const std::size_t place : batch.before) {
        if (place != Batch::kNowhere) covered[place] = true;
    }
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
        const StoredRecord& stored = batch.records[i];
        if (!stored.hash.empty() && !covered[i]) {
            batch.checks.push_back({i, stored.record.device, stored.bytes, stored.signature});
        }
    }
}

/// Marks each proven head and, back along `previous`, everything it covers.
void spread_proof(Batch& batch, const std::vector<bool>& proven) {
    for (std::size_t i = 0; i < batch.checks.size() && i < proven.size(); ++i) {
        if (!proven[i]) continue;
        std::size_t place = batch.checks[i].record;
        while (place != Batch::kNowhere && !batch.records[place].proven) {
            batch.records[place].proven = true;
            place = batch.before[place];
        }
    }
}

/// Sorts out what the log has already, and twins within the batch.
Result<void> settle_known(RecordLog& log, Batch& batch) {
    std::map<std::string_view, std::vector<std::string_view>> ids;
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
        if (batch.answers[i].rule.empty()) ids[batch.records[i].scope.province].push_back(batch.records[i].record.id);
    }
    std::unordered_map<std::string, std::string> known;
    for (const auto& [province, list] : ids) {
        for (auto& [id, hash] : TRY(log.hashes(province, list))) known.emplace(std::move(id), std::move(hash));
    }
    if (known.empty() && is_rising(batch.records)) return {};
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
        if (!batch.answers[i].rule.empty()) continue;
        const StoredRecord& stored = batch.records[i];
        const auto [found, fresh] = known.emplace(stored.record.id, stored.hash);
        if (fresh) continue;
        RecordAnswer& answer = batch.answers[i];
        answer.hash = found->second;
        if (found->second == stored.hash) {
            answer.outcome = Outcome::duplicate;
        } else {
            answer = rejected(stored.record.id, "record.conflict");
        }
    }
    return {};
}

/// Hands what was accepted to its systems, in runs of one system: mostly the whole batch is one run.
Result<void> fold(Context& context, const Batch& batch) {
    const std::span<const StoredRecord> records(batch.records);
    const auto is_of = [&](std::size_t i, std::string_view system) {
        return batch.answers[i].outcome == Outcome::accepted && records[i].record.system == system;
    };
    for (std::size_t begin = 0; begin < records.size();) {
        if (batch.answers[begin].outcome != Outcome::accepted) {
            ++begin;
            continue;
        }
        const std::string_view system = records[begin].record.system;
        std::size_t end = begin + 1;
        while (end < records.size() && is_of(end, system)) ++end;
        TRY(find_system(system)->apply(context, records.subspan(begin, end - begin)));
        begin = end;
    }
    return {};
}

}  // namespace

const System* find_system(std::string_view name) {
    for (const System* system : systems()) {
        if (system->name() == name) return system;
    }
    return nullptr;
}

const RecordKind* find_kind(const System& system, std::string_view name) {
    for (const RecordKind& kind : system.kinds()) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

const Query* find_query(std::string_view name) {
    for (const System* system : systems()) {
        for (const Query& query : system->queries()) {
            if (query.name == name) return &query;
        }
    }
    return nullptr;
}

Result<Violations> check(std::string_view system_name, const CheckInput& input) {
    const System* system = find_system(system_name);
    const RecordKind* kind = system ? find_kind(*system, input.kind) : nullptr;
    if (!kind) return Error{Errc::not_found, "record.kind", "no such system or kind"};
    const FieldList* fields = kind->fields(input.version);
    if (!fields) return Error{Errc::not_found, "record.version", "no such version"};
    if (!input.body.is_object()) return check_shape(*fields, input.body);
    const FieldValues values(*fields, input.body);
    CheckInput matched = input;
    matched.values = &values;
    Violations violations = check_shape(values, input.body);
    const auto shapes = static_cast<std::ptrdiff_t>(violations.size());
    for (Violation& violation : system->check(matched)) {
        // A field whose shape is already wrong has one message, not two; of the rules beyond the shape all are told.
        const bool said = std::any_of(violations.begin(), violations.begin() + shapes,
                                      [&](const Violation& other) { return other.field == violation.field; });
        if (!said) violations.push_back(std::move(violation));
    }
    return violations;
}

const char* name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::accepted: return "accepted";
        case Outcome::duplicate: return "duplicate";
        case Outcome::rejected: return "rejected";
    }
    return "rejected";
}

Batch read_batch(std::span<const Incoming> incoming, const Units& units, Instant now, const Actor& actor) {
    return read_batch(std::vector<Incoming>(incoming.begin(), incoming.end()), units, now, actor);
}

Batch read_batch(std::vector<Incoming>&& incoming, const Units& units, Instant now, const Actor& actor) {
    Batch batch = read_alone(std::move(incoming), units, now, &actor);
    list_signature_checks(batch);
    return batch;
}

Batch read_feed(std::span<const Incoming> incoming, const Units& units, Instant now) {
    Batch batch = read_alone(std::vector<Incoming>(incoming.begin(), incoming.end()), units, now, nullptr);
    batch.judged = true;
    return batch;
}

Result<std::vector<RecordAnswer>> append(Context& context, Batch batch, const std::vector<bool>& proven) {
    Transaction transaction = TRY(Transaction::begin(context.database));
    auto answers = TRY(append_within(context, batch, proven));
    TRY(transaction.commit());
    return answers;
}

Result<std::vector<RecordAnswer>> append_within(Context& context, Batch& batch, const std::vector<bool>& proven) {
    spread_proof(batch, proven);
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
        if (!batch.answers[i].rule.empty()) continue;
        const StoredRecord& stored = batch.records[i];
        if (!stored.proven) batch.answers[i] = rejected(stored.record.id, "record.signature");
    }

    RecordLog log(context.database);
    TRY(settle_known(log, batch));

    std::unordered_map<std::string, std::string> refused;  // id -> rule, by accept
    using Place = std::pair<std::string, int>;  // province and priority class: one feed
    std::map<Place, std::vector<StoredRecord*>> fresh;
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
        StoredRecord& stored = batch.records[i];
        RecordAnswer& answer = batch.answers[i];
        if (!answer.rule.empty() || answer.outcome == Outcome::duplicate) {
            if (answer.id.empty()) answer.id = stored.record.id;
            continue;
        }
        const System* system = find_system(stored.record.system);
        if (auto allowed = batch.judged ? Result<void>() : system->accept(context, stored.record); !allowed) {
            // The rule says no for good; anything else may pass another time, so the whole batch is asked for again.
            if (allowed.error().code == Errc::unavailable) return allowed.error();
            answer = rejected(stored.record.id, allowed.error().rule);
            refused.emplace(stored.record.id, answer.rule);
            continue;
        }
        answer = {stored.record.id, Outcome::accepted, stored.hash, "", {}};
        fresh[{stored.scope.province, find_kind(*system, stored.record.kind)->priority}].push_back(&stored);
    }
    // A twin in the same batch of a record that was refused is no duplicate of anything.
    for (RecordAnswer& answer : batch.answers) {
        const auto found = refused.find(answer.id);
        if (answer.outcome == Outcome::duplicate && found != refused.end()) answer = rejected(answer.id, found->second);
    }
    // What is folded from here on must not be changed by another at the same moment, unseen by both: that includes the state of a
    // record that one of these names, wherever it lives.
    std::set<std::string> provinces;
    for (const auto& [place, records] : fresh) {
        provinces.insert(place.first);
        for (const StoredRecord* stored : records) provinces.insert(stored->named.begin(), stored->named.end());
    }
    TRY(log.take_turns(provinces));
    for (const auto& [place, records] : fresh) TRY(log.append(place.second, records));
    TRY(fold(context, batch));

    // Facts can make facts (a level that changes judges declarations anew); a ring would be a mistake in a system.
    for (int round = 0; !context.facts.empty(); ++round) {
        if (round == 4) return Error{Errc::conflict, "fact.ring", "facts keep making facts"};
        const std::vector<Fact> facts = std::move(context.facts);
        context.facts.clear();
        for (const System* system : systems()) TRY(system->observe(context, facts));
    }
    return std::move(batch.answers);
}

void give_back(Batch& batch) {
    for (StoredRecord& stored : batch.records) clear_members(stored.record.body);
    batch = Batch();
}

Result<Json> ask(Context& context, std::string_view name, const Json& arguments) {
    const Query* query = find_query(name);
    if (!query) return Error{Errc::not_found, "query.unknown", "no such query"};
    const FieldList fields = query->arguments();
    const Violations violations = check_shape(fields, arguments);
    if (!violations.empty()) return Error{Errc::malformed, violations.front().rule, "argument " + violations.front().field};
    Sight sight = Sight::full;
    if (query->least != Sight::none) {
        const std::string_view asked = text_at(arguments, "unit");
        const std::string_view unit = asked.empty() ? std::string_view("VN") : asked;
        TRY(require(context.actor, Verb::read, query->area, unit, context.units, context.now, query->least));
        sight = sight_of(context.actor, Verb::read, query->area, unit, context.units, context.now);
    } else {
        sight = sight_of(context.actor, Verb::read, query->area, "VN", context.units, context.now);
    }
    return query->run(context, arguments, sight);
}

std::vector<Migration> all_migrations() {
    std::vector<Migration> all;
    const auto kernel = migrations_of_kernel();
    all.insert(all.end(), kernel.begin(), kernel.end());
    for (const System* system : systems()) {
        const auto own = system->migrations();
        all.insert(all.end(), own.begin(), own.end());
    }
    return all;
}

}  // namespace lachan
