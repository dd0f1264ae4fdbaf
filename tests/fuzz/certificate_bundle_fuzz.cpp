// Trust lists from outside: what is accepted can be written and is read as the same.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "certificate/bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lachan::certificate;
    const auto bundle = TrustBundle::parse(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!bundle) return 0;
    const auto again = TrustBundle::parse(to_json(*bundle).dump());
    if (!again || to_json(*again) != to_json(*bundle)) std::abort();
    for (const Signer& signer : bundle->signers) {
        if (bundle->with_kid(signer.scheme, signer.kid).empty()) std::abort();
    }
    return 0;
}
