#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

namespace lachan {

using Bytes = std::vector<std::uint8_t>;
using Sha256 = std::array<std::uint8_t, 32>;

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// SHA-256 (FIPS 180-4). mbedTLS in wasm, OpenSSL natively: the only cryptography inside the core, the shell proves signatures.
Sha256 sha256(std::span<const std::uint8_t> data);
inline Sha256 sha256(std::string_view text) { return sha256(bytes_of(text)); }

/// base64url without padding (RFC 4648 section 5).
std::string to_base64url(std::span<const std::uint8_t> data);
/// Errc::malformed for a foreign character, a wrong length or left-over bits that are not zero.
Result<Bytes> from_base64url(std::string_view text);

std::string to_hex(std::span<const std::uint8_t> data);
Result<Bytes> from_hex(std::string_view text);

/// Randomness comes from the shell: the core has no source of its own, so that every answer can be replayed.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// A deterministic stream from a seed (SHA-256 in counter mode). The shell seeds it with at least 32 bytes of true randomness
/// for each operation; tests seed it with a number.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::span<const std::uint8_t> seed) : seed_(seed.begin(), seed.end()) {}
    void fill(std::span<std::uint8_t> out) override;

private:
    Bytes seed_;
    std::uint64_t counter_ = 0;
};

}  // namespace lachan
