// A batch as the server reads it: what the sender's text saves must change nothing.

#include "kernel/canonical_texts.h"
#include "world.h"

namespace lachan::declaration {
namespace {

/// The records of {"records":[{"record":..,"signature":..}]}, with their texts when `texts` is given.
std::vector<Incoming> incoming_of(Json& request, const CanonicalTexts* texts) {
    std::vector<Incoming> incoming;
    for (Json& one : request["records"]) {
        const std::string_view text = texts ? texts->of(one["record"]) : std::string_view();
        incoming.push_back({std::move(one["record"]), std::string(text_at(one, "signature")), text});
    }
    return incoming;
}

/// Records of all sorts: sound ones, one with each kind of fault, one whose text is not in normal form C.
Json mixed_request() {
    Maker maker;
    Json records = Json::array();
    const auto add = [&](Json envelope) {
        records.push_back({{"record", std::move(envelope)}, {"signature", "c2ln"}});
    };
    add(write_envelope(maker.population()));
    add(write_envelope(maker.population(
        {{"travelled", true}, {"places", {{{"place", "79"}, {"from", "2021-08-01"}, {"to", "2021-08-02"}}}}})));
    add(write_envelope(maker.population({{"address", "12 \"Hai Bà Trưng\"\\"}})));
    add(write_envelope(maker.population({{"fullName", "Nguye\u0302\u0303n Va\u0306n Thu\u031B\u0309"}})));
    add(write_envelope(maker.population({{"fullName", ""}, {"sex", "x"}})));
    Json without_body = write_envelope(maker.population());
    without_body.erase("body");
    add(std::move(without_body));
    Json with_list = write_envelope(maker.population());
    with_list["body"] = Json::array();
    add(std::move(with_list));
    Json with_more = write_envelope(maker.population());
    with_more["more"] = 1;
    add(std::move(with_more));
    return {{"records", std::move(records)}};
}

TEST(declaration_batch, the_sender_s_text_and_its_own_writing_give_the_same_records_and_answers) {
    const std::string sent = canonical(mixed_request());
    CanonicalTexts texts(4);
    auto request = parse_json(sent, {}, texts);
    ASSERT_TRUE(request);
    EXPECT_EQ(texts.of((*request)["records"][0]["record"]), canonical((*request)["records"][0]["record"]));
    EXPECT_EQ(texts.of((*request)["records"][2]["record"]), "")
        << "a quotation mark is escaped: its record is written anew";
    Json copy = *request;
    const std::vector<Incoming> plain = incoming_of(copy, nullptr);
    const Batch slow = read_batch(plain, test_units(), kNow, {});
    const Batch fast = read_batch(incoming_of(*request, &texts), test_units(), kNow, {});

    ASSERT_EQ(fast.records.size(), slow.records.size());
    for (std::size_t i = 0; i < slow.records.size(); ++i) {
        EXPECT_EQ(fast.answers[i].rule, slow.answers[i].rule) << i;
        EXPECT_EQ(fast.answers[i].violations, slow.answers[i].violations) << i;
        EXPECT_EQ(fast.records[i].bytes, slow.records[i].bytes) << i;
        EXPECT_EQ(fast.records[i].hash, slow.records[i].hash) << i;
        EXPECT_EQ(fast.records[i].record.body, slow.records[i].record.body) << i;
        if (slow.records[i].bytes.empty()) continue;
        EXPECT_EQ(fast.records[i].bytes, canonical(write_envelope(fast.records[i].record))) << i;
        EXPECT_EQ(fast.records[i].hash, to_base64url(sha256(fast.records[i].bytes))) << i;
    }
    std::vector<std::string> rules;
    for (const RecordAnswer& answer : fast.answers) rules.push_back(answer.rule);
    EXPECT_EQ(rules, (std::vector<std::string>{"", "", "", "record.canonical", "field.required", "field.required",
                                               "field.type", "field.unknown"}));
}

TEST(declaration_batch, reading_a_batch_that_the_caller_keeps_leaves_it_whole) {
    Json request = mixed_request();
    const std::vector<Incoming> kept = incoming_of(request, nullptr);
    const std::vector<Incoming> before = kept;
    const Batch first = read_batch(kept, test_units(), kNow, {});
    for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i].record, before[i].record) << i;
    EXPECT_EQ(read_batch(kept, test_units(), kNow, {}).records[0].hash, first.records[0].hash);
}

}  // namespace
}  // namespace lachan::declaration
