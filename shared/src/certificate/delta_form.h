#pragma once

#include <array>
#include <cstdint>

/// "LCTD", version, SHA-256 of base and of target, length of the target, then steps until the end: a varint whose low
/// bit says copy (1) or insert (0) and whose rest is the length; a copy is followed by the distance of its source from
/// the end of the copy before, zigzag; an insert by its bytes.
namespace lachan::certificate {

constexpr std::array<std::uint8_t, 4> kDeltaMagic{'L', 'C', 'T', 'D'};
constexpr std::uint64_t kDeltaVersion = 1;

}  // namespace lachan::certificate
