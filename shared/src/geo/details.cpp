#include <algorithm>
#include <cmath>
#include <numeric>

#include "geo/buckets.h"
#include "geo/shapes.h"

namespace lachan::geo {
namespace {

/// Squared distance from p to the line a-b, ends with it.
double squared_distance(Point p, Point a, Point b) {
    const double x = static_cast<double>(b.x) - a.x, y = static_cast<double>(b.y) - a.y;
    double px = static_cast<double>(p.x) - a.x, py = static_cast<double>(p.y) - a.y;
    const double length = x * x + y * y;
    const double part = length > 0 ? std::clamp((px * x + py * y) / length, 0.0, 1.0) : 0;
    px -= part * x;
    py -= part * y;
    return px * px + py * py;
}

/// A line of a detail: the points first and last of one arc, with what is hidden between.
struct Chord {
    std::uint32_t first, last;
    bool hides() const { return last > first + 1; }
};

bool lies_between(Point p, Point a, Point b) {
    return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
           p.y <= std::max(a.y, b.y);
}

/// Whether two lines of a sound map may not stand together: they share more than an end.
bool collide(Point a, Point b, Point c, Point d) {
    if (std::max(a.x, b.x) < std::min(c.x, d.x) || std::max(c.x, d.x) < std::min(a.x, b.x) ||
        std::max(a.y, b.y) < std::min(c.y, d.y) || std::max(c.y, d.y) < std::min(a.y, b.y))
        return false;
    if (b == c || b == d) std::swap(a, b);
    if (a == d) std::swap(c, d);
    if (a == c) {
        if (b == d) return true;
        const double along = (static_cast<double>(b.x) - a.x) * (static_cast<double>(d.x) - a.x) +
                             (static_cast<double>(b.y) - a.y) * (static_cast<double>(d.y) - a.y);
        return turn(a, b, d) == 0 && along > 0;
    }
    const auto sign = [](std::int64_t value) { return value > 0 ? 1 : value < 0 ? -1 : 0; };
    const int of_c = sign(turn(a, b, c)), of_d = sign(turn(a, b, d)), of_a = sign(turn(c, d, a)),
              of_b = sign(turn(c, d, b));
    if (of_c * of_d < 0 && of_a * of_b < 0) return true;
    return (of_c == 0 && lies_between(c, a, b)) || (of_d == 0 && lies_between(d, a, b)) ||
           (of_a == 0 && lies_between(a, c, d)) || (of_b == 0 && lies_between(b, c, d));
}

class Chooser {
public:
    Chooser(Country& country, std::span<const std::uint8_t> zooms) : country_(country), zooms_(zooms) {
        for (std::size_t i = 0; i + 1 < zooms.size(); ++i) {
            const double pixel = std::pow(2.0, country.head.grid.bits - 8 - zooms[i]);
            limits_.push_back(0.25 * pixel * pixel);
        }
    }

    void choose() {
        for (std::size_t arc = 0; arc < country_.arcs(); ++arc)
            rank(country_.arc_begin[arc], country_.arc_begin[arc + 1] - 1);
        find_parts();
        for (std::size_t detail = 0; detail < limits_.size(); ++detail) {
            while (mend(static_cast<std::uint8_t>(detail))) {
            }
        }
        country_.head.zooms.assign(zooms_.begin(), zooms_.end());
    }

private:
    Point point(std::uint32_t i) const { return country_.points[i]; }

    /// The hidden point that is furthest from the line.
    std::pair<std::uint32_t, double> furthest(Chord chord) const {
        std::pair<std::uint32_t, double> best{chord.first + 1, -1};
        for (std::uint32_t i = chord.first + 1; i < chord.last; ++i) {
            const double distance = squared_distance(point(i), point(chord.first), point(chord.last));
            if (distance > best.second) best = {i, distance};
        }
        return best;
    }

    /// Douglas and Peucker's order: a point matters no more than the one that divided its part of the arc.
    void rank(std::uint32_t first, std::uint32_t last) {
        struct Part {
            Chord chord;
            double most;
        };
        std::vector<Part> parts{{{first, last}, HUGE_VAL}};
        while (!parts.empty()) {
            const Part part = parts.back();
            parts.pop_back();
            if (!part.chord.hides()) continue;
            const auto [middle, distance] = furthest(part.chord);
            const double weight = std::min(distance, part.most);
            const auto fits =
                std::find_if(limits_.begin(), limits_.end(), [weight](double limit) { return weight >= limit; });
            country_.details[middle] = static_cast<std::uint8_t>(fits - limits_.begin());
            parts.push_back({{part.chord.first, middle}, weight});
            parts.push_back({{middle, part.chord.last}, weight});
        }
        if (point(first) == point(last)) keep_a_triangle(first, last);
    }
    void keep_a_triangle(std::uint32_t first, std::uint32_t last) {
        const std::uint32_t far = furthest({first, last}).first;
        std::uint32_t side = far;
        std::int64_t most = 0;
        for (std::uint32_t i = first + 1; i < last; ++i) {
            const std::int64_t area = std::abs(turn(point(first), point(far), point(i)));
            if (area > most) {
                most = area;
                side = i;
            }
        }
        country_.details[far] = country_.details[side] = 0;
    }

    /// One point of each part of the map that hangs together: where it goes, the part goes.
    void find_parts() {
        std::vector<std::uint32_t> above(country_.arcs());
        std::iota(above.begin(), above.end(), 0U);
        const auto top = [&above](std::uint32_t arc) {
            while (above[arc] != arc) arc = above[arc] = above[above[arc]];
            return arc;
        };
        std::vector<std::pair<Point, std::uint32_t>> ends;
        for (std::uint32_t arc = 0; arc < country_.arcs(); ++arc) {
            ends.emplace_back(point(country_.arc_begin[arc]), arc);
            ends.emplace_back(point(country_.arc_begin[arc + 1] - 1), arc);
        }
        std::sort(ends.begin(), ends.end());
        for (std::size_t i = 1; i < ends.size(); ++i) {
            if (ends[i].first == ends[i - 1].first) above[top(ends[i].second)] = top(ends[i - 1].second);
        }
        part_.resize(country_.arcs());
        for (std::uint32_t arc = 0; arc < country_.arcs(); ++arc) {
            part_[arc] = top(arc);
            if (part_[arc] == arc) witnesses_.emplace_back(point(country_.arc_begin[arc]), arc);
        }
        std::sort(witnesses_.begin(), witnesses_.end());
    }

    bool mend(std::uint8_t detail) {
        std::vector<Chord> chords;
        std::vector<std::uint32_t> wrong;
        for (std::uint32_t arc = 0; arc < country_.arcs(); ++arc) {
            std::uint32_t from = country_.arc_begin[arc];
            for (std::uint32_t i = from + 1; i < country_.arc_begin[arc + 1]; ++i) {
                if (country_.details[i] > detail) continue;
                if (const Chord chord{from, i}; chord.hides() && passes_a_part(chord, part_[arc]))
                    wrong.push_back(static_cast<std::uint32_t>(chords.size()));
                chords.push_back({from, i});
                from = i;
            }
        }
        const Buckets buckets(
            chords.size(), [&](std::size_t i) { return std::pair(point(chords[i].first), point(chords[i].last)); }, 0);
        for (std::int32_t row = 0; row < buckets.rows(); ++row) {
            for (std::int32_t column = 0; column < buckets.columns(); ++column) {
                for (const std::uint32_t* i = buckets.begin(column, row); i < buckets.end(column, row); ++i) {
                    for (const std::uint32_t* j = i + 1; j < buckets.end(column, row); ++j) {
                        const Chord l = chords[*i], r = chords[*j];
                        if (!l.hides() && !r.hides()) continue;
                        if (!collide(point(l.first), point(l.last), point(r.first), point(r.last))) continue;
                        wrong.push_back(*i);
                        wrong.push_back(*j);
                    }
                }
            }
        }
        for (const std::uint32_t i : wrong) {
            if (chords[i].hides()) country_.details[furthest(chords[i]).first] = detail;
        }
        return !wrong.empty();
    }
    /// Whether another part of the map lies between a line and what it hides.
    bool passes_a_part(Chord chord, std::uint32_t own) const {
        Box box;
        for (std::uint32_t i = chord.first; i <= chord.last; ++i) box.put(point(i));
        auto each = std::lower_bound(witnesses_.begin(), witnesses_.end(), std::pair(Point{box.left, INT32_MIN}, 0U));
        for (; each != witnesses_.end() && each->first.x <= box.right; ++each) {
            if (each->second == own || !box.contains(each->first)) continue;
            const Path hidden(country_.points.data() + chord.first, country_.points.data() + chord.last + 1);
            if (is_inside(hidden, each->first)) return true;
        }
        return false;
    }

    Country& country_;
    std::span<const std::uint8_t> zooms_;
    std::vector<double> limits_;  // squared, in cells
    std::vector<std::uint32_t> part_;
    std::vector<std::pair<Point, std::uint32_t>> witnesses_;
};

}  // namespace

void choose_details(Country& country, std::span<const std::uint8_t> zooms) { Chooser(country, zooms).choose(); }

}  // namespace lachan::geo
