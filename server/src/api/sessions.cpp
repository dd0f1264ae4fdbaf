#include "api/route.h"
#include "kernel/text.h"
#include "rate.h"

namespace lachan::server::api {
namespace {

/// Ten tries at once, then one in two minutes, for a user; five times that for an address, which many may share.
constexpr std::int64_t kTries = 10;
constexpr std::int64_t kTriesPerHour = 30;

Json session_json(Service& service, const Session& session, Instant now) {
    Json grants = Json::array();
    const Day today = day_in_vietnam(now);
    for (const Grant& grant : session.grants) {
        const Unit* unit = service.units.find(grant.unit, today);
        Json one{{"role", name_of(grant.role)}, {"unit", grant.unit},
                 {"unitName", grant.unit == kNation ? "Việt Nam" : unit ? std::string(unit->name) : grant.unit}};
        if (grant.until.ms != INT64_MAX) one["until"] = grant.until.ms;
        grants.push_back(std::move(one));
    }
    return {{"user", session.user}, {"grants", std::move(grants)}, {"expiresAt", session.expires_at.ms},
            {"mustChange", session.must_change}};
}

std::string cookie(const Request& request, const Service& service, std::string_view token, bool ends) {
    std::string text = "lachan_session=" + std::string(token) + "; Path=/v1; HttpOnly; SameSite=Strict";
    if (ends) text += "; Max-Age=0";
    if (service.options.behind_proxy && request.header("x-forwarded-proto") == "https") text += "; Secure";
    return text;
}

/// The texts of a body that has exactly these keys.
Result<std::vector<std::string>> texts_of(const Request& request, std::initializer_list<const char*> keys) {
    const Json json = TRY(request.json(4'096));
    std::vector<std::string> texts;
    for (const char* key : keys) {
        if (!at(json, key).is_string()) return Error{Errc::malformed, std::string("request.") + key, "expected a text"};
        texts.emplace_back(text_at(json, key));
    }
    if (json.size() != keys.size()) return Error{Errc::malformed, "request.unknown", "unknown keys"};
    return texts;
}

Reply too_many_tries(const Bucket& bucket, std::int64_t left) {
    Reply reply = error_reply(Error{Errc::unavailable, "rate.sign_in", "too many tries"}, 429);
    reply.headers.emplace_back("Retry-After", std::to_string(seconds_until(bucket, left, 1)));
    return reply;
}

Result<Reply> try_sign_in(Service& service, Engine& database, const Request& request) {
    const auto texts = TRY(texts_of(request, {"user", "password"}));
    const std::string& user = texts[0];
    // A try is counted before it is judged, so that many at once cannot all slip through. Names are hashed: somebody may type a
    // password where the name belongs.
    const Bucket by_user{service.blind("sign-in", user), kTries, kTriesPerHour};
    const Bucket by_address{service.blind("sign-in-address", request.address), kTries * 5, kTriesPerHour * 5};
    {
        auto transaction = TRY(WriteTransaction::begin(service, database, WriteTransaction::Kind::relaxed));
        const std::int64_t user_left = TRY(take(database, by_user, 1, request.now));
        const std::int64_t address_left = TRY(take(database, by_address, 1, request.now));
        if (user_left < 0) return too_many_tries(by_user, user_left + 1'000);
        if (address_left < 0) return too_many_tries(by_address, address_left + 1'000);
        TRY(transaction.commit());
    }
    Accounts accounts(database);
    // One answer for a wrong name, a wrong password and a disabled user.
    if (!TRY(accounts.verify(user, texts[1]))) {
        return error_reply(Error{Errc::forbidden, "session.credentials", "wrong user or password"}, 401);
    }
    auto transaction = TRY(WriteTransaction::begin(service, database));
    TRY(accounts.forget_old_sessions(request.now));
    const std::string token = TRY(accounts.open_session(user, request.now));
    // Whoever knows the password has not to pay for the tries of others.
    TRY(database.write("DELETE FROM server_rate WHERE name = ?1", {std::string_view(by_user.name)}));
    TRY(transaction.commit());
    bool stale = false;
    const auto session = TRY(accounts.session(token, request.now, stale));
    if (!session) return Error{Errc::unavailable, "session.lost", "the session was ended at once"};
    Reply reply = json_reply(201, session_json(service, *session, request.now));
    reply.headers.emplace_back("Set-Cookie", cookie(request, service, token, false));
    return reply;
}

Result<Reply> try_change_password(Service& service, Engine& database, const Request& request) {
    const Session session = TRY(required_session(service, database, request));
    const auto texts = TRY(texts_of(request, {"old", "new"}));
    Accounts accounts(database);
    const Bucket by_user{service.blind("sign-in", session.user), kTries, kTriesPerHour};
    {
        auto transaction = TRY(WriteTransaction::begin(service, database, WriteTransaction::Kind::relaxed));
        const std::int64_t left = TRY(take(database, by_user, 1, request.now));
        if (left < 0) return too_many_tries(by_user, left + 1'000);
        TRY(transaction.commit());
    }
    if (!TRY(accounts.verify(session.user, texts[0]))) {
        return Error{Errc::rejected, "session.credentials", "the old password is wrong"};
    }
    if (texts[0] == texts[1]) return Error{Errc::rejected, "account.password", "the new password is the old one"};
    auto transaction = TRY(WriteTransaction::begin(service, database));
    TRY(accounts.set_password(session.user, texts[1], false));
    // All sessions ended with the old password; this one goes on under a new token.
    const std::string token = TRY(accounts.open_session(session.user, request.now));
    TRY(transaction.commit());
    Session now = session;
    now.must_change = false;
    Reply reply = json_reply(200, session_json(service, now, request.now));
    reply.headers.emplace_back("Set-Cookie", cookie(request, service, token, false));
    return reply;
}

Result<Reply> try_sign_out(Service& service, Engine& database, const Request& request) {
    TRY(required_session(service, database, request));
    auto transaction = TRY(WriteTransaction::begin(service, database));
    TRY(Accounts(database).close_session(request.cookie("lachan_session")));
    TRY(transaction.commit());
    Reply reply;
    reply.status = 204;
    reply.headers.emplace_back("Set-Cookie", cookie(request, service, "", true));
    return reply;
}

Reply settle(Result<Reply> reply) { return reply ? std::move(*reply) : refuse(reply.error()); }

}  // namespace

Reply sign_in(Service& service, Engine& database, const Request& request) {
    return settle(try_sign_in(service, database, request));
}

Reply session(Service& service, Engine& database, const Request& request) {
    const auto found = required_session(service, database, request);
    return found ? json_reply(200, session_json(service, *found, request.now)) : refuse(found.error());
}

Reply sign_out(Service& service, Engine& database, const Request& request) {
    return settle(try_sign_out(service, database, request));
}

Reply change_password(Service& service, Engine& database, const Request& request) {
    return settle(try_change_password(service, database, request));
}

}  // namespace lachan::server::api
