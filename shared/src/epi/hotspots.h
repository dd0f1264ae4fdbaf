#pragma once

#include <span>
#include <vector>

#include "epi/neighbours.h"
#include "kernel/result.h"

namespace lachan::epi {

/// Whether each neighbour counts 1, or all of a unit together.
enum class Weights { row, binary };

/// Getis and Ord's Gi* (1995) as a z score for each unit: the unit and its neighbours against all. NaN where all values are the same.
/// Errc::malformed with rule epi.hotspots: fewer than 3 units, neighbours for another number of units.
Result<std::vector<double>> getis_ord(std::span<const double> values, const Neighbours&, Weights = Weights::row);

/// Anselin's local Moran's I (1995), with moments given the unit's own value (Sokal et al. 1998), as spdep gives them. NaN for z and p
/// where a unit has no neighbours.
struct LocalMoran {
    double i = 0;
    double expected = 0;
    double variance = 0;
    double z = 0;
    double p = 1;  ///< two-sided
};
Result<std::vector<LocalMoran>> local_moran(std::span<const double> values, const Neighbours&, Weights = Weights::row);

/// P(|Z| > |z|).
double two_sided(double z);

/// p values that allow for how many were looked at: the least rate of false discoveries at which each is still one (Benjamini and
/// Hochberg 1995). NaN stays NaN and is not counted.
std::vector<double> false_discovery_rates(std::span<const double> p);

}  // namespace lachan::epi
