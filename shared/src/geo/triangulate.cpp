#include "geo/triangulate.h"

namespace lachan::geo {
namespace {

/// Steps spent on one polygon before ears are clipped unseen: far beyond any shape of a map, and an end for one made to
/// have none.
constexpr std::int64_t kMostWork = std::int64_t{1} << 27;
/// Reflex corners are listed anew when so many of the list are gone.
constexpr std::size_t kListAgain = 32;

std::int64_t squared(Point a, Point b) {
    const std::int64_t x = std::int64_t{b.x} - a.x, y = std::int64_t{b.y} - a.y;
    return x * x + y * y;
}

}  // namespace

void Triangulator::cut(std::span<const Point> corners, std::span<const std::uint32_t> ends, std::uint32_t base,
                       std::vector<std::uint32_t>& triangles) {
    if (ends.empty() || ends[0] < 3) return;
    corners_ = corners;
    work_ = 0;
    nodes_.clear();
    std::uint32_t outer = link(0, ends[0]);
    holes_.clear();
    for (std::size_t i = 1; i < ends.size(); ++i) {
        if (ends[i] - ends[i - 1] < 3) continue;
        // A hole is joined at its first point by place, holes in that order: then what is left of it is joined already.
        std::uint32_t first = link(ends[i - 1], ends[i]);
        for (std::uint32_t node = nodes_[first].after, start = first; node != start; node = nodes_[node].after) {
            if (at(node) < at(first)) first = node;
        }
        holes_.push_back(first);
    }
    std::sort(holes_.begin(), holes_.end(), [this](std::uint32_t l, std::uint32_t r) { return at(l) < at(r); });
    for (const std::uint32_t hole : holes_) outer = join(outer, hole);
    clip(outer, base, triangles);
}

std::uint32_t Triangulator::link(std::uint32_t begin, std::uint32_t end) {
    const auto first = static_cast<std::uint32_t>(nodes_.size()), count = end - begin;
    for (std::uint32_t i = 0; i < count; ++i)
        nodes_.push_back({begin + i, first + (i + count - 1) % count, first + (i + 1) % count});
    return first;
}

/// Joins a hole to the ring by a bridge from its first point to the nearest corner that sees it.
std::uint32_t Triangulator::join(std::uint32_t outer, std::uint32_t hole) {
    const Point from = at(hole);
    candidates_.clear();
    std::uint32_t node = outer;
    do {
        // Only what lies before it: the rest may be hidden by holes that are not joined yet.
        if (!(from < at(node))) candidates_.emplace_back(squared(at(node), from), node);
        node = nodes_[node].after;
    } while (node != outer);
    std::sort(candidates_.begin(), candidates_.end());
    for (const auto& [distance, to] : candidates_) {
        if (work_ > kMostWork) break;
        if (!is_within(to, from) || is_crossed(outer, at(to), from)) continue;
        // outer .. to, hole .. hole again, to again ..
        const auto twin = static_cast<std::uint32_t>(nodes_.size());
        const std::uint32_t after = nodes_[to].after, last = nodes_[hole].before;
        nodes_.push_back({nodes_[hole].corner, last, twin + 1});
        nodes_.push_back({nodes_[to].corner, twin, after});
        nodes_[last].after = twin;
        nodes_[after].before = twin + 1;
        nodes_[to].after = hole;
        nodes_[hole].before = to;
        break;
    }
    return outer;
}

/// Whether `p` lies between the two sides of a corner, on the inside.
bool Triangulator::is_within(std::uint32_t node, Point p) const {
    const Point before = at(nodes_[node].before), corner = at(node), after = at(nodes_[node].after);
    if (turn(before, corner, after) >= 0) return turn(before, corner, p) >= 0 && turn(corner, after, p) >= 0;
    return turn(before, corner, p) >= 0 || turn(corner, after, p) >= 0;
}

bool Triangulator::is_crossed(std::uint32_t ring, Point a, Point b) {
    std::uint32_t node = ring;
    do {
        ++work_;
        const std::uint32_t after = nodes_[node].after;
        const Point c = at(node), d = at(after);
        node = after;
        if (c == a || d == a || c == b || d == b) continue;
        if (std::max(c.x, d.x) < std::min(a.x, b.x) || std::min(c.x, d.x) > std::max(a.x, b.x)) continue;
        const std::int64_t of_c = turn(a, b, c), of_d = turn(a, b, d), of_a = turn(c, d, a), of_b = turn(c, d, b);
        const auto apart = [](std::int64_t l, std::int64_t r) { return (l > 0 && r > 0) || (l < 0 && r < 0); };
        if (!apart(of_c, of_d) && !apart(of_a, of_b)) return true;
    } while (node != ring);
    return false;
}

void Triangulator::remove(std::uint32_t node) {
    nodes_[nodes_[node].before].after = nodes_[node].after;
    nodes_[nodes_[node].after].before = nodes_[node].before;
    is_gone_[node] = true;
}

void Triangulator::list_reflex(std::uint32_t start) {
    reflex_.clear();
    std::uint32_t node = start;
    do {
        if (is_reflex(node)) reflex_.push_back(node);
        node = nodes_[node].after;
    } while (node != start);
}

bool Triangulator::is_ear(std::uint32_t node) {
    if (reflex_.empty()) return true;
    const Point a = at(nodes_[node].before), b = at(node), c = at(nodes_[node].after);
    const std::int32_t left = std::min({a.x, b.x, c.x}), right = std::max({a.x, b.x, c.x});
    const std::int32_t top = std::min({a.y, b.y, c.y}), bottom = std::max({a.y, b.y, c.y});
    work_ += static_cast<std::int64_t>(reflex_.size());
    for (const std::uint32_t each : reflex_) {
        const Point p = at(each);
        if (p.x < left || p.x > right || p.y < top || p.y > bottom || is_gone_[each]) continue;
        if (p == a || p == b || p == c) continue;
        if (turn(a, b, p) >= 0 && turn(b, c, p) >= 0 && turn(c, a, p) >= 0) return false;
    }
    return true;
}

void Triangulator::clip(std::uint32_t start, std::uint32_t base, std::vector<std::uint32_t>& triangles) {
    is_gone_.assign(nodes_.size(), false);
    list_reflex(start);
    std::size_t left = 0;
    std::uint32_t node = start;
    do {
        ++left;
        node = nodes_[node].after;
    } while (node != start);
    std::size_t since_ear = 0, since_list = 0;
    while (left > 2) {
        const std::uint32_t before = nodes_[node].before, after = nodes_[node].after;
        const std::int64_t area = turn(at(before), at(node), at(after));
        // After two rounds without an ear the rings cross: whatever is convex goes, and in the end anything.
        const bool is_forced = since_ear > 2 * left || work_ > kMostWork;
        const bool is_flat = area == 0;
        const bool goes = is_flat || (is_forced && since_ear > 3 * left) || (area > 0 && (is_forced || is_ear(node)));
        if (!goes) {
            ++since_ear;
            node = after;
            continue;
        }
        if (area > 0) {
            for (const std::uint32_t corner : {before, node, after}) triangles.push_back(base + nodes_[corner].corner);
        }
        remove(node);
        --left;
        since_ear = 0;
        if (++since_list >= kListAgain) {
            since_list = 0;
            list_reflex(after);
        }
        // Not the neighbour at once: it would make fans of long thin triangles.
        node = is_flat ? before : nodes_[after].after;
    }
}

}  // namespace lachan::geo
