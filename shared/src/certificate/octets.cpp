#include "certificate/octets.h"

namespace lachan::certificate {

void OctetReader::fail() {
    is_ok_ = false;
    rest_ = {};
}

std::span<const std::uint8_t> OctetReader::take(std::size_t count) {
    if (count > rest_.size()) {
        fail();
        return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
}

std::uint64_t OctetReader::number(std::size_t width) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(width)) value = value << 8 | byte;
    return value;
}

std::uint64_t OctetReader::varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
        const auto byte = number(1);
        value |= (byte & 0x7f) << shift;
        if ((byte & 0x80) != 0) continue;
        // A last byte of zero adds nothing: the same value is written shorter.
        if (byte == 0 && shift > 0) fail();
        return is_ok_ ? value : 0;
    }
    fail();
    return 0;
}

std::uint64_t OctetReader::varint(std::uint64_t most) {
    const std::uint64_t value = varint();
    if (value <= most) return value;
    fail();
    return 0;
}

std::span<const std::uint8_t> OctetReader::blob(std::size_t most) {
    return take(static_cast<std::size_t>(varint(most)));
}

std::string OctetReader::text(std::size_t most) {
    const auto bytes = blob(most);
    return {bytes.begin(), bytes.end()};
}

void put_number(Bytes& out, std::uint64_t value, std::size_t width) {
    for (std::size_t i = width; i > 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
}

void put_varint(Bytes& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
    out.push_back(static_cast<std::uint8_t>(value));
}

void put_bytes(Bytes& out, std::span<const std::uint8_t> bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void put_blob(Bytes& out, std::span<const std::uint8_t> bytes) {
    put_varint(out, bytes.size());
    put_bytes(out, bytes);
}

}  // namespace lachan::certificate
