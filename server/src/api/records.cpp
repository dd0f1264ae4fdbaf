#include <set>
#include <unordered_map>

#include "api/route.h"
#include "kernel/receipt.h"
#include "prove.h"
#include "rate.h"
#include "work.h"

namespace lachan::server::api {
namespace {

constexpr std::size_t kMostRecords = 500;
/// A citizen's device may empty a queue of 200 at once and goes on with one a minute. Half of that costs nothing; beyond it each
/// batch needs a proof of work. Officials work through lists: ten times as much, and no work to prove.
constexpr std::int64_t kBurst = 200;
constexpr std::int64_t kPerHour = 60;
constexpr std::int64_t kFree = 100;
constexpr std::int64_t kOfficialFactor = 10;
/// An address may stand for a whole quarter behind one router, so it only calls for work, and only when very much comes from it.
constexpr std::int64_t kAddressBurst = 5'000;
constexpr std::int64_t kAddressPerHour = 20'000;
constexpr int kWorkBits = 18;

/// A batch as it was sent, shape checked.
struct Sent {
    std::string device;
    Bytes public_key;
    std::string public_key_text;
    std::vector<Incoming> records;
    std::string nonce;
};

Error malformed(const char* rule, const char* detail) { return {Errc::malformed, rule, detail}; }

bool has_only(const Json& object, std::initializer_list<std::string_view> keys) {
    for (const auto& [key, value] : object.get_ref<const Json::object_t&>()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) return false;
    }
    return true;
}

/// Where the records stand in a request: {"records":[{"record":{...}}]}.
constexpr int kRecordDepth = 4;

/// Takes the records out of `json`.
Result<Sent> read_sent(Json& json, const CanonicalTexts& texts) {
    if (!has_only(json, {"device", "records", "work"})) return malformed("request.unknown", "device, records and work only");
    const Json& device = at(json, "device");
    if (!device.is_object() || !has_only(device, {"id", "publicKey"})) {
        return malformed("request.device", "expected {id, publicKey}");
    }
    Sent sent;
    sent.device = text_at(device, "id");
    sent.public_key_text = text_at(device, "publicKey");
    if (sent.public_key_text.size() > 400) return malformed("request.device", "too long for a P-256 key");
    auto key = from_base64url(sent.public_key_text);
    if (!key) return malformed("request.device", "publicKey is no base64url");
    sent.public_key = std::move(*key);
    // The name of a device is the hash of its key: nobody can bring another key for it.
    if (to_base64url(sha256(sent.public_key)) != sent.device) return malformed("request.device", "id is not the hash of publicKey");

    const auto records = json.find("records");
    if (records == json.end() || !records->is_array() || records->empty() || records->size() > kMostRecords) {
        return malformed("request.records", "expected 1 to 500 records");
    }
    sent.records.reserve(records->size());
    for (Json& one : *records) {
        const auto wrong = [&](const char* what) {
            return Error{Errc::malformed, "request.records", "records[" + std::to_string(sent.records.size()) + "]" + what};
        };
        if (!one.is_object() || !has_only(one, {"record", "signature"})) return wrong(": expected {record, signature}");
        const std::string_view signature = text_at(one, "signature");
        if (signature.empty() || signature.size() > 100) return wrong(".signature: expected a signature in base64url");
        const auto record = one.find("record");
        if (record == one.end() || !record->is_object()) return wrong(".record: expected an object");
        const std::string_view canonical = texts.of(*record);
        sent.records.push_back({std::move(*record), std::string(signature), canonical});
    }
    if (const Json& work = at(json, "work"); !work.is_null()) {
        if (!work.is_object() || !has_only(work, {"nonce"})) return malformed("request.work", "expected {nonce}");
        sent.nonce = text_at(work, "nonce");
    }
    return sent;
}

struct Limits {
    Bucket device;
    Bucket address;
};

Limits limits_of(const Service& service, const Sent& sent, const std::optional<Session>& session, const Request& request) {
    const std::int64_t factor = session ? kOfficialFactor : 1;
    return {{session ? "user:" + session->user : "device:" + sent.device, kBurst * factor, kPerHour * factor},
            {service.blind("address", request.address), kAddressBurst, kAddressPerHour}};
}

Reply too_many(const char* rule, std::int64_t seconds, Json more = Json::object()) {
    Json body{{"error", {{"code", name_of(Errc::unavailable)}, {"rule", rule}, {"detail", "too many records"}}}};
    body.update(more);
    Reply reply = json_reply(429, body);
    reply.headers.emplace_back("Retry-After", std::to_string(seconds));
    return reply;
}

/// Whether the batch may be looked at; a reply when not. Nothing is taken yet: what is accepted counts for the
/// device, and together with what is refused for the address.
Result<std::optional<Reply>> held_back(Engine& database, const Limits& limits, const Sent& sent,
                                       const std::optional<Session>& session, Instant now) {
    const std::int64_t left = TRY(look(database, limits.device, now));
    if (left < 1'000) return std::optional(too_many("rate.device", seconds_until(limits.device, left, 1)));
    if (session) return std::optional<Reply>();
    const std::int64_t from_address = TRY(look(database, limits.address, now));
    if (left >= (kBurst - kFree) * 1'000 && from_address >= kAddressBurst * 500) return std::optional<Reply>();
    const std::string prefix = work_prefix(sent.device, text_at(sent.records.front().record, "id"));
    if (is_work_done(prefix, sent.nonce, kWorkBits)) return std::optional<Reply>();
    return std::optional(too_many("rate.work", 1, {{"work", {{"prefix", prefix}, {"bits", kWorkBits}}}}));
}

std::vector<bool> prove_all(const Batch& batch, const Sent& sent) {
    Prover prover;  // one for a batch: its cache of keys does not grow with the number of devices
    std::vector<bool> proven;
    for (const SignatureCheck& check : batch.checks) {
        certificate::SignatureCheck one;
        one.spki = sent.public_key;
        const auto bytes = bytes_of(check.bytes);
        one.signed_bytes.assign(bytes.begin(), bytes.end());
        auto signature = from_base64url(check.signature);
        const bool readable = signature.has_value() && check.device == sent.device;
        if (readable) one.signature = std::move(*signature);
        proven.push_back(readable && prover.prove(one) == certificate::Answer::valid);
    }
    return proven;
}

std::string province_of_id(const std::string& id) {
    const auto parsed = RecordId::parse(id);
    return parsed ? province_of_shard(parsed->shard()) : std::string();
}

/// When the log took a record first: a duplicate gets the receipt that the lost answer would have brought.
Result<std::unordered_map<std::string, Instant>> first_received(Engine& database, const std::vector<RecordAnswer>& answers) {
    std::map<std::string, std::vector<std::string_view>> ids;
    for (const RecordAnswer& answer : answers) {
        if (answer.outcome == Outcome::duplicate) ids[province_of_id(answer.id)].push_back(answer.id);
    }
    std::unordered_map<std::string, Instant> times;
    for (const auto& [province, list] : ids) {
        std::string sql = "SELECT id, received_at FROM kernel_record WHERE province = ?1 AND id IN (";
        std::vector<SqlValue> values{std::string_view(province)};
        for (const std::string_view id : list) {
            values.emplace_back(id);
            sql += (values.size() > 2 ? ", ?" : "?") + std::to_string(values.size());
        }
        TRY(database.read(sql + ')', values, [&](const Row& row) {
            times.emplace(std::string(row.text(0)), Instant{row.integer(1)});
            return Next::row;
        }));
    }
    return times;
}

Result<void> remember_device(Engine& database, const Sent& sent, const std::vector<RecordAnswer>& answers, Instant now) {
    std::set<std::string> provinces;
    std::string_view last;
    for (const RecordAnswer& answer : answers) {
        if (answer.outcome != Outcome::accepted) continue;
        // Most of a batch is of one province: what names it in the id is looked at, and the same is not looked up again.
        const std::string_view shard = std::string_view(answer.id).substr(15, 3);
        if (shard != last) provinces.insert(province_of_id(answer.id));
        last = shard;
    }
    for (const std::string& province : provinces) {
        TRY(database.write("INSERT INTO kernel_device (province, id, public_key, first_seen) VALUES (?1, ?2, ?3, ?4) "
                           "ON CONFLICT DO NOTHING",
                           {std::string_view(province), std::string_view(sent.device), std::string_view(sent.public_key_text), now.ms}));
    }
    return {};
}

struct Taken {
    std::vector<RecordAnswer> answers;
    std::unordered_map<std::string, Instant> first;
};

std::string text_of(const RecordAnswer& rejected) {
    Json one{{"id", rejected.id}, {"outcome", name_of(rejected.outcome)}, {"rule", rejected.rule}};
    if (!rejected.hash.empty()) one["hash"] = rejected.hash;
    if (!rejected.violations.empty()) one["violations"] = to_json(rejected.violations);
    return canonical(one);
}

/// The answer in canonical form, written as it goes: a receipt is a text already, and id and hash have nothing to
/// escape.
Result<std::string> answer_of(const Service& service, const Taken& taken, Instant now) {
    std::vector<ReceiptBody> bodies;
    for (const RecordAnswer& answer : taken.answers) {
        if (answer.outcome == Outcome::rejected) continue;
        const auto first = taken.first.find(answer.id);
        bodies.push_back({answer.id, answer.hash, name_of(answer.outcome), first == taken.first.end() ? now : first->second});
    }
    const ReceiptTree tree(std::move(bodies));
    std::string head, signature;
    if (tree.size() > 0) {
        head = bytes_to_sign({tree.root(), static_cast<std::int64_t>(tree.size()), now, service.receipt_key.id()});
        signature = TRY(service.receipt_key.sign(head));
    }
    // A string that grows by doubling would be half a megabyte of fresh pages several times over.
    constexpr std::size_t kAboutOne = 1'200;
    std::string text;
    text.reserve(taken.answers.size() * kAboutOne);
    text += "{\"answers\":[";
    std::size_t place = 0;
    for (const RecordAnswer& answer : taken.answers) {
        if (text.back() != '[') text += ',';
        if (answer.outcome == Outcome::rejected) {
            text += text_of(answer);
            continue;
        }
        text += "{\"hash\":\"" + answer.hash;
        text += "\",\"id\":\"" + answer.id;
        text += "\",\"outcome\":\"";
        text += name_of(answer.outcome);
        text += "\",\"receipt\":";
        tree.add_receipt(text, place++, head, signature);
        text += '}';
    }
    text += "],\"now\":" + std::to_string(now.ms) + '}';
    return text;
}

/// Writes a batch and answers it. Errc::conflict when another instance took the same at this moment.
Result<Reply> take_in(Service& service, Engine& own, const Request& request, Sent& sent, const Limits& limits,
                      const Actor& actor) {
    Batch batch = read_batch(std::move(sent.records), service.units, request.now, actor);
    const std::vector<bool> proven = prove_all(batch, sent);
    // Until here every worker goes on by itself; from here on SQLite takes one at a time.
    auto transaction = TRY(WriteTransaction::begin_batch(service, own));
    Engine& database = transaction.database();
    Context context{database, service.units, request.now, Side::server, actor, {}};
    Taken taken;
    taken.answers = TRY(append_within(context, batch, proven));
    taken.first = TRY(first_received(database, taken.answers));
    const auto fresh = std::count_if(taken.answers.begin(), taken.answers.end(),
                                     [](const RecordAnswer& answer) { return answer.outcome == Outcome::accepted; });
    const auto refused = std::count_if(taken.answers.begin(), taken.answers.end(),
                                       [](const RecordAnswer& answer) { return answer.outcome == Outcome::rejected; });
    // What is refused has cost its checks: it counts for the address, which pays with work when there is much of it.
    if (refused > 0) TRY(take(database, limits.address, refused, request.now));
    if (fresh > 0) {
        TRY(remember_device(database, sent, taken.answers, request.now));
        TRY(take(database, limits.address, fresh, request.now));
        const std::int64_t left = TRY(take(database, limits.device, fresh, request.now));
        if (left < 0) {
            // Undone as a whole: the device comes again, with fewer or later.
            const std::int64_t before = left + fresh * 1'000;
            return too_many("rate.device", seconds_until(limits.device, before, fresh), {{"room", before / 1'000}});
        }
    }
    // The receipts are written while the disk works; none leaves before it is done, and none at all if it refuses.
    TRY(transaction.commit_ahead());
    std::string text = TRY(answer_of(service, taken, request.now));
    give_back(batch);
    TRY(transaction.flush());
    return canonical_reply(200, std::move(text));
}

Result<Reply> try_records(Service& service, Engine& database, const Request& request) {
    CanonicalTexts texts(kRecordDepth);
    Json json = TRY(request.json(service.options.body_limit, texts));
    Sent sent = TRY(read_sent(json, texts));
    const auto session = TRY(session_of(service, database, request));
    const Limits limits = limits_of(service, sent, session, request);
    if (auto held = TRY(held_back(database, limits, sent, session, request.now))) return std::move(*held);
    return take_in(service, database, request, sent, limits, actor_of(session, sent.device));
}

}  // namespace

Reply post_records(Service& service, Engine& database, const Request& request) {
    auto reply = try_records(service, database, request);
    // Two instances took the same batch at the same time: the second finds it in the log when it asks again.
    for (int again = 0; !reply && reply.error().code == Errc::conflict && again < 2; ++again) {
        reply = try_records(service, database, request);
    }
    if (reply) return std::move(*reply);
    if (reply.error().code == Errc::conflict) return refuse(Error{Errc::unavailable, "database.busy", "ask again"});
    return refuse(reply.error());
}

}  // namespace lachan::server::api
