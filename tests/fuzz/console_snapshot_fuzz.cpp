// Messages to the console from bytes: refused by the one rule with a field, or taken; and what was taken can be drawn.

#include <cmath>
#include <cstdlib>

#include "snapshot.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lachan::console;
    static Shown shown;  // parts come one after the other, as from the page
    const auto taken = read_snapshot({data, size}, shown);
    if (!taken) {
        require(taken.error().rule == "console.snapshot" && taken.error().detail.find(": ") != std::string::npos);
        return 0;
    }
    require(shown.state.first <= shown.state.last);
    require(shown.state.layer == 0 || shown.state.layer < shown.layers.size());
    require(shown.state.selected < static_cast<std::int32_t>(shown.units.size()));
    for (const Threshold& one : shown.rules.thresholds) require(one.low <= one.value && one.value <= one.high && one.step > 0);
    require(shown.series.rt.size() == shown.series.rt_high.size() && (shown.series.rt.empty() || shown.series.rt.size() == shown.series.cases.size()));
    for (const float count : shown.series.cases) require(!(count < 0) && !std::isinf(count));
    // The same message again changes nothing.
    const State before = shown.state;
    require(read_snapshot({data, size}, shown).has_value());
    require(before.day == shown.state.day && before.selected == shown.state.selected);
    return 0;
}
