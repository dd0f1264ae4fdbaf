// What is kept of zones and places, who may record them, and what the map and the lists are told.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "world.h"

namespace lachan::places {
namespace {

using Names = std::vector<std::string>;

TEST(places_store, a_zone_is_on_the_map_of_its_unit_and_of_those_above_on_its_days) {
    World world;
    Maker maker;
    world.apply({maker.zone("26740", "A", "2021-07-20", "2021-08-10"), maker.zone("760", "B", "2021-08-01", nullptr), maker.zone("26743", "C", "2021-07-01", nullptr)});
    EXPECT_EQ(world.names("places.zones", "26740", "2021-07-20"), Names{"A"});
    EXPECT_EQ(world.names("places.zones", "26740", "2021-08-10"), Names{"A"});
    EXPECT_EQ(world.names("places.zones", "26740", "2021-08-11"), Names{});
    EXPECT_EQ(world.names("places.zones", "26740", "2021-07-19"), Names{});
    EXPECT_EQ(world.names("places.zones", "760", "2021-08-01"), (Names{"A", "B"}));
    EXPECT_EQ(world.names("places.zones", "79", "2021-08-01"), (Names{"A", "B", "C"}));
    EXPECT_EQ(world.names("places.zones", "VN", "2021-08-01"), (Names{"A", "B", "C"}));
    EXPECT_EQ(world.names("places.zones", "56", "2021-08-01"), Names{});
    EXPECT_EQ(world.names("places.marks", "79", "2021-08-01"), Names{});
    EXPECT_EQ(world.ask("places.zones", {{"unit", "99"}, {"day", "2021-08-01"}})["error"], "places.unit");
}

TEST(places_store, what_was_drawn_in_a_province_that_merged_goes_on_in_the_one_it_joined) {
    World world;
    Maker maker;
    world.apply({maker.zone("718", "Cũ", "2021-07-20", nullptr)});
    EXPECT_EQ(world.names("places.zones", "74", "2021-08-01"), Names{"Cũ"});
    EXPECT_EQ(world.names("places.zones", "79", "2021-08-01"), Names{});
    EXPECT_EQ(world.names("places.zones", "79", "2026-01-01"), Names{"Cũ"});
    EXPECT_EQ(world.names("places.zones", "VN", "2026-01-01"), Names{"Cũ"});
}

TEST(places_store, a_visited_place_is_shown_for_fourteen_days_more_and_a_test_point_for_none) {
    World world;
    Maker maker;
    world.apply({maker.place("26740", "Chợ", "exposure", "2021-07-10", "2021-07-11"), maker.place("26740", "Trạm", "test", "2021-07-10", "2021-07-11")});
    EXPECT_EQ(world.names("places.marks", "26740", "2021-07-11"), (Names{"Chợ", "Trạm"}));
    EXPECT_EQ(world.names("places.marks", "26740", "2021-07-12"), Names{"Chợ"});
    EXPECT_EQ(world.names("places.marks", "26740", "2021-07-25"), Names{"Chợ"});
    EXPECT_EQ(world.names("places.marks", "26740", "2021-07-26"), Names{});
}

TEST(places_store, corrections_and_withdrawals_give_the_same_tables_in_any_order) {
    Maker maker;
    const StoredRecord first = maker.zone("26740", "A", "2021-07-20", nullptr), other = maker.zone("26737", "D", "2021-07-20", nullptr);
    const StoredRecord second = maker.zone("26740", "B", "2021-07-20", nullptr, first.record.id);
    const StoredRecord third = maker.zone("26740", "C", "2021-07-20", nullptr, second.record.id);
    // Another unit cannot end it, whatever it names.
    const StoredRecord foreign = maker.withdrawal("26734", other.record.id), own = maker.withdrawal("26740", third.record.id);
    std::vector<StoredRecord> records{first, second, third, other, foreign};
    std::mt19937 shuffle(7);
    std::string expected;
    for (int round = 0; round < 20; ++round) {
        World world;
        if (round > 0) std::shuffle(records.begin(), records.end(), shuffle);
        for (const StoredRecord& one : records) world.apply({one});
        world.apply(records);  // twice is once
        EXPECT_EQ(world.names("places.zones", "79", "2021-08-01"), (Names{"C", "D"}));
        if (round == 0) expected = world.tables();
        EXPECT_EQ(world.tables(), expected);
        world.apply({own});
        EXPECT_EQ(world.names("places.zones", "79", "2021-08-01"), Names{"D"});
    }
}

TEST(places_store, a_list_is_paged_and_every_mark_comes_once) {
    World world;
    Maker maker;
    std::vector<StoredRecord> records;
    for (int i = 0; i < 450; ++i) {
        const char* const units[] = {"26734", "26737", "26740", "718"};
        records.push_back(maker.place(units[i % 4], "P" + std::to_string(i), "test", "2021-07-01", nullptr));
    }
    world.apply(records);
    Names seen;
    Json arguments{{"unit", "VN"}, {"day", "2021-08-01"}};
    int pages = 0;
    for (bool more = true; more && pages < 9; ++pages) {
        const Json answer = world.ask("places.marks", arguments);
        EXPECT_LE(answer["marks"].size(), 200U);
        for (const Json& mark : answer["marks"]) seen.push_back(mark["name"]);
        more = answer["more"];
        if (more) arguments["after"] = answer["after"];
    }
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen.size(), 450U);
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
    EXPECT_EQ(world.ask("places.marks", {{"unit", "VN"}, {"day", "2021-08-01"}, {"after", "nowhere"}})["error"], "places.after");
}

TEST(places_access, officials_of_the_unit_and_above_may_draw_and_others_may_not) {
    World world;
    Maker maker;
    struct Row {
        Role role;
        const char* unit;
        const char* rule;  ///< "" when the zone of 26740 is taken
    };
    const Row rows[] = {{Role::commune_health, "26740", ""},           {Role::commune_health, "26737", "access.jurisdiction"}, {Role::district_tracer, "760", ""},
                        {Role::district_tracer, "770", "access.jurisdiction"}, {Role::provincial_cdc, "79", ""},              {Role::provincial_cdc, "56", "access.jurisdiction"},
                        {Role::community_team, "26740", "access.role"},  {Role::national_centre, "VN", "access.role"},         {Role::analyst, "VN", "access.role"},
                        {Role::border_officer, "26740", "access.role"},  {Role::auditor, "VN", "access.role"},                 {Role::administrator, "79", "access.role"}};
    for (const Row& row : rows) {
        const Actor actor = official(row.role, row.unit);
        const StoredRecord zone = maker.zone("26740", "A", "2021-07-20", nullptr);
        // As the write path asks: the right to write in the area of the kind, then the system.
        auto answer = require(actor, Verb::write, find_kind(system(), "risk_zone")->area, "26740", test_units(), Instant{kMade}, Sight::masked);
        Context context = world.context(actor);
        if (answer) answer = system().accept(context, zone.record);
        EXPECT_EQ(answer ? "" : answer.error().rule, row.rule) << name_of(row.role) << ' ' << row.unit;
    }
}

TEST(places_access, a_correction_stays_in_its_unit_and_kind) {
    World world;
    Maker maker;
    const StoredRecord zone = maker.zone("26740", "A", "2021-07-20", nullptr), far = maker.zone("718", "X", "2021-07-20", nullptr);
    world.apply({zone, far});
    Context context = world.context(official(Role::provincial_cdc, "79"));
    const auto rule = [&](StoredRecord record) {
        const auto answer = system().accept(context, record.record);
        return answer ? std::string() : answer.error().rule;
    };
    EXPECT_EQ(rule(maker.zone("26740", "B", "2021-07-20", nullptr, zone.record.id)), "");
    EXPECT_EQ(rule(maker.zone("26737", "B", "2021-07-20", nullptr, zone.record.id)), "places.unit");
    EXPECT_EQ(rule(maker.zone("26740", "B", "2021-07-20", nullptr, far.record.id)), "places.unit");
    EXPECT_EQ(rule(maker.withdrawal("26740", zone.record.id)), "");
    EXPECT_EQ(rule(maker.withdrawal("26737", zone.record.id)), "places.unit");
    StoredRecord place = maker.place("26740", "P", "test", "2021-07-20", nullptr);
    place.record.supersedes = zone.record.id;
    EXPECT_EQ(rule(place), "places.unit");
}

TEST(places_access, everybody_sees_everything_that_is_published_and_who_may_change_it_is_told) {
    World world;
    Maker maker;
    world.apply({maker.zone("26740", "A", "2021-07-20", nullptr)});
    const Json arguments{{"unit", "79"}, {"day", "2021-08-01"}};
    Json shown = world.ask("places.zones", arguments);
    EXPECT_EQ(shown["marks"][0]["mayChange"], false);
    EXPECT_EQ(shown["marks"][0]["unitName"], "Phường Bến Nghé");
    EXPECT_EQ(shown["marks"][0]["documentNumber"], "1/QĐ");
    EXPECT_FALSE(shown.dump().find("official") != std::string::npos) << "who drew it is not told";
    Json own = world.ask("places.zones", arguments, official(Role::commune_health, "26740"));
    EXPECT_EQ(own["marks"][0]["mayChange"], true);
    own["marks"][0]["mayChange"] = false;
    EXPECT_EQ(own, shown);
}

}  // namespace
}  // namespace lachan::places
