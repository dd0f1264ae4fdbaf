#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "kernel/crypto.h"
#include "places/places.h"
#include "sql/sqlite.h"
#include "systems.h"

// GoogleTest would print a JSON value as a container of itself, without end.
NLOHMANN_JSON_NAMESPACE_BEGIN
inline void PrintTo(const json& value, std::ostream* out) { *out << value.dump(); }
NLOHMANN_JSON_NAMESPACE_END

namespace lachan::places {

inline Day day(std::string_view text) { return Day::parse(text).value(); }

/// Two provinces, of which the second joins the first in 2025; districts and communes as the vectors name them.
inline const Units& test_units() {
    static const Units units = Units::parse(
                                   "26734|3|760|Phường Tân Định|Phường|||\n"
                                   "26737|3|760|Phường Đa Kao|Phường|||\n"
                                   "26740|3|760|Phường Bến Nghé|Phường|||\n"
                                   "26743|3|770|Phường 14|Phường|||\n"
                                   "56|1||Tỉnh Khánh Hòa|Tỉnh|||\n"
                                   "576|2|56|Huyện Trường Sa|Huyện|||\n"
                                   "718|2|74|Thành phố Thủ Dầu Một|Thành phố||2025-06-30|760\n"
                                   "74|1||Tỉnh Bình Dương|Tỉnh||2025-06-30|79\n"
                                   "760|2|79|Quận 1|Quận|||\n"
                                   "770|2|79|Quận 3|Quận|||\n"
                                   "79|1||Thành phố Hồ Chí Minh|Thành phố|||\n")
                                   .value();
    return units;
}

constexpr std::int64_t kMade = 1'627'776'000'000;  // 2021-08-01

inline Actor official(Role role, const char* unit) {
    Actor actor;
    actor.user = "official";
    actor.grants.push_back({role, unit, Instant{0}, Instant{INT64_MAX}});
    return actor;
}

/// A database with the tables of the kernel and of this system.
class World {
public:
    World() {
        database = std::move(*server::open_sqlite(":memory:"));
        std::vector<Migration> all;
        for (const Migration& one : migrations_of_kernel()) all.push_back(one);
        for (const Migration& one : system().migrations()) all.push_back(one);
        EXPECT_TRUE(migrate(*database, all, Instant{1}));
    }

    Context context(Actor actor = {}) { return {*database, test_units(), Instant{kMade}, Side::server, std::move(actor), {}}; }

    void apply(const std::vector<StoredRecord>& records) {
        Context at = context();
        const auto done = system().apply(at, records);
        EXPECT_TRUE(done) << done.error().detail;
    }

    Json ask(std::string_view name, Json arguments, Actor actor = {}) {
        Context at = context(std::move(actor));
        for (const Query& query : system().queries()) {
            if (query.name != name) continue;
            EXPECT_TRUE(check_shape(query.arguments(), arguments).empty());
            auto answer = query.run(at, arguments, Sight::none);
            return answer ? std::move(*answer) : Json{{"error", answer.error().rule}};
        }
        return nullptr;
    }

    /// The names of what is on the map of a unit on a day.
    std::vector<std::string> names(const char* query, const char* unit, const char* on) {
        std::vector<std::string> out;
        const Json answer = ask(query, {{"unit", unit}, {"day", on}});
        for (const Json& mark : answer["marks"]) out.push_back(mark["name"]);
        std::sort(out.begin(), out.end());
        return out;
    }

    std::string tables() {
        std::string out;
        for (const char* query : {"SELECT province, unit, record_id, name, shape, CAST(first_day AS TEXT) FROM places_mark ORDER BY 1, 2, 3",
                                  "SELECT province, unit, record_id, '', '', '' FROM places_ended ORDER BY 1, 2, 3"}) {
            EXPECT_TRUE(database->read(query, {}, [&](const Row& row) {
                for (int i = 0; i < 6; ++i) out += std::string(row.text(i)) + '|';
                out += '\n';
                return Next::row;
            }));
        }
        return out;
    }

    std::unique_ptr<Database> database;
};

/// Makes records as an official would.
class Maker {
public:
    StoredRecord zone(const std::string& unit, const std::string& name, const char* from, const char* until, const std::string& supersedes = "") {
        Json body{{"unit", unit}, {"type", "lockdown"}, {"name", name}, {"level", 4}, {"from", from}, {"documentNumber", "1/QĐ"}, {"reason", "Ổ dịch"},
                  {"shape", "106700000,10775000 106702000,10775000 106702000,10777000"}};
        if (until) body["until"] = until;
        return made("risk_zone", unit, std::move(body), supersedes);
    }
    StoredRecord place(const std::string& unit, const std::string& name, const char* type, const char* from, const char* until) {
        Json body{{"unit", unit}, {"type", type}, {"name", name}, {"from", from}, {"position", "106700000,10775000"}};
        if (until) body["until"] = until;
        return made("risk_place", unit, std::move(body));
    }
    StoredRecord withdrawal(const std::string& unit, const std::string& record) {
        return made("withdrawal", unit, {{"unit", unit}, {"record", record}, {"reason", "Nhầm"}});
    }
    StoredRecord made(const char* kind, const std::string& unit, Json body, const std::string& supersedes = "") {
        Record record;
        const std::string province = test_units().province_of(unit);
        record.id = RecordId::make(Instant{kMade}, shard_of_province(province), random_).text();
        record.system = "places";
        record.kind = kind;
        record.unit = unit;
        record.author = "official";
        record.device = to_base64url(sha256("device"));
        record.made_at = Instant{kMade};
        record.supersedes = supersedes;
        record.salt = to_base64url(Bytes(16, 7));
        record.body = std::move(body);
        StoredRecord stored = seal(record);
        stored.scope.province = province;
        return stored;
    }

private:
    SeededRandom random_{Bytes(32, 1)};
};

}  // namespace lachan::places
