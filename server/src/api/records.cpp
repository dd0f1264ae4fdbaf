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
    for (const auto& [key, value] : object.items()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) return false;
    }
    return true;
}

Result<Sent> read_sent(const Json& json) {
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

    Json records = at(json, "records");
    if (!records.is_array() || records.empty() || records.size() > kMostRecords) {
        return malformed("request.records", "expected 1 to 500 records");
    }
    for (Json& one : records) {
        if (!one.is_object() || !has_only(one, {"record", "signature"}) || !at(one, "record").is_object() ||
            text_at(one, "signature").empty() || text_at(one, "signature").size() > 100) {
            return malformed("request.records", "expected {record, signature} each");
        }
        sent.records.push_back({std::move(one["record"]), std::string(text_at(one, "signature"))});
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

/// Whether the batch may be looked at; a reply when not. Nothing is taken yet: only what is accepted counts.
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
    for (const RecordAnswer& answer : answers) {
        if (answer.outcome == Outcome::accepted) provinces.insert(province_of_id(answer.id));
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
    std::optional<Reply> refused;
};

Result<Taken> take_in(Service& service, Engine& database, const Request& request, const Sent& sent, const Limits& limits,
                      const Actor& actor) {
    Batch batch = read_batch(sent.records, service.units, request.now, actor);
    const std::vector<bool> proven = prove_all(batch, sent);
    auto transaction = TRY(WriteTransaction::begin(service, database));
    Context context{database, service.units, request.now, Side::server, actor, {}};
    Taken taken;
    taken.answers = TRY(append_within(context, std::move(batch), proven));
    taken.first = TRY(first_received(database, taken.answers));
    const auto fresh = std::count_if(taken.answers.begin(), taken.answers.end(),
                                     [](const RecordAnswer& answer) { return answer.outcome == Outcome::accepted; });
    if (fresh > 0) {
        TRY(remember_device(database, sent, taken.answers, request.now));
        TRY(take(database, limits.address, fresh, request.now));
        const std::int64_t left = TRY(take(database, limits.device, fresh, request.now));
        if (left < 0) {
            // Undone as a whole: the device comes again, with fewer or later.
            const std::int64_t before = left + fresh * 1'000;
            taken.refused = too_many("rate.device", seconds_until(limits.device, before, fresh), {{"room", before / 1'000}});
            return taken;
        }
    }
    TRY(transaction.commit());
    return taken;
}

Result<Json> answer_of(const Service& service, const Taken& taken, Instant now) {
    std::vector<ReceiptBody> bodies;
    std::vector<std::size_t> places(taken.answers.size());
    for (std::size_t i = 0; i < taken.answers.size(); ++i) {
        const RecordAnswer& answer = taken.answers[i];
        if (answer.outcome == Outcome::rejected) continue;
        const auto first = taken.first.find(answer.id);
        places[i] = bodies.size();
        bodies.push_back({answer.id, answer.hash, name_of(answer.outcome), first == taken.first.end() ? now : first->second});
    }
    std::optional<ReceiptTree> tree;
    TreeHead head;
    std::string signature;
    if (!bodies.empty()) {
        tree.emplace(std::move(bodies));
        head = {tree->root(), static_cast<std::int64_t>(tree->size()), now, service.receipt_key.id()};
        signature = TRY(service.receipt_key.sign(bytes_to_sign(head)));
    }
    Json answers = Json::array();
    for (std::size_t i = 0; i < taken.answers.size(); ++i) {
        const RecordAnswer& answer = taken.answers[i];
        Json one{{"id", answer.id}, {"outcome", name_of(answer.outcome)}};
        if (!answer.hash.empty()) one["hash"] = answer.hash;
        if (answer.outcome == Outcome::rejected) {
            one["rule"] = answer.rule;
            if (!answer.violations.empty()) one["violations"] = to_json(answer.violations);
        } else {
            one["receipt"] = tree->receipt(places[i], head, signature);
        }
        answers.push_back(std::move(one));
    }
    return Json{{"now", now.ms}, {"answers", std::move(answers)}};
}

}  // namespace

Reply post_records(Service& service, Engine& database, const Request& request) {
    auto json = request.json(service.options.body_limit);
    if (!json) return refuse(json.error());
    const auto sent = read_sent(*json);
    if (!sent) return refuse(sent.error());
    const auto session = session_of(service, database, request);
    if (!session) return refuse(session.error());
    const Limits limits = limits_of(service, *sent, *session, request);
    auto held = held_back(database, limits, *sent, *session, request.now);
    if (!held) return refuse(held.error());
    if (*held) return std::move(**held);

    const Actor actor = actor_of(*session, sent->device);
    auto taken = take_in(service, database, request, *sent, limits, actor);
    // Two instances took the same batch at the same time: the second finds it in the log when it asks again.
    for (int again = 0; !taken && taken.error().code == Errc::conflict && again < 2; ++again) {
        taken = take_in(service, database, request, *sent, limits, actor);
    }
    if (!taken) return refuse(taken.error().code == Errc::conflict ? Error{Errc::unavailable, "database.busy", "ask again"} : taken.error());
    if (taken->refused) return std::move(*taken->refused);
    const auto answer = answer_of(service, *taken, request.now);
    if (!answer) return refuse(answer.error());
    return json_reply(200, *answer);
}

}  // namespace lachan::server::api
