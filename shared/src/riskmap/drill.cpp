#include "riskmap/drill.h"

#include "riskmap/explain.h"
#include "riskmap/workshop.h"

namespace lachan::riskmap {
namespace {

/// The units from `top` down on that day with all figures that a level of `pack` can depend on: one statement a province, by its key.
Result<Country> read_country(Context& context, std::string_view top, Day day, const Pack& pack) {
    Country country(context.units, top, day);
    if (country.places.empty()) return Error{Errc::not_found, "riskmap.unit", "no such unit on that day"};
    std::vector<std::string> provinces;
    for (const Place& place : country.places) {
        // The nation, provinces, or one place of a province with everything below it.
        if (place.level <= 1 || place.parent < 0) provinces.push_back(province_key(context.units, place.code));
    }
    for (const std::string& province : provinces) {
        TRY(context.database.read("SELECT unit, measure, day, source, value FROM riskmap_count WHERE province = ?1 "
                                  "AND (day BETWEEN ?2 AND ?3 OR (measure = 'population' AND day < ?2))",
                                  {std::string_view(province), std::int64_t{day.days - pack.reach()}, std::int64_t{day.days}}, [&](const Row& row) {
                                      const int place = country.find(row.text(0));
                                      const auto measure = measure_named(row.text(1));
                                      if (place < 0 || !measure) return Next::row;
                                      country.places[static_cast<std::size_t>(place)].figures.add(
                                          *measure, row.text(3), Day{static_cast<std::int32_t>(row.integer(2))}, row.integer(4));
                                      return Next::row;
                                  }));
    }
    settle_people(country, context.units, day);
    return country;
}

/// Whether the asker works with cases there. Others see below a province what is published, the level by the rule in force: the cell of
/// a rule, the limits of other packs and the bounds of a level tell how many, and in a small place who.
bool sees_cases(const Context& context, std::string_view unit) {
    return unit == kNation || unit.size() <= 2 ||
           sight_of(context.actor, Verb::read, Area::tracing, unit, context.units, context.now) >= Sight::counts;
}

/// The level of a province whose counts have stopped is held for a while, as on the map of provinces (riskmap.held).
int held_level(const Context& context, const Pack& pack, const Place& place, Day day) {
    if (place.level != 1) return 0;
    return compute(&pack, Census(reference().populations, context.units, day), place.code, place.figures, day).level;
}

void write_unit(JsonWriter& out, Context& context, const Pack& pack, const Place& place, const Assessed& one, Day day, const Declaration* declared) {
    const Unit* unit = context.units.find(place.code, day);
    const int shown = one.level != 0 ? one.level : held_level(context, pack, place, day);
    const bool is_whole = sees_cases(context, place.code);
    const auto level = [&out](const char* key, int value) {
        out.key(key);
        if (value == 0) out.null();
        else out.number(value);
    };
    out.open_object();
    if (is_whole) {
        level("atLeast", one.low);
        level("atMost", one.high);
    }
    out.key("colour");
    out.text(shown != 0 ? pack.colour(shown) : one.state == Assessed::State::grey ? "grey" : "");
    level("computedLevel", shown);
    level("declaredLevel", declared ? declared->level : 0);
    out.key("mark");
    out.text(one.cell < 0 ? "" : name_of(one.mark));
    if (is_whole) write_missing(out, pack, one);
    out.key("name");
    out.text(unit ? unit->name : "");
    if (is_whole) {
        out.key("rule");
        out.text(rule_of(pack, one));
    }
    out.key("unit");
    out.text(place.code);
    out.close_object();
}

}  // namespace

Result<Json> units_below(Context& context, const Json& arguments, Sight) {
    const Day day = TRY(Day::parse(text_at(arguments, "day")));
    const std::string_view named = text_at(arguments, "pack");
    const Pack* pack = named.empty() ? reference().pack_on(day) : reference().pack_named(named);
    if (!pack) return Error{Errc::not_found, "riskmap.no_pack", "no such pack, or none in force on that day"};
    const std::string_view asked = text_at(arguments, "unit");
    // What other packs would say of a small place narrows its count down: only for who may see that.
    if (!named.empty() && pack != reference().pack_on(day) && !asked.empty() && asked != kNation)
        TRY(require(context.actor, Verb::read, Area::tracing, asked, context.units, context.now, Sight::counts));
    const Country country = TRY(read_country(context, asked.empty() ? kNation : asked, day, *pack));
    const Assessment assessment(*pack, country, day);
    JsonWriter out(4'096);
    out.open_object();
    out.key("day");
    out.text(to_string(day));
    out.key("pack");
    out.text(pack->id);
    out.key("packMark");
    out.text(name_of(pack->mark()));
    out.key("units");
    out.open_array();
    for (std::size_t i = 0; i < country.places.size(); ++i) {
        const Place& place = country.places[i];
        if (place.parent > 0) break;  // places come level by level
        const auto declared = TRY(read_declarations(context.database, province_key(context.units, place.code), place.code));
        write_unit(out, context, *pack, place, assessment.of(static_cast<int>(i)), day, in_force(declared, day));
    }
    out.close_array();
    out.key("version");
    out.number(pack->version);
    out.close_object();
    return parse_json(out.take());
}

Result<Json> explanation_of(Context& context, std::string_view unit, Day day, const Pack& pack, int declared) {
    const Country country = TRY(read_country(context, unit, day, pack));
    const Assessment assessment(pack, country, day);
    const Place& place = country.places[0];
    const Unit* found = context.units.find(unit, day);
    JsonWriter out(4'096);
    write_why(out, pack,
              {place.code, found ? std::string(found->name) : "", place.level, day, assessment.people(0), static_cast<std::int64_t>(place.children.size()),
               assessment.values(0), assessment.of(0), &place.figures, declared});
    return parse_json(out.take());
}

}  // namespace lachan::riskmap
