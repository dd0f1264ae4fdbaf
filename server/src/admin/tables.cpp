#include <cstdio>
#include <filesystem>

#include "admin/admin.h"
#include "retention.h"
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

namespace {

bool is_sqlite(const Desk& desk) { return desk.database_url.starts_with("sqlite:"); }
std::string path_of(const Desk& desk) { return desk.database_url.substr(std::string_view("sqlite:").size()); }

/// Copies beside `to` and puts it there when it is whole and passed its check: what stops in between leaves nothing under that name.
Result<void> copy_whole(const char* what, const std::string& from, const std::string& to) {
    std::error_code failure;
    if (std::filesystem::exists(to, failure)) return Error{Errc::conflict, "backup.exists", to + " is there already"};
    if (!std::filesystem::is_regular_file(from, failure)) return Error{Errc::not_found, "backup.file", "no file " + from};
    const std::string part = to + ".part";
    std::filesystem::remove(part, failure);
    int said = -1;
    auto done = server::backup_sqlite(from, part, [&](int pages, int total) {
        const int percent = total > 0 ? pages * 100 / total : 100;
        if (percent / 10 != said / 10) progress(std::string(what) + ": " + std::to_string(percent) + " %");
        said = percent;
    });
    if (done) {
        std::filesystem::rename(part, to, failure);
        if (failure) done = Error{Errc::unavailable, "database.backup", failure.message()};
    }
    if (!done) {
        std::filesystem::remove(part, failure);
        return Error{done.error().code, done.error().rule, from + " to " + to + ": " + done.error().detail};
    }
    progress(std::string(what) + ": " + to + " is whole", true);
    return {};
}

}  // namespace

Result<void> backup(Desk& desk) {
    const std::string& target = desk.arguments.words[0];
    if (!is_sqlite(desk)) {
        std::printf("PostgreSQL makes its own copies while it is in use. Run, with the password in PGPASSWORD or ~/.pgpass:\n\n"
                    "    pg_dump --format=custom --file='%s' '%s'\n\nand bring it back with pg_restore --dbname=... '%s'.\n",
                    target.c_str(), server::without_password(desk.database_url).c_str(), target.c_str());
        return Error{Errc::rejected, "backup.postgresql", "no backup was made"};
    }
    TRY(copy_whole("backup", path_of(desk), target));
    std::printf("Keep %s/receipt-key.pem as well, apart from the copy: devices believe receipts of that key.\n", desk.data.c_str());
    return {};
}

Result<void> restore(Desk& desk) {
    const std::string& source = desk.arguments.words[0];
    if (!is_sqlite(desk)) {
        std::printf("PostgreSQL brings back its own copies: pg_restore --dbname='%s' '%s'\n", server::without_password(desk.database_url).c_str(),
                    source.c_str());
        return Error{Errc::rejected, "backup.postgresql", "nothing was restored"};
    }
    const std::string target = path_of(desk);
    std::error_code failure;
    if (std::filesystem::exists(target + "-wal", failure)) {
        return Error{Errc::conflict, "backup.exists", target + "-wal belongs to another database: move it away with the database it belongs to"};
    }
    TRY(copy_whole("restore", source, target));
    if (!std::filesystem::exists(desk.data + "/receipt-key.pem", failure)) {
        std::printf("No %s/receipt-key.pem: put the one of that server there before it starts, or devices will not believe its receipts "
                    "(then: keys endorse, from an instance that they know).\n", desk.data.c_str());
    }
    return {};
}

Result<void> purge(Desk& desk) {
    int erased = 0;
    for (const server::Erased& one : TRY(server::purge(*desk.database, desk.units, desk.now))) {
        std::printf("%.*s: %d erased\n", static_cast<int>(one.system.size()), one.system.data(), one.records);
        erased += one.records;
    }
    std::printf("%d records erased in all\n", erased);
    return {};
}

}  // namespace lachan::admin
