#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "qr/draw.h"
#include "qr/scan.h"

namespace lachan::qr {
namespace {

TEST(qr_scan, a_location_code_of_any_host_has_id_version_and_seal_in_this_order) {
    const std::string right = "https://lachan.example/l/abc234?v=1&s=AAAA";
    const auto scanned = scan(right);
    ASSERT_TRUE(scanned);
    ASSERT_TRUE(std::holds_alternative<LocationCode>(*scanned));
    EXPECT_EQ(std::get<LocationCode>(*scanned).id, "abc234");
    EXPECT_EQ(std::get<LocationCode>(*scanned).host, "lachan.example");
    // What judges it is given all of it: the seal is over the whole address.
    EXPECT_EQ(text_at(to_json(*scanned), "text"), right);
    for (const char* other : {"http://lachan.example/l/abc234?v=1&s=AAAA", "https:///l/abc234?v=1&s=AAAA", "https://lachan.example/x/l/abc234?v=1&s=AAAA",
                              "https://lachan.example/l/?v=1&s=AAAA", "https://lachan.example/l/abc234", "https://lachan.example/l/abc234?v=2&s=AAAA",
                              "https://lachan.example/l/abc234?v=1", "https://lachan.example/l/abc234?v=1&s=A!", "https://lachan.example/l/a/b?v=1&s=AAAA",
                              "https://lachan.example/l/ABC234?v=1&s=AAAA", "https://lachan.example/l/abc234?s=AAAA&v=1",
                              "https://lachan.example/l/abc234?v=1&s=AAAA&s=AAAA", "https://lachan.example/l/abc234?v=1&s="}) {
        EXPECT_TRUE(std::holds_alternative<Opaque>(*scan(other))) << other;
    }
}

TEST(qr_scan, a_credential_is_kept_whole_for_whoever_judges_it) {
    EXPECT_EQ(std::get<Credential>(*scan(" LC1:abc\n")).text, "LC1:abc");
}

TEST(qr_scan, what_is_no_text_is_an_error_with_its_rule) {
    for (const std::string& wrong : {std::string(), std::string("\xff\xfe"), std::string(4'297, 'a'), std::string(" \n\t")}) {
        const auto scanned = scan(wrong);
        ASSERT_FALSE(scanned);
        EXPECT_EQ(scanned.error().rule, "qr.payload");
    }
    EXPECT_TRUE(scan(std::string(4'296, 'a')));
}

TEST(qr_scan, near_misses_of_the_national_form_are_opaque) {
    for (const char* text : {"001099000000|A B|1999-05-20|0|Q", "001099000000|A B|1999-05-20|0|Q||", "001099000000|A B|1999-13-20|0|Q|",
                             "001099000000|A B|1999-05-20|2|Q|", "001099000000|A B|1999-05-20|0||", "001099000000||1999-05-20|0|Q|",
                             "001099-00000|A B|1999-05-20|0|Q|", "001099000000|A B|1999-02-29|0|Q|", "001099000000|A B|20/05/1999|0|Q|"}) {
        EXPECT_TRUE(std::holds_alternative<Opaque>(*scan(text))) << text;
    }
    EXPECT_TRUE(std::holds_alternative<NationalPerson>(*scan("|A B|1999-**-**|0|Q|")));
}

TEST(qr_scan, a_second_mobile_is_no_insurance_number) {
    const auto scanned = scan("|HU|1999-05-20|1|KB-0000|1<0912347800<0912345670");
    const auto& person = std::get<NationalPerson>(*scanned);
    EXPECT_EQ(person.phone, "0912347800");
    EXPECT_EQ(person.insurance, "");
    EXPECT_EQ(person.unknown, "0912345670");
}

/// A person as the national form can hold one.
rc::Gen<NationalPerson> any_person() {
    const auto word = [](const char* letters, int least, int most) {
        return rc::gen::mapcat(rc::gen::inRange(least, most + 1), [=](int size) {
            return rc::gen::container<std::string>(static_cast<std::size_t>(size), rc::gen::elementOf(std::string(letters)));
        });
    };
    return rc::gen::build<NationalPerson>(
        rc::gen::set(&NationalPerson::document, rc::gen::oneOf(rc::gen::just(std::string()), word("0123456789", 12, 12), word("BC012", 8, 8))),
        rc::gen::set(&NationalPerson::name, word("ABCDENGUYXT", 2, 30)),
        rc::gen::set(&NationalPerson::birth_date, rc::gen::element<std::string>("1999-05-20", "2000-02-29", "1950-**-**")),
        rc::gen::set(&NationalPerson::on_behalf, rc::gen::arbitrary<bool>()),
        rc::gen::set(&NationalPerson::qid, word("ABC123-", 1, 12)),
        rc::gen::set(&NationalPerson::sex, rc::gen::element<std::string>("", "0", "1", "2")),
        rc::gen::set(&NationalPerson::insurance, rc::gen::element<std::string>("", "GD4790000000000", "0100000000")),
        rc::gen::set(&NationalPerson::phone, rc::gen::element<std::string>("", "0912345678")));
}

TEST(qr_scan, what_is_written_in_full_is_read_back) {
    EXPECT_TRUE(rc::check("parse after write is identity", [] {
        const NationalPerson person = *any_person();
        const auto scanned = scan(write_national(person, Display::full));
        RC_ASSERT(scanned.has_value());
        RC_ASSERT(std::holds_alternative<NationalPerson>(*scanned));
        RC_ASSERT(std::get<NationalPerson>(*scanned) == person);
    }));
}

TEST(qr_scan, what_is_written_masked_is_read_back_and_hides) {
    EXPECT_TRUE(rc::check("the masked form shows no identifier", [] {
        const NationalPerson person = *any_person();
        const std::string text = write_national(person, Display::masked);
        RC_ASSERT(std::holds_alternative<NationalPerson>(*scan(text)));
        if (!person.document.empty()) RC_ASSERT(text.substr(0, 6) == "******");
        if (!person.phone.empty()) RC_ASSERT(text.find("0912") == std::string::npos);
        if (!person.insurance.empty()) RC_ASSERT(text.find(person.insurance) == std::string::npos);
        RC_ASSERT(text.find("-05-20") == std::string::npos);
    }));
}

TEST(qr_scan, separators_inside_a_part_do_not_make_two) {
    NationalPerson person{"B1000000", "A|B", "1999-05-20", false, "Q|1", "1", "", "", ""};
    const auto scanned = scan(write_national(person, Display::full));
    EXPECT_EQ(std::get<NationalPerson>(*scanned).name, "AB");
    EXPECT_EQ(std::get<NationalPerson>(*scanned).qid, "Q1");
}

/// The pattern in three corners by which a reader finds a symbol.
bool has_finder(const Modules& modules, int row, int column) {
    for (int y = 0; y < 7; ++y) {
        for (int x = 0; x < 7; ++x) {
            const int ring = std::max(std::abs(y - 3), std::abs(x - 3));
            if (modules.dark(row + y, column + x) != (ring != 2)) return false;
        }
    }
    return true;
}

TEST(qr_draw, a_symbol_has_the_size_of_its_content_and_three_finders) {
    const auto small = draw("KB-0000", Correction::medium);
    ASSERT_TRUE(small);
    EXPECT_EQ(small->size, 21);
    for (const std::size_t length : {1U, 40U, 400U, 1'273U}) {
        const auto modules = draw(std::string(length, 'a'), Correction::high);
        ASSERT_TRUE(modules) << length;
        EXPECT_EQ((modules->size - 17) % 4, 0);
        EXPECT_EQ(modules->bits.size(), static_cast<std::size_t>(modules->size * modules->size + 7) / 8);
        EXPECT_TRUE(has_finder(*modules, 0, 0) && has_finder(*modules, 0, modules->size - 7) && has_finder(*modules, modules->size - 7, 0));
        EXPECT_FALSE(has_finder(*modules, modules->size - 7, modules->size - 7));
    }
}

TEST(qr_draw, what_no_symbol_holds_is_an_error_and_no_crash) {
    for (const auto& [letter, most] : std::initializer_list<std::pair<const char*, std::size_t>>{{"L", 2'953}, {"M", 2'331}, {"Q", 1'663}, {"H", 1'273}}) {
        const auto correction = parse_correction(letter);
        ASSERT_TRUE(correction);
        const auto largest = draw(std::string(most, '~'), *correction);
        ASSERT_TRUE(largest) << letter;
        EXPECT_EQ(largest->size, 177);
        EXPECT_EQ(draw(std::string(most + 1, '~'), *correction).error().rule, "qr.text");
    }
    EXPECT_FALSE(draw("", Correction::low));
    EXPECT_FALSE(draw(std::string_view("a\0b", 3), Correction::low));
    EXPECT_FALSE(parse_correction("X"));
}

}  // namespace
}  // namespace lachan::qr
