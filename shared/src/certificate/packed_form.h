#pragma once

#include <array>
#include <cstdint>

namespace lachan::certificate {

constexpr std::array<std::uint8_t, 4> kBundleMagic{'L', 'C', 'T', 'B'};
constexpr std::uint64_t kBundleVersion = 1;

}  // namespace lachan::certificate
