#include "epi/scan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "epi/alike.h"
#include "epi/elementary.h"
#include "epi/random.h"

namespace lachan::epi {
namespace {

constexpr std::size_t kLanes = 8;  ///< replicates that are scanned side by side

/// Four counts that are added and compared at once, in one register natively and in wasm.
using Four = std::int32_t __attribute__((vector_size(16)));
using Two = std::int64_t __attribute__((vector_size(16)));
#ifdef __wasm_simd128__
using Bytes = signed char __attribute__((vector_size(16)));
#endif

struct Counts {
    Four first;
    Four second;
};

bool is_any_above(const Counts& counts, const Counts& limits) {
    const Four above = (counts.first > limits.first) | (counts.second > limits.second);
#ifdef __wasm_simd128__
    return __builtin_wasm_any_true_v128(reinterpret_cast<Bytes>(above)) != 0;
#else
    const Two halves = reinterpret_cast<Two>(above);
    return (halves[0] | halves[1]) != 0;
#endif
}

std::int32_t lane(const Counts& counts, std::size_t i) {
    return i < 4 ? counts.first[static_cast<int>(i)] : counts.second[static_cast<int>(i - 4)];
}

void set_lane(Counts& counts, std::size_t i, std::int32_t value) {
    if (i < 4) counts.first[static_cast<int>(i)] = value;
    else counts.second[static_cast<int>(i - 4)] = value;
}

Error wrong(const std::string& what) { return Error{Errc::malformed, "epi.scan", what}; }

/// A window as it is looked for: so many units around a centre.
struct Candidate {
    std::uint32_t centre = 0;
    std::uint32_t length = 0;
    double llr = 0;
};

}  // namespace

struct Scan::Block {
    std::vector<Counts> cases;   ///< of each unit
    std::vector<Counts> limits;  ///< of each cell of people: only a lane above it can reach more than its maximum so far
    std::array<double, kLanes> maximum{};

    void set_limits(const Scan&, std::size_t lane);
};

Result<Scan> Scan::make(ScanUnits units, const ScanOptions& options) {
    const std::size_t count = units.x.size();
    if (units.population.size() != count || units.cases.size() != count) return wrong("columns of different length");
    if (!(options.max_population > 0) || !(options.max_population <= 1)) return wrong("the largest window is a share above 0 and up to 1");
    const Places places = TRY(Places::make(units.x, units.y, options.distance));
    Scan scan;
    std::int64_t cases = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!(units.population[i] >= 0) || units.cases[i] < 0) return wrong("row " + std::to_string(i + 1) + ": people and cases are not negative");
        if (units.cases[i] > 0 && units.population[i] == 0) return wrong("row " + std::to_string(i + 1) + ": cases where there are no people");
        scan.total_population_ += units.population[i];
        cases += units.cases[i];
    }
    if (!(scan.total_population_ > 0) || !(scan.total_population_ < 1e15)) return wrong("no people, or too many");
    if (cases < 1 || cases > 100'000'000) return wrong("no cases, or more than 100000000");
    scan.total_cases_ = static_cast<std::int32_t>(cases);
    scan.most_people_ = options.max_population * scan.total_population_;

    scan.starts_.push_back(0);
    double reach = 0;
    for (std::size_t centre = 0; centre < count; ++centre) {
        double people = 0;
        const auto order = places.nearest(centre, reach, [&](std::uint32_t row) {
            people += units.population[row];
            return people > scan.most_people_;
        });
        scan.members_.insert(scan.members_.end(), order.begin(), order.end());
        scan.starts_.push_back(scan.members_.size());
    }
    scan.units_ = std::move(units);

    const double all = scan.total_cases_;
    const double most_expected = all * options.max_population;
    const std::size_t cells = static_cast<std::size_t>(std::clamp(2 * most_expected, 1024.0, 65536.0));
    scan.cells_per_person_ = static_cast<double>(cells) / scan.most_people_;
    scan.expected_per_cell_ = most_expected / static_cast<double>(cells) * (1 - 1e-12);
    for (std::size_t cell = 0; cell <= cells; ++cell) {
        const double expected = scan.least_expected(cell);
        scan.log_expected_.push_back(natural_log(std::max(expected, 1e-300)));
        scan.log_unexpected_.push_back(natural_log(std::max(all - expected, 1e-300)));
    }
    constexpr std::int32_t kLargestTable = 4'000'000;
    for (std::int32_t n = 0; n <= std::min(scan.total_cases_, kLargestTable); ++n) scan.count_log_.push_back(n == 0 ? 0 : n * natural_log(n));
    return scan;
}

double Scan::count_log(std::int32_t n) const {
    const auto place = static_cast<std::size_t>(n);
    return place < count_log_.size() ? count_log_[place] : n * natural_log(n);
}

double Scan::llr(std::int32_t cases, double population) const {
    const double all = total_cases_;
    const double expected = population * (all / total_population_);
    if (cases < 2 || !(cases > expected * (1 + kAlike))) return 0;
    const double outside = all - cases;
    const double inner = cases * natural_log(cases / expected);
    return outside > 0 ? inner + outside * natural_log(outside / (all - expected)) : inner;
}

std::span<const std::uint32_t> Scan::around(std::size_t centre) const {
    return std::span(members_).subspan(starts_[centre], starts_[centre + 1] - starts_[centre]);
}

std::vector<Cluster> Scan::clusters() const {
    const std::size_t count = units_.x.size();
    std::vector<char> is_taken(count, 0);
    // The best window of each centre that holds no taken unit. Units are taken for good, so a best one stays best until it is hit.
    const auto best_around = [&](std::uint32_t centre) {
        Candidate best{centre, 0, 0};
        std::int32_t cases = 0;
        double people = 0;
        std::uint32_t length = 0;
        for (const std::uint32_t row : around(centre)) {
            if (is_taken[row]) break;
            ++length;
            cases += units_.cases[row];
            people += units_.population[row];
            const double ratio = llr(cases, people);
            if (ratio > best.llr) best = {centre, length, ratio};
        }
        return best;
    };
    std::vector<Candidate> candidates;
    for (std::uint32_t centre = 0; centre < count; ++centre) candidates.push_back(best_around(centre));
    std::vector<Cluster> found;
    for (;;) {
        const auto top = std::max_element(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.llr < b.llr; });
        if (!(top->llr > 0)) return found;
        const auto members = around(top->centre).first(top->length);
        Cluster cluster;
        cluster.centre = top->centre;
        cluster.members.assign(members.begin(), members.end());
        cluster.llr = top->llr;
        for (const std::uint32_t row : members) {
            is_taken[row] = 1;
            cluster.cases += units_.cases[row];
            cluster.population += units_.population[row];
        }
        const double all = total_cases_;
        cluster.expected = cluster.population * (all / total_population_);
        const double outside = (all - cluster.cases) / (all - cluster.expected);
        cluster.relative_risk = outside > 0 ? cluster.cases / cluster.expected / outside : std::numeric_limits<double>::infinity();
        found.push_back(std::move(cluster));
        for (Candidate& candidate : candidates) {
            const auto rows = around(candidate.centre).first(candidate.length);
            if (std::any_of(rows.begin(), rows.end(), [&](std::uint32_t row) { return is_taken[row] != 0; })) candidate = best_around(candidate.centre);
        }
    }
}

/// For each cell, the most cases with which a window of the cell stays at or below the maximum of this lane. The ratio falls as more
/// are expected, so the least expected of the cell decides; and the number grows from cell to cell.
void Scan::Block::set_limits(const Scan& scan, std::size_t one) {
    const double all = scan.total_cases_;
    // What the sums below may lose to rounding is far less than the margin; who passes is judged exactly.
    const double bar = maximum[one] - 1e-6 - 1e-9 * maximum[one];
    std::int32_t most = 1;
    for (std::size_t cell = 0; cell < limits.size(); ++cell) {
        const double log_expected = scan.log_expected_[cell];
        const double log_unexpected = scan.log_unexpected_[cell];
        const auto reaches = [&](std::int32_t count) {
            const double ratio = scan.count_log(count) - count * log_expected + scan.count_log(scan.total_cases_ - count) - (all - count) * log_unexpected;
            return ratio > bar;
        };
        // Up to what is expected nothing reaches; above, the ratio grows. So: steps that double, then halves.
        most = std::max(most, static_cast<std::int32_t>(scan.least_expected(cell)));
        std::int32_t step = 1;
        while (step <= scan.total_cases_ - most && !reaches(most + step)) {
            most += step;
            step *= 2;
        }
        std::int32_t above = most + std::min(step, scan.total_cases_ - most + 1);
        while (above - most > 1) {
            const std::int32_t middle = most + (above - most) / 2;
            if (reaches(middle)) above = middle;
            else most = middle;
        }
        set_lane(limits[cell], one, most);
    }
}

void Scan::run(Block& block) const {
    const std::size_t last_cell = log_expected_.size() - 1;
    for (std::size_t centre = 0; centre + 1 < starts_.size(); ++centre) {
        Counts sum{};
        double people = 0;
        std::array<bool, kLanes> rises{};
        bool any_rises = false;
        for (const std::uint32_t row : around(centre)) {
            const Counts& here = block.cases[row];
            sum.first += here.first;
            sum.second += here.second;
            people += units_.population[row];
            const std::size_t cell = std::min(static_cast<std::size_t>(people * cells_per_person_), last_cell);
            if (!is_any_above(sum, block.limits[cell])) continue;
            for (std::size_t one = 0; one < kLanes; ++one) {
                if (lane(sum, one) <= lane(block.limits[cell], one)) continue;
                const double ratio = llr(lane(sum, one), people);
                if (!(ratio > block.maximum[one])) continue;
                block.maximum[one] = ratio;
                rises[one] = any_rises = true;
            }
        }
        for (std::size_t one = 0; any_rises && one < kLanes; ++one) {
            if (rises[one]) block.set_limits(*this, one);
        }
    }
}

std::vector<double> Scan::maxima(std::uint64_t seed, std::uint32_t from, std::uint32_t to) const {
    std::vector<double> found;
    const WeightedDraw people(units_.population);
    Block block;
    block.limits.resize(log_expected_.size());
    std::vector<std::int32_t> cases;
    for (std::uint32_t first = from; first < to; first += kLanes) {
        block.cases.assign(units_.x.size(), Counts{});
        block.maximum.fill(0);
        const std::size_t lanes = std::min<std::size_t>(kLanes, to - first);
        for (std::size_t one = 0; one < lanes; ++one) {
            cases.assign(units_.x.size(), 0);
            Random random(seed, first + one);
            for (std::int32_t i = 0; i < total_cases_; ++i) ++cases[people.draw(random)];
            for (std::size_t row = 0; row < cases.size(); ++row) set_lane(block.cases[row], one, cases[row]);
        }
        for (std::size_t one = 0; one < kLanes; ++one) block.set_limits(*this, one);
        run(block);
        found.insert(found.end(), block.maximum.begin(), block.maximum.begin() + static_cast<std::ptrdiff_t>(lanes));
    }
    return found;
}

void rank(std::vector<Cluster>& clusters, std::span<const double> maxima) {
    for (Cluster& cluster : clusters) {
        const auto reaching = std::count_if(maxima.begin(), maxima.end(), [&](double maximum) { return maximum >= cluster.llr; });
        cluster.p = static_cast<double>(1 + reaching) / static_cast<double>(1 + maxima.size());
    }
}

}  // namespace lachan::epi
