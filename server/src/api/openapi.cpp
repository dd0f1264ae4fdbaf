#include "api/openapi.h"

#include "api/route.h"
#include "systems.h"

namespace lachan::server {
namespace {

Json reference(std::string_view schema) { return {{"$ref", "#/components/schemas/" + std::string(schema)}}; }
Json text() { return {{"type", "string"}}; }
Json integer() { return {{"type", "integer"}, {"format", "int64"}}; }
Json milliseconds() { return {{"type", "integer"}, {"format", "int64"}, {"description", "ms since 1970-01-01T00:00:00Z"}}; }
Json base64url() { return {{"type", "string"}, {"pattern", "^[A-Za-z0-9_-]+$"}}; }
Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
Json object(Json properties, std::vector<std::string> required) {
    return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}, {"additionalProperties", false}};
}

Json schema_of(const FieldList& list);

Json schema_of(const FieldSpec& spec) {
    Json schema;
    switch (spec.type) {
        case FieldType::text: schema = text(); break;
        case FieldType::integer: schema = integer(); break;
        case FieldType::boolean: schema = {{"type", "boolean"}}; break;
        case FieldType::choice: schema = {{"type", "string"}, {"enum", spec.choice_list}}; break;
        case FieldType::day: schema = {{"type", "string"}, {"format", "date"}}; break;
        case FieldType::unit: schema = {{"type", "string"}, {"pattern", "^(VN|[0-9]{2}|[0-9]{3}|[0-9]{5})$"}}; break;
        case FieldType::country: schema = {{"type", "string"}, {"pattern", "^[A-Z]{3}$"}}; break;
        case FieldType::list: schema = list_of(schema_of(*spec.items)); break;
    }
    const bool counted = spec.type == FieldType::text || spec.type == FieldType::list;
    const char* const low = spec.type == FieldType::integer ? "minimum" : spec.type == FieldType::list ? "minItems" : "minLength";
    const char* const high = spec.type == FieldType::integer ? "maximum" : spec.type == FieldType::list ? "maxItems" : "maxLength";
    if (counted || spec.type == FieldType::integer) {
        if (spec.min != INT64_MIN) schema[low] = spec.min;
        if (spec.max != INT64_MAX) schema[high] = spec.max;
    }
    if (!spec.rule_id.empty()) schema["x-rule"] = spec.rule_id;
    if (!spec.when_field.empty()) schema["x-when"] = {{"field", spec.when_field}, {"is", spec.when_value}};
    return schema;
}

Json schema_of(const FieldList& list) {
    Json properties = Json::object();
    std::vector<std::string> required;
    for (const FieldSpec& spec : list.fields) {
        properties[std::string(spec.name)] = schema_of(spec);
        // A field that applies only sometimes can be left out, whatever it says of itself.
        if (spec.is_required && spec.when_field.empty()) required.emplace_back(spec.name);
    }
    return object(std::move(properties), std::move(required));
}

std::string body_name(const System& system, const RecordKind& kind, int version) {
    return std::string(system.name()) + '.' + std::string(kind.name) + ".v" + std::to_string(version);
}

/// The parts of the protocol that no field list describes.
Json protocol_schemas() {
    const Json violation = object({{"field", text()}, {"rule", text()}, {"params", Json::object()}}, {"field", "rule"});
    const Json grant = object({{"role", text()}, {"unit", text()}, {"unitName", text()}, {"until", milliseconds()}},
                              {"role", "unit", "unitName"});
    const Json head = object({{"root", base64url()}, {"size", integer()}, {"signedAt", milliseconds()}, {"key", base64url()}},
                             {"root", "size", "signedAt", "key"});
    const Json outcome = {{"type", "string"}, {"enum", {"accepted", "duplicate", "rejected"}}};
    const Json spoken_for = object({{"by", base64url()}, {"signature", base64url()}}, {"by", "signature"});
    Json schemas;
    schemas["Error"] = object({{"error", object({{"code", text()}, {"rule", text()}, {"detail", text()}}, {"code", "rule", "detail"})},
                               {"violations", list_of(violation)},
                               {"work", object({{"prefix", text()}, {"bits", integer()}}, {"prefix", "bits"})},
                               {"room", integer()}},
                              {"error"});
    schemas["Violation"] = violation;
    schemas["State"] = object({{"state", text()}}, {"state"});
    schemas["Time"] = object({{"now", milliseconds()}}, {"now"});
    const Json tiles = object({{"url", text()}, {"attribution", text()}, {"maxZoom", integer()}, {"on", {{"type", "boolean"}}}},
                              {"url", "attribution", "maxZoom", "on"});
    schemas["MapSettings"] = object({{"tiles", {{"oneOf", {tiles, {{"type", "null"}}}}}}}, {"tiles"});
    schemas["Keys"] = object({{"keys", list_of(object({{"id", base64url()}, {"spki", base64url()}, {"algorithm", {{"const", "ES256"}}},
                                                        {"from", milliseconds()}, {"endorsements", list_of(spoken_for)}},
                                                       {"id", "spki", "algorithm", "from", "endorsements"}))}},
                             {"keys"});
    schemas["Receipt"] = object({{"body", object({{"id", text()}, {"hash", base64url()}, {"receivedAt", milliseconds()}, {"outcome", outcome}},
                                                 {"id", "hash", "receivedAt", "outcome"})},
                                 {"index", integer()}, {"path", list_of(base64url())}, {"head", head}, {"signature", base64url()}},
                                {"body", "index", "path", "head", "signature"});
    schemas["RecordBatch"] =
        object({{"device", object({{"id", base64url()}, {"publicKey", base64url()}}, {"id", "publicKey"})},
                {"records", {{"type", "array"}, {"minItems", 1}, {"maxItems", 500},
                             {"items", object({{"record", reference("Record")}, {"signature", base64url()}}, {"record", "signature"})}}},
                {"work", object({{"nonce", text()}}, {"nonce"})}},
               {"device", "records"});
    schemas["RecordAnswers"] =
        object({{"now", milliseconds()},
                {"answers", list_of(object({{"id", text()}, {"outcome", outcome}, {"hash", base64url()}, {"rule", text()},
                                            {"violations", list_of(reference("Violation"))}, {"receipt", reference("Receipt")}},
                                           {"id", "outcome"}))}},
               {"now", "answers"});
    schemas["FeedPage"] =
        object({{"records", list_of(object({{"record", {{"oneOf", {reference("Record"), {{"type", "null"}}}}}}, {"id", text()},
                                            {"hash", base64url()}, {"signature", base64url()}, {"seq", integer()},
                                            {"receivedAt", milliseconds()}, {"erased", {{"type", "boolean"}}}},
                                           {"record", "id", "hash", "seq", "receivedAt"}))},
                {"last", integer()}, {"more", {{"type", "boolean"}}}},
               {"records", "last", "more"});
    schemas["Answer"] = object({{"answer", Json::object()}, {"account", text()}}, {"answer"});
    schemas["Credentials"] = object({{"user", text()}, {"password", text()}}, {"user", "password"});
    schemas["PasswordChange"] = object({{"old", text()}, {"new", text()}}, {"old", "new"});
    schemas["Session"] = object({{"user", text()}, {"grants", list_of(grant)}, {"expiresAt", milliseconds()}, {"mustChange", {{"type", "boolean"}}}},
                                {"user", "grants", "expiresAt", "mustChange"});
    schemas["PhoneChallenge"] = object({{"phone", text()}, {"device", base64url()}}, {"phone", "device"});
    schemas["PhoneChallengeAnswer"] = object({{"expiresAt", milliseconds()}, {"demoCode", text()}}, {"expiresAt"});
    schemas["PhoneConfirmation"] = object({{"phone", text()}, {"device", base64url()}, {"code", {{"type", "string"}, {"pattern", "^[0-9]{6}$"}}}},
                                          {"phone", "device", "code"});
    return schemas;
}

/// The envelope, with a body of any kind; anyOf, since some bodies (a withdrawal without a reason, a confirmation) look alike.
Json record_schema(const Json& bodies) {
    return object({{"id", text()}, {"system", text()}, {"kind", text()}, {"version", integer()}, {"unit", text()}, {"author", text()},
                   {"device", base64url()}, {"madeAt", milliseconds()}, {"supersedes", text()}, {"previous", base64url()},
                   {"salt", base64url()}, {"body", {{"anyOf", bodies}}}},
                  {"id", "system", "kind", "version", "unit", "device", "madeAt", "salt", "body"});
}

Json json_content(std::string_view schema) { return {{"application/json", {{"schema", reference(schema)}}}}; }

Json operation_of(const Route& route) {
    Json operation{{"summary", route.summary}, {"responses", Json::object()}};
    Json& responses = operation["responses"];
    Json good{{"description", route.summary}};
    if (!route.answer.empty()) good["content"] = json_content(route.answer);
    responses[std::to_string(route.status)] = std::move(good);
    responses["default"] = {{"description", "What went wrong: code, rule and detail; status by kind."}, {"content", json_content("Error")}};
    if (!route.body.empty()) operation["requestBody"] = {{"required", true}, {"content", json_content(route.body)}};
    Json parameters = Json::array();
    for (std::string_view name : route.query) {
        const bool required = name.front() == '!';
        if (required) name.remove_prefix(1);
        parameters.push_back({{"name", name}, {"in", "query"}, {"required", required}, {"schema", name == "unit" ? text() : integer()}});
    }
    if (const std::size_t brace = route.path.find('{'); brace != std::string_view::npos) {
        const std::string_view name = route.path.substr(brace + 1, route.path.find('}') - brace - 1);
        parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", text()}});
    }
    if (route.access == "session" && route.method != "GET") {
        parameters.push_back({{"name", "X-Lachan"}, {"in", "header"}, {"required", true}, {"schema", {{"const", "1"}}}});
    }
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (route.access == "session") operation["security"] = Json::array({{{"session", Json::array()}}});
    if (route.access == "device") operation["security"] = Json::array({{{"device", Json::array()}}});
    return operation;
}

}  // namespace

Json openapi_document() {
    Json schemas = protocol_schemas();
    Json bodies = Json::array();
    Json arguments = Json::array();
    Json questions = Json::array();
    for (const System* system : systems()) {
        for (const RecordKind& kind : system->kinds()) {
            for (int version = 1; version <= kind.version; ++version) {
                const FieldList* fields = kind.fields(version);
                if (!fields) continue;
                const std::string name = body_name(*system, kind, version);
                schemas[name] = schema_of(*fields);
                bodies.push_back(reference(name));
            }
        }
        for (const Query& query : system->queries()) {
            const std::string name = "query." + std::string(query.name);
            schemas[name] = schema_of(query.arguments());
            arguments.push_back(reference(name));
            questions.push_back({{"name", query.name}, {"arguments", reference(name)}, {"area", name_of(query.area)},
                                 {"least", name_of(query.least)}, {"public", query.least == Sight::none}});
        }
    }
    schemas["Record"] = record_schema(bodies);
    schemas["QueryArguments"] = arguments.empty() ? Json{{"type", "object"}} : Json{{"anyOf", std::move(arguments)}};

    Json paths = Json::object();
    for (const Route& route : routes()) {
        std::string method(route.method);
        for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
        paths[std::string(route.path)][method] = operation_of(route);
    }
    return {{"openapi", "3.1.0"},
            {"info", {{"title", "Lá Chắn"}, {"version", "1"},
                      {"description", "Epidemic response: records, feeds, questions. Times are milliseconds of UTC. Every answer that is no "
                                      "success has the schema Error; 429 comes with Retry-After."}}},
            {"paths", std::move(paths)},
            {"components", {{"schemas", std::move(schemas)},
                            {"securitySchemes",
                             {{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "lachan_session"}}},
                              {"device", {{"type", "apiKey"}, {"in", "header"}, {"name", "Authorization"},
                                          {"description", "Device <id>.<ms>.<base64url of ES256 over \"GET /v1/mine <ms>\">"}}}}}}},
            {"x-queries", std::move(questions)}};
}

}  // namespace lachan::server
