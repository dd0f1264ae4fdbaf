#pragma once

#include <cstdint>
#include <vector>

#include "epi/random.h"
#include "epi/reproduction.h"

namespace lachan::epi {

struct ForecastOptions {
    ReproductionOptions reproduction;  ///< its last window says how fast it goes
    std::size_t days = 7;
    std::uint32_t replicates = 10'000;
    /// 0: the cases of a day are Poisson around what is expected; else negative binomial of this size (variance m + m^2 / size).
    double clustering = 0;
    std::uint64_t seed = 1;
    std::vector<double> probabilities = {0.05, 0.25, 0.5, 0.75, 0.95};
};

/// New cases of the next days and, last, of all of them together (`start` to `end`, days of the series going on): paths of the renewal
/// equation, each with one reproduction number from the posterior of the last window (Cori et al. 2013), as in Nouvellet et al. 2018.
/// It says what comes if nothing changes; the quantiles hold the uncertainty of Rt and the chance of infection, not a change of behaviour
/// and not delays of reporting. The same seed gives the same figures, in every build.
/// Errc::malformed: epi.forecast when the last window has no estimate or options are out of range; epi.window, epi.prior, epi.probability.
Result<std::vector<Reproduction>> forecast(const Incidence&, const SerialInterval&, const ForecastOptions& = {});

/// A Poisson variable of this mean, drawn by inversion from one random number. Beyond a mean of 1e6 a rounded normal one.
double draw_poisson(double mean, Random& random);
/// Above 0 and below 1.
double draw_uniform(Random& random);

}  // namespace lachan::epi
