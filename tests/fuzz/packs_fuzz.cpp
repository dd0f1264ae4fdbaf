// A pack from outside is refused or can be asked about any unit, with any numbers; lines of figures are refused or read.

#include <cstdint>
#include <string_view>

#include "riskmap/explain.h"
#include "riskmap/workshop.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lachan;
    using namespace lachan::riskmap;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Country country;
    country.places.resize(2);
    country.places[0].code = kNation;
    country.places[0].children = {1};
    country.places[1].level = 3;
    country.places[1].parent = 0;
    country.places[1].people = 7;
    (void)add_figures(country, text);
    const auto pack = read_pack(text);
    if (!pack) return 0;
    const Day day{18'900};
    country.places[1].figures.add(Measure::cases, "a", day, 3);
    const Assessment assessment(*pack, country, day);
    for (int place = 0; place < 2; ++place) {
        const Assessed& one = assessment.of(place);
        if (one.level > pack->top() || one.low > one.high || (one.level != 0 && one.low != one.level)) __builtin_trap();
        JsonWriter out(256);
        write_why(out, *pack, {"VN", "", country.places[static_cast<std::size_t>(place)].level, day, 7, 1, assessment.values(place), one,
                               &country.places[static_cast<std::size_t>(place)].figures, 0});
        if (!parse_json(out.take())) __builtin_trap();
    }
    return 0;
}
