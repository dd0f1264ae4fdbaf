#include <algorithm>
#include <set>

#include "kernel/json_writer.h"
#include "places/places.h"

namespace lachan::places {
namespace {

/// A page of an answer: so many marks at most.
constexpr std::size_t kMostMarks = 200;

struct Arguments {
    Text unit;
    Date day;
    Text after;
};

/// The provinces whose rows may lie in `unit`: its own, and those that were merged into it while what they drew goes on.
std::set<std::string> provinces_of(const Context& context, std::string_view unit, Day day) {
    std::set<std::string> out;
    const std::string own = context.units.province_of(unit);
    for (const Day listed : {Day{0}, day}) {
        for (const Unit* province : context.units.children(kNation, listed)) {
            if (unit == kNation || province->code == own || context.units.covers(unit, province->code, day)) out.emplace(province->code);
        }
    }
    return out;
}

void write_mark(JsonWriter& out, const Context& context, const Row& row, bool is_zone, Day day) {
    const auto text = [&](const char* key, std::string_view value) {
        if (value.empty()) return;
        out.key(key);
        out.text(value);
    };
    const auto days = [&](int column) { return row.is_null(column) ? std::string() : to_string(Day{static_cast<std::int32_t>(row.integer(column))}); };
    const std::string unit(row.text(0));
    const Unit* found = context.units.find(unit, day);
    out.open_object();
    text("unit", unit);
    text("unitName", found ? found->name : std::string_view(unit));
    text("record", row.text(1));
    text("type", row.text(2));
    text("name", row.text(3));
    text(is_zone ? "shape" : "position", row.text(4));
    text("from", days(6));
    text("until", days(7));
    text("fromTime", row.text(8));
    text("untilTime", row.text(9));
    text(is_zone ? "reason" : "note", row.text(10));
    text("documentNumber", row.text(11));
    if (is_zone) {
        out.key("level");
        out.number(row.integer(5));
    }
    // What the page offers a button for; the server asks again.
    out.key("mayChange");
    out.boolean(sight_of(context.actor, Verb::write, Area::tracing, unit, context.units, context.now) >= Sight::masked);
    out.close_object();
}

/// The marks of one kind in a unit on a day, in order of province, unit and record; `after` is "unit/record" of the last one seen.
Result<Json> listed(Context& context, const Json& arguments, bool is_zone) {
    const std::string_view asked = text_at(arguments, "unit");
    const std::string unit(asked.empty() ? kNation : asked);
    const Day day = TRY(Day::parse(text_at(arguments, "day")));
    const std::string after(text_at(arguments, "after"));
    const std::size_t slash = std::min(after.find('/'), after.size());
    const std::string after_unit = after.substr(0, slash), after_record = after.substr(std::min(slash + 1, after.size()));
    const std::string after_province = context.units.province_of(after_unit);
    if (!after.empty() && after_province.empty()) return Error{Errc::malformed, "places.after", "no such place in the list"};
    if (unit != kNation && context.units.province_of(unit).empty()) return Error{Errc::not_found, "places.unit", "no such unit"};
    JsonWriter out(4'096);
    out.open_object();
    out.key("marks");
    out.open_array();
    std::size_t count = 0;
    std::string last;
    bool more = false;
    for (const std::string& province : provinces_of(context, unit, day)) {
        if (province < after_province || more) continue;
        const bool is_begun = province == after_province;
        TRY(context.database.read(
            "SELECT unit, record_id, type, name, shape, level, first_day, last_day, first_time, last_time, reason, document_number "
            "FROM places_mark WHERE province = ?1 AND kind = ?2 AND first_day <= ?3 "
            "AND (last_day IS NULL OR last_day >= CASE WHEN type = 'exposure' THEN ?4 ELSE ?3 END) AND (unit > ?5 OR (unit = ?5 AND record_id > ?6)) "
            "AND record_id NOT IN (SELECT record_id FROM places_ended WHERE province = ?1 AND unit = places_mark.unit) ORDER BY unit, record_id",
            {std::string_view(province), std::string_view(is_zone ? "risk_zone" : "risk_place"), std::int64_t{day.days},
             std::int64_t{day.days - kExposureDays}, std::string_view(is_begun ? after_unit : ""), std::string_view(is_begun ? after_record : "")},
            [&](const Row& row) {
                if (unit != kNation && !context.units.covers(unit, row.text(0), day)) return Next::row;
                more = count == kMostMarks;
                if (more) return Next::stop;
                ++count;
                last = std::string(row.text(0)) + '/' + std::string(row.text(1));
                write_mark(out, context, row, is_zone, day);
                return Next::row;
            }));
    }
    out.close_array();
    out.key("more");
    out.boolean(more);
    if (more) {
        out.key("after");
        out.text(last);
    }
    out.close_object();
    return parse_json(out.take(), {std::size_t{4} << 20, 8});
}

FieldList arguments() {
    return FieldList{{field<&Arguments::unit>("unit").unit(), field<&Arguments::day>("day").required(), field<&Arguments::after>("after").within(1, 60)}};
}

}  // namespace

std::span<const Query> queries() {
    static const Query kQueries[] = {
        {"places.zones", Area::risk_map, Sight::none, arguments, [](Context& context, const Json& given, Sight) { return listed(context, given, true); }},
        {"places.marks", Area::risk_map, Sight::none, arguments, [](Context& context, const Json& given, Sight) { return listed(context, given, false); }},
    };
    return kQueries;
}

}  // namespace lachan::places
