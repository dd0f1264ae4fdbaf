#include <cstdio>

#include "admin/admin.h"

namespace lachan::admin {
namespace {

std::string print_grant(const Grant& grant) {
    std::string text = std::string(name_of(grant.role)) + '@' + grant.unit;
    if (grant.until.ms != INT64_MAX) text += " until " + to_string(day_in_vietnam(Instant{grant.until.ms - 1}));
    return text;
}

void print_password(const std::string& name, const std::string& password) {
    std::printf("%s  %s\n", name.c_str(), password.c_str());
    std::fflush(stdout);
}

Result<Grant> read_grant(Desk& desk, const std::string& role, std::string unit, const std::string& until) {
    Grant grant;
    auto parsed = parse_role(role);
    if (!parsed) return Error{Errc::malformed, "access.role_name", "no role '" + role + "' (see: lachan-admin roles)"};
    grant.role = *parsed;
    grant.unit = std::move(unit);
    grant.from = desk.now;
    if (!until.empty()) {
        const auto day = Day::parse(until);
        if (!day) return Error{Errc::malformed, "option.until", "--until is a day, YYYY-MM-DD"};
        grant.until = start_in_vietnam(*day + 1);  // the day itself still counts
        if (grant.until <= desk.now) return Error{Errc::rejected, "option.until", "--until lies in the past"};
    }
    return grant;
}

}  // namespace

Result<void> users_add(Desk& desk) {
    const std::string& name = desk.arguments.words[0];
    if (desk.arguments.has("role") != desk.arguments.has("unit")) {
        return Error{Errc::malformed, "option.role", "--role and --unit belong together"};
    }
    server::Accounts accounts(*desk.database);
    const std::string password = server::fresh_password();
    auto transaction = TRY(Transaction::begin(*desk.database));
    TRY(accounts.add(name, password, !desk.arguments.has("keep"), desk.now));
    if (desk.arguments.has("role")) {
        const Grant grant = TRY(read_grant(desk, desk.arguments.get("role"), desk.arguments.get("unit"), ""));
        TRY(accounts.grant(name, grant, "console", desk.units, desk.now));
    }
    TRY(transaction.commit());
    print_password(name, password);
    return {};
}

Result<void> users_list(Desk& desk) {
    server::Accounts accounts(*desk.database);
    for (const server::User& user : TRY(accounts.list())) {
        std::string line = user.name;
        if (user.disabled) line += "  (disabled)";
        for (const Grant& grant : TRY(accounts.grants_of(user.name))) line += "  " + print_grant(grant);
        std::printf("%s\n", line.c_str());
    }
    return {};
}

Result<void> users_disable(Desk& desk) { return server::Accounts(*desk.database).disable(desk.arguments.words[0], desk.now); }
Result<void> users_enable(Desk& desk) { return server::Accounts(*desk.database).enable(desk.arguments.words[0]); }

Result<void> users_password(Desk& desk) {
    const std::string password = server::fresh_password();
    TRY(server::Accounts(*desk.database).set_password(desk.arguments.words[0], password, !desk.arguments.has("keep")));
    print_password(desk.arguments.words[0], password);
    return {};
}

Result<void> users_grant(Desk& desk) {
    const auto& words = desk.arguments.words;
    const Grant grant = TRY(read_grant(desk, words[1], words[2], desk.arguments.get("until")));
    return server::Accounts(*desk.database).grant(words[0], grant, "console", desk.units, desk.now);
}

Result<void> users_revoke(Desk& desk) {
    const auto& words = desk.arguments.words;
    const Role role = TRY(parse_role(words[1]));
    return server::Accounts(*desk.database).revoke(words[0], role, words[2]);
}

}  // namespace lachan::admin
