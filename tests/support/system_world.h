#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "sql/sqlite.h"
#include "support/print_json.h"
#include "systems.h"
#include "vocab/system.h"

namespace lachan::support {

inline Day day(std::string_view text) { return Day::parse(text).value(); }

/// One system alone, over a database that has its tables and those of the kernel. It lives no longer than the system and the units.
class SystemWorld {
public:
    SystemWorld(const System& system, const Units& units, Instant time) : now(time), system_(system), units_(units) {
        auto opened = server::open_sqlite(":memory:");
        EXPECT_TRUE(opened) << opened.error().detail;
        database = std::move(*opened);
        std::vector<Migration> all;
        for (const Migration& one : migrations_of_kernel()) all.push_back(one);
        for (const Migration& one : system.migrations()) all.push_back(one);
        EXPECT_TRUE(migrate(*database, all, Instant{1}));
    }

    Context context(Actor actor = {}) { return {*database, units_, now, Side::server, std::move(actor), {}}; }

    /// Applies the records as one batch and returns what was told.
    std::vector<Fact> apply(const std::vector<StoredRecord>& records) {
        Context at = context();
        auto transaction = Transaction::begin(*database);
        EXPECT_TRUE(transaction);
        const auto done = system_.apply(at, records);
        EXPECT_TRUE(done) << done.error().detail;
        EXPECT_TRUE(transaction->commit());
        return at.facts;
    }

    void observe(std::vector<Fact> facts) {
        Context at = context();
        const auto done = system_.observe(at, facts);
        EXPECT_TRUE(done) << done.error().detail;
    }

    Json ask(std::string_view name, Json arguments, Actor actor = {}) {
        Context at = context(std::move(actor));
        for (const Query& query : system_.queries()) {
            if (query.name != name) continue;
            EXPECT_TRUE(check_shape(query.arguments(), arguments).empty());
            auto answer = query.run(at, arguments, Sight::none);
            if (!answer) return {{"error", answer.error().rule}};
            return std::move(*answer);
        }
        return nullptr;
    }

    /// All rows of a table, in order of all columns, as text.
    std::string dump(const std::string& table, const std::string& columns) {
        std::string out;
        const int count = static_cast<int>(std::count(columns.begin(), columns.end(), ',')) + 1;
        EXPECT_TRUE(database->read("SELECT " + columns + " FROM " + table + " ORDER BY " + columns, {}, [&](const Row& row) {
            for (int i = 0; i < count; ++i) out += (row.is_null(i) ? "-" : std::string(row.text(i))) + '|';
            out += '\n';
            return Next::row;
        }));
        return out;
    }

    std::unique_ptr<Database> database;
    Instant now;

private:
    const System& system_;
    const Units& units_;
};

}  // namespace lachan::support
