#include "layers.h"

#include "certificate/base45.h"
#include "certificate/inflate.h"
#include "certificate/issue.h"

namespace lachan::forge {

using namespace certificate;

Result<std::vector<Layer>> layers_of_certificate(const std::string& prefix, const std::string& code) {
    constexpr std::size_t kContext = 4;
    const Bytes compressed = TRY(from_base45(std::string_view(code).substr(kContext)));
    const Bytes message = TRY(inflate_zlib(compressed));
    // The same message can be compressed in many ways, and zlib leaves the last bits of its stream open.
    const auto holds_the_same = [message](const Bytes& changed) {
        const auto read = inflate_zlib(changed);
        return read && *read == message;
    };
    const auto says_the_same = [code, holds_the_same](const Bytes& changed) {
        const std::string text(changed.begin(), changed.end());
        const auto read = from_base45(std::string_view(text).substr(kContext));
        return text.compare(0, kContext, code, 0, kContext) == 0 && read && holds_the_same(*read);
    };
    return std::vector<Layer>{
        {prefix + "text", Bytes(code.begin(), code.end()), [](const Bytes& text) { return std::string(text.begin(), text.end()); }, says_the_same},
        {prefix + "compressed", compressed, [](const Bytes& bytes) { return "HC1:" + to_base45(bytes); }, holds_the_same},
        {prefix + "message", message, [](const Bytes& bytes) { return to_code(bytes); }},
    };
}

void tell_bit(const Layer& layer, std::size_t bit, const std::string& number, const Tell& tell) {
    Bytes changed = layer.sound;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const bool is_idle = layer.says_the_same && layer.says_the_same(changed);
    tell(layer.name + (is_idle ? "-idle-bit-" : "-bit-") + number, layer.wrap(changed), is_idle ? "valid" : "", "");
}

void tell_some_bits(const std::vector<Layer>& layers, int count, Dice& dice, const Tell& tell) {
    for (const Layer& layer : layers) {
        for (int i = 0; i < count; ++i) tell_bit(layer, dice.below(layer.sound.size() * 8), std::to_string(i), tell);
    }
}

void tell_every_bit(const std::vector<Layer>& layers, const Tell& tell) {
    for (const Layer& layer : layers) {
        for (std::size_t bit = 0; bit < layer.sound.size() * 8; ++bit) tell_bit(layer, bit, std::to_string(bit), tell);
    }
}

}  // namespace lachan::forge
