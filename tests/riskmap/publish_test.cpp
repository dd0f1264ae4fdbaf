// From a calculation to what is public: who may, what is refused, and what takes the place of what.

#include <gtest/gtest.h>

#include <algorithm>

#include "world.h"

namespace lachan::riskmap {
namespace {

Actor official(const char* user, Role role, const char* unit) {
    Actor actor;
    actor.user = user;
    actor.grants.push_back({role, unit, Instant{0}, Instant{INT64_MAX}});
    return actor;
}

/// A province with counts down to two communes, and two officers of its CDC.
class Publishing : public ::testing::Test {
protected:
    Publishing() {
        std::vector<StoredRecord> records;
        for (const char* commune : {"26734", "26740"}) records.push_back(figures(commune, "population", "2020-07-01", "20000"));
        records.push_back(figures("26734", "cases", "2021-12-01", times(7, 5)));
        records.push_back(figures("26740", "cases", "2021-12-01", times(7, 0)));
        records.push_back(maker.declared("26740", 2, "2021-12-01", nullptr, kMade));
        world.apply(records);
    }
    StoredRecord figures(const char* unit, const char* measure, const char* from, const std::string& values, std::int64_t made_at = kMade) {
        StoredRecord made = maker.made("case_series", unit, made_at,
                                       {{"unit", unit}, {"source", "office"}, {"measure", measure}, {"from", from}, {"values", values}});
        made.record.version = 2;
        return made;
    }
    Json propose(const Actor& actor) { return world.ask("riskmap.proposal", {{"unit", "79"}}, actor); }
    /// The record as that officer would make it.
    StoredRecord record(const char* kind, const Actor& actor, Json body, std::int64_t made_at) {
        StoredRecord made = maker.made(kind, "79", made_at, std::move(body));
        made.record.author = actor.user;
        made.received_at = Instant{made_at};
        return made;
    }
    /// The proposal of now, with levels that are to be public instead.
    StoredRecord proposal(const Actor& actor, Json overrides, std::int64_t made_at) {
        Json body = propose(actor);
        body["overrides"] = std::move(overrides);
        return record("proposal", actor, std::move(body), made_at);
    }
    StoredRecord approval(const Actor& actor, const StoredRecord& proposal, std::int64_t made_at) {
        Json body{{"unit", "79"}, {"day", proposal.record.body["day"]}, {"proposal", proposal.record.id}};
        return record("publication", actor, std::move(body), made_at);
    }
    /// Shape, rules and guards, as the write path asks them: "" or the rule.
    std::string refusal(const StoredRecord& stored, const Actor& actor, std::int64_t late = 0) {
        const RecordKind* kind = nullptr;
        for (const RecordKind& one : system().kinds()) {
            if (one.name == stored.record.kind) kind = &one;
        }
        const auto shape = check_shape(*kind->fields(stored.record.version), stored.record.body);
        if (!shape.empty()) return shape.front().rule;
        const CheckInput input{stored.record.kind, stored.record.version, stored.record.body, stored.record.unit, test_units(), stored.record.made_at, true};
        const auto violations = system().check(input);
        if (!violations.empty()) return violations.front().rule;
        Context at = world.context(actor);
        at.now = Instant{stored.record.made_at.ms + late};
        const auto done = system().accept(at, stored.record);
        return done ? "" : done.error().rule;
    }
    std::string published(const char* day = "2022-02-28", const char* unit = "79") {
        const Json answer = world.ask("riskmap.published", {{"unit", unit}, {"day", day}});
        return answer["publications"].empty() ? "" : answer["publications"][0]["levels"].get<std::string>();
    }

    World world;
    Maker maker;
    const Actor an = official("an", Role::provincial_cdc, "79");
    const Actor binh = official("binh", Role::provincial_cdc, "79");
    static constexpr std::int64_t kHour = 3'600'000;
};

TEST_F(Publishing, a_proposal_says_all_levels_down_to_the_communes_and_the_time_of_its_data) {
    const Json body = propose(an);
    EXPECT_EQ(body["day"], "2021-12-07") << "the last day with cases";
    EXPECT_EQ(body["pack"], "risk-2");
    EXPECT_EQ(body["dataTime"], kMade);
    EXPECT_EQ(body["codes"], "79 760 26734 26740");
    // The province is not computable by its own figures: the sums of what is below are, among the people whom the census counted.
    EXPECT_EQ(body["levels"].get<std::string>().substr(1), "342") << "what was announced for 26740";
    EXPECT_EQ(body["computed"].get<std::string>().substr(1), "341");
    EXPECT_EQ(refusal(record("proposal", an, body, kMade + kHour), an), "");
    EXPECT_EQ(world.ask("riskmap.proposal", {{"unit", "01"}}, official("an", Role::provincial_cdc, "01"))["error"], "riskmap.nothing");
    EXPECT_EQ(world.ask("riskmap.proposal", {{"unit", "760"}}, official("an", Role::national_centre, "VN"))["error"], "riskmap.unit");
    EXPECT_EQ(world.ask("riskmap.proposal", {{"unit", "79"}, {"day", "2019-12-20"}}, an)["error"], "riskmap.no_pack");
}

TEST_F(Publishing, a_proposal_that_the_figures_do_not_give_is_refused) {
    const Json body = propose(an);
    const auto with = [&](const char* key, Json value) {
        Json other = body;
        other[key] = std::move(value);
        return refusal(record("proposal", an, std::move(other), kMade + kHour), an);
    };
    EXPECT_EQ(with("levels", body["levels"].get<std::string>().substr(0, 1) + "111"), "riskmap.stale");
    EXPECT_EQ(with("dataTime", kMade - 1), "riskmap.stale");
    EXPECT_EQ(with("pack", "risk-who-ct"), "riskmap.stale");
    EXPECT_EQ(with("dueAt", 1'645'923'600'000), "riskmap.due") << "08:00 is the server's";
    EXPECT_EQ(with("dueAt", 1'645'923'600'001), "riskmap.due") << "and 08:00:00.001 is no hour";
    EXPECT_EQ(with("levels", "34"), "riskmap.signs");
    EXPECT_EQ(with("levels", "3495"), "riskmap.signs");
    EXPECT_EQ(with("computed", "1"), "riskmap.signs");
    EXPECT_EQ(with("codes", "760 79 26734 26740"), "riskmap.signs") << "the province comes first";
    EXPECT_EQ(with("unit", "760"), "riskmap.unit");
    EXPECT_EQ(with("day", "2032-01-01"), "riskmap.days");
    world.apply({figures("26740", "cases", "2021-12-07", "9", kMade + 1)});
    EXPECT_EQ(refusal(record("proposal", an, body, kMade + kHour), an), "riskmap.stale") << "new figures";
}

TEST_F(Publishing, figures_that_are_dated_to_come_were_told_by_now) {
    world.apply({figures("26740", "cases", "2021-12-07", "9", world.now.ms + 30 * kHour)});
    const Instant asked = world.now;
    const Json body = propose(an);
    EXPECT_EQ(body["dataTime"], asked.ms);
    world.now = {asked.ms + 60'000};
    EXPECT_EQ(refusal(record("proposal", an, body, world.now.ms), an), "") << "signed a minute after it was asked for";
    Json later = body;
    later["dataTime"] = world.now.ms + 1;
    EXPECT_EQ(refusal(record("proposal", an, later, world.now.ms), an), "riskmap.stale");
    world.now = {asked.ms + 6 * 60'000};
    EXPECT_EQ(refusal(record("proposal", an, body, world.now.ms), an), "riskmap.stale") << "too long after";
}

TEST_F(Publishing, another_officer_of_the_province_approves_and_nobody_else) {
    const StoredRecord proposal = record("proposal", an, propose(an), kMade + kHour);
    world.apply({proposal});
    struct Row {
        const char* name;
        Actor actor;
        std::string error;
    };
    const Row rows[] = {
        {"another officer of the CDC", binh, ""},
        {"whoever prepared it", an, "riskmap.two_persons"},
        {"the CDC of another province", official("chi", Role::provincial_cdc, "01"), "access.jurisdiction"},
        {"an analyst writes and does not publish", official("chi", Role::analyst, "79"), "access.role"},
        {"nor does the national centre", official("chi", Role::national_centre, "VN"), "access.role"},
        {"a tracer", official("chi", Role::district_tracer, "760"), "access.role"},
        {"a citizen", official("chi", Role::citizen, "79"), "access.role"},
        {"nobody", {}, "access.role"},
    };
    for (const Row& row : rows) EXPECT_EQ(refusal(approval(row.actor, proposal, kMade + 2 * kHour), row.actor), row.error) << row.name;
}

TEST_F(Publishing, an_approval_names_a_proposal_of_its_province_and_day) {
    const StoredRecord proposal = record("proposal", an, propose(an), kMade + kHour);
    world.apply({proposal});
    const auto with = [&](const char* key, Json value) {
        StoredRecord other = approval(binh, proposal, kMade + 2 * kHour);
        other.record.body[key] = std::move(value);
        return refusal(other, binh);
    };
    EXPECT_EQ(with("day", "2021-12-06"), "riskmap.approval");
    EXPECT_EQ(with("proposal", maker.declared("79", 1, "2021-12-01", nullptr, kMade).record.id), "riskmap.approval") << "no proposal";
    EXPECT_EQ(with("proposal", std::string(36, 'x')), "riskmap.approval");
    EXPECT_EQ(with("unit", "87"), "riskmap.unit");
    // Once a newer one is public the older one is no more to be approved.
    world.apply({figures("26740", "cases", "2021-12-07", "9", kMade + 1)});
    const StoredRecord newer = record("proposal", an, propose(an), kMade + 2 * kHour);
    world.apply({newer, approval(binh, newer, kMade + 3 * kHour)});
    EXPECT_EQ(with("day", "2021-12-07"), "riskmap.approval");
    EXPECT_EQ(refusal(approval(binh, newer, kMade + 4 * kHour), binh), "");
}

TEST_F(Publishing, an_override_has_a_level_a_reason_and_a_document_and_stands_in_the_proposal) {
    const Json whole{{"unit", "26734"}, {"level", 3}, {"reason", "Ổ dịch đã khoanh vùng"}, {"documentNumber", "45/QĐ-UBND"}};
    const auto with = [&](const char* key, Json value) {
        Json one = whole;
        if (value.is_null()) one.erase(key);
        else one[key] = std::move(value);
        return refusal(proposal(an, Json::array({std::move(one)}), kMade + kHour), an);
    };
    EXPECT_EQ(with("level", 3), "");
    EXPECT_EQ(with("level", 5), "riskmap.level");
    EXPECT_EQ(with("reason", nullptr), "field.required");
    EXPECT_EQ(with("documentNumber", nullptr), "field.required");
    EXPECT_EQ(with("unit", "87"), "riskmap.override") << "not below the province";
    EXPECT_EQ(refusal(proposal(an, Json::array({whole, whole}), kMade + kHour), an), "riskmap.override") << "twice";
    EXPECT_EQ(refusal(proposal(an, Json::array(), kMade + kHour), an), "") << "none";

    const StoredRecord changed = proposal(an, Json::array({whole}), kMade + kHour);
    world.apply({changed});
    const Json waiting = world.ask("riskmap.proposals", {{"unit", "79"}}, binh)["proposals"][0];
    EXPECT_EQ(waiting["overrides"], Json::array({whole})) << "what the approving officer is shown";
    EXPECT_EQ(waiting["levels"].get<std::string>().substr(1), "342");
    EXPECT_EQ(waiting["changes"][2], (Json{{"unit", "26734"}, {"level", "3"}, {"published", "-"}}));
    EXPECT_EQ(refusal(approval(binh, changed, kMade + 2 * kHour), binh), "");
    world.apply({approval(binh, changed, kMade + 2 * kHour)});
    EXPECT_EQ(published().substr(1), "332");
    const Json answer = world.ask("riskmap.published", {{"unit", "26734"}});
    EXPECT_EQ(answer["publications"][0]["codes"], "26734") << "a unit of the province alone";
    EXPECT_EQ(answer["publications"][0]["levels"], "3");
    EXPECT_EQ(answer["publications"][0]["overrides"], Json::array({whole}));
    EXPECT_TRUE(world.ask("riskmap.published", {{"unit", "26740"}})["publications"][0]["overrides"].empty());
}

TEST_F(Publishing, nobody_changes_what_he_approves) {
    const Json change = Json::array({{{"unit", "26734"}, {"level", 1}, {"reason", "x"}, {"documentNumber", "1"}}});
    // The server has no hand to sign with: whoever changed its proposal would be alone with it.
    for (const char* author : {"0", "an"}) {
        StoredRecord made = record("proposal", an, propose(an), kMade + kHour);
        made.record.author = author;
        StoredRecord one = approval(binh, made, kMade + 2 * kHour);
        world.apply({made});
        EXPECT_EQ(refusal(one, binh), "") << author;
        one.record.body["overrides"] = change;
        EXPECT_EQ(refusal(one, binh), "riskmap.two_persons") << author;
        world.apply({one});
        EXPECT_EQ(published(), "") << "nor from a feed";
    }
    EXPECT_EQ(refusal(approval(an, proposal(an, change, kMade + kHour), kMade + 2 * kHour), an), "riskmap.approval") << "not sent yet";
    const StoredRecord changed = proposal(an, change, kMade + kHour);
    world.apply({changed});
    EXPECT_EQ(refusal(approval(an, changed, kMade + 2 * kHour), an), "riskmap.two_persons");
}

TEST_F(Publishing, an_officers_clock_is_within_minutes_of_the_servers) {
    constexpr std::int64_t kMinute = 60'000;
    const StoredRecord made = record("proposal", an, propose(an), kMade + kHour);
    for (const std::int64_t off : {-5, 0, 5}) EXPECT_EQ(refusal(made, an, off * kMinute), "") << off;
    for (const std::int64_t off : {-6, 6, 36 * 60, -600'000}) EXPECT_EQ(refusal(made, an, off * kMinute), "riskmap.clock") << off;
    world.apply({made});
    const StoredRecord one = approval(binh, made, kMade + 2 * kHour);
    for (const std::int64_t off : {-5, 0, 5}) EXPECT_EQ(refusal(one, binh, off * kMinute), "") << off;
    for (const std::int64_t off : {-6, 6}) EXPECT_EQ(refusal(one, binh, off * kMinute), "riskmap.clock") << off;
    EXPECT_EQ(refusal(approval(binh, made, kMade + kHour), binh), "");
    EXPECT_EQ(refusal(approval(binh, made, kMade + kHour - 1), binh), "riskmap.clock") << "before its proposal";
}

TEST_F(Publishing, the_servers_clock_says_which_is_in_force) {
    const StoredRecord made = record("proposal", an, propose(an), kMade + kHour);
    const StoredRecord changed = proposal(an, Json::array({{{"unit", "26734"}, {"level", 1}, {"reason", "x"}, {"documentNumber", "1"}}}), kMade + kHour);
    // The clock of the first officer is fast, that of the second slow.
    StoredRecord fast = approval(binh, made, kMade + 2 * kHour + 240'000), slow = approval(binh, changed, kMade + 2 * kHour - 240'000);
    fast.received_at = Instant{kMade + 2 * kHour};
    slow.received_at = Instant{kMade + 2 * kHour + 1};
    world.apply({made, changed, fast, slow});
    EXPECT_EQ(published().substr(1), "312") << "the one that came last";
    const Json history = world.ask("riskmap.published", {{"unit", "79"}})["history"];
    ASSERT_EQ(history.size(), 2U);
    EXPECT_EQ(history[0]["record"], slow.record.id);
    EXPECT_EQ(history[0]["validFrom"], kMade + 2 * kHour + 1);
    EXPECT_EQ(history[1]["validTo"], kMade + 2 * kHour + 1);
    EXPECT_EQ(world.ask("riskmap.proposals", {{"unit", "79"}}, an)["proposals"].size(), 2U);
}

TEST_F(Publishing, the_history_ends_after_sixty_and_each_one_says_until_when) {
    constexpr std::int64_t kMany = 90;
    std::vector<StoredRecord> records{record("proposal", an, propose(an), kMade)};
    for (std::int64_t i = 1; i <= kMany; ++i) records.push_back(approval(binh, records[0], kMade + i * kHour));
    // The last one is about a day before.
    StoredRecord old = records[0];
    old.record = record("proposal", an, propose(an), kMade).record;
    old.record.body["day"] = "2021-12-05";
    records.push_back(old);
    records.push_back(approval(binh, old, kMade + (kMany + 1) * kHour));
    world.apply(records);
    const Json answer = world.ask("riskmap.published", {{"unit", "79"}, {"day", "2021-12-06"}});
    EXPECT_EQ(answer["publications"][0]["validFrom"], kMade + (kMany + 1) * kHour);
    EXPECT_EQ(answer["publications"][0]["validTo"], nullptr) << "none came after it";
    ASSERT_EQ(answer["history"].size(), 60U);
    EXPECT_EQ(answer["history"][0]["validTo"], nullptr);
    for (std::size_t i = 0; i < 60; ++i) EXPECT_EQ(answer["history"][i]["validFrom"], kMade + (kMany - static_cast<std::int64_t>(i)) * kHour) << i;
    for (std::size_t i = 1; i < 60; ++i) EXPECT_EQ(answer["history"][i]["validTo"], answer["history"][i - 1]["validFrom"]) << i;
    EXPECT_EQ(world.dump("riskmap_approved", "record_id").size(), 38U * (kMany + 1));
    std::string plan;
    EXPECT_TRUE(world.database->read("EXPLAIN QUERY PLAN SELECT record_id FROM riskmap_approved WHERE province = '79' AND day <= 9 "
                                     "ORDER BY day DESC, received_at DESC, record_id DESC LIMIT 1", {}, [&](const Row& row) {
                                         plan += std::string(row.text(3)) + '\n';
                                         return Next::row;
                                     }));
    EXPECT_NE(plan.find("riskmap_publication_day"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << "in order of the index: one row is read\n" << plan;
}

TEST_F(Publishing, a_province_that_stopped_to_tell_its_own_sum_is_calculated_by_those_below) {
    world.apply({figures("79", "cases", "2021-06-01", "12")});
    EXPECT_EQ(propose(an)["day"], "2021-12-07") << "not that one day of June for ever";
    world.apply({figures("79", "cases", "2021-12-09", "12")});
    EXPECT_EQ(propose(an)["day"], "2021-12-09");
}

TEST_F(Publishing, a_newer_one_takes_its_place_and_the_older_one_stays_with_its_times) {
    const StoredRecord first = record("proposal", an, propose(an), kMade + kHour);
    const StoredRecord first_public = approval(binh, first, kMade + 2 * kHour);
    world.apply({first, first_public});
    EXPECT_EQ(published("2021-12-06"), "") << "about a later day";
    const std::string before = published("2021-12-07");
    EXPECT_EQ(before.substr(1), "342");

    world.apply({figures("26740", "cases", "2021-12-08", "0", kMade + 1), figures("26734", "cases", "2021-12-08", "0", kMade + 1)});
    const StoredRecord second = proposal(an, Json::array({{{"unit", "26734"}, {"level", 1}, {"reason", "x"}, {"documentNumber", "1"}}}), kMade + 3 * kHour);
    world.apply({second});
    const Json waiting = world.ask("riskmap.proposals", {{"unit", "79"}}, binh)["proposals"];
    ASSERT_EQ(waiting.size(), 2U);
    EXPECT_EQ(waiting[0]["record"], second.record.id) << "the newest first";
    EXPECT_FALSE(waiting[0]["isPublished"]);
    EXPECT_FALSE(waiting[0]["isOwn"]);
    EXPECT_TRUE(world.ask("riskmap.proposals", {{"unit", "79"}}, an)["proposals"][0]["isOwn"]);
    EXPECT_TRUE(waiting[1]["isPublished"]);
    EXPECT_TRUE(waiting[1]["changes"].empty()) << "it is what is public";
    world.apply({approval(binh, second, kMade + 4 * kHour)});
    EXPECT_EQ(published("2021-12-08").substr(2), "12");
    EXPECT_EQ(published("2021-12-07"), before) << "old days stay as they were";
    const Json history = world.ask("riskmap.published", {{"unit", "79"}})["history"];
    ASSERT_EQ(history.size(), 2U);
    EXPECT_EQ(history[0]["validFrom"], kMade + 4 * kHour);
    EXPECT_EQ(history[0]["validTo"], nullptr);
    EXPECT_EQ(history[1]["record"], first_public.record.id);
    EXPECT_EQ(history[1]["validFrom"], kMade + 2 * kHour);
    EXPECT_EQ(history[1]["validTo"], kMade + 4 * kHour);
    world.apply({record("proposal", an, propose(an), kMade + 5 * kHour)});
    const Json changes = world.ask("riskmap.proposals", {{"unit", "79"}}, an)["proposals"][0]["changes"];
    EXPECT_EQ(changes, Json::array({{{"unit", "26734"}, {"level", "4"}, {"published", "1"}}}));
    EXPECT_EQ(world.ask("riskmap.published", Json::object())["publications"].size(), 1U) << "the nation is its provinces";
    EXPECT_EQ(world.ask("riskmap.published", {{"unit", "99999"}})["error"], "riskmap.unit");
}

TEST_F(Publishing, any_order_of_arrival_gives_the_same_and_what_breaks_a_rule_counts_nowhere) {
    const StoredRecord proposal = record("proposal", an, propose(an), kMade + kHour);
    const StoredRecord publication = approval(binh, proposal, kMade + 2 * kHour);
    // From a feed they come unjudged: the same hand for both, and another day.
    const StoredRecord own = approval(an, proposal, kMade + 3 * kHour);
    StoredRecord other_day = approval(binh, proposal, kMade + 4 * kHour);
    other_day.record.body["day"] = "2021-12-06";
    std::vector<StoredRecord> records{proposal, publication, own, other_day, publication};
    std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.record.id < b.record.id; });
    std::string seen;
    do {
        World fresh;
        for (const StoredRecord& one : records) fresh.apply({one});
        const std::string answer = fresh.ask("riskmap.published", {{"unit", "79"}}).dump();
        if (seen.empty()) seen = answer;
        ASSERT_EQ(answer, seen);
    } while (std::next_permutation(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.record.id < b.record.id; }));
    const Json answer = Json::parse(seen);
    ASSERT_EQ(answer["history"].size(), 1U);
    EXPECT_EQ(answer["history"][0]["record"], publication.record.id);
}

TEST_F(Publishing, proposals_are_for_who_may_make_one_and_what_is_public_is_for_all) {
    for (const char* query : {"riskmap.proposal", "riskmap.proposals"}) {
        EXPECT_EQ(world.ask(query, {{"unit", "79"}})["error"], "access.role") << query;
        EXPECT_EQ(world.ask(query, {{"unit", "79"}}, official("x", Role::district_tracer, "760"))["error"], "access.role") << query;
        EXPECT_EQ(world.ask(query, {{"unit", "79"}}, official("x", Role::provincial_cdc, "01"))["error"], "access.jurisdiction") << query;
        EXPECT_FALSE(world.ask(query, {{"unit", "79"}}, official("x", Role::analyst, "79")).contains("error")) << query;
        EXPECT_FALSE(world.ask(query, {{"unit", "79"}}, official("x", Role::national_centre, "VN")).contains("error")) << query;
    }
    EXPECT_FALSE(world.ask("riskmap.published", {{"unit", "79"}}).contains("error"));
}

TEST_F(Publishing, each_role_may_what_the_matrix_says_of_the_risk_map) {
    const StoredRecord proposal = record("proposal", an, propose(an), kMade + kHour);
    world.apply({proposal});
    std::vector<std::string> write, sign;
    for (const Role role : all_roles()) {
        const Actor actor = official("chi", role, "79");
        for (const RecordKind& kind : system().kinds()) {
            EXPECT_TRUE(kind.by_officials && kind.area == Area::risk_map) << kind.name << ": the write path asks the matrix";
        }
        const Instant now = world.now;
        if (sight_of(actor, Verb::write, Area::risk_map, "79", test_units(), now) == Sight::full) write.emplace_back(name_of(role));
        EXPECT_EQ(!world.ask("riskmap.proposal", {{"unit", "79"}}, actor).contains("error"), !write.empty() && write.back() == name_of(role)) << name_of(role);
        if (refusal(approval(actor, proposal, kMade + 2 * kHour), actor).empty()) sign.emplace_back(name_of(role));
        EXPECT_EQ(!sign.empty() && sign.back() == name_of(role), right_of(role, Verb::sign, Area::risk_map).sight == Sight::full) << name_of(role);
    }
    EXPECT_EQ(write, (std::vector<std::string>{name_of(Role::provincial_cdc), name_of(Role::national_centre), name_of(Role::analyst)}));
    EXPECT_EQ(sign, std::vector<std::string>{name_of(Role::provincial_cdc)});
}

TEST_F(Publishing, the_nation_is_asked_at_once_and_down_to_the_level_that_is_wanted) {
    const StoredRecord first = record("proposal", an, propose(an), kMade + kHour);
    const StoredRecord second = proposal(an, Json::array({{{"unit", "79"}, {"level", 1}, {"reason", "x"}, {"documentNumber", "1"}},
                                                          {{"unit", "26734"}, {"level", 2}, {"reason", "y"}, {"documentNumber", "2"}}}), kMade + 3 * kHour);
    // Another province, with a publication of a day before and one of a later day.
    std::vector<StoredRecord> records{first, approval(binh, first, kMade + 2 * kHour), second, approval(binh, second, kMade + 4 * kHour)};
    for (const char* day : {"2021-12-05", "2021-12-09"}) {
        StoredRecord made = maker.made("proposal", "87", kMade + kHour, {{"unit", "87"}, {"day", day}, {"pack", "risk-2"}, {"packVersion", 1}, {"dataTime", 1},
                                                                         {"codes", "87"}, {"levels", "3"}, {"computed", "3"}});
        made.record.author = "an";
        made.received_at = made.record.made_at;
        StoredRecord one = maker.made("publication", "87", kMade + 2 * kHour, {{"unit", "87"}, {"day", day}, {"proposal", made.record.id}});
        one.record.version = 2;
        one.record.author = "binh";
        one.received_at = one.record.made_at;
        records.push_back(made);
        records.push_back(one);
    }
    world.apply(records);
    const Json nation = world.ask("riskmap.published", {{"day", "2021-12-08"}, {"depth", "province"}})["publications"];
    ASSERT_EQ(nation.size(), 2U) << nation.dump();
    EXPECT_EQ(nation[0]["codes"], "79");
    EXPECT_EQ(nation[0]["levels"], "1") << "the one that came last, its override over it";
    EXPECT_EQ(nation[0]["overrides"].size(), 1U) << "that of the commune lies below";
    EXPECT_EQ(nation[1]["day"], "2021-12-05") << "not the one of a later day";
    const Json whole = world.ask("riskmap.published", {{"day", "2021-12-08"}})["publications"];
    EXPECT_EQ(whole[0], world.ask("riskmap.published", {{"unit", "79"}, {"day", "2021-12-08"}})["publications"][0]) << "the same as of the province alone";
    EXPECT_EQ(world.ask("riskmap.published", {{"unit", "79"}, {"depth", "district"}})["publications"][0]["codes"], "79 760");
    EXPECT_EQ(world.ask("riskmap.published", {{"unit", "760"}, {"depth", "province"}})["error"], "riskmap.depth");
}

TEST_F(Publishing, officials_are_told_who_prepared_and_who_approved_and_whether_they_may) {
    const StoredRecord first = record("proposal", an, propose(an), kMade + kHour);
    world.apply({first, approval(binh, first, kMade + 2 * kHour)});
    const Json desk = world.ask("riskmap.proposals", {{"unit", "79"}}, an);
    ASSERT_EQ(desk["history"].size(), 1U);
    EXPECT_EQ(desk["history"][0]["preparedBy"], "an");
    EXPECT_EQ(desk["history"][0]["approvedBy"], "binh");
    EXPECT_EQ(desk["history"][0]["level"], first.record.body["levels"].get<std::string>().substr(0, 1));
    EXPECT_EQ(desk["history"][0]["validTo"], nullptr);
    EXPECT_TRUE(desk["mayApprove"]);
    EXPECT_FALSE(world.ask("riskmap.proposals", {{"unit", "79"}}, official("x", Role::analyst, "79"))["mayApprove"]);
    const std::string told = world.ask("riskmap.published", {{"unit", "79"}}).dump();
    EXPECT_EQ(told.find("binh"), std::string::npos) << "everybody is told what, not who";
}

}  // namespace
}  // namespace lachan::riskmap
