#include "riskmap/public_counts.h"

#include <algorithm>
#include <map>
#include <set>

#include "riskmap/counts.h"

namespace lachan::riskmap {
namespace {

/// The Monday at or before a day; 1970-01-01 was a Thursday.
Day monday_of(Day day) { return day + -(((day.days + 3) % kPublicDays + kPublicDays) % kPublicDays); }

/// From when on the public has a week.
std::int64_t settled_at(Day first, std::int64_t told_at) {
    return std::max(start_in_vietnam(first + kPublicDays).ms, told_at) + kSettleDays * kMillisecondsPerDay;
}

struct Week {
    Day first;
    Country country;
    std::int64_t told_at = 0;
};

/// The figures of weeks that follow one another, as they were when each was settled: two statements a province.
Result<void> read_weeks(Context& context, std::vector<Week>& weeks) {
    if (weeks.empty()) return {};
    std::map<std::string, std::set<std::string>> provinces;
    for (const Week& week : weeks) {
        for (const Place& place : week.country.places) provinces[province_key(context.units, place.code)].insert(place.code);
    }
    const Day first = weeks.front().first;
    const auto week_of = [&](std::int64_t day) -> Week& { return weeks[static_cast<std::size_t>((day - first.days) / kPublicDays)]; };
    for (const auto& [province, named] : provinces) {
        TRY(context.database.read("SELECT first_day, told_at FROM riskmap_week WHERE province = ?1 AND first_day BETWEEN ?2 AND ?3",
                                  {std::string_view(province), std::int64_t{first.days}, std::int64_t{weeks.back().first.days}}, [&](const Row& row) {
                                      Week& week = week_of(row.integer(0));
                                      week.told_at = std::max(week.told_at, row.integer(1));
                                      return Next::row;
                                  }));
        const std::vector<std::string> codes(named.begin(), named.end());
        const Keyed key = keyed(province, codes, Measure::cases, first, weeks.back().first + (kPublicDays - 1));
        TRY(context.database.read(key.with + "SELECT c.unit, c.day, c.source, CASE WHEN l.unit IS NULL THEN c.value ELSE l.value END "
                                             "FROM asked JOIN riskmap_count c ON c.province = ?1 AND c.unit = asked.code AND c.measure = ?2 "
                                             "AND c.day BETWEEN ?3 AND ?4 LEFT JOIN riskmap_late l ON l.province = c.province AND l.unit = c.unit "
                                             "AND l.day = c.day AND l.source = c.source",
                                  key.values, [&](const Row& row) {
                                      Week& week = week_of(row.integer(1));
                                      const int place = week.country.find(row.text(0));
                                      if (place < 0 || row.is_null(3)) return Next::row;
                                      week.country.places[static_cast<std::size_t>(place)].figures.add(
                                          Measure::cases, row.text(2), Day{static_cast<std::int32_t>(row.integer(1))}, row.integer(3));
                                      return Next::row;
                                  }));
    }
    return {};
}

/// Numbers row by row, null where they are hidden, -1 where nobody told any.
Json shown_values(const PublicWeek& week, const Suppression& suppression) {
    const std::size_t width = week.table.width();
    Json values = Json::array();
    for (std::size_t cell = 0; cell < week.is_told.size(); ++cell) {
        const bool hidden = cell >= width && (suppression.hidden[cell] || !suppression.is_safe);
        values.push_back(!week.is_told[cell] ? Json(-1) : hidden ? Json(nullptr) : Json(week.table.values[cell]));
    }
    return values;
}

}  // namespace

PublicWeek public_week(const Country& country, Day first) {
    constexpr auto kDays = static_cast<std::size_t>(kPublicDays);
    PublicWeek out;
    CountTable& table = out.table;
    table.days = kDays;
    const std::size_t width = table.width();
    const std::size_t places = country.places.size();
    for (const Place& place : country.places) table.parent.push_back(place.parent);
    table.is_unseen.assign(places, false);
    table.values.assign(places * width, 0);
    out.is_told.assign(places * width, false);
    std::vector<std::int64_t> beyond(places * width, 0);
    for (std::size_t i = places; i-- > 0;) {
        const Place& place = country.places[i];
        for (std::size_t day = 0; day < kDays; ++day) {
            const std::size_t cell = i * width + day;
            std::int64_t below = 0;
            for (const int child : place.children) {
                const std::size_t of_child = static_cast<std::size_t>(child) * width + day;
                below += table.values[of_child];
                if (out.is_told[of_child]) out.is_told[cell] = true;
            }
            const auto own = place.figures.on(Measure::cases, first + static_cast<std::int32_t>(day));
            if (own) out.is_told[cell] = true;
            // More than all units below told: somebody is counted without a place below.
            table.values[cell] = std::max(own.value_or(0), below);
            if (!place.children.empty()) beyond[cell] = table.values[cell] - below;
            table.values[i * width + kDays] += table.values[cell];
            beyond[i * width + kDays] += beyond[cell];
            if (out.is_told[cell]) out.is_told[i * width + kDays] = true;
        }
    }
    table.is_known.resize(out.is_told.size());
    for (std::size_t cell = 0; cell < out.is_told.size(); ++cell) table.is_known[cell] = !out.is_told[cell];
    for (std::size_t i = 0; i < places; ++i) {
        if (beyond[i * width + kDays] == 0) continue;
        table.parent.push_back(static_cast<int>(i));
        table.is_unseen.push_back(true);
        for (std::size_t cell = i * width; cell < (i + 1) * width; ++cell) {
            table.values.push_back(beyond[cell]);
            // A day on which the sums agree is taken for one of which everybody knows that they do.
            table.is_known.push_back(beyond[cell] == 0);
        }
    }
    return out;
}

Result<void> keep_settled(Context& context, std::string_view province, const CaseSeries& series, std::span<const std::optional<std::int64_t>> values,
                          Instant received_at) {
    std::map<std::int32_t, std::int64_t> told;
    const auto until = *series.from + static_cast<std::int32_t>(values.size() - 1);
    TRY(context.database.read("SELECT first_day, told_at FROM riskmap_week WHERE province = ?1 AND first_day BETWEEN ?2 AND ?3",
                              {province, std::int64_t{monday_of(*series.from).days}, std::int64_t{until.days}}, [&](const Row& row) {
                                  told[static_cast<std::int32_t>(row.integer(0))] = row.integer(1);
                                  return Next::row;
                              }));
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!values[i]) continue;
        const Day day = *series.from + static_cast<std::int32_t>(i);
        const Day first = monday_of(day);
        const auto [week, is_new] = told.emplace(first.days, received_at.ms);
        if (is_new) {
            TRY(context.database.write("INSERT INTO riskmap_week (province, first_day, told_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                                       {province, std::int64_t{first.days}, received_at.ms}));
        }
        if (received_at.ms < settled_at(first, week->second)) continue;
        TRY(context.database.write("INSERT INTO riskmap_late (province, unit, day, source, value) VALUES (?1, ?2, ?3, ?4, (SELECT value FROM riskmap_count "
                                   "WHERE province = ?1 AND unit = ?2 AND measure = 'cases' AND day = ?3 AND source = ?4)) ON CONFLICT DO NOTHING",
                                   {province, std::string_view(*series.unit), std::int64_t{day.days}, std::string_view(*series.source)}));
    }
    return {};
}

Result<Json> public_counts(Context& context, const Json& arguments, Sight) {
    const std::string_view unit = text_at(arguments, "unit");
    const Day from = TRY(Day::parse(text_at(arguments, "from")));
    const Day until = TRY(Day::parse(text_at(arguments, "until")));
    if (until < from || until - from >= kPublicSpan) return Error{Errc::rejected, "riskmap.range", "at most " + std::to_string(kPublicSpan) + " days"};
    if (level_of_code(unit) != 1) return Error{Errc::not_found, "riskmap.unit", "weeks are told of a province"};
    std::vector<Week> weeks;
    // A week that goes on, or is told still, would be told again, each time with a little more.
    for (Day first = monday_of(from + (kPublicDays - 1)); first + (kPublicDays - 1) <= until && settled_at(first, 0) <= context.now.ms;
         first = first + kPublicDays) {
        weeks.push_back({first, Country(context.units, unit, first + (kPublicDays - 1))});
        if (weeks.back().country.places.empty()) return Error{Errc::not_found, "riskmap.unit", "no such unit on those days"};
    }
    TRY(read_weeks(context, weeks));
    Json list = Json::array();
    for (const Week& asked_for : weeks) {
        if (context.now.ms < settled_at(asked_for.first, asked_for.told_at)) continue;
        const PublicWeek week = public_week(asked_for.country, asked_for.first);
        const Suppression suppression = suppress(week.table, kFewest);
        std::string codes;
        for (const Place& place : asked_for.country.places) codes += (codes.empty() ? "" : " ") + place.code;
        Json one = Json::object();
        one["from"] = to_string(asked_for.first);
        one["until"] = to_string(asked_for.first + (kPublicDays - 1));
        one["codes"] = std::move(codes);
        one["isWithheld"] = !suppression.is_safe;
        one["values"] = shown_values(week, suppression);
        list.push_back(std::move(one));
    }
    Json out = Json::object();
    out["unit"] = unit;
    out["fewest"] = kFewest;
    out["weeks"] = std::move(list);
    return out;
}

}  // namespace lachan::riskmap
