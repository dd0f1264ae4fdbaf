#pragma once

#include <cstddef>
#include <cstdint>

namespace lachan::forge {

/// When all forged certificates are judged: 15 June 2025.
constexpr std::int64_t kNowS = 1'750'000'000;
constexpr std::int64_t kDayS = 86'400;

/// splitmix64: small, seeded, the same everywhere.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }

private:
    std::uint64_t state_;
};

}  // namespace lachan::forge
