// Deltas: any bytes as a delta end in a bundle of the promised hash or an error; a delta that was made always fits.

#include <cstdint>
#include <cstdlib>

#include "certificate/delta.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lachan;
    using namespace lachan::certificate;
    if (size == 0) return 0;
    const std::span input(data + 1, size - 1);
    const auto base = input.first(input.size() * data[0] / 255);
    const auto rest = input.subspan(base.size());
    static_cast<void>(apply_delta(base, rest));
    const auto made = apply_delta(base, make_delta(base, rest));
    if (!made || *made != Bytes(rest.begin(), rest.end())) std::abort();
    // One byte of a good delta changed: refused, or the very same.
    Bytes delta = make_delta(base, rest);
    delta[data[0] * delta.size() / 256] ^= 0x10;
    const auto other = apply_delta(base, delta);
    if (other && *other != Bytes(rest.begin(), rest.end())) std::abort();
    return 0;
}
