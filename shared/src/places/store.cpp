#include "places/places.h"

namespace lachan::places {
namespace {

/// The record that this one ends: what a correction supersedes, what a withdrawal names; "" for none.
std::string_view ended_by(const Record& record) {
    return record.kind == "withdrawal" ? text_at(record.body, "record") : std::string_view(record.supersedes);
}

Result<void> apply_mark(Context& context, const StoredRecord& stored) {
    const Record& record = stored.record;
    const bool is_zone = record.kind == "risk_zone";
    const auto mark = read_record<Mark>(*(is_zone ? fields_of_zone : fields_of_place)(record.version), record.body);
    const auto text = [](const Text& value) { return value ? std::string_view(*value) : std::string_view(); };
    return context.database.write(
        "INSERT INTO places_mark (province, unit, record_id, kind, type, name, shape, level, first_day, last_day, first_time, last_time, "
        "reason, document_number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING",
        {std::string_view(stored.scope.province), text(mark.unit), std::string_view(record.id), std::string_view(record.kind), text(mark.type),
         text(mark.name), text(mark.shape), mark.level ? SqlValue(*mark.level) : SqlValue(nullptr), std::int64_t{mark.from->days},
         mark.until ? SqlValue(std::int64_t{mark.until->days}) : SqlValue(nullptr), text(mark.from_time), text(mark.until_time),
         text(mark.reason), text(mark.document_number)});
}

}  // namespace

Result<void> accept(Context& context, const Record& record) {
    // The column of tracing has cells that may only report; a zone is drawn by who also sees the cases behind it.
    TRY(require(context.actor, Verb::read, Area::tracing, record.unit, context.units, context.now, Sight::counts));
    const std::string_view ended = ended_by(record);
    if (ended.empty()) return {};
    const RecordId old = TRY(RecordId::parse(ended));
    const std::string province = province_of_shard(old.shard());
    Result<void> answer;
    if (old.shard() != TRY(RecordId::parse(record.id)).shard()) answer = Error{Errc::rejected, "places.unit", "a correction stays in its unit"};
    TRY(context.database.read("SELECT unit, kind FROM places_mark WHERE province = ?1 AND record_id = ?2", {std::string_view(province), ended},
                              [&](const Row& row) {
                                  const bool is_same = row.text(0) == record.unit && (record.kind == "withdrawal" || row.text(1) == record.kind);
                                  if (!is_same) answer = Error{Errc::rejected, "places.unit", "a correction stays in its unit"};
                                  return Next::stop;
                              }));
    return answer;
}

Result<void> apply(Context& context, std::span<const StoredRecord> records) {
    for (const StoredRecord& stored : records) {
        if (stored.record.kind != "withdrawal") TRY(apply_mark(context, stored));
        const std::string_view ended = ended_by(stored.record);
        if (ended.empty()) continue;
        TRY(context.database.write("INSERT INTO places_ended (province, unit, record_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                                   {std::string_view(stored.scope.province), std::string_view(stored.record.unit), ended}));
    }
    return {};
}

}  // namespace lachan::places
