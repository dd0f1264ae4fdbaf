#include "server/server_process.h"

namespace lachan {
namespace {

using testing::add_official;
using testing::Answer;
using testing::cookie_of;
using testing::Device;
using testing::Headers;
using testing::ServerProcess;
using testing::signed_in;

class Sessions : public ::testing::Test {
protected:
    Answer sign_in(const std::string& user, const std::string& password) {
        return server_.post("/v1/sessions", Json{{"user", user}, {"password", password}});
    }
    std::string official(const std::string& name, Role role, const std::string& unit) {
        passwords_[name] = add_official(server_, name, role, unit);
        const Answer answer = sign_in(name, passwords_[name]);
        EXPECT_EQ(answer.status, 201) << answer.body;
        return cookie_of(answer);
    }
    void sql(std::string_view text) { EXPECT_TRUE(server_.open()->write(text, {}).has_value()) << text; }
    std::int64_t number(std::string_view text) {
        std::int64_t value = -1;
        EXPECT_TRUE(server_.open()->read(text, {}, [&](const Row& row) { value = row.integer(0); return Next::stop; }).has_value());
        return value;
    }
    ServerProcess server_;
    std::map<std::string, std::string> passwords_;
};

TEST_F(Sessions, signing_in_gives_a_cookie_that_scripts_cannot_read) {
    passwords_["an"] = add_official(server_, "an", Role::commune_health, "26734");
    const Answer answer = sign_in("an", passwords_["an"]);
    ASSERT_EQ(answer.status, 201);
    const std::string cookie = answer.headers.at("set-cookie");
    for (const char* part : {"HttpOnly", "SameSite=Strict", "Path=/v1"}) EXPECT_NE(cookie.find(part), std::string::npos) << part;
    const Json session = answer.json();
    EXPECT_EQ(session["user"], "an");
    EXPECT_EQ(session["grants"][0]["role"], "commune_health");
    EXPECT_EQ(session["grants"][0]["unit"], "26734");
    EXPECT_FALSE(text_at(session["grants"][0], "unitName").empty());
    const Answer me = server_.get("/v1/sessions/me", {{"Cookie", cookie_of(answer)}});
    EXPECT_EQ(me.status, 200);
    EXPECT_EQ(server_.get("/v1/sessions/me").status, 401);
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", "lachan_session=" + std::string(43, 'A')}}).status, 401);
    // Whoever reads the database cannot sign in with what is there.
    EXPECT_EQ(number("SELECT count(*) FROM server_session WHERE token_hash = '" + cookie_of(answer).substr(15) + "'"), 0);
}

TEST_F(Sessions, one_answer_for_wrong_name_wrong_password_and_disabled) {
    passwords_["an"] = add_official(server_, "an", Role::commune_health, "26734");
    passwords_["binh"] = add_official(server_, "binh", Role::commune_health, "26734");
    sql("UPDATE server_user SET disabled_at = 1 WHERE name = 'binh'");
    const Answer name = sign_in("nobody", passwords_["an"]);
    const Answer password = sign_in("an", "wrong password 1");
    const Answer disabled = sign_in("binh", passwords_["binh"]);
    EXPECT_EQ(name.status, 401);
    EXPECT_EQ(name.rule(), "session.credentials");
    EXPECT_EQ(name.body, password.body);
    EXPECT_EQ(name.body, disabled.body);
}

TEST_F(Sessions, guessing_is_slowed_down) {
    passwords_["an"] = add_official(server_, "an", Role::commune_health, "26734");
    int refused = 0;
    for (int i = 0; i < 14; ++i) {
        const Answer answer = sign_in("an", "wrong password " + std::to_string(i));
        if (answer.status == 429) {
            ++refused;
            EXPECT_EQ(answer.rule(), "rate.sign_in");
            EXPECT_GE(std::stoi(answer.headers.at("retry-after")), 1);
        } else {
            EXPECT_EQ(answer.status, 401);
        }
    }
    EXPECT_EQ(refused, 4);
    EXPECT_EQ(sign_in("an", passwords_["an"]).status, 429) << "the right one too: else it could be guessed by its answer";
    EXPECT_EQ(number("SELECT count(*) FROM server_rate WHERE name LIKE '%127.0.0.1%' OR name LIKE '%:an'"), 0);
}

TEST_F(Sessions, what_changes_something_needs_the_header_of_our_page) {
    const std::string cookie = official("an", Role::commune_health, "26734");
    EXPECT_EQ(server_.ask("DELETE", "/v1/sessions/me", {{"Cookie", cookie}}).rule(), "session.csrf");
    EXPECT_EQ(server_.post("/v1/query/declaration.worklist", Json{{"unit", "26734"}}, {{"Cookie", cookie}}).rule(), "session.csrf");
    const Device device;
    EXPECT_EQ(server_.post("/v1/records", device.batch({device.record()}), {{"Cookie", cookie}}).rule(), "session.csrf");
    EXPECT_EQ(server_.ask("DELETE", "/v1/sessions/me", signed_in(cookie)).status, 204);
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", cookie}}).status, 401);
}

TEST_F(Sessions, a_session_ends_by_idleness_age_and_disabling) {
    const std::string idle = official("an", Role::commune_health, "26734");
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", idle}}).status, 200);
    sql("UPDATE server_session SET seen_at = seen_at - 31 * 60000");
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", idle}}).status, 401);
    const std::string old = cookie_of(sign_in("an", passwords_["an"]));
    sql("UPDATE server_session SET expires_at = expires_at - 12 * 3600000");
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", old}}).status, 401);
    const std::string disabled = cookie_of(sign_in("an", passwords_["an"]));
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", disabled}}).status, 200);
    sql("UPDATE server_user SET disabled_at = 1");
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", disabled}}).status, 401);
}

TEST_F(Sessions, being_used_keeps_a_session_alive) {
    const std::string cookie = official("an", Role::commune_health, "26734");
    sql("UPDATE server_session SET seen_at = seen_at - 29 * 60000");
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", cookie}}).status, 200);
    EXPECT_LT(server::system_now().ms - number("SELECT seen_at FROM server_session"), 60'000);
}

TEST_F(Sessions, a_new_password_ends_the_other_sessions) {
    const std::string first = official("an", Role::commune_health, "26734");
    const std::string second = cookie_of(sign_in("an", passwords_["an"]));
    const auto change = [&](const std::string& from, const std::string& to) {
        return server_.post("/v1/sessions/me/password", Json{{"old", from}, {"new", to}}, signed_in(second));
    };
    EXPECT_EQ(change("wrong password", "a good new password").rule(), "session.credentials");
    EXPECT_EQ(change(passwords_["an"], "short").rule(), "account.password");
    const Answer changed = change(passwords_["an"], "một mật khẩu mới dài");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", first}}).status, 401);
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", second}}).status, 401);
    EXPECT_EQ(server_.get("/v1/sessions/me", {{"Cookie", cookie_of(changed)}}).status, 200);
    EXPECT_EQ(sign_in("an", passwords_["an"]).status, 401);
    EXPECT_EQ(sign_in("an", "một mật khẩu mới dài").status, 201);
}

TEST_F(Sessions, a_password_may_hold_a_name_of_two_letters_but_not_a_telling_one) {
    const auto database = server_.open();
    server::Accounts accounts(*database);
    const Instant now = server::system_now();
    EXPECT_TRUE(accounts.add("an", "k7an-93md-qq2x-8r0t", false, now).has_value());
    EXPECT_EQ(accounts.add("tram.bennghe", "tram.bennghe-2021", false, now).error().rule, "account.password");
}

TEST_F(Sessions, an_official_reads_the_feed_of_their_own_place_only) {
    const Device device;
    Record here = device.record();
    const Record there = device.record({{"ward", "26740"}});
    const Answer sent = server_.post("/v1/records", device.batch({here, there}));
    ASSERT_EQ(sent.json()["answers"][0]["outcome"], "accepted") << sent.body;
    ASSERT_EQ(sent.json()["answers"][1]["outcome"], "accepted") << sent.body;
    const std::string cookie = official("an", Role::commune_health, "26734");
    const Answer page = server_.get("/v1/feed?unit=26734&priority=1", {{"Cookie", cookie}});
    ASSERT_EQ(page.status, 200) << page.body;
    ASSERT_EQ(page.json()["records"].size(), 1u);
    EXPECT_EQ(page.json()["records"][0]["id"], here.id);
    EXPECT_FALSE(page.json()["more"].get<bool>());
    const std::string last = std::to_string(page.json()["last"].get<std::int64_t>());
    EXPECT_EQ(server_.get("/v1/feed?unit=26734&priority=1&after=" + last, {{"Cookie", cookie}}).json()["records"].size(), 0u);
    EXPECT_EQ(server_.get("/v1/feed?unit=26740&priority=1", {{"Cookie", cookie}}).rule(), "access.jurisdiction");
    EXPECT_EQ(server_.get("/v1/feed?unit=26734&priority=1").status, 401);
    EXPECT_EQ(server_.get("/v1/feed?unit=99999&priority=1", {{"Cookie", cookie}}).status, 404);
    EXPECT_EQ(server_.get("/v1/feed?unit=26734&priority=9", {{"Cookie", cookie}}).rule(), "request.priority");
    // From above come only the records that the role may have: the province's feed holds the neighbour's too.
    const Json above = server_.get("/v1/feed?unit=79&priority=1", {{"Cookie", cookie}}).json();
    EXPECT_EQ(above["records"].size(), 1u);
    // Whoever may not see all gets no raw record: the national centre has pseudonyms, by question.
    const std::string nation = official("quoc-gia", Role::national_centre, "VN");
    EXPECT_EQ(server_.get("/v1/feed?unit=79&priority=1", {{"Cookie", nation}}).json()["records"].size(), 0u);
}

TEST_F(Sessions, reading_people_is_written_down_without_the_people) {
    const Device device;
    ASSERT_EQ(server_.post("/v1/records", device.batch({device.record({{"signFever", true}})})).status, 200);
    const std::string cookie = official("an", Role::commune_health, "26734");
    ASSERT_EQ(server_.get("/v1/feed?unit=26734&priority=1", {{"Cookie", cookie}}).status, 200);
    EXPECT_EQ(number("SELECT count(*) FROM server_audit WHERE user_name = 'an' AND question = 'feed' AND unit = '26734' AND row_count = 1"), 1);
    if (find_query("declaration.worklist")) {
        Headers headers = signed_in(cookie);
        headers.emplace_back("X-Lachan-Purpose", "follow-up");
        const Answer list = server_.post("/v1/query/declaration.worklist", Json{{"unit", "26734"}}, headers);
        ASSERT_EQ(list.status, 200) << list.body;
        EXPECT_EQ(list.json()["account"], "an") << "a device that keeps it must know whose it is";
        EXPECT_FALSE(server_.post("/v1/query/riskmap.levels", Json::object()).json().contains("account")) << "told to anybody";
        EXPECT_EQ(number("SELECT count(*) FROM server_audit WHERE question = 'declaration.worklist' AND purpose = 'follow-up'"), 1);
    }
    EXPECT_EQ(number("SELECT count(*) FROM server_audit WHERE roles = 'commune_health@26734'"), number("SELECT count(*) FROM server_audit"));
}

TEST_F(Sessions, a_question_needs_the_right_to_ask_it) {
    ASSERT_NE(find_query("declaration.worklist"), nullptr);
    const Json here{{"unit", "26734"}};
    EXPECT_EQ(server_.post("/v1/query/declaration.worklist", here).status, 401);
    const std::string cookie = official("an", Role::commune_health, "26734");
    EXPECT_EQ(server_.post("/v1/query/declaration.worklist", Json{{"unit", "26740"}}, signed_in(cookie)).status, 403);
    EXPECT_EQ(server_.post("/v1/query/no.such.query", here, signed_in(cookie)).status, 404);
    EXPECT_EQ(server_.post("/v1/query/declaration.worklist", Json{{"unit", "26734"}, {"x", 1}}, signed_in(cookie)).status, 400);
    const std::string lab = official("phong-xet-nghiem", Role::lab, "26734");
    EXPECT_EQ(server_.post("/v1/query/declaration.worklist", here, signed_in(lab)).status, 403);
}

TEST_F(Sessions, an_officials_record_needs_its_author_to_be_signed_in) {
    const std::string cookie = official("an", Role::commune_health, "26734");
    const Device citizen, desk;
    const Record declared = citizen.record({{"signFever", true}});
    ASSERT_EQ(server_.post("/v1/records", citizen.batch({declared})).json()["answers"][0]["outcome"], "accepted");
    Record follow_up = desk.record();
    follow_up.kind = "follow_up";
    follow_up.version = 1;
    follow_up.author = "an";
    follow_up.body = {{"declaration", declared.id}, {"action", "call"}};
    EXPECT_EQ(server_.post("/v1/records", desk.batch({follow_up})).json()["answers"][0]["rule"], "access.author");
    Record borrowed = follow_up;
    borrowed.author = "binh";
    EXPECT_EQ(server_.post("/v1/records", desk.batch({borrowed}), signed_in(cookie)).json()["answers"][0]["rule"], "access.author");
    const Json answer = server_.post("/v1/records", desk.batch({follow_up}), signed_in(cookie)).json()["answers"][0];
    EXPECT_EQ(answer["outcome"], "accepted") << answer.dump();
}

}  // namespace
}  // namespace lachan
