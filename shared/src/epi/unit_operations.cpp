// Operations on tables of units: smoothed rates, hot spots, the space-time scan.

#include <cmath>

#include "epi/hotspots.h"
#include "epi/neighbours.h"
#include "epi/operation_list.h"
#include "epi/smoothing.h"
#include "kernel/time.h"

namespace lachan::epi {
namespace {

Result<Neighbours> neighbours_of(const Request& request, const Table& table) {
    if (request.has("neighbours")) {
        if (request.has("nearest")) return Error{Errc::malformed, "epi.request", "neighbours: either a list or a number of nearest, not both"};
        return read_neighbours(TRY(request.text("neighbours")), table.rows.size());
    }
    const auto count = TRY(request.integer("nearest", 6, 1, 1000));
    const Positions at = TRY(positions_of(table));
    return nearest_neighbours(TRY(Places::make(at.x, at.y, TRY(distance_of(request)))), static_cast<std::size_t>(count));
}

Result<std::vector<double>> counts_of(const Table& table, std::initializer_list<std::string_view> names, const char* expected) {
    const auto column = table.find(names);
    if (!column) return Error{Errc::malformed, "epi.column", std::string("no column ") + expected};
    return table.counts(*column);
}

}  // namespace

Result<std::string> answer_smooth(const Json& value) {
    const Request request = TRY(Request::read(value, {"units", "neighbours", "nearest", "distance"}));
    const Table table = TRY(read_table(TRY(request.text("units"))));
    const auto population = TRY(counts_of(table, {"population", "pop"}, "population"));
    const auto cases = TRY(counts_of(table, {"cases", "count", "I"}, "cases"));
    const auto global = TRY(empirical_bayes(cases, population));
    const auto local = TRY(local_empirical_bayes(cases, population, TRY(neighbours_of(request, table))));
    std::string text = "row,raw,global,local\n";
    for (std::size_t i = 0; i < cases.size(); ++i) append_line(text, i + 1, {cases[i] / population[i], global[i], local[i]});
    return text;
}

Result<std::string> answer_hotspots(const Json& value) {
    const Request request = TRY(Request::read(value, {"units", "neighbours", "nearest", "distance", "weights"}));
    const Table table = TRY(read_table(TRY(request.text("units"))));
    const Weights weights = TRY(request.word("weights", {"row", "binary"})) == 1 ? Weights::binary : Weights::row;
    std::vector<double> values;
    if (const auto column = table.find({"value"})) {
        values = TRY(table.numbers(*column));
    } else {
        const auto population = TRY(counts_of(table, {"population", "pop"}, "value, or population and cases"));
        const auto cases = TRY(counts_of(table, {"cases", "count", "I"}, "value, or population and cases"));
        for (std::size_t i = 0; i < cases.size(); ++i) {
            if (population[i] == 0) return Error{Errc::malformed, "epi.rates", "line " + std::to_string(table.lines[i]) + ": no people, so no rate"};
            values.push_back(cases[i] / population[i]);
        }
    }
    const Neighbours neighbours = TRY(neighbours_of(request, table));
    const auto scores = TRY(getis_ord(values, neighbours, weights));
    const auto moran = TRY(local_moran(values, neighbours, weights));
    std::vector<double> score_p;
    std::vector<double> moran_p;
    for (std::size_t i = 0; i < values.size(); ++i) {
        score_p.push_back(two_sided(scores[i].z));
        moran_p.push_back(moran[i].p);
    }
    const auto score_rates = false_discovery_rates(score_p);
    const auto moran_rates = false_discovery_rates(moran_p);
    std::string text = "row,value,gi,giP,giFdr,moran,moranExpected,moranVariance,moranZ,moranP,moranFdr,giReason,moranReason\n";
    for (std::size_t i = 0; i < values.size(); ++i) {
        append_line(text, i + 1, {values[i], scores[i].z, score_p[i], score_rates[i], moran[i].i, moran[i].expected, moran[i].variance, moran[i].z,
                                  moran[i].p, moran_rates[i]});
        text.back() = ',';
        text += std::string(rule_of(scores[i].why)) + ',' + rule_of(moran[i].why) + '\n';
    }
    return text;
}

namespace {

/// Rows of units from 1, days as numbers from 1 or as dates; the days from the first to the last.
struct Events {
    std::vector<CaseOnDay> cases;
    std::size_t days = 0;
    std::optional<Day> first;
};

Result<Events> events_of(const Table& table, std::size_t units) {
    const auto unit_column = table.find({"unit", "row"});
    const auto day_column = table.find({"day", "date", "dates"});
    if (!unit_column || !day_column) return Error{Errc::malformed, "epi.column", "columns unit and day are expected, and cases"};
    const auto counts = TRY(counts_of(table, {"cases", "count", "I"}, "cases"));
    const auto rows = TRY(table.numbers(*unit_column));
    const bool is_dated = !number_in(table.rows[0][*day_column]);
    std::vector<double> days;
    if (!is_dated) {
        days = TRY(table.numbers(*day_column));
    } else {
        for (std::size_t i = 0; i < table.rows.size(); ++i) {
            const auto day = Day::parse(table.rows[i][*day_column]);
            if (!day) return Error{Errc::malformed, "epi.days", "line " + std::to_string(table.lines[i]) + ": is not a day (YYYY-MM-DD)"};
            days.push_back(day->days);
        }
    }
    Events events;
    double first = is_dated ? days[0] : 1;
    for (const double day : days) first = is_dated && day < first ? day : first;
    if (is_dated) events.first = Day{static_cast<std::int32_t>(first)};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double day = days[i] - first;
        const bool fits = rows[i] >= 1 && rows[i] <= static_cast<double>(units) && rows[i] == std::floor(rows[i]) && day >= 0 && day < 100'000 &&
                          day == std::floor(day) && counts[i] < 1e8;
        if (!fits) return Error{Errc::malformed, "epi.scan", "line " + std::to_string(table.lines[i]) + ": a unit, day or number of cases that cannot be"};
        events.cases.push_back({static_cast<std::uint32_t>(rows[i]) - 1, static_cast<std::uint32_t>(day), static_cast<std::int32_t>(counts[i])});
        events.days = std::max(events.days, static_cast<std::size_t>(day) + 1);
    }
    return events;
}

}  // namespace

Result<SpaceTimeTask> SpaceTimeTask::read(const Json& value) {
    const Request request = TRY(Request::read(value, {"units", "events", "longest", "maxCases", "distance", "replicates", "seed", "most"}));
    SpaceTimeOptions options;
    options.longest = static_cast<std::size_t>(TRY(request.integer("longest", 7, 1, 1000)));
    options.max_cases = TRY(request.number("maxCases", options.max_cases));
    options.distance = TRY(distance_of(request));
    const auto replicates = TRY(request.integer("replicates", 999, 0, 1'000'000));
    const auto seed = TRY(request.integer("seed", 1, 0, std::int64_t{1} << 53));
    const auto most = TRY(request.integer("most", 0, 0, 1'000'000));
    const Table table = TRY(read_table(TRY(request.text("units"))));
    const Positions at = TRY(positions_of(table));
    Events events = TRY(events_of(TRY(read_table(TRY(request.text("events")))), at.x.size()));
    return SpaceTimeTask{TRY(SpaceTimeScan::make(at.x, at.y, events.days, std::move(events.cases), options)), events.days, events.first,
                         static_cast<std::uint64_t>(seed), static_cast<std::uint32_t>(replicates), static_cast<std::size_t>(most)};
}

std::string SpaceTimeTask::text(const std::vector<double>& maxima) const {
    std::vector<Cylinder> cylinders = scan.cylinders(maxima);
    if (most > 0 && cylinders.size() > most) cylinders.resize(most);
    const auto day = [&](std::size_t number) {
        if (!first) return std::to_string(number + 1);
        return '"' + to_string(*first + static_cast<std::int32_t>(number)) + '"';
    };
    std::string text = "{\"days\":" + std::to_string(days) + ",\"replicates\":" + std::to_string(maxima.size()) + ",\"seed\":" + std::to_string(seed) + ",\"clusters\":[";
    for (std::size_t i = 0; i < cylinders.size(); ++i) {
        const Cylinder& one = cylinders[i];
        text += std::string(i == 0 ? "" : ",") + "\n{\"centre\":" + std::to_string(one.centre + 1) + ",\"members\":";
        append_rows(text, one.members);
        text += ",\"from\":" + day(one.first_day) + ",\"to\":" + day(days - 1) + ",\"cases\":" + std::to_string(one.cases);
        text += ',';
        append_field(text, "expected", one.expected);
        text += ',';
        append_field(text, "llr", one.llr);
        text += ',';
        append_field(text, "p", maxima.empty() ? std::nan("") : one.p);
        text += '}';
    }
    return text + "]}\n";
}

Result<std::string> answer_space_time(const Json& value) {
    const SpaceTimeTask task = TRY(SpaceTimeTask::read(value));
    return task.text(task.scan.maxima(task.seed, 0, task.replicates));
}

}  // namespace lachan::epi
