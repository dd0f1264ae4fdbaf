// lachan-epi: the models of the risk map, on tables in files.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "command/arguments.h"
#include "command/files.h"
#include "command/program.h"
#include "epi/operations.h"
#include "epi/table.h"

namespace lachan::epi {
namespace {

using command::Arguments;

constexpr int kOk = 0;
constexpr int kBadInput = 1;
constexpr int kBadUsage = 2;

constexpr const char* kHelp = R"(lachan-epi - the models of the risk map, on tables in CSV

  lachan-epi rt CASES.csv --si SI.csv [options]
  lachan-epi rt CASES.csv --si-mean DAYS --si-sd DAYS [options]
      The reproduction number over sliding windows (Cori et al. 2013): start,end,mean,sd,q025,median,q975; days count from 1, windows
      begin on day 2. NA until a mean serial interval has passed.
      CASES.csv: new cases by day, a column I, cases, incidence or count (or the only one), or the columns local and imported; a column
      of dates may stand beside it. SI.csv: the weights of 0, 1, 2 ... days, a column w (or the only one), perhaps with the days in k.
        --window N             days of a window (default: 7)
        --prior-mean, --prior-sd   of the Gamma prior of R (default: 5 and 5)
        --probabilities P,...  quantiles to print (default: 0.025,0.5,0.975)
  lachan-epi cohort CASES.csv --si SI.csv | --si-mean DAYS --si-sd DAYS [--window N]
      By cohort, how many each case infected (Wallinga and Teunis 2004): start,end,mean.
  lachan-epi interval --si-mean DAYS --si-sd DAYS [--days N]
      The discretised serial interval: k,w.

  lachan-epi scan UNITS.csv [options]
      Clusters in space (Kulldorff 1997, Poisson), most likely first, as JSON. UNITS.csv: longitude and latitude (or x and y),
      population, cases (rounded down), a line for each unit; rows count from 1.
        --max-population S     largest window as a share of all people (default: 0.5)
        --distance D           planar (on the numbers as they are) or great-circle (default: planar)
        --replicates N         of the Monte Carlo test, 0 for none (default: 999)
        --seed N               the same seed gives the same p, whatever the threads (default: 1)
        --most N               tell the first N clusters only
        --threads N            default: as many as the machine has

  lachan-epi space-time UNITS.csv EVENTS.csv [options]
      Clusters of the last days (Kulldorff 2005, by permutation), as JSON. UNITS.csv: coordinates alone. EVENTS.csv: unit (its row), day
      (a number from 1, or a date), cases.
        --longest N            days of a cluster, which ends on the last day (default: 7)
        --max-cases S          of all cases, what its units may have over the whole time (default: 0.5)
        --distance, --replicates, --seed, --most, --threads   as above

  lachan-epi smooth UNITS.csv [--nearest K | --neighbours PAIRS.csv]
      Rates drawn towards the mean (empirical Bayes, Marshall 1991): row,raw,global,local. PAIRS.csv: rows in columns from and to; without
      it the K nearest are neighbours (default: 6; --distance as above).
  lachan-epi hotspots UNITS.csv [--nearest K | --neighbours PAIRS.csv] [--weights row|binary]
      Getis-Ord Gi* and local Moran's I of a column value, or of cases / population, with p and false discovery rates; NA with a reason
      (docs/RULES.md) where all values are alike but for rounding, or a neighbourhood is all units.

  lachan-epi ears SERIES.csv [--method C1|C2|C3] [--baseline N] [--alpha A] [--min-sigma S]
      Alarms of EARS: day,cases,upper,alarm. SERIES.csv as CASES.csv above.
  lachan-epi farrington SERIES.csv [options]
      Alarms of Farrington et al. (1996) in a series of weeks: week,cases,upper,alarm,trend.
        --from N               first week to judge (default: the first with all its years)
        --period N --years N --half-window N --alpha A    (default: 52, 5, 3, 0.05)
        --least-cases N --least-span N    no alarm with fewer cases in so many weeks (default: 5 in 4)
  lachan-epi farrington-flexible SERIES.csv [options]
      The same as improved by Noufaily et al. (2013), with the settings they recommend: week,cases,upper,alarm,trend.
        --from, --period, --years, --half-window, --alpha, --least-cases, --least-span   as above
        --parts N              of a year, each with a level of its own (default: 10)
        --left-out N           weeks just before the one judged that tell nothing (default: 26)
        --threshold S          residuals above it are weighed down (default: 2.58)
  lachan-epi forecast CASES.csv --si SI.csv | --si-mean DAYS --si-sd DAYS [options]
      New cases of the next days if the reproduction number stays what the last window says, and of all of them together:
      start,end,mean,sd,q05,q25,median,q75,q95; days count on from those of CASES.csv.
        --days N               (default: 7)
        --window, --prior-mean, --prior-sd   of the reproduction number, as above
        --clustering K         0: cases of a day by chance alone (Poisson); else a negative binomial of size K (default: 0)
        --replicates N --seed N --probabilities P,...   (default: 10000, 1, 0.05,0.25,0.5,0.75,0.95)
  lachan-epi nowcast REPORTS.csv [options]
      What days of onset will come to (Lawless 1994): onset,reported,share,estimate,lower,upper. REPORTS.csv: onset, report (dates),
      and cases when a line is more than one.
        --now DAY              reports after it are not known (default: the last report)
        --longest N            longest delay in days, what is longer counts as this (default: 14)
        --window N             believe the delays of the last N days only (default: 0, all)
        --level P              of the interval (default: 0.95)

  lachan-epi defaults
      What the map of the page asks these models with, as JSON; sources are in docs/RULES.md.

  -h, --help                   this text
  A file may have 256 MiB. Exit status: 0 done, 1 bad input (said with its line and rule) or no room for the output, 2 bad usage.
)";

/// How the words of one command become a request: files are read, the rest are numbers or words.
struct Command {
    const char* name;
    std::vector<const char*> operands;           ///< keys of the files that are named in order
    std::map<std::string, const char*> files;    ///< options that name a file, and its key
    std::map<std::string, const char*> values;   ///< options that are numbers, lists of them, or words
};

const std::vector<Command>& commands() {
    static const std::vector<Command> all{
        {"rt", {"incidence"}, {{"--si", "interval"}},
         {{"--si-mean", "siMean"}, {"--si-sd", "siSd"}, {"--window", "window"}, {"--prior-mean", "priorMean"}, {"--prior-sd", "priorSd"},
          {"--probabilities", "probabilities"}}},
        {"cohort", {"incidence"}, {{"--si", "interval"}}, {{"--si-mean", "siMean"}, {"--si-sd", "siSd"}, {"--window", "window"}}},
        {"interval", {}, {}, {{"--si-mean", "siMean"}, {"--si-sd", "siSd"}, {"--days", "days"}}},
        {"scan", {"units"}, {},
         {{"--max-population", "maxPopulation"}, {"--distance", "distance"}, {"--replicates", "replicates"}, {"--seed", "seed"},
          {"--most", "most"}, {"--threads", nullptr}}},
        {"space-time", {"units", "events"}, {},
         {{"--longest", "longest"}, {"--max-cases", "maxCases"}, {"--distance", "distance"}, {"--replicates", "replicates"}, {"--seed", "seed"},
          {"--most", "most"}, {"--threads", nullptr}}},
        {"smooth", {"units"}, {{"--neighbours", "neighbours"}}, {{"--nearest", "nearest"}, {"--distance", "distance"}}},
        {"hotspots", {"units"}, {{"--neighbours", "neighbours"}}, {{"--nearest", "nearest"}, {"--distance", "distance"}, {"--weights", "weights"}}},
        {"ears", {"series"}, {}, {{"--method", "method"}, {"--baseline", "baseline"}, {"--alpha", "alpha"}, {"--min-sigma", "minSigma"}}},
        {"farrington", {"series"}, {},
         {{"--from", "from"}, {"--period", "period"}, {"--years", "years"}, {"--half-window", "halfWindow"}, {"--alpha", "alpha"},
          {"--least-cases", "leastCases"}, {"--least-span", "leastSpan"}}},
        {"farrington-flexible", {"series"}, {},
         {{"--from", "from"}, {"--period", "period"}, {"--years", "years"}, {"--half-window", "halfWindow"}, {"--parts", "parts"}, {"--left-out", "leftOut"},
          {"--threshold", "threshold"}, {"--alpha", "alpha"}, {"--least-cases", "leastCases"}, {"--least-span", "leastSpan"}}},
        {"forecast", {"incidence"}, {{"--si", "interval"}},
         {{"--si-mean", "siMean"}, {"--si-sd", "siSd"}, {"--window", "window"}, {"--prior-mean", "priorMean"}, {"--prior-sd", "priorSd"},
          {"--probabilities", "probabilities"}, {"--days", "days"}, {"--replicates", "replicates"}, {"--clustering", "clustering"}, {"--seed", "seed"}}},
        {"nowcast", {"reports"}, {}, {{"--now", "now"}, {"--longest", "longest"}, {"--window", "window"}, {"--level", "level"}}},
        {"defaults", {}, {}, {}},
    };
    return all;
}

int usage_error(const std::string& what) {
    std::fprintf(stderr, "lachan-epi: %s\nTry: lachan-epi --help\n", what.c_str());
    return kBadUsage;
}

/// The key that an error of a request begins with is named as the option is.
Error in_words_of(const Command& command, const Error& error) {
    const std::string key = error.rule == "epi.request" ? error.detail.substr(0, error.detail.find(':')) : "";
    for (const auto* options : {&command.files, &command.values}) {
        for (const auto& [option, named] : *options) {
            if (named != nullptr && !key.empty() && key == named) return {error.code, error.rule, option + error.detail.substr(key.size())};
        }
    }
    return error;
}

int failed(const Error& error) {
    if (error.rule == "usage") return usage_error(error.detail);
    std::fprintf(stderr, "lachan-epi: %s (%s)\n", error.detail.c_str(), error.rule.c_str());
    return kBadInput;
}

Json value_of(const std::string& text) {
    if (const auto number = number_in(text)) return *number;
    if (text.find(',') == std::string::npos) return text;
    Json list = Json::array();
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const auto number = number_in(std::string_view(text).substr(at, end - at));
        if (!number) return text;
        list.push_back(*number);
        at = end + 1;
    }
    return list;
}

/// Who asks for a model of transmission says how long from one case to the next.
Result<void> check_interval(const Command& command, const Arguments& arguments) {
    if (!command.values.contains("--si-mean")) return {};
    const bool may_be_a_file = command.files.contains("--si");
    if (may_be_a_file && arguments.has("--si")) return {};
    if (arguments.has("--si-mean") && arguments.has("--si-sd")) return {};
    return Error{Errc::malformed, "usage",
                 std::string(command.name) + " needs the serial interval: " + (may_be_a_file ? "--si FILE, or " : "") + "--si-mean DAYS and --si-sd DAYS"};
}

Result<Json> request_of(const Command& command, const Arguments& arguments) {
    if (arguments.operands.size() != command.operands.size()) {
        return Error{Errc::malformed, "usage", std::string(command.name) + " needs " + std::to_string(command.operands.size()) + " file(s)"};
    }
    TRY(check_interval(command, arguments));
    Json request = Json::object();
    for (std::size_t i = 0; i < command.operands.size(); ++i) request[command.operands[i]] = TRY(command::read_file(arguments.operands[i]));
    for (const auto& [option, value] : arguments.options) {
        if (const auto file = command.files.find(option); file != command.files.end()) {
            request[file->second] = TRY(command::read_file(value));
        } else if (const auto known = command.values.find(option); known == command.values.end()) {
            return Error{Errc::malformed, "usage", "unknown option " + option + " of " + command.name};
        } else if (known->second != nullptr) {
            request[known->second] = value_of(value);
        }
    }
    return request;
}

/// Shares the replicates out in small parts, so that threads end together; says how far it is when it takes long.
template <class Task>
std::vector<double> maxima_of(const Task& task, unsigned threads) {
    constexpr std::uint32_t kPart = 8;
    std::vector<double> maxima(task.replicates);
    std::atomic<std::uint32_t> next = 0;
    std::atomic<std::uint32_t> done = 0;
    std::mutex speaking;
    auto spoken = std::chrono::steady_clock::now();
    const auto work = [&] {
        for (std::uint32_t from = next.fetch_add(kPart); from < task.replicates; from = next.fetch_add(kPart)) {
            const std::uint32_t to = std::min(from + kPart, task.replicates);
            const auto part = task.scan.maxima(task.seed, from, to);
            std::copy(part.begin(), part.end(), maxima.begin() + from);
            done += to - from;
            const std::lock_guard lock(speaking);
            const auto now = std::chrono::steady_clock::now();
            if (now - spoken < std::chrono::seconds(2)) continue;
            spoken = now;
            std::fprintf(stderr, "lachan-epi: %u of %u replicates\n", done.load(), task.replicates);
        }
    };
    std::vector<std::thread> pool;
    for (unsigned i = 1; i < threads; ++i) pool.emplace_back(work);
    work();
    for (std::thread& thread : pool) thread.join();
    return maxima;
}

template <class Task>
Result<std::string> by_threads(const Json& request, const Arguments& arguments) {
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    const auto threads = TRY(arguments.number("--threads", cores, 256));
    const Task task = TRY(Task::read(request));
    return task.text(maxima_of(task, static_cast<unsigned>(threads)));
}

Result<std::string> answer_to(const Command& command, const Json& request, const Arguments& arguments) {
    const std::string_view name = command.name;
    if (name == "scan") return by_threads<ScanTask>(request, arguments);
    if (name == "space-time") return by_threads<SpaceTimeTask>(request, arguments);
    return answer(name, request);
}

int run(int count, char** values) {
    if (count > 1 && command::asks_for_help(count, values)) {
        std::fputs(kHelp, stdout);
        return kOk;
    }
    if (count < 2) return usage_error("no command");
    const auto arguments = command::read_arguments(count, values, 2, {},
                                                   {"--si", "--si-mean", "--si-sd", "--window", "--prior-mean", "--prior-sd", "--probabilities",
                                                    "--days", "--neighbours", "--nearest", "--weights", "--method", "--baseline", "--alpha",
                                                    "--min-sigma", "--from", "--period", "--years", "--half-window", "--least-cases",
                                                    "--least-span", "--parts", "--left-out", "--threshold", "--clustering", "--now", "--longest", "--level", "--max-cases", "--max-population", "--distance", "--replicates", "--seed", "--most", "--threads"});
    if (!arguments) return failed(arguments.error());
    for (const Command& command : commands()) {
        if (std::string_view(command.name) != values[1]) continue;
        const auto request = request_of(command, *arguments);
        if (!request) return failed(request.error());
        const auto text = answer_to(command, *request, *arguments);
        if (!text) return failed(in_words_of(command, text.error()));
        std::fwrite(text->data(), 1, text->size(), stdout);
        return kOk;
    }
    return usage_error(std::string("unknown command ") + values[1]);
}

}  // namespace
}  // namespace lachan::epi

int main(int count, char** values) { return lachan::command::run_program("lachan-epi", lachan::epi::run, count, values); }
