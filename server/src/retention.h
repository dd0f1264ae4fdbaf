#pragma once

#include <functional>
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

/// Erases what each system may no longer keep at `now`, and forgets old sessions, rates and challenges. `goes_on` is asked between two
/// transactions (Context): an end there is no error.
Result<std::vector<Erased>> purge(Engine& database, const Units& units, Instant now, const std::function<bool()>& goes_on = {});

/// The same once a day, at the first look after the hour, however many servers there are: what was missed while none ran is made up at the
/// first look. How many records were erased. `goes_on` lets whoever writes have the database in between; where it says no, the day
/// stays undone.
Result<int> keep_retention(Service& service, Engine& database, Instant now, const std::function<bool()>& goes_on = {});

}  // namespace lachan::server
