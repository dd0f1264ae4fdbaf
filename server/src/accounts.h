#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/engine.h"
#include "vocab/access.h"

namespace lachan::server {

struct User {
    std::string name;
    bool must_change = false;
    bool disabled = false;
    Instant created_at;
};

/// An official who has signed in.
struct Session {
    std::string user;
    bool must_change = false;
    std::vector<Grant> grants;  ///< active now
    Instant expires_at;
};

/// Users, what they may do, and their sessions. Passwords are Argon2id (19 MiB, two passes); a session is 256 random bits of which
/// the database knows the hash.
class Accounts {
public:
    explicit Accounts(Engine& database) : database_(database) {}

    /// Errc::malformed (account.name, account.password), Errc::conflict (account.exists).
    Result<void> add(const std::string& name, const std::string& password, bool must_change, Instant now);
    Result<std::vector<User>> list();
    Result<std::optional<User>> find(std::string_view name);
    /// Ends the user's sessions too. Errc::not_found.
    Result<void> disable(std::string_view name, Instant now);
    Result<void> enable(std::string_view name);
    Result<void> set_password(std::string_view name, const std::string& password, bool must_change);

    /// Every grant with its days, or only those active at `at`.
    Result<std::vector<Grant>> grants_of(std::string_view name);
    Result<std::vector<Grant>> active_grants_of(std::string_view name, Instant at);
    /// Errc::rejected (access.grant_unit) when the role cannot stand at that unit.
    Result<void> grant(std::string_view name, const Grant& grant, std::string_view by, const Units& units, Instant now);
    /// Errc::not_found when there is no such grant.
    Result<void> revoke(std::string_view name, Role role, std::string_view unit);

    /// Whether the password is right; takes as long for a user who does not exist.
    Result<bool> verify(std::string_view name, const std::string& password);

    /// A new session: the token for the cookie.
    Result<std::string> open_session(std::string_view user, Instant now);
    /// The session of a token; nullopt when it is unknown, expired, idle for too long, or its user is disabled. `stale` says that
    /// `touch` is due.
    Result<std::optional<Session>> session(std::string_view token, Instant now, bool& stale);
    Result<void> touch(std::string_view token, Instant now);
    Result<void> close_session(std::string_view token);
    Result<void> close_sessions_of(std::string_view user);
    Result<void> forget_old_sessions(Instant now);

private:
    Result<void> must_exist(std::string_view name);
    Engine& database_;
};

/// A password that nobody has used before, easy to read out: five groups of four characters.
std::string fresh_password();

}  // namespace lachan::server
