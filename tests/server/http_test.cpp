#include <thread>

#include "api/route.h"
#include "server/server_process.h"

namespace lachan {
namespace {

using testing::Answer;
using testing::Headers;
using testing::ServerProcess;
using testing::Wire;

class Http : public ::testing::Test {
protected:
    // Starting a server takes longer than all these questions together: they share one.
    static void SetUpTestSuite() { server_ = std::make_unique<ServerProcess>(std::vector<std::string>{"--request-seconds", "2"}); }
    static void TearDownTestSuite() { server_.reset(); }
    static std::unique_ptr<ServerProcess> server_;
};
std::unique_ptr<ServerProcess> Http::server_;

TEST_F(Http, health_and_readiness) {
    EXPECT_EQ(server_->get("/healthz").status, 200);
    EXPECT_EQ(server_->get("/readyz").json()["state"], "ready");
    const auto now = server_->get("/v1/time").json()["now"].get<std::int64_t>();
    EXPECT_LT(std::abs(now - server::system_now().ms), 5'000);
}

TEST_F(Http, the_page_and_its_known_addresses) {
    EXPECT_EQ(server_->get("/").status, 200);
    EXPECT_EQ(server_->get("/khai-bao").body, server_->get("/").body);
    EXPECT_EQ(server_->get("/ban-do/").status, 200);
    const Answer lost = server_->get("/no-such-page", {{"Accept", "text/html"}});
    EXPECT_EQ(lost.status, 404);
    EXPECT_EQ(lost.body, server_->get("/").body) << "the page itself says that there is nothing";
    EXPECT_EQ(server_->get("/no-such-file.js", {{"Accept", "text/html"}}).rule(), "http.path");
    EXPECT_EQ(server_->get("/v1/nothing", {{"Accept", "text/html"}}).rule(), "http.path");
}

TEST_F(Http, a_packed_file_of_the_page_is_sent_although_the_assets_have_its_name) {
    for (int i = 0; i < ServerProcess::kDoubles; ++i) {
        const std::string path = "/assets/both-" + std::to_string(i) + ".json";
        EXPECT_EQ(server_->get(path, {{"Accept-Encoding", "br"}}).body, "packed") << path;
    }
}

TEST_F(Http, packed_files_and_etags) {
    const Answer packed = server_->get("/", {{"Accept-Encoding", "gzip, br"}});
    EXPECT_EQ(packed.headers.at("content-encoding"), "br");
    EXPECT_EQ(packed.body, "brotli bytes");
    EXPECT_EQ(server_->get("/", {{"Accept-Encoding", "gzip, br;q=0"}}).body, "gzip bytes");
    EXPECT_EQ(packed.headers.at("vary"), "Accept-Encoding");
    EXPECT_EQ(packed.headers.at("cache-control"), "no-cache");
    const Answer same = server_->get("/", {{"Accept-Encoding", "br"}, {"If-None-Match", packed.headers.at("etag")}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(server_->get("/", {{"If-None-Match", packed.headers.at("etag")}}).status, 200) << "another coding, another tag";
    const Answer hashed = server_->get("/static/main-A1b2C3d4.js");
    EXPECT_EQ(hashed.headers.at("cache-control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(hashed.headers.at("content-type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(server_->get("/assets/data.json").headers.at("cache-control"), "no-cache");
    EXPECT_EQ(server_->get("/static/pack-08434356.json").headers.at("cache-control"), "public, max-age=31536000, immutable") << "a hash of digits alone";
    EXPECT_EQ(server_->get("/assets/day-20210801.json").headers.at("cache-control"), "no-cache") << "a date is no hash";
    const Answer head = server_->ask("HEAD", "/static/main-A1b2C3d4.js");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), "10");
}

TEST_F(Http, no_name_leaves_the_folder) {
    for (const char* name : {"/../keys/receipt-key.pem", "/%2e%2e/keys/receipt-key.pem", "/..%2fkeys%2freceipt-key.pem", "/assets/../../test.db",
                             "//etc/passwd", "/.", "/test.db"}) {
        const Answer answer = server_->get(name);
        EXPECT_TRUE(answer.status == 404 || answer.status == 400) << name << ' ' << answer.status;
        EXPECT_EQ(answer.body.find("PRIVATE"), std::string::npos);
    }
}

TEST_F(Http, every_answer_carries_the_security_headers) {
    for (const char* target : {"/", "/v1/time", "/v1/nothing", "/assets/data.json"}) {
        const Answer answer = server_->get(target);
        EXPECT_NE(answer.headers.at("content-security-policy").find("frame-ancestors 'none'"), std::string::npos) << target;
        EXPECT_NE(answer.headers.at("content-security-policy").find("script-src 'self' 'wasm-unsafe-eval';"), std::string::npos);
        EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
        EXPECT_EQ(answer.headers.at("referrer-policy"), "no-referrer");
        EXPECT_NE(answer.headers.at("permissions-policy").find("camera=(self), geolocation=(self)"), std::string::npos);
        EXPECT_FALSE(answer.headers.at("x-request-id").empty());
    }
    EXPECT_EQ(server_->get("/v1/time").headers.at("cache-control"), "no-store");
}

TEST_F(Http, wrong_methods_and_addresses) {
    for (const auto& [method, path, allowed] : {std::tuple{"DELETE", "/v1/time", "GET, HEAD"}, {"PUT", "/", "GET, HEAD"},
                                                {"PUT", "/v1/sessions/me", "GET, HEAD, DELETE"}, {"GET", "/v1/records", "POST"}}) {
        const Answer answer = server_->ask(method, path);
        EXPECT_EQ(answer.status, 405) << path;
        EXPECT_EQ(answer.headers.at("allow"), allowed) << path;
    }
    EXPECT_EQ(server_->get("/v1/time?a=%zz").rule(), "http.url");
    EXPECT_EQ(server_->get("/v1/time?a=%ff").rule(), "http.url");
    EXPECT_EQ(server_->get("/v1/time?a=1&a=2").rule(), "http.url");
    EXPECT_EQ(server_->get("/%00").status, 400);
}

TEST_F(Http, hostile_bodies_are_refused_by_rule) {
    struct Row {
        const char* name;
        std::string body;
        const char* rule;
    };
    const Row rows[] = {{"nothing", "", "json.syntax"},
                        {"no JSON", "{", "json.syntax"},
                        {"twice a key", R"({"a":1,"a":2})", "json.duplicate_key"},
                        {"a float", R"({"records":1.5})", "json.number"},
                        {"a huge number", R"({"records":99999999999999999999})", "json.number"},
                        {"no UTF-8", "{\"a\":\"\xff\xfe\"}", "json.utf8"},
                        {"a half surrogate", "{\"a\":\"\xed\xa0\x80\"}", "json.utf8"},
                        {"overlong", "{\"a\":\"\xc0\xaf\"}", "json.utf8"},
                        {"deep", std::string(1'000, '[') + std::string(1'000, ']'), "json.depth"},
                        {"a list", "[]", "json.object"},
                        {"unknown key", R"({"x":1})", "request.unknown"},
                        {"no device", R"({"records":[]})", "request.device"}};
    for (const Row& row : rows) {
        const Answer answer = server_->post("/v1/records", row.body);
        EXPECT_EQ(answer.status, 400) << row.name;
        EXPECT_EQ(answer.rule(), row.rule) << row.name << ": " << answer.body;
    }
    EXPECT_EQ(server_->ask("POST", "/v1/records", {{"Content-Type", "text/plain"}}, "{}").rule(), "http.content_type");
    EXPECT_EQ(server_->ask("POST", "/v1/records", {{"Content-Type", "application/x-www-form-urlencoded"}}, "a=b").status, 400);
}

TEST_F(Http, a_body_that_cannot_be_taken_is_told_with_its_place) {
    const auto detail = [](const Answer& answer) { return answer.json()["error"]["detail"].get<std::string>(); };
    EXPECT_EQ(detail(server_->post("/v1/records", std::string("{\"records\":\n [1,]}"))), "cannot be read at line 2, column 5");
    const std::string key = to_base64url(Bytes(91, 1));
    const Json device{{"id", to_base64url(sha256(Bytes(91, 1)))}, {"publicKey", key}};
    struct Row {
        Json second;
        const char* detail;
    };
    const Json good{{"record", Json::object()}, {"signature", "AA"}};
    const Row rows[] = {{1, "records[1]: expected {record, signature}"},
                        {{{"record", Json::object()}, {"signature", "AA"}, {"more", 1}}, "records[1]: expected {record, signature}"},
                        {{{"record", Json::object()}, {"signature", 1}}, "records[1].signature: expected a signature in base64url"},
                        {{{"record", "a"}, {"signature", "AA"}}, "records[1].record: expected an object"}};
    for (const Row& row : rows) {
        const Answer answer = server_->post("/v1/records", Json{{"device", device}, {"records", Json::array({good, row.second})}}.dump());
        EXPECT_EQ(answer.status, 400);
        EXPECT_EQ(answer.rule(), "request.records");
        EXPECT_EQ(detail(answer), row.detail);
    }
}

TEST_F(Http, bodies_and_heads_have_a_limit) {
    const Answer large = server_->post("/v1/records", std::string(2 * 1024 * 1024 + 1, ' '));
    EXPECT_EQ(large.status, 413);
    EXPECT_EQ(large.rule(), "http.body");
    {
        Wire wire(server_->port());
        wire.say("POST /v1/records HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n");
        wire.say(std::string(12 * 1024 * 1024, ' '));
        EXPECT_NE(wire.hear(false, 5'000).status, 200) << "cut, or refused; never read to its end";
    }
    {
        Wire wire(server_->port());
        wire.say("GET /v1/time HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(100'000, 'x') + "\r\n\r\n");
        EXPECT_NE(wire.hear(false, 5'000).status, 200);
    }
    {
        Wire wire(server_->port());
        wire.say("GET /" + std::string(10'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_NE(wire.hear(false, 5'000).status, 200);
    }
    EXPECT_EQ(server_->get("/healthz").status, 200) << "and goes on";
}

TEST_F(Http, a_request_that_never_ends_is_cut) {
    Wire head(server_->port());
    head.say("GET /v1/time HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    Wire body(server_->port());
    body.say("POST /v1/records HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
    std::thread drip([&] {
        for (int i = 0; i < 12; ++i) {
            head.say("x");
            body.say(" ");
            std::this_thread::sleep_for(std::chrono::milliseconds(250));
        }
    });
    drip.join();
    EXPECT_TRUE(head.closed_within(2'000)) << "a byte now and then does not keep it open";
    EXPECT_TRUE(body.closed_within(2'000));
}

TEST_F(Http, garbage_is_no_reason_to_fall) {
    for (const std::string& text : {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string("GET / HTTP/9.9\r\n\r\n"),
                                    std::string(5'000, '\0'), std::string("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
                                    std::string("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello")}) {
        Wire wire(server_->port());
        wire.say(text);
        (void)wire.closed_within(300);
    }
    EXPECT_EQ(server_->get("/healthz").status, 200);
}

TEST_F(Http, the_document_names_every_route_and_every_kind) {
    const Json document = server_->get("/v1/openapi.json").json();
    ASSERT_EQ(document["openapi"], "3.1.0");
    for (const server::Route& route : server::routes()) {
        std::string method(route.method);
        for (char& c : method) c = static_cast<char>(std::tolower(c));
        ASSERT_TRUE(document["paths"].contains(std::string(route.path))) << route.path;
        const Json& operation = document["paths"][std::string(route.path)][method];
        EXPECT_FALSE(text_at(operation, "summary").empty()) << route.path;
        EXPECT_TRUE(operation["responses"].contains(std::to_string(route.status))) << route.path;
        EXPECT_TRUE(operation["responses"].contains("default")) << route.path;
    }
    const Json& schemas = document["components"]["schemas"];
    for (const System* system : systems()) {
        for (const RecordKind& kind : system->kinds()) {
            const std::string name = std::string(system->name()) + '.' + std::string(kind.name) + ".v" + std::to_string(kind.version);
            ASSERT_TRUE(schemas.contains(name)) << name;
            for (const FieldSpec& field : kind.fields(kind.version)->fields) {
                EXPECT_TRUE(schemas[name]["properties"].contains(std::string(field.name))) << name << '.' << field.name;
            }
        }
        for (const Query& query : system->queries()) EXPECT_TRUE(schemas.contains("query." + std::string(query.name))) << query.name;
    }
    // No reference leads nowhere.
    const std::string text = canonical(document);
    const std::string mark = "\"#/components/schemas/";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        const std::string name = text.substr(begin, text.find('"', begin) - begin);
        EXPECT_TRUE(schemas.contains(name)) << name;
    }
}

TEST(http_process, stopping_finishes_what_was_asked_and_takes_nothing_new) {
    ServerProcess server;
    Wire idle(server.port());
    EXPECT_EQ((idle.say(testing::request_text("GET", "/healthz", {}, "")), idle.hear()).status, 200);
    testing::Device device;
    std::vector<Record> records;
    for (int i = 0; i < 60; ++i) records.push_back(device.record());
    Wire wire(server.port());
    wire.say(testing::request_text("POST", "/v1/records", {{"Content-Type", "application/json"}}, canonical(device.batch(records))));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    server.signal_only(SIGTERM);
    const Answer answer = wire.hear();
    EXPECT_EQ(answer.status, 200) << "the batch in flight was finished";
    EXPECT_EQ(server.wait(), 0);
    EXPECT_FALSE(Wire(server.port()).connected());
}

TEST(http_process, one_address_cannot_use_up_all_connections) {
    ServerProcess server({"--connections", "40"});
    const std::string ask = testing::request_text("GET", "/healthz", {}, "");
    std::vector<std::unique_ptr<Wire>> idle;
    for (int i = 0; i < 10; ++i) {
        idle.push_back(std::make_unique<Wire>(server.port(), 2));
        idle.back()->say(ask);
        ASSERT_EQ(idle.back()->hear().status, 200) << i;
    }
    Wire more(server.port(), 2);
    more.say(ask);
    EXPECT_EQ(more.hear().status, 0) << "its share is a quarter";
    Wire other(server.port(), 3);
    other.say(ask);
    EXPECT_EQ(other.hear().status, 200) << "somebody else is served";
    idle.pop_back();
    // The server hears of the end a moment later.
    int status = 0;
    for (int i = 0; i < 200 && status != 200; ++i) {
        Wire again(server.port(), 2);
        again.say(ask);
        status = again.hear().status;
        if (status != 200) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(status, 200) << "what is given back can be had again";
}

TEST(http_process, the_log_names_no_person_no_address_and_no_question) {
    ServerProcess server({"--demo"});
    testing::Device device;
    ASSERT_EQ(server.post("/v1/records", device.batch({device.record()})).status, 200);
    (void)server.get("/v1/feed?unit=79&secret=argument");
    (void)server.post("/v1/sessions", Json{{"user", "somebody-known"}, {"password", "never-in-a-log"}});
    (void)server.post("/v1/phone/challenge", Json{{"phone", "0900000001"}, {"device", device.id()}});
    (void)server.get("/some/path/with-a-name");
    ASSERT_EQ(server.stop(), 0);
    const std::string log = server.log_text();
    EXPECT_NE(log.find("\"route\":\"/v1/records\""), std::string::npos);
    for (const char* word : {"127.0.0.1", "Nguyễn", "0900000001", "+84", "secret", "somebody-known", "never-in-a-log", "with-a-name"}) {
        EXPECT_EQ(log.find(word), std::string::npos) << word;
    }
    EXPECT_EQ(log.find(device.id()), std::string::npos);
}

TEST(http_process, wrong_usage_is_told_with_a_status_of_its_own) {
    const auto status = [](const std::string& arguments) {
        const int code = std::system((std::string(LACHAN_BINARY_ROOT "/lachan-server ") + arguments + " >/dev/null 2>&1").c_str());
        return WEXITSTATUS(code);
    };
    EXPECT_EQ(status("--help"), 0);
    EXPECT_EQ(status("--port 70000"), 2);
    EXPECT_EQ(status("--nonsense 1"), 2);
    EXPECT_EQ(status("--web /no/such/folder"), 1);
}

}  // namespace
}  // namespace lachan
