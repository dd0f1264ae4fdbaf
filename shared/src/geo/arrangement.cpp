#include "geo/arrangement.h"

#include <algorithm>
#include <cmath>

#include "geo/buckets.h"
#include "geo/noding.h"

namespace lachan::geo {
namespace {

constexpr std::uint32_t kUnknown = UINT32_MAX;

/// Order of directions, counter-clockwise from +x.
bool turns_before(Point l, Point r) {
    const auto is_lower = [](Point d) { return d.y < 0 || (d.y == 0 && d.x < 0); };
    if (is_lower(l) != is_lower(r)) return is_lower(r);
    return std::int64_t{l.x} * r.y - std::int64_t{l.y} * r.x > 0;
}

void take_lines(Arrangement& plane, const std::vector<Lines::Line>& lines) {
    for (const auto& line : lines) {
        plane.vertices.push_back(line.a);
        plane.vertices.push_back(line.b);
    }
    std::sort(plane.vertices.begin(), plane.vertices.end());
    plane.vertices.erase(std::unique(plane.vertices.begin(), plane.vertices.end()), plane.vertices.end());
    const auto number = [&plane](Point p) {
        return static_cast<std::uint32_t>(std::lower_bound(plane.vertices.begin(), plane.vertices.end(), p) -
                                          plane.vertices.begin());
    };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0 && lines[i].a == lines[i - 1].a && lines[i].b == lines[i - 1].b) continue;
        plane.edges.push_back({number(lines[i].a), number(lines[i].b)});
    }
}

void turn_around_vertices(Arrangement& plane) {
    const std::size_t halves = 2 * plane.edges.size();
    std::vector<std::uint32_t> begin(plane.vertices.size() + 1), order(halves);
    for (std::uint32_t half = 0; half < halves; ++half) ++begin[plane.origin(half) + 1];
    for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
    std::vector<std::uint32_t> fill(begin.begin(), begin.end() - 1);
    for (std::uint32_t half = 0; half < halves; ++half) order[fill[plane.origin(half)]++] = half;
    plane.around.resize(halves);
    plane.next.resize(halves);
    for (std::size_t vertex = 0; vertex < plane.vertices.size(); ++vertex) {
        std::uint32_t* const first = order.data() + begin[vertex];
        std::uint32_t* const last = order.data() + begin[vertex + 1];
        std::sort(first, last, [&plane](std::uint32_t l, std::uint32_t r) {
            const auto direction = [&plane](std::uint32_t half) {
                const Point from = plane.from(half), to = plane.to(half);
                return Point{to.x - from.x, to.y - from.y};
            };
            return turns_before(direction(l), direction(r));
        });
        for (std::uint32_t* each = first; each != last; ++each)
            plane.around[*each] = each == first ? *(last - 1) : *(each - 1);
    }
    for (std::uint32_t half = 0; half < halves; ++half) plane.next[half] = plane.around[half ^ 1U];
}

/// Faces from cycles of half-edges: one that runs the wrong way round is the outside of a part, and lies in some other
/// face.
class Faces {
public:
    explicit Faces(Arrangement& plane) : plane_(plane) {}

    void find() {
        const std::size_t halves = 2 * plane_.edges.size();
        cycle_of_.assign(halves, kUnknown);
        for (std::uint32_t half = 0; half < halves; ++half) {
            if (cycle_of_[half] == kUnknown) walk(half);
        }
        plane_.area.assign(1, 0);
        face_of_cycle_.assign(cycles_.size(), kUnknown);
        for (std::size_t i = 0; i < cycles_.size(); ++i) {
            if (cycles_[i].area <= 0) continue;
            face_of_cycle_[i] = static_cast<std::uint32_t>(plane_.area.size());
            plane_.area.push_back(cycles_[i].area);
        }
        place_parts();
        plane_.face_of.resize(halves);
        plane_.half_edges.resize(plane_.area.size());
        for (std::uint32_t half = 0; half < halves; ++half) {
            plane_.face_of[half] = face_of_cycle_[cycle_of_[half]];
            plane_.half_edges[plane_.face_of[half]].push_back(half);
        }
    }

private:
    struct Cycle {
        std::int64_t area;
        std::uint32_t leftmost;  // vertex
    };

    void walk(std::uint32_t start) {
        Cycle cycle{0, plane_.origin(start)};
        const Point origin = plane_.from(start);
        std::uint32_t half = start;
        do {
            cycle_of_[half] = static_cast<std::uint32_t>(cycles_.size());
            cycle.area = plus(cycle.area, turn(origin, plane_.from(half), plane_.to(half)));
            cycle.leftmost = std::min(cycle.leftmost, plane_.origin(half));
            half = plane_.next[half];
        } while (half != start);
        cycles_.push_back(cycle);
    }

    void place_parts() {
        // Vertices are numbered by place, so a lower number is further left; parts are placed from the left, each by
        // one placed before.
        std::vector<std::uint32_t> outer;
        for (std::uint32_t i = 0; i < cycles_.size(); ++i) {
            if (cycles_[i].area <= 0) outer.push_back(i);
        }
        std::sort(outer.begin(), outer.end(),
                  [this](std::uint32_t l, std::uint32_t r) { return cycles_[l].leftmost < cycles_[r].leftmost; });
        const Buckets buckets(
            plane_.edges.size(),
            [this](std::size_t i) {
                return std::pair(plane_.vertices[plane_.edges[i].a], plane_.vertices[plane_.edges[i].b]);
            },
            0);
        for (const std::uint32_t cycle : outer) {
            const std::uint32_t half = left_of(plane_.vertices[cycles_[cycle].leftmost], buckets);
            face_of_cycle_[cycle] = half == kUnknown ? 0 : face_of_cycle_[cycle_of_[half]];
        }
    }

    /// The half-edge that is met first on the way west, a hair south of `p` (towards greater y), seen from the east of
    /// it.
    std::uint32_t left_of(Point p, const Buckets& buckets) const {
        std::uint32_t best = kUnknown;
        double best_x = 0, best_slope = 0;
        const std::int32_t row = buckets.row(p.y);
        for (std::int32_t column = buckets.column(p.x); column >= 0; --column) {
            for (const std::uint32_t* i = buckets.begin(column, row); i < buckets.end(column, row); ++i) {
                const Arrangement::Edge edge = plane_.edges[*i];
                Point low = plane_.vertices[edge.a], high = plane_.vertices[edge.b];
                const bool is_up = low.y < high.y;
                if (!is_up) std::swap(low, high);
                if (!(low.y <= p.y && p.y < high.y)) continue;
                const std::int64_t side = turn(low, high, p);
                if (side >= 0) continue;  // p is not east of it: an edge of its own part begins at it or lies beyond
                const double slope = (static_cast<double>(high.x) - low.x) / (static_cast<double>(high.y) - low.y);
                const double x = low.x + slope * (static_cast<double>(p.y) - low.y);
                if (best != kUnknown && (x < best_x || (x == best_x && slope <= best_slope))) continue;
                best_x = x;
                best_slope = slope;
                // East of an edge that runs towards greater y is its right: the half-edge back.
                best = 2 * *i + (is_up ? 1 : 0);
            }
            if (best != kUnknown && best_x >= buckets.left(column)) break;
        }
        return best;
    }

    Arrangement& plane_;
    std::vector<Cycle> cycles_;
    std::vector<std::uint32_t> cycle_of_, face_of_cycle_;
};

/// Who covers each face, from the outside in.
void cover_faces(Arrangement& plane, const std::vector<Lines::Line>& lines) {
    std::vector<std::uint32_t> first_line;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i == 0 || !(lines[i].a == lines[i - 1].a) || !(lines[i].b == lines[i - 1].b))
            first_line.push_back(static_cast<std::uint32_t>(i));
    }
    first_line.push_back(static_cast<std::uint32_t>(lines.size()));
    plane.cover.resize(plane.area.size());
    std::vector<bool> is_reached(plane.area.size());
    std::vector<std::uint32_t> waiting{0};
    is_reached[0] = true;
    while (!waiting.empty()) {
        const std::uint32_t face = waiting.back();
        waiting.pop_back();
        for (const std::uint32_t half : plane.half_edges[face]) {
            const std::uint32_t beyond = plane.face_of[half ^ 1U];
            if (is_reached[beyond]) continue;
            is_reached[beyond] = true;
            waiting.push_back(beyond);
            // From the left of this half-edge to its right.
            Arrangement::Cover cover = plane.cover[face];
            for (std::uint32_t i = first_line[half >> 1]; i < first_line[(half >> 1) + 1]; ++i) {
                if (lines[i].label == kCut) continue;
                const std::int32_t change = half & 1U ? lines[i].sign : -lines[i].sign;
                const auto place = std::lower_bound(cover.begin(), cover.end(), std::pair(lines[i].label, INT32_MIN));
                if (place == cover.end() || place->first != lines[i].label)
                    cover.insert(place, {lines[i].label, change});
                else if ((place->second += change) == 0)
                    cover.erase(place);
            }
            plane.cover[beyond] = std::move(cover);
        }
    }
}

}  // namespace

void Lines::add(Point a, Point b, std::uint32_t label) {
    if (a == b) return;
    const std::int32_t sign = label == kCut ? 0 : 1;
    if (a < b)
        lines.push_back({a, b, label, sign});
    else
        lines.push_back({b, a, label, -sign});
}

void Lines::add_ring(const Path& ring, std::uint32_t label) {
    for (std::size_t i = 0; i < ring.size(); ++i) add(ring[i], ring[(i + 1) % ring.size()], label);
}

Result<Arrangement> arrange(Lines lines, std::int32_t snap) {
    if (!node(lines.lines, snap))
        return Error{Errc::rejected, "geo.planar", "lines go on crossing however they are split"};
    Arrangement plane;
    take_lines(plane, lines.lines);
    turn_around_vertices(plane);
    Faces(plane).find();
    cover_faces(plane, lines.lines);
    return plane;
}

}  // namespace lachan::geo
