#pragma once

#include <string>
#include <vector>

#include "kernel/text.h"
#include "riskmap/embedded.gen.h"
#include "riskmap/riskmap.h"
#include "support/system_world.h"

namespace lachan::riskmap {

using support::day;

/// The 63 provinces as the population file names them, one district and two communes, and the merger of 2025: 74 and 77 join 79.
inline Units units_of_test() {
    std::string text =
        "26734|3|760|Phường Bến Nghé|Phường|||\n"
        "26740|3|760|Phường Bến Thành|Phường|||\n"
        "760|2|79|Quận 1|Quận|||\n";
    for (const auto& [path, csv] : embedded_in_riskmap()) {
        if (!path.ends_with(".csv")) continue;
        std::string_view rest = csv.substr(csv.find('\n') + 1);
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            const std::string code(line.substr(0, 2));
            const std::string name(line.substr(3, line.rfind(',') - 3));
            const bool merged = code == "74" || code == "77";
            text += code + "|1||Tỉnh " + name + "|Tỉnh||" + (merged ? "2025-06-30|79" : "|") + "\n";
        }
    }
    std::vector<std::string> lines;
    while (!text.empty()) {
        lines.push_back(text.substr(0, text.find('\n') + 1));
        text.erase(0, lines.back().size());
    }
    const auto code_of = [](const std::string& line) { return line.substr(0, line.find('|')); };
    std::sort(lines.begin(), lines.end(), [&](const auto& a, const auto& b) { return code_of(a) < code_of(b); });
    for (const std::string& line : lines) text += line;
    auto units = Units::parse(text);
    EXPECT_TRUE(units) << units.error().detail;
    return std::move(*units);
}

inline const Units& test_units() {
    static const Units units = units_of_test();
    return units;
}

class World : public support::SystemWorld {
public:
    World() : SystemWorld(system(), test_units(), start_in_vietnam(day("2022-03-01"))) {}

    std::string tables() {
        return dump("riskmap_count", "province, unit, measure, CAST(day AS TEXT), source, CAST(value AS TEXT), record_id, CAST(made_at AS TEXT)") + '\n' +
               levels() + '\n' +
               dump("riskmap_declared", "province, unit, record_id, CAST(level AS TEXT), CAST(first_day AS TEXT), CAST(last_day AS TEXT)") + '\n' +
               dump("riskmap_symptom WHERE green <> 0 OR yellow <> 0 OR red <> 0 OR symptomatic <> 0",
                    "province, unit, CAST(day AS TEXT), CAST(green AS TEXT), CAST(yellow AS TEXT), CAST(red AS TEXT), CAST(symptomatic AS TEXT)");
    }
    std::string levels() { return dump("riskmap_level", "province, unit, CAST(day AS TEXT), CAST(level AS TEXT)"); }
};

/// Makes records as an official of a province would.
class Maker {
public:
    explicit Maker(std::uint8_t seed = 1) : random_(Bytes(32, seed)) {}

    StoredRecord series(const std::string& unit, const char* from, const std::string& values, std::int64_t made_at,
                        const char* source = "national") {
        return made("case_series", unit, made_at,
                    {{"unit", unit}, {"source", source}, {"measure", "cases"}, {"from", from}, {"values", values}});
    }

    StoredRecord declared(const std::string& unit, int level, const char* from, const char* until, std::int64_t made_at,
                          const std::string& supersedes = "") {
        Json body{{"unit", unit}, {"level", level}, {"from", from}, {"documentNumber", "12/QĐ-UBND"}, {"reason", "Ổ dịch mới"}};
        if (until) body["until"] = until;
        return made("declared_level", unit, made_at, body, supersedes);
    }

    StoredRecord made(const char* kind, const std::string& unit, std::int64_t made_at, Json body, const std::string& supersedes = "") {
        Record record;
        const std::string province = province_key(test_units(), unit);
        record.id = RecordId::make(Instant{made_at}, shard_of_province(province), random_).text();
        record.system = "riskmap";
        record.kind = kind;
        record.unit = unit;
        record.author = "cdc";
        record.device = to_base64url(sha256("device"));
        record.made_at = Instant{made_at};
        record.supersedes = supersedes;
        record.salt = to_base64url(Bytes(16, 7));
        record.body = std::move(body);
        return seal(record);
    }

private:
    SeededRandom random_;
};

constexpr std::int64_t kMade = 1'646'000'000'000;  // 2022-02-27

inline std::string times(int count, int value) {
    std::string out;
    for (int i = 0; i < count; ++i) out += (i ? "," : "") + std::to_string(value);
    return out;
}

}  // namespace lachan::riskmap
