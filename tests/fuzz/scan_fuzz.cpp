// Any payload of a camera: no crash, and a national personal QR that is read can be written and is read as the same.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "qr/scan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lachan::qr;
    const auto scanned = scan(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!scanned) return 0;
    // Strings of the answer must be text: the page reads it as JSON.
    if (to_json(*scanned).dump().empty()) std::abort();
    if (const auto* person = std::get_if<NationalPerson>(&*scanned)) {
        const auto again = scan(write_national(*person, Display::full));
        const auto* same = again ? std::get_if<NationalPerson>(&*again) : nullptr;
        if (!same || !(*same == *person)) std::abort();
        if (!scan(write_national(*person, Display::masked))) std::abort();
    }
    return 0;
}
