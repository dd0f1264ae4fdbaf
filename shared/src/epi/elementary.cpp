#include "epi/elementary.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "epi/double_double.h"

namespace lachan::epi {
namespace {

constexpr int kLogCells = 128;
constexpr int kExpCells = 64;
constexpr int kHalfway = 53;  // cells above 1 + 53/128 are counted down from 2, so that numbers near 1 meet the cell of 1

/// log of c in [1, 2]: 2 artanh((c - 1) / (c + 1)) as a series; 2^-106 is reached after 34 terms at the worst.
constexpr Pair log_of(double c) {
    const Pair s = Pair{c - 1, 0} / Pair{c + 1, 0};
    const Pair square = s * s;
    Pair power = s;
    Pair sum = s;
    for (int n = 3; n <= 71; n += 2) {
        power = power * square;
        sum = sum + power / Pair{static_cast<double>(n), 0};
    }
    return sum + sum;
}

constexpr Pair kLog2 = log_of(2);

/// The first 32 bits of `x` below 1 and the rest: a product of the first with an integer of 21 bits is exact.
constexpr Pair split_short(Pair x) {
    constexpr double kScale = 4294967296.0;
    const double high = static_cast<double>(static_cast<std::int64_t>(x.high * kScale)) / kScale;
    return {high, (x.high - high) + x.low};
}

constexpr Pair kLog2Short = split_short(kLog2);
constexpr Pair kStep = split_short({kLog2.high / kExpCells, kLog2.low / kExpCells});

constexpr std::array<Pair, kLogCells + 1> log_table() {
    std::array<Pair, kLogCells + 1> table{};
    for (int i = 0; i <= kLogCells; ++i) {
        const Pair value = log_of(1 + static_cast<double>(i) / kLogCells);
        table[static_cast<std::size_t>(i)] = i > kHalfway ? value - kLog2 : value;
    }
    table[kLogCells] = {0, 0};
    return table;
}

constexpr std::array<Pair, kExpCells> exp_table() {
    std::array<Pair, kExpCells> table{};
    for (int i = 0; i < kExpCells; ++i) {
        const Pair x = kLog2 * Pair{static_cast<double>(i) / kExpCells, 0};
        Pair term{1, 0};
        Pair sum{1, 0};
        for (int n = 1; n <= 28; ++n) {
            term = term * x / Pair{static_cast<double>(n), 0};
            sum = sum + term;
        }
        table[static_cast<std::size_t>(i)] = sum;
    }
    return table;
}

constexpr auto kLogTable = log_table();
constexpr auto kExpTable = exp_table();

std::uint64_t bits_of(double x) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}

double of_bits(std::uint64_t bits) {
    double x = 0;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

/// 2^n for n from -1022 to 1023.
double power_of_two(int n) { return of_bits(static_cast<std::uint64_t>(n + 1023) << 52); }

/// sin r and cos r for |r| <= pi/4 by their series; what follows the last term is below 2^-57.
double sine(double r) {
    const double square = r * r;
    double sum = 0;
    for (int n = 17; n >= 3; n -= 2) sum = (1 + sum) * (-square / (n * (n - 1)));
    return r + r * sum;
}

double cosine(double r) {
    const double square = r * r;
    double sum = 0;
    for (int n = 18; n >= 2; n -= 2) sum = (1 + sum) * (-square / (n * (n - 1)));
    return 1 + sum;
}

/// sin(degrees + 90 * quarters). Angles are brought to one eighth of the circle while still in degrees, where that is exact.
double sine_of(double degrees, int quarters) {
    const double turned = std::fmod(degrees, 360.0);
    const double nearest = std::floor(turned / 90.0 + 0.5);
    const double r = (turned - 90.0 * nearest) * (kPi / 180.0);
    switch ((static_cast<int>(nearest) + quarters) & 3) {
        case 0: return sine(r);
        case 1: return cosine(r);
        case 2: return -sine(r);
        default: return -cosine(r);
    }
}

}  // namespace

double natural_log(double x) {
    if (!(x > 0)) return x == 0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    if (x > std::numeric_limits<double>::max()) return x;
    int exponent = 0;
    if (x < std::numeric_limits<double>::min()) {
        x *= 18014398509481984.0;  // 2^54
        exponent = -54;
    }
    const std::uint64_t bits = bits_of(x);
    exponent += static_cast<int>(bits >> 52) - 1023;
    const double mantissa = of_bits((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);
    const int cell = static_cast<int>((mantissa - 1) * kLogCells + 0.5);
    const double centre = 1 + static_cast<double>(cell) / kLogCells;
    if (cell > kHalfway) ++exponent;

    // mantissa = centre (1 + r): the difference is exact, and of the quotient we know what was rounded away.
    const double difference = mantissa - centre;
    const double r = difference / centre;
    const Pair back = two_product(r, centre);
    const double r_low = ((difference - back.high) - back.low) / centre;
    const double tail =
        r * r * (-1.0 / 2 + r * (1.0 / 3 + r * (-1.0 / 4 + r * (1.0 / 5 + r * (-1.0 / 6 + r * (1.0 / 7 - r / 8))))));
    const Pair& table = kLogTable[static_cast<std::size_t>(cell)];
    const Pair whole = two_sum(exponent * kLog2Short.high, table.high);
    const Pair sum = two_sum(whole.high, r);
    return sum.high + (whole.low + sum.low + (exponent * kLog2Short.low + table.low + (r_low + tail)));
}

double exponential(double x) {
    if (x != x) return x;
    if (x > 709.79) return std::numeric_limits<double>::infinity();
    if (x < -745.2) return 0;
    const double count = std::floor(x * (kExpCells / kLog2.high) + 0.5);
    const double r = (x - count * kStep.high) - count * kStep.low;
    const double rise = r + r * r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r / 720))));
    const int steps = static_cast<int>(count);
    const int cell = steps & (kExpCells - 1);
    const int exponent = (steps - cell) / kExpCells;
    const Pair& table = kExpTable[static_cast<std::size_t>(cell)];
    const double mantissa = table.high + (table.low + table.high * rise);
    // In two steps, so that neither leaves the range before the product does.
    const int half = exponent / 2;
    return mantissa * power_of_two(half) * power_of_two(exponent - half);
}

double log1p_minus(double x) {
    if (x > 0.5 || x < -0.5) return natural_log(1 + x) - x;
    // log(1+x) = 2 artanh(s), and 2s - x = -x s.
    const double s = x / (2 + x);
    const double square = s * s;
    double sum = 0;
    for (int n = 39; n >= 3; n -= 2) sum = sum * square + 1.0 / n;
    return s * (2 * square * sum - x);
}

double sine_of_degrees(double degrees) { return sine_of(degrees, 0); }
double cosine_of_degrees(double degrees) { return sine_of(degrees, 1); }

}  // namespace lachan::epi
