// Shapes of others: whatever GeoJSON or TopoJSON says, it is refused or becomes a file that is read.

#include <cstdint>
#include <cstdlib>

#include "geo/import.h"

namespace {

using namespace lachan;
using namespace lachan::geo;

void require(bool holds) {
    if (!holds) std::abort();
}

UnitList list() {
    UnitList units;
    units.name = "2021-07-01";
    units.provinces = {{48, "", {{490, "", {{20194, "", true}, {20195, "", false}}}, {498, "", {}}}},
                       {56, "", {{576, "", {{22736, "", false}}}}}};
    return units;
}

/// Codes in the order of the file, so that a fuzzer need not find them.
constexpr std::uint32_t kCodes[] = {498, 576, 20194, 20195};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto features = read_features({reinterpret_cast<const char*>(data), size});
    if (!features) return 0;
    static const UnitList units = list();
    std::vector<Shape> shapes;
    for (std::size_t i = 0; i < features->size(); ++i) {
        const std::uint32_t code = i < std::size(kCodes) ? kCodes[i] : 0;
        shapes.push_back({&(*features)[i], code > 999 ? Level::commune : Level::district, code, "shape"});
    }
    ImportOptions options;
    options.snap_metres = size % 3 == 0 ? 5 : 0;
    options.joins_uncoded = size % 2 == 0;
    const auto imported = import_shapes(units, shapes, options);
    if (!imported) return 0;
    static_cast<void>(report_text(imported->report));
    static_cast<void>(report_json(imported->report));
    const Bytes bytes = write_country(imported->country);
    const auto again = read_country(bytes);
    require(again.has_value() && *again == imported->country);
    return 0;
}
