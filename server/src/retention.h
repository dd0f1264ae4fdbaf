#pragma once

#include <string_view>
#include <vector>

#include "service.h"

namespace lachan::server {

/// When what may no longer be kept is erased: at two in the morning, when nobody waits for the database. Minutes after midnight at UTC+7.
inline constexpr int kRetentionMinute = 120;

struct Erased {
    std::string_view system;
    int records = 0;
};

/// Erases what each system may no longer keep at `now`, and forgets old sessions, rates and challenges.
Result<std::vector<Erased>> purge(Engine& database, const Units& units, Instant now);

/// The same once a day, at the first look after the hour, however many servers there are: what was missed while none ran is made up at the
/// first look. How many records were erased; a server that stops in between leaves the day undone.
Result<int> keep_retention(Service& service, Engine& database, Instant now);

}  // namespace lachan::server
