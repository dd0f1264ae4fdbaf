// What becomes of a request, who may say so, what each may see of it, and what is left in the end.

#include <algorithm>
#include <random>

#include "kernel/outbox.h"
#include "world.h"

namespace lachan::correction {
namespace {

TEST(correction_store, a_request_is_taken_and_then_issued_or_refused) {
    struct Row {
        const char* why;
        std::vector<const char*> steps;
        const char* state;
    };
    const Row rows[] = {
        {"nothing was done", {}, "received"},
        {"somebody looks at it", {"taken"}, "taken"},
        {"the way of one that was right", {"taken", "issued"}, "issued"},
        {"the way of one that was not", {"taken", "refused"}, "refused"},
        {"refused at once", {"refused"}, "refused"},
        {"nothing is issued for what nobody took", {"issued"}, "received"},
        {"twice is once", {"taken", "taken"}, "taken"},
        {"what was issued stays issued", {"taken", "issued", "refused"}, "issued"},
        {"what was refused stays refused", {"refused", "taken", "issued"}, "refused"},
    };
    for (const Row& row : rows) {
        World world;
        Maker maker;
        const Record request = maker.request();
        std::vector<Record> records{request};
        for (const char* action : row.steps) records.push_back(maker.step(request, action, later(static_cast<double>(records.size()))));
        world.apply(records);
        EXPECT_EQ(world.state(request), row.state) << row.why;
    }
}

TEST(correction_store, a_certificate_does_not_take_its_own_place) {
    World world;
    Maker maker;
    const Record request = maker.request();
    world.apply({request, maker.step(request, "taken", later(1)), maker.step(request, "issued", later(2), {{"newCertificate", kOld}})});
    EXPECT_EQ(world.state(request), "taken");
}

TEST(correction_store, any_order_of_arrival_gives_the_same_tables) {
    for (const std::uint32_t seed : {1U, 2U, 3U, 4U}) {
        std::mt19937 dice(seed);
        const auto roll = [&](int n) { return static_cast<int>(dice() % static_cast<std::uint32_t>(n)); };
        Maker maker(seed);
        std::vector<Record> records;
        for (int i = 0; i < 30; ++i) {
            const Record request = maker.request({}, later(-roll(10)), "phone" + std::to_string(roll(5)), roll(2) ? "26734" : "26740");
            records.push_back(request);
            for (const char* action : {"taken", "issued", "refused", "taken"}) {
                if (roll(2)) records.push_back(maker.step(request, action, Instant{request.made_at.ms + roll(90) * kHourMs}, {}, roll(4) ? request.unit : "27127"));
            }
        }
        std::string first;
        for (int round = 0; round < 6; ++round) {
            World world;
            if (round > 0) std::shuffle(records.begin(), records.end(), dice);
            for (std::size_t from = 0; from < records.size();) {
                const std::size_t size = std::min<std::size_t>(records.size() - from, static_cast<std::size_t>(1 + roll(9)));
                const auto begin = records.begin() + static_cast<std::ptrdiff_t>(from);
                world.apply({begin, begin + static_cast<std::ptrdiff_t>(size)});
                from += size;
            }
            world.apply(records);  // twice is once
            if (round == 0) first = world.tables();
            ASSERT_EQ(world.tables(), first) << "seed " << seed << ", round " << round;
        }
        for (const char* state : {"|received|", "|taken|", "|issued|", "|refused|"}) EXPECT_NE(first.find(state), std::string::npos) << state;
    }
}

TEST(correction_store, the_log_alone_makes_the_tables_again) {
    World world;
    Maker maker;
    const Record a = maker.request(), b = maker.request({}, kNow, "other");
    for (const Record& record : {a, b}) ASSERT_EQ(world.submit(record), "");
    ASSERT_EQ(world.submit(maker.step(a, "taken", later(1)), officer("26734")), "");
    ASSERT_EQ(world.submit(maker.step(a, "issued", later(2)), officer("26734")), "");
    ASSERT_EQ(world.submit(maker.step(b, "refused", later(2)), officer("26734")), "");
    const auto page = RecordLog(*world.database).feed({"79", "", ""}, 1, 0, 100);
    ASSERT_TRUE(page);
    std::vector<Record> logged;
    for (const StoredRecord& stored : page->records) logged.push_back(stored.record);
    ASSERT_EQ(logged.size(), 5U);
    World again;
    again.apply(logged);
    EXPECT_EQ(again.tables(), world.tables());
}

TEST(correction_store, who_asks_twice_is_told_and_who_was_refused_may_ask_again) {
    World world;
    Maker maker;
    const Record first = maker.request();
    ASSERT_EQ(world.submit(first), "");
    EXPECT_EQ(world.submit(maker.request()), "correction.open");
    EXPECT_EQ(world.submit(maker.request({}, kNow, "phone", "27127")), "correction.open") << "also of another commune";
    EXPECT_EQ(world.submit(maker.request({{"certificate", kNew}})), "") << "another certificate";
    EXPECT_EQ(world.submit(maker.request({}, kNow, "other")), "") << "somebody else";
    ASSERT_EQ(world.submit(maker.step(first, "taken", later(1)), officer("26734")), "");
    EXPECT_EQ(world.submit(maker.request()), "correction.open") << "taken is open, too";
    ASSERT_EQ(world.submit(maker.step(first, "refused", later(2)), officer("26734")), "");
    EXPECT_EQ(world.submit(maker.request()), "");
}

TEST(correction_store, a_device_that_never_heard_of_the_end_may_ask_again) {
    World world;
    world.side = Side::device;
    Maker maker;
    ASSERT_EQ(world.submit(maker.request()), "");
    EXPECT_EQ(world.submit(maker.request()), "") << "the server knows better and says so";
}

TEST(correction_store, guards_of_the_official) {
    World world;
    Maker maker;
    const Record request = maker.request();
    ASSERT_EQ(world.submit(request), "");
    const auto say = [&](const Record& step, const Actor& actor) { return world.submit(step, actor); };
    EXPECT_EQ(say(maker.step(request, "issued", later(1)), officer("26734")), "correction.state") << "nobody took it";
    EXPECT_EQ(say(maker.step(request, "taken", later(1), {}, "26740"), officer("26740")), "correction.reference_unit");
    ASSERT_EQ(say(maker.step(request, "taken", later(1)), officer("26734")), "");
    EXPECT_EQ(say(maker.step(request, "taken", later(2)), officer("26734")), "correction.state");
    EXPECT_EQ(say(maker.step(request, "issued", later(2), {{"newCertificate", kOld}}), officer("26734")), "correction.another");
    ASSERT_EQ(say(maker.step(request, "issued", later(2)), officer("26734")), "");
    EXPECT_EQ(say(maker.step(request, "refused", later(3)), officer("26734")), "correction.state");
    EXPECT_EQ(say(maker.step(request, "refused", later(1.5)), officer("26734")), "correction.state") << "nor by a clock that is behind";
    EXPECT_EQ(world.state(request), "issued");
}

TEST(correction_store, only_the_commune_of_the_request_may_take_it) {
    struct Row {
        Role role;
        const char* unit;
        const char* rule;
    };
    const Row rows[] = {
        {Role::commune_health, "26734", ""},
        {Role::commune_health, "26740", "access.jurisdiction"},
        {Role::community_team, "26734", "access.role"},
        {Role::district_tracer, "760", "access.role"},
        {Role::provincial_cdc, "79", "access.role"},
        {Role::national_centre, "VN", "access.role"},
        {Role::hotline, "79", "access.role"},
        {Role::administrator, "79", "access.role"},
    };
    for (const Row& row : rows) {
        World world;
        Maker maker;
        const Record request = maker.request();
        ASSERT_EQ(world.submit(request), "");
        EXPECT_EQ(world.submit(maker.step(request, "taken", later(1)), officer(row.unit, row.role)), row.rule) << name_of(row.role);
    }
    World world;
    Maker maker;
    const Record request = maker.request();
    ASSERT_EQ(world.submit(request), "");
    Record own = maker.step(request, "taken", later(1));
    own.author.clear();
    EXPECT_NE(world.submit(own), "") << "nor who asked";
}

TEST(correction_store, the_list_shows_what_waits_longest_first_and_says_what_is_overdue) {
    World world;
    Maker maker;
    std::vector<Record> requests;
    for (int i = 0; i < 7; ++i) requests.push_back(maker.request({}, later(-i), "phone" + std::to_string(i), i == 6 ? "26740" : "26734"));
    world.apply(requests);
    world.apply({maker.step(requests[5], "taken", later(-1)), maker.step(requests[1], "refused", kNow)});
    const auto ids = [](const Json& answer) {
        std::vector<std::string> out;
        for (const Json& item : answer["items"]) out.push_back(item["id"]);
        return out;
    };
    const Json open = world.query("correction.list", {{"unit", "26734"}}, officer("26734"));
    EXPECT_EQ(ids(open), (std::vector<std::string>{requests[5].id, requests[4].id, requests[3].id, requests[2].id, requests[0].id}));
    EXPECT_EQ(open["overdue"], 2) << "three days are over after the fourth";
    EXPECT_EQ(open["items"][0]["overdue"], true);
    EXPECT_EQ(open["items"][2]["overdue"], false) << "due this very moment";
    EXPECT_EQ(open["items"][0]["dueAt"], requests[5].made_at.ms + 3 * 86'400'000);
    EXPECT_EQ(ids(world.query("correction.list", {{"unit", "26734"}, {"state", "taken"}}, officer("26734"))), std::vector<std::string>{requests[5].id});
    EXPECT_EQ(ids(world.query("correction.list", {{"unit", "26734"}, {"state", "refused"}}, officer("26734"))), std::vector<std::string>{requests[1].id});
    EXPECT_EQ(ids(world.query("correction.list", {{"unit", "760"}}, officer("760", Role::district_tracer))).size(), 6U);
    EXPECT_EQ(ids(world.query("correction.list", {{"unit", "79"}}, officer("79", Role::provincial_cdc))).size(), 6U);
    EXPECT_EQ(ids(world.query("correction.list", {{"unit", "27127"}}, officer("27127"))).size(), 0U);

    for (const char* state : {"open", "refused"}) {
        World many;
        std::vector<Record> records;
        for (int i = 0; i < 11; ++i) {
            records.push_back(maker.request({}, later(-(i / 2)), "phone" + std::to_string(i)));
            if (std::string(state) == "refused") records.push_back(maker.step(records.back(), "refused", kNow));
        }
        many.apply(records);
        std::vector<std::string> seen;
        Json arguments{{"unit", "26734"}, {"limit", 3}, {"state", state}};
        for (int page = 0; page < 9; ++page) {
            const Json answer = many.query("correction.list", arguments, officer("26734"));
            for (const std::string& id : ids(answer)) seen.push_back(id);
            if (!answer["more"].get<bool>()) break;
            arguments["after"] = answer["after"];
        }
        EXPECT_EQ(seen, ids(many.query("correction.list", {{"unit", "26734"}, {"state", state}}, officer("26734")))) << state;
        EXPECT_EQ(seen.size(), 11U) << state;
    }
    EXPECT_EQ(world.query("correction.list", {{"unit", "26734"}, {"after", "5.x"}}, officer("26734"))["error"], "correction.cursor");
}

TEST(correction_store, each_role_sees_as_much_of_a_person_as_it_may) {
    World world;
    Maker maker;
    const Record request = maker.request({{"note", "gọi buổi tối"}});
    ASSERT_EQ(world.submit(request), "");
    ASSERT_EQ(world.submit(maker.step(request, "taken", later(1)), officer("26734")), "");
    const Json arguments{{"id", request.id}, {"unit", "26734"}};
    const Json full = world.query("correction.request", arguments, officer("26734"));
    EXPECT_EQ(full["body"], request.body);
    EXPECT_EQ(full["steps"][0]["author"], "officer");
    EXPECT_EQ(full["name"], "Nguyễn Thị Thử");
    EXPECT_EQ(world.query("correction.request", {{"id", request.id}, {"unit", "26740"}}, officer("26740"))["error"], "correction.unknown");
    EXPECT_EQ(world.query("correction.request", arguments, officer("26734", Role::community_team))["body"], request.body) << "reads the list";
    for (const Role role : {Role::hotline, Role::lab, Role::auditor, Role::administrator, Role::vaccination_site, Role::border_officer}) {
        const Json answer = world.query("correction.request", arguments, officer("26734", role));
        EXPECT_TRUE(answer.contains("error")) << name_of(role) << ' ' << answer.dump();
    }
    EXPECT_TRUE(world.query("correction.request", arguments, {}).contains("error")) << "nor somebody who is not signed in";
    for (const Role role : {Role::technology_force, Role::analyst}) {
        const Json counts = world.query("correction.list", {{"unit", "79"}}, officer("79", role));
        EXPECT_EQ(counts["taken"], 1) << name_of(role) << ' ' << counts.dump();
        EXPECT_FALSE(counts.contains("items"));
    }
    EXPECT_EQ(world.query("correction.list", {{"unit", "VN"}}, officer("VN", Role::national_centre))["taken"], 1);
    // No cell of the column gives masked sight today; if one does, this is what it shows.
    Context at = world.context();
    for (const Query& query : queries()) {
        if (query.name != "correction.request") continue;
        const std::string masked = query.run(at, arguments, Sight::masked)->dump();
        for (const char* hidden : {"Thử", "345678", "0A2B4C", "HC1", "buổi tối"}) EXPECT_EQ(masked.find(hidden), std::string::npos) << hidden;
        EXPECT_NE(masked.find("Nguyễn Thị ***"), std::string::npos);
        EXPECT_EQ(query.run(at, arguments, Sight::pseudonymous)->dump().find("Nguy"), std::string::npos);
    }
}

TEST(correction_store, a_device_is_told_of_its_own_requests_and_of_nobody_elses) {
    World world;
    Maker maker;
    const Record own = maker.request(), second = maker.request({{"certificate", kNew}}, later(0.1)), others = maker.request({}, kNow, "other");
    for (const Record& record : {own, second, others}) ASSERT_EQ(world.submit(record), "");
    ASSERT_EQ(world.submit(maker.step(own, "taken", later(1)), officer("26734")), "");
    ASSERT_EQ(world.submit(maker.step(own, "issued", later(2)), officer("26734")), "");
    ASSERT_EQ(world.submit(maker.step(second, "refused", later(2)), officer("26734")), "");
    const Actor me{"", device_id("phone"), {}};
    const Json answer = world.query("correction.mine", {{"device", me.device}}, me);
    ASSERT_EQ(answer["requests"].size(), 2U) << answer.dump();
    EXPECT_EQ(answer["requests"][0]["id"], second.id);
    EXPECT_EQ(answer["requests"][0]["reason"], "Sổ tiêm ghi đúng như chứng nhận");
    EXPECT_EQ(answer["requests"][1]["state"], "issued");
    EXPECT_EQ(answer["requests"][1]["newCode"], "HC1:NEW");
    EXPECT_EQ(answer["requests"][1]["newCertificate"], kNew);
    EXPECT_EQ(answer.dump().find("officer"), std::string::npos) << "who decided is not told";
    EXPECT_EQ(world.query("correction.mine", {{"device", device_id("other")}}, me)["error"], "access.device");
}

TEST(correction_store, four_weeks_after_its_end_only_counts_are_left) {
    World world;
    Maker maker;
    const Record ended = maker.request(), open = maker.request({{"phone", "0987654321"}}, kNow, "other");
    for (const Record& record : {ended, open}) ASSERT_EQ(world.submit(record), "");
    ASSERT_EQ(world.submit(maker.step(ended, "taken", later(1)), officer("26734")), "");
    ASSERT_EQ(world.submit(maker.step(ended, "issued", later(2)), officer("26734")), "");
    world.now = later(30);
    EXPECT_EQ(world.purge(), 0);
    world.now = later(31);
    EXPECT_EQ(world.purge(), 3);
    EXPECT_EQ(world.purge(), 0);
    const std::string left = world.everything();
    for (const char* gone : {"84912345678", "0912345678", "HC1:NEW"}) EXPECT_EQ(left.find(gone), std::string::npos) << gone;
    EXPECT_NE(left.find("84987654321"), std::string::npos) << "who still waits stays";
    const Json counts = world.query("correction.list", {{"unit", "VN"}}, officer("VN", Role::national_centre));
    EXPECT_EQ(counts["issued"], 1) << counts.dump();
    EXPECT_EQ(counts["received"], 1);
    EXPECT_EQ(counts["overdue"], 1);
    world.now = later(800);
    EXPECT_EQ(world.purge(), 1) << "nothing is kept for ever";
    EXPECT_EQ(world.everything().find("84987654321"), std::string::npos);
}

TEST(correction_store, an_answer_is_kept_from_when_it_came_though_the_clock_of_the_desk_is_behind) {
    World world;
    Maker maker;
    const Record request = maker.request({}, later(-60));
    world.now = later(0);
    ASSERT_EQ(world.submit(request), "");
    ASSERT_EQ(world.submit(maker.step(request, "refused", later(-40)), officer("26734")), "");
    EXPECT_EQ(world.purge(), 0);
    world.now = later(28);
    EXPECT_EQ(world.purge(), 0);
    world.now = later(30);
    EXPECT_EQ(world.purge(), 2);
}

TEST(correction_store, steps_whose_request_never_came_go_by_themselves) {
    World world;
    Maker maker;
    world.apply({maker.step(maker.request(), "taken", kNow)});
    world.now = later(28);
    EXPECT_EQ(world.purge(), 0);
    world.now = later(30);
    EXPECT_EQ(world.purge(), 1);
    EXPECT_EQ(world.tables().find("taken"), std::string::npos);
}

TEST(correction_store, what_waits_to_be_sent_stays_and_what_it_is_about) {
    World world;
    Maker maker;
    const Record request = maker.request();
    ASSERT_EQ(world.submit(request), "");
    const Record step = maker.step(request, "refused", later(1));
    ASSERT_EQ(world.submit(step, officer("26734")), "");
    ASSERT_TRUE(Outbox(*world.database).put(step.id, 1, later(1)));
    world.now = later(60);
    EXPECT_EQ(world.purge(), 0);
    ASSERT_TRUE(Outbox(*world.database).settle(std::vector<Settlement>{{step.id, "accepted", "", Json::array(), nullptr}}, world.now));
    EXPECT_EQ(world.purge(), 2);
}

}  // namespace
}  // namespace lachan::correction
