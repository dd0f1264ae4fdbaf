#pragma once

#include "certificate/revocation.h"

namespace lachan::certificate {

/// What an inspection offers for looking up a revocation. `signer` is the key that verified it, or the one it points
/// at; may be null.
RevocationQuery query_of(const Inspection& inspection, const Signer* signer);

}  // namespace lachan::certificate
