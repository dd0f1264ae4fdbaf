#include "geo/faces.h"

#include <cmath>
#include <map>

namespace lachan::geo {

Spot spot_inside(const Arrangement& plane, std::size_t face) {
    Box box;
    for (const std::uint32_t half : plane.half_edges[face]) box.put(plane.from(half));
    // Between two rows of the grid, where no vertex lies.
    const double y = std::floor(0.5 * (static_cast<double>(box.top) + box.bottom - 1)) + 0.5;
    std::vector<double> crossings;
    for (const std::uint32_t half : plane.half_edges[face]) {
        const Point a = plane.from(half), b = plane.to(half);
        if ((a.y > y) == (b.y > y)) continue;
        crossings.push_back(a.x + (static_cast<double>(b.x) - a.x) * (y - a.y) / (static_cast<double>(b.y) - a.y));
    }
    std::sort(crossings.begin(), crossings.end());
    Spot best{static_cast<double>(box.left), y};
    double widest = -1;
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
        if (crossings[i + 1] - crossings[i] <= widest) continue;
        widest = crossings[i + 1] - crossings[i];
        best.x = 0.5 * (crossings[i] + crossings[i + 1]);
    }
    return best;
}

std::int64_t net_area(const Arrangement& plane, std::size_t face) {
    std::int64_t sum = 0;
    for (const std::uint32_t half : plane.half_edges[face]) {
        // Relative to one vertex, so that products stay small.
        sum = plus(sum, turn(plane.from(plane.half_edges[face][0]), plane.from(half), plane.to(half)));
    }
    return sum;
}

Pieces find_pieces(const Arrangement& plane, const std::vector<std::uint32_t>& owner) {
    Pieces pieces;
    pieces.piece_of.assign(owner.size(), UINT32_MAX);
    for (std::uint32_t start = 0; start < owner.size(); ++start) {
        if (pieces.piece_of[start] != UINT32_MAX) continue;
        const std::uint32_t piece = pieces.count();
        std::vector<std::uint32_t> members{start};
        pieces.piece_of[start] = piece;
        std::int64_t area = 0;
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (members[i] != 0) area = plus(area, net_area(plane, members[i]));
            for (const std::uint32_t half : plane.half_edges[members[i]]) {
                const std::uint32_t beyond = plane.face_of[half ^ 1U];
                if (pieces.piece_of[beyond] != UINT32_MAX || owner[beyond] != owner[start]) continue;
                pieces.piece_of[beyond] = piece;
                members.push_back(beyond);
            }
        }
        pieces.owner.push_back(owner[start]);
        pieces.area.push_back(area);
        pieces.faces.push_back(std::move(members));
    }
    return pieces;
}

std::uint32_t longest_neighbour(const Arrangement& plane, const std::vector<std::uint32_t>& owner,
                                const std::vector<std::uint32_t>& faces,
                                const std::function<bool(std::uint32_t, std::uint32_t)>& may) {
    std::map<std::uint32_t, double> borders;
    for (const std::uint32_t face : faces) {
        for (const std::uint32_t half : plane.half_edges[face]) {
            const std::uint32_t beyond = plane.face_of[half ^ 1U];
            if (!may(owner[beyond], beyond)) continue;
            const Point a = plane.from(half), b = plane.to(half);
            borders[owner[beyond]] += std::hypot(static_cast<double>(b.x) - a.x, static_cast<double>(b.y) - a.y);
        }
    }
    std::uint32_t best = UINT32_MAX;
    double longest = 0;
    for (const auto& [who, length] : borders) {
        if (length <= longest) continue;
        longest = length;
        best = who;
    }
    return best;
}

}  // namespace lachan::geo
