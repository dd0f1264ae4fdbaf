#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "riskmap/public_counts.h"
#include "riskmap/publish.h"

namespace lachan::riskmap {
namespace {

/// The days of a unit whose level may have changed. `open`: also every later day.
struct Range {
    Day first{INT32_MAX};
    Day last{INT32_MIN};
    bool open = false;

    void include(Day from, Day to) {
        first = std::min(first, from);
        last = std::max(last, to);
    }
};
using Ranges = std::map<std::string, Range>;  // by unit, in a fixed order: facts come out the same however records came in

/// Steps of a level: day on which it begins, and the level.
using Steps = std::map<std::int32_t, int>;

int level_at(const Steps& steps, Day day) {
    const auto next = steps.upper_bound(day.days);
    return next == steps.begin() ? 0 : std::prev(next)->second;
}

Result<void> apply_series(Context& context, const StoredRecord& stored, Ranges& changed) {
    const auto series = read_record<CaseSeries>(*series_fields(stored.record.version), stored.record.body);
    const std::string province = province_key(context.units, *series.unit);
    const auto values = TRY(parse_values(*series.values));
    // A device was not there when it was received.
    if (context.side == Side::server && *series.measure == info_of(Measure::cases).name)
        TRY(keep_settled(context, province, series, values, stored.received_at));
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!values[i]) continue;
        const Day day = *series.from + static_cast<std::int32_t>(i);
        // The latest maker wins for each day alone, so that series may come in any order.
        TRY(context.database.write(
            "INSERT INTO riskmap_count (province, unit, measure, day, source, value, record_id, made_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
            "ON CONFLICT (province, unit, measure, day, source) DO UPDATE "
            "SET value = excluded.value, record_id = excluded.record_id, made_at = excluded.made_at "
            "WHERE riskmap_count.made_at < excluded.made_at OR "
            "(riskmap_count.made_at = excluded.made_at AND riskmap_count.record_id < excluded.record_id)",
            {std::string_view(province), std::string_view(*series.unit), std::string_view(*series.measure),
             std::int64_t{day.days}, std::string_view(*series.source), *values[i], std::string_view(stored.record.id),
             stored.record.made_at.ms}));
    }
    if (const auto measure = measure_named(*series.measure); measure && !is_for_rules(*measure)) return {};
    const Day last = *series.from + static_cast<std::int32_t>(values.size() - 1);
    changed[*series.unit].include(*series.from, last + reference().reach());
    // A number of people holds until the next one.
    if (*series.measure == info_of(Measure::population).name) changed[*series.unit].open = true;
    return {};
}

Result<void> apply_declared(Context& context, const StoredRecord& stored, Ranges& changed) {
    const auto declared = read_record<DeclaredLevel>(*declared_fields(stored.record.version), stored.record.body);
    const std::string province = province_key(context.units, *declared.unit);
    TRY(context.database.write(
        "INSERT INTO riskmap_declared (province, unit, record_id, made_at, supersedes, level, first_day, last_day, "
        "document_number, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
        {std::string_view(province), std::string_view(*declared.unit), std::string_view(stored.record.id),
         stored.record.made_at.ms, std::string_view(stored.record.supersedes), *declared.level,
         std::int64_t{declared.from->days},
         declared.until ? SqlValue(std::int64_t{declared.until->days}) : SqlValue(nullptr),
         std::string_view(*declared.document_number), std::string_view(*declared.reason)}));
    Range& range = changed[*declared.unit];
    range.include(*declared.from, declared.until.value_or(*declared.from));
    if (!declared.until) range.open = true;
    if (!stored.record.supersedes.empty()) {
        // The one it replaces may have coloured any day, and may lie here or come later.
        range.include(Day{0}, Day{0});
        range.open = true;
    }
    return {};
}

/// The last day after which nothing changes any more.
Result<Day> horizon(Context& context, std::string_view province, std::string_view unit, std::span<const Declaration> declared) {
    Day last{0};
    TRY(context.database.read("SELECT coalesce(max(day), 0) FROM riskmap_count WHERE province = ?1 AND unit = ?2 AND measure = 'cases'",
                              {province, unit}, [&](const Row& row) {
                                  last = Day{static_cast<std::int32_t>(row.integer(0))} + reference().reach();
                                  return Next::stop;
                              }));
    for (const Declaration& one : declared) last = std::max(last, one.last.value_or(one.first));
    return last + 1;
}

/// The first day on which anything is known, so that an open range does not walk through empty years.
Result<Day> beginning(Context& context, std::string_view province, std::string_view unit, std::span<const Declaration> declared) {
    Day first{INT32_MAX};
    TRY(context.database.read("SELECT min(day) FROM riskmap_count WHERE province = ?1 AND unit = ?2 AND measure = 'cases'",
                              {province, unit}, [&](const Row& row) {
                                  if (!row.is_null(0)) first = Day{static_cast<std::int32_t>(row.integer(0))};
                                  return Next::stop;
                              }));
    for (const Declaration& one : declared) first = std::min(first, one.first);
    return first;
}

/// Writes what differs between the steps that were and those that are, and tells them from the first difference on: a fact says
/// what holds from its day, whatever was told before about that day or a later one.
Result<void> write_steps(Context& context, std::string_view province, const std::string& unit, const Steps& old, const Steps& now) {
    std::optional<std::int32_t> differs;
    for (const auto& [day, was] : old) {
        if (now.contains(day)) continue;
        TRY(context.database.write("DELETE FROM riskmap_level WHERE province = ?1 AND unit = ?2 AND day = ?3",
                                   {province, std::string_view(unit), std::int64_t{day}}));
        differs = std::min(differs.value_or(day), day);
    }
    for (const auto& [day, level] : now) {
        const auto was = old.find(day);
        if (was != old.end() && was->second == level) continue;
        TRY(context.database.write("INSERT INTO riskmap_level (province, unit, day, level) VALUES (?1, ?2, ?3, ?4) "
                                   "ON CONFLICT (province, unit, day) DO UPDATE SET level = excluded.level",
                                   {province, std::string_view(unit), std::int64_t{day}, std::int64_t{level}}));
        differs = std::min(differs.value_or(day), day);
    }
    if (!differs) return {};
    auto step = now.upper_bound(*differs);
    if (step != now.begin()) --step;
    else context.facts.push_back(UnitLevelChanged{unit, Day{*differs}, 0});
    for (; step != now.end(); ++step) context.facts.push_back(UnitLevelChanged{unit, Day{step->first}, step->second});
    return {};
}

/// Makes the steps of the range anew.
Result<void> refold(Context& context, const std::string& unit, Range range) {
    const std::string province = province_key(context.units, unit);
    const auto declared = TRY(read_declarations(context.database, province, unit));
    if (range.open) range.last = std::max(range.last, TRY(horizon(context, province, unit, declared)));
    const Day known = TRY(beginning(context, province, unit, declared));
    range.first = std::max(range.first, known);
    if (range.last < range.first) return {};

    Steps old;
    TRY(context.database.read("SELECT day, level FROM riskmap_level WHERE province = ?1 AND unit = ?2 ORDER BY day",
                              {std::string_view(province), std::string_view(unit)}, [&](const Row& row) {
                                  old[static_cast<std::int32_t>(row.integer(0))] = static_cast<int>(row.integer(1));
                                  return Next::row;
                              }));
    const int reach = reference().reach();
    const Figures figures = TRY(read_figures(context.database, province, unit, range.first + -reach, range.last));
    const Census census(reference().populations, context.units, range.last);

    // One day more than the range: the step back to what was there before, unless the range is open.
    const Day end = range.open ? Day{INT32_MAX} : range.last + 1;
    Steps fresh;
    int level = level_at(old, range.first + -1);
    const auto step = [&](Day day, int next) {
        if (next != level) fresh[day.days] = next;
        level = next;
    };
    for (Day day = range.first; day <= range.last; day = day + 1) {
        const Declaration* authority = in_force(declared, day);
        step(day, authority ? authority->level : compute(reference(), census, unit, figures, day).level);
    }
    if (!range.open) step(end, level_at(old, end));

    Steps now = old;
    now.erase(now.lower_bound(range.first.days), now.upper_bound(end.days));
    now.insert(fresh.begin(), fresh.end());
    return write_steps(context, province, unit, old, now);
}

/// What a batch of facts adds to one row.
struct Sums {
    std::int64_t green = 0, yellow = 0, red = 0, symptomatic = 0;

    void count(std::string_view colour, bool with_symptoms, int sign) {
        if (colour.empty()) return;
        if (colour == "green") green += sign;
        if (colour == "yellow") yellow += sign;
        if (colour == "red") red += sign;
        if (with_symptoms) symptomatic += sign;
    }
    bool nothing() const { return green == 0 && yellow == 0 && red == 0 && symptomatic == 0; }
    bool takes() const { return green < 0 || yellow < 0 || red < 0 || symptomatic < 0; }
};

}  // namespace

Result<void> apply(Context& context, std::span<const StoredRecord> records) {
    Ranges changed;
    for (const StoredRecord& stored : records) {
        if (stored.record.kind == "case_series") TRY(apply_series(context, stored, changed));
        if (stored.record.kind == "declared_level") TRY(apply_declared(context, stored, changed));
        if (stored.record.kind == "proposal") TRY(apply_proposal(context, stored));
        if (stored.record.kind == "publication") TRY(apply_publication(context, stored));
    }
    for (const auto& [unit, range] : changed) TRY(refold(context, unit, range));
    return {};
}

Result<void> rebuild_levels(Context& context, std::string_view unit) {
    Range all;
    all.include(Day{0}, Day{0});
    all.open = true;
    return refold(context, std::string(unit), all);
}

Result<void> observe(Context& context, std::span<const Fact> facts) {
    std::map<std::tuple<std::string, std::string, std::int32_t>, Sums> sums;  // province, unit, day: rows are locked in this order
    for (const Fact& fact : facts) {
        const auto* triaged = std::get_if<DeclarationTriaged>(&fact);
        if (!triaged) continue;
        const std::string province = province_key(context.units, triaged->unit);
        for (const std::string& unit : {triaged->unit, province}) {
            Sums& row = sums[{province, unit, triaged->day.days}];
            row.count(triaged->before, triaged->symptomatic_before, -1);
            row.count(triaged->colour, triaged->symptomatic, 1);
            if (triaged->unit == province) break;
        }
    }
    for (const auto& [key, row] : sums) {
        if (row.nothing()) continue;
        const auto& [province, unit, day] = key;
        TRY(context.database.write(
            "INSERT INTO riskmap_symptom (province, unit, day, green, yellow, red, symptomatic) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (province, unit, day) DO UPDATE SET "
            "green = riskmap_symptom.green + excluded.green, yellow = riskmap_symptom.yellow + excluded.yellow, "
            "red = riskmap_symptom.red + excluded.red, symptomatic = riskmap_symptom.symptomatic + excluded.symptomatic",
            {std::string_view(province), std::string_view(unit), std::int64_t{day}, row.green, row.yellow, row.red, row.symptomatic}));
        if (!row.takes()) continue;
        // A row of zeros is no row: the table must not remember that something was withdrawn.
        TRY(context.database.write(
            "DELETE FROM riskmap_symptom WHERE province = ?1 AND unit = ?2 AND day = ?3 "
            "AND green = 0 AND yellow = 0 AND red = 0 AND symptomatic = 0",
            {std::string_view(province), std::string_view(unit), std::int64_t{day}}));
    }
    return {};
}

const std::string& measure_list() {
    static const std::string kList = [] {
        std::string list;
        for (const MeasureInfo& one : measures()) {
            if (is_for_rules(*measure_named(one.name))) list += (list.empty() ? "'" : ", '") + std::string(one.name) + '\'';
        }
        return list;
    }();
    return kList;
}

std::string asked(std::size_t first, std::size_t count) {
    std::string text = "WITH asked (code) AS (VALUES ";
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) text += ", ";
        text += "(?" + std::to_string(first + i) + ')';
    }
    return text + ") ";
}

Result<Figures> read_figures(Database& database, std::string_view province, std::string_view unit, Day first, Day last) {
    Figures figures;
    static constexpr const char* kRows = "SELECT measure, day, source, value FROM riskmap_count WHERE province = ?1 AND unit = ?2 AND measure ";
    TRY(database.read(std::string(kRows) + "IN (" + measure_list() + ") AND day BETWEEN ?3 AND ?4 UNION ALL " + kRows + "= 'population' AND day < ?3",
                      {province, unit, std::int64_t{first.days}, std::int64_t{last.days}}, [&](const Row& row) {
                          if (const auto measure = measure_named(row.text(0))) {
                              figures.add(*measure, row.text(2), Day{static_cast<std::int32_t>(row.integer(1))}, row.integer(3));
                          }
                          return Next::row;
                      }));
    return figures;
}

Declaration declaration_of(const Row& row, int first) {
    Declaration one;
    one.record = row.text(first);
    one.made_at = row.integer(first + 1);
    one.supersedes = row.text(first + 2);
    one.level = static_cast<int>(row.integer(first + 3));
    one.first = Day{static_cast<std::int32_t>(row.integer(first + 4))};
    if (!row.is_null(first + 5)) one.last = Day{static_cast<std::int32_t>(row.integer(first + 5))};
    one.document_number = row.text(first + 6);
    one.reason = row.text(first + 7);
    return one;
}

Result<std::vector<Declaration>> read_declarations(Database& database, std::string_view province, std::string_view unit) {
    std::vector<Declaration> out;
    TRY(database.read("SELECT record_id, made_at, supersedes, level, first_day, last_day, document_number, reason "
                      "FROM riskmap_declared WHERE province = ?1 AND unit = ?2 ORDER BY made_at, record_id",
                      {province, unit}, [&](const Row& row) {
                          out.push_back(declaration_of(row, 0));
                          return Next::row;
                      }));
    return out;
}

}  // namespace lachan::riskmap
