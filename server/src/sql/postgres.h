#pragma once

#include "sql/engine.h"

namespace lachan::server {

/// PostgreSQL through libpq in pipeline mode: writes are queued and travel with the next read or commit, so that a batch costs
/// a few round trips. A lost connection is Errc::unavailable; the next begin connects anew.
Result<std::unique_ptr<Engine>> open_postgres(const std::string& url);

namespace postgres {

/// A statement of the core in PostgreSQL's words: `?1` becomes `$1`. Text in quotes and comments stays.
std::string statement(std::string_view sql);

/// A script of the core in PostgreSQL's words: INTEGER is BIGINT, TEXT sorts by bytes as in SQLite, STRICT is no word.
std::string script(std::string_view sql);

}  // namespace postgres
}  // namespace lachan::server
