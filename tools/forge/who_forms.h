#pragma once

#include <string>
#include <utility>
#include <vector>

#include "certificate/issue.h"
#include "cose_parts.h"
#include "dice.h"
#include "issuer.h"
#include "layers.h"

/// The WHO's forms with every defect we know: the core data sets (sub-claims 3 and 4 of -260), the minimal list (-6), the link (5), and the
/// early form without claims.
namespace lachan::forge {

class WhoForms {
public:
    /// Errc::unavailable when OpenSSL makes no keys.
    static Result<WhoForms> make();

    /// What belongs into the trust list.
    std::vector<certificate::Signer> signers() const;

    Result<void> round(Dice& dice, const Tell& tell);
    /// Those of one sound form.
    Result<std::vector<Layer>> layers(Dice& dice) const;

private:
    WhoForms(Issuer ec, Issuer rsa, Issuer tests, Issuer ended, Issuer stranger)
        : ec_(std::move(ec)), rsa_(std::move(rsa)), tests_(std::move(tests)), ended_(std::move(ended)), stranger_(std::move(stranger)) {}

    /// A true signature over whatever the parts are.
    static Result<std::string> code(const Issuer& issuer, const Parts& parts);
    static Result<std::string> code(const Issuer& issuer, const certificate::Draft& draft);
    static Result<std::string> code(const Issuer& issuer, const Bytes& claims);

    Result<void> sound(Dice& dice, const Tell& tell) const;
    Result<void> of_time(Dice& dice, const Tell& tell) const;
    Result<void> of_keys(Dice& dice, const Tell& tell) const;
    Result<void> of_form(Dice& dice, const Tell& tell) const;
    Result<void> of_lengths(Dice& dice, const Tell& tell) const;
    Result<void> of_claims(Dice& dice, const Tell& tell) const;
    Result<void> of_content(Dice& dice, const Tell& tell) const;

    Issuer ec_;
    Issuer rsa_;
    /// Of tests alone.
    Issuer tests_;
    Issuer ended_;
    /// Not on the list.
    Issuer stranger_;
};

}  // namespace lachan::forge
