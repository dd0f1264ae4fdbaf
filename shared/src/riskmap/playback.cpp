#include "riskmap/playback.h"

#include "kernel/json_writer.h"
#include "riskmap/counts.h"
#include "riskmap/workshop.h"

namespace lachan::riskmap {
namespace {

void write_codes(JsonWriter& out, const Country& country, int level) {
    std::string codes;
    for (const Place& place : country.places) {
        if (place.level == level) codes += (codes.empty() ? "" : " ") + place.code;
    }
    out.key("units");
    out.text(codes);
}

/// What was said of a measure on a day about each place, -1 where nothing was: where nobody counted a place itself, the sum of the places
/// below it when all of them are known. Places come after those above them.
std::vector<std::int64_t> values_of(const Country& country, Measure measure, Day day) {
    std::vector<std::int64_t> values(country.places.size(), -1);
    const Kind kind = info_of(measure).kind;
    const bool is_summed = kind == Kind::count || kind == Kind::state;
    for (std::size_t i = values.size(); i-- > 0;) {
        const Place& place = country.places[i];
        if (const auto own = place.figures.on(measure, day)) {
            values[i] = *own;
        } else if (is_summed) {
            values[i] = sum_below(place, [&](std::size_t child) { return values[child]; });
        }
    }
    return values;
}

void write_values(JsonWriter& out, const Country& country, int level, std::span<const Measure> measures, Day day) {
    out.key("values");
    out.open_array();
    for (const Measure measure : measures) {
        const auto values = values_of(country, measure, day);
        out.open_array();
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (country.places[i].level == level) out.number(values[i]);
        }
        out.close_array();
    }
    out.close_array();
}

Result<std::vector<Measure>> measures_in(const Json& names) {
    std::vector<Measure> measures;
    if (names.is_null()) return measures;
    for (const Json& name : names) {
        const auto measure = name.is_string() ? measure_named(name.get_ref<const std::string&>()) : std::nullopt;
        if (!measure) return Error{Errc::malformed, "riskmap.figures", "measures: a list of names of measures"};
        measures.push_back(*measure);
    }
    return measures;
}

}  // namespace

Result<std::string> playback(const Units& units, const Json& request) {
    const Day from = TRY(Day::parse(text_at(request, "from")));
    const Day until = TRY(Day::parse(text_at(request, "until")));
    if (until < from || until - from >= kProvinceCountDays) {
        return Error{Errc::rejected, "riskmap.range", "at most " + std::to_string(kProvinceCountDays) + " days"};
    }
    const std::string_view named = text_at(request, "under");
    const std::string_view top = named.empty() ? kNation : named;
    const int level = level_of_word(text_at(request, "level"));
    if (level == 0 || level < level_of_code(top)) return Error{Errc::rejected, "riskmap.depth", "level: at or below the unit"};

    const std::vector<Measure> asked = TRY(measures_in(at(request, "measures")));

    Country country;
    Day steady = from;
    std::vector<std::int64_t> people;
    JsonWriter out(4'096);
    out.open_object();
    out.key("days");
    out.open_array();
    for (Day day = from; day <= until; day = day + 1) {
        const bool is_other = day == from || steady < day;
        if (is_other) {
            country = Country(units, top, day);
            steady = units.steady_until(day);
            people.clear();
            TRY(add_figures(country, text_at(request, "figures")));
        }
        for (Place& place : country.places) place.people.reset();
        settle_people(country, units, day);
        const Pack* pack = reference().pack_on(day);
        out.open_object();
        out.key("day");
        out.text(to_string(day));
        std::string signs;
        if (pack) {
            const Assessment assessment(*pack, country, day);
            const Census census(reference().populations, units, day);
            people.clear();
            for (std::size_t i = 0; i < country.places.size(); ++i) {
                if (country.places[i].level != level) continue;
                const Assessed& one = assessment.of(static_cast<int>(i));
                signs += sign_of(one, settled_level(*pack, census, country.places[i], one, day));
                people.push_back(assessment.people(static_cast<int>(i)));
            }
        }
        out.key("levels");
        out.text(signs);
        out.key("mark");
        out.text(pack ? name_of(pack->mark()) : "");
        out.key("pack");
        out.text(pack ? std::string_view(pack->id) : std::string_view());
        if (is_other) write_codes(out, country, level);
        write_values(out, country, level, asked, day);
        out.key("version");
        out.number(pack ? pack->version : 0);
        out.close_object();
    }
    out.close_array();
    if (country.places.empty()) return Error{Errc::not_found, "riskmap.unit", "under: no such unit on the last day"};
    out.key("people");
    out.open_array();
    for (const std::int64_t each : people) out.number(each);
    out.close_array();
    out.close_object();
    return out.take();
}

}  // namespace lachan::riskmap
