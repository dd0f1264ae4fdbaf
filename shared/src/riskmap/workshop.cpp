#include "riskmap/workshop.h"

#include <algorithm>
#include <array>
#include <optional>

#include "riskmap/explain.h"
#include "riskmap/playback.h"
#include "riskmap/riskmap.h"

namespace lachan::riskmap {
namespace {

/// The pack of a request: the id of one that the program carries, or a whole one, which `own` then holds. Errc::not_found with rule
/// riskmap.no_pack.
Result<const Pack*> pack_in(const Json& named, Pack& own) {
    if (named.is_object()) {
        TRY(read_pack(named, own));
        return &own;
    }
    const Pack* carried = named.is_string() ? reference().pack_named(named.get_ref<const std::string&>()) : nullptr;
    if (!carried) return Error{Errc::not_found, "riskmap.no_pack", "no such pack"};
    return carried;
}

struct Asked {
    Day day;
    Country country;
    int left_out = 0;
};

/// Units from `under` down (the nation when absent) with the figures of the request.
Result<void> read_country(Asked& out, const Units& units, const Json& request) {
    out.day = TRY(Day::parse(text_at(request, "day")));
    const std::string_view under = text_at(request, "under");
    out.country = Country(units, under.empty() ? kNation : under, out.day);
    if (out.country.places.empty()) return Error{Errc::not_found, "riskmap.unit", "under: no such unit on that day"};
    out.left_out = TRY(add_figures(out.country, text_at(request, "figures")));
    settle_people(out.country, units, out.day);
    return {};
}

void write_codes(JsonWriter& out, const Country& country) {
    std::string codes;
    for (const Place& place : country.places) codes += (codes.empty() ? "" : " ") + place.code;
    out.key("units");
    out.text(codes);
}

void write_pack(JsonWriter& out, const Pack& pack) {
    out.key("pack");
    out.open_object();
    out.key("id");
    out.text(pack.id);
    out.key("mark");
    out.text(name_of(pack.mark()));
    out.key("version");
    out.number(pack.version);
    out.close_object();
}

/// riskmap.evaluate: {day, figures, packs, under?} -> for each pack a sign for each unit.
Result<std::string> evaluate(const Units& units, const Json& request) {
    Asked asked;
    TRY(read_country(asked, units, request));
    const Json& packs = at(request, "packs");
    if (!packs.is_array() || packs.empty() || packs.size() > 32) return Error{Errc::malformed, "riskmap.pack", "packs: a list of 1 to 32"};
    Numbers numbers(asked.country, asked.day);
    JsonWriter out(asked.country.places.size() * 16);
    out.open_object();
    out.key("answers");
    out.open_array();
    for (const Json& named : packs) {
        Pack own;
        const Pack* pack = TRY(pack_in(named, own));
        const Assessment assessment(*pack, numbers);
        out.open_object();
        out.key("levels");
        out.text(signs_of(assessment, asked.country));
        write_pack(out, *pack);
        out.close_object();
    }
    out.close_array();
    out.key("day");
    out.text(to_string(asked.day));
    out.key("leftOut");
    out.number(asked.left_out);
    write_codes(out, asked.country);
    out.close_object();
    return out.take();
}

void write_side(JsonWriter& out, const char* key, const Pack& pack, const Assessed& one) {
    out.key(key);
    out.open_object();
    out.key("atLeast");
    out.number(one.low);
    out.key("atMost");
    out.number(one.high);
    out.key("level");
    if (one.level == 0) out.null();
    else out.number(one.level);
    out.key("rule");
    out.text(rule_of(pack, one));
    out.close_object();
}

/// riskmap.compare: {day, figures, pack, after: {pack?, figures?}, under?} -> the units whose level another pack, other figures, or
/// both would change.
Result<std::string> compare(const Units& units, const Json& request) {
    const Json& after = at(request, "after");
    Asked asked;
    TRY(read_country(asked, units, request));
    Pack own, own_other;
    const Pack* pack = TRY(pack_in(at(request, "pack"), own));
    const Pack* other = at(after, "pack").is_null() ? pack : TRY(pack_in(at(after, "pack"), own_other));
    Numbers numbers(asked.country, asked.day);
    Assessment first(*pack, numbers);
    const std::vector<Assessed> before = first.all();
    std::vector<int> touched;
    TRY(add_figures(asked.country, text_at(after, "figures"), &touched));
    if (!touched.empty()) settle_people(asked.country, units, asked.day);
    for (const int place : touched) first.refresh(place);
    std::optional<Assessment> second;
    if (other != pack) second.emplace(*other, numbers);
    const std::vector<Assessed>& then = second ? second->all() : first.all();
    JsonWriter out(4'096);
    out.open_object();
    out.key("changes");
    out.open_array();
    for (const Change& change : changes_of(before, then)) {
        out.open_object();
        write_side(out, "after", *other, change.after);
        write_side(out, "before", *pack, change.before);
        out.key("unit");
        out.text(asked.country.places[static_cast<std::size_t>(change.place)].code);
        out.close_object();
    }
    out.close_array();
    out.key("day");
    out.text(to_string(asked.day));
    out.key("units");
    out.number(static_cast<std::int64_t>(asked.country.places.size()));
    out.close_object();
    return out.take();
}

/// riskmap.explain: {day, figures, pack, unit, under?, declared?} -> why that unit has its colour.
Result<std::string> explain_one(const Units& units, const Json& request) {
    Asked asked;
    TRY(read_country(asked, units, request));
    Pack own;
    const Pack* pack = TRY(pack_in(at(request, "pack"), own));
    const int at_place = asked.country.find(text_at(request, "unit"));
    if (at_place < 0) return Error{Errc::not_found, "riskmap.unit", "unit: it is not among the units asked about"};
    const Assessment assessment(*pack, asked.country, asked.day);
    const Place& place = asked.country.places[static_cast<std::size_t>(at_place)];
    const Unit* unit = units.find(place.code, asked.day);
    const std::int64_t declared = int_at(request, "declared");
    if (declared < 0 || declared > 4) return Error{Errc::malformed, "riskmap.level", "declared: 1 to 4"};
    JsonWriter out(4'096);
    write_why(out, *pack,
              {place.code, unit ? std::string(unit->name) : "", place.level, asked.day, assessment.people(at_place),
               static_cast<std::int64_t>(place.children.size()), assessment.values(at_place), assessment.of(at_place), &place.figures,
               static_cast<int>(declared)});
    return out.take();
}

/// riskmap.packs: the packs that the program carries, whole, so that somebody may change one and send it back; with `pack`, whether that
/// one can be read.
Result<std::string> list_packs(const Units&, const Json& request) {
    Pack own;
    std::span<const Pack> asked = reference().packs;
    if (!at(request, "pack").is_null()) asked = {TRY(pack_in(at(request, "pack"), own)), 1};
    JsonWriter out(16'384);
    out.open_object();
    out.key("packs");
    out.open_array();
    for (const Pack& pack : asked) {
        out.open_object();
        out.key("mark");
        out.text(name_of(pack.mark()));
        out.key("pack");
        out.tree(pack.json);
        out.close_object();
    }
    out.close_array();
    out.close_object();
    return out.take();
}

constexpr Computation kComputations[] = {
    {"riskmap.compare", compare},
    {"riskmap.evaluate", evaluate},
    {"riskmap.explain", explain_one},
    {"riskmap.packs", list_packs},
    {"riskmap.playback", playback},
};

/// The part before the next sign, which goes with it.
std::string_view cut(std::string_view& text, char sign) {
    std::size_t end = 0;  // fields are short: a search by words takes longer
    while (end < text.size() && text[end] != sign) ++end;
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

/// Measures by name, as lines about one unit after another name them: the same one follows a measure each time, and is looked at first.
class MeasureNames {
public:
    std::optional<Measure> find(std::string_view name) {
        const Measure guess = after_[static_cast<std::size_t>(last_)];
        if (info_of(guess).name == name) return last_ = guess;
        const auto found = measure_named(name);
        if (found) last_ = after_[static_cast<std::size_t>(last_)] = *found;
        return found;
    }

private:
    std::array<Measure, 32> after_{};
    Measure last_ = Measure::cases;
};

/// First days of series as lines name them: those of one measure mostly begin on one day, which is read once.
class FirstDays {
public:
    /// nullopt for what is no day, or none that figures may have.
    std::optional<Day> find(Measure measure, std::string_view text) {
        auto& [known, day] = of_[static_cast<std::size_t>(measure)];
        if (!known.empty() && known == text) return day;
        const auto read = Day::parse(text);
        if (!read || *read < kFirstFigureDay || kLastFigureDay < *read) return std::nullopt;
        known = text;
        return day = *read;
    }

private:
    std::array<std::pair<std::string_view, Day>, 32> of_{};
};

/// The entries of a series, -1 where there is none. `values` is used again for each line: there are a hundred thousand of a country.
bool read_values(Measure measure, std::string_view text, std::vector<std::int32_t>& values) {
    const std::int64_t most = most_of(measure);
    const std::int64_t least = info_of(measure).kind == Kind::level ? 1 : 0;
    values.clear();
    while (values.size() <= 4'000) {
        std::int64_t number = 0;
        std::size_t digits = 0;
        while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits < 11) number = number * 10 + (text[digits++] - '0');
        if (digits > 0 && (number > most || number < least)) return false;
        values.push_back(digits > 0 ? static_cast<std::int32_t>(number) : -1);
        if (digits == text.size()) return true;
        if (text[digits] != ',') return false;
        text.remove_prefix(digits + 1);
    }
    return false;
}

}  // namespace

Result<int> add_figures(Country& country, std::string_view lines, std::vector<int>* touched) {
    int left_out = 0;
    std::vector<std::int32_t> values;
    std::string_view last_code;
    int place = -1;
    MeasureNames names;
    FirstDays days;
    std::size_t of_unit = 0;  // lines of the unit so far
    for (int number = 1; !lines.empty(); ++number) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (line.empty()) continue;
        const auto wrong = [&](const char* field) {
            return Error{Errc::malformed, "riskmap.figures", "line " + std::to_string(number) + ": " + field};
        };
        // Lines of one unit follow each other: it is looked up once.
        const std::string_view code = cut(line, '|');
        if (code != last_code) {
            place = country.find(last_code = code);
            if (place >= 0) country.places[static_cast<std::size_t>(place)].figures.expect(of_unit);
            of_unit = 0;
        }
        ++of_unit;
        const auto measure = names.find(cut(line, '|'));
        const std::string_view source = cut(line, '|');
        const auto from = days.find(measure.value_or(Measure::cases), cut(line, '|'));
        if (!from) return wrong("from");
        if (!measure) return wrong("measure");
        if (source.size() > 40) return wrong("source");
        if (place < 0) {
            ++left_out;
            continue;
        }
        if (!read_values(*measure, line, values)) return wrong("values");
        if (touched && (touched->empty() || touched->back() != place)) touched->push_back(place);
        country.places[static_cast<std::size_t>(place)].figures.add_run(*measure, source, *from, values);
    }
    return left_out;
}

void settle_people(Country& country, const Units& units, Day day) {
    const Census census(reference().populations, units, day);
    for (Place& place : country.places) {
        if (place.level == 1) place.people = people_of(census, place.code, place.figures, day);
        else if (const auto told = place.figures.latest(Measure::population, day, kPeopleDays)) place.people = told->value;
    }
}

int settled_level(const Pack& pack, const Census& census, const Place& place, const Assessed& assessed, Day day) {
    if (assessed.level != 0 || place.level != 1) return assessed.level;
    return compute(&pack, census, place.code, place.figures, day).level;
}

char sign_of(const Assessed& assessed, int level) {
    if (level != 0) return static_cast<char>('0' + level);
    return assessed.state == Assessed::State::grey ? '.' : '-';
}

std::string signs_of(const Assessment& assessment, const Country& country) {
    std::string signs(country.places.size(), '-');
    for (std::size_t i = 0; i < signs.size(); ++i) {
        const Assessed& one = assessment.of(static_cast<int>(i));
        signs[i] = sign_of(one, one.level);
    }
    return signs;
}

std::vector<Change> changes_of(const std::vector<Assessed>& before, const std::vector<Assessed>& after) {
    std::vector<Change> out;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const Assessed &a = before[i], &b = after[i];
        if (a.level != b.level || a.state != b.state) out.push_back({static_cast<int>(i), a, b});
    }
    return out;
}

std::span<const Computation> computations() { return kComputations; }

}  // namespace lachan::riskmap
