#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "correction/store.h"
#include "kernel/crypto.h"
#include "kernel/id.h"
#include "kernel/record.h"
#include "sql/sqlite.h"
#include "support/print_json.h"
#include "systems.h"

namespace lachan::correction {

/// 2021-08-15, 11:00 in Vietnam.
constexpr Instant kNow{1'629'000'000'000};
constexpr std::int64_t kHourMs = 3'600'000;
constexpr const char* kOld = "URN:UVCI:01:VN:0A2B4C6D8E0F1A3B5C7D9E1F2A4B6C8D";
constexpr const char* kNew = "URN:UVCI:01:VN:112233445566778899AABBCCDDEEFF00";

inline Instant later(double days) { return Instant{kNow.ms + static_cast<std::int64_t>(days * 86'400'000)}; }

inline std::string read_file(const std::string& path) {
    std::ifstream file(std::string(LACHAN_SOURCE_ROOT) + '/' + path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

inline const Units& test_units() {
    static const Units units = Units::parse(read_file("tests/declaration/units.txt")).value();
    return units;
}

inline std::string device_id(std::string_view name) { return to_base64url(sha256(name)); }

inline Json asked() {
    return {{"certificate", kOld},      {"code", "HC1:6BF"},      {"wrong", "name"}, {"shouldBe", "Nguyễn Thị Thử"},
            {"fullName", "Nguyễn Thị Thử"}, {"phone", "0912345678"}, {"dataConsent", true}};
}

/// Makes records as devices do, from a seed.
class Maker {
public:
    explicit Maker(std::uint64_t seed = 1) : random_(bytes_of(std::to_string(seed))) {}

    Record request(Json changes = Json::object(), Instant at = kNow, const std::string& device = "phone", const std::string& unit = "26734") {
        Json body = asked();
        if (changes.is_object()) body.update(changes);
        return record("request", std::move(body), at, device, unit, "");
    }
    Record step(const Record& request, const char* action, Instant at, Json more = Json::object(), const std::string& unit = "26734") {
        Json body{{"request", request.id}, {"action", action}};
        const std::string what = action;
        if (what == "refused") body["reason"] = "Sổ tiêm ghi đúng như chứng nhận";
        if (what == "issued") body.update({{"newCertificate", kNew}, {"newCode", "HC1:NEW"}});
        if (more.is_object()) body.update(more);
        return record("step", std::move(body), at, "desk", unit, "officer");
    }
    Record record(const char* kind, Json body, Instant at, const std::string& device, const std::string& unit, const char* author) {
        Record made;
        made.system = "correction";
        made.kind = kind;
        made.unit = unit;
        made.id = RecordId::make(at, shard_of_province(test_units().province_of(unit)), random_).text();
        made.author = author;
        made.device = device_id(device);
        made.made_at = at;
        Bytes salt(16);
        random_.fill(salt);
        made.salt = to_base64url(salt);
        made.body = std::move(body);
        return made;
    }

private:
    SeededRandom random_;
};

inline Actor officer(std::string unit, Role role = Role::commune_health) { return {"officer", device_id("desk"), {{role, std::move(unit), Instant{0}}}}; }

/// A database with the tables of everything.
class World {
public:
    World() {
        auto opened = server::open_sqlite(":memory:");
        EXPECT_TRUE(opened) << opened.error().detail;
        database = std::move(*opened);
        EXPECT_TRUE(migrate(*database, all_migrations(), Instant{1}));
    }

    Context context(Actor actor = {}) { return {*database, test_units(), now, side, std::move(actor), {}}; }

    /// Through the one write path, signatures taken as proven. The rule that refused it, "" when it was accepted.
    std::string submit(const Record& record, Actor actor = {}) {
        const Incoming incoming{write_envelope(record), "signature"};
        Context at = context(std::move(actor));
        at.now = std::max(now, record.made_at);
        Batch batch = read_batch({&incoming, 1}, test_units(), at.now, at.actor);
        const std::vector<bool> proven(batch.checks.size(), true);
        auto answers = append(at, std::move(batch), proven);
        EXPECT_TRUE(answers) << answers.error().detail;
        return answers->front().rule;
    }

    /// Straight into the tables of this system, as a batch.
    void apply(const std::vector<Record>& records) {
        std::vector<StoredRecord> stored;
        for (const Record& record : records) {
            stored.push_back(seal(record));
            const std::string path = test_units().path(record.unit, day_in_vietnam(record.made_at));
            stored.back().scope = {path.substr(0, 2), path.substr(3, 3), path.size() > 7 ? path.substr(7) : ""};
        }
        Context at = context();
        auto transaction = Transaction::begin(*database);
        ASSERT_TRUE(transaction);
        const auto done = system().apply(at, stored);
        ASSERT_TRUE(done) << done.error().detail;
        ASSERT_TRUE(transaction->commit());
    }

    Json query(std::string_view name, const Json& arguments, Actor actor) {
        Context at = context(std::move(actor));
        auto answer = ask(at, name, arguments);
        if (!answer) return {{"error", answer.error().rule}};
        return std::move(*answer);
    }

    std::string state(const Record& request) {
        const auto entry = find_entry(*database, request.id);
        EXPECT_TRUE(entry);
        return *entry ? name_of((*entry)->state) : "";
    }

    int purge() {
        Context at = context();
        const auto erased = system().purge(at);
        EXPECT_TRUE(erased) << erased.error().detail;
        return erased ? *erased : -1;
    }

    /// All rows of this system's tables, as text.
    std::string tables() {
        std::string out;
        for (const char* table : {"correction_request", "correction_step", "correction_daily"}) {
            std::vector<std::string> rows;
            std::vector<std::string> columns;
            EXPECT_TRUE(database->read("SELECT name FROM pragma_table_info('" + std::string(table) + "')", {}, [&](const Row& row) {
                columns.emplace_back(row.text(0));
                return Next::row;
            }));
            std::string list;
            for (const std::string& column : columns) list += (list.empty() ? "CAST(" : ", CAST(") + column + " AS TEXT)";
            EXPECT_TRUE(database->read("SELECT " + list + " FROM " + table + " ORDER BY 1, 2, 3", {}, [&](const Row& row) {
                for (std::size_t i = 0; i < columns.size(); ++i) out += std::string(row.text(static_cast<int>(i))) + '|';
                out += '\n';
                return Next::row;
            }));
            out += "--\n";
        }
        return out;
    }

    /// Everything that any table holds, the log included.
    std::string everything() {
        std::string out;
        EXPECT_TRUE(database->read("SELECT coalesce(bytes, '') FROM kernel_record", {}, [&](const Row& row) {
            out += std::string(row.text(0)) + '\n';
            return Next::row;
        }));
        return out + tables();
    }

    std::unique_ptr<server::Engine> database;
    Instant now = kNow;
    Side side = Side::server;
};

}  // namespace lachan::correction
