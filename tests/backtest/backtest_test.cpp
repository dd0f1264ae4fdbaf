// Outbreaks, flags, lead times and false alarms as docs/BACKTEST.md defines them; and that no method sees a day to come.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "backtest/methods.h"

namespace lachan::backtest {
namespace {

Panel panel_of(std::vector<std::vector<int>> cases) {
    Panel panel;
    panel.first = *Day::parse("2021-04-27");
    panel.days = static_cast<int>(cases[0].size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
        Panel::Unit unit;
        unit.code = std::to_string(i);
        unit.place = static_cast<int>(i);
        unit.group = static_cast<std::uint32_t>(i);
        unit.people = 50'000 + 1'000 * static_cast<double>(i % 7);
        unit.x = 105 + 0.1 * static_cast<double>(i % 6);
        unit.y = 20 + 0.1 * static_cast<double>(i / 6);
        unit.cases = std::move(cases[i]);
        panel.units.push_back(std::move(unit));
    }
    return panel;
}

std::vector<int> days(int count, const std::vector<std::pair<int, int>>& cases) {
    std::vector<int> all(static_cast<std::size_t>(count), 0);
    for (const auto& [day, number] : cases) all[static_cast<std::size_t>(day)] = number;
    return all;
}

std::vector<Flag> flagged(int count, const std::vector<int>& on) {
    std::vector<Flag> all(static_cast<std::size_t>(count), Flag::no);
    for (const int day : on) all[static_cast<std::size_t>(day)] = Flag::yes;
    return all;
}

TEST(backtest, an_outbreak_begins_with_its_first_case_and_ends_when_a_week_is_small) {
    // Nothing, then 3 + 4 + 15 within a week, then silence: the week holds fewer than 20 from day 38 on.
    const Panel panel = panel_of({days(70, {{30, 3}, {31, 4}, {34, 15}}), days(70, {{30, 19}}), days(70, {{2, 30}, {4, 30}}),
                                  days(70, {{10, 8}, {17, 8}, {24, 12}, {31, 21}})});
    const Truth truth = outbreaks_of(panel, {});
    ASSERT_EQ(truth.outbreaks.size(), 2U);
    EXPECT_EQ(truth.outbreaks[0].unit, 0U);
    EXPECT_EQ(truth.outbreaks[0].onset, 30);
    EXPECT_EQ(truth.outbreaks[0].reached, 34);
    EXPECT_EQ(truth.outbreaks[0].end, 36);
    // 19 cases are no outbreak; what came in the first week is not judged, and is no place for false alarms until it is over;
    // 21 after weeks of 8, 8 and 12 are more than twice their mean.
    EXPECT_EQ(truth.outbreaks[1].unit, 3U);
    EXPECT_EQ(truth.outbreaks[1].onset, 31);
    const auto& first = truth.is_excused[0];
    EXPECT_EQ(first[22], 0);
    EXPECT_EQ(first[23], 1);   // a week before the onset
    EXPECT_EQ(first[50], 1);   // a fortnight after the end
    EXPECT_EQ(first[51], 0);
    EXPECT_EQ(first[6], 1);    // warm-up
    EXPECT_EQ(first[7], 0);
    EXPECT_EQ(first[55], 0);
    EXPECT_EQ(first[56], 1);   // what the last fortnight meant nobody knows
    EXPECT_EQ(truth.is_excused[2][20], 1);
    EXPECT_EQ(truth.is_excused[2][30], 0);
    Terms strict;
    strict.growth = 3;
    EXPECT_EQ(outbreaks_of(panel, strict).outbreaks.size(), 1U);
}

TEST(backtest, alarms_are_runs_and_false_when_no_day_of_them_touches_an_outbreak) {
    std::vector<char> excused(60, 0);
    for (std::size_t day = 30; day < 40; ++day) excused[day] = 1;
    struct Row {
        const char* name;
        std::vector<int> on;
        int alarms;
    };
    for (const Row& row : {Row{"none", {}, 0}, Row{"one day", {5}, 1}, Row{"a pause of six days is one alarm", {5, 12}, 1}, Row{"of seven two", {5, 13}, 2},
                           Row{"runs into an outbreak", {28, 29, 30}, 0}, Row{"begins in one", {39, 45}, 0}, Row{"before and after", {10, 35, 55}, 2}}) {
        const FalseAlarms found = false_alarms_of(flagged(60, row.on), excused, {});
        EXPECT_EQ(found.alarms, row.alarms) << row.name;
        EXPECT_EQ(found.days, 50) << row.name;
    }
}

TEST(backtest, leads_shares_and_false_alarms_are_what_flags_make_them) {
    std::vector<std::vector<int>> cases;
    for (int i = 0; i < 8; ++i) cases.push_back(days(80, {{30, 10}, {32, 15}, {34, 15}}));
    const Panel panel = panel_of(std::move(cases));
    const Truth truth = outbreaks_of(panel, {});
    ASSERT_EQ(truth.outbreaks.size(), 8U);
    Flags reference, flags;
    for (int i = 0; i < 8; ++i) {
        reference.push_back(flagged(80, i == 7 ? std::vector<int>{} : std::vector<int>{34}));
        // 4, 3, 2, 1, 0 days before, 1 after, never, and alone; one false alarm on day 12 of the first two.
        std::vector<int> on = i == 6 ? std::vector<int>{} : std::vector<int>{i == 7 ? 30 : 30 + i};
        if (i < 2) on.push_back(12);
        flags.push_back(flagged(80, on));
    }
    const Score got = score(panel, truth, flags, reference, {}, {7, 500});
    EXPECT_EQ(got.outbreaks, 8);
    EXPECT_EQ(got.detected, 7);
    EXPECT_EQ(got.both, 6);
    EXPECT_EQ(got.earlier, 4);
    EXPECT_EQ(got.same, 1);
    EXPECT_EQ(got.later, 1);
    EXPECT_EQ(got.alone, 1);
    EXPECT_DOUBLE_EQ(got.lead.value, 1.5);
    EXPECT_DOUBLE_EQ(got.lead_25, 0.25);
    EXPECT_DOUBLE_EQ(got.lead_75, 2.75);
    EXPECT_DOUBLE_EQ(got.share.value, 7.0 / 8);
    EXPECT_DOUBLE_EQ(got.timely.value, 4.0 / 8);  // 20 cases by day 32
    EXPECT_EQ(got.false_alarms, 2);
    EXPECT_GT(got.unit_weeks, 0);
    EXPECT_DOUBLE_EQ(got.false_rate.value, 2 / got.unit_weeks);
    for (const Estimate& one : {got.lead, got.share, got.timely, got.false_rate}) {
        EXPECT_LE(one.low, one.value);
        EXPECT_GE(one.high, one.value);
        EXPECT_LT(one.low, one.high);
    }
    const Score again = score(panel, truth, flags, reference, {}, {7, 500});
    EXPECT_EQ(again.lead.low, got.lead.low);
    EXPECT_EQ(again.share.low, got.share.low);
    // Nothing flagged: nothing led, and no figure is made up.
    const Score none = score(panel, truth, Flags(8, flagged(80, {})), reference, {}, {7, 50});
    EXPECT_EQ(none.detected, 0);
    EXPECT_TRUE(std::isnan(none.lead.value));
    EXPECT_EQ(none.share.value, 0);
    EXPECT_EQ(none.false_rate.value, 0);
}

Settings quick() {
    Settings settings;
    settings.replicates = 99;
    return settings;
}

/// Quiet units and a cross of five that grow from day 35 on, with two years of quiet weeks before.
Panel growing(unsigned seed) {
    std::mt19937 random(seed);
    std::vector<std::vector<int>> cases;
    for (int i = 0; i < 36; ++i) {
        const bool grows = i == 8 || i == 13 || i == 14 || i == 15 || i == 20;
        std::vector<int> own;
        for (int day = 0; day < 60; ++day) own.push_back(static_cast<int>(random() % 12 == 0) + (grows && day >= 35 ? 3 * (day - 34) : 0));
        cases.push_back(std::move(own));
    }
    Panel panel = panel_of(std::move(cases));
    for (Panel::Unit& unit : panel.units) {
        for (int week = 0; week < 112; ++week) unit.before.push_back(static_cast<double>(random() % 2));
    }
    return panel;
}

TEST(backtest, no_method_sees_a_day_to_come) {
    const Panel panel = growing(1);
    constexpr int kToday = 44;
    Panel other = panel;
    std::mt19937 random(2);
    for (Panel::Unit& unit : other.units) {
        for (std::size_t day = kToday + 1; day < unit.cases.size(); ++day) unit.cases[day] = static_cast<int>(random() % 400);
    }
    const auto methods = models(panel, quick());
    const auto same = models(other, quick());
    for (std::size_t i = 0; i < methods.size(); ++i) {
        ASSERT_TRUE(methods[i].flags) << methods[i].id << methods[i].why_not;
        const Flags known = run(methods[i], panel, 1, [](int) {});
        const Flags later = run(same[i], other, 2, [](int) {});
        bool differs = false;
        int raised = 0;
        for (std::size_t unit = 0; unit < panel.size(); ++unit) {
            for (std::size_t day = 0; day < 60; ++day) {
                if (day <= kToday) EXPECT_EQ(known[unit][day], later[unit][day]) << methods[i].id << " unit " << unit << " day " << day;
                else differs = differs || known[unit][day] != later[unit][day];
                raised += known[unit][day] == Flag::yes;
            }
        }
        EXPECT_TRUE(differs) << methods[i].id;  // so that the days after did matter to it
        EXPECT_GT(raised, 0) << methods[i].id;
    }
}

TEST(backtest, packs_see_no_day_to_come_and_flag_only_what_counts_prove) {
    const auto list = Units::parse("00001|3|001|Xã A|Xã|||\n00002|3|001|Xã B|Xã|||\n001|2|01|Huyện A|Huyện|||\n01|1||Tỉnh A|Tỉnh|||\n");
    ASSERT_TRUE(list) << list.error().detail;
    const Day first = *Day::parse("2021-06-01");
    const auto country_with = [&](int from_day_20) {
        riskmap::Country country(*list, "01", first);
        for (riskmap::Place& place : country.places) {
            place.people = 100'000;
            for (int day = 0; day < 40; ++day) {
                const int cases = day >= 30 ? from_day_20 : day >= 15 && place.code != "00002" ? 2 : 0;
                if (place.level == 3) place.figures.add(riskmap::Measure::cases, "a", first + day, cases);
            }
        }
        return country;
    };
    const riskmap::Country quiet = country_with(0), wild = country_with(500);
    Panel panel = panel_of({std::vector<int>(40, 0)});
    panel.first = first;
    panel.units[0].place = quiet.find("001");
    const riskmap::Pack* pack = riskmap::reference().pack_named("risk-1");
    ASSERT_TRUE(pack);
    for (const int level : {2, 3, 4}) {
        const auto before = packs("official", "", quiet, panel, {level}, [&](Day) { return pack; });
        const auto after = packs("official", "", wild, panel, {level}, [&](Day) { return pack; });
        const Flags a = run(before[0], panel, 1, [](int) {});
        const Flags b = run(after[0], panel, 1, [](int) {});
        for (std::size_t day = 0; day < 30; ++day) EXPECT_EQ(a[0][day], b[0][day]) << level << " day " << day;
        // One of two communes has had cases: half of them at risk is level 3 by the cell district.3.yellow; 4 nobody can prove.
        EXPECT_EQ(a[0][20] == Flag::yes, level <= 3) << level;
        EXPECT_NE(a[0][12], Flag::yes) << level;
    }
}

TEST(backtest, threads_and_repetition_change_nothing) {
    const Panel panel = growing(3);
    for (const Method& method : models(panel, quick())) {
        EXPECT_EQ(run(method, panel, 1, [](int) {}), run(method, panel, 3, [](int) {})) << method.id;
    }
}

TEST(backtest, a_growing_unit_is_flagged_and_quantiles_are_linear) {
    const Panel panel = growing(4);
    const Truth truth = outbreaks_of(panel, {});
    ASSERT_EQ(truth.outbreaks.size(), 5U);
    EXPECT_EQ(truth.outbreaks[2].unit, 14U);
    for (const Method& method : models(panel, quick())) {
        if (method.id.starts_with("smoothed")) continue;  // 20 per 100,000 come late
        EXPECT_NE(first_flag(run(method, panel, 1, [](int) {}), truth.outbreaks[2], {}), kNever) << method.id;
    }
    Panel young = panel;
    for (Panel::Unit& unit : young.units) unit.before.resize(20);
    for (const Method& method : models(young, quick())) EXPECT_EQ(method.why_not.empty(), !method.id.starts_with("farrington")) << method.id;
    EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
    EXPECT_DOUBLE_EQ(quantile({1, 2, 4}, 0.5), 2);
    EXPECT_DOUBLE_EQ(quantile({1, 2, 4}, 0.75), 3);
}

}  // namespace
}  // namespace lachan::backtest
