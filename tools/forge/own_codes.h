#pragma once

#include <string>
#include <vector>

#include "certificate/own_wire.h"
#include "dice.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "issuer.h"
#include "layers.h"

/// Our own codes with every defect we know.
namespace lachan::forge {

class OwnCodes {
public:
    /// Errc::unavailable when OpenSSL makes no keys.
    static Result<OwnCodes> make();

    /// What belongs into the trust list.
    std::vector<certificate::Signer> signers() const;

    Result<void> round(Dice& dice, const Tell& tell);
    /// Those of one sound credential and one sound place.
    Result<std::vector<Layer>> layers(Dice& dice) const;

private:

    OwnCodes(Issuer ec, Issuer edwards, Issuer tests, Issuer ended, Issuer host, Issuer stranger, Issuer certificates)
        : ec_(std::move(ec)),
          edwards_(std::move(edwards)),
          tests_(std::move(tests)),
          ended_(std::move(ended)),
          host_(std::move(host)),
          stranger_(std::move(stranger)),
          certificates_(std::move(certificates)) {}

    static Result<std::string> code(const Issuer& issuer, const Bytes& header, const Bytes& claims);
    static Result<std::string> code(const Issuer& issuer, const certificate::OwnClaims& claims);
    static Result<std::string> place(const Issuer& issuer, const std::string& host, const std::string& id);
    certificate::OwnClaims claims_of(Dice& dice, const Json& words) const;

    Result<void> sound(Dice& dice, const Tell& tell);
    Result<void> of_keys_and_time(Dice& dice, const Tell& tell);
    Result<void> of_content(Dice& dice, const Tell& tell);
    Result<void> of_form(Dice& dice, const Tell& tell);
    Result<void> of_places(Dice& dice, const Tell& tell);
    Result<void> mutations(Dice& dice, const Tell& tell);

    Issuer ec_;
    Issuer edwards_;
    /// Of results alone.
    Issuer tests_;
    Issuer ended_;
    /// Of the places of one host.
    Issuer host_;
    /// Of the same state, not on the list.
    Issuer stranger_;
    /// On the list, for health certificates.
    Issuer certificates_;
};

}  // namespace lachan::forge
