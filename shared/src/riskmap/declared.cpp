#include "riskmap/declared.h"

#include <algorithm>

namespace lachan::riskmap {
namespace {

/// Announcements that are listed at most; the one in force is told apart from them.
constexpr std::size_t kMostListed = 60;

Json standing(std::span<const Declaration> declarations) {
    std::vector<const Declaration*> found;
    for (const Declaration& one : declarations) {
        if (!is_replaced(declarations, one)) found.push_back(&one);
    }
    // They are read in the order in which they were made.
    std::reverse(found.begin(), found.end());
    if (found.size() > kMostListed) found.resize(kMostListed);
    Json out = Json::array();
    for (const Declaration* one : found) out.push_back(to_json(*one));
    return out;
}

}  // namespace

Json to_json(const Declaration& one) {
    return {{"level", one.level},
            {"from", to_string(one.first)},
            {"until", one.last ? Json(to_string(*one.last)) : Json(nullptr)},
            {"documentNumber", one.document_number},
            {"reason", one.reason},
            {"record", one.record}};
}

Result<Json> declared(Context& context, const Json& arguments, Sight) {
    const std::string unit(text_at(arguments, "unit"));
    const Day day = TRY(Day::parse(text_at(arguments, "day")));
    const std::string province = province_key(context.units, unit);
    if (province.empty()) return Error{Errc::not_found, "riskmap.unit", "no such unit"};
    const auto declarations = TRY(read_declarations(context.database, province, unit));
    const Declaration* found = in_force(declarations, day);
    const std::string official = answering_for(context.units, unit, day_in_vietnam(context.now));
    const bool may = !official.empty() &&
                     sight_of(context.actor, Verb::write, Area::risk_map, official, context.units, context.now) >= Sight::masked;
    return Json{{"unit", unit},
                {"day", to_string(day)},
                {"inForce", found ? to_json(*found) : Json(nullptr)},
                {"declarations", standing(declarations)},
                {"mayDeclare", may},
                {"recordUnit", may ? Json(official) : Json(nullptr)}};
}

}  // namespace lachan::riskmap
