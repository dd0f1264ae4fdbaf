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

/// Whoever acts. `device` is always known; `user` and `grants` only after signing in.
struct Actor {
    std::string user;
    std::string device;
    std::vector<Grant> grants;
};

/// Whether the matrix of roles lets `role` do `verb` in `area` at the level of `unit` that its scope letter names (C, D, P, N).
Sight allowed(Role role, Verb verb, Area area);

/// The one access predicate, the same on both sides: the best sight that any grant active at `at` gives on a record of `unit`.
/// Rule: access.jurisdiction.
Sight sight_of(const Actor& actor, Verb verb, Area area, std::string_view unit, const Units& units, Instant at);

/// Errc::forbidden with rule access.role or access.jurisdiction unless `sight_of` gives at least `least`.
Result<void> require(const Actor& actor, Verb verb, Area area, std::string_view unit, const Units& units, Instant at, Sight least);

}  // namespace lachan
