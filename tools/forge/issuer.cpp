#include "issuer.h"

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

}  // namespace lachan::forge
