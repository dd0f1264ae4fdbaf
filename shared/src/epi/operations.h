#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "epi/alarms.h"
#include "epi/reproduction.h"
#include "epi/request.h"
#include "epi/scan.h"
#include "epi/space_time.h"
#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan::epi {

/// One question and its answer as text, the same on the command line and in the page: `request` holds tables as CSV texts and options as
/// numbers or words; the answer is CSV or JSON, byte for byte the same in every build. The operations:
///   rt          {incidence, interval | siMean, siSd, window?, priorMean?, priorSd?, probabilities?}
///   cohort      {incidence, interval | siMean, siSd, window?}
///   interval    {siMean, siSd, days?}
///   scan        {units, maxPopulation?, distance?, replicates?, seed?, most?}
///   smooth      {units, neighbours | nearest?, distance?}
///   hotspots    {units, neighbours | nearest?, distance?, weights?}
///   space-time  {units, events, longest?, maxCases?, distance?, replicates?, seed?, most?}
///   ears        {series, method?, baseline?, alpha?, minSigma?}
///   farrington  {series, from?, period?, years?, halfWindow?, alpha?, leastCases?, leastSpan?}
///   farrington-flexible {series, from?, period?, years?, halfWindow?, parts?, leftOut?, threshold?, alpha?, leastCases?, leastSpan?}
///   forecast    {incidence, interval | siMean, siSd, window?, priorMean?, priorSd?, probabilities?, days?, replicates?, clustering?, seed?}
///   nowcast     {reports, now?, longest?, window?, level?}
///   defaults    {}, what the map asks the others with (defaults.h)
/// Errors: Errc::malformed with a rule of the operation (docs/RULES.md, epi.*), or epi.request for a key that is unknown, missing or of
/// the wrong type; Errc::not_found with rule epi.operation.
Result<std::string> answer(std::string_view operation, const Json& request);

/// The interval that is given, or the one of this mean and sd for a series of so many days: keys interval, or siMean and siSd.
Result<SerialInterval> read_interval(const Request&, std::size_t days);
/// Keys window, priorMean, priorSd, probabilities.
Result<ReproductionOptions> read_reproduction_options(const Request&);

struct EarsTask {
    Ears method = Ears::c1;
    EarsOptions options;
};
/// Keys method, baseline, alpha, minSigma.
Result<EarsTask> read_ears(const Request&);

/// A scan whose replicates a caller shares out: `scan.maxima(seed, from, to)` for parts of 0 to `replicates`, then `text` of all.
struct ScanTask {
    Scan scan;
    std::uint64_t seed = 1;
    std::uint32_t replicates = 999;
    double max_population = 0.5;
    std::size_t most = 0;  ///< clusters to tell, 0 for all

    static Result<ScanTask> read(const Json& request);
    /// {"units","population","cases","maxPopulation","replicates","seed","clusters":[{"centre","members","population","cases","expected",
    /// "rr","llr","p"}]}; centre and members are rows from 1. p is null without replicates.
    std::string text(const std::vector<double>& maxima) const;
};

/// The same of the space-time scan.
struct SpaceTimeTask {
    SpaceTimeScan scan;
    std::size_t days = 0;
    std::optional<Day> first;  ///< day 1, where the days are dates
    std::uint64_t seed = 1;
    std::uint32_t replicates = 999;
    std::size_t most = 0;

    static Result<SpaceTimeTask> read(const Json& request);
    /// {"days","replicates","seed","clusters":[{"centre","members","from","to","cases","expected","llr","p"}]}.
    std::string text(const std::vector<double>& maxima) const;
};

}  // namespace lachan::epi
