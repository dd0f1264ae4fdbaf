// Pictures that a reader alone does not see through, and files that are no pictures.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "picture.h"
#include "../../tools/issue/picture.h"

namespace lachan::verify {
namespace {

const std::string kText = "HC1:6BFOXN%TSMAHN-H0SKG31YPT15J1NGBH3QN20T2U3TSJ/NCFOXN%TS3DHMRG2F4V7Y8Q1Z0A3B5C7D9E1F";

Picture drawn(int scale) {
    auto pictures = read_pictures(trust::qr_picture(kText, scale));
    EXPECT_TRUE(pictures) << pictures.error().detail;
    return (*pictures)[0];
}

void expect_read(const Picture& picture, const char* what) {
    const auto codes = codes_in(picture);
    ASSERT_EQ(codes.size(), 1U) << what;
    EXPECT_EQ(codes[0], kText) << what;
}

template <class Change>
Picture changed(Picture picture, Change change) {
    for (auto& pixel : picture.grey) pixel = static_cast<std::uint8_t>(std::clamp(change(static_cast<int>(pixel)), 0, 255));
    return picture;
}

TEST(pictures, are_read_plain_inverted_pale_dark_noisy_small_and_large) {
    expect_read(drawn(6), "plain");
    expect_read(drawn(1), "one pixel a module");
    expect_read(drawn(20), "large");
    expect_read(changed(drawn(6), [](int pixel) { return 255 - pixel; }), "inverted");
    expect_read(changed(drawn(6), [](int pixel) { return 200 + pixel * 20 / 255; }), "pale");
    expect_read(changed(drawn(6), [](int pixel) { return pixel * 25 / 255; }), "dark");
    std::mt19937 roll(7);
    expect_read(changed(drawn(6), [&roll](int pixel) { return pixel + static_cast<int>(roll() % 161) - 80; }), "noisy");
}

/// Q2 of the EU's list calls another mode than alphanumeric invalid; such codes are in use, and mean the same (CERTIFICATES 7.10).
TEST(pictures, are_read_in_byte_mode_too) {
    // A character outside of the alphanumeric set forces the mode: a line's end behind the text, as real codes have it.
    for (const std::string& text : {kText + "\n", "\n" + kText}) {
        const Bytes png = trust::qr_picture(text, 4);
        ASSERT_FALSE(png.empty());
        EXPECT_EQ(codes_in((*read_pictures(png))[0]), std::vector<std::string>{text});
    }
}

TEST(pictures, hold_several_codes) {
    const Picture one = drawn(4);
    Picture page{one.width * 3, one.height + 40, Bytes(static_cast<std::size_t>(one.width * 3 * (one.height + 40)), 255)};
    const Picture other = (*read_pictures(trust::qr_picture("HC1:ANOTHER", 8)))[0];
    const auto paste = [&page](const Picture& from, int left) {
        for (int y = 0; y < std::min(from.height, page.height); ++y) {
            for (int x = 0; x < from.width; ++x) {
                page.grey[static_cast<std::size_t>(y * page.width + left + x)] = from.grey[static_cast<std::size_t>(y * from.width + x)];
            }
        }
    };
    paste(one, 0);
    paste(other, one.width + 20);
    auto codes = codes_in(page);
    std::sort(codes.begin(), codes.end());
    EXPECT_EQ(codes, (std::vector<std::string>{kText, "HC1:ANOTHER"}));
}

TEST(pictures, of_no_code_give_none) {
    Picture blank{200, 200, Bytes(40'000, 128)};
    EXPECT_TRUE(codes_in(blank).empty());
    Picture dot{1, 1, Bytes(1, 0)};
    EXPECT_TRUE(codes_in(dot).empty());
}

TEST(pictures, beyond_the_limits_or_broken_are_refused) {
    const Bytes whole = trust::qr_picture(kText, 4);
    for (const std::size_t length : {std::size_t{0}, std::size_t{8}, std::size_t{40}, whole.size() / 2}) {
        const auto read = read_pictures(std::span(whole).first(length));
        EXPECT_FALSE(read) << length;
    }
    EXPECT_EQ(read_pictures(Bytes(kMostPictureBytes + 1)).error().rule, "picture.size");
    Bytes wide = whole;
    wide[16] = 0x7f;  // the width of the head
    EXPECT_FALSE(read_pictures(wide));
    EXPECT_FALSE(read_pictures(bytes_of("%PDF-1.4 nothing")));
    EXPECT_FALSE(read_pictures(bytes_of("\xff\xd8\xff nothing")));
}

}  // namespace
}  // namespace lachan::verify
