#pragma once

#include <span>

namespace lachan::epi {

/// A figure and the 95 % interval that chance alone gives it; all NaN where it is not known.
struct Estimate {
    double value = 0;
    double low = 0;
    double high = 0;
};
Estimate unknown_estimate();

/// Cases per 100,000 people, with the exact interval of a Poisson count (Garwood 1936). Not known without people.
Estimate rate_of(double cases, double people);

/// `part` of `whole` from 0 to 1, with the interval of Wilson (1927). Not known for a whole of 0 or a part above it.
Estimate share_of(double part, double whole);

/// The t with P(|T| > t) = q for Student's T, q in (0, 1).
double student_two_sided_quantile(double q, double freedom);

/// By how many cases a day the counts of these days rise, by the line of least squares. `t` is student_two_sided_quantile(0.05, days - 2):
/// the windows of a map have all the same. Not known below 3 days.
Estimate slope_of(std::span<const double> counts, double t);

}  // namespace lachan::epi
