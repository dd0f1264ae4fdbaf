// The folds of the map: any order of arrival, only what is touched made anew, what others are told.

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <random>

#include "world.h"

namespace lachan::riskmap {
namespace {

/// Level of a unit on a day, as the table says.
int stored_level(World& world, const std::string& unit, const char* on) {
    int level = 0;
    EXPECT_TRUE(world.database->read(
        "SELECT level FROM riskmap_level WHERE unit = ?1 AND day <= ?2 ORDER BY day DESC LIMIT 1",
        {std::string_view(unit), std::int64_t{day(on).days}}, [&](const Row& row) {
            level = static_cast<int>(row.integer(0));
            return Next::stop;
        }));
    return level;
}

TEST(riskmap_store, counts_of_a_week_colour_the_province_and_are_told) {
    World world;
    Maker maker;
    // 400 a day among 1,600,000 is 175 per 100,000 a week.
    const auto facts = world.apply({maker.series("87", "2021-12-01", times(10, 400), kMade)});
    EXPECT_EQ(stored_level(world, "87", "2021-12-06"), 0);
    EXPECT_EQ(stored_level(world, "87", "2021-12-07"), 4);
    EXPECT_EQ(stored_level(world, "87", "2021-12-17"), 4) << "held for seven days after the counts stop";
    EXPECT_EQ(stored_level(world, "87", "2021-12-18"), 0);
    ASSERT_EQ(facts.size(), 2U);
    const auto& first = std::get<UnitLevelChanged>(facts[0]);
    EXPECT_EQ(first.unit, "87");
    EXPECT_EQ(first.from, day("2021-12-07"));
    EXPECT_EQ(first.level, 4);
    EXPECT_EQ(std::get<UnitLevelChanged>(facts[1]).from, day("2021-12-18"));
    EXPECT_EQ(std::get<UnitLevelChanged>(facts[1]).level, 0);
}

TEST(riskmap_store, the_same_counts_again_tell_nothing) {
    World world;
    Maker maker;
    world.apply({maker.series("87", "2021-12-01", times(10, 400), kMade)});
    EXPECT_TRUE(world.apply({maker.series("87", "2021-12-01", times(10, 400), kMade + 1)}).empty());
}

TEST(riskmap_store, a_newer_series_replaces_the_days_it_names_and_no_others) {
    World world;
    Maker maker;
    world.apply({maker.series("87", "2021-12-01", "1,2,3,4", kMade), maker.series("87", "2021-12-02", "20,,40", kMade + 1),
                 maker.series("87", "2021-12-01", "7,7", kMade - 1)});
    std::string values;
    ASSERT_TRUE(world.database->read("SELECT value FROM riskmap_count ORDER BY day", {}, [&](const Row& row) {
        values += std::string(row.text(0)) + ' ';
        return Next::row;
    }));
    EXPECT_EQ(values, "1 20 3 40 ");
}

TEST(riskmap_store, deaths_are_kept_and_colour_nothing) {
    World world;
    Maker maker;
    auto deaths = maker.made("case_series", "87", kMade,
                             {{"unit", "87"}, {"source", "national"}, {"measure", "deaths"}, {"from", "2021-12-01"}, {"values", times(7, 900)}});
    EXPECT_TRUE(world.apply({deaths}).empty());
    EXPECT_EQ(world.levels(), "");
    EXPECT_NE(world.tables().find("deaths"), std::string::npos);
}

TEST(riskmap_store, what_is_shown_alone_is_kept_and_asked_for_and_neither_makes_nor_dates_a_level) {
    World world;
    Maker maker;
    world.apply({maker.series("87", "2021-12-01", times(10, 400), kMade)});
    const std::string levels = world.levels();
    const Json map = world.ask("riskmap.levels", {{"day", "2021-12-07"}}), units = world.ask("riskmap.units", {{"day", "2021-12-07"}});
    for (const auto& [measure, values] : {std::pair("feedback", "5,0,3,1,0,2,4"), std::pair("checkpoints", "900,,,,,,950"), std::pair("checkpointsAlive", "80,81,79,90,85,70,95")}) {
        const Json body{{"unit", "87"}, {"source", "register"}, {"measure", measure}, {"from", "2021-12-01"}, {"values", values}};
        EXPECT_TRUE(check({"case_series", 2, body, "87", test_units(), start_in_vietnam(day("2022-01-01")), true}).empty()) << measure;
        StoredRecord made = maker.made("case_series", "87", kMade + 60'000, body);
        made.record.version = 2;
        EXPECT_TRUE(world.apply({made}).empty()) << measure;
        const Json told = world.ask("riskmap.counts", {{"level", "province"}, {"measure", measure}, {"from", "2021-12-01"}, {"until", "2021-12-07"}});
        ASSERT_EQ(told["units"].size(), 1U) << measure;
        EXPECT_EQ(told["units"][0]["unit"], "87");
        EXPECT_EQ(told["dataTime"], kMade + 60'000);
    }
    EXPECT_EQ(world.levels(), levels);
    EXPECT_EQ(world.ask("riskmap.levels", {{"day", "2021-12-07"}}), map);
    EXPECT_EQ(world.ask("riskmap.units", {{"day", "2021-12-07"}}), units);
    const Json body{{"unit", "87"}, {"source", "register"}, {"measure", "feedback"}, {"from", "2021-12-01"}, {"values", "9,10000000"}};
    EXPECT_FALSE(check({"case_series", 2, body, "87", test_units(), start_in_vietnam(day("2022-01-01")), true}).empty());
}

TEST(riskmap_store, an_announced_level_stands_over_the_computed_one_for_its_days) {
    World world;
    Maker maker;
    world.apply({maker.series("87", "2021-12-01", times(20, 400), kMade)});
    world.apply({maker.declared("87", 2, "2021-12-10", "2021-12-12", kMade + 1)});
    EXPECT_EQ(stored_level(world, "87", "2021-12-09"), 4);
    EXPECT_EQ(stored_level(world, "87", "2021-12-10"), 2);
    EXPECT_EQ(stored_level(world, "87", "2021-12-12"), 2);
    EXPECT_EQ(stored_level(world, "87", "2021-12-13"), 4);
}

TEST(riskmap_store, a_commune_without_population_is_coloured_by_announcement_alone) {
    World world;
    Maker maker;
    world.apply({maker.series("26734", "2021-12-01", times(7, 50), kMade)});
    EXPECT_EQ(stored_level(world, "26734", "2021-12-07"), 0);
    const auto facts = world.apply({maker.declared("26734", 4, "2021-12-05", nullptr, kMade + 1)});
    EXPECT_EQ(stored_level(world, "26734", "2021-12-04"), 0);
    EXPECT_EQ(stored_level(world, "26734", "2030-01-01"), 4) << "until further notice";
    ASSERT_EQ(facts.size(), 1U);
    EXPECT_EQ(std::get<UnitLevelChanged>(facts[0]).unit, "26734");
}

TEST(riskmap_store, a_corrected_announcement_counts_no_more) {
    World world;
    Maker maker;
    const auto wrong = maker.declared("87", 4, "2021-12-01", nullptr, kMade);
    const auto right = maker.declared("87", 3, "2021-12-05", "2021-12-20", kMade + 1, wrong.record.id);
    world.apply({wrong});
    EXPECT_EQ(stored_level(world, "87", "2021-12-03"), 4);
    world.apply({right});
    EXPECT_EQ(stored_level(world, "87", "2021-12-03"), 0);
    EXPECT_EQ(stored_level(world, "87", "2021-12-05"), 3);
    EXPECT_EQ(stored_level(world, "87", "2021-12-21"), 0);
}

using Heard = std::map<std::string, std::map<std::int32_t, int>>;

/// Whoever hears the facts: each says what holds from its day on, whatever was said before about that day or a later one.
void hear(Heard& heard, const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) {
        const auto& told = std::get<UnitLevelChanged>(fact);
        auto& steps = heard[told.unit];
        steps.erase(steps.lower_bound(told.from.days), steps.end());
        steps[told.from.days] = told.level;
    }
}

int level_heard(const Heard& heard, const std::string& unit, Day on) {
    const auto steps = heard.find(unit);
    if (steps == heard.end()) return 0;
    const auto next = steps->second.upper_bound(on.days);
    return next == steps->second.begin() ? 0 : std::prev(next)->second;
}

/// Records of three units that overlap in every way.
std::vector<StoredRecord> tangle(unsigned seed) {
    std::mt19937 random(seed);
    const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    Maker maker(static_cast<std::uint8_t>(seed));
    std::vector<StoredRecord> records;
    const char* units[] = {"87", "79", "26734"};
    std::string last_declared[3];
    for (int i = 0; i < 24; ++i) {
        const int which = pick(3);
        const std::string unit = units[which];
        const std::string from = to_string(day("2021-09-20") + pick(50));
        if (pick(3) > 0) {
            std::string values;
            for (int n = 1 + pick(25), k = 0; k < n; ++k) {
                const bool gap = k > 0 && k + 1 < n && pick(8) == 0;
                values += (k ? "," : "") + (gap ? std::string() : std::to_string(pick(pick(2) ? 60 : 2'500)));
            }
            records.push_back(maker.series(unit, from.c_str(), values, kMade + pick(6), pick(2) ? "national" : "province"));
        } else {
            const std::string until = to_string(Day::parse(from).value() + pick(20));
            const bool replaces = pick(3) == 0 && !last_declared[which].empty();
            records.push_back(maker.declared(unit, 1 + pick(4), from.c_str(), pick(4) ? until.c_str() : nullptr, kMade + pick(6),
                                             replaces ? last_declared[which] : ""));
            last_declared[which] = records.back().record.id;
        }
    }
    return records;
}

TEST(riskmap_store, any_order_and_any_batches_give_the_same_tables_and_the_same_knowledge) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        const auto records = tangle(seed);
        World together;
        together.apply(records);
        std::mt19937 random(seed);
        for (int round = 0; round < 3; ++round) {
            auto shuffled = records;
            std::shuffle(shuffled.begin(), shuffled.end(), random);
            World apart;
            Heard heard;
            for (std::size_t i = 0; i < shuffled.size();) {
                const std::size_t size = std::min<std::size_t>(1 + random() % 4, shuffled.size() - i);
                const auto from = shuffled.begin() + static_cast<std::ptrdiff_t>(i);
                hear(heard, apart.apply({from, from + static_cast<std::ptrdiff_t>(size)}));
                i += size;
            }
            ASSERT_EQ(apart.tables(), together.tables()) << "seed " << seed;
            for (const char* unit : {"87", "79", "26734"}) {
                for (Day on = day("2021-09-01"); on < day("2022-01-31"); on = on + 1) {
                    ASSERT_EQ(level_heard(heard, unit, on), stored_level(together, unit, to_string(on).c_str()))
                        << "seed " << seed << ' ' << unit << ' ' << to_string(on);
                }
            }
        }
    }
}

TEST(riskmap_store, what_was_made_step_by_step_is_what_a_full_recomputation_makes) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        World world;
        for (const StoredRecord& record : tangle(seed)) world.apply({record});
        const std::string step_by_step = world.levels();
        ASSERT_TRUE(world.database->write("DELETE FROM riskmap_level", std::span<const SqlValue>()));
        Context context = world.context();
        for (const char* unit : {"87", "79", "26734"}) ASSERT_TRUE(rebuild_levels(context, unit));
        EXPECT_EQ(world.levels(), step_by_step) << "seed " << seed;
        EXPECT_FALSE(step_by_step.empty());
    }
}

/// Counts what goes to the database, by the province and unit that every statement of this system binds first.
class Watched : public Database {
public:
    explicit Watched(std::unique_ptr<Database> inner) : inner_(std::move(inner)) {}
    using Database::read;
    using Database::write;
    Result<void> write(std::string_view sql, std::span<const SqlValue> values) override {
        ++writes;
        note(values);
        return inner_->write(sql, values);
    }
    Result<void> read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) override {
        ++reads;
        note(values);
        return inner_->read(sql, values, [&](const Row& row) {
            ++rows;
            return on_row(row);
        });
    }
    Result<void> script(std::string_view sql) override { return inner_->script(sql); }
    Result<void> begin() override { return inner_->begin(); }
    Result<void> commit() override { return inner_->commit(); }
    void rollback() override { inner_->rollback(); }

    int writes = 0, reads = 0, rows = 0;
    std::map<std::string, int> units;  ///< "79/26734" and in how many statements it stood

private:
    void note(std::span<const SqlValue> values) {
        std::string who;
        for (std::size_t i = 0; i < 2 && i < values.size(); ++i) {
            const auto* text = std::get_if<std::string_view>(&values[i]);
            who += (i == 0 ? "" : "/") + (text ? std::string(*text) : "?");
        }
        ++units[who];
    }
    std::unique_ptr<Database> inner_;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end > at) lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

TEST(riskmap_store, a_new_record_touches_its_unit_alone_however_many_others_there_are) {
    // Sums of units below are made when a level is asked for (Assessment), and refreshed with the units above alone: packs_test.
    const char* others[] = {"01", "79", "760", "26740", "02", "04", "24", "27", "31", "48", "56", "74", "77", "87", "92"};
    int statements = 0, rows = 0;
    for (const std::size_t many : {std::size_t{3}, std::size(others)}) {
        World world;
        Maker maker;
        std::vector<StoredRecord> records{maker.series("26734", "2021-12-01", times(20, 5), kMade)};
        for (std::size_t i = 0; i < many; ++i) {
            records.push_back(maker.series(others[i], "2021-11-01", times(60, 400), kMade));
            records.push_back(maker.series(others[i], "2021-11-01", times(60, 300), kMade, "province"));
        }
        auto people = maker.made("case_series", "26734", kMade,
                                 {{"unit", "26734"}, {"source", "census"}, {"measure", "population"}, {"from", "2021-01-01"}, {"values", "9000"}});
        records.push_back(people);
        world.apply(records);
        const auto before = lines_of(world.tables());

        auto watched = std::make_unique<Watched>(std::move(world.database));
        const Watched& seen = *watched;
        world.database = std::move(watched);
        const auto facts = world.apply({maker.series("26734", "2021-12-18", "90,80,70,60", kMade + 1)});
        ASSERT_EQ(seen.units.size(), 2U);
        EXPECT_EQ(seen.units.begin()->first, "79/26734");
        EXPECT_EQ(*seen.units.rbegin(), (std::pair<const std::string, int>{"79/?", 1})) << "and, once, of which weeks its province told cases";
        EXPECT_GE(seen.writes, 4 + 1) << "four days, and at least one step of its level";
        for (const Fact& fact : facts) EXPECT_EQ(std::get<UnitLevelChanged>(fact).unit, "26734");
        EXPECT_FALSE(facts.empty());
        if (statements == 0) {
            statements = seen.writes + seen.reads;
            rows = seen.rows;
        }
        EXPECT_EQ(seen.writes + seen.reads, statements) << "not more with more units";
        EXPECT_EQ(seen.rows, rows);

        const auto after = lines_of(world.tables());
        std::vector<std::string> changed;
        std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(changed));
        EXPECT_FALSE(changed.empty());
        for (const std::string& line : changed) EXPECT_EQ(line.rfind("79|26734|", 0), 0U) << line;
    }
}

TEST(riskmap_store, a_declaration_touches_the_row_of_its_commune_and_that_of_its_province) {
    World world;
    auto watched = std::make_unique<Watched>(std::move(world.database));
    const Watched& seen = *watched;
    world.database = std::move(watched);
    world.observe({DeclarationTriaged{"26734", day("2021-12-01"), "", "red", false, true}});
    EXPECT_EQ(seen.writes, 2);
    EXPECT_EQ(seen.reads, 0);
    EXPECT_EQ(seen.units, (std::map<std::string, int>{{"79/26734", 1}, {"79/79", 1}}));
}

DeclarationTriaged triaged(const char* unit, const char* on, const char* before, const char* colour, bool had = false, bool has = false) {
    return {unit, day(on), before, colour, had, has};
}

TEST(riskmap_store, declarations_are_counted_in_their_commune_and_province_in_any_order) {
    const std::vector<Fact> facts{
        triaged("26734", "2021-12-01", "", "red", false, true), triaged("26734", "2021-12-01", "", "green"),
        triaged("26740", "2021-12-01", "", "yellow"),           triaged("26734", "2021-12-01", "red", "yellow", true, true),
        triaged("26740", "2021-12-01", "yellow", ""),           triaged("26740", "2021-12-02", "", "green"),
    };
    World forward;
    forward.observe(facts);
    EXPECT_EQ(forward.dump("riskmap_symptom WHERE unit = '26740'", "CAST(day AS TEXT)"), std::to_string(day("2021-12-02").days) + "|\n")
        << "a row that was undone is gone";
    World backward;
    for (auto fact = facts.rbegin(); fact != facts.rend(); ++fact) backward.observe({*fact});
    EXPECT_EQ(forward.tables(), backward.tables());
    // The one that was withdrawn left no row behind.
    const std::string expected = "79|26734|" + std::to_string(day("2021-12-01").days) + "|1|1|0|1|\n" +
                                 "79|26740|" + std::to_string(day("2021-12-02").days) + "|1|0|0|0|\n" +
                                 "79|79|" + std::to_string(day("2021-12-01").days) + "|1|1|0|1|\n" +
                                 "79|79|" + std::to_string(day("2021-12-02").days) + "|1|0|0|0|\n";
    EXPECT_NE(forward.tables().find(expected), std::string::npos) << forward.tables();
}

}  // namespace
}  // namespace lachan::riskmap
