#include "kernel/text.h"

#include <gtest/gtest.h>

namespace lachan {
namespace {

TEST(text, fold_maps_d_with_stroke_before_marks) {
    EXPECT_EQ(fold("Đặng Thị  Ánh"), "DANG THI ANH");
    EXPECT_EQ(fold("  đường   Điện Biên Phủ "), "DUONG DIEN BIEN PHU");
    EXPECT_EQ(fold("D\u0323\u0103\u0302"), "DA");  // decomposed input folds the same
}

TEST(text, folding_is_idempotent) {
    for (const char* name : {"Nguyễn Văn Ổn", "TRẦN THỊ BƯỞI", "Ưng Hoàng Phúc", "Y-Moan Êñuôl"}) EXPECT_EQ(fold(fold(name)), fold(name));
}

TEST(text, malformed_utf8_is_seen) {
    for (const char* bad : {"\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC0\xAF", "abc\xFF"}) {
        EXPECT_FALSE(is_utf8(bad));
        EXPECT_FALSE(is_nfc(bad));
        EXPECT_EQ(fold(bad), "");
        EXPECT_EQ(to_nfc(bad), "");
        EXPECT_FALSE(is_name(bad));
    }
}

TEST(text, composed_and_decomposed_are_one) {
    const std::string composed = "Huế";
    const std::string decomposed = "Hue\u0302\u0301";
    EXPECT_TRUE(is_nfc(composed));
    EXPECT_FALSE(is_nfc(decomposed));
    EXPECT_EQ(to_nfc(decomposed), composed);
}

TEST(text, names_hold_letters_and_little_else) {
    EXPECT_TRUE(is_name("Nguyễn Thị Hoa"));
    EXPECT_TRUE(is_name("O’Brien-Lê"));
    for (const char* bad : {"Nguyen1", "<b>", "A|B", "Tên\n", "a@b"}) EXPECT_FALSE(is_name(bad)) << bad;
}

TEST(text, hidden_characters_are_control) {
    EXPECT_TRUE(has_control("a\u202Eb"));
    EXPECT_TRUE(has_control("a\u200Bb"));
    EXPECT_TRUE(has_control("a\tb"));
    EXPECT_FALSE(has_control("Số 5, ngõ 12"));
}

TEST(text, trim_takes_ascii_blanks_only_from_the_ends) {
    EXPECT_EQ(trim("  a b\r\n"), "a b");
    EXPECT_EQ(trim(" \t "), "");
}

}  // namespace
}  // namespace lachan
