#include "other_families.h"

#include <utility>

#include "certificate/base45.h"
#include "certificate/issue_card.h"
#include "certificate/vds.h"
#include "certificate/x509_reader.h"
#include "issuer.h"
#include "x509.h"

namespace lachan::forge {
namespace {

using namespace certificate;
using trust::Identity;

constexpr const char* kAddress = "https://cards.example.vn/issuer";

Instant at_day(std::int64_t days) { return Instant{(kNowS + days * kDayS) * 1000}; }

Json card_row(Dice& dice) {
    std::string given = "Văn Thử X";
    for (int i = 0; i < 4; ++i) given += static_cast<char>('a' + dice.below(26));
    return {{"familyName", "Nguyễn"},
            {"givenName", given},
            {"birthDate", "1988-02-29"},
            {"date", "2025-03-01"},
            {"cvx", "208"},
            {"lot", "L" + std::to_string(dice.below(1'000))}};
}

/// Header and payload in base64url, a dot between, whatever they are.
std::string input_of(const Json& header, std::span<const std::uint8_t> payload) {
    return to_base64url(bytes_of(header.dump())) + "." + to_base64url(payload);
}

std::string code_of(const std::string& input, const Bytes& signature) {
    std::string text;
    for (const std::string& code : card_codes(input, signature)) text += (text.empty() ? "" : "\n") + code;
    return text;
}

Result<std::string> signed_card(const Json& payload, const std::string& kid, const SigningKey& key) {
    const std::string input = card_signing_input(payload, kid);
    return code_of(input, TRY(key.sign(bytes_of(input))));
}

Json seal_data(Dice& dice) {
    const Json dose{{"dvc", "2025-03-01"}, {"seq", 1}, {"ctr", "VNM"}, {"adm", "Trạm Y tế"}, {"lot", "L1"}};
    const Json event{{"des", "XM68M6"}, {"nam", "Vắc xin thử"}, {"dis", "RA01.0"}, {"vd", Json::array({dose})}};
    const Json person{{"n", "NGUYEN  VAN THU"}, {"dob", "1988-02-29"}, {"sex", "M"}, {"i", "B" + std::to_string(1'000'000 + dice.below(9'000'000))}};
    return {{"hdr", {{"t", "icao.vacc"}, {"v", 1}, {"is", "VNM"}}},
            {"msg", {{"uvci", "U" + std::to_string(dice.below(100'000))}, {"pid", person}, {"ve", Json::array({event})}}}};
}

Result<Json> seal_of(const Json& data, const Identity& identity) {
    const Bytes signature = TRY(identity.key.sign(vds_signed_bytes(data)));
    return Json{{"data", data},
                {"sig", {{"alg", "ES256"}, {"cer", to_base64url(identity.certificate)}, {"sigvl", to_base64url(signature)}}}};
}

}  // namespace

Result<OtherFamilies::CardIssuer> OtherFamilies::make_card_issuer(const std::string& address) {
    auto key = TRY(SigningKey::generate(Algorithm::es256));
    Signer signer;
    signer.scheme = Scheme::smart_health_card;
    signer.issuer = address;
    signer.spki = key.spki();
    const std::string kid(text_at(TRY(card_key(signer.spki)), "kid"));
    signer.kid = TRY(from_base64url(kid));
    signer.not_before = at_day(-400);
    signer.not_after = at_day(700);
    return CardIssuer{std::move(key), std::move(signer), kid};
}

Result<OtherFamilies> OtherFamilies::make() {
    auto cards = TRY(make_card_issuer(kAddress));
    auto foreign = TRY(make_card_issuer("https://elsewhere.example.org/cards"));
    const auto authority_of = [](const char* name) { return trust::make_authority({"VN", "Forged", name}, at_day(-500), at_day(3000)); };
    auto authority = TRY(authority_of("Known"));
    const auto stranger = TRY(authority_of("Stranger"));
    const auto signer_of = [](std::int64_t first, std::int64_t last, const Identity& under) {
        return trust::make_signer({"VN", "Forged", "Seals"}, Algorithm::es256, {}, at_day(first), at_day(last), under);
    };
    auto seals = TRY(signer_of(-400, 700, authority));
    auto ended = TRY(signer_of(-400, -1, authority));
    auto later = TRY(signer_of(1, 700, authority));
    auto stranger_seals = TRY(signer_of(-400, 700, stranger));
    return OtherFamilies(std::move(cards), std::move(foreign), std::move(authority), std::move(seals), std::move(ended), std::move(later),
                         std::move(stranger_seals));
}

std::vector<Signer> OtherFamilies::signers() const {
    std::vector<Signer> list{cards_.signer};
    if (auto authority = authority_from_certificate(authority_.certificate)) list.push_back(std::move(*authority));
    return list;
}

Result<void> OtherFamilies::round(Dice& dice, const Tell& tell) {
    TRY(cards(dice, tell));
    TRY(broken_cards(dice, tell));
    TRY(seals(dice, tell));
    tell_some_bits(TRY(layers(dice)), 12, dice, tell);
    return {};
}

Result<void> OtherFamilies::cards(Dice& dice, const Tell& tell) {
    const Json payload = TRY(card_payload(card_row(dice), kAddress, kNowS - kDayS));
    tell("card-valid", TRY(signed_card(payload, cards_.kid, cards_.key)), "valid", "");
    Json large = payload;
    for (int i = 0; i < 1'200; ++i) large["vc"]["note"] = large["vc"].value("note", "") + static_cast<char>('a' + dice.below(26));
    const std::string input = card_signing_input(large, cards_.kid);
    auto parts = card_codes(input, TRY(cards_.key.sign(bytes_of(input))));
    std::string shuffled;
    for (std::size_t i = parts.size(); i-- > 0;) shuffled += parts[i] + "\n";
    tell("card-parts", shuffled, "valid", "");
    if (parts.size() > 1) tell("card-part-missing", parts[0], "", "chunk-missing");

    tell("card-wrong-key", TRY(signed_card(payload, cards_.kid, foreign_.key)), "invalid", "signature-wrong");
    const Json elsewhere = TRY(card_payload(card_row(dice), foreign_.signer.issuer, kNowS - kDayS));
    tell("card-unknown-issuer", TRY(signed_card(elsewhere, foreign_.kid, foreign_.key)), "notTrusted", "issuer-unknown");
    tell("card-issuer-mismatch", TRY(signed_card(elsewhere, cards_.kid, cards_.key)), "invalid", "issuer-mismatch");
    const Json future = TRY(card_payload(card_row(dice), kAddress, kNowS + 1 + static_cast<std::int64_t>(dice.below(kDayS))));
    tell("card-not-yet", TRY(signed_card(future, cards_.kid, cards_.key)), "invalid", "not-yet-valid");
    Json ended = payload;
    ended["exp"] = kNowS - 1 - static_cast<std::int64_t>(dice.below(kDayS));
    tell("card-expired", TRY(signed_card(ended, cards_.kid, cards_.key)), "invalid", "expired");
    // A Cyrillic letter that looks like the Latin one, signed, and under the signature of the true name.
    const Json::json_pointer name("/vc/credentialSubject/fhirBundle/entry/0/resource/name/0/family");
    Json renamed = payload;
    renamed[name] = "Nguy\xd0\xb5n";
    tell("card-homoglyph-signed", TRY(signed_card(renamed, cards_.kid, cards_.key)), "valid", "name-alphabets");
    const Bytes true_signature = TRY(cards_.key.sign(bytes_of(card_signing_input(payload, cards_.kid))));
    tell("card-homoglyph", code_of(card_signing_input(renamed, cards_.kid), true_signature), "invalid", "signature-wrong");
    tell("card-signature-twin", code_of(card_signing_input(payload, cards_.kid), twin_of(true_signature)), "valid", "");
    return {};
}

Result<void> OtherFamilies::broken_cards(Dice& dice, const Tell& tell) {
    const Json payload = TRY(card_payload(card_row(dice), kAddress, kNowS - kDayS));
    const Bytes packed = raw_deflated(canonical(payload));
    const Json header{{"alg", "ES256"}, {"kid", cards_.kid}, {"zip", "DEF"}};
    const auto sealed = [this](const std::string& input) -> Result<std::string> {
        return code_of(input, TRY(cards_.key.sign(bytes_of(input))));
    };
    Json none = header;
    none["alg"] = "none";
    tell("card-algorithm-none", TRY(sealed(input_of(none, packed))), "", "algorithm-unknown");
    Json unnamed = header;
    unnamed.erase("kid");
    tell("card-kid-missing", TRY(sealed(input_of(unnamed, packed))), "", "kid-missing");
    tell("card-not-compressed", TRY(sealed(input_of(header, bytes_of(canonical(payload))))), "", "compression");
    tell("card-bomb", TRY(sealed(input_of(header, raw_deflated(std::string(1'000'000 + dice.below(100'000), '0'))))), "", "size-limit");
    tell("card-no-json", TRY(sealed(input_of(header, raw_deflated("{\"iss\":")))), "", "json");
    const std::string input = input_of(header, packed);
    Bytes signature = TRY(cards_.key.sign(bytes_of(input)));
    for (const std::size_t length : {0U, 1U, 63U, 65U, 128U}) {
        Bytes resized = signature;
        resized.resize(length);
        tell("card-signature-length-" + std::to_string(length), code_of(input, resized), "invalid", "signature-length");
    }
    const std::string code = code_of(input, signature);
    tell("card-truncated", code.substr(0, 6 + dice.below(code.size() - 7)), "", "");
    const std::string text = canonical(payload);
    tell("card-member-twice", TRY(sealed(input_of(header, raw_deflated("{\"iss\":\"https://a.example\"," + text.substr(1))))), "", "json");
    std::string twice = header.dump();
    twice.insert(1, "\"alg\":\"none\",");
    tell("card-header-twice", TRY(sealed(to_base64url(bytes_of(twice)) + "." + to_base64url(packed))), "", "jws");
    tell("card-nesting", TRY(sealed(input_of(header, raw_deflated(std::string(100, '[') + std::string(100, ']'))))), "", "json");
    Bytes followed = packed;
    followed.push_back(0);
    tell("card-bytes-behind-stream", TRY(sealed(input_of(header, followed))), "", "compression");
    tell("card-too-long", code + std::string(200'000, '0'), "unreadable", "size-limit");
    tell("card-odd-digits", code + "1", "unreadable", "numeric");
    tell("card-digit-range", code.substr(0, code.size() - 2) + "99", "unreadable", "numeric");
    tell("card-prefix", "shc:" + code.substr(5), "unreadable", "");
    for (int i = 0; i < 12; ++i) {
        std::string changed = code;
        char& digit = changed[5 + dice.below(changed.size() - 5)];
        digit = static_cast<char>('0' + (digit - '0' + 1 + static_cast<int>(dice.below(9))) % 10);
        tell("card-digit-" + std::to_string(i), changed, "", "");
    }
    return {};
}

Result<void> OtherFamilies::seals(Dice& dice, const Tell& tell) {
    const Json data = seal_data(dice);
    const Json seal = TRY(seal_of(data, seals_));
    tell("seal-valid", seal.dump(), "valid", "");
    tell("seal-spaced", seal.dump(2), "valid", "");
    Json renamed = seal;
    renamed["data"]["msg"]["pid"]["n"] = "NGUYEN  VAN THAT";
    tell("seal-name-changed", renamed.dump(), "invalid", "signature-wrong");
    const auto with_signature = [&seal](const Bytes& signature) {
        Json other = seal;
        other["sig"]["sigvl"] = to_base64url(signature);
        return other.dump();
    };
    const Bytes signature = TRY(seals_.key.sign(vds_signed_bytes(data)));
    tell("seal-wrong-key", with_signature(TRY(stranger_seals_.key.sign(vds_signed_bytes(data)))), "invalid", "signature-wrong");
    tell("seal-signature-twin", with_signature(twin_of(signature)), "valid", "");
    for (const std::size_t length : {0U, 1U, 63U, 65U, 128U}) {
        Bytes resized = signature;
        resized.resize(length);
        tell("seal-signature-length-" + std::to_string(length), with_signature(resized), "invalid", "signature-length");
    }
    // A Cyrillic letter that looks like the Latin one, signed, and under the signature of the true name.
    Json alike = data;
    alike["msg"]["pid"]["n"] = "NGUY\xd0\x95N  VAN THU";
    tell("seal-homoglyph-signed", TRY(seal_of(alike, seals_)).dump(), "valid", "name-alphabets");
    Json replaced = seal;
    replaced["data"] = alike;
    tell("seal-homoglyph", replaced.dump(), "invalid", "signature-wrong");
    tell("seal-key-not-yet", TRY(seal_of(data, later_)).dump(), "invalid", "key-not-yet-valid");
    tell("seal-stranger", TRY(seal_of(data, stranger_seals_)).dump(), "notTrusted", "issuer-unknown");
    tell("seal-key-ended", TRY(seal_of(data, ended_)).dump(), "invalid", "key-expired");
    Json french = data;
    french["hdr"]["is"] = "FRA";
    tell("seal-other-state", TRY(seal_of(french, seals_)).dump(), "invalid", "country-mismatch");
    std::string doubled = seal.dump();
    doubled.insert(1, "\"data\":{},");
    tell("seal-key-twice", doubled, "unreadable", "json");
    const std::string whole = seal.dump();
    tell("seal-truncated", whole.substr(0, 1 + dice.below(whole.size() - 2)), "unreadable", "json");
    tell("seal-text-behind", whole + whole, "unreadable", "");
    tell("seal-nesting", whole.substr(0, whole.size() - 1) + ",\"x\":" + std::string(100, '[') + std::string(100, ']') + "}", "unreadable", "json");
    tell("seal-too-long", whole + std::string(5'000, ' ') + "}", "unreadable", "size-limit");
    Json without = seal;
    without["sig"].erase("cer");
    tell("seal-no-certificate", without.dump(), "", "");
    // The data come first in the text: whatever is changed there is signed, or no JSON any more.
    const std::string text = seal.dump();
    const std::size_t signed_until = text.find("\"sig\"");
    for (int i = 0; i < 12; ++i) {
        std::string changed = text;
        char& letter = changed[8 + dice.below(signed_until - 10)];
        const char other = static_cast<char>('0' + dice.below(75));
        letter = letter == other ? '~' : other;
        tell("seal-letter-" + std::to_string(i), changed, "", "");
    }
    return {};
}

Result<std::vector<Layer>> OtherFamilies::layers(Dice& dice) const {
    const Bytes packed = raw_deflated(canonical(TRY(card_payload(card_row(dice), kAddress, kNowS - kDayS))));
    const Json header{{"alg", "ES256"}, {"kid", cards_.kid}, {"zip", "DEF"}};
    const std::string input = input_of(header, packed);
    const Bytes signature = TRY(cards_.key.sign(bytes_of(input)));
    const std::string seal = TRY(seal_of(seal_data(dice), seals_)).dump();
    const auto as_text = [](const Bytes& text) { return std::string(text.begin(), text.end()); };
    const auto bytes_in = [](const std::string& text) { return Bytes(text.begin(), text.end()); };
    return std::vector<Layer>{
        {"card-text", bytes_in(code_of(input, signature)), as_text},
        {"card-header", bytes_in(header.dump()), [packed, signature](const Bytes& text) {
             return code_of(to_base64url(text) + "." + to_base64url(packed), signature);
         }},
        {"card-payload", packed, [header, signature](const Bytes& other) { return code_of(input_of(header, other), signature); }},
        {"card-signature", signature, [input](const Bytes& other) { return code_of(input, other); }},
        {"seal-text", bytes_in(seal), as_text},
        {"seal-certificate", seals_.certificate, [seal](const Bytes& other) {
             Json changed = Json::parse(seal);
             changed["sig"]["cer"] = to_base64url(other);
             return changed.dump();
         }},
    };
}

}  // namespace lachan::forge
