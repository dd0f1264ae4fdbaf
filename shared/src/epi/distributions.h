#pragma once

namespace lachan::epi {

/// log of Gamma(a) for a > 0.
double log_gamma(double a);

/// Both tails of a Gamma distribution with scale 1, each with its full relative precision.
struct Tails {
    double lower = 0;
    double upper = 1;
};

/// P(X <= x) and P(X > x) for X ~ Gamma(shape > 0, scale 1). The time grows with the root of the shape.
Tails gamma_tails(double shape, double x);

/// The x with P(X <= x) = p, X ~ Gamma(shape > 0, scale 1); for p from 0 to 1 and any shape.
double gamma_quantile(double p, double shape);

/// The x with P(X > x) = q: for upper tails whose 1 - q would be rounded.
double gamma_upper_quantile(double q, double shape);

/// P(Z <= z) and its inverse for a standard normal Z.
double normal_cdf(double z);
double normal_quantile(double p);

/// I_x(a, b), the distribution of Beta(a, b).
double beta_cdf(double x, double a, double b);

/// P(|T| > t) for Student's T with `freedom` degrees of freedom, t >= 0.
double student_two_sided(double t, double freedom);

}  // namespace lachan::epi
