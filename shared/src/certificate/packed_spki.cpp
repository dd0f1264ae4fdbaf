#include "certificate/packed_spki.h"

#include <algorithm>
#include <array>

#include "certificate/octets.h"

namespace lachan::certificate {
namespace {

// SubjectPublicKeyInfo (RFC 5280 4.1.2.7) up to the key: algorithm, curve, bit string; of a point also the byte that
// says it is not compressed.
constexpr std::array<std::uint8_t, 27> kP256{0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                             0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                             0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
constexpr std::array<std::uint8_t, 24> kP384{0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
                                             0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04};
constexpr std::array<std::uint8_t, 26> kP521{0x30, 0x81, 0x9b, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86,
                                             0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81,
                                             0x04, 0x00, 0x23, 0x03, 0x81, 0x86, 0x00, 0x04};
constexpr std::array<std::uint8_t, 12> kEd25519{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::array<std::uint8_t, 15> kRsa{0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                            0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
constexpr std::array<std::uint8_t, 5> kExponent{0x02, 0x03, 0x01, 0x00, 0x01};
constexpr std::size_t kLeastModulus = 256;
constexpr std::size_t kMostModulus = 1024;

struct Wrapping {
    std::span<const std::uint8_t> prefix;
    std::size_t key_bytes;
};

Wrapping wrapping_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::es384: return {kP384, 96};
        case Algorithm::es512: return {kP521, 132};
        case Algorithm::eddsa: return {kEd25519, 32};
        default: return {kP256, 64};
    }
}

bool is_rsa(Algorithm algorithm) { return algorithm == Algorithm::ps256 || algorithm == Algorithm::rs256; }

/// Tag, length in the shortest form of DER, content.
Bytes der(std::uint8_t tag, std::span<const std::uint8_t> content) {
    Bytes out{tag};
    const std::size_t size = content.size();
    if (size >= 0x100) {
        out.push_back(0x82);
        put_number(out, size, 2);
    } else {
        if (size >= 0x80) out.push_back(0x81);
        put_number(out, size, 1);
    }
    put_bytes(out, content);
    return out;
}

Bytes rsa_spki(std::span<const std::uint8_t> modulus) {
    Bytes number;
    // The modulus of an RSA key has its top bit set, which would be the sign of the integer.
    if ((modulus[0] & 0x80) != 0) number.push_back(0);
    put_bytes(number, modulus);
    Bytes key = der(0x02, number);
    put_bytes(key, kExponent);
    Bytes bits{0};
    put_bytes(bits, der(0x30, key));
    Bytes content(kRsa.begin(), kRsa.end());
    put_bytes(content, der(0x03, bits));
    return der(0x30, content);
}

}  // namespace

Bytes spki_of(Algorithm algorithm, std::span<const std::uint8_t> bare) {
    if (is_rsa(algorithm)) {
        const bool is_modulus = bare.size() >= kLeastModulus && bare.size() <= kMostModulus && bare[0] != 0;
        return is_modulus ? rsa_spki(bare) : Bytes{};
    }
    const Wrapping wrapping = wrapping_of(algorithm);
    if (bare.size() != wrapping.key_bytes) return {};
    Bytes spki(wrapping.prefix.begin(), wrapping.prefix.end());
    put_bytes(spki, bare);
    return spki;
}

std::optional<Bytes> bare_key(Algorithm algorithm, std::span<const std::uint8_t> spki) {
    Bytes bare;
    if (is_rsa(algorithm)) {
        // Exponent last, modulus before it: every length that a modulus can have is tried by writing it again.
        for (const std::size_t bytes : {256U, 384U, 512U, 768U, 1024U}) {
            if (spki.size() < bytes + kExponent.size()) break;
            const auto modulus = spki.subspan(spki.size() - kExponent.size() - bytes, bytes);
            bare.assign(modulus.begin(), modulus.end());
            const Bytes again = spki_of(algorithm, bare);
            if (std::equal(again.begin(), again.end(), spki.begin(), spki.end())) return bare;
        }
        return std::nullopt;
    }
    const std::size_t bytes = wrapping_of(algorithm).key_bytes;
    if (spki.size() < bytes) return std::nullopt;
    bare.assign(spki.end() - static_cast<std::ptrdiff_t>(bytes), spki.end());
    const Bytes again = spki_of(algorithm, bare);
    return std::equal(again.begin(), again.end(), spki.begin(), spki.end()) ? std::optional(bare) : std::nullopt;
}

}  // namespace lachan::certificate
