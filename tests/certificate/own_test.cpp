// Our own codes: what is read, what is refused, and what the axes say.

#include "certificate/content.h"
#include "certificate/forge_own.h"
#include "certificate/revocation_query.h"
#include "certificate/revocation_write.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

const Issuer& ours() {
    static const Issuer issuer = own_issuer();
    return issuer;
}

const TrustBundle& our_list() {
    static const TrustBundle list = bundle_of({ours().signer});
    return list;
}

std::string summary_of(const Verdict& verdict) { return name_of(verdict.summary); }

/// What an inspection says against a text: state, reason and faults.
std::string structure_of_text(std::string_view text) {
    const Inspection inspection = inspect(text, Knowledge{&our_list()});
    std::string told = said(inspection.structure);
    for (const std::string& fault : inspection.faults) told += " " + fault;
    return told;
}

std::string structure_of(const OwnClaims& claims) { return structure_of_text(own_code(ours(), claims)); }
std::string structure_of(const Json& words) { return structure_of_text(own_code(ours(), words)); }

Json changed(Json words, const char* field, Json value) {
    words[field] = std::move(value);
    return words;
}

Json without(Json words, const char* field) {
    words.erase(field);
    return words;
}

TEST(own, a_card_is_read_judged_and_shown_under_the_names_of_a_verdict) {
    const Verdict verdict = verdict_on(own_code(ours(), own_card()), our_list());
    EXPECT_EQ(summary_of(verdict), "valid");
    const Json json = to_json(verdict);
    EXPECT_EQ(json["family"], "lachan");
    EXPECT_EQ(json["version"], "1");
    EXPECT_EQ(json["content"]["proven"], true);
    EXPECT_EQ(json["content"]["holder"], (Json{{"name", "Nguyễn Thị Minh Đào"}, {"birthDate", "1988-02-29"}, {"sex", "female"},
                                               {"document", "******001234"}, {"person", "KB-0000-7F"}}));
    EXPECT_EQ(json["content"]["events"],
              Json::array({{{"kind", "card"}, {"identifier", to_hex(Bytes(16, 0xab))}, {"country", "VN"}}}));
    EXPECT_EQ(said(verdict.axes.business_rules), "notApplicable");
    EXPECT_EQ(said(verdict.axes.key_usage), "pass");
    EXPECT_EQ(said(verdict.axes.time), "pass");
    EXPECT_TRUE(json["warnings"].empty());
}

TEST(own, a_release_and_a_result_have_the_names_that_other_families_have) {
    const Json release = to_json(verdict_on(own_code(ours(), own_release()), our_list()));
    EXPECT_EQ(release["summary"], "valid");
    EXPECT_EQ(release["content"]["events"][0],
              (Json{{"kind", "release"}, {"place", "facility"}, {"unit", "26734"}, {"from", "2025-05-20"}, {"until", "2025-06-03"},
                    {"order", "123/QĐ-BCĐ"}, {"followUpUntil", "2025-06-17"}, {"identifier", to_hex(Bytes(16, 0xab))}, {"country", "VN"}}));
    const Json result = to_json(verdict_on(own_code(ours(), own_result()), our_list()));
    EXPECT_EQ(result["summary"], "valid");
    EXPECT_EQ(result["content"]["events"][0],
              (Json{{"kind", "test"}, {"testType", "LP6464-4"}, {"result", "260415000"}, {"sampledAt", "2025-06-13T08:15:00+07:00"},
                    {"resultAt", "2025-06-13T19:40:00+07:00"}, {"centre", "CDC Đà Nẵng"}, {"sample", "DN-210613-0042"}, {"version", 1},
                    {"identifier", to_hex(Bytes(16, 0xab))}, {"country", "VN"}}));
    EXPECT_EQ(result["content"]["holder"]["birthDate"], "2001-11");
}

TEST(content, what_a_test_found_is_told_in_the_codes_of_every_family) {
    const auto said = [](const char* kind, const Json& result) { return finding_in(Json::array({{{"kind", kind}, {"result", result}}})); };
    for (const char* positive : {"260373001", "10828004", "52101004", "11214006", "720735008", "LA6576-8", "LA18996-1", "la11882-0", "LA9633-4", "positive",
                                 "Positive", " abnormal ", "POS", "260408008", "840533007", "RA01.0"}) {
        EXPECT_EQ(said("test", positive), Finding::positive) << positive;
    }
    for (const char* open : {"419984006", "42425007", "82334004", "415684004", "125154007", "455371000124106", "LA11885-3", "LA9663-1", "LA4259-3",
                             "LA13548-5", "LA11884-6", "LA15841-2", "ind", "", "2603730010", "GS00-B"}) {
        EXPECT_EQ(said("test", open), Finding::inconclusive) << open;
    }
    for (const char* other : {"260415000", "260385009", "131194007", "LA6577-6", "LA11883-8", "negative", "normal", "NEG", "RA01.1"}) {
        EXPECT_EQ(said("test", other), Finding::none) << other;
    }
    EXPECT_EQ(said("vaccination", "positive"), Finding::none) << "the word of another event";
    EXPECT_EQ(said("test", nullptr), Finding::inconclusive) << "a test that says nothing is no pass";
    EXPECT_EQ(finding_in(Json::array()), Finding::none);
    // The worst of several counts, wherever it stands.
    const auto both = [](const char* first, const char* second) {
        return finding_in(Json::array({{{"kind", "test"}, {"result", first}}, {{"kind", "test"}, {"result", second}}}));
    };
    EXPECT_EQ(both("260415000", "260373001"), Finding::positive);
    EXPECT_EQ(both("260373001", "419984006"), Finding::positive);
    EXPECT_EQ(both("419984006", "260415000"), Finding::inconclusive);
}

TEST(own, every_key_of_an_elliptic_or_edwards_curve_signs) {
    for (const Algorithm algorithm : {Algorithm::es256, Algorithm::es384, Algorithm::es512, Algorithm::eddsa}) {
        const Issuer issuer = own_issuer(algorithm);
        const Verdict verdict = verdict_on(own_code(issuer, own_card()), bundle_of({issuer.signer}));
        EXPECT_EQ(summary_of(verdict), "valid") << name_of(algorithm);
    }
}

TEST(own, a_long_vietnamese_name_stays_within_400_characters) {
    Json release = own_release();
    release["name"] = "Công Tằng Tôn Nữ Nguyễn Phước Thị Quỳnh Hương";
    release["order"] = "1234/QĐ-UBND-BCĐ";
    const std::string code = own_code(ours(), release);
    EXPECT_LE(code.size(), kOwnTextLimit) << code.size();
    Json result = own_result();
    result["name"] = release["name"];
    EXPECT_LE(own_code(ours(), result).size(), kOwnTextLimit) << own_code(ours(), result).size();
    EXPECT_LE(own_place(ours(), "khaibao.suckhoe.danang.example.vn").size(), 200U);
    RecordProperty("release", static_cast<int>(code.size()));
}

TEST(own, a_code_longer_than_we_write_is_not_read) {
    EXPECT_EQ(structure_of_text("LC1:" + std::string(397, '0')), "fail size-limit");
    EXPECT_EQ(structure_of_text(own_code(ours(), own_card()) + std::string(400, ' ')), "pass") << "white space around a text is no part of it";
}

TEST(own, a_later_version_may_be_longer_than_ours) {
    EXPECT_EQ(structure_of_text("LC2:" + std::string(397, '0')), "notChecked prefix-version");
    const std::string place = "https://kb.example.vn/l/" + own_place_id() + "?v=2&s=";
    EXPECT_EQ(structure_of_text(place + std::string(400, 'A')), "notChecked version-unsupported");
    EXPECT_EQ(structure_of_text(own_place(ours()) + std::string(400, 'A')), "fail size-limit");
    EXPECT_EQ(structure_of_text("LC2:" + std::string(kTextLimit, '0')), "fail size-limit");
}

TEST(own, a_field_that_is_missing_or_of_another_form_is_named) {
    const struct {
        const char* why;
        Json words;
        const char* faults;
    } rows[] = {
        {"a name", without(own_card(), "name"), "name"},
        {"a name of nothing", changed(own_card(), "name", ""), "name"},
        {"a name between blanks", changed(own_card(), "name", " A B"), "name"},
        {"a name with a line break", changed(own_card(), "name", "A\nB"), "name"},
        {"a name read from right to left", changed(own_card(), "name", "A \u202eB"), "name"},
        {"a name with a mark of no width", changed(own_card(), "name", "A\u200bB"), "name"},
        {"a name with a control character of two bytes", changed(own_card(), "name", "A\u0085B"), "name"},
        {"a birth", without(own_card(), "birthDate"), "birthDate"},
        {"a person", without(own_card(), "person"), "person"},
        {"a person with a blank", changed(own_card(), "person", "KB 1"), "person"},
        {"a whole document", changed(own_card(), "document", "079188001234"), "document"},
        {"a document with five hidden", changed(own_card(), "document", "*****001234"), "document"},
        {"a document all hidden", changed(own_card(), "document", "******"), "document"},
        {"a citizen's number all hidden", changed(own_card(), "document", "************"), "document"},
        {"a citizen's number with eight hidden", changed(own_card(), "document", "********1234"), "document"},
        {"a citizen's number with nine hidden and four shown", changed(own_card(), "document", "*********1234"), "document"},
        {"a citizen's number with a letter", changed(own_card(), "document", "*********23A"), "document"},
        {"a unit of four digits", changed(own_release(), "unit", "2673"), "unit"},
        {"a unit of letters", changed(own_release(), "unit", "2673a"), "unit"},
        {"until before from", changed(own_release(), "until", "2025-05-19"), "until"},
        {"followed up before the release", changed(own_release(), "followUpUntil", "2025-06-02"), "followUpUntil"},
        {"an order of 41", changed(own_release(), "order", std::string(41, 'q')), "order"},
        {"a release without its last day", without(own_release(), "until"), "until"},
        {"version 0", changed(own_result(), "version", 0), "version"},
        {"version 100", changed(own_result(), "version", 100), "version"},
        {"told before it was sampled", changed(own_result(), "resultAt", "2025-06-13T08:14:59+07:00"), "resultAt"},
        {"a sample of 25", changed(own_result(), "sample", std::string(25, 'A')), "sample"},
        {"a centre of nothing", without(own_result(), "centre"), "centre"},
    };
    for (const auto& row : rows) {
        const std::vector<std::string> faults = own_faults(row.words);
        ASSERT_EQ(faults.size(), 1U) << row.why;
        EXPECT_EQ(faults[0], row.faults) << row.why;
        EXPECT_EQ(structure_of(row.words), std::string("fail schema ") + row.faults) << row.why;
        EXPECT_EQ(summary_of(verdict_on(own_code(ours(), row.words), our_list())), "invalid") << row.why;
    }
    for (const Json& words : {own_card(), own_release(), own_result(), without(own_card(), "document"), without(own_card(), "sex"),
                              without(own_release(), "followUpUntil"), changed(own_card(), "document", "*********234"), changed(own_release(), "unit", "48"), changed(own_release(), "unit", "490")}) {
        EXPECT_TRUE(own_faults(words).empty()) << words.dump();
        EXPECT_EQ(structure_of(words), "pass") << words.dump();
    }
    EXPECT_EQ(own_faults(changed(own_card(), "name", std::string(101, 'a'))), std::vector<std::string>{"name"}) << "more than a code holds";
    EXPECT_EQ(own_faults(Json{{"type", "pass"}}), std::vector<std::string>{"type"});
}

/// The claims of a card whose content is these bytes.
OwnClaims with_content(Bytes content) {
    OwnClaims claims = own_claims_for(own_card());
    claims.content = std::move(content);
    return claims;
}

/// The content of a card, and one entry more.
OwnClaims with_entry(std::int64_t key, const Bytes& value) {
    Bytes content = own_content_bytes(own_card());
    ++content[0];
    cbor::write_integer(content, key);
    content.insert(content.end(), value.begin(), value.end());
    return with_content(content);
}

TEST(own, values_no_day_or_choice_has_are_faults) {
    const auto card = [](std::int64_t key, std::int64_t value) {
        Bytes content;
        cbor::write_head(content, 5, 4);
        for (const auto& [known, other] : {std::pair<std::int64_t, std::int64_t>{0, 0}}) {
            cbor::write_integer(content, known);
            cbor::write_integer(content, other);
        }
        cbor::write_integer(content, 1);
        cbor::write_text(content, "A B");
        cbor::write_integer(content, 2);
        cbor::write_integer(content, key == 2 ? value : 19'880'229);
        cbor::write_integer(content, key == 2 ? 5 : key);
        if (key == 2) cbor::write_text(content, "Q");
        else cbor::write_integer(content, value);
        return with_content(content);
    };
    EXPECT_EQ(structure_of(card(2, 19'880'230)), "fail schema birthDate") << "a February has no thirtieth day";
    EXPECT_EQ(structure_of(card(2, 198'813)), "fail schema birthDate");
    EXPECT_EQ(structure_of(card(2, 1899)), "fail schema birthDate");
    EXPECT_EQ(structure_of(card(2, 198'802)), "pass");
    EXPECT_EQ(structure_of(card(4, 3)), "fail schema sex person") << "there are three sexes";
    EXPECT_EQ(structure_of(card(5, 3)), "fail schema person") << "a number is no text";
}

TEST(own, entries_of_later_versions_are_kept_apart_and_negative_ones_must_be_understood) {
    const Bytes one{0x01};
    const std::string code = own_code(ours(), with_entry(19, one));
    const Verdict verdict = verdict_on(code, our_list());
    EXPECT_EQ(summary_of(verdict), "valid");
    EXPECT_EQ(verdict.inspection.warnings, std::vector<std::string>{"fields-unknown"});
    EXPECT_EQ(verdict.inspection.content, inspect(own_code(ours(), own_card()), Knowledge{&our_list()}).content);
    EXPECT_EQ(structure_of(with_entry(18, one)), "fail schema type") << "a key of another type";
    EXPECT_EQ(structure_of(with_entry(-1, one)), "notChecked version-unsupported");
    EXPECT_EQ(summary_of(verdict_on(own_code(ours(), with_entry(-1, one)), our_list())), "notChecked");
    Bytes newer = own_content_bytes(own_card());
    newer[2] = 3;  // a type that does not exist yet
    EXPECT_EQ(structure_of(with_content(newer)), "notChecked version-unsupported");
}

TEST(own, bytes_that_we_do_not_write_are_refused_though_their_signature_holds) {
    const OwnClaims sound = own_claims_for(own_card());
    const Bytes header = own_header(Algorithm::es256, ours().signer.kid);
    const Bytes claims = own_claims(sound);
    const auto with = [&](const Bytes& other_header, const Bytes& other_claims) { return structure_of_text(own_code(ours(), other_header, other_claims)); };
    ASSERT_EQ(with(header, claims), "pass");

    Bytes indefinite = claims;
    indefinite[0] = 0xbf;
    indefinite.push_back(0xff);
    EXPECT_EQ(with(header, indefinite), "fail cwt") << "indefinite length";
    Bytes long_form = claims;
    long_form.insert(long_form.begin() + 1, 0x18);
    EXPECT_EQ(with(header, long_form), "fail cwt") << "a key longer than needed";
    OwnClaims floating = sound;
    EXPECT_EQ(structure_of(with_entry(19, {0xf9, 0x3c, 0x00})), "fail cwt") << "a float";
    EXPECT_EQ(structure_of(with_entry(19, {0xc1, 0x01})), "fail cwt") << "a tag";
    EXPECT_EQ(structure_of(with_entry(19, {0xf6})), "fail cwt") << "a null";
    EXPECT_EQ(structure_of(with_entry(1, {0x61, 'A'})), "fail cwt") << "a key out of order, or twice";
    Bytes more = claims;
    ++more[0];
    more.insert(more.end(), {0x3a, 0x00, 0x01, 0x00, 0x01, 0x01});
    EXPECT_EQ(with(header, more), "fail cwt") << "a claim that we do not write";
    floating.id = Bytes(15, 1);
    EXPECT_EQ(structure_of(floating), "fail cwt") << "an identifier of 15 bytes";
    for (const char* state : {"vn", "V", "VNM", ""}) {
        OwnClaims other = sound;
        other.issuer = state;
        EXPECT_EQ(structure_of(other), "fail cwt") << state;
    }
    OwnClaims late = sound;
    late.expires_s *= 1000;
    EXPECT_EQ(structure_of(late), "fail cwt") << "milliseconds";
    Bytes none;
    cbor::write_head(none, 5, 0);
    EXPECT_EQ(with(header, none), "fail claim-missing");

    Bytes unordered;
    cbor::write_head(unordered, 5, 2);
    cbor::write_integer(unordered, 4);
    cbor::write_bytes(unordered, ours().signer.kid);
    cbor::write_integer(unordered, 1);
    cbor::write_integer(unordered, -7);
    EXPECT_EQ(with(unordered, claims), "fail cose");
    Bytes further = header;
    ++further[0];
    further.insert(further.end(), {0x18, 0x21, 0x01});
    EXPECT_EQ(with(further, claims), "fail cose") << "a header that we do not write";
    EXPECT_EQ(with(own_header(Algorithm::es256, Bytes(7, 9)), claims), "fail cose") << "a kid of seven bytes";

    const Bytes message = *from_base45(std::string_view(own_code(ours(), sound)).substr(4));
    const auto code = [](Bytes bytes) { return "LC1:" + to_base45(bytes); };
    EXPECT_EQ(structure_of_text(code(Bytes(message.begin() + 1, message.end()))), "fail cose") << "without its tag";
    Bytes tagged = message;
    tagged.insert(tagged.begin(), {0xd8, 0x3d});
    EXPECT_EQ(structure_of_text(code(tagged)), "fail cose") << "a tag more";
    Bytes followed = message;
    followed.push_back(0);
    EXPECT_EQ(structure_of_text(code(followed)), "fail cose");
    EXPECT_EQ(structure_of_text("LC1:" + to_base45(*from_base45(std::string_view(to_code(message)).substr(4)))), "fail cose") << "compressed";
}

TEST(own, a_wrong_or_foreign_signature_is_named_as_of_other_families) {
    const Issuer stranger = own_issuer(Algorithm::es256, 7);
    EXPECT_EQ(summary_of(verdict_on(own_code(stranger, own_card()), our_list())), "notTrusted");
    Issuer forger = own_issuer();
    EXPECT_EQ(said(verdict_on(own_code(forger, own_card()), our_list()).axes.signature), "fail signature-wrong");
    Issuer unfit = own_issuer(Algorithm::eddsa);
    EXPECT_EQ(said(verdict_on(own_code(unfit, own_card()), our_list()).axes.signature), "fail algorithm-key-mismatch");
    OwnClaims french = own_claims_for(own_card());
    french.issuer = "FR";
    EXPECT_EQ(said(verdict_on(own_code(ours(), french), our_list()).axes.issuer_trust), "fail country-mismatch");
    Bytes unknown;
    cbor::write_head(unknown, 5, 2);
    cbor::write_integer(unknown, 1);
    cbor::write_integer(unknown, -65'535);
    cbor::write_integer(unknown, 4);
    cbor::write_bytes(unknown, ours().signer.kid);
    const Verdict weak = verdict_on(own_code(ours(), unknown, own_claims(own_claims_for(own_card()))), our_list());
    EXPECT_EQ(said(weak.axes.signature), "fail algorithm-unknown");
    ++unknown[0];
    unknown.insert(unknown.end(), {0x18, 0x21, 0x01});
    EXPECT_EQ(structure_of_text(own_code(ours(), unknown, own_claims(own_claims_for(own_card())))), "fail cose") << "and a header that we do not write";
}

TEST(own, a_key_of_one_scheme_never_verifies_the_codes_of_another) {
    Issuer both = issuer_with(Algorithm::es256, 9);
    const std::string certificate = code_for(both);
    const std::string card = own_code(both, own_card());
    const std::string place = own_place(both);
    const TrustBundle as_certificates = bundle_of({both.signer});
    both.signer.scheme = Scheme::lachan;
    const TrustBundle as_ours = bundle_of({both.signer});
    EXPECT_EQ(summary_of(verdict_on(certificate, as_certificates)), "valid");
    EXPECT_EQ(summary_of(verdict_on(card, as_ours)), "valid");
    EXPECT_EQ(summary_of(verdict_on(place, as_ours)), "valid");
    EXPECT_EQ(summary_of(verdict_on(certificate, as_ours)), "notTrusted");
    EXPECT_EQ(summary_of(verdict_on(card, as_certificates)), "notTrusted");
    EXPECT_EQ(summary_of(verdict_on(place, as_certificates)), "notTrusted");
}

TEST(own, times_are_those_of_the_code_and_of_its_key) {
    const auto time_of = [](std::int64_t issued_day, std::int64_t expires_day) {
        OwnClaims claims = own_claims_for(own_card());
        claims.issued_s = kNow.ms / 1000 + issued_day * 86'400;
        claims.expires_s = kNow.ms / 1000 + expires_day * 86'400;
        return said(verdict_on(own_code(ours(), claims), our_list()).axes.time);
    };
    EXPECT_EQ(time_of(-1, 1), "pass");
    EXPECT_EQ(time_of(1, 2), "fail issued-in-future");
    EXPECT_EQ(time_of(-2, -1), "fail expired");
    EXPECT_EQ(time_of(-1, 701), "fail key-expired");
    EXPECT_EQ(time_of(-101, 1), "fail key-not-yet-valid");
}

TEST(own, a_key_for_tests_signs_results_alone) {
    Issuer tests = own_issuer();
    tests.signer.usage.test = true;
    const TrustBundle list = bundle_of({tests.signer});
    EXPECT_EQ(said(verdict_on(own_code(tests, own_result()), list).axes.key_usage), "pass");
    for (const std::string& code : {own_code(tests, own_card()), own_code(tests, own_release()), own_place(tests)}) {
        EXPECT_EQ(said(verdict_on(code, list).axes.key_usage), "fail key-usage-event");
        EXPECT_EQ(summary_of(verdict_on(code, list)), "invalid");
    }
    Issuer doses = own_issuer();
    doses.signer.usage.vaccination = true;
    EXPECT_EQ(said(verdict_on(own_code(doses, own_result()), bundle_of({doses.signer})).axes.key_usage), "fail key-usage-event");
}

TEST(own, what_a_result_says_and_whether_a_quarantine_is_over_counts_whatever_rules_were_chosen) {
    const auto judged = [](const Json& words, Instant now = kNow) {
        const Verdict verdict = verdict_on(own_code(ours(), words), our_list(), now);
        return said(verdict.axes.business_rules) + " " + name_of(verdict.summary);
    };
    EXPECT_EQ(judged(own_result()), "notApplicable valid");
    EXPECT_EQ(judged(changed(own_result(), "interpretation", "positive")), "fail result-positive invalid");
    EXPECT_EQ(judged(changed(own_result(), "interpretation", "indeterminate")), "notChecked result-inconclusive notChecked");
    EXPECT_EQ(judged(changed(own_result(), "interpretation", "invalid")), "notChecked result-inconclusive notChecked");
    // 17:00 UTC is the next day in Viet Nam.
    const Json release = changed(without(own_release(), "followUpUntil"), "until", "2025-06-20");
    EXPECT_EQ(judged(release, Instant{start_in_vietnam(*Day::parse("2025-06-20")).ms - 1}), "fail release-in-future invalid");
    EXPECT_EQ(judged(release, start_in_vietnam(*Day::parse("2025-06-20"))), "notApplicable valid");
}

TEST(own_place, a_place_is_read_judged_and_has_no_holder) {
    const Json json = to_json(verdict_on(own_place(ours()), our_list()));
    EXPECT_EQ(json["summary"], "valid");
    EXPECT_EQ(json["family"], "lachan");
    EXPECT_EQ(json["content"]["holder"], Json::object());
    EXPECT_EQ(json["content"]["events"],
              Json::array({{{"kind", "place"}, {"site", "checkpoint"}, {"unit", "48"}, {"host", "kb.example.vn"}, {"identifier", own_place_id()}}}));
    const Issuer edwards = own_issuer(Algorithm::eddsa);
    EXPECT_EQ(summary_of(verdict_on(own_place(edwards), bundle_of({edwards.signer}))), "valid");
    const Issuer wide = own_issuer(Algorithm::es384);
    EXPECT_EQ(said(verdict_on(own_place(ours()), bundle_of({wide.signer})).axes.signature), "fail algorithm-key-mismatch");
}

TEST(own_place, kind_unit_and_level_come_back_from_the_identifier) {
    for (const char* site : place_sites()) {
        for (const char* unit : {"01", "96", "001", "970", "00001", "99999"}) {
            const std::string id = place_id(site, unit, Bytes(8, 0xff));
            ASSERT_EQ(id.size(), 20U);
            EXPECT_EQ(place_of(id), (Json{{"site", site}, {"unit", unit}})) << id;
        }
    }
    EXPECT_EQ(place_id("bar", "01", Bytes(8, 0)), "");
    EXPECT_EQ(place_id("venue", "1", Bytes(8, 0)), "");
    EXPECT_EQ(place_id("venue", "0123", Bytes(8, 0)), "");
    EXPECT_EQ(place_id("venue", "01", Bytes(7, 0)), "");
}

TEST(own_place, an_address_of_any_other_form_is_refused) {
    const std::string code = own_place(ours());
    const std::string seal = code.substr(code.find("&s=") + 3);
    const std::string id = own_place_id();
    const auto with = [&](const std::string& host, const std::string& other_id, const std::string& query) {
        return structure_of_text("https://" + host + "/l/" + other_id + query);
    };
    const std::string query = "?v=1&s=" + seal;
    ASSERT_EQ(with("kb.example.vn", id, query), "pass");
    for (const char* host : {"", "localhost", "KB.example.vn", "kb.example.vn:443", "kb_1.example.vn", "-kb.example.vn", "kb..vn", "user@kb.example.vn"}) {
        EXPECT_EQ(with(host, id, query), "fail place-form host") << host;
    }
    for (const std::string& other : {std::string(), id.substr(1), id + "a", std::string(20, 'a'), std::string(id).replace(0, 1, "A"),
                                     std::string(id).replace(19, 1, "z"), std::string("7") + id.substr(1)}) {
        EXPECT_EQ(with("kb.example.vn", other, query), "fail place-form id") << other;
    }
    EXPECT_EQ(with("kb.example.vn", id, "?v=1"), "fail place-form s");
    EXPECT_EQ(with("kb.example.vn", id, "?v=1&s="), "fail place-form s");
    EXPECT_EQ(with("kb.example.vn", id, "?v=&s=" + seal), "fail place-form v");
    EXPECT_EQ(with("kb.example.vn", id, "?v=01&s=" + seal), "fail place-form v");
    EXPECT_EQ(with("kb.example.vn", id, "?v=1&v=1&s=" + seal), "fail place-form v");
    EXPECT_EQ(with("kb.example.vn", id, "?v=1&a=b&s=" + seal), "fail place-form v");
    EXPECT_EQ(with("kb.example.vn", id, "?a=b?v=1&s=" + seal), "fail place-form id");
    EXPECT_EQ(with("kb.example.vn", id, query + "&s=" + seal), "fail place-form s");
    EXPECT_EQ(with("kb.example.vn", id, query + "&a=b"), "fail place-form s");
    EXPECT_EQ(with("kb.example.vn", id, query + "#a"), "fail place-form s");
    EXPECT_EQ(with("kb.example.vn", id, query + "="), "fail place-form s");
    EXPECT_EQ(with("kb.example.vn", id, query.substr(0, query.size() - 2)), "fail place-form s");
    EXPECT_EQ(with("kb.example.vn", id, "?v=2&s=" + seal), "notChecked version-unsupported");
    for (const auto& [host, other_id] : {std::pair<std::string, std::string>{"localhost", id}, {"KB.example.vn", id}, {"kb.example.vn", "news"},
                                         {"kb.example.vn", id + "a"}, {"kb.example.vn", std::string(20, '1')}}) {
        EXPECT_TRUE(with(host, other_id, "?v=2&s=" + seal).starts_with("fail place-form")) << host << " " << other_id;
    }
    // Other addresses are nobody's code.
    EXPECT_EQ(structure_of_text("https://kb.example.vn/l/" + id + "?s=" + seal + "&v=1"), "fail prefix-missing");
    EXPECT_EQ(structure_of_text("http://kb.example.vn/l/" + id + query), "fail prefix-missing");
    EXPECT_EQ(structure_of_text("https://kb.example.vn/x/l/" + id + query), "fail prefix-missing");
}

TEST(own_place, neither_host_nor_kind_nor_unit_can_be_changed) {
    const std::string code = own_place(ours());
    const std::string seal = code.substr(code.find("&s="));
    for (const std::string& address :
         {place_address("kb.example.com", own_place_id()), place_address("kb.example.vn", own_place_id("venue")),
          place_address("kb.example.vn", own_place_id("checkpoint", "49")), place_address("kb.example.vn", place_id("checkpoint", "48", Bytes(8, 9)))}) {
        EXPECT_EQ(said(verdict_on(address + seal, our_list()).axes.signature), "fail signature-wrong") << address;
    }
}

TEST(own_place, a_signer_with_a_host_speaks_for_that_host_alone) {
    Issuer issuer = own_issuer();
    issuer.signer.issuer = "kb.example.vn";
    const TrustBundle list = bundle_of({issuer.signer});
    EXPECT_EQ(summary_of(verdict_on(own_place(issuer), list)), "valid");
    EXPECT_EQ(said(verdict_on(own_place(issuer, "other.example.vn"), list).axes.issuer_trust), "fail issuer-mismatch");
    EXPECT_EQ(said(verdict_on(own_code(issuer, own_card()), list).axes.issuer_trust), "fail issuer-mismatch");
}

TEST(own_place, its_dates_are_those_of_its_key) {
    const std::string code = own_place(ours());
    EXPECT_EQ(said(verdict_on(code, our_list()).axes.time), "pass");
    TrustBundle list = our_list();
    list.valid_until = Instant{kNow.ms + 2000 * kDayMs};
    EXPECT_EQ(said(verdict_on(code, list, Instant{kNow.ms + 701 * kDayMs}).axes.time), "fail key-expired");
}

TEST(own, codes_are_taken_back_by_identifier_signature_or_key) {
    const std::string card = own_code(ours(), own_card());
    const std::string place = own_place(ours());
    const auto revocation_on = [](const std::string& code, const RevocationSet& set) {
        Knowledge known{&our_list(), &set};
        const Inspection inspection = inspect(code, known);
        return said(judge(inspection, Prover().prove(inspection.checks), kNow, known).axes.revocation);
    };
    const auto set_of = [](RevokedBy by, std::span<const std::uint8_t> value) {
        RevocationSet set;
        RevocationList list;
        list.scheme = Scheme::lachan;
        list.country = "VN";
        list.as_of = kNow;
        list.fresh_until = Instant{kNow.ms + kDayMs};
        list.batches.push_back(batch_of(by, RevocationForm::exact, {revocation_entry(value)}, {}));
        set.lists.push_back(std::move(list));
        return set;
    };
    const std::string identifier = to_hex(Bytes(16, 0xab));
    EXPECT_EQ(revocation_on(card, set_of(RevokedBy::uvci, bytes_of(identifier))), "fail revoked");
    EXPECT_EQ(revocation_on(card, set_of(RevokedBy::country_uvci, bytes_of("VN" + identifier))), "fail revoked");
    EXPECT_EQ(revocation_on(card, set_of(RevokedBy::uvci, bytes_of("another"))), "pass");
    EXPECT_EQ(revocation_on(place, set_of(RevokedBy::uvci, bytes_of(own_place_id()))), "fail revoked");
    const Inspection inspection = inspect(card, Knowledge{&our_list()});
    const Bytes first_half(inspection.checks[0].signature.begin(), inspection.checks[0].signature.begin() + 32);
    EXPECT_EQ(revocation_on(card, set_of(RevokedBy::signature, first_half)), "fail revoked");
    RevocationSet withdrawn;
    withdraw_key(withdrawn, Scheme::lachan, ours().signer.kid);
    EXPECT_EQ(revocation_on(card, withdrawn), "fail revoked-key");
    EXPECT_EQ(revocation_on(place, withdrawn), "fail revoked-key");
    RevocationSet of_certificates;
    withdraw_key(of_certificates, Scheme::hcert, ours().signer.kid);
    EXPECT_EQ(revocation_on(card, of_certificates), "notChecked list-missing") << "a key of another scheme";
}

TEST(own, an_inspection_survives_the_wire) {
    for (const std::string& code : {own_code(ours(), own_card()), own_code(ours(), own_result()), own_place(ours()), std::string("LC1:AB")}) {
        const Inspection inspection = inspect(code, Knowledge{&our_list()});
        const auto again = inspection_from_json(to_json(inspection));
        ASSERT_TRUE(again);
        EXPECT_EQ(*again, inspection);
    }
}

TEST(own, every_bit_that_is_changed_is_seen) {
    const Bytes message = *from_base45(std::string_view(own_code(ours(), own_release())).substr(4));
    for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
        Bytes changed = message;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const Verdict verdict = verdict_on("LC1:" + to_base45(changed), our_list());
        EXPECT_NE(verdict.summary, Summary::valid) << "bit " << bit;
    }
}

}  // namespace
}  // namespace lachan::certificate
