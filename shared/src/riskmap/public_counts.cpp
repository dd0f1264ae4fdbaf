#include "riskmap/public_counts.h"

#include <algorithm>
#include <set>

namespace lachan::riskmap {
namespace {

/// The first Monday at or after a day; 1970-01-01 was a Thursday.
Day monday_from(Day day) {
    const std::int32_t of_week = ((day.days + 3) % kPublicDays + kPublicDays) % kPublicDays;
    return day + (kPublicDays - of_week) % kPublicDays;
}

Result<void> read_cases(Context& context, Country& country, Day first, Day last) {
    std::set<std::string> provinces;
    for (const Place& place : country.places) provinces.insert(province_key(context.units, place.code));
    for (const std::string& province : provinces) {
        TRY(context.database.read("SELECT unit, day, source, value FROM riskmap_count WHERE province = ?1 AND measure = 'cases' AND day BETWEEN ?2 AND ?3",
                                  {std::string_view(province), std::int64_t{first.days}, std::int64_t{last.days}}, [&](const Row& row) {
                                      const int place = country.find(row.text(0));
                                      if (place < 0) return Next::row;
                                      country.places[static_cast<std::size_t>(place)].figures.add(
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

Result<Json> public_counts(Context& context, const Json& arguments, Sight) {
    const std::string_view unit = text_at(arguments, "unit");
    const Day from = TRY(Day::parse(text_at(arguments, "from")));
    const Day until = TRY(Day::parse(text_at(arguments, "until")));
    if (until < from || until - from >= kPublicSpan) return Error{Errc::rejected, "riskmap.range", "at most " + std::to_string(kPublicSpan) + " days"};
    if (unit.size() != 2 || unit == kNation) return Error{Errc::not_found, "riskmap.unit", "weeks are told of a province"};
    const Day today = day_in_vietnam(context.now);
    Json weeks = Json::array();
    for (Day first = monday_from(from); first + (kPublicDays - 1) <= until; first = first + kPublicDays) {
        const Day last = first + (kPublicDays - 1);
        // A week that goes on would be told again, each time with a day more.
        if (today <= last) break;
        Country country(context.units, unit, last);
        if (country.places.empty()) return Error{Errc::not_found, "riskmap.unit", "no such unit on those days"};
        TRY(read_cases(context, country, first, last));
        const PublicWeek week = public_week(country, first);
        const Suppression suppression = suppress(week.table, kFewest);
        std::string codes;
        for (const Place& place : country.places) codes += (codes.empty() ? "" : " ") + place.code;
        Json one = Json::object();
        one["from"] = to_string(first);
        one["until"] = to_string(last);
        one["codes"] = std::move(codes);
        one["isWithheld"] = !suppression.is_safe;
        one["values"] = shown_values(week, suppression);
        weeks.push_back(std::move(one));
    }
    Json out = Json::object();
    out["unit"] = unit;
    out["fewest"] = kFewest;
    out["weeks"] = std::move(weeks);
    return out;
}

}  // namespace lachan::riskmap
