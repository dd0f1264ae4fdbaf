#pragma once

#include <cstdint>
#include <vector>

#include "geo/plane.h"

namespace lachan::geo {

/// A position in cells of the grid, with fractions.
struct Spot {
    double x = 0, y = 0;
};

/// Numbers that follow from a seed (SplitMix64).
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    /// From 0 up to, but without, 1.
    double part() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(part() * static_cast<double>(count)); }

private:
    std::uint64_t state_;
};

/// A centre of a power diagram: a spot belongs to the site of the least distance squared less weight.
struct Site {
    Spot place;
    double weight = 0;
    double distance(Spot spot) const {
        const double x = spot.x - place.x, y = spot.y - place.y;
        return x * x + y * y - weight;
    }
};

std::size_t nearest(const std::vector<Site>& sites, Spot spot);

/// Sites that divide `samples`, each standing for `ground` (squared cells), into shares of ground, each round its site.
std::vector<Site> divide(const std::vector<Spot>& samples, double ground, const std::vector<double>& shares,
                         Dice& dice);

/// A line between the cells of two sites.
struct Wall {
    Spot a, b;
};

/// The convex cell of a site within a convex outline, and the walls towards sites of greater number.
std::vector<Spot> cell_of(const std::vector<Site>& sites, std::size_t index, std::vector<Spot> outline,
                          std::vector<Wall>& walls);

}  // namespace lachan::geo
