// Rule packs over units: every edge of every pack, what happens when a figure is missing, the way up from the communes, any order of
// arrival, and what a new figure touches.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include "riskmap/explain.h"
#include "riskmap/workshop.h"
#include "world.h"

namespace lachan::riskmap {
namespace {

using State = Assessed::State;

const Pack& pack(const char* id) {
    const Pack* found = reference().pack_named(id);
    EXPECT_NE(found, nullptr) << id;
    return *found;
}

/// Numbers of a pack's inputs by name; what is not named is not known. Rates and shares in their own unit: {"rate", 177} is 177 cases
/// among 100,000 people.
std::vector<Value> numbers(const Pack& of, const std::vector<std::pair<std::string, std::int64_t>>& given) {
    std::vector<Value> out(of.inputs.size());
    for (const auto& [name, number] : given) {
        const auto input = std::find_if(of.inputs.begin(), of.inputs.end(), [&n = name](const Input& one) { return one.name == n; });
        EXPECT_NE(input, of.inputs.end()) << of.id << ' ' << name;
        Value& value = out[static_cast<std::size_t>(input - of.inputs.begin())];
        value.low = value.high = number;
        value.base = input->per;
        if (input->from == Input::From::latest && info_of(input->measure).kind == Kind::share) {
            value.low = value.high = number * 100;
            value.base = 100;
        }
    }
    return out;
}

int level(const char* id, int unit_level, const char* on, const std::vector<std::pair<std::string, std::int64_t>>& given) {
    const Assessed one = assess(pack(id), unit_level, day(on), numbers(pack(id), given));
    return one.state == State::grey ? -1 : one.level;
}

TEST(riskmap_packs, all_eight_are_carried_with_their_days_and_use) {
    std::string all;
    for (const Pack& one : reference().packs) {
        all += one.id + (one.use == Pack::Use::map ? " map\n" : one.use == Pack::Use::off ? " off\n" : " choice\n");
        EXPECT_FALSE(text_at(one.basis(), "vi").empty()) << one.id;
    }
    EXPECT_EQ(all, "risk-1 choice\nrisk-2 map\nrisk-3 off\nrisk-cdc choice\nrisk-ecdc-1 choice\nrisk-ecdc-2 choice\nrisk-who-ct map\n");
}

// --- every edge -------------------------------------------------------------------------------------------------------------

/// Each comparison of each cell, adjustment and reason for grey of each carried pack, just below its limit, at it and just above it, in
/// the finest step of its numerator, against the relation as it is written.
TEST(riskmap_packs, every_edge_of_every_pack_holds_from_below_at_and_above) {
    int edges = 0;
    for (const Pack& one : reference().packs) {
        for (const auto* list : {&one.cells, &one.adjustments, &one.grey}) {
            for (const Cell& cell : *list) {
                for (const Comparison& comparison : cell.when) {
                    for (const std::int64_t base : {1LL, 100LL, 120'000LL, 371'606LL, 98'000'000LL}) {
                        const std::int64_t per = one.inputs[comparison.input].per;
                        if (comparison.limit * base % per != 0) continue;  // the limit itself is no whole number of cases
                        const std::int64_t at = comparison.limit * base / per;
                        for (const int step : {-1, 0, 1}) {
                            if (at + step < 0) continue;
                            const Truth truth = holds(one, comparison, Value{at + step, at + step, base, false});
                            const bool below = step < 0, same = step == 0, above = step > 0;
                            bool expected = same;
                            switch (comparison.relation) {
                                case Relation::below: expected = below; break;
                                case Relation::at_most: expected = !above; break;
                                case Relation::above: expected = above; break;
                                case Relation::at_least: expected = !below; break;
                                case Relation::equal: break;
                            }
                            EXPECT_EQ(truth == Truth::yes, expected)
                                << one.id << ' ' << cell.id << ' ' << sign_of(comparison.relation) << comparison.limit << " step " << step << " base " << base;
                            ++edges;
                        }
                    }
                }
            }
        }
    }
    EXPECT_GT(edges, 900);
}

struct Edge {
    const char* pack;
    int unit_level;
    const char* on;
    std::vector<std::pair<std::string, std::int64_t>> given;
    int level;  ///< -1 grey, 0 not computable
};

/// The tables of the rules, cell by cell and with the values at their borders.
const std::vector<Edge>& edges() {
    static const std::vector<Edge> all{
        // Decision 2686, communes: judged by an officer where there are cases at all.
        {"risk-1", 3, "2021-07-01", {{"cases14", 0}}, 1},
        {"risk-1", 3, "2021-07-01", {{"cases14", 1}, {"unknown", 0}, {"crowded", 0}, {"unclear", 0}}, 2},
        {"risk-1", 3, "2021-07-01", {{"cases14", 1}, {"unknown", 0}, {"crowded", 0}, {"unclear", 1}}, 3},
        {"risk-1", 3, "2021-07-01", {{"cases14", 1}, {"unknown", 1}, {"crowded", 0}, {"unclear", 0}}, 4},
        {"risk-1", 3, "2021-07-01", {{"cases14", 1}, {"unknown", 0}, {"crowded", 1}, {"unclear", 0}}, 4},
        {"risk-1", 3, "2021-07-01", {{"cases14", 1}, {"unknown", 1}}, 4},
        {"risk-1", 3, "2021-07-01", {{"cases14", 1}}, 0},
        {"risk-1", 3, "2021-07-01", {}, 0},
        // Districts: shares of communes, as written: ">= 30 %", ">= 50 %", ">= 1", "> 50 %", "> 20 %".
        {"risk-1", 2, "2021-07-01", {{"red", 30}, {"orange", 30}, {"yellow", 30}, {"reds", 3}, {"rate14", 9}, {"cases14", 9}, {"hard", 0}, {"zone", 0}}, 4},
        {"risk-1", 2, "2021-07-01", {{"red", 29}, {"orange", 49}, {"yellow", 49}, {"reds", 3}, {"rate14", 9}, {"cases14", 9}, {"hard", 0}, {"zone", 0}}, 3},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 50}, {"yellow", 50}, {"reds", 0}, {"rate14", 9}, {"cases14", 9}, {"hard", 0}, {"zone", 0}}, 4},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 29}, {"yellow", 49}, {"reds", 0}, {"rate14", 9}, {"cases14", 9}, {"hard", 0}, {"zone", 0}}, 2},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 30}, {"yellow", 30}, {"reds", 0}, {"rate14", 9}, {"cases14", 9}, {"hard", 0}, {"zone", 0}}, 3},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 50}, {"reds", 0}, {"rate14", 9}, {"cases14", 9}, {"hard", 0}, {"zone", 0}}, 3},
        {"risk-1", 2, "2021-07-01", {{"red", 1}, {"orange", 1}, {"yellow", 1}, {"reds", 1}, {"rate14", 9}, {"cases14", 9}, {"hard", 0}, {"zone", 0}}, 3},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 0}, {"reds", 0}, {"rate14", 1}, {"cases14", 9}, {"hard", 1}, {"spread", 51}, {"zone", 0}}, 4},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 0}, {"reds", 0}, {"rate14", 1}, {"cases14", 9}, {"hard", 1}, {"spread", 50}, {"zone", 0}}, 3},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 0}, {"reds", 0}, {"rate14", 1}, {"cases14", 9}, {"hard", 1}, {"spread", 20}, {"zone", 0}}, 1},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 0}, {"reds", 0}, {"rate14", 0}, {"cases14", 0}, {"zone", 1}}, 3},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 0}, {"reds", 0}, {"rate14", 2}, {"cases14", 9}, {"hard", 0}, {"zone", 0}}, 2},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 0}, {"reds", 0}, {"rate14", 0}, {"cases14", 0}, {"zone", 0}}, 1},
        {"risk-1", 2, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 0}, {"reds", 0}, {"rate14", 0}, {"cases14", 0}}, 0},
        {"risk-1", 1, "2021-07-01", {{"red", 30}, {"orange", 30}, {"yellow", 30}, {"reds", 3}, {"rate14", 9}, {"cases14", 9}, {"hard", 0}, {"outside", 0}}, 4},
        {"risk-1", 1, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 0}, {"reds", 0}, {"rate14", 9}, {"cases14", 9}, {"spread", 51}, {"hard", 0}, {"outside", 1}}, 4},
        {"risk-1", 1, "2021-07-01", {{"red", 0}, {"orange", 0}, {"yellow", 0}, {"reds", 0}, {"rate14", 9}, {"cases14", 9}, {"spread", 50}, {"hard", 0}, {"outside", 1}}, 2},
        {"risk-1", 0, "2021-07-01", {{"red", 99}, {"rate14", 99}, {"cases14", 99}}, 0},
        // Decision 4800: the matrix, and its corrections.
        {"risk-2", 1, "2021-12-11", {{"rate", 0}, {"cases", 0}, {"adults", 70}, {"over50", 80}}, 1},
        {"risk-2", 1, "2021-12-11", {{"rate", 19}, {"cases", 9}, {"adults", 69}, {"over50", 80}}, 1},
        {"risk-2", 1, "2021-12-11", {{"rate", 20}, {"cases", 9}, {"adults", 70}, {"over50", 80}}, 1},
        {"risk-2", 1, "2021-12-11", {{"rate", 20}, {"cases", 9}, {"adults", 69}, {"over50", 80}}, 2},
        {"risk-2", 1, "2021-12-11", {{"rate", 49}, {"cases", 9}, {"adults", 70}, {"over50", 80}}, 1},
        {"risk-2", 1, "2021-12-11", {{"rate", 50}, {"cases", 9}, {"adults", 70}, {"over50", 80}}, 2},
        {"risk-2", 1, "2021-12-11", {{"rate", 149}, {"cases", 9}, {"adults", 69}, {"over50", 80}}, 3},
        {"risk-2", 1, "2021-12-11", {{"rate", 150}, {"cases", 9}, {"adults", 70}, {"over50", 80}}, 3},
        {"risk-2", 1, "2021-12-11", {{"rate", 150}, {"cases", 9}, {"adults", 69}, {"over50", 80}}, 4},
        {"risk-2", 1, "2021-12-11", {{"rate", 150}, {"cases", 9}, {"over50", 80}}, 4},
        {"risk-2", 1, "2021-12-11", {{"rate", 50}, {"cases", 9}, {"adults", 70}, {"over50", 79}}, 3},
        {"risk-2", 1, "2021-12-11", {{"rate", 150}, {"cases", 9}, {"adults", 69}, {"over50", 79}}, 4},
        {"risk-2", 1, "2021-12-11", {{"rate", 0}, {"cases", 0}, {"adults", 70}, {"over50", 79}}, 1},
        {"risk-2", 1, "2021-12-11", {{"rate", 9}, {"cases", 9}, {"adults", 70}, {"over50", 79}}, 2},
        {"risk-2", 1, "2021-12-11", {{"rate", 9}, {"cases", 9}, {"adults", 70}}, 2},
        {"risk-2", 1, "2021-12-11", {{"rate", 0}, {"cases", 0}}, 1},
        {"risk-2", 1, "2021-12-11", {{"cases", 9}, {"adults", 70}}, 0},
        // Until October 2021 people over 65 count, from November those over 50.
        {"risk-2", 1, "2021-10-31", {{"rate", 50}, {"cases", 9}, {"adults", 70}, {"over65", 79}, {"over50", 80}}, 3},
        {"risk-2", 1, "2021-11-01", {{"rate", 50}, {"cases", 9}, {"adults", 70}, {"over65", 79}, {"over50", 80}}, 2},
        // Criteria 2 or 3 not met: not lower than before.
        {"risk-2", 1, "2021-12-11", {{"rate", 20}, {"cases", 9}, {"adults", 70}, {"over50", 80}, {"plan", 0}, {"before", 3}}, 3},
        {"risk-2", 1, "2021-12-11", {{"rate", 20}, {"cases", 9}, {"adults", 70}, {"over50", 80}, {"plan", 1}, {"before", 3}}, 1},
        {"risk-2", 1, "2021-12-11", {{"rate", 20}, {"cases", 9}, {"adults", 69}, {"over50", 80}, {"before", 3}}, 3},
        // Decision 218: communes alone; vaccination that is missing raises.
        {"risk-3", 3, "2022-02-14", {{"rate", 89}, {"vaccination", 1}}, 1},
        {"risk-3", 3, "2022-02-14", {{"rate", 90}, {"vaccination", 1}}, 2},
        {"risk-3", 3, "2022-02-14", {{"rate", 449}, {"vaccination", 1}}, 2},
        {"risk-3", 3, "2022-02-14", {{"rate", 450}, {"vaccination", 1}}, 3},
        {"risk-3", 3, "2022-02-14", {{"rate", 599}, {"vaccination", 0}}, 4},
        {"risk-3", 3, "2022-02-14", {{"rate", 600}, {"vaccination", 0}}, 4},
        {"risk-3", 3, "2022-02-14", {{"rate", 89}}, 2},
        {"risk-3", 2, "2022-02-14", {{"rate", 89}, {"vaccination", 1}}, 0},
        // ECDC until mid June 2021.
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 24}, {"positivity", 3}, {"testing", 300}}, 1},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 24}, {"positivity", 4}, {"testing", 300}}, 2},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 25}, {"positivity", 3}, {"testing", 300}}, 2},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 49}, {"positivity", 4}, {"testing", 300}}, 2},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 50}, {"positivity", 4}, {"testing", 300}}, 3},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 150}, {"positivity", 3}, {"testing", 300}}, 2},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 150}, {"positivity", 4}, {"testing", 300}}, 3},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 151}, {"positivity", 0}, {"testing", 300}}, 3},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 499}, {"testing", 300}}, 3},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 500}, {"testing", 300}}, 4},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 500}, {"testing", 299}}, -1},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 500}}, -1},
        {"risk-ecdc-1", 1, "2021-05-01", {{"rate", 24}, {"testing", 300}}, 0},
        // And from then on.
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 49}, {"positivity", 3}, {"testing", 300}}, 1},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 49}, {"positivity", 4}, {"testing", 300}}, 2},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 50}, {"positivity", 0}, {"testing", 300}}, 1},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 50}, {"positivity", 1}, {"testing", 300}}, 2},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 74}, {"positivity", 0}, {"testing", 300}}, 1},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 74}, {"positivity", 9}, {"testing", 300}}, 2},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 75}, {"positivity", 0}, {"testing", 300}}, 2},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 75}, {"positivity", 4}, {"testing", 300}}, 3},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 199}, {"positivity", 3}, {"testing", 300}}, 2},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 200}, {"positivity", 0}, {"testing", 300}}, 3},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 499}, {"positivity", 0}, {"testing", 300}}, 3},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 500}, {"positivity", 0}, {"testing", 300}}, 4},
        {"risk-ecdc-2", 1, "2021-07-01", {{"rate", 10}, {"positivity", 0}, {"testing", 299}}, -1},
        // CDC, the higher of admissions and beds.
        {"risk-cdc", 1, "2022-03-01", {{"rate", 199}, {"admissions", 9}, {"beds", 9}}, 1},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 199}, {"admissions", 10}, {"beds", 9}}, 2},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 199}, {"admissions", 19}, {"beds", 14}}, 2},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 199}, {"admissions", 9}, {"beds", 10}}, 2},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 199}, {"admissions", 20}, {"beds", 9}}, 3},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 199}, {"admissions", 9}, {"beds", 15}}, 3},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 200}, {"admissions", 9}, {"beds", 9}}, 2},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 200}, {"admissions", 10}, {"beds", 9}}, 3},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 200}, {"admissions", 9}, {"beds", 10}}, 3},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 199}, {"admissions", 9}}, 0},
        {"risk-cdc", 1, "2022-03-01", {{"rate", 199}, {"admissions", 20}}, 3},
        // WHO: the highest of cases, deaths and positivity.
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 19}}, 1},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 20}}, 2},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 50}}, 3},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 149}, {"deaths", 4}}, 3},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 150}}, 4},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 0}, {"deaths", 0}, {"positivity", 1}}, 1},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 0}, {"deaths", 1}}, 2},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 0}, {"deaths", 2}}, 3},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 0}, {"deaths", 5}}, 4},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 0}, {"positivity", 2}}, 2},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 0}, {"positivity", 5}}, 3},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 0}, {"positivity", 19}}, 3},
        {"risk-who-ct", 1, "2021-07-01", {{"rate", 0}, {"positivity", 20}}, 4},
        {"risk-who-ct", 1, "2021-07-01", {{"deaths", 5}}, 4},
        {"risk-who-ct", 1, "2021-07-01", {{"deaths", 2}}, 0},
    };
    return all;
}

TEST(riskmap_packs, the_tables_of_the_rules_come_out_cell_by_cell) {
    for (const Edge& edge : edges()) {
        std::string said = edge.pack + std::string(" at ") + std::to_string(edge.unit_level) + " on " + edge.on;
        for (const auto& [name, number] : edge.given) said += ' ' + name + '=' + std::to_string(number);
        EXPECT_EQ(level(edge.pack, edge.unit_level, edge.on, edge.given), edge.level) << said;
    }
}

TEST(riskmap_packs, published_levels_follow_from_the_published_figures) {
    // Hà Nội, 11 and 18 December 2021: Đống Đa with 177 per 100,000 and 94 % of adults, Hai Bà Trưng with 179 (the share of the city).
    EXPECT_EQ(level("risk-2", 2, "2021-12-11", {{"rate", 177}, {"cases", 657}, {"adults", 94}}), 3);
    EXPECT_EQ(level("risk-2", 2, "2021-12-18", {{"rate", 179}, {"cases", 544}, {"adults", 94}}), 3);
    // Of Đống Đa's figures as cases among people: 177 per 100,000 among 371,606 lies from 657 cases on, and the level is the same to
    // either side.
    const Pack& two = pack("risk-2");
    for (const std::int64_t cases : {657, 658, 661}) EXPECT_EQ(two.band_of(cases, 371'606)->level, 4) << cases;
    // What was published says nothing about those over 50: they are told as missing, and do not change this level.
    const Assessed one = assess(two, 2, day("2021-12-11"), numbers(two, {{"rate", 177}, {"cases", 657}, {"adults", 94}}));
    EXPECT_EQ(two.cells[static_cast<std::size_t>(one.cell)].id, "4.70");
    EXPECT_NE(one.open_adjustments, 0U);
    EXPECT_EQ(one.mark, Mark::to_confirm) << "the cell agrees with published results, the limit of 150 is to be confirmed";
}

TEST(riskmap_packs, a_missing_figure_never_makes_a_place_green) {
    // Any subset of the figures of a green place gives green only where every way of filling in the rest does.
    for (const char* id : {"risk-1", "risk-2", "risk-ecdc-1", "risk-ecdc-2", "risk-cdc"}) {
        const Pack& one = pack(id);
        for (int unit_level = 1; unit_level <= 3; ++unit_level) {
            const auto span = static_cast<std::size_t>(unit_level == 3 && id == std::string("risk-1") ? 5 : one.inputs.size());
            std::vector<std::pair<std::string, std::int64_t>> all;
            for (std::size_t i = 0; i < one.inputs.size(); ++i) {
                const Input& input = one.inputs[i];
                const std::string& name = input.name;
                const std::int64_t good = name == "testing" ? 300 : !info_of(input.measure).more_is_worse && input.from == Input::From::latest ? 90 : 0;
                all.emplace_back(name, good);
            }
            for (unsigned mask = 0; mask < 1U << std::min<std::size_t>(span, 12); ++mask) {
                std::vector<std::pair<std::string, std::int64_t>> some;
                for (std::size_t i = 0; i < all.size(); ++i) {
                    if (i >= 12 || (mask >> i & 1) != 0) some.push_back(all[i]);
                }
                const std::vector<Value> values = numbers(one, some);
                const Assessed got = assess(one, unit_level, day("2021-11-20"), values);
                if (got.level != 1) continue;
                // Each input that is missing is tried at its worst: the level may rise only if the pack says that it is optional.
                for (std::size_t i = 0; i < one.inputs.size(); ++i) {
                    if (values[i].known() || one.inputs[i].missing == Input::Missing::optional) continue;
                    std::vector<Value> worse = values;
                    const bool more = one.inputs[i].from >= Input::From::share_below || info_of(one.inputs[i].measure).more_is_worse;
                    worse[i].low = worse[i].high = more ? 1'000 : 0;
                    if (info_of(one.inputs[i].measure).kind == Kind::flag) worse[i].low = worse[i].high = more;
                    const Assessed then = assess(one, unit_level, day("2021-11-20"), worse);
                    EXPECT_LE(then.high, then.state == State::grey ? 4 : 1) << id << ' ' << one.inputs[i].name << " level " << unit_level << " mask " << mask;
                }
            }
        }
    }
}

// --- numbers ------------------------------------------------------------------------------------------------------------------

TEST(riskmap_packs, products_beyond_64_bits_are_compared_and_written_exactly) {
    const std::int64_t big = 9'000'000'000'000'000'000;
    EXPECT_EQ(compare_products(big, big, big, big), 0);
    EXPECT_EQ(compare_products(big, big, big, big - 1), 1);
    EXPECT_EQ(compare_products(big, 3, 3, big), 0);
    EXPECT_EQ(compare_products(2, 3, 7, 1), -1);
    EXPECT_EQ(product(big, big), "81000000000000000000000000000000000000");
    EXPECT_EQ(product(0, 5), "0");
    EXPECT_EQ(product(38, 100'000), "3800000");
}

TEST(riskmap_packs, of_several_sources_the_one_by_which_the_place_looks_worse_counts) {
    Figures figures;
    for (const auto& [source, cases, tests] : {std::tuple("a", 3, 100), std::tuple("b", 5, 90)}) {
        figures.add(Measure::cases, source, day("2021-07-01"), cases);
        figures.add(Measure::tests, source, day("2021-07-01"), tests);
    }
    EXPECT_EQ(figures.on(Measure::cases, day("2021-07-01")), 5);
    EXPECT_EQ(figures.on(Measure::tests, day("2021-07-01")), 90);
    EXPECT_EQ(figures.latest(Measure::cases, day("2021-07-03"), 3)->value, 5);
    EXPECT_FALSE(figures.latest(Measure::cases, day("2021-07-03"), 2));
}

// --- from the communes up -------------------------------------------------------------------------------------------------------

/// A province 01 with districts 001 to 00n of so many communes each.
Country country_of(int districts, int communes) {
    std::string text;
    for (int d = 1; d <= districts; ++d) {
        char code[16];
        std::snprintf(code, sizeof code, "%03d", d);
        for (int c = 0; c < communes; ++c) {
            char commune[16];
            std::snprintf(commune, sizeof commune, "%05d", d * 100 + c);
            text += std::string(commune) + "|3|" + code + "|Xã " + commune + "|Xã|||\n";
        }
        text += std::string(code) + "|2|01|Huyện " + code + "|Huyện|||\n";
    }
    text += "01|1||Thành phố Hà Nội|Thành phố|||\n";
    std::vector<std::string> lines;
    std::stringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line + '\n');
    const auto code = [](const std::string& line) { return line.substr(0, line.find('|')); };
    std::sort(lines.begin(), lines.end(), [&](const auto& a, const auto& b) { return code(a) < code(b); });
    text.clear();
    for (const std::string& line : lines) text += line;
    auto units = Units::parse(text);
    EXPECT_TRUE(units) << units.error().detail;
    return Country(*units, kNation, day("2021-07-01"));
}

Place& at(Country& country, std::string_view code) { return country.places[static_cast<std::size_t>(country.find(code))]; }

std::string days(int value) {
    std::string out;
    for (int i = 0; i < 14; ++i) out += (i > 0 ? "," : "") + std::to_string(i == 0 ? value : 0);
    return out;
}

/// Cases of the fortnight that ends on 2021-07-14, and the officer's answers.
std::string commune_lines(std::string_view code, int cases, bool unknown) {
    const std::string head = std::string(code) + '|';
    return head + "cases|national|2021-07-01|" + days(cases) + '\n' + head + "sourceUnknown|office|2021-07-14|" + (unknown ? "1\n" : "0\n") + head +
           "sourceUnclear|office|2021-07-14|0\n" + head + "crowdedPlace|office|2021-07-14|0\n" + head + "population|census|2020-01-01|5000\n";
}

TEST(riskmap_packs, levels_go_up_from_communes_to_districts_to_the_province_by_shares) {
    Country country = country_of(10, 10);
    std::string lines;
    for (int d = 1; d <= 10; ++d) {
        for (int c = 0; c < 10; ++c) {
            char code[16];
            std::snprintf(code, sizeof code, "%05d", d * 100 + c);
            // Three of ten communes of the first three districts are red.
            lines += commune_lines(code, d <= 3 && c < 3 ? 1 : 0, true);
        }
        char code[16];
        std::snprintf(code, sizeof code, "%03d", d);
        lines += std::string(code) + "|industrialZone|office|2021-07-14|0\n" + code + "|hardToControl|office|2021-07-14|0\n";
    }
    lines += "01|hardToControl|office|2021-07-14|0\n01|spreadShare|office|2021-07-14|0\n";
    ASSERT_TRUE(add_figures(country, lines));
    for (Place& place : country.places) {
        if (const auto told = place.figures.latest(Measure::population, day("2021-07-14"), kPeopleDays)) place.people = told->value;
    }
    const Pack& one = pack("risk-1");
    Assessment assessment(one, country, day("2021-07-14"));
    const auto of = [&](const char* code) { return assessment.of(country.find(code)); };
    EXPECT_EQ(of("00100").level, 4);
    EXPECT_EQ(of("00103").level, 1);
    EXPECT_EQ(of("001").level, 4);
    EXPECT_EQ(one.cells[static_cast<std::size_t>(of("001").cell)].id, "district.4.red");
    EXPECT_EQ(of("001").mark, Mark::official);
    EXPECT_EQ(of("004").level, 1);
    EXPECT_EQ(of("01").level, 4) << "3 of 10 districts";
    EXPECT_EQ(assessment.people(country.find("01")), 500'000) << "the sum of the communes";
    EXPECT_EQ(of("VN").state, State::open) << "the decision has no rule for the nation";

    // One commune fewer: the district is orange by its one red commune, and the province loses its share.
    ASSERT_TRUE(add_figures(country, "00300|cases|national|2021-07-01|" + days(0) + '\n'));
    EXPECT_EQ(assessment.refresh(country.find("00300")), 4) << "commune, district, province, nation: nobody else";
    EXPECT_EQ(of("003").level, 3);
    EXPECT_EQ(of("01").level, 3);
    const Assessment anew(one, country, day("2021-07-14"));
    for (std::size_t i = 0; i < country.places.size(); ++i) {
        EXPECT_EQ(anew.of(static_cast<int>(i)), assessment.of(static_cast<int>(i))) << country.places[i].code;
    }

    // A commune that nobody counted can be anything: the district is open between what holds either way.
    country = country_of(1, 10);
    lines.clear();
    for (int c = 0; c < 9; ++c) lines += commune_lines("0010" + std::to_string(c), c < 2 ? 1 : 0, true);
    lines += "001|industrialZone|office|2021-07-14|0\n001|hardToControl|office|2021-07-14|0\n";
    ASSERT_TRUE(add_figures(country, lines));
    for (Place& place : country.places) place.people = 5'000;
    const Assessment gap(one, country, day("2021-07-14"));
    EXPECT_EQ(gap.of(country.find("001")).state, State::open);
    EXPECT_EQ(gap.of(country.find("001")).low, 3);
    EXPECT_EQ(gap.of(country.find("001")).high, 4);
}

TEST(riskmap_packs, a_unit_without_people_is_grey_and_its_parent_does_not_guess) {
    Country country = country_of(1, 2);
    ASSERT_TRUE(add_figures(country, "00100|cases|national|2021-07-01|" + days(7) + "\n00101|cases|national|2021-07-01|" + days(7) + "\n"));
    at(country, "00100").people = 5'000;
    const Assessment assessment(pack("risk-who-ct"), country, day("2021-07-14"));
    EXPECT_EQ(assessment.of(country.find("00100")).level, 1);
    EXPECT_EQ(assessment.of(country.find("00101")).state, State::grey);
    EXPECT_EQ(assessment.of(country.find("001")).state, State::grey);
    EXPECT_EQ(assessment.people(country.find("001")), -1);
    at(country, "00101").people = 0;
    const Assessment empty(pack("risk-who-ct"), country, day("2021-07-14"));
    EXPECT_EQ(empty.of(country.find("00101")).state, State::grey) << "nobody lives there";
}

TEST(riskmap_packs, any_order_of_figures_gives_the_same_levels_and_refreshing_gives_what_a_full_run_gives) {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937 random(seed);
        const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
        const Country empty = country_of(4, 6);
        std::vector<std::string> lines;
        for (const Place& place : empty.places) {
            // One line for each unit, measure and source: of two for the same day the later would win, which is the log's business.
            for (const MeasureInfo& one : measures()) {
                if (pick(4) == 0) continue;
                std::string values;
                for (int i = 0; i < 14; ++i) {
                    const int most = one.kind == Kind::share ? 10'001 : one.kind == Kind::flag ? 2 : one.kind == Kind::level ? 4 : 60;
                    values += (i > 0 ? "," : "") + (pick(12) == 0 ? std::string() : std::to_string(pick(most) + (one.kind == Kind::level)));
                }
                if (one.kind == Kind::state) values = std::to_string(pick(9'000));
                lines.push_back(place.code + '|' + std::string(one.name) + '|' + (pick(2) ? "a" : "b") + "|2021-10-20|" + values + '\n');
            }
        }
        const Day on = day("2021-11-02");
        const auto settle = [&](Country& country) {
            for (Place& place : country.places) {
                const auto told = place.figures.latest(Measure::population, on, kPeopleDays);
                place.people = told ? std::optional<std::int64_t>(told->value) : std::nullopt;
            }
        };
        Country together = empty;
        for (const std::string& line : lines) ASSERT_TRUE(add_figures(together, line)) << line;
        settle(together);
        std::shuffle(lines.begin(), lines.end(), random);
        Numbers shared(together, on);
        for (const Pack& one : reference().packs) {
            const Assessment whole(one, together, on);
            Country apart = empty;
            Assessment step_by_step(one, apart, on);
            for (const std::string& line : lines) {
                ASSERT_TRUE(add_figures(apart, line));
                const int place = apart.find(line.substr(0, line.find('|')));
                settle(apart);
                ASSERT_LE(step_by_step.refresh(place), 4);
            }
            EXPECT_EQ(signs_of(step_by_step, apart), signs_of(whole, together)) << "seed " << seed << ' ' << one.id;
            const Assessment sharing(one, shared);
            for (std::size_t i = 0; i < empty.places.size(); ++i) {
                const int place = static_cast<int>(i);
                ASSERT_EQ(sharing.of(place), whole.of(place)) << "numbers that packs share are those of each: seed " << seed << ' ' << one.id;
            }
            for (std::size_t i = 0; i < empty.places.size(); ++i) {
                ASSERT_EQ(step_by_step.of(static_cast<int>(i)), whole.of(static_cast<int>(i))) << "seed " << seed << ' ' << one.id << ' ' << empty.places[i].code;
            }
        }
    }
}

// --- what would change the colour ---------------------------------------------------------------------------------------------

TEST(riskmap_packs, the_least_change_of_cases_is_the_least) {
    std::mt19937 random(20'211'012);
    for (const Pack& one : reference().packs) {
        for (int round = 0; round < 60; ++round) {
            Country country = country_of(1, 1);
            std::string values;
            for (int i = 0; i < 14; ++i) values += (i > 0 ? "," : "") + std::to_string(random() % 9);
            std::string lines = "00100|cases|a|2021-10-20|" + values + "\n00100|tests|a|2021-10-20|" + times(14, 40) + "\n00100|positives|a|2021-10-20|" + times(14, 1);
            for (const char* judged : {"sourceUnknown", "sourceUnclear", "crowdedPlace", "planMet", "vaccinationMet"}) {
                lines += std::string("\n00100|") + judged + "|a|2021-11-02|" + std::to_string(random() % 2);
            }
            lines += "\n00100|adultsDosed|a|2021-11-02|" + std::to_string(random() % 10'000) + "\n00100|over50Full|a|2021-11-02|" + std::to_string(random() % 10'000) +
                     "\n00100|admissions|a|2021-10-20|" + times(14, 0) + "\n00100|bedShare|a|2021-11-02|" + std::to_string(random() % 2'000);
            ASSERT_TRUE(add_figures(country, lines));
            const int place = country.find("00100");
            country.places[static_cast<std::size_t>(place)].people = static_cast<std::int64_t>(5'000 + random() % 60'000);
            const Assessment now(one, country, day("2021-11-02"));
            const auto values_now = now.values(place);
            const Turns turns = turns_of(one, 3, day("2021-11-02"), values_now, 0);
            if (now.of(place).state != State::computed) {
                EXPECT_FALSE(turns.more || turns.fewer);
                continue;
            }
            // By trying every number of cases.
            const auto level_with = [&](std::int64_t by) {
                std::vector<Value> changed = values_now;
                for (std::size_t i = 0; i < changed.size(); ++i) {
                    const bool counted = one.inputs[i].measure == Measure::cases && one.inputs[i].from <= Input::From::rate;
                    if (counted) changed[i].low = changed[i].high = changed[i].low + by;
                }
                return static_cast<int>(assess(one, 3, day("2021-11-02"), changed).level);
            };
            std::int64_t more = 1;
            while (more < 900 && level_with(more) == now.of(place).level) ++more;
            EXPECT_EQ(turns.more ? turns.more->by : 900, more) << one.id;
            if (turns.more) {
                EXPECT_EQ(turns.more->level, level_with(more));
            }
            std::int64_t least = INT64_MAX;
            for (std::size_t i = 0; i < values_now.size(); ++i) {
                if (one.inputs[i].measure == Measure::cases && one.inputs[i].from <= Input::From::rate) least = std::min(least, values_now[i].low);
            }
            std::int64_t fewer = 1;
            while (fewer <= least && level_with(-fewer) == now.of(place).level) ++fewer;
            EXPECT_EQ(turns.fewer ? turns.fewer->by : least + 1, fewer) << one.id;
        }
    }
}

TEST(riskmap_packs, an_explanation_can_be_recomputed_by_hand_in_both_languages) {
    Country country = country_of(1, 1);
    ASSERT_TRUE(add_figures(country, "00100|cases|national|2021-12-05|10,10,10,4,2,1,1\n00100|cases|province|2021-12-05|10,10,10,4,2,1,0\n"
                                     "00100|adultsDosed|office|2021-12-10|6900\n"));
    const int place = country.find("00100");
    country.places[static_cast<std::size_t>(place)].people = 120'000;
    const Pack& two = pack("risk-2");
    const Assessment assessment(two, country, day("2021-12-11"));
    const Why why{"00100", "Xã Một", 3, day("2021-12-11"), 120'000, 0, assessment.values(place), assessment.of(place),
                  &country.places[static_cast<std::size_t>(place)].figures, 3};
    JsonWriter out(4'096);
    write_why(out, two, why);
    const std::string text = out.take();
    const auto parsed = parse_json(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(canonical(*parsed), text) << "it is in canonical form";
    const Json& json = *parsed;
    EXPECT_EQ(json["computedLevel"], 2);
    EXPECT_EQ(json["declaredLevel"], 3);
    EXPECT_EQ(json["rule"]["id"], "2.under");
    EXPECT_EQ(json["rule"]["comparisons"][0]["arithmetic"]["en"], "38 × 100000 = 3800000 ≥ 20 × 120000 people = 2400000");
    EXPECT_EQ(json["rule"]["comparisons"][0]["arithmetic"]["vi"], "38 × 100000 = 3800000 ≥ 20 × 120000 dân = 2400000");
    EXPECT_EQ(json["rule"]["text"]["en"],
              "new cases in 7 days per 100,000 people ≥ 20, and new cases in 7 days per 100,000 people < 50, and share of adults with at least one dose < 70 %");
    EXPECT_EQ(json["sources"][0]["sums"], (Json{{"national", 38}, {"province", 37}}));
    EXPECT_EQ(json["sources"][0]["difference"], 1);
    EXPECT_EQ(json["turns"]["more"], (Json{{"by", 22}, {"level", 3}}));
    // 14 fewer are 24 cases, still 20 per 100,000; with 15 fewer the band is 1, where the unknown share of those over 50 keeps it from green.
    EXPECT_EQ(json["turns"]["fewer"], (Json{{"by", 38}, {"level", 1}}));
    EXPECT_EQ(json["missing"], Json::array({"before", "over50", "plan"}));
    EXPECT_EQ(json["mark"], "toConfirm");
    const std::string vi = json["text"]["vi"], en = json["text"]["en"];
    EXPECT_NE(vi.find("Xã Một (00100), 2021-12-11: cấp 2"), std::string::npos) << vi;
    EXPECT_NE(vi.find("Khác với mức tính được"), std::string::npos) << vi;
    EXPECT_NE(vi.find("chênh lệch 1"), std::string::npos) << vi;
    EXPECT_NE(en.find("Another level with 22 cases more → level 3"), std::string::npos) << en;
    EXPECT_NE(en.find("[to be confirmed]"), std::string::npos) << en;
}

// --- the reader ---------------------------------------------------------------------------------------------------------------

TEST(riskmap_packs, a_bad_pack_names_the_field_and_what_it_must_be) {
    const Json good = *parse_json(R"({"id":"x","version":1,"validFrom":"2021-01-01","validTo":"2021-02-01","measure":"cases","windowDays":7,"per":100000,
        "basis":{"vi":"a","en":"a"},"leftOut":[{"vi":"a","en":"a"}],"levels":[{"colour":"green","vi":"a","en":"a"},{"colour":"red","vi":"b","en":"b"}],
        "bands":[{"level":1,"from":0,"below":20,"mark":"official"},{"level":2,"from":20,"mark":"official"}],
        "inputs":{"p":{"sum":"positives","over":"tests","days":7,"per":100},"a":{"latest":"adultsDosed","days":30,"missing":"stricter"},"u":{"units":2,"per":100}},
        "cells":[{"id":"c","level":1,"mark":"official","at":["commune"],"from":"2021-01-05","to":"2021-01-06","when":[["band","=",1],["a",">=",70]]}],
        "adjust":[{"id":"r","raise":1,"mark":"official","when":[["p","<=",5]]},{"id":"f","floor":"a","mark":"official","when":[["u",">",5]]}],
        "grey":[{"id":"g","mark":"official","when":[["p","<",5]]}]})");
    const auto fine = read_pack(canonical(good));
    ASSERT_TRUE(fine) << fine.error().detail;
    struct Row {
        const char* pointer;
        const char* value;  ///< JSON; "" takes the member away
        const char* field;
    };
    const Row rows[] = {
        {"/id", "5", "id:"},
        {"/version", "0", "version:"},
        {"/use", "\"often\"", "use:"},
        {"/validFrom", "", "validFrom:"},
        {"/validFrom", "\"2021-02-30\"", "validFrom:"},
        {"/validTo", "\"2020-01-01\"", "validTo:"},
        {"/extra", "1", "extra: unknown"},
        {"/basis", "{\"vi\":\"a\"}", "basis:"},
        {"/leftOut", "[{\"vi\":\"\",\"en\":\"a\"}]", "leftOut[0]:"},
        {"/levels", "[{\"colour\":\"green\",\"vi\":\"a\",\"en\":\"a\"}]", "levels:"},
        {"/levels/0/colour", "\"pink\"", "levels[0].colour:"},
        {"/levels/0/shade", "1", "levels[0].shade:"},
        {"/windowDays", "61", "windowDays:"},
        {"/per", "0", "per:"},
        {"/holdDays", "-1", "holdDays:"},
        {"/measure", "\"rain\"", "measure:"},
        {"/measure", "\"adultsDosed\"", "measure:"},
        {"/measure", "\"feedback\"", "measure: a measure that no rule"},
        {"/bands/0/from", "1", "bands[0].from:"},
        {"/bands/1/from", "21", "bands[1].from:"},
        {"/bands/1/level", "1", "bands[1].level:"},
        {"/bands/1/below", "30", "bands:"},
        {"/bands/0/mark", "\"perhaps\"", "bands[0].mark:"},
        {"/inputs/band", "{\"units\":1}", "inputs.band:"},
        {"/inputs/p/days", "0", "inputs.p.days:"},
        {"/inputs/p/over", "\"adultsDosed\"", "inputs.p.over:"},
        {"/inputs/p/per", "", "inputs.p.per:"},
        {"/inputs/p/units", "1", "inputs.p.sum:"},
        {"/inputs/a/missing", "\"guess\"", "inputs.a.missing:"},
        {"/inputs/a/latest", "\"cases\"", "inputs.a.latest:"},
        {"/inputs/a/latest", "\"checkpoints\"", "inputs.a.latest: a measure that no rule"},
        {"/inputs/a/per", "5", "inputs.a.per:"},
        {"/inputs/u/units", "3", "inputs.u.units:"},
        {"/inputs/u/colour", "3", "inputs.u.colour:"},
        {"/cells/0/level", "3", "cells[0].level:"},
        {"/cells/0/level", "", "cells[0].level:"},
        {"/cells/0/raise", "1", "cells[0].raise:"},
        {"/cells/0/at", "[\"hamlet\"]", "cells[0].at:"},
        {"/cells/0/at", "[]", "cells[0].at:"},
        {"/cells/0/to", "\"2021-01-01\"", "cells[0].to:"},
        {"/cells/0/when", "[]", "cells[0].when:"},
        {"/cells/0/when/0", "[\"band\",\"=\",3]", "cells[0].when[0]:"},
        {"/cells/0/when/1", "[\"b\",\">=\",70]", "cells[0].when[1]: no such input"},
        {"/cells/0/when/1", "[\"a\",\"=>\",70]", "cells[0].when[1]: one of <"},
        {"/cells/0/when/1", "[\"a\",\">=\",-1]", "cells[0].when[1]:"},
        {"/cells/0/when/1", "[\"a\",\">=\"]", "cells[0].when[1]:"},
        {"/adjust/0/raise", "", "adjust[0].raise:"},
        {"/adjust/1/floor", "\"z\"", "adjust[1].floor:"},
        {"/adjust/1/id", "\"r\"", "adjust[1].id:"},
        {"/grey/0/level", "1", "grey[0].level:"},
        {"/grey/0/mark", "", "grey[0].mark:"},
    };
    for (const Row& row : rows) {
        Json bad = good;
        const Json::json_pointer pointer{std::string(row.pointer)};
        if (*row.value) bad[pointer] = *parse_json(row.value, {1'024, 16});
        else bad[pointer.parent_pointer()].erase(pointer.back());
        const auto read = read_pack(canonical(bad));
        ASSERT_FALSE(read) << row.pointer << ' ' << row.value;
        EXPECT_EQ(read.error().code, Errc::malformed);
        EXPECT_EQ(read.error().rule, "riskmap.pack");
        EXPECT_EQ(read.error().detail.rfind(row.field, 0), 0U) << row.pointer << " said " << read.error().detail;
    }
    EXPECT_FALSE(read_pack("[]"));
    EXPECT_FALSE(read_pack(R"({"id":"x","version":1,"validFrom":"2021-01-01"})")) << "neither bands nor cells";
}

TEST(riskmap_packs, lines_of_figures_are_read_or_refused_by_line_and_field) {
    Country country = country_of(1, 1);
    EXPECT_EQ(*add_figures(country, "00100|cases|a|2021-07-01|1,,3\n\n99999|cases|a|2021-07-01|1\n"), 1) << "a unit of elsewhere is counted";
    EXPECT_EQ(at(country, "00100").figures.on(Measure::cases, day("2021-07-03")), 3);
    EXPECT_EQ(at(country, "00100").figures.on(Measure::cases, day("2021-07-02")), std::nullopt);
    for (const auto& [line, field] : {std::pair("00100|rain|a|2021-07-01|1", "line 1: measure"), std::pair("00100|cases|a|2021-7-1|1", "line 1: from"),
                                      std::pair("00100|cases|a|1021-07-01|1", "line 1: from"), std::pair("00100|cases|a||1", "line 1: from"),
                                      std::pair("\n00100|cases|a|2021-07-01|1;2", "line 2: values"), std::pair("00100|planMet|a|2021-07-01|2", "line 1: values"),
                                      std::pair("00100|levelBefore|a|2021-07-01|0", "line 1: values"), std::pair("00100|cases|a|2021-07-01|-1", "line 1: values"),
                                      std::pair("00100|cases|a|2021-07-01|99999999999999999999", "line 1: values")}) {
        const auto read = add_figures(country, line);
        ASSERT_FALSE(read) << line;
        EXPECT_EQ(read.error().rule, "riskmap.figures");
        EXPECT_EQ(read.error().detail, field);
    }
}

// --- the live map --------------------------------------------------------------------------------------------------------------

TEST(riskmap_packs, doses_and_answers_are_records_of_version_2_and_change_the_level_of_the_map) {
    World world;
    Maker maker;
    const auto series = [&](const char* measure, const char* from, const std::string& values) {
        StoredRecord made = maker.made("case_series", "87", kMade, {{"unit", "87"}, {"source", "office"}, {"measure", measure}, {"from", from}, {"values", values}});
        made.record.version = 2;
        return made;
    };
    const auto level_on = [&](const char* on) {
        const Json answer = world.ask("riskmap.levels", {{"day", on}});
        for (const Json& item : answer["provinces"]) {
            if (item["unit"] == "87") return item;
        }
        return Json();
    };
    world.apply({maker.series("87", "2021-12-01", times(10, 400), kMade)});
    EXPECT_EQ(level_on("2021-12-07")["level"], 4) << "doses unknown: the stricter row";
    const auto facts = world.apply({series("adultsDosed", "2021-12-05", "9400"), series("over50Full", "2021-12-05", "8500")});
    EXPECT_EQ(level_on("2021-12-07")["level"], 3);
    EXPECT_EQ(level_on("2021-12-07")["why"]["cell"], "4.70");
    EXPECT_EQ(level_on("2021-12-07")["band"], 4);
    ASSERT_FALSE(facts.empty());
    EXPECT_EQ(std::get<UnitLevelChanged>(facts[0]).level, 3);
    // An office may tell the number of people, for a commune too.
    world.apply({series("population", "2021-12-06", "9000000")});
    EXPECT_EQ(level_on("2021-12-06")["population"], 9'000'000);
    EXPECT_EQ(level_on("2021-12-07")["level"], 1) << "2,800 among 9,000,000 is 31 per 100,000, band 2";
    const Json body{{"unit", "87"}, {"source", "office"}, {"measure", "planMet"}, {"from", "2021-12-01"}, {"values", "2"}};
    const auto violations = check({"case_series", 2, body, "87", test_units(), start_in_vietnam(day("2022-01-01")), true});
    ASSERT_EQ(violations.size(), 1U);
    EXPECT_EQ(violations[0].rule, "riskmap.values");
    EXPECT_EQ(violations[0].params["max"], 1);
}

TEST(riskmap_packs, a_province_whose_counts_stop_is_held_on_both_maps) {
    World world;
    Maker maker;
    StoredRecord made = maker.made("case_series", "79", kMade,
                                   {{"unit", "79"}, {"source", "office"}, {"measure", "cases"}, {"from", "2021-12-01"}, {"values", times(7, 9'000)}});
    made.record.version = 2;
    world.apply({made});
    for (const char* on : {"2021-12-07", "2021-12-09", "2021-12-20"}) {
        const Json provinces = world.ask("riskmap.levels", {{"day", on}})["provinces"];
        const Json units = world.ask("riskmap.units", {{"day", on}})["units"];
        const auto level_of = [](const Json& rows, const char* key) {
            for (const Json& row : rows) {
                if (row["unit"] == "79") return row[key];
            }
            return Json("absent");
        };
        EXPECT_EQ(level_of(units, "computedLevel"), level_of(provinces, "computed")) << on;
    }
}

TEST(riskmap_packs, a_district_shows_its_communes_with_levels_and_rules_and_no_counts) {
    World world;
    Maker maker;
    std::vector<StoredRecord> records;
    const auto add = [&](const char* unit, const char* measure, const char* from, const std::string& values) {
        StoredRecord made = maker.made("case_series", unit, kMade, {{"unit", unit}, {"source", "office"}, {"measure", measure}, {"from", from}, {"values", values}});
        made.record.version = 2;
        records.push_back(std::move(made));
    };
    for (const char* commune : {"26734", "26740"}) add(commune, "population", "2020-07-01", "20000");
    add("26734", "cases", "2021-12-01", times(7, 5));
    add("26740", "cases", "2021-12-01", times(7, 0));
    records.push_back(maker.declared("26740", 2, "2021-12-01", nullptr, kMade));
    world.apply(records);

    Actor tracer;
    tracer.user = "cdc";
    tracer.grants.push_back({Role::district_tracer, "760", Instant{0}, Instant{INT64_MAX}});
    const Json district = world.ask("riskmap.units", {{"unit", "760"}, {"day", "2021-12-07"}}, tracer);
    ASSERT_EQ(district["units"].size(), 3U) << district.dump();
    EXPECT_EQ(district["pack"], "risk-2");
    // 35 cases among the 40,000 of both communes are 87.5 per 100,000, band 3; doses are not known.
    EXPECT_EQ(district["units"][0]["computedLevel"], 3);
    EXPECT_EQ(district["units"][0]["rule"], "3.under");
    EXPECT_EQ(district["units"][1]["unit"], "26734");
    EXPECT_EQ(district["units"][1]["computedLevel"], 4);
    EXPECT_EQ(district["units"][1]["colour"], "red");
    EXPECT_EQ(district["units"][2]["computedLevel"], 1);
    EXPECT_EQ(district["units"][2]["declaredLevel"], 2);
    EXPECT_EQ(district["units"][2]["level"], 2) << "what an authority announced";
    EXPECT_EQ(district["units"][2]["colour"], "yellow");
    EXPECT_EQ(district["units"][1]["level"], 4) << "what was computed";
    EXPECT_EQ(district.dump().find("35"), std::string::npos) << "no counts";
    EXPECT_EQ(world.ask("riskmap.units", {{"day", "2021-12-07"}})["units"].size(), 64U) << "the nation and its provinces";
    EXPECT_EQ(world.ask("riskmap.units", {{"unit", "760"}, {"day", "2021-12-07"}, {"pack", "risk-who-ct"}}, tracer)["units"][1]["rule"], "cases.4");
    // Others see the published level, and nothing from which a small number could be worked out.
    const Json published = world.ask("riskmap.units", {{"unit", "760"}, {"day", "2021-12-07"}});
    EXPECT_EQ(published["units"][1]["computedLevel"], 4);
    for (const char* key : {"rule", "atLeast", "atMost", "missing"}) {
        EXPECT_TRUE(district["units"][1].contains(key)) << key;
        EXPECT_FALSE(published["units"][1].contains(key)) << key;
    }
    // One question for all units of a level: signs in order of code, the same for everybody.
    const Json communes = world.ask("riskmap.units", {{"day", "2021-12-07"}, {"depth", "commune"}});
    EXPECT_EQ(communes, (Json{{"codes", "26734 26740"}, {"levels", "42"}, {"computed", "41"}, {"day", "2021-12-07"}, {"depth", "commune"}, {"pack", "risk-2"},
                              {"packMark", "toConfirm"}, {"version", 2}}));
    EXPECT_EQ(world.ask("riskmap.units", {{"unit", "79"}, {"day", "2021-12-07"}, {"depth", "district"}})["levels"], "3");
    EXPECT_EQ(world.ask("riskmap.units", {{"day", "2021-12-07"}, {"depth", "province"}})["levels"].get<std::string>().size(), 63U);
    EXPECT_EQ(world.ask("riskmap.units", {{"unit", "760"}, {"day", "2021-12-07"}, {"depth", "province"}})["error"], "riskmap.depth");
    EXPECT_EQ(world.ask("riskmap.units", {{"unit", "760"}, {"day", "2021-12-07"}, {"pack", "risk-who-ct"}, {"depth", "commune"}})["error"], "access.role");
    EXPECT_EQ(world.ask("riskmap.units", {{"unit", "760"}, {"day", "2021-12-07"}, {"pack", "risk-who-ct"}})["error"], "access.role");
    for (const char* depth : {"district", "commune"})
        EXPECT_EQ(world.ask("riskmap.units", {{"day", "2021-12-07"}, {"pack", "risk-who-ct"}, {"depth", depth}})["error"], "access.role") << depth;
    EXPECT_EQ(world.ask("riskmap.units", {{"day", "2021-12-07"}, {"pack", "risk-who-ct"}, {"depth", "province"}})["levels"].get<std::string>().size(), 63U);
    EXPECT_EQ(world.ask("riskmap.units", {{"unit", "760"}, {"day", "2021-12-07"}, {"pack", "none"}})["error"], "riskmap.no_pack");
    EXPECT_EQ(world.ask("riskmap.units", {{"unit", "761"}, {"day", "2021-12-07"}})["error"], "riskmap.unit");

    const Json why = world.ask("riskmap.why", {{"unit", "26734"}, {"day", "2021-12-07"}}, tracer);
    EXPECT_EQ(why["explanation"]["rule"]["id"], "4.under");
    EXPECT_EQ(why["explanation"]["rule"]["comparisons"][0]["arithmetic"]["en"], "35 × 100000 = 3500000 ≥ 150 × 20000 people = 3000000");
    // 30 cases are 150 per 100,000: with six fewer there are 29.
    EXPECT_EQ(why["explanation"]["turns"]["fewer"], (Json{{"by", 6}, {"level", 3}}));
}

}  // namespace
}  // namespace lachan::riskmap
