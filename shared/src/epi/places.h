#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/result.h"

namespace lachan::epi {

/// How far two places are apart: on the numbers as given, or over the globe (x is longitude, y latitude, in degrees).
enum class Distance { planar, great_circle };

/// Places by distance from each other.
class Places {
public:
    Places() = default;
    /// Errc::malformed with rule epi.places: none or more than 1,000,000, columns of different length, a latitude beyond 90 degrees.
    static Result<Places> make(std::span<const double> x, std::span<const double> y, Distance);

    std::size_t size() const { return x_.size(); }
    /// Grows with the distance, and is the distance itself on the plane; over the globe it is the chord (earth's radius 1).
    double between(std::size_t a, std::size_t b) const;
    /// The places nearest to `centre`, itself first, in order of distance and then of row, until `enough(row)` has said so or none is
    /// left; the last asked is not part of them.
    template <class Enough>
    std::vector<std::uint32_t> nearest(std::size_t centre, std::size_t guess, Enough enough) const {
        std::vector<Near> all = by_distance(centre);
        std::vector<std::uint32_t> order;
        for (std::size_t sorted = 0, wanted = guess; sorted < all.size(); wanted *= 2) {
            const std::size_t end = sort_part(all, sorted, wanted);
            for (; sorted < end; ++sorted) {
                if (enough(all[sorted].row)) return order;
                order.push_back(all[sorted].row);
            }
        }
        return order;
    }

private:
    struct Near {
        double distance;
        std::uint32_t row;
    };

    std::vector<Near> by_distance(std::size_t centre) const;
    /// Sorts the next `wanted` of those from `sorted` on; the end of what is sorted now.
    static std::size_t sort_part(std::vector<Near>& all, std::size_t sorted, std::size_t wanted);

    std::vector<double> x_, y_, z_;
};

}  // namespace lachan::epi
