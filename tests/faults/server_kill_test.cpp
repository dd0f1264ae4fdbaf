#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "server/postgres_fixture.h"
#include "server/server_process.h"

namespace lachan {
namespace {

using testing::Answer;
using testing::Device;
using testing::ServerProcess;

/// The ids in the log and how often each is there.
std::map<std::string, int> logged(const ServerProcess& server, std::string_view sql) {
    std::map<std::string, int> ids;
    EXPECT_TRUE(server.open()->read(sql, {}, [&](const Row& row) {
        ++ids[std::string(row.text(0))];
        return Next::row;
    }).has_value());
    return ids;
}

class Kill : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        std::string database;
        if (GetParam() == "postgresql") {
            auto& postgres = testing::PostgresServer::shared();
            if (!postgres.reason().empty()) GTEST_SKIP() << "skipped: " << postgres.reason();
            database = postgres.fresh_database();
        }
        server_ = std::make_unique<ServerProcess>(std::vector<std::string>{}, database);
    }
    std::unique_ptr<ServerProcess> server_;
};

/// What one telephone sent and what it was told.
struct Phone {
    Device device;
    std::vector<std::vector<Record>> batches;
    std::set<std::string> acknowledged;
};

TEST_P(Kill, in_the_middle_of_batches_loses_nothing_acknowledged_and_doubles_nothing) {
    constexpr int kRounds = 6;
    constexpr int kMostRounds = 30;
    constexpr int kPhones = 3;
    const unsigned seed = std::random_device()();
    std::mt19937 random(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::vector<std::unique_ptr<Phone>> phones;
    // How fast a machine takes the batches is not known: the pause before a kill grows shorter until some kill has hit something,
    // and longer until something was told.
    unsigned longest = 120;
    bool any_told = false, any_hit = false;
    for (int round = 0; round < kMostRounds && (round < kRounds || !any_told || !any_hit); ++round) {
        std::vector<std::thread> senders;
        const std::size_t first = phones.size();
        // New telephones each round: none comes near its limit.
        for (int i = 0; i < kPhones; ++i) {
            phones.push_back(std::make_unique<Phone>());
            for (int batch = 0; batch < 4; ++batch) {
                std::vector<Record> records;
                for (int j = 0; j < 20; ++j) records.push_back(phones.back()->device.record());
                phones.back()->batches.push_back(std::move(records));
            }
        }
        for (std::size_t i = first; i < phones.size(); ++i) {
            senders.emplace_back([this, &phone = *phones[i]] {
                for (const auto& records : phone.batches) {
                    const Answer answer = server_->post("/v1/records", phone.device.batch(records));
                    if (answer.status != 200) continue;
                    for (const Json& one : answer.list("answers")) {
                        if (one["outcome"] != "rejected") phone.acknowledged.insert(std::string(text_at(one, "id")));
                    }
                }
            });
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1 + random() % longest));
        EXPECT_EQ(server_->stop(SIGKILL), -SIGKILL);
        for (std::thread& sender : senders) sender.join();
        std::size_t told_now = 0, sent_now = 0;
        for (std::size_t i = first; i < phones.size(); ++i) {
            told_now += phones[i]->acknowledged.size();
            for (const auto& records : phones[i]->batches) sent_now += records.size();
        }
        any_told = any_told || told_now > 0;
        any_hit = any_hit || told_now < sent_now;
        if (told_now == sent_now) longest = std::max(4u, longest / 2);
        if (told_now == 0) longest = std::min(2'000u, longest * 2);
        server_->start();
        ASSERT_EQ(server_->get("/readyz").status, 200);
        const auto ids = logged(*server_, "SELECT id FROM kernel_record");
        for (const auto& phone : phones) {
            for (const std::string& id : phone->acknowledged) ASSERT_EQ(ids.count(id), 1u) << "acknowledged and lost: " << id;
        }
        // A batch is there as a whole or not at all.
        for (const auto& phone : phones) {
            for (const auto& records : phone->batches) {
                std::size_t there = 0;
                for (const Record& record : records) there += ids.count(record.id);
                ASSERT_TRUE(there == 0 || there == records.size()) << there << " of " << records.size();
            }
        }
    }
    std::size_t told = 0, sent = 0;
    for (const auto& phone : phones) {
        told += phone->acknowledged.size();
        sent += phone->batches.size() * phone->batches[0].size();
    }
    EXPECT_GT(told, 0u) << "the server was never given the time to take anything";
    EXPECT_LT(told, sent) << "no kill hit anything";

    // Everybody sends everything again, twice: all of it is there once, also in the tables made from the log.
    std::size_t all = 0;
    for (int again = 0; again < 2; ++again) {
        for (const auto& phone : phones) {
            for (const auto& records : phone->batches) {
                const Answer answer = server_->post("/v1/records", phone->device.batch(records));
                ASSERT_EQ(answer.status, 200) << answer.body;
                for (const Json& one : answer.list("answers")) ASSERT_NE(one["outcome"], "rejected") << one.dump();
                if (again == 0) all += records.size();
            }
        }
    }
    const auto ids = logged(*server_, "SELECT id FROM kernel_record");
    EXPECT_EQ(ids.size(), all);
    for (const auto& [id, times] : ids) EXPECT_EQ(times, 1) << id;
    // Places in the feed are dense and used once, whatever was undone on the way.
    const auto places = logged(*server_, "SELECT seq FROM kernel_record");
    EXPECT_EQ(places.size(), all);
    std::int64_t next = -1;
    EXPECT_TRUE(server_->open()->read("SELECT sum(next_seq - 1) FROM kernel_feed", {}, [&](const Row& row) {
        next = row.integer(0);
        return Next::stop;
    }).has_value());
    EXPECT_EQ(next, static_cast<std::int64_t>(all));
}

TEST_P(Kill, a_lost_answer_is_made_good_by_asking_again) {
    const Device device;
    const std::vector<Record> records = {device.record(), device.record()};
    {
        // Sent whole, then gone before the answer: the commit happens all the same.
        testing::Wire wire(server_->port());
        wire.say(testing::request_text("POST", "/v1/records", {{"Content-Type", "application/json"}}, canonical(device.batch(records))));
    }
    for (int i = 0; i < 200 && logged(*server_, "SELECT id FROM kernel_record").size() < 2; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    const Json answers = server_->post("/v1/records", device.batch(records)).json()["answers"];
    ASSERT_EQ(answers.size(), 2u);
    for (const Json& answer : answers) {
        EXPECT_EQ(answer["outcome"], "duplicate");
        EXPECT_TRUE(answer.contains("receipt"));
    }
    EXPECT_EQ(logged(*server_, "SELECT id FROM kernel_record").size(), 2u);
}

TEST_P(Kill, the_same_batch_by_many_at_once_is_taken_once) {
    const Device device;
    std::vector<Record> records;
    for (int i = 0; i < 30; ++i) records.push_back(device.record());
    const Json batch = device.batch(records);
    std::atomic<int> accepted{0}, duplicate{0};
    std::vector<std::thread> senders;
    for (int i = 0; i < 6; ++i) {
        senders.emplace_back([&] {
            const Answer answer = server_->post("/v1/records", batch);
            if (answer.status != 200) return;
            for (const Json& one : answer.list("answers")) {
                if (one["outcome"] == "accepted") ++accepted;
                if (one["outcome"] == "duplicate") ++duplicate;
            }
        });
    }
    for (std::thread& sender : senders) sender.join();
    EXPECT_EQ(accepted, 30);
    EXPECT_EQ(duplicate, 150);
    EXPECT_EQ(logged(*server_, "SELECT id FROM kernel_record").size(), 30u);
}

INSTANTIATE_TEST_SUITE_P(engines, Kill, ::testing::Values("sqlite", "postgresql"), [](const auto& engine) { return engine.param; });

TEST(kill_database, while_postgresql_is_away_records_are_refused_and_then_taken) {
    auto& postgres = testing::PostgresServer::shared();
    if (!postgres.reason().empty()) GTEST_SKIP() << "skipped: " << postgres.reason();
    const ServerProcess server({}, postgres.fresh_database());
    const Device device;
    ASSERT_EQ(server.post("/v1/records", device.batch({device.record()})).status, 200);
    postgres.kill_now();
    const Record record = device.record();
    const Answer refused = server.post("/v1/records", device.batch({record}));
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.count("retry-after"), 1u);
    EXPECT_EQ(server.get("/readyz").status, 503);
    EXPECT_EQ(server.get("/healthz").status, 200);
    ASSERT_TRUE(postgres.start_again());
    // The first question on each worker's broken connection may still fail; nobody has to restart the server.
    Answer taken;
    for (int i = 0; i < 20 && taken.status != 200; ++i) taken = server.post("/v1/records", device.batch({record}));
    EXPECT_EQ(taken.status, 200) << taken.body;
    EXPECT_EQ(logged(server, "SELECT id FROM kernel_record").size(), 2u);
}

}  // namespace
}  // namespace lachan
