#include "forging.h"

#include <zlib.h>

#include <array>
#include <utility>
#include <vector>

#include "certificate/base45.h"
#include "certificate/cbor.h"
#include "certificate/cose.h"
#include "certificate/inflate.h"
#include "certificate/strict.h"
#include "dice.h"
#include "kernel/text.h"
#include "other_families.h"
#include "own_codes.h"
#include "signing_key.h"

namespace lachan::forge {
namespace {

using namespace certificate;

struct Issuer {
    SigningKey key;
    Signer signer;
};

Result<Issuer> make_issuer(Algorithm algorithm, const Bytes& kid, KeyUsage usage = {}) {
    auto key = TRY(SigningKey::generate(algorithm));
    Signer signer;
    signer.kid = kid;
    signer.country = "VN";
    signer.algorithm = algorithm;
    signer.spki = key.spki();
    signer.not_before = Instant{(kNowS - 400 * kDayS) * 1000};
    signer.not_after = Instant{(kNowS + 700 * kDayS) * 1000};
    signer.usage = usage;
    return Issuer{std::move(key), std::move(signer)};
}

/// The parts of a COSE message, each replaceable, for messages that no honest issuer would make.
struct Parts {
    Bytes protected_header;
    Bytes unprotected_header{0xa0};
    Bytes claims;
    std::vector<std::uint64_t> tags{18};
};

Bytes header_of(std::int64_t algorithm, const Bytes* kid) {
    Bytes header;
    cbor::write_head(header, 5, kid == nullptr ? 1 : 2);
    cbor::write_integer(header, 1);
    cbor::write_integer(header, algorithm);
    if (kid != nullptr) {
        cbor::write_integer(header, 4);
        cbor::write_bytes(header, *kid);
    }
    return header;
}

Bytes message_of(const Parts& parts, const Bytes& signature) {
    Bytes message;
    for (const std::uint64_t tag : parts.tags) cbor::write_head(message, 6, tag);
    cbor::write_head(message, 4, 4);
    cbor::write_bytes(message, parts.protected_header);
    message.insert(message.end(), parts.unprotected_header.begin(), parts.unprotected_header.end());
    cbor::write_bytes(message, parts.claims);
    cbor::write_bytes(message, signature);
    return message;
}

std::string text_of(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }

/// A whole float, as some issuers wrote times.
void write_float(Bytes& out, double value) {
    out.push_back(0xfb);
    std::uint64_t bits = 0;
    __builtin_memcpy(&bits, &value, sizeof bits);
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(bits >> shift & 0xff));
}

enum class TimeForm { integer, real, tagged, long_form };

void write_time(Bytes& out, std::int64_t second, TimeForm form) {
    if (form == TimeForm::real) return write_float(out, static_cast<double>(second));
    if (form == TimeForm::tagged) cbor::write_head(out, 6, 1);
    if (form != TimeForm::long_form) return cbor::write_integer(out, second);
    out.push_back(0x1b);  // eight bytes where four were enough
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(second >> shift & 0xff));
}

struct ClaimForm {
    TimeForm time = TimeForm::integer;
    bool is_indefinite = false;
    bool repeats_expiry = false;
    bool has_expiry = true;
    std::int64_t sub_claim = 1;
};

Bytes claims_of(const Draft& draft, const ClaimForm& form) {
    Bytes claims;
    const std::uint64_t count = 3U + (form.has_expiry ? 1 : 0) + (form.repeats_expiry ? 1 : 0);
    if (form.is_indefinite) claims.push_back(0xbf);
    else cbor::write_head(claims, 5, count);
    cbor::write_integer(claims, 1);
    cbor::write_text(claims, draft.issuer);
    for (int i = 0; i < (form.has_expiry ? 1 : 0) + (form.repeats_expiry ? 1 : 0); ++i) {
        cbor::write_integer(claims, 4);
        write_time(claims, draft.expires_at_s, form.time);
    }
    cbor::write_integer(claims, 6);
    write_time(claims, draft.issued_at_s, form.time);
    cbor::write_integer(claims, -260);
    cbor::write_head(claims, 5, 1);
    cbor::write_integer(claims, form.sub_claim);
    cbor::write_json(claims, draft.payload);
    if (form.is_indefinite) claims.push_back(0xff);
    return claims;
}

Bytes deflated(const Bytes& data) {
    uLongf size = compressBound(static_cast<uLong>(data.size()));
    Bytes compressed(size);
    compress2(compressed.data(), &size, data.data(), static_cast<uLong>(data.size()), 9);
    compressed.resize(size);
    return compressed;
}

class Forger {
public:
    Forger(std::uint64_t seed, Issuer ec, Issuer rsa, Issuer twin, Issuer tests, Issuer ended, Issuer stranger, Issuer large,
           OtherFamilies others, OwnCodes own, const std::function<void(const Forged&)>& row)
        : dice_(seed), ec_(std::move(ec)), rsa_(std::move(rsa)), twin_(std::move(twin)), tests_(std::move(tests)), ended_(std::move(ended)),
          stranger_(std::move(stranger)), large_(std::move(large)), others_(std::move(others)), own_(std::move(own)), row_(row) {}

    Result<void> round() {
        ++round_;
        TRY(sound());
        TRY(of_time());
        TRY(of_keys());
        TRY(of_form());
        TRY(of_content());
        TRY(mutations());
        const auto told = [this](const std::string& defect, std::string text, const char* summary, const char* reason) {
            tell(defect, std::move(text), summary, reason);
        };
        TRY(others_.round(dice_, told));
        return own_.round(dice_, told);
    }

private:
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

    /// One bit of each layer of sound codes turned: none may verify.
    Result<void> mutations() {
        const std::string code = TRY(code_of(ec_, TRY(draft_for(ec_))));
        const Bytes compressed = TRY(from_base45(std::string_view(code).substr(4)));
        const Bytes message = TRY(inflate_zlib(compressed));
        constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        for (int i = 0; i < 12; ++i) {
            std::string text = code;
            const std::size_t at = 4 + dice_.below(text.size() - 5);  // the last character may be white space, which is trimmed
            const char other = kAlphabet[(kAlphabet.find(text[at]) + 1 + dice_.below(kAlphabet.size() - 1)) % kAlphabet.size()];
            text[at] = other;
            tell("character-" + std::to_string(i), text, "", "");
            Bytes packed = compressed;
            packed[dice_.below(packed.size())] ^= static_cast<std::uint8_t>(1U << dice_.below(8));
            if (const auto read = inflate_zlib(packed); !read || *read != message) {
                tell("compressed-bit-" + std::to_string(i), "HC1:" + to_base45(packed), "", "");
            }
            Bytes flipped = message;
            // The first byte is the tag, which is not signed: 18 or none are both right.
            flipped[1 + dice_.below(flipped.size() - 1)] ^= static_cast<std::uint8_t>(1U << dice_.below(8));
            tell("message-bit-" + std::to_string(i), to_code(flipped), "", "");
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
    OtherFamilies others_;
    OwnCodes own_;
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

Result<void> forge(std::uint64_t seed, std::size_t count, const std::function<void(const Json& trust)>& trust,
                   const std::function<void(const Forged&)>& row) {
    auto ec = TRY(make_issuer(Algorithm::es256, Bytes(8, 1)));
    auto rsa = TRY(make_issuer(Algorithm::ps256, Bytes(8, 2)));
    auto twin = TRY(make_issuer(Algorithm::es256, Bytes(8, 1)));
    auto tests = TRY(make_issuer(Algorithm::es256, Bytes(8, 3), KeyUsage{true, false, false}));
    auto ended = TRY(make_issuer(Algorithm::es256, Bytes(8, 4)));
    ended.signer.not_after = Instant{(kNowS - 1) * 1000};
    auto stranger = TRY(make_issuer(Algorithm::es256, Bytes(8, 9)));
    auto large = TRY(make_issuer(Algorithm::es384, Bytes(8, 5)));
    TrustBundle list;
    list.number = 1;
    list.issued_at = Instant{(kNowS - kDayS) * 1000};
    list.valid_until = Instant{(kNowS + 30 * kDayS) * 1000};
    for (const Issuer* issuer : {&ec, &rsa, &twin, &tests, &ended, &large}) list.signers.push_back(issuer->signer);
    auto others = TRY(OtherFamilies::make());
    for (const Signer& signer : others.signers()) list.signers.push_back(signer);
    auto own = TRY(OwnCodes::make());
    for (const Signer& signer : own.signers()) list.signers.push_back(signer);
    trust(certificate::to_json(list));
    std::size_t made = 0;
    const std::function<void(const Forged&)> counted = [&](const Forged& forged) {
        ++made;
        row(forged);
    };
    Forger forger(seed, std::move(ec), std::move(rsa), std::move(twin), std::move(tests), std::move(ended), std::move(stranger),
                  std::move(large), std::move(others), std::move(own), counted);
    while (made < count) TRY(forger.round());
    return {};
}

}  // namespace lachan::forge
