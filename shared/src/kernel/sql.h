#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "kernel/crypto.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan {

/// A value bound to a statement. Texts are views: they must live until the call returns.
using SqlValue = std::variant<std::nullptr_t, std::int64_t, std::string_view>;

/// One row of an answer, valid only inside the callback.
class Row {
public:
    virtual ~Row() = default;
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
};

enum class Next { row, stop };
using OnRow = std::function<Next(const Row&)>;

/// One SQL database: native SQLite, SQLite of the browser, or PostgreSQL. The same statements run on all three: parameters are
/// `?1`..`?n`, types INTEGER (64 bits) and TEXT, `ON CONFLICT`, `RETURNING`. Not thread-safe: one object, one thread.
class Database {
public:
    virtual ~Database() = default;

    /// Runs a statement that gives no rows. It may be sent together with later ones: an error can come at the next read or at
    /// commit, and then everything since begin is undone. Errors: Errc::unavailable; Errc::conflict for a unique key.
    virtual Result<void> write(std::string_view sql, std::span<const SqlValue> values) = 0;

    /// Runs a statement that gives rows (also INSERT ... RETURNING) and hands each to `on_row`.
    virtual Result<void> read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) = 0;

    /// Runs several statements without parameters: migrations.
    virtual Result<void> script(std::string_view sql) = 0;

    virtual Result<void> begin() = 0;
    /// Durable when it returns without error.
    virtual Result<void> commit() = 0;
    virtual void rollback() = 0;

    Result<void> write(std::string_view sql, std::initializer_list<SqlValue> values) {
        return write(sql, std::span(values.begin(), values.size()));
    }
    Result<void> read(std::string_view sql, std::initializer_list<SqlValue> values, const OnRow& on_row) {
        return read(sql, std::span(values.begin(), values.size()), on_row);
    }
};

/// Undoes everything unless `commit` was called.
class Transaction {
public:
    static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction() { if (database_) database_->rollback(); }
    Result<void> commit() {
        TRY(database_->commit());
        database_ = nullptr;
        return {};
    }

private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

/// One forward-only step of one system's tables, embedded at build time from sql/NNNN_name.sql.
struct Migration {
    std::string_view system;
    int number;
    std::string_view name;
    std::string_view sql;
};

/// Brings the database up to date: runs, each in its own transaction, the migrations that `kernel_migration` does not list.
/// Errc::conflict when the database was made by a newer program (it lists a migration that is not known here).
Result<void> migrate(Database& database, std::span<const Migration> migrations, Instant now);

}  // namespace lachan
