#include "accounts.h"

#include <sodium.h>

#include <algorithm>

#include "kernel/text.h"
#include "native_random.h"

namespace lachan::server {
namespace {

constexpr std::int64_t kSessionMs = 12 * 3'600'000;
constexpr std::int64_t kIdleMs = 30 * 60'000;
constexpr std::int64_t kTouchMs = 60'000;
constexpr std::size_t kShortest = 12;
constexpr std::size_t kLongest = 128;
/// OWASP's first choice for Argon2id: 19 MiB, two passes (28 ms here).
constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = 19 * 1024 * 1024;

Result<std::string> hash_password(const std::string& password) {
    char out[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str(out, password.data(), password.size(), kPasses, kMemory) != 0) {
        return Error{Errc::unavailable, "account.memory", "not enough memory to hash a password"};
    }
    return std::string(out);
}

std::string hash_token(std::string_view token) { return to_base64url(sha256(token)); }

Result<void> check_password(std::string_view name, const std::string& password) {
    const std::size_t length = is_utf8(password) ? code_points(password) : 0;
    if (length < kShortest || password.size() > kLongest) {
        return Error{Errc::rejected, "account.password", "a password has 12 to 128 characters"};
    }
    // A name of two or three letters is in every fiftieth random password, and betrays nothing there.
    constexpr std::size_t kTelling = 4;
    if (name.size() >= kTelling && password.find(name) != std::string::npos) {
        return Error{Errc::rejected, "account.password", "a password does not hold the name of its user"};
    }
    return {};
}

Result<void> check_name(std::string_view name) {
    const bool good = name.size() >= 2 && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
    if (good) return {};
    return Error{Errc::malformed, "account.name", "a name has 2 to 64 of a-z 0-9 . - _"};
}

bool is_active(const Grant& grant, Instant at) { return grant.from <= at && at < grant.until; }

}  // namespace

Result<void> Accounts::must_exist(std::string_view name) {
    if (TRY(find(name))) return {};
    return Error{Errc::not_found, "account.name", "no such user"};
}

Result<void> Accounts::add(const std::string& name, const std::string& password, bool must_change, Instant now) {
    TRY(check_name(name));
    TRY(check_password(name, password));
    const std::string hash = TRY(hash_password(password));
    auto done = database_.write("INSERT INTO server_user (name, password, must_change, created_at) VALUES (?1, ?2, ?3, ?4)",
                                {std::string_view(name), std::string_view(hash), std::int64_t{must_change}, now.ms});
    if (!done && done.error().code == Errc::conflict) return Error{Errc::conflict, "account.exists", "the name is taken"};
    return done;
}

Result<std::vector<User>> Accounts::list() {
    std::vector<User> users;
    TRY(database_.read("SELECT name, must_change, disabled_at, created_at FROM server_user ORDER BY name", {}, [&](const Row& row) {
        users.push_back({std::string(row.text(0)), row.integer(1) != 0, !row.is_null(2), Instant{row.integer(3)}});
        return Next::row;
    }));
    return users;
}

Result<std::optional<User>> Accounts::find(std::string_view name) {
    std::optional<User> user;
    TRY(database_.read("SELECT name, must_change, disabled_at, created_at FROM server_user WHERE name = ?1", {name},
                       [&](const Row& row) {
                           user = User{std::string(row.text(0)), row.integer(1) != 0, !row.is_null(2), Instant{row.integer(3)}};
                           return Next::stop;
                       }));
    return user;
}

Result<void> Accounts::disable(std::string_view name, Instant now) {
    TRY(must_exist(name));
    TRY(database_.write("UPDATE server_user SET disabled_at = ?2 WHERE name = ?1", {name, now.ms}));
    return close_sessions_of(name);
}

Result<void> Accounts::enable(std::string_view name) {
    TRY(must_exist(name));
    return database_.write("UPDATE server_user SET disabled_at = NULL WHERE name = ?1", {name});
}

Result<void> Accounts::set_password(std::string_view name, const std::string& password, bool must_change) {
    TRY(must_exist(name));
    TRY(check_password(name, password));
    const std::string hash = TRY(hash_password(password));
    TRY(database_.write("UPDATE server_user SET password = ?2, must_change = ?3 WHERE name = ?1",
                        {name, std::string_view(hash), std::int64_t{must_change}}));
    return close_sessions_of(name);
}

Result<std::vector<Grant>> Accounts::grants_of(std::string_view name) {
    std::vector<Grant> grants;
    TRY(database_.read("SELECT role, unit, from_at, until_at FROM server_grant WHERE user_name = ?1 ORDER BY role, unit", {name},
                       [&](const Row& row) {
                           // A role that this program no longer knows gives nothing.
                           if (const auto role = parse_role(row.text(0))) {
                               grants.push_back({*role, std::string(row.text(1)), Instant{row.integer(2)}, Instant{row.integer(3)}});
                           }
                           return Next::row;
                       }));
    return grants;
}

Result<std::vector<Grant>> Accounts::active_grants_of(std::string_view name, Instant at) {
    std::vector<Grant> grants = TRY(grants_of(name));
    std::erase_if(grants, [&](const Grant& grant) { return !is_active(grant, at); });
    return grants;
}

Result<void> Accounts::grant(std::string_view name, const Grant& grant, std::string_view by, const Units& units, Instant now) {
    TRY(must_exist(name));
    TRY(check_grant(grant.role, grant.unit, units, now));
    if (grant.role == Role::citizen) return Error{Errc::rejected, "access.role_name", "nobody is granted to be a citizen"};
    return database_.write("INSERT INTO server_grant (user_name, role, unit, from_at, until_at, granted_by) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (user_name, role, unit) DO UPDATE SET "
                           "from_at = ?4, until_at = ?5, granted_by = ?6",
                           {name, std::string_view(name_of(grant.role)), std::string_view(grant.unit), grant.from.ms,
                            grant.until.ms, by});
}

Result<void> Accounts::revoke(std::string_view name, Role role, std::string_view unit) {
    bool found = false;
    TRY(database_.read("DELETE FROM server_grant WHERE user_name = ?1 AND role = ?2 AND unit = ?3 RETURNING unit",
                       {name, std::string_view(name_of(role)), unit}, [&](const Row&) {
                           found = true;
                           return Next::row;
                       }));
    if (found) return {};
    return Error{Errc::not_found, "access.grant", "no such grant"};
}

Result<bool> Accounts::verify(std::string_view name, const std::string& password) {
    std::string hash;
    bool enabled = false;
    TRY(database_.read("SELECT password, disabled_at FROM server_user WHERE name = ?1", {name}, [&](const Row& row) {
        hash = row.text(0);
        enabled = row.is_null(1);
        return Next::stop;
    }));
    // Without a user some other password is hashed all the same: the time must not tell which names exist.
    static const std::string nobody = hash_password(random_text(32)).value_or("");
    const std::string& against = hash.empty() ? nobody : hash;
    const bool right = password.size() <= kLongest &&
                       crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
    return right && enabled && !hash.empty();
}

Result<std::string> Accounts::open_session(std::string_view user, Instant now) {
    std::string token = random_text(32);
    TRY(database_.write("INSERT INTO server_session (token_hash, user_name, created_at, seen_at, expires_at) "
                        "VALUES (?1, ?2, ?3, ?3, ?4)",
                        {std::string_view(hash_token(token)), user, now.ms, now.ms + kSessionMs}));
    return token;
}

Result<std::optional<Session>> Accounts::session(std::string_view token, Instant now, bool& stale) {
    std::optional<Session> session;
    if (token.size() != 43) return session;
    TRY(database_.read("SELECT s.user_name, s.seen_at, s.expires_at, u.must_change FROM server_session s "
                       "JOIN server_user u ON u.name = s.user_name "
                       "WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND s.seen_at > ?3 AND u.disabled_at IS NULL",
                       {std::string_view(hash_token(token)), now.ms, now.ms - kIdleMs}, [&](const Row& row) {
                           Session found;
                           found.user = row.text(0);
                           stale = now.ms - row.integer(1) > kTouchMs;
                           found.expires_at = Instant{std::min(row.integer(2), now.ms + kIdleMs)};
                           found.must_change = row.integer(3) != 0;
                           session = std::move(found);
                           return Next::stop;
                       }));
    if (session) session->grants = TRY(active_grants_of(session->user, now));
    return session;
}

Result<void> Accounts::touch(std::string_view token, Instant now) {
    return database_.write("UPDATE server_session SET seen_at = ?2 WHERE token_hash = ?1",
                           {std::string_view(hash_token(token)), now.ms});
}

Result<void> Accounts::close_session(std::string_view token) {
    return database_.write("DELETE FROM server_session WHERE token_hash = ?1", {std::string_view(hash_token(token))});
}

Result<void> Accounts::close_sessions_of(std::string_view user) {
    return database_.write("DELETE FROM server_session WHERE user_name = ?1", {user});
}

Result<void> Accounts::forget_old_sessions(Instant now) {
    return database_.write("DELETE FROM server_session WHERE expires_at <= ?1 OR seen_at <= ?2", {now.ms, now.ms - kIdleMs});
}

std::string fresh_password() {
    // Crockford's letters: no I, L, O, U to misread. 20 of them are 100 bits.
    constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string text;
    for (int i = 0; i < 20; ++i) {
        if (i > 0 && i % 4 == 0) text += '-';
        text += kLetters[randombytes_uniform(static_cast<std::uint32_t>(kLetters.size()))];
    }
    return text;
}

}  // namespace lachan::server
