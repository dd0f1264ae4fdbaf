// A request for a correction from the device that asks to the official who answers, and back, over HTTP and on both databases; and as rows
// for the real lachan-issue.

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "certificate/inspection.h"
#include "certificate/issue.h"
#include "certificate/knowledge.h"
#include "server/postgres_fixture.h"
#include "server/server_process.h"

namespace lachan {
namespace {

using testing::Answer;
using testing::Device;
using testing::ServerProcess;

constexpr const char* kOld = "URN:UVCI:01:VN:0A2B4C6D8E0F1A3B5C7D9E1F2A4B6C8D";
constexpr const char* kNew = "URN:UVCI:01:VN:112233445566778899AABBCCDDEEFF00";

Record record_of(const Device& device, const char* kind, Json body, const std::string& author = "", std::int64_t skew_ms = 0) {
    Record made = device.record(Json::object(), skew_ms);
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
    class Issuer;
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

struct Done {
    int status = -1;
    std::string out;
    std::string said;  ///< on standard error
};

/// A program of this build in a shell, as an operator runs it.
Done run(const std::string& folder, const std::string& command) {
    Done done;
    FILE* pipe = popen((LACHAN_BINARY_ROOT "/" + command + " 2>" + folder + "/said").c_str(), "r");
    std::array<char, 4'096> part{};
    for (std::size_t count = 0; (count = fread(part.data(), 1, part.size(), pipe)) > 0;) done.out.append(part.data(), count);
    done.status = WEXITSTATUS(pclose(pipe));
    std::ifstream said(folder + "/said");
    done.said.assign(std::istreambuf_iterator<char>(said), {});
    return done;
}

/// The certificate with another family name, under the same key id, with a signature that is none.
std::string unsigned_text(std::string_view text, const char* family_name) {
    const certificate::TrustBundle nothing;
    const certificate::Inspection inspection = certificate::inspect(text, {&nothing});
    certificate::Draft draft;
    draft.payload = inspection.content;
    draft.payload["nam"]["fn"] = family_name;
    draft.issuer = inspection.issuer;
    draft.issued_at_s = inspection.issued_at->ms / 1'000;
    draft.expires_at_s = inspection.expires_at->ms / 1'000;
    draft.kid = inspection.kid;
    return certificate::seal(certificate::prepare(draft), Bytes(64, 1));
}

std::vector<Json> lines_of(const std::string& text) {
    std::vector<Json> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(parse_json(line, {1 << 20, 8}).value());
    return lines;
}

Json dose_of_somebody() {
    return {{"kind", "vaccination"}, {"familyName", "Nguyễn"}, {"givenName", "Thị Thử"}, {"birthDate", "1988-02-29"}, {"disease", "840539006"},
            {"country", "VN"}, {"issuer", "Bộ Y tế"}, {"vaccine", "J07BX03"}, {"product", "EU/1/21/1529"}, {"manufacturer", "ORG-100001699"},
            {"dose", 2}, {"doses", 2}, {"date", "2021-09-15"}};
}

/// The real lachan-issue beside the server of a test, and the operator who goes between both.
class Corrections::Issuer {
public:
    explicit Issuer(Corrections& test) : test_(test), folder_(test.server_->folder()) {
        EXPECT_EQ(issue("authority --country VN --organisation Demo").status, 0);
        EXPECT_EQ(issue("signer --name mot --usage v,t,r --days 500").status, 0);
        EXPECT_EQ(issue("list").status, 0);
    }
    Done issue(const std::string& arguments) const { return run(folder_, "lachan-issue " + arguments + " --dir " + folder_ + "/issuer"); }
    Done admin(const std::string& arguments) const {
        return run(folder_, "lachan-admin corrections --list " + folder_ + "/issuer/trust.json " + arguments + " --database '" +
                                test_.server_->database() + "' --data " + folder_ + "/data --assets " + folder_ + "/assets");
    }
    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ + '/' + name) << text;
        return folder_ + '/' + name;
    }
    std::vector<Json> certificates(int count) const {
        std::string doses;
        for (int i = 0; i < count; ++i) doses += dose_of_somebody().dump() + '\n';
        return lines_of(issue("certificate --signer mot " + file("old.jsonl", doses)).out);
    }
    void asks_and_is_taken(const Device& device, const Device& desk, const Json& of, const char* wrong, const char* should_be,
                           const std::string& station, std::int64_t desk_is_ahead_ms = 0) const {
        Record request = request_of(device);
        request.body.update({{"certificate", of["identifier"]}, {"code", of["text"]}, {"wrong", wrong}, {"shouldBe", should_be}});
        EXPECT_EQ(test_.send(device, request), "");
        const Json taken{{"request", request.id}, {"action", "taken"}};
        EXPECT_EQ(test_.send(desk, record_of(desk, "step", taken, "tram.mot", desk_is_ahead_ms), station), "");
    }

private:
    Corrections& test_;
    std::string folder_;
};

TEST_P(Corrections, what_was_taken_up_goes_through_the_issuer_and_back_to_who_asked) {
    const Issuer issuer(*this);
    const auto issue = [&](const std::string& arguments) { return issuer.issue(arguments); };
    const auto admin = [&](const std::string& arguments) { return issuer.admin(arguments); };
    const auto file = [&](const std::string& name, const std::string& text) { return issuer.file(name, text); };
    const std::string folder = server_->folder();
    const Json dose = dose_of_somebody();
    const auto old = issuer.certificates(4);
    ASSERT_EQ(old.size(), 4U);
    // A lot and a name with the certificate itself, one with a text that names our key and was signed by nobody, one with that of another
    // certificate; and a stranger who knows nothing but the first one's number, and asks before its holder.
    const Device lot, name, forger, stray, stranger, desk;
    const std::string station = sign_in("tram.mot", Role::commune_health, "26734");
    const auto asks = [&](const Device& device, const Json& of, const char* wrong, const char* should_be, const std::string& code) {
        issuer.asks_and_is_taken(device, desk, {{"identifier", of["identifier"]}, {"text", code}}, wrong, should_be, station);
    };
    asks(stranger, old[0], "name", "Trần Văn Khác", "HC1:6BF");
    asks(lot, old[0], "lot", "FK0113", old[0]["text"]);
    asks(name, old[1], "name", "Nguyễn Thị Thơm", old[1]["text"]);
    asks(forger, old[2], "lot", "FK0114", unsigned_text(text_at(old[2], "text"), "Trần"));
    asks(stray, old[3], "lot", "FK0115", old[0]["text"]);

    const Done rows = admin("26734");
    ASSERT_EQ(rows.status, 0) << rows.said;
    auto row = lines_of(rows.out);
    ASSERT_EQ(row.size(), 4U) << rows.out;
    EXPECT_NE(rows.said.find("5 requests, 4 rows, 1 of them ready"), std::string::npos) << rows.said;
    Json ready = dose;
    ready.update({{"lot", "FK0113"}, {"replaces", old[0]["identifier"]}});
    EXPECT_EQ(row[0], ready);
    EXPECT_EQ(row[1]["shouldBe"], "Nguyễn Thị Thơm");
    EXPECT_EQ(row[1]["familyName"], "Nguyễn");
    EXPECT_EQ(row[2], (Json{{"replaces", old[2]["identifier"]}, {"wrong", "lot"}, {"shouldBe", "FK0114"}})) << "nothing is taken from what is not proven";
    EXPECT_EQ(row[3], (Json{{"replaces", old[3]["identifier"]}, {"wrong", "lot"}, {"shouldBe", "FK0115"}}));
    EXPECT_NE(rows.said.find("filled by hand"), std::string::npos);
    EXPECT_EQ(lines_of(admin("26740").out).size(), 0U) << "of another commune";
    EXPECT_EQ(lines_of(admin("").out).size(), 4U) << "of all";
    EXPECT_NE(run(folder, "lachan-admin corrections --database '" + server_->database() + "' --assets " + folder + "/assets").status, 0) << "without a list";

    // What nobody has looked at is not issued.
    EXPECT_NE(issue("certificate --signer mot " + file("rows.jsonl", row[1].dump() + '\n')).status, 0);
    for (const char* key : {"wrong", "shouldBe"}) row[1].erase(key);
    row[1]["givenName"] = "Thị Thơm";
    const Done made = issue("certificate --signer mot " + file("rows.jsonl", row[0].dump() + '\n' + row[1].dump() + '\n'));
    ASSERT_EQ(made.status, 0) << made.said;
    const auto newer = lines_of(made.out);

    // A line whose text is another certificate stops all.
    Json spoilt = newer[1];
    spoilt["text"] = newer[0]["text"];
    EXPECT_EQ(admin("--issued " + file("spoilt.jsonl", newer[0].dump() + '\n' + spoilt.dump() + '\n')).status, 2);
    EXPECT_EQ(mine(lot)[0]["state"], "taken");
    const Done answered = admin("--issued " + file("made.jsonl", made.out));
    EXPECT_EQ(answered.status, 0) << answered.said;
    EXPECT_EQ(answered.out, "2 requests answered\n");
    EXPECT_EQ(mine(lot)[0]["newCode"], newer[0]["text"]);
    EXPECT_EQ(mine(name)[0]["newCertificate"], newer[1]["identifier"]);
    EXPECT_EQ(mine(forger)[0]["state"], "taken");
    EXPECT_EQ(mine(stranger)[0]["state"], "taken") << "a number alone is answered by people";
    EXPECT_EQ(mine(stranger).dump().find("HC1:"), std::string::npos);
    EXPECT_EQ(admin("--issued " + file("made.jsonl", made.out)).out, "0 requests answered\n") << "once";
}

TEST_P(Corrections, a_dose_is_corrected_by_the_signature_of_its_site_where_sites_sign) {
    const Issuer issuer(*this);
    ASSERT_EQ(issuer.issue("site --name tram --code 79-0123 --title Tram --unit 26734 --days 400").status, 0);
    Json dose = dose_of_somebody();
    dose.update({{"nationality", "VNM"}, {"lot", "FK0112"}, {"site", "79-0123"}, {"record", "T-1"}});
    const auto certified = [&](const Json& row) {
        const Done record = issuer.issue("dose --site tram " + issuer.file("row.jsonl", row.dump() + '\n'));
        EXPECT_EQ(record.status, 0) << record.said;
        return issuer.issue("certificate --signer mot --signed " + issuer.file("signed", record.out));
    };
    const Json old = lines_of(certified(dose).out)[0];
    const Device phone, desk;
    issuer.asks_and_is_taken(phone, desk, old, "lot", "FK0113", sign_in("tram.mot", Role::commune_health, "26734"));
    const std::string rows = issuer.admin("").out;
    const Done refused = issuer.issue("certificate --signer mot " + issuer.file("rows.jsonl", rows));
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.said.find("issue.unsigned"), std::string::npos) << refused.said;
    // The site adds what the code does not hold, and signs.
    Json row = lines_of(rows)[0];
    row.update({{"nationality", "VNM"}, {"site", "79-0123"}, {"record", "T-1"}});
    const Done made = certified(row);
    ASSERT_EQ(made.status, 0) << made.said;
    EXPECT_EQ(lines_of(made.out)[0]["printed"]["lot"], "FK0113");
    EXPECT_EQ(issuer.admin("--issued " + issuer.file("made.jsonl", made.out)).out, "1 requests answered\n");
    EXPECT_EQ(mine(phone)[0]["newCode"], lines_of(made.out)[0]["text"]);
}

TEST_P(Corrections, two_devices_with_one_certificate_make_one_row_and_both_are_answered) {
    const Issuer issuer(*this);
    const Json old = issuer.certificates(1)[0];
    const Device phone, tablet, desk;
    const std::string station = sign_in("tram.mot", Role::commune_health, "26734");
    for (const Device* device : {&phone, &tablet}) issuer.asks_and_is_taken(*device, desk, old, "lot", "FK0113", station);
    const Done rows = issuer.admin("");
    ASSERT_EQ(rows.status, 0) << rows.said;
    ASSERT_EQ(lines_of(rows.out).size(), 1U) << rows.out;
    EXPECT_EQ(lines_of(rows.out)[0]["lot"], "FK0113");
    const Done made = issuer.issue("certificate --signer mot " + issuer.file("rows.jsonl", rows.out));
    ASSERT_EQ(made.status, 0) << made.said;
    EXPECT_EQ(issuer.admin("--issued " + issuer.file("made.jsonl", made.out)).out, "2 requests answered\n");
    for (const Device* device : {&phone, &tablet}) EXPECT_EQ(mine(*device)[0]["newCode"], lines_of(made.out)[0]["text"]);
}

TEST_P(Corrections, two_devices_that_ask_for_different_things_leave_the_row_to_people) {
    const Issuer issuer(*this);
    const Json old = issuer.certificates(1)[0];
    const Device phone, tablet, desk;
    const std::string station = sign_in("tram.mot", Role::commune_health, "26734");
    issuer.asks_and_is_taken(phone, desk, old, "lot", "FK0113", station);
    issuer.asks_and_is_taken(tablet, desk, old, "lot", "FK0114", station);
    const auto rows = lines_of(issuer.admin("").out);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]["shouldBe"], (Json{"FK0113", "FK0114"}));
    EXPECT_FALSE(rows[0].contains("lot"));
    EXPECT_NE(issuer.issue("certificate --signer mot " + issuer.file("rows.jsonl", rows[0].dump() + '\n')).status, 0);
}

TEST_P(Corrections, a_desk_whose_clock_is_ahead_stops_no_answer) {
    const Issuer issuer(*this);
    const Device phone, desk;
    issuer.asks_and_is_taken(phone, desk, issuer.certificates(1)[0], "lot", "FK0113", sign_in("tram.mot", Role::commune_health, "26734"), 3'600'000);
    const Done made = issuer.issue("certificate --signer mot " + issuer.file("rows.jsonl", issuer.admin("").out));
    const Done answered = issuer.admin("--issued " + issuer.file("made.jsonl", made.out));
    EXPECT_EQ(answered.out, "1 requests answered\n") << answered.said;
    EXPECT_EQ(mine(phone)[0]["state"], "issued");
}

TEST_P(Corrections, rows_are_written_whole_for_the_operator_alone_and_over_nothing) {
    const Issuer issuer(*this);
    const Device phone, desk;
    issuer.asks_and_is_taken(phone, desk, issuer.certificates(1)[0], "lot", "FK0113", sign_in("tram.mot", Role::commune_health, "26734"));
    const std::string rows = server_->folder() + "/out.jsonl";
    EXPECT_EQ(issuer.admin("--out " + rows).status, 0);
    std::ifstream file(rows);
    EXPECT_EQ(lines_of({std::istreambuf_iterator<char>(file), {}}).size(), 1U);
    EXPECT_EQ(std::filesystem::status(rows).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_FALSE(std::filesystem::exists(rows + ".part"));
    const Done again = issuer.admin("--out " + rows);
    EXPECT_NE(again.status, 0);
    EXPECT_NE(again.said.find("there already"), std::string::npos) << again.said;
}

INSTANTIATE_TEST_SUITE_P(engines, Corrections, ::testing::Values("sqlite", "postgresql"), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace lachan
