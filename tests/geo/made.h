#pragma once

#include <cmath>

#include "geo/schematic.h"

namespace lachan::geo {

/// Uneven outlines of two provinces that share a border, an island off the coast, and the archipelagos.
inline std::vector<Outline> made_outlines() {
    const auto wave = [](double along) { return 0.06 * std::sin(along * 9) + 0.03 * std::sin(along * 23 + 1); };
    std::vector<LonLat> west, east;
    constexpr int kSteps = 60;
    for (int i = 0; i <= kSteps; ++i) west.push_back({108 + wave(i * 0.02), 15.5 + i * 0.02});
    std::vector<LonLat> middle;
    for (int i = 0; i <= kSteps; ++i) middle.push_back({108.8 + wave(i * 0.03 + 2), 15.5 + i * 0.02});
    for (int i = 0; i <= kSteps; ++i) east.push_back({109.5 + wave(i * 0.05 + 4), 15.5 + i * 0.02});
    std::vector<LonLat> left(west.begin(), west.end()), right(middle.begin(), middle.end());
    left.insert(left.end(), middle.rbegin(), middle.rend());
    right.insert(right.end(), east.rbegin(), east.rend());
    const std::vector<LonLat> island{{109.9, 15.8}, {110.05, 15.82}, {110.1, 15.95}, {109.95, 16.0}};
    return {{48, {{left}}}, {56, {{right}, {island}}}};
}

inline UnitList made_list() {
    UnitList list;
    list.name = "2021-07-01";
    std::uint32_t commune = 20000;
    const auto district = [&commune](std::uint32_t code, int rural, int urban) {
        UnitList::District made{code, "", {}};
        for (int i = 0; i < rural + urban; ++i) made.communes.push_back({++commune, "", i < urban});
        return made;
    };
    list.provinces.push_back(
        {48,
         "",
         {district(490, 3, 9), district(491, 14, 1), district(492, 20, 2), district(493, 1, 12), {498, "", {}}}});
    list.provinces.push_back(
        {56,
         "",
         {district(568, 25, 0), district(569, 2, 7), district(570, 9, 1), district(571, 6, 0), district(576, 2, 1)}});
    return list;
}

inline std::vector<Mark> made_marks() {
    return {{498, {112, 16.5}, 60, 9}, {576, {111.9, 8.6}, 100, 10}, {571, {110, 15.9}, 5, 1}};
}

inline Result<Country> make_one(std::uint64_t seed) {
    return make_schematic(made_list(), made_outlines(), made_marks(), seed, "made for a test");
}

inline Country made_country(std::uint64_t seed = 1) { return std::move(make_one(seed)).value(); }

}  // namespace lachan::geo
