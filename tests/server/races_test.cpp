// Two transactions in flight together, on one database through connections of their own: what they make must not depend on which
// was first. The meeting is arranged, not hoped for: nobody commits before the others stand at their commit too, or wait.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <random>
#include <thread>

#include "declaration/world.h"
#include "server/postgres_fixture.h"
#include "sql/engine.h"

namespace lachan {
namespace {

using declaration::Maker;
using declaration::World;
using declaration::test_units;

/// Where transactions meet: each waits at its commit for the others. Who is held up by a lock never arrives, and that is no
/// failure: after a while the rest goes on, and lets it through.
class Meeting {
public:
    explicit Meeting(int expected) : expected_(expected) {}
    void arrive() {
        std::unique_lock lock(mutex_);
        ++arrived_;
        all_here_.notify_all();
        all_here_.wait_for(lock, std::chrono::milliseconds(150), [this] { return arrived_ >= expected_; });
    }

private:
    const int expected_;
    std::mutex mutex_;
    std::condition_variable all_here_;
    int arrived_ = 0;
};

/// A database whose commit number `meets_at` waits for the meeting.
class Attending final : public Database {
public:
    Attending(Database& inner, Meeting& meeting, int meets_at = 1) : inner_(inner), meeting_(meeting), left_(meets_at) {}
    Result<void> write(std::string_view sql, std::span<const SqlValue> values) override { return inner_.write(sql, values); }
    Result<void> read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) override {
        return inner_.read(sql, values, on_row);
    }
    Result<void> script(std::string_view sql) override { return inner_.script(sql); }
    Result<void> begin() override { return inner_.begin(); }
    Result<void> commit() override {
        // What was queued must stand in the tables, unseen, before the others are waited for.
        TRY(inner_.read("SELECT 1", {}, [](const Row&) { return Next::stop; }));
        if (--left_ == 0) meeting_.arrive();
        return inner_.commit();
    }
    void rollback() override { inner_.rollback(); }

private:
    Database& inner_;
    Meeting& meeting_;
    int left_;
};

class Races : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        if (GetParam() == "postgresql") {
            auto& server = testing::PostgresServer::shared();
            if (!server.reason().empty()) GTEST_SKIP() << "skipped: " << server.reason();
            url_ = server.fresh_database();
        } else {
            std::string pattern = (std::filesystem::temp_directory_path() / "lachan-races-XXXXXX").string();
            folder_ = mkdtemp(pattern.data());
            url_ = "sqlite:" + folder_ + "/test.db";
        }
        database_ = open();
        ASSERT_TRUE(migrate(*database_, all_migrations(), Instant{1}));
    }
    void TearDown() override {
        database_.reset();
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
    }
    std::unique_ptr<server::Engine> open() const { return std::move(*server::open_engine(url_)); }

    /// Sends one batch through the one write path; asks again when the database was held, as a device does.
    static void submit(Database& database, const std::vector<Record>& records) {
        std::vector<Incoming> incoming;
        for (const Record& record : records) incoming.push_back({write_envelope(record), "signature"});
        const Record& one = records.front();
        const Actor actor = one.author.empty() ? Actor{} : World::officer(one.unit);
        for (int tries = 0; tries < 20; ++tries) {
            Context context{database, test_units(), declaration::kNow, Side::server, actor, {}};
            Batch batch = read_batch(incoming, test_units(), context.now, actor);
            const std::vector<bool> proven(batch.checks.size(), true);
            const auto answers = append(context, std::move(batch), proven);
            if (!answers && answers.error().code == Errc::unavailable) continue;
            ASSERT_TRUE(answers) << answers.error().rule << ' ' << answers.error().detail;
            for (const RecordAnswer& answer : *answers) EXPECT_EQ(answer.rule, "");
            return;
        }
        FAIL() << "held up for good";
    }
    /// One thread and connection for each batch, meeting at their commits.
    void submit_together(const std::vector<std::vector<Record>>& batches) const {
        Meeting meeting(static_cast<int>(batches.size()));
        std::vector<std::thread> threads;
        for (const auto& batch : batches) {
            threads.emplace_back([this, &meeting, one = &batch] {
                const auto engine = open();
                Attending database(*engine, meeting);
                submit(database, *one);
            });
        }
        for (std::thread& thread : threads) thread.join();
    }

    static std::string state_of(Database& database) {
        std::string out;
        for (const char* sql : {"SELECT province || ' ' || id || ' ' || colour || ' ' || state || ' ' || superseded_by || ' ' || "
                                "CAST(work AS TEXT) FROM declaration_entry ORDER BY province, id",
                                "SELECT province || ' ' || declaration || ' ' || id || ' ' || kind FROM declaration_event "
                                "ORDER BY province, declaration, id",
                                "SELECT province || ' ' || unit || ' ' || CAST(green AS TEXT) || ' ' || CAST(yellow AS TEXT) || ' ' || "
                                "CAST(red AS TEXT) || ' ' || CAST(symptomatic AS TEXT) FROM riskmap_symptom ORDER BY province, unit, day",
                                "SELECT province || ' ' || id || ' ' || by_id FROM kernel_supersession ORDER BY province, id, by_id"}) {
            EXPECT_TRUE(database.read(sql, {}, [&](const Row& row) {
                out += std::string(row.text(0)) + '\n';
                return Next::row;
            }));
        }
        return out;
    }
    std::int64_t number(std::string_view sql) {
        std::int64_t value = -1;
        EXPECT_TRUE(database_->read(sql, {}, [&](const Row& row) {
            value = row.integer(0);
            return Next::stop;
        }));
        return value;
    }

    std::string url_, folder_;
    std::unique_ptr<server::Engine> database_;
};

struct Home {
    const char *province, *district, *ward;
};
constexpr Home kHomes[] = {{"79", "760", "26734"}, {"01", "001", "00001"}, {"48", "490", "20194"}, {"74", "718", "25741"}};

Json living_in(const Home& home, bool contact) {
    return {{"province", home.province}, {"district", home.district}, {"ward", home.ward}, {"contactCase", contact}};
}

TEST_P(Races, a_correction_in_another_province_meets_its_declaration_in_flight) {
    Maker maker;
    const Record first = maker.population(living_in(kHomes[0], true));
    Record correction = maker.population(living_in(kHomes[1], false), Instant{declaration::kNow.ms + 1});
    correction.supersedes = first.id;
    submit_together({{first}, {correction}});
    EXPECT_EQ(number("SELECT count(*) FROM declaration_entry WHERE state = 'superseded'"), 1);
    EXPECT_EQ(number("SELECT coalesce(sum(yellow), 0) FROM riskmap_symptom"), 0) << "the yellow one was corrected";
    EXPECT_EQ(number("SELECT sum(green) FROM riskmap_symptom WHERE unit = province"), 1);
}

TEST_P(Races, whatever_is_in_flight_together_makes_the_same_state_as_one_after_the_other) {
    const std::uint32_t seed = 20'210'915;
    std::mt19937 dice(seed);
    const auto roll = [&](int n) { return static_cast<int>(dice() % static_cast<std::uint32_t>(n)); };
    Maker maker(seed);
    World reference;
    for (int round = 0; round < 12; ++round) {
        const Home& home = kHomes[roll(4)];
        const Record first = maker.population(living_in(home, true));
        // Made as if in the ward of the declaration, so that its id says that province.
        Record about = maker.record("follow_up", {{"declaration", first.id}, {"action", "call"}, {"ward", home.ward}});
        about.body.erase("ward");
        about.author = "officer";
        std::vector<std::vector<Record>> batches{{first}, {about}};
        for (int i = roll(2); i < 2; ++i) {
            Record correction = maker.population(living_in(kHomes[roll(4)], roll(2) == 0), Instant{declaration::kNow.ms + 1 + i});
            correction.supersedes = first.id;
            batches.push_back({correction});
        }
        submit_together(batches);
        std::shuffle(batches.begin(), batches.end(), dice);
        for (const auto& batch : batches) submit(*reference.database, batch);
        ASSERT_EQ(state_of(*database_), state_of(*reference.database)) << "seed " << seed << ", round " << round;
    }
}

TEST_P(Races, a_purge_that_runs_twice_at_once_counts_once) {
    Maker maker;
    std::vector<Record> records;
    for (int i = 0; i < 60; ++i) records.push_back(maker.population(living_in(kHomes[i % 2], i % 3 == 0)));
    submit(*database_, records);
    std::vector<std::thread> threads;
    Meeting meeting(2);
    std::atomic<int> erased{0};
    for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&] {
            const auto engine = open();
            Attending database(*engine, meeting, 2);  // of the nation nothing is kept; the second commit is that of Hà Nội
            const Instant later{declaration::kNow.ms + 40 * kMillisecondsPerDay};
            Context context{database, test_units(), later, Side::server, {}, {}};
            Result<int> count = declaration::purge(context);
            for (int tries = 0; !count && count.error().code == Errc::unavailable && tries < 20; ++tries) {
                count = declaration::purge(context);
            }
            ASSERT_TRUE(count) << count.error().rule << ' ' << count.error().detail;
            erased += *count;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(erased, 60);
    EXPECT_EQ(number("SELECT sum(number) FROM declaration_daily"), 60);
    EXPECT_EQ(number("SELECT count(*) FROM declaration_entry"), 0);
}

INSTANTIATE_TEST_SUITE_P(engines, Races, ::testing::Values("sqlite", "postgresql"), [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace lachan
