#pragma once

namespace lachan::epi {

/// A number as the exact sum of two doubles, about 106 bits. Everything is made of IEEE additions and multiplications, so that
/// tables of constants are computed by the compiler and are the same in every build.
struct Pair {
    double high = 0;
    double low = 0;
};

constexpr Pair two_sum(double a, double b) {
    const double sum = a + b;
    const double part = sum - a;
    return {sum, (a - (sum - part)) + (b - part)};
}

constexpr Pair quick_two_sum(double larger, double smaller) {
    const double sum = larger + smaller;
    return {sum, smaller - (sum - larger)};
}

/// a * b exactly, by Dekker's halves; for numbers far from the ends of the range.
constexpr Pair two_product(double a, double b) {
    constexpr double kSplit = 134217729.0;  // 2^27 + 1
    const double ta = kSplit * a;
    const double a1 = ta - (ta - a);
    const double a2 = a - a1;
    const double tb = kSplit * b;
    const double b1 = tb - (tb - b);
    const double b2 = b - b1;
    const double product = a * b;
    return {product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2};
}

constexpr Pair operator+(Pair a, Pair b) {
    const Pair high = two_sum(a.high, b.high);
    const Pair low = two_sum(a.low, b.low);
    const Pair sum = quick_two_sum(high.high, high.low + low.high);
    return quick_two_sum(sum.high, sum.low + low.low);
}

constexpr Pair operator-(Pair a) { return {-a.high, -a.low}; }
constexpr Pair operator-(Pair a, Pair b) { return a + -b; }

constexpr Pair operator*(Pair a, Pair b) {
    const Pair product = two_product(a.high, b.high);
    return quick_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

constexpr Pair operator/(Pair a, Pair b) {
    const double first = a.high / b.high;
    Pair rest = a - b * Pair{first, 0};
    const double second = rest.high / b.high;
    rest = rest - b * Pair{second, 0};
    return quick_two_sum(first, second) + Pair{rest.high / b.high, 0};
}

}  // namespace lachan::epi
