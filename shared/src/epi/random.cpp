#include "epi/random.h"

namespace lachan::epi {

WeightedDraw::WeightedDraw(std::span<const double> weights) : cells_(weights.size()) {
    double total = 0;
    for (const double weight : weights) total += weight;
    const double scale = static_cast<double>(weights.size()) / total;
    std::vector<double> share(weights.size());
    std::vector<std::uint32_t> small;
    std::vector<std::uint32_t> large;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
        share[i] = weights[i] * scale;
        (share[i] < 1 ? small : large).push_back(i);
    }
    constexpr double kWhole = 4294967296.0;
    while (!small.empty() && !large.empty()) {
        const std::uint32_t poor = small.back();
        const std::uint32_t rich = large.back();
        small.pop_back();
        cells_[poor] = {static_cast<std::uint64_t>(share[poor] * kWhole), poor, rich};
        share[rich] -= 1 - share[poor];
        if (share[rich] < 1) {
            large.pop_back();
            small.push_back(rich);
        }
    }
    // What is left is whole but for rounding; an index of weight 0 never is (its share was 0 and a rich one was there).
    for (const auto& rest : {small, large}) {
        for (const std::uint32_t i : rest) cells_[i] = {static_cast<std::uint64_t>(kWhole), i, i};
    }
}

}  // namespace lachan::epi
