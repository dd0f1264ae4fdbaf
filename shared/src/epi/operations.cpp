#include "epi/operations.h"

#include <algorithm>
#include <cmath>

#include "epi/operation_list.h"
#include "epi/defaults.h"

namespace lachan::epi {
namespace {

constexpr std::int64_t kMostDays = 100'000;

Result<std::string> answer_rt(const Json& value) {
    const Request request =
        TRY(Request::read(value, {"incidence", "interval", "siMean", "siSd", "window", "priorMean", "priorSd", "probabilities"}));
    const ReproductionOptions options = TRY(read_reproduction_options(request));
    const Incidence incidence = TRY(read_incidence(TRY(request.text("incidence"))));
    const SerialInterval interval = TRY(read_interval(request, incidence.cases.size()));
    return to_csv(TRY(reproduction(incidence, interval, options)), options);
}

Result<std::string> answer_cohort(const Json& value) {
    const Request request = TRY(Request::read(value, {"incidence", "interval", "siMean", "siSd", "window"}));
    const auto window = static_cast<std::size_t>(TRY(request.integer("window", 7, 1, kMostDays)));
    const Incidence incidence = TRY(read_incidence(TRY(request.text("incidence"))));
    const SerialInterval interval = TRY(read_interval(request, incidence.cases.size()));
    std::string text = "start,end,mean\n";
    for (const Reproduction& one : TRY(cohort_reproduction(incidence.cases, interval, window))) {
        text += std::to_string(one.start) + ',' + std::to_string(one.end) + ',';
        append_number(text, one.mean);
        text += '\n';
    }
    return text;
}

Result<std::string> answer_interval(const Json& value) {
    const Request request = TRY(Request::read(value, {"siMean", "siSd", "days"}));
    const auto days = static_cast<std::size_t>(TRY(request.integer("days", 31, 1, kMostDays)));
    const SerialInterval interval = TRY(SerialInterval::discretised(TRY(request.number("siMean")), TRY(request.number("siSd")), days));
    std::string text = "k,w\n";
    for (std::size_t k = 0; k < interval.weights.size(); ++k) append_line(text, k, {interval.weights[k]});
    return text;
}

Result<std::string> answer_scan(const Json& value) {
    const ScanTask task = TRY(ScanTask::read(value));
    return task.text(task.scan.maxima(task.seed, 0, task.replicates));
}

Result<std::string> answer_defaults(const Json& value) {
    TRY(Request::read(value, {}));
    return map_defaults();
}

struct Operation {
    std::string_view name;
    Result<std::string> (*run)(const Json&);
};

constexpr Operation kOperations[] = {
    {"rt", answer_rt},
    {"cohort", answer_cohort},
    {"interval", answer_interval},
    {"scan", answer_scan},
    {"smooth", answer_smooth},
    {"hotspots", answer_hotspots},
    {"space-time", answer_space_time},
    {"ears", answer_ears},
    {"farrington", answer_farrington},
    {"farrington-flexible", answer_farrington_flexible},
    {"forecast", answer_forecast},
    {"nowcast", answer_nowcast},
    {"defaults", answer_defaults},
};

}  // namespace

void append_field(std::string& text, const char* name, double value) {
    text += std::string("\"") + name + "\":";
    if (std::isfinite(value)) append_number(text, value);
    else text += "null";
}

void append_rows(std::string& text, const std::vector<std::uint32_t>& rows) {
    text += '[';
    for (std::size_t i = 0; i < rows.size(); ++i) text += (i == 0 ? "" : ",") + std::to_string(rows[i] + 1);
    text += ']';
}

void append_line(std::string& text, std::string_view first, std::initializer_list<double> values) {
    text += first;
    for (const double value : values) {
        text += ',';
        append_number(text, value);
    }
    text += '\n';
}

void append_line(std::string& text, std::size_t first, std::initializer_list<double> values) { append_line(text, std::to_string(first), values); }

Result<Distance> distance_of(const Request& request) {
    return TRY(request.word("distance", {"planar", "great-circle"})) == 1 ? Distance::great_circle : Distance::planar;
}

Result<Positions> positions_of(const Table& table) {
    auto x = table.find({"longitude", "lon", "lng"});
    auto y = table.find({"latitude", "lat"});
    if (!x || !y) {
        x = table.find({"x"});
        y = table.find({"y"});
    }
    if (!x || !y) return Error{Errc::malformed, "epi.column", "columns longitude and latitude (or x and y) are expected"};
    Positions at;
    at.x = TRY(table.numbers(*x));
    at.y = TRY(table.numbers(*y));
    return at;
}

Result<SerialInterval> read_interval(const Request& request, std::size_t days) {
    if (!request.has("interval")) return SerialInterval::discretised(TRY(request.number("siMean")), TRY(request.number("siSd")), days);
    if (request.has("siMean") || request.has("siSd")) {
        return Error{Errc::malformed, "epi.request", "interval: either the weights or a mean and sd, not both"};
    }
    return read_serial_interval(TRY(request.text("interval")));
}

Result<ReproductionOptions> read_reproduction_options(const Request& request) {
    ReproductionOptions options;
    options.window = static_cast<std::size_t>(TRY(request.integer("window", 7, 1, kMostDays)));
    options.prior_mean = TRY(request.number("priorMean", options.prior_mean));
    options.prior_sd = TRY(request.number("priorSd", options.prior_sd));
    options.probabilities = TRY(request.numbers("probabilities", options.probabilities));
    return options;
}

Result<std::string> answer(std::string_view operation, const Json& request) {
    for (const Operation& one : kOperations) {
        if (one.name == operation) return one.run(request);
    }
    return Error{Errc::not_found, "epi.operation", "no operation " + shown(operation)};
}

Result<ScanTask> ScanTask::read(const Json& value) {
    const Request request = TRY(Request::read(value, {"units", "maxPopulation", "distance", "replicates", "seed", "most"}));
    ScanOptions options;
    options.max_population = TRY(request.number("maxPopulation", options.max_population));
    options.distance = TRY(distance_of(request));
    const auto seed = TRY(request.integer("seed", 1, 0, std::int64_t{1} << 53));
    const auto replicates = TRY(request.integer("replicates", 999, 0, 10'000'000));
    const auto most = TRY(request.integer("most", 0, 0, 1'000'000));

    const Table table = TRY(read_table(TRY(request.text("units"))));
    Positions at = TRY(positions_of(table));
    const auto population = table.find({"population", "pop"});
    const auto cases = table.find({"cases", "count", "I"});
    if (!population || !cases) return Error{Errc::malformed, "epi.column", "columns population and cases are expected"};
    ScanUnits units;
    units.x = std::move(at.x);
    units.y = std::move(at.y);
    units.population = TRY(table.counts(*population));
    const std::vector<double> counts = TRY(table.counts(*cases));
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (!(counts[i] < 1e8)) {
            return Error{Errc::malformed, "epi.count", "line " + std::to_string(table.lines[i]) + ": " + table.name_of(*cases) + ": above 100000000"};
        }
        units.cases.push_back(static_cast<std::int32_t>(counts[i]));
    }
    return ScanTask{TRY(Scan::make(std::move(units), options)), static_cast<std::uint64_t>(seed), static_cast<std::uint32_t>(replicates),
                    options.max_population, static_cast<std::size_t>(most)};
}

std::string ScanTask::text(const std::vector<double>& maxima) const {
    std::vector<Cluster> clusters = scan.clusters();
    rank(clusters, maxima);
    if (most > 0 && clusters.size() > most) clusters.resize(most);
    std::string text = "{\"units\":" + std::to_string(scan.size()) + ',';
    append_field(text, "population", scan.total_population());
    text += ",\"cases\":" + std::to_string(scan.total_cases()) + ',';
    append_field(text, "maxPopulation", max_population);
    text += ",\"replicates\":" + std::to_string(maxima.size()) + ",\"seed\":" + std::to_string(seed) + ",\"clusters\":[";
    for (std::size_t i = 0; i < clusters.size(); ++i) {
        const Cluster& cluster = clusters[i];
        text += std::string(i == 0 ? "" : ",") + "\n{\"centre\":" + std::to_string(cluster.centre + 1) + ",\"members\":";
        append_rows(text, cluster.members);
        text += ',';
        append_field(text, "population", cluster.population);
        text += ",\"cases\":" + std::to_string(cluster.cases) + ',';
        append_field(text, "expected", cluster.expected);
        text += ',';
        append_field(text, "rr", cluster.relative_risk);
        text += ',';
        append_field(text, "llr", cluster.llr);
        text += ',';
        append_field(text, "p", maxima.empty() ? std::nan("") : cluster.p);
        text += '}';
    }
    return text + "]}\n";
}

}  // namespace lachan::epi
