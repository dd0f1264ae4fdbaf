// Small counts are hidden, and what is shown does not tell them: an attacker with all shown numbers and all sums is tried on made tables.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "riskmap/public_counts.h"
#include "world.h"

namespace lachan::riskmap {
namespace {

constexpr std::uint32_t kSeed = 20'211'207;

/// A table from the counts of its lowest rows: sums are made here.
CountTable table_of(std::vector<int> parent, std::size_t days, const std::function<std::int64_t(std::size_t row, std::size_t day)>& count) {
    CountTable table;
    table.parent = std::move(parent);
    table.days = days;
    table.values.assign(table.rows() * table.width(), 0);
    table.is_known.assign(table.values.size(), false);
    table.is_unseen.assign(table.rows(), false);
    std::vector<bool> is_leaf(table.rows(), true);
    for (std::size_t row = 1; row < table.rows(); ++row) is_leaf[static_cast<std::size_t>(table.parent[row])] = false;
    for (std::size_t row = table.rows(); row-- > 0;) {
        for (std::size_t day = 0; day < days; ++day) {
            std::int64_t& cell = table.values[row * table.width() + day];
            if (is_leaf[row]) cell = count(row, day);
            table.values[row * table.width() + days] += cell;
            if (row > 0) table.values[static_cast<std::size_t>(table.parent[row]) * table.width() + day] += cell;
        }
    }
    return table;
}

/// A sum: the first cell is that of the others.
using Sum = std::vector<std::size_t>;

std::vector<Sum> sums_of(const CountTable& table) {
    std::vector<Sum> sums;
    const std::size_t width = table.width();
    for (std::size_t row = 0; row < table.rows(); ++row) {
        Sum days{row * width + table.days};
        for (std::size_t day = 0; day < table.days; ++day) days.push_back(row * width + day);
        sums.push_back(days);
        for (std::size_t column = 0; column < width; ++column) {
            Sum below{row * width + column};
            for (std::size_t child = row + 1; child < table.rows(); ++child) {
                if (table.parent[child] == static_cast<int>(row)) below.push_back(child * width + column);
            }
            if (below.size() > 1) sums.push_back(below);
        }
    }
    return sums;
}

/// What somebody works out who takes every sum and every bound as far as they go, again and again.
struct Bounds {
    std::vector<std::int64_t> low, high;

    Bounds(const CountTable& table, const std::vector<bool>& hidden) : low(table.values), high(table.values) {
        const std::int64_t most = 1'000'000;
        for (std::size_t cell = 0; cell < low.size(); ++cell) {
            if (hidden[cell]) low[cell] = 0, high[cell] = most;
        }
        const auto sums = sums_of(table);
        for (bool changed = true; changed;) {
            changed = false;
            for (const Sum& sum : sums) {
                std::int64_t least = 0, greatest = 0;
                for (std::size_t i = 1; i < sum.size(); ++i) least += low[sum[i]], greatest += high[sum[i]];
                const auto narrow = [&](std::size_t cell, std::int64_t from, std::int64_t to) {
                    if (from > low[cell]) low[cell] = from, changed = true;
                    if (to < high[cell]) high[cell] = to, changed = true;
                };
                narrow(sum[0], least, greatest);
                for (std::size_t i = 1; i < sum.size(); ++i) {
                    narrow(sum[i], low[sum[0]] - (greatest - high[sum[i]]), high[sum[0]] - (least - low[sum[i]]));
                }
            }
        }
    }
};

/// Whether a hidden cell is the same in every solution of the sums, negative ones too: elimination modulo a large prime.
std::vector<bool> settled_by_equations(const CountTable& table, const std::vector<bool>& hidden) {
    constexpr std::int64_t p = 1'000'003;
    std::vector<std::size_t> unknown;
    std::vector<int> place(hidden.size(), -1);
    for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
        if (hidden[cell]) place[cell] = static_cast<int>(unknown.size()), unknown.push_back(cell);
    }
    const auto inverse = [](std::int64_t a) {
        std::int64_t out = 1;
        for (std::int64_t e = p - 2, base = a % p; e > 0; e /= 2, base = base * base % p) {
            if (e % 2 == 1) out = out * base % p;
        }
        return out;
    };
    std::vector<std::vector<std::int64_t>> rows;
    for (const Sum& sum : sums_of(table)) {
        std::vector<std::int64_t> row(unknown.size(), 0);
        for (std::size_t i = 0; i < sum.size(); ++i) {
            if (place[sum[i]] >= 0) row[static_cast<std::size_t>(place[sum[i]])] = i == 0 ? p - 1 : 1;
        }
        rows.push_back(row);
    }
    std::size_t rank = 0;
    for (std::size_t column = 0; column < unknown.size() && rank < rows.size(); ++column) {
        std::size_t pivot = rank;
        while (pivot < rows.size() && rows[pivot][column] == 0) ++pivot;
        if (pivot == rows.size()) continue;
        std::swap(rows[pivot], rows[rank]);
        const std::int64_t scale = inverse(rows[rank][column]);
        for (std::int64_t& value : rows[rank]) value = value * scale % p;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const std::int64_t factor = rows[row][column];
            if (row == rank || factor == 0) continue;
            for (std::size_t i = 0; i < unknown.size(); ++i) rows[row][i] = ((rows[row][i] - factor * rows[rank][i]) % p + p) % p;
        }
        ++rank;
    }
    // A cell is settled when a row of the reduced form has it alone.
    std::vector<bool> settled(hidden.size(), false);
    for (std::size_t row = 0; row < rank; ++row) {
        const auto count = std::count_if(rows[row].begin(), rows[row].end(), [](std::int64_t value) { return value != 0; });
        if (count != 1) continue;
        const auto at = std::find_if(rows[row].begin(), rows[row].end(), [](std::int64_t value) { return value != 0; });
        settled[unknown[static_cast<std::size_t>(at - rows[row].begin())]] = true;
    }
    return settled;
}

/// All tables of non-negative counts that agree with what is shown, for small ones: the least and the greatest of each cell.
Bounds all_tables(const CountTable& table, const std::vector<bool>& hidden, std::int64_t& count) {
    constexpr double kMost = 20'000;  // tables to try
    Bounds narrowed(table, hidden);
    Bounds found = narrowed;
    for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
        if (hidden[cell]) found.low[cell] = INT64_MAX, found.high[cell] = -1;
    }
    std::vector<bool> is_leaf(table.rows(), true);
    for (std::size_t row = 1; row < table.rows(); ++row) is_leaf[static_cast<std::size_t>(table.parent[row])] = false;
    std::vector<std::size_t> free;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t day = 0; is_leaf[row] && day < table.days; ++day) {
            if (hidden[row * table.width() + day]) free.push_back(row * table.width() + day);
        }
    }
    count = 0;
    double tries = 1;
    for (const std::size_t cell : free) tries *= static_cast<double>(narrowed.high[cell] - narrowed.low[cell] + 1);
    if (tries > kMost) return found;
    std::vector<std::int64_t> values = table.values;
    const std::function<void(std::size_t)> go = [&](std::size_t at) {
        if (at == free.size()) {
            const CountTable made = table_of(table.parent, table.days, [&](std::size_t row, std::size_t day) { return values[row * table.width() + day]; });
            for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
                if (!hidden[cell] && made.values[cell] != table.values[cell]) return;
            }
            ++count;
            for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
                if (!hidden[cell]) continue;
                found.low[cell] = std::min(found.low[cell], made.values[cell]);
                found.high[cell] = std::max(found.high[cell], made.values[cell]);
            }
            return;
        }
        for (std::int64_t value = narrowed.low[free[at]]; value <= narrowed.high[free[at]]; ++value) {
            values[free[at]] = value;
            go(at + 1);
        }
    };
    go(0);
    return found;
}

/// A province with districts of one to `most` communes.
std::vector<int> made_tree(std::mt19937& random, int districts, int most) {
    std::vector<int> parent{-1};
    for (int i = 0; i < districts; ++i) parent.push_back(0);
    for (int i = 0; i < districts; ++i) {
        for (int k = static_cast<int>(random() % static_cast<unsigned>(most)) + 1; k > 0; --k) parent.push_back(i + 1);
    }
    return parent;
}

TEST(riskmap_suppress, a_single_small_count_takes_others_with_it) {
    // A district of two communes: with the district's sum shown, one hidden count would be the rest.
    const CountTable table = table_of({-1, 0, 0, 1, 1, 2, 2}, 2, [](std::size_t row, std::size_t) { return row == 3 ? 2 : 40; });
    const Suppression done = suppress(table, 5);
    ASSERT_TRUE(done.is_safe);
    EXPECT_TRUE(done.hidden[3 * 3]) << "the small count";
    EXPECT_TRUE(done.hidden[4 * 3]) << "and its neighbour, or the sum above both";
    for (std::size_t cell = 0; cell < 3; ++cell) EXPECT_FALSE(done.hidden[cell]) << "the province is always shown";
    EXPECT_LE(std::count(done.hidden.begin(), done.hidden.end(), true), 6) << "and no more than is needed";
}

TEST(riskmap_suppress, nothing_small_hides_nothing) {
    const CountTable table = table_of({-1, 0, 0, 1, 1}, 7, [](std::size_t row, std::size_t day) { return row % 2 == 0 ? 0 : 5 + static_cast<std::int64_t>(day); });
    const Suppression done = suppress(table, 5);
    EXPECT_EQ(std::count(done.hidden.begin(), done.hidden.end(), true), 0);
    EXPECT_TRUE(done.is_safe);
}

TEST(riskmap_suppress, what_cannot_be_kept_is_said) {
    const CountTable alone = table_of({-1, 0}, 7, [](std::size_t, std::size_t day) { return day == 0 ? 3 : 0; });
    EXPECT_FALSE(suppress(alone, 5).is_safe) << "the province is its only unit";
    CountTable silent = table_of({-1, 0, 0}, 7, [](std::size_t row, std::size_t day) { return row == 1 && day == 0 ? 3 : 0; });
    for (std::size_t cell = 2 * silent.width(); cell < 3 * silent.width(); ++cell) silent.is_known[cell] = true;
    EXPECT_FALSE(suppress(silent, 5).is_safe) << "of the other one everybody knows that it told nothing";
    silent.is_known.assign(silent.values.size(), false);
    EXPECT_TRUE(suppress(silent, 5).is_safe) << "behind a none of another unit it is safe";
}

TEST(riskmap_suppress, nobody_can_work_out_a_hidden_count_of_a_made_province) {
    std::mt19937 random(kSeed);
    std::size_t small = 0, others = 0, shown = 0, withheld = 0;
    for (int round = 0; round < 300; ++round) {
        const int districts = static_cast<int>(random() % 5) + 2;
        const auto busy = random() % 4;
        CountTable table = table_of(made_tree(random, districts, 6), 7, [&](std::size_t, std::size_t) {
            const auto kind = random() % 10;
            if (kind < 3 + 2 * busy) return std::int64_t{0};
            return static_cast<std::int64_t>(kind < 9 ? random() % 8 : random() % 60);
        });
        // In every third province some told nothing, as everybody knows, and some rows nobody ever sees.
        for (std::size_t row = 1; round % 3 == 0 && row < table.rows(); ++row) {
            const bool is_leaf = std::find(table.parent.begin(), table.parent.end(), static_cast<int>(row)) == table.parent.end();
            if (is_leaf && random() % 8 == 0) table.is_unseen[row] = true;
            for (std::size_t cell = row * table.width(); is_leaf && cell < (row + 1) * table.width() - 1; ++cell) {
                if (table.values[cell] == 0 && random() % 2 == 0) table.is_known[cell] = true;
            }
        }
        const Suppression done = suppress(table, 5);
        withheld += !done.is_safe;
        if (!done.is_safe && round % 3 == 0) continue;
        ASSERT_TRUE(done.is_safe) << "round " << round;
        const Bounds bounds(table, done.hidden);
        const auto settled = settled_by_equations(table, done.hidden);
        for (std::size_t cell = 0; cell < done.hidden.size(); ++cell) {
            const std::int64_t value = table.values[cell];
            if (table.is_unseen[cell / table.width()]) continue;  // never shown; what follows of it is nobody's count
            if (cell >= table.width() && value > 0 && value < 5) {
                ++small;
                EXPECT_TRUE(done.hidden[cell]) << "round " << round << " cell " << cell;
            } else {
                ++(done.hidden[cell] ? others : shown);
            }
            if (!done.hidden[cell]) continue;
            EXPECT_LT(bounds.low[cell], bounds.high[cell]) << "bounds settle it: round " << round << " cell " << cell;
            EXPECT_LE(bounds.low[cell], value);
            EXPECT_GE(bounds.high[cell], value);
            EXPECT_FALSE(settled[cell]) << "equations settle it: round " << round << " cell " << cell;
        }
        if (HasFailure()) return;
    }
    std::printf("300 made provinces: %zu small counts hidden, %zu others with them, %zu shown; %zu provinces withheld\n", small, others, shown, withheld);
    EXPECT_GT(small, 4'000U);
    EXPECT_LT(withheld, 50U);
    EXPECT_GT(shown, others / 2) << "a table that hides everything would be safe as well";
}

TEST(riskmap_suppress, every_hidden_count_has_another_value_in_some_table_that_agrees) {
    std::mt19937 random(kSeed + 1);
    int judged = 0;
    for (int round = 0; round < 400; ++round) {
        const CountTable table = table_of(made_tree(random, 2, 2), 2, [&](std::size_t, std::size_t) { return random() % 3 == 0 ? 0 : static_cast<std::int64_t>(random() % 7); });
        const Suppression done = suppress(table, 4);
        if (!done.is_safe) continue;
        std::int64_t count = 0;
        const Bounds found = all_tables(table, done.hidden, count);
        if (count == 0) continue;  // too many to try
        for (std::size_t cell = 0; cell < done.hidden.size(); ++cell) {
            if (!done.hidden[cell]) continue;
            ++judged;
            ASSERT_LT(found.low[cell], found.high[cell]) << "round " << round << " cell " << cell << " among " << count << " tables";
        }
    }
    std::printf("%d hidden counts of small tables held against all tables that agree\n", judged);
    EXPECT_GT(judged, 500);
}

TEST(riskmap_suppress, with_only_the_small_counts_hidden_the_attacker_of_this_test_finds_some) {
    // The attacker is not blind: without the second hiding many small counts follow.
    std::mt19937 random(kSeed + 2);
    int found = 0;
    for (int round = 0; round < 50; ++round) {
        const CountTable table = table_of(made_tree(random, 4, 5), 7, [&](std::size_t, std::size_t) { return static_cast<std::int64_t>(random() % 40); });
        std::vector<bool> hidden(table.values.size(), false);
        for (std::size_t cell = table.width(); cell < hidden.size(); ++cell) hidden[cell] = table.values[cell] > 0 && table.values[cell] < 5;
        const Bounds bounds(table, hidden);
        for (std::size_t cell = 0; cell < hidden.size(); ++cell) found += hidden[cell] && bounds.low[cell] == bounds.high[cell];
    }
    EXPECT_GT(found, 50);
}

TEST(riskmap_suppress, a_province_of_six_hundred_units_takes_less_than_a_blink) {
    std::mt19937 random(kSeed + 3);
    std::vector<int> parent{-1};
    for (int i = 0; i < 27; ++i) parent.push_back(0);
    for (int i = 0; i < 570; ++i) parent.push_back(1 + i % 27);
    const CountTable table = table_of(parent, 7, [&](std::size_t, std::size_t) { return static_cast<std::int64_t>(random() % 12 < 9 ? 0 : random() % 9); });
    const auto start = std::chrono::steady_clock::now();
    const Suppression done = suppress(table, 5);
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    EXPECT_TRUE(done.is_safe);
    std::printf("598 units, 7 days: %.1f ms, %td of %zu cells hidden\n", spent.count(), std::count(done.hidden.begin(), done.hidden.end(), true), done.hidden.size());
    EXPECT_LT(spent.count(), 3'000.0) << "wide, for tests also run with sanitizers on a busy machine";
}

TEST(riskmap_suppress, the_public_has_whole_weeks_with_small_counts_hidden) {
    World world;
    Maker maker;
    // 2021-12-06 was a Monday.
    world.apply({maker.series("79", "2021-12-01", times(20, 30), kMade), maker.series("26734", "2021-12-01", times(20, 2), kMade),
                 maker.series("26740", "2021-12-06", times(7, 20), kMade)});
    const Json args{{"unit", "79"}, {"from", "2021-12-01"}, {"until", "2021-12-19"}};
    const Json answer = world.ask("riskmap.public", args);
    EXPECT_EQ(answer["fewest"], 5);
    ASSERT_EQ(answer["weeks"].size(), 2U) << answer.dump();
    const Json& week = answer["weeks"][0];
    EXPECT_EQ(week["from"], "2021-12-06");
    EXPECT_EQ(week["until"], "2021-12-12");
    EXPECT_EQ(week["codes"], "79 760 26734 26740");
    EXPECT_FALSE(week["isWithheld"]);
    for (std::size_t day = 0; day < 7; ++day) {
        EXPECT_EQ(week["values"][day], 30) << "the province is public";
        EXPECT_EQ(week["values"][2 * 8 + day], nullptr) << "two cases in a commune are somebody";
    }
    EXPECT_EQ(week["values"][7], 210);
    EXPECT_EQ(answer["weeks"][1]["values"][3 * 8], -1) << "nobody told anything of that commune";
    // The same week in another question is the same week: two answers tell no more than one.
    const Json later = world.ask("riskmap.public", {{"unit", "79"}, {"from", "2021-12-06"}, {"until", "2021-12-12"}});
    EXPECT_EQ(later["weeks"], Json::array({week}));
    EXPECT_TRUE(world.ask("riskmap.public", {{"unit", "79"}, {"from", "2021-12-07"}, {"until", "2021-12-12"}})["weeks"].empty()) << "no part of a week";
    EXPECT_TRUE(world.ask("riskmap.public", {{"unit", "79"}, {"from", "2022-02-28"}, {"until", "2022-03-06"}})["weeks"].empty()) << "nor one that goes on";
    const Json last{{"unit", "79"}, {"from", "2022-02-21"}, {"until", "2022-02-27"}};
    world.now = start_in_vietnam(day("2022-03-03"));
    EXPECT_EQ(world.ask("riskmap.public", last)["weeks"].size(), 1U);
    world.now.ms -= 1;
    EXPECT_TRUE(world.ask("riskmap.public", last)["weeks"].empty()) << "its Sunday may not have been told";
    EXPECT_EQ(world.ask("riskmap.public", {{"unit", "79"}, {"from", "2021-12-01"}, {"until", "2022-02-09"}})["error"], "riskmap.range");
    EXPECT_EQ(world.ask("riskmap.public", {{"unit", "760"}, {"from", "2021-12-01"}, {"until", "2021-12-09"}})["error"], "riskmap.unit");
}

/// Keeps what is read.
class Listening final : public Database {
public:
    explicit Listening(Database& inner) : inner_(inner) {}
    using Database::read;
    using Database::write;
    Result<void> write(std::string_view sql, std::span<const SqlValue> values) override { return inner_.write(sql, values); }
    Result<void> read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) override {
        reads.emplace_back(sql, std::vector<SqlValue>(values.size()));
        return inner_.read(sql, values, on_row);
    }
    Result<void> script(std::string_view sql) override { return inner_.script(sql); }
    Result<void> begin() override { return inner_.begin(); }
    Result<void> commit() override { return inner_.commit(); }
    void rollback() override { inner_.rollback(); }
    std::vector<std::pair<std::string, std::vector<SqlValue>>> reads;  ///< and room for as many values

private:
    Database& inner_;
};

/// Cases of a province and of its units, received at that moment.
class SettledWeeks : public ::testing::Test {
protected:
    void tell(const char* unit, const char* from, const std::string& values, Instant at) {
        StoredRecord made = maker.series(unit, from, values, at.ms);
        made.received_at = at;
        world.apply({made});
    }
    Json week(const char* first, Instant now) {
        world.now = now;
        return world.ask("riskmap.public", {{"unit", "79"}, {"from", first}, {"until", to_string(day(first) + 6)}})["weeks"];
    }
    static Instant at(const char* text) { return start_in_vietnam(day(text)); }

    World world;
    Maker maker;
};

TEST_F(SettledWeeks, what_was_shown_of_a_week_stays_whatever_comes_later) {
    tell("79", "2022-02-21", times(6, 43), at("2022-02-27"));
    tell("26734", "2022-02-21", times(7, 20), at("2022-02-28"));
    tell("26734", "2022-02-21", "21", at("2022-03-02"));
    tell("79", "2022-02-27", "45", at("2022-03-02"));
    EXPECT_TRUE(week("2022-02-21", at("2022-03-02")).empty());
    const Json shown = week("2022-02-21", at("2022-03-03"));
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_EQ(shown[0]["values"][6], 45) << "the Sunday, told on Tuesday";
    EXPECT_EQ(shown[0]["values"][2 * 8], 21) << "and what was mended in time";
    // A day later by two cases; a unit that said nothing before; and a source that nobody had heard of.
    tell("79", "2022-02-27", "47", at("2022-03-03"));
    tell("26740", "2022-02-21", times(7, 6), at("2022-03-04"));
    StoredRecord other = maker.series("26734", "2022-02-21", "90", at("2022-03-05").ms, "ministry");
    other.received_at = at("2022-03-05");
    world.apply({other});
    EXPECT_EQ(week("2022-02-21", at("2022-03-06")), shown);
    tell("79", "2022-02-27", "48", at("2022-03-07"));
    EXPECT_EQ(week("2022-02-21", at("2022-03-08")), shown) << "the first that stayed stays";
    EXPECT_EQ(world.ask("riskmap.series", {{"unit", "79"}, {"from", "2022-02-27"}, {"until", "2022-02-27"}})["total"], 48) << "others have what is right";
}

TEST_F(SettledWeeks, a_week_that_is_told_long_after_is_settled_days_after_it_came) {
    tell("79", "2021-12-06", times(7, 30), at("2022-03-01"));
    EXPECT_TRUE(week("2021-12-06", at("2022-03-02")).empty()) << "the rest of it is on its way";
    tell("26734", "2021-12-06", times(7, 20), at("2022-03-03"));
    const Json shown = week("2021-12-06", at("2022-03-04"));
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_EQ(shown[0]["values"][2 * 8], 20);
    tell("26734", "2021-12-06", times(7, 22), at("2022-03-05"));
    EXPECT_EQ(week("2021-12-06", at("2022-03-06")), shown);
}

TEST_F(SettledWeeks, ten_weeks_are_read_with_two_statements_by_their_keys) {
    tell("79", "2021-12-06", times(70, 30), at("2022-02-20"));
    tell("26734", "2021-12-06", times(70, 20), at("2022-02-20"));
    Listening heard(*world.database);
    Context context{heard, test_units(), world.now, Side::server, {}, {}};
    const auto answer = public_counts(context, {{"unit", "79"}, {"from", "2021-12-06"}, {"until", "2022-02-13"}}, Sight::none);
    ASSERT_TRUE(answer);
    EXPECT_EQ((*answer)["weeks"].size(), 10U);
    ASSERT_EQ(heard.reads.size(), 2U);
    for (const auto& [sql, values] : heard.reads) {
        std::string plan;
        EXPECT_TRUE(world.database->read("EXPLAIN QUERY PLAN " + sql, values, [&](const Row& row) {
            plan += std::string(row.text(3)) + '\n';
            return Next::row;
        }));
        if (sql.find("riskmap_count") == std::string::npos) continue;
        EXPECT_NE(plan.find("(province=? AND unit=? AND measure=? AND day>? AND day<?)"), std::string::npos) << plan;
        EXPECT_NE(plan.find("(province=? AND unit=? AND day=? AND source=?)"), std::string::npos) << plan;
    }
}

}  // namespace
}  // namespace lachan::riskmap
