// A record that a device makes in a province that was merged must be one that the server takes: both ask for the
// province of the day. Found when every record of 29 provinces would have been refused as record.id_shard.

#include <gtest/gtest.h>

#include "core/core.h"
#include "systems.h"

namespace lachan {
namespace {

constexpr std::string_view kUnits =
    "25747|3|718|Phường Phú Thọ|Phường|||\n"
    "718|2|74|Thành phố Thủ Dầu Một|Thành phố|||\n"
    "74|1||Tỉnh Bình Dương|Tỉnh||2025-06-30|79\n"
    "79|1||Thành phố Hồ Chí Minh|Thành phố|||\n";

constexpr std::int64_t kBefore = 1'751'000'000'000;  // 27/06/2025
constexpr std::int64_t kAfter = 1'764'000'000'000;   // 24/11/2025

struct Prepared {
    Json record;
    Json reply;
};

Prepared prepare(Core& core, std::string_view unit, std::int64_t now) {
    const Json body{{"unit", unit},
                    {"level", 2},
                    {"from", "2025-06-01"},
                    {"documentNumber", "12/TB-UBND"},
                    {"reason", "Theo tình hình dịch"}};
    const Json request{{"system", "riskmap"}, {"kind", "declared_level"},       {"unit", unit},
                       {"author", "can-bo"},  {"device", std::string(43, 'A')}, {"body", body},
                       {"now", now},          {"entropy", std::string(64, '7')}};
    std::string reply;
    EXPECT_EQ(core.call("record.prepare", request.dump(), reply), 0) << reply;
    Prepared out;
    out.reply = parse_json(reply).value_or(Json());
    out.record = parse_json(text_at(out.reply, "bytes")).value_or(Json());
    return out;
}

TEST(vocab_unit, a_record_of_a_merged_province_is_made_and_taken_under_the_province_of_its_day) {
    Core core(nullptr);
    core.set_units(Units::parse(kUnits).value());
    struct Row {
        std::int64_t at;
        const char* province;
    };
    for (const Row& row : {Row{kBefore, "74"}, Row{kAfter, "79"}}) {
        const Prepared made = prepare(core, "25747", row.at);
        ASSERT_TRUE(made.record.is_object()) << made.reply.dump();
        Actor actor;
        actor.user = "can-bo";
        actor.grants.push_back({Role::provincial_cdc, row.province, Instant{0}});
        const Incoming incoming{made.record, ""};
        const Batch batch = read_batch({&incoming, 1}, core.units(), Instant{row.at}, actor);
        EXPECT_EQ(batch.answers.front().rule, "") << row.province;
        EXPECT_EQ(batch.records.front().scope.province, row.province);
    }
}

TEST(vocab_unit, a_merged_province_itself_is_no_unit_of_a_new_record) {
    Core core(nullptr);
    core.set_units(Units::parse(kUnits).value());
    std::string reply;
    const Json request{{"system", "riskmap"}, {"kind", "declared_level"},       {"unit", "74"},
                       {"author", "can-bo"},  {"device", std::string(43, 'A')}, {"body", Json::object()},
                       {"now", kAfter},       {"entropy", std::string(64, '7')}};
    EXPECT_EQ(core.call("record.prepare", request.dump(), reply), 1);
    EXPECT_NE(reply.find("record.unit"), std::string::npos) << reply;
}

TEST(vocab_unit, the_units_operations_name_the_province_of_the_day) {
    Core core(nullptr);
    core.set_units(Units::parse(kUnits).value());
    std::string reply;
    ASSERT_EQ(core.call("units.find", Json{{"code", "25747"}, {"day", "2025-07-01"}}.dump(), reply), 0) << reply;
    const Json found = parse_json(reply).value_or(Json());
    EXPECT_EQ(at(found, "parents").dump(), R"(["Thành phố Thủ Dầu Một","Thành phố Hồ Chí Minh"])");
    EXPECT_EQ(text_at(found, "path"), "79/718/25747");
}

}  // namespace
}  // namespace lachan
