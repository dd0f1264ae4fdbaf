#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kernel/crypto.h"

namespace lachan::geo {

/// Takes a file of a country apart from the front. What does not fit reads as 0 and `ok` stays false from then on.
class Octets {
public:
    Octets() = default;
    explicit Octets(std::span<const std::uint8_t> data) : at_(data.data()), end_(data.data() + data.size()) {}

    bool ok() const { return is_ok_; }
    /// Whether all was taken, and nothing more.
    bool is_spent() const { return is_ok_ && at_ == end_; }
    std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

    std::uint8_t byte() {
        if (at_ == end_) return fail();
        return *at_++;
    }
    /// Seven bits a byte, low ones first, the top bit on all but the last; at most `most`. No form longer than needed.
    std::uint64_t varint(std::uint64_t most) {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            if (at_ == end_) return fail();
            const std::uint8_t next = *at_++;
            value |= std::uint64_t{next & 0x7fU} << shift;
            if (next & 0x80U) continue;
            if ((next == 0 && shift != 0) || value > most) return fail();
            return value;
        }
        return fail();
    }
    std::uint32_t count(std::uint32_t most) { return static_cast<std::uint32_t>(varint(most)); }
    /// A difference: 0, -1, 1, -2, ... as 0, 1, 2, 3, ...
    std::int64_t difference() {
        // Of the points of a map nearly all take one byte or two: these are read without the loop.
        if (left() >= 2 && at_[0] < 0x80) return signed_of(*at_++);
        if (left() >= 2 && at_[1] < 0x80 && at_[1] != 0) {
            at_ += 2;
            return signed_of((at_[-2] & 0x7fU) | std::uint64_t{at_[-1]} << 7);
        }
        return signed_of(varint(UINT64_C(1) << 40));
    }
    std::span<const std::uint8_t> take(std::size_t size) {
        if (size > left()) {
            fail();
            return {};
        }
        at_ += size;
        return {at_ - size, size};
    }
    std::span<const std::uint8_t> blob(std::size_t most) { return take(static_cast<std::size_t>(varint(most))); }
    std::string text(std::size_t most) {
        const auto bytes = blob(most);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

private:
    static std::int64_t signed_of(std::uint64_t value) {
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    std::uint8_t fail() {
        is_ok_ = false;
        at_ = end_;
        return 0;
    }

    const std::uint8_t* at_ = nullptr;
    const std::uint8_t* end_ = nullptr;
    bool is_ok_ = true;
};

inline void put_varint(Bytes& out, std::uint64_t value) {
    for (; value > 0x7f; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
    out.push_back(static_cast<std::uint8_t>(value));
}
inline void put_difference(Bytes& out, std::int64_t value) {
    put_varint(out, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}
inline void put_blob(Bytes& out, std::span<const std::uint8_t> bytes) {
    put_varint(out, bytes.size());
    out.insert(out.end(), bytes.begin(), bytes.end());
}
inline void put_text(Bytes& out, std::string_view text) { put_blob(out, bytes_of(text)); }

}  // namespace lachan::geo
