#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "riskmap/pack.h"
#include "vocab/unit.h"

namespace lachan::riskmap {

/// A number of an input for one unit, to be compared as value * per against limit * base. `low` and `high` differ only for units below
/// whose level is not settled; both are -1 when it is not known.
struct Value {
    std::int64_t low = -1;
    std::int64_t high = -1;
    std::int64_t base = 1;
    bool lacks_people = false;

    bool known() const { return low >= 0; }
};

/// A sum or a last value as figures tell it, with what a ratio divides by; -1 not known.
struct Amount {
    std::int64_t value = -1;
    std::int64_t base = -1;
};

/// The numbers of a unit from its own figures, one for each input of the pack; about units below they say nothing.
std::vector<Value> own_values(const Pack& pack, const Figures& figures, std::optional<std::int64_t> people, Day day);

/// What a pack makes of the numbers of one unit.
struct Assessed {
    enum class State : std::uint8_t { computed, open, grey };  ///< open: an input is missing, the level lies from `low` to `high`
    State state = State::open;
    bool is_stricter = false;    ///< an input is missing, and the stricter branch was taken
    Mark mark = Mark::official;  ///< the weakest of what decided
    std::uint8_t level = 0;      ///< 0 unless computed
    std::uint8_t low = 0;
    std::uint8_t high = 0;
    std::int16_t cell = -1;      ///< the cell, or the reason for grey, that decided; -1 none
    std::uint32_t missing = 0;   ///< inputs that were asked for and are not known
    std::uint32_t applied = 0;   ///< adjustments that changed the level
    std::uint32_t open_adjustments = 0;  ///< adjustments that were not applied because an input is missing

    bool operator==(const Assessed&) const = default;
};

enum class Truth : std::uint8_t { no, yes, unknown };
Truth holds(const Pack& pack, const Comparison& comparison, const Value& value);

/// The cell of the greatest level that holds, then the adjustments; grey comes before both. An unknown comparison is taken as its input
/// says (docs/adr/0061). Rule: riskmap.cell. `unit_level`: 0 nation .. 3 commune.
Assessed assess(const Pack& pack, int unit_level, Day day, std::span<const Value> values);

/// A unit of a country, with its figures and its people on the day in question.
struct Place {
    std::string code;
    int level = 0;
    int parent = -1;
    std::vector<int> children;
    Figures figures;
    std::optional<std::int64_t> people;
};

/// Units from the top down: a parent comes before its children.
struct Country {
    std::vector<Place> places;

    Country() = default;
    /// `top` and everything below it on that day; no places when there is no such unit.
    Country(const Units& units, std::string_view top, Day day);
    /// Place of a unit, -1 when it is not there.
    int find(std::string_view code) const;

private:
    std::vector<std::int64_t> by_code_;  ///< code as a number, then the place; in order
};

/// The sum of what the units below say; -1 when there are none, or one of them says nothing.
template <class Of>
std::int64_t sum_below(const Place& place, Of of) {
    std::int64_t all = place.children.empty() ? -1 : 0;
    for (const int child : place.children) {
        const std::int64_t one = of(static_cast<std::size_t>(child));
        if (one < 0) return -1;
        all += one;
    }
    return all;
}

/// Unit level of a code: 0 nation, 1 province, 2 district, 3 commune.
int level_of_code(std::string_view code);

/// The numbers of all units of a country on one day, from the communes up, each kind made once however many packs ask for it. A unit whose
/// own figures do not say a number takes the sum of the units below, when all of them say it; the same with people.
class Numbers {
public:
    Numbers(const Country& country, Day day);
    Numbers(Numbers&&) = default;
    Numbers(const Numbers&) = delete;

    const Country& country() const { return country_; }
    Day day() const { return day_; }
    /// People of a unit, its own or of the units below; -1 not known.
    std::int64_t people(std::size_t place) const { return people_[place]; }
    /// What an input comes to, place by place; nullptr for one about the units below. It stays where it is.
    const Amount* of(const Input& input);
    /// Makes the numbers of one unit anew; those below it are right.
    void refresh(std::size_t place);

private:
    /// Inputs that ask for the same come to the same, whatever they are compared with.
    struct Column {
        Input input;
        std::vector<Amount> amounts;
    };
    void read_people(std::size_t place);
    void read(Column& column, std::size_t place) const;

    const Country& country_;
    Day day_;
    std::vector<std::int64_t> people_;
    std::vector<Column> columns_;
};

/// One pack over all units of a country on one day, from the communes up.
class Assessment {
public:
    Assessment(const Pack& pack, const Country& country, Day day);
    /// The same from numbers that several packs share; they must live as long.
    Assessment(const Pack& pack, Numbers& numbers);

    /// People of a unit, its own or of the units below; -1 not known.
    std::int64_t people(int place) const { return numbers().people(static_cast<std::size_t>(place)); }
    const Assessed& of(int place) const { return results_[static_cast<std::size_t>(place)]; }
    /// In the order of the places.
    const std::vector<Assessed>& all() const { return results_; }
    const Pack& pack() const { return pack_; }
    Day day() const { return numbers().day(); }
    /// The numbers of a unit, one for each input of the pack.
    std::vector<Value> values(int place) const;
    /// Assesses the unit anew after a change of its figures, and the units above it: no others. Returns how many those were.
    int refresh(int place);

private:
    const Numbers& numbers() const { return shared_ ? *shared_ : *own_; }
    void run_all();
    void fill(std::size_t place, std::vector<Value>& values) const;
    void run(std::size_t place);

    const Pack& pack_;
    std::optional<Numbers> own_;
    Numbers* shared_ = nullptr;           ///< nullptr: `own_` has them
    std::vector<const Amount*> amounts_;  ///< input by input
    std::vector<Assessed> results_;
    std::vector<Value> scratch_;
};

/// The least change that gives another level: so many cases more or fewer on the day, or so many units below more at `at_level`.
struct Turn {
    std::int64_t by = 0;
    int level = 0;     ///< the level it gives
    int at_level = 0;  ///< 0: cases
};
struct Turns {
    std::optional<Turn> more, fewer, below;
};
Turns turns_of(const Pack& pack, int unit_level, Day day, std::span<const Value> values, std::int64_t units_below);

}  // namespace lachan::riskmap
