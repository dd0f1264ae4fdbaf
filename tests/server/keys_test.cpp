// One receipt key follows another: what an operator does, and what devices are shown of it.

#include <cstdio>

#include "kernel/receipt.h"
#include "prove.h"
#include "server/server_process.h"
#include "signing_key.h"

namespace lachan {
namespace {

using testing::Device;
using testing::ServerProcess;

int admin(const ServerProcess& server, const std::string& words) {
    const std::string command = std::string(LACHAN_BINARY_ROOT "/lachan-admin ") + words + " --database " + server.database() + " --data " +
                                server.folder() + "/keys --assets " + server.folder() + "/assets >/dev/null 2>&1";
    return WEXITSTATUS(std::system(command.c_str()));
}

bool holds(const Json& key, std::string_view text, std::string_view signature) {
    certificate::SignatureCheck check;
    check.spki = from_base64url(text_at(key, "spki")).value();
    check.signed_bytes.assign(text.begin(), text.end());
    check.signature = from_base64url(signature).value_or(Bytes());
    return Prover().prove(check) == certificate::Answer::valid;
}

/// The signature of `by` in the endorsements of `key`, "" when there is none.
std::string endorsement_by(const Json& key, std::string_view by) {
    for (const Json& one : key["endorsements"]) {
        if (one["by"] == by) return one["signature"];
    }
    return {};
}

TEST(keys, a_rotated_key_is_spoken_for_by_the_old_one_and_signs_after_the_restart) {
    ServerProcess server;
    const Json old = server.get("/v1/keys").list("keys")[0];
    EXPECT_EQ(old["endorsements"], Json::array());
    ASSERT_EQ(admin(server, "keys rotate"), 0);
    ASSERT_EQ(server.stop(), 0);
    server.start();

    const Json keys = server.get("/v1/keys").list("keys");
    ASSERT_EQ(keys.size(), 2U);
    const Json& fresh = keys[0]["id"] == old["id"] ? keys[1] : keys[0];
    const std::string by(text_at(old, "id"));
    const std::string statement = server::endorsement(by, text_at(fresh, "id"), text_at(fresh, "spki"));
    EXPECT_TRUE(holds(old, statement, endorsement_by(fresh, by)));
    EXPECT_FALSE(holds(fresh, statement, endorsement_by(fresh, by)));

    const Device device;
    const Json answers = server.post("/v1/records", device.batch({device.record()})).list("answers");
    const auto receipt = read_receipt(answers[0]["receipt"]);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->head.key, fresh["id"]);
    EXPECT_TRUE(holds(fresh, bytes_to_sign(receipt->head), receipt->signature));
}

TEST(keys, one_instance_speaks_for_another_by_the_name_of_its_key) {
    ServerProcess first;
    const Json old = first.get("/v1/keys").list("keys")[0];
    const auto other = server::FileKey::generate();
    ASSERT_TRUE(server::publish_key(*first.open(), *other, Instant{1}));
    EXPECT_EQ(admin(first, "keys endorse " + other->id()), 0);
    EXPECT_EQ(admin(first, "keys endorse nobody"), 3);
    for (const Json& key : first.get("/v1/keys").list("keys")) {
        if (key["id"] != other->id()) continue;
        const std::string by(text_at(old, "id"));
        EXPECT_TRUE(holds(old, server::endorsement(by, other->id(), other->public_key()), endorsement_by(key, by)));
        return;
    }
    FAIL() << "the other key is not shown";
}

certificate::Answer answer_for(const Bytes& spki, const Bytes& bytes, const Bytes& signature) {
    certificate::SignatureCheck check;
    check.spki = spki;
    check.signed_bytes = bytes;
    check.signature = signature;
    return Prover().prove(check);
}

TEST(keys, a_point_is_read_in_either_form_and_only_on_its_curve) {
    const SigningKey key = std::move(SigningKey::generate(certificate::Algorithm::es256).value());
    const Bytes bytes = {'a', 'b'};
    const Bytes signature = key.sign(bytes).value();
    const Bytes spki = key.spki();
    ASSERT_EQ(spki.size(), 91U);
    EXPECT_EQ(answer_for(spki, bytes, signature), certificate::Answer::valid);

    Bytes compressed = spki;
    compressed.resize(59);
    compressed[1] = 0x39;
    compressed[24] = 0x22;
    compressed[26] = static_cast<std::uint8_t>(2 + spki.back() % 2);
    EXPECT_EQ(answer_for(compressed, bytes, signature), certificate::Answer::valid);

    Bytes other = spki;
    other[90] ^= 1U;
    EXPECT_EQ(answer_for(other, bytes, signature), certificate::Answer::unsupported) << "no point of the curve";
    Bytes longer = spki;
    longer.push_back(0);
    EXPECT_EQ(answer_for(longer, bytes, signature), certificate::Answer::unsupported);
    EXPECT_EQ(answer_for(Bytes(spki.begin(), spki.end() - 1), bytes, signature), certificate::Answer::unsupported);
    Bytes other_curve = spki;
    other_curve[22] ^= 1U;
    EXPECT_EQ(answer_for(other_curve, bytes, signature), certificate::Answer::unsupported);
}

TEST(keys, where_no_server_keeps_its_key_none_is_made_by_the_way) {
    ServerProcess server;
    ASSERT_EQ(server.stop(), 0);
    std::filesystem::remove(server.folder() + "/keys/receipt-key.pem");
    EXPECT_EQ(admin(server, "keys rotate"), 3);
    EXPECT_FALSE(std::filesystem::exists(server.folder() + "/keys/receipt-key.pem"));
}

}  // namespace
}  // namespace lachan
