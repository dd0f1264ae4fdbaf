#include <cstdio>

#include "admin/admin.h"
#include "sql/sqlite.h"

namespace lachan::admin {
namespace {

Result<Day> asked_day(const Desk& desk) {
    if (!desk.arguments.has("day")) return day_in_vietnam(desk.now);
    const auto day = Day::parse(desk.arguments.get("day"));
    if (!day) return Error{Errc::malformed, "option.day", "--day is a day, YYYY-MM-DD"};
    return *day;
}

void print_unit(const Desk& desk, const Unit& unit, Day day) {
    std::printf("%-6.*s %-14s %.*s\n", static_cast<int>(unit.code.size()), unit.code.data(), desk.units.path(unit.code, day).c_str(),
                static_cast<int>(unit.name.size()), unit.name.data());
}

}  // namespace

Result<void> units_list(Desk& desk) {
    const Day day = TRY(asked_day(desk));
    const std::string parent = desk.arguments.words.empty() ? std::string(kNation) : desk.arguments.words[0];
    if (parent != kNation && !desk.units.find(parent, day)) return Error{Errc::not_found, "units.code", "no unit " + parent};
    for (const Unit* unit : desk.units.children(parent, day)) print_unit(desk, *unit, day);
    return {};
}

Result<void> units_show(Desk& desk) {
    const Day day = TRY(asked_day(desk));
    std::string words;
    for (const std::string& word : desk.arguments.words) words += (words.empty() ? "" : " ") + word;
    if (const Unit* unit = desk.units.find(words, day)) {
        print_unit(desk, *unit, day);
        return {};
    }
    const auto hits = desk.units.search(words, day, 20);
    if (hits.empty()) return Error{Errc::not_found, "units.code", "no unit like '" + words + "'"};
    for (const Units::Hit& hit : hits) print_unit(desk, *hit.unit, day);
    return {};
}

Result<void> roles(Desk&) {
    for (const Role role : all_roles()) {
        if (role == Role::citizen) continue;
        std::printf("%s\n", name_of(role));
        for (const Area area : all_areas()) {
            std::string line;
            for (const Verb verb : all_verbs()) {
                const Right right = right_of(role, verb, area);
                if (right.sight == Sight::none) continue;
                line += std::string("  ") + name_of(verb) + ':' + name_of(right.reach);
                if (right.sight != Sight::full) line += std::string("(") + name_of(right.sight) + ')';
            }
            if (!line.empty()) std::printf("    %-12s%s\n", name_of(area), line.c_str());
        }
    }
    return {};
}

Result<void> backup(Desk& desk) {
    const std::string& target = desk.arguments.words[0];
    if (desk.database_url.substr(0, 7) != "sqlite:") {
        std::printf("PostgreSQL makes its own copies while it is in use. Run, with the password in PGPASSWORD or ~/.pgpass:\n\n"
                    "    pg_dump --format=custom --file='%s' '%s'\n\nand bring it back with pg_restore --dbname=... '%s'.\n",
                    target.c_str(), server::without_password(desk.database_url).c_str(), target.c_str());
        return Error{Errc::rejected, "backup.postgresql", "no backup was made"};
    }
    int said = -1;
    TRY(server::backup_sqlite(desk.database_url.substr(7), target, [&](int done, int total) {
        const int percent = total > 0 ? done * 100 / total : 100;
        if (percent / 10 != said / 10) progress("backup: " + std::to_string(percent) + " %");
        said = percent;
    }));
    progress("backup: " + target + " is whole", true);
    return {};
}

Result<void> purge(Desk& desk) {
    int erased = 0;
    for (const System* system : systems()) {
        Context context{*desk.database, desk.units, desk.now, Side::server, {}, {}};
        const int count = TRY(system->purge(context));
        std::printf("%.*s: %d erased\n", static_cast<int>(system->name().size()), system->name().data(), count);
        erased += count;
    }
    TRY(server::Accounts(*desk.database).forget_old_sessions(desk.now));
    TRY(desk.database->write("DELETE FROM server_rate WHERE at < ?1", {desk.now.ms - 2 * kMillisecondsPerDay}));
    TRY(desk.database->write("DELETE FROM server_challenge WHERE expires_at < ?1", {desk.now.ms}));
    // What was erased stands in SQLite's journal until that is brought into the file and cut; a busy server does so
    // later itself.
    if (desk.database->kind() == "sqlite") TRY(desk.database->script("PRAGMA wal_checkpoint(TRUNCATE)"));
    std::printf("%d records erased in all\n", erased);
    return {};
}

}  // namespace lachan::admin
