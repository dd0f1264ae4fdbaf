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

/// Places of the records whose own signature has to be proven.
std::vector<std::size_t> checks_of(const std::vector<Record>& records) {
    std::vector<Incoming> incoming;
    for (const Record& record : records) incoming.push_back({write_envelope(record), "c2ln"});
    std::vector<std::size_t> places;
    for (const SignatureCheck& check : read_batch(std::move(incoming), test_units(), kNow, {}).checks) places.push_back(check.record);
    return places;
}

TEST(declaration_batch, only_the_heads_of_a_device_s_chains_are_proven_in_whatever_order_they_come) {
    Maker maker;
    const Record first = maker.population({}, Instant{kNow.ms - 2});
    Record second = maker.population({}, Instant{kNow.ms - 1});
    second.previous = seal(first).hash;
    Record third = maker.population();
    third.previous = seal(second).hash;
    Record of_another = maker.population({}, kNow, "another phone");
    of_another.previous = seal(first).hash;
    using Places = std::vector<std::size_t>;
    EXPECT_EQ(checks_of({first, second, third}), Places({2}));
    EXPECT_EQ(checks_of({third, second, first}), Places({0}));
    EXPECT_EQ(checks_of({second, third, first}), Places({1}));
    EXPECT_EQ(checks_of({first, third}), Places({0, 1})) << "what lies between is not there";
    EXPECT_EQ(checks_of({first, of_another}), Places({0, 1})) << "nobody speaks for another device";
    EXPECT_EQ(checks_of({first, first, second}), Places({1, 2})) << "of twins the first is covered";
    Record broken = second;
    broken.body["fullName"] = "";
    Record after_broken = third;
    after_broken.previous = seal(broken).hash;
    EXPECT_EQ(checks_of({first, broken, after_broken}), Places({2})) << "one that breaks a rule is still a link";
}

TEST(declaration_batch, a_proven_head_proves_its_chain_and_nothing_else) {
    Maker maker;
    Record first = maker.population({}, Instant{kNow.ms - 2});
    Record second = maker.population({}, Instant{kNow.ms - 1});
    second.previous = seal(first).hash;
    const Record stranger = maker.population({}, kNow, "another phone");
    for (const std::vector<Record>& records : {std::vector{first, second, stranger}, std::vector{stranger, second, first}}) {
        World world;
        std::vector<Incoming> incoming;
        for (const Record& record : records) incoming.push_back({write_envelope(record), "c2ln"});
        Context context = world.context();
        Batch batch = read_batch(std::move(incoming), test_units(), kNow, {});
        std::vector<bool> proven;
        for (const SignatureCheck& check : batch.checks) proven.push_back(check.device == first.device);
        const auto answers = append(context, std::move(batch), proven);
        ASSERT_TRUE(answers) << answers.error().detail;
        for (const RecordAnswer& answer : *answers) EXPECT_EQ(answer.rule, answer.id == stranger.id ? "record.signature" : "");
    }
}

TEST(declaration_batch, what_is_given_back_is_empty) {
    Json request = mixed_request();
    Batch batch = read_batch(incoming_of(request, nullptr), test_units(), kNow, {});
    give_back(batch);
    EXPECT_TRUE(batch.records.empty());
    EXPECT_TRUE(batch.answers.empty());
}

}  // namespace
}  // namespace lachan::declaration
