// Figures of the models of the map, natively: Rt of every district, a scan of the country. Run by tests/bench/epi.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "epi/random.h"
#include "epi/reproduction.h"
#include "epi/scan.h"

namespace {

using namespace lachan::epi;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) { return std::chrono::duration<double, std::milli>(Clock::now() - begin).count(); }

void reproduction_of_districts() {
    constexpr std::size_t kDistricts = 705, kDays = 180;
    Random random(1, 0);
    const SerialInterval interval = *SerialInterval::discretised(5.2, 1.7, kDays);
    std::vector<Incidence> districts(kDistricts);
    for (Incidence& district : districts) {
        const std::uint32_t top = 1 + random.below(200);
        for (std::size_t day = 0; day < kDays; ++day) district.cases.push_back(random.below(top));
    }
    double best = 1e9;
    double sum = 0;
    for (int round = 0; round < 3; ++round) {
        const auto begin = Clock::now();
        for (const Incidence& district : districts) {
            const auto windows = reproduction(district, interval);
            sum += windows->back().mean;
        }
        best = std::min(best, milliseconds_since(begin));
    }
    std::printf("Rt, 705 districts x 180 days, native, one core: %.0f ms (sum %.6f)\n", best, sum);
}

/// A country like ours: 10,603 units, 27,000 cases, the same every time.
ScanUnits country() {
    Random random(7, 0);
    ScanUnits units;
    for (int i = 0; i < 10'603; ++i) {
        units.x.push_back(102 + random.below(1'000'000) * 7e-6);
        units.y.push_back(8 + random.below(1'000'000) * 15e-6);
        units.population.push_back(1000 + random.below(1 + random.below(30'000)));
    }
    const WeightedDraw draw(units.population);
    units.cases.assign(units.x.size(), 0);
    for (int i = 0; i < 27'000; ++i) ++units.cases[draw.draw(random)];
    return units;
}

void scan_of_the_country(std::uint32_t replicates) {
    const ScanUnits units = country();
    auto begin = Clock::now();
    const Scan scan = *Scan::make(units, {0.1, Distance::great_circle});
    std::printf("scan, 10,603 units, 27,000 cases, 10 %%: %zu windows made in %.0f ms\n", scan.windows(), milliseconds_since(begin));
    begin = Clock::now();
    const auto clusters = scan.clusters();
    std::printf("  %zu clusters in %.0f ms\n", clusters.size(), milliseconds_since(begin));
    for (const std::uint32_t threads : {1U, 2U}) {
        begin = Clock::now();
        std::vector<std::thread> pool;
        for (std::uint32_t i = 0; i < threads; ++i) {
            pool.emplace_back([&, i] { static_cast<void>(scan.maxima(1, replicates * i / threads, replicates * (i + 1) / threads)); });
        }
        for (std::thread& thread : pool) thread.join();
        std::printf("  %u replicates, native, %u thread(s): %.0f ms\n", replicates, threads, milliseconds_since(begin));
    }
}

}  // namespace

int main(int count, char** values) {
    const int replicates = count > 1 ? std::atoi(values[1]) : 999;
    reproduction_of_districts();
    scan_of_the_country(static_cast<std::uint32_t>(std::max(replicates, 1)));
    return 0;
}
