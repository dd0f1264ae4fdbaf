#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kernel/crypto.h"

namespace lachan::certificate {

/// Takes a binary form apart from the front, big-endian. What does not fit reads as zero or empty and `ok` stays false
/// from then on, so a reader may take a whole record and ask once. Nothing is reserved from a declared length.
class OctetReader {
public:
    explicit OctetReader(std::span<const std::uint8_t> data) : rest_(data) {}

    bool ok() const { return is_ok_; }
    bool at_end() const { return rest_.empty(); }
    std::size_t left() const { return rest_.size(); }

    /// A number of `width` bytes, at most 8.
    std::uint64_t number(std::size_t width);
    /// Seven bits a byte, low ones first, the top bit set on all but the last. A form longer than needed is refused, so
    /// that one value has one writing.
    std::uint64_t varint();
    /// A varint of at most `most`.
    std::uint64_t varint(std::uint64_t most);
    std::span<const std::uint8_t> take(std::size_t count);
    /// A length, then so many bytes, at most `most`.
    std::span<const std::uint8_t> blob(std::size_t most);
    std::string text(std::size_t most);
    void fail();

private:
    std::span<const std::uint8_t> rest_;
    bool is_ok_ = true;
};

void put_number(Bytes& out, std::uint64_t value, std::size_t width);
void put_varint(Bytes& out, std::uint64_t value);
void put_bytes(Bytes& out, std::span<const std::uint8_t> bytes);
void put_blob(Bytes& out, std::span<const std::uint8_t> bytes);
inline void put_text(Bytes& out, std::string_view text) { put_blob(out, bytes_of(text)); }

}  // namespace lachan::certificate
