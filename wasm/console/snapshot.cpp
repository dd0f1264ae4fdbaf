#include "snapshot.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>

#include "kernel/text.h"

namespace lachan::console {
namespace {

constexpr std::uint32_t kMostText = 2'000;   ///< bytes
constexpr std::uint32_t kMostLayers = 64;
constexpr std::uint32_t kMostThresholds = 64;
constexpr std::uint32_t kMostDays = 20'000;
constexpr std::uint32_t kMostUnits = 12'000;
constexpr std::int32_t kFarthestDay = 2'900'000;  ///< the year 9909

constexpr std::array<const char*, kWords> kNames = {
    "layersTitle", "layersTab", "rulesTitle", "rulesConfirm", "rulesReset", "rulesNone", "timeTitle", "timePlay", "timePause", "timeBack", "timeForward",
    "curveTitle", "curveNone", "rtTitle", "rtNone", "rankingTitle", "rankingUnit", "rankingCases", "rankingRate", "rankingTrend", "rankingNone",
    "histogramTitle", "histogramAxis", "histogramNone", "tipCases", "tipRt", "tipUnits", "numberGroup", "numberPoint"};

/// Reads on until something is wrong; from then on it answers zeros and keeps what was wrong first.
class Reader {
public:
    explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    bool holds() const { return fault_.empty(); }
    bool is_done() const { return at_ == bytes_.size(); }
    const std::string& fault() const { return fault_; }
    void wrong(std::string_view field, const char* why) {
        if (holds()) fault_ = std::string(field) + ": " + why;
    }
    void require(bool right, std::string_view field, const char* why) {
        if (!right) wrong(field, why);
    }

    std::uint32_t number(std::string_view field) {
        if (!has(4, field)) return 0;
        const std::uint8_t* from = bytes_.data() + at_;
        at_ += 4;
        return std::uint32_t{from[0]} | std::uint32_t{from[1]} << 8 | std::uint32_t{from[2]} << 16 | std::uint32_t{from[3]} << 24;
    }
    std::int32_t integer(std::string_view field) { return static_cast<std::int32_t>(number(field)); }
    std::int32_t day(std::string_view field) {
        const std::int32_t value = integer(field);
        require(value > -kFarthestDay && value < kFarthestDay, field, "no day");
        return value;
    }
    bool flag(std::string_view field) {
        const std::uint32_t value = number(field);
        require(value < 2, field, "neither 0 nor 1");
        return value == 1;
    }
    /// NaN where nothing is known; never infinite.
    float real(std::string_view field) {
        const std::uint32_t word = number(field);
        float value;
        std::memcpy(&value, &word, sizeof value);
        require(!std::isinf(value), field, "is infinite");
        return value;
    }
    double finite(std::string_view field) {
        const float value = real(field);
        require(!std::isnan(value), field, "is no number");
        return static_cast<double>(value);
    }
    std::string text(std::string_view field) {
        const std::uint32_t size = number(field);
        const std::uint32_t filled = (size + 3) / 4 * 4;
        if (!holds()) return {};
        if (size > kMostText) wrong(field, "is too long");
        if (!has(filled, field)) return {};
        std::string value(reinterpret_cast<const char*>(bytes_.data() + at_), size);
        at_ += filled;
        require(is_utf8(value) && value.find('\0') == std::string::npos, field, "is no UTF-8");
        return holds() ? value : std::string();
    }
    std::uint32_t count(std::string_view field, std::uint32_t most) {
        const std::uint32_t value = number(field);
        require(value <= most, field, "too many");
        return holds() ? value : 0;
    }
    /// The bytes of a part, to be read by a reader of its own.
    std::span<const std::uint8_t> take(std::uint32_t size, std::string_view field) {
        if (!has(size, field)) return {};
        const auto taken = bytes_.subspan(at_, size);
        at_ += size;
        return taken;
    }

private:
    bool has(std::size_t size, std::string_view field) {
        require(bytes_.size() - at_ >= size, field, "is cut off");
        return holds();
    }

    std::span<const std::uint8_t> bytes_;
    std::size_t at_ = 0;
    std::string fault_;
};

std::string numbered(const char* list, std::uint32_t i, const char* field) { return list + ('[' + std::to_string(i) + "].") + field; }

State read_state(Reader& in) {
    State state;
    state.day = in.day("state.day");
    state.first = in.day("state.first");
    state.last = in.day("state.last");
    in.require(state.first <= state.last, "state.last", "before the first day");
    state.layer = in.number("state.layer");
    state.selected = in.integer("state.selected");
    state.is_playing = in.flag("state.playing");
    return state;
}

/// Each word once, by its name: a page of another version is noticed, not shown with gaps.
std::array<std::string, kWords> read_words(Reader& in) {
    std::array<std::string, kWords> words;
    std::array<bool, kWords> said{};
    const std::uint32_t count = in.count("words", 4 * kWords);
    for (std::uint32_t i = 0; i < count && in.holds(); ++i) {
        const std::string name = in.text(numbered("words", i, "name"));
        std::size_t which = 0;
        while (which < kWords && name != kNames[which]) ++which;
        if (which == kWords || said[which]) {
            in.wrong("words." + name, which == kWords ? "is not asked for" : "comes twice");
            break;
        }
        said[which] = true;
        words[which] = in.text(std::string("words.") + kNames[which]);
    }
    for (std::size_t which = 0; which < kWords; ++which) in.require(said[which], std::string("words.") + kNames[which], "is missing");
    return words;
}

Theme read_theme(Reader& in) {
    Theme theme;
    theme.is_dark = in.flag("theme.dark");
    theme.accent = in.number("theme.accent");
    theme.bar = in.number("theme.bar");
    theme.band = in.number("theme.band");
    return theme;
}

std::vector<Layer> read_layers(Reader& in) {
    std::vector<Layer> layers(in.count("layers", kMostLayers));
    for (std::uint32_t i = 0; i < layers.size() && in.holds(); ++i) {
        layers[i].name = in.text(numbered("layers", i, "name"));
        layers[i].hint = in.text(numbered("layers", i, "hint"));
    }
    return layers;
}

Rules read_rules(Reader& in) {
    Rules rules;
    rules.pack = in.text("rules.pack");
    rules.effect = in.text("rules.effect");
    rules.is_confirmed = in.flag("rules.confirmed");
    rules.thresholds.resize(in.count("thresholds", kMostThresholds));
    for (std::uint32_t i = 0; i < rules.thresholds.size() && in.holds(); ++i) {
        Threshold& one = rules.thresholds[i];
        one.name = in.text(numbered("thresholds", i, "name"));
        one.unit = in.text(numbered("thresholds", i, "unit"));
        one.official = in.finite(numbered("thresholds", i, "official"));
        one.value = in.finite(numbered("thresholds", i, "value"));
        one.low = in.finite(numbered("thresholds", i, "low"));
        one.high = in.finite(numbered("thresholds", i, "high"));
        one.step = in.finite(numbered("thresholds", i, "step"));
        one.is_confirmed = in.flag(numbered("thresholds", i, "confirmed"));
        // Beyond that a slider cannot tell its steps from each other.
        in.require(std::abs(one.low) < 1e6 && std::abs(one.high) < 1e6 && one.low < one.high, numbered("thresholds", i, "high"), "no range from low to high");
        in.require(one.step > 0, numbered("thresholds", i, "step"), "must be above 0");
        in.require(one.low <= one.value && one.value <= one.high, numbered("thresholds", i, "value"), "outside of its range");
    }
    return rules;
}

std::vector<float> read_days(Reader& in, const char* field, std::uint32_t count) {
    std::vector<float> values(count);
    for (std::uint32_t i = 0; i < count && in.holds(); ++i) {
        values[i] = in.real(field);
        in.require(!(values[i] < 0), field, "is negative");
    }
    return values;
}

Series read_series(Reader& in) {
    Series series;
    series.title = in.text("series.title");
    series.first = in.day("series.first");
    const std::uint32_t count = in.count("series.days", kMostDays);
    series.cases = read_days(in, "series.cases", count);
    const std::uint32_t estimated = in.flag("series.estimated") ? count : 0;
    series.rt = read_days(in, "series.rt", estimated);
    series.rt_low = read_days(in, "series.rtLow", estimated);
    series.rt_high = read_days(in, "series.rtHigh", estimated);
    return series;
}

std::vector<UnitRow> read_units(Reader& in) {
    std::vector<UnitRow> units(in.count("units", kMostUnits));
    for (std::uint32_t i = 0; i < units.size() && in.holds(); ++i) {
        UnitRow& one = units[i];
        one.name = in.text(numbered("units", i, "name"));
        one.colour = in.number(numbered("units", i, "colour"));
        one.cases = in.real(numbered("units", i, "cases"));
        one.rate = in.real(numbered("units", i, "rate"));
        one.trend = in.real(numbered("units", i, "trend"));
        in.require(!(one.cases < 0) && !(one.rate < 0), numbered("units", i, "cases"), "is negative");
    }
    return units;
}

/// False for a tag that is none.
bool read_part(Part part, Reader& in, Shown& into) {
    switch (part) {
        case Part::state: into.state = read_state(in); return true;
        case Part::words: into.words = read_words(in); return true;
        case Part::theme: into.theme = read_theme(in); return true;
        case Part::layers: into.layers = read_layers(in); return true;
        case Part::rules: into.rules = read_rules(in); return true;
        case Part::series: into.series = read_series(in); return true;
        case Part::units: into.units = read_units(in); return true;
    }
    return false;
}

/// What the parts say of each other.
void check(const Shown& shown, Reader& in) {
    const State& state = shown.state;
    in.require(state.layer == 0 || state.layer < shown.layers.size(), "state.layer", "there is no such layer");
    in.require(state.selected >= -1 && state.selected < static_cast<std::int32_t>(shown.units.size()), "state.selected", "there is no such unit");
}

Error malformed(const std::string& what) { return {Errc::malformed, "console.snapshot", what}; }

}  // namespace

const char* name_of(Word word) { return kNames[static_cast<std::size_t>(word)]; }

Result<void> read_snapshot(std::span<const std::uint8_t> message, Shown& shown) {
    if (message.size() > kMostBytes) return malformed("message: too large");
    Reader in(message);
    in.require(in.number("message.magic") == kMagic, "message.magic", "is another form");
    Shown next = shown;
    std::uint32_t seen = 0;
    while (in.holds() && !in.is_done()) {
        const std::uint32_t tag = in.number("part.tag");
        const std::uint32_t size = in.number("part.size");
        const std::uint32_t bit = tag < 32 ? 1U << tag : 0;
        Reader part(in.take(size, "part.size"));
        if (!in.holds()) break;
        in.require((seen & bit) == 0, "part.tag", "comes twice");
        seen |= bit;
        if (!in.holds() || !read_part(static_cast<Part>(tag), part, next)) {
            in.wrong("part.tag", "is none");
            break;
        }
        part.require(part.is_done(), "part.size", "goes beyond its content");
        if (!part.holds()) return malformed(part.fault());
    }
    if (in.holds()) check(next, in);
    if (!in.holds()) return malformed(in.fault());
    shown = std::move(next);
    return {};
}

}  // namespace lachan::console
