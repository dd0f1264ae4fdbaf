// The record log, the outbox and migrations on a real database.

#include <gtest/gtest.h>

#include "kernel/outbox.h"
#include "kernel/record.h"
#include "sql/engine.h"
#include "sql/sqlite.h"

namespace lachan {
namespace {

class Log : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = server::open_sqlite(":memory:");
        ASSERT_TRUE(opened) << opened.error().detail;
        database = std::move(*opened);
        const auto done = migrate(*database, migrations_of_kernel(), Instant{1});
        ASSERT_TRUE(done) << done.error().detail;
    }

    StoredRecord made(const char* unit, Scope scope, std::int64_t at, std::string supersedes = "") {
        Record record;
        record.id = RecordId::make(Instant{at}, shard_of_province(scope.province), random).text();
        record.system = "declaration";
        record.kind = "population";
        record.unit = unit;
        record.device = to_base64url(sha256("device"));
        record.made_at = Instant{at};
        record.supersedes = std::move(supersedes);
        record.salt = to_base64url(Bytes(16, 7));
        record.body = {{"text", "Xã Đồng"}};
        StoredRecord stored = seal(record);
        stored.scope = std::move(scope);
        stored.signature = "c2ln";
        stored.received_at = Instant{at + 5};
        return stored;
    }

    void append(int priority, std::vector<StoredRecord>& records) {
        std::vector<StoredRecord*> list;
        for (StoredRecord& record : records) list.push_back(&record);
        auto transaction = Transaction::begin(*database);
        ASSERT_TRUE(transaction);
        const auto done = RecordLog(*database).append(priority, list);
        ASSERT_TRUE(done) << done.error().detail;
        ASSERT_TRUE(transaction->commit());
    }

    std::unique_ptr<Database> database;
    SeededRandom random{Bytes(32, 9)};
};

constexpr std::int64_t kNow = 1'625'097'600'000;

TEST_F(Log, migrating_twice_is_migrating_once) {
    EXPECT_TRUE(migrate(*database, migrations_of_kernel(), Instant{2}));
    EXPECT_EQ(migrate(*database, {}, Instant{3}).error().code, Errc::conflict);
}

TEST_F(Log, a_failed_migration_leaves_nothing) {
    const Migration bad[] = {{"kernel", 1, "log", ""}, {"kernel", 2, "device", ""}, {"x", 1, "bad", "CREATE TABLE x_half (a INTEGER); CREATE NONSENSE"}};
    EXPECT_FALSE(migrate(*database, bad, Instant{2}));
    EXPECT_FALSE(database->read("SELECT a FROM x_half", {}, [](const Row&) { return Next::stop; }));
}

TEST_F(Log, what_was_appended_is_found_whole) {
    std::vector<StoredRecord> records{made("26734", {"79", "760", "26734"}, kNow)};
    append(1, records);
    const auto found = RecordLog(*database).find(records[0].record.id);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->bytes, records[0].bytes);
    EXPECT_EQ((*found)->hash, to_base64url(sha256(records[0].bytes)));
    EXPECT_EQ((*found)->record.body, records[0].record.body);
    const auto hashes = RecordLog(*database).hashes("79", std::vector<std::string_view>{records[0].record.id, "other"});
    ASSERT_TRUE(hashes);
    ASSERT_EQ(hashes->size(), 1u);
    EXPECT_EQ((*hashes)[0].second, records[0].hash);
}

TEST_F(Log, feeds_are_paged_by_scope_without_loss_or_repeat) {
    std::vector<StoredRecord> city;
    for (int i = 0; i < 25; ++i) city.push_back(made("26734", {"79", i % 2 ? "760" : "761", i % 2 ? "26734" : "26767"}, kNow + i));
    append(1, city);
    std::vector<StoredRecord> other{made("00001", {"01", "001", "00001"}, kNow)};
    append(1, other);
    std::vector<StoredRecord> urgent{made("26734", {"79", "760", "26734"}, kNow + 100)};
    append(0, urgent);

    RecordLog log(*database);
    for (const auto& [scope, expected] : {std::pair<Scope, std::size_t>{{"79", "", ""}, 25}, {{"79", "760", ""}, 12}, {{"79", "761", "26767"}, 13}}) {
        std::vector<std::string> seen;
        std::int64_t after = 0;
        for (bool more = true; more;) {
            const auto page = log.feed(scope, 1, after, 4);
            ASSERT_TRUE(page);
            for (const StoredRecord& record : page->records) seen.push_back(record.record.id);
            after = page->last;
            more = page->more;
        }
        EXPECT_EQ(seen.size(), expected);
        EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    }
    EXPECT_EQ(log.feed({"79", "", ""}, 0, 0, 10)->records.size(), 1u);
}

TEST_F(Log, erasure_leaves_id_and_hash_and_nothing_else) {
    std::vector<StoredRecord> records{made("26734", {"79", "760", "26734"}, kNow)};
    append(1, records);
    RecordLog log(*database);
    ASSERT_TRUE(log.erase(records[0].record.id, Instant{kNow + 9}));
    const auto found = log.find(records[0].record.id);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->hash, records[0].hash);
    EXPECT_TRUE((*found)->bytes.empty());
    EXPECT_TRUE((*found)->signature.empty());
    bool left = false;
    ASSERT_TRUE(database->read("SELECT * FROM kernel_record", {}, [&](const Row& row) {
        for (int column = 0; column < 16; ++column) {
            if (!row.is_null(column) && std::string(row.text(column)).find("Xã") != std::string::npos) left = true;
        }
        return Next::row;
    }));
    EXPECT_FALSE(left);
    EXPECT_EQ(log.feed({"79", "", ""}, 1, 0, 10)->records.size(), 1u);
}

TEST_F(Log, a_correction_is_found_from_what_it_corrects_in_any_order) {
    const StoredRecord old = made("26734", {"79", "760", "26734"}, kNow);
    std::vector<StoredRecord> newer{made("00001", {"01", "001", "00001"}, kNow + 1, old.record.id)};
    append(1, newer);
    std::vector<StoredRecord> older{old};
    append(1, older);
    const auto successors = RecordLog(*database).successors(old.record.id);
    ASSERT_TRUE(successors);
    EXPECT_EQ(*successors, std::vector<std::string>{newer[0].record.id});
}

TEST_F(Log, the_outbox_gives_by_class_then_age_and_keeps_until_answered) {
    std::vector<StoredRecord> records;
    for (int i = 0; i < 3; ++i) records.push_back(made("26734", {"79", "760", "26734"}, kNow + i));
    append(2, records);
    Outbox outbox(*database);
    ASSERT_TRUE(outbox.put(records[0].record.id, 2, Instant{kNow}));
    ASSERT_TRUE(outbox.put(records[1].record.id, 2, Instant{kNow + 1}));
    ASSERT_TRUE(outbox.put(records[2].record.id, 0, Instant{kNow + 2}));
    const auto ids = [&](std::int64_t now) {
        std::vector<std::string> list;
        const auto entries = outbox.next(10, Instant{now});
        for (const Outbox::Entry& entry : *entries) list.push_back(std::string(text_at(entry.record, "id")));
        return list;
    };
    EXPECT_EQ(ids(kNow + 5), (std::vector<std::string>{records[2].record.id, records[0].record.id, records[1].record.id}));

    const std::vector<std::string> failed{records[2].record.id};
    ASSERT_TRUE(outbox.postpone(failed, Instant{kNow + 5}, random));
    EXPECT_EQ(ids(kNow + 6).size(), 2u);
    EXPECT_EQ(ids(kNow + 5 + 2'000).size(), 3u);
    ASSERT_TRUE(outbox.postpone(failed, Instant{kNow + 5}, random));
    ASSERT_TRUE(outbox.wake());
    EXPECT_EQ(ids(kNow + 6).size(), 3u);

    const Settlement answers[] = {{records[0].record.id, "accepted", "", Json::array(), {{"index", 0}}},
                                  {records[1].record.id, "rejected", "person.cccd_sex", Json::array(), nullptr}};
    ASSERT_TRUE(outbox.settle(answers, Instant{kNow + 9}));
    ASSERT_TRUE(outbox.settle(answers, Instant{kNow + 10}));
    EXPECT_EQ(ids(kNow + 20).size(), 1u);
    const auto state = outbox.state();
    EXPECT_EQ(state->waiting, 1);
    EXPECT_EQ(state->received, 1);
    EXPECT_EQ(state->rejected, 1);
}

TEST(envelope, every_broken_part_is_named) {
    SeededRandom random(Bytes(32, 1));
    Record record;
    record.id = RecordId::make(Instant{kNow}, 79, random).text();
    record.system = "declaration";
    record.kind = "population";
    record.unit = "26734";
    record.device = to_base64url(sha256("device"));
    record.made_at = Instant{kNow};
    record.salt = to_base64url(Bytes(16, 7));
    const Json good = write_envelope(record);
    ASSERT_TRUE(check_envelope(good).empty());
    const auto again = read_envelope(good);
    ASSERT_TRUE(again);
    EXPECT_EQ(write_envelope(*again), good);
    const std::pair<const char*, Json> wrong[] = {
        {"id", "x"}, {"system", "Décl"}, {"kind", ""}, {"unit", "7"}, {"device", "abc"}, {"salt", "AA"}, {"version", 0},
        {"madeAt", 5}, {"supersedes", "x"}, {"previous", "x"}, {"author", "A B"}, {"body", 1}, {"extra", 1}};
    for (const auto& [key, value] : wrong) {
        Json bad = good;
        bad[key] = value;
        EXPECT_FALSE(check_envelope(bad).empty()) << key;
        EXPECT_FALSE(read_envelope(bad)) << key;
    }
    for (const auto& [key, value] : good.items()) {
        Json bad = good;
        bad.erase(key);
        EXPECT_FALSE(read_envelope(bad)) << key;
    }
    Json itself = good;
    itself["supersedes"] = record.id;
    EXPECT_FALSE(read_envelope(itself));
}

}  // namespace
}  // namespace lachan
