// Packed bundles from outside: no crash, no memory beyond the limits; what is taken apart is written again the same.

#include <cstdint>
#include <cstdlib>

#include "certificate/packed.h"
#include "certificate/packed_signers.h"

namespace {

using namespace lachan;
using namespace lachan::certificate;

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span input(data, size);
    // The keys alone: behind a hash and a signature no fuzzer would get there.
    if (const auto signers = read_signers(input)) {
        const auto again = read_signers(write_signers(*signers));
        require(again.has_value() && again->size() == signers->size());
        for (std::size_t i = 0; i < signers->size(); ++i) require((*again)[i].spki == (*signers)[i].spki);
    }
    // A verifier that pins whatever key the input names.
    const Bytes pin(input.begin(), input.end());
    const std::vector<Bytes> pins{pin, Bytes{}};
    const auto inspection = inspect_bundle(input, pins);
    if (!inspection) return 0;
    const std::vector<Answer> answers(inspection->checks.size(), Answer::valid);
    static_cast<void>(accept_bundle(input, answers, pins, nullptr));
    return 0;
}
