#include "riskmap/level.h"

#include <algorithm>
#include <charconv>

#include "riskmap/embedded.gen.h"

namespace lachan::riskmap {
namespace {

Error bad_population(const char* why) { return {Errc::malformed, "riskmap.population", why}; }

/// Thousands with one decimal ("8246.6") as people.
Result<std::int64_t> read_thousands(std::string_view text) {
    const auto point = text.find('.');
    if (point == std::string_view::npos || point == 0 || text.size() != point + 2) return bad_population("one decimal");
    const std::string digits = std::string(text.substr(0, point)) + text[point + 1];
    std::int64_t tenths = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), tenths);
    if (error != std::errc() || end != digits.data() + digits.size() || tenths <= 0) return bad_population("not a number");
    return tenths * 100;
}

}  // namespace

Result<Populations> Populations::parse(std::string_view csv, Day counted_on) {
    Populations out;
    out.counted_on = counted_on;
    bool header = true;
    while (!csv.empty()) {
        const auto end = std::min(csv.find('\n'), csv.size());
        const std::string_view line = csv.substr(0, end);
        csv.remove_prefix(std::min(end + 1, csv.size()));
        if (header) {
            if (line != "code,name,population_thousand") return bad_population("unknown columns");
            header = false;
            continue;
        }
        if (line.empty()) continue;
        const auto first = line.find(',');
        const auto last = line.rfind(',');
        if (first == std::string_view::npos || first == last) return bad_population("three columns");
        out.entries.push_back({std::string(line.substr(0, first)), TRY(read_thousands(line.substr(last + 1)))});
    }
    return out;
}

Census::Census(const Populations& populations, const Units& units, Day last) : populations_(populations), units_(units) {
    for (const Populations::Entry& entry : populations_.entries) {
        if (populations_.counted_on < last && !units_.find(entry.code, last)) ended_.push_back(&entry);
    }
}

std::optional<std::int64_t> Census::of(std::string_view code, Day day) const {
    const auto& entries = populations_.entries;
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.code == code; });
    if (entry == entries.end()) return std::nullopt;
    std::int64_t people = entry->people;
    for (const Populations::Entry* other : ended_) {
        if (units_.find(other->code, day)) continue;
        const auto heirs = units_.successors_at(other->code, day);
        const bool here = std::any_of(heirs.begin(), heirs.end(), [&](const Unit* heir) { return heir->code == code; });
        // A province that was split among several has no known part here.
        if (here && heirs.size() != 1) return std::nullopt;
        if (here) people += other->people;
    }
    return people;
}

const Pack* Reference::pack_on(Day day) const {
    for (const Pack& pack : packs) {
        if (pack.use == Pack::Use::map && pack.valid_from <= day && day <= pack.valid_to) return &pack;
    }
    return nullptr;
}

const Pack* Reference::pack_named(std::string_view id) const {
    const auto found = std::find_if(packs.begin(), packs.end(), [&](const Pack& pack) { return pack.id == id; });
    return found == packs.end() ? nullptr : &*found;
}

int Reference::reach() const {
    int days = 0;
    for (const Pack& pack : packs) {
        if (pack.use == Pack::Use::map) days = std::max(days, pack.reach());
    }
    return days;
}

const Reference& reference() {
    static const Reference carried = [] {
        Reference made;
        for (const auto& [path, text] : embedded_in_riskmap()) {
            if (path.ends_with(".json")) {
                Pack& pack = made.packs.emplace_back();
                const auto json = parse_json(text);
                const bool is_read = json && read_pack(*json, pack);
                assert(is_read && "a carried pack can be read: tests/riskmap");
                if (!is_read) made.packs.pop_back();
            } else {
                auto counted = Populations::parse(text, Day::parse("2020-07-01").value());
                assert(counted && "the carried population can be read: tests/riskmap");
                if (counted) made.populations = std::move(*counted);
            }
        }
        return made;
    }();
    return carried;
}

namespace {

/// The level of one day from its own windows alone.
Computed compute_strictly(const Pack* pack, const Census& census, std::string_view unit, const Figures& figures, Day day) {
    Computed out;
    out.pack = pack;
    if (!pack) return out;
    out.cases = figures.sum(Measure::cases, day, pack->window_days);
    out.people = people_of(census, unit, figures, day);
    if (out.cases && out.people) out.band = pack->band_of(*out.cases, *out.people);
    out.values = own_values(*pack, figures, out.people, day);
    out.assessed = assess(*pack, level_of_code(unit), day, out.values);
    out.level = out.assessed.level;
    return out;
}

}  // namespace

std::optional<std::int64_t> people_of(const Census& census, std::string_view unit, const Figures& figures, Day day) {
    if (const auto told = figures.latest(Measure::population, day, kPeopleDays)) return told->value;
    return census.of(unit, day);
}

Computed compute(const Pack* pack, const Census& census, std::string_view unit, const Figures& figures, Day day) {
    Computed out = compute_strictly(pack, census, unit, figures, day);
    if (!pack || out.level != 0 || out.cases || !out.people) return out;
    for (int back = 1; back <= pack->hold_days; ++back) {
        const Computed before = compute_strictly(pack, census, unit, figures, day + -back);
        if (before.level == 0) continue;
        if (before.level > 1) {
            out.level = before.level;
            out.held_from = day + -back;
        }
        break;
    }
    return out;
}

Computed compute(const Reference& from, const Census& census, std::string_view unit, const Figures& figures, Day day) {
    return compute(from.pack_on(day), census, unit, figures, day);
}

}  // namespace lachan::riskmap
