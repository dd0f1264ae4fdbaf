#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "certificate/inspection.h"
#include "certificate/verdict.h"

struct evp_pkey_st;

namespace lachan {

/// Verifies signatures with OpenSSL: the native counterpart of the page's WebCrypto. Keys once read are kept, since
/// reading an elliptic key costs about as much as using it. One Prover belongs to one thread.
class Prover {
public:
    /// `unsupported` when the key cannot be read or is not made for the algorithm; otherwise `valid` or `invalid`.
    certificate::Answer prove(const certificate::SignatureCheck& check);

    /// The answers to all checks, in their order.
    std::vector<certificate::Answer> prove(std::span<const certificate::SignatureCheck> checks);

private:
    struct FreeKey {
        void operator()(evp_pkey_st* key) const;
    };

    evp_pkey_st* key_of(const Bytes& spki);

    /// Unreadable keys are kept too, as null, so that they are not tried again.
    std::map<Bytes, std::unique_ptr<evp_pkey_st, FreeKey>> keys_;
};

}  // namespace lachan
