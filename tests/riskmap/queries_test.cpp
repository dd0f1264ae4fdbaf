// What the map answers, to whom, and how fast.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "world.h"

namespace lachan::riskmap {
namespace {

Actor official(Role role, const char* unit) {
    Actor actor;
    actor.user = "cdc";
    actor.grants.push_back({role, unit, Instant{0}, Instant{INT64_MAX}});
    return actor;
}

Json province(const Json& answer, const char* code) {
    for (const Json& item : answer["provinces"]) {
        if (item["unit"] == code) return item;
    }
    return nullptr;
}

TEST(riskmap_queries, levels_name_every_province_with_its_reason) {
    World world;
    Maker maker;
    world.apply({maker.series("87", "2021-12-01", times(10, 400), kMade), maker.series("87", "2021-12-01", times(10, 390), kMade + 9, "province"),
                 maker.declared("49", 3, "2021-12-01", nullptr, kMade)});
    const Json answer = world.ask("riskmap.levels", {{"day", "2021-12-10"}});
    EXPECT_EQ(answer["provinces"].size(), 63U);
    EXPECT_EQ(answer["day"], "2021-12-10");
    EXPECT_EQ(answer["pack"]["id"], "risk-2");
    EXPECT_EQ(answer["packMark"], "toConfirm");
    EXPECT_EQ(answer["days"], (Json{{"first", "2021-12-01"}, {"last", "2021-12-10"}}));
    EXPECT_EQ(answer["dataTime"], kMade + 9);

    const Json coloured = province(answer, "87");
    EXPECT_EQ(coloured["level"], 4);
    EXPECT_EQ(coloured["cases7"], 2'800);
    EXPECT_EQ(coloured["population"], 1'600'000);
    EXPECT_EQ(coloured["per100kX10"], 1'750);
    EXPECT_EQ(coloured["why"]["arithmetic"], "150 × 1600000 = 240000000 ≤ 2800 × 100000 = 280000000");
    EXPECT_EQ(coloured["why"]["mark"], "toConfirm");
    EXPECT_EQ(coloured["sources"], (Json{{{"source", "national"}, {"cases7", 2'800}, {"days", 7}},
                                         {{"source", "province"}, {"cases7", 2'730}, {"days", 7}}}));
    EXPECT_EQ(coloured["difference"], 70);
    EXPECT_FALSE(coloured.contains("declared"));

    const Json announced = province(answer, "49");
    EXPECT_EQ(announced["level"], 3);
    EXPECT_EQ(announced["computed"], nullptr);
    EXPECT_EQ(announced["declared"]["documentNumber"], "12/QĐ-UBND");

    const Json unknown = province(answer, "01");
    EXPECT_EQ(unknown["level"], nullptr);
    EXPECT_EQ(unknown["why"]["missing"], Json::array({"cases"}));
}

TEST(riskmap_queries, without_a_day_the_last_one_with_counts_is_shown) {
    World world;
    Maker maker;
    world.apply({maker.series("87", "2021-12-01", times(10, 400), kMade), maker.series("01", "2021-12-01", times(12, 4), kMade)});
    EXPECT_EQ(world.ask("riskmap.levels", Json::object())["day"], "2021-12-12");
    World empty;
    EXPECT_EQ(empty.ask("riskmap.levels", Json::object())["day"], "2022-03-01");
    EXPECT_EQ(empty.ask("riskmap.levels", Json::object())["days"]["last"], nullptr);
}

TEST(riskmap_queries, before_the_first_pack_nothing_has_a_level) {
    World world;
    const Json why = world.ask("riskmap.why", {{"unit", "87"}, {"day", "2019-12-20"}});
    EXPECT_NE(why.dump().find(R"("rule":"riskmap.no_pack")"), std::string::npos) << why.dump();
}

TEST(riskmap_queries, after_a_merger_the_old_days_keep_the_old_provinces) {
    World world;
    Maker maker;
    world.apply({maker.series("74", "2021-12-01", times(7, 100), kMade)});
    EXPECT_EQ(world.ask("riskmap.levels", {{"day", "2021-12-07"}})["provinces"].size(), 63U);
    EXPECT_EQ(province(world.ask("riskmap.levels", {{"day", "2021-12-07"}}), "74")["cases7"], 700);
    const Json later = world.ask("riskmap.levels", {{"day", "2025-08-01"}});
    EXPECT_EQ(later["provinces"].size(), 61U);
    EXPECT_EQ(later["days"]["first"], "2021-12-01");
    EXPECT_EQ(province(later, "79")["population"], 9'227'600 + 2'580'600 + 1'167'900);
}

TEST(riskmap_queries, the_public_sees_no_small_number_of_declarations_and_the_province_sees_its_own) {
    World world;
    std::vector<Fact> facts;
    for (int i = 0; i < 4; ++i) facts.push_back(DeclarationTriaged{"26734", day("2021-12-01"), "", "red", false, true});
    for (int i = 0; i < 5; ++i) facts.push_back(DeclarationTriaged{"26740", day("2021-12-02"), "", "yellow", false, false});
    world.observe(facts);
    const Json args{{"day", "2021-12-03"}};
    const Json to_public = province(world.ask("riskmap.levels", args), "79");
    EXPECT_EQ(to_public["declarations"], (Json{{"green", 0}, {"yellow", 5}, {"red", nullptr}}));
    EXPECT_EQ(to_public["symptomatic"], nullptr);
    const Json own = province(world.ask("riskmap.levels", args, official(Role::provincial_cdc, "79")), "79");
    EXPECT_EQ(own["declarations"], (Json{{"green", 0}, {"yellow", 5}, {"red", 4}}));
    EXPECT_EQ(own["symptomatic"], 4);
    const Json other = province(world.ask("riskmap.levels", args, official(Role::provincial_cdc, "01")), "79");
    EXPECT_EQ(other["declarations"]["red"], nullptr);
}

TEST(riskmap_queries, series_and_why_show_the_days_behind_a_level) {
    World world;
    Maker maker;
    world.apply({maker.series("87", "2021-12-01", "1,2,3", kMade), maker.series("87", "2021-12-02", "9", kMade, "province")});
    const Json series = world.ask("riskmap.series", {{"unit", "87"}});
    EXPECT_EQ(series["total"], 13);
    EXPECT_EQ(series["days"][1], (Json{{"day", "2021-12-02"}, {"cases", 9}}));
    EXPECT_EQ(world.ask("riskmap.series", {{"unit", "87"}, {"from", "2021-12-03"}})["days"].size(), 1U);
    const Json why = world.ask("riskmap.why", {{"unit", "87"}, {"day", "2021-12-03"}});
    EXPECT_EQ(why["level"], nullptr);
    ASSERT_EQ(why["days"].size(), 7U);
    EXPECT_EQ(why["days"][6]["cases"], 3);
    EXPECT_EQ(why["days"][5]["sources"], (Json{{"national", 2}, {"province", 9}}));
    EXPECT_EQ(why["days"][0]["cases"], nullptr);
    EXPECT_EQ(world.ask("riskmap.series", {{"unit", "98"}})["error"], "riskmap.unit");
}

TEST(riskmap_queries, days_of_a_commune_are_for_those_who_work_with_cases) {
    World world;
    Maker maker;
    world.apply({maker.series("26734", "2021-12-01", "1,0,1", kMade)});
    const Json args{{"unit", "26734"}};
    EXPECT_TRUE(world.ask("riskmap.series", args).contains("error"));
    EXPECT_TRUE(world.ask("riskmap.series", args, official(Role::district_tracer, "001")).contains("error"));
    EXPECT_EQ(world.ask("riskmap.series", args, official(Role::district_tracer, "760"))["total"], 2);
}

TEST(riskmap_queries, the_level_shown_is_the_level_told) {
    World world;
    Maker maker;
    world.apply({maker.series("87", "2021-12-01", "400,400,400,400,400,400,400,,0,0,0,0,0,0,0", kMade),
                 maker.declared("87", 1, "2021-12-12", "2021-12-13", kMade)});
    for (Day on = day("2021-11-28"); on < day("2022-01-10"); on = on + 1) {
        int stored = 0;
        ASSERT_TRUE(world.database->read("SELECT level FROM riskmap_level WHERE unit = '87' AND day <= ?1 ORDER BY day DESC LIMIT 1",
                                         {std::int64_t{on.days}}, [&](const Row& row) {
                                             stored = static_cast<int>(row.integer(0));
                                             return Next::stop;
                                         }));
        const Json shown = province(world.ask("riskmap.levels", {{"day", to_string(on)}}), "87")["level"];
        EXPECT_EQ(shown.is_null() ? 0 : shown.get<int>(), stored) << to_string(on);
    }
}

TEST(riskmap_queries, a_map_of_63_provinces_takes_a_few_milliseconds) {
    World world;
    Maker maker;
    std::vector<StoredRecord> records;
    for (const auto& entry : reference().populations.entries) {
        for (const char* source : {"national", "ministry", "province"}) {
            records.push_back(maker.series(entry.code, "2020-03-18", times(676, 30), kMade, source));
        }
    }
    world.apply(records);
    double best = 1e9;
    for (int round = 0; round < 7; ++round) {
        const auto start = std::chrono::steady_clock::now();
        const Json answer = world.ask("riskmap.levels", {{"day", "2021-12-15"}});
        const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
        best = std::min(best, spent.count());
        ASSERT_EQ(answer["provinces"].size(), 63U);
    }
    RecordProperty("milliseconds", std::to_string(best));
    std::printf("63 provinces, 3 sources, 676 days: %.2f ms\n", best);
    // The target is 5 ms; the bound is wide because tests also run with sanitizers on a busy machine.
    EXPECT_LT(best, 60.0);
}

}  // namespace
}  // namespace lachan::riskmap
