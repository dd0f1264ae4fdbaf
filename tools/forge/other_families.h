#pragma once

#include <string>
#include <vector>

#include "certificate/bundle.h"
#include "dice.h"
#include "issue/authority.h"
#include "layers.h"

/// SMART Health Cards and ICAO seals with every defect we know.
namespace lachan::forge {

class OtherFamilies {
public:
    /// Errc::unavailable when OpenSSL makes no keys.
    static Result<OtherFamilies> make();

    /// What belongs into the trust list.
    std::vector<certificate::Signer> signers() const;

    Result<void> round(Dice& dice, const Tell& tell);
    /// Those of one sound card and one sound seal.
    Result<std::vector<Layer>> layers(Dice& dice) const;

private:
    /// An issuer of health cards.
    struct CardIssuer {
        SigningKey key;
        certificate::Signer signer;
        std::string kid;
    };
    static Result<CardIssuer> make_card_issuer(const std::string& address);

    OtherFamilies(CardIssuer cards, CardIssuer foreign, trust::Identity authority, trust::Identity seals, trust::Identity ended,
                  trust::Identity later, trust::Identity stranger_seals)
        : cards_(std::move(cards)),
          foreign_(std::move(foreign)),
          authority_(std::move(authority)),
          seals_(std::move(seals)),
          ended_(std::move(ended)),
          later_(std::move(later)),
          stranger_seals_(std::move(stranger_seals)) {}

    Result<void> cards(Dice& dice, const Tell& tell);
    Result<void> broken_cards(Dice& dice, const Tell& tell);
    Result<void> seals(Dice& dice, const Tell& tell);

    CardIssuer cards_;
    /// Of another address, and not on the list.
    CardIssuer foreign_;
    trust::Identity authority_;
    trust::Identity seals_;
    trust::Identity ended_;
    /// Not in force yet.
    trust::Identity later_;
    /// Under an authority of the same state that is not on the list.
    trust::Identity stranger_seals_;
};

}  // namespace lachan::forge
