#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "certificate/bundle.h"
#include "kernel/crypto.h"

/// The bytes of our own codes, for whoever writes them and whoever reads them: what is read must be what would be written.
namespace lachan::certificate {

constexpr std::string_view kOwnPrefix = "LC1:";
/// The most characters of one of our codes, so that it is printed small and read by every camera (DOMAIN 2.4).
constexpr std::size_t kOwnTextLimit = 400;
constexpr std::size_t kOwnIdBytes = 16;
constexpr std::size_t kOwnKidBytes = 8;

/// What stands around the content.
struct OwnClaims {
    /// ISO 3166 alpha-2.
    std::string issuer;
    std::int64_t expires_s = 0;
    std::int64_t issued_s = 0;
    /// 16 random bytes, by which the code is taken back.
    Bytes id;
    /// The content map, encoded.
    Bytes content;
};

/// {1: algorithm, 4: kid}.
Bytes own_header(Algorithm algorithm, std::span<const std::uint8_t> kid);
/// {1: issuer, 4: expires, 6: issued, 7: id, -65537: content}.
Bytes own_claims(const OwnClaims& claims);
/// 18([header, {}, claims, signature]).
Bytes own_message(std::span<const std::uint8_t> header, std::span<const std::uint8_t> claims, std::span<const std::uint8_t> signature);

}  // namespace lachan::certificate
