#include "kernel/sql_contract.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "server/postgres_fixture.h"
#include "sql/engine.h"
#include "sql/postgres.h"
#include "sql/sqlite.h"

namespace lachan {
namespace {

/// A database of one engine, opened as often as a test likes.
class Place {
public:
    explicit Place(std::string_view engine) {
        if (engine == "postgresql") {
            auto& server = testing::PostgresServer::shared();
            reason_ = server.reason();
            if (reason_.empty()) url_ = server.fresh_database();
            return;
        }
        std::string pattern = (std::filesystem::temp_directory_path() / "lachan-sql-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        url_ = "sqlite:" + folder_ + "/test.db";
    }
    ~Place() {
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
    }
    const std::string& url() const { return url_; }
    const std::string& reason() const { return reason_; }
    const std::string& folder() const { return folder_; }
    std::unique_ptr<server::Engine> open() const {
        auto engine = server::open_engine(url_);
        EXPECT_TRUE(engine.has_value()) << engine.error().rule << ' ' << engine.error().detail;
        return engine ? std::move(*engine) : nullptr;
    }

private:
    std::string url_, reason_, folder_;
};

class SqlContract : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        place_ = std::make_unique<Place>(GetParam());
        if (!place_->reason().empty()) GTEST_SKIP() << "skipped: " << place_->reason();
        database_ = place_->open();
        ASSERT_NE(database_, nullptr);
    }
    std::unique_ptr<Place> place_;
    std::unique_ptr<server::Engine> database_;
};

TEST_P(SqlContract, every_case_holds) {
    for (const contract::Case& one : contract::kCases) {
        for (const std::string& failure : contract::run(one, *database_)) ADD_FAILURE() << failure;
    }
}

TEST_P(SqlContract, every_case_holds_a_second_time_on_the_same_connection) {
    (void)contract::run_all(*database_);
    for (const std::string& failure : contract::run_all(*database_)) ADD_FAILURE() << failure;
}

TEST_P(SqlContract, others_see_a_transaction_only_after_its_commit) {
    ASSERT_TRUE(contract::prepare(*database_).has_value());
    const auto other = place_->open();
    auto transaction = Transaction::begin(*database_);
    ASSERT_TRUE(transaction.has_value());
    ASSERT_TRUE(database_->write("INSERT INTO contract_item (area, id, amount) VALUES ('79', 'a', 1)", {}).has_value());
    EXPECT_EQ(contract::number(*database_, "SELECT count(*) FROM contract_item"), 1);
    EXPECT_EQ(contract::number(*other, "SELECT count(*) FROM contract_item"), 0);
    ASSERT_TRUE(transaction->commit().has_value());
    EXPECT_EQ(contract::number(*other, "SELECT count(*) FROM contract_item"), 1);
}

TEST_P(SqlContract, a_relaxed_transaction_is_a_transaction) {
    ASSERT_TRUE(contract::prepare(*database_).has_value());
    ASSERT_TRUE(database_->begin_relaxed().has_value());
    ASSERT_TRUE(database_->write("INSERT INTO contract_item (area, id, amount) VALUES ('79', 'a', 1)", {}).has_value());
    database_->rollback();
    EXPECT_EQ(contract::number(*database_, "SELECT count(*) FROM contract_item"), 0);
    ASSERT_TRUE(database_->begin_relaxed().has_value());
    ASSERT_TRUE(database_->write("INSERT INTO contract_item (area, id, amount) VALUES ('79', 'a', 1)", {}).has_value());
    ASSERT_TRUE(database_->commit().has_value());
    EXPECT_EQ(contract::number(*database_, "SELECT count(*) FROM contract_item"), 1);
}

TEST_P(SqlContract, writers_of_one_row_wait_for_each_other_and_lose_nothing) {
    ASSERT_TRUE(contract::prepare(*database_).has_value());
    ASSERT_TRUE(database_->write("INSERT INTO contract_item (area, id, amount) VALUES ('79', 'n', 0)", {}).has_value());
    constexpr int kWriters = 4;
    constexpr int kRounds = 25;
    std::vector<std::thread> writers;
    for (int i = 0; i < kWriters; ++i) {
        writers.emplace_back([this] {
            const auto database = place_->open();
            for (int round = 0; round < kRounds; ++round) {
                auto transaction = Transaction::begin(*database);
                ASSERT_TRUE(transaction.has_value());
                ASSERT_GT(contract::number(*database, "UPDATE contract_item SET amount = amount + 1 RETURNING amount"), 0);
                ASSERT_TRUE(transaction->commit().has_value());
            }
        });
    }
    for (std::thread& writer : writers) writer.join();
    EXPECT_EQ(contract::number(*database_, "SELECT amount FROM contract_item"), kWriters * kRounds);
}

TEST_P(SqlContract, instances_that_start_together_migrate_once) {
    const Migration migrations[] = {{"contract", 1, "create", "CREATE TABLE contract_once (id TEXT PRIMARY KEY) STRICT"},
                                    {"contract", 2, "fill", "INSERT INTO contract_once (id) VALUES ('one')"}};
    std::vector<std::thread> instances;
    for (int i = 0; i < 3; ++i) {
        instances.emplace_back([&] {
            const auto database = place_->open();
            const auto done = database->migrate_alone(migrations, Instant{1});
            EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().rule + ' ' + done.error().detail);
        });
    }
    for (std::thread& instance : instances) instance.join();
    EXPECT_EQ(contract::number(*database_, "SELECT count(*) FROM contract_once"), 1);
}

INSTANTIATE_TEST_SUITE_P(engines, SqlContract, ::testing::Values("sqlite", "postgresql"),
                         [](const auto& engine) { return engine.param; });

TEST(sqlite, a_backup_taken_while_others_write_is_whole) {
    const Place place("sqlite");
    const auto database = place.open();
    ASSERT_TRUE(contract::prepare(*database).has_value());
    for (std::int64_t i = 0; i < 500; ++i) {
        const std::string id = "i" + std::to_string(i);
        ASSERT_TRUE(database->write(contract::kInsert, {std::string_view("79"), std::string_view(id), i, nullptr}).has_value());
    }
    auto transaction = Transaction::begin(*database);
    ASSERT_TRUE(database->write("DELETE FROM contract_item", {}).has_value());
    const std::string copy = place.folder() + "/copy.db";
    int told = 0;
    const auto done = server::backup_sqlite(place.folder() + "/test.db", copy, [&](int, int total) { told = total; });
    ASSERT_TRUE(done.has_value()) << done.error().detail;
    EXPECT_GT(told, 0);
    auto opened = server::open_sqlite(copy);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(contract::number(**opened, "SELECT count(*) FROM contract_item"), 500) << "what was not committed is not in it";
}

TEST(postgres, a_lost_connection_is_unavailable_and_the_next_begin_connects_anew) {
    auto& server = testing::PostgresServer::shared();
    if (!server.reason().empty()) GTEST_SKIP() << "skipped: " << server.reason();
    const Place place("postgresql");
    const auto database = place.open();
    ASSERT_TRUE(contract::prepare(*database).has_value());
    auto transaction = Transaction::begin(*database);
    ASSERT_TRUE(database->write("INSERT INTO contract_item (area, id, amount) VALUES ('79', 'lost', 1)", {}).has_value());
    server.kill_now();
    const auto gone = transaction->commit();
    ASSERT_FALSE(gone.has_value());
    EXPECT_EQ(gone.error().code, Errc::unavailable);
    EXPECT_FALSE(database->begin().has_value()) << "nobody to connect to";
    ASSERT_TRUE(server.start_again());
    auto again = Transaction::begin(*database);
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    ASSERT_TRUE(database->write("INSERT INTO contract_item (area, id, amount) VALUES ('79', 'kept', 2)", {}).has_value());
    ASSERT_TRUE(again->commit().has_value());
    EXPECT_EQ(contract::texts(*database, "SELECT id FROM contract_item"), std::vector<std::string>{"kept"});
}

TEST(postgres, statements_are_translated_word_by_word) {
    EXPECT_EQ(server::postgres::statement("SELECT ?1, '?2' -- ?3\n, ?12"), "SELECT $1, '?2' -- ?3\n, $12");
    EXPECT_EQ(server::postgres::script("CREATE TABLE a_TEXT (b TEXT, c INTEGER, d INTEGERS) STRICT; -- TEXT's\nSELECT 'STRICT'"),
              "CREATE TABLE a_TEXT (b TEXT COLLATE \"C\", c BIGINT, d INTEGERS) ; -- TEXT's\nSELECT 'STRICT'");
}

TEST(engine, an_address_is_checked_and_shown_without_its_password) {
    EXPECT_EQ(server::open_engine("mysql://x").error().code, Errc::malformed);
    EXPECT_EQ(server::open_engine("sqlite:").error().code, Errc::malformed);
    EXPECT_EQ(server::open_engine("sqlite:/no/such/folder/x.db").error().code, Errc::unavailable);
    EXPECT_EQ(server::without_password("postgresql://u:s3cret@host:5432/db?password=x"), "postgresql://u@host:5432/db");
    EXPECT_EQ(server::without_password("postgresql://host/db"), "postgresql://host/db");
    EXPECT_EQ(server::without_password("sqlite:/var/a.db"), "sqlite:/var/a.db");
}

}  // namespace
}  // namespace lachan
