// The rules of the map that need no database: vectors, packs, populations, values.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "core/core.h"
#include "systems.h"
#include "world.h"

namespace lachan::riskmap {
namespace {

Json vectors(const char* name) {
    std::ifstream file(std::string(LACHAN_SOURCE_ROOT "/tests/riskmap/") + name);
    std::stringstream text;
    text << file.rdbuf();
    auto parsed = parse_json(text.str());
    EXPECT_TRUE(parsed) << name;
    return parsed ? *parsed : Json::array();
}

/// A core with the real list of units; null when the build has not made it.
Core* real_core() {
    static const std::unique_ptr<Core> made = [] {
        std::ifstream file(LACHAN_SOURCE_ROOT "/build/assets/units.txt", std::ios::binary);
        auto core = std::make_unique<Core>(nullptr, lachan::computations());
        if (!file) return std::unique_ptr<Core>();
        core->set_units(Units::parse(std::string(std::istreambuf_iterator<char>(file), {})).value());
        return core;
    }();
    return made.get();
}

/// What a vector of an operation names of the reply, compared key by key as tests/wasm/run.mjs does.
void hold_operation(const Json& vector) {
    std::string text;
    real_core()->call(text_at(vector, "operation"), canonical(vector["input"]), text);
    const auto reply = parse_json(text, {1 << 20, 24});
    ASSERT_TRUE(reply) << text;
    for (const auto& [key, value] : vector["expect"].items()) {
        EXPECT_EQ(canonical(at(*reply, key.c_str())), canonical(value)) << text_at(vector, "id") << ": " << text_at(vector, "why") << "\n" << text;
    }
}

/// Answers a vector as the core does: the violations of a body, or what the series gives by itself.
Json answer(const Json& vector) {
    const Json& input = vector["input"];
    const std::string unit = input["unit"];
    const std::string kind = input["kind"];
    const CheckInput check_input{kind, static_cast<int>(int_at(input, "version", 1)), input["body"], unit, test_units(), Instant{input["now"]}, true};
    if (vector["operation"] == "preview") return *system().preview(check_input, nullptr);
    return {{"violations", to_json(*lachan::check("riskmap", check_input))}, {"warnings", Json::array()}};
}

/// tests/wasm/run.mjs gives the same file to both cores; here the rules alone answer.
void hold(const char* name, std::size_t least) {
    std::set<std::string> ids;
    const Json all = vectors(name);
    ASSERT_GE(all.size(), least);
    for (const Json& vector : all) {
        const std::string id = vector["id"];
        EXPECT_TRUE(ids.insert(id).second) << id << " is used twice";
        if (text_at(vector, "operation").starts_with("riskmap.")) {
            if (real_core()) hold_operation(vector);
            continue;
        }
        EXPECT_EQ(canonical(answer(vector)), canonical(vector["expect"])) << id << ": " << text_at(vector, "why");
    }
}

TEST(riskmap_rules, vectors_hold) { hold("vectors.json", 60); }

// Under the list of the reform, which the page of today does not load (docs/adr/0006).
TEST(riskmap_rules, vectors_of_merged_provinces_hold) { hold("merged_vectors.json", 4); }

TEST(riskmap_rules, the_packs_that_colour_the_map_meet_without_a_gap) {
    EXPECT_EQ(reference().pack_on(day("2021-10-11"))->id, "risk-who-ct");
    EXPECT_EQ(reference().pack_on(day("2021-10-12"))->id, "risk-2");
    EXPECT_EQ(reference().pack_on(day("2026-11-24"))->id, "risk-2");
    EXPECT_EQ(reference().pack_on(day("2019-12-31")), nullptr);
    // One band of the decision was read in its text; the others were not, and the whole says so.
    const Pack& pack = *reference().pack_on(day("2022-01-01"));
    EXPECT_EQ(pack.bands[0].mark, Mark::official);
    EXPECT_EQ(pack.bands[3].mark, Mark::to_confirm);
    EXPECT_EQ(pack.mark(), Mark::to_confirm);
}

TEST(riskmap_rules, every_band_holds_from_below_at_and_above_for_any_population) {
    for (const Pack& pack : reference().packs) {
        for (std::size_t i = 1; i < pack.bands.size(); ++i) {
            const Band& upper = pack.bands[i];
            for (const std::int64_t people : {1LL, 7LL, 99'999LL, 100'000LL, 100'001LL, 8'246'600LL, 98'000'000LL}) {
                const std::int64_t needed = (upper.from * people + pack.per - 1) / pack.per;  // fewest cases at or above the limit
                EXPECT_GE(pack.band_of(needed, people)->level, upper.level) << pack.id << ' ' << upper.from << ' ' << people;
                if (needed > 0) {
                    EXPECT_LT(pack.band_of(needed - 1, people)->level, upper.level) << pack.id << ' ' << upper.from << ' ' << people;
                }
            }
        }
        EXPECT_EQ(pack.band_of(3, 0), nullptr);
    }
}

TEST(riskmap_rules, population_is_that_of_the_unit_as_it_is_on_the_day) {
    const Census census(reference().populations, test_units(), day("2026-01-01"));
    EXPECT_EQ(census.of("79", day("2021-10-12")), 9'227'600);
    // Bình Dương and Bà Rịa - Vũng Tàu join in 2025.
    EXPECT_EQ(census.of("79", day("2025-06-30")), 9'227'600);
    const auto merged = census.of("79", day("2025-07-01"));
    EXPECT_EQ(*merged - 9'227'600, *census.of("74", day("2021-01-01")) + *census.of("77", day("2021-01-01")));
    EXPECT_EQ(census.of("760", day("2021-10-12")), std::nullopt);
    EXPECT_EQ(census.of("VN", day("2021-10-12")), std::nullopt);
}

TEST(riskmap_rules, all_63_provinces_have_a_population_that_adds_up_to_the_published_total) {
    ASSERT_EQ(reference().populations.entries.size(), 63U);
    std::int64_t people = 0;
    for (const auto& entry : reference().populations.entries) people += entry.people;
    EXPECT_NEAR(static_cast<double>(people), 97'582'700, 1'000);
}

TEST(riskmap_rules, a_population_file_is_read_or_refused) {
    const char* kHeader = "code,name,population_thousand\n";
    EXPECT_EQ(Populations::parse(std::string(kHeader) + "01,Hà Nội,8246.6\n", day("2020-07-01"))->entries[0].people, 8'246'600);
    for (const char* line : {"01,Hà Nội\n", "01,Hà Nội,8246\n", "01,Hà Nội,8246.65\n", "01,Hà Nội,x.1\n", "01,Hà Nội,-1.0\n"}) {
        const auto read = Populations::parse(std::string(kHeader) + line, day("2020-07-01"));
        ASSERT_FALSE(read) << line;
        EXPECT_EQ(read.error().rule, "riskmap.population") << line;
    }
    EXPECT_FALSE(Populations::parse("code,people\n01,5\n", day("2020-07-01")));
}

TEST(riskmap_rules, the_largest_source_of_each_day_makes_the_window) {
    Figures figures;
    figures.add(Measure::cases, "ministry", day("2021-12-02"), 5);
    figures.add(Measure::cases, "province", day("2021-12-01"), 9);
    figures.add(Measure::cases, "province", day("2021-12-02"), 7);
    figures.add(Measure::cases, "ministry", day("2021-12-04"), 1);
    EXPECT_EQ(figures.on(Measure::cases, day("2021-12-02")), 7);
    EXPECT_EQ(figures.on(Measure::cases, day("2021-12-03")), std::nullopt);
    EXPECT_EQ(figures.sum(Measure::cases, day("2021-12-02"), 2), 16);
    EXPECT_EQ(figures.sum(Measure::cases, day("2021-12-04"), 2), std::nullopt);
    const auto sources = figures.by_source(Measure::cases, day("2021-12-04"), 4);
    ASSERT_EQ(sources.size(), 2U);
    EXPECT_EQ(sources[0].source, "ministry");
    EXPECT_EQ(sources[0].sum, 6);
    EXPECT_EQ(sources[0].days, 2);
    EXPECT_EQ(sources[1].sum, 16);
}

}  // namespace
}  // namespace lachan::riskmap
