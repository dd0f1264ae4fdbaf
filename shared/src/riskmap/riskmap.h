#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "riskmap/level.h"
#include "vocab/system.h"

namespace lachan::riskmap {

/// Figures of one source for one unit, a day after the other (measures: measure.h). A newer series replaces the days it names, and no
/// others.
struct CaseSeries {
    Text unit;
    Text source;
    Date from;
    Text values;  ///< "0,3,,12": one entry a day; an empty one says nothing about its day
    Text measure;
};

/// The level that an authority announced for its unit.
struct DeclaredLevel {
    Text unit;
    Integer level;
    Date from;
    Date until;
    Text document_number;
    Text reason;
};

/// The days of a series: nullopt where it says nothing. Errc::malformed with rule riskmap.values, also for a value that no measure has.
Result<std::vector<std::optional<std::int64_t>>> parse_values(std::string_view text);

/// A declared level as it lies in the table.
struct Declaration {
    std::string record;
    std::int64_t made_at = 0;
    std::string supersedes;
    int level = 0;
    Day first;
    std::optional<Day> last;
    std::string document_number;
    std::string reason;
};
/// Of a row with record_id, made_at, supersedes, level, first_day, last_day, document_number and reason from a column on.
Declaration declaration_of(const Row& row, int first);
/// Whether another of them corrects it: then it says nothing any more.
bool is_replaced(std::span<const Declaration> declarations, const Declaration& one);
/// The one in force on `day`: not superseded, covering the day, made last. nullptr when there is none.
const Declaration* in_force(std::span<const Declaration> declarations, Day day);

/// The measures that rules speak of as an SQL list: the tables are read by key, in which the measure comes before the day.
const std::string& measure_list();

/// `WITH asked (code) AS (VALUES (?first), ...)`: one statement for `count` units, each found by its own key.
std::string asked(std::size_t first, std::size_t count);

/// Reading the tables of one unit. `province` is the one that the unit list gives for it.
Result<Figures> read_figures(Database& database, std::string_view province, std::string_view unit, Day first, Day last);
Result<std::vector<Declaration>> read_declarations(Database& database, std::string_view province, std::string_view unit);

/// Whether `actor` may see what was counted in `unit` day by day. Counts of provinces are public; below, in a small place, they are
/// somebody: for who works with cases there.
bool sees_counts(const Actor& actor, std::string_view unit, const Units& units, Instant now);

/// Province code of `unit` in the keys of the tables: its own, or the nation.
std::string province_key(const Units& units, std::string_view unit);

/// The unit whose officials record for `unit` today: itself, or the one that took it over whole; "" where several did.
std::string answering_for(const Units& units, std::string_view unit, Day today);

/// Makes all levels of a unit anew from its counts and declarations, as after a new rule pack; tells what changed.
Result<void> rebuild_levels(Context& context, std::string_view unit);

/// Reason and document number of a level go to everybody: no number of a person stands in them. Rule: riskmap.personal.
void check_public_texts(std::string_view document_number, std::string_view reason, const std::string& path, Violations& out);
Violations check(const CheckInput& input);
/// The level that a series of cases gives by itself on its last day: shown to whoever enters it. {} while it has violations.
Result<Json> preview(const CheckInput& input);
Result<void> apply(Context& context, std::span<const StoredRecord> records);
Result<void> observe(Context& context, std::span<const Fact> facts);
std::span<const Query> queries();
std::span<const Computation> computations();
const FieldList* series_fields(int version);
const FieldList* declared_fields(int version);

const System& system();

}  // namespace lachan::riskmap
