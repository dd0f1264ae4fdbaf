#include <algorithm>

#include "api/route.h"
#include "http/head.h"
#include "kernel/text.h"
#include "prove.h"

namespace lachan::server::api {
namespace {

constexpr std::int64_t kMostRows = 2'000;
/// A signed question of a device counts for this long, either way: devices' clocks are wrong.
constexpr std::int64_t kQuestionMs = 10 * 60'000;

/// Whether `unit` has to do with a grant: below it, or above it (a commune also pulls what holds for its province).
bool concerns(const Session& session, std::string_view unit, const Units& units, Day day) {
    return std::any_of(session.grants.begin(), session.grants.end(), [&](const Grant& grant) {
        return units.covers(grant.unit, unit, day) || units.covers(unit, grant.unit, day);
    });
}

/// `personal` becomes whether the record is about a person: numbers of the risk map are nobody's.
bool may_have(const Actor& actor, const StoredRecord& stored, const Units& units, Instant now, bool& personal) {
    const System* system = find_system(stored.record.system);
    const RecordKind* kind = system ? find_kind(*system, stored.record.kind) : nullptr;
    if (!kind) return false;
    personal = kind->area != Area::risk_map;
    return system->may_pull(actor, stored.record, kind->area, units, now);
}

Result<Scope> scope_of_unit(std::string_view unit, const Units& units, Day day) {
    if (unit == kNation) return Scope{std::string(kNation), "", ""};
    const std::string path = units.path(unit, day);
    if (path.empty()) return Error{Errc::not_found, "request.unit", "no such unit"};
    Scope scope;
    std::size_t begin = 0;
    while (begin < path.size()) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string code = path.substr(begin, end - begin);
        (code.size() == 2 ? scope.province : code.size() == 3 ? scope.district : scope.ward) = code;
        begin = end + 1;
    }
    return scope;
}

Result<Reply> try_feed(Service& service, Engine& database, const Request& request) {
    const Session session = TRY(required_session(service, database, request));
    const std::string unit(request.argument("unit"));
    const auto priority = TRY(request.integer("priority", 1, 0, 3));
    const auto after = TRY(request.integer("after", 0, 0, INT64_MAX));
    const auto limit = TRY(request.integer("limit", 500, 1, kMostRows));
    const Day today = day_in_vietnam(request.now);
    const Scope scope = TRY(scope_of_unit(unit, service.units, today));
    if (!concerns(session, unit, service.units, today)) {
        return Error{Errc::forbidden, "access.jurisdiction", "the unit is outside every grant"};
    }
    const auto page = TRY(RecordLog(database).feed(scope, static_cast<int>(priority), after, static_cast<int>(limit)));
    TRY(flush_batches(service));
    const Actor actor = actor_of(session);
    Json records = Json::array();
    std::int64_t read = 0;
    for (const StoredRecord& stored : page.records) {
        Json one{{"id", stored.record.id}, {"hash", stored.hash}, {"seq", stored.seq}, {"receivedAt", stored.received_at.ms}};
        if (stored.bytes.empty()) {
            one["record"] = nullptr;
            one["erased"] = true;
        } else {
            bool personal = true;
            if (!may_have(actor, stored, service.units, request.now, personal)) continue;
            one["record"] = write_envelope(stored.record);
            one["signature"] = stored.signature;
            if (personal) ++read;
        }
        records.push_back(std::move(one));
    }
    if (read > 0) TRY(audit_read(service, database, session, request, "feed", unit, read));
    return json_reply(200, {{"records", std::move(records)}, {"last", page.last}, {"more", page.more}});
}

/// Rows of an answer, for the audit: the longest list in it, or the answer itself.
std::int64_t rows_of(const Json& answer) {
    if (answer.is_array()) return static_cast<std::int64_t>(answer.size());
    std::size_t most = answer.is_null() ? 0 : 1;
    if (answer.is_object()) {
        for (const auto& [key, value] : answer.items()) {
            if (value.is_array()) most = std::max(most, value.size());
        }
    }
    return static_cast<std::int64_t>(most);
}

/// Whether the asker was let see people in the unit asked about. A question for numbers counts too when its asker might have seen
/// more: the book of reads rather holds a line too many.
bool shows_people(const Context& context, const Query& query, const Json& arguments) {
    if (query.least == Sight::none || query.area == Area::risk_map) return false;
    const std::string_view asked = text_at(arguments, "unit");
    const std::string_view unit = asked.empty() ? kNation : asked;
    return std::max(query.least, sight_of(context.actor, Verb::read, query.area, unit, context.units, context.now)) > Sight::counts;
}

Result<Reply> try_query(Service& service, Engine& database, const Request& request) {
    const auto session = TRY(session_of(service, database, request));
    const Json arguments = TRY(request.json(64 * 1024));
    const std::string& name = request.parts.at("name");
    Context context{database, service.units, request.now, Side::server, actor_of(session), {}};
    auto answer = ask(context, name, arguments);
    if (!answer) return refuse(answer.error(), session.has_value());
    if (session && shows_people(context, *find_query(name), arguments)) {
        TRY(audit_read(service, database, *session, request, name, text_at(arguments, "unit"), rows_of(*answer)));
    }
    Json reply{{"answer", std::move(*answer)}};
    // A device that keeps answers must know whom this one was for: its own idea of who is signed in may be behind.
    if (session) reply["account"] = session->user;
    return json_reply(200, reply);
}

/// The key of a device, "" when it never sent anything. Its table is kept by province, so each is looked into by its key: a question
/// that anybody may ask must not walk through all devices of the nation.
Result<std::string> key_of_device(Engine& database, std::string_view id) {
    // What was made for no province is the nation's.
    static const std::string sql = "SELECT public_key FROM kernel_device WHERE province IN ('VN', " + all_provinces().substr(1) + " AND id = ?1 LIMIT 1";
    std::string key;
    TRY(database.read(sql, {id}, [&](const Row& row) {
        key = row.text(0);
        return Next::stop;
    }));
    return key;
}

/// The device that signed "GET /v1/mine <ms>": `Authorization: Device <id>.<ms>.<signature>`.
Result<std::string> asking_device(Engine& database, const Request& request) {
    const Error wrong{Errc::forbidden, "device.authorization", "expected Device <id>.<ms>.<signature>"};
    const auto question = device_question_in(request.header("authorization"));
    if (!question) return wrong;
    if (std::abs(std::stoll(question->ms) - request.now.ms) > kQuestionMs) {
        return Error{Errc::forbidden, "device.clock", "the time of the question is too far from the server's"};
    }
    const std::string key = TRY(key_of_device(database, question->device));
    // A device that never sent anything has nothing here; so says the same answer as for a wrong signature.
    certificate::SignatureCheck check;
    if (auto spki = from_base64url(key)) check.spki = std::move(*spki);
    const std::string text_signed = "GET /v1/mine " + question->ms;
    const auto bytes = bytes_of(text_signed);
    check.signed_bytes.assign(bytes.begin(), bytes.end());
    check.signature = question->signature;
    if (key.empty() || Prover().prove(check) != certificate::Answer::valid) {
        return Error{Errc::forbidden, "device.signature", "unknown device or wrong signature"};
    }
    return question->device;
}

/// Every system's question `<system>.mine`, by the name of the system: what it is called does not depend on which others there are.
Result<Json> ask_mine(Context& context) {
    Json answers = Json::object();
    for (const System* system : systems()) {
        const std::string name = std::string(system->name()) + ".mine";
        if (!find_query(name)) continue;
        answers[std::string(system->name())] = TRY(ask(context, name, {{"device", context.actor.device}}));
    }
    if (answers.empty()) return Error{Errc::not_found, "query.unknown", "no system keeps records of devices"};
    return answers;
}

Result<Reply> try_mine(Service& service, Engine& database, const Request& request) {
    auto device = asking_device(database, request);
    if (!device) return refuse(device.error(), false);
    Context context{database, service.units, request.now, Side::server, actor_of(std::nullopt, *device), {}};
    return json_reply(200, {{"answer", TRY(ask_mine(context))}});
}

Reply settle(Result<Reply> reply) { return reply ? std::move(*reply) : refuse(reply.error()); }

}  // namespace

Reply feed(Service& service, Engine& database, const Request& request) { return settle(try_feed(service, database, request)); }
Reply query(Service& service, Engine& database, const Request& request) { return settle(try_query(service, database, request)); }
Reply mine(Service& service, Engine& database, const Request& request) { return settle(try_mine(service, database, request)); }

}  // namespace lachan::server::api
