#include "geo/shapes.h"

#include <algorithm>

namespace lachan::geo {
namespace {

class Taker {
public:
    Taker(Country& country, const Arrangement& plane, std::span<const std::uint32_t> leaf_of_face)
        : country_(country), plane_(plane), leaf_of_face_(leaf_of_face) {}

    void take() {
        const auto halves = static_cast<std::uint32_t>(2 * plane_.edges.size());
        degree_.assign(plane_.vertices.size(), 0);
        arc_of_.assign(plane_.edges.size(), kNone);
        is_run_.assign(halves, false);
        std::vector<std::vector<std::uint32_t>> of_leaf(country_.leaves());
        for (std::uint32_t half = 0; half < halves; ++half) {
            if (!is_border(half)) continue;
            ++degree_[plane_.origin(half)];
            if (leaf(half) != kNone) of_leaf[leaf(half)].push_back(half);
        }
        country_.ring_begin.assign(1, 0);
        country_.ref_begin.assign(1, 0);
        country_.arc_begin.assign(1, 0);
        for (std::uint32_t i = 0; i < country_.leaves(); ++i) {
            take_leaf(i, of_leaf[i]);
            country_.ring_begin.push_back(static_cast<std::uint32_t>(country_.ref_begin.size() - 1));
        }
        country_.details.assign(country_.points.size(), 0);
        country_.head.zooms = {24};
    }

private:
    struct Ring {
        std::vector<std::uint32_t> halves;
        std::int64_t area = 0;
        std::size_t outer = 0;  // of a hole
    };

    std::uint32_t leaf(std::uint32_t half) const { return leaf_of_face_[plane_.face_of[half]]; }
    bool is_border(std::uint32_t half) const { return leaf(half) != leaf(half ^ 1U); }
    bool is_node(std::uint32_t half) const { return degree_[plane_.origin(half)] != 2; }

    void take_leaf(std::uint32_t index, const std::vector<std::uint32_t>& halves) {
        std::vector<Ring> rings;
        for (const std::uint32_t half : halves) {
            if (!is_run_[half]) rings.push_back(run(half));
        }
        for (std::size_t hole = 0; hole < rings.size(); ++hole) {
            if (rings[hole].area < 0) rings[hole].outer = outer_of(rings, hole);
        }
        for (std::size_t i = 0; i < rings.size(); ++i) {
            if (rings[i].area < 0) continue;
            put(index, rings[i]);
            for (std::size_t hole = 0; hole < rings.size(); ++hole) {
                if (rings[hole].area < 0 && rings[hole].outer == i) put(index, rings[hole]);
            }
        }
    }

    /// Along the border of the leaf on the left, always turning into the same part of it: so parts that touch in a
    /// point stay apart.
    Ring run(std::uint32_t start) {
        Ring ring;
        const Point origin = plane_.from(start);
        std::uint32_t half = start;
        do {
            is_run_[half] = true;
            ring.halves.push_back(half);
            ring.area = plus(ring.area, turn(origin, plane_.from(half), plane_.to(half)));
            half = plane_.next[half];
            while (!is_border(half)) half = plane_.around[half];
        } while (half != start);
        // It begins at a node; without one, at its first vertex, so that both who run along it begin alike.
        auto first =
            std::find_if(ring.halves.begin(), ring.halves.end(), [this](std::uint32_t each) { return is_node(each); });
        if (first == ring.halves.end()) {
            first = std::min_element(ring.halves.begin(), ring.halves.end(), [this](std::uint32_t l, std::uint32_t r) {
                return plane_.origin(l) < plane_.origin(r);
            });
        }
        std::rotate(ring.halves.begin(), first, ring.halves.end());
        return ring;
    }

    std::size_t outer_of(const std::vector<Ring>& rings, std::size_t hole) const {
        std::size_t best = rings.size();
        for (std::size_t i = 0; i < rings.size(); ++i) {
            if (rings[i].area < -rings[hole].area) continue;
            if (best < rings.size() && rings[i].area >= rings[best].area) continue;
            Path path;
            for (const std::uint32_t half : rings[i].halves) path.push_back(plane_.from(half));
            if (is_inside(path, plane_.from(rings[hole].halves[0]))) best = i;
        }
        return best;
    }

    void put(std::uint32_t index, const Ring& ring) {
        for (std::size_t i = 0; i < ring.halves.size();) {
            std::size_t end = i + 1;
            while (end < ring.halves.size() && !is_node(ring.halves[end])) ++end;
            const std::uint32_t known = arc_of_[ring.halves[i] >> 1];
            if (known != kNone) {
                country_.sides[known][1] = index;
                country_.refs.push_back(~static_cast<std::int32_t>(known));
            } else {
                country_.refs.push_back(static_cast<std::int32_t>(country_.arcs()));
                put_arc(index, ring, i, end);
            }
            i = end;
        }
        country_.ref_begin.push_back(static_cast<std::uint32_t>(country_.refs.size()));
    }

    void put_arc(std::uint32_t index, const Ring& ring, std::size_t begin, std::size_t end) {
        const auto arc = static_cast<std::uint32_t>(country_.arcs());
        country_.sides.push_back({index, kNone});
        const std::size_t first = country_.points.size();
        for (std::size_t i = begin; i < end; ++i) {
            arc_of_[ring.halves[i] >> 1] = arc;
            put_point(plane_.from(ring.halves[i]), first);
        }
        put_point(plane_.to(ring.halves[end - 1]), first);
        country_.arc_begin.push_back(static_cast<std::uint32_t>(country_.points.size()));
    }
    /// The next point of an arc; the one before is dropped where it lies straight between its neighbours.
    void put_point(Point p, std::size_t first) {
        auto& points = country_.points;
        while (points.size() >= first + 2 && turn(points[points.size() - 2], points.back(), p) == 0) points.pop_back();
        points.push_back(p);
    }

    Country& country_;
    const Arrangement& plane_;
    std::span<const std::uint32_t> leaf_of_face_;
    std::vector<std::uint32_t> degree_, arc_of_;
    std::vector<bool> is_run_;
};

}  // namespace

void take_shapes(Country& country, const Arrangement& plane, std::span<const std::uint32_t> leaf_of_face) {
    Taker(country, plane, leaf_of_face).take();
}

}  // namespace lachan::geo
