#pragma once

#include "certificate/bundle.h"
#include "signing_key.h"

namespace lachan::forge {

/// A key that exists for one run, and what a trust list says of it.
struct Issuer {
    SigningKey key;
    certificate::Signer signer;
};

/// An issuer of Viet Nam under `kid`, good from 400 days before the rows are judged to 700 days after. Errc::unavailable when OpenSSL makes no
/// key.
Result<Issuer> make_issuer(certificate::Scheme scheme, certificate::Algorithm algorithm, const Bytes& kid);

}  // namespace lachan::forge
