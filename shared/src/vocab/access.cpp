#include "vocab/access.h"

#include <algorithm>
#include <array>
#include <climits>

namespace lachan {
namespace {

constexpr std::array kRoles = {
    Role::citizen, Role::venue_owner, Role::controller, Role::verifier, Role::community_team, Role::commune_health,
    Role::district_tracer, Role::provincial_cdc, Role::technology_force, Role::national_centre, Role::lab,
    Role::vaccination_site, Role::border_officer, Role::quarantine_manager, Role::hotline, Role::analyst, Role::auditor,
    Role::administrator};
constexpr std::array kAreas = {Area::declare, Area::feedback, Area::visit, Area::risk_map, Area::tracing, Area::testing,
                               Area::vaccine, Area::certificate, Area::entry, Area::quarantine, Area::users, Area::audit};
constexpr std::array kVerbs = {Verb::read, Verb::write, Verb::sign, Verb::export_data};

/// What one verb in one cell gives; the lines of a cell stand together.
struct Entry {
    Role role;
    Area area;
    std::string_view verbs;  ///< letters of the legend: r w v x
    Reach reach;
    Sight sight = Sight::full;
};

/// DOMAIN 14, row by row in its order. "verify" in the column of certificates is no line: judging a certificate that somebody
/// shows reads no record. "c" in the comments is the words of a cell that its letters do not say.
constexpr Entry kMatrix[] = {
    {Role::citizen, Area::declare, "rw", Reach::self},
    {Role::citizen, Area::feedback, "rw", Reach::self},
    {Role::citizen, Area::visit, "r", Reach::self},
    {Role::citizen, Area::testing, "r", Reach::self},
    {Role::citizen, Area::vaccine, "rw", Reach::self},
    {Role::citizen, Area::certificate, "r", Reach::self},
    {Role::citizen, Area::entry, "rw", Reach::self},
    {Role::citizen, Area::quarantine, "rw", Reach::self},
    {Role::citizen, Area::audit, "r", Reach::self},

    {Role::venue_owner, Area::visit, "r", Reach::site, Sight::masked},
    {Role::venue_owner, Area::visit, "w", Reach::site},
    {Role::venue_owner, Area::users, "w", Reach::site},  // c: invite controllers
    {Role::venue_owner, Area::audit, "r", Reach::site},

    {Role::controller, Area::declare, "r", Reach::linked, Sight::masked},  // c: colour only
    {Role::controller, Area::feedback, "w", Reach::grant},
    {Role::controller, Area::visit, "w", Reach::site},
    {Role::controller, Area::risk_map, "r", Reach::grant},
    {Role::controller, Area::quarantine, "w", Reach::grant},  // c: breach

    {Role::community_team, Area::declare, "r", Reach::commune, Sight::masked},
    {Role::community_team, Area::declare, "w", Reach::commune},  // c: assist
    {Role::community_team, Area::feedback, "rw", Reach::commune},
    {Role::community_team, Area::risk_map, "r", Reach::grant},
    {Role::community_team, Area::tracing, "r", Reach::commune, Sight::masked},
    {Role::community_team, Area::vaccine, "r", Reach::commune},
    {Role::community_team, Area::entry, "r", Reach::linked},  // c: handed over
    {Role::community_team, Area::quarantine, "rw", Reach::commune},

    {Role::commune_health, Area::declare, "rw", Reach::commune},
    {Role::commune_health, Area::feedback, "rw", Reach::commune},
    {Role::commune_health, Area::visit, "r", Reach::linked, Sight::masked},  // c: by case need
    {Role::commune_health, Area::risk_map, "r", Reach::commune},
    {Role::commune_health, Area::tracing, "rw", Reach::commune},
    {Role::commune_health, Area::testing, "rw", Reach::commune},
    {Role::commune_health, Area::vaccine, "rw", Reach::commune},
    {Role::commune_health, Area::entry, "rw", Reach::commune},
    {Role::commune_health, Area::quarantine, "rw", Reach::commune},
    {Role::commune_health, Area::audit, "r", Reach::commune},

    {Role::district_tracer, Area::declare, "r", Reach::district},
    {Role::district_tracer, Area::feedback, "rw", Reach::district},
    {Role::district_tracer, Area::visit, "r", Reach::linked},  // c: case-linked
    {Role::district_tracer, Area::risk_map, "r", Reach::district},
    {Role::district_tracer, Area::tracing, "rw", Reach::district},
    {Role::district_tracer, Area::testing, "rw", Reach::district},
    {Role::district_tracer, Area::vaccine, "r", Reach::district},
    {Role::district_tracer, Area::entry, "r", Reach::district},
    {Role::district_tracer, Area::quarantine, "rwv", Reach::district},
    {Role::district_tracer, Area::audit, "r", Reach::district},

    {Role::provincial_cdc, Area::declare, "r", Reach::province},
    {Role::provincial_cdc, Area::feedback, "rw", Reach::province},
    {Role::provincial_cdc, Area::visit, "r", Reach::linked},  // c: case-linked
    {Role::provincial_cdc, Area::risk_map, "rwv", Reach::province},  // c: publish, which is signed
    {Role::provincial_cdc, Area::tracing, "rwv", Reach::province},
    {Role::provincial_cdc, Area::testing, "rwv", Reach::province},
    {Role::provincial_cdc, Area::vaccine, "r", Reach::province},
    {Role::provincial_cdc, Area::entry, "r", Reach::province},
    {Role::provincial_cdc, Area::quarantine, "rwv", Reach::province},
    {Role::provincial_cdc, Area::users, "rw", Reach::province},
    {Role::provincial_cdc, Area::audit, "r", Reach::province},

    {Role::technology_force, Area::declare, "r", Reach::grant, Sight::counts},
    {Role::technology_force, Area::feedback, "r", Reach::province},
    {Role::technology_force, Area::visit, "r", Reach::grant, Sight::counts},
    {Role::technology_force, Area::risk_map, "r", Reach::province},
    {Role::technology_force, Area::testing, "r", Reach::grant, Sight::counts},
    {Role::technology_force, Area::vaccine, "r", Reach::grant, Sight::counts},
    {Role::technology_force, Area::entry, "r", Reach::grant, Sight::counts},
    {Role::technology_force, Area::quarantine, "r", Reach::grant, Sight::counts},
    {Role::technology_force, Area::users, "rw", Reach::province},
    {Role::technology_force, Area::audit, "r", Reach::province},

    {Role::national_centre, Area::declare, "r", Reach::nation, Sight::pseudonymous},
    {Role::national_centre, Area::feedback, "rw", Reach::nation},
    {Role::national_centre, Area::visit, "r", Reach::grant, Sight::counts},  // c: raw only by tracing warrant
    {Role::national_centre, Area::risk_map, "rw", Reach::nation},
    {Role::national_centre, Area::tracing, "r", Reach::nation},
    {Role::national_centre, Area::testing, "r", Reach::nation},
    {Role::national_centre, Area::vaccine, "r", Reach::nation},
    {Role::national_centre, Area::certificate, "wv", Reach::grant},  // c: key management
    {Role::national_centre, Area::entry, "r", Reach::nation},
    {Role::national_centre, Area::quarantine, "r", Reach::nation},
    {Role::national_centre, Area::users, "rw", Reach::nation},
    {Role::national_centre, Area::audit, "r", Reach::nation},

    {Role::lab, Area::testing, "rwv", Reach::linked},
    {Role::lab, Area::audit, "r", Reach::linked},

    {Role::vaccination_site, Area::vaccine, "rwv", Reach::site},  // c: per step; the head signs
    {Role::vaccination_site, Area::certificate, "w", Reach::site},  // c: issue request
    {Role::vaccination_site, Area::audit, "r", Reach::site},

    {Role::border_officer, Area::declare, "r", Reach::linked},
    {Role::border_officer, Area::risk_map, "r", Reach::grant},
    {Role::border_officer, Area::tracing, "w", Reach::grant},  // c: suspect
    {Role::border_officer, Area::testing, "w", Reach::grant},  // c: collect
    {Role::border_officer, Area::vaccine, "r", Reach::linked},
    {Role::border_officer, Area::entry, "rw", Reach::site},
    {Role::border_officer, Area::quarantine, "w", Reach::grant},  // c: order

    {Role::quarantine_manager, Area::tracing, "r", Reach::linked},
    {Role::quarantine_manager, Area::testing, "w", Reach::site},
    {Role::quarantine_manager, Area::certificate, "v", Reach::grant},  // c: release
    {Role::quarantine_manager, Area::entry, "r", Reach::linked},
    {Role::quarantine_manager, Area::quarantine, "rw", Reach::site},

    {Role::hotline, Area::declare, "r", Reach::grant, Sight::masked},
    {Role::hotline, Area::feedback, "rw", Reach::province},
    {Role::hotline, Area::risk_map, "r", Reach::grant},
    {Role::hotline, Area::testing, "r", Reach::linked, Sight::masked},     // c: status, after a check of identity
    {Role::hotline, Area::vaccine, "r", Reach::linked, Sight::masked},     // c: status
    {Role::hotline, Area::quarantine, "r", Reach::linked, Sight::masked},  // c: status

    {Role::analyst, Area::feedback, "r", Reach::grant, Sight::counts},
    {Role::analyst, Area::visit, "r", Reach::grant, Sight::counts},
    {Role::analyst, Area::risk_map, "rw", Reach::grant},
    {Role::analyst, Area::tracing, "r", Reach::grant, Sight::pseudonymous},
    {Role::analyst, Area::testing, "r", Reach::grant, Sight::counts},
    {Role::analyst, Area::vaccine, "r", Reach::grant, Sight::counts},
    {Role::analyst, Area::entry, "r", Reach::grant, Sight::counts},
    {Role::analyst, Area::quarantine, "r", Reach::grant, Sight::counts},

    {Role::auditor, Area::users, "r", Reach::grant},
    {Role::auditor, Area::audit, "rx", Reach::nation},

    {Role::administrator, Area::users, "rw", Reach::grant},  // c: no self-grant
    {Role::administrator, Area::audit, "r", Reach::grant},
};

/// The risk map without a letter is public: counts for everybody, whoever they are (and what everybody has, each role has).
constexpr Right kPublicRiskMap{Sight::counts, Reach::everyone};

constexpr char letter_of(Verb verb) {
    switch (verb) {
        case Verb::read: return 'r';
        case Verb::write: return 'w';
        case Verb::sign: return 'v';
        case Verb::export_data: return 'x';
    }
    return ' ';
}

/// 0 the nation, 1 province, 2 district, 3 commune; -1 unknown on that day.
int level_of(std::string_view unit, const Units& units, Day day) {
    if (unit == kNation) return 0;
    const Unit* found = units.find(unit, day);
    return found ? found->level : -1;
}

/// The highest level at which a grant may stand for a cell of this reach; INT_MAX when no unit is enough.
int highest_level(Reach reach) {
    switch (reach) {
        case Reach::commune: return 3;
        case Reach::district: return 2;
        case Reach::province: return 1;
        case Reach::nation:
        case Reach::grant:
        case Reach::everyone: return 0;
        case Reach::none:
        case Reach::self:
        case Reach::linked:
        case Reach::site: return INT_MAX;
    }
    return INT_MAX;
}

bool active(const Grant& grant, Instant at) { return grant.from <= at && at < grant.until; }

}  // namespace

const char* name_of(Role role) {
    switch (role) {
        case Role::citizen: return "citizen";
        case Role::venue_owner: return "venue_owner";
        case Role::controller: return "controller";
        case Role::verifier: return "verifier";
        case Role::community_team: return "community_team";
        case Role::commune_health: return "commune_health";
        case Role::district_tracer: return "district_tracer";
        case Role::provincial_cdc: return "provincial_cdc";
        case Role::technology_force: return "technology_force";
        case Role::national_centre: return "national_centre";
        case Role::lab: return "lab";
        case Role::vaccination_site: return "vaccination_site";
        case Role::border_officer: return "border_officer";
        case Role::quarantine_manager: return "quarantine_manager";
        case Role::hotline: return "hotline";
        case Role::analyst: return "analyst";
        case Role::auditor: return "auditor";
        case Role::administrator: return "administrator";
    }
    return "";
}

Result<Role> parse_role(std::string_view name) {
    for (const Role role : kRoles) {
        if (name == name_of(role)) return role;
    }
    return Error{Errc::malformed, "access.role_name", "unknown role"};
}

const char* name_of(Area area) {
    switch (area) {
        case Area::declare: return "declare";
        case Area::feedback: return "feedback";
        case Area::visit: return "visit";
        case Area::risk_map: return "risk_map";
        case Area::tracing: return "tracing";
        case Area::testing: return "testing";
        case Area::vaccine: return "vaccine";
        case Area::certificate: return "certificate";
        case Area::entry: return "entry";
        case Area::quarantine: return "quarantine";
        case Area::users: return "users";
        case Area::audit: return "audit";
    }
    return "";
}

const char* name_of(Verb verb) {
    switch (verb) {
        case Verb::read: return "read";
        case Verb::write: return "write";
        case Verb::sign: return "sign";
        case Verb::export_data: return "export";
    }
    return "";
}

const char* name_of(Sight sight) {
    switch (sight) {
        case Sight::none: return "none";
        case Sight::counts: return "counts";
        case Sight::masked: return "masked";
        case Sight::pseudonymous: return "pseudonymous";
        case Sight::full: return "full";
    }
    return "none";
}

const char* name_of(Reach reach) {
    switch (reach) {
        case Reach::none: return "none";
        case Reach::self: return "self";
        case Reach::linked: return "linked";
        case Reach::site: return "site";
        case Reach::commune: return "commune";
        case Reach::district: return "district";
        case Reach::province: return "province";
        case Reach::nation: return "nation";
        case Reach::grant: return "grant";
        case Reach::everyone: return "everyone";
    }
    return "none";
}

std::span<const Role> all_roles() { return kRoles; }
std::span<const Area> all_areas() { return kAreas; }
std::span<const Verb> all_verbs() { return kVerbs; }

Right right_of(Role role, Verb verb, Area area) {
    for (const Entry& entry : kMatrix) {
        if (entry.role != role || entry.area != area) continue;
        if (entry.verbs.find(letter_of(verb)) != std::string_view::npos) return {entry.sight, entry.reach};
    }
    if (area == Area::risk_map && verb == Verb::read) return kPublicRiskMap;
    return {};
}

Result<void> check_grant(Role role, std::string_view unit, const Units& units, Instant at) {
    const int level = level_of(unit, units, day_in_vietnam(at));
    if (level < 0) return Error{Errc::rejected, "access.grant_unit", "no such unit on that day"};
    // Letters decide where there are any; a role of sites, hand-overs and letterless cells may stand anywhere.
    int highest = INT_MAX;
    for (const Entry& entry : kMatrix) {
        if (entry.role != role || entry.reach < Reach::commune || entry.reach > Reach::nation) continue;
        highest = std::min(highest, highest_level(entry.reach));
    }
    if (highest != INT_MAX && level < highest) {
        return Error{Errc::rejected, "access.grant_unit", "the unit lies above the level of the role"};
    }
    return {};
}

Sight sight_of(const Actor& actor, Verb verb, Area area, std::string_view unit, const Units& units, Instant at) {
    const Day day = day_in_vietnam(at);
    Sight best = Sight::none;
    if (area == Area::risk_map && verb == Verb::read && units.covers(kNation, unit, day)) best = kPublicRiskMap.sight;
    for (const Grant& grant : actor.grants) {
        if (!active(grant, at)) continue;
        const Right right = right_of(grant.role, verb, area);
        if (right.sight <= best) continue;
        const int level = level_of(grant.unit, units, day);
        if (level < 0 || level < highest_level(right.reach)) continue;
        if (units.covers(grant.unit, unit, day)) best = right.sight;
    }
    return best;
}

Result<void> require(const Actor& actor, Verb verb, Area area, std::string_view unit, const Units& units, Instant at,
                     Sight least) {
    if (sight_of(actor, verb, area, unit, units, at) >= least) return {};
    const bool somewhere = std::any_of(actor.grants.begin(), actor.grants.end(), [&](const Grant& grant) {
        const Right right = right_of(grant.role, verb, area);
        return active(grant, at) && right.sight >= least && highest_level(right.reach) != INT_MAX;
    });
    return Error{Errc::forbidden, somewhere ? "access.jurisdiction" : "access.role", name_of(area)};
}

}  // namespace lachan
