// What the page says to the console is taken whole, or refused with the field that is wrong.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "message.h"
#include "words.h"

namespace lachan::console {
namespace {

TEST(console, a_message_of_parts_replaces_just_those) {
    Shown shown;
    Message first;
    first.layers({"Cấp độ dịch", "Tỷ lệ mắc"}).state(18'980, 18'700, 18'981, 1).words();
    ASSERT_TRUE(read_snapshot(first.bytes(), shown));
    EXPECT_EQ(shown.layers.size(), 2U);
    EXPECT_EQ(shown.layers[1].name, "Tỷ lệ mắc");
    EXPECT_EQ(shown.state.day, 18'980);
    EXPECT_STREQ(shown.word(Word::time_play), "từ");
    Message second;
    second.part(Part::units).number(1).text("Quận 1").number(0xff0fa57f).real(12).real(std::nanf("")).real(-40).end();
    second.state(18'981, 18'700, 18'981, 1, 0);
    ASSERT_TRUE(read_snapshot(second.bytes(), shown));
    EXPECT_EQ(shown.layers.size(), 2U);
    EXPECT_EQ(shown.units[0].name, "Quận 1");
    EXPECT_TRUE(std::isnan(shown.units[0].rate));
    EXPECT_EQ(shown.state.selected, 0);
}

TEST(console, a_series_has_an_estimate_for_each_day_or_none) {
    Shown shown;
    Message message;
    message.part(Part::series).text("Cả nước").integer(18'700).number(3).real(1).real(std::nanf("")).real(4).number(1);
    for (int i = 0; i < 9; ++i) message.real(static_cast<float>(i));
    message.end();
    ASSERT_TRUE(read_snapshot(message.bytes(), shown));
    EXPECT_EQ(shown.series.cases.size(), 3U);
    EXPECT_EQ(shown.series.rt_high, (std::vector<float>{6, 7, 8}));
}

TEST(console, what_is_wrong_is_named_and_nothing_of_the_message_is_taken) {
    const float infinite = std::numeric_limits<float>::infinity();
    struct Row {
        const char* field;
        Message message;
    };
    Row rows[] = {
        {"message.magic", Message()},
        {"state.last", Message().state(5, 9, 8)},
        {"state.day", Message().state(2'000'000'000, 0, 1)},
        {"state.layer", Message().layers({"a"}).state(1, 0, 2, 1)},
        {"state.selected", Message().state(1, 0, 2, 0, 0)},
        {"layers[1].name", Message().layers({"a", "\xc3\x28"})},
        {"layers[0].name", Message().part(Part::layers).number(1).number(2'001).end()},
        {"layers", Message().part(Part::layers).number(65).end()},
        {"part.tag", Message().part(static_cast<Part>(9)).end()},
        {"part.tag", Message().state(1, 0, 2).state(1, 0, 2)},
        {"part.size", Message().number(1).number(400)},
        {"part.size", Message().part(Part::state).integer(1).integer(0).integer(2).number(0).integer(-1).number(0).number(7).end()},
        {"state.playing", Message().part(Part::state).integer(1).integer(0).integer(2).number(0).integer(-1).number(2).end()},
        {"state.layer", Message().part(Part::state).integer(1).integer(0).integer(2).end()},
        {"thresholds[0].value", Message().threshold(30, 1, 20, 1)},
        {"thresholds[0].high", Message().threshold(1, 1, 1, 1)},
        {"thresholds[0].high", Message().threshold(1, 1, 2e6F, 1)},
        {"thresholds[0].step", Message().threshold(5, 1, 20, 0)},
        {"thresholds[0].value", Message().threshold(std::nanf(""), 1, 20, 1)},
        {"thresholds[0].low", Message().threshold(5, -infinite, 20, 1)},
        {"series.cases", Message().part(Part::series).text("").integer(0).number(1).real(-1).number(0).end()},
        {"series.rt", Message().part(Part::series).text("").integer(0).number(1).real(1).number(1).real(infinite).end()},
        {"series.days", Message().part(Part::series).text("").integer(0).number(20'001).end()},
        {"units[0].cases", Message().part(Part::units).number(1).text("a").number(0).real(-2).real(0).real(0).end()},
        {"words.rtNone", Message().words(static_cast<std::size_t>(Word::rt_none))},
        {"words.other", Message().part(Part::words).number(1).text("other").text("").end()},
        {"words.timePlay", Message().part(Part::words).number(2).text("timePlay").text("").text("timePlay").text("").end()},
    };
    rows[0].message.bytes()[0] ^= 1;
    for (Row& row : rows) {
        Shown shown;
        shown.state.day = 77;
        // A good part before the wrong one is not taken either.
        auto& bytes = row.message.bytes();
        Message good;
        good.part(Part::theme).number(1).number(0).number(0).number(0).end();
        bytes.insert(bytes.begin() + 4, good.bytes().begin() + 4, good.bytes().end());
        const auto taken = read_snapshot(bytes, shown);
        ASSERT_FALSE(taken) << row.field;
        EXPECT_EQ(taken.error().code, Errc::malformed);
        EXPECT_EQ(taken.error().rule, "console.snapshot");
        EXPECT_EQ(taken.error().detail.rfind(std::string(row.field) + ": ", 0), 0U) << taken.error().detail << " is not of " << row.field;
        EXPECT_EQ(shown.state.day, 77);
        EXPECT_FALSE(shown.theme.is_dark);
    }
}

TEST(console, a_message_cut_off_anywhere_is_refused) {
    Message whole;
    whole.layers({"Cấp độ dịch"}).threshold(5, 1, 20, 1).state(18'980, 18'700, 18'981).words();
    Shown all;
    ASSERT_TRUE(read_snapshot(whole.bytes(), all));
    std::size_t ends = 0;
    for (std::size_t size = 0; size < whole.bytes().size(); ++size) {
        Shown shown;
        if (read_snapshot({whole.bytes().data(), size}, shown)) ++ends;
    }
    EXPECT_EQ(ends, 4U);  // behind the magic and behind each part but the last
}

TEST(console, numbers_and_days_are_written_as_the_page_writes_them) {
    Shown shown;
    shown.words[static_cast<std::size_t>(Word::number_group)] = ".";
    shown.words[static_cast<std::size_t>(Word::number_point)] = ",";
    EXPECT_EQ(number_text(shown, 0), "0");
    EXPECT_EQ(number_text(shown, 999), "999");
    EXPECT_EQ(number_text(shown, 1'000), "1.000");
    EXPECT_EQ(number_text(shown, 1'234'567.25, 1), "1.234.567,2");
    EXPECT_EQ(number_text(shown, -12'345), "-12.345");
    EXPECT_EQ(number_text(shown, std::nan("")), "–");
    EXPECT_EQ(day_text(18'981), "20/12/2021");
    EXPECT_EQ(short_day_text(0), "01/01");
    EXPECT_EQ(filled("{day}: {n} ca", {{"day", "20/12/2021"}, {"n", "3"}}), "20/12/2021: 3 ca");
}

}  // namespace
}  // namespace lachan::console
