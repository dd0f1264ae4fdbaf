#include "riskmap/drill.h"

#include <map>
#include <set>

#include "riskmap/counts.h"
#include "riskmap/explain.h"
#include "riskmap/workshop.h"

namespace lachan::riskmap {
namespace {

/// The announcements of a whole province that are in force on the day, by unit.
Result<void> read_announced(Context& context, std::string_view province, Day day, Drilled& drilled) {
    std::map<std::string, std::vector<Declaration>> announced;
    TRY(context.database.read("SELECT unit, record_id, made_at, supersedes, level, first_day, last_day, document_number, reason FROM riskmap_declared WHERE province = ?1",
                              {province}, [&](const Row& row) {
                                  announced[std::string(row.text(0))].push_back(declaration_of(row, 1));
                                  return Next::row;
                              }));
    for (const auto& [unit, declarations] : announced) {
        const int place = drilled.country.find(unit);
        const Declaration* found = place < 0 ? nullptr : in_force(declarations, day);
        if (found) drilled.declared[static_cast<std::size_t>(place)] = found->level;
    }
    return {};
}

void write_unit(JsonWriter& out, Context& context, const Pack& pack, const Place& place, const Assessed& one, Day day, int computed, int declared) {
    const Unit* unit = context.units.find(place.code, day);
    const int shown = declared != 0 ? declared : computed;
    // Others see below a province the level by the rule in force: the cell of a rule, the limits of other packs and the bounds of a level
    // tell how many, and in a small place who.
    const bool is_whole = sees_counts(context.actor, place.code, context.units, context.now);
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
    level("computedLevel", computed);
    level("declaredLevel", declared);
    level("level", shown);
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

/// Codes of the units of one level, and a sign for each: ten thousand of them are sixty kilobytes.
Json compact(const Drilled& drilled, const Assessment& assessment, const DrilledLevels& levels, int level) {
    std::string codes, shown, computed;
    for (std::size_t i = 0; i < drilled.country.places.size(); ++i) {
        const Place& place = drilled.country.places[i];
        if (place.level != level) continue;
        codes += (codes.empty() ? "" : " ") + place.code;
        const Assessed& one = assessment.of(static_cast<int>(i));
        shown += sign_of(one, levels.shown[i]);
        computed += sign_of(one, levels.computed[i]);
    }
    Json out = Json::object();
    out["codes"] = std::move(codes);
    out["levels"] = std::move(shown);
    out["computed"] = std::move(computed);
    return out;
}

}  // namespace

Result<Drilled> drill(Context& context, std::string_view top, Day day, const Pack& pack) {
    Drilled out{Country(context.units, top, day), {}, 0};
    Country& country = out.country;
    if (country.places.empty()) return Error{Errc::not_found, "riskmap.unit", "no such unit on that day"};
    out.declared.resize(country.places.size());
    // What came from a province that was merged lies under the key of its own time.
    std::set<std::string> provinces;
    for (const Place& place : country.places) provinces.insert(province_key(context.units, place.code));
    for (const std::string& province : provinces) {
        TRY(context.database.read("SELECT unit, measure, day, source, value, made_at FROM riskmap_count WHERE province = ?1 "
                                  "AND (day BETWEEN ?2 AND ?3 OR (measure = 'population' AND day < ?2))",
                                  {std::string_view(province), std::int64_t{day.days - pack.reach()}, std::int64_t{day.days}}, [&](const Row& row) {
                                      const int place = country.find(row.text(0));
                                      const auto measure = measure_named(row.text(1));
                                      if (place < 0 || !measure || !is_for_rules(*measure)) return Next::row;
                                      country.places[static_cast<std::size_t>(place)].figures.add(
                                          *measure, row.text(3), Day{static_cast<std::int32_t>(row.integer(2))}, row.integer(4));
                                      // People are no news of the epidemic: a count of years ago dates nothing.
                                      if (*measure != Measure::population) out.data_time = std::max(out.data_time, row.integer(5));
                                      return Next::row;
                                  }));
        TRY(read_announced(context, province, day, out));
    }
    settle_people(country, context.units, day);
    return out;
}

DrilledLevels levels_of(const Context& context, const Drilled& drilled, const Assessment& assessment) {
    DrilledLevels out;
    const Census census(reference().populations, context.units, assessment.day());
    for (std::size_t i = 0; i < drilled.country.places.size(); ++i) {
        const int level = settled_level(assessment.pack(), census, drilled.country.places[i], assessment.of(static_cast<int>(i)), assessment.day());
        out.computed.push_back(level);
        out.shown.push_back(drilled.declared[i] != 0 ? drilled.declared[i] : level);
    }
    return out;
}

Result<Json> units_below(Context& context, const Json& arguments, Sight) {
    const Day day = TRY(Day::parse(text_at(arguments, "day")));
    const std::string_view named = text_at(arguments, "pack");
    const Pack* pack = named.empty() ? reference().pack_on(day) : reference().pack_named(named);
    if (!pack) return Error{Errc::not_found, "riskmap.no_pack", "no such pack, or none in force on that day"};
    const std::string_view asked = text_at(arguments, "unit");
    const std::string_view top = asked.empty() ? kNation : asked;
    const int depth = level_of_word(text_at(arguments, "depth"));
    // What other packs would say of a small place narrows its count down: only for who may see that.
    if (!named.empty() && pack != reference().pack_on(day) && (top != kNation || depth > 1))
        TRY(require(context.actor, Verb::read, Area::tracing, top, context.units, context.now, Sight::counts));
    if (depth != 0 && depth < level_of_code(top)) return Error{Errc::rejected, "riskmap.depth", "the unit lies below that level"};
    const Drilled drilled = TRY(drill(context, top, day, *pack));
    const Country& country = drilled.country;
    const Assessment assessment(*pack, country, day);
    const DrilledLevels levels = levels_of(context, drilled, assessment);
    if (depth != 0) {
        Json answer = compact(drilled, assessment, levels, depth);
        answer["day"] = to_string(day);
        answer["depth"] = text_at(arguments, "depth");
        answer["pack"] = pack->id;
        answer["packMark"] = name_of(pack->mark());
        answer["version"] = pack->version;
        return answer;
    }
    JsonWriter out(4'096);
    out.open_object();
    out.key("dataTime");
    if (drilled.data_time == 0) out.null();
    else out.number(drilled.data_time);
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
        write_unit(out, context, *pack, place, assessment.of(static_cast<int>(i)), day, levels.computed[i], drilled.declared[i]);
    }
    out.close_array();
    out.key("version");
    out.number(pack->version);
    out.close_object();
    return parse_json(out.take());
}

Result<Json> explanation_of(Context& context, std::string_view unit, Day day, const Pack& pack, int declared) {
    const Drilled drilled = TRY(drill(context, unit, day, pack));
    const Assessment assessment(pack, drilled.country, day);
    const Place& place = drilled.country.places[0];
    const Unit* found = context.units.find(unit, day);
    JsonWriter out(4'096);
    write_why(out, pack,
              {place.code, found ? std::string(found->name) : "", place.level, day, assessment.people(0), static_cast<std::int64_t>(place.children.size()),
               assessment.values(0), assessment.of(0), &place.figures, declared});
    return parse_json(out.take());
}

}  // namespace lachan::riskmap
