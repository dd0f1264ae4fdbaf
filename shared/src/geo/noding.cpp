#include "geo/noding.h"

#include <cmath>

#include "geo/buckets.h"

namespace lachan::geo {
namespace {

using Line = Lines::Line;

constexpr int kMostRounds = 60;

bool before(const Line& l, const Line& r) {
    if (!(l.a == r.a)) return l.a < r.a;
    if (!(l.b == r.b)) return l.b < r.b;
    return l.label < r.label;
}

std::int64_t squared(Point a, Point b) {
    const std::int64_t x = std::int64_t{b.x} - a.x, y = std::int64_t{b.y} - a.y;
    return x * x + y * y;
}

/// Whether `p` is nearer to the line than the root of `limit`, and neither end is the nearest point of it.
bool lies_on(Point p, Point a, Point b, double limit) {
    const std::int64_t length = squared(a, b);
    const std::int64_t along =
        (std::int64_t{b.x} - a.x) * (std::int64_t{p.x} - a.x) + (std::int64_t{b.y} - a.y) * (std::int64_t{p.y} - a.y);
    if (along <= 0 || along >= length) return false;
    const auto across = static_cast<double>(turn(a, b, p));
    return across * across <= limit * static_cast<double>(length);
}

struct Split {
    std::uint32_t edge;
    Point at;
};

class Noder {
public:
    explicit Noder(std::vector<Line>& lines) : lines_(lines) {}

    /// Splits lines once; false when there was nothing to split.
    bool round(double limit, std::int32_t margin) {
        splits_.clear();
        limit_ = limit;
        const Buckets buckets(
            firsts_.size(), [this](std::size_t i) { return std::pair(line(i).a, line(i).b); }, margin);
        for (std::int32_t row = 0; row < buckets.rows(); ++row) {
            for (std::int32_t column = 0; column < buckets.columns(); ++column) {
                const std::uint32_t* end = buckets.end(column, row);
                for (const std::uint32_t* i = buckets.begin(column, row); i < end; ++i) {
                    for (const std::uint32_t* j = i + 1; j < end; ++j) meet(*i, *j, margin);
                }
            }
        }
        if (splits_.empty()) return false;
        apply();
        return true;
    }

    /// Puts equal lines together, and takes out what has no length or no meaning.
    void merge() {
        std::sort(lines_.begin(), lines_.end(), before);
        std::vector<Line> merged;
        merged.reserve(lines_.size());
        for (std::size_t i = 0; i < lines_.size();) {
            Line sum = lines_[i];
            for (++i; i < lines_.size() && lines_[i].a == sum.a && lines_[i].b == sum.b && lines_[i].label == sum.label;
                 ++i)
                sum.sign += lines_[i].sign;
            if (!(sum.a == sum.b) && (sum.sign != 0 || sum.label == kCut)) merged.push_back(sum);
        }
        lines_ = std::move(merged);
        firsts_.clear();
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (i == 0 || !(lines_[i].a == lines_[i - 1].a) || !(lines_[i].b == lines_[i - 1].b))
                firsts_.push_back(static_cast<std::uint32_t>(i));
        }
    }

private:
    const Line& line(std::size_t edge) const { return lines_[firsts_[edge]]; }

    void meet(std::uint32_t i, std::uint32_t j, std::int32_t margin) {
        const Point a = line(i).a, b = line(i).b, c = line(j).a, d = line(j).b;
        // a < b and c < d by x.
        if (c.x - margin > b.x || a.x - margin > d.x) return;
        if (std::min(c.y, d.y) - margin > std::max(a.y, b.y) || std::min(a.y, b.y) - margin > std::max(c.y, d.y))
            return;
        bool touches = false;
        for (const Point p : {c, d}) {
            if (p == a || p == b)
                touches = true;
            else if (lies_on(p, a, b, limit_)) {
                splits_.push_back({i, p});
                touches = true;
            }
        }
        for (const Point p : {a, b}) {
            if (p == c || p == d)
                touches = true;
            else if (lies_on(p, c, d, limit_)) {
                splits_.push_back({j, p});
                touches = true;
            }
        }
        if (touches) return;
        const std::int64_t of_c = turn(a, b, c), of_d = turn(a, b, d), of_a = turn(c, d, a), of_b = turn(c, d, b);
        if ((of_c > 0) == (of_d > 0) || (of_a > 0) == (of_b > 0) || of_c == 0 || of_d == 0 || of_a == 0 || of_b == 0)
            return;
        const double part = static_cast<double>(of_a) / (static_cast<double>(of_a) - static_cast<double>(of_b));
        const Point at{static_cast<std::int32_t>(std::floor(a.x + part * (static_cast<double>(b.x) - a.x) + 0.5)),
                       static_cast<std::int32_t>(std::floor(a.y + part * (static_cast<double>(b.y) - a.y) + 0.5))};
        if (!(at == a) && !(at == b)) splits_.push_back({i, at});
        if (!(at == c) && !(at == d)) splits_.push_back({j, at});
    }

    void apply() {
        const auto along = [this](const Split& split) {
            const Point a = line(split.edge).a, b = line(split.edge).b;
            return (std::int64_t{b.x} - a.x) * (std::int64_t{split.at.x} - a.x) +
                   (std::int64_t{b.y} - a.y) * (std::int64_t{split.at.y} - a.y);
        };
        std::sort(splits_.begin(), splits_.end(), [&along](const Split& l, const Split& r) {
            if (l.edge != r.edge) return l.edge < r.edge;
            const std::int64_t left = along(l), right = along(r);
            return left != right ? left < right : l.at < r.at;
        });
        std::vector<Line> out;
        out.reserve(lines_.size() + splits_.size());
        std::size_t split = 0;
        for (std::size_t edge = 0; edge < firsts_.size(); ++edge) {
            const std::size_t last = edge + 1 < firsts_.size() ? firsts_[edge + 1] : lines_.size();
            std::size_t end = split;
            while (end < splits_.size() && splits_[end].edge == edge) ++end;
            for (std::size_t i = firsts_[edge]; i < last; ++i) {
                const Line& whole = lines_[i];
                Point from = whole.a;
                for (std::size_t s = split; s <= end; ++s) {
                    const Point to = s < end ? splits_[s].at : whole.b;
                    if (to == from) continue;
                    const bool forward = from < to;
                    out.push_back(
                        {forward ? from : to, forward ? to : from, whole.label, forward ? whole.sign : -whole.sign});
                    from = to;
                }
            }
            split = end;
        }
        lines_ = std::move(out);
        merge();
    }

    std::vector<Line>& lines_;
    std::vector<std::uint32_t> firsts_;  // of each edge, its first line
    std::vector<Split> splits_;
    double limit_ = 0;
};

/// Ends within `snap` of one that came before become that one.
void join_ends(std::vector<Line>& lines, std::int32_t snap) {
    std::vector<Point> ends;
    for (const Line& line : lines) {
        ends.push_back(line.a);
        ends.push_back(line.b);
    }
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    // Sorted by x: whom an end joins lies a little before it.
    std::vector<Point> joined(ends.size());
    const std::int64_t limit = std::int64_t{snap} * snap;
    std::size_t first = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        while (std::int64_t{ends[i].x} - ends[first].x > snap) ++first;
        joined[i] = ends[i];
        std::int64_t best = limit + 1;
        for (std::size_t j = first; j < i; ++j) {
            if (!(joined[j] == ends[j])) continue;
            const std::int64_t distance = squared(ends[j], ends[i]);
            if (distance >= best) continue;
            best = distance;
            joined[i] = ends[j];
        }
    }
    const auto place = [&](Point p) {
        return joined[static_cast<std::size_t>(std::lower_bound(ends.begin(), ends.end(), p) - ends.begin())];
    };
    for (Line& line : lines) {
        Point a = place(line.a), b = place(line.b);
        if (b < a) {
            std::swap(a, b);
            line.sign = -line.sign;
        }
        line.a = a;
        line.b = b;
    }
}

}  // namespace

bool node(std::vector<Line>& lines, std::int32_t snap) {
    if (snap > 0) join_ends(lines, snap);
    Noder noder(lines);
    noder.merge();
    // An end within three quarters of a cell counts as on the line: a crossing is moved by no more when it is rounded.
    if (snap > 0) noder.round(static_cast<double>(snap) * snap, snap);
    for (int i = 0; i < kMostRounds; ++i) {
        if (!noder.round(i < 8 ? 0.5 : 0, 1)) return true;
    }
    return false;
}

}  // namespace lachan::geo
