#pragma once

#include <string>
#include <vector>

#include "dice.h"
#include "issuer.h"
#include "kernel/json.h"
#include "layers.h"

/// DIVOC credentials with every defect we know: their keys, their graphs, their JSON, and the archives they travel in.
namespace lachan::forge {

class Credentials {
public:
    /// Errc::unavailable when OpenSSL makes no keys.
    static Result<Credentials> make();

    /// What belongs into the trust list.
    std::vector<certificate::Signer> signers() const;

    Result<void> round(Dice& dice, const Tell& tell);
    /// Those of one sound credential.
    Result<std::vector<Layer>> layers(Dice& dice) const;

private:
    Credentials(Issuer rsa, Issuer edwards, Issuer other, Issuer ended, Issuer stranger, Issuer certificates)
        : rsa_(std::move(rsa)),
          edwards_(std::move(edwards)),
          other_(std::move(other)),
          ended_(std::move(ended)),
          stranger_(std::move(stranger)),
          certificates_(std::move(certificates)) {}

    /// An invented person's dose, nobody's proof in it.
    Json credential(Dice& dice) const;

    Result<void> sound(Dice& dice, const Tell& tell) const;
    Result<void> of_time(Dice& dice, const Tell& tell) const;
    Result<void> of_keys(Dice& dice, const Tell& tell) const;
    Result<void> of_proof(Dice& dice, const Tell& tell) const;
    Result<void> of_content(Dice& dice, const Tell& tell) const;
    Result<void> of_graph(Dice& dice, const Tell& tell) const;
    Result<void> of_json(Dice& dice, const Tell& tell) const;
    Result<void> of_archive(Dice& dice, const Tell& tell) const;
    Result<void> of_headers(Dice& dice, const Tell& tell) const;

    Issuer rsa_;
    /// Under the same name of a key as the one above, as two states did it.
    Issuer edwards_;
    /// Of another issuer, with another name of a key.
    Issuer other_;
    Issuer ended_;
    /// Not on the list.
    Issuer stranger_;
    /// On the list, for health certificates.
    Issuer certificates_;
};

}  // namespace lachan::forge
