#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "epi/places.h"
#include "kernel/result.h"

namespace lachan::epi {

/// Cases of a unit (row from 0) on a day (from 0); several entries of one unit and day add up.
struct CaseOnDay {
    std::uint32_t unit = 0;
    std::uint32_t day = 0;
    std::int32_t cases = 0;
};

struct SpaceTimeOptions {
    std::size_t longest = 7;  ///< days of a cylinder; each ends on the last day
    double max_cases = 0.5;   ///< of all: what the units of a cylinder may have over the whole time
    Distance distance = Distance::planar;
};

/// Units around a centre over the last days: more cases than their share of all cases and the days' share would let expect.
struct Cylinder {
    std::uint32_t centre = 0;
    std::vector<std::uint32_t> members;  ///< rows in order of distance
    std::uint32_t first_day = 0;
    std::int32_t cases = 0;
    double expected = 0;
    double llr = 0;
    double p = 1;  ///< (1 + replicates that reach it) / (1 + replicates)
};

/// Kulldorff's space-time permutation scan (2005), prospective: needs cases only, no people. Expected is what units and days would have
/// if they did not know of each other; replicates deal the days of the cases out anew.
class SpaceTimeScan {
public:
    /// Errc::malformed with rule epi.scan: a unit or day that is not there, fewer than 2 cases, options out of range; epi.places.
    static Result<SpaceTimeScan> make(std::span<const double> x, std::span<const double> y, std::size_t days, std::vector<CaseOnDay> cases,
                                      const SpaceTimeOptions&);

    /// The most likely, then always the next that shares no unit with those before. p from these maxima (may be none).
    std::vector<Cylinder> cylinders(std::span<const double> maxima) const;

    /// The greatest log likelihood ratios of replicates `from` to `to` - 1; they depend on seed and number alone.
    std::vector<double> maxima(std::uint64_t seed, std::uint32_t from, std::uint32_t to) const;

private:
    struct Best;

    /// The cases of the last days, by unit with cases: row after row of `longest` days, the last day first.
    std::vector<std::int32_t> recent_of(std::span<const std::uint32_t> days) const;
    Best best_around(std::size_t centre, std::span<const std::int32_t> recent, const std::vector<char>* is_taken) const;

    Places places_;
    SpaceTimeOptions options_;
    std::size_t days_ = 0;
    std::int32_t total_ = 0;
    std::vector<std::uint32_t> rows_;            // units with cases
    std::vector<double> unit_cases_;             // of each of those, over all days
    std::vector<double> last_days_;              // cases of the last 1, 2, ... days
    std::vector<std::uint32_t> case_unit_;       // of each case the place in rows_ ...
    std::vector<std::uint32_t> case_day_;        // ... and the day
    std::vector<std::vector<std::uint32_t>> order_;  // around each of rows_: places in rows_, up to the bound
};

}  // namespace lachan::epi
