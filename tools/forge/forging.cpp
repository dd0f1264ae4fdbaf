#include "forging.h"

#include <array>
#include <utility>
#include <vector>

#include "certificate/base45.h"
#include "certificate/cbor.h"
#include "certificate/cose.h"
#include "certificate/inflate.h"
#include "certificate/strict.h"
#include "cose_parts.h"
#include "credentials.h"
#include "dice.h"
#include "issuer.h"
#include "kernel/text.h"
#include "layers.h"
#include "other_families.h"
#include "own_codes.h"
#include "who_forms.h"

namespace lachan::forge {
namespace {

using namespace certificate;

Result<Issuer> make_certifier(Algorithm algorithm, const Bytes& kid) { return make_issuer(Scheme::hcert, algorithm, kid); }

/// All families but the European one, each with its keys.
struct Families {
    OtherFamilies others;
    WhoForms who;
    Credentials credentials;
    OwnCodes own;
};

Result<Families> make_families() {
    auto others = TRY(OtherFamilies::make());
    auto who = TRY(WhoForms::make());
    auto credentials = TRY(Credentials::make());
    auto own = TRY(OwnCodes::make());
    return Families{std::move(others), std::move(who), std::move(credentials), std::move(own)};
}

class Forger {
public:
    Forger(std::uint64_t seed, Issuer ec, Issuer rsa, Issuer twin, Issuer tests, Issuer ended, Issuer stranger, Issuer large,
           Families families, const std::function<void(const Forged&)>& row)
        : dice_(seed), ec_(std::move(ec)), rsa_(std::move(rsa)), twin_(std::move(twin)), tests_(std::move(tests)), ended_(std::move(ended)),
          stranger_(std::move(stranger)), large_(std::move(large)), families_(std::move(families)), row_(row) {}

    Result<void> round() {
        ++round_;
        TRY(sound());
        TRY(of_time());
        TRY(of_keys());
        TRY(of_form());
        TRY(of_content());
        TRY(mutations());
        const Tell told = teller();
        TRY(families_.others.round(dice_, told));
        TRY(families_.who.round(dice_, told));
        TRY(families_.credentials.round(dice_, told));
        return families_.own.round(dice_, told);
    }

    Result<void> every_bit() {
        ++round_;
        const Tell told = teller();
        tell_every_bit(TRY(layers()), told);
        tell_every_bit(TRY(families_.others.layers(dice_)), told);
        tell_every_bit(TRY(families_.who.layers(dice_)), told);
        tell_every_bit(TRY(families_.credentials.layers(dice_)), told);
        tell_every_bit(TRY(families_.own.layers(dice_)), told);
        return {};
    }

private:
    Tell teller() {
        return [this](const std::string& defect, std::string text, const char* summary, const char* reason) {
            tell(defect, std::move(text), summary, reason);
        };
    }

    void tell(const std::string& defect, std::string text, std::string summary, std::string reason = "") {
        row_({defect + "/" + std::to_string(round_), std::move(text), kNowS * 1000, std::move(summary), std::move(reason)});
    }

    Json row_of_person() {
        constexpr std::array kFamilies{"Nguyễn", "Trần", "Lê", "Đặng", "Phạm", "Hoàng", "Vũ", "Đỗ"};
        constexpr std::array kGiven{"Thị Minh Đào", "Quốc Bảo", "Hoàng Yến", "Văn Đức", "Ngọc Ánh", "Thuỳ Dương"};
        return {{"familyName", kFamilies[dice_.below(kFamilies.size())]},
                {"givenName", kGiven[dice_.below(kGiven.size())]},
                {"birthDate", std::to_string(1930 + dice_.below(80)) + "-0" + std::to_string(1 + dice_.below(9)) + "-15"},
                {"disease", "840539006"},
                {"country", "VN"},
                {"issuer", "Bộ Y tế"},
                {"identifier", "URN:UVCI:01:VN:" + std::string(16, 'A') + std::to_string(1'000'000'000'000'000 + dice_.below(1'000'000'000))}};
    }

    Result<Json> payload() {
        Json row = row_of_person();
        switch (dice_.below(3)) {
            case 0:
                row.update({{"kind", "vaccination"}, {"vaccine", "J07BX03"}, {"product", "EU/1/21/1529"},
                            {"manufacturer", "ORG-100001699"}, {"dose", 1 + dice_.below(3)}, {"doses", 3}, {"date", "2025-03-01"}});
                break;
            case 1:
                row.update({{"kind", "test"}, {"testType", "LP6464-4"}, {"testName", "PCR"}, {"sampledAt", "2025-06-13T08:15:00+07:00"},
                            {"result", "260415000"}, {"centre", "CDC"}});
                break;
            default:
                row.update({{"kind", "recovery"}, {"firstPositiveOn", "2025-03-01"}, {"validFrom", "2025-03-12"}, {"validUntil", "2025-08-28"}});
        }
        return payload_of(row);
    }

    Result<Draft> draft_for(const Issuer& issuer) {
        const Algorithm algorithm = issuer.signer.algorithm == Algorithm::ps256 ? Algorithm::ps256 : Algorithm::es256;
        return Draft{TRY(payload()), "VN", kNowS - kDayS, kNowS + 90 * kDayS, algorithm, issuer.signer.kid};
    }

    Result<std::string> code_of(const Issuer& issuer, const Draft& draft) {
        const Unsigned prepared = prepare(draft);
        return seal(prepared, TRY(issuer.key.sign(prepared.signed_bytes, draft.algorithm)));
    }

    Parts parts_of(const Draft& draft, const ClaimForm& form = {}) {
        return Parts{header_of(draft.algorithm == Algorithm::ps256 ? -37 : -7, &draft.kid), {0xa0}, claims_of(draft, form), {18}};
    }

    /// A true signature over whatever the parts are.
    Result<std::string> code_of(const Issuer& issuer, const Parts& parts) {
        const Bytes to_sign = signed_bytes(text_of(parts.protected_header), text_of(parts.claims));
        const Algorithm hash = issuer.signer.algorithm == Algorithm::ps256 ? Algorithm::ps256 : Algorithm::es256;
        return to_code(message_of(parts, TRY(issuer.key.sign(to_sign, hash))));
    }

    Result<void> sound() {
        tell("valid-es256", TRY(code_of(ec_, TRY(draft_for(ec_)))), "valid");
        tell("valid-ps256", TRY(code_of(rsa_, TRY(draft_for(rsa_)))), "valid");
        tell("kid-collision", TRY(code_of(twin_, TRY(draft_for(twin_)))), "valid");
        Parts cwt = parts_of(TRY(draft_for(ec_)));
        cwt.tags = {61, 18};
        tell("double-tag", TRY(code_of(ec_, cwt)), "valid");
        Parts bare = parts_of(TRY(draft_for(ec_)));
        bare.tags = {};
        tell("no-tag", TRY(code_of(ec_, bare)), "valid");
        constexpr std::pair<const char*, TimeForm> kForms[]{
            {"time-float", TimeForm::real}, {"time-tagged", TimeForm::tagged}, {"time-long", TimeForm::long_form}};
        for (const auto& [name, form] : kForms) {
            ClaimForm claims;
            claims.time = form;
            tell(name, TRY(code_of(ec_, parts_of(TRY(draft_for(ec_)), claims))), "valid");
        }
        ClaimForm indefinite;
        indefinite.is_indefinite = true;
        tell("indefinite-length", TRY(code_of(ec_, parts_of(TRY(draft_for(ec_)), indefinite))), "valid");
        Parts elsewhere = parts_of(TRY(draft_for(ec_)));
        elsewhere.protected_header = header_of(-7, nullptr);
        elsewhere.unprotected_header = {0xa1, 0x04, 0x48};
        elsewhere.unprotected_header.insert(elsewhere.unprotected_header.end(), ec_.signer.kid.begin(), ec_.signer.kid.end());
        tell("kid-unprotected", TRY(code_of(ec_, elsewhere)), "valid");
        tell("newline-around", "\n" + TRY(code_of(ec_, TRY(draft_for(ec_)))) + "\r\n", "valid");
        return {};
    }

    Result<void> of_time() {
        Draft expired = TRY(draft_for(ec_));
        expired.issued_at_s = kNowS - 200 * kDayS;
        expired.expires_at_s = kNowS - 1 - static_cast<std::int64_t>(dice_.below(100 * kDayS));
        tell("expired", TRY(code_of(ec_, expired)), "invalid", "expired");
        Draft future = TRY(draft_for(ec_));
        future.issued_at_s = kNowS + 1 + static_cast<std::int64_t>(dice_.below(10 * kDayS));
        tell("future", TRY(code_of(ec_, future)), "invalid", "issued-in-future");
        Draft beyond = TRY(draft_for(ec_));
        beyond.expires_at_s = kNowS + 701 * kDayS;
        tell("beyond-key", TRY(code_of(ec_, beyond)), "invalid", "key-expired");
        Draft before = TRY(draft_for(ec_));
        before.issued_at_s = kNowS - 401 * kDayS;
        tell("before-key", TRY(code_of(ec_, before)), "invalid", "key-not-yet-valid");
        tell("key-ended", TRY(code_of(ended_, TRY(draft_for(ended_)))), "invalid", "key-expired");
        Draft milliseconds = TRY(draft_for(ec_));
        milliseconds.expires_at_s *= 1000;
        tell("milliseconds", TRY(code_of(ec_, milliseconds)), "", "");
        ClaimForm timeless;
        timeless.has_expiry = false;
        tell("no-expiry", TRY(code_of(ec_, parts_of(TRY(draft_for(ec_)), timeless))), "invalid", "time-missing");
        return {};
    }

    Result<void> of_keys() {
        Draft theirs = TRY(draft_for(stranger_));
        tell("unknown-issuer", TRY(code_of(stranger_, theirs)), "notTrusted", "issuer-unknown");
        theirs.kid = ec_.signer.kid;
        tell("wrong-key", TRY(code_of(stranger_, theirs)), "invalid", "signature-wrong");
        Draft foreign = TRY(draft_for(ec_));
        foreign.issuer = "FR";
        tell("other-country", TRY(code_of(ec_, foreign)), "invalid", "country-mismatch");
        Draft usage = TRY(draft_for(tests_));
        while (usage.payload.contains("t")) usage.payload = TRY(payload());
        tell("key-usage", TRY(code_of(tests_, usage)), "invalid", "key-usage-event");
        tell("key-too-large", TRY(code_of(large_, TRY(draft_for(large_)))), "invalid", "");
        Draft mismatch = TRY(draft_for(rsa_));
        mismatch.algorithm = Algorithm::es256;
        const Unsigned prepared = prepare(mismatch);
        tell("algorithm-mismatch", seal(prepared, Bytes(64, 7)), "invalid", "algorithm-key-mismatch");
        for (const std::size_t length : {0U, 1U, 63U, 65U, 70U, 128U}) {
            const Unsigned short_one = prepare(TRY(draft_for(ec_)));
            Bytes signature = TRY(ec_.key.sign(short_one.signed_bytes));
            signature.resize(length);
            tell("signature-length-" + std::to_string(length), seal(short_one, signature), "invalid", "signature-length");
        }
        const Unsigned twice = prepare(TRY(draft_for(ec_)));
        tell("signature-twin", seal(twice, twin_of(TRY(ec_.key.sign(twice.signed_bytes)))), "valid", "");
        const Unsigned zero = prepare(TRY(draft_for(ec_)));
        tell("signature-zero", seal(zero, Bytes(64, 0)), "invalid", "signature-wrong");
        for (const std::size_t length : {1U, 7U, 9U, 32U}) {
            Draft odd = TRY(draft_for(ec_));
            odd.kid = Bytes(length, 3);
            tell("kid-length-" + std::to_string(length), TRY(code_of(ec_, odd)), "invalid", "kid-length");
        }
        Parts unnamed = parts_of(TRY(draft_for(ec_)));
        unnamed.protected_header = header_of(-7, nullptr);
        tell("kid-missing", TRY(code_of(ec_, unnamed)), "invalid", "kid-missing");
        Parts none = parts_of(TRY(draft_for(ec_)));
        none.protected_header = header_of(0, &ec_.signer.kid);
        tell("algorithm-none", TRY(code_of(ec_, none)), "invalid", "algorithm-unknown");
        Parts contradiction = parts_of(TRY(draft_for(ec_)));
        const Bytes nobody(8, 0x5a);
        contradiction.protected_header = header_of(-7, &nobody);
        contradiction.unprotected_header = {0xa1, 0x04, 0x48};
        contradiction.unprotected_header.insert(contradiction.unprotected_header.end(), ec_.signer.kid.begin(), ec_.signer.kid.end());
        tell("kid-mismatch", TRY(code_of(ec_, contradiction)), "invalid", "kid-mismatch");
        return {};
    }

    Result<void> of_form() {
        const std::string code = TRY(code_of(ec_, TRY(draft_for(ec_))));
        tell("no-prefix", code.substr(4), "unreadable", "prefix-missing");
        tell("small-prefix", "hc1:" + code.substr(4), "unreadable", "");
        tell("other-context", "AT1:" + code.substr(4), "unreadable", "prefix-context");
        tell("new-version", "HC2:" + code.substr(4), "notChecked", "prefix-version");
        tell("truncated", code.substr(0, 5 + dice_.below(code.size() - 6)), "unreadable", "");
        tell("too-long", code + std::string(4300, 'A'), "unreadable", "size-limit");
        tell("empty", "", "unreadable", "");
        Bytes plain(20 + dice_.below(200));
        for (auto& byte : plain) byte = static_cast<std::uint8_t>(dice_.next());
        tell("noise", "HC1:" + to_base45(plain), "unreadable", "");
        const Bytes compressed = TRY(from_base45(std::string_view(code).substr(4)));
        const Bytes message = TRY(inflate_zlib(compressed));
        tell("not-compressed", "HC1:" + to_base45(message), "unreadable", "compression");
        tell("bomb", "HC1:" + to_base45(deflated(Bytes(1'000'000 + dice_.below(100'000), 0))), "unreadable", "size-limit");
        Bytes trailing = compressed;
        trailing.push_back(0);
        tell("bytes-behind", "HC1:" + to_base45(trailing), "unreadable", "compression");
        Bytes deep(200, 0x81);
        deep.push_back(0);
        tell("nesting", to_code(deep), "unreadable", "size-limit");
        const Bytes huge{0xd2, 0x84, 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        tell("declared-length", to_code(huge), "unreadable", "");
        Parts tagged = parts_of(TRY(draft_for(ec_)));
        tagged.tags = {18, 18};
        tell("tag-twice", TRY(code_of(ec_, tagged)), "unreadable", "cose");
        tagged.tags = {98};
        tell("tag-foreign", TRY(code_of(ec_, tagged)), "unreadable", "cose");
        Parts doubled = parts_of(TRY(draft_for(ec_)));
        doubled.protected_header = {0xa2, 0x01, 0x26, 0x01, 0x26};
        tell("header-twice", TRY(code_of(ec_, doubled)), "unreadable", "cose");
        for (const int by : {1, -1}) {
            Parts miscounted = parts_of(TRY(draft_for(ec_)));
            miscounted.claims[0] = static_cast<std::uint8_t>(miscounted.claims[0] + by);
            tell(by > 0 ? "count-more" : "count-less", TRY(code_of(ec_, miscounted)), "unreadable", "cwt");
        }
        ClaimForm repeated;
        repeated.repeats_expiry = true;
        tell("claim-twice", TRY(code_of(ec_, parts_of(TRY(draft_for(ec_)), repeated))), "", "cwt");
        ClaimForm elsewhere;
        elsewhere.sub_claim = 2;
        tell("claim-missing", TRY(code_of(ec_, parts_of(TRY(draft_for(ec_)), elsewhere))), "", "claim-missing");
        return {};
    }

    Result<void> of_content() {
        Draft two = TRY(draft_for(ec_));
        two.payload["v"] = Json::array({Json::object(), Json::object()});
        tell("two-events", TRY(code_of(ec_, two)), "invalid", "");
        Draft none = TRY(draft_for(ec_));
        for (const char* key : {"v", "t", "r"}) none.payload.erase(key);
        tell("no-event", TRY(code_of(ec_, none)), "invalid", "event-count");
        Draft nobody = TRY(draft_for(ec_));
        nobody.payload.erase("nam");
        tell("no-name", TRY(code_of(ec_, nobody)), "invalid", "schema");
        Draft renamed = TRY(draft_for(ec_));
        const Unsigned signed_one = prepare(renamed);
        const Bytes signature = TRY(ec_.key.sign(signed_one.signed_bytes));
        // A Cyrillic letter that looks like the Latin one, under the signature of the true name.
        renamed.payload["nam"]["fn"] = "Nguy\xd0\xb5n";
        tell("homoglyph", seal(prepare(renamed), signature), "invalid", "signature-wrong");
        Draft signed_so = TRY(draft_for(ec_));
        signed_so.payload["nam"]["fn"] = "Nguy\xd0\xb5n";
        tell("homoglyph-signed", TRY(code_of(ec_, signed_so)), "valid", "name-alphabets");
        Draft younger = TRY(draft_for(ec_));
        const Unsigned true_one = prepare(younger);
        const Bytes true_signature = TRY(ec_.key.sign(true_one.signed_bytes));
        younger.payload["dob"] = "2001-01-01";
        tell("birth-date-changed", seal(prepare(younger), true_signature), "invalid", "signature-wrong");
        Unsigned longer = prepare(TRY(draft_for(ec_)));
        const Bytes longer_signature = TRY(ec_.key.sign(longer.signed_bytes));
        longer.payload += '\0';
        tell("payload-longer", seal(longer, longer_signature), "", "");
        return {};
    }

    Result<std::vector<Layer>> layers() { return layers_of_certificate("", TRY(code_of(ec_, TRY(draft_for(ec_))))); }

    Result<void> mutations() {
        tell_some_bits(TRY(layers()), 12, dice_, teller());
        const std::string code = TRY(code_of(ec_, TRY(draft_for(ec_))));
        constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        for (int i = 0; i < 12; ++i) {
            std::string text = code;
            const std::size_t at = 4 + dice_.below(text.size() - 5);  // the last character may be white space, which is trimmed
            const char other = kAlphabet[(kAlphabet.find(text[at]) + 1 + dice_.below(kAlphabet.size() - 1)) % kAlphabet.size()];
            text[at] = other;
            tell("character-" + std::to_string(i), text, "", "");
        }
        return {};
    }

    Dice dice_;
    Issuer ec_;
    Issuer rsa_;
    Issuer twin_;
    Issuer tests_;
    Issuer ended_;
    Issuer stranger_;
    Issuer large_;
    Families families_;
    const std::function<void(const Forged&)>& row_;
    int round_ = 0;
};

}  // namespace

Json to_json(const Forged& forged) {
    Json row{{"id", forged.id}, {"now", forged.now_ms}, {"forged", {{"defect", forged.id.substr(0, forged.id.find('/'))}}}};
    if (is_utf8(forged.text)) row["text"] = forged.text;
    else row["bytes"] = to_base64(bytes_of(forged.text));
    if (!forged.summary.empty()) row["forged"]["summary"] = forged.summary;
    if (!forged.reason.empty()) row["forged"]["reason"] = forged.reason;
    return row;
}

namespace {

/// Makes all issuers, tells `trust` their list, and hands over a forger whose rows go to `row`.
Result<void> with_forger(std::uint64_t seed, const std::function<void(const Json& trust)>& trust, const std::function<void(const Forged&)>& row,
                         const std::function<Result<void>(Forger&)>& work) {
    auto ec = TRY(make_certifier(Algorithm::es256, Bytes(8, 1)));
    auto rsa = TRY(make_certifier(Algorithm::ps256, Bytes(8, 2)));
    auto twin = TRY(make_certifier(Algorithm::es256, Bytes(8, 1)));
    auto tests = TRY(make_certifier(Algorithm::es256, Bytes(8, 3)));
    tests.signer.usage.test = true;
    auto ended = TRY(make_certifier(Algorithm::es256, Bytes(8, 4)));
    ended.signer.not_after = Instant{(kNowS - 1) * 1000};
    auto stranger = TRY(make_certifier(Algorithm::es256, Bytes(8, 9)));
    auto large = TRY(make_certifier(Algorithm::es384, Bytes(8, 5)));
    auto families = TRY(make_families());
    TrustBundle list;
    list.number = 1;
    list.issued_at = Instant{(kNowS - kDayS) * 1000};
    list.valid_until = Instant{(kNowS + 30 * kDayS) * 1000};
    for (const Issuer* issuer : {&ec, &rsa, &twin, &tests, &ended, &large}) list.signers.push_back(issuer->signer);
    for (const std::vector<Signer>& some :
         {families.others.signers(), families.who.signers(), families.credentials.signers(), families.own.signers()}) {
        list.signers.insert(list.signers.end(), some.begin(), some.end());
    }
    trust(certificate::to_json(list));
    Forger forger(seed, std::move(ec), std::move(rsa), std::move(twin), std::move(tests), std::move(ended), std::move(stranger),
                  std::move(large), std::move(families), row);
    return work(forger);
}

}  // namespace

Result<void> forge(std::uint64_t seed, std::size_t count, const std::function<void(const Json& trust)>& trust,
                   const std::function<void(const Forged&)>& row) {
    std::size_t made = 0;
    const std::function<void(const Forged&)> counted = [&](const Forged& forged) {
        ++made;
        row(forged);
    };
    return with_forger(seed, trust, counted, [&](Forger& forger) -> Result<void> {
        while (made < count) TRY(forger.round());
        return {};
    });
}

Result<void> forge_every_bit(std::uint64_t seed, const std::function<void(const Json& trust)>& trust, const std::function<void(const Forged&)>& row) {
    return with_forger(seed, trust, row, [](Forger& forger) { return forger.every_bit(); });
}

}  // namespace lachan::forge
