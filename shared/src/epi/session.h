#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "epi/operations.h"
#include "kernel/result.h"

namespace lachan::epi {

/// What a page's worker talks to: the operations of `answer`, and those whose numbers are too many for text, which stand in `numbers`.
/// The request is JSON, the answer text. Beside those of `answer`:
///   rt.many {days, interval | siMean, siSd, window?, priorMean?, priorSd?, probabilities?}: `numbers` holds the cases of so many days
///       for one place after the other, and then for each place and window mean, sd and quantiles. Answer: {"places","windows","figures"}.
///   rates.many {days, window?}: `numbers` holds for each place its people and the cases of so many days, below 0 where nothing is known;
///       then for each place and day value, low and high of the window that ends with it (windows.h), NaN where a day is missing.
///   shares.many {days, window?}: the same of parts and wholes: the parts of all days, then the wholes. Both are summed over the window.
///   slopes.many {days, window?}: the same of cases alone, their rise by day. Answer of all three: {"places","figures"}.
///   ears.many {days, method?, baseline?, alpha?, minSigma?}: the same of cases; then for each place and day the upper limit and 1 for an
///       alarm, else 0; NaN where a day that the alarm rests on (ears_span) is missing. Answer: {"places","figures"}.
///   told.many {days, window?}: `numbers` holds for each place what an office told on so many days, below 0 where nothing was; then for
///       each place and day what counts on it and the day it was told, from 0 (told.h), NaN where nothing was told in the window.
///   told.shares.many {days, window?, wholeWindow?}: the same of parts and wholes: the parts of all days, then the wholes; then for each
///       place and day the part, the day it was told, the whole of that day, and the share. Answer of both: {"places","figures"}.
///   scan.open {as scan}: prepares a scan and keeps it. Answer: {"units","windows","replicates"}.
///   scan.maxima {from, to}: of the open scan; `numbers` holds them then.
///   scan.text {}: `numbers` holds the maxima of all replicates (or of the first few); answer as scan.
///   scan.close {}
class Session {
public:
    /// Errc::malformed with a rule of epi.*; epi.session when no scan is open.
    Result<std::string> call(std::string_view operation, std::string_view request);

    std::vector<double> numbers;

private:
    Result<std::string> reproduce_many(const Json& request);
    Result<std::string> rates_many(const Json& request);
    Result<std::string> shares_many(const Json& request);
    Result<std::string> slopes_many(const Json& request);
    Result<std::string> ears_many(const Json& request);
    Result<std::string> told_many(const Json& request);
    Result<std::string> told_shares_many(const Json& request);
    Result<std::string> open_scan(const Json& request);
    Result<std::string> scan_maxima(const Json& request);
    Result<std::string> scan_text(const Json& request);
    Result<std::string> close_scan(const Json& request);

    std::optional<ScanTask> scan_;
};

}  // namespace lachan::epi
