#include "epi/session.h"

#include <cmath>
#include <span>

#include "epi/defaults.h"
#include "epi/reproduction.h"
#include "epi/request.h"
#include "epi/told.h"
#include "epi/windows.h"

namespace lachan::epi {
namespace {

constexpr std::size_t kLargestRequest = 64U << 20;

Error no_scan() { return Error{Errc::malformed, "epi.session", "no scan is open"}; }

}  // namespace

Result<std::string> Session::call(std::string_view operation, std::string_view text) {
    struct Row {
        std::string_view name;
        Result<std::string> (Session::*run)(const Json&);
    };
    constexpr Row kRows[] = {{"rt.many", &Session::reproduce_many},
                             {"rates.many", &Session::rates_many},
                             {"shares.many", &Session::shares_many},
                             {"slopes.many", &Session::slopes_many},
                             {"ears.many", &Session::ears_many},
                             {"told.many", &Session::told_many},
                             {"told.shares.many", &Session::told_shares_many},
                             {"scan.open", &Session::open_scan},
                             {"scan.maxima", &Session::scan_maxima},
                             {"scan.text", &Session::scan_text},
                             {"scan.close", &Session::close_scan}};
    const Json request = TRY(parse_json(text, {kLargestRequest, 4, true}));
    for (const Row& row : kRows) {
        if (row.name == operation) return (this->*row.run)(request);
    }
    return answer(operation, request);
}

Result<std::string> Session::reproduce_many(const Json& value) {
    const Request request = TRY(Request::read(value, {"days", "interval", "siMean", "siSd", "window", "priorMean", "priorSd", "probabilities"}));
    const auto days = static_cast<std::size_t>(TRY(request.integer("days", 0, 2, 100'000)));
    const ReproductionOptions options = TRY(read_reproduction_options(request));
    const SerialInterval interval = TRY(read_interval(request, days));
    if (days == 0 || numbers.size() % days != 0) return Error{Errc::malformed, "epi.request", "days: the numbers are not so many for each place"};
    for (const double cases : numbers) {
        if (!(cases >= 0) || !std::isfinite(cases)) return Error{Errc::malformed, "epi.count", "a count is not negative"};
    }
    const std::size_t places = numbers.size() / days;
    std::vector<double> figures;
    std::size_t windows = 0;
    for (std::size_t place = 0; place < places; ++place) {
        const auto first = numbers.begin() + static_cast<std::ptrdiff_t>(place * days);
        const Incidence incidence{{first, first + static_cast<std::ptrdiff_t>(days)}, {}};
        const auto found = TRY(reproduction(incidence, interval, options));
        windows = found.size();
        for (const Reproduction& window : found) {
            figures.push_back(window.mean);
            figures.push_back(window.sd);
            figures.insert(figures.end(), window.quantiles.begin(), window.quantiles.end());
        }
    }
    numbers = std::move(figures);
    return "{\"places\":" + std::to_string(places) + ",\"windows\":" + std::to_string(windows) +
           ",\"figures\":" + std::to_string(2 + options.probabilities.size()) + "}";
}

namespace {

/// The sum of a window; NaN where one of its days is not known.
double sum_of(std::span<const double> window) {
    double sum = 0;
    for (const double count : window) sum += count >= 0 ? count : std::nan("");
    return sum;
}

Result<std::size_t> days_of(const Request& request) { return static_cast<std::size_t>(TRY(request.integer("days", 0, 1, 100'000))); }

Result<std::size_t> window_of(const Request& request, const char* key, std::size_t otherwise) {
    return static_cast<std::size_t>(TRY(request.integer(key, static_cast<std::int64_t>(otherwise), 1, 1'000)));
}

/// How many places there are whose numbers are so many each, none of them infinite.
Result<std::size_t> places_in(const std::vector<double>& numbers, std::size_t size) {
    if (size == 0 || numbers.size() % size != 0) return Error{Errc::malformed, "epi.request", "days: the numbers are not so many for each place"};
    for (const double number : numbers) {
        if (std::isinf(number)) return Error{Errc::malformed, "epi.count", "a count is finite"};
    }
    return numbers.size() / size;
}

std::string shape_of(std::size_t places, std::size_t figures) {
    return "{\"places\":" + std::to_string(places) + ",\"figures\":" + std::to_string(figures) + '}';
}

/// For each place, which has `head` numbers and then `lines` lines of days, the estimate of each window that ends with a day.
template <class Estimator>
Result<std::string> windows_many(const Json& value, std::vector<double>& numbers, std::size_t head, std::size_t lines, Estimator estimate) {
    const Request request = TRY(Request::read(value, {"days", "window"}));
    const std::size_t days = TRY(days_of(request));
    const std::size_t window = TRY(window_of(request, "window", kMapWindow));
    const std::size_t size = days == 0 ? 0 : head + lines * days;
    const std::size_t places = TRY(places_in(numbers, size));
    std::vector<double> figures;
    figures.reserve(places * days * 3);
    for (std::size_t place = 0; place < places; ++place) {
        const std::span<const double> own(numbers.data() + place * size, size);
        for (std::size_t day = 0; day < days; ++day) {
            const Estimate one = day + 1 < window ? unknown_estimate() : estimate(own, days, day + 1 - window, window);
            figures.insert(figures.end(), {one.value, one.low, one.high});
        }
    }
    numbers = std::move(figures);
    return shape_of(places, 3);
}

}  // namespace

Result<std::string> Session::rates_many(const Json& request) {
    return windows_many(request, numbers, 1, 1, [](std::span<const double> own, std::size_t, std::size_t first, std::size_t window) {
        return rate_of(sum_of(own.subspan(1 + first, window)), own[0]);
    });
}

Result<std::string> Session::shares_many(const Json& request) {
    return windows_many(request, numbers, 0, 2, [](std::span<const double> own, std::size_t days, std::size_t first, std::size_t window) {
        return share_of(sum_of(own.subspan(first, window)), sum_of(own.subspan(days + first, window)));
    });
}

Result<std::string> Session::slopes_many(const Json& request) {
    double t = 0;
    return windows_many(request, numbers, 0, 1, [&t](std::span<const double> own, std::size_t, std::size_t first, std::size_t window) {
        const auto counts = own.subspan(first, window);
        if (window < 3 || std::isnan(sum_of(counts))) return unknown_estimate();
        if (t == 0) t = student_two_sided_quantile(0.05, static_cast<double>(window) - 2);
        return slope_of(counts, t);
    });
}

Result<std::string> Session::ears_many(const Json& value) {
    const Request request = TRY(Request::read(value, {"days", "method", "baseline", "alpha", "minSigma"}));
    const std::size_t days = TRY(days_of(request));
    const EarsTask task = TRY(read_ears(request));
    const std::size_t span = ears_span(task.method, task.options);
    const std::size_t places = TRY(places_in(numbers, days));
    std::vector<double> figures;
    figures.reserve(places * days * 2);
    for (std::size_t place = 0; place < places; ++place) {
        const std::span<double> own(numbers.data() + place * days, days);
        std::vector<bool> is_known(days);
        for (std::size_t day = 0, told = 0; day < days; ++day) {
            told = own[day] >= 0 ? told + 1 : 0;
            is_known[day] = told >= span;
            if (told == 0) own[day] = 0;  // no alarm that rests on this day is told
        }
        const auto alarms = TRY(ears(own, task.method, task.options));
        for (std::size_t day = 0; day < days; ++day) {
            if (!is_known[day]) {
                figures.insert(figures.end(), {std::nan(""), std::nan("")});
                continue;
            }
            const Alarm& alarm = alarms[day + 1 - span];  // the first is of the day that ends the first span
            figures.insert(figures.end(), {alarm.upper, alarm.is_raised ? 1.0 : 0.0});
        }
    }
    numbers = std::move(figures);
    return shape_of(places, 2);
}

Result<std::string> Session::told_many(const Json& value) {
    const Request request = TRY(Request::read(value, {"days", "window"}));
    const std::size_t days = TRY(days_of(request));
    const std::size_t window = TRY(window_of(request, "window", kMapToldDays));
    const std::size_t places = TRY(places_in(numbers, days));
    std::vector<double> figures;
    figures.reserve(places * days * 2);
    for (std::size_t place = 0; place < places; ++place) {
        for (const Told& told : told_last({numbers.data() + place * days, days}, window)) figures.insert(figures.end(), {told.value, told.day});
    }
    numbers = std::move(figures);
    return shape_of(places, 2);
}

Result<std::string> Session::told_shares_many(const Json& value) {
    const Request request = TRY(Request::read(value, {"days", "window", "wholeWindow"}));
    const std::size_t days = TRY(days_of(request));
    const std::size_t window = TRY(window_of(request, "window", kMapAliveDays));
    const std::size_t whole_window = TRY(window_of(request, "wholeWindow", kMapRegisteredDays));
    const std::size_t places = TRY(places_in(numbers, 2 * days));
    std::vector<double> figures;
    figures.reserve(places * days * 4);
    for (std::size_t place = 0; place < places; ++place) {
        const double* own = numbers.data() + place * 2 * days;
        for (const ToldShare& one : told_shares({own, days}, {own + days, days}, window, whole_window))
            figures.insert(figures.end(), {one.part.value, one.part.day, one.whole, one.share});
    }
    numbers = std::move(figures);
    return shape_of(places, 4);
}

Result<std::string> Session::open_scan(const Json& request) {
    scan_.reset();
    scan_ = TRY(ScanTask::read(request));
    return "{\"units\":" + std::to_string(scan_->scan.size()) + ",\"windows\":" + std::to_string(scan_->scan.windows()) +
           ",\"replicates\":" + std::to_string(scan_->replicates) + "}";
}

Result<std::string> Session::scan_maxima(const Json& value) {
    if (!scan_) return no_scan();
    const Request request = TRY(Request::read(value, {"from", "to"}));
    const auto from = TRY(request.integer("from", 0, 0, scan_->replicates));
    const auto to = TRY(request.integer("to", from, from, scan_->replicates));
    numbers = scan_->scan.maxima(scan_->seed, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to));
    return std::string("{}");
}

Result<std::string> Session::scan_text(const Json& value) {
    if (!scan_) return no_scan();
    TRY(Request::read(value, {}));
    if (numbers.size() > scan_->replicates) return Error{Errc::malformed, "epi.session", "more maxima than replicates"};
    return scan_->text(numbers);
}

Result<std::string> Session::close_scan(const Json& value) {
    TRY(Request::read(value, {}));
    scan_.reset();
    return std::string("{}");
}

}  // namespace lachan::epi
