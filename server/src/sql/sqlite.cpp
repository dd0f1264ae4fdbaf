#include "sql/sqlite.h"

#include <sqlite3.h>

#include <list>
#include <optional>
#include <unordered_map>

namespace lachan::server {
namespace {

/// How long a writer waits for another one before it says unavailable.
constexpr int kBusyMs = 10'000;
constexpr std::size_t kStatements = 200;
constexpr std::size_t kRecent = 3;
constexpr std::string_view kDurable = "PRAGMA synchronous=FULL";
constexpr std::string_view kRelaxed = "PRAGMA synchronous=NORMAL";

struct CloseDatabase {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

class SqliteRow final : public Row {
public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
    bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
    std::string_view text(int column) const override {
        const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return data ? std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
                    : std::string_view();
    }

private:
    sqlite3_stmt* statement_;
};

class Sqlite final : public Engine {
public:
    explicit Sqlite(Handle handle) : handle_(std::move(handle)) {}

    Result<void> write(std::string_view sql, std::span<const SqlValue> values) override {
        return run(sql, values, nullptr);
    }
    Result<void> read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) override {
        return run(sql, values, &on_row);
    }

    Result<void> script(std::string_view sql) override {
        if (failed_) return *failed_;
        char* message = nullptr;
        const int code = sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, &message);
        std::string detail = message ? message : "";
        sqlite3_free(message);
        if (code != SQLITE_OK) return remember(Error{errc_of(code), "database.script", std::move(detail)});
        return {};
    }

    // IMMEDIATE: a transaction that reads first and writes later would otherwise fail in the middle when another one wrote.
    Result<void> begin() override { return start(kDurable); }
    Result<void> begin_relaxed() override { return start(kRelaxed); }

    Result<void> commit() override {
        if (failed_) {
            Error error = *failed_;
            rollback();
            return error;
        }
        if (auto done = run("COMMIT", {}, nullptr); !done) {
            Error error = done.error();
            rollback();
            return error;
        }
        in_transaction_ = false;
        return {};
    }

    void rollback() override {
        if (!sqlite3_get_autocommit(handle_.get())) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        failed_.reset();
        in_transaction_ = false;
    }

    Result<void> migrate_alone(std::span<const Migration> migrations, Instant now) override {
        // Each step takes the write lock of the file; a second instance that comes in between finds the step done or fails
        // on its row in kernel_migration, and then finds it done on the second try.
        auto done = migrate(*this, migrations, now);
        if (!done && done.error().rule != "database.newer") done = migrate(*this, migrations, now);
        return done;
    }
    std::string journal_file() const override {
        const char* const database = sqlite3_db_filename(handle_.get(), "main");
        return database != nullptr && *database != '\0' ? sqlite3_filename_wal(database) : "";
    }
    Result<void> settle_journal() override {
        bool is_held_up = true;
        TRY(read("PRAGMA wal_checkpoint(TRUNCATE)", {}, [&](const Row& row) {
            is_held_up = row.integer(0) != 0;
            return Next::stop;
        }));
        if (is_held_up) return Error{Errc::unavailable, "database.busy", "another program is using the database"};
        return {};
    }
    bool many_writers() const override { return false; }
    std::string_view kind() const override { return "sqlite"; }

private:
    struct Cached {
        std::string sql;
        Statement statement;
        bool busy = false;
    };

    static Errc errc_of(int code) {
        switch (code) {
            case SQLITE_CONSTRAINT_UNIQUE:
            case SQLITE_CONSTRAINT_PRIMARYKEY:
            case SQLITE_CONSTRAINT_ROWID: return Errc::conflict;
            default: return (code & 0xff) == SQLITE_CONSTRAINT ? Errc::rejected : Errc::unavailable;
        }
    }

    Result<void> start(std::string_view mode) {
        // The level of flushing holds for the transaction that follows; it cannot be changed inside one.
        if (in_transaction_) return Error{Errc::conflict, "database.nested", "a transaction is open"};
        if (mode != mode_) TRY(run(mode, {}, nullptr));
        mode_ = mode;
        TRY(run("BEGIN IMMEDIATE", {}, nullptr));
        in_transaction_ = true;
        return {};
    }

    /// An error inside a transaction undoes it as a whole, as PostgreSQL does: what follows must not look as if it had worked.
    Error remember(Error error) {
        if (in_transaction_ && !failed_) failed_ = error;
        return error;
    }

    Error last_error(const char* rule) {
        const int code = sqlite3_extended_errcode(handle_.get());
        // The message of SQLite names tables and columns, never values.
        return remember(Error{errc_of(code), rule, sqlite3_errmsg(handle_.get())});
    }

    Result<Statement> prepare(std::string_view sql) {
        sqlite3_stmt* raw = nullptr;
        const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                            &raw, nullptr);
        Statement statement(raw);
        if (code != SQLITE_OK) return last_error("database.statement");
        return statement;
    }

    /// A statement for `sql`: from the cache, or a private one while the cached one is stepping further up the stack.
    Result<Cached*> cached(std::string_view sql) {
        // One after the other, records take the same few statements: to compare them is less than to hash a text of 300 bytes.
        std::size_t looked_at = 0;
        for (Cached& recent : cache_) {
            if (!recent.busy && recent.sql == sql) return &recent;
            if (++looked_at == kRecent) break;
        }
        if (const auto found = by_sql_.find(sql); found != by_sql_.end()) {
            cache_.splice(cache_.begin(), cache_, found->second);
            if (!found->second->busy) return &*found->second;
            return static_cast<Cached*>(nullptr);
        }
        Statement statement = TRY(prepare(sql));
        if (cache_.size() >= kStatements && !cache_.back().busy) {
            by_sql_.erase(cache_.back().sql);
            cache_.pop_back();
        }
        cache_.push_front(Cached{std::string(sql), std::move(statement)});
        by_sql_.emplace(cache_.front().sql, cache_.begin());
        return &cache_.front();
    }

    Result<void> run(std::string_view sql, std::span<const SqlValue> values, const OnRow* on_row) {
        if (failed_) return *failed_;
        Cached* entry = TRY(cached(sql));
        Statement own;
        if (!entry) own = TRY(prepare(sql));
        sqlite3_stmt* statement = entry ? entry->statement.get() : own.get();
        if (entry) entry->busy = true;
        auto result = step(statement, values, on_row);
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        if (entry) entry->busy = false;
        return result;
    }

    Result<void> step(sqlite3_stmt* statement, std::span<const SqlValue> values, const OnRow* on_row) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const int place = static_cast<int>(i) + 1;
            int code = SQLITE_OK;
            if (const auto* number = std::get_if<std::int64_t>(&values[i])) {
                code = sqlite3_bind_int64(statement, place, *number);
            } else if (const auto* text = std::get_if<std::string_view>(&values[i])) {
                if (text->find('\0') != std::string_view::npos) {
                    return remember(Error{Errc::malformed, "database.text", "text holds a null character"});
                }
                code = sqlite3_bind_text64(statement, place, text->data() ? text->data() : "", text->size(), SQLITE_STATIC,
                                           SQLITE_UTF8);
            }
            if (code != SQLITE_OK) return last_error("database.bind");
        }
        const SqliteRow row(statement);
        bool wanted = true;
        for (;;) {
            const int code = sqlite3_step(statement);
            if (code == SQLITE_DONE) return {};
            if (code != SQLITE_ROW) return last_error("database.step");
            // A statement that writes is stepped to its end even when nobody wants more rows.
            if (on_row && wanted) wanted = (*on_row)(row) == Next::row;
            if (!wanted && sqlite3_stmt_readonly(statement)) return {};
        }
    }

    Handle handle_;
    std::list<Cached> cache_;
    std::unordered_map<std::string_view, std::list<Cached>::iterator> by_sql_;
    std::optional<Error> failed_;
    bool in_transaction_ = false;
    std::string_view mode_;
};

Result<Handle> open_handle(const std::string& path, int flags) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    Handle handle(raw);
    if (code != SQLITE_OK) return Error{Errc::unavailable, "database.open", sqlite3_errstr(code)};
    sqlite3_extended_result_codes(handle.get(), 1);
    sqlite3_busy_timeout(handle.get(), kBusyMs);
    return handle;
}

}  // namespace

const char* const kSqliteSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    // What is erased must not stay readable in the file.
    "PRAGMA secure_delete=FAST; "
    // A batch of the whole country writes 300 to 500 pages into a small log, more into a large one: with SQLite's 1,000
    // every other commit would also bring the journal back into the file. Each commit is flushed all the same; the
    // journal stays below 32 MiB plus one batch.
    "PRAGMA wal_autocheckpoint=8192; "
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; PRAGMA trusted_schema=OFF;";

Result<std::unique_ptr<Engine>> open_sqlite(const std::string& path) {
    Handle handle = TRY(open_handle(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    auto database = std::make_unique<Sqlite>(std::move(handle));
    TRY(database->script(kSqliteSettings));
    return std::unique_ptr<Engine>(std::move(database));
}

Result<void> backup_sqlite(const std::string& from, const std::string& to, const std::function<void(int, int)>& progress) {
    const Handle source = TRY(open_handle(from, SQLITE_OPEN_READONLY));
    const Handle target = TRY(open_handle(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    // One snapshot from the first page to the last: else every commit in between would begin the copy anew, and under steady writing it
    // would never end.
    if (sqlite3_exec(source.get(), "BEGIN; SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr) != SQLITE_OK) {
        return Error{Errc::unavailable, "database.backup", sqlite3_errmsg(source.get())};
    }
    sqlite3_backup* backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
    if (!backup) return Error{Errc::unavailable, "database.backup", sqlite3_errmsg(target.get())};
    int code = SQLITE_OK;
    do {
        code = sqlite3_backup_step(backup, 2'000);
        if (progress) {
            const int total = sqlite3_backup_pagecount(backup);
            progress(total - sqlite3_backup_remaining(backup), total);
        }
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED) sqlite3_sleep(50);
    } while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) return Error{Errc::unavailable, "database.backup", sqlite3_errstr(code)};

    std::string verdict;
    sqlite3_exec(target.get(), "PRAGMA quick_check(1)",
                 [](void* out, int, char** values, char**) {
                     *static_cast<std::string*>(out) = values[0] ? values[0] : "";
                     return 0;
                 },
                 &verdict, nullptr);
    if (verdict != "ok") return Error{Errc::unavailable, "database.backup", "the copy failed its check"};
    // A copy is one file, and can be read where nothing can be written; the server goes back to its journal when it starts.
    sqlite3_exec(target.get(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
    return {};
}

}  // namespace lachan::server
