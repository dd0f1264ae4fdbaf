#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

/// What the page has told the console to show. Plain values; the console asks for a change by an event and shows it once the page says so.
namespace lachan::console {

struct State {
    std::int32_t day = 0;          ///< civil day since 1970-01-01
    std::int32_t first = 0;        ///< days with data, both ends included
    std::int32_t last = 0;
    std::uint32_t layer = 0;       ///< place in the list of layers
    std::int32_t selected = -1;    ///< place in the list of units; -1: none
    bool is_playing = false;
};

struct Layer {
    std::string name;
    std::string hint;  ///< may be empty
};

/// A limit of the rule in force that may be moved to see what it would change.
struct Threshold {
    std::string name;
    std::string unit;   ///< what it counts, such as "per 100,000"
    double official = 0;  ///< as the pack has it
    double value = 0;
    double low = 0, high = 1, step = 1;
    bool is_confirmed = false;
};

struct Rules {
    std::string pack;
    std::string effect;  ///< what the moved limits change, in words of the page; may be empty
    bool is_confirmed = false;
    std::vector<Threshold> thresholds;
};

/// What the charts show, day by day from `first`. NaN where nothing is known.
struct Series {
    std::string title;
    std::int32_t first = 0;
    std::vector<float> cases;
    std::vector<float> rt, rt_low, rt_high;
};

struct UnitRow {
    std::string name;
    std::uint32_t colour = 0xff808080;  ///< 0xAABBGGRR, as on the map
    float cases = 0;                    ///< of the last 7 days; NaN: not known here
    float rate = 0;                     ///< per 100,000 people; NaN: not known
    float trend = 0;                    ///< change to the 7 days before, in percent; NaN: not known
};

/// Colours 0xAABBGGRR.
struct Theme {
    bool is_dark = false;
    std::uint32_t accent = 0xff6e7e0e;
    std::uint32_t bar = 0xff6e7e0e;
    std::uint32_t band = 0xff3ca6f0;
};

/// Words on the screen, in the language of the page.
enum class Word : std::uint8_t {
    layers_title, layers_tab, rules_title, rules_confirm, rules_reset, rules_none, time_title, time_play, time_pause, time_back, time_forward,
    curve_title, curve_none, rt_title, rt_none, ranking_title, ranking_unit, ranking_cases, ranking_rate, ranking_trend, ranking_none,
    histogram_title, histogram_axis, histogram_none, tip_cases, tip_rt, tip_units, number_group, number_point,
    count
};
constexpr std::size_t kWords = static_cast<std::size_t>(Word::count);

/// The name under which the page sends a word.
const char* name_of(Word word);

struct Shown {
    State state;
    std::vector<Layer> layers;
    Rules rules;
    Series series;
    std::vector<UnitRow> units;
    Theme theme;
    std::array<std::string, kWords> words;

    const char* word(Word which) const { return words[static_cast<std::size_t>(which)].c_str(); }
};

}  // namespace lachan::console
