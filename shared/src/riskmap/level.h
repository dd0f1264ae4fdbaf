#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/time.h"
#include "vocab/unit.h"

namespace lachan::riskmap {

/// Whether a figure was read in the published rule, or still has to be.
enum class Mark { official, to_confirm };
const char* name_of(Mark mark);

/// Rates from `from` up to below `below` (no bound when absent) give `level`.
struct Band {
    int level = 0;
    std::int64_t from = 0;
    std::optional<std::int64_t> below;
    Mark mark = Mark::to_confirm;
};

/// A rule of law or guidance as data: the bands of a rate, and the days on which it is in force.
struct Pack {
    std::string id;
    int version = 0;
    Day valid_from;
    Day valid_to{INT32_MAX};
    Json basis;     ///< {vi, en}
    Json left_out;  ///< [{vi, en}]: what the rule also asks for and the computation does not know
    int window_days = 0;
    std::int64_t per = 0;
    int hold_days = 0;  ///< how long a level above 1 stays when the counts stop; a missing input never makes a place safer
    std::vector<Band> bands;

    Mark mark() const;
    /// The band of `cases` among `people`, in exact integers: cases * per against limit * people, closed below, open above.
    /// nullptr without people. Rule: riskmap.rate.
    const Band* band_of(std::int64_t cases, std::int64_t people) const;
};

/// Errc::malformed with rule riskmap.pack: bands must begin at 0, meet without a gap and end open.
Result<Pack> read_pack(std::string_view json);

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

    const Pack* pack_on(Day day) const;
    /// Days after a count on which a level can still depend on it.
    int reach() const;
};
const Reference& reference();

/// Counts of one unit: for each day the value of each source, and the largest of them, which is what the rate is made from.
class Counts {
public:
    void add(Day day, std::string_view source, std::int64_t value);
    std::optional<std::int64_t> largest(Day day) const;
    /// Sum of the largest values of the `days` days that end with `day`; nullopt when one of them has no value.
    std::optional<std::int64_t> window(Day day, int days) const;

    struct OfSource {
        std::string source;
        std::int64_t sum = 0;
        int days = 0;  ///< how many of the days have a value
    };
    /// What each source says about the same days, in order of its name.
    std::vector<OfSource> by_source(Day day, int days) const;
    bool empty() const { return days_.empty(); }

private:
    struct Value {
        std::string source;
        std::int64_t value;
    };
    Day first_;
    std::vector<std::vector<Value>> days_;
};

/// What the pack in force makes of the counts of a unit for one day.
struct Computed {
    const Pack* pack = nullptr;  ///< in force on the day; nullptr when none is
    std::optional<std::int64_t> cases;
    std::optional<std::int64_t> people;
    const Band* band = nullptr;  ///< nullptr when an input is missing
    int level = 0;               ///< 0 not computable
    std::optional<Day> held_from;  ///< the day whose level is held because later counts are missing
};
Computed compute(const Reference& reference, const Census& census, std::string_view unit, const Counts& counts, Day day);

}  // namespace lachan::riskmap
