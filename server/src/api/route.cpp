#include "api/route.h"

#include "http/head.h"

namespace lachan::server {

std::span<const Route> routes() {
    static const std::vector<Route> all = {
        {"GET", "/healthz", Pool::none, api::health, "The process answers.", "everyone", "", "State"},
        {"GET", "/readyz", Pool::reads, api::ready, "The database answers, its disk has refused nothing, and the server is not stopping.", "everyone", "", "State"},
        {"GET", "/v1/time", Pool::none, api::time, "The server's clock, so that a device can tell its own skew.", "everyone", "",
         "Time"},
        {"GET", "/v1/map", Pool::none, api::map, "What the operator set for the maps: the tile server of their background, if any.", "everyone",
         "", "MapSettings"},
        {"GET", "/v1/keys", Pool::reads, api::keys, "Public keys that sign receipts, of all instances.", "everyone", "", "Keys"},
        {"GET", "/v1/openapi.json", Pool::reads, api::openapi, "This document.", "everyone", "", ""},
        {"POST", "/v1/records", Pool::writes, api::post_records,
         "Takes a batch of signed records and answers each. Safe to send again: the same id and content is a duplicate.",
         "everyone", "RecordBatch", "RecordAnswers"},
        {"GET", "/v1/feed", Pool::reads, api::feed,
         "Records of a unit and below, in the order in which they were taken, after a cursor.", "session", "", "FeedPage",
         {"!unit", "priority", "after", "limit"}},
        {"GET", "/v1/mine", Pool::reads, api::mine, "How the records of a device stand, by system. The device signs the question.", "device", "",
         "Answer"},
        {"POST", "/v1/query/{name}", Pool::reads, api::query, "Asks a question of a system. Public ones need no session.",
         "everyone", "QueryArguments", "Answer"},
        {"POST", "/v1/sessions", Pool::writes, api::sign_in, "Signs an official in.", "everyone", "Credentials", "Session", {}, 201},
        {"GET", "/v1/sessions/me", Pool::reads, api::session, "Who is signed in, and with which grants.", "session", "", "Session"},
        {"DELETE", "/v1/sessions/me", Pool::writes, api::sign_out, "Signs out.", "session", "", "", {}, 204},
        {"POST", "/v1/sessions/me/password", Pool::writes, api::change_password,
         "Changes the password and ends the user's other sessions.", "session", "PasswordChange", "Session"},
        {"POST", "/v1/phone/challenge", Pool::gateway, api::phone_challenge, "Sends a code of six digits to a telephone.", "everyone",
         "PhoneChallenge", "PhoneChallengeAnswer", {}, 202},
        {"POST", "/v1/phone/confirm", Pool::writes, api::phone_confirm, "Confirms a telephone with its code.", "everyone",
         "PhoneConfirmation", "State"},
    };
    return all;
}

const Route* find_route(Request& request, std::string& allowed) {
    allowed.clear();
    for (const Route& route : routes()) {
        std::map<std::string, std::string> parts;
        if (!fits_template(route.path, request.path, parts)) continue;
        if (route.method == request.method || (request.method == "HEAD" && route.method == "GET")) {
            request.parts = std::move(parts);
            return &route;
        }
        allowed += (allowed.empty() ? "" : ", ") + std::string(route.method) + (route.method == "GET" ? ", HEAD" : "");
    }
    return nullptr;
}

}  // namespace lachan::server
