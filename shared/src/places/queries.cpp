#include <algorithm>

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
std::vector<std::string> provinces_of(const Context& context, std::string_view unit, Day day) {
    std::vector<std::string> out;
    const std::string own = unit == kNation ? std::string() : context.units.province_of(unit);
    for (const Day listed : {Day{0}, day}) {
        for (const Unit* province : context.units.children(kNation, listed)) {
            if (unit == kNation || province->code == own || context.units.covers(unit, province->code, day)) out.emplace_back(province->code);
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Json written(const Context& context, const Row& row, bool is_zone, Day day) {
    const std::string unit(row.text(0));
    const Unit* found = context.units.find(unit, day);
    Json one{{"unit", unit}, {"unitName", found ? std::string(found->name) : unit}, {"record", row.text(1)}, {"type", row.text(2)}, {"name", row.text(3)},
             {is_zone ? "shape" : "position", row.text(4)}, {"from", to_string(Day{static_cast<std::int32_t>(row.integer(6))})}};
    if (is_zone) one["level"] = row.integer(5);
    if (!row.is_null(7)) one["until"] = to_string(Day{static_cast<std::int32_t>(row.integer(7))});
    const auto optional = [&](const char* key, int column) {
        if (!row.text(column).empty()) one[key] = row.text(column);
    };
    optional("fromTime", 8);
    optional("untilTime", 9);
    optional(is_zone ? "reason" : "note", 10);
    optional("documentNumber", 11);
    // What the page offers a button for; the server asks again.
    if (sight_of(context.actor, Verb::write, Area::tracing, unit, context.units, context.now) >= Sight::masked) one["mayChange"] = true;
    return one;
}

/// The marks of one kind in a unit on a day, in order of province, unit and record; `after` is "unit/record" of the last one seen.
Result<Json> listed(Context& context, const Json& arguments, bool is_zone) {
    const std::string_view asked = text_at(arguments, "unit");
    const std::string unit(asked.empty() ? kNation : asked);
    const Day day = TRY(Day::parse(text_at(arguments, "day")));
    const std::string_view after = text_at(arguments, "after");
    const std::string after_unit(after.substr(0, after.find('/')));
    const std::string after_record(after.substr(std::min(after.size(), after_unit.size() + 1)));
    const std::string after_province = after.empty() ? std::string() : context.units.province_of(after_unit);
    if (!after.empty() && after_province.empty()) return Error{Errc::malformed, "places.after", "no such place in the list"};
    if (unit != kNation && context.units.province_of(unit).empty()) return Error{Errc::not_found, "places.unit", "no such unit"};
    Json marks = Json::array();
    bool more = false;
    for (const std::string& province : provinces_of(context, unit, day)) {
        if (province < after_province || more) continue;
        const bool is_begun = province == after_province;
        TRY(context.database.read(
            "SELECT m.unit, m.record_id, m.type, m.name, m.shape, m.level, m.first_day, m.last_day, m.first_time, m.last_time, m.reason, "
            "m.document_number FROM places_mark m WHERE m.province = ?1 AND m.kind = ?2 AND m.first_day <= ?3 "
            "AND (m.last_day IS NULL OR m.last_day >= CASE WHEN m.type = 'exposure' THEN ?4 ELSE ?3 END) AND (m.unit > ?5 OR (m.unit = ?5 AND m.record_id > ?6)) "
            "AND NOT EXISTS (SELECT 1 FROM places_ended e WHERE e.province = m.province AND e.unit = m.unit AND e.record_id = m.record_id) "
            "ORDER BY m.unit, m.record_id",
            {std::string_view(province), std::string_view(is_zone ? "risk_zone" : "risk_place"), std::int64_t{day.days},
             std::int64_t{day.days - kExposureDays}, std::string_view(is_begun ? after_unit : ""), std::string_view(is_begun ? after_record : "")},
            [&](const Row& row) {
                const bool is_here = unit == kNation || context.units.covers(unit, row.text(0), day);
                if (!is_here) return Next::row;
                more = marks.size() == kMostMarks;
                if (more) return Next::stop;
                marks.push_back(written(context, row, is_zone, day));
                return Next::row;
            }));
    }
    Json out{{"day", to_string(day)}, {"unit", unit}, {"more", more}};
    if (more) out["after"] = std::string(text_at(marks.back(), "unit")) + '/' + std::string(text_at(marks.back(), "record"));
    out["marks"] = std::move(marks);
    return out;
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
