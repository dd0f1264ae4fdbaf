// The rules of the form: the vectors, and what vectors cannot say.

#include <array>
#include <map>
#include <set>

#include "core/core.h"
#include "world.h"

namespace lachan::declaration {
namespace {

/// Runs the vectors of one file through the operation table, as the page does.
void run_vectors(const std::string& path) {
    Core core(nullptr);
    std::string reply;
    ASSERT_EQ(core.call("units.load", Json{{"text", read_file("tests/declaration/units.txt")}}.dump(), reply), 0) << reply;
    const auto vectors = parse_json(read_file(path), {1 << 20, 16});
    ASSERT_TRUE(vectors) << vectors.error().detail;
    EXPECT_GT(vectors->size(), 10U);
    for (const Json& vector : *vectors) {
        const std::string operation(text_at(vector, "operation"));
        core.call(operation, at(vector, "input").dump(), reply);
        EXPECT_EQ(reply, canonical(at(vector, "expect"))) << text_at(vector, "id") << ": " << text_at(vector, "why");
    }
}

TEST(declaration_rules, a_list_far_over_its_bound_is_refused_without_being_walked) {
    Json body = healthy_body();
    body["travelled"] = true;
    body["places"] = Json::array();
    const Json stay{{"place", "01"}, {"from", "2021-08-05"}, {"to", "2021-08-06"}};
    for (int i = 0; i < 30'000; ++i) body["places"].push_back(stay);
    const auto violations = lachan::check("declaration", CheckInput{"population", 2, body, "26734", test_units(), kNow});
    ASSERT_TRUE(violations);
    ASSERT_EQ(violations->size(), 1u);
    EXPECT_EQ(violations->front().rule, "declaration.places");
}

TEST(declaration_rules, vectors_give_what_they_expect) { run_vectors("tests/declaration/vectors.json"); }

TEST(declaration_rules, vectors_of_codes_give_what_they_expect) { run_vectors("tests/qr/vectors.json"); }

TEST(declaration_rules, every_rule_has_a_vector_that_passes_and_one_that_fails) {
    const auto vectors = parse_json(read_file("tests/declaration/vectors.json"), {1 << 20, 16});
    ASSERT_TRUE(vectors);
    std::set<std::string> passes;
    std::set<std::string> fails;
    for (const Json& vector : *vectors) {
        const std::string rule(text_at(vector, "rule"));
        const std::string expect = at(vector, "expect").dump();
        (expect.find('"' + rule + '"') == std::string::npos ? passes : fails).insert(rule);
    }
    EXPECT_GE(fails.size(), 50U);
    // A stay at risk needs a database with levels, and field.range and field.items have rules of their own everywhere here.
    passes.erase("triage.stay");
    passes.erase("field.range");
    for (const std::string& rule : fails) EXPECT_TRUE(passes.count(rule)) << rule << " never passes";
    for (const std::string& rule : passes) EXPECT_TRUE(fails.count(rule)) << rule << " never fails";
}

CheckInput input_of(const Json& body, Instant now = kNow) { return {"population", 2, body, "", test_units(), now}; }

TEST(declaration_rules, a_body_of_any_types_is_no_crash) {
    for (const Json& wrong : {Json(nullptr), Json(1), Json("x"), Json::array(), Json::array({1}), Json::object(), Json(true)}) {
        Json body = healthy_body();
        for (const FieldSpec& spec : fields_of_population(2)->fields) {
            body[std::string(spec.name)] = wrong;
        }
        EXPECT_FALSE(lachan::check("declaration", input_of(body))->empty()) << wrong.dump();
        body = healthy_body();
        body["travelled"] = true;
        body["places"] = Json::array({wrong, Json{{"place", wrong}, {"from", wrong}, {"to", wrong}}});
        EXPECT_FALSE(lachan::check("declaration", input_of(body))->empty()) << wrong.dump();
    }
    EXPECT_FALSE(lachan::check("declaration", input_of(Json(7)))->empty());
}

TEST(declaration_rules, a_merged_province_is_gone_and_its_communes_answer_to_the_successor) {
    Json body = healthy_body();
    body.update({{"province", "74"}, {"district", "718"}, {"ward", "25741"}});
    EXPECT_TRUE(lachan::check("declaration", input_of(body))->empty());
    const Instant later = start_in_vietnam(day("2025-12-01"));
    EXPECT_EQ(lachan::check("declaration", input_of(body, later))->at(0).rule, "declaration.province");
    body["province"] = "79";
    EXPECT_TRUE(lachan::check("declaration", input_of(body, later))->empty());
}

TEST(declaration_rules, without_districts_none_is_asked) {
    const auto units = Units::parse("26734|3|79|Phường Tân Định|Phường|||\n79|1||Thành phố Hồ Chí Minh|Thành phố|||\n");
    ASSERT_TRUE(units) << units.error().detail;
    Json body = healthy_body();
    body.erase("district");
    const auto found = lachan::check("declaration", {"population", 2, body, "26734", *units, kNow});
    EXPECT_TRUE(found->empty()) << to_json(*found).dump();
    body["district"] = "760";
    EXPECT_FALSE(lachan::check("declaration", {"population", 2, body, "26734", *units, kNow})->empty());
}

TEST(declaration_rules, nothing_is_pre_set) {
    // An empty body is refused at every required field and has no colour: "not answered" is a state of its own.
    const Json empty = Json::object();
    const auto found = lachan::check("declaration", input_of(empty));
    std::set<std::string> open;
    for (const Violation& violation : *found) {
        EXPECT_EQ(violation.rule, "field.required") << violation.field;
        open.insert(violation.field);
    }
    for (const char* name : {"signFever", "signCough", "signDyspnoea", "signPneumonia", "signSoreThroat", "signFatigue",
                             "signLossOfTasteSmell", "contactCase", "contactAffectedCountry", "contactSymptomatic", "travelled"}) {
        EXPECT_TRUE(open.count(name)) << name;
    }
    EXPECT_EQ(preview(input_of(empty), nullptr)->at("colour"), "");
}

TEST(declaration_rules, levels_hold_until_the_next_and_the_narrowest_unit_decides) {
    UnitLevels levels;
    levels.set("79", day("2021-08-01"), 4);
    levels.set("79", day("2021-08-05"), 2);
    levels.set("760", day("2021-08-03"), 1);
    levels.set("760", day("2021-08-04"), 0);
    EXPECT_EQ(levels.highest("79/760/26734", day("2021-07-20"), day("2021-07-31")), 0);
    EXPECT_EQ(levels.highest("79/760/26734", day("2021-08-02"), day("2021-08-02")), 4);
    EXPECT_EQ(levels.highest("79/760/26734", day("2021-08-03"), day("2021-08-03")), 1) << "the district has one of its own";
    EXPECT_EQ(levels.highest("79/760/26734", day("2021-08-04"), day("2021-08-04")), 4) << "0 says nothing, so the province decides";
    EXPECT_EQ(levels.highest("79", day("2021-08-05"), day("2021-09-05")), 2);
}

TEST(declaration_rules, a_stay_adds_its_rule_in_the_place_of_the_pack) {
    const TriagePack& pack = pack_on(day("2021-08-15"));
    const Triage green{Colour::green, {}};
    EXPECT_EQ(with_stay(pack, green, true), (Triage{Colour::yellow, {"triage.stay"}}));
    EXPECT_EQ(with_stay(pack, with_stay(pack, green, true), false), green);
    const Triage red{Colour::red, {"triage.dyspnoea", "triage.sign", "triage.contact_symptomatic"}};
    const Triage both = with_stay(pack, red, true);
    EXPECT_EQ(both.rules, (std::vector<std::string>{"triage.dyspnoea", "triage.sign", "triage.stay", "triage.contact_symptomatic"}));
    EXPECT_EQ(with_stay(pack, both, false), red);
}

/// Rules of another day, which officials might approve: dyspnoea is yellow, stays do not count.
constexpr std::array kOtherRules = {
    TriageRule{"triage.dyspnoea", Colour::yellow, [](const Population& p) { return p.sign_dyspnoea.value_or(false); }}};

TEST(declaration_rules, a_declaration_is_judged_by_the_pack_of_its_day) {
    const std::array packs{pack_on(day("2021-08-15")), TriagePack{"other", day("2022-03-01"), kOtherRules}};
    EXPECT_EQ(pack_on(day("1969-12-31"), packs).id, "triage-1") << "before the first pack that one";
    EXPECT_EQ(pack_on(day("2022-02-28"), packs).id, "triage-1");
    EXPECT_EQ(pack_on(day("2022-03-01"), packs).id, "other");
    EXPECT_EQ(pack_on(day("2030-01-01"), packs).id, "other");
    EXPECT_EQ(pack_named("triage-1", day("2022-03-01"), packs).id, "triage-1") << "what was judged stays so";
    EXPECT_EQ(pack_named("newer", day("2022-03-01"), packs).id, "other") << "of a program that knows more";
    Population declared;
    declared.sign_dyspnoea = true;
    EXPECT_EQ(judge_answers(packs[0], declared, 2), (Triage{Colour::red, {"triage.dyspnoea", "triage.sign"}}));
    EXPECT_EQ(judge_answers(packs[1], declared, 2), (Triage{Colour::yellow, {"triage.dyspnoea"}}));
    EXPECT_EQ(with_stay(packs[1], judge_answers(packs[1], declared, 2), true), (Triage{Colour::yellow, {"triage.dyspnoea"}}));
}

TEST(declaration_rules, published_packs_begin_one_after_another_and_have_ids_of_their_own) {
    std::set<std::string_view> ids;
    for (const TriagePack& pack : triage_packs()) EXPECT_TRUE(ids.insert(pack.id).second) << pack.id;
    const auto packs = triage_packs();
    EXPECT_EQ(std::adjacent_find(packs.begin(), packs.end(), [](const TriagePack& a, const TriagePack& b) { return !(a.from < b.from); }), packs.end());
}

TEST(declaration_rules, the_personal_qr_hides_what_a_screen_shows_and_officials_see_all) {
    Maker maker;
    const Record made = maker.population({{"birthDate", "1999-05-20"}, {"hasInsurance", true}, {"insuranceNumber", "GD4790000000000"}});
    const std::string code = short_code("KB", RecordId::parse(made.id).value());
    EXPECT_EQ(card(made, true), "001099000000|NGUYEN VAN THU|1999-05-20|0|" + code + "|1<GD4790000000000<0912345678");
    EXPECT_EQ(card(made, false), "******000000|NGUYEN VAN THU|1999-**-**|0|" + code + "|1<GD4************<09********");
    EXPECT_EQ(card(maker.record("withdrawal", {{"declaration", made.id}}), true), "");
}

}  // namespace
}  // namespace lachan::declaration
