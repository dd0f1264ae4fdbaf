#include <algorithm>
#include <cmath>
#include <queue>

#include "geo/shapes.h"

namespace lachan::geo {
namespace {

using Border = std::vector<std::pair<Point, Point>>;

constexpr double kLattice = 255;

/// How far (x, y) lies inside the border; below 0 when it lies outside.
double depth(const Border& border, double x, double y) {
    bool inside = false;
    double nearest = HUGE_VAL;
    for (const auto& [a, b] : border) {
        const double ax = a.x, ay = a.y, dx = b.x - ax, dy = b.y - ay;
        if ((ay > y) != (b.y > y) && x < ax + dx * (y - ay) / dy) inside = !inside;
        const double part = std::clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
        const double px = x - ax - part * dx, py = y - ay - part * dy;
        nearest = std::min(nearest, px * px + py * py);
    }
    return inside ? std::sqrt(nearest) : -std::sqrt(nearest);
}

struct Cell {
    double x, y, half, depth;
    double most() const { return depth + half * 1.4142135623730951; }
    bool operator<(const Cell& other) const { return most() < other.most(); }
};

/// The centre of the largest circle inside, nearly: squares are divided while one might hold a deeper point.
Cell deepest(const Border& border, const Box& box) {
    const double width = static_cast<double>(box.right) - box.left, height = static_cast<double>(box.bottom) - box.top;
    const double side = std::max(1.0, std::min(width, height));
    const double enough = std::max(width, height) / 200;
    const auto cell = [&border](double x, double y, double half) { return Cell{x, y, half, depth(border, x, y)}; };
    std::priority_queue<Cell> queue;
    Cell best = cell(box.left + width / 2, box.top + height / 2, 0);
    // A very long box would be too many squares: then they are longer.
    const double step = std::max(side, std::max(width, height) / 16);
    for (double x = box.left; x < box.right; x += step) {
        for (double y = box.top; y < box.bottom; y += step) queue.push(cell(x + step / 2, y + step / 2, step / 2));
    }
    for (int tries = 0; !queue.empty() && tries < 4000; ++tries) {
        const Cell top = queue.top();
        queue.pop();
        if (top.depth > best.depth) best = top;
        if (top.most() - best.depth <= enough) break;
        const double half = top.half / 2;
        for (const double dx : {-half, half}) {
            for (const double dy : {-half, half}) queue.push(cell(top.x + dx, top.y + dy, half));
        }
    }
    return best;
}

void place(Unit& unit, const Border& border) {
    Box box;
    for (const auto& [a, b] : border) {
        box.put(a);
        box.put(b);
    }
    if (box.is_empty()) return;
    const Cell best = deepest(border, box);
    const double width = std::max(1, box.right - box.left), height = std::max(1, box.bottom - box.top);
    const double x = std::clamp((best.x - box.left) / width, 0.0, 1.0) * kLattice,
                 y = std::clamp((best.y - box.top) / height, 0.0, 1.0) * kLattice;
    // Of the places around it that can be written, the deepest.
    double most = -HUGE_VAL;
    for (const double at_x : {std::floor(x), std::ceil(x)}) {
        for (const double at_y : {std::floor(y), std::ceil(y)}) {
            const double deep = depth(border, std::floor(box.left + at_x * width / kLattice + 0.5),
                                      std::floor(box.top + at_y * height / kLattice + 0.5));
            if (deep <= most) continue;
            most = deep;
            unit.label_x = static_cast<std::uint8_t>(at_x);
            unit.label_y = static_cast<std::uint8_t>(at_y);
        }
    }
}

}  // namespace

void place_labels(Country& country) {
    for (const Level level : kLevels) {
        std::vector<Border> borders(country.units[at(level)].size());
        for (std::size_t arc = 0; arc < country.arcs(); ++arc) {
            const auto [left, right] = country.sides[arc];
            const std::uint32_t l = country.above(left, level),
                                r = right == kNone ? kNone : country.above(right, level);
            if (l == r) continue;
            for (std::uint32_t i = country.arc_begin[arc] + 1; i < country.arc_begin[arc + 1]; ++i) {
                borders[l].emplace_back(country.points[i - 1], country.points[i]);
                if (r != kNone) borders[r].emplace_back(country.points[i - 1], country.points[i]);
            }
        }
        for (std::size_t i = 0; i < borders.size(); ++i) place(country.units[at(level)][i], borders[i]);
    }
}

}  // namespace lachan::geo
