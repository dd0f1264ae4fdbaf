#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/time.h"
#include "vocab/unit.h"

namespace lachan::declaration {

struct Population;
struct Place;

enum class Colour { none, green, yellow, red };
/// "", "green", "yellow", "red".
const char* name_of(Colour colour);
Colour parse_colour(std::string_view name);

/// One rule of a pack: its colour, and whether the answers make it fire. Without `fires` the places of stay decide (triage.stay).
struct TriageRule {
    std::string_view id;
    Colour colour;
    bool (*fires)(const Population&);
};

/// Rules of triage, in force from a day until the next pack begins. A declaration is judged by the pack of the day on which it was
/// made, as far as the program knows it then, and so for ever: whoever approves new rules adds a pack and changes no old one.
struct TriagePack {
    std::string_view id;
    Day from;
    std::span<const TriageRule> rules;
};

/// All packs, the oldest first.
std::span<const TriagePack> triage_packs();

/// The pack in force on a day; before the first one that one.
const TriagePack& pack_on(Day day, std::span<const TriagePack> packs = triage_packs());

/// The pack of this id; where a newer program has written one that is not known here, that of the day.
const TriagePack& pack_named(std::string_view id, Day day, std::span<const TriagePack> packs = triage_packs());

/// Which level each unit had since when. 3 is orange, 4 is red; 0 means that it could not be told.
class UnitLevels {
public:
    void set(std::string_view unit, Day from, int level);
    /// The highest level on a day of the period, of the narrowest unit on `path` ("79/760/26734") that has a level on that day.
    int highest(std::string_view path, Day from, Day to) const;

private:
    int on(std::string_view path, Day day) const;
    std::map<std::string, std::map<std::int32_t, int>, std::less<>> levels_;
};

/// A judgement and the ids of the rules that led to it, in the order of the pack.
struct Triage {
    Colour colour = Colour::none;
    std::vector<std::string> rules;
    bool operator==(const Triage&) const = default;
};

/// The rules that the answers alone decide. Colour::none while a question of this version is open and no rule has fired.
Triage judge_answers(const TriagePack& pack, const Population& declared, int version);

/// Whether a stay in the unit at the end of `path` was in an orange or red unit on one of its days.
bool is_risky(std::string_view path, Day from, Day to, const UnitLevels& levels);

/// Whether any stay was in a unit that was orange or red on a day of the stay. Rule: triage.stay.
bool stayed_at_risk(const std::vector<Place>& places, const Units& units, const UnitLevels& levels);

/// Adds triage.stay to a judgement by this pack, or takes it away; does nothing where the pack has no such rule.
Triage with_stay(const TriagePack& pack, Triage judged, bool at_risk);

/// Whether any of the signs was answered yes.
bool is_symptomatic(const Population& declared);

/// Everything at once (DOMAIN 3.5).
Triage triage(const TriagePack& pack, const Population& declared, int version, const Units& units, const UnitLevels& levels);

}  // namespace lachan::declaration
