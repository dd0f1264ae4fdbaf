#pragma once

#include <span>
#include <vector>

#include "epi/neighbours.h"
#include "kernel/result.h"

namespace lachan::epi {

/// Rates drawn towards the mean, the more the fewer people they come from (Marshall 1991): towards the mean of all units.
/// Errc::malformed with rule epi.rates: a unit without people, columns of different length.
Result<std::vector<double>> empirical_bayes(std::span<const double> cases, std::span<const double> population);

/// The same towards the mean of the unit and its neighbours. The variance between units is taken around each unit's own local mean, as
/// spdep's EBlocal does.
Result<std::vector<double>> local_empirical_bayes(std::span<const double> cases, std::span<const double> population, const Neighbours&);

}  // namespace lachan::epi
