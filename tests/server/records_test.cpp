#include "kernel/receipt.h"
#include "prove.h"
#include "server/postgres_fixture.h"
#include "server/server_process.h"
#include "work.h"

namespace lachan {
namespace {

using testing::Answer;
using testing::Device;
using testing::ServerProcess;

/// Rows of the log, on whichever database.
std::int64_t count(const ServerProcess& server, std::string_view sql) {
    std::int64_t value = -1;
    EXPECT_TRUE(server.open()->read(sql, {}, [&](const Row& row) {
        value = row.integer(0);
        return Next::stop;
    }).has_value());
    return value;
}

class Records : public ::testing::TestWithParam<std::string> {
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
    Json send(const Device& device, const std::vector<Record>& records) {
        const Answer answer = server_->post("/v1/records", device.batch(records));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.json()["answers"];
    }
    std::unique_ptr<ServerProcess> server_;
};

TEST_P(Records, a_record_is_accepted_with_a_receipt_that_proves_itself) {
    const Device device;
    const std::vector<Record> records = {device.record(), device.record(), device.record()};
    const Json answers = send(device, records);
    const Json keys = server_->get("/v1/keys").json()["keys"];
    ASSERT_EQ(keys.size(), 1u);
    for (std::size_t i = 0; i < records.size(); ++i) {
        ASSERT_EQ(answers[i]["outcome"], "accepted");
        EXPECT_EQ(answers[i]["id"], records[i].id);
        EXPECT_EQ(answers[i]["hash"], seal(records[i]).hash);
        const auto receipt = read_receipt(answers[i]["receipt"]);
        ASSERT_TRUE(receipt.has_value()) << receipt.error().detail;
        EXPECT_EQ(receipt->body.hash, seal(records[i]).hash);
        EXPECT_EQ(receipt->head.key, keys[0]["id"]);
        certificate::SignatureCheck check;
        check.spki = from_base64url(text_at(keys[0], "spki")).value();
        const std::string text = bytes_to_sign(receipt->head);
        check.signed_bytes.assign(text.begin(), text.end());
        check.signature = from_base64url(receipt->signature).value();
        EXPECT_EQ(Prover().prove(check), certificate::Answer::valid);
        check.signed_bytes[5] ^= 1;
        EXPECT_EQ(Prover().prove(check), certificate::Answer::invalid);
    }
}

TEST_P(Records, the_same_again_is_a_duplicate_with_the_first_time_in_its_receipt) {
    const Device device;
    const std::vector<Record> records = {device.record(), device.record()};
    const Json first = send(device, records);
    const Json second = send(device, records);
    for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(second[i]["outcome"], "duplicate");
        EXPECT_EQ(second[i]["receipt"]["body"]["receivedAt"], first[i]["receipt"]["body"]["receivedAt"]);
    }
    const Json within = send(device, {records[0], device.record(), records[0]});
    EXPECT_EQ(within[0]["outcome"], "duplicate");
    EXPECT_EQ(within[1]["outcome"], "accepted");
    EXPECT_EQ(within[2]["outcome"], "duplicate");
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM kernel_record"), 3);
}

TEST_P(Records, the_same_id_with_another_body_is_refused_and_the_first_stays) {
    const Device device;
    Record record = device.record();
    ASSERT_EQ(send(device, {record})[0]["outcome"], "accepted");
    record.body["signFever"] = true;
    const Json answer = send(device, {record})[0];
    EXPECT_EQ(answer["outcome"], "rejected");
    EXPECT_EQ(answer["rule"], "record.conflict");
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM kernel_record"), 1);
}

TEST_P(Records, a_correction_may_come_before_what_it_corrects) {
    const Device device;
    const Record first = device.record();
    Record correction = device.record({{"signFever", true}});
    correction.supersedes = first.id;
    EXPECT_EQ(send(device, {correction})[0]["outcome"], "accepted");
    EXPECT_EQ(send(device, {first})[0]["outcome"], "accepted");
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM kernel_supersession"), 1);
}

TEST_P(Records, clocks_that_are_a_day_wrong_are_borne) {
    const Device device;
    constexpr std::int64_t kDay = 86'400'000;
    const Json answers = send(device, {device.record(Json::object(), kDay), device.record(Json::object(), -kDay),
                                       device.record(Json::object(), 3 * kDay)});
    EXPECT_EQ(answers[0]["outcome"], "accepted") << answers[0].dump();
    EXPECT_EQ(answers[1]["outcome"], "accepted") << answers[1].dump();
    EXPECT_EQ(answers[2]["rule"], "record.made_at") << "three days ahead is no skew";
}

TEST_P(Records, what_is_not_signed_by_the_device_is_refused) {
    const Device device, other;
    const Record record = device.record();
    Json forged = device.batch({record});
    forged["records"][0]["signature"] = other.signed_record(record)["signature"];
    EXPECT_EQ(server_->post("/v1/records", forged).json()["answers"][0]["rule"], "record.signature");
    Json changed = device.batch({record});
    changed["records"][0]["record"]["body"]["address"] = "13 đường Ví Dụ";
    EXPECT_EQ(server_->post("/v1/records", changed).json()["answers"][0]["rule"], "record.signature");
    Json stranger = other.batch({record});
    EXPECT_EQ(server_->post("/v1/records", stranger).json()["answers"][0]["rule"], "record.signature")
        << "a record of another device, signed by the sender";
    Json wrong_key = device.batch({record});
    wrong_key["device"]["publicKey"] = other.key().public_key();
    EXPECT_EQ(server_->post("/v1/records", wrong_key).rule(), "request.device");
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM kernel_record"), 0);
}

TEST_P(Records, each_broken_rule_is_named_and_the_others_pass) {
    const Device device;
    Record official = device.record();
    official.author = "nobody";
    Record unknown = device.record();
    unknown.kind = "no_such_kind";
    const Json answers = send(device, {device.record({{"signFever", nullptr}}), device.record({{"extra", 1}}),
                                       device.record({{"temperatureDc", 999}}), official, unknown, device.record()});
    EXPECT_EQ(answers[0]["outcome"], "rejected");
    EXPECT_EQ(answers[0]["violations"][0]["field"], "signFever") << answers[0].dump();
    EXPECT_EQ(answers[1]["rule"], "field.unknown");
    EXPECT_EQ(answers[2]["outcome"], "rejected");
    EXPECT_EQ(answers[2]["violations"][0]["field"], "temperatureDc");
    EXPECT_EQ(answers[3]["rule"], "access.author");
    EXPECT_EQ(answers[4]["rule"], "record.kind");
    EXPECT_EQ(answers[5]["outcome"], "accepted");
}

TEST_P(Records, a_queue_passes_and_a_thousand_by_script_do_not) {
    const Device device;
    std::vector<Record> queue;
    for (int i = 0; i < 50; ++i) queue.push_back(device.record());
    for (const Json& answer : send(device, queue)) EXPECT_EQ(answer["outcome"], "accepted");

    int accepted = 50, work_asked = 0, refused = 0;
    for (int i = 0; i < 100; ++i) {
        std::vector<Record> ten;
        for (int j = 0; j < 10; ++j) ten.push_back(device.record());
        const Answer answer = server_->post("/v1/records", device.batch(ten));
        if (answer.status == 200) {
            accepted += 10;
        } else {
            ASSERT_EQ(answer.status, 429);
            EXPECT_GE(std::stoi(answer.headers.at("retry-after")), 1);
            (answer.rule() == "rate.work" ? work_asked : refused) += 1;
        }
    }
    EXPECT_LE(accepted, 120);
    EXPECT_GT(work_asked, 80) << "who works no proof stays at the threshold";
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM kernel_record"), accepted);

    // With a proof it goes on to the hard limit, and no further.
    const auto with_work = [&](const Record& record) {
        Json batch = device.batch({record});
        const std::string prefix = server::work_prefix(device.id(), record.id);
        for (int nonce = 0;; ++nonce) {
            if (!server::is_work_done(prefix, std::to_string(nonce), 18)) continue;
            batch["work"] = {{"nonce", std::to_string(nonce)}};
            return server_->post("/v1/records", batch);
        }
    };
    EXPECT_EQ(with_work(device.record()).status, 200);
    ASSERT_TRUE(server_->open()->write("UPDATE server_rate SET tokens = 500", {}).has_value());
    EXPECT_EQ(with_work(device.record()).rule(), "rate.device");
    EXPECT_EQ(Device().id().size(), 43u);
    const Device neighbour;
    EXPECT_EQ(server_->post("/v1/records", neighbour.batch({neighbour.record()})).status, 429)
        << "the address, too, was emptied above: only work helps";
}

TEST_P(Records, forged_records_cost_nothing_but_work_once_an_address_sent_many) {
    const Device device, honest;
    std::vector<Record> many;
    for (int i = 0; i < 500; ++i) many.push_back(device.record());
    Json forged = device.batch(many);
    for (Json& one : forged["records"]) one["signature"] = forged["records"][0]["signature"];
    int taken = 0;
    Answer answer;
    for (; taken < 20; ++taken) {
        // Not one of them the record that was signed, so that nothing is accepted.
        forged["records"][0]["signature"] = forged["records"][1]["signature"] = "AAAA";
        answer = server_->post("/v1/records", forged);
        if (answer.status != 200) break;
    }
    EXPECT_EQ(answer.status, 429) << "after " << taken << " batches";
    EXPECT_EQ(answer.rule(), "rate.work");
    EXPECT_GT(taken, 3) << "an honest queue with old mistakes passes";
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM kernel_record"), 0);
    EXPECT_EQ(server_->get("/v1/time").status, 200);
}

TEST_P(Records, a_device_sees_its_own_records_and_nobody_elses) {
    const Device device, other;
    const Record record = device.record();
    ASSERT_EQ(send(device, {record})[0]["outcome"], "accepted");
    ASSERT_EQ(send(other, {other.record()})[0]["outcome"], "accepted");
    const auto ask = [&](const Device& who, const Device& signer, std::int64_t at) {
        const std::string ms = std::to_string(at);
        const std::string signature = signer.key().sign("GET /v1/mine " + ms).value();
        return server_->get("/v1/mine", {{"Authorization", "Device " + who.id() + '.' + ms + '.' + signature}});
    };
    const std::int64_t now = server::system_now().ms;
    const Answer own = ask(device, device, now);
    ASSERT_EQ(own.status, 200) << own.body;
    EXPECT_EQ(own.json()["answer"]["declaration"]["records"][0]["id"], record.id) << "by the name of the system";
    const Answer others = ask(other, other, now);
    EXPECT_EQ(others.body.find(record.id), std::string::npos);
    EXPECT_EQ(ask(device, other, now).status, 401) << "signed by somebody else";
    EXPECT_EQ(ask(device, device, now - 3'600'000).status, 401) << "an hour old";
    EXPECT_EQ(ask(Device(), device, now).status, 401) << "unknown";
    EXPECT_EQ(server_->get("/v1/mine").status, 401);
    const Answer through_query = server_->post("/v1/query/declaration.mine", Json{{"device", device.id()}});
    EXPECT_EQ(through_query.body.find(record.id), std::string::npos) << "not by asking without a signature: " << through_query.status;
}

TEST_P(Records, a_telephone_is_confirmed_by_its_code_only) {
    const Device device, other;
    ASSERT_EQ(send(device, {device.record()})[0]["outcome"], "accepted");
    ASSERT_EQ(send(other, {other.record()})[0]["outcome"], "accepted");
    const Json asked{{"phone", "0900000001"}, {"device", device.id()}};
    const Answer challenge = server_->post("/v1/phone/challenge", asked);
    ASSERT_EQ(challenge.status, 202) << challenge.body;
    const std::string code = challenge.json()["demoCode"];
    const auto confirm = [&](const std::string& text) {
        Json body = asked;
        body["code"] = text;
        return server_->post("/v1/phone/confirm", body);
    };
    const std::string wrong = code == "000000" ? "000001" : "000000";
    EXPECT_EQ(confirm(wrong).rule(), "phone.code");
    EXPECT_EQ(confirm("12").rule(), "phone.code");
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM kernel_record WHERE kind = 'confirmation'"), 0);
    EXPECT_EQ(confirm(code).status, 200);
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM kernel_record WHERE kind = 'confirmation'"), 1) << "the server says so in the log";
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM declaration_entry e JOIN declaration_event v ON v.province = e.province AND "
                              "v.declaration = e.id WHERE v.kind = 'confirmation' AND e.device = '" + device.id() + "'"),
              1) << "of this device, not of the other one with the same number";
    EXPECT_EQ(confirm(code).rule(), "phone.expired") << "a code serves once";
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM server_phone"), 1);
    EXPECT_EQ(count(*server_, "SELECT count(*) FROM server_phone WHERE phone_hash LIKE '%900000001%'"), 0);
    // Five tries, then even the right one is late.
    const std::string second = server_->post("/v1/phone/challenge", asked).json()["demoCode"];
    for (int i = 0; i < 5; ++i) (void)confirm(second == "000000" ? "000001" : "000000");
    EXPECT_EQ(confirm(second).status, 410);
    EXPECT_EQ(server_->post("/v1/phone/challenge", asked).status, 202);
    EXPECT_EQ(server_->post("/v1/phone/challenge", asked).status, 429) << "three codes at once for a number";
    EXPECT_EQ(server_->post("/v1/phone/challenge", Json{{"phone", "123"}, {"device", device.id()}}).rule(), "person.phone");
}

INSTANTIATE_TEST_SUITE_P(engines, Records, ::testing::Values("sqlite", "postgresql"),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace lachan
