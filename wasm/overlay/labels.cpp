#include "labels.h"

#include <algorithm>
#include <cmath>

namespace lachan::overlay {
namespace {

/// Which parts of the screen have a name already, in squares of a few pixels.
class Occupied {
public:
    Occupied(float width_px, float height_px)
        : columns_(static_cast<int>(width_px / kSide) + 1), rows_(static_cast<int>(height_px / kSide) + 1),
          taken_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

    /// False when a part is taken or lies off the screen.
    bool take(float left, float top, float right, float bottom) {
        const int from = static_cast<int>(std::floor(left / kSide)), to = static_cast<int>(std::floor(right / kSide));
        const int first = static_cast<int>(std::floor(top / kSide)), last = static_cast<int>(std::floor(bottom / kSide));
        if (from < 0 || first < 0 || to >= columns_ || last >= rows_) return false;
        for (int row = first; row <= last; ++row) {
            for (int column = from; column <= to; ++column) {
                if (taken_[place(row, column)]) return false;
            }
        }
        for (int row = first; row <= last; ++row) {
            for (int column = from; column <= to; ++column) taken_[place(row, column)] = true;
        }
        return true;
    }

private:
    static constexpr float kSide = 4;
    std::size_t place(int row, int column) const { return static_cast<std::size_t>(row * columns_ + column); }
    int columns_, rows_;
    std::vector<bool> taken_;
};

}  // namespace

std::vector<Label> choose_labels(std::span<const geo::Place> places, const geo::Grid& grid, const View& view, std::span<const float> widths,
                                 float height_px) {
    struct Candidate {
        std::uint32_t unit;
        float x, y, width;
        std::int64_t area;
    };
    std::vector<Candidate> candidates;
    const double side = view.world_px / std::exp2(grid.bits);
    const geo::Box seen = transform(view, grid).seen;
    for (std::uint32_t unit = 0; unit < places.size() && unit < widths.size(); ++unit) {
        const geo::Place& place = places[unit];
        if (widths[unit] <= 0 || place.box.is_empty() || !seen.contains(place.label)) continue;
        const double width = (place.box.right - place.box.left) * side, height = (place.box.bottom - place.box.top) * side;
        if (width < static_cast<double>(widths[unit]) || height < static_cast<double>(height_px)) continue;
        const geo::World at = view.pixel(grid.world(place.label));
        candidates.push_back({unit, static_cast<float>(at.x), static_cast<float>(at.y), widths[unit],
                              std::int64_t{place.box.right - place.box.left} * (place.box.bottom - place.box.top)});
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.area > b.area; });
    Occupied occupied(view.width_px, view.height_px);
    std::vector<Label> labels;
    for (const Candidate& each : candidates) {
        if (occupied.take(each.x - each.width / 2 - 2, each.y - height_px / 2 - 1, each.x + each.width / 2 + 2, each.y + height_px / 2 + 1))
            labels.push_back({each.unit, each.x, each.y});
    }
    return labels;
}

}  // namespace lachan::overlay
