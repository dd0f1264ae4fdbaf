#include "kernel/id.h"

#include <array>

namespace lachan {
namespace {

/// Crockford's base 32: no I, L, O, U, so that nothing read aloud or copied by hand is mistaken.
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// His check symbols: the number modulo 37, a prime above 32, so every wrong character and every swap of two is found.
constexpr std::string_view kCheck = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::uint64_t hex_number(std::string_view text) {
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c != '-') value = value << 4 | static_cast<std::uint64_t>(hex_value(c));
    }
    return value;
}

bool is_uuid_v7(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : hex_value(text[i]) < 0) return false;
    }
    return text[14] == '7' && hex_value(text[19]) >= 8 && hex_value(text[19]) <= 11;
}

}  // namespace

RecordId RecordId::make(Instant now, int shard, Random& random) {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(now.ms >> (8 * (5 - i)));
    bytes[6] = static_cast<std::uint8_t>(0x70 | ((shard >> 8) & 0x0F));
    bytes[7] = static_cast<std::uint8_t>(shard & 0xFF);
    random.fill(std::span(bytes).subspan(8));
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3F));
    const std::string hex = to_hex(bytes);
    return RecordId(hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' +
                    hex.substr(20));
}

Result<RecordId> RecordId::parse(std::string_view text) {
    if (!is_uuid_v7(text)) return Error{Errc::malformed, "record.id", "not a UUIDv7"};
    return RecordId(std::string(text));
}

Instant RecordId::made_at() const {
    return Instant{static_cast<std::int64_t>(hex_number(std::string_view(text_).substr(0, 13)))};
}

int RecordId::shard() const { return static_cast<int>(hex_number(std::string_view(text_).substr(15, 3))); }

std::string short_code(std::string_view prefix, const RecordId& id) {
    // The last 40 bits are random; the leading time would tell volume.
    std::uint64_t bits = hex_number(std::string_view(id.text()).substr(26));
    std::string code(8, '0');
    const auto check = static_cast<std::size_t>(bits % 37);
    for (std::size_t i = 8; i-- > 0; bits >>= 5) code[i] = kCrockford[bits & 31];
    return std::string(prefix) + "-" + code.substr(0, 4) + "-" + code.substr(4) + "-" + kCheck[check];
}

bool is_short_code(std::string_view code) {
    // PREFIX-XXXX-XXXX-C, read from the end: the prefix may have any length.
    if (code.size() < 12) return false;
    const std::string_view tail = code.substr(code.size() - 12);
    if (tail[0] != '-' || tail[5] != '-' || tail[10] != '-') return false;
    std::uint64_t bits = 0;
    for (const std::size_t i : {1U, 2U, 3U, 4U, 6U, 7U, 8U, 9U}) {
        const auto value = kCrockford.find(tail[i]);
        if (value == std::string_view::npos) return false;
        bits = bits << 5 | value;
    }
    return kCheck[bits % 37] == tail[11];
}

}  // namespace lachan
