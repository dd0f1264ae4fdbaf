#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "kernel/time.h"
#include "vocab/unit.h"

namespace lachan {

/// Who somebody is at work (DOMAIN 14). A citizen needs no grant: a device sees its own records.
enum class Role {
    citizen, venue_owner, controller, verifier, community_team, commune_health, district_tracer, provincial_cdc, technology_force,
    national_centre, lab, vaccination_site, border_officer, quarantine_manager, hotline, analyst, auditor, administrator
};

/// What the record or the question is about: the columns of the matrix in DOMAIN 14.
enum class Area { declare, feedback, visit, risk_map, tracing, testing, vaccine, certificate, entry, quarantine, users, audit };

enum class Verb { read, write, sign, export_data };

/// How much of a person a reader may see. `counts` gives numbers only, `pseudonymous` no name, phone, address or identifier.
enum class Sight { none, counts, masked, pseudonymous, full };

const char* name_of(Role role);
Result<Role> parse_role(std::string_view name);
const char* name_of(Area area);
const char* name_of(Verb verb);
const char* name_of(Sight sight);
std::span<const Role> all_roles();
std::span<const Area> all_areas();
std::span<const Verb> all_verbs();

/// A role in a unit, for a time. "VN" is the nation.
struct Grant {
    Role role = Role::citizen;
    std::string unit;
    Instant from;
    Instant until{INT64_MAX};
};

/// The name under which the server itself makes records; no user can have it, for theirs have two characters at least.
inline constexpr std::string_view kServerAuthor = "0";

/// Whoever acts. `device` is always known; `user` and `grants` only after signing in.
struct Actor {
    std::string user;
    std::string device;
    std::vector<Grant> grants;
};

/// How far a cell of the matrix reaches: its scope letter. `linked` needs a hand-over, an assignment or a source case besides the
/// unit, `self` and `site` a person or a place: none of these is given by a unit alone. `grant` has no letter: as far as the
/// unit of the grant. `everyone` needs no grant.
enum class Reach { none, self, linked, site, commune, district, province, nation, grant, everyone };
const char* name_of(Reach reach);

/// What one cell of the matrix gives for one verb.
struct Right {
    Sight sight = Sight::none;
    Reach reach = Reach::none;
    bool operator==(const Right&) const = default;
};

/// The matrix of DOMAIN 14, read with its legend. Cells that the legend leaves open give nothing on records of others.
Right right_of(Role role, Verb verb, Area area);

/// Whether a grant of `role` may name `unit` on that day: not above the level of the widest letter in the role's row, so that
/// nobody becomes a commune's health station for a whole province. Errc::rejected with rule access.grant_unit.
Result<void> check_grant(Role role, std::string_view unit, const Units& units, Instant at);

/// The one access predicate, the same on both sides: the best sight that any grant active at `at` gives on a record of `unit`.
/// A grant counts when its unit covers `unit` on that day and lies no higher than the letter of the cell. Everybody has what
/// is public. A device's own records are not asked here. Rule: access.jurisdiction.
Sight sight_of(const Actor& actor, Verb verb, Area area, std::string_view unit, const Units& units, Instant at);

/// Errc::forbidden with rule access.role or access.jurisdiction unless `sight_of` gives at least `least`.
/// access.role: no active grant has such a right anywhere; access.jurisdiction: not over this unit.
Result<void> require(const Actor& actor, Verb verb, Area area, std::string_view unit, const Units& units, Instant at, Sight least);

}  // namespace lachan
