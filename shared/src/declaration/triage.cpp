#include "declaration/triage.h"

#include <algorithm>
#include <array>

#include "declaration/declaration.h"

namespace lachan::declaration {
namespace {

constexpr int kLowSpo2 = 94;
constexpr int kWarmDc = 375;
constexpr int kOrange = 3;

bool yes(const Answer& answer) { return answer.value_or(false); }

/// Initial pack of DOMAIN 3.5 without "own open F0/F1 order", which waits for the system that makes such orders.
constexpr std::array kTriage1 = {
    TriageRule{"triage.contact_and_sign", Colour::red,
         [](const Population& p) { return yes(p.contact_case) && is_symptomatic(p); }},
    TriageRule{"triage.dyspnoea", Colour::red, [](const Population& p) { return yes(p.sign_dyspnoea); }},
    TriageRule{"triage.pneumonia", Colour::red, [](const Population& p) { return yes(p.sign_pneumonia); }},
    TriageRule{"triage.spo2", Colour::red, [](const Population& p) { return p.spo2 && *p.spo2 < kLowSpo2; }},
    TriageRule{"triage.contact", Colour::yellow, [](const Population& p) { return yes(p.contact_case) && !is_symptomatic(p); }},
    TriageRule{"triage.sign", Colour::yellow, [](const Population& p) { return is_symptomatic(p); }},
    TriageRule{"triage.temperature", Colour::yellow,
         [](const Population& p) { return p.temperature_dc && *p.temperature_dc >= kWarmDc; }},
    TriageRule{"triage.stay", Colour::yellow, nullptr},
    TriageRule{"triage.contact_symptomatic", Colour::yellow, [](const Population& p) { return yes(p.contact_symptomatic); }},
    TriageRule{"triage.contact_affected_country", Colour::yellow, [](const Population& p) { return yes(p.contact_affected_country); }},
};

/// A new pack goes to the end, with the first day on which it is in force, and gets its section in docs/RULES.md.
constexpr std::array kPacks = {TriagePack{"triage-1", Day{0}, kTriage1}};

bool answered(const Population& p, int version) {
    if (version >= 2 && !p.sign_loss_of_taste_smell) return false;
    return p.travelled && p.sign_fever && p.sign_cough && p.sign_dyspnoea && p.sign_pneumonia && p.sign_sore_throat &&
           p.sign_fatigue && p.contact_case && p.contact_affected_country && p.contact_symptomatic;
}

Colour colour_of(const TriagePack& pack, const std::vector<std::string>& rules, Colour otherwise) {
    Colour colour = otherwise;
    for (const TriageRule& rule : pack.rules) {
        if (std::find(rules.begin(), rules.end(), rule.id) != rules.end()) colour = std::max(colour, rule.colour);
    }
    return colour;
}

}  // namespace

const char* name_of(Colour colour) {
    switch (colour) {
        case Colour::none: return "";
        case Colour::green: return "green";
        case Colour::yellow: return "yellow";
        case Colour::red: return "red";
    }
    return "";
}

Colour parse_colour(std::string_view name) {
    for (const Colour colour : {Colour::green, Colour::yellow, Colour::red}) {
        if (name == name_of(colour)) return colour;
    }
    return Colour::none;
}

std::span<const TriagePack> triage_packs() { return kPacks; }

const TriagePack& pack_on(Day day, std::span<const TriagePack> packs) {
    const auto later = std::find_if(packs.begin() + 1, packs.end(), [day](const TriagePack& pack) { return day < pack.from; });
    return *(later - 1);
}

const TriagePack& pack_named(std::string_view id, Day day, std::span<const TriagePack> packs) {
    const auto known = std::find_if(packs.begin(), packs.end(), [id](const TriagePack& pack) { return pack.id == id; });
    return known == packs.end() ? pack_on(day, packs) : *known;
}

void UnitLevels::set(std::string_view unit, Day from, int level) { levels_[std::string(unit)][from.days] = level; }

int UnitLevels::on(std::string_view path, Day day) const {
    while (!path.empty()) {
        const auto slash = path.rfind('/');
        const auto code = slash == std::string_view::npos ? path : path.substr(slash + 1);
        if (const auto unit = levels_.find(code); unit != levels_.end()) {
            const auto after = unit->second.upper_bound(day.days);
            if (after != unit->second.begin() && std::prev(after)->second > 0) return std::prev(after)->second;
        }
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
    }
    return 0;
}

int UnitLevels::highest(std::string_view path, Day from, Day to) const {
    int highest = 0;
    for (Day day = from; day <= to; day = day + 1) highest = std::max(highest, on(path, day));
    return highest;
}

bool is_symptomatic(const Population& p) {
    return yes(p.sign_fever) || yes(p.sign_cough) || yes(p.sign_dyspnoea) || yes(p.sign_pneumonia) || yes(p.sign_sore_throat) ||
           yes(p.sign_fatigue) || yes(p.sign_loss_of_taste_smell);
}

Triage judge_answers(const TriagePack& pack, const Population& declared, int version) {
    Triage judged;
    for (const TriageRule& rule : pack.rules) {
        if (rule.fires && rule.fires(declared)) judged.rules.emplace_back(rule.id);
    }
    judged.colour = colour_of(pack, judged.rules, answered(declared, version) ? Colour::green : Colour::none);
    return judged;
}

bool is_risky(std::string_view path, Day from, Day to, const UnitLevels& levels) {
    return levels.highest(path, from, to) >= kOrange;
}

bool stayed_at_risk(const std::vector<Place>& places, const Units& units, const UnitLevels& levels) {
    return std::any_of(places.begin(), places.end(), [&](const Place& stay) {
        if (!stay.place || !stay.from || !stay.to || *stay.to - *stay.from > 366) return false;
        return is_risky(units.path(*stay.place, *stay.from), *stay.from, *stay.to, levels);
    });
}

Triage with_stay(const TriagePack& pack, Triage judged, bool at_risk) {
    // Keeps the order of the pack, so that the same judgement has the same text however it came about.
    std::vector<std::string> rules;
    for (const TriageRule& rule : pack.rules) {
        const bool stay = rule.fires == nullptr;
        const bool fired = std::find(judged.rules.begin(), judged.rules.end(), rule.id) != judged.rules.end();
        if (stay ? at_risk : fired) rules.emplace_back(rule.id);
    }
    const Colour otherwise = judged.colour == Colour::none ? Colour::none : Colour::green;
    return {colour_of(pack, rules, otherwise), std::move(rules)};
}

Triage triage(const TriagePack& pack, const Population& declared, int version, const Units& units, const UnitLevels& levels) {
    return with_stay(pack, judge_answers(pack, declared, version), stayed_at_risk(declared.places, units, levels));
}

}  // namespace lachan::declaration
