// A request for a correction from the device that asks to the official who answers, and back, over HTTP and on both databases.

#include "server/postgres_fixture.h"
#include "server/server_process.h"

namespace lachan {
namespace {

using testing::Answer;
using testing::Device;
using testing::ServerProcess;

constexpr const char* kOld = "URN:UVCI:01:VN:0A2B4C6D8E0F1A3B5C7D9E1F2A4B6C8D";
constexpr const char* kNew = "URN:UVCI:01:VN:112233445566778899AABBCCDDEEFF00";

Record record_of(const Device& device, const char* kind, Json body, const std::string& author = "") {
    Record made = device.record();
    made.system = "correction";
    made.kind = kind;
    made.version = 1;
    made.author = author;
    made.body = std::move(body);
    return made;
}

Record request_of(const Device& device) {
    return record_of(device, "request", {{"certificate", kOld}, {"code", "HC1:6BF"}, {"wrong", "lot"}, {"shouldBe", "FK0112"},
                                         {"fullName", "Nguyễn Thị Thử"}, {"phone", "0900000001"}, {"dataConsent", true}});
}

class Corrections : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        std::string database;
        if (GetParam() == "postgresql") {
            auto& postgres = testing::PostgresServer::shared();
            if (!postgres.reason().empty()) GTEST_SKIP() << "skipped: " << postgres.reason();
            database = postgres.fresh_database();
        }
        server_ = std::make_unique<ServerProcess>(std::vector<std::string>{"--demo"}, database);
    }
    std::string sign_in(const std::string& name, Role role, const std::string& unit) {
        const std::string password = testing::add_official(*server_, name, role, unit);
        return testing::cookie_of(server_->post("/v1/sessions", Json{{"user", name}, {"password", password}}));
    }
    std::string send(const Device& device, const Record& record, const std::string& cookie = "") {
        const Answer answer = server_->post("/v1/records", device.batch({record}), cookie.empty() ? testing::Headers{} : testing::signed_in(cookie));
        EXPECT_EQ(answer.status, 200) << answer.body;
        const Json one = answer.json()["answers"][0];
        return one["outcome"] == "accepted" ? "" : one.value("rule", "?");
    }
    Json mine(const Device& device) {
        const std::string ms = std::to_string(server::system_now().ms);
        const std::string signature = device.key().sign("GET /v1/mine " + ms).value();
        const Answer answer = server_->get("/v1/mine", {{"Authorization", "Device " + device.id() + '.' + ms + '.' + signature}});
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.json()["answer"]["correction"]["requests"];
    }
    Json ask(const std::string& query, const Json& arguments, const std::string& cookie) {
        const Answer answer = server_->post("/v1/query/" + query, arguments, testing::signed_in(cookie));
        return answer.status == 200 ? answer.json()["answer"] : Json{{"error", answer.rule()}};
    }
    std::unique_ptr<ServerProcess> server_;
};

TEST_P(Corrections, what_a_citizen_asks_is_seen_by_the_commune_and_what_it_did_comes_back) {
    const Device phone, other, desk;
    const Record request = request_of(phone);
    ASSERT_EQ(send(phone, request), "");
    EXPECT_EQ(send(phone, request_of(phone)), "correction.open");
    ASSERT_EQ(send(other, request_of(other)), "");
    EXPECT_EQ(mine(phone).size(), 1U);
    EXPECT_EQ(mine(phone)[0]["state"], "received");

    const std::string station = sign_in("tram.mot", Role::commune_health, "26734"), elsewhere = sign_in("tram.hai", Role::commune_health, "26740");
    const Json list = ask("correction.list", {{"unit", "26734"}}, station);
    ASSERT_EQ(list["items"].size(), 2U) << list.dump();
    EXPECT_EQ(list["items"][0]["id"], request.id);
    EXPECT_EQ(ask("correction.list", {{"unit", "26734"}}, elsewhere)["error"], "access.jurisdiction");
    EXPECT_EQ(ask("correction.request", {{"id", request.id}, {"unit", "26734"}}, station)["body"]["code"], "HC1:6BF");
    const Json taken{{"request", request.id}, {"action", "taken"}};
    EXPECT_NE(send(desk, record_of(desk, "step", taken)), "") << "nobody is signed in";
    ASSERT_EQ(send(desk, record_of(desk, "step", taken, "tram.mot"), station), "");
    EXPECT_EQ(mine(phone)[0]["state"], "taken");
    const Json issued{{"request", request.id}, {"action", "issued"}, {"newCertificate", kNew}, {"newCode", "HC1:NEW"}};
    ASSERT_EQ(send(desk, record_of(desk, "step", issued, "tram.mot"), station), "");
    const Json told = mine(phone)[0];
    EXPECT_EQ(told["state"], "issued");
    EXPECT_EQ(told["newCode"], "HC1:NEW");
    EXPECT_EQ(mine(other)[0]["state"], "received");
    EXPECT_EQ(mine(other).dump().find("HC1:NEW"), std::string::npos);
    EXPECT_EQ(ask("correction.list", {{"unit", "79"}, {"state", "issued"}}, sign_in("cdc.mot", Role::provincial_cdc, "79"))["items"].size(), 1U);
    EXPECT_EQ(ask("correction.list", {{"unit", "VN"}}, sign_in("quoc.gia", Role::national_centre, "VN"))["received"], 1);
    EXPECT_NE(server_->post("/v1/query/correction.mine", Json{{"device", phone.id()}}).status, 200) << "not without a signature";
}

INSTANTIATE_TEST_SUITE_P(engines, Corrections, ::testing::Values("sqlite", "postgresql"), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace lachan
