#include "epi/reproduction.h"

#include "oracles.h"

namespace lachan::epi {
namespace {

const std::vector<double> kProbabilities{0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975};

/// Compares with a table of EpiEstim, by start of the window; its columns are start, end, mean, sd and the quantiles above.
void expect_all(const std::vector<Reproduction>& got, const Table& expected, double share, const std::string& name) {
    ASSERT_FALSE(expected.rows.empty());
    for (const auto& row : expected.rows) {
        const auto start = static_cast<std::size_t>(*number_in(row[0]));
        ASSERT_GE(start, 2U);
        ASSERT_LT(start - 2, got.size()) << name;
        const Reproduction& window = got[start - 2];
        const std::string where = name + " day " + row[0];
        EXPECT_EQ(std::to_string(window.start), row[0]) << where;
        EXPECT_EQ(std::to_string(window.end), row[1]) << where;
        std::vector<double> figures{window.mean, window.sd};
        figures.insert(figures.end(), window.quantiles.begin(), window.quantiles.end());
        ASSERT_EQ(figures.size() + 2, row.size());
        for (std::size_t i = 0; i < figures.size(); ++i) {
            expect_close(figures[i], row[i + 2] == "NA" ? std::nan("") : *number_in(row[i + 2]), share, where + " column " + std::to_string(i + 2));
        }
    }
}

ReproductionOptions all_quantiles() {
    ReproductionOptions options;
    options.probabilities = kProbabilities;
    return options;
}

TEST(reproduction, published_series_come_out_as_in_epiestim) {
    if (corpus_text("rt/flu1918_incidence.csv").empty()) GTEST_SKIP() << "skipped: no corpus";
    for (const std::string name : {"flu1918_nonparam", "flu1918_param_2.6_1.5", "flu2009_nonparam", "flu2009_param_2.6_1.5", "sars2003_nonparam"}) {
        const auto incidence = read_incidence(corpus_text("rt/" + name.substr(0, name.find('_')) + "_incidence.csv"));
        ASSERT_TRUE(incidence) << name;
        const auto interval = read_serial_interval(corpus_text("rt/epiestim_" + name + "_si.csv"));
        ASSERT_TRUE(interval) << name;
        const Table expected = table_of(corpus_text("rt/epiestim_" + name + ".csv"));
        const auto got = reproduction(*incidence, *interval, all_quantiles());
        ASSERT_TRUE(got);
        expect_all(*got, expected, 1e-11, name);
        if (name.find("param_2.6") == std::string::npos) continue;
        const auto own = SerialInterval::discretised(2.6, 1.5, incidence->cases.size());
        ASSERT_TRUE(own);
        const auto again = reproduction(*incidence, *own, all_quantiles());
        ASSERT_TRUE(again);
        expect_all(*again, expected, 1e-10, name + " with our own interval");
    }
}

TEST(reproduction, made_up_series_come_out_as_in_epiestim) {
    // Long, huge (posterior shapes to 1e7), nearly empty, late, short, and with jumps; other intervals, windows and priors.
    const Table settings = table_of(oracle_text("rt_settings.csv"));
    ASSERT_EQ(settings.rows.size(), 10U);
    for (std::size_t row = 0; row < settings.rows.size(); ++row) {
        const std::string& series = settings.rows[row][0];
        const auto incidence = read_incidence(oracle_text("rt_" + series + ".csv"));
        ASSERT_TRUE(incidence) << series;
        const auto interval = SerialInterval::discretised(column(settings, "siMean")[row], column(settings, "siSd")[row], incidence->cases.size());
        ASSERT_TRUE(interval) << series;
        ReproductionOptions options = all_quantiles();
        options.window = static_cast<std::size_t>(column(settings, "window")[row]);
        options.prior_mean = column(settings, "priorMean")[row];
        options.prior_sd = column(settings, "priorSd")[row];
        const auto got = reproduction(*incidence, *interval, options);
        ASSERT_TRUE(got) << series;
        EXPECT_EQ(got->size(), incidence->cases.size() - options.window);
        expect_all(*got, table_of(oracle_text("rt_expected_" + std::to_string(row + 1) + ".csv")), 1e-9, series);
    }
}

TEST(reproduction, imported_cases_infect_and_were_not_infected_here) {
    const auto incidence = read_incidence(oracle_text("rt_imported.csv"));
    ASSERT_TRUE(incidence);
    const auto got = reproduction(*incidence, *SerialInterval::discretised(5.2, 1.7, incidence->cases.size()), all_quantiles());
    ASSERT_TRUE(got);
    expect_all(*got, table_of(oracle_text("rt_imported_expected.csv")), 1e-10, "imported");
}

TEST(reproduction, without_cases_the_prior_is_left) {
    const auto got = reproduction({std::vector<double>(30, 0.0), {}}, *SerialInterval::discretised(2.6, 1.5, 30));
    ASSERT_TRUE(got);
    for (const Reproduction& window : *got) {
        EXPECT_EQ(window.mean, 5);
        EXPECT_EQ(window.sd, 5);
    }
}

TEST(reproduction, nothing_is_told_before_an_interval_has_passed) {
    const auto got = reproduction({std::vector<double>(30, 4.0), {}}, *SerialInterval::given({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
    ASSERT_TRUE(got);
    for (const Reproduction& window : *got) EXPECT_EQ(std::isnan(window.mean), window.end <= 10) << window.end;
}

TEST(reproduction, what_cannot_be_is_refused) {
    const auto interval = *SerialInterval::given({0, 0.5, 0.5});
    ReproductionOptions options;
    const auto rule = [&](std::size_t days) {
        const auto got = reproduction({std::vector<double>(days, 1.0), {}}, interval, options);
        return got ? std::string() : got.error().rule;
    };
    EXPECT_EQ(rule(7), "epi.window");
    EXPECT_EQ(rule(8), "");
    options.window = 0;
    EXPECT_EQ(rule(8), "epi.window");
    options = {};
    options.prior_sd = 0;
    EXPECT_EQ(rule(8), "epi.prior");
    options = {};
    options.probabilities = {1};
    EXPECT_EQ(rule(8), "epi.probability");
    EXPECT_EQ(read_incidence("date,I\n2021-04-27,1\n2021-04-29,1\n").error().rule, "epi.days");
    EXPECT_NE(read_incidence("date,I\n2021-04-27,1\n2021-04-29,1\n").error().detail.find("line 3"), std::string::npos);
    EXPECT_EQ(read_incidence("a,b\n1,2\n").error().rule, "epi.column");
    EXPECT_EQ(read_incidence("I\n-1\n").error().rule, "epi.count");
    EXPECT_EQ(read_serial_interval("a,b\n1,2\n").error().rule, "epi.column");
    for (const char* bad : {"k,w\n0,0.5\n1,0.5\n", "k,w\n0,0\n1,-0.1\n2,1.1\n", "k,w\n0,0\n1,0.5\n", "k,w\n0,0\n2,1\n", "k,w\n2,1\n"}) {
        EXPECT_EQ(read_serial_interval(bad).error().rule, "epi.interval") << bad;
    }
    EXPECT_EQ(read_serial_interval("k,w\n1,0.4\n2,0.6\n")->weights, (std::vector<double>{0, 0.4, 0.6}));
    EXPECT_EQ(read_serial_interval("0\n1\n")->weights, (std::vector<double>{0, 1}));
    EXPECT_EQ(SerialInterval::discretised(1, 1, 10).error().rule, "epi.interval");
    EXPECT_EQ(SerialInterval::discretised(2, 0, 10).error().rule, "epi.interval");
}

TEST(serial_interval, weights_are_those_of_epiestim) {
    if (corpus_text("rt/discr_si_2.6_1.5.csv").empty()) GTEST_SKIP() << "skipped: no corpus";
    struct Row {
        const char* file;
        double mean, sd, error;
    };
    for (const Row& row : {Row{"rt/discr_si_2.6_1.5.csv", 2.6, 1.5, 1e-10}, Row{"rt/discr_si_5.2_1.7.csv", 5.2, 1.7, 1e-8}}) {
        const auto expected = column(table_of(corpus_text(row.file)), "w");
        const auto got = SerialInterval::discretised(row.mean, row.sd, expected.size());
        ASSERT_TRUE(got);
        for (std::size_t k = 0; k < expected.size(); ++k) EXPECT_NEAR(got->weights[k], expected[k], row.error) << k;
    }
}

TEST(serial_interval, weights_sum_to_one_and_keep_the_mean) {
    for (const double mean : {1.2, 2.6, 5.2, 12.0}) {
        for (const double sd : {0.3, 1.7, 5.0}) {
            const auto got = *SerialInterval::discretised(mean, sd, 5000);
            double sum = 0;
            for (const double weight : got.weights) sum += weight;
            EXPECT_NEAR(sum, 1, 1e-12) << mean << ' ' << sd;
            EXPECT_NEAR(got.mean(), mean, 1e-9) << mean << ' ' << sd;
        }
    }
}

TEST(cohort_reproduction, is_that_of_epiestim) {
    for (const std::string name : {"late", "short", "corpus"}) {
        const bool is_corpus = name == "corpus";
        const std::string cases = is_corpus ? corpus_text("rt/flu2009_incidence.csv") : oracle_text("rt_" + name + ".csv");
        if (cases.empty()) continue;
        const Table expected = table_of(is_corpus ? corpus_text("rt/wallinga_teunis_flu2009.csv") : oracle_text("cohort_" + name + ".csv"));
        const auto incidence = *read_incidence(cases);
        const auto got = cohort_reproduction(incidence.cases, *SerialInterval::discretised(2.6, 1.5, incidence.cases.size()));
        ASSERT_TRUE(got);
        ASSERT_EQ(got->size(), expected.rows.size()) << name;
        for (std::size_t i = 0; i < got->size(); ++i) {
            EXPECT_EQ(std::to_string((*got)[i].start), expected.rows[i][0]) << name;
            expect_close((*got)[i].mean, *number_in(expected.rows[i][2]), 1e-10, name + " day " + expected.rows[i][0]);
        }
    }
}

TEST(reproduction, csv_has_one_line_for_each_window) {
    const auto got = reproduction({{1, 2, 3, 4}, {}}, *SerialInterval::given({0, 1}), {3, 5, 5, {0.025, 0.5, 0.975}});
    ASSERT_TRUE(got);
    const std::string text = to_csv(*got, {3, 5, 5, {0.025, 0.5, 0.975}});
    EXPECT_EQ(text.substr(0, text.find('\n')), "start,end,mean,sd,q025,median,q975");
    EXPECT_EQ(text.substr(text.find('\n') + 1, 22), "2,4,1.6129032258064515");
}

}  // namespace
}  // namespace lachan::epi
