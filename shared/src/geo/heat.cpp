#include "geo/heat.h"

#include <algorithm>
#include <cmath>

namespace lachan::geo {
namespace {

struct Cell {
    std::uint64_t place;
    float weight;
};

/// Sorts by place in passes of eleven bits: a million points are a matter of milliseconds.
void sort_cells(std::vector<Cell>& cells) {
    constexpr int kBits = 11;
    std::vector<Cell> other(cells.size());
    // Columns and rows have kFinest bits each; what lies between them is always zero.
    for (const int shift : {0, 11, 32, 43}) {
        std::array<std::uint32_t, (1 << kBits) + 1> begins{};
        const auto digit = [shift](const Cell& cell) { return static_cast<std::size_t>(cell.place >> shift & ((1U << kBits) - 1)); };
        for (const Cell& cell : cells) ++begins[digit(cell) + 1];
        for (std::size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
        for (const Cell& cell : cells) other[begins[digit(cell)]++] = cell;
        cells.swap(other);
    }
}

/// The cells of the next coarser level: two rows become one, which is a merge of two sorted runs.
void halve(const std::vector<std::uint64_t>& cells, const std::vector<float>& sums, std::vector<std::uint64_t>& out, std::vector<float>& out_sums) {
    out.clear();
    out_sums.clear();
    const auto row_of = [](std::uint64_t cell) { return cell >> 33; };
    const auto add = [&](std::uint64_t cell, float sum) {
        const std::uint64_t coarse = (cell >> 33) << 32 | (cell & 0xffffffff) >> 1;
        if (!out.empty() && out.back() == coarse) {
            out_sums.back() += sum;
        } else {
            out.push_back(coarse);
            out_sums.push_back(sum);
        }
    };
    for (std::size_t begin = 0; begin < cells.size();) {
        const std::uint64_t row = row_of(cells[begin]);
        std::size_t end = begin;
        while (end < cells.size() && row_of(cells[end]) == row) ++end;
        std::size_t upper = begin;
        std::size_t middle = begin;
        while (middle < end && (cells[middle] >> 32 & 1) == 0) ++middle;
        std::size_t lower = middle;
        while (upper < middle || lower < end) {
            const bool is_upper = lower == end || (upper < middle && (cells[upper] & 0xffffffff) <= (cells[lower] & 0xffffffff));
            const std::size_t next = is_upper ? upper++ : lower++;
            add(cells[next], sums[next]);
        }
        begin = end;
    }
}

}  // namespace

HeatPyramid::HeatPyramid(std::span<const std::uint32_t> places, std::span<const float> weights) {
    std::vector<Cell> points;
    points.reserve(places.size() / 2);
    for (std::size_t i = 0; i < places.size() / 2; ++i) {
        const float weight = i < weights.size() ? weights[i] : 1;
        if (!(weight > 0) || !std::isfinite(weight)) continue;
        constexpr int kShift = 32 - kFinest;
        points.push_back({std::uint64_t{places[2 * i + 1] >> kShift} << 32 | places[2 * i] >> kShift, weight});
    }
    if (points.empty()) return;
    sort_cells(points);
    std::vector<std::uint64_t> cells, coarser;
    std::vector<float> sums, coarser_sums;
    for (const Cell& point : points) {
        if (!cells.empty() && cells.back() == point.place) {
            sums.back() += point.weight;
        } else {
            cells.push_back(point.place);
            sums.push_back(point.weight);
        }
    }
    for (int level = kFinest; level >= kCoarsest; --level) {
        peaks_[static_cast<std::size_t>(level)] = *std::max_element(sums.begin(), sums.end());
        if ((kFinest - level) % 2 == 0) stored_.push_back({level, cells, sums});
        halve(cells, sums, coarser, coarser_sums);
        cells.swap(coarser);
        sums.swap(coarser_sums);
    }
}

void HeatPyramid::sums(int level, const CellWindow& window, std::vector<float>& out) const {
    out.assign(static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height), 0);
    const Stored* from = nullptr;
    for (const Stored& stored : stored_) {
        if (stored.level >= level) from = &stored;
    }
    if (!from) return;
    const int finer = from->level - level;
    const std::int64_t most = std::int64_t{1} << from->level;
    const auto limited = [&](std::int64_t cell) { return static_cast<std::uint64_t>(std::clamp(cell << finer, std::int64_t{0}, most)); };
    const std::uint64_t left = limited(window.left), right = limited(window.left + window.width);
    const std::uint64_t top = limited(window.top), bottom = limited(window.top + window.height);
    for (std::uint64_t row = top; row < bottom; ++row) {
        auto at = std::lower_bound(from->cells.begin(), from->cells.end(), row << 32 | left);
        const std::size_t line = static_cast<std::size_t>(static_cast<std::int64_t>(row >> finer) - window.top) * static_cast<std::size_t>(window.width);
        for (; at != from->cells.end() && *at < (row << 32 | right); ++at) {
            const auto column = static_cast<std::int64_t>((*at & 0xffffffff) >> finer) - window.left;
            out[line + static_cast<std::size_t>(column)] += from->sums[static_cast<std::size_t>(at - from->cells.begin())];
        }
    }
}

void blur(std::vector<float>& field, std::int32_t width, std::int32_t height, float sigma) {
    const int reach = std::clamp(static_cast<int>(std::ceil(sigma * 2.6F)), 0, 64);
    if (reach == 0 || width <= 0 || height <= 0) return;
    std::vector<float> bell;
    float sum = 0;
    for (int i = -reach; i <= reach; ++i) {
        const float off = static_cast<float>(i) / sigma;
        bell.push_back(std::exp(-off * off / 2));
        sum += bell.back();
    }
    for (float& part : bell) part /= sum;
    std::vector<float> other(field.size());
    // Along rows, then along columns a whole row at a time, so that both walk through memory in order.
    for (std::int32_t y = 0; y < height; ++y) {
        const float* const in = field.data() + std::ptrdiff_t{y} * width;
        float* const out = other.data() + std::ptrdiff_t{y} * width;
        for (std::int32_t x = 0; x < width; ++x) {
            if (in[x] == 0) continue;  // most cells are empty
            const std::int32_t first = std::max(x - reach, 0), last = std::min(x + reach, width - 1);
            for (std::int32_t to = first; to <= last; ++to) out[to] += in[x] * bell[static_cast<std::size_t>(to - x + reach)];
        }
    }
    std::fill(field.begin(), field.end(), 0.0F);
    for (std::int32_t y = 0; y < height; ++y) {
        float* const out = field.data() + std::ptrdiff_t{y} * width;
        for (std::int32_t from = std::max(y - reach, 0); from <= std::min(y + reach, height - 1); ++from) {
            const float part = bell[static_cast<std::size_t>(from - y + reach)];
            const float* const in = other.data() + std::ptrdiff_t{from} * width;
            for (std::int32_t x = 0; x < width; ++x) out[x] += in[x] * part;
        }
    }
}

}  // namespace lachan::geo
