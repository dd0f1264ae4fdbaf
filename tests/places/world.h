#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "kernel/crypto.h"
#include "places/places.h"
#include "support/system_world.h"

namespace lachan::places {

using support::day;

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

class World : public support::SystemWorld {
public:
    World() : SystemWorld(system(), test_units(), Instant{kMade}) {}

    /// The names of what is on the map of a unit on a day.
    std::vector<std::string> names(const char* query, const char* unit, const char* on) {
        std::vector<std::string> out;
        const Json answer = ask(query, {{"unit", unit}, {"day", on}});
        for (const Json& mark : answer["marks"]) out.push_back(mark["name"]);
        std::sort(out.begin(), out.end());
        return out;
    }

    std::string tables() {
        return dump("places_mark", "province, unit, record_id, name, shape, CAST(first_day AS TEXT)") + '\n' + dump("places_ended", "province, unit, record_id");
    }
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
