#pragma once

#include <span>
#include <vector>

#include "certificate/bundle.h"
#include "certificate/revocation.h"

namespace lachan::trust {

/// The serial numbers of an X.509 revocation list (RFC 5280 5) in DER or PEM, for the key that signed it: an authority
/// among `signers`. Dates are those of the list; one without nextUpdate is fresh for a day. Errc::malformed with rule
/// revocation.crl; Errc::rejected with rule revocation.signature when no authority of `signers` signed it.
Result<certificate::RevocationList> list_from_crl(std::span<const std::uint8_t> data,
                                                  const std::vector<certificate::Signer>& signers);

}  // namespace lachan::trust
