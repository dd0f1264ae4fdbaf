#pragma once

#include <vector>

#include "kernel/result.h"

namespace lachan::epi {

/// The distribution of days between the onset of a case and of those it infected: `weights[k]` for k days, weights[0] = 0.
struct SerialInterval {
    std::vector<double> weights;

    /// Days, as the weights say (they need not sum to 1 exactly).
    double mean() const;

    /// As given. Errc::malformed with rule epi.interval: a weight at 0 days, a negative one, a sum further than 0.01 from 1.
    static Result<SerialInterval> given(std::vector<double> weights);

    /// A Gamma distribution of this mean and standard deviation, shifted by one day and spread over whole days (Cori et al. 2013, web
    /// appendix 11), for 0 to days - 1 days; what lies beyond is cut off, not shared out. Errc::malformed with rule epi.interval: mean
    /// not above 1, sd not above 0.
    static Result<SerialInterval> discretised(double mean, double sd, std::size_t days);
};

}  // namespace lachan::epi
