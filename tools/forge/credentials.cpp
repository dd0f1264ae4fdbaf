#include "credentials.h"

#include <array>
#include <utility>

#include "archives.h"
#include "certificate/base45.h"
#include "certificate/certlogic.h"
#include "certificate/inflate.h"
#include "certificate/linked_data.h"
#include "certificate/rdf_canon.h"

namespace lachan::forge {
namespace {

using namespace certificate;

constexpr const char* kMethod = "did:example:moh";
constexpr const char* kOtherMethod = "did:example:other";
constexpr const char* kEndedMethod = "did:example:ended";
constexpr const char* kStrangeMethod = "did:example:stranger";
constexpr const char* kCertificateMethod = "did:moh1";
constexpr const char* kHome = "https://moh.example.vn/";
constexpr const char* kCredentials = "https://www.w3.org/2018/credentials/v1";
constexpr const char* kFirst = "https://cowin.gov.in/credentials/vaccination/v1";
constexpr const char* kSecond = "https://cowin.gov.in/credentials/vaccination/v2";
/// The order of the group of Ed25519 (RFC 8032 section 5.1), least byte first.
constexpr std::array<std::uint8_t, 32> kEdwardsOrder{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                                     0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
                                                     0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10};

Bytes bytes_in(std::string_view text) { return Bytes(text.begin(), text.end()); }

std::string at_second(std::int64_t second) { return certlogic::to_text(Instant{second * 1000}); }

std::string usual_header(Algorithm algorithm) { return Json{{"alg", name_of(algorithm)}, {"b64", false}, {"crit", {"b64"}}}.dump(); }

Json proof_of(const Issuer& issuer) {
    return {{"type", issuer.signer.algorithm == Algorithm::eddsa ? "Ed25519Signature2018" : "RsaSignature2018"},
            {"created", at_second(kNowS - 10 * kDayS)},
            {"verificationMethod", std::string(issuer.signer.kid.begin(), issuer.signer.kid.end())},
            {"proofPurpose", "assertionMethod"}};
}

/// `document` with `proof` completed by a true signature over both, whatever they are; they must have graphs.
Result<Json> signed_with(const SigningKey& key, Json document, Json proof, const std::string& header) {
    const std::string front = to_base64url(bytes_of(header)) + ".";
    Bytes bytes = bytes_in(front);
    const std::vector<Statement> options = TRY(read_proof_options(proof));
    const LinkedDocument content = TRY(read_credential(document));
    for (const std::vector<Statement>* graph : {&options, &content.statements}) {
        const std::string text = TRY(canonical_graph(*graph));
        const Sha256 hash = sha256(text);
        bytes.insert(bytes.end(), hash.begin(), hash.end());
    }
    proof["jws"] = front + "." + to_base64url(TRY(key.sign(bytes)));
    document["proof"] = std::move(proof);
    return document;
}

Result<Json> signed_by(const Issuer& issuer, Json document) {
    return signed_with(issuer.key, std::move(document), proof_of(issuer), usual_header(issuer.signer.algorithm));
}

Json with(Json document, const char* pointer, Json value) {
    document[Json::json_pointer(pointer)] = std::move(value);
    return document;
}

Json without(Json document, const char* parent, const char* key) {
    document[Json::json_pointer(parent)].erase(key);
    return document;
}

std::string archived(std::string_view text) { return to_url(to_bytes(archive_of(text))); }
std::string in_archive(const Json& document) { return archived(document.dump()); }

/// Front and signature of a JWS.
std::pair<std::string, Bytes> taken_apart(const Json& document) {
    const std::string jws = document["proof"]["jws"];
    const std::size_t mark = jws.rfind('.') + 1;
    const auto signature = from_base64url(jws.substr(mark));
    return {jws.substr(0, mark), signature ? *signature : Bytes()};
}

Json with_signature(const Json& document, const Bytes& signature) {
    return with(document, "/proof/jws", taken_apart(document).first + to_base64url(signature));
}

/// The other number that fits the same equation: RFC 8032 forbids it, and not every library asked.
Bytes beyond_order(Bytes signature) {
    unsigned carry = 0;
    for (std::size_t i = 0; i < kEdwardsOrder.size(); ++i) {
        carry += signature[32 + i] + kEdwardsOrder[i];
        signature[32 + i] = static_cast<std::uint8_t>(carry & 0xff);
        carry >>= 8;
    }
    return signature;
}

}  // namespace

Result<Credentials> Credentials::make() {
    const auto issuer_of = [](Algorithm algorithm, const char* method, const char* home) -> Result<Issuer> {
        Issuer issuer = TRY(make_issuer(Scheme::divoc, algorithm, bytes_in(method)));
        issuer.signer.issuer = home;
        return issuer;
    };
    auto rsa = TRY(issuer_of(Algorithm::ps256, kMethod, kHome));
    auto edwards = TRY(issuer_of(Algorithm::eddsa, kMethod, kHome));
    auto other = TRY(issuer_of(Algorithm::eddsa, kOtherMethod, "https://elsewhere.example.org/"));
    auto ended = TRY(issuer_of(Algorithm::eddsa, kEndedMethod, kHome));
    ended.signer.not_after = Instant{(kNowS - 1) * 1000};
    auto stranger = TRY(issuer_of(Algorithm::eddsa, kStrangeMethod, "https://nobody.example.org/"));
    auto certificates = TRY(make_issuer(Scheme::hcert, Algorithm::ps256, bytes_in(kCertificateMethod)));
    return Credentials(std::move(rsa), std::move(edwards), std::move(other), std::move(ended), std::move(stranger), std::move(certificates));
}

std::vector<Signer> Credentials::signers() const {
    return {rsa_.signer, edwards_.signer, other_.signer, ended_.signer, certificates_.signer};
}

Json Credentials::credential(Dice& dice) const {
    constexpr std::array kNames{"Nguyễn Thị Minh Đào", "Trần Quốc Bảo", "Lê Hoàng Yến", "Đặng Văn Đức"};
    const std::string number = std::to_string(100'000 + dice.below(900'000));
    const Json subject{{"type", "Person"}, {"id", "did:Passport:B" + number}, {"name", kNames[dice.below(kNames.size())]},
                       {"gender", "Female"}, {"nationality", "VN"}, {"age", std::to_string(18 + dice.below(70))}};
    const Json place{{"name", "Trạm Y tế"}, {"address", {{"city", "Hà Nội"}, {"addressCountry", "VN"}}}};
    const Json dose{{"type", {"Vaccination"}}, {"id", "https://moh.example.vn/vaccine/" + number}, {"certificateId", number},
                    {"batch", "L" + std::to_string(dice.below(1'000))}, {"vaccine", "Vắc xin thử"}, {"manufacturer", "Hãng thử"},
                    {"date", "2025-03-01"}, {"effectiveStart", "2025-03-15"}, {"effectiveUntil", "2025-12-31"}, {"dose", 1},
                    {"totalDoses", 2}, {"verifier", {{"name", "NV-7"}}}, {"facility", place}};
    return {{"@context", {kCredentials, kFirst}},
            {"type", {"VerifiableCredential", "ProofOfVaccinationCredential"}},
            {"credentialSubject", subject},
            {"issuer", kHome},
            {"issuanceDate", at_second(kNowS - 10 * kDayS)},
            {"expirationDate", at_second(kNowS + 90 * kDayS)},
            {"evidence", Json::array({dose})},
            {"nonTransferable", "true"}};
}

Result<void> Credentials::round(Dice& dice, const Tell& tell) {
    TRY(sound(dice, tell));
    TRY(of_time(dice, tell));
    TRY(of_keys(dice, tell));
    TRY(of_proof(dice, tell));
    TRY(of_content(dice, tell));
    TRY(of_graph(dice, tell));
    TRY(of_json(dice, tell));
    TRY(of_archive(dice, tell));
    TRY(of_headers(dice, tell));
    tell_some_bits(TRY(layers(dice)), 12, dice, tell);
    return {};
}

Result<void> Credentials::sound(Dice& dice, const Tell& tell) const {
    const Json document = TRY(signed_by(edwards_, credential(dice)));
    tell("divoc-valid-edwards", in_archive(document), "valid", "fields-alike");
    tell("divoc-valid-rsa", in_archive(TRY(signed_by(rsa_, credential(dice)))), "valid", "");
    tell("divoc-valid-other", in_archive(TRY(signed_by(other_, with(credential(dice), "/issuer", other_.signer.issuer)))), "valid", "");
    tell("divoc-bare", document.dump(), "valid", "");
    tell("divoc-spaced", archived(document.dump(1)), "valid", "");
    tell("divoc-escaped", archived(document.dump(-1, ' ', true)), "valid", "");
    tell("divoc-stored", to_url(to_bytes(stored_archive_of(document.dump()))), "valid", "");
    tell("divoc-streamed", to_url(to_bytes(streamed_archive_of(document.dump()))), "valid", "");
    Archive in_folder = archive_of(document.dump());
    in_folder.local.name = in_folder.central.name = "vaccination/certificate.json";
    tell("divoc-in-folder", to_url(to_bytes(in_folder)), "valid", "");
    Archive timed = archive_of(document.dump());
    timed.local.extra = timed.central.extra = std::string("UT\x05\x00\x01\x00\x00\x00\x00", 9);
    tell("divoc-extra-field", to_url(to_bytes(timed)), "valid", "");
    const std::string padded = document["proof"]["jws"].get<std::string>() + "==";
    tell("divoc-padded", in_archive(with(document, "/proof/jws", padded)), "valid", "");
    Json second = with(credential(dice), "/@context/1", kSecond);
    second["credentialSubject"]["dob"] = "1988-02-29";
    tell("divoc-second-context", in_archive(TRY(signed_by(rsa_, second))), "valid", "");
    // What is in no graph is signed by nobody: it may be added, and is named and not shown.
    tell("divoc-field-outside", in_archive(with(document, "/credentialSubject/dob", "1988-02-29")), "valid", "fields-unsigned");
    tell("divoc-null", in_archive(with(document, "/termsOfUse", nullptr)), "valid", "");
    // The first version of the context read as the second: the same graph where nothing is in one alone.
    tell("divoc-context-alike", in_archive(with(document, "/@context/1", kSecond)), "valid", "");
    return {};
}

Result<void> Credentials::of_time(Dice& dice, const Tell& tell) const {
    const auto dated = [&](const char* field, const Json& value) -> Result<std::string> {
        return in_archive(TRY(signed_by(edwards_, with(credential(dice), field, value))));
    };
    const auto some = [&dice](std::int64_t days) { return 1 + static_cast<std::int64_t>(dice.below(static_cast<std::size_t>(days * kDayS))); };
    tell("divoc-expired", TRY(dated("/expirationDate", at_second(kNowS - some(9)))), "invalid", "expired");
    tell("divoc-future", TRY(dated("/issuanceDate", at_second(kNowS + some(10)))), "invalid", "issued-in-future");
    tell("divoc-beyond-key", TRY(dated("/expirationDate", at_second(kNowS + 701 * kDayS))), "invalid", "key-expired");
    tell("divoc-before-key", TRY(dated("/issuanceDate", at_second(kNowS - 401 * kDayS))), "invalid", "key-not-yet-valid");
    tell("divoc-key-ended", in_archive(TRY(signed_by(ended_, credential(dice)))), "invalid", "key-expired");
    for (const Json& odd : {Json("2025-02-30T00:00:00Z"), Json("2025-06-01"), Json("yesterday"), Json(kNowS), Json({"2025-06-01T00:00:00Z", "x"})}) {
        tell("divoc-date-form", TRY(dated("/issuanceDate", odd)), "invalid", "schema");
    }
    tell("divoc-no-issue", in_archive(TRY(signed_by(edwards_, without(credential(dice), "", "issuanceDate")))), "invalid", "schema");
    const Json document = TRY(signed_by(edwards_, credential(dice)));
    tell("divoc-expiry-taken", in_archive(without(document, "", "expirationDate")), "invalid", "signature-wrong");
    tell("divoc-expiry-changed", in_archive(with(document, "/expirationDate", at_second(kNowS + 91 * kDayS))), "invalid", "signature-wrong");
    return {};
}

Result<void> Credentials::of_keys(Dice& dice, const Tell& tell) const {
    const Json theirs = with(credential(dice), "/issuer", stranger_.signer.issuer);
    tell("divoc-stranger", in_archive(TRY(signed_by(stranger_, theirs))), "notTrusted", "issuer-unknown");
    Json named = proof_of(stranger_);
    named["verificationMethod"] = kMethod;
    tell("divoc-wrong-key", in_archive(TRY(signed_with(stranger_.key, credential(dice), named, usual_header(Algorithm::eddsa)))), "invalid",
         "signature-wrong");
    tell("divoc-key-of-another", in_archive(TRY(signed_by(other_, credential(dice)))), "invalid", "issuer-mismatch");
    tell("divoc-certificate-key", in_archive(TRY(signed_by(certificates_, credential(dice)))), "notTrusted", "issuer-unknown");
    Json swapped = proof_of(rsa_);
    swapped["verificationMethod"] = kOtherMethod;
    tell("divoc-key-mismatch", in_archive(TRY(signed_with(rsa_.key, credential(dice), swapped, usual_header(Algorithm::ps256)))), "invalid",
         "algorithm-key-mismatch");
    const Json document = TRY(signed_by(edwards_, credential(dice)));
    const Bytes signature = taken_apart(document).second;
    for (const std::size_t length : {0U, 1U, 63U, 65U, 96U}) {
        Bytes other = signature;
        other.resize(length);
        tell("divoc-signature-length-" + std::to_string(length), in_archive(with_signature(document, other)), "invalid", "signature-length");
    }
    tell("divoc-signature-zero", in_archive(with_signature(document, Bytes(64, 0))), "invalid", "signature-wrong");
    tell("divoc-signature-twin", in_archive(with_signature(document, beyond_order(signature))), "invalid", "signature-wrong");
    return {};
}

Result<void> Credentials::of_proof(Dice& dice, const Tell& tell) const {
    const Json document = TRY(signed_by(edwards_, credential(dice)));
    const auto told = [&](const char* defect, const Json& other, const char* summary, const char* reason) {
        tell(std::string("divoc-") + defect, in_archive(other), summary, reason);
    };
    // The proof of one credential on another: of the same person's other dose, even.
    Json another = TRY(signed_by(edwards_, with(credential(dice), "/evidence/0/dose", 2)));
    another["proof"] = document["proof"];
    told("proof-moved", another, "invalid", "signature-wrong");
    for (const char* type : {"RsaSignature2018", "Ed25519Signature2020", "JsonWebSignature2020", "", "Ed25519Signature2018 "}) {
        told("proof-type", with(document, "/proof/type", type), "invalid", "algorithm-unknown");
    }
    told("proof-created", with(document, "/proof/created", at_second(kNowS)), "invalid", "signature-wrong");
    told("proof-option-more", with(document, "/proof/domain", "example.vn"), "invalid", "signature-wrong");
    told("proof-option-strange", with(document, "/proof/capability", "x"), "notChecked", "graph-unsupported");
    told("proof-purpose", with(document, "/proof/proofPurpose", "authentication"), "notChecked", "graph-unsupported");
    told("proof-missing", without(document, "", "proof"), "unreadable", "json");
    told("proof-list", with(document, "/proof", Json::array({document["proof"]})), "unreadable", "json");
    told("kid-missing", without(document, "/proof", "verificationMethod"), "invalid", "kid-missing");
    told("jws-missing", without(document, "/proof", "jws"), "invalid", "signature-length");
    const auto [front, signature] = taken_apart(document);
    const std::string attached = front.substr(0, front.size() - 1) + to_base64url(bytes_of("{}")) + "." + to_base64url(signature);
    told("jws-attached", with(document, "/proof/jws", attached), "invalid", "signature-length");
    const std::pair<const char*, const char*> kHeaders[]{{R"({"alg":"EdDSA"})", "jws"},
                                                         {R"({"alg":"EdDSA","b64":true,"crit":["b64"]})", "jws"},
                                                         {R"({"alg":"EdDSA","b64":false})", "jws"},
                                                         {R"({"alg":"EdDSA","b64":false,"crit":["b64","exp"]})", "jws"},
                                                         {R"({"alg":"none","b64":false,"crit":["b64"]})", "algorithm-unknown"},
                                                         {R"({"alg":"PS256","b64":false,"crit":["b64"]})", "algorithm-unknown"},
                                                         {R"({"alg":"EdDSA","alg":"EdDSA","b64":false,"crit":["b64"]})", "signature-length"}};
    for (const auto& [header, reason] : kHeaders) {
        told("jws-header", TRY(signed_with(edwards_.key, credential(dice), proof_of(edwards_), header)), "invalid", reason);
    }
    const std::string swapped = to_base64url(bytes_of(usual_header(Algorithm::ps256))) + ".." + to_base64url(signature);
    told("jws-header-swapped", with(document, "/proof/jws", swapped), "invalid", "algorithm-unknown");
    return {};
}

Result<void> Credentials::of_content(Dice& dice, const Tell& tell) const {
    const auto again = [&](const char* defect, const Json& content, const char* summary, const char* reason) -> Result<void> {
        tell(std::string("divoc-") + defect, in_archive(TRY(signed_by(edwards_, content))), summary, reason);
        return {};
    };
    const auto changed = [&](const char* defect, const Json& other, const char* summary, const char* reason) {
        tell(std::string("divoc-") + defect, in_archive(other), summary, reason);
    };
    const Json document = TRY(signed_by(edwards_, credential(dice)));
    // A Cyrillic letter that looks like the Latin one, under the signature of the true name, and signed.
    changed("homoglyph", with(document, "/credentialSubject/name", "Nguy\xd0\xb5n"), "invalid", "signature-wrong");
    TRY(again("homoglyph-signed", with(credential(dice), "/credentialSubject/name", "Nguy\xd0\xb5n"), "valid", "name-alphabets"));
    changed("name-changed", with(document, "/credentialSubject/name", "Lê Văn Khác"), "invalid", "signature-wrong");
    changed("dose-changed", with(document, "/evidence/0/dose", 2), "invalid", "signature-wrong");
    changed("dose-as-text", with(document, "/evidence/0/dose", "1"), "invalid", "signature-wrong");
    changed("facility-taken", without(document, "/evidence/0", "facility"), "invalid", "signature-wrong");
    changed("identity-changed", with(document, "/credentialSubject/id", "did:Passport:B0000000"), "invalid", "signature-wrong");
    // Fields of one property: the signature holds whichever stands where.
    Json doses = with(document, "/evidence/0/dose", 2);
    changed("doses-swapped", with(doses, "/evidence/0/totalDoses", 1), "notChecked", "fields-order");
    changed("doses-swapped-type-alone", with(with(doses, "/evidence/0/totalDoses", 1), "/evidence/0/type", "Vaccination"), "notChecked", "fields-order");
    changed("type-alone", with(document, "/evidence/0/type", "Vaccination"), "valid", "fields-alike");
    Json days = with(document, "/evidence/0/effectiveStart", document["evidence"][0]["effectiveUntil"]);
    changed("days-swapped", with(days, "/evidence/0/effectiveUntil", document["evidence"][0]["effectiveStart"]), "notChecked", "fields-order");
    const Json content = credential(dice);
    TRY(again("no-name", without(content, "/credentialSubject", "name"), "invalid", "schema"));
    TRY(again("name-number", with(content, "/credentialSubject/name", 7), "invalid", "schema"));
    TRY(again("no-evidence", without(content, "", "evidence"), "invalid", "schema"));
    TRY(again("two-doses", with(content, "/evidence/1", Json{{"type", {"Vaccination"}}, {"date", "2025-03-01"}}), "invalid", "schema"));
    TRY(again("no-subject", without(content, "", "credentialSubject"), "invalid", "schema"));
    TRY(again("total-missing", without(content, "/evidence/0", "totalDoses"), "notChecked", "fields-order"));
    TRY(again("holder-unsigned", with(content, "/credentialSubject/id", ""), "notChecked", "holder-unsigned"));
    TRY(again("no-credential", with(content, "/type", {"ProofOfVaccinationCredential"}), "unreadable", "json"));
    return {};
}

Result<void> Credentials::of_graph(Dice& dice, const Tell& tell) const {
    const Json document = TRY(signed_by(edwards_, credential(dice)));
    const auto told = [&](const char* defect, const Json& other, const char* reason) {
        tell(std::string("divoc-") + defect, in_archive(other), "notChecked", reason);
    };
    told("context-more", with(document, "/@context/2", "https://example.org/context"), "context-unknown");
    told("context-own", with(document, "/@context/2", {{"name", "https://schema.org/nationality"}}), "context-unknown");
    told("context-missing", without(document, "", "@context"), "context-unknown");
    told("context-none", with(document, "/@context", Json::array()), "context-unknown");
    told("context-clash", with(document, "/@context/2", kSecond), "graph-unsupported");
    told("keyword", with(document, "/credentialSubject/@type", "Person"), "graph-unsupported");
    told("long-name", with(document, "/credentialSubject/https:~1~1schema.org~1name", "Lê Văn Khác"), "graph-unsupported");
    told("short-name", with(document, "/credentialSubject/schema:name", "Lê Văn Khác"), "graph-unsupported");
    told("value-object", with(document, "/credentialSubject/name", {{"@value", document["credentialSubject"]["name"]}}), "graph-unsupported");
    Json twice = with(document, "/holder", document["credentialSubject"]);
    twice["holder"]["name"] = "Lê Văn Khác";
    told("node-twice", twice, "graph-unsupported");
    told("iri-ends-early", with(document, "/credentialSubject/id", "did:x> <https://schema.org/name> \"y"), "graph-unsupported");
    told("number-beyond", with(document, "/evidence/0/dose", (std::int64_t{1} << 53) + 1), "graph-unsupported");
    Json large = document;
    for (int i = 0; i < 2'100; ++i) large["credentialSubject"]["uhid"].push_back(i % 10);
    told("large", large, "graph-limit");
    Json tangled = document;
    for (int from = 0; from < 12; ++from) {
        Json node{{"id", "_:" + std::to_string(from)}, {"type", "VerifiableCredential"}, {"holder", Json::array()}};
        for (int to = 0; to < 12; ++to) node["holder"].push_back({{"id", "_:" + std::to_string(to)}});
        tangled["termsOfUse"].push_back(std::move(node));
    }
    told("tangled", tangled, "graph-limit");
    return {};
}

Result<void> Credentials::of_json(Dice& dice, const Tell& tell) const {
    const Json document = TRY(signed_by(edwards_, credential(dice)));
    const std::string text = document.dump();
    const auto told = [&](const char* defect, const std::string& other) { tell(std::string("divoc-") + defect, archived(other), "unreadable", "json"); };
    std::string doubled = text;
    doubled.insert(text.find("\"name\""), "\"name\":\"Lê Văn Khác\",");
    told("member-twice", doubled);
    doubled = text;
    told("member-twice-escaped", doubled.insert(text.find("\"name\""), "\"n\\u0061me\":\"Lê Văn Khác\","));
    told("nesting", text.substr(0, text.size() - 1) + ",\"termsOfUse\":" + std::string(40, '[') + std::string(40, ']') + "}");
    told("text-behind", text + text);
    told("mark-before", "\xef\xbb\xbf" + text);
    told("list", "[" + text + "]");
    told("truncated-json", text.substr(0, 1 + dice.below(text.size() - 2)));
    std::string broken = text;
    broken[text.find("Female")] = '\xff';
    told("no-utf8", broken);
    told("infinite", text.substr(0, text.size() - 1) + ",\"ratio\":1e999}");
    told("not-a-number", text.substr(0, text.size() - 1) + ",\"ratio\":NaN}");
    return {};
}

Result<void> Credentials::of_archive(Dice& dice, const Tell& tell) const {
    const std::string text = TRY(signed_by(edwards_, credential(dice))).dump();
    const Archive sound = archive_of(text);
    const auto told = [&](const char* defect, const Archive& archive, const char* reason = "zip") {
        tell(std::string("divoc-") + defect, to_url(to_bytes(archive)), "unreadable", reason);
    };
    const auto both = [&](const char* defect, auto change, const char* reason = "zip") {
        Archive archive = sound;
        change(archive.local);
        change(archive.central);
        told(defect, archive, reason);
    };
    both("other-file", [](EntryRecord& record) { record.name = "Certificate.json"; });
    both("name-cut", [](EntryRecord& record) { record.name = std::string("certificate.json\0x", 18); });
    both("wrong-checksum", [](EntryRecord& record) { record.checksum ^= 1; });
    both("encrypted", [](EntryRecord& record) { record.flags = 1; });
    both("encrypted-strongly", [](EntryRecord& record) { record.flags = 1U << 6; });
    both("other-method", [](EntryRecord& record) { record.method = 9; });
    both("size-less", [](EntryRecord& record) { --record.size; }, "size-limit");
    both("size-more", [](EntryRecord& record) { ++record.size; });
    both("size-huge", [](EntryRecord& record) { record.size = 0xffffffff; }, "size-limit");
    both("packed-less", [](EntryRecord& record) { --record.packed; });
    both("packed-more", [](EntryRecord& record) { ++record.packed; });
    told("bomb", archive_of(std::string(300'000 + dice.below(100'000), ' ')), "size-limit");
    told("bomb-by-ratio", archive_of(std::string(200'000 + dice.below(50'000), ' ')), "size-limit");
    Archive lying = archive_of(std::string(250'000, ' ') + text);
    lying.local.size = lying.central.size = static_cast<std::uint32_t>(text.size());
    told("bomb-that-lies", lying, "size-limit");
    Archive cut = sound;
    cut.content.pop_back();
    --cut.local.packed, --cut.central.packed;
    told("stream-cut", cut);
    Archive followed = sound;
    followed.content.push_back(0);
    ++followed.local.packed, ++followed.central.packed;
    told("bytes-behind-stream", followed);
    Archive empty = archive_of("");
    told("empty-file", empty, "json");
    const Bytes bytes = to_bytes(sound);
    const std::size_t length = 4 + dice.below(bytes.size() - 5);
    tell("divoc-truncated", to_url(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length))), "unreadable", "zip");
    const std::string url = to_url(bytes);
    tell("divoc-url-truncated", url.substr(0, 28 + dice.below(url.size() - 32)), "unreadable", "zip");
    tell("divoc-url-type", "data:application/json;base64," + to_base64(bytes), "unreadable", "prefix-missing");
    tell("divoc-too-long", to_url(Bytes(5'000, 'P')), "unreadable", "size-limit");
    return {};
}

/// Where an archive tells a thing twice, or has room for more than one tale.
Result<void> Credentials::of_headers(Dice& dice, const Tell& tell) const {
    const std::string text = TRY(signed_by(edwards_, credential(dice))).dump();
    const auto told = [&](const char* defect, auto change) {
        Archive archive = archive_of(text);
        change(archive);
        tell(std::string("divoc-") + defect, to_url(to_bytes(archive)), "unreadable", "zip");
    };
    told("local-name", [](Archive& archive) { archive.local.name = "Certificate.json"; });
    told("local-flags", [](Archive& archive) { archive.local.flags = 1; });
    told("local-method", [](Archive& archive) { archive.local.method = 0; });
    told("local-checksum", [](Archive& archive) { archive.local.checksum = 0; });
    told("local-size", [](Archive& archive) { archive.local.size = 1; });
    told("local-time", [](Archive& archive) { archive.local.time ^= 1; });
    told("two-entries", [](Archive& archive) { archive.entries = archive.told_entries = 2; });
    told("second-hidden", [](Archive& archive) { archive.entries = 2; });
    told("second-told", [](Archive& archive) { archive.told_entries = 2; });
    told("no-entry", [](Archive& archive) { archive.entries = archive.told_entries = 0; });
    told("other-disk", [](Archive& archive) { archive.disk = 1; });
    told("bytes-before", [](Archive& archive) { archive.before = Bytes(4, 'P'); });
    told("bytes-between", [](Archive& archive) { archive.behind_content = Bytes(16, 0); });
    told("bytes-in-directory", [](Archive& archive) { archive.behind_directory = Bytes(20, 0); });
    told("bytes-behind", [](Archive& archive) { archive.behind_end = Bytes(1, 0); });
    told("archive-comment", [](Archive& archive) { archive.comment = "x"; });
    told("entry-comment", [](Archive& archive) { archive.entry_comment = "x"; });
    Archive streamed = streamed_archive_of(text);
    streamed.behind_content[5] ^= 1;
    tell("divoc-streamed-checksum", to_url(to_bytes(streamed)), "unreadable", "zip");
    streamed = streamed_archive_of(text);
    streamed.local.size = 1;
    tell("divoc-streamed-size", to_url(to_bytes(streamed)), "unreadable", "zip");
    return {};
}

Result<std::vector<Layer>> Credentials::layers(Dice& dice) const {
    const Json document = TRY(signed_by(edwards_, credential(dice)));
    const Archive archive = archive_of(document.dump());
    const Bytes bytes = to_bytes(archive);
    const auto says_the_same = [archive, bytes](const Bytes& changed) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const std::size_t at = content_at(archive);
            const bool is_content = i >= at && i - at < archive.content.size();
            if (bytes[i] != changed[i] && !is_content && !is_idle_byte(archive, i)) return false;
        }
        const auto packed = std::span(changed).subspan(content_at(archive), archive.content.size());
        const auto content = inflate_raw(packed, archive.central.size);
        return content && content->size() == archive.central.size && *content == *inflate_raw(archive.content, archive.central.size);
    };
    const std::string url = to_url(bytes);
    const std::string start = to_url({});
    const auto text_says_the_same = [bytes, start, says_the_same](const Bytes& changed) {
        const std::string text(changed.begin(), changed.end());
        const auto read = from_base64(std::string_view(text).substr(start.size()));
        return text.starts_with(start) && read && read->size() == bytes.size() && says_the_same(*read);
    };
    const Json by_rsa = TRY(signed_by(rsa_, credential(dice)));
    return std::vector<Layer>{
        {"divoc-text", bytes_in(url), [](const Bytes& text) { return std::string(text.begin(), text.end()); }, text_says_the_same},
        {"divoc-archive", bytes, to_url, says_the_same},
        {"divoc-document", bytes_in(document.dump()), [](const Bytes& text) { return archived(std::string(text.begin(), text.end())); }},
        {"divoc-signature", taken_apart(document).second, [document](const Bytes& signature) { return in_archive(with_signature(document, signature)); }},
        {"divoc-rsa-signature", taken_apart(by_rsa).second, [by_rsa](const Bytes& signature) { return in_archive(with_signature(by_rsa, signature)); }},
    };
}

}  // namespace lachan::forge
