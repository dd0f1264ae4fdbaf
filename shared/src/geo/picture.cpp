#include "geo/picture.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lachan::geo {
namespace {

/// Places on a picture are counted in sixteenths of a pixel, as graphics cards at their coarsest do.
constexpr int kFractionBits = 4;
constexpr std::int32_t kPixel = 1 << kFractionBits, kHalf = kPixel / 2;
/// Beyond this a corner is moved back: products of two places stay far within 64 bits.
constexpr double kFar = 1 << 26;

/// The first whole pixel whose middle is not before a place, which is told with so many bits of a fraction.
template <int Bits = kFractionBits>
constexpr std::int32_t first_after(std::int64_t place) {
    return static_cast<std::int32_t>((place + (std::int64_t{1} << (Bits - 1)) - 1) >> Bits);
}

std::int32_t whole(double value) { return static_cast<std::int32_t>(std::floor(std::clamp(value, -kFar, kFar) + 0.5)); }

/// Numbers of leaves, as sums along a row. Passing an arc takes away the leaf on the one side and adds the leaf on the other, in whatever order
/// the arcs of a pixel come, so what remains is the leaf that is there. Each number carries its square: where shapes overlap, as they may by a
/// trifle after their corners were moved, the sum of several leaves is then known from any one leaf (but for one sum in thousands: what is left of
/// the square in 32 bits are 12 bits or more).
class Sums {
public:
    explicit Sums(std::size_t leaves) : bits_(static_cast<int>(std::bit_width(leaves + 1))) {}
    static constexpr std::size_t kMostLeaves = (1U << 20) - 2;

    /// Of a leaf or kNone.
    std::uint32_t of(std::uint32_t leaf) const {
        const std::uint32_t number = leaf + 1;
        return (number * number) << bits_ | number;
    }
    /// The leaf of a sum, or kNone; false when the sum is not one of a single leaf.
    bool leaf_of(std::uint32_t sum, std::uint32_t& leaf) const {
        leaf = (sum & ((1U << bits_) - 1)) - 1;
        return of(leaf) == sum;
    }

private:
    int bits_;
};

// What is called for each arc or row is not put into what calls it (gnu::noinline): a browser compiles a function for speed while it is at
// work already, and small ones are compiled before the work is done.

class Painter {
public:
    Painter(const Country& country, std::size_t detail, const Sight& sight, const BorderLines& lines, Picture& picture)
        : country_(country),
          detail_(detail),
          sight_(sight),
          lines_(lines),
          sums_(country.leaves()),
          left_(sight.left + picture.left / sight.across),
          top_(sight.top + picture.top / sight.down),
          width_(picture.width),
          height_(picture.height),
          runs_across_(picture.runs_across()),
          texels_(picture.texels.data()),
          runs_(picture.runs.data()),
          steps_(picture.texels.size() / 2) {}

    [[gnu::noinline]] void add_arcs() {
        for (std::size_t arc = 0; arc < country_.arcs(); ++arc) {
            add_arc(arc);
            const Level level = country_.border(arc);
            if (level == Level::province && lines_.rim > 0) add_rim();
            if (level != Level::commune) add_line(level == Level::province ? lines_.provinces : lines_.districts);
        }
    }
    /// Adds up the steps of each row and writes the class of what is there.
    void fill(std::span<const std::uint8_t> classes) {
        for (std::int32_t row = 0; row < height_; ++row) fill_row(row, classes);
    }

private:
    Point place(Point cell) const {
        return {whole((cell.x - left_) * sight_.across * kPixel), whole((cell.y - top_) * sight_.down * kPixel)};
    }

    [[gnu::noinline]] void add_arc(std::size_t arc) {
        path_.clear();
        for (std::uint32_t i = country_.arc_begin[arc]; i < country_.arc_begin[arc + 1]; ++i) {
            if (country_.details[i] <= detail_) path_.push_back(place(country_.points[i]));
        }
        // From what is on the left to what is on the right.
        const auto [left, right] = country_.sides[arc];
        const std::uint32_t step = sums_.of(right) - sums_.of(left);
        for (std::size_t i = 1; i < path_.size(); ++i) cross(path_[i - 1], path_[i], step);
    }

    /// Along the arc that was added last.
    [[gnu::noinline]] void add_line(const BorderLine& line) {
        if (line.width <= 0) return;
        const auto strength = static_cast<unsigned>(line.strength * std::min(line.width, 1.0F) + 0.5F);
        for (std::size_t i = 1; i < path_.size(); ++i) {
            strip(path_[i - 1], path_[i], std::max(line.width, 1.0F), [this, strength](std::size_t pixel) {
                std::uint8_t& ink = texels_[2 * pixel + 1];
                ink = static_cast<std::uint8_t>(ink + ((255U - ink) * strength + 127U) / 255U);
            });
        }
    }
    [[gnu::noinline]] void add_rim() {
        for (std::size_t i = 1; i < path_.size(); ++i)
            strip(path_[i - 1], path_[i], lines_.rim, [this](std::size_t pixel) { texels_[2 * pixel] = kRimKind; });
    }

    /// A stretch of an arc: in each row whose middle it crosses, what lies after it is another leaf.
    void cross(Point from, Point to, std::uint32_t step) {
        if (from.y > to.y) {  // up, where left and right change places
            std::swap(from, to);
            step = 0U - step;
        }
        const std::int32_t begin = std::max(first_after(from.y), 0), end = std::min(first_after(to.y), height_);
        if (begin >= end) return;
        constexpr int kSlopeBits = 16;
        const std::int64_t slope = (std::int64_t{to.x - from.x} << kSlopeBits) / (to.y - from.y);
        std::int64_t x = (std::int64_t{from.x} << kSlopeBits) + (begin * kPixel + kHalf - from.y) * slope;
        for (std::int32_t row = begin; row < end; ++row, x += kPixel * slope) {
            const std::int32_t column = std::max(first_after<kFractionBits + kSlopeBits>(x), 0);
            if (column >= width_) continue;
            steps_[at(column, row)] += step;
            run_of(column, row) = 1;
        }
    }

    /// Calls `put(pixel)` for each pixel whose middle is within a strip along a stretch, a quarter of its width beyond each end.
    template <class Put>
    void strip(Point from, Point to, float width, Put put) const {
        const double dx = to.x - from.x, dy = to.y - from.y, length = std::sqrt(dx * dx + dy * dy);
        if (length == 0) return;
        const double half = 0.5 * static_cast<double>(width) * kPixel, beyond = 0.5 * half;
        const double ux = dx / length, uy = dy / length;
        const double reach_x = std::abs(ux) * beyond + std::abs(uy) * half, reach_y = std::abs(uy) * beyond + std::abs(ux) * half;
        const auto row_of = [](double y) { return first_after(whole(std::ceil(y))); };
        const std::int32_t last = std::min(row_of(std::max(from.y, to.y) + reach_y), height_);
        for (std::int32_t row = std::max(row_of(std::min(from.y, to.y) - reach_y), 0); row < last; ++row) {
            const double y = row * kPixel + kHalf - from.y;
            double low = std::min(from.x, to.x) - reach_x - from.x, high = std::max(from.x, to.x) + reach_x - from.x;
            narrow(low, high, ux, uy * y, -beyond, length + beyond);
            narrow(low, high, -uy, ux * y, -half, half);
            const std::int32_t end = std::min(first_after(whole(std::ceil(high + from.x))), width_);
            for (std::int32_t column = std::max(first_after(whole(std::ceil(low + from.x))), 0); column < end; ++column) {
                run_of(column, row) = 1;
                put(at(column, row));
            }
        }
    }

    std::size_t at(std::int32_t column, std::int32_t row) const {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(column);
    }
    std::uint8_t& run_of(std::int32_t column, std::int32_t row) const { return runs_[row * runs_across_ + column / Picture::kRun]; }

    /// Leaves of [low, high] what has `least <= factor * x + rest <= most`.
    static void narrow(double& low, double& high, double factor, double rest, double least, double most) {
        if (std::abs(factor) < 1e-9) {
            if (rest < least || rest > most) high = low - 1;
            return;
        }
        const double one = (least - rest) / factor, other = (most - rest) / factor;
        low = std::max(low, std::min(one, other));
        high = std::min(high, std::max(one, other));
    }

    [[gnu::noinline]] void fill_row(std::int32_t row, std::span<const std::uint8_t> classes) {
        std::uint32_t sum = sums_.of(kNone);
        std::uint8_t kind = kNoKind;
        for (std::int32_t column = 0; column < width_; column += Picture::kRun) {
            std::uint8_t& run = run_of(column, row);
            if (run == 0 && kind == kNoKind) continue;
            run = 1;
            const std::size_t begin = at(column, row), end = begin + static_cast<std::size_t>(std::min(Picture::kRun, width_ - column));
            for (std::size_t pixel = begin; pixel < end; ++pixel) {
                if (steps_[pixel] != 0) {
                    sum += steps_[pixel];
                    // Where it is no single leaf, the one before goes on.
                    if (std::uint32_t leaf = 0; sums_.leaf_of(sum, leaf)) kind = leaf < classes.size() ? kind_of(classes[leaf]) : kNoKind;
                }
                if (kind != kNoKind) texels_[2 * pixel] = kind;
            }
        }
    }
    static std::uint8_t kind_of(std::uint8_t cls) { return static_cast<std::uint8_t>(kFirstKind + (cls & 127U)); }

    const Country& country_;
    std::size_t detail_;
    const Sight& sight_;
    const BorderLines& lines_;
    Sums sums_;
    double left_, top_;
    std::int32_t width_, height_, runs_across_;
    std::uint8_t* texels_;
    std::uint8_t* runs_;
    std::vector<std::uint32_t> steps_;  ///< of each pixel: what the arcs add that pass between the middle of the one before and its own
    Path path_;                         ///< the arc that was added last, on the picture
};

/// What of the sight the grid covers, and the lines along its rim.
Picture frame_of(const Grid& grid, const Sight& sight, const BorderLines& lines) {
    const double margin = 2 + std::ceil(static_cast<double>(std::max({lines.provinces.width, lines.districts.width, lines.rim, 1.0F})));
    const auto within = [](double value, std::int32_t size) { return static_cast<std::int32_t>(std::clamp(value, 0.0, static_cast<double>(size))); };
    Picture frame;
    frame.left = within(std::floor(-sight.left * sight.across - margin), sight.width);
    frame.top = within(std::floor(-sight.top * sight.down - margin), sight.height);
    frame.width = within(std::ceil((grid.width - sight.left) * sight.across + margin), sight.width) - frame.left;
    frame.height = within(std::ceil((grid.height - sight.top) * sight.down + margin), sight.height) - frame.top;
    return frame;
}

}  // namespace

std::optional<Picture> make_picture(const Country& country, std::size_t detail, const Sight& sight, std::span<const std::uint8_t> classes,
                                    const BorderLines& lines) {
    if (sight.width <= 0 || sight.height <= 0) return Picture{};  // a canvas that is not laid out yet has no pixels for a cell either
    Picture picture = frame_of(country.head.grid, sight, lines);
    const std::int64_t pixels = std::int64_t{picture.width} * picture.height;
    if (pixels > kMostPixels || country.leaves() > Sums::kMostLeaves) return std::nullopt;
    if (pixels == 0) return picture;
    picture.texels.resize(static_cast<std::size_t>(2 * pixels));
    picture.runs.resize(static_cast<std::size_t>(std::int64_t{picture.runs_across()} * picture.height));
    Painter painter(country, detail, sight, lines, picture);
    painter.add_arcs();
    painter.fill(classes);
    return picture;
}

}  // namespace lachan::geo
