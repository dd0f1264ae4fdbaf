// At eight, thirteen and twenty o'clock the server calculates: also when it came late, and once however many servers there are.

#include <atomic>
#include <thread>

#include "declaration/world.h"
#include "own_record.h"
#include "retention.h"
#include "server/postgres_fixture.h"
#include "server/server_process.h"
#include "timetable.h"

namespace lachan {
namespace {

using server::keep_timetable;
using server::last_due;
using server::Service;

Day day(std::string_view text) { return Day::parse(text).value(); }
Instant at(std::string_view text, int hour, int minute = 0) { return {start_in_vietnam(day(text)).ms + (hour * 60 + minute) * 60'000LL}; }

TEST(timetable, the_last_hour_is_today_or_yesterday_in_viet_nam) {
    const int minutes[] = {480, 780, 1'200};
    const auto due = [&](int hour, int minute) { return last_due(minutes, at("2022-02-28", hour, minute)); };
    EXPECT_EQ(due(8, 0), at("2022-02-28", 8));
    EXPECT_EQ(due(9, 0), at("2022-02-28", 8)) << "a server that was not there at eight";
    EXPECT_EQ(due(12, 59), at("2022-02-28", 8));
    EXPECT_EQ(due(13, 0), at("2022-02-28", 13));
    EXPECT_EQ(due(23, 59), at("2022-02-28", 20));
    EXPECT_EQ(due(0, 0), at("2022-02-27", 20));
    EXPECT_EQ(due(7, 59), at("2022-02-27", 20));
    EXPECT_EQ(at("2022-02-28", 8).ms, 1'646'010'000'000) << "eight in Viet Nam is one in the morning UTC";
    EXPECT_EQ(last_due({}, at("2022-02-28", 8)), std::nullopt);
}

class Timetable : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "lachan-timetable-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        url_ = "sqlite:" + folder_ + "/test.db";
        if (GetParam() != "postgresql") return;
        auto& postgres = testing::PostgresServer::shared();
        if (!postgres.reason().empty()) GTEST_SKIP() << "skipped: " << postgres.reason();
        url_ = postgres.fresh_database();
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    /// One server of the database, with keys of its own.
    std::unique_ptr<Service> instance(const std::string& name) {
        server::Options options;
        options.database = url_;
        options.data = folder_ + '/' + name;
        auto units = Units::parse([] {
            std::ifstream file(std::string(LACHAN_SOURCE_ROOT) + "/tests/declaration/units.txt", std::ios::binary);
            std::ostringstream text;
            text << file.rdbuf();
            return text.str();
        }());
        auto key = server::FileKey::open(options.data, "receipt-key");
        EXPECT_TRUE(units && key);
        std::unique_ptr<Service> made(new Service{std::move(options), std::move(*units), std::move(*key), "", "", {}, {}});
        auto database = open();
        EXPECT_TRUE(server::prepare_database(*database, Instant{1}));
        return made;
    }
    std::unique_ptr<server::Engine> open() { return std::move(*server::open_engine(url_)); }

    /// Cases of a province, told at that time.
    void tell(const Service& service, const std::string& unit, const std::string& from, const std::string& values, Instant now) {
        write(service, server::server_actor(service), kServerAuthor,
              {"case_series", unit, {{"unit", unit}, {"source", "office"}, {"measure", "cases"}, {"from", from}, {"values", values}}}, now);
    }
    void write(const Service& service, const Actor& actor, std::string_view author, Draft draft, Instant now) {
        auto incoming = server::own_record(service.receipt_key, service.units, "riskmap", author, std::move(draft), now);
        ASSERT_TRUE(incoming) << incoming.error().detail;
        Batch batch = read_batch({&*incoming, 1}, service.units, now, actor);
        auto database = open();
        Context context{*database, service.units, now, Side::server, actor, {}};
        const auto answers = append(context, std::move(batch), {true});
        ASSERT_TRUE(answers) << answers.error().detail;
        ASSERT_EQ(answers->front().outcome, Outcome::accepted) << answers->front().rule;
    }
    std::string text(std::string_view sql) {
        std::string value;
        EXPECT_TRUE(open()->read(sql, {}, [&](const Row& row) { value = row.text(0); return Next::stop; }));
        return value;
    }
    std::int64_t number(std::string_view sql) {
        std::int64_t value = -1;
        EXPECT_TRUE(open()->read(sql, {}, [&](const Row& row) { value = row.integer(0); return Next::stop; }));
        return value;
    }
    int keep(Service& service, Instant now) {
        auto database = open();
        const auto kept = keep_timetable(service, *database, now, [] { return false; });
        EXPECT_TRUE(kept.outcome) << kept.outcome.error().rule << ' ' << kept.outcome.error().detail;
        return kept.made;
    }

    std::string folder_, url_;
};

TEST_P(Timetable, an_hour_that_was_missed_is_made_up_once_and_says_the_time_of_its_data) {
    const auto service = instance("a");
    tell(*service, "79", "2022-02-20", "100,100,100,100,100,100,100", at("2022-02-27", 10));
    EXPECT_EQ(keep(*service, at("2022-02-28", 9)), 1) << "of the one province that told cases";
    EXPECT_EQ(number("SELECT due_at FROM riskmap_proposal"), at("2022-02-28", 8).ms);
    EXPECT_EQ(number("SELECT data_time FROM riskmap_proposal"), at("2022-02-27", 10).ms);
    EXPECT_EQ(number("SELECT day FROM riskmap_proposal"), day("2022-02-26").days) << "the last day with cases";
    EXPECT_EQ(number("SELECT count(*) FROM riskmap_proposal WHERE author = '0' AND codes = '79 760 770 26734 26740 27127'"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM server_timetable"), 5) << "the provinces with nothing to say are done as well";

    EXPECT_EQ(keep(*service, at("2022-02-28", 9, 1)), 0);
    const auto again = instance("a");
    EXPECT_EQ(keep(*again, at("2022-02-28", 9, 2)), 0) << "after a restart";
    const auto other = instance("b");
    EXPECT_EQ(keep(*other, at("2022-02-28", 12, 59)), 0) << "by another server";
    EXPECT_EQ(keep(*other, at("2022-02-28", 13)), 1) << "at the next hour";
    EXPECT_EQ(number("SELECT count(*) FROM riskmap_proposal"), 2);
    EXPECT_EQ(number("SELECT count(DISTINCT day) FROM riskmap_proposal"), 1);
}

TEST_P(Timetable, a_clock_that_is_fast_stops_no_province) {
    const auto service = instance("a");
    tell(*service, "01", "2022-02-20", "1,2,3,4,5,6,7", at("2022-02-27", 10));
    // Told by a device that is a day and a half ahead: it dates its figures to come.
    tell(*service, "48", "2022-02-20", "1,2,3,4,5,6,7", at("2022-03-01", 20));
    tell(*service, "79", "2022-02-20", "1,2,3,4,5,6,7", at("2022-02-27", 10));
    EXPECT_EQ(keep(*service, at("2022-02-28", 9)), 3);
    EXPECT_EQ(number("SELECT data_time FROM riskmap_proposal WHERE province = '48'"), at("2022-02-28", 9).ms) << "no later than when it was calculated";
}

TEST_P(Timetable, a_province_that_fails_keeps_no_other_from_its_hour) {
    const auto service = instance("a");
    for (const char* unit : {"01", "48", "79"}) tell(*service, unit, "2022-02-20", "1,2,3,4,5,6,7", at("2022-02-27", 10));
    // The log takes no second record of that province.
    ASSERT_TRUE(open()->write("CREATE UNIQUE INDEX only_one_of_48 ON kernel_record (province) WHERE province = '48'", {}));
    auto database = open();
    const auto kept = keep_timetable(*service, *database, at("2022-02-28", 9), [] { return false; });
    EXPECT_FALSE(kept.outcome);
    EXPECT_EQ(kept.outcome.error().detail.substr(0, 3), "48:") << kept.outcome.error().detail;
    EXPECT_EQ(kept.made, 2) << "of 01 and of 79, which come before and after it";
    EXPECT_EQ(number("SELECT count(*) FROM server_timetable"), 4) << "the one that failed is not done";
    ASSERT_TRUE(open()->write("DROP INDEX only_one_of_48", {}));
    EXPECT_EQ(keep(*service, at("2022-02-28", 9, 1)), 1) << "and is made up at the next look";
}

TEST_P(Timetable, servers_that_come_to_an_hour_together_make_it_once) {
    const auto first = instance("a");
    const auto second = instance("b");
    for (const char* unit : {"79", "01", "48"}) tell(*first, unit, "2022-02-20", "1,2,3,4,5,6,7", at("2022-02-27", 10));
    std::atomic<int> made{0}, ended{0};
    std::vector<std::thread> threads;
    for (Service* service : {first.get(), second.get(), first.get()}) {
        threads.emplace_back([&, service] {
            auto database = open();
            // A database that is busy, or a figure that came in between, is tried again at the next look, as the server does.
            for (int look = 0; look < 20; ++look) {
                const auto kept = keep_timetable(*service, *database, at("2022-02-28", 20), [] { return false; });
                made += kept.made;
                if (!kept.outcome) continue;
                ++ended;
                break;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(made, 3) << "each says what it made itself";
    EXPECT_EQ(ended, 3) << "and comes to an end of the hour";
    EXPECT_EQ(number("SELECT count(*) FROM riskmap_proposal"), 3);
    EXPECT_EQ(number("SELECT count(*) FROM server_timetable"), 5);
}

TEST_P(Timetable, the_clock_that_is_given_decides_when) {
    const auto service = instance("a");
    tell(*service, "79", "2022-02-20", "1,2,3,4,5,6,7", at("2022-02-27", 10));
    EXPECT_EQ(keep(*service, at("2022-02-28", 7)), 1) << "yesterday's last hour";
    std::atomic<std::int64_t> now{at("2022-02-28", 7, 59).ms};
    const auto proposals = [&] { return number("SELECT count(*) FROM riskmap_proposal"); };
    const auto looks = [&](int most) {
        for (int i = 0; i < most && proposals() < 2; ++i) std::this_thread::yield();
        return proposals();
    };
    {
        std::atomic<int> asked{0};
        const server::Timekeeper keeper(*service, [&] { ++asked; return Instant{now.load()}; }, std::chrono::milliseconds(1));
        while (asked < 3) std::this_thread::yield();
        EXPECT_EQ(proposals(), 1) << "at 07:59 nothing is due";
        now = at("2022-02-28", 8).ms;
        EXPECT_EQ(looks(100'000), 2) << "at 08:00 it is";
    }
    EXPECT_EQ(proposals(), 2) << "and it has stopped";
}

TEST_P(Timetable, what_was_approved_of_each_province_is_public_and_the_nation_is_told_of_all) {
    const auto service = instance("a");
    const std::vector<std::string> provinces = {"01", "48", "79"};
    for (const std::string& unit : provinces) tell(*service, unit, "2022-02-20", "1,2,3,4,5,6,7", at("2022-02-27", 10));
    ASSERT_EQ(keep(*service, at("2022-02-28", 9)), 3);
    const auto proposal_of = [&](const std::string& unit) { return text("SELECT record_id FROM riskmap_proposal WHERE province = '" + unit + "'"); };
    const auto approve = [&](const std::string& unit, Instant now) {
        const Actor officer{"binh", "", {{Role::provincial_cdc, unit, Instant{0}, Instant{INT64_MAX}}}};
        write(*service, officer, officer.user, {"publication", unit, {{"unit", unit}, {"day", "2022-02-26"}, {"proposal", proposal_of(unit)}}}, now);
    };
    approve("01", at("2022-02-28", 10));
    approve("79", at("2022-02-28", 11));

    auto database = open();
    Context context{*database, service->units, at("2022-02-28", 12), Side::server, {}, {}};
    const auto published = [&](const Json& arguments) {
        const auto answer = ask(context, "riskmap.published", arguments);
        EXPECT_TRUE(answer) << answer.error().detail;
        return answer ? (*answer)["publications"] : Json::array();
    };
    const Json all = published({{"day", "2022-02-26"}, {"depth", "province"}});
    ASSERT_EQ(all.size(), 2U) << "48 was approved by nobody";
    EXPECT_EQ(all[0]["unit"], "01");
    EXPECT_EQ(all[1]["unit"], "79");
    EXPECT_EQ(all[1]["codes"], "79") << "to the depth that was asked for";
    for (const Json& one : all) EXPECT_EQ(one, published({{"unit", one["unit"]}, {"day", "2022-02-26"}, {"depth", "province"}})[0]) << "as each tells it itself";
    EXPECT_EQ(published({{"day", "2022-02-25"}}).size(), 0U) << "of the day before nothing is public";
}

/// A declaration in a database, with a position that its device told.
void declare(const std::string& url, declaration::Maker& maker, Instant now) {
    Json body = declaration::healthy_body();
    body["positionConsent"] = true;
    const Record declared = maker.population(body, now);
    Record position = maker.record("position", {{"declaration", declared.id}, {"latE6", 10'777'001}, {"lonE6", 106'690'000}, {"accuracyM", 9}});
    position.made_at = now;
    position.device = declared.device;
    auto database = std::move(*server::open_engine(url));
    for (const Record& record : {declared, position}) {
        const Incoming incoming{write_envelope(record), "signature"};
        Context context{*database, declaration::test_units(), now, Side::server, {}, {}};
        Batch batch = read_batch({&incoming, 1}, declaration::test_units(), now, {});
        const auto answers = append(context, std::move(batch), {true});
        ASSERT_TRUE(answers) << answers.error().detail;
        ASSERT_EQ(answers->front().outcome, Outcome::accepted) << answers->front().rule;
    }
}

TEST_P(Timetable, what_may_no_longer_be_kept_goes_every_night_also_when_no_server_ran_at_two) {
    const auto service = instance("a");
    declaration::Maker maker;
    declare(url_, maker, declaration::kNow);
    const auto positions = [&] { return number("SELECT count(*) FROM declaration_position"); };
    const auto keep = [&](Service& one, Instant now) {
        auto database = open();
        const auto erased = server::keep_retention(one, *database, now);
        EXPECT_TRUE(erased) << erased.error().detail;
        return erased ? *erased : -1;
    };
    EXPECT_EQ(keep(*service, at("2021-08-22", 3)), 0) << "not a week old yet";
    EXPECT_EQ(keep(*service, at("2021-08-23", 1, 59)), 0) << "the night has been done";
    EXPECT_EQ(positions(), 1);
    {
        auto database = open();
        const auto stopped = server::keep_retention(*service, *database, at("2021-08-23", 2), [] { return false; });
        ASSERT_TRUE(stopped);
        EXPECT_EQ(*stopped, 1) << "the position; and then the server was stopped";
        EXPECT_EQ(number("SELECT count(*) FROM server_timetable WHERE system = 'retention'"), 1) << "so that this night is not done";
        EXPECT_EQ(server::keep_retention(*service, *database, at("2021-08-23", 2), [] { return true; }).value(), 0);
        EXPECT_EQ(number("SELECT count(*) FROM server_timetable WHERE system = 'retention'"), 2) << "and now it is";
    }
    EXPECT_EQ(positions(), 0);
    EXPECT_EQ(keep(*instance("b"), at("2021-08-23", 4)), 0) << "another server";
    EXPECT_EQ(number("SELECT count(*) FROM declaration_entry"), 1);
    EXPECT_EQ(keep(*service, at("2021-09-20", 17)), 1) << "nobody looked for weeks: the first look erases";
    EXPECT_EQ(number("SELECT count(*) FROM declaration_entry"), 0);
    EXPECT_EQ(number("SELECT sum(number) FROM declaration_daily"), 1) << "numbers stay";
}

TEST_P(Timetable, a_running_server_erases_by_itself) {
    const auto service = instance("a");
    declaration::Maker maker;
    declare(url_, maker, declaration::kNow);
    {
        const server::Timekeeper keeper(*service, [] { return Instant{declaration::kNow.ms + 40 * kMillisecondsPerDay}; }, std::chrono::milliseconds(1));
        for (int i = 0; i < 100'000 && number("SELECT count(*) FROM declaration_entry") > 0; ++i) std::this_thread::yield();
    }
    EXPECT_EQ(number("SELECT count(*) FROM declaration_entry"), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, Timetable, ::testing::Values("sqlite", "postgresql"), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace lachan
