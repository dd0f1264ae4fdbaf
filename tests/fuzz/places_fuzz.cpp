// Corners of zones as they come from outside: never a crash, one way to write each, and no ring that the rules take has a hole in them.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "places/shape.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lachan::places;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto corners = parse_corners(text);
    if (!corners) return 0;
    std::string again;
    for (const Corner& corner : *corners)
        again += (again.empty() ? "" : " ") + std::to_string(corner.longitude_e6) + ',' + std::to_string(corner.latitude_e6);
    if (again != text || corners->size() > kMostCorners || corners->size() == 2) std::abort();
    bool is_near = true;
    for (const Corner& corner : *corners) is_near = is_near && is_near_country(corner);
    if (!is_near || corners->size() < 3) return 0;
    const bool is_whole = is_simple(*corners);
    // Whether a ring is simple does not depend on where it begins, and a simple ring holds some ground.
    auto turned = *corners;
    turned.push_back(turned.front());
    turned.erase(turned.begin());
    if (is_simple(turned) != is_whole || (is_whole && square_metres(*corners) <= 0)) std::abort();
    return 0;
}
