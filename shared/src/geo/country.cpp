#include "geo/country.h"

namespace lachan::geo {

const char* name_of(Level level) {
    switch (level) {
        case Level::province: return "province";
        case Level::district: return "district";
        case Level::commune: return "commune";
    }
    return "commune";
}

std::string code_text(Level level, std::uint32_t code) {
    constexpr std::array<std::size_t, 3> kDigits{2, 3, 5};
    std::string text = std::to_string(code);
    const std::size_t digits = kDigits[at(level)];
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::uint32_t Country::above(std::uint32_t leaf, Level level) const {
    if (level == Level::commune) return leaf;
    const std::uint32_t district = units[2][leaf].parent;
    return level == Level::district ? district : units[1][district].parent;
}

Level Country::border(std::size_t arc) const {
    const auto [left, right] = sides[arc];
    if (right == kNone || above(left, Level::province) != above(right, Level::province)) return Level::province;
    return above(left, Level::district) != above(right, Level::district) ? Level::district : Level::commune;
}

Path Country::ring(std::size_t index, std::size_t detail) const {
    Path path;
    for (std::uint32_t i = ref_begin[index]; i < ref_begin[index + 1]; ++i) {
        const bool forward = refs[i] >= 0;
        const auto arc = static_cast<std::size_t>(forward ? refs[i] : ~refs[i]);
        const std::uint32_t begin = arc_begin[arc], end = arc_begin[arc + 1];
        // The last point is the first of the next arc.
        for (std::uint32_t step = 0; step + 1 < end - begin; ++step) {
            const std::uint32_t point = forward ? begin + step : end - 1 - step;
            if (details[point] <= detail) path.push_back(points[point]);
        }
    }
    return path;
}

bool has_islands(const Country& country) {
    const auto has = [&country](std::uint32_t province, std::uint32_t district) {
        for (const Unit& unit : country.units[1]) {
            if (unit.code == district) return country.units[0][unit.parent].code == province;
        }
        return false;
    };
    return has(48, 498) && has(56, 576);
}

}  // namespace lachan::geo
