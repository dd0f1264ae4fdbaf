#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dice.h"
#include "kernel/crypto.h"
#include "kernel/result.h"
#include "tell.h"

/// One bit of a sound code turned: none may verify, unless it says nothing.
namespace lachan::forge {

/// A sound code seen as the bytes of one of its layers.
struct Layer {
    /// As rows are named: "message" of a WHO form is told as who-message-bit.
    std::string name;
    Bytes sound;
    /// The text of a code whose layer has these bytes, all that lies around it as it should be.
    std::function<std::string(const Bytes&)> wrap;
    /// Whether bytes that differ from `sound` say the same: other ways to compress, attributes of a file. Such a code must go on to be valid.
    /// Empty where every bit says something.
    std::function<bool(const Bytes&)> says_the_same = {};
};

/// Those of an HCERT: its text, its compressed bytes, its COSE message. `prefix` is that of its rows.
Result<std::vector<Layer>> layers_of_certificate(const std::string& prefix, const std::string& code);

/// Tells the layer with one bit turned.
void tell_bit(const Layer& layer, std::size_t bit, const std::string& number, const Tell& tell);

/// `count` bits of each layer, drawn.
void tell_some_bits(const std::vector<Layer>& layers, int count, Dice& dice, const Tell& tell);

/// All of them.
void tell_every_bit(const std::vector<Layer>& layers, const Tell& tell);

}  // namespace lachan::forge
