#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "epi/places.h"
#include "kernel/result.h"

namespace lachan::epi {

/// Units with a centroid, their people and their cases; one row each.
struct ScanUnits {
    std::vector<double> x, y;
    std::vector<double> population;
    std::vector<std::int32_t> cases;
};

struct ScanOptions {
    double max_population = 0.5;  ///< of all people: the largest window
    Distance distance = Distance::planar;
};

/// Units around a centre that have more cases than their people would let expect.
struct Cluster {
    std::uint32_t centre = 0;            ///< row from 0
    std::vector<std::uint32_t> members;  ///< rows in order of distance, and then of row
    double population = 0;
    std::int32_t cases = 0;
    double expected = 0;
    double relative_risk = 0;  ///< inside over outside; infinite when all cases are inside
    double llr = 0;
    double p = 1;              ///< from `rank`
};

/// Kulldorff's spatial scan statistic of 1997, Poisson model: windows are the circles around each centroid that hold up to a share of
/// all people. Distances equal, the earlier row is nearer, also where that distance is 0: the centre is no exception among units on one
/// spot. A window counts with more than one case and more than expected (by more than
/// rounding: alike.h).
class Scan {
public:
    /// Errc::malformed with rule epi.scan: no cases, no people, cases where there are no people, more than 100,000,000 cases, a share outside (0, 1]; epi.places.
    static Result<Scan> make(ScanUnits, const ScanOptions&);

    /// The most likely cluster, then always the next that shares no unit with those before; p is 1 until they are ranked.
    std::vector<Cluster> clusters() const;

    /// The greatest log likelihood ratio of each of the replicates `from` to `to` - 1, in which the same number of cases falls on people at
    /// random. They depend on the seed and their number alone: ranges can be computed anywhere and put together.
    std::vector<double> maxima(std::uint64_t seed, std::uint32_t from, std::uint32_t to) const;

    std::size_t size() const { return units_.x.size(); }
    std::size_t windows() const { return members_.size(); }
    double total_population() const { return total_population_; }
    std::int32_t total_cases() const { return total_cases_; }

private:
    struct Block;

    double llr(std::int32_t cases, double population) const;
    double count_log(std::int32_t n) const;
    double least_expected(std::size_t cell) const { return expected_per_cell_ * static_cast<double>(cell); }
    std::span<const std::uint32_t> around(std::size_t centre) const;
    void run(Block&) const;

    ScanUnits units_;
    double total_population_ = 0;
    std::int32_t total_cases_ = 0;
    double most_people_ = 0;
    std::vector<std::size_t> starts_;      // of each centre in members_
    std::vector<std::uint32_t> members_;
    // Bounds on the ratio: people are counted in cells of equal size, logarithms of each and of each number of cases made once.
    double cells_per_person_ = 0;
    double expected_per_cell_ = 0;
    std::vector<double> log_expected_;     // of the least expected of a cell
    std::vector<double> log_unexpected_;   // of all cases less those
    std::vector<double> count_log_;        // n log n, for the first few million
};

/// p = (1 + replicates that reach it) / (1 + replicates), for each.
void rank(std::vector<Cluster>&, std::span<const double> maxima);

}  // namespace lachan::epi
