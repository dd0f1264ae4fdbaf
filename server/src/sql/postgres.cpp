#include "sql/postgres.h"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <vector>

namespace lachan::server {
namespace {

/// Type OIDs of the catalogue (pg_type.dat): with them a parameter is never guessed to be a 32-bit integer.
constexpr Oid kInt8 = 20;
constexpr Oid kTextOid = 25;
/// Statements queued before the answers are collected, so that neither side's buffers grow without end.
constexpr int kQueueLimit = 2'000;
/// The lock that keeps two instances from migrating at once; any number that nobody else uses.
constexpr const char* kMigrationLock = "4941235001";

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
using Answer = std::unique_ptr<PGresult, Clear>;

class PostgresRow final : public Row {
public:
    PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}
    bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
    std::int64_t integer(int column) const override {
        const std::string_view digits = text(column);
        std::int64_t value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }
    std::string_view text(int column) const override {
        return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
    }

private:
    const PGresult* result_;
    int row_;
};

/// The error of a result. Its primary message may quote values, so only the state and the names of the schema are kept; the
/// message itself only where it speaks of the statement (class 42) and never of data.
Error error_of(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string code = state ? state : "";
    const auto text = [&](int field) {
        const char* value = PQresultErrorField(result, field);
        return std::string(value ? value : "");
    };
    std::string detail = code;
    if (code.substr(0, 2) == "42") detail += ' ' + text(PG_DIAG_MESSAGE_PRIMARY);
    if (const std::string name = text(PG_DIAG_CONSTRAINT_NAME); !name.empty()) detail += ' ' + name;
    if (code == "23505") return {Errc::conflict, "database.unique", detail};
    if (code.substr(0, 2) == "23") return {Errc::rejected, "database.constraint", detail};
    if (code.substr(0, 2) == "22") return {Errc::malformed, "database.value", detail};
    return {Errc::unavailable, "database.statement", detail};
}

/// Values as libpq wants them, in binary: neither digits nor copies of texts are made.
class Parameters {
public:
    explicit Parameters(std::span<const SqlValue> values) : numbers_(values.size()) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const char* data = nullptr;
            std::size_t length = 0;
            Oid type = 0;
            if (const auto* number = std::get_if<std::int64_t>(&values[i])) {
                auto bits = static_cast<std::uint64_t>(*number);
                for (int byte = 7; byte >= 0; --byte, bits >>= 8) numbers_[i][static_cast<std::size_t>(byte)] = static_cast<char>(bits & 0xff);
                data = numbers_[i].data();
                length = numbers_[i].size();
                type = kInt8;
            } else if (const auto* text = std::get_if<std::string_view>(&values[i])) {
                data = text->data() ? text->data() : "";
                length = text->size();
                type = kTextOid;
                has_null_character_ = has_null_character_ || text->find('\0') != std::string_view::npos;
            }
            data_.push_back(data);
            lengths_.push_back(static_cast<int>(length));
            formats_.push_back(1);
            types_.push_back(type);
        }
    }
    int count() const { return static_cast<int>(data_.size()); }
    const char* const* data() const { return data_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }
    const Oid* types() const { return types_.data(); }
    bool has_null_character() const { return has_null_character_; }
    /// One letter a parameter: the same text with other types is another prepared statement.
    std::string signature() const {
        std::string letters;
        for (const Oid type : types_) letters += type == kInt8 ? 'i' : type == kTextOid ? 't' : 'n';
        return letters;
    }

private:
    std::vector<std::array<char, 8>> numbers_;
    std::vector<const char*> data_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::vector<Oid> types_;
    bool has_null_character_ = false;
};

class Postgres final : public Engine {
public:
    explicit Postgres(std::string url) : url_(std::move(url)) {}

    Result<void> connect() {
        in_transaction_ = false;
        failed_.reset();
        queue_.clear();
        prepared_.clear();
        // Defaults, which the address may override: a server that does not answer, or has gone without a word, is noticed in seconds.
        const char* const names[] = {"connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
                                     "tcp_user_timeout", "dbname", nullptr};
        const char* const values[] = {"5", "10", "5", "3", "20000", url_.c_str(), nullptr};
        connection_.reset(PQconnectdbParams(names, values, 1));
        if (PQstatus(connection_.get()) != CONNECTION_OK) return lost("database.connect");
        PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
        // A statement that hangs must not hold a feed's row for good.
        TRY(simple("SET client_encoding = 'UTF8'; SET client_min_messages = warning; SET timezone = 'UTC'; "
                   "SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'; "
                   "SET standard_conforming_strings = on"));
        if (PQenterPipelineMode(connection_.get()) != 1) return lost("database.pipeline");
        return {};
    }

    Result<void> write(std::string_view sql, std::span<const SqlValue> values) override {
        if (failed_) return *failed_;
        TRY(send(sql, values));
        if (!in_transaction_) return flush(nullptr);
        if (queue_.size() >= kQueueLimit) return flush(nullptr);
        return {};
    }

    Result<void> read(std::string_view sql, std::span<const SqlValue> values, const OnRow& on_row) override {
        if (failed_) return *failed_;
        TRY(send(sql, values));
        Answer rows;
        TRY(flush(&rows));
        // Everything has arrived before the first row is handed out: `on_row` may ask this database again.
        const int count = rows ? PQntuples(rows.get()) : 0;
        for (int i = 0; i < count; ++i) {
            if (on_row(PostgresRow(rows.get(), i)) == Next::stop) break;
        }
        return {};
    }

    Result<void> script(std::string_view sql) override {
        if (failed_) return *failed_;
        TRY(revive());
        TRY(flush(nullptr));
        if (PQexitPipelineMode(connection_.get()) != 1) return lost("database.pipeline");
        auto done = simple(postgres::script(sql));
        if (PQstatus(connection_.get()) != CONNECTION_OK || PQenterPipelineMode(connection_.get()) != 1) {
            return lost("database.pipeline");
        }
        if (!done) return remember(done.error());
        return done;
    }

    Result<void> begin() override { return start("BEGIN"); }
    Result<void> begin_relaxed() override {
        TRY(start("BEGIN"));
        return send("SET LOCAL synchronous_commit = off", {});
    }

    Result<void> commit() override {
        if (!failed_) {
            auto sent = send("COMMIT", {});
            Answer last;
            if (sent) sent = flush(&last);
            if (sent && last && std::strcmp(PQcmdStatus(last.get()), "COMMIT") == 0) {
                in_transaction_ = false;
                return {};
            }
            if (!failed_) failed_ = sent ? Error{Errc::unavailable, "database.commit", "not committed"} : sent.error();
        }
        Error error = *failed_;
        rollback();
        return error;
    }

    void rollback() override {
        failed_.reset();
        const bool open = std::exchange(in_transaction_, false);
        if (!open || !connection_ || PQstatus(connection_.get()) != CONNECTION_OK) return;
        // In a round of its own: behind a statement that fails, the server would skip the ROLLBACK too.
        (void)flush(nullptr);
        if (connection_ && send("ROLLBACK", {})) (void)flush(nullptr);
        failed_.reset();
    }

    Result<void> migrate_alone(std::span<const Migration> migrations, Instant now) override {
        const std::string lock = std::string("SELECT pg_advisory_lock(") + kMigrationLock + ")";
        TRY(read(lock, {}, [](const Row&) { return Next::stop; }));
        auto done = migrate(*this, migrations, now);
        const std::string unlock = std::string("SELECT pg_advisory_unlock(") + kMigrationLock + ")";
        (void)read(unlock, {}, [](const Row&) { return Next::stop; });
        return done;
    }
    bool many_writers() const override { return true; }
    std::string_view kind() const override { return "postgresql"; }

private:
    Result<void> start(const char* sql) {
        if (in_transaction_) return Error{Errc::conflict, "database.nested", "a transaction is open"};
        TRY(revive());
        in_transaction_ = true;
        return send(sql, {});
    }

    /// Connects again after a loss, unless a transaction is open, which is gone with its connection.
    Result<void> revive() {
        if (in_transaction_) return {};
        if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) {
            // A server that went away in the meantime has left an end of file on the socket.
            pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
            if (poll(&socket, 1, 0) <= 0 || PQconsumeInput(connection_.get()) == 1) return {};
        }
        return connect();
    }

    Error remember(Error error) {
        if (in_transaction_ && !failed_) failed_ = error;
        return error;
    }

    Error lost(const char* rule) {
        queue_.clear();
        prepared_.clear();
        connection_.reset();
        return remember(Error{Errc::unavailable, rule, "no connection to the database"});
    }

    Result<void> simple(const std::string& sql) {
        const Answer answer(PQexec(connection_.get(), sql.c_str()));
        if (!answer) return lost("database.connection");
        const ExecStatusType status = PQresultStatus(answer.get());
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return {};
        return error_of(answer.get());
    }

    /// Queues a statement; prepares it first when it is new to this connection.
    Result<void> send(std::string_view sql, std::span<const SqlValue> values) {
        if (!in_transaction_) TRY(revive());
        if (!connection_) return lost("database.connection");
        const Parameters parameters(values);
        if (parameters.has_null_character()) {
            return remember(Error{Errc::malformed, "database.text", "text holds a null character"});
        }
        std::string key = parameters.signature() + '|';
        key += sql;
        auto found = prepared_.find(key);
        if (found == prepared_.end()) {
            const std::string name = "s" + std::to_string(next_name_++);
            if (PQsendPrepare(connection_.get(), name.c_str(), postgres::statement(sql).c_str(), parameters.count(),
                              parameters.types()) != 1) {
                return lost("database.connection");
            }
            queue_.push_back(key);
            found = prepared_.emplace(std::move(key), name).first;
        }
        if (PQsendQueryPrepared(connection_.get(), found->second.c_str(), parameters.count(), parameters.data(),
                                parameters.lengths(), parameters.formats(), 0) != 1) {
            return lost("database.connection");
        }
        queue_.emplace_back();
        return {};
    }

    /// Sends all that is queued and collects each answer; `last` gets the answer of the last statement. The first error counts:
    /// the server skips what follows it.
    Result<void> flush(Answer* last) {
        if (queue_.empty()) return {};
        if (PQpipelineSync(connection_.get()) != 1) return lost("database.connection");
        std::optional<Error> first;
        for (std::size_t i = 0; i < queue_.size(); ++i) {
            Answer answer(PQgetResult(connection_.get()));
            if (!answer || PQstatus(connection_.get()) != CONNECTION_OK) return lost("database.connection");
            const ExecStatusType status = PQresultStatus(answer.get());
            if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
                if (last && i + 1 == queue_.size()) *last = std::move(answer);
            } else {
                if (!first && status != PGRES_PIPELINE_ABORTED) first = error_of(answer.get());
                // Skipped or refused: the server does not know this statement, the next use has to prepare it again.
                prepared_.erase(queue_[i]);
            }
            // The answers to each statement end with a null.
            while (Answer(PQgetResult(connection_.get()))) {}
        }
        queue_.clear();
        const Answer sync(PQgetResult(connection_.get()));
        if (!sync || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC) return lost("database.connection");
        if (first) return remember(*first);
        return {};
    }

    std::string url_;
    Connection connection_;
    std::unordered_map<std::string, std::string> prepared_;
    std::vector<std::string> queue_;  ///< a preparation has its key in `prepared_`, an execution ""
    std::uint64_t next_name_ = 0;
    std::optional<Error> failed_;
    bool in_transaction_ = false;
};

}  // namespace

namespace postgres {
namespace {

/// Copies what must not be touched at `at` (a quoted text, a quoted name, a comment) to `out`; returns whether there was any.
bool copy_verbatim(std::string_view sql, std::size_t& at, std::string& out) {
    std::size_t end = at;
    if (sql[at] == '\'' || sql[at] == '"') {
        end = sql.find(sql[at], at + 1);
        end = end == std::string_view::npos ? sql.size() : end + 1;
    } else if (sql.substr(at, 2) == "--") {
        end = std::min(sql.find('\n', at), sql.size());
    } else {
        return false;
    }
    out += sql.substr(at, end - at);
    at = end;
    return true;
}

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

std::string statement(std::string_view sql) {
    std::string out;
    out.reserve(sql.size());
    for (std::size_t at = 0; at < sql.size();) {
        if (copy_verbatim(sql, at, out)) continue;
        out += sql[at] == '?' ? '$' : sql[at];
        ++at;
    }
    return out;
}

std::string script(std::string_view sql) {
    std::string out;
    out.reserve(sql.size() + sql.size() / 8);
    for (std::size_t at = 0; at < sql.size();) {
        if (copy_verbatim(sql, at, out)) continue;
        if (!is_word_character(sql[at])) {
            out += sql[at++];
            continue;
        }
        std::size_t end = at;
        while (end < sql.size() && is_word_character(sql[end])) ++end;
        const std::string_view word = sql.substr(at, end - at);
        at = end;
        if (word == "INTEGER") out += "BIGINT";
        else if (word == "TEXT") out += "TEXT COLLATE \"C\"";
        else if (word != "STRICT") out += word;
    }
    return out;
}

}  // namespace postgres

Result<std::unique_ptr<Engine>> open_postgres(const std::string& url) {
    auto database = std::make_unique<Postgres>(url);
    TRY(database->connect());
    return std::unique_ptr<Engine>(std::move(database));
}

}  // namespace lachan::server
