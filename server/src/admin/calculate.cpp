#include <cstdio>

#include "admin/admin.h"

namespace lachan::admin {

Result<void> calculate(Desk& desk) {
    const Day today = day_in_vietnam(desk.now);
    std::vector<std::string> provinces = desk.arguments.words;
    if (provinces.empty()) {
        for (const Unit* unit : desk.units.children(kNation, today)) provinces.emplace_back(unit->code);
    }
    const std::string day = desk.arguments.get("day");
    if (!day.empty() && !Day::parse(day)) return Error{Errc::malformed, "option.day", "--day is '" + day + "'; expected YYYY-MM-DD"};
    const Actor actor{"lachan-admin", "", {Grant{Role::national_centre, std::string(kNation), Instant{0}}}};
    Recorder recorder(desk, TRY(FileKey::open(desk.data, "system-device")), actor);
    int made = 0;
    for (const std::string& province : provinces) {
        if (!desk.units.find(province, today)) return Error{Errc::not_found, "riskmap.unit", "no province " + province};
        Context context{*desk.database, desk.units, desk.now, Side::server, actor, {}};
        Json arguments{{"unit", province}};
        if (!day.empty()) arguments["day"] = day;
        auto body = ask(context, "riskmap.proposal", arguments);
        if (!body && body.error().rule == "riskmap.nothing") {
            std::printf("%s: no cases were told\n", province.c_str());
            continue;
        }
        if (!body) return Error{body.error().code, body.error().rule, province + ": " + body.error().detail};
        const std::string of_day(text_at(*body, "day"));
        const std::string levels(text_at(*body, "levels"));
        TRY(recorder.add("riskmap", "proposal", province, std::move(*body), desk.now));
        const auto answers = TRY(recorder.flush());
        if (answers.front().outcome == Outcome::rejected) return Error{Errc::rejected, answers.front().rule, province + ": refused: " + answers.front().rule};
        std::printf("%s: level %c on %s, %zu units, record %s\n", province.c_str(), levels.front(), of_day.c_str(), levels.size(),
                    recorder.last_id().c_str());
        ++made;
    }
    std::printf("%d proposals recorded\n", made);
    if (made == 0) return Error{Errc::not_found, "calculate.nothing", "nothing to calculate: no cases were told"};
    return {};
}

}  // namespace lachan::admin
