#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "accounts.h"
#include "http/message.h"
#include "options.h"
#include "receipt_key.h"
#include "sql/engine.h"
#include "sql/journal.h"
#include "systems.h"
#include "vocab/unit.h"

namespace lachan::server {

/// The connection by which batches come into SQLite, for whoever holds `Service::writer`: what one connection writes empties the
/// page caches of all others.
struct BatchWriter {
    std::unique_ptr<Engine> engine;
    std::unique_ptr<Journal> journal;
};

/// What all requests share. Read-only after the start but for the flag and the lock.
struct Service {
    Options options;
    Units units;
    FileKey receipt_key;
    std::string secret;   ///< of this database, for keyed hashes of addresses and telephones
    std::string openapi;  ///< the document the build wrote
    std::atomic<bool> stopping{false};
    std::mutex writer;    ///< SQLite has one: it waits here, fairly and without polling the file
    std::unique_ptr<BatchWriter> batches = nullptr;  ///< null where several may write at once

    /// A keyed hash, so that the table of rates holds no address and no telephone number.
    std::string blind(std::string_view what, std::string_view value) const;
};

/// A transaction that writes. Undone unless committed.
class WriteTransaction {
public:
    enum class Kind { durable, relaxed };
    static Result<WriteTransaction> begin(Service& service, Engine& database, Kind kind = Kind::durable);
    /// The same for a batch of records, on the connection whose cache is warm: see `database()`. Others go on while its commit waits
    /// for the disk.
    static Result<WriteTransaction> begin_batch(Service& service, Engine& database);
    WriteTransaction(WriteTransaction&& other) noexcept
        : lock_(std::move(other.lock_)), database_(std::exchange(other.database_, nullptr)), journal_(other.journal_) {}
    WriteTransaction& operator=(WriteTransaction&&) = delete;
    ~WriteTransaction() { if (database_) database_->rollback(); }
    /// Where to write.
    Engine& database() { return *database_; }
    /// Durable, or relaxed, when it returns.
    Result<void> commit();
    /// As `commit`, but a batch is durable only when `flush` has returned: until then nobody may be told of it. What there is to tell can be
    /// written meanwhile. The lock is given back.
    Result<void> commit_ahead();
    Result<void> flush();

private:
    WriteTransaction(std::unique_lock<std::mutex> lock, Engine& database) : lock_(std::move(lock)), database_(&database) {}
    std::unique_lock<std::mutex> lock_;
    Engine* database_;
    Journal* journal_ = nullptr;  ///< flushed after the commit
};

/// Whoever asks: signed in or not. Errc::forbidden (session.csrf) when a request that changes something came with a cookie but
/// without the header that only our own page can set. An unknown or expired cookie is nobody.
Result<std::optional<Session>> session_of(Service& service, Engine& database, const Request& request);

/// The same, but Errc::forbidden with rule session.required without one (401 on the wire).
Result<Session> required_session(Service& service, Engine& database, const Request& request);

Actor actor_of(const std::optional<Session>& session, std::string device = {});

/// An error as an answer: 401 when the reason is that nobody is signed in.
Reply refuse(const Error& error, bool signed_in = true);

/// What anybody has committed is on the disk when it returns. Whoever hands out places of a feed asks after reading them: they would
/// be given again if the machine failed.
Result<void> flush_batches(Service& service);

/// Records that an official read data of identifiable people.
Result<void> audit_read(Service& service, Engine& database, const Session& session, const Request& request,
                        std::string_view question, std::string_view unit, std::int64_t rows);

/// Makes ready what needs a database once: migrations, the secret, the receipt key in the list of keys.
Result<void> prepare_database(Engine& database, Instant now);
Result<std::string> secret_of(Engine& database);
Result<void> publish_key(Engine& database, const FileKey& key, Instant now);

/// Migrations of the core and of the server.
std::vector<Migration> server_migrations();

}  // namespace lachan::server
