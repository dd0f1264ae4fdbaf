// Strict issuing: transliteration, numbers, and everything that keeps a certificate from being signed.

#include <gtest/gtest.h>

#include <functional>

#include "certificate/forge.h"
#include "certificate/issue_card.h"
#include "certificate/strict.h"
#include "certificate/transliterate.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

TEST(transliterate, follows_the_table_of_the_passport) {
    const struct {
        const char* name;
        const char* written;
    } rows[]{{"Nguyễn", "NGUYEN"},
             {"Thị Minh Đào", "THI<MINH<DAO"},
             {"Đặng  Thùy-Trâm", "DANG<THUY<TRAM"},
             {"d'Arsøns - van Halen", "DARSOENS<VAN<HALEN"},
             {"François-Joan", "FRANCOIS<JOAN"},
             {"Müller", "MUELLER"},
             {"Strauß", "STRAUSS"},
             {"Łukasz", "LUKASZ"},
             {"Þór Ægir", "THOR<AEGIR"},
             {"Y Blô", "Y<BLO"},
             {"O’Brien Jr.", "OBRIEN<JR"},
             {" Lê ", "LE"}};
    for (const auto& row : rows) {
        const auto written = transliterate(row.name);
        ASSERT_TRUE(written) << row.name;
        EXPECT_EQ(*written, row.written);
    }
}

/// Every vowel of Vietnamese with every tone, and Đ: the plain letter, in both normal forms.
TEST(transliterate, knows_every_vietnamese_letter_composed_or_not) {
    const struct {
        const char* letters;
        char plain;
    } rows[]{{"aàảãáạăằẳẵắặâầẩẫấậAÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬ", 'A'}, {"dđDĐ", 'D'}, {"eèẻẽéẹêềểễếệEÈẺẼÉẸÊỀỂỄẾỆ", 'E'},
             {"iìỉĩíịIÌỈĨÍỊ", 'I'}, {"oòỏõóọôồổỗốộơờởỡớợOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢ", 'O'}, {"uùủũúụưừửữứựUÙỦŨÚỤƯỪỬỮỨỰ", 'U'},
             {"yỳỷỹýỵYỲỶỸÝỴ", 'Y'}};
    for (const auto& row : rows) {
        const auto written = transliterate(row.letters);
        ASSERT_TRUE(written) << row.letters;
        EXPECT_EQ(*written, std::string(std::min(code_points(row.letters), kNameLength), row.plain)) << row.letters;
    }
    // Nguyễn, Ư and Đặng with their marks apart.
    EXPECT_EQ(*transliterate("Nguye\u0302\u0303n"), "NGUYEN");
    EXPECT_EQ(*transliterate("U\u031b\u0301"), "U");
    EXPECT_EQ(*transliterate("\u0110a\u0323\u0306ng"), "DANG");
    EXPECT_EQ(*transliterate("A\u030aU\u0308"), "AAUE");
}

TEST(transliterate, refuses_other_scripts_and_cuts_at_80) {
    EXPECT_EQ(transliterate("Иван").error().rule, "name.script");
    EXPECT_EQ(transliterate("Nguy\xd0\xb5n").error().rule, "name.script");
    EXPECT_EQ(transliterate("名").error().rule, "name.script");
    EXPECT_EQ(transliterate("R2D2").error().rule, "name.script");
    EXPECT_EQ(transliterate("").error().rule, "name.text");
    EXPECT_EQ(transliterate("' - .").error().rule, "name.text");
    EXPECT_EQ(transliterate("\xff\xfe").error().rule, "name.text");
    EXPECT_EQ(transliterate(std::string(200, 'a'))->size(), kNameLength);
    EXPECT_EQ(*transliterate(std::string(79, 'a') + " b"), std::string(79, 'A'));
}

TEST(uvci, has_a_check_character_that_published_numbers_have_too) {
    // From the published schema's examples.
    EXPECT_EQ(uvci_check("URN:UVCI:01:NL:DADFCC47C7334E45A906DB12FD859FB7"), '1');
    EXPECT_EQ(uvci_check("lower"), 0);
    const std::string number = uvci("VN", Bytes(16, 0xab), Checksum::appended);
    EXPECT_EQ(number.substr(0, 47), "URN:UVCI:01:VN:ABABABABABABABABABABABABABABABAB");
    EXPECT_EQ(number[47], '#');
    EXPECT_EQ(uvci_check(number.substr(0, 47)), number[48]);
}

Json sound_row() {
    return {{"kind", "vaccination"}, {"familyName", "Nguyễn"}, {"givenName", "Thị Minh Đào"}, {"birthDate", "1988-02-29"},
            {"disease", "840539006"}, {"vaccine", "J07BX03"}, {"product", "EU/1/21/1529"}, {"manufacturer", "ORG-100001699"},
            {"dose", "2"}, {"doses", 2}, {"date", "2025-03-01"}, {"country", "VN"}, {"issuer", "Bộ Y tế"},
            {"identifier", "URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF"}};
}

TEST(strict, a_row_becomes_the_payload_that_is_signed) {
    EXPECT_EQ(*payload_of(sound_row()), vaccination());
    Json row = sound_row();
    row["kind"] = "wedding";
    EXPECT_EQ(payload_of(row).error().rule, "issue.event");
    row = sound_row();
    row["familyName"] = "Иванов";
    EXPECT_EQ(payload_of(row).error().rule, "name.script");
}

TEST(strict, names_each_broken_field) {
    const Issuer issuer = issuer_with(Algorithm::es256);
    const Draft sound = draft_for(issuer);
    EXPECT_TRUE(check_strictly(sound, issuer.signer, kNow).empty());
    const auto first = [&](const std::function<void(Draft&)>& change) {
        Draft draft = sound;
        change(draft);
        const Violations found = check_strictly(draft, issuer.signer, kNow);
        return found.empty() ? std::string("sound") : found[0].field + " " + found[0].rule;
    };
    const auto said = [&](const std::function<void(Json&)>& change, NewCodes codes) {
        Draft draft = sound;
        change(draft.payload["v"][0]);
        std::string text;
        for (const Violation& one : check_strictly(draft, issuer.signer, kNow, codes)) {
            text += one.field + " " + one.rule + (one.warning ? " warning" : "") + "; ";
        }
        return text;
    };
    const auto unknown = [](const char* key, const char* code) { return [=](Json& entry) { entry[key] = code; }; };
    for (const char* key : {"tg", "vp", "mp", "ma"}) {
        const std::string line = std::string("v.0.") + key + " issue.code";
        EXPECT_EQ(said(unknown(key, "X-1"), NewCodes::refused), line + "; ");
        EXPECT_EQ(said(unknown(key, "X-1"), NewCodes::taken), line + " warning; ");
        EXPECT_EQ(said(unknown(key, "not a code"), NewCodes::taken), std::string("v.0.") + key + " issue.field; ");
    }
    // Countries are complete: no option takes one that is none.
    EXPECT_EQ(said(unknown("co", "ZZ"), NewCodes::taken), "v.0.co issue.code; ");
    EXPECT_EQ(said(unknown("co", "UT"), NewCodes::taken), "v.0.co issue.code; ");
    EXPECT_EQ(said(unknown("ci", "URN:UVCI:01:FR:0123"), NewCodes::refused), "v.0.ci issue.identifier; ");
    const auto in_event = [&](const char* key, Json value) { return first([&](Draft& d) { d.payload["v"][0][key] = value; }); };
    EXPECT_EQ(in_event("dn", 0), "v.0.dn issue.field");
    EXPECT_EQ(in_event("dn", 10), "v.0.dn issue.field");
    EXPECT_EQ(in_event("dt", "2025-02-30"), "v.0.dt issue.field");
    EXPECT_EQ(in_event("dt", "2025-12-01"), "v.0.dt issue.date");
    EXPECT_EQ(in_event("dt", "1988-02-28"), "v.0.dt issue.date");
    EXPECT_EQ(in_event("dt", "1988-02-29"), "sound");
    EXPECT_EQ(in_event("co", "VNM"), "v.0.co issue.field");
    EXPECT_EQ(in_event("ci", "1234"), "v.0.ci issue.field");
    EXPECT_EQ(in_event("ci", "URN:UVCI:01:VN:0123#A"), "v.0.ci issue.field");
    EXPECT_EQ(in_event("is", "a\nb"), "v.0.is issue.field");
    EXPECT_EQ(in_event("extra", 1), "v.0.extra issue.field");
    EXPECT_EQ(first([](Draft& d) { d.payload["nam"]["fnt"] = "NGUYEEN"; }), "nam.fnt issue.name");
    EXPECT_EQ(first([](Draft& d) { d.payload["dob"] = "1988"; }), "dob issue.date");
    EXPECT_EQ(first([](Draft& d) { d.payload["dob"] = "2099-01-01"; }), "dob issue.date");
    EXPECT_EQ(first([](Draft& d) { d.payload["ver"] = "1.3.3"; }), "ver issue.field");
    EXPECT_EQ(first([](Draft& d) { d.payload.erase("v"); }), "v issue.event");
    EXPECT_EQ(first([](Draft& d) { d.payload["t"] = Json::array(); }), "v issue.event");
    EXPECT_EQ(first([](Draft& d) { d.issued_at_s += 2 * 86'400; }), "iat issue.time");
    EXPECT_EQ(first([](Draft& d) { d.expires_at_s = d.issued_at_s; }), "exp issue.time");
    EXPECT_EQ(first([](Draft& d) { d.expires_at_s = d.issued_at_s + 366 * 86'400; }), "exp issue.time");
    EXPECT_EQ(first([](Draft& d) { d.expires_at_s = d.issued_at_s + 365 * 86'400; }), "sound");
    EXPECT_EQ(first([](Draft& d) { d.issued_at_s -= 200 * 86'400; }), "iat issue.key");
    EXPECT_EQ(first([](Draft& d) { d.issuer = "FR"; }), "iss issue.key");
    EXPECT_EQ(first([](Draft& d) { d.kid = Bytes(8, 9); }), "alg issue.key");
    Signer for_tests = issuer.signer;
    for_tests.usage.test = true;
    EXPECT_EQ(check_strictly(sound, for_tests, kNow)[0].field, "v");
}

/// Regulation (EU) 2021/953: from the 11th day after the first positive test, until the 180th.
TEST(strict, a_recovery_has_the_days_of_its_regulation) {
    const Issuer issuer = issuer_with(Algorithm::es256);
    const auto said = [&issuer](const char* first, const char* from, const char* until) {
        Json payload = vaccination();
        Json entry{{"tg", "840539006"}, {"co", "VN"}, {"is", "Bộ Y tế"}, {"ci", "URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF"}};
        entry.update({{"fr", first}, {"df", from}, {"du", until}});
        payload.erase("v");
        payload["r"] = Json::array({entry});
        std::string text;
        for (const Violation& one : check_strictly(draft_for(issuer, payload), issuer.signer, kNow)) text += one.field + " " + one.rule + "; ";
        return text;
    };
    // Today is 15 June 2025.
    EXPECT_EQ(said("2025-03-01", "2025-03-12", "2025-08-28"), "");
    EXPECT_EQ(said("2025-03-01", "2025-03-11", "2025-08-28"), "r.0.df issue.recovery; ");
    EXPECT_EQ(said("2025-03-01", "2025-03-12", "2025-08-29"), "r.0.du issue.recovery; ");
    EXPECT_EQ(said("2025-06-04", "2025-06-15", "2025-08-28"), "");
    EXPECT_EQ(said("2025-06-05", "2025-06-16", "2025-08-28"), "r.0.fr issue.recovery; ");
    EXPECT_EQ(said("1987-03-01", "1987-03-12", "1987-08-28"), "r.0.fr issue.date; ");
    EXPECT_EQ(said("2025-07-01", "2025-07-12", "2025-08-28"), "r.0.fr issue.date; ");
}

TEST(strict, a_test_is_of_a_known_type_and_its_maker_of_the_right_form) {
    const Issuer issuer = issuer_with(Algorithm::es256);
    const auto said = [&issuer](const char* key, const char* value) {
        Json payload = vaccination();
        Json entry{{"tg", "840539006"}, {"co", "VN"}, {"is", "Bộ Y tế"}, {"ci", "URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF"}};
        entry.update({{"tt", "LP217198-3"}, {"ma", "1232"}, {"sc", "2025-06-13T08:15:00+07:00"}, {"tr", "260415000"}, {"tc", "CDC"}});
        entry[key] = value;
        payload.erase("v");
        payload["t"] = Json::array({entry});
        std::string text;
        for (const Violation& one : check_strictly(draft_for(issuer, payload), issuer.signer, kNow)) {
            text += one.field + " " + one.rule + (one.warning ? " warning" : "") + "; ";
        }
        return text;
    };
    EXPECT_EQ(said("ma", "1232"), "t.0.ma issue.code warning; ");
    EXPECT_EQ(said("ma", "Panbio"), "t.0.ma issue.field; ");
    EXPECT_EQ(said("tr", "260385009"), "t.0.ma issue.code warning; t.0.tr issue.code; ");
    EXPECT_EQ(said("tt", "LP6464-5"), "t.0.tt issue.code; t.0.ma issue.code warning; t.0.nm issue.field; ");
    EXPECT_EQ(said("sc", "1988-02-28T23:59:59+07:00"), "t.0.ma issue.code warning; t.0.sc issue.date; ");
}

TEST(card, is_written_small_and_in_parts_when_long) {
    const Issuer issuer = issuer_with(Algorithm::es256);
    const Json key = *card_key(issuer.signer.spki);
    EXPECT_EQ(text_at(key, "kid").size(), 43U);
    const Json row{{"familyName", "Nguyễn"}, {"givenName", "Thị Minh"}, {"birthDate", "1988-02-29"}, {"date", "2025-03-01"}, {"cvx", "208"}};
    const auto payload = card_payload(row, "https://example.vn/cards", kNow.ms / 1000);
    ASSERT_TRUE(payload);
    const std::string input = card_signing_input(*payload, text_at(key, "kid"));
    const auto codes = card_codes(input, *issuer.key.sign(bytes_of(input)));
    ASSERT_EQ(codes.size(), 1U);
    EXPECT_TRUE(codes[0].starts_with("shc:/56"));
    const auto parts = card_codes(std::string(2500, 'e'), Bytes(64, 1));
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_TRUE(parts[1].starts_with("shc:/2/3/"));
    EXPECT_FALSE(card_payload(row, "http://example.vn", 1));
    EXPECT_FALSE(card_payload(row, "https://example.vn/", 1));
    const auto refused = [&row](const char* column, const char* value) {
        Json other = row;
        other[column] = value;
        const auto made = card_payload(other, "https://example.vn/cards", kNow.ms / 1000);
        return made ? std::string("made") : made.error().detail;
    };
    EXPECT_EQ(refused("date", "1988-02-28"), "date (issue.date)");
    EXPECT_EQ(refused("date", "1988-02-29"), "made");
    EXPECT_EQ(refused("cvx", "2080"), "cvx (issue.field)");
    EXPECT_EQ(refused("givenName", "R2D2"), "givenName (issue.field)");
    EXPECT_EQ(refused("lot", "a\nb"), "lot (issue.field)");
}

}  // namespace
}  // namespace lachan::certificate
