#include "api/route.h"

namespace lachan::server::api {

Reply health(Service&, Engine&, const Request&) { return json_reply(200, {{"state", "up"}}); }

Reply ready(Service& service, Engine& database, const Request&) {
    if (service.stopping) return json_reply(503, {{"state", "stopping"}});
    const auto asked = database.read("SELECT count(*) FROM server_setting", {}, [](const Row&) { return Next::stop; });
    // A connection that broke while idle is mended by the next begin, so that the second look finds it well.
    if (!asked && database.begin()) database.rollback();
    const bool well = asked || database.read("SELECT count(*) FROM server_setting", {}, [](const Row&) { return Next::stop; });
    // Anybody may ask, so a flush that failed is remembered here, and none is made.
    if (well && service.batches && !service.batches->journal->check()) return json_reply(503, {{"state", "no disk"}});
    return json_reply(well ? 200 : 503, {{"state", well ? "ready" : "no database"}});
}

Reply time(Service&, Engine&, const Request& request) { return json_reply(200, {{"now", request.now.ms}}); }

Reply map(Service& service, Engine&, const Request&) {
    const auto& tiles = service.options.tiles;
    if (!tiles) return json_reply(200, {{"tiles", nullptr}});
    return json_reply(200, {{"tiles", {{"url", tiles->url}, {"attribution", tiles->attribution}, {"maxZoom", tiles->max_zoom}, {"on", tiles->is_on}}}});
}

Reply keys(Service&, Engine& database, const Request&) {
    Json list = Json::array();
    const auto read = database.read(
        "SELECT k.id, k.public_key, k.from_at, e.by_id, e.signature FROM server_key k LEFT JOIN server_key_endorsement e "
        "ON e.key_id = k.id ORDER BY k.from_at, k.id, e.by_id",
        {}, [&](const Row& row) {
            if (list.empty() || list.back()["id"] != row.text(0)) {
                list.push_back({{"id", row.text(0)}, {"spki", row.text(1)}, {"algorithm", "ES256"}, {"from", row.integer(2)},
                                {"endorsements", Json::array()}});
            }
            if (!row.is_null(3)) list.back()["endorsements"].push_back({{"by", row.text(3)}, {"signature", row.text(4)}});
            return Next::row;
        });
    if (!read) return refuse(read.error());
    return json_reply(200, {{"keys", std::move(list)}});
}

Reply openapi(Service& service, Engine&, const Request&) {
    if (service.openapi.empty()) return error_reply(Error{Errc::not_found, "openapi.missing", "the build made no document"});
    Reply reply;
    reply.body = service.openapi;
    reply.headers = {{"Cache-Control", "no-cache"}};
    return reply;
}

}  // namespace lachan::server::api
