#include "who_forms.h"

#include <algorithm>
#include <array>

#include "certificate/base45.h"
#include "certificate/cbor.h"
#include "certificate/cose.h"
#include "certificate/inflate.h"
#include "certificate/issue_ddcc.h"

namespace lachan::forge {
namespace {

using namespace certificate;

constexpr std::int64_t kVaccination = 3;
constexpr std::int64_t kTest = 4;
constexpr std::int64_t kLink = 5;
constexpr std::int64_t kMinimal = -6;

Json person(Dice& dice) {
    constexpr std::array kGiven{"Thị Minh Đào", "Quốc Bảo", "Hoàng Yến", "Văn Đức"};
    return {{"familyName", "Nguyễn"}, {"givenName", kGiven[dice.below(kGiven.size())]}, {"birthDate", "1988-02-29"}, {"country", "VNM"},
            {"issuer", "Bộ Y tế"}, {"document", "B" + std::to_string(1'000'000 + dice.below(9'000'000))},
            {"identifier", "URN:UVCI:01:VN:" + std::string(16, 'A') + std::to_string(1'000'000'000'000'000 + dice.below(1'000'000'000))}};
}

Result<Json> content_for(Json row) { return ddcc_content(row, Instant{kNowS * 1000}, Instant{(kNowS + 90 * kDayS) * 1000}); }

Result<Json> vaccination(Dice& dice) {
    Json row = person(dice);
    row.update({{"kind", "vaccination"}, {"disease", "RA01.0"}, {"vaccine", "XM8NQ0"}, {"product", "Vắc xin thử"}, {"manufacturer", "Hãng thử"},
                {"lot", "L" + std::to_string(dice.below(1'000))}, {"date", "2025-03-01"}, {"dose", 2}, {"doses", 2}, {"sex", "female"}});
    return content_for(std::move(row));
}

Result<Json> test(Dice& dice) {
    Json row = person(dice);
    row.update({{"kind", "test"}, {"disease", "XN109"}, {"testType", "LP6464-4"}, {"testName", "PCR"}, {"sampledAt", "2025-06-13T08:15:00+07:00"},
                {"result", "260415000"}, {"centre", "CDC"}});
    return content_for(std::move(row));
}

Json minimal(Dice& dice) {
    const Json dose{{"dn", "1"}, {"dt", "2025-03-01"}, {"tg", "RA01.0"}, {"vp", "XM8NQ0"}, {"bo", "L1"}, {"ma", "Hãng thử"}};
    return {{"n", "Nguyễn Thị Minh Đào"}, {"dob", "1988-02-29"}, {"s", "female"}, {"nid", std::to_string(dice.below(1'000'000))}, {"v", dose}};
}

Draft draft_of(const Issuer& issuer, Json content, std::int64_t sub_claim) {
    return Draft{std::move(content), "VN", kNowS - kDayS, kNowS + 90 * kDayS, issuer.signer.algorithm, issuer.signer.kid, sub_claim};
}

Bytes header_for(const Issuer& issuer) { return header_of(cose_number(issuer.signer.algorithm), &issuer.signer.kid); }

Bytes in_cbor(const Json& value) {
    Bytes bytes;
    cbor::write_json(bytes, value);
    return bytes;
}

/// The sound claims around the health claim, which is whatever its bytes are.
Bytes claims_with(const Bytes& health) {
    Bytes claims;
    cbor::write_head(claims, 5, 4);
    cbor::write_integer(claims, 1);
    cbor::write_text(claims, "VN");
    cbor::write_integer(claims, 4);
    cbor::write_integer(claims, kNowS + 90 * kDayS);
    cbor::write_integer(claims, 6);
    cbor::write_integer(claims, kNowS - kDayS);
    cbor::write_integer(claims, -260);
    claims.insert(claims.end(), health.begin(), health.end());
    return claims;
}

using SubClaims = std::vector<std::pair<std::int64_t, Bytes>>;

Bytes health_of(const SubClaims& all) {
    Bytes health;
    cbor::write_head(health, 5, all.size());
    for (const auto& [key, content] : all) {
        cbor::write_integer(health, key);
        health.insert(health.end(), content.begin(), content.end());
    }
    return health;
}

/// A map of text in CBOR with `key` once more at its beginning, so that readers differ in which they show.
Bytes with_first(const Json& content, const char* key, const Json& value) {
    Bytes bytes;
    cbor::write_head(bytes, 5, content.size() + 1);
    cbor::write_text(bytes, key);
    cbor::write_json(bytes, value);
    for (const auto& [name, one] : content.items()) {
        cbor::write_text(bytes, name);
        cbor::write_json(bytes, one);
    }
    return bytes;
}

}  // namespace

Result<WhoForms> WhoForms::make() {
    const auto issuer_of = [](Algorithm algorithm, std::uint8_t kid) { return make_issuer(Scheme::hcert, algorithm, Bytes(8, kid)); };
    auto ec = TRY(issuer_of(Algorithm::es256, 31));
    auto rsa = TRY(issuer_of(Algorithm::ps256, 32));
    auto tests = TRY(issuer_of(Algorithm::es256, 33));
    tests.signer.usage.test = true;
    auto ended = TRY(issuer_of(Algorithm::es256, 34));
    ended.signer.not_after = Instant{(kNowS - 1) * 1000};
    auto stranger = TRY(issuer_of(Algorithm::es256, 39));
    return WhoForms(std::move(ec), std::move(rsa), std::move(tests), std::move(ended), std::move(stranger));
}

std::vector<Signer> WhoForms::signers() const { return {ec_.signer, rsa_.signer, tests_.signer, ended_.signer}; }

Result<std::string> WhoForms::code(const Issuer& issuer, const Parts& parts) {
    return to_code(message_of(parts, TRY(issuer.key.sign(signed_bytes(text_of(parts.protected_header), text_of(parts.claims))))));
}

Result<std::string> WhoForms::code(const Issuer& issuer, const Bytes& claims) { return code(issuer, Parts{header_for(issuer), {0xa0}, claims, {18}}); }

Result<std::string> WhoForms::code(const Issuer& issuer, const Draft& draft) {
    const Unsigned prepared = prepare(draft);
    return seal(prepared, TRY(issuer.key.sign(prepared.signed_bytes)));
}

Result<void> WhoForms::round(Dice& dice, const Tell& tell) {
    TRY(sound(dice, tell));
    TRY(of_time(dice, tell));
    TRY(of_keys(dice, tell));
    TRY(of_form(dice, tell));
    TRY(of_lengths(dice, tell));
    TRY(of_claims(dice, tell));
    TRY(of_content(dice, tell));
    tell_some_bits(TRY(layers(dice)), 12, dice, tell);
    return {};
}

Result<void> WhoForms::sound(Dice& dice, const Tell& tell) const {
    const Draft dose = draft_of(ec_, TRY(vaccination(dice)), kVaccination);
    tell("who-valid-vaccination", TRY(code(ec_, dose)), "valid", "");
    tell("who-valid-test", TRY(code(ec_, draft_of(ec_, TRY(test(dice)), kTest))), "valid", "");
    tell("who-valid-rsa", TRY(code(rsa_, draft_of(rsa_, TRY(vaccination(dice)), kVaccination))), "valid", "");
    tell("who-valid-minimal", TRY(code(ec_, draft_of(ec_, minimal(dice), kMinimal))), "valid", "");
    tell("who-valid-without-claims", TRY(code(ec_, in_cbor(TRY(vaccination(dice))))), "valid", "");
    tell("who-valid-tests-key", TRY(code(tests_, draft_of(tests_, TRY(test(dice)), kTest))), "valid", "");
    for (const std::vector<std::uint64_t>& tags : {std::vector<std::uint64_t>{61, 18}, std::vector<std::uint64_t>{}}) {
        tell(tags.empty() ? "who-no-tag" : "who-double-tag", TRY(code(ec_, Parts{header_for(ec_), {0xa0}, claims_of(dose, {.sub_claim = kVaccination}), tags})),
             "valid", "");
    }
    constexpr std::pair<const char*, ClaimForm> kTimes[]{{"who-time-float", {.time = TimeForm::real, .sub_claim = kVaccination}},
                                                         {"who-time-tagged", {.time = TimeForm::tagged, .sub_claim = kVaccination}},
                                                         {"who-time-long", {.time = TimeForm::long_form, .sub_claim = kVaccination}},
                                                         {"who-indefinite-length", {.is_indefinite = true, .sub_claim = kVaccination}},
                                                         {"who-no-expiry", {.has_expiry = false, .sub_claim = kVaccination}}};
    for (const auto& [name, form] : kTimes) tell(name, TRY(code(ec_, claims_of(dose, form))), "valid", "");
    // The envelope may be written in other ways: nobody signed it.
    const Bytes claims = claims_of(dose, {.sub_claim = kVaccination});
    const Bytes unprotected{0xa1, 0x18, 0x63, 0x01};
    tell("who-unprotected-more", TRY(code(ec_, Parts{header_for(ec_), unprotected, claims, {18}})), "valid", "");
    Bytes message = message_of(Parts{header_for(ec_), {0xa0}, claims, {18}}, TRY(ec_.key.sign(signed_bytes(text_of(header_for(ec_)), text_of(claims)))));
    message.insert(message.begin() + 1, 0x98);
    message[2] = 0x04;
    tell("who-envelope-long", to_code(message), "valid", "");
    tell("who-link", TRY(code(ec_, draft_of(ec_, Json::array({{{"u", "shlink://example.org/x"}}}), kLink))), "notChecked", "health-link");
    return {};
}

Result<void> WhoForms::of_time(Dice& dice, const Tell& tell) const {
    const Draft sound = draft_of(ec_, TRY(vaccination(dice)), kVaccination);
    const auto dated = [&](const char* defect, std::int64_t issued, std::int64_t expires, const char* summary, const char* reason) -> Result<void> {
        Draft draft = sound;
        draft.issued_at_s = issued;
        draft.expires_at_s = expires;
        tell(std::string("who-") + defect, TRY(code(ec_, draft)), summary, reason);
        return {};
    };
    const auto some = [&dice](std::int64_t days) { return 1 + static_cast<std::int64_t>(dice.below(static_cast<std::size_t>(days * kDayS))); };
    TRY(dated("expired", kNowS - 200 * kDayS, kNowS - some(100), "invalid", "expired"));
    TRY(dated("future", kNowS + some(10), kNowS + 90 * kDayS, "invalid", "issued-in-future"));
    TRY(dated("beyond-key", kNowS - kDayS, kNowS + 701 * kDayS, "invalid", "key-expired"));
    TRY(dated("before-key", kNowS - 401 * kDayS, kNowS + 90 * kDayS, "invalid", "key-not-yet-valid"));
    TRY(dated("milliseconds", kNowS - kDayS, (kNowS + 90 * kDayS) * 1000, "unreadable", "cwt"));
    tell("who-key-ended", TRY(code(ended_, draft_of(ended_, TRY(vaccination(dice)), kVaccination))), "invalid", "key-expired");
    tell("who-key-ended-without-claims", TRY(code(ended_, in_cbor(TRY(vaccination(dice))))), "invalid", "key-expired");
    return {};
}

Result<void> WhoForms::of_keys(Dice& dice, const Tell& tell) const {
    const Json content = TRY(vaccination(dice));
    const Draft sound = draft_of(ec_, content, kVaccination);
    tell("who-wrong-key", TRY(code(stranger_, sound)), "invalid", "signature-wrong");
    tell("who-stranger", TRY(code(stranger_, draft_of(stranger_, content, kVaccination))), "notTrusted", "issuer-unknown");
    for (const auto& [name, sub_claim, other] : {std::tuple{"who-key-usage", kVaccination, content}, std::tuple{"who-key-usage-minimal", kMinimal, minimal(dice)}}) {
        tell(name, TRY(code(tests_, draft_of(tests_, other, sub_claim))), "invalid", "key-usage-event");
    }
    tell("who-key-usage-without-claims", TRY(code(tests_, in_cbor(content))), "invalid", "key-usage-event");
    Draft foreign = sound;
    foreign.issuer = "FR";
    tell("who-other-country", TRY(code(ec_, foreign)), "invalid", "country-mismatch");
    const Unsigned prepared = prepare(sound);
    const Bytes signature = TRY(ec_.key.sign(prepared.signed_bytes));
    for (const std::size_t length : {0U, 1U, 63U, 65U, 128U}) {
        Bytes other = signature;
        other.resize(length);
        tell("who-signature-length-" + std::to_string(length), seal(prepared, other), "invalid", "signature-length");
    }
    tell("who-signature-twin", seal(prepared, twin_of(signature)), "valid", "");
    tell("who-signature-zero", seal(prepared, Bytes(64, 0)), "invalid", "signature-wrong");
    Draft mismatch = draft_of(rsa_, content, kVaccination);
    mismatch.algorithm = Algorithm::es256;
    tell("who-algorithm-mismatch", seal(prepare(mismatch), Bytes(64, 7)), "invalid", "algorithm-key-mismatch");
    const Bytes claims = claims_of(sound, {.sub_claim = kVaccination});
    const auto under = [&](const Bytes& header) { return code(ec_, Parts{header, {0xa0}, claims, {18}}); };
    tell("who-algorithm-none", TRY(under(header_of(0, &ec_.signer.kid))), "invalid", "algorithm-unknown");
    tell("who-kid-missing", TRY(under(header_of(-7, nullptr))), "invalid", "kid-missing");
    const Bytes short_kid(7, 31);
    tell("who-kid-length", TRY(under(header_of(-7, &short_kid))), "invalid", "kid-length");
    return {};
}

Result<void> WhoForms::of_form(Dice& dice, const Tell& tell) const {
    const Draft sound = draft_of(ec_, TRY(vaccination(dice)), kVaccination);
    const std::string text = TRY(code(ec_, sound));
    const Bytes compressed = TRY(from_base45(std::string_view(text).substr(4)));
    const Bytes message = TRY(inflate_zlib(compressed));
    const Bytes claims = claims_of(sound, {.sub_claim = kVaccination});
    tell("who-truncated", text.substr(0, 5 + dice.below(text.size() - 6)), "unreadable", "");
    tell("who-not-compressed", "HC1:" + to_base45(message), "unreadable", "compression");
    Bytes room = claims_with(health_of({{kVaccination, in_cbor({{"name", std::string(1'000'000 + dice.below(100'000), 'A')}})}}));
    tell("who-bomb", TRY(code(ec_, room)), "unreadable", "size-limit");
    Bytes followed = compressed;
    followed.push_back(0);
    tell("who-bytes-behind-stream", "HC1:" + to_base45(followed), "unreadable", "compression");
    followed = message;
    followed.push_back(0);
    tell("who-bytes-behind", to_code(followed), "unreadable", "cose");
    followed = claims;
    followed.push_back(0);
    tell("who-bytes-behind-claims", TRY(code(ec_, followed)), "unreadable", "cwt");
    const std::pair<const char*, std::vector<std::uint64_t>> kTags[]{{"who-tag-twice", {18, 18}}, {"who-tag-foreign", {98}}, {"who-tag-alone", {61}},
                                                                    {"who-tags-turned", {18, 61}}};
    for (const auto& [name, tags] : kTags) tell(name, TRY(code(ec_, Parts{header_for(ec_), {0xa0}, claims, tags})), "unreadable", "cose");
    tell("who-header-twice", TRY(code(ec_, Parts{{0xa2, 0x01, 0x26, 0x01, 0x26}, {0xa0}, claims, {18}})), "unreadable", "cose");
    return {};
}

/// Lengths that are not those of what follows, each under a true signature.
Result<void> WhoForms::of_lengths(Dice& dice, const Tell& tell) const {
    const Bytes claims = claims_of(draft_of(ec_, TRY(vaccination(dice)), kVaccination), {.sub_claim = kVaccination});
    const std::string_view kName = "name";
    const auto name = std::search(claims.begin(), claims.end(), kName.begin(), kName.end());
    // Behind the word: head of a text of 24 bytes or more has its length in a byte of its own.
    const auto at = static_cast<std::size_t>(name - claims.begin()) + kName.size() + (name[4] == 0x78 ? 1 : 0);
    for (const int by : {1, -1}) {
        Bytes other = claims;
        other[at] = static_cast<std::uint8_t>(other[at] + by);
        tell(by > 0 ? "who-length-more" : "who-length-less", TRY(code(ec_, other)), "unreadable", "cwt");
    }
    for (const int by : {1, -1}) {
        Bytes other = claims;
        other[0] = static_cast<std::uint8_t>(other[0] + by);
        tell(by > 0 ? "who-count-more" : "who-count-less", TRY(code(ec_, other)), "unreadable", "cwt");
    }
    Bytes unended = claims;
    unended[0] = 0xbf;
    tell("who-unended", TRY(code(ec_, unended)), "unreadable", "cwt");
    const Bytes huge{0xd2, 0x84, 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    tell("who-declared-length", to_code(huge), "unreadable", "cose");
    return {};
}

Result<void> WhoForms::of_claims(Dice& dice, const Tell& tell) const {
    const Json dose = TRY(vaccination(dice));
    const Json sample = TRY(test(dice));
    const auto told = [&](const char* defect, const SubClaims& all, const char* summary, const char* reason) -> Result<void> {
        tell(std::string("who-") + defect, TRY(code(ec_, claims_with(health_of(all)))), summary, reason);
        return {};
    };
    TRY(told("sub-claim-unknown", {{2, in_cbor(dose)}}, "unreadable", "claim-missing"));
    TRY(told("sub-claim-of-tests", {{kTest, in_cbor(dose)}}, "invalid", "schema"));
    TRY(told("sub-claim-of-doses", {{kVaccination, in_cbor(sample)}}, "invalid", "schema"));
    TRY(told("sub-claim-minimal", {{kMinimal, in_cbor(dose)}}, "invalid", "schema"));
    TRY(told("minimal-elsewhere", {{kVaccination, in_cbor(minimal(dice))}}, "invalid", "schema"));
    TRY(told("sub-claim-of-the-eu", {{1, in_cbor(dose)}}, "invalid", ""));
    TRY(told("sub-claim-twice", {{kVaccination, in_cbor(dose)}, {kVaccination, in_cbor(dose)}}, "unreadable", "cwt"));
    TRY(told("two-sub-claims", {{kVaccination, in_cbor(dose)}, {kTest, in_cbor(sample)}}, "invalid", "event-count"));
    TRY(told("link-beside", {{kVaccination, in_cbor(dose)}, {kLink, in_cbor(Json::array())}}, "valid", ""));
    TRY(told("no-sub-claim", {}, "unreadable", "claim-missing"));
    tell("who-health-list", TRY(code(ec_, claims_with({0x80}))), "unreadable", "cwt");
    ClaimForm repeated;
    repeated.repeats_expiry = true;
    repeated.sub_claim = kVaccination;
    tell("who-claim-twice", TRY(code(ec_, claims_of(draft_of(ec_, dose, kVaccination), repeated))), "unreadable", "cwt");
    // Neither claims nor a health certificate.
    tell("who-other-words", TRY(code(ec_, in_cbor({{"hello", "world"}}))), "unreadable", "claim-missing");
    return {};
}

Result<void> WhoForms::of_content(Dice& dice, const Tell& tell) const {
    const Json dose = TRY(vaccination(dice));
    const auto told = [&](const char* defect, Json content, const char* summary, const char* reason, std::int64_t sub_claim = kVaccination) -> Result<void> {
        tell(std::string("who-") + defect, TRY(code(ec_, draft_of(ec_, std::move(content), sub_claim))), summary, reason);
        return {};
    };
    const auto changed = [](Json content, const char* pointer, Json value) {
        content[Json::json_pointer(pointer)] = std::move(value);
        return content;
    };
    Json nameless = dose;
    nameless.erase("name");
    TRY(told("no-name", nameless, "invalid", "schema"));
    TRY(told("name-number", changed(dose, "/name", 7), "invalid", "schema"));
    Json eventless = dose;
    eventless.erase("vaccination");
    TRY(told("no-event", eventless, "invalid", "schema"));
    TRY(told("event-list", changed(dose, "/vaccination", Json::array({dose["vaccination"]})), "invalid", "schema"));
    TRY(told("no-date", changed(dose, "/vaccination/date", nullptr), "invalid", "schema"));
    TRY(told("text-alone", "vaccination", "invalid", "schema"));
    TRY(told("two-events", changed(dose, "/test", TRY(test(dice))["test"]), "invalid", "event-count"));
    Json mixed = minimal(dice);
    mixed["test"] = TRY(test(dice))["test"];
    TRY(told("minimal-with-test", mixed, "invalid", "event-count", kMinimal));
    Json deep = "x";
    for (int i = 0; i < 11; ++i) deep = Json::array({std::move(deep)});
    TRY(told("nesting", changed(dose, "/more", deep), "unreadable", "size-limit"));
    // Signed twice with two names: the first counts, and it is said that there was another.
    tell("who-name-twice", TRY(code(ec_, claims_with(health_of({{kVaccination, with_first(dose, "name", "Lê Văn Khác")}})))), "valid",
         "duplicate-key");
    const Unsigned true_one = prepare(draft_of(ec_, dose, kVaccination));
    const Bytes signature = TRY(ec_.key.sign(true_one.signed_bytes));
    const auto under_true_signature = [&](const char* defect, Json content, std::int64_t sub_claim = kVaccination) {
        tell(std::string("who-") + defect, seal(prepare(draft_of(ec_, std::move(content), sub_claim)), signature), "invalid", "signature-wrong");
    };
    // A Cyrillic letter that looks like the Latin one, under the signature of the true name.
    TRY(told("homoglyph-signed", changed(dose, "/name", "Nguy\xd0\xb5n"), "valid", "name-alphabets"));
    under_true_signature("homoglyph", changed(dose, "/name", "Nguy\xd0\xb5n"));
    under_true_signature("birth-date-changed", changed(dose, "/birthDate", "2001-01-01"));
    under_true_signature("dose-changed", changed(dose, "/vaccination/dose", 3));
    under_true_signature("sub-claim-changed", dose, kTest);
    Unsigned longer = true_one;
    longer.payload += '\0';
    tell("who-payload-longer", seal(longer, signature), "unreadable", "cwt");
    return {};
}

Result<std::vector<Layer>> WhoForms::layers(Dice& dice) const {
    return layers_of_certificate("who-", TRY(code(ec_, draft_of(ec_, TRY(vaccination(dice)), kVaccination))));
}

}  // namespace lachan::forge
