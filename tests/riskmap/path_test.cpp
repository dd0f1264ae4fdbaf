// Records of the map through the one write path: who may, and what the other systems are told.

#include <gtest/gtest.h>

#include "systems.h"
#include "world.h"

namespace lachan::riskmap {
namespace {

class riskmap_path : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = server::open_sqlite(":memory:");
        ASSERT_TRUE(opened);
        database = std::move(*opened);
        const auto done = migrate(*database, all_migrations(), Instant{1});
        ASSERT_TRUE(done) << done.error().detail;
    }

    RecordAnswer send(const StoredRecord& stored, const Actor& actor) {
        const Incoming incoming{write_envelope(stored.record), "c2ln"};
        Context context{*database, test_units(), now, Side::server, actor, {}};
        Batch batch = read_batch(std::span(&incoming, 1), test_units(), now, actor);
        const std::vector<bool> proven(batch.checks.size(), true);
        auto answers = append(context, std::move(batch), proven);
        EXPECT_TRUE(answers) << answers.error().detail;
        return answers ? answers->at(0) : RecordAnswer{};
    }

    static Actor with(Role role, const char* unit) { return {"cdc", "", {{role, unit, Instant{0}, Instant{INT64_MAX}}}}; }

    std::unique_ptr<Database> database;
    Instant now = start_in_vietnam(day("2022-03-01"));
    Maker maker;
};

TEST_F(riskmap_path, the_province_enters_its_own_counts_and_nobody_elses) {
    const Actor own = with(Role::provincial_cdc, "87");
    EXPECT_EQ(send(maker.series("87", "2021-12-01", times(7, 400), kMade), own).outcome, Outcome::accepted);
    EXPECT_EQ(send(maker.series("79", "2021-12-01", times(7, 400), kMade), own).rule, "access.jurisdiction");
    EXPECT_NE(send(maker.series("87", "2021-12-01", times(7, 400), kMade), with(Role::commune_health, "87")).rule, "");
    Actor stranger = own;
    stranger.user = "other";
    EXPECT_EQ(send(maker.series("87", "2021-12-01", times(7, 400), kMade), stranger).rule, "access.author");
}

TEST_F(riskmap_path, a_body_that_breaks_a_rule_is_named_by_field_and_rule) {
    const RecordAnswer answer = send(maker.series("87", "2021-12-01", "1,x", kMade), with(Role::provincial_cdc, "87"));
    EXPECT_EQ(answer.outcome, Outcome::rejected);
    ASSERT_EQ(answer.violations.size(), 1U);
    EXPECT_EQ(answer.violations[0].field, "values");
    EXPECT_EQ(answer.violations[0].rule, "riskmap.values");
}

TEST_F(riskmap_path, what_was_sent_is_on_the_map) {
    const Actor own = with(Role::provincial_cdc, "87");
    const StoredRecord record = maker.series("87", "2021-12-01", times(7, 400), kMade);
    EXPECT_EQ(send(record, own).outcome, Outcome::accepted);
    EXPECT_EQ(send(record, own).outcome, Outcome::duplicate);
    Context context{*database, test_units(), now, Side::server, {}, {}};
    const auto answer = ask(context, "riskmap.levels", {{"day", "2021-12-07"}});
    ASSERT_TRUE(answer) << answer.error().detail;
    int red = 0;
    for (const Json& item : (*answer)["provinces"]) red += item["level"] == 4;
    EXPECT_EQ(red, 1);
    EXPECT_EQ(ask(context, "riskmap.levels", {{"day", "2021-13-07"}}).error().code, Errc::malformed);
    EXPECT_EQ(ask(context, "riskmap.levels", {{"unit", "87"}}).error().rule, "field.unknown");
}

TEST_F(riskmap_path, who_is_told_that_they_may_announce_a_level_is_who_the_write_path_lets) {
    int may = 0;
    for (const Role role : all_roles()) {
        for (const char* granted : {"VN", "79", "87", "760", "26734"}) {
            const Actor actor = with(role, granted);
            for (const char* unit : {"79", "760", "26734", "26740"}) {
                Context context{*database, test_units(), now, Side::server, actor, {}};
                const auto answer = ask(context, "riskmap.declared", {{"unit", unit}, {"day", "2022-02-01"}});
                ASSERT_TRUE(answer) << answer.error().detail;
                const bool told = (*answer)["mayDeclare"].get<bool>();
                EXPECT_EQ(told ? (*answer)["recordUnit"] : Json(unit), unit);
                const RecordAnswer sent = send(maker.declared(unit, 2, "2022-02-01", nullptr, kMade), actor);
                EXPECT_EQ(told, sent.outcome == Outcome::accepted) << name_of(role) << " of " << granted << " in " << unit << ": " << sent.rule;
                may += told;
            }
        }
    }
    // The CDC of the province, of the district and of the commune; the analyst the same and of the nation; the national centre.
    EXPECT_EQ(may, (4 + 3 + 1) + (4 + 4 + 3 + 1) + (4 + 4 + 3 + 1));
}

TEST_F(riskmap_path, each_role_proposes_and_publishes_as_the_matrix_says) {
    ASSERT_EQ(send(maker.series("87", "2021-12-01", times(7, 400), kMade), with(Role::provincial_cdc, "87")).outcome, Outcome::accepted);
    const auto by = [](const char* user, Role role) {
        Actor actor = with(role, role == Role::national_centre ? "VN" : "87");
        actor.user = user;
        return actor;
    };
    const auto make = [&](const char* kind, const Actor& actor, Json body) {
        StoredRecord made = maker.made(kind, "87", now.ms, std::move(body));
        made.record.author = actor.user;
        return made;
    };
    Context context{*database, test_units(), now, Side::server, by("an", Role::provincial_cdc), {}};
    const auto body = ask(context, "riskmap.proposal", {{"unit", "87"}});
    ASSERT_TRUE(body) << body.error().detail;
    const StoredRecord proposal = make("proposal", by("an", Role::provincial_cdc), *body);
    ASSERT_EQ(send(proposal, by("an", Role::provincial_cdc)).outcome, Outcome::accepted);
    const Json approval{{"unit", "87"}, {"day", (*body)["day"]}, {"proposal", proposal.record.id}};
    for (const Role role : all_roles()) {
        const Actor actor = by("binh", role);
        const bool writes = right_of(role, Verb::write, Area::risk_map).sight == Sight::full;
        const bool signs = right_of(role, Verb::sign, Area::risk_map).sight == Sight::full;
        EXPECT_EQ(send(make("proposal", actor, *body), actor).outcome, writes ? Outcome::accepted : Outcome::rejected) << name_of(role);
        const RecordAnswer answer = send(make("publication", actor, approval), actor);
        EXPECT_EQ(answer.outcome, signs ? Outcome::accepted : Outcome::rejected) << name_of(role) << ' ' << answer.rule;
        EXPECT_EQ(answer.rule, signs ? "" : "access.role") << name_of(role);
    }
    const Actor an = by("an", Role::provincial_cdc);
    EXPECT_EQ(send(make("publication", an, approval), an).rule, "riskmap.two_persons");
    const auto shown = ask(context, "riskmap.published", {{"unit", "87"}});
    ASSERT_TRUE(shown);
    EXPECT_EQ((*shown)["publications"][0]["levels"], "4");
}

}  // namespace
}  // namespace lachan::riskmap
