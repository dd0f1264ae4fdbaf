// Alarms and nowcasts, against the package surveillance.

#include <algorithm>

#include "epi/alarms.h"
#include "epi/nowcast.h"
#include "oracles.h"

namespace lachan::epi {
namespace {

TEST(ears, limits_are_those_of_surveillance) {
    const auto counts = column(table_of(oracle_text("daily.csv")), "cases");
    const Table expected = table_of(oracle_text("daily_ears.csv"));
    struct Row {
        const char* name;
        Ears method;
        double alpha;
        std::size_t first;
    };
    for (const Row& row : {Row{"C1", Ears::c1, 0.001, 8}, Row{"C2", Ears::c2, 0.001, 10}, Row{"C3", Ears::c3, 0.025, 12}}) {
        EarsOptions options;
        options.alpha = row.alpha;
        const auto alarms = ears(counts, row.method, options);
        ASSERT_TRUE(alarms);
        ASSERT_EQ(alarms->front().at, row.first);
        ASSERT_EQ(alarms->back().at, counts.size());
        const auto limits = column(expected, row.name);
        int raised = 0;
        for (const Alarm& alarm : *alarms) {
            expect_close(alarm.upper, limits[alarm.at - 1], 1e-11, std::string(row.name) + " day " + std::to_string(alarm.at));
            raised += alarm.is_raised ? 1 : 0;
        }
        EXPECT_GT(raised, 0) << row.name;
    }
    EXPECT_EQ(ears(std::vector<double>(7, 1.0), Ears::c1, {}).error().rule, "epi.alarm");
    EXPECT_EQ(ears(counts, Ears::c1, {2, 0.001, 0}).error().rule, "epi.alarm");
    EXPECT_EQ(ears(counts, Ears::c1, {7, 1, 0}).error().rule, "epi.alarm");
}

TEST(ears, rounding_is_no_excess) {
    // Counts may be shares of cases; a tenth is no binary fraction, so that the sum of seven is not seven times it.
    const std::vector<double> flat(30, 0.1);
    for (const Ears method : {Ears::c1, Ears::c2, Ears::c3}) {
        const auto alarms = ears(flat, method, {});
        ASSERT_TRUE(alarms);
        for (const Alarm& alarm : *alarms) {
            EXPECT_FALSE(alarm.is_raised) << alarm.at;
            if (method != Ears::c3) EXPECT_EQ(alarm.upper, 0.1) << alarm.at;
            else EXPECT_TRUE(std::isnan(alarm.upper)) << alarm.at;
        }
    }
}

TEST(farrington, a_constant_series_has_no_trend) {
    for (const double level : {1.0, 3.0, 7.0, 10.0, 0.1, 1234.5}) {
        const std::vector<double> flat(400, level);
        const auto plain = *farrington(flat, {}), flexible = *farrington_flexible(flat, {});
        for (const Alarm& alarm : plain) EXPECT_FALSE(alarm.has_trend || alarm.is_raised) << level << " week " << alarm.at;
        for (const Alarm& alarm : flexible) EXPECT_FALSE(alarm.is_raised) << level << " week " << alarm.at;
    }
}

TEST(farrington, limits_trends_and_alarms_are_those_of_surveillance) {
    for (const std::string name : {"weekly", "weekly_sparse"}) {
        const auto counts = column(table_of(oracle_text(name + ".csv")), "cases");
        for (const char* alpha : {"0.05", "0.01"}) {
            const Table expected = table_of(oracle_text(name + "_farrington_" + alpha + ".csv"));
            FarringtonOptions options;
            options.alpha = *number_in(alpha);
            const auto alarms = farrington(counts, options);
            ASSERT_TRUE(alarms);
            ASSERT_EQ(alarms->size(), expected.rows.size());
            const auto upper = column(expected, "upper");
            const auto raised = column(expected, "alarm");
            const auto trend = column(expected, "trend");
            int trends = 0;
            for (std::size_t i = 0; i < alarms->size(); ++i) {
                const std::string where = name + " week " + std::to_string((*alarms)[i].at);
                EXPECT_EQ(std::to_string((*alarms)[i].at), expected.rows[i][0]);
                expect_close((*alarms)[i].upper, upper[i], 1e-7, where);
                EXPECT_EQ((*alarms)[i].is_raised, raised[i] == 1) << where;
                EXPECT_EQ((*alarms)[i].has_trend, trend[i] == 1) << where;
                trends += (*alarms)[i].has_trend ? 1 : 0;
            }
            EXPECT_GE(trends, name == "weekly" ? 10 : 0);
        }
    }
    EXPECT_EQ(farrington(std::vector<double>(260, 1.0), {}).error().rule, "epi.alarm");
    FarringtonOptions options;
    options.from = 10;
    EXPECT_EQ(farrington(std::vector<double>(300, 1.0), options).error().rule, "epi.alarm");
    const auto nothing = farrington(std::vector<double>(300, 0.0), {});
    ASSERT_TRUE(nothing);
    for (const Alarm& alarm : *nothing) EXPECT_FALSE(alarm.is_raised);
}

TEST(farrington_flexible, limits_trends_and_alarms_are_those_of_surveillance) {
    struct Row {
        const char* years;
        FlexibleOptions options;
    };
    FlexibleOptions short_one{0, 52, 3, 2, 4, 10, 2.58, 0.01, 5, 4};
    FlexibleOptions plain{0, 52, 2, 3, 1, 3, 2.58, 0.05, 5, 4};
    for (const std::string name : {"weekly", "weekly_sparse"}) {
        const auto counts = column(table_of(oracle_text(name + ".csv")), "cases");
        for (const Row& row : {Row{"5", {}}, Row{"3", short_one}, Row{"2", plain}}) {
            const Table expected = table_of(oracle_text(name + "_flexible_" + row.years + ".csv"));
            const auto alarms = farrington_flexible(counts, row.options);
            ASSERT_TRUE(alarms) << alarms.error().detail;
            ASSERT_EQ(alarms->size(), expected.rows.size());
            const auto upper = column(expected, "upper");
            const auto raised = column(expected, "alarm");
            const auto trend = column(expected, "trend");
            int told = 0, alarmed = 0;
            for (std::size_t i = 0; i < alarms->size(); ++i) {
                const Alarm& one = (*alarms)[i];
                const std::string where = name + " " + row.years + " years, week " + std::to_string(one.at);
                EXPECT_EQ(std::to_string(one.at), expected.rows[i][0]);
                EXPECT_EQ(one.is_raised, raised[i] == 1) << where;
                EXPECT_EQ(std::isnan(one.upper), std::isnan(upper[i])) << where;
                if (std::isnan(upper[i])) continue;
                ++told;
                EXPECT_EQ(one.upper, upper[i]) << where;
                EXPECT_EQ(one.has_trend, trend[i] == 1) << where;
                alarmed += one.is_raised;
            }
            EXPECT_GE(told, name == "weekly" ? 100 : 1);
            EXPECT_GE(alarmed, name == "weekly" ? 2 : 0);
        }
    }
    const std::vector<double> counts(330, 1.0);
    const auto rule_of = [&](auto&& change) {
        FlexibleOptions options;
        change(options);
        const auto alarms = farrington_flexible(counts, options);
        return alarms ? std::string() : alarms.error().rule;
    };
    EXPECT_EQ(rule_of([](FlexibleOptions&) {}), "");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.from = 10; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.from = 331; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.parts = 0; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.parts = 47; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.left_out = 2; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.left_out = 49; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.half_window = 30; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.years = 1; o.left_out = 48; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.alpha = 1; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.threshold = 0; }), "epi.alarm");
    EXPECT_EQ(rule_of([](FlexibleOptions& o) { o.least_span = 0; }), "epi.alarm");
    const auto nothing = farrington_flexible(std::vector<double>(330, 0.0), {});
    ASSERT_TRUE(nothing);
    for (const Alarm& alarm : *nothing) EXPECT_TRUE(std::isnan(alarm.upper) && !alarm.is_raised);
}

TEST(nowcast, shares_and_estimates_are_those_of_surveillance) {
    const auto reports = read_reports(oracle_text("reports.csv"));
    ASSERT_TRUE(reports);
    for (const auto& [file, window] : {std::pair{"reports_nowcast_all.csv", 0U}, {"reports_nowcast_20.csv", 20U}}) {
        const Table expected = table_of(oracle_text(file));
        NowcastOptions options;
        options.now = *Day::parse("2021-07-30");
        options.window = window;
        const auto got = nowcast(*reports, options);
        ASSERT_TRUE(got);
        ASSERT_EQ(got->size(), expected.rows.size());
        const auto share = column(expected, "share");
        const auto estimate = column(expected, "estimate");
        for (std::size_t i = 0; i < got->size(); ++i) {
            EXPECT_EQ(to_string((*got)[i].onset), expected.rows[i][0]);
            EXPECT_EQ((*got)[i].reported, *number_in(expected.rows[i][1]));
            expect_close((*got)[i].share, share[i], 1e-10, expected.rows[i][0]);
            expect_close((*got)[i].estimate, estimate[i], 1e-10, expected.rows[i][0]);
            EXPECT_LE((*got)[i].reported, (*got)[i].lower);
            EXPECT_LE((*got)[i].lower, (*got)[i].upper);
        }
        // The last day has most to come: its interval is the widest of the last week, and it holds the estimate.
        const Nowcast& last = got->back();
        EXPECT_LT(last.lower, last.estimate);
        EXPECT_GT(last.upper, last.estimate);
    }
}

TEST(nowcast, complete_days_are_left_as_they_are) {
    std::string csv = "onset,report\n";
    for (int day = 1; day <= 30; ++day) {
        const std::string date = "2021-06-" + std::string(day < 10 ? "0" : "") + std::to_string(day);
        csv += date + "," + date + "\n";
    }
    const auto reports = read_reports(csv);
    ASSERT_TRUE(reports);
    NowcastOptions options;
    options.now = *Day::parse("2021-06-30");
    const auto complete = nowcast(*reports, options);
    ASSERT_TRUE(complete);
    for (const Nowcast& one : *complete) {
        EXPECT_EQ(one.estimate, 1);
        EXPECT_EQ(one.lower, 1);
        EXPECT_EQ(one.upper, 1);
    }
    options.longest = 40;
    EXPECT_EQ(nowcast(*reports, options).error().rule, "epi.nowcast");
    EXPECT_EQ(read_reports("onset,report\n2021-06-02,2021-06-01\n").error().rule, "epi.nowcast");
    EXPECT_EQ(read_reports("onset,report\n2021-06-02,soon\n").error().rule, "epi.days");
    EXPECT_EQ(read_reports("a,b\n1,2\n").error().rule, "epi.column");
}

}  // namespace
}  // namespace lachan::epi
