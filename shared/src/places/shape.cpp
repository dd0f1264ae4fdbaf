#include "places/shape.h"

#include <algorithm>
#include <charconv>

namespace lachan::places {
namespace {

/// Above 0 when a -> b -> c turns left. Corners lie in one box of 16 by 18 million, so products are exact.
std::int64_t turn(Corner a, Corner b, Corner c) {
    return (std::int64_t{b.longitude_e6} - a.longitude_e6) * (std::int64_t{c.latitude_e6} - a.latitude_e6) -
           (std::int64_t{b.latitude_e6} - a.latitude_e6) * (std::int64_t{c.longitude_e6} - a.longitude_e6);
}

bool is_between(Corner a, Corner b, Corner on_line) {
    const auto [west, east] = std::minmax(a.longitude_e6, b.longitude_e6);
    const auto [south, north] = std::minmax(a.latitude_e6, b.latitude_e6);
    return on_line.longitude_e6 >= west && on_line.longitude_e6 <= east && on_line.latitude_e6 >= south && on_line.latitude_e6 <= north;
}

bool touch(Corner a, Corner b, Corner c, Corner d) {
    const auto sign = [](std::int64_t value) { return (value > 0) - (value < 0); };
    const int abc = sign(turn(a, b, c)), abd = sign(turn(a, b, d)), cda = sign(turn(c, d, a)), cdb = sign(turn(c, d, b));
    if (abc != abd && cda != cdb) return true;
    return (abc == 0 && is_between(a, b, c)) || (abd == 0 && is_between(a, b, d)) || (cda == 0 && is_between(c, d, a)) ||
           (cdb == 0 && is_between(c, d, b));
}

}  // namespace

Result<std::vector<Corner>> parse_corners(std::string_view text) {
    std::vector<Corner> corners;
    const char* at = text.data();
    const char* const end = at + text.size();
    bool is_whole = true;
    const auto number = [&] {
        std::int64_t value = 0;
        const auto [stop, error] = std::from_chars(at, end, value);
        // One way to write a place: no leading zero, no sign of nothing, nothing beyond a circle.
        const bool is_negative = stop != at && *at == '-';
        const std::ptrdiff_t digits = stop - at - (is_negative ? 1 : 0);
        const bool is_zero = digits > 0 && at[is_negative ? 1 : 0] == '0';
        is_whole = is_whole && error == std::errc() && digits <= 9 && !(is_zero && (digits > 1 || is_negative));
        at = stop;
        return static_cast<std::int32_t>(value);
    };
    const auto sign = [&](char wanted) { is_whole = is_whole && at != end && *at++ == wanted; };
    do {
        if (!corners.empty()) sign(' ');
        Corner corner;
        corner.longitude_e6 = number();
        sign(',');
        corner.latitude_e6 = number();
        corners.push_back(corner);
    } while (is_whole && at != end && corners.size() <= kMostCorners);
    if (!is_whole || corners.size() == 2 || corners.size() > kMostCorners)
        return Error{Errc::malformed, "places.corners", "longitude,latitude in millionths of a degree, one space between corners"};
    return corners;
}

bool is_near_country(Corner corner) {
    return corner.longitude_e6 >= 102'000'000 && corner.longitude_e6 <= 118'000'000 && corner.latitude_e6 >= 6'000'000 &&
           corner.latitude_e6 <= 23'500'000;
}

bool is_simple(std::span<const Corner> ring) {
    const std::size_t count = ring.size();
    if (count < 3) return false;
    for (std::size_t i = 0; i < count; ++i) {
        const Corner a = ring[i], b = ring[(i + 1) % count], after = ring[(i + 2) % count];
        if (a == b) return false;
        // The next side may not run back along this one.
        if (turn(a, b, after) == 0 && (is_between(a, b, after) || is_between(b, after, a))) return false;
        for (std::size_t j = i + 2; j < count; ++j) {
            if ((j + 1) % count != i && touch(a, b, ring[j], ring[(j + 1) % count])) return false;
        }
    }
    return true;
}

double square_metres(std::span<const Corner> ring) {
    std::int64_t doubled = 0, latitudes = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        latitudes += ring[i].latitude_e6;
        if (i >= 2) doubled += turn(ring[0], ring[i - 1], ring[i]);
    }
    // The cosine by its series: enough below 24 degrees, and made of sums and products alone.
    const double radians = static_cast<double>(latitudes) / static_cast<double>(ring.size()) * 1e-6 * 0.017453292519943295;
    const double square = radians * radians;
    const double cosine = 1 - square / 2 + square * square / 24 - square * square * square / 720;
    // Metres of a millionth of a degree: 0.110574 north, 0.111320 east at the equator.
    return static_cast<double>(std::abs(doubled)) / 2 * (0.110574 * 0.111320) * cosine;
}

}  // namespace lachan::places
