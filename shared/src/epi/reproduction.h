#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "epi/serial_interval.h"
#include "kernel/result.h"

namespace lachan::epi {

/// New cases by day. Who was infected elsewhere infects here, but was not infected by anybody here: `imported` is part of `cases`, and
/// empty when nobody knows. All cases of the first day count as imported.
struct Incidence {
    std::vector<double> cases;
    std::vector<double> imported;
};

struct ReproductionOptions {
    std::size_t window = 7;  ///< days
    double prior_mean = 5;
    double prior_sd = 5;
    std::vector<double> probabilities = {0.025, 0.5, 0.975};
};

/// Days count from 1, both ends belong to the window. All figures are NaN while the window ends before a serial interval has passed.
struct Reproduction {
    std::size_t start = 0;
    std::size_t end = 0;
    double mean = 0;
    double sd = 0;
    std::vector<double> quantiles;  ///< one for each probability
};

/// How many infections each day's present cases cause at R = 1: the sum of w_k I_(t-k); index 0 is day 1, where it is 0.
std::vector<double> infectivity(std::span<const double> cases, const SerialInterval&);

/// Rt of sliding windows that begin on day 2 and later (Cori et al. 2013): a Gamma posterior with shape a + cases and scale
/// 1 / (1/b + infectivity). Errc::malformed: epi.window when no window fits, epi.prior, epi.probability.
Result<std::vector<Reproduction>> reproduction(const Incidence&, const SerialInterval&, const ReproductionOptions& = {});

/// The mean number of people whom a case of the window infected or will have (Wallinga and Teunis 2004). Windows without cases, and
/// those that begin before the first case, are left out; `sd` is NaN. Errc::malformed with rule epi.window.
Result<std::vector<Reproduction>> cohort_reproduction(std::span<const double> cases, const SerialInterval&, std::size_t window = 7);

/// Reads new cases by day: a column I, cases, incidence or count (or the only one), or the two columns local and imported; beside them
/// a column of dates, which then follow one another. Errc::malformed: epi.table, epi.column, epi.count, epi.days.
Result<Incidence> read_incidence(std::string_view csv);

/// Reads the weights of a serial interval: a column w (or the only one) in the order of days from 0, or from the day that the column
/// k says. Errc::malformed: epi.table, epi.column, epi.number, epi.interval.
Result<SerialInterval> read_serial_interval(std::string_view csv);

/// "start,end,mean,sd,q025,median,q975" and a line for each window; other probabilities are named by their digits.
std::string to_csv(std::span<const Reproduction>, const ReproductionOptions&);

}  // namespace lachan::epi
