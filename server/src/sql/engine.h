#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "kernel/sql.h"

namespace lachan::server {

/// A database of the server: the port of the core and the few things only a server asks of it.
class Engine : public Database {
public:
    /// Begins a transaction whose commit may be lost with the machine, never torn: for counters and last-seen times, which are
    /// not worth a flush to the disk. Later durable commits take it along.
    virtual Result<void> begin_relaxed() = 0;

    /// Runs the migrations while no other instance does.
    virtual Result<void> migrate_alone(std::span<const Migration> migrations, Instant now) = 0;

    /// The file that committed transactions stand in until they come into the database; "" where there is none.
    virtual std::string journal_file() const { return {}; }

    /// Brings the whole journal into the database and that to the disk: whatever an earlier process could not write is written anew.
    /// Errc::unavailable when others are in the way.
    virtual Result<void> settle_journal() { return {}; }

    /// Whether several connections may write at once.
    virtual bool many_writers() const = 0;

    /// "sqlite" | "postgresql".
    virtual std::string_view kind() const = 0;

    using Database::read;
    using Database::write;
};

/// Opens `sqlite:PATH` (":memory:" too) or `postgresql://...`. Errc::malformed for another address, Errc::unavailable when it
/// cannot be opened.
Result<std::unique_ptr<Engine>> open_engine(std::string_view url);

/// `url` without a password, for logs and messages.
std::string without_password(std::string_view url);

}  // namespace lachan::server
