#include "sql/journal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "api/route.h"
#include "native_random.h"
#include "server/server_process.h"
#include "service.h"
#include "sql/sqlite.h"

namespace lachan::server {
namespace {

/// A device that takes no flush: what a disk that refuses looks like from here.
constexpr const char* kRefuses = "/dev/null";

class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("lachan-journal-" + random_text(8))) {
        std::filesystem::create_directory(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string file(const char* name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

TEST(journal, without_a_file_there_is_nothing_to_flush) {
    const std::string path = open_sqlite(":memory:").value()->journal_file();
    EXPECT_EQ(path, "");
    EXPECT_TRUE(Journal::open(path).value()->flush().has_value());
}

TEST(journal, that_is_not_there_is_told_at_the_start) {
    const Folder folder;
    const auto journal = Journal::open(folder.file("none-wal"));
    ASSERT_FALSE(journal.has_value());
    EXPECT_EQ(journal.error().code, Errc::unavailable);
    EXPECT_EQ(journal.error().rule, "database.flush");
}

TEST(journal, a_flush_that_failed_is_not_forgotten) {
    auto journal = Journal::open(kRefuses).value();
    EXPECT_TRUE(journal->check().has_value());
    const auto first = journal->flush();
    ASSERT_FALSE(first.has_value());
    EXPECT_EQ(first.error().code, Errc::unavailable);
    EXPECT_EQ(first.error().rule, "database.flush");
    EXPECT_EQ(journal->flush().error().rule, "database.flush");
    EXPECT_EQ(journal->check().error().rule, "database.flush");
}

TEST(journal, is_the_file_that_relaxed_commits_stand_in) {
    const Folder folder;
    auto database = open_sqlite(folder.file("test.db")).value();
    ASSERT_TRUE(database->script("CREATE TABLE t (n INTEGER)").has_value());
    const std::string path = database->journal_file();
    auto journal = Journal::open(path).value();
    const auto before = std::filesystem::file_size(path);
    ASSERT_TRUE(database->begin_relaxed().has_value());
    ASSERT_TRUE(database->write("INSERT INTO t VALUES (1)", {}).has_value());
    ASSERT_TRUE(database->commit().has_value());
    EXPECT_GT(std::filesystem::file_size(path), before);
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 50; ++round) failed += journal->flush() ? 0 : 1;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);

    ASSERT_TRUE(database->settle_journal().has_value());
    EXPECT_EQ(std::filesystem::file_size(path), 0u) << "all of it is in the database now";
    auto other = open_sqlite(folder.file("test.db")).value();
    ASSERT_TRUE(other->begin().has_value());
    ASSERT_TRUE(other->write("INSERT INTO t VALUES (2)", {}).has_value());
    // Within a transaction of its own the other one is told at once, without waiting for itself.
    EXPECT_FALSE(other->settle_journal().has_value());
}

TEST(journal, a_disk_that_refuses_stops_all_writing_until_the_next_start) {
    const Folder folder;
    Service service{Options(), Units(), std::move(FileKey::generate().value()), "", "", {}, {}};
    auto reader = open_sqlite(folder.file("test.db")).value();
    ASSERT_TRUE(prepare_database(*reader, Instant{0}).has_value());
    ASSERT_TRUE(reader->script("CREATE TABLE t (n INTEGER)").has_value());
    service.batches.reset(new BatchWriter{open_sqlite(folder.file("test.db")).value(), Journal::open(kRefuses).value()});
    {
        auto transaction = WriteTransaction::begin_batch(service, *reader).value();
        ASSERT_TRUE(transaction.database().write("INSERT INTO t VALUES (1)", {}).has_value());
        const auto committed = transaction.commit();
        ASSERT_FALSE(committed.has_value()) << "no receipt may be made";
        EXPECT_EQ(committed.error().rule, "database.flush");
    }
    EXPECT_EQ(WriteTransaction::begin_batch(service, *reader).error().rule, "database.flush");
    service.batches->journal = Journal::open(kRefuses).value();
    {
        auto transaction = WriteTransaction::begin_batch(service, *reader).value();
        ASSERT_TRUE(transaction.database().write("INSERT INTO t VALUES (2)", {}).has_value());
        ASSERT_TRUE(transaction.commit_ahead().has_value());
        EXPECT_TRUE(service.writer.try_lock()) << "the next batch goes on meanwhile";
        service.writer.unlock();
        EXPECT_EQ(transaction.flush().error().rule, "database.flush") << "that the disk was asked to begin hides nothing";
    }
    EXPECT_EQ(WriteTransaction::begin(service, *reader).error().rule, "database.flush") << "nor a password or an audit";
    EXPECT_EQ(flush_batches(service).error().rule, "database.flush") << "nor a place of a feed";
    const Reply ready = api::ready(service, *reader, Request());
    EXPECT_EQ(ready.status, 503);
    EXPECT_NE(ready.body.find("no disk"), std::string::npos);
}

TEST(journal, no_receipt_leaves_before_the_disk_has_taken_what_it_is_for) {
    const Folder folder;
    std::ifstream file(LACHAN_SOURCE_ROOT "/tests/declaration/units.txt");
    const std::string units((std::istreambuf_iterator<char>(file)), {});
    Service service{Options(), std::move(Units::parse(units).value()), std::move(FileKey::generate().value()), "", "", {}, {}};
    auto own = open_sqlite(folder.file("test.db")).value();
    ASSERT_TRUE(prepare_database(*own, Instant{0}).has_value());
    service.batches.reset(new BatchWriter{open_sqlite(folder.file("test.db")).value(), Journal::open("").value()});
    const testing::Device device;
    Request request;
    request.method = "POST";
    request.headers["content-type"] = "application/json";
    request.body = canonical(device.batch({device.record()}));
    request.now = system_now();
    service.batches->journal = Journal::open(kRefuses).value();
    const Reply refused = api::post_records(service, *own, request);
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.body.find("receipt"), std::string::npos);
    service.batches->journal = Journal::open("").value();
    const Reply taken = api::post_records(service, *own, request);
    EXPECT_EQ(taken.status, 200);
    EXPECT_NE(taken.body.find("\"outcome\":\"duplicate\",\"receipt\""), std::string::npos) << taken.body;
}

}  // namespace
}  // namespace lachan::server
