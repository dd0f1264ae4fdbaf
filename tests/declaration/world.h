#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "declaration/declaration.h"
#include "kernel/id.h"
#include "kernel/record.h"
#include "sql/sqlite.h"
#include "support/print_json.h"
#include "systems.h"

namespace lachan::declaration {

const System& system();

inline Day day(std::string_view text) { return Day::parse(text).value(); }

constexpr std::int64_t kHourMs = 3'600'000;
/// 2021-08-15, 11:00 in Vietnam.
constexpr Instant kNow{1'629'000'000'000};

inline std::string read_file(const std::string& path) {
    std::ifstream file(std::string(LACHAN_SOURCE_ROOT) + '/' + path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline const Units& test_units() {
    static const Units units = [] {
        auto parsed = Units::parse(read_file("tests/declaration/units.txt"));
        EXPECT_TRUE(parsed) << parsed.error().detail;
        return std::move(*parsed);
    }();
    return units;
}

/// 43 characters that read as a key id.
inline std::string device_id(std::string_view name) { return to_base64url(sha256(name)); }

/// A complete body without any sign, contact or travel.
inline Json healthy_body() {
    return {{"onBehalf", false},     {"fullName", "Nguyễn Văn Thử"}, {"idType", "cccd"},       {"idNumber", "001099000000"},
            {"birthDate", "1999"},   {"sex", "male"},                {"nationality", "VNM"},   {"province", "79"},
            {"district", "760"},     {"ward", "26734"},              {"address", "12 Hai Bà Trưng"}, {"phone", "0912345678"},
            {"travelled", false},    {"signFever", false},           {"signCough", false},     {"signDyspnoea", false},
            {"signPneumonia", false}, {"signSoreThroat", false},     {"signFatigue", false},   {"signLossOfTasteSmell", false},
            {"contactCase", false},  {"contactAffectedCountry", false}, {"contactSymptomatic", false},
            {"dataConsent", true},   {"legalAccepted", true}};
}

/// Makes records as devices do, from a seed.
class Maker {
public:
    explicit Maker(std::uint64_t seed = 1) : random_(bytes_of(std::to_string(seed))) {}

    Record record(std::string kind, Json body, Instant at = kNow, const std::string& device = "phone") {
        Record made;
        made.system = "declaration";
        made.kind = std::move(kind);
        made.version = made.kind == "population" ? 2 : 1;
        made.unit = body.contains("ward") ? body["ward"].get<std::string>() : "26734";
        const std::string province = test_units().province_of(made.unit);
        made.id = RecordId::make(at, shard_of_province(province), random_).text();
        made.device = device_id(device);
        made.made_at = at;
        Bytes salt(16);
        random_.fill(salt);
        made.salt = to_base64url(salt);
        made.body = std::move(body);
        return made;
    }
    Record population(Json changes = Json::object(), Instant at = kNow, const std::string& device = "phone") {
        Json body = healthy_body();
        if (changes.is_object()) body.update(changes);
        return record("population", std::move(body), at, device);
    }
    Record by_official(Record made, std::string author = "officer") {
        made.author = std::move(author);
        return made;
    }

private:
    SeededRandom random_;
};

/// A database with the tables of everything, on the server's side.
class World {
public:
    World() {
        auto opened = server::open_sqlite(":memory:");
        EXPECT_TRUE(opened) << opened.error().detail;
        database = std::move(*opened);
        const auto done = migrate(*database, all_migrations(), Instant{1});
        EXPECT_TRUE(done) << done.error().detail;
    }

    static Actor officer(std::string unit, Role role = Role::commune_health, std::string user = "officer") {
        return {std::move(user), device_id("desk"), {{role, std::move(unit), Instant{0}}}};
    }

    Context context(Actor actor = {}) { return {*database, test_units(), now, Side::server, std::move(actor), {}}; }

    /// Through the one write path, signatures taken as proven. Gives the rule of each, "" when accepted.
    std::vector<std::string> submit(const std::vector<Record>& records, Actor actor = {}) {
        std::vector<Incoming> incoming;
        for (const Record& record : records) incoming.push_back({write_envelope(record), "signature"});
        Context at = context(std::move(actor));
        Batch batch = read_batch(incoming, test_units(), now, at.actor);
        const std::vector<bool> proven(batch.checks.size(), true);
        auto answers = append(at, std::move(batch), proven);
        EXPECT_TRUE(answers) << answers.error().detail;
        std::vector<std::string> rules;
        for (const RecordAnswer& answer : *answers) rules.push_back(answer.rule);
        return rules;
    }
    std::string submit(const Record& record, Actor actor = {}) { return submit(std::vector{record}, std::move(actor)).at(0); }

    /// Straight into the tables of this system, as a batch.
    std::vector<Fact> apply(const std::vector<Record>& records) {
        std::vector<StoredRecord> stored;
        for (const Record& record : records) {
            stored.push_back(seal(record));
            const std::string path = test_units().path(record.unit, day_in_vietnam(record.made_at));
            stored.back().scope = {path.substr(0, 2), path.substr(3, 3), path.substr(7)};
        }
        return in_transaction([&](Context& at) { return system().apply(at, stored); });
    }
    std::vector<Fact> observe(const std::vector<Fact>& facts) {
        return in_transaction([&](Context& at) { return system().observe(at, facts); });
    }

    Json query(std::string_view name, const Json& arguments, Actor actor) {
        Context at = context(std::move(actor));
        auto answer = ask(at, name, arguments);
        if (!answer) return {{"error", answer.error().rule}};
        return std::move(*answer);
    }

    std::string dump(const std::string& table, const std::string& where = "") {
        std::vector<std::string> columns;
        EXPECT_TRUE(database->read("SELECT name FROM pragma_table_info(?1)", {std::string_view(table)}, [&](const Row& row) {
            columns.emplace_back(row.text(0));
            return Next::row;
        }));
        std::string list;
        for (const std::string& column : columns) list += (list.empty() ? "CAST(" : ", CAST(") + column + " AS TEXT)";
        std::string out;
        EXPECT_TRUE(database->read("SELECT " + list + " FROM " + table + where + " ORDER BY " + list, {}, [&](const Row& row) {
            for (int i = 0; i < static_cast<int>(columns.size()); ++i) out += (row.is_null(i) ? "-" : std::string(row.text(i))) + '|';
            out += '\n';
            return Next::row;
        }));
        return out;
    }
    std::string tables() {
        std::string out;
        for (const char* table : {"declaration_entry", "declaration_event", "declaration_stay", "declaration_unit_level",
                                  "declaration_position", "declaration_daily"}) {
            out += std::string(table) + "\n" + dump(table);
        }
        return out;
    }
    /// Every row of every table.
    std::string everything() {
        std::vector<std::string> names;
        EXPECT_TRUE(database->read("SELECT name FROM sqlite_master WHERE type = 'table'", {}, [&](const Row& row) {
            names.emplace_back(row.text(0));
            return Next::row;
        }));
        std::string out;
        for (const std::string& name : names) out += dump(name);
        return out;
    }
    /// "colour state" of a declaration.
    std::string standing(const std::string& id) {
        std::string out;
        EXPECT_TRUE(database->read("SELECT colour, state FROM declaration_entry WHERE id = ?1", {std::string_view(id)}, [&](const Row& row) {
            out = std::string(row.text(0)) + ' ' + std::string(row.text(1));
            return Next::stop;
        }));
        return out;
    }

    std::unique_ptr<server::Engine> database;
    Instant now = kNow;

private:
    template <class Run>
    std::vector<Fact> in_transaction(const Run& run) {
        Context at = context();
        auto transaction = Transaction::begin(*database);
        EXPECT_TRUE(transaction);
        const Result<void> done = run(at);
        EXPECT_TRUE(done) << done.error().detail;
        EXPECT_TRUE(transaction->commit());
        return at.facts;
    }
};

}  // namespace lachan::declaration
