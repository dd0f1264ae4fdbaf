#include "kernel/time.h"

#include <chrono>
#include <cstdio>

namespace lachan {
namespace {

constexpr std::int64_t kOffsetMs = 7 * 3'600'000;

std::chrono::year_month_day calendar(Day day) {
    return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day.days}}};
}

/// The number written by `count` digits from `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

Error malformed() { return Error{Errc::malformed, "field.day", "not YYYY-MM-DD"}; }

}  // namespace

Result<Day> Day::parse(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return malformed();
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    if (year < 1 || month < 1 || day < 1) return malformed();
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return Error{Errc::malformed, "field.day", "no such day"};
    return Day{static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}

std::string to_string(Day day) {
    const auto date = calendar(day);
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()));
    return text;
}

Day day_in_vietnam(Instant instant) {
    const std::int64_t local = instant.ms + kOffsetMs;
    // Division that rounds down, so that instants before 1970 fall into the right day too.
    const std::int64_t days = (local >= 0 ? local : local - (kMillisecondsPerDay - 1)) / kMillisecondsPerDay;
    return Day{static_cast<std::int32_t>(days)};
}

Instant start_in_vietnam(Day day) { return Instant{day.days * kMillisecondsPerDay - kOffsetMs}; }

int year_of(Day day) { return static_cast<int>(calendar(day).year()); }

Day first_day_of_year(int year) {
    using namespace std::chrono;
    return Day{static_cast<std::int32_t>(
        sys_days{year_month_day{std::chrono::year{year}, January, std::chrono::day{1}}}.time_since_epoch().count())};
}

int completed_years(Day birth, Day on) {
    const auto from = calendar(birth);
    const auto to = calendar(on);
    const int years = static_cast<int>(to.year()) - static_cast<int>(from.year());
    const bool before_birthday =
        to.month() < from.month() || (to.month() == from.month() && to.day() < from.day());
    return before_birthday ? years - 1 : years;
}

}  // namespace lachan
