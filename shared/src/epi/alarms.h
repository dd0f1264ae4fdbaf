#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernel/result.h"

namespace lachan::epi {

/// How many cases of a day (or week) would still be no alarm. `at` counts from 1; `upper` is NaN where the days before tell nothing.
struct Alarm {
    std::size_t at = 0;
    double upper = 0;
    bool is_raised = false;
    bool has_trend = false;  ///< Farrington, and flexible, only
};

enum class Ears { c1, c2, c3 };

struct EarsOptions {
    std::size_t baseline = 7;
    double alpha = 0.001;  ///< of C1 and C2; C3 is usual with 0.025
    double min_sigma = 0;
};

/// Days that the alarm of a day rests on, itself among them.
std::size_t ears_span(Ears, const EarsOptions&);

/// The alarms of EARS (Hutwagner et al. 2003): a baseline of days, just before (C1) or two days apart (C2), or what of C2 three days
/// gather (C3). From the first day that has its baseline. Errc::malformed with rule epi.alarm.
Result<std::vector<Alarm>> ears(std::span<const double> counts, Ears, const EarsOptions&);

struct FarringtonOptions {
    std::size_t from = 0;       ///< first to judge; 0: the first that has all its years
    std::size_t period = 52;    ///< of a year
    std::size_t years = 5;
    std::size_t half_window = 3;
    double alpha = 0.05;
    double least_cases = 5;     ///< in the last `least_span`, or there is no alarm and `upper` is 0
    std::size_t least_span = 4;
};

/// The algorithm of Farrington et al. (1996): a quasi-Poisson regression on the same weeks of earlier years, outbreaks among them weighed
/// down, with a trend when it is significant, three years are there and it does not foretell more than was ever seen; limits by a
/// power of 2/3. Errc::malformed with rule epi.alarm.
Result<std::vector<Alarm>> farrington(std::span<const double> counts, const FarringtonOptions&);

/// The settings that Noufaily et al. (2013) recommend.
struct FlexibleOptions {
    std::size_t from = 0;
    std::size_t period = 52;
    std::size_t years = 5;
    std::size_t half_window = 3;
    std::size_t parts = 10;      ///< of a year, each with a level of its own: the window around the week, and the others
    std::size_t left_out = 26;   ///< the last so many weeks before the one judged tell nothing: an outbreak that goes on is no baseline
    double threshold = 2.58;     ///< standardised residuals above it are weighed down
    double alpha = 0.05;
    double least_cases = 5;      ///< in the last `least_span`, or `upper` is NaN and there is no alarm
    std::size_t least_span = 4;
};

/// The algorithm of Farrington as improved by Noufaily et al. (2013): all weeks of the earlier years with a level for each part of the
/// year, a trend whenever there are three years and it does not foretell more than was ever seen, and as limit a quantile of the negative
/// binomial distribution with the estimated mean and dispersion. Errc::malformed with rule epi.alarm.
Result<std::vector<Alarm>> farrington_flexible(std::span<const double> counts, const FlexibleOptions&);

}  // namespace lachan::epi
