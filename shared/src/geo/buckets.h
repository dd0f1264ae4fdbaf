#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "geo/plane.h"

namespace lachan::geo {

/// Which lines may be near each other: a grid of squares over all of them, each with the numbers of the lines that pass
/// it.
class Buckets {
public:
    template <class LineAt>
    Buckets(std::size_t count, LineAt line_at, std::int32_t margin) : margin_(margin) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto [a, b] = line_at(i);
            box_.put(a);
            box_.put(b);
        }
        if (box_.is_empty()) box_ = {0, 0, 0, 0};
        const double width = 1.0 + box_.right - box_.left, height = 1.0 + box_.bottom - box_.top;
        side_ = std::max(1.0, std::floor(std::sqrt(width * height / (1.0 + static_cast<double>(count)))));
        while (width / side_ * (height / side_) > 4.0 * static_cast<double>(count) + 64) side_ *= 1.5;
        columns_ = static_cast<std::int32_t>(width / side_) + 1;
        rows_ = static_cast<std::int32_t>(height / side_) + 1;
        begin_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_) + 1, 0);
        for (std::size_t i = 0; i < count; ++i) each_cell(line_at(i), [this](std::size_t cell) { ++begin_[cell + 1]; });
        for (std::size_t cell = 1; cell < begin_.size(); ++cell) begin_[cell] += begin_[cell - 1];
        items_.resize(begin_.back());
        std::vector<std::uint32_t> fill(begin_.begin(), begin_.end() - 1);
        for (std::size_t i = 0; i < count; ++i)
            each_cell(line_at(i), [&](std::size_t cell) { items_[fill[cell]++] = static_cast<std::uint32_t>(i); });
    }

    std::int32_t columns() const { return columns_; }
    std::int32_t rows() const { return rows_; }
    std::int32_t column(std::int32_t x) const { return clamped((x - box_.left) / side_, columns_); }
    std::int32_t row(std::int32_t y) const { return clamped((y - box_.top) / side_, rows_); }
    /// Where a column begins.
    double left(std::int32_t column) const { return box_.left + column * side_; }

    /// The numbers of the lines of one square, in order.
    const std::uint32_t* begin(std::int32_t column, std::int32_t row) const {
        return items_.data() + begin_[cell(column, row)];
    }
    const std::uint32_t* end(std::int32_t column, std::int32_t row) const {
        return items_.data() + begin_[cell(column, row) + 1];
    }

private:
    static std::int32_t clamped(double value, std::int32_t count) {
        return std::clamp(static_cast<std::int32_t>(value), 0, count - 1);
    }
    std::size_t cell(std::int32_t column, std::int32_t row) const {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
    }
    template <class Visit>
    void each_cell(std::pair<Point, Point> line, Visit visit) const {
        auto [a, b] = line;
        if (a.y > b.y) std::swap(a, b);
        const std::int32_t first = row(a.y - margin_), last = row(b.y + margin_);
        for (std::int32_t r = first; r <= last; ++r) {
            double low = std::min(a.x, b.x), high = std::max(a.x, b.x);
            if (last - first > 1 && b.y > a.y) {
                // Only where the line can be in this row, and a little more.
                const double top = box_.top + r * side_ - margin_ - 1, bottom = top + side_ + 2 * margin_ + 2;
                const double slope = (static_cast<double>(b.x) - a.x) / (static_cast<double>(b.y) - a.y);
                const double at_top = a.x + slope * (std::clamp(top, double(a.y), double(b.y)) - a.y);
                const double at_bottom = a.x + slope * (std::clamp(bottom, double(a.y), double(b.y)) - a.y);
                low = std::min(at_top, at_bottom);
                high = std::max(at_top, at_bottom);
            }
            const std::int32_t from = clamped((low - margin_ - 1 - box_.left) / side_, columns_);
            const std::int32_t to = clamped((high + margin_ + 1 - box_.left) / side_, columns_);
            for (std::int32_t c = from; c <= to; ++c) visit(cell(c, r));
        }
    }

    std::int32_t margin_;
    Box box_;
    double side_ = 1;
    std::int32_t columns_ = 1, rows_ = 1;
    std::vector<std::uint32_t> begin_, items_;
};

}  // namespace lachan::geo
