#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "correction/correction.h"

// What store.cpp, queries.cpp and purge.cpp share: the state machine and the few statements that several run.
namespace lachan::correction {

enum class State { received, taken, issued, refused };
const char* name_of(State state);
constexpr bool is_open(State state) { return state == State::received || state == State::taken; }

/// One row of correction_request.
struct Entry {
    std::string province;
    std::string id;
    std::string district;
    std::string ward;
    std::string device;
    Instant made_at;
    std::string certificate;
    std::string wrong;
    std::string full_name;
    std::string phone;
    State state = State::received;
    std::string ended_by;  ///< the step that ended it, "" while it is open
    Instant ended_at;

    const std::string& unit() const { return ward.empty() ? district : ward; }
    std::string path() const { return Scope{province, district, ward}.path(); }
    Instant due_at() const { return Instant{made_at.ms + kAnswerDays * kMillisecondsPerDay}; }
    bool is_overdue(Instant now) const { return is_open(state) && due_at() < now; }
};

/// One row of correction_step.
struct Done {
    std::string id;
    Instant at;
    std::string action;
    std::string scope;  ///< path of the unit for which it was made
    std::string new_certificate;
};

struct Standing {
    State state = State::received;
    std::string ended_by;
    Instant ended_at;
    bool operator==(const Standing&) const = default;
};
/// The state that these steps bring a request to, whatever order they came in: they count as they were made.
Standing stand(const Entry& entry, std::vector<Done> steps);

/// The columns of an entry in the order in which `entry_of` reads them.
extern const std::string_view kEntryColumns;
Entry entry_of(const Row& row);

Result<std::optional<Entry>> find_entry(Database& database, std::string_view id);
Result<std::vector<Done>> read_steps(Database& database, std::string_view province, std::string_view request);

}  // namespace lachan::correction
