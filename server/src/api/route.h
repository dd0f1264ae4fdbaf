#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "service.h"

namespace lachan::server {

/// Which workers run a route: those that may wait for the writer, those that only read and so never do, or the few that wait for
/// the SMS gateway, so that a slow one holds up nobody but those who want a message. `none`: it needs no database and no time, and
/// is answered on the spot, also while the database is away or every worker is busy.
enum class Pool { none, reads, writes, gateway };

/// One row of the API: what the transport needs to call it and the document to describe it.
struct Route {
    std::string_view method;
    std::string_view path;     ///< "/v1/query/{name}"
    Pool pool;
    Reply (*run)(Service&, Engine&, const Request&);
    std::string_view summary;  ///< for docs and openapi.json
    std::string_view access;   ///< "everyone", "session", "device"
    std::string_view body;     ///< name of the schema of the request's body, ""
    std::string_view answer;   ///< name of the schema of the answer, ""
    std::vector<std::string_view> query = {};  ///< names of query arguments, "!" before those that must be there
    int status = 200;          ///< of success
};

/// The whole API, in the order of the document.
std::span<const Route> routes();

/// The route of a request, its {parts} filled in. nullptr: none; `allowed` then has the methods of the path, "" when there is no such path.
const Route* find_route(Request& request, std::string& allowed);

namespace api {
Reply health(Service&, Engine&, const Request&);
Reply ready(Service&, Engine&, const Request&);
Reply time(Service&, Engine&, const Request&);
Reply map(Service&, Engine&, const Request&);
Reply keys(Service&, Engine&, const Request&);
Reply openapi(Service&, Engine&, const Request&);
Reply post_records(Service&, Engine&, const Request&);
Reply feed(Service&, Engine&, const Request&);
Reply mine(Service&, Engine&, const Request&);
Reply query(Service&, Engine&, const Request&);
Reply sign_in(Service&, Engine&, const Request&);
Reply session(Service&, Engine&, const Request&);
Reply sign_out(Service&, Engine&, const Request&);
Reply change_password(Service&, Engine&, const Request&);
Reply phone_challenge(Service&, Engine&, const Request&);
Reply phone_confirm(Service&, Engine&, const Request&);
}  // namespace api
}  // namespace lachan::server
