// Time, ids, hashes, JSON and receipts: the small values everything else is made of.

#include <gtest/gtest.h>

#include "core/core.h"
#include "kernel/crypto.h"
#include "kernel/id.h"
#include "kernel/json.h"
#include "kernel/json_writer.h"
#include "kernel/receipt.h"
#include "kernel/time.h"

namespace lachan {
namespace {

SeededRandom seeded(std::uint8_t seed) { return SeededRandom(Bytes(32, seed)); }

TEST(time, days_the_calendar_does_not_have_are_refused) {
    for (const char* bad : {"2021-02-29", "2021-13-01", "2021-00-10", "2021-1-01", "21-01-01", "2021-01-01 ", "", "2021/01/01", "0000-01-01"}) {
        EXPECT_FALSE(Day::parse(bad)) << bad;
    }
    EXPECT_TRUE(Day::parse("2020-02-29"));
}

TEST(time, writing_is_the_inverse_of_reading) {
    for (std::int32_t days = -30'000; days < 40'000; days += 97) {
        const auto again = Day::parse(to_string(Day{days}));
        ASSERT_TRUE(again);
        EXPECT_EQ(again->days, days);
    }
}

TEST(time, the_business_day_turns_at_seventeen_utc) {
    const Day day = *Day::parse("2021-07-01");
    EXPECT_EQ(day_in_vietnam(Instant{start_in_vietnam(day).ms - 1}), day + -1);
    EXPECT_EQ(day_in_vietnam(start_in_vietnam(day)), day);
    EXPECT_EQ(day_in_vietnam(Instant{-1}), (Day{0}));
    EXPECT_EQ(day_in_vietnam(Instant{-8 * 3'600'000}), (Day{-1}));
}

TEST(time, age_is_completed_years) {
    const auto years = [](const char* birth, const char* on) { return completed_years(*Day::parse(birth), *Day::parse(on)); };
    EXPECT_EQ(years("2000-06-15", "2021-06-14"), 20);
    EXPECT_EQ(years("2000-06-15", "2021-06-15"), 21);
    EXPECT_EQ(years("2004-02-29", "2021-02-28"), 16);
    EXPECT_EQ(years("2004-02-29", "2021-03-01"), 17);
}

TEST(id, carries_its_time_and_its_shard) {
    auto random = seeded(1);
    const RecordId id = RecordId::make(Instant{1'625'097'600'123}, 79, random);
    EXPECT_EQ(id.made_at().ms, 1'625'097'600'123);
    EXPECT_EQ(id.shard(), 79);
    EXPECT_TRUE(RecordId::parse(id.text()));
    EXPECT_EQ(RecordId::parse(id.text())->text(), id.text());
}

TEST(id, later_ids_sort_later) {
    auto random = seeded(2);
    EXPECT_LT(RecordId::make(Instant{1'625'097'600'000}, 96, random).text(), RecordId::make(Instant{1'625'097'600'001}, 1, random).text());
}

TEST(id, other_text_is_refused) {
    for (const char* bad : {"", "0197", "01979f5e-7c00-4000-8000-000000000000", "01979F5E-7C00-7000-8000-000000000000",
                            "01979f5e-7c00-7000-c000-000000000000", "01979f5e_7c00-7000-8000-000000000000"}) {
        EXPECT_FALSE(RecordId::parse(bad)) << bad;
    }
}

TEST(id, short_codes_show_every_wrong_character_and_every_swap) {
    auto random = seeded(3);
    for (int round = 0; round < 20; ++round) {
        const std::string code = short_code("KB", RecordId::make(Instant{1'625'097'600'000}, 1, random));
        ASSERT_TRUE(is_short_code(code)) << code;
        for (std::size_t i = 3; i < code.size(); ++i) {
            if (code[i] == '-') continue;
            for (const char other : std::string("0123456789ABCDEFGHJKMNPQRSTVWXYZ")) {
                std::string wrong = code;
                wrong[i] = other;
                EXPECT_EQ(is_short_code(wrong), wrong == code) << wrong;
            }
            std::string swapped = code;
            const std::size_t next = i + (code[i + 1] == '-' ? 2 : 1);
            if (next + 1 >= code.size()) continue;
            std::swap(swapped[i], swapped[next]);
            EXPECT_EQ(is_short_code(swapped), swapped == code) << swapped;
        }
    }
}

TEST(crypto, sha256_is_that_of_fips_180) {
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(crypto, base64url_round_trips_and_refuses_the_rest) {
    auto random = seeded(4);
    for (std::size_t size = 0; size < 70; ++size) {
        Bytes data(size);
        random.fill(data);
        const auto again = from_base64url(to_base64url(data));
        ASSERT_TRUE(again);
        EXPECT_EQ(*again, data);
    }
    for (const char* bad : {"A", "AA==", "A+", "AB/", "AB", "Á"}) EXPECT_FALSE(from_base64url(bad)) << bad;
}

TEST(json, duplicate_keys_floats_depth_and_bytes_are_refused_by_name) {
    const auto rule = [](std::string_view text) {
        auto read = parse_json(text, {64, 4});
        return read ? std::string("accepted") : read.error().rule;
    };
    EXPECT_EQ(rule(R"({"a":1,"a":1})"), "json.duplicate_key");
    EXPECT_EQ(rule(R"({"a":{"b":1},"b":1})"), "accepted");
    EXPECT_EQ(rule(R"([1.0])"), "json.number");
    const auto fractions = parse_json(R"([0.1, 1.0, -2.5e-3, 3, -0, 17.000000000000004, 0e91])", {1024, 2, true});
    ASSERT_TRUE(fractions);
    EXPECT_EQ(canonical(*fractions), "[0.1,1.0,-0.0025,3,0,17.000000000000004,0.0]");
    for (const char* text : {"[1e999]", "[9223372036854775808]", "[01]", "[1.]", "[.5]", "[+1]", "[1e]"}) {
        EXPECT_FALSE(parse_json(text, {1024, 2, true})) << text;
    }
    EXPECT_EQ(rule(R"([9223372036854775808])"), "json.number");
    EXPECT_EQ(rule(R"([-9223372036854775808])"), "accepted");
    EXPECT_EQ(rule("[[[[[1]]]]]"), "json.depth");
    EXPECT_EQ(rule("[[[[1]]]]"), "accepted");
    EXPECT_EQ(rule("{\"a\":\"\xC3\"}"), "json.utf8");
    EXPECT_EQ(rule(R"({"a":"\ud800"})"), "json.syntax");
    EXPECT_EQ(rule("{"), "json.syntax");
    EXPECT_EQ(rule(""), "json.syntax");
    EXPECT_EQ(rule(std::string(65, ' ')), "json.size");
}

TEST(json, what_cannot_be_read_is_told_with_its_place) {
    struct Row {
        std::string text;
        const char *rule, *detail;
    };
    const Row rows[] = {
        {"", "json.syntax", "cannot be read at line 1, column 1"},
        {R"({"a":1,})", "json.syntax", "cannot be read at line 1, column 8"},
        {"{\n  \"Đà\": [1,\n  x]\n}", "json.syntax", "cannot be read at line 3, column 3"},
        {"{\"Đà Nẵng\" 1}", "json.syntax", "cannot be read at line 1, column 12"},
        {"[1] [2]", "json.syntax", "cannot be read at line 1, column 5"},
        {"{\"a\":[1,2", "json.syntax", "cannot be read at line 1, column 10"},
        {"{\"a\":1,\n\"a\":2}", "json.duplicate_key", "cannot be read at line 2, column 4"},
        {"[1,\n1.5]", "json.number", "cannot be read at line 2, column 1"},
        {"[\n\n\"\xC3\"]", "json.utf8", "line 3: not UTF-8"},
        {std::string(65, ' '), "json.size", "more than 64 bytes"},
    };
    for (const Row& row : rows) {
        const auto read = parse_json(row.text, {64, 4});
        ASSERT_FALSE(read) << row.text;
        EXPECT_EQ(read.error().rule, row.rule) << row.text;
        EXPECT_EQ(read.error().detail, row.detail) << row.text;
    }
}

TEST(json, canonical_form_sorts_keys_and_keeps_text) {
    const auto read = parse_json(R"({ "b" : [ true, null, -5 ], "a" : "Đà Nẵng\n" })");
    ASSERT_TRUE(read);
    EXPECT_EQ(canonical(*read), "{\"a\":\"Đà Nẵng\\n\",\"b\":[true,null,-5]}");
}

/// The tree as a writer is told of it.
void tell(JsonWriter& out, const Json& value) {
    if (value.is_object()) {
        out.open_object();
        for (const auto& [key, member] : value.items()) {
            out.key(key);
            tell(out, member);
        }
        out.close_object();
    } else if (value.is_array()) {
        out.open_array();
        for (const Json& item : value) tell(out, item);
        out.close_array();
    } else if (value.is_string()) {
        out.text(value.get_ref<const std::string&>());
    } else if (value.is_number_integer()) {
        out.number(value.get<std::int64_t>());
    } else if (value.is_boolean()) {
        out.boolean(value.get<bool>());
    } else {
        out.null();
    }
}

TEST(json, what_is_written_as_it_goes_is_the_canonical_form) {
    for (const char* text : {
             "{}", "[]", R"("")", "[[],{},[[]]]", R"({"a":{"b":{}},"c":[]})", "[0,-1,9223372036854775807,-9223372036854775808]",
             R"(["Đà Nẵng","\u0000\u001f\u007f","\"\\/","\b\f\n\r\t","𠀀"])", R"({"a":[{"b":true},{"c":false},null],"d":"e"})"}) {
        const Json value = parse_json(text).value();
        JsonWriter out(16);
        tell(out, value);
        EXPECT_EQ(out.take(), canonical(value));
        JsonWriter at_once(16);
        at_once.tree(value);
        EXPECT_EQ(at_once.take(), canonical(value));
    }
    for (const Json& value : {Json(0.25), Json(UINT64_MAX), Json{{"a\xC3", "\"\xFF"}, {"\n\"", Json::array({nullptr, Json::object()})}}}) {
        JsonWriter out(16);
        out.tree(value);
        EXPECT_EQ(out.take(), canonical(value));
    }
    JsonWriter torn(16);
    torn.text("a\xC3");
    EXPECT_EQ(torn.take(), canonical(Json("a\xC3"))) << "bytes that are no text come out as a sign that is";
    JsonWriter whole(16);
    whole.open_array();
    whole.tree({{"b", 1}, {"a", 2}});
    whole.tree(nullptr);
    whole.close_array();
    EXPECT_EQ(whole.take(), R"([{"a":2,"b":1},null])");
}

/// Bytes at which UTF-8 or JSON changes its mind, and some between.
constexpr std::string_view kEdges("\x00\x1f \"\\a\x7f\x80\x8f\x90\x9f\xa0\xbb\xbf\xc1\xc2\xcb\xdf\xe0\xe1\xed\xef\xf0\xf4\xf5\xff", 26);

TEST(json, a_text_is_written_as_the_library_writes_it_whatever_its_bytes_are) {
    const auto expect_same = [](const std::string& text) {
        JsonWriter out(16);
        out.text(text);
        ASSERT_EQ(out.take(), canonical(Json(text)));
    };
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) expect_same({static_cast<char>(first), static_cast<char>(second)});
    }
    for (const char first : kEdges) {
        for (const char second : kEdges) {
            for (const char third : kEdges) {
                expect_same({first, second, third});
                expect_same({'\xf0', first, second, third});
                expect_same({'\xf4', first, second, third});
            }
        }
    }
}

TEST(receipt, every_leaf_of_every_size_leads_to_the_root) {
    for (std::size_t size = 1; size <= 33; ++size) {
        std::vector<ReceiptBody> bodies;
        for (std::size_t i = 0; i < size; ++i) bodies.push_back({"id" + std::to_string(i), to_base64url(sha256(std::to_string(i))), "accepted", Instant{5}});
        const ReceiptTree tree(bodies);
        const TreeHead head{tree.root(), static_cast<std::int64_t>(size), Instant{6}, "key"};
        for (std::size_t i = 0; i < size; ++i) {
            const std::string text = tree.receipt(i, bytes_to_sign(head), "sig");
            const auto json = parse_json(text);
            ASSERT_TRUE(json) << text;
            EXPECT_EQ(canonical(*json), text);
            const auto read = read_receipt(*json);
            ASSERT_TRUE(read) << size << ' ' << i;
            EXPECT_EQ(read->body.id, bodies[i].id);
        }
    }
}

TEST(receipt, a_changed_receipt_leaves_the_tree) {
    std::vector<ReceiptBody> bodies;
    for (int i = 0; i < 7; ++i) bodies.push_back({"id" + std::to_string(i), to_base64url(sha256(std::to_string(i))), "accepted", Instant{5}});
    const ReceiptTree tree(bodies);
    const TreeHead head{tree.root(), 7, Instant{6}, "key"};
    const Json good = *parse_json(tree.receipt(4, bytes_to_sign(head), "sig"));
    for (const char* key : {"hash", "id", "outcome"}) {
        Json bad = good;
        bad["body"][key] = "other";
        EXPECT_FALSE(read_receipt(bad)) << key;
    }
    Json other_place = good;
    other_place["index"] = 3;
    const auto elsewhere = read_receipt(other_place);
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().rule, "receipt.path");
    Json longer = good;
    longer["path"].push_back(good["path"][0]);
    EXPECT_FALSE(read_receipt(longer));
    Json smaller = good;
    smaller["head"]["size"] = 5;
    EXPECT_FALSE(read_receipt(smaller));
    for (const Json& other : {Json::array(), Json::object()}) {
        const auto read = read_receipt(other);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().rule, "receipt.shape");
    }
}

TEST(receipt, of_one_record_is_none_of_another) {
    const std::string bytes = R"({"a":1})";
    const ReceiptTree tree({{"id", to_base64url(sha256(bytes)), "accepted", Instant{5}}});
    const auto receipt = parse_json(tree.receipt(0, bytes_to_sign({tree.root(), 1, Instant{6}, "key"}), "sig"));
    ASSERT_TRUE(receipt);
    Core core(nullptr);
    std::string reply;
    EXPECT_EQ(core.call("receipt.inspect", Json{{"receipt", *receipt}, {"bytes", bytes}}.dump(), reply), 0) << reply;
    EXPECT_EQ(core.call("receipt.inspect", Json{{"receipt", *receipt}, {"bytes", R"({"a":2})"}}.dump(), reply), 1);
    EXPECT_NE(reply.find("\"receipt.hash\""), std::string::npos) << reply;
}

}  // namespace
}  // namespace lachan
