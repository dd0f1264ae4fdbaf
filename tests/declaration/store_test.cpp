// What is kept: the same for any order of arrival, by the guards of the state machine, and no longer than allowed.

#include <map>
#include <random>
#include <tuple>

#include "kernel/outbox.h"
#include "world.h"

namespace lachan::declaration {
namespace {

/// A record about `about`, in its ward.
Record after(Maker& maker, std::string kind, const Record& about, Json more, Instant at, const std::string& device = "phone") {
    Json body{{"declaration", about.id}};
    body.update(more);
    Record made = maker.record(std::move(kind), std::move(body), at, device);
    made.unit = about.unit;
    return made;
}

Instant later(std::int64_t hours) { return Instant{kNow.ms + hours * kHourMs}; }

TEST(declaration_store, a_declaration_is_judged_and_told) {
    World world;
    Maker maker;
    const Record green = maker.population();
    const Record red = maker.population({{"signDyspnoea", true}});
    const auto facts = world.apply({green, red});
    EXPECT_EQ(world.standing(green.id), "green triaged");
    EXPECT_EQ(world.standing(red.id), "red triaged");
    ASSERT_EQ(facts.size(), 2U);
    const auto& told = std::get<DeclarationTriaged>(facts[1]);
    EXPECT_EQ(told.unit, "26734");
    EXPECT_EQ(told.day, day("2021-08-15"));
    EXPECT_EQ(told.before, "");
    EXPECT_EQ(told.colour, "red");
    EXPECT_TRUE(told.symptomatic);
    EXPECT_FALSE(told.symptomatic_before);
}

TEST(declaration_store, version_1_is_still_taken_after_version_2) {
    World world;
    Maker maker;
    Record old = maker.population();
    old.version = 1;
    old.body.erase("signLossOfTasteSmell");
    EXPECT_EQ(world.submit(old), "");
    EXPECT_EQ(world.standing(old.id), "green triaged");
    Record unknown = maker.population();
    unknown.version = 3;
    EXPECT_EQ(world.submit(unknown), "record.version");
}

TEST(declaration_store, states_follow_what_happened) {
    World world;
    Maker maker;
    const Record d = maker.population({{"signCough", true}});
    world.apply({d});
    world.apply({after(maker, "closure", d, {{"outcome", "noRisk"}}, later(3))});
    EXPECT_EQ(world.standing(d.id), "yellow triaged") << "nothing is closed that nobody followed up";
    world.apply({after(maker, "follow_up", d, {{"action", "call"}}, later(2))});
    EXPECT_EQ(world.standing(d.id), "yellow closed");
    Record correction = maker.population({}, later(5));
    correction.supersedes = d.id;
    const auto facts = world.apply({correction});
    EXPECT_EQ(world.standing(d.id), "yellow superseded");
    EXPECT_EQ(world.standing(correction.id), "green triaged");
    ASSERT_EQ(facts.size(), 2U);
}

TEST(declaration_store, the_old_version_leaves_the_counts_when_it_is_corrected) {
    World world;
    Maker maker;
    const Record d = maker.population({{"signCough", true}});
    Record correction = maker.population({}, later(1));
    correction.supersedes = d.id;
    std::vector<Fact> facts = world.apply({correction});
    for (Fact& fact : world.apply({d})) facts.push_back(fact);
    ASSERT_EQ(facts.size(), 1U) << "what arrives already corrected never counted";
    EXPECT_EQ(std::get<DeclarationTriaged>(facts[0]).colour, "green");
}

/// Sum of what was told, by place and day: what a system that only hears facts believes.
using Belief = std::map<std::tuple<std::string, std::int32_t, std::string>, int>;
void hear(Belief& belief, const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) {
        const auto* told = std::get_if<DeclarationTriaged>(&fact);
        if (!told) continue;
        if (!told->before.empty()) --belief[{told->unit, told->day.days, told->before}];
        if (!told->colour.empty()) ++belief[{told->unit, told->day.days, told->colour}];
        if (told->symptomatic_before) --belief[{told->unit, told->day.days, "signs"}];
        if (told->symptomatic) ++belief[{told->unit, told->day.days, "signs"}];
    }
    std::erase_if(belief, [](const auto& item) { return item.second == 0; });
}

TEST(declaration_store, any_order_of_arrival_gives_the_same_tables_and_the_same_counts) {
    for (const std::uint32_t seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
        Maker maker(seed);
        std::mt19937 dice(seed);
        const auto roll = [&](int n) { return static_cast<int>(dice() % static_cast<std::uint32_t>(n)); };
        const char* wards[][2] = {{"760", "26734"}, {"760", "26740"}, {"770", "27127"}};
        std::vector<Record> records;
        for (int i = 0; i < 40; ++i) {
            const auto* ward = wards[roll(3)];
            const std::string device = "phone" + std::to_string(roll(4));
            Json changes{{"district", ward[0]}, {"ward", ward[1]}, {"signCough", roll(3) == 0}, {"contactCase", roll(4) == 0},
                         {"positionConsent", roll(2) == 0}};
            if (roll(2) == 0) {
                const char* places[] = {"01", "001", "00001", "48", "LAO", "26740"};
                changes["travelled"] = true;
                changes["places"] = Json::array({{{"place", places[roll(6)]}, {"from", "2021-08-03"}, {"to", "2021-08-0" + std::to_string(3 + roll(6))}}});
            }
            const Record d = maker.population(changes, later(-roll(40)), device);
            records.push_back(d);
            const std::string other = roll(4) == 0 ? "stranger" : device;
            if (roll(4) == 0) records.push_back(after(maker, "withdrawal", d, Json::object(), Instant{d.made_at.ms + roll(30) * kHourMs}, other));
            if (roll(3) == 0) records.push_back(maker.by_official(after(maker, "follow_up", d, {{"action", "call"}}, Instant{d.made_at.ms + roll(20) * kHourMs})));
            if (roll(4) == 0) records.push_back(maker.by_official(after(maker, "closure", d, {{"outcome", "noRisk"}}, later(1))));
            if (roll(4) == 0) records.push_back(after(maker, "position", d, {{"latE6", 10785000}, {"lonE6", 106690000}, {"accuracyM", 9}}, d.made_at, other));
            if (roll(4) == 0) {
                Record correction = maker.population(changes, Instant{d.made_at.ms + kHourMs}, other);
                correction.supersedes = d.id;
                records.push_back(correction);
            }
        }
        // One fact for each unit: of the same unit the later fact is the truth, which is an order of its own.
        const std::vector<Fact> levels{UnitLevelChanged{"01", day("2021-08-04"), 4}, UnitLevelChanged{"48", day("2021-08-05"), 3},
                                       UnitLevelChanged{"001", day("2021-08-06"), 1}, UnitLevelChanged{"26740", day("2021-08-01"), 4}};
        std::string first;
        Belief first_belief;
        for (int round = 0; round < 4; ++round) {
            World world;
            Belief belief;
            std::vector<Fact> facts = levels;
            std::shuffle(facts.begin(), facts.end(), dice);
            std::shuffle(records.begin(), records.end(), dice);
            for (std::size_t from = 0; from < records.size() || !facts.empty();) {
                const std::size_t size = std::min<std::size_t>(records.size() - from, static_cast<std::size_t>(1 + roll(20)));
                const auto begin = records.begin() + static_cast<std::ptrdiff_t>(from);
                hear(belief, world.apply({begin, begin + static_cast<std::ptrdiff_t>(size)}));
                from += size;
                if (!facts.empty() && (roll(2) == 0 || from == records.size())) {
                    hear(belief, world.observe({facts.back()}));
                    facts.pop_back();
                }
            }
            const std::string tables = world.tables();
            if (round == 0) {
                first = tables;
                first_belief = belief;
                EXPECT_NE(first.find("triage.stay"), std::string::npos);
                EXPECT_NE(first.find("withdrawn"), std::string::npos);
                EXPECT_NE(first.find("superseded"), std::string::npos);
            }
            ASSERT_EQ(tables, first) << "seed " << seed << ", round " << round;
            ASSERT_EQ(belief, first_belief) << "seed " << seed << ", round " << round;
        }
    }
}

TEST(declaration_store, the_log_alone_makes_the_tables_again) {
    World world;
    Maker maker;
    const Record a = maker.population({{"signCough", true}, {"travelled", true}, {"places", Json::array({{{"place", "01"}, {"from", "2021-08-05"}, {"to", "2021-08-06"}}})}});
    const Record b = maker.population({{"signDyspnoea", true}}, kNow, "other");
    ASSERT_EQ(world.submit({a, b}), (std::vector<std::string>{"", ""}));
    ASSERT_EQ(world.submit(after(maker, "withdrawal", b, Json::object(), later(1), "other")), "");
    ASSERT_EQ(world.submit(maker.by_official(after(maker, "follow_up", a, {{"action", "visit"}}, later(1))), World::officer("26734")), "");

    World again;
    RecordLog log(*world.database);
    std::vector<Record> logged;
    for (const int priority : {3, 1}) {
        const auto page = log.feed({"79", "", ""}, priority, 0, 100);
        ASSERT_TRUE(page);
        for (const StoredRecord& stored : page->records) logged.push_back(stored.record);
    }
    ASSERT_EQ(logged.size(), 4U);
    again.apply(logged);
    EXPECT_EQ(again.tables(), world.tables());
}

TEST(declaration_store, guards_of_the_citizen) {
    World world;
    Maker maker;
    const Record d = maker.population({{"signCough", true}});
    ASSERT_EQ(world.submit(d), "");
    world.now = later(30);
    EXPECT_EQ(world.submit(after(maker, "withdrawal", d, Json::object(), later(1), "stranger")), "declaration.withdrawal_device");
    EXPECT_EQ(world.submit(after(maker, "withdrawal", d, Json::object(), later(25))), "declaration.withdrawal_late");
    EXPECT_EQ(world.submit(after(maker, "position", d, {{"latE6", 10785000}, {"lonE6", 106690000}, {"accuracyM", 9}}, later(1))), "declaration.position_consent");
    EXPECT_EQ(world.submit(after(maker, "position", d, {{"latE6", 10785000}, {"lonE6", 106690000}, {"accuracyM", 9}}, later(1), "stranger")), "declaration.position_device");
    Record stolen = maker.population({}, later(1), "stranger");
    stolen.supersedes = d.id;
    EXPECT_EQ(world.submit(stolen), "declaration.superseded_device");
    EXPECT_EQ(world.standing(d.id), "yellow triaged");
    ASSERT_EQ(world.submit(maker.by_official(after(maker, "follow_up", d, {{"action", "call"}}, later(2))), World::officer("26734")), "");
    EXPECT_EQ(world.submit(after(maker, "withdrawal", d, Json::object(), later(3))), "declaration.withdrawal_evidence");
    EXPECT_EQ(world.submit(after(maker, "withdrawal", d, Json::object(), later(1))), "declaration.withdrawal_evidence")
        << "a phone's clock can be set back: what the server has, came first";
    EXPECT_EQ(world.standing(d.id), "yellow followedUp");
}

TEST(declaration_store, the_twin_of_a_refused_record_is_no_duplicate) {
    World world;
    Maker maker;
    const Record d = maker.population({{"signCough", true}});
    ASSERT_EQ(world.submit(d), "");
    const Record late = after(maker, "withdrawal", d, Json::object(), later(25));
    world.now = later(30);
    EXPECT_EQ(world.submit({late, late}), (std::vector<std::string>{"declaration.withdrawal_late", "declaration.withdrawal_late"}));
}

TEST(declaration_store, a_page_of_the_feed_is_not_judged_again) {
    World server;
    Maker maker;
    const Record d = maker.population({{"signCough", true}});
    const Record typed = maker.by_official(after(maker, "follow_up", d, {{"action", "call"}}, later(1)));
    World desk;
    desk.now = Instant{kNow.ms - 100 * 3'600'000};  // a desk whose clock is four days behind, and whose user has read access only
    Context at = desk.context(World::officer("760", Role::district_tracer));
    const std::vector<Incoming> page{{write_envelope(d), "s"}, {write_envelope(typed), "s"}};
    auto answers = append(at, read_feed(page, test_units(), desk.now), {});
    ASSERT_TRUE(answers);
    for (const RecordAnswer& answer : *answers) EXPECT_EQ(answer.outcome, Outcome::accepted) << answer.rule;
    EXPECT_EQ(desk.standing(d.id), "yellow followedUp");
}

TEST(declaration_store, guards_of_the_official) {
    World world;
    Maker maker;
    const Record green = maker.population();
    const Record yellow = maker.population({{"signCough", true}});
    ASSERT_EQ(world.submit({green, yellow}), (std::vector<std::string>{"", ""}));
    world.now = later(2);
    const Actor officer = World::officer("26734");
    const auto follow = [&](const Record& d) { return maker.by_official(after(maker, "follow_up", d, {{"action", "call"}}, later(1))); };
    EXPECT_EQ(world.submit(follow(green), officer), "declaration.follow_up_colour");
    EXPECT_EQ(world.submit(follow(yellow)), "access.author") << "nobody is signed in";
    EXPECT_NE(world.submit(follow(yellow), World::officer("26740")), "") << "another commune";
    Record elsewhere = follow(yellow);
    elsewhere.unit = "26740";
    EXPECT_EQ(world.submit(elsewhere, World::officer("26740")), "declaration.reference_unit");
    EXPECT_EQ(world.submit(follow(yellow), officer), "");
    EXPECT_EQ(world.standing(yellow.id), "yellow followedUp");
    // The fold has the same guard for what came before its declaration.
    Maker other(9);
    const Record unseen = other.population({{"signCough", true}}, later(1));
    Record early = other.by_official(after(other, "follow_up", unseen, {{"action", "call"}}, later(1)));
    early.unit = "26740";
    EXPECT_EQ(world.submit(early, World::officer("26740")), "");
    EXPECT_EQ(world.submit(unseen), "");
    EXPECT_EQ(world.standing(unseen.id), "yellow triaged");
}

TEST(declaration_store, a_stay_in_a_red_unit_changes_the_colour_whichever_is_known_first) {
    const Json travel{{"travelled", true}, {"places", Json::array({{{"place", "00001"}, {"from", "2021-08-05"}, {"to", "2021-08-07"}}})}};
    World before;
    World after_it;
    const Record d = Maker().population(travel);
    const Fact red = UnitLevelChanged{"01", day("2021-08-07"), 3};
    before.observe({red});
    before.apply({d});
    after_it.apply({d});
    EXPECT_EQ(after_it.standing(d.id), "green triaged");
    const auto facts = after_it.observe({red});
    EXPECT_EQ(before.standing(d.id), "yellow triaged");
    EXPECT_EQ(after_it.tables(), before.tables());
    ASSERT_EQ(facts.size(), 1U);
    EXPECT_EQ(std::get<DeclarationTriaged>(facts[0]).before, "green");
    EXPECT_EQ(std::get<DeclarationTriaged>(facts[0]).colour, "yellow");

    // The next fact of the unit voids the later days: the level that made it yellow is taken back.
    EXPECT_EQ(after_it.observe({UnitLevelChanged{"01", day("2021-08-01"), 2}}).size(), 1U);
    EXPECT_EQ(after_it.standing(d.id), "green triaged");
    EXPECT_TRUE(after_it.observe({UnitLevelChanged{"01", day("2021-08-08"), 4}}).empty()) << "after the stay";
    EXPECT_TRUE(after_it.observe({UnitLevelChanged{"48", day("2021-08-01"), 4}}).empty()) << "another province";

    const CheckInput draft{"population", 2, d.body, "", test_units(), kNow};
    EXPECT_EQ(preview(draft, before.database.get())->at("colour"), "yellow");
    EXPECT_EQ(preview(draft, nullptr)->at("colour"), "green");
}

TEST(declaration_store, the_pack_that_judged_is_kept_with_the_declaration) {
    World world;
    const Record d = Maker().population({{"travelled", true}, {"places", Json::array({{{"place", "00001"}, {"from", "2021-08-05"}, {"to", "2021-08-07"}}})}});
    world.apply({d});
    const auto pack = [&] {
        std::string found;
        EXPECT_TRUE(world.database->read("SELECT pack FROM declaration_entry", {}, [&](const Row& row) {
            found = row.text(0);
            return Next::row;
        }));
        return found;
    };
    EXPECT_EQ(pack(), pack_on(day_in_vietnam(d.made_at)).id);
    // A newer program has judged it, and an older one judges again, since a level changed.
    ASSERT_TRUE(world.database->write("UPDATE declaration_entry SET pack = 'newer'", {}));
    world.observe({UnitLevelChanged{"01", day("2021-08-07"), 3}});
    EXPECT_EQ(world.standing(d.id), "yellow triaged");
    EXPECT_EQ(pack(), "newer");
}

TEST(declaration_store, after_28_days_only_counts_are_left) {
    World world;
    Maker maker;
    const std::vector<std::string> secrets{"Bí Mật",      "0987000111", "+84987000111", "079099000000", "42 Ngõ Kín", "hen suyễn nặng",
                                           "gọi cho mẹ",  "10777001",   device_id("secret phone")};
    Json changes{{"fullName", "Trần Bí Mật"}, {"phone", "0987000111"}, {"idNumber", "079099000000"}, {"address", "42 Ngõ Kín"},
                 {"signNote", "hen suyễn nặng"}, {"signCough", true}, {"positionConsent", true}, {"travelled", true},
                 {"places", Json::array({{{"place", "00001"}, {"from", "2021-08-05"}, {"to", "2021-08-07"}}})}};
    const Record d = maker.population(changes, kNow, "secret phone");
    const Record kept = maker.population({}, later(24 * 27), "other");
    const Record follow = maker.by_official(after(maker, "follow_up", d, {{"action", "call"}, {"note", "gọi cho mẹ"}}, later(1)));
    const Record position = after(maker, "position", d, {{"latE6", 10777001}, {"lonE6", 106690000}, {"accuracyM", 9}}, kNow, "secret phone");
    ASSERT_EQ(world.submit(d), "");
    ASSERT_EQ(world.submit(position), "");
    ASSERT_EQ(world.submit(follow, World::officer("26734")), "");
    const Actor cdc = World::officer("79", Role::provincial_cdc);
    const Json counted = world.query("declaration.counts", {{"unit", "79"}, {"day", "2021-08-15"}}, cdc);
    EXPECT_EQ(counted["yellow"], 1);
    const std::string before = world.everything();
    for (const std::string& secret : secrets) EXPECT_NE(before.find(secret), std::string::npos) << secret;

    world.now = later(24 * 6);
    Context at = world.context();
    EXPECT_EQ(*purge(at), 0);
    world.now = later(24 * 7 + 1);
    Context week = world.context();
    EXPECT_EQ(*purge(week), 1) << "the position";
    EXPECT_EQ(world.everything().find("10777001"), std::string::npos);

    world.now = later(24 * 28);
    ASSERT_EQ(world.submit(kept), "");
    Context last_day = world.context();
    EXPECT_EQ(*purge(last_day), 0);
    world.now = later(24 * 29);
    Context month = world.context();
    EXPECT_EQ(*purge(month), 2) << "the declaration and its follow-up";
    Context again = world.context();
    EXPECT_EQ(*purge(again), 0);
    std::string left = world.everything();
    for (const std::string& secret : secrets) {
        if (secret == device_id("secret phone")) continue;  // the log keeps which key made a record, as it keeps id and hash
        EXPECT_EQ(left.find(secret), std::string::npos) << secret;
    }
    for (const char* table : {"declaration_event", "declaration_stay", "declaration_position"}) EXPECT_EQ(world.dump(table), "") << table;
    const auto erased = RecordLog(*world.database).find(d.id);
    ASSERT_TRUE(erased && *erased);
    EXPECT_EQ((*erased)->bytes, "");
    EXPECT_EQ((*erased)->hash, seal(d).hash);
    EXPECT_NE(world.standing(kept.id), "");
    Json still = world.query("declaration.counts", {{"unit", "79"}, {"day", "2021-08-15"}}, cdc);
    EXPECT_EQ(still["yellow"], 1);
    EXPECT_EQ(still["open"]["yellow"], 0);
    EXPECT_EQ(still["units"][0]["unit"], "760");
}

TEST(declaration_store, what_waits_to_be_sent_outlives_its_retention) {
    World world;
    Maker maker;
    const Record sent = maker.population({{"signCough", true}}, kNow, "one");
    const Record own = maker.population({{"signCough", true}}, kNow, "two");
    const Record visited = maker.population({{"signCough", true}}, kNow, "three");
    const Record follow = maker.by_official(after(maker, "follow_up", visited, {{"action", "call"}}, later(1)));
    const Record stray = maker.by_official(
        after(maker, "follow_up", maker.population({}, kNow, "never came"), {{"action", "visit"}}, later(1)));
    ASSERT_EQ(world.submit({sent, own, visited}), (std::vector<std::string>{"", "", ""}));
    ASSERT_EQ(world.submit({follow, stray}, World::officer("26734")), (std::vector<std::string>{"", ""}));
    Outbox outbox(*world.database);
    for (const Record* record : {&own, &follow, &stray}) ASSERT_TRUE(outbox.put(record->id, 1, kNow));

    world.now = later(24 * 40);
    Context month = world.context();
    EXPECT_EQ(*purge(month), 1) << "only what was sent and has nothing waiting";
    EXPECT_EQ(world.standing(sent.id), "");
    EXPECT_NE(world.standing(own.id), "");
    EXPECT_NE(world.standing(visited.id), "");
    EXPECT_EQ(outbox.next(10, world.now)->size(), 3u);

    const Settlement taken[] = {{own.id, "accepted", ""}, {follow.id, "accepted", ""}, {stray.id, "duplicate", ""}};
    ASSERT_TRUE(outbox.settle(taken, world.now));
    Context then = world.context();
    EXPECT_EQ(*purge(then), 4);
    for (const char* table : {"declaration_entry", "declaration_event"}) EXPECT_EQ(world.dump(table), "") << table;
    Json counted = world.query("declaration.counts", {{"unit", "79"}, {"day", "2021-08-15"}}, World::officer("79", Role::provincial_cdc));
    EXPECT_EQ(counted["yellow"], 3) << "each counted once";
}

TEST(declaration_store, a_proven_telephone_marks_what_that_device_declared_with_it) {
    World world;
    Maker maker;
    const Json cough{{"signCough", true}};
    const Record first = maker.population(cough, kNow, "phone");
    const Record stranger = maker.population(cough, kNow, "strange");
    ASSERT_EQ(world.submit({first, stranger}), (std::vector<std::string>{"", ""}));
    const Actor server{"0", device_id("server"), {{Role::administrator, "VN", Instant{0}}}};
    Context at = world.context(server);
    const auto drafts = system().phone_confirmed(at, first.device, "+84912345678");
    ASSERT_TRUE(drafts);
    ASSERT_EQ(drafts->size(), 1u);
    EXPECT_EQ(drafts->front().body["declaration"], first.id);
    Record confirmation = maker.by_official(maker.record("confirmation", drafts->front().body, kNow, "server"), "0");
    confirmation.unit = drafts->front().unit;
    const Record forged = maker.by_official(maker.record("confirmation", {{"declaration", stranger.id}}, kNow, "desk"));
    EXPECT_NE(world.submit(forged, World::officer("26734")), "") << "nobody who works on declarations may say so";
    EXPECT_EQ(world.submit(confirmation, server), "");
    const Record later = maker.population(cough, kNow, "phone");
    const Record other_number = maker.population({{"signCough", true}, {"phone", "0912345679"}}, kNow, "phone");
    ASSERT_EQ(world.submit({later, other_number}), (std::vector<std::string>{"", ""}));
    std::map<std::string, bool> proven;
    const Json list = world.query("declaration.worklist", {{"unit", "26734"}}, World::officer("26734"));
    for (const Json& item : list["items"]) {
        proven[item["id"]] = item["phoneProven"];
    }
    const std::map<std::string, bool> expected{{first.id, true}, {stranger.id, false}, {later.id, true}, {other_number.id, false}};
    EXPECT_EQ(proven, expected);
    EXPECT_TRUE(system().phone_confirmed(at, first.device, "+84999999999")->empty());
}

TEST(declaration_store, the_worklist_shows_red_first_then_the_newest_page_by_page) {
    World world;
    Maker maker;
    std::vector<Record> records;
    for (int i = 0; i < 30; ++i) {
        const bool red = i % 3 == 0;
        const bool green = i % 3 == 1;
        records.push_back(maker.population({{"signDyspnoea", red}, {"signCough", !green}, {"ward", i % 2 ? "26734" : "26740"}}, later(-i)));
    }
    ASSERT_EQ(world.submit(records), std::vector<std::string>(30, ""));
    const Actor tracer = World::officer("760", Role::district_tracer);
    std::vector<std::string> seen;
    Json arguments{{"unit", "760"}, {"limit", 7}};
    for (;;) {
        const Json page = world.query("declaration.worklist", arguments, tracer);
        ASSERT_TRUE(page.contains("items")) << page.dump();
        for (const Json& item : page["items"]) seen.push_back(item["colour"].get<std::string>() + std::to_string(item["madeAt"].get<std::int64_t>()));
        if (!page["more"].get<bool>()) break;
        arguments["after"] = page["after"];
    }
    EXPECT_EQ(seen.size(), 20U) << "green ones are nobody's work";
    std::vector<std::string> sorted = seen;
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a[0] != b[0] ? a[0] == 'r' : a > b; });
    EXPECT_EQ(seen, sorted);
    EXPECT_EQ(world.query("declaration.worklist", {{"unit", "26740"}, {"colour", "red"}, {"limit", 200}}, tracer)["items"].size(), 5U);
    EXPECT_EQ(world.query("declaration.worklist", {{"unit", "760"}, {"state", "closed"}}, tracer)["items"].size(), 0U);
    EXPECT_EQ(world.query("declaration.worklist", {{"unit", "760"}, {"after", "2.1.x"}}, tracer)["error"], "declaration.cursor");
    EXPECT_EQ(world.query("declaration.worklist", {{"unit", "26734"}, {"after", "' OR 1=1"}}, tracer)["error"], "declaration.cursor");
    const Json nation = world.query("declaration.worklist", {{"unit", "VN"}}, World::officer("VN", Role::national_centre));
    EXPECT_EQ(nation["error"], "declaration.query_unit") << "a list of the whole country would cross every province";
    EXPECT_NE(world.query("declaration.worklist", {{"unit", "770"}}, tracer).value("error", ""), "") << "not their district";
    world.now = later(24 * 15);
    EXPECT_EQ(world.query("declaration.worklist", {{"unit", "760"}}, tracer)["items"].size(), 0U);
    EXPECT_EQ(world.query("declaration.worklist", {{"unit", "760"}, {"state", "expired"}}, tracer)["items"].size(), 20U);
}

TEST(declaration_store, each_role_sees_as_much_of_a_person_as_it_may) {
    World world;
    Maker maker;
    const Record d = maker.population({{"signCough", true}, {"signNote", "ho nhiều"}});
    ASSERT_EQ(world.submit(d), "");
    const auto first = [&](const std::string& unit, Role role) {
        const Json list = world.query("declaration.worklist", {{"unit", unit}}, World::officer(unit, role));
        return list.contains("items") && !list["items"].empty() ? list["items"][0] : list;
    };
    EXPECT_EQ(first("26734", Role::commune_health)["name"], "Nguyễn Văn Thử");
    EXPECT_EQ(first("26734", Role::commune_health)["phone"], "+84912345678");
    EXPECT_EQ(first("26734", Role::community_team)["name"], "Nguyễn Văn ***");
    EXPECT_EQ(first("26734", Role::community_team)["phone"], "+84912345***");
    EXPECT_EQ(first("79", Role::technology_force)["yellow"], 1);
    EXPECT_EQ(first("79", Role::technology_force).dump().find("Nguy"), std::string::npos);
    EXPECT_EQ(first("79", Role::lab).value("error", ""), "access.role");

    const Json full = world.query("declaration.detail", {{"id", d.id}, {"unit", "26734"}}, World::officer("26734"));
    EXPECT_EQ(full["body"]["address"], "12 Hai Bà Trưng");
    EXPECT_EQ(full["rules"], Json::array({"triage.sign"}));
    const Json masked = world.query("declaration.detail", {{"id", d.id}, {"unit", "26734"}}, World::officer("26734", Role::community_team));
    EXPECT_EQ(masked["body"]["fullName"], "Nguyễn Văn ***");
    EXPECT_EQ(masked["body"]["signCough"], true);
    for (const char* hidden : {"Thử", "12 Hai", "345678", "001099000000", "ho nhiều"}) EXPECT_EQ(masked.dump().find(hidden), std::string::npos) << hidden;
    const Json pseudonymous = world.query("declaration.detail", {{"id", d.id}, {"unit", "VN"}}, World::officer("VN", Role::national_centre));
    EXPECT_TRUE(pseudonymous["body"].contains("signCough")) << pseudonymous.dump();
    for (const char* hidden : {"Nguy", "12 Hai", "0912", "001099000000", "ho nhiều"}) EXPECT_EQ(pseudonymous.dump().find(hidden), std::string::npos) << hidden;
    EXPECT_EQ(world.query("declaration.detail", {{"id", d.id}, {"unit", "26740"}}, World::officer("26740"))["error"], "declaration.unknown");
}

TEST(declaration_store, officials_see_all_versions_and_all_that_happened) {
    World world;
    Maker maker;
    const Record a = maker.population({{"signCough", true}});
    Record b = maker.population({{"signCough", false}}, later(1));
    b.supersedes = a.id;
    ASSERT_EQ(world.submit({a, b}), (std::vector<std::string>{"", ""}));
    const Json old = world.query("declaration.detail", {{"id", a.id}, {"unit", "26734"}}, World::officer("26734"));
    EXPECT_EQ(old["state"], "superseded");
    EXPECT_EQ(old["supersededBy"], b.id);
    ASSERT_EQ(old["versions"].size(), 2U);
    EXPECT_EQ(old["versions"][0]["id"], a.id);
    EXPECT_EQ(old["versions"][1]["body"]["signCough"], false);
    EXPECT_EQ(old["events"][0]["kind"], "supersession");
}

TEST(declaration_store, a_device_sees_its_own_and_nobody_elses) {
    World world;
    Maker maker;
    const Record mine = maker.population({{"signCough", true}});
    const Record hanoi = maker.population({{"province", "01"}, {"district", "001"}, {"ward", "00001"}}, later(-1));
    const Record other = maker.population({}, kNow, "other");
    ASSERT_EQ(world.submit({mine, hanoi, other}), (std::vector<std::string>{"", "", ""}));
    Actor me;
    me.device = device_id("phone");
    const Json answer = world.query("declaration.mine", {{"device", me.device}}, me);
    ASSERT_EQ(answer["records"].size(), 2U) << answer.dump();
    EXPECT_EQ(answer["records"][0]["id"], mine.id);
    EXPECT_EQ(answer["records"][0]["colour"], "yellow");
    EXPECT_EQ(answer["records"][1]["unit"], "00001");
    EXPECT_EQ(world.query("declaration.mine", {{"device", device_id("other")}}, me)["error"], "access.device");
}

}  // namespace
}  // namespace lachan::declaration
