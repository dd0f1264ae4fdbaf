#include "issuer.h"

#include <array>
#include <utility>

#include "dice.h"

namespace lachan::forge {

Result<Issuer> make_issuer(certificate::Scheme scheme, certificate::Algorithm algorithm, const Bytes& kid) {
    auto key = TRY(SigningKey::generate(algorithm));
    certificate::Signer signer;
    signer.scheme = scheme;
    signer.kid = kid;
    signer.country = "VN";
    signer.algorithm = algorithm;
    signer.spki = key.spki();
    signer.not_before = Instant{(kNowS - 400 * kDayS) * 1000};
    signer.not_after = Instant{(kNowS + 700 * kDayS) * 1000};
    return Issuer{std::move(key), std::move(signer)};
}

Bytes twin_of(Bytes signature) {
    // The order of the group (SEC 2, secp256r1).
    constexpr std::array<std::uint8_t, 32> kOrder{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                  0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    int borrow = 0;
    for (std::size_t i = kOrder.size(); i-- > 0;) {
        const int digit = kOrder[i] - signature[kOrder.size() + i] - borrow;
        borrow = digit < 0 ? 1 : 0;
        signature[kOrder.size() + i] = static_cast<std::uint8_t>(digit & 0xff);
    }
    return signature;
}

}  // namespace lachan::forge
