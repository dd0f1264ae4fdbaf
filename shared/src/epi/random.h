#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lachan::epi {

/// Random numbers that depend on seed and stream alone: the n-th of a stream is a mix (SplitMix64's, by Steele, Lea and Flood) of a
/// start and n, so any worker can make any replicate. Not for secrets.
class Random {
public:
    Random(std::uint64_t seed, std::uint64_t stream) : state_(mixed(mixed(seed) + kStride * (2 * stream + 1))) {}

    std::uint64_t next() { return mixed(state_ += kStride); }
    /// Below `count`, which is at most 2^32.
    std::uint32_t below(std::uint64_t count) { return static_cast<std::uint32_t>((next() >> 32) * count >> 32); }

private:
    static constexpr std::uint64_t kStride = 0x9e3779b97f4a7c15ULL;

    static constexpr std::uint64_t mixed(std::uint64_t x) {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
        return x ^ (x >> 31);
    }

    std::uint64_t state_;
};

/// Draws indexes in proportion to their weights, each in two look-ups (Walker 1977, Vose 1991).
class WeightedDraw {
public:
    /// Weights are not negative, and one is positive.
    explicit WeightedDraw(std::span<const double> weights);

    std::uint32_t draw(Random& random) const {
        const std::uint64_t bits = random.next();
        const Cell& cell = cells_[(bits >> 32) * cells_.size() >> 32];
        return static_cast<std::uint32_t>(bits) < cell.limit ? cell.own : cell.other;
    }

private:
    struct Cell {
        std::uint64_t limit = 0;  ///< of 2^32
        std::uint32_t own = 0;
        std::uint32_t other = 0;
    };
    std::vector<Cell> cells_;
};

}  // namespace lachan::epi
