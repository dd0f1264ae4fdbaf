#pragma once

#include "kernel/sql.h"

namespace lachan::testing {

/// What goes wrong with a database, and when.
enum class Fault {
    none,
    storage_full,         ///< one statement is refused; the program goes on
    crash_before_commit,  ///< the program dies before the disk has anything
    crash_after_commit,   ///< the program dies when the disk has it but nobody knows
};

/// A database that fails once, as it is told. After a crash nothing works until `restart`.
class FaultyDatabase final : public Database {
public:
    explicit FaultyDatabase(Database& inner) : inner_(inner) {}

    /// The fault strikes at statement number `after` from now on (a commit, for the two crashes, whichever comes next).
    void plan(Fault fault, int after) {
        fault_ = fault;
        countdown_ = after;
    }
    bool crashed() const { return crashed_; }
    void restart() {
        inner_.rollback();
        crashed_ = false;
        fault_ = Fault::none;
    }

    using Database::read;
    using Database::write;
    Result<void> write(std::string_view sql, std::span<const SqlValue> values) override {
        TRY(strike());
        return inner_.write(sql, values);
    }
    Result<void> read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) override {
        TRY(strike());
        return inner_.read(sql, values, on_row);
    }
    Result<void> script(std::string_view sql) override {
        TRY(strike());
        return inner_.script(sql);
    }
    Result<void> begin() override {
        TRY(strike());
        return inner_.begin();
    }
    Result<void> commit() override {
        if (crashed_) return gone();
        if (fault_ == Fault::crash_before_commit || fault_ == Fault::crash_after_commit) {
            if (fault_ == Fault::crash_after_commit) TRY(inner_.commit());
            crashed_ = true;
            return gone();
        }
        return inner_.commit();
    }
    void rollback() override {
        if (!crashed_) inner_.rollback();
    }

private:
    static Error gone() { return {Errc::unavailable, "test.crashed", ""}; }

    Result<void> strike() {
        if (crashed_) return gone();
        if (fault_ == Fault::storage_full && countdown_-- <= 0) {
            fault_ = Fault::none;
            return Error{Errc::unavailable, "storage.full", ""};
        }
        return {};
    }

    Database& inner_;
    Fault fault_ = Fault::none;
    int countdown_ = 0;
    bool crashed_ = false;
};

}  // namespace lachan::testing
