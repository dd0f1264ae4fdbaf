#include "service.h"

#include "kernel/text.h"
#include "native_random.h"
#include "server/migrations.gen.h"

namespace lachan::server {

std::string Service::blind(std::string_view what, std::string_view value) const {
    std::string text = secret;
    text += ':';
    text += what;
    text += ':';
    text += value;
    return std::string(what) + ':' + to_base64url(sha256(text));
}

Result<WriteTransaction> WriteTransaction::begin(Service& service, Engine& database, Kind kind) {
    std::unique_lock<std::mutex> lock(service.writer, std::defer_lock);
    if (!database.many_writers()) lock.lock();
    // Behind a page that could not be written nothing is durable, whoever commits it.
    if (service.batches) TRY(service.batches->journal->check());
    TRY(kind == Kind::durable ? database.begin() : database.begin_relaxed());
    return WriteTransaction(std::move(lock), database);
}

Result<WriteTransaction> WriteTransaction::begin_batch(Service& service, Engine& database) {
    if (!service.batches) return begin(service, database);
    auto transaction = TRY(begin(service, *service.batches->engine, Kind::relaxed));
    transaction.journal_ = service.batches->journal.get();
    return transaction;
}

Result<void> WriteTransaction::commit() {
    TRY(commit_ahead());
    return flush();
}

Result<void> WriteTransaction::commit_ahead() {
    TRY(database_->commit());
    database_ = nullptr;
    if (lock_.owns_lock()) lock_.unlock();
    if (journal_) journal_->start();
    return {};
}

Result<void> WriteTransaction::flush() { return journal_ ? journal_->flush() : Result<void>(); }

Result<std::optional<Session>> session_of(Service& service, Engine& database, const Request& request) {
    const std::string_view token = request.cookie("lachan_session");
    if (token.empty()) return std::optional<Session>();
    bool stale = false;
    auto session = TRY(Accounts(database).session(token, request.now, stale));
    if (!session) return session;
    if (request.method != "GET" && request.method != "HEAD" && request.header("x-lachan") != "1") {
        return Error{Errc::forbidden, "session.csrf", "the header X-Lachan is missing"};
    }
    if (stale) {
        auto transaction = TRY(WriteTransaction::begin(service, database, WriteTransaction::Kind::relaxed));
        TRY(Accounts(database).touch(token, request.now));
        TRY(transaction.commit());
    }
    return session;
}

Result<Session> required_session(Service& service, Engine& database, const Request& request) {
    auto session = TRY(session_of(service, database, request));
    if (!session) return Error{Errc::forbidden, "session.required", "sign in first"};
    return std::move(*session);
}

Actor actor_of(const std::optional<Session>& session, std::string device) {
    Actor actor;
    actor.device = std::move(device);
    if (session) {
        actor.user = session->user;
        // A first password is known to whoever gave it: until it is changed it opens nothing.
        if (!session->must_change) actor.grants = session->grants;
    }
    return actor;
}

Reply refuse(const Error& error, bool signed_in) {
    const bool who = error.rule == "session.required" || (error.code == Errc::forbidden && !signed_in && error.rule != "session.csrf");
    Reply reply = error_reply(error, who ? 401 : 0);
    if (reply.status == 503) reply.headers.emplace_back("Retry-After", "5");
    return reply;
}

Result<void> flush_batches(Service& service) { return service.batches ? service.batches->journal->flush() : Result<void>(); }

Result<void> audit_read(Service& service, Engine& database, const Session& session, const Request& request,
                        std::string_view question, std::string_view unit, std::int64_t rows) {
    std::string roles;
    for (const Grant& grant : session.grants) {
        if (!roles.empty()) roles += ',';
        roles += std::string(name_of(grant.role)) + '@' + grant.unit;
    }
    // The purpose is a short word of the page's own list; whatever else comes is cut.
    std::string purpose(request.header("x-lachan-purpose").substr(0, 40));
    if (!is_utf8(purpose) || has_control(purpose)) purpose.clear();
    SystemRandom random;
    const std::string id = RecordId::make(request.now, 0, random).text();
    auto transaction = TRY(WriteTransaction::begin(service, database));
    TRY(database.write("INSERT INTO server_audit (id, at, user_name, roles, purpose, question, unit, row_count) "
                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                       {std::string_view(id), request.now.ms, std::string_view(session.user), std::string_view(roles),
                        std::string_view(purpose), question, unit, rows}));
    return transaction.commit();
}

std::vector<Migration> server_migrations() {
    std::vector<Migration> all = all_migrations();
    const auto own = migrations_of_server();
    all.insert(all.end(), own.begin(), own.end());
    return all;
}

Result<void> prepare_database(Engine& database, Instant now) {
    const auto migrations = server_migrations();
    TRY(database.migrate_alone(migrations, now));
    return database.write("INSERT INTO server_setting (name, value) VALUES ('secret', ?1) ON CONFLICT DO NOTHING",
                          {std::string_view(random_text(32))});
}

Result<std::string> secret_of(Engine& database) {
    std::string secret;
    TRY(database.read("SELECT value FROM server_setting WHERE name = 'secret'", {}, [&](const Row& row) {
        secret = row.text(0);
        return Next::stop;
    }));
    if (secret.empty()) return Error{Errc::unavailable, "database.secret", "the database has no secret"};
    return secret;
}

Result<void> publish_key(Engine& database, const FileKey& key, Instant now) {
    return database.write("INSERT INTO server_key (id, public_key, from_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                          {std::string_view(key.id()), std::string_view(key.public_key()), now.ms});
}

}  // namespace lachan::server
