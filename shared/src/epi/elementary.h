#pragma once

namespace lachan::epi {

/// Elementary functions of our own: the C libraries of the two builds differ in the last bit, and a figure on the map must not.
/// Made of IEEE operations alone (never fused, see CMakeLists). Accuracy is held by tests/epi/elementary_test.cpp.

/// The natural logarithm, within 0.51 units in the last place. -infinity at 0, NaN below.
double natural_log(double x);

/// e to the x, within 0.52 units in the last place; 0 below -745.2, infinity above 709.8.
double exponential(double x);

/// log(1 + x) - x for x > -1, without loss where x is small.
double log1p_minus(double x);

/// Sine and cosine of an angle in degrees, within 1 unit in the last place of 1.
double sine_of_degrees(double degrees);
double cosine_of_degrees(double degrees);

constexpr double kPi = 3.141592653589793238462643383279502884;

}  // namespace lachan::epi
