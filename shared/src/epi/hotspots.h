#pragma once

#include <span>
#include <vector>

#include "epi/neighbours.h"
#include "kernel/result.h"

namespace lachan::epi {

/// Whether each neighbour counts 1, or all of a unit together.
enum class Weights { row, binary };

/// Why a unit has no z score. Under the null hypothesis its statistic cannot vary then, so that dividing by its deviation would turn
/// noughts into NaN and the last bits of a rounded mean into significance.
enum class Untold {
    told,
    alike,         ///< the values of all units are alike
    whole,         ///< the neighbourhood is all units
    alone,         ///< no neighbours
    mean,          ///< the unit's own value is the mean of all
    others_alike,  ///< the values of all other units are alike
};

/// The rule id of a reason (docs/RULES.md), "" for `told`.
const char* rule_of(Untold);

/// Getis and Ord's Gi* (1995) as a z score: the unit and its neighbours against all. NaN with `why`: alike, whole.
struct GiStar {
    double z = 0;
    Untold why = Untold::told;
};
/// Errc::malformed with rule epi.hotspots: fewer than 3 units, neighbours for another number of units.
Result<std::vector<GiStar>> getis_ord(std::span<const double> values, const Neighbours&, Weights = Weights::row);

/// Anselin's local Moran's I (1995), with moments given the unit's own value (Sokal et al. 1998), as spdep gives them. NaN for z and p
/// with `why`: any; where all values are alike or a unit has no neighbours, `i` and its moments are not known either.
struct LocalMoran {
    double i = 0;
    double expected = 0;
    double variance = 0;
    double z = 0;
    double p = 1;  ///< two-sided
    Untold why = Untold::told;
};
Result<std::vector<LocalMoran>> local_moran(std::span<const double> values, const Neighbours&, Weights = Weights::row);

/// P(|Z| > |z|).
double two_sided(double z);

/// p values that allow for how many were looked at: the least rate of false discoveries at which each is still one (Benjamini and
/// Hochberg 1995). NaN stays NaN and is not counted.
std::vector<double> false_discovery_rates(std::span<const double> p);

}  // namespace lachan::epi
