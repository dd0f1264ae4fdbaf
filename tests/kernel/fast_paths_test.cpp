// What was written by hand for speed answers as the libraries do: reading and writing JSON, and looking at Latin text.

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <random>

#include "kernel/canonical_texts.h"
#include "kernel/text.h"

namespace lachan {
namespace {

std::string encoded(std::int32_t code) {
    utf8proc_uint8_t buffer[4];
    return {reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(utf8proc_encode_char(code, buffer))};
}

class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}
    int below(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

private:
    std::mt19937 random_;
};

std::string random_string(Dice& dice) {
    static const char* const kPieces[] = {"a", "B", "Đ", "ệ", "😷", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud83d\\ude37", "\\u0000",
                                          "\\u001f", "\x7f", " ", "\\t", "\\b", "\\f", "\\r", "\\ud800", "\\udc00", "\\x", "\t", "\\u12"};
    std::string text = "\"";
    // The last pieces are wrong: mostly they stay out.
    const int pieces = dice.below(12) == 0 ? 25 : 20;
    for (int n = dice.below(6); n > 0; --n) text += kPieces[dice.below(pieces)];
    return text + '"';
}

std::string random_json(Dice& dice, int depth) {
    static const char* const kScalars[] = {"null", "true", "false", "0", "-0", "7", "-12", "9223372036854775807", "-9223372036854775808"};
    static const char* const kBlank[] = {"", "", "", " ", "\n", "\t\r"};
    const auto blank = [&] { return kBlank[dice.below(6)]; };
    const int kind = dice.below(depth > 0 ? 8 : 5);
    if (kind < 2) return std::string(blank()) + kScalars[dice.below(9)] + blank();
    if (kind < 5) return blank() + random_string(dice) + blank();
    const bool object = kind < 7;
    std::string text = object ? "{" : "[";
    for (int n = dice.below(5), i = 0; i < n; ++i) {
        if (i > 0) text += ",";
        if (object) text += blank() + ("\"k" + std::to_string(dice.below(40)) + "\"") + blank() + ":";
        text += random_json(dice, depth - 1);
    }
    return text + blank() + (object ? "}" : "]");
}

TEST(fast_paths, json_is_read_and_written_as_the_library_does) {
    static const char* const kNoise[] = {"1", "0", ".", "e", "-", "+", ",", ":", "\"", "{", "}", "[", "]", "t", "\\", " ", "x", "01", "1.5", "1e3", "9223372036854775808"};
    int accepted = 0, refused = 0;
    for (unsigned seed = 0; seed < 60'000; ++seed) {
        Dice dice(seed);
        std::string text = random_json(dice, 4);
        if (dice.below(2) == 0) {
            const auto at = static_cast<std::size_t>(dice.below(static_cast<int>(text.size()) + 1));
            const std::size_t gone = std::min<std::size_t>(static_cast<std::size_t>(dice.below(2)), text.size() - at);
            text.replace(at, gone, kNoise[dice.below(21)]);
        }
        const auto read = parse_json(text);
        if (!read && read.error().rule == "json.utf8") continue;
        const Json other = Json::parse(text, nullptr, false);
        if (read) {
            ++accepted;
            ASSERT_FALSE(other.is_discarded()) << text;
            ASSERT_TRUE(*read == other) << text;
            ASSERT_EQ(canonical(*read), other.dump()) << text;
        } else if (read.error().rule == "json.syntax") {
            ++refused;
            ASSERT_TRUE(other.is_discarded()) << text;
        }
    }
    EXPECT_GT(accepted, 20'000);
    EXPECT_GT(refused, 5'000);
}

/// Looks up every object of `value` that is a member of an object at the depth of `texts`.
void expect_own_texts(const Json& value, int depth, const CanonicalTexts& texts, int& found) {
    if (value.is_array()) {
        for (const Json& item : value) expect_own_texts(item, depth + 1, texts, found);
    }
    if (!value.is_object()) return;
    for (const auto& member : value.items()) {
        const std::string_view text = texts.of(member.value());
        if (!text.empty()) {
            ++found;
            ASSERT_TRUE(member.value().is_object());
            ASSERT_EQ(depth + 1, texts.depth());
            ASSERT_EQ(text, canonical(member.value()));
        }
        expect_own_texts(member.value(), depth + 1, texts, found);
    }
}

TEST(fast_paths, a_text_told_to_be_canonical_is_the_canonical_form_of_that_object) {
    int found = 0;
    for (unsigned seed = 0; seed < 60'000; ++seed) {
        Dice dice(seed);
        const std::string made = "{\"member\":" + random_json(dice, 4) + '}';
        const auto sent = parse_json(made);
        // Half of the documents come as they would be written, which is how a device sends them.
        const std::string text = sent && dice.below(2) == 0 ? canonical(*sent) : made;
        for (const int depth : {2, 3}) {
            CanonicalTexts texts(depth);
            auto read = parse_json(text, {}, texts);
            if (!read) continue;
            const Json moved = std::move(*read);
            expect_own_texts(moved, 1, texts, found);
        }
    }
    EXPECT_GT(found, 5'000);
}

TEST(fast_paths, only_text_that_needs_no_writing_counts_as_canonical) {
    const auto own_text = [](std::string_view object) {
        CanonicalTexts texts(4);
        const std::string text = R"({"records":[{"record":)" + std::string(object) + R"(,"signature":"s"}]})";
        const auto json = parse_json(text, {}, texts);
        return json ? std::string(texts.of((*json)["records"][0]["record"])) : std::string("refused");
    };
    for (const char* same : {R"({})", R"({"a":1,"b":[{"c":-1},{}],"d":{"e":"Đà Nẵng, 'a' <b>"}})", R"({"":"","a":0})"})
        EXPECT_EQ(own_text(same), same);
    for (const char* other : {R"({"b":1,"a":2})", R"({ "a":1})", R"({"a":1 })", R"({"a": 1})", R"({"a":"\u0041"})",
                              R"({"a":"\/"})", R"({"a":"\n"})", R"({"a":-0})", R"({"a":[1,-0]})", R"({"a":[1, 2]})",
                              R"({"a":{"c":1,"b":1}})", "{\"a\":1\n}"}) {
        EXPECT_EQ(own_text(other), "") << other;
    }
    // What lies elsewhere is not looked at: a list of objects, another depth.
    CanonicalTexts texts(2);
    const auto json = parse_json(R"([{"a":1},{"b":{"c":1}}])", {}, texts);
    ASSERT_TRUE(json);
    EXPECT_EQ(texts.of((*json)[0]), "");
    EXPECT_EQ(texts.of((*json)[1]["b"]), "");
}

TEST(fast_paths, what_stands_behind_a_null_character_is_read_too) {
    using namespace std::string_view_literals;
    for (const auto text : {"{}\0"sv, "{}\0x"sv, "1\0"sv, "\0{}"sv, "{\0}"sv, "[1,\0 2]"sv, "\"\0\""sv})
        EXPECT_FALSE(parse_json(text));
}

TEST(fast_paths, half_a_surrogate_pair_is_no_text) {
    for (const char* bad :
         {R"("\udc00")", R"("\ud800")", R"("\ud800x")", R"("\udfff\ud800")", R"({"\udc00":1})", R"("\\\udc00")"}) {
        const auto read = parse_json(bad);
        ASSERT_FALSE(read) << bad;
        EXPECT_EQ(read.error().rule, "json.syntax") << bad;
    }
    // U+D7A3, the last Hangul syllable, begins with the same byte.
    EXPECT_EQ(canonical(*parse_json(R"("\ud7a3\ud83d\ude37")")), "\"\xED\x9E\xA3😷\"");
}

TEST(fast_paths, canonical_form_writes_what_it_does_not_read) {
    const Json strange{{"bytes", Json("\xff\xfe")}, {"half", 0.5}, {"big", std::uint64_t{18'446'744'073'709'551'615U}}, {"empty", Json::object()}};
    EXPECT_EQ(canonical(strange), strange.dump(-1, ' ', false, Json::error_handler_t::replace));
}

TEST(fast_paths, a_byte_order_mark_is_no_json) { EXPECT_FALSE(parse_json("\xef\xbb\xbf{}")); }

TEST(fast_paths, every_code_point_is_judged_as_the_unicode_tables_judge_it) {
    for (std::int32_t code = 1; code < 0x30000; ++code) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        const std::string text = "e" + encoded(code) + "n";
        ASSERT_TRUE(is_utf8(text)) << code;
        ASSERT_EQ(is_nfc(text), to_nfc(text) == text) << code;
        const auto category = utf8proc_category(code);
        ASSERT_EQ(has_control(text), category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF) << code;
    }
}

TEST(fast_paths, bytes_that_are_no_utf8_are_found_wherever_they_stand) {
    for (const char* bad : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xc3(", "\xe1\xb8", "\xe1\xb8(", "\xe1(\xb8", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
        for (std::size_t before = 0; before < 10; ++before) {
            EXPECT_FALSE(is_utf8(std::string(before, 'a') + bad)) << before;
            EXPECT_FALSE(is_utf8(std::string(before, 'a') + bad + "Đ")) << before;
            EXPECT_TRUE(has_control(std::string(before, 'a') + bad)) << before;
        }
    }
}

}  // namespace
}  // namespace lachan
