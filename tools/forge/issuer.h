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

/// The other signature that holds for the same content and key (P-256, raw r and s): ECDSA cannot tell s from n - s. Nothing else is said by
/// it, and a revocation by signature goes by r alone.
Bytes twin_of(Bytes signature);

}  // namespace lachan::forge
