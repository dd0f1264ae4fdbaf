#include <algorithm>
#include <map>
#include <span>

#include "epi/defaults.h"
#include "riskmap/counts.h"
#include "riskmap/declared.h"
#include "riskmap/drill.h"
#include "riskmap/explain.h"
#include "riskmap/public_counts.h"
#include "riskmap/publish.h"
#include "riskmap/suppress.h"

namespace lachan::riskmap {
namespace {

struct LevelsArguments {
    Date day;
};
struct SeriesArguments {
    Text unit;
    Date from;
    Date until;
};
struct WhyArguments {
    Text unit;
    Date day;
    Text pack;
};

/// Declarations of a unit in the window of its rule.
struct Symptoms {
    std::int64_t green = 0, yellow = 0, red = 0, symptomatic = 0;
};

/// All that the map shows of one unit on one day.
struct Shown {
    std::string unit;
    Figures figures;
    std::vector<Declaration> declarations;
    Symptoms symptoms;
    std::int64_t data_time = 0;
};

struct Span {
    std::optional<Day> first;
    std::optional<Day> last;
};

Day day_of(const Row& row, int column) { return Day{static_cast<std::int32_t>(row.integer(column))}; }

Result<Span> span_of(Database& database, std::span<const std::string> provinces) {
    Span span;
    if (provinces.empty()) return span;
    std::vector<SqlValue> values;
    for (const std::string& code : provinces) values.emplace_back(std::string_view(code));
    TRY(database.read(
        asked(1, provinces.size()) +
            "SELECT min(known.earliest), max(known.latest) FROM (SELECT "
            "(SELECT min(c.day) FROM riskmap_count c WHERE c.province = asked.code AND c.unit = asked.code AND c.measure = 'cases') "
            "AS earliest, "
            "(SELECT max(c.day) FROM riskmap_count c WHERE c.province = asked.code AND c.unit = asked.code AND c.measure = 'cases') "
            "AS latest FROM asked) AS known",
        values, [&](const Row& row) {
            if (!row.is_null(0)) span.first = day_of(row, 0);
            if (!row.is_null(1)) span.last = day_of(row, 1);
            return Next::stop;
        }));
    return span;
}

/// Reads counts, declarations and symptoms of all provinces with three statements.
Result<void> read_places(Database& database, std::vector<Shown>& places, Day day, int window) {
    if (places.empty()) return {};
    std::map<std::string_view, Shown*> by_code;
    std::vector<SqlValue> values{std::int64_t{day.days - reference().reach()}, std::int64_t{day.days}};
    for (Shown& place : places) {
        by_code[place.unit] = &place;
        values.emplace_back(std::string_view(place.unit));
    }
    const std::string with = asked(3, places.size());
    // Rows come unit by unit: looking one up per row would cost more than reading it.
    Shown* place = nullptr;
    const auto find = [&](std::string_view code) {
        if (!place || place->unit != code) place = by_code[code];
        return place;
    };
    const auto rows = [](const std::string& which) {
        return "SELECT c.unit, c.day, c.source, c.value, c.made_at, c.measure FROM asked JOIN riskmap_count c "
               "ON c.province = asked.code AND c.unit = asked.code AND " + which;
    };
    TRY(database.read(with + rows("c.measure IN (" + measure_list() + ") AND c.day BETWEEN ?1 AND ?2") + " UNION ALL " +
                          rows("c.measure = 'population' AND c.day < ?1"),
                      values, [&](const Row& row) {
                          Shown& at = *find(row.text(0));
                          const auto measure = measure_named(row.text(5));
                          if (!measure) return Next::row;
                          at.figures.add(*measure, row.text(2), day_of(row, 1), row.integer(3));
                          at.data_time = std::max(at.data_time, row.integer(4));
                          return Next::row;
                      }));
    values[0] = std::int64_t{day.days - window + 1};
    TRY(database.read(with + "SELECT s.unit, sum(s.green), sum(s.yellow), sum(s.red), sum(s.symptomatic) FROM asked "
                             "JOIN riskmap_symptom s ON s.province = asked.code AND s.unit = asked.code "
                             "WHERE s.day BETWEEN ?1 AND ?2 GROUP BY s.unit",
                      values, [&](const Row& row) {
                          find(row.text(0))->symptoms = {row.integer(1), row.integer(2), row.integer(3), row.integer(4)};
                          return Next::row;
                      }));
    values.erase(values.begin(), values.begin() + 2);
    TRY(database.read(asked(1, places.size()) +
                          "SELECT d.unit, d.record_id, d.made_at, d.supersedes, d.level, d.first_day, d.last_day, d.document_number, "
                          "d.reason FROM asked JOIN riskmap_declared d ON d.province = asked.code AND d.unit = asked.code",
                      values, [&](const Row& row) {
                          find(row.text(0))->declarations.push_back(declaration_of(row, 1));
                          return Next::row;
                      }));
    return {};
}

Json or_null(const std::optional<std::int64_t>& value) { return value ? Json(*value) : Json(nullptr); }

Json shown(std::int64_t count, bool exact) { return exact || count == 0 || count >= kFewest ? Json(count) : Json(nullptr); }

/// The comparison of the leading rate, written out with the very products that were compared.
std::string arithmetic(const Computed& computed) {
    const Pack& pack = *computed.pack;
    const Band& band = *computed.band;
    const auto side = [&](std::int64_t limit) {
        return std::to_string(limit) + " × " + std::to_string(*computed.people) + " = " + product(limit, *computed.people);
    };
    std::string text = side(band.from) + " ≤ " + std::to_string(*computed.cases) + " × " + std::to_string(pack.per) + " = " +
                       product(*computed.cases, pack.per);
    if (band.below) text += " < " + side(*band.below);
    return text;
}

/// Which rule said so, from which inputs, and what was missing.
Json explain(const Computed& computed) {
    Json why{{"rule", "riskmap.rate"}, {"missing", Json::array()}};
    if (!computed.pack) {
        why["rule"] = "riskmap.no_pack";
        return why;
    }
    const Pack& pack = *computed.pack;
    const Assessed& assessed = computed.assessed;
    why["pack"] = pack.id;
    why["version"] = pack.version;
    if (!computed.cases) why["missing"].push_back("cases");
    if (!computed.people) why["missing"].push_back("population");
    why["missingInputs"] = Json::array();
    for (std::size_t i = 0; i < pack.inputs.size(); ++i) {
        if ((assessed.missing >> i & 1) != 0) why["missingInputs"].push_back(pack.inputs[i].name);
    }
    if (computed.held_from) {
        why["rule"] = "riskmap.held";
        why["heldFrom"] = to_string(*computed.held_from);
    }
    if (computed.band) why["arithmetic"] = arithmetic(computed);
    if (assessed.state != Assessed::State::computed) return why;
    why["cell"] = rule_of(pack, assessed);
    why["mark"] = name_of(assessed.mark);
    why["stricter"] = assessed.is_stricter;
    return why;
}

Json level_or_null(int level) { return level == 0 ? Json(nullptr) : Json(level); }

/// What the map shows of one unit. `level` is the declared one where an authority spoke, else the computed one.
Json describe_place(const Shown& place, const Census& census, Day day) {
    const Computed computed = compute(reference(), census, place.unit, place.figures, day);
    const Declaration* declared = in_force(place.declarations, day);
    Json out{{"unit", place.unit},
             {"level", level_or_null(declared ? declared->level : computed.level)},
             {"computed", level_or_null(computed.level)},
             {"held", computed.held_from.has_value()},
             {"band", computed.band ? Json(computed.band->level) : Json(nullptr)},
             {"cases7", or_null(computed.cases)},
             {"population", or_null(computed.people)},
             {"why", explain(computed)}};
    // Rounded down, for reading only: the level was decided without rounding.
    const bool rated = computed.cases && computed.people;
    out["per100kX10"] = rated ? Json(*computed.cases * 1'000'000 / *computed.people) : Json(nullptr);
    if (declared) out["declared"] = to_json(*declared);

    Json sources = Json::array();
    const int window = computed.pack ? computed.pack->window_days : 7;
    std::optional<std::int64_t> least, most;
    for (const Figures::OfSource& source : place.figures.by_source(Measure::cases, day, window)) {
        sources.push_back({{"source", source.source}, {"cases7", source.sum}, {"days", source.days}});
        least = std::min(least.value_or(source.sum), source.sum);
        most = std::max(most.value_or(source.sum), source.sum);
    }
    out["sources"] = std::move(sources);
    out["difference"] = least ? Json(*most - *least) : Json(nullptr);
    return out;
}

/// The pack as data, with what it leaves open filled in.
Json describe_pack(const Pack& pack) {
    Json out = pack.json;
    out["per"] = pack.per;
    out["windowDays"] = pack.window_days;
    return out;
}

/// In which classes the map shows what it counts: those of the models of the map, for a page that has not loaded them.
Json class_edges() {
    const auto whole = [](std::span<const double> edges) {
        Json out = Json::array();
        for (const double edge : edges) out.push_back(static_cast<std::int64_t>(edge));
        return out;
    };
    return {{"cases", whole(epi::kMapCasesEdges)}, {"symptoms", whole(epi::kMapSymptomsEdges)}};
}

/// Codes under which counts of provinces can lie: those of the epidemic's first year and those of today.
std::vector<std::string> provinces_ever(const Units& units, Day today) {
    std::vector<std::string> codes;
    for (const Day day : {first_day_of_year(2020), today}) {
        for (const Unit* unit : units.children(kNation, day)) codes.emplace_back(unit->code);
    }
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    return codes;
}

/// riskmap.levels: the provinces of a day, coloured, each with the reason. Without `day`: the last one that has counts.
Result<Json> levels(Context& context, const Json& arguments, Sight) {
    const Day today = day_in_vietnam(context.now);
    std::optional<Day> asked_day;
    if (at(arguments, "day").is_string()) asked_day = TRY(Day::parse(text_at(arguments, "day")));

    const std::vector<std::string> codes = provinces_ever(context.units, today);
    const Span span = TRY(span_of(context.database, codes));
    const Day day = asked_day.value_or(span.last.value_or(today));

    std::vector<Shown> places;
    for (const Unit* unit : context.units.children(kNation, day)) {
        places.emplace_back();
        places.back().unit = unit->code;
    }
    const Pack* pack = reference().pack_on(day);
    TRY(read_places(context.database, places, day, pack ? pack->window_days : 7));

    const Census census(reference().populations, context.units, day);
    std::int64_t data_time = 0;
    Json provinces = Json::array();
    for (const Shown& place : places) {
        Json item = describe_place(place, census, day);
        const bool exact = sight_of(context.actor, Verb::read, Area::declare, place.unit, context.units, context.now) >= Sight::counts;
        item["declarations"] = {{"green", shown(place.symptoms.green, exact)},
                                {"yellow", shown(place.symptoms.yellow, exact)},
                                {"red", shown(place.symptoms.red, exact)}};
        item["symptomatic"] = shown(place.symptoms.symptomatic, exact);
        data_time = std::max(data_time, place.data_time);
        provinces.push_back(std::move(item));
    }
    return Json{{"day", to_string(day)},
                {"pack", pack ? describe_pack(*pack) : Json(nullptr)},
                {"packMark", pack ? Json(name_of(pack->mark())) : Json(nullptr)},
                {"edges", class_edges()},
                {"provinces", std::move(provinces)},
                {"days",
                 {{"first", span.first ? Json(to_string(*span.first)) : Json(nullptr)},
                  {"last", span.last ? Json(to_string(*span.last)) : Json(nullptr)}}},
                {"dataTime", data_time == 0 ? Json(nullptr) : Json(data_time)}};
}

Result<void> may_see_days(const Context& context, std::string_view unit) {
    if (sees_counts(context.actor, unit, context.units, context.now)) return {};
    return require(context.actor, Verb::read, Area::tracing, unit, context.units, context.now, Sight::counts);
}

/// riskmap.series: the largest count of each day, and what each source said.
Result<Json> series(Context& context, const Json& arguments, Sight) {
    const std::string unit(text_at(arguments, "unit"));
    TRY(may_see_days(context, unit));
    const std::string province = province_key(context.units, unit);
    if (province.empty()) return Error{Errc::not_found, "riskmap.unit", "no such unit"};
    Day from{INT32_MIN};
    Day until{INT32_MAX};
    if (at(arguments, "from").is_string()) from = TRY(Day::parse(text_at(arguments, "from")));
    if (at(arguments, "until").is_string()) until = TRY(Day::parse(text_at(arguments, "until")));
    Json days = Json::array();
    std::int64_t total = 0;
    TRY(context.database.read("SELECT day, max(value) FROM riskmap_count WHERE province = ?1 AND unit = ?2 AND measure = 'cases' "
                              "AND day BETWEEN ?3 AND ?4 GROUP BY day ORDER BY day",
                              {std::string_view(province), std::string_view(unit), std::int64_t{from.days}, std::int64_t{until.days}},
                              [&](const Row& row) {
                                  days.push_back({{"day", to_string(day_of(row, 0))}, {"cases", row.integer(1)}});
                                  total += row.integer(1);
                                  return Next::row;
                              }));
    return Json{{"unit", unit}, {"days", std::move(days)}, {"total", total}};
}

/// riskmap.why: everything that went into the level of one unit on one day.
Result<Json> why(Context& context, const Json& arguments, Sight) {
    const std::string unit(text_at(arguments, "unit"));
    TRY(may_see_days(context, unit));
    const Day day = TRY(Day::parse(text_at(arguments, "day")));
    const std::string province = province_key(context.units, unit);
    if (province.empty()) return Error{Errc::not_found, "riskmap.unit", "no such unit"};
    Shown place;
    place.unit = unit;
    place.figures = TRY(read_figures(context.database, province, unit, day + -reference().reach(), day));
    place.declarations = TRY(read_declarations(context.database, province, unit));
    const Census census(reference().populations, context.units, day);
    Json out = describe_place(place, census, day);
    const Pack* pack = reference().pack_on(day);
    out["day"] = to_string(day);
    out["pack"] = pack ? describe_pack(*pack) : Json(nullptr);
    Json days = Json::array();
    for (int back = (pack ? pack->window_days : 7) - 1; back >= 0; --back) {
        const Day on = day + -back;
        Json sources = Json::object();
        for (const Figures::OfSource& source : place.figures.by_source(Measure::cases, on, 1)) sources[source.source] = source.sum;
        days.push_back({{"day", to_string(on)}, {"cases", or_null(place.figures.on(Measure::cases, on))}, {"sources", std::move(sources)}});
    }
    out["days"] = std::move(days);
    const std::string_view named = text_at(arguments, "pack");
    const Pack* asked = named.empty() ? pack : reference().pack_named(named);
    if (!named.empty() && !asked) return Error{Errc::not_found, "riskmap.no_pack", "no such pack"};
    const bool is_there = unit == kNation || context.units.find(unit, day);
    const Declaration* declared = in_force(place.declarations, day);
    out["explanation"] = asked && is_there ? TRY(explanation_of(context, unit, day, *asked, declared ? declared->level : 0)) : Json(nullptr);
    return out;
}

}  // namespace

Result<Json> preview(const CheckInput& input) {
    const FieldList* fields = input.kind == "case_series" ? series_fields(input.version) : nullptr;
    const bool sound = fields && check_shape(*fields, input.body).empty() && check(input).empty();
    if (!sound) return Json::object();
    const auto given = read_record<CaseSeries>(*fields, input.body);
    const auto measure = measure_named(*given.measure);
    if (!measure) return Json::object();
    const auto values = TRY(parse_values(*given.values));
    Shown place;
    place.unit = *given.unit;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i]) place.figures.add(*measure, *given.source, *given.from + static_cast<std::int32_t>(i), *values[i]);
    }
    const Day day = *given.from + static_cast<std::int32_t>(values.size() - 1);
    Json out = describe_place(place, Census(reference().populations, input.units, day), day);
    out["day"] = to_string(day);
    return out;
}

std::span<const Query> queries() {
    static const Query kQueries[] = {
        {"riskmap.levels", Area::risk_map, Sight::none, [] { return FieldList{{field<&LevelsArguments::day>("day")}}; }, levels},
        {"riskmap.series", Area::risk_map, Sight::none,
         [] {
             return FieldList{{field<&SeriesArguments::unit>("unit").unit().required(), field<&SeriesArguments::from>("from"),
                               field<&SeriesArguments::until>("until")}};
         },
         series},
        {"riskmap.why", Area::risk_map, Sight::none,
         [] {
             return FieldList{{field<&WhyArguments::unit>("unit").unit().required(), field<&WhyArguments::day>("day").required(),
                               field<&WhyArguments::pack>("pack").within(1, 40)}};
         },
         why},
        {"riskmap.declared", Area::risk_map, Sight::none,
         [] { return FieldList{{field<&DeclaredArguments::unit>("unit").unit().required(), field<&DeclaredArguments::day>("day").required()}}; },
         declared},
        {"riskmap.units", Area::risk_map, Sight::none,
         [] {
             return FieldList{{field<&DrillArguments::unit>("unit").unit(), field<&DrillArguments::day>("day").required(),
                               field<&DrillArguments::pack>("pack").within(1, 40), field<&DrillArguments::depth>("depth").choices(level_words())}};
         },
         units_below},
        {"riskmap.counts", Area::risk_map, Sight::none,
         [] {
             std::vector<std::string_view> names;
             for (const MeasureInfo& one : measures()) names.push_back(one.name);
             return FieldList{{field<&CountsArguments::unit>("unit").unit(),
                               field<&CountsArguments::level>("level").choices(level_words()).required(),
                               field<&CountsArguments::measure>("measure").choices(std::move(names)).required(),
                               field<&CountsArguments::from>("from").required(), field<&CountsArguments::until>("until").required()}};
         },
         counts},
        {"riskmap.proposal", Area::risk_map, Sight::none,
         [] { return FieldList{{field<&ProposalArguments::unit>("unit").unit().required(), field<&ProposalArguments::day>("day")}}; }, proposal},
        {"riskmap.proposals", Area::risk_map, Sight::none,
         [] { return FieldList{{field<&ProposalArguments::unit>("unit").unit().required()}}; }, proposals},
        {"riskmap.published", Area::risk_map, Sight::none,
         [] {
             return FieldList{{field<&PublishedArguments::unit>("unit").unit(), field<&PublishedArguments::day>("day"),
                               field<&PublishedArguments::depth>("depth").choices(level_words())}};
         },
         published},
        {"riskmap.public", Area::risk_map, Sight::none,
         [] {
             return FieldList{{field<&PublicArguments::unit>("unit").unit().required(), field<&PublicArguments::from>("from").required(),
                               field<&PublicArguments::until>("until").required()}};
         },
         public_counts},
    };
    return kQueries;
}

}  // namespace lachan::riskmap
