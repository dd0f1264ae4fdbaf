// Operations on series of counts: alarms, what is not reported yet, and what the next days may bring.

#include <algorithm>

#include "epi/alarms.h"
#include "epi/forecast.h"
#include "epi/nowcast.h"
#include "epi/operation_list.h"

namespace lachan::epi {

Result<EarsTask> read_ears(const Request& request) {
    const Ears methods[] = {Ears::c1, Ears::c2, Ears::c3};
    EarsTask task;
    task.method = methods[TRY(request.word("method", {"C1", "C2", "C3"}))];
    task.options.baseline = static_cast<std::size_t>(TRY(request.integer("baseline", 7, 3, 1000)));
    task.options.alpha = TRY(request.number("alpha", task.method == Ears::c3 ? 0.025 : 0.001));
    task.options.min_sigma = TRY(request.number("minSigma", 0));
    return task;
}

Result<std::string> answer_ears(const Json& value) {
    const Request request = TRY(Request::read(value, {"series", "method", "baseline", "alpha", "minSigma"}));
    const EarsTask task = TRY(read_ears(request));
    const Incidence series = TRY(read_incidence(TRY(request.text("series"))));
    std::string text = "day,cases,upper,alarm\n";
    for (const Alarm& alarm : TRY(ears(series.cases, task.method, task.options))) {
        append_line(text, alarm.at, {series.cases[alarm.at - 1], alarm.upper, alarm.is_raised ? 1.0 : 0.0});
    }
    return text;
}

Result<std::string> answer_farrington(const Json& value) {
    const Request request =
        TRY(Request::read(value, {"series", "from", "period", "years", "halfWindow", "alpha", "leastCases", "leastSpan"}));
    FarringtonOptions options;
    options.from = static_cast<std::size_t>(TRY(request.integer("from", 0, 0, 1'000'000)));
    options.period = static_cast<std::size_t>(TRY(request.integer("period", 52, 2, 1000)));
    options.years = static_cast<std::size_t>(TRY(request.integer("years", 5, 1, 100)));
    options.half_window = static_cast<std::size_t>(TRY(request.integer("halfWindow", 3, 0, 500)));
    options.alpha = TRY(request.number("alpha", options.alpha));
    options.least_cases = TRY(request.number("leastCases", options.least_cases));
    options.least_span = static_cast<std::size_t>(TRY(request.integer("leastSpan", 4, 1, 1000)));
    const Incidence series = TRY(read_incidence(TRY(request.text("series"))));
    std::string text = "week,cases,upper,alarm,trend\n";
    for (const Alarm& alarm : TRY(farrington(series.cases, options))) {
        append_line(text, alarm.at, {series.cases[alarm.at - 1], alarm.upper, alarm.is_raised ? 1.0 : 0.0, alarm.has_trend ? 1.0 : 0.0});
    }
    return text;
}

Result<std::string> answer_farrington_flexible(const Json& value) {
    const Request request = TRY(Request::read(
        value, {"series", "from", "period", "years", "halfWindow", "parts", "leftOut", "threshold", "alpha", "leastCases", "leastSpan"}));
    FlexibleOptions options;
    options.from = static_cast<std::size_t>(TRY(request.integer("from", 0, 0, 1'000'000)));
    options.period = static_cast<std::size_t>(TRY(request.integer("period", 52, 2, 1000)));
    options.years = static_cast<std::size_t>(TRY(request.integer("years", 5, 1, 100)));
    options.half_window = static_cast<std::size_t>(TRY(request.integer("halfWindow", 3, 0, 500)));
    options.parts = static_cast<std::size_t>(TRY(request.integer("parts", 10, 1, 1000)));
    options.left_out = static_cast<std::size_t>(TRY(request.integer("leftOut", 26, 0, 1000)));
    options.threshold = TRY(request.number("threshold", options.threshold));
    options.alpha = TRY(request.number("alpha", options.alpha));
    options.least_cases = TRY(request.number("leastCases", options.least_cases));
    options.least_span = static_cast<std::size_t>(TRY(request.integer("leastSpan", 4, 1, 1000)));
    const Incidence series = TRY(read_incidence(TRY(request.text("series"))));
    std::string text = "week,cases,upper,alarm,trend\n";
    for (const Alarm& alarm : TRY(farrington_flexible(series.cases, options))) {
        append_line(text, alarm.at, {series.cases[alarm.at - 1], alarm.upper, alarm.is_raised ? 1.0 : 0.0, alarm.has_trend ? 1.0 : 0.0});
    }
    return text;
}

Result<std::string> answer_forecast(const Json& value) {
    const Request request = TRY(Request::read(value, {"incidence", "interval", "siMean", "siSd", "window", "priorMean", "priorSd", "probabilities", "days",
                                                      "replicates", "clustering", "seed"}));
    ForecastOptions options;
    options.reproduction = TRY(read_reproduction_options(request));
    options.probabilities = TRY(request.numbers("probabilities", options.probabilities));
    options.days = static_cast<std::size_t>(TRY(request.integer("days", 7, 1, 60)));
    options.replicates = static_cast<std::uint32_t>(TRY(request.integer("replicates", options.replicates, 100, 1'000'000)));
    options.clustering = TRY(request.number("clustering", options.clustering));
    options.seed = static_cast<std::uint64_t>(TRY(request.integer("seed", 1, 0, std::int64_t{1} << 53)));
    const Incidence incidence = TRY(read_incidence(TRY(request.text("incidence"))));
    const SerialInterval interval = TRY(read_interval(request, incidence.cases.size() + options.days));
    ReproductionOptions columns;
    columns.probabilities = options.probabilities;
    return to_csv(TRY(forecast(incidence, interval, options)), columns);
}

Result<std::string> answer_nowcast(const Json& value) {
    const Request request = TRY(Request::read(value, {"reports", "now", "longest", "window", "level"}));
    const Reports reports = TRY(read_reports(TRY(request.text("reports"))));
    NowcastOptions options;
    options.longest = static_cast<std::size_t>(TRY(request.integer("longest", 14, 1, 1000)));
    options.window = static_cast<std::size_t>(TRY(request.integer("window", 0, 0, 20'000)));
    options.level = TRY(request.number("level", options.level));
    options.now = *std::max_element(reports.report.begin(), reports.report.end());
    if (request.has("now")) {
        const auto now = Day::parse(TRY(request.text("now")));
        if (!now) return Error{Errc::malformed, "epi.request", "now: a day (YYYY-MM-DD) is expected"};
        options.now = *now;
    }
    std::string text = "onset,reported,share,estimate,lower,upper\n";
    for (const Nowcast& one : TRY(nowcast(reports, options))) {
        append_line(text, to_string(one.onset), {one.reported, one.share, one.estimate, one.lower, one.upper});
    }
    return text;
}

}  // namespace lachan::epi
