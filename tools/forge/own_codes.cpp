#include "own_codes.h"

#include <array>
#include <utility>

#include "certificate/base45.h"
#include "certificate/cbor.h"
#include "certificate/cose.h"
#include "certificate/issue.h"
#include "certificate/own_content.h"
#include "certificate/own_place.h"
#include "cose_parts.h"
#include "issuer.h"

namespace lachan::forge {
namespace {

using namespace certificate;

constexpr const char* kHost = "kb.example.vn";

std::string in_base45(const Bytes& message) { return std::string(kOwnPrefix) + to_base45(message); }

Bytes random_bytes(Dice& dice, std::size_t count) {
    Bytes bytes(count);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(dice.next());
    return bytes;
}

Json person(Dice& dice) {
    constexpr std::array kNames{"Nguyễn Thị Minh Đào", "Trần Quốc Bảo", "Lê Hoàng Yến", "Đặng Văn Đức"};
    return {{"name", kNames[dice.below(kNames.size())]},
            {"birthDate", std::to_string(1930 + dice.below(80)) + "-0" + std::to_string(1 + dice.below(9)) + "-15"},
            {"document", "******" + std::to_string(100'000 + dice.below(900'000))}};
}

Json card(Dice& dice) {
    Json words = person(dice);
    words.update({{"type", "card"}, {"sex", "female"}, {"person", "KB-" + std::to_string(dice.below(100'000))}});
    return words;
}

Json release(Dice& dice) {
    Json words = person(dice);
    words.update({{"type", "release"}, {"place", "facility"}, {"unit", "26734"}, {"from", "2025-05-20"}, {"until", "2025-06-03"},
                  {"order", std::to_string(dice.below(1'000)) + "/QĐ-BCĐ"}});
    return words;
}

Json result(Dice& dice) {
    Json words = person(dice);
    words.update({{"type", "result"}, {"method", "pcr"}, {"interpretation", "negative"}, {"sampledAt", "2025-06-13T08:15:00+07:00"},
                  {"resultAt", "2025-06-13T19:40:00+07:00"}, {"centre", "CDC"}, {"sample", "S" + std::to_string(dice.below(100'000))},
                  {"version", 1}});
    return words;
}

/// One entry more behind the content of `claims`.
Bytes with_entry(Bytes content, std::int64_t key, const Bytes& value) {
    ++content[0];
    cbor::write_integer(content, key);
    content.insert(content.end(), value.begin(), value.end());
    return content;
}

}  // namespace

Result<OwnCodes> OwnCodes::make() {
    const auto issuer_of = [](Algorithm algorithm, std::uint8_t kid) { return make_issuer(Scheme::lachan, algorithm, Bytes(8, kid)); };
    auto ec = TRY(issuer_of(Algorithm::es256, 21));
    auto edwards = TRY(issuer_of(Algorithm::eddsa, 22));
    auto tests = TRY(issuer_of(Algorithm::es256, 23));
    tests.signer.usage.test = true;
    auto ended = TRY(issuer_of(Algorithm::es256, 24));
    ended.signer.not_after = Instant{(kNowS - 1) * 1000};
    auto host = TRY(issuer_of(Algorithm::es256, 25));
    host.signer.issuer = kHost;
    auto stranger = TRY(issuer_of(Algorithm::es256, 26));
    auto certificates = TRY(issuer_of(Algorithm::es256, 27));
    certificates.signer.scheme = Scheme::hcert;
    return OwnCodes(std::move(ec), std::move(edwards), std::move(tests), std::move(ended), std::move(host), std::move(stranger),
                    std::move(certificates));
}

std::vector<Signer> OwnCodes::signers() const {
    return {ec_.signer, edwards_.signer, tests_.signer, ended_.signer, host_.signer, certificates_.signer};
}

Result<std::string> OwnCodes::code(const Issuer& issuer, const Bytes& header, const Bytes& claims) {
    const Bytes signature = TRY(issuer.key.sign(signed_bytes(text_of(header), text_of(claims))));
    return in_base45(own_message(header, claims, signature));
}

Result<std::string> OwnCodes::code(const Issuer& issuer, const OwnClaims& claims) {
    return code(issuer, own_header(issuer.signer.algorithm, issuer.signer.kid), own_claims(claims));
}

Result<std::string> OwnCodes::place(const Issuer& issuer, const std::string& host, const std::string& id) {
    const std::string address = place_address(host, id);
    return place_code(address, issuer.signer.kid, TRY(issuer.key.sign(place_signed_bytes(address))));
}

OwnClaims OwnCodes::claims_of(Dice& dice, const Json& words) const {
    return {"VN", kNowS + 90 * kDayS, kNowS - kDayS, random_bytes(dice, kOwnIdBytes), own_content_bytes(words)};
}

Result<void> OwnCodes::round(Dice& dice, const Tell& tell) {
    TRY(sound(dice, tell));
    TRY(of_keys_and_time(dice, tell));
    TRY(of_content(dice, tell));
    TRY(of_form(dice, tell));
    TRY(of_places(dice, tell));
    return mutations(dice, tell);
}

Result<void> OwnCodes::sound(Dice& dice, const Tell& tell) {
    tell("own-card-valid", TRY(code(ec_, claims_of(dice, card(dice)))), "valid", "");
    tell("own-release-valid", TRY(code(ec_, claims_of(dice, release(dice)))), "valid", "");
    tell("own-result-valid", TRY(code(edwards_, claims_of(dice, result(dice)))), "valid", "");
    tell("own-result-of-tests-key", TRY(code(tests_, claims_of(dice, result(dice)))), "valid", "");
    tell("own-newline-around", "\n" + TRY(code(ec_, claims_of(dice, card(dice)))) + "\r\n", "valid", "");
    OwnClaims later = claims_of(dice, card(dice));
    later.content = with_entry(later.content, 19, {0x01});
    tell("own-later-entry", TRY(code(ec_, later)), "valid", "");
    return {};
}

Result<void> OwnCodes::of_keys_and_time(Dice& dice, const Tell& tell) {
    const OwnClaims sound = claims_of(dice, card(dice));
    const Bytes header = own_header(Algorithm::es256, ec_.signer.kid);
    tell("own-wrong-key", TRY(code(stranger_, header, own_claims(sound))), "invalid", "signature-wrong");
    tell("own-stranger", TRY(code(stranger_, sound)), "notTrusted", "issuer-unknown");
    tell("own-certificate-key", TRY(code(certificates_, sound)), "notTrusted", "issuer-unknown");
    tell("own-algorithm-swapped", TRY(code(ec_, own_header(Algorithm::eddsa, ec_.signer.kid), own_claims(sound))), "invalid",
         "algorithm-key-mismatch");
    tell("own-tests-key-card", TRY(code(tests_, sound)), "invalid", "key-usage-event");
    tell("own-host-key-card", TRY(code(host_, sound)), "invalid", "issuer-mismatch");
    tell("own-key-ended", TRY(code(ended_, sound)), "invalid", "key-expired");
    // A key of ours under a health certificate, whatever it signs.
    const Unsigned health = prepare({Json{{"ver", "1.3.0"}}, "VN", kNowS - kDayS, kNowS + kDayS, Algorithm::es256, ec_.signer.kid});
    tell("own-key-certificate", seal(health, TRY(ec_.key.sign(health.signed_bytes))), "notTrusted", "issuer-unknown");
    OwnClaims french = sound;
    french.issuer = "FR";
    tell("own-other-state", TRY(code(ec_, french)), "invalid", "country-mismatch");
    OwnClaims expired = sound;
    expired.issued_s = kNowS - 200 * kDayS;
    expired.expires_s = kNowS - 1 - static_cast<std::int64_t>(dice.below(100 * kDayS));
    tell("own-expired", TRY(code(ec_, expired)), "invalid", "expired");
    OwnClaims future = sound;
    future.issued_s = kNowS + 1 + static_cast<std::int64_t>(dice.below(10 * kDayS));
    tell("own-future", TRY(code(ec_, future)), "invalid", "issued-in-future");
    return {};
}

Result<void> OwnCodes::of_content(Dice& dice, const Tell& tell) {
    const auto told = [&](Json words, const char* field, const Json& value) {
        words[field] = value;
        return code(ec_, claims_of(dice, words));
    };
    tell("own-positive", TRY(told(result(dice), "interpretation", "positive")), "invalid", "result-positive");
    tell("own-indeterminate", TRY(told(result(dice), "interpretation", "indeterminate")), "notChecked", "result-inconclusive");
    tell("own-invalid-test", TRY(told(result(dice), "interpretation", "invalid")), "notChecked", "result-inconclusive");
    tell("own-release-in-future", TRY(told(release(dice), "until", "2025-06-16")), "invalid", "release-in-future");
    tell("own-whole-document", TRY(told(card(dice), "document", "079188001234")), "invalid", "schema");
    tell("own-until-before-from", TRY(told(release(dice), "until", "2025-05-19")), "invalid", "schema");
    tell("own-direction-mark", TRY(told(card(dice), "name", "A \xe2\x80\xae B")), "invalid", "schema");
    // A Cyrillic letter that looks like the Latin one, signed, and under the signature of the true name.
    tell("own-homoglyph-signed", TRY(told(card(dice), "name", "Nguy\xd0\xb5n Minh")), "valid", "name-alphabets");
    const OwnClaims sound = claims_of(dice, card(dice));
    const Bytes header = own_header(Algorithm::es256, ec_.signer.kid);
    const Bytes signature = TRY(ec_.key.sign(signed_bytes(text_of(header), text_of(own_claims(sound)))));
    OwnClaims renamed = sound;
    Json other = card(dice);
    other["name"] = "Nguy\xd0\xb5n Minh";
    renamed.content = own_content_bytes(other);
    tell("own-homoglyph", in_base45(own_message(header, own_claims(renamed), signature)), "invalid", "signature-wrong");
    tell("own-signature-twin", in_base45(own_message(header, own_claims(sound), twin_of(signature))), "valid", "");
    Json nameless = card(dice);
    nameless.erase("name");
    tell("own-nameless", TRY(code(ec_, claims_of(dice, nameless))), "invalid", "schema");
    return {};
}

Result<void> OwnCodes::of_form(Dice& dice, const Tell& tell) {
    const OwnClaims sound = claims_of(dice, card(dice));
    const Bytes header = own_header(Algorithm::es256, ec_.signer.kid);
    const Bytes claims = own_claims(sound);
    const auto with_content = [&](Bytes content) {
        OwnClaims other = sound;
        other.content = std::move(content);
        return code(ec_, other);
    };
    tell("own-critical-entry", TRY(with_content(with_entry(sound.content, -1, {0x01}))), "notChecked", "version-unsupported");
    tell("own-float", TRY(with_content(with_entry(sound.content, 19, {0xf9, 0x3c, 0x00}))), "unreadable", "cwt");
    tell("own-tag", TRY(with_content(with_entry(sound.content, 19, {0xc1, 0x01}))), "unreadable", "cwt");
    tell("own-entry-twice", TRY(with_content(with_entry(sound.content, 5, {0x61, 'Q'}))), "unreadable", "cwt");
    tell("own-other-type", TRY(with_content(with_entry(sound.content, 18, {0x01}))), "invalid", "schema");
    Bytes indefinite = claims;
    indefinite[0] = 0xbf;
    indefinite.push_back(0xff);
    tell("own-indefinite-length", TRY(code(ec_, header, indefinite)), "unreadable", "cwt");
    Bytes long_key = claims;
    long_key.insert(long_key.begin() + 1, 0x18);
    tell("own-long-key", TRY(code(ec_, header, long_key)), "unreadable", "cwt");
    OwnClaims milliseconds = sound;
    milliseconds.expires_s *= 1000;
    tell("own-milliseconds", TRY(code(ec_, milliseconds)), "unreadable", "cwt");

    const Bytes signature = TRY(ec_.key.sign(signed_bytes(text_of(header), text_of(claims))));
    const Bytes message = own_message(header, claims, signature);
    tell("own-no-tag", in_base45(Bytes(message.begin() + 1, message.end())), "unreadable", "cose");
    Bytes tagged{0xd8, 0x3d};
    tagged.insert(tagged.end(), message.begin(), message.end());
    tell("own-double-tag", in_base45(tagged), "unreadable", "cose");
    Bytes followed = message;
    followed.push_back(static_cast<std::uint8_t>(dice.next()));
    tell("own-byte-behind", in_base45(followed), "unreadable", "cose");
    tell("own-compressed", std::string(kOwnPrefix) + to_code(message).substr(4), "unreadable", "cose");
    tell("own-as-certificate", to_code(message), "", "claim-missing");
    const std::string code = in_base45(message);
    tell("own-later-version", "LC2:" + code.substr(4), "notChecked", "prefix-version");
    tell("own-lower-prefix", "lc1:" + code.substr(4), "unreadable", "prefix-missing");
    tell("own-too-long", code + std::string(kOwnTextLimit, '0'), "unreadable", "size-limit");
    for (const std::size_t length : {0U, 1U, 63U, 65U, 128U}) {
        Bytes resized = signature;
        resized.resize(length);
        tell("own-signature-length-" + std::to_string(length), in_base45(own_message(header, claims, resized)), "invalid", "signature-length");
    }
    tell("own-declared-length", in_base45({0xd2, 0x84, 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), "unreadable", "cose");
    tell("own-nesting", in_base45(Bytes(400, 0x81)), "unreadable", "size-limit");
    for (const int by : {1, -1}) {
        Bytes miscounted = claims;
        miscounted[0] = static_cast<std::uint8_t>(miscounted[0] + by);
        tell(by > 0 ? "own-count-more" : "own-count-less", TRY(OwnCodes::code(ec_, header, miscounted)), "unreadable", "cwt");
    }
    return {};
}

Result<void> OwnCodes::of_places(Dice& dice, const Tell& tell) {
    const Bytes random = random_bytes(dice, kPlaceRandomBytes);
    const std::string id = place_id("checkpoint", "48", random);
    const std::string text = TRY(place(ec_, kHost, id));
    const std::size_t mark = text.find("&s=");
    const std::string seal = text.substr(mark);
    tell("place-valid", text, "valid", "");
    tell("place-valid-edwards", TRY(place(edwards_, "other.example.vn", id)), "valid", "");
    tell("place-valid-host", TRY(place(host_, kHost, id)), "valid", "");
    tell("place-of-another-host", TRY(place(host_, "other.example.vn", id)), "invalid", "issuer-mismatch");
    tell("place-host-changed", place_address("kb.example.com", id) + seal, "invalid", "signature-wrong");
    // Hosts that look like the one that was signed, in one alphabet and in another.
    tell("place-host-alike", place_address("kb.examp1e.vn", id) + seal, "invalid", "signature-wrong");
    tell("place-homoglyph", place_address("kb.\xd0\xb5xample.vn", id) + seal, "unreadable", "place-form");
    tell("place-kind-changed", place_address(kHost, place_id("venue", "48", random)) + seal, "invalid", "signature-wrong");
    tell("place-unit-changed", place_address(kHost, place_id("checkpoint", "49", random)) + seal, "invalid", "signature-wrong");
    tell("place-level-changed", place_address(kHost, place_id("checkpoint", "00048", random)) + seal, "invalid", "signature-wrong");
    tell("place-tests-key", TRY(place(tests_, kHost, id)), "invalid", "key-usage-event");
    tell("place-key-ended", TRY(place(ended_, kHost, id)), "invalid", "key-expired");
    const std::string address = place_address(kHost, id);
    const Bytes true_signature = TRY(ec_.key.sign(place_signed_bytes(address)));
    tell("place-wrong-key", place_code(address, ec_.signer.kid, TRY(stranger_.key.sign(place_signed_bytes(address)))), "invalid", "signature-wrong");
    tell("place-signature-twin", place_code(address, ec_.signer.kid, twin_of(true_signature)), "valid", "");
    for (const std::size_t length : {0U, 1U, 63U, 65U, 128U}) {
        Bytes resized = true_signature;
        resized.resize(length);
        tell("place-signature-length-" + std::to_string(length), place_code(address, ec_.signer.kid, resized), "unreadable", "place-form");
    }
    tell("place-too-long", text + std::string(kOwnTextLimit, 'A'), "unreadable", "size-limit");
    tell("place-stranger", TRY(place(stranger_, kHost, id)), "notTrusted", "issuer-unknown");
    tell("place-certificate-key", TRY(place(certificates_, kHost, id)), "notTrusted", "issuer-unknown");
    tell("place-parameter-twice", text.substr(0, mark) + "&v=1" + seal, "unreadable", "place-form");
    tell("place-parameter-more", text + "&a=b", "unreadable", "place-form");
    tell("place-fragment", text + "#top", "unreadable", "place-form");
    tell("place-port", "https://" + std::string(kHost) + ":443" + text.substr(text.find("/l/")), "unreadable", "place-form");
    tell("place-user", "https://a@" + text.substr(8), "unreadable", "place-form");
    tell("place-unsealed", text.substr(0, mark), "unreadable", "place-form");
    tell("place-not-secure", "http" + text.substr(5), "unreadable", "prefix-missing");
    tell("place-later-version", place_address(kHost, id).replace(mark - 1, 1, "2") + seal, "notChecked", "version-unsupported");
    // What was signed for a place is no credential, though key and kid are right.
    const Bytes header = own_header(Algorithm::es256, ec_.signer.kid);
    const Bytes signature = TRY(ec_.key.sign(place_signed_bytes(place_address(kHost, id))));
    tell("place-signature-moved", in_base45(own_message(header, own_claims(claims_of(dice, card(dice))), signature)), "invalid", "signature-wrong");
    return {};
}

Result<std::vector<Layer>> OwnCodes::layers(Dice& dice) const {
    const std::string text = TRY(code(ec_, claims_of(dice, release(dice))));
    const Bytes message = TRY(from_base45(std::string_view(text).substr(kOwnPrefix.size())));
    const std::string address = TRY(place(ec_, kHost, place_id("sampling", "26734", random_bytes(dice, kPlaceRandomBytes))));
    return std::vector<Layer>{
        {"own-text", Bytes(text.begin(), text.end()), text_of},
        {"own-message", message, in_base45},
        {"place-text", Bytes(address.begin(), address.end()), text_of},
    };
}

Result<void> OwnCodes::mutations(Dice& dice, const Tell& tell) {
    tell_some_bits(TRY(layers(dice)), 16, dice, tell);
    const std::string code = TRY(OwnCodes::code(ec_, claims_of(dice, release(dice))));
    const std::string text = TRY(place(ec_, kHost, place_id("sampling", "26734", random_bytes(dice, kPlaceRandomBytes))));
    constexpr std::string_view kAddress = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/?&=%";
    for (int i = 0; i < 24; ++i) {
        std::string changed = text;
        char& letter = changed[dice.below(changed.size())];
        const char drawn = kAddress[dice.below(kAddress.size())];
        letter = drawn == letter ? '~' : drawn;
        tell("place-letter-" + std::to_string(i), changed, "", "");
    }
    for (int i = 0; i < 6; ++i) {
        tell("own-cut-" + std::to_string(i), code.substr(0, code.size() - 1 - dice.below(code.size() - 1)), "", "");
        tell("place-cut-" + std::to_string(i), text.substr(0, text.size() - 1 - dice.below(text.size() - 1)), "", "");
    }
    return {};
}

}  // namespace lachan::forge
