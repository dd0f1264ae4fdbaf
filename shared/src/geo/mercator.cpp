#include "geo/mercator.h"

#include <algorithm>
#include <cmath>

namespace lachan::geo {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kLn2 = 0.69314718055994530942;
constexpr double kEquatorMetres = 40075016.68557849;

// The library's own functions differ in the last bit between the two builds. These need no more than a file's grid
// does.

/// Sine, for |x| <= pi / 2, by its series.
double sine(double x) {
    const double square = x * x;
    double term = x, sum = x;
    for (int n = 1; n < 14; ++n) {
        term *= -square / ((2.0 * n) * (2.0 * n + 1));
        sum += term;
    }
    return sum;
}

/// Half the logarithm of a: 2^k times m, m near 1, by the series of atanh.
double half_logarithm(double a) {
    int power = 0;
    while (a > 1.5) {
        a *= 0.5;
        ++power;
    }
    while (a < 0.75) {
        a *= 2;
        --power;
    }
    const double z = (a - 1) / (a + 1), square = z * z;
    double term = z, sum = 0;
    for (int n = 0; n < 14; ++n) {
        sum += term / (2 * n + 1);
        term *= square;
    }
    return sum + power * (0.5 * kLn2);
}

double exponential(double x) {
    int power = 0;
    while (x > 0.5 * kLn2) {
        x -= kLn2;
        ++power;
    }
    while (x < -0.5 * kLn2) {
        x += kLn2;
        --power;
    }
    double term = 1, sum = 1;
    for (int n = 1; n < 16; ++n) {
        term *= x / n;
        sum += term;
    }
    for (; power > 0; --power) sum *= 2;
    for (; power < 0; ++power) sum *= 0.5;
    return sum;
}

/// Arc tangent for 0 <= x: twice halved, then its series.
double arc_tangent(double x) {
    x = x / (1 + std::sqrt(1 + x * x));
    x = x / (1 + std::sqrt(1 + x * x));
    const double square = x * x;
    double term = x, sum = 0;
    for (int n = 0; n < 24; ++n) {
        sum += term / (2 * n + 1);
        term *= -square;
    }
    return 4 * sum;
}

}  // namespace

World project(LonLat place) {
    const double latitude = std::clamp(place.latitude, -kMostLatitude, kMostLatitude);
    const double s = sine(latitude * (kPi / 180));
    return {place.longitude / 360 + 0.5, 0.5 - half_logarithm((1 + s) / (1 - s)) / (2 * kPi)};
}

LonLat unproject(World place) {
    const double e = exponential((0.5 - place.y) * (2 * kPi));
    return {(place.x - 0.5) * 360, (2 * arc_tangent(e) - 0.5 * kPi) * (180 / kPi)};
}

World Grid::world(double x, double y) const {
    const double cell = 1.0 / static_cast<double>(std::int64_t{1} << bits);
    return {(static_cast<double>(left) + x) * cell, (static_cast<double>(top) + y) * cell};
}

World Grid::cells(World place) const {
    const double cells = static_cast<double>(std::int64_t{1} << bits);
    return {place.x * cells - static_cast<double>(left), place.y * cells - static_cast<double>(top)};
}

Point Grid::point(LonLat place) const {
    const World at = cells(project(place));
    const auto whole = [](double value) {
        return static_cast<std::int32_t>(std::floor(std::clamp(value, -1e9, 1e9) + 0.5));
    };
    return {whole(at.x), whole(at.y)};
}

double Grid::metres_per_cell() const {
    const double latitude = unproject(world(0.5 * width, 0.5 * height)).latitude * (kPi / 180);
    return kEquatorMetres * sine(0.5 * kPi - std::fabs(latitude)) / static_cast<double>(std::int64_t{1} << bits);
}

}  // namespace lachan::geo
