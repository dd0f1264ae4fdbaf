// riskmap.playback: what the map shows of the units of a level, day after day.

#include "riskmap/playback.h"

#include "riskmap/workshop.h"
#include "world.h"

namespace lachan::riskmap {
namespace {

Json played(const Json& request) {
    const auto text = playback(test_units(), request);
    EXPECT_TRUE(text) << text.error().detail;
    return text ? *parse_json(*text) : Json();
}

Json request(std::string_view from, std::string_view until, std::string_view figures, std::string_view level) {
    return {{"from", from}, {"until", until}, {"figures", figures}, {"level", level}, {"measures", {"cases"}}};
}

TEST(playback, a_district_nobody_counted_is_the_sum_of_its_communes_when_all_are_known) {
    Json asked = request("2021-11-01", "2021-11-03", "26734|cases|a|2021-11-01|1,2,3\n26740|cases|a|2021-11-01|4,,5\n26740|cases|b|2021-11-01|0,,9\n", "district");
    asked["under"] = "79";
    const Json days = played(asked)["days"];
    ASSERT_EQ(days.size(), 3U);
    EXPECT_EQ(days[0]["units"], "760");
    EXPECT_EQ(days[0]["values"], Json::parse("[[5]]"));
    EXPECT_EQ(days[1]["values"], Json::parse("[[-1]]"));
    EXPECT_EQ(days[2]["values"], Json::parse("[[12]]")) << "of two sources the larger one";
    asked["figures"] = std::string(text_at(asked, "figures")) + std::string("760|cases|a|2021-11-01|7\n");
    EXPECT_EQ(played(asked)["days"][0]["values"], Json::parse("[[7]]")) << "what a district says itself goes before its communes";
}

TEST(playback, what_is_shown_alone_is_summed_upwards_and_changes_no_level) {
    const std::string cases = "26734|population|census|2020-01-01|20000\n26734|cases|a|2021-10-25|" + std::string("9,9,9,9,9,9,9,9") + "\n";
    const std::string facts = "26734|feedback|hotline|2021-10-31|4,0\n26740|feedback|hotline|2021-10-31|3\n"
                              "26734|checkpoints|register|2021-10-31|120,130\n26740|checkpoints|register|2021-10-31|80,80\n"
                              "26734|checkpointsAlive|register|2021-10-31|12,13\n26740|checkpointsAlive|register|2021-10-31|9,7\n"
                              "26734|checkpointsAlive|scans|2021-11-01|11\n";
    Json asked = request("2021-10-31", "2021-11-01", cases + facts, "district");
    asked["under"] = "79";
    asked["measures"] = {"feedback", "checkpoints", "checkpointsAlive"};
    const Json days = played(asked)["days"];
    ASSERT_EQ(days.size(), 2U);
    EXPECT_EQ(days[0]["values"], Json::parse("[[7],[200],[21]]"));
    EXPECT_EQ(days[1]["values"], Json::parse("[[-1],[210],[18]]")) << "nobody told 26740's reports; of two sources the one that saw fewer alive";
    asked["level"] = "commune";
    const Json with = played(asked)["days"];
    asked["figures"] = cases;
    const Json without = played(asked)["days"];
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(with[i]["levels"], without[i]["levels"]);
        EXPECT_NE(text_at(with[i], "levels")[0], '-') << "a level there is";
    }
}

TEST(playback, units_are_those_of_each_day) {
    const Json days = played(request("2025-06-30", "2025-07-01", "79|cases|a|2025-06-24|1,1,1,1,1,1,1,1\n", "province"))["days"];
    ASSERT_EQ(days.size(), 2U);
    const auto before = text_at(days[0], "units"), after = text_at(days[1], "units");
    EXPECT_EQ(before.size() - after.size(), 6U) << "74 and 77 have joined 79";
    EXPECT_NE(before.find("74"), std::string_view::npos);
    EXPECT_EQ(text_at(days[0], "levels").size() * 3, before.size() + 1);
    EXPECT_EQ(text_at(days[1], "levels").size() * 3, after.size() + 1);
    EXPECT_EQ(days[1]["values"][0].size(), text_at(days[1], "levels").size());
}

TEST(playback, a_province_whose_counts_stop_keeps_its_level_for_as_long_as_the_map_shows_it) {
    // 3,000 a day in the capital are level 4 by incidence; then nobody says anything.
    const std::string figures = "01|cases|a|2021-11-01|3000,3000,3000,3000,3000,3000,3000\n";
    Json asked = request("2021-11-07", "2021-12-31", figures, "province");
    asked["under"] = "01";
    const Json days = played(asked)["days"];
    const auto country = [&](const Json& day) {
        Country one(test_units(), "01", *Day::parse(text_at(day, "day")));
        EXPECT_TRUE(add_figures(one, figures));
        return one;
    };
    std::string seen;
    for (const Json& day : days) {
        const Day on = *Day::parse(text_at(day, "day"));
        const Country one = country(day);
        const auto shown = compute(reference().pack_on(on), Census(reference().populations, test_units(), on), "01", one.places[0].figures, on).level;
        EXPECT_EQ(text_at(day, "levels"), shown == 0 ? "-" : std::to_string(shown)) << to_string(on);
        seen += text_at(day, "levels");
    }
    EXPECT_GT(seen.find('-'), 1U) << "held for a while";
    EXPECT_NE(seen.find('-'), std::string::npos) << "and not for ever";
    EXPECT_NE(seen[0], '-');
}

TEST(playback, each_day_is_what_evaluate_says_of_it) {
    std::string values;
    for (int i = 0; i < 60; ++i) values += (i == 0 ? "" : ",") + std::to_string(i * i * 7 % 4001);
    const std::string figures = "79|cases|a|2021-10-01|" + values + "\n01|cases|a|2021-10-01|" + values + "\n01|adultsDosed|o|2021-10-12|6500,,7200\n";
    const Json days = played(request("2021-10-08", "2021-11-20", figures, "province"))["days"];
    ASSERT_EQ(days.size(), 44U);
    std::string seen;
    for (const Json& day : days) {
        const Json& pack = day["pack"];
        const Computation* evaluate = nullptr;
        for (const Computation& each : computations()) {
            if (each.name == "riskmap.evaluate") evaluate = &each;
        }
        ASSERT_NE(evaluate, nullptr);
        const auto text = evaluate->run(test_units(), {{"day", day["day"]}, {"figures", figures}, {"packs", {pack}}});
        ASSERT_TRUE(text) << text.error().detail;
        const Json answer = *parse_json(*text);
        // Of the answer for all levels, the provinces; those that only hold a level have none there.
        const std::string signs = answer["answers"][0]["levels"], codes = answer["units"], own = day["levels"];
        std::size_t at = 0, place = 0;
        for (std::size_t i = 0; at < codes.size(); ++i) {
            const std::string code = codes.substr(at, codes.find(' ', at) - at);
            at += code.size() + 1;
            if (code.size() != 2 || code == "VN") continue;
            if (signs[i] != '-') {
                EXPECT_EQ(own[place], signs[i]) << code << ' ' << text_at(day, "day");
            }
            seen += own[place++];
        }
        EXPECT_EQ(place, own.size());
    }
    EXPECT_NE(seen.find('1'), std::string::npos);
    EXPECT_NE(seen.find('4'), std::string::npos) << "the figures reach both ends of the scale";
}

}  // namespace
}  // namespace lachan::riskmap
