#pragma once

#include "sql/engine.h"

namespace lachan::server {

/// SQLite in WAL mode, synchronous=FULL, foreign keys on. A path of its own for each connection of a process; ":memory:" for tests.
Result<std::unique_ptr<Engine>> open_sqlite(const std::string& path);

/// What each connection to a file is set to; the benchmark's raw inserts run with the same.
extern const char* const kSqliteSettings;

/// Copies the database file at `from` to `to` while others use it, and checks the copy. `progress` hears pages done and total.
Result<void> backup_sqlite(const std::string& from, const std::string& to, const std::function<void(int, int)>& progress);

}  // namespace lachan::server
