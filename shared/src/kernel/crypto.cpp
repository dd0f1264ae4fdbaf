#include "kernel/crypto.h"

#include <algorithm>
#include <cstdlib>

#ifdef __EMSCRIPTEN__
#include <mbedtls/sha256.h>
#else
#include <openssl/evp.h>

#include <memory>
#endif

namespace lachan {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHex = "0123456789abcdef";

constexpr std::array<std::int8_t, 256> reverse_alphabet() {
    std::array<std::int8_t, 256> table{};
    for (auto& entry : table) entry = -1;
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    }
    return table;
}

constexpr auto kReverse = reverse_alphabet();

#ifndef __EMSCRIPTEN__
struct FreeHasher {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Hasher = std::unique_ptr<EVP_MD_CTX, FreeHasher>;

/// SHA256() of OpenSSL 3 looks the algorithm up in its providers each time, which costs more than hashing a record:
/// here once.
EVP_MD_CTX* hasher() {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    thread_local const Hasher context(EVP_MD_CTX_new());
    if (!algorithm || EVP_DigestInit_ex2(context.get(), algorithm, nullptr) != 1) return nullptr;
    return context.get();
}
#endif

}  // namespace

Sha256 sha256(std::span<const std::uint8_t> data) {
    Sha256 digest{};
#ifdef __EMSCRIPTEN__
    mbedtls_sha256_ret(data.data(), data.size(), digest.data(), 0);
#else
    EVP_MD_CTX* const context = hasher();
    // Without the hash there is no identity of a record: a program that went on would give every one the same.
    if (!context || EVP_DigestUpdate(context, data.data(), data.size()) != 1 ||
        EVP_DigestFinal_ex(context, digest.data(), nullptr) != 1) {
        std::abort();
    }
#endif
    return digest;
}

std::string to_base64url(std::span<const std::uint8_t> data) {
    std::string out;
    out.reserve((data.size() * 4 + 2) / 3);
    for (std::size_t i = 0; i < data.size(); i += 3) {
        const std::size_t left = std::min<std::size_t>(3, data.size() - i);
        std::uint32_t group = static_cast<std::uint32_t>(data[i]) << 16;
        if (left > 1) group |= static_cast<std::uint32_t>(data[i + 1]) << 8;
        if (left > 2) group |= data[i + 2];
        for (std::size_t k = 0; k <= left; ++k) out.push_back(kAlphabet[(group >> (18 - 6 * k)) & 63]);
    }
    return out;
}

Result<Bytes> from_base64url(std::string_view text) {
    const Error malformed{Errc::malformed, "field.base64url", "not base64url"};
    if (text.size() % 4 == 1) return malformed;
    Bytes out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int value = kReverse[static_cast<unsigned char>(c)];
        if (value < 0) return malformed;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out.push_back(static_cast<std::uint8_t>(bits >> count));
            bits &= (1u << count) - 1;
        }
    }
    if (bits != 0) return malformed;
    return out;
}

std::string to_hex(std::span<const std::uint8_t> data) {
    std::string out;
    out.reserve(data.size() * 2);
    for (const std::uint8_t byte : data) {
        out.push_back(kHex[byte >> 4]);
        out.push_back(kHex[byte & 15]);
    }
    return out;
}

Result<Bytes> from_hex(std::string_view text) {
    const Error malformed{Errc::malformed, "field.hex", "not hexadecimal"};
    if (text.size() % 2 != 0) return malformed;
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = kHex.find(text[i]);
        const auto low = kHex.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return malformed;
        out.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return out;
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
    for (std::size_t at = 0; at < out.size();) {
        Bytes block = seed_;
        for (int shift = 0; shift < 64; shift += 8) block.push_back(static_cast<std::uint8_t>(counter_ >> shift));
        ++counter_;
        const Sha256 digest = sha256(block);
        const std::size_t count = std::min(digest.size(), out.size() - at);
        std::copy_n(digest.begin(), count, out.begin() + static_cast<std::ptrdiff_t>(at));
        at += count;
    }
}

}  // namespace lachan
