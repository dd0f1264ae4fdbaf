#include "vocab/person.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "vocab/country.h"

namespace lachan {
namespace {

Day day(std::string_view text) { return Day::parse(text).value(); }
const Day kToday = day("2021-08-15");

std::string rules(const Violations& violations) {
    std::string text;
    for (const Violation& violation : violations) text += (text.empty() ? "" : " ") + violation.rule + (violation.warning ? "?" : "");
    return text;
}

TEST(vocab_person, a_cccd_number_is_held_against_what_its_owner_says) {
    struct Row {
        const char *number, *sex, *birth, *citizen, *officer;
    };
    const Row rows[] = {
        {"001099000000", "male", "1999", "", ""},
        {"079301000000", "female", "2001", "", ""},
        {"079201000000", "female", "", "person.cccd_sex", "person.cccd_sex?"},
        {"001099000000", "", "1998", "person.cccd_year", "person.cccd_year?"},
        {"001499000000", "", "", "person.cccd_year", "person.cccd_year?"},
        {"003099000000", "", "", "person.cccd_province?", "person.cccd_province?"},
        {"00109900000", "", "", "person.cccd_length", "person.cccd_length"},
        {"0010990000000", "", "", "person.cccd_length", "person.cccd_length"},
        {"00109900000x", "", "", "person.cccd_length", "person.cccd_length"},
        {"", "", "", "person.cccd_length", "person.cccd_length"},
        {"001000000000", "", "", "", ""},
        {"001222000000", "", "", "person.cccd_year", "person.cccd_year?"},
        {"079099000000", "other", "1999-02-30", "", ""},
        {"900099000000", "female", "2000", "person.cccd_province? person.cccd_sex person.cccd_year",
         "person.cccd_province? person.cccd_sex? person.cccd_year?"},
    };
    for (const Row& row : rows) {
        const CccdClaim claim{row.number, row.sex, row.birth};
        EXPECT_EQ(rules(check_cccd(claim, kToday, TypedBy::citizen, "idNumber")), row.citizen) << row.number;
        EXPECT_EQ(rules(check_cccd(claim, kToday, TypedBy::officer, "idNumber")), row.officer) << row.number;
    }
}

TEST(vocab_person, a_cccd_number_says_where_when_and_which_sex) {
    const auto parts = read_cccd("079301000000");
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->province, "79");
    EXPECT_EQ(parts->sex, "female");
    EXPECT_EQ(parts->birth_year, 2001);
    EXPECT_EQ(read_cccd("123099000000")->province, "");
    EXPECT_EQ(read_cccd("001999000000")->birth_year, 2399);
    EXPECT_FALSE(read_cccd("07930100000"));
}

TEST(vocab_person, phones_become_one_form) {
    const char* rows[][2] = {
        {"0912345678", "+84912345678"},     {"+84912345678", "+84912345678"},  {"84912345678", "+84912345678"},
        {"091 234 56.78", "+84912345678"},  {"(091)234-5678", "+84912345678"}, {"0321234567", "+84321234567"},
        {"0311234567", ""},                 {"0541234567", ""},                {"0711234567", ""},
        {"0951234567", ""},                 {"0801234567", ""},                {"09123456789", ""},
        {"02438000000", "+842438000000"},   {"0243800000", ""},                {"+8562012345678", "+8562012345678"},
        {"8562012345678", ""},              {"+0123456789", ""},               {"+123456", ""},
        {"+1234567890123456", ""},          {"", ""},                          {"+", ""},
        {"09123456٧8", ""},                 {"++84912345678", ""},             {"0912345678x", ""},
    };
    for (const auto& [text, e164] : rows) EXPECT_EQ(phone_e164(text), e164) << text;
}

TEST(vocab_person, an_e164_number_stays_itself) {
    for (const char* text : {"0912345678", "02438000000", "+8562012345678"}) EXPECT_EQ(phone_e164(phone_e164(text)), phone_e164(text));
}

TEST(vocab_person, ages_are_ranges_when_the_year_alone_is_known) {
    const auto year = parse_birth("2007");
    ASSERT_TRUE(year);
    EXPECT_EQ(age_on(*year, kToday).youngest, 13);
    EXPECT_EQ(age_on(*year, kToday).oldest, 14);
    const auto exact = parse_birth("2007-08-16");
    EXPECT_EQ(age_on(*exact, kToday).oldest, 13);
    EXPECT_EQ(age_on(*exact, kToday + 1).oldest, 14);
    EXPECT_FALSE(parse_birth("07"));
    EXPECT_FALSE(parse_birth("2007-8-16"));
    EXPECT_EQ(parse_birth("2007-8-16").error().rule, "person.birth_date");
}

TEST(vocab_person, names_mails_and_papers) {
    struct Row {
        Violations found;
        const char* rules;
    };
    const Row rows[] = {
        {check_name("Nguyễn Văn Thử", "f"), ""},
        {check_name("H'Hen Niê", "f"), ""},
        {check_name("李 明", "f"), ""},
        {check_name("李", "f"), "person.name"},
        {check_name("Nguyễn <b>", "f"), "person.name"},
        {check_name(std::string(101, 'a'), "f"), "person.name"},
        {check_name("\xff\xfe", "f"), "person.name"},
        {check_name("", "f"), "person.name"},
        {check_email("a@b.vn", "f"), ""},
        {check_email("a@b@c.vn", "f"), "person.email"},
        {check_email(".a@b.vn", "f"), "person.email"},
        {check_email("a@-b.vn", "f"), "person.email"},
        {check_email("a@b.", "f"), "person.email"},
        {check_email("a@.vn", "f"), "person.email"},
        {check_email("@b.vn", "f"), "person.email"},
        {check_email("a b@c.vn", "f"), "person.email"},
        {check_email(std::string(65, 'a') + "@b.vn", "f"), "person.email"},
        {check_cmnd("123000000", "f"), ""},
        {check_cmnd("1230000000", "f"), "person.cmnd"},
        {check_cmnd("", "f"), "person.cmnd"},
        {check_passport("B 1000000", "VNM", "f"), ""},
        {check_passport("B10000", "VNM", "f"), "person.passport_vietnam?"},
        {check_passport("b1000000", "VNM", "f"), "person.passport"},
        {check_insurance("GD4790000000000", "f"), ""},
        {check_insurance("GD0790000000000", "f"), "person.insurance_number"},
        {check_insurance("gd4790000000000", "f"), "person.insurance_number"},
        {check_birth("1901", kToday, "f"), ""},
        {check_birth("1899", kToday, "f"), "person.birth_date"},
        {check_birth("1901-08-14", kToday, "f"), ""},
        {check_birth("1900-08-15", kToday, "f"), "person.birth_date"},
        {check_birth("2021-08-15", kToday, "f"), ""},
        {check_birth("2022", kToday, "f"), "person.birth_date"},
    };
    int number = 0;
    for (const Row& row : rows) EXPECT_EQ(rules(row.found), row.rules) << "row " << number++;
}

TEST(vocab_person, masks_keep_no_more_than_they_say) {
    EXPECT_EQ(mask_name("Nguyễn Văn Thử"), "Nguyễn Văn ***");
    EXPECT_EQ(mask_name("Thử"), "***");
    EXPECT_EQ(mask_name(""), "***");
    EXPECT_EQ(mask_phone("+84912345678"), "+84912345***");
    EXPECT_EQ(mask_phone("09123"), "***");
}

TEST(vocab_country, countries_are_alpha_3_in_order) {
    EXPECT_TRUE(is_country("VNM"));
    EXPECT_TRUE(is_country("ABW"));
    EXPECT_TRUE(is_country("ZWE"));
    for (const char* wrong : {"", "VN", "vnm", "VNMM", "ZZZ", "AAA", "V M", "NM "}) EXPECT_FALSE(is_country(wrong)) << wrong;
    const std::string_view codes = country_codes();
    ASSERT_EQ(codes.size() % 4, 0U);
    for (std::size_t i = 0; i < codes.size(); i += 4) {
        EXPECT_TRUE(is_country(codes.substr(i, 3))) << codes.substr(i, 3);
        if (i > 0) {
            EXPECT_LT(codes.substr(i - 4, 3), codes.substr(i, 3));
        }
    }
    EXPECT_EQ(codes.size() / 4, 249U);
}

TEST(vocab_country, the_page_shows_the_same_countries) {
    std::ifstream file(std::string(LACHAN_SOURCE_ROOT) + "/web/src/declaration/countries.ts");
    std::ostringstream source;
    source << file.rdbuf();
    const std::string text = source.str();
    std::string shown;
    // Words of five capitals: alpha-3, then alpha-2.
    for (std::size_t at = 0; at + 5 <= text.size(); ++at) {
        const bool word = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(at) + 5,
                                      [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!word || text.compare(at, 5, "CODES") == 0) continue;
        shown += text.substr(at, 3) + ' ';
        at += 4;
    }
    EXPECT_EQ(shown, country_codes());
}

}  // namespace
}  // namespace lachan
