#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/result.h"

namespace lachan {

/// Milliseconds since 1970-01-01T00:00:00Z. The only form in which an instant is stored or sent.
struct Instant {
    std::int64_t ms = 0;
    bool operator==(const Instant&) const = default;
    bool operator<(const Instant& other) const { return ms < other.ms; }
    bool operator<=(const Instant& other) const { return ms <= other.ms; }
};

/// A civil day (Gregorian), counted from 1970-01-01. The business day is that of Asia/Ho_Chi_Minh (UTC+7, no summer time).
struct Day {
    std::int32_t days = 0;
    bool operator==(const Day&) const = default;
    bool operator<(const Day& other) const { return days < other.days; }
    bool operator<=(const Day& other) const { return days <= other.days; }

    /// Reads exactly YYYY-MM-DD, 0001..9999. Errc::malformed for another shape or a day the calendar does not have.
    static Result<Day> parse(std::string_view text);
};

constexpr std::int64_t kMillisecondsPerDay = 86'400'000;

constexpr Day operator+(Day day, std::int32_t days) { return Day{day.days + days}; }
constexpr std::int32_t operator-(Day late, Day early) { return late.days - early.days; }

/// YYYY-MM-DD.
std::string to_string(Day day);

/// The civil day at UTC+7 in which `instant` lies.
Day day_in_vietnam(Instant instant);

/// The first instant of `day` at UTC+7.
Instant start_in_vietnam(Day day);

int year_of(Day day);
Day first_day_of_year(int year);

/// Completed years at `on` for someone born on `birth`; someone born on 29 February turns a year older on 1 March of common years.
/// Never "current year minus birth year" (DOMAIN 2.3).
int completed_years(Day birth, Day on);

}  // namespace lachan
