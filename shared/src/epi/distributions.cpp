#include "epi/distributions.h"

#include <cmath>
#include <initializer_list>
#include <limits>

#include "epi/elementary.h"

namespace lachan::epi {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon() / 2;
constexpr double kHalfLogTwoPi = 0.918938533204672741780329736405617640;
constexpr double kStirlingFrom = 10;

/// log Gamma(a) - ((a - 1/2) log a - a + log(2 pi)/2) for a >= 10: Stirling's series, terms from the Bernoulli numbers.
double stirling_rest(double a) {
    const double inverse = 1 / (a * a);
    double sum = -3617.0 / 122400;
    for (const double term : {1.0 / 156, -691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12}) {
        sum = sum * inverse + term;
    }
    return sum / a;
}

/// log of x^a e^-x / Gamma(a + 1), without the cancellation of its three large parts where a is large.
double log_weight(double a, double x) {
    if (a < kStirlingFrom) return a * natural_log(x) - x - log_gamma(a + 1);
    const double mu = (x - a) / a;
    const double part = mu > 0.5 || mu < -0.5 ? natural_log(x / a) - mu : log1p_minus(mu);
    return a * part - stirling_rest(a) - 0.5 * natural_log(a) - kHalfLogTwoPi;
}

/// 1 + x/(a+1) + x^2/((a+1)(a+2)) + ...
double lower_series(double a, double x) {
    double term = 1;
    double sum = 1;
    for (double n = a + 1; term > sum * (kEpsilon / 8); n += 1) {
        term *= x / n;
        sum += term;
    }
    return sum;
}

/// The continued fraction of Gamma(a, x) / (x^a e^-x) for x > a, by Lentz's recursion.
double upper_fraction(double a, double x) {
    constexpr double kTiny = 1e-300;
    double b = x + 1 - a;
    double c = 1 / kTiny;
    double d = 1 / b;
    double h = d;
    for (double i = 1; i < 1e8; i += 1) {
        const double numerator = -i * (i - a);
        b += 2;
        d = numerator * d + b;
        if (std::fabs(d) < kTiny) d = kTiny;
        c = b + numerator / c;
        if (std::fabs(c) < kTiny) c = kTiny;
        d = 1 / d;
        const double factor = d * c;
        h *= factor;
        if (std::fabs(factor - 1) <= 2 * kEpsilon) break;
    }
    return h;
}

/// Logarithms of a tail and of its slope over log x. A lower tail may be far below the smallest double.
struct LogTail {
    double log_tail = 0;
    double hazard = 0;  ///< |d log tail / d log x|
};

LogTail lower_tail(double a, double x) {
    const double log_d = log_weight(a, x);
    if (x < a + 1) {
        const double series = lower_series(a, x);
        return {log_d + natural_log(series), a / series};
    }
    const double d = exponential(log_d) * a;
    const double lower = 1 - d * upper_fraction(a, x);
    return {natural_log(lower), d / lower};
}

LogTail upper_tail(double a, double x) {
    const double log_d = log_weight(a, x);
    if (x >= a + 1) {
        const double fraction = upper_fraction(a, x);
        return {log_d + natural_log(a * fraction), 1 / fraction};
    }
    const double d = exponential(log_d);
    const double upper = 1 - d * lower_series(a, x);
    return {natural_log(upper), d * a / upper};
}

/// A normal quantile good enough to begin with (Abramowitz and Stegun 26.2.23, error below 5e-4); p <= 1/2.
double rough_normal_quantile(double p) {
    const double t = std::sqrt(-2 * natural_log(p));
    return -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
}

enum class Tail { lower, upper };

/// Above this shape the cube of Wilson and Hilferty is the quantile itself, to 1e-12: its error falls with the shape to the power 3/2.
constexpr double kNearlyNormal = 1e8;

/// log x of that cube at so many standard deviations.
double log_cube(double z, double a) {
    const double root = 1 - 1 / (9 * a) + z / (3 * std::sqrt(a));
    return root > 0.2 ? natural_log(a) + 3 * natural_log(root) : -kInfinity;
}

/// log x when P(X <= x) = p, for so small an x that the first term of the series is the whole: P = x^a / Gamma(a + 1).
double log_of_small(double p, double a) { return (natural_log(p) + log_gamma(a + 1)) / a; }

/// Where the search begins: Wilson and Hilferty's cube, or what the tail looks like near 0 or far out.
double first_guess(Tail tail, double p, double a) {
    const double z = p <= 0.5 ? rough_normal_quantile(p) : -rough_normal_quantile(1 - p);
    const double cube = log_cube(tail == Tail::lower ? z : -z, a);
    if (a >= 1 && cube > -kInfinity) return cube;
    const double small = log_of_small(tail == Tail::lower ? p : 1 - p, a);  // never too far right
    if (tail == Tail::lower || small < -1) return small;
    const double far = -natural_log(p) - log_gamma(a);
    return natural_log(far > 0.1 ? far : 0.1);
}

/// log x with log tail(x) = log p. Both logarithms are concave in log x, so Newton's method arrives from any start; with the second
/// derivative (Halley) it arrives in about three evaluations.
double log_quantile(Tail tail, double p, double a) {
    constexpr double kMostStep = 4;
    if (a > kNearlyNormal) return log_cube(tail == Tail::lower ? normal_quantile(p) : -normal_quantile(p), a);
    const double target = natural_log(p);
    double u = first_guess(tail, p, a);
    if (u < -40) return u;
    for (int turn = 0; turn < 60; ++turn) {
        const double x = exponential(u);
        const LogTail at = tail == Tail::lower ? lower_tail(a, x) : upper_tail(a, x);
        const double f = at.log_tail - target;
        const double slope = tail == Tail::lower ? at.hazard : -at.hazard;
        const double bend = tail == Tail::lower ? at.hazard * (a - x - at.hazard) : -at.hazard * (a - x + at.hazard);
        const double newton = f / slope;
        const double curvature = newton * bend / (2 * slope);
        double step = newton / (1 - (std::fabs(curvature) < 0.5 ? curvature : 0));
        if (!(std::fabs(step) <= kMostStep)) step = step < 0 ? -kMostStep : kMostStep;
        u -= step;
        if (std::fabs(step) < 1e-8) break;
    }
    return u;
}

double beta_fraction(double x, double a, double b) {
    constexpr double kTiny = 1e-300;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    if (std::fabs(d) < kTiny) d = kTiny;
    d = 1 / d;
    double h = d;
    for (double m = 1; m < 1e6; m += 1) {
        for (const double numerator : {m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                                       -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))}) {
            d = 1 + numerator * d;
            if (std::fabs(d) < kTiny) d = kTiny;
            c = 1 + numerator / c;
            if (std::fabs(c) < kTiny) c = kTiny;
            d = 1 / d;
            h *= d * c;
        }
        if (std::fabs(d * c - 1) <= 2 * kEpsilon) break;
    }
    return h;
}

}  // namespace

double log_gamma(double a) {
    double product = 1;
    while (a < kStirlingFrom) {
        product *= a;
        a += 1;
    }
    return (a - 0.5) * natural_log(a) - a + kHalfLogTwoPi + stirling_rest(a) - natural_log(product);
}

Tails gamma_tails(double shape, double x) {
    if (!(x > 0)) return {0, 1};
    if (x > std::numeric_limits<double>::max()) return {1, 0};
    const double weight = exponential(log_weight(shape, x));
    if (x < shape + 1) {
        const double lower = weight * lower_series(shape, x);
        return {lower, 1 - lower};
    }
    const double upper = weight * shape * upper_fraction(shape, x);
    return {1 - upper, upper};
}

double gamma_quantile(double p, double shape) {
    if (!(p > 0)) return 0;
    if (p >= 1) return kInfinity;
    return exponential(p <= 0.5 ? log_quantile(Tail::lower, p, shape) : log_quantile(Tail::upper, 1 - p, shape));
}

double gamma_upper_quantile(double q, double shape) {
    if (!(q > 0)) return kInfinity;
    if (q >= 1) return 0;
    return exponential(q <= 0.5 ? log_quantile(Tail::upper, q, shape) : log_quantile(Tail::lower, 1 - q, shape));
}

double normal_cdf(double z) {
    const Tails half = gamma_tails(0.5, z * z / 2);
    return z < 0 ? half.upper / 2 : 0.5 + half.lower / 2;
}

double normal_quantile(double p) {
    if (!(p > 0)) return -kInfinity;
    if (p >= 1) return kInfinity;
    if (p == 0.5) return 0;
    const double tail = p < 0.5 ? p : 1 - p;
    const double z = std::sqrt(2 * gamma_upper_quantile(2 * tail, 0.5));
    return p < 0.5 ? -z : z;
}

double beta_cdf(double x, double a, double b) {
    if (!(x > 0)) return 0;
    if (x >= 1) return 1;
    const double log_front =
        log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * natural_log(x) + b * (natural_log(1 - x));
    const double front = exponential(log_front);
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a : 1 - front * beta_fraction(1 - x, b, a) / b;
}

double student_two_sided(double t, double freedom) { return beta_cdf(freedom / (freedom + t * t), freedom / 2, 0.5); }

}  // namespace lachan::epi
