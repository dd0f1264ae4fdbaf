#pragma once

#include <string>
#include <vector>

#include "certificate/bundle.h"

namespace lachan::certificate {

struct RevocationSet;
struct RuleSet;

/// Whether a key of another curve than the algorithm names is refused (the default) or tolerated (CERTIFICATES 7.2).
enum class KeyFit { required, tolerated };

/// What a verifier decides for himself.
struct Policy {
    KeyFit fit = KeyFit::required;
    /// The HCERT contexts that count as certificates. Domestic ones (AT1, NO1) are read only where they are named here.
    std::vector<std::string> contexts{"HC1"};
    /// ISO 3166 alpha-2 of the state whose acceptance rules are asked.
    std::string verifier_country = "VN";
};

/// What a verifier knows while it inspects and judges. Lists that are absent leave their axis not checked; `rules` are those that he
/// chose, null when he chose none.
struct Knowledge {
    /// Never null.
    const TrustBundle* trust;
    const RevocationSet* revocation = nullptr;
    const RuleSet* rules = nullptr;
    Policy policy{};
};

}  // namespace lachan::certificate
