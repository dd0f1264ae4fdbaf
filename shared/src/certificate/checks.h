#pragma once

#include <span>

#include "certificate/inspection.h"

/// What the families share when they list the signatures to check.
namespace lachan::certificate {

bool is_rsa(Algorithm algorithm);

/// The length of a signature made by a key of this elliptic curve, r and s at full width. Not for RSA.
std::size_t signature_bytes_of(Algorithm algorithm);

/// Whether a signature of this length could have been made under `algorithm` by any key.
bool has_possible_length(std::size_t length, Algorithm algorithm);

/// Whether a key made for `key` can be asked about `algorithm`: RSA for RSA, Edwards for Edwards, any curve for ECDSA.
bool is_same_kind(Algorithm algorithm, Algorithm key);

void add_once(std::vector<std::string>& list, std::string_view code);

/// Lists a check for every trusted key of the inspection's kid in `scheme` that could have made `signature` over
/// `signed_bytes`, or names in the inspection's signature faults why none could. Authorities are no candidates.
void list_checks(Scheme scheme, const TrustBundle& bundle, const Bytes& signed_bytes, const Bytes& signature,
                 Inspection& inspection);

/// The inspection of a text whose structure stopped being readable at this point.
Inspection stopped(Inspection inspection, State state, std::string reason);

}  // namespace lachan::certificate
