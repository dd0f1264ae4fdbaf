#include "geo/cells.h"

#include <algorithm>
#include <cmath>

namespace lachan::geo {
namespace {

constexpr double kThrough =
    3;  // cells by which a wall goes through the outline it ends at, so that it surely meets that
constexpr int kRounds = 32;
constexpr int kTurns = 6;            // starts at most
constexpr double kFairEnough = 2.5;  // no site has that many times more or less than its share

/// Starts far apart from each other: each the furthest of a few drawn ones.
std::vector<Site> scatter(const std::vector<Spot>& samples, std::size_t count, Dice& dice) {
    std::vector<Site> sites;
    while (sites.size() < count) {
        Spot best = samples[dice.below(samples.size())];
        double furthest = -1;
        for (int draw = 0; draw < 8 && !sites.empty(); ++draw) {
            const Spot spot = samples[dice.below(samples.size())];
            const double distance = sites[nearest(sites, spot)].distance(spot);
            if (distance <= furthest) continue;
            furthest = distance;
            best = spot;
        }
        sites.push_back({best, 0});
    }
    return sites;
}

/// A corner, and which site the side that begins there lies towards.
struct Corner {
    Spot spot;
    std::size_t towards;
};

}  // namespace

std::uint64_t Dice::next() {
    std::uint64_t z = (state_ += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

std::size_t nearest(const std::vector<Site>& sites, Spot spot) {
    std::size_t best = 0;
    double least = HUGE_VAL;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const double distance = sites[i].distance(spot);
        if (distance >= least) continue;
        least = distance;
        best = i;
    }
    return best;
}

std::vector<Site> divide(const std::vector<Spot>& samples, double ground, const std::vector<double>& shares,
                         Dice& dice) {
    double all = 0;
    for (const double share : shares) all += share;
    const double whole = ground * static_cast<double>(samples.size());
    struct Sum {
        double x = 0, y = 0, count = 0;
    };
    std::vector<Sum> sums;
    // The rounds do not always end in the best: small cells beside large ones swing. So the fairest that was seen is
    // kept.
    std::vector<Site> best, sites;
    double fairest = HUGE_VAL;
    for (int turn = 0; turn < kTurns * kRounds && !(turn % kRounds == 0 && fairest < kFairEnough); ++turn) {
        const int round = turn % kRounds;
        if (round == 0) sites = scatter(samples, shares.size(), dice);
        sums.assign(sites.size(), {});
        for (const Spot spot : samples) {
            Sum& sum = sums[nearest(sites, spot)];
            sum.x += spot.x;
            sum.y += spot.y;
            sum.count += 1;
        }
        double unfair = 0;
        for (std::size_t i = 0; i < sites.size(); ++i) {
            const double due = whole * shares[i] / all, has = std::max(ground * sums[i].count, 1e-3 * due);
            unfair = std::max(unfair, std::max(due / has, has / due));
        }
        if (unfair < fairest || best.empty()) {
            fairest = unfair;
            best = sites;
        }
        for (std::size_t i = 0; i < sites.size(); ++i) {
            if (sums[i].count == 0) {
                // Pushed out: it begins again inside the largest.
                const auto largest = std::max_element(sums.begin(), sums.end(),
                                                      [](const Sum& l, const Sum& r) { return l.count < r.count; });
                sites[i] = sites[static_cast<std::size_t>(largest - sums.begin())];
                sites[i].place.x += (dice.part() - 0.5) * std::sqrt(ground);
                sites[i].place.y += (dice.part() - 0.5) * std::sqrt(ground);
                continue;
            }
            sites[i].place = {sums[i].x / sums[i].count, sums[i].y / sums[i].count};
            // A cell grows by about half pi times what its weight grows by; slower towards the end.
            const double due = whole * shares[i] / all;
            const double lacks = std::clamp(due - ground * sums[i].count, -due, due);
            sites[i].weight += 0.3 * (1 - static_cast<double>(round) / kRounds) * lacks;
        }
    }
    return best;
}

std::vector<Spot> cell_of(const std::vector<Site>& sites, std::size_t index, std::vector<Spot> outline,
                          std::vector<Wall>& walls) {
    const std::size_t none = sites.size();
    std::vector<Corner> cell, cut;
    for (const Spot spot : outline) cell.push_back({spot, none});
    const Site& site = sites[index];
    for (std::size_t other = 0; other < sites.size() && !cell.empty(); ++other) {
        if (other == index) continue;
        // On the near side where 2 (o - s) . p <= |o|^2 - |s|^2 - w_o + w_s; written around the site, for precision.
        const double dx = sites[other].place.x - site.place.x, dy = sites[other].place.y - site.place.y;
        const double limit = 0.5 * (dx * dx + dy * dy - sites[other].weight + site.weight);
        const auto beyond = [&](Spot p) { return dx * (p.x - site.place.x) + dy * (p.y - site.place.y) - limit; };
        cut.clear();
        for (std::size_t i = 0; i < cell.size(); ++i) {
            const Corner &from = cell[i], &to = cell[(i + 1) % cell.size()];
            const double at_from = beyond(from.spot), at_to = beyond(to.spot);
            if (at_from <= 0) cut.push_back(from);
            if ((at_from <= 0) == (at_to <= 0)) continue;
            const double part = at_from / (at_from - at_to);
            const Spot crossing{from.spot.x + part * (to.spot.x - from.spot.x),
                                from.spot.y + part * (to.spot.y - from.spot.y)};
            cut.push_back({crossing, at_from <= 0 ? other : from.towards});
        }
        cell.swap(cut);
    }
    std::vector<Spot> corners;
    for (std::size_t i = 0; i < cell.size(); ++i) {
        corners.push_back(cell[i].spot);
        if (cell[i].towards == none || cell[i].towards < index) continue;
        const std::size_t after = (i + 1) % cell.size(), before = (i + cell.size() - 1) % cell.size();
        Wall wall{cell[i].spot, cell[after].spot};
        const double x = wall.b.x - wall.a.x, y = wall.b.y - wall.a.y, length = std::sqrt(x * x + y * y);
        if (length > 0 && cell[before].towards == none)
            wall.a = {wall.a.x - kThrough * x / length, wall.a.y - kThrough * y / length};
        if (length > 0 && cell[after].towards == none)
            wall.b = {wall.b.x + kThrough * x / length, wall.b.y + kThrough * y / length};
        walls.push_back(wall);
    }
    return corners;
}

}  // namespace lachan::geo
