#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/time.h"
#include "riskmap/assess.h"
#include "vocab/unit.h"

namespace lachan::riskmap {

/// People by province, on the day they were counted.
struct Populations {
    struct Entry {
        std::string code;
        std::int64_t people = 0;
    };
    std::vector<Entry> entries;
    Day counted_on;

    /// Lines of code,name,population_thousand with one decimal. Errc::malformed with rule riskmap.population.
    static Result<Populations> parse(std::string_view csv, Day counted_on);
};

/// Populations seen through the unit list, for days up to `last`.
class Census {
public:
    Census(const Populations& populations, const Units& units, Day last);

    /// People of the unit as it is on `day`: of all counted units that it has taken over by then. nullopt when not counted.
    std::optional<std::int64_t> of(std::string_view code, Day day) const;

private:
    const Populations& populations_;
    const Units& units_;
    std::vector<const Populations::Entry*> ended_;  ///< by `last`: a few, or none
};

/// Packs and populations that the program carries. Tests bring their own.
struct Reference {
    std::vector<Pack> packs;
    Populations populations;

    /// The pack that colours the map on that day; nullptr when none does.
    const Pack* pack_on(Day day) const;
    /// nullptr when there is none of that id.
    const Pack* pack_named(std::string_view id) const;
    /// Days after a figure on which a level of the map can still depend on it.
    int reach() const;
};
const Reference& reference();

/// What a pack makes of the figures of a unit by themselves, for one day.
struct Computed {
    const Pack* pack = nullptr;  ///< nullptr when none is in force
    std::optional<std::int64_t> cases;
    std::optional<std::int64_t> people;
    const Band* band = nullptr;  ///< nullptr when an input of it is missing
    Assessed assessed;
    std::vector<Value> values;   ///< of the inputs of the pack
    int level = 0;               ///< 0 not computable
    std::optional<Day> held_from;  ///< the day whose level is held because later counts are missing
};
/// `pack` may be null. Figures of the unit go before the census for the number of people.
Computed compute(const Pack* pack, const Census& census, std::string_view unit, const Figures& figures, Day day);
/// The same with the pack that colours the map on that day.
Computed compute(const Reference& reference, const Census& census, std::string_view unit, const Figures& figures, Day day);

constexpr int kPeopleDays = 3'660;  ///< a number of people is good for ten years

/// People of a unit: what was told last about it, else what the census knows.
std::optional<std::int64_t> people_of(const Census& census, std::string_view unit, const Figures& figures, Day day);

}  // namespace lachan::riskmap
