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
    /// The places nearest to `centre`, itself among them, in order of distance and then of row (so that around all that stand on one spot
    /// the order is one), until `enough(row)` has said so or none is
    /// left; the last asked is not part of them. `reach` is how far to look first, and is left as a hint for the next centre: it costs
    /// time when it is wrong, and changes nothing else.
    template <class Enough>
    std::vector<std::uint32_t> nearest(std::size_t centre, double& reach, Enough enough) const {
        std::vector<std::uint32_t> order;
        std::vector<Near> near;
        for (double limit = first_limit(reach);; limit *= 2) {
            find_within(centre, limit, near);
            // What was nearer than the last limit comes in the same order again.
            for (std::size_t asked = order.size(); asked < near.size(); ++asked) {
                if (enough(near[asked].row)) {
                    reach = near[asked].distance * 1.1;
                    return order;
                }
                order.push_back(near[asked].row);
            }
            if (near.size() == size()) return order;
        }
    }

private:
    struct Near {
        double distance;
        std::uint32_t row;
    };

    double first_limit(double reach) const;
    void find_within(std::size_t centre, double limit, std::vector<Near>& near) const;

    // Rows along the axis on which the places are spread most, so that only a strip of them is looked at.
    struct Along {
        double at;
        std::uint32_t row;
    };
    std::vector<Along> along_;
    std::vector<std::uint32_t> rank_;  // of each row in along_
    std::vector<double> x_, y_, z_;
};

}  // namespace lachan::epi
