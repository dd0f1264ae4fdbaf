// Base45, base64, zlib and CBOR on their own: what they refuse as much as what they read.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "certificate/base45.h"
#include "certificate/cbor.h"
#include "certificate/inflate.h"
#include "certificate/issue.h"

namespace lachan::certificate {
namespace {

Bytes hex(std::string_view text) { return *from_hex(text); }
std::string text_of(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }

TEST(base45, reads_the_examples_of_its_standard) {
    EXPECT_EQ(text_of(*from_base45("BB8")), "AB");
    EXPECT_EQ(text_of(*from_base45("%69 VD92EX0")), "Hello!!");
    EXPECT_EQ(text_of(*from_base45("UJCLQE7W581")), "base-45");
    EXPECT_EQ(text_of(*from_base45("QED8WEX0")), "ietf!");
    EXPECT_EQ(to_base45(bytes_of("ietf!")), "QED8WEX0");
    EXPECT_TRUE(from_base45("")->empty());
}

TEST(base45, refuses_what_is_not_strictly_base45) {
    const std::vector<std::pair<const char*, const char*>> rows{
        {"one character left over", "BB8A"},
        {"lower case", "bb8"},
        {"triple of 65536", "GGW/"},
        {"triple above 65535", ":::"},
        {"pair above 255", "::"},
        {"pair of 256", "V5"},
        {"a tab", "BB\t"},
        {"a line feed", "BB8BB\n"},
        {"a byte above ASCII", "BB\xc3"},
    };
    for (const auto& [name, text] : rows) {
        const auto bytes = from_base45(text);
        ASSERT_FALSE(bytes) << name;
        EXPECT_EQ(bytes.error().rule, "base45") << name;
    }
    EXPECT_EQ(*from_base45("FGW"), (Bytes{0xff, 0xff}));
    EXPECT_FALSE(from_base45("GGW"));
    EXPECT_EQ(*from_base45("U5"), Bytes{0xff});
}

TEST(base45, writing_and_reading_are_inverse) {
    EXPECT_TRUE(rc::check([](const Bytes& bytes) {
        const auto back = from_base45(to_base45(bytes));
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == bytes);
    }));
}

TEST(base64, is_strict_about_padding_and_left_over_bits) {
    EXPECT_EQ(text_of(*from_base64("TMOhIENo4bqvbg==")), "Lá Chắn");
    EXPECT_EQ(to_base64(bytes_of("Lá Chắn")), "TMOhIENo4bqvbg==");
    for (const char* text : {"TMOh=", "T===", "====", "TMO_", "TM==TM==", "TR==", "TMP=", " TMO"}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
    EXPECT_TRUE(rc::check([](const Bytes& bytes) { RC_ASSERT(*from_base64(to_base64(bytes)) == bytes); }));
}

Bytes deflated(const Bytes& data) {
    uLongf size = compressBound(static_cast<uLong>(data.size()));
    Bytes compressed(size);
    compress2(compressed.data(), &size, data.data(), static_cast<uLong>(data.size()), 9);
    compressed.resize(size);
    return compressed;
}

TEST(inflate, stops_at_its_limit_and_not_before) {
    const Bytes full(kInflatedLimit, 'x');
    EXPECT_EQ(*inflate_zlib(deflated(full)), full);
    const auto over = inflate_zlib(deflated(Bytes(kInflatedLimit + 1, 'x')));
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().rule, "size-limit");
    EXPECT_EQ(over.error().code, Errc::rejected);
}

TEST(inflate, refuses_a_bomb_a_cut_stream_and_bytes_behind_it) {
    Bytes bomb = deflated(Bytes(50'000'000, 0));
    ASSERT_LT(bomb.size(), 60'000U);
    EXPECT_EQ(inflate_zlib(bomb).error().rule, "size-limit");
    Bytes whole = deflated(Bytes{'a', 'b', 'c', 'a', 'b', 'c'});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_EQ(inflate_zlib(std::span(whole).first(length)).error().rule, "compression") << length;
    }
    Bytes longer = whole;
    longer.push_back(0);
    EXPECT_EQ(inflate_zlib(longer).error().rule, "compression");
    Bytes altered = whole;
    altered.back() = static_cast<std::uint8_t>(altered.back() ^ 1);  // the checksum
    EXPECT_EQ(inflate_zlib(altered).error().rule, "compression");
    EXPECT_EQ(inflate_zlib(bytes_of("not compressed at all")).error().rule, "compression");
}

TEST(inflate, writing_and_reading_are_inverse) {
    EXPECT_TRUE(rc::check([](const Bytes& bytes) { RC_ASSERT(*inflate_zlib(deflated(bytes)) == bytes); }));
}

/// Diagnostic notation of the parts of an item that matter here.
std::string shown(const cbor::Item& item) {
    using enum cbor::Kind;
    switch (item.kind) {
        case unsigned_integer: return std::to_string(item.argument);
        case negative_integer: return "-1-" + std::to_string(item.argument);
        case bytes: return "h'" + to_hex(bytes_of(item.content)) + "'";
        case text: return "\"" + item.content + "\"";
        case boolean: return item.argument == 1 ? "true" : "false";
        case null: return "null";
        case undefined: return "undefined";
        case simple: return "simple(" + std::to_string(item.argument) + ")";
        case real: return std::isnan(item.real) ? "nan" : std::to_string(item.real);
        default: break;
    }
    std::string parts;
    for (const cbor::Item& child : item.items) parts += (parts.empty() ? "" : " ") + shown(child);
    if (item.is(tag)) return std::to_string(item.argument) + "(" + parts + ")";
    return item.is(map) ? "{" + parts + "}" : "[" + parts + "]";
}

TEST(cbor, reads_the_examples_of_its_standard) {
    // RFC 8949 appendix A, with the kinds of item that certificates have.
    const std::vector<std::pair<const char*, const char*>> rows{
        {"00", "0"},
        {"17", "23"},
        {"1818", "24"},
        {"1903e8", "1000"},
        {"1a000f4240", "1000000"},
        {"1b000000e8d4a51000", "1000000000000"},
        {"1bffffffffffffffff", "18446744073709551615"},
        {"20", "-1-0"},
        {"3863", "-1-99"},
        {"3bffffffffffffffff", "-1-18446744073709551615"},
        {"f90000", "0.000000"},
        {"f93c00", "1.000000"},
        {"f97bff", "65504.000000"},
        {"f9c400", "-4.000000"},
        {"fa47c35000", "100000.000000"},
        {"fb3ff199999999999a", "1.100000"},
        {"f97e00", "nan"},
        {"f97c00", "inf"},
        {"f4", "false"},
        {"f5", "true"},
        {"f6", "null"},
        {"f7", "undefined"},
        {"f0", "simple(16)"},
        {"f8ff", "simple(255)"},
        {"c11a514b67b0", "1(1363896240)"},
        {"d74401020304", "23(h'01020304')"},
        {"40", "h''"},
        {"60", "\"\""},
        {"62c3bc", "\"ü\""},
        {"80", "[]"},
        {"83010203", "[1 2 3]"},
        {"a0", "{}"},
        {"a201020304", "{1 2 3 4}"},
        {"5f42010243030405ff", "h'0102030405'"},
        {"7f657374726561646d696e67ff", "\"streaming\""},
        {"9fff", "[]"},
        {"9f018202039f0405ffff", "[1 [2 3] [4 5]]"},
        {"bf61610161629f0203ffff", "{\"a\" 1 \"b\" [2 3]}"},
        // Longer than needed: never written, but real certificates have them.
        {"1800", "0"},
        {"1b0000000000000001", "1"},
        {"590001ff", "h'ff'"},
    };
    for (const auto& [bytes, expected] : rows) {
        const auto item = cbor::read(hex(bytes));
        ASSERT_TRUE(item) << bytes << ": " << item.error().detail;
        EXPECT_EQ(shown(*item), expected) << bytes;
    }
}

TEST(cbor, refuses_what_is_not_well_formed) {
    const std::vector<std::pair<const char*, const char*>> rows{
        {"nothing", ""},
        {"argument cut", "19ff"},
        {"reserved information", "1c"},
        {"reserved information of a map", "be"},
        {"integer of indefinite length", "1f"},
        {"tag of indefinite length", "df00"},
        {"text cut", "6261"},
        {"array cut", "8201"},
        {"map cut after a key", "a101"},
        {"break alone", "ff"},
        {"break in an array of two", "8201ff"},
        {"map of indefinite length ends after a key", "bf01ff"},
        {"chunk of another kind", "5f6161ff"},
        {"chunk of indefinite length", "5f5f4100ffff"},
        {"array without its break", "9f01"},
        {"two items", "0000"},
        {"text not UTF-8", "61ff"},
        {"simple value in two bytes", "f810"},
        {"tag of nothing", "c1"},
        {"length of 2^64 - 1", "5bffffffffffffffff"},
        {"length of 2^32 + 1", "5b000000010000000141"},
        {"array of 2^63", "9b8000000000000000"},
        {"map of 2^63", "bb8000000000000000"},
    };
    for (const auto& [name, bytes] : rows) {
        const auto item = cbor::read(hex(bytes));
        ASSERT_FALSE(item) << name;
        EXPECT_EQ(item.error().rule, "cbor") << name;
    }
}

TEST(cbor, keeps_its_limits) {
    const auto nested = [](std::size_t depth) {
        Bytes bytes(depth - 1, 0x81);
        bytes.push_back(0x00);
        return bytes;
    };
    EXPECT_TRUE(cbor::read(nested(16)));
    EXPECT_EQ(cbor::read(nested(17)).error().rule, "size-limit");
    EXPECT_EQ(cbor::read(Bytes(100'000, 0xc1)).error().rule, "size-limit");

    const auto list_of = [](std::size_t count) {
        Bytes bytes;
        cbor::write_head(bytes, 4, count);
        bytes.insert(bytes.end(), count, 0x00);
        return bytes;
    };
    EXPECT_TRUE(cbor::read(list_of(4095)));
    EXPECT_EQ(cbor::read(list_of(4096)).error().rule, "size-limit");

    const auto string_of = [](std::size_t length) {
        Bytes bytes;
        cbor::write_bytes(bytes, Bytes(length, 'x'));
        return bytes;
    };
    EXPECT_TRUE(cbor::read(string_of(16 * 1024)));
    EXPECT_EQ(cbor::read(string_of(16 * 1024 + 1)).error().rule, "size-limit");
    Bytes chunks{0x5f};
    for (int i = 0; i < 3; ++i) {
        const Bytes chunk = string_of(6000);
        chunks.insert(chunks.end(), chunk.begin(), chunk.end());
    }
    chunks.push_back(0xff);
    EXPECT_EQ(cbor::read(chunks).error().rule, "size-limit");
}

TEST(cbor, knows_doubled_keys_however_they_are_written) {
    EXPECT_TRUE(
        cbor::has_duplicate_keys(*cbor::read(hex("a2010018010"
                                                 "1"))));
    EXPECT_TRUE(cbor::has_duplicate_keys(*cbor::read(hex("a2616100616101"))));
    EXPECT_FALSE(cbor::has_duplicate_keys(*cbor::read(hex("a201002000"))));
}

/// JSON as certificates hold it.
Json any_json(int depth) {
    const int kind = *rc::gen::inRange(0, depth > 3 ? 4 : 6);
    if (kind == 0) return *rc::gen::arbitrary<std::int64_t>();
    if (kind == 1) return *rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~'));
    if (kind == 2) return *rc::gen::arbitrary<bool>();
    if (kind == 3) return nullptr;
    Json value = kind == 4 ? Json::array() : Json::object();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        if (kind == 4)
            value.push_back(any_json(depth + 1));
        else
            value[*rc::gen::container<std::string>(rc::gen::inRange<char>('a', 'f'))] = any_json(depth + 1);
    }
    return value;
}

TEST(cbor, agrees_with_an_independent_reader_on_what_it_writes) {
    EXPECT_TRUE(rc::check([] {
        const Json value = any_json(0);
        Bytes ours;
        cbor::write_json(ours, value);
        RC_ASSERT(Json::to_cbor(value) == ours);  // both write the shortest form, so even the bytes agree
        RC_ASSERT(Json::from_cbor(ours, true, false) == value);
        std::vector<std::string> warnings;
        RC_ASSERT(*cbor::to_json(*cbor::read(ours), warnings) == value);
        RC_ASSERT(warnings.empty());
    }));
}

TEST(cbor, agrees_with_an_independent_reader_on_what_is_well_formed) {
    // Random bytes from a short list, so that most openings are the opening of something. Whatever both can express,
    // both read alike. The other reader knows less (no integer keys, no undefined) and lets through what the standard
    // forbids.
    std::mt19937 random(20261124);
    const Bytes openings{0x80, 0x81, 0x82, 0xa1, 0xa2, 0x61, 0x62, 0x41, 0x9f, 0xbf, 0xff, 0x7f, 0x5f, 0xf9, 0xc1,
                         0x18, 0x19, 0x39, 0x78, 0xf4, 0xf6, 0x00, 0x01, 0x20, 'a',  'b',  0x3a, 0xfa, 0xfb, 0xd8};
    int read = 0;
    for (int round = 0; round < 200'000; ++round) {
        Bytes bytes(1 + random() % 12);
        for (auto& byte : bytes)
            byte = random() % 8 == 0 ? static_cast<std::uint8_t>(random()) : openings[random() % openings.size()];
        const auto ours = cbor::read(bytes);
        // The other reader ends the program at a collection whose declared length has 64 bits.
        if (std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0x9b || b == 0xbb; })) continue;
        const Json theirs = Json::from_cbor(bytes, true, false, Json::cbor_tag_handler_t::ignore);
        if (theirs.is_discarded()) continue;
        if (!ours) {
            const std::string& detail = ours.error().detail;
            ASSERT_TRUE(detail == "text is not UTF-8" || detail == "a string holds a foreign chunk" ||
                        detail == "a simple value in two bytes")
                << to_hex(bytes) << " " << detail;
            continue;
        }
        std::vector<std::string> warnings;
        const auto json = cbor::to_json(*ours, warnings);
        if (!json || !warnings.empty()) continue;
        ASSERT_TRUE(*json == theirs) << to_hex(bytes);
        ++read;
    }
    EXPECT_GT(read, 5'000);
}

TEST(cbor, says_what_json_could_not_carry) {
    const auto converted = [](const char* bytes) {
        std::vector<std::string> warnings;
        const auto json = cbor::to_json(*cbor::read(hex(bytes)), warnings);
        std::string line = json ? json->dump() : json.error().rule;
        for (const std::string& warning : warnings) line += " " + warning;
        return line;
    };
    EXPECT_EQ(converted("f93c00"), "1 payload-float");
    EXPECT_EQ(converted("fb3ff8000000000000"), "\"1.5\" payload-float");
    EXPECT_EQ(converted("f97e00"), "null payload-float payload-value");
    EXPECT_EQ(converted("f7"), "null payload-value");
    EXPECT_EQ(converted("c074323031332d30332d32315432303a30343a30305a"), "\"2013-03-21T20:04:00Z\" payload-tag");
    EXPECT_EQ(converted("4101"), "\"AQ==\" payload-bytes");
    EXPECT_EQ(converted("a1010"
                        "2"),
              "{} payload-key");
    EXPECT_EQ(converted("a2616101616102"), "{\"a\":1} duplicate-key");
    EXPECT_EQ(converted("1bffffffffffffffff"), "null payload-value");
    EXPECT_EQ(converted("818181818181818181818100"), "size-limit");
}

}  // namespace
}  // namespace lachan::certificate
