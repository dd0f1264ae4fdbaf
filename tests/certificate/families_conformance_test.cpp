// The published cases of SMART Health Cards and of the thin families, read from the corpus; skipped when it is not
// there.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "certificate/forge_families.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

std::string corpus_path(const std::string& file) {
    const char* shared = std::getenv("LACHAN_SHARED");
    return (shared != nullptr ? std::string(shared) + "/data" : std::string(LACHAN_CORPUS_ROOT)) + "/certificates/" +
           file;
}

std::string content_of(const std::string& file) {
    std::ifstream in(corpus_path(file));
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::vector<Json> rows_of(const std::string& file) {
    std::ifstream in(corpus_path(file));
    std::vector<Json> rows;
    for (std::string line; std::getline(in, line);) rows.push_back(Json::parse(line, nullptr, false));
    return rows;
}

bool has(const Axis& axis, std::initializer_list<const char*> codes) {
    return std::any_of(codes.begin(), codes.end(), [&axis](const char* code) {
        return std::find(axis.reasons.begin(), axis.reasons.end(), code) != axis.reasons.end();
    });
}

constexpr const char* kExampleIssuer = "https://spec.smarthealth.cards/examples/issuer";

void add_keys(TrustBundle& bundle, const std::string& text, const std::string& issuer) {
    auto jwks = read_jwks(text, issuer, "");
    ASSERT_TRUE(jwks) << issuer;
    for (Signer& signer : jwks->signers) bundle.signers.push_back(std::move(signer));
}

/// The issuer of the specification's examples, the issuers of revocation cases, and one key of another issuer.
TrustBundle card_bundle(const Issuer& own) {
    TrustBundle bundle;
    bundle.valid_until = Instant{4'000'000'000'000};
    add_keys(bundle, content_of("shared/shc/jwks.json"), kExampleIssuer);
    add_keys(bundle, content_of("shared/shc/issuer.jwks.public.not.smart.json"), "https://not.smart.example.org");
    const std::string revoking = "{\"keys\":[" + content_of("shared/shc/badcrl/public.json") + "]}";
    for (const char* name :
         {"duplicate-rid", "invalid-method", "non-base64url-rid", "too-long-rid", "version-mismatch"}) {
        add_keys(bundle, revoking,
                 std::string(
                     "https://raw.githubusercontent.com/smart-on-fhir/health-cards-dev-tools/main/testdata/badcrl/") +
                     name);
    }
    bundle.signers.push_back(own.signer);
    return *TrustBundle::parse(to_json(bundle).dump());
}

/// What the row shows as texts of codes, each a card of its own. Payloads without a signature get one of `own`.
std::vector<std::string> cards_of(const Json& row, const Issuer& own) {
    const std::string_view type = text_at(row, "type");
    std::vector<std::string> cards;
    std::string set;
    for (const Json& file : at(row, "files")) {
        const std::string text(text_at(file, "text"));
        if (type == "jws") {
            cards.push_back("shc:/" + numeric(trim(text)));
        } else if (type == "jwspayload") {
            cards.push_back("shc:/" + numeric(jws_for(own, card_header(own), deflated(text))));
        } else if (type == "healthcard") {
            const Json file_content = Json::parse(text, nullptr, false);
            for (const Json& jws : at(file_content, "verifiableCredential")) {
                cards.push_back("shc:/" + numeric(trim(jws.get_ref<const std::string&>())));
            }
        } else {
            set += text + "\n";
        }
    }
    if (!set.empty()) cards.push_back(set);
    return cards;
}

/// Whether the verdict says what upstream's error says; nullptr where the error is of a part that is scored elsewhere.
using Says = bool (*)(const Verdict&);
const std::map<std::string, Says> kErrors{
    {"INFLATION_ERROR", [](const Verdict& v) { return has(v.axes.structure, {"compression"}); }},
    {"JWS_HEADER_ERROR",
     [](const Verdict& v) {
         return has(v.axes.structure, {"jws"}) ||
                has(v.axes.signature, {"kid-missing", "kid-length", "algorithm-unknown"});
     }},
    {"JWS_VERIFICATION_ERROR", [](const Verdict& v) { return !v.axes.signature.passes(); }},
    {"SIGNATURE_FORMAT_ERROR", [](const Verdict& v) { return has(v.axes.signature, {"signature-length"}); }},
    {"NOT_YET_VALID", [](const Verdict& v) { return has(v.axes.time, {"not-yet-valid"}); }},
    {"EXPIRATION_ERROR", [](const Verdict& v) { return has(v.axes.time, {"expired"}); }},
    {"INVALID_ISSUER_URL", [](const Verdict& v) { return has(v.axes.structure, {"issuer-url"}); }},
    {"ISSUER_KID_MISMATCH", [](const Verdict& v) { return has(v.axes.issuer_trust, {"issuer-mismatch"}); }},
    {"ISSUER_KEY_DOWNLOAD_ERROR", [](const Verdict& v) { return !v.axes.issuer_trust.passes(); }},
    {"INVALID_NUMERIC_QR", [](const Verdict& v) { return has(v.axes.structure, {"numeric"}); }},
    {"INVALID_NUMERIC_QR_HEADER",
     [](const Verdict& v) {
         return has(v.axes.structure, {"numeric", "prefix-missing", "chunk-missing"});
     }},
    {"MISSING_QR_CHUNK", [](const Verdict& v) { return has(v.axes.structure, {"chunk-missing"}); }},
    {"SCHEMA_ERROR",
     [](const Verdict& v) {
         return has(v.axes.structure, {"claim-missing", "schema"});
     }},
};
/// Scored elsewhere, or a matter of the file and not of the card.
const std::map<std::string, const char*> kElsewhere{
    {"REVOCATION_ERROR", "revocation lists have tests of their own"},
    {"INVALID_KEY_X5C", "follows from the issuer's address; a key set is read with certificates or without"},
    {"QR_CHUNKING_DEPRECATED", "in use: read, with the warning chunked"},
    {"TRAILING_CHARACTERS", "white space around a text is no part of it"},
    {"FHIR_SCHEMA_ERROR", "the FHIR profile is reported apart"},
    {"PROFILE_ERROR", "the FHIR profile is reported apart"},
};
const std::map<std::string, const char*> kOtherTypes{
    {"fhirbundle", "a bundle without a card"},
    {"fhirhealthcard", "an answer of a FHIR server"},
    {"qr", "pictures are the reader's"},
    {"shlink", "health links are not certificates"},
    {"shlpayload", "health links"},
    {"shlmanifest", "health links"},
    {"shlfile", "health links"},
};

TEST(conformance, published_health_cards_get_the_published_errors) {
    const auto rows = rows_of("open/shc.jsonl");
    if (rows.empty()) GTEST_SKIP() << "skipped: no corpus";
    Issuer own = card_issuer();
    own.signer.issuer = kExampleIssuer;
    const TrustBundle bundle = card_bundle(own);
    TrustBundle empty;
    empty.valid_until = bundle.valid_until;
    int scored = 0;
    std::map<std::string, int> skipped;
    for (const Json& row : rows) {
        const std::string id(text_at(row, "id"));
        if (kOtherTypes.contains(std::string(text_at(row, "type")))) {
            ++skipped[std::string(text_at(row, "type")) + ": " + kOtherTypes.at(std::string(text_at(row, "type")))];
            continue;
        }
        ++scored;
        std::vector<Verdict> verdicts;
        const TrustBundle& keys = at(at(row, "options"), "clearKeyStore") == Json(true) ? empty : bundle;
        for (const std::string& text : cards_of(row, own)) {
            const Inspection inspection = inspect(text, {&keys});
            Instant clock{int_at(row, "validationTime") * 1000};
            // The examples were signed after the time they are said to be validated at; only their own rows ask dates.
            const bool asks_dates = id.find("yet") != std::string::npos || id.find("milliseconds") != std::string::npos;
            if (inspection.issued_at && clock < *inspection.issued_at && !asks_dates) clock = *inspection.issued_at;
            verdicts.push_back(judge(inspection, Prover().prove(inspection.checks), clock, {&keys}));
        }
        ASSERT_FALSE(verdicts.empty()) << id;
        std::string axes;
        for (const Verdict& verdict : verdicts)
            axes += to_json(verdict)["axes"].dump() + to_json(verdict)["faults"].dump();
        const Json& errors = at(row, "expected_errors");
        bool is_clean = !errors.is_array();
        if (errors.is_array()) {
            is_clean = true;
            for (const Json& error : errors) {
                const std::string name = error.get<std::string>();
                if (kElsewhere.contains(name)) {
                    ++skipped[name + ": " + kElsewhere.at(name)];
                    continue;
                }
                is_clean = false;
                ASSERT_TRUE(kErrors.contains(name)) << name;
                EXPECT_TRUE(std::any_of(verdicts.begin(), verdicts.end(), kErrors.at(name)))
                    << id << " " << name << " " << axes;
            }
        }
        // A number of errors is that of a validator of profiles.
        const bool is_dated = id.find("expired") != std::string::npos || id.find("not_yet") != std::string::npos ||
                              id.find("exp_in") != std::string::npos;
        for (const Verdict& verdict : verdicts) {
            if (!is_clean) continue;
            const bool is_chunk_limit = has(verdict.axes.structure, {"size-limit"});
            EXPECT_TRUE(is_dated || is_chunk_limit || verdict.summary == Summary::valid) << id << " " << axes;
        }
        if (!is_clean) {
            EXPECT_TRUE(std::any_of(verdicts.begin(), verdicts.end(),
                                    [](const Verdict& verdict) { return verdict.summary != Summary::valid; }))
                << id << " is accepted";
        }
    }
    std::printf("health cards: %d of %zu rows scored\n", scored, rows.size());
    for (const auto& [why, count] : skipped) std::printf("  not scored, %d: %s\n", count, why.c_str());
    EXPECT_GE(scored, 50);
}

TEST(conformance, published_key_sets_are_taken_or_refused) {
    if (content_of("shared/shc/jwks.json").empty()) GTEST_SKIP() << "skipped: no corpus";
    const std::pair<const char*, std::size_t> files[]{{"valid_key.json", 1},          {"valid_keys.json", 3},
                                                      {"valid_key_with_x5c.json", 1}, {"valid_2_chain.public.json", 1},
                                                      {"wrong_alg_key.json", 0},      {"wrong_curve_key.json", 0},
                                                      {"wrong_kid_key.json", 0},      {"wrong_kty_key.json", 0},
                                                      {"wrong_use_key.json", 0},      {"cert_mismatch.public.json", 0}};
    for (const auto& [file, count] : files) {
        const auto jwks = read_jwks(content_of(std::string("shared/shc/") + file), kExampleIssuer, "");
        ASSERT_TRUE(jwks) << file;
        EXPECT_EQ(jwks->signers.size(), count) << file;
    }
    EXPECT_EQ(read_jwks(content_of("shared/shc/jwks.json"), kExampleIssuer, "")->signers[0].crl_version, 1);
}

/// Keys that states published for DIVOC, as PathCheck's registry of trust lists them. Jamaica's names the same method as
/// India's.
constexpr const char* kIndia =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0i7R4XsyG3m6KD36qKEVxE+odCh68W2O4vLqh6SnsgItzvLYvJKP"
    "ai+jEkf22FlPn0QnGo+Znyi6dw1lhvg9FGXqodv33yrqKhGLkQPeURaMnJidxktK/3QLXuv9HiKq9fSDLJyPBJEFCCCiZNTG"
    "gWM0dqq43/XRi+7IX3gWU68U6v/7EyOW3U4ZgYUVlfwbUh6eKRan68/TObQua39oeUfDMhJa0NHnMXb1lq/vQIjEgGkOK5LL"
    "yz+X8ETUEhn8Qdx2SIORmftCPW4XO0UZmMHuGw9t+UUgniy5BL8kmvtjpVRWFUliJFGBTvBZCO6gcoX5eXi8LytCg+mJ6EDO"
    "+QIDAQAB";
constexpr const char* kJamaica = "MCowBQYDK2VwAyEAVI1WDvgs5Vb6uCnHhmgImG1D0RTGZHCPeymfqhiVe2c=";

Signer state_key(const char* spki, Algorithm algorithm, const char* country, const char* issuer) {
    Signer signer;
    signer.scheme = Scheme::divoc;
    const std::string_view method = "did:india";
    signer.kid.assign(method.begin(), method.end());
    signer.country = country;
    signer.issuer = issuer;
    signer.algorithm = algorithm;
    signer.spki = *from_base64(spki);
    signer.not_after = Instant{4'000'000'000'000};
    return signer;
}

std::string payload_of(const Json& row) {
    const std::string_view payload = text_at(row, "payload");
    if (!payload.starts_with("B64:")) return std::string(payload);
    return "data:application/zip;base64," + std::string(payload.substr(4));
}

TEST(conformance, published_codes_of_thin_families_are_read) {
    const auto rows = rows_of("open/other_formats.jsonl");
    if (rows.empty()) GTEST_SKIP() << "skipped: no corpus";
    const std::map<std::string, std::string> expected{
        {"OTH/WHO/DIVOCJamaica", "divoc notChecked holder-unsigned"},  // its subject has no name in the graph
        {"OTH/WHO/DIVOCQR1", "divoc pass"},
        {"OTH/WHO/DVCTest2QR", "whoDdcc pass"},
        {"OTH/WHO/DVCTest3QR", "whoDdcc pass"},
        {"OTH/WHO/DVCTestQR", "whoDdcc pass"},
        {"OTH/WHO/EUUruguay", "hcert fail cwt"},  // its `exp` is no number (NaN)
        {"OTH/WHO/ICAOAUQR1", "icaoVds pass"},
        {"OTH/WHO/ICAOJPQR1", "icaoVds pass"},
        {"OTH/WHO/SHCQR1", "smartHealthCard pass"},
        {"OTH/WHO/SHCSenegal", "smartHealthCard pass"},
        {"OTH/WHO/WHOSingaporePCR", "whoDdcc pass"},
        {"OTH/KDE/icao/jpn-triple-vaccine", "icaoVds pass"},
        {"OTH/KDE/nl-coronacheck/sample-one-day", "nlDomestic notChecked family-unsupported"},
        {"OTH/KDE/divoc/partial-vaccination.json", "divoc pass"},
        {"OTH/AUS/nonVDSJson", "icaoVds fail json"},
    };
    TrustBundle bundle;
    bundle.valid_until = Instant{4'000'000'000'000};
    for (const Json& row : rows) {
        const auto der = from_base64(text_at(row, "csca_b64"));
        if (!der || der->empty()) continue;
        auto authority = authority_from_certificate(*der);
        if (authority)
            bundle.signers.push_back(std::move(*authority));
        else
            std::printf("authority of %s: %s\n", std::string(text_at(row, "id")).c_str(),
                        authority.error().detail.c_str());
    }
    bundle.signers.push_back(state_key(kIndia, Algorithm::ps256, "IN", "https://cowin.gov.in/"));
    bundle.signers.push_back(state_key(kJamaica, Algorithm::eddsa, "JM", "https://www.moh.gov.jm"));
    bundle = *TrustBundle::parse(to_json(bundle).dump());
    // The last is a credential with its names changed, its signature all zeros: the corpus takes it for valid.
    const std::map<std::string, std::string> signatures{{"OTH/WHO/DIVOCQR1", "pass"},
                                                        {"OTH/WHO/DIVOCJamaica", "pass"},
                                                        {"OTH/KDE/divoc/partial-vaccination.json", "fail signature-wrong"}};
    for (const Json& row : rows) {
        const std::string id(text_at(row, "id"));
        // One sample is a list of three seals.
        std::vector<std::string> texts{payload_of(row)};
        if (trim(texts[0]).starts_with("[")) {
            const Json list = Json::parse(texts[0], nullptr, false);
            texts.clear();
            for (const Json& seal : list) texts.push_back(seal.dump());
        }
        for (const std::string& text : texts) {
            const Inspection inspection = inspect(text, {&bundle});
            const Verdict verdict =
                judge(inspection, Prover().prove(inspection.checks), Instant{1'655'000'000'000}, {&bundle});
            const std::string got = std::string(name_of(inspection.family)) + " " + said(inspection.structure);
            ASSERT_TRUE(expected.contains(id)) << id;
            EXPECT_EQ(got, expected.at(id)) << id << " " << to_json(inspection)["faults"].dump();
            std::printf("%-40s %-24s signature %s, trust %s, time %s\n", id.c_str(), got.c_str(),
                        said(verdict.axes.signature).c_str(), said(verdict.axes.issuer_trust).c_str(),
                        said(verdict.axes.time).c_str());
            if (inspection.family == Family::icao_vds && inspection.structure.passes()) {
                EXPECT_TRUE(verdict.axes.signature.passes()) << id << ": the key in the code signed it";
            }
            if (signatures.contains(id)) {
                EXPECT_EQ(said(verdict.axes.signature), signatures.at(id)) << id;
                if (verdict.axes.signature.passes()) {
                    EXPECT_EQ(said(verdict.axes.issuer_trust), "pass") << id;
                }
            }
            if (inspection.structure.passes()) {
                const Json content = to_json(verdict)["content"];
                EXPECT_FALSE(content["holder"].empty()) << id;
                EXPECT_FALSE(content["events"].empty()) << id;
            }
        }
    }
}

TEST(conformance, published_signer_of_seals_is_under_the_published_authority) {
    for (const Json& row : rows_of("open/other_formats.jsonl")) {
        const auto csca = from_base64(text_at(row, "csca_b64"));
        const auto bsc = from_base64(text_at(row, "bsc_b64"));
        if (!csca || !bsc || csca->empty()) continue;
        const auto authority = authority_from_certificate(*csca);
        const auto signer = read_certificate(*bsc);
        ASSERT_TRUE(authority) << authority.error().detail;
        ASSERT_TRUE(signer) << signer.error().detail;
        std::printf("authority %s %s, signer %s under %s\n", to_base64(authority->kid).c_str(),
                    name_of(authority->algorithm), signer->subject_country.c_str(),
                    to_base64(signer->authority_key_id).c_str());
    }
}

}  // namespace
}  // namespace lachan::certificate
