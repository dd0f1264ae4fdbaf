#pragma once

// What every port of kernel/sql.h must do. No test framework in here: the same cases run natively on SQLite and PostgreSQL and,
// compiled to wasm, on the SQLite of the browser.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "kernel/sql.h"

namespace lachan::contract {

/// Says what did not hold, for one case; empty when all held.
class Check {
public:
    void that(bool holds, const char* what) {
        if (!holds) failures_.emplace_back(what);
    }
    template <class T>
    bool good(const Result<T>& result, const char* what) {
        if (!result) failures_.push_back(std::string(what) + ": " + result.error().rule + ' ' + result.error().detail);
        return result.has_value();
    }
    std::vector<std::string> failures_;
};

struct Case {
    const char* name;
    void (*run)(Database&, Check&);
};

inline std::int64_t number(Database& database, std::string_view sql, std::initializer_list<SqlValue> values = {}) {
    std::int64_t value = -1;
    const auto done = database.read(sql, values, [&](const Row& row) {
        value = row.integer(0);
        return Next::stop;
    });
    return done ? value : -2;
}

inline std::vector<std::string> texts(Database& database, std::string_view sql, std::initializer_list<SqlValue> values = {}) {
    std::vector<std::string> list;
    if (!database.read(sql, values, [&](const Row& row) {
            list.emplace_back(row.text(0));
            return Next::row;
        })) {
        list.emplace_back("(error)");
    }
    return list;
}

/// The table of the cases; made anew before each one.
inline Result<void> prepare(Database& database) {
    return database.script("DROP TABLE IF EXISTS contract_child; DROP TABLE IF EXISTS contract_item; "
                           "CREATE TABLE contract_item (area TEXT NOT NULL, id TEXT NOT NULL, amount INTEGER NOT NULL, "
                           "note TEXT, PRIMARY KEY (area, id)) STRICT; "
                           "CREATE UNIQUE INDEX contract_item_amount ON contract_item (area, amount);");
}

inline constexpr std::string_view kInsert = "INSERT INTO contract_item (area, id, amount, note) VALUES (?1, ?2, ?3, ?4)";

inline void values_survive(Database& database, Check& check) {
    using namespace std::literals;
    const std::int64_t numbers[] = {0, -1, 2'147'483'648, std::numeric_limits<std::int64_t>::max(),
                                    std::numeric_limits<std::int64_t>::min(), 9'007'199'254'740'993};
    const std::string long_text(300'000, 'x');
    const std::string_view notes[] = {"Phường Bến Nghé", "", "quote ' and \" and ?1 $1 -- \\ \n\t", "😷 ", long_text, "a"};
    for (int i = 0; i < 6; ++i) {
        const std::string id = "id" + std::to_string(i);
        check.good(database.write(kInsert, {"79"sv, std::string_view(id), numbers[i], notes[i]}), "insert");
        bool seen = false;
        check.good(database.read("SELECT amount, note FROM contract_item WHERE area = ?1 AND id = ?2",
                                 {"79"sv, std::string_view(id)}, [&](const Row& row) {
                                     seen = true;
                                     check.that(row.integer(0) == numbers[i], "a 64-bit number comes back");
                                     check.that(row.text(1) == notes[i], "a text comes back byte by byte");
                                     check.that(!row.is_null(1), "an empty text is not null");
                                     return Next::row;
                                 }),
                   "select");
        check.that(seen, "the row is there");
    }
}

inline void null_is_null(Database& database, Check& check) {
    using namespace std::literals;
    check.good(database.write(kInsert, {"79"sv, "a"sv, std::int64_t{1}, nullptr}), "insert");
    check.good(database.write(kInsert, {"79"sv, "b"sv, std::int64_t{2}, "n"sv}), "the same statement with another type");
    check.good(database.read("SELECT note, coalesce(note, '') FROM contract_item ORDER BY id", {}, [&](const Row& row) {
        check.that(row.is_null(0), "null is null");
        check.that(row.text(0).empty() && row.integer(0) == 0, "null reads as empty and zero");
        check.that(!row.is_null(1), "coalesce gives a text");
        return Next::stop;
    }),
               "select");
    check.that(number(database, "SELECT count(*) FROM contract_item WHERE note IS NULL") == 1, "IS NULL finds it");
}

inline void parameters_may_repeat_and_be_out_of_order(Database& database, Check& check) {
    using namespace std::literals;
    check.good(database.write("INSERT INTO contract_item (note, amount, id, area) VALUES (?2, ?3, ?2, ?1)",
                              {"79"sv, "same"sv, std::int64_t{3}}),
               "insert");
    check.that(number(database, "SELECT amount + ?1 FROM contract_item WHERE id = ?2 AND note = ?2",
                      {std::int64_t{5'000'000'000}, "same"sv}) == 5'000'000'003,
               "?2 twice; a sum beyond 32 bits");
    check.that(number(database, "SELECT count(*) FROM contract_item WHERE note = '?1' OR id = ?1", {"same"sv}) == 1,
               "a question mark in quotes is text");
}

inline void texts_sort_by_bytes(Database& database, Check& check) {
    using namespace std::literals;
    std::int64_t amount = 0;
    for (const auto id : {"b"sv, "Z"sv, "a"sv, "_"sv, "Đ"sv, "10"sv, "9"sv}) {
        check.good(database.write(kInsert, {"79"sv, id, ++amount, nullptr}), "insert");
    }
    check.that(texts(database, "SELECT id FROM contract_item ORDER BY id") ==
                   std::vector<std::string>({"10", "9", "Z", "_", "a", "b", "Đ"}),
               "ORDER BY on a text is by bytes, whatever the locale");
    check.that(number(database, "SELECT count(*) FROM contract_item WHERE id > ?1", {"Z"sv}) == 4, "so is comparison");
}

inline void unique_key_is_a_conflict(Database& database, Check& check) {
    using namespace std::literals;
    check.good(database.write(kInsert, {"79"sv, "a"sv, std::int64_t{1}, nullptr}), "first");
    const auto primary = database.write(kInsert, {"79"sv, "a"sv, std::int64_t{2}, "secret"sv});
    check.that(!primary && primary.error().code == Errc::conflict, "primary key: Errc::conflict at once, outside a transaction");
    check.that(!primary && primary.error().detail.find("secret") == std::string::npos, "no value in the detail");
    const auto index = database.write(kInsert, {"79"sv, "b"sv, std::int64_t{1}, nullptr});
    check.that(!index && index.error().code == Errc::conflict, "unique index: Errc::conflict");
    check.good(database.write(kInsert, {"79"sv, "c"sv, std::int64_t{3}, nullptr}), "works afterwards");
    check.that(number(database, "SELECT count(*) FROM contract_item") == 2, "only what was accepted is there");
}

inline void null_where_none_may_be_is_no_conflict(Database& database, Check& check) {
    using namespace std::literals;
    const auto done = database.write(kInsert, {"79"sv, nullptr, std::int64_t{1}, nullptr});
    check.that(!done && done.error().code != Errc::conflict, "NOT NULL is an error, but not a conflict");
}

inline void wrong_statement_is_an_error(Database& database, Check& check) {
    check.that(!database.write("INSERT INTO no_such_table (a) VALUES (1)", {}), "unknown table");
    check.that(!database.read("SELEKT 1", {}, [](const Row&) { return Next::row; }), "no SQL");
    check.that(number(database, "SELECT 42") == 42, "works afterwards");
}

inline void commit_keeps_rollback_undoes(Database& database, Check& check) {
    using namespace std::literals;
    {
        auto transaction = Transaction::begin(database);
        if (!check.good(transaction, "begin")) return;
        check.good(database.write(kInsert, {"79"sv, "kept"sv, std::int64_t{1}, nullptr}), "insert");
        check.that(number(database, "SELECT count(*) FROM contract_item") == 1, "a transaction sees its own writes");
        check.good(transaction->commit(), "commit");
    }
    {
        auto transaction = Transaction::begin(database);
        if (!check.good(transaction, "begin again")) return;
        check.good(database.write(kInsert, {"79"sv, "gone"sv, std::int64_t{2}, nullptr}), "insert");
    }
    check.that(texts(database, "SELECT id FROM contract_item") == std::vector<std::string>{"kept"}, "the destructor undid it");
    database.rollback();
    check.that(number(database, "SELECT 1") == 1, "a rollback without a transaction does nothing");
}

inline void failed_statement_undoes_the_transaction(Database& database, Check& check) {
    using namespace std::literals;
    check.good(database.write(kInsert, {"79"sv, "old"sv, std::int64_t{1}, nullptr}), "insert");
    {
        auto transaction = Transaction::begin(database);
        if (!check.good(transaction, "begin")) return;
        check.good(database.write(kInsert, {"79"sv, "new"sv, std::int64_t{2}, nullptr}), "insert");
        // Where the clash is told, here or later, is the port's choice.
        Result<void> clash = database.write(kInsert, {"79"sv, "old"sv, std::int64_t{3}, nullptr});
        Result<void> end = transaction->commit();
        check.that(!end, "commit says that it did not happen");
        check.that((!clash && clash.error().code == Errc::conflict) || (!end && end.error().code == Errc::conflict),
                   "the clash was told as a conflict");
    }
    check.that(texts(database, "SELECT id FROM contract_item") == std::vector<std::string>{"old"}, "all of it is undone");
    {
        auto transaction = Transaction::begin(database);
        if (!check.good(transaction, "a new transaction begins")) return;
        check.good(database.write(kInsert, {"79"sv, "again"sv, std::int64_t{4}, nullptr}), "insert");
        check.good(transaction->commit(), "and commits");
    }
    check.that(number(database, "SELECT count(*) FROM contract_item") == 2, "the new one is there");
}

inline void failed_write_shows_at_the_next_read(Database& database, Check& check) {
    using namespace std::literals;
    check.good(database.write(kInsert, {"79"sv, "old"sv, std::int64_t{1}, nullptr}), "insert");
    auto transaction = Transaction::begin(database);
    if (!check.good(transaction, "begin")) return;
    (void)database.write(kInsert, {"79"sv, "old"sv, std::int64_t{3}, nullptr});
    const auto read = database.read("SELECT 1", {}, [](const Row&) { return Next::row; });
    check.that(!read && read.error().code == Errc::conflict, "a read after a failed write does not look well");
    check.that(!transaction->commit(), "nor does commit");
}

inline void one_transaction_at_a_time(Database& database, Check& check) {
    auto transaction = Transaction::begin(database);
    if (!check.good(transaction, "begin")) return;
    check.that(!database.begin(), "a second begin is refused");
    check.good(transaction->commit(), "the first one goes on");
}

inline void returning_and_upsert(Database& database, Check& check) {
    using namespace std::literals;
    constexpr auto kUpsert = "INSERT INTO contract_item (area, id, amount) VALUES (?1, ?2, ?3 + 1) "
                             "ON CONFLICT (area, id) DO UPDATE SET amount = contract_item.amount + ?3 RETURNING amount";
    check.that(number(database, kUpsert, {"79"sv, "n"sv, std::int64_t{10}}) == 11, "inserted");
    check.that(number(database, kUpsert, {"79"sv, "n"sv, std::int64_t{10}}) == 21, "updated");
    check.that(number(database, "SELECT amount FROM contract_item") == 21, "and kept, though the reader stopped early");
    check.good(database.write("INSERT INTO contract_item (area, id, amount) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                              {"79"sv, "n"sv, std::int64_t{1}}),
               "DO NOTHING is no error");
    check.that(number(database, "UPDATE contract_item SET amount = amount * 2 WHERE id = ?1 RETURNING amount", {"n"sv}) == 42,
               "UPDATE ... RETURNING");
    check.that(texts(database, "DELETE FROM contract_item WHERE amount > ?1 RETURNING id", {std::int64_t{1}}).size() == 1,
               "DELETE ... RETURNING");
}

inline void stop_ends_reading(Database& database, Check& check) {
    using namespace std::literals;
    for (std::int64_t i = 0; i < 20; ++i) {
        const std::string id = "i" + std::to_string(i);
        check.good(database.write(kInsert, {"79"sv, std::string_view(id), i, nullptr}), "insert");
    }
    int rows = 0;
    check.good(database.read("SELECT id FROM contract_item ORDER BY amount", {}, [&](const Row&) {
        return ++rows == 3 ? Next::stop : Next::row;
    }),
               "stopped");
    check.that(rows == 3, "no row after stop");
    rows = 0;
    check.good(database.read("SELECT id FROM contract_item ORDER BY amount", {}, [&](const Row&) { ++rows; return Next::row; }),
               "the same statement again");
    check.that(rows == 20, "starts from the beginning");
}

inline void reads_nest(Database& database, Check& check) {
    using namespace std::literals;
    for (std::int64_t i = 1; i <= 4; ++i) {
        const std::string id = "i" + std::to_string(i);
        check.good(database.write(kInsert, {"79"sv, std::string_view(id), i, nullptr}), "insert");
    }
    constexpr auto kUpTo = "SELECT amount FROM contract_item WHERE amount <= ?1 ORDER BY amount";
    std::int64_t sum = 0;
    check.good(database.read(kUpTo, {std::int64_t{4}}, [&](const Row& outer) {
        const std::int64_t limit = outer.integer(0);
        check.good(database.read(kUpTo, {limit}, [&](const Row& inner) { sum += inner.integer(0); return Next::row; }), "inner");
        check.that(outer.integer(0) == limit, "the outer row is still the same");
        return Next::row;
    }),
               "outer");
    check.that(sum == 1 + 3 + 6 + 10, "each inner read was whole");
}

inline void many_writes_in_one_transaction(Database& database, Check& check) {
    using namespace std::literals;
    auto transaction = Transaction::begin(database);
    if (!check.good(transaction, "begin")) return;
    const std::string note(600, 'n');
    for (std::int64_t i = 0; i < 5'000; ++i) {
        const std::string id = "many" + std::to_string(i);
        if (!check.good(database.write(kInsert, {"79"sv, std::string_view(id), i, std::string_view(note)}), "insert")) return;
    }
    check.that(number(database, "SELECT count(*) FROM contract_item") == 5'000, "all seen within");
    check.good(transaction->commit(), "commit");
    check.that(number(database, "SELECT sum(amount) FROM contract_item") == 12'497'500, "all there, sum as a number");
}

inline void many_different_statements(Database& database, Check& check) {
    for (int i = 0; i < 700; ++i) {
        const std::string sql = "SELECT " + std::to_string(i) + " + ?1";
        if (number(database, sql, {std::int64_t{1}}) != i + 1) {
            check.that(false, "a cache that is full still answers");
            return;
        }
    }
}

inline void null_character_is_refused(Database& database, Check& check) {
    using namespace std::literals;
    const auto done = database.write(kInsert, {"79"sv, "a\0b"sv, std::int64_t{1}, nullptr});
    check.that(!done && done.error().code == Errc::malformed, "a null character in a text: Errc::malformed on all databases");
    check.that(number(database, "SELECT count(*) FROM contract_item") == 0, "nothing was written");
}

inline void hostile_text_is_only_text(Database& database, Check& check) {
    using namespace std::literals;
    const std::string_view evil = "'); DROP TABLE contract_item; --";
    check.good(database.write(kInsert, {evil, evil, std::int64_t{1}, evil}), "insert");
    check.that(number(database, "SELECT count(*) FROM contract_item WHERE area = ?1", {evil}) == 1, "bound, never pasted");
}

inline void migrations_run_once(Database& database, Check& check) {
    check.good(database.script("DROP TABLE IF EXISTS contract_grown; DROP TABLE IF EXISTS kernel_migration"), "clean");
    const Migration first{"contract", 1, "create",
                          "-- TEXT and INTEGER in a comment; it's 'fine'\n"
                          "CREATE TABLE contract_grown (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;\n"
                          "INSERT INTO contract_grown (id, at) VALUES ('TEXT STRICT', 5000000000);"};
    const Migration second{"contract", 2, "grow", "ALTER TABLE contract_grown ADD COLUMN note TEXT NOT NULL DEFAULT ''"};
    const Migration broken{"contract", 3, "broken", "CREATE TABLE contract_half (id TEXT) STRICT; SELEKT;"};
    const Migration one[] = {first};
    const Migration two[] = {first, second};
    const Migration three[] = {first, second, broken};
    check.good(migrate(database, one, Instant{1}), "first");
    check.good(migrate(database, two, Instant{2}), "second");
    check.good(migrate(database, two, Instant{3}), "again does nothing");
    check.that(number(database, "SELECT count(*) FROM contract_grown WHERE id = 'TEXT STRICT' AND at = 5000000000") == 1,
               "the row of the first, once, unchanged");
    check.that(number(database, "SELECT sum(applied_at) FROM kernel_migration") == 3, "each with its own time");
    check.that(!migrate(database, three, Instant{4}), "a broken step is told");
    check.that(number(database, "SELECT count(*) FROM kernel_migration") == 2, "and not listed");
    check.that(number(database, "SELECT count(*) FROM contract_half") == -2, "nor half done");
    const auto older = migrate(database, one, Instant{5});
    check.that(!older && older.error().code == Errc::conflict, "a database of a newer program: Errc::conflict");
    check.good(database.script("DROP TABLE contract_grown; DROP TABLE kernel_migration"), "clean up");
}

inline constexpr Case kCases[] = {
    {"values_survive", values_survive},
    {"null_is_null", null_is_null},
    {"parameters_may_repeat_and_be_out_of_order", parameters_may_repeat_and_be_out_of_order},
    {"texts_sort_by_bytes", texts_sort_by_bytes},
    {"unique_key_is_a_conflict", unique_key_is_a_conflict},
    {"null_where_none_may_be_is_no_conflict", null_where_none_may_be_is_no_conflict},
    {"wrong_statement_is_an_error", wrong_statement_is_an_error},
    {"commit_keeps_rollback_undoes", commit_keeps_rollback_undoes},
    {"failed_statement_undoes_the_transaction", failed_statement_undoes_the_transaction},
    {"failed_write_shows_at_the_next_read", failed_write_shows_at_the_next_read},
    {"one_transaction_at_a_time", one_transaction_at_a_time},
    {"returning_and_upsert", returning_and_upsert},
    {"stop_ends_reading", stop_ends_reading},
    {"reads_nest", reads_nest},
    {"many_writes_in_one_transaction", many_writes_in_one_transaction},
    {"many_different_statements", many_different_statements},
    {"null_character_is_refused", null_character_is_refused},
    {"hostile_text_is_only_text", hostile_text_is_only_text},
    {"migrations_run_once", migrations_run_once},
};

/// Runs one case on a clean table; the failures name it.
inline std::vector<std::string> run(const Case& one, Database& database) {
    Check check;
    if (check.good(prepare(database), "prepare")) one.run(database, check);
    database.rollback();
    std::vector<std::string> failures;
    for (const std::string& failure : check.failures_) failures.push_back(std::string(one.name) + ": " + failure);
    return failures;
}

/// All cases: the failures of all of them, none when the port keeps the contract.
inline std::vector<std::string> run_all(Database& database) {
    std::vector<std::string> all;
    for (const Case& one : kCases) {
        for (std::string& failure : run(one, database)) all.push_back(std::move(failure));
    }
    return all;
}

}  // namespace lachan::contract
