#pragma once

#include <cstdint>
#include <vector>

#include "geo/plane.h"

namespace lachan::overlay {

/// A row of drawn things in pieces with their boxes. Neighbours in a row lie near each other (they are in order of unit), so most
/// pieces are wholly outside of a close view and need not be drawn.
class Chunks {
public:
    Chunks() = default;
    /// `put(box, item)` adds what an item covers. A chunk holds `size` items.
    template <class Put>
    Chunks(std::uint32_t count, std::uint32_t size, Put put) : count_(count), size_(size) {
        for (std::uint32_t item = 0; item < count; ++item) {
            if (item % size == 0) boxes_.emplace_back();
            put(boxes_.back(), item);
        }
    }

    /// Calls `draw(first, count)` for each run of items whose chunks meet `seen`.
    template <class Draw>
    void each_run(const geo::Box& seen, Draw draw) const {
        std::uint32_t begin = 0, end = 0;
        for (std::uint32_t chunk = 0; chunk < boxes_.size(); ++chunk) {
            if (!boxes_[chunk].meets(seen)) continue;
            if (chunk * size_ != end) {
                if (end > begin) draw(begin, end - begin);
                begin = chunk * size_;
            }
            end = std::min(count_, (chunk + 1) * size_);
        }
        if (end > begin) draw(begin, end - begin);
    }

private:
    std::vector<geo::Box> boxes_;
    std::uint32_t count_ = 0, size_ = 1;
};

}  // namespace lachan::overlay
