// The sync protocol under faults: many devices, one server, a bad network, and programs that die at the worst moment.
// Whatever was acknowledged to a citizen is in the server's log once, or its rejection was told.

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "core/core.h"
#include "faulty_database.h"
#include "kernel/receipt.h"
#include "sql/sqlite.h"
#include "systems.h"

namespace lachan {
namespace {

using testing::Fault;
using testing::FaultyDatabase;

constexpr int kDevices = 25;
constexpr int kSubmissions = 10'000;
constexpr std::int64_t kStart = 1'631'664'000'000;  // 2021-09-15
constexpr std::int64_t kDayMs = 86'400'000;

constexpr std::string_view kUnits =
    "26734|3|760|Phường Tân Định|Phường|||\n26737|3|760|Phường Đa Kao|Phường|||\n26740|3|760|Phường Bến "
    "Nghé|Phường|||\n"
    "760|2|79|Quận 1|Quận|||\n79|1||Thành phố Hồ Chí Minh|Thành phố|||\n";

/// Stands for ES256: 64 bytes that only follow from the key and the text. The ports that prove real signatures have
/// their own tests.
std::string sign(std::string_view key, std::string_view text) {
    Bytes bytes;
    for (const char part : {'r', 's'}) {
        const Sha256 half = sha256(std::string(1, part) + std::string(key) + std::string(text));
        bytes.insert(bytes.end(), half.begin(), half.end());
    }
    return to_base64url(bytes);
}

/// All chance of the test comes from here.
class Dice {
public:
    explicit Dice(std::uint32_t seed) : engine_(seed) {}
    int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint32_t>(n)); }
    bool chance(int percent) { return below(100) < percent; }
    std::string entropy() {
        Bytes bytes(32);
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(below(256));
        return to_hex(bytes);
    }

private:
    std::mt19937 engine_;
};

std::unique_ptr<Database> memory() {
    auto opened = server::open_sqlite(":memory:");
    EXPECT_TRUE(opened.has_value());
    return std::move(*opened);
}

/// Hands a database to a Core that may die while the database lives on.
class Borrowed final : public Database {
public:
    explicit Borrowed(Database& inner) : inner_(inner) {}
    Result<void> write(std::string_view sql, std::span<const SqlValue> values) override {
        return inner_.write(sql, values);
    }
    Result<void> read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) override {
        return inner_.read(sql, values, on_row);
    }
    Result<void> script(std::string_view sql) override { return inner_.script(sql); }
    Result<void> begin() override { return inner_.begin(); }
    Result<void> commit() override { return inner_.commit(); }
    void rollback() override { inner_.rollback(); }

private:
    Database& inner_;
};

std::int64_t count(Database& database, std::string_view sql) {
    std::int64_t value = -1;
    EXPECT_TRUE(database.read(sql, {}, [&](const Row& row) {
        value = row.integer(0);
        return Next::stop;
    }));
    return value;
}

class Server {
public:
    Server() : disk_(memory()), database_(*disk_), units_(Units::parse(kUnits).value()) {
        EXPECT_TRUE(migrate(database_, all_migrations(), Instant{kStart}).has_value());
    }

    /// What POST /v1/records does: nothing when the program dies on the way.
    std::optional<Json> post(const Json& request, std::int64_t now) {
        std::vector<Incoming> incoming;
        for (const Json& item : request["records"])
            incoming.push_back({item["record"], item["signature"].get<std::string>()});
        Context context{database_, units_, Instant{now}, Side::server, {}, {}};
        Batch batch = read_batch(incoming, units_, Instant{now}, context.actor);
        std::vector<bool> proven;
        for (const SignatureCheck& check : batch.checks)
            proven.push_back(check.signature == sign(check.device, check.bytes));
        const auto answers = append(context, std::move(batch), proven);
        if (!answers) {
            if (database_.crashed()) database_.restart();
            return std::nullopt;
        }
        return reply(*answers, now);
    }

    void plan(Fault fault, int after) { database_.plan(fault, after); }
    Database& disk() { return *disk_; }

private:
    static Json reply(const std::vector<RecordAnswer>& answers, std::int64_t now) {
        std::vector<ReceiptBody> bodies;
        for (const RecordAnswer& answer : answers) {
            if (answer.outcome != Outcome::rejected)
                bodies.push_back({answer.id, answer.hash, name_of(answer.outcome), Instant{now}});
        }
        const ReceiptTree tree(bodies);
        const TreeHead head{tree.root(), static_cast<std::int64_t>(tree.size()), Instant{now}, "server"};
        const std::string signed_head = bytes_to_sign(head);
        const std::string signature = sign("server", signed_head);
        Json list = Json::array();
        std::size_t index = 0;
        for (const RecordAnswer& answer : answers) {
            Json item{{"id", answer.id}, {"outcome", name_of(answer.outcome)}, {"rule", answer.rule}};
            if (answer.outcome != Outcome::rejected)
                item["receipt"] = *parse_json(tree.receipt(index++, signed_head, signature));
            list.push_back(std::move(item));
        }
        return {{"answers", std::move(list)}, {"now", now}};
    }

    std::unique_ptr<Database> disk_;
    FaultyDatabase database_;
    Units units_;
};

/// A phone: what the page's worker does, with the same core.
class Device {
public:
    Device(int number, std::int64_t skew, Dice& dice)
        : id_(to_base64url(sha256("device" + std::to_string(number)))),
          skew_(skew),
          dice_(dice),
          disk_(memory()),
          database_(*disk_) {
        start();
    }

    /// The citizen presses the button, and again until the page says that it is done or that it may not be.
    void submit(const std::string& intent, std::int64_t now) {
        Json body{{"onBehalf", false},
                  {"fullName", "Nguyễn Văn Thử"},
                  {"idType", "none"},
                  {"birthDate", "1985"},
                  {"sex", "male"},
                  {"nationality", "VNM"},
                  {"province", "79"},
                  {"district", "760"},
                  {"ward", "26740"},
                  {"address", intent},
                  {"phone", "0900000000"},
                  {"travelled", false},
                  {"signFever", false},
                  {"signCough", dice_.chance(20)},
                  {"signDyspnoea", false},
                  {"signPneumonia", false},
                  {"signSoreThroat", false},
                  {"signFatigue", false},
                  {"signLossOfTasteSmell", false},
                  {"contactCase", dice_.chance(10)},
                  {"contactAffectedCountry", false},
                  {"contactSymptomatic", false},
                  {"dataConsent", true},
                  {"legalAccepted", true}};
        const std::string draft = "form";
        strike(8);
        while (!call("draft.save", {{"key", draft}, {"value", body}, {"now", now + skew_}})) recover();
        std::string entropy = dice_.entropy();
        std::int64_t at = now;
        for (int tries = 0; tries < 20; ++tries) {
            strike(12);
            if (press(body, draft, entropy, at + skew_)) {
                acknowledged_.insert(intent);
                return;
            }
            const bool died = recover();
            if (died && dice_.chance(50)) {
                // The tab is gone and with it what it remembered: the draft says whether the record was made.
                std::optional<Json> left;
                while (!(left = call("draft.load", {{"key", draft}}))) recover();
                if ((*left)["value"].is_null()) {
                    acknowledged_.insert(intent);
                    return;
                }
                entropy = dice_.entropy();
                at += 1000;
            }
        }
        FAIL() << "twenty tries were not enough for " << intent;
    }

    /// One round of the sync loop, up to the message that goes out.
    std::optional<Json> outgoing(std::int64_t now) {
        strike(5);
        const auto batch = call("outbox.next", {{"limit", 1 + dice_.below(60)}, {"now", now + skew_}});
        if (!batch) {
            recover();
            return std::nullopt;
        }
        if ((*batch)["records"].empty()) return std::nullopt;
        return Json{{"device", {{"id", id_}}}, {"records", (*batch)["records"]}};
    }

    void incoming(const Json& request, const Json& reply, std::int64_t now) {
        std::map<std::string, std::string> bytes;
        for (const Json& item : request["records"]) bytes[item["record"]["id"]] = canonical(item["record"]);
        Json believed = Json::array();
        for (const Json& answer : reply["answers"]) {
            if (answer["outcome"] != "rejected") {
                const auto inspected =
                    call("receipt.inspect", {{"receipt", answer["receipt"]}, {"bytes", bytes[answer["id"]]}});
                ASSERT_TRUE(inspected.has_value()) << answer.dump();
                const Json& check = (*inspected)["check"];
                ASSERT_EQ(check["signature"], sign("server", check["bytes"].get<std::string>()));
            }
            believed.push_back(answer);
        }
        strike(10);
        if (!call("outbox.settle", {{"answers", believed}, {"now", now + skew_}})) recover();
    }

    void unanswered(const Json& request, std::int64_t now) {
        Json ids = Json::array();
        for (const Json& item : request["records"]) ids.push_back(item["record"]["id"]);
        strike(5);
        if (!call("outbox.failed", {{"ids", ids}, {"now", now + skew_}, {"entropy", dice_.entropy()}})) recover();
    }

    void wake() {
        while (!call("outbox.wake", Json::object())) recover();
    }
    Json state() { return *call("outbox.state", Json::object()); }
    Json mine() { return (*call("mine", {{"limit", 1000}}))["records"]; }
    const std::set<std::string>& acknowledged() const { return acknowledged_; }
    Database& disk() { return *disk_; }
    void calm() { calm_ = true; }

private:
    void start() {
        core_ = std::make_unique<Core>(std::make_unique<Borrowed>(database_));
        core_->set_units(Units::parse(kUnits).value());
        ASSERT_TRUE(call("db.open", {{"now", kStart}}).has_value());
    }

    std::optional<Json> call(std::string_view operation, const Json& request) {
        std::string reply;
        const int status = core_->call(operation, canonical(request), reply);
        Json parsed = Json::parse(reply, nullptr, false);
        if (status == 0) return parsed;
        last_error_ = std::move(parsed);
        return std::nullopt;
    }

    bool press(const Json& body, const std::string& draft, const std::string& entropy, std::int64_t at) {
        const auto prepared = call("record.prepare", {{"system", "declaration"},
                                                      {"kind", "population"},
                                                      {"unit", "26740"},
                                                      {"device", id_},
                                                      {"body", body},
                                                      {"now", at},
                                                      {"entropy", entropy}});
        if (!prepared) return false;
        EXPECT_TRUE((*prepared)["violations"].empty()) << prepared->dump();
        if (prepared->contains("committed")) return true;
        const auto committed =
            call("record.commit", {{"record", (*prepared)["record"]},
                                   {"now", at},
                                   {"draft", draft},
                                   {"signature", sign(id_, (*prepared)["bytes"].get<std::string>())}});
        if (!committed) return false;
        EXPECT_NE((*committed)["outcome"], "rejected") << committed->dump();
        return true;
    }

    void strike(int percent) {
        if (calm_ || !dice_.chance(percent)) return;
        constexpr Fault kFaults[] = {Fault::storage_full, Fault::crash_before_commit, Fault::crash_after_commit};
        database_.plan(kFaults[dice_.below(3)], dice_.below(12));
    }

    /// Starts the program again when it died; whether it had.
    bool recover() {
        const bool died = database_.crashed();
        database_.restart();
        if (died)
            start();
        else
            EXPECT_EQ(last_error_["error"]["rule"], "storage.full") << "the only error a living program meets here";
        return died;
    }

    std::string id_;
    std::int64_t skew_;
    Dice& dice_;
    std::unique_ptr<Database> disk_;
    FaultyDatabase database_;
    std::unique_ptr<Core> core_;
    std::set<std::string> acknowledged_;
    Json last_error_;
    bool calm_ = false;
};

/// A message on its way, in either direction; late ones are delivered out of order, some twice.
struct Message {
    std::size_t device;
    Json request;
    std::optional<Json> reply;
};

std::uint32_t seed() {
    const char* given = std::getenv("LACHAN_SEED");
    return given ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10)) : 20211124U;
}

TEST(sync_faults, nothing_acknowledged_is_lost_nothing_is_doubled_and_every_rejection_is_told) {
    std::cout << "seed " << seed() << " (LACHAN_SEED)\n";
    Dice dice(seed());
    Server server;
    std::vector<std::unique_ptr<Device>> devices;
    for (int i = 0; i < kDevices; ++i) {
        // A fifth of the clocks is a day wrong, either way; one is so far ahead that the server must refuse.
        const std::int64_t skew = i == 7       ? 3 * kDayMs
                                  : i % 5 == 0 ? (i % 2 == 0 ? kDayMs : -kDayMs)
                                               : dice.below(4000) - 2000;
        devices.push_back(std::make_unique<Device>(i, skew, dice));
    }
    std::deque<Message> late;
    std::int64_t now = kStart;
    int lost_requests = 0;
    int lost_answers = 0;
    int repeated = 0;
    int server_faults = 0;

    const auto exchange = [&](std::size_t index, bool calm) {
        auto request = devices[index]->outgoing(now);
        if (!request) return false;
        if (!calm && dice.chance(12)) {
            ++lost_requests;
            devices[index]->unanswered(*request, now);
            return true;
        }
        if (!calm && dice.chance(8)) {
            // Reordered: the device gives up waiting, the message arrives some time later.
            late.push_back({index, *request, std::nullopt});
            devices[index]->unanswered(*request, now);
            return true;
        }
        if (!calm && dice.chance(8)) {
            ++server_faults;
            constexpr Fault kFaults[] = {Fault::storage_full, Fault::crash_before_commit, Fault::crash_after_commit};
            server.plan(kFaults[dice.below(3)], dice.below(30));
        }
        auto reply = server.post(*request, now);
        server.plan(Fault::none, 0);
        if (!calm && dice.chance(10)) {
            ++repeated;
            reply = server.post(*request, now);
        }
        if (!reply || (!calm && dice.chance(15))) {
            ++lost_answers;
            if (reply && dice.chance(50)) late.push_back({index, *request, reply});
            devices[index]->unanswered(*request, now);
            return true;
        }
        devices[index]->incoming(*request, *reply, now);
        return true;
    };
    const auto deliver_late = [&] {
        const auto place = static_cast<std::size_t>(dice.below(static_cast<int>(late.size())));
        Message message = std::move(late[place]);
        late.erase(late.begin() + static_cast<std::ptrdiff_t>(place));
        if (!message.reply) message.reply = server.post(message.request, now);
        if (message.reply) devices[message.device]->incoming(message.request, *message.reply, now);
    };

    for (int i = 0; i < kSubmissions; ++i) {
        now += 1 + dice.below(30'000);
        const auto index = static_cast<std::size_t>(dice.below(kDevices));
        devices[index]->submit("intent " + std::to_string(i), now);
        if (::testing::Test::HasFatalFailure()) return;
        if (dice.chance(30)) exchange(static_cast<std::size_t>(dice.below(kDevices)), false);
        if (!late.empty() && dice.chance(10)) deliver_late();
    }
    // The weather clears: everything that waits goes out.
    while (!late.empty()) deliver_late();
    for (std::size_t i = 0; i < devices.size(); ++i) {
        devices[i]->calm();
        devices[i]->wake();
        for (int round = 0; exchange(i, true); ++round)
            ASSERT_LT(round, 2000) << "the queue of device " << i << " does not end";
    }

    // What the server has, by the words the citizen typed.
    std::map<std::string, int> kept;
    std::map<std::string, std::string> hashes;
    ASSERT_TRUE(server.disk().read("SELECT bytes, id, hash FROM kernel_record", {}, [&](const Row& row) {
        ++kept[Json::parse(row.text(0))["body"]["address"].get<std::string>()];
        hashes[std::string(row.text(1))] = row.text(2);
        return Next::row;
    }));
    int acknowledged = 0;
    int rejections = 0;
    std::size_t received = 0;
    for (const auto& device : devices) {
        EXPECT_EQ(device->state()["waiting"], 0);
        std::map<std::string, int> told;
        ASSERT_TRUE(device->disk().read(
            "SELECT r.bytes, r.id, r.hash, o.state, o.rule, o.receipt FROM kernel_outbox o "
            "JOIN kernel_record r ON r.id = o.id",
            {}, [&](const Row& row) {
                const std::string intent = Json::parse(row.text(0))["body"]["address"];
                EXPECT_EQ(++told[intent], 1) << intent << " was made twice";
                if (row.text(3) == "received") {
                    ++received;
                    EXPECT_EQ(hashes[std::string(row.text(1))], row.text(2)) << "the server's record is another";
                    EXPECT_FALSE(row.text(5).empty()) << "received without a receipt";
                } else {
                    ++rejections;
                    EXPECT_EQ(row.text(3), "rejected");
                    EXPECT_FALSE(row.text(4).empty()) << "rejected without a rule";
                    EXPECT_EQ(kept.count(intent), 0U) << "told as rejected, and yet taken";
                }
                return Next::row;
            }));
        for (const std::string& intent : device->acknowledged()) {
            ++acknowledged;
            EXPECT_EQ(told.count(intent), 1U) << intent << " was acknowledged and is gone from the device";
        }
        EXPECT_EQ(told.size(), device->acknowledged().size());
    }
    for (const auto& [intent, times] : kept) EXPECT_EQ(times, 1) << intent << " is in the log " << times << " times";
    EXPECT_EQ(acknowledged, kSubmissions);
    EXPECT_EQ(kept.size(), received);
    EXPECT_EQ(static_cast<int>(received) + rejections, kSubmissions);
    EXPECT_GT(rejections, 0) << "the clock three days ahead must be refused";
    // The fold has each record once, whatever happened on the way.
    EXPECT_EQ(count(server.disk(), "SELECT count(*) FROM declaration_entry"), static_cast<std::int64_t>(kept.size()));
    // Each feed is without a gap: its numbers are as many as its last one says.
    EXPECT_EQ(count(server.disk(),
                    "SELECT count(*) FROM (SELECT province, priority FROM kernel_record GROUP BY province, priority "
                    "HAVING count(*) <> max(seq) - min(seq) + 1)"),
              0);
    EXPECT_GT(lost_requests, 100);
    EXPECT_GT(lost_answers, 100);
    EXPECT_GT(repeated, 50);
    EXPECT_GT(server_faults, 50);
    std::cout << kSubmissions << " submissions: " << received << " received, " << rejections << " rejected; "
              << lost_requests << " requests and " << lost_answers << " answers lost, " << repeated << " sent twice, "
              << server_faults << " faults of the server\n";
}

TEST(sync_faults, the_same_id_with_a_changed_body_is_refused_and_the_first_stays) {
    Server server;
    Dice dice(3);
    Device device(1, 0, dice);
    device.calm();
    device.submit("first", kStart);
    const auto request = device.outgoing(kStart);
    ASSERT_TRUE(request.has_value());
    ASSERT_TRUE(server.post(*request, kStart).has_value());
    Json forged = *request;
    Json& record = forged["records"][0]["record"];
    record["body"]["address"] = "changed";
    forged["records"][0]["signature"] = sign(record["device"].get<std::string>(), canonical(record));
    const auto reply = server.post(forged, kStart);
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ((*reply)["answers"][0]["outcome"], "rejected");
    EXPECT_EQ((*reply)["answers"][0]["rule"], "record.conflict");
    EXPECT_EQ(count(server.disk(), "SELECT count(*) FROM kernel_record WHERE bytes LIKE '%first%'"), 1);
    EXPECT_EQ(count(server.disk(), "SELECT count(*) FROM kernel_record"), 1);
}

}  // namespace
}  // namespace lachan
