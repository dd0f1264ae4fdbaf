// By the first byte: the list of units, refused with its line or asked everything about every unit; and the outlines of provinces, refused
// with what is missing or given as rings.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "boundaries/inputs.h"
#include "vocab/unit.h"

namespace {

using namespace lachan;

constexpr std::size_t kMostLines = 64;  // every unit is asked about every other one

void require(bool holds) {
    if (!holds) std::abort();
}

void ask_all(const Units& units, Day day) {
    std::vector<const Unit*> below = units.children(kNation, day);
    for (std::size_t i = 0; i < below.size(); ++i) {
        const Unit& unit = *below[i];
        require(units.find(unit.code, day) == &unit && units.covers(kNation, unit.code, day) && units.covers(unit.code, unit.code, day));
        require(units.path(unit.code, day).ends_with(unit.code) && !units.province_of(unit.code).empty());
        require(units.successors_at(unit.code, day).size() == 1);
        for (const Unit* child : units.children(unit.code, day)) {
            require(child->level > unit.level && units.above(child->code, day).front() == &unit && units.covers(unit.code, child->code, day));
            below.push_back(child);
        }
    }
    for (const Units::Hit& hit : units.search("phuong a", day, 8)) require(hit.unit != nullptr && hit.score > 0);
    require(day <= units.steady_until(day));
    static_cast<void>(boundaries::read_units("", day));
}

void read_list(std::string_view text) {
    const auto units = Units::parse(text);
    if (!units) return require(units.error().rule == "unit.list" && !units.error().detail.empty());
    if (units->size() > kMostLines) return;
    for (const std::int32_t day : {-800'000, 18'800, 20'300, 900'000}) ask_all(*units, Day{day});
}

void read_shapes(std::string_view text) {
    const auto outlines = boundaries::read_outlines(text);
    if (!outlines) return require(!outlines.error().rule.empty() && !outlines.error().detail.empty());
    for (const geo::Outline& outline : outlines->provinces) require(outline.province != 0 && !outline.polygons.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 0) read_list(text);
    else read_shapes(text);
    return 0;
}
