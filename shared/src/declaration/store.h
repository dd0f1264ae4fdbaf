#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "declaration/declaration.h"
#include "kernel/sql.h"

// What store.cpp and queries.cpp share: the state machine and the few statements that both run.
namespace lachan::declaration {

/// DOMAIN 3.5. Expired is not stored: it is a matter of the clock.
enum class State { triaged, followed_up, closed, withdrawn, superseded, expired };
const char* name_of(State state);
State parse_state(std::string_view name);

/// Something that happened to a declaration, as the fold sees it.
struct Event {
    std::string id;
    std::string kind;
    Instant at;
    std::string device;
    std::string author;
    std::string scope;
    std::string detail;
};

/// One row of declaration_entry.
struct Entry {
    std::string province;
    std::string id;
    std::string district;
    std::string ward;
    std::string device;
    Instant made_at;
    std::string supersedes;
    std::string full_name;
    std::string phone;
    bool position_consent = false;
    bool symptomatic = false;
    const TriagePack* pack = nullptr;  ///< never null once it was read or made
    Triage triage;
    State state = State::triaged;
    std::string superseded_by;

    /// The unit of stay: the ward, or the district where it has no wards.
    const std::string& unit() const { return ward.empty() ? district : ward; }
    std::string path() const { return Scope{province, district, ward}.path(); }
    bool is_counted() const { return state != State::withdrawn && state != State::superseded; }
    /// See the column `work`.
    int work() const;
};

/// The state that these events, in any order, bring a declaration to; and by which record it was superseded.
struct Standing {
    State state = State::triaged;
    std::string superseded_by;
};
Standing stand(const Entry& entry, const std::vector<Event>& events);

/// The state as it is at `now`: an open one expires after kValidDays.
State state_at(const Entry& entry, Instant now);

/// Calls `run` with "?first, ?first+1, ..." and the matching part of `ids`, as often as needed for a statement of sane length.
Result<void> in_lists(const std::vector<std::string>& ids, std::size_t first,
                      const std::function<Result<void>(const std::string& places, std::span<const std::string_view> part)>& run);

using Entries = std::map<std::string, Entry>;
using Events = std::map<std::string, std::vector<Event>>;
/// Entries and events of one province by the id of the declaration.
Result<Entries> read_entries(Database& database, std::string_view province, const std::vector<std::string>& ids);
Result<Events> read_events(Database& database, std::string_view province, const std::vector<std::string>& ids);

/// The levels that the database knows of the units of these stays and of those above them.
Result<UnitLevels> read_levels_of(Database& database, const Units& units, const std::vector<Place>& places);

/// The columns of an entry in the order in which `entry_of` reads them.
extern const std::string_view kEntryColumns;
Entry entry_of(const Row& row);

}  // namespace lachan::declaration
