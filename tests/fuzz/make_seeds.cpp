// make_fuzz_seeds <folder>: seeds that lead the fuzz targets past checksums and wrappers, in <folder>/<target>/<name>. They are made, not
// kept: what is sound follows the code. People are invented, and nobody signed: the targets answer for the signatures.

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <turbojpeg.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "archives.h"
#include "certificate/base45.h"
#include "certificate/cbor.h"
#include "certificate/forge_families.h"
#include "certificate/forge_own.h"
#include "certificate/issue_card.h"
#include "issue/authority.h"
#include "issue/picture.h"
#include "verify/picture.h"

namespace {

using namespace lachan;
using namespace lachan::certificate;

std::filesystem::path root;

void write(const char* target, const std::string& name, std::string_view content) {
    const auto folder = root / target;
    std::filesystem::create_directories(folder);
    std::ofstream(folder / name, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

/// `way`: the byte by which a target tells how deep the input enters.
void write_entering(const char* target, const std::string& name, char way, std::string_view content) {
    write(target, name, std::string(1, way) + std::string(content));
}

Json with_event(const char* key, Json entry) {
    Json payload = vaccination();
    const Json dose = payload["v"][0];
    for (const char* same : {"tg", "co", "is", "ci"}) entry[same] = dose[same];
    payload.erase("v");
    payload[key] = Json::array({std::move(entry)});
    return payload;
}

/// The kids and issuers are those that the targets hold keys of.
void write_certificates() {
    const Json sample{{"tt", "LP6464-4"}, {"nm", "PCR"}, {"sc", "2025-06-13T08:15:00+07:00"}, {"tr", "260415000"}, {"tc", "CDC"}};
    const Json recovery{{"fr", "2025-03-01"}, {"df", "2025-03-12"}, {"du", "2025-08-28"}};
    const std::vector<std::pair<std::string, Json>> payloads{
        {"vaccination", vaccination()}, {"test", with_event("t", sample)}, {"recovery", with_event("r", recovery)}};
    for (const auto& [name, payload] : payloads) {
        const Draft draft{payload, "VN", kNow.ms / 1000 - 86'400, kNow.ms / 1000 + 90 * 86'400, Algorithm::es256, Bytes(8, '0')};
        const Unsigned prepared = prepare(draft);
        const std::string code = seal(prepared, Bytes(64, 1));
        write_entering("certificate", name + "-text", 0, code);
        write_entering("certificate", name + "-base45", 1, code.substr(4));
        write_entering("certificate", name + "-zlib", 2, view_of(*from_base45(code.substr(4))));
        write_entering("certificate", name + "-cbor", 3, prepared.payload);
        write_entering("certificate", name + "-message", 4, view_of(message_of(parts_of(draft), Bytes(64, 1))));
        write_entering("certificate", name + "-claims", 5, prepared.payload);
    }
}

/// The WHO's forms: each sub-claim, and the early one without claims.
void write_who() {
    const Json certificate{{"issuer", {{"display", "A"}}}, {"hcid", {{"value", "URN:UVCI:01:VN:1"}}}, {"version", "1.0.0"}};
    const Json person{{"name", "Nobody"}, {"birthDate", "1988-02-29"}, {"identifier", {{"value", "B1"}}}, {"certificate", certificate}};
    Json dose = person;
    dose["vaccination"] = {{"vaccine", {{"code", "XM8NQ0"}, {"system", "http://id.who.int/icd11/mms"}}}, {"date", "2025-03-01"}, {"dose", 2}, {"lot", "L1"}};
    Json sample = person;
    sample["test"] = {{"date", "2025-06-13T08:15:00Z"}, {"result", {{"code", "260415000"}}}, {"type", {{"code", "LP6464-4"}}}};
    const Json minimal{{"n", "Nobody"}, {"dob", "1988-02-29"}, {"v", {{"dn", "1"}, {"dt", "2025-03-01"}, {"tg", "RA01.0"}, {"vp", "XM8NQ0"}}}};
    const std::tuple<const char*, std::int64_t, Json> kForms[]{
        {"who-dose", 3, dose}, {"who-test", 4, sample}, {"who-minimal", -6, minimal}, {"who-link", 5, Json::array({{{"u", "https://a"}}})}};
    for (const auto& [name, sub_claim, content] : kForms) {
        const Draft draft{content, "VN", kNow.ms / 1000 - 86'400, kNow.ms / 1000 + 90 * 86'400, Algorithm::es256, Bytes(8, '0'), sub_claim};
        const Unsigned prepared = prepare(draft);
        const std::string whole(name);
        write_entering("certificate", whole + "-text", 0, seal(prepared, Bytes(64, 1)));
        write_entering("certificate", whole + "-message", 4, view_of(message_of(parts_of(draft), Bytes(64, 1))));
        write_entering("certificate", whole + "-claims", 5, prepared.payload);
    }
    Bytes bare;
    cbor::write_json(bare, dose);
    write_entering("certificate", "who-bare-claims", 5, view_of(bare));
}

/// DIVOC: the members of a credential, the whole of it, the archives that issuers write, and a graph.
void write_credentials() {
    const Json place{{"name", "A"}, {"address", {{"city", "B"}, {"addressCountry", "VN"}}}};
    const Json dose{{"type", {"Vaccination"}}, {"id", "https://a/1"}, {"batch", "L1"}, {"vaccine", "V"}, {"manufacturer", "M"},
                    {"date", "2025-03-01"}, {"effectiveStart", "2025-03-01"}, {"effectiveUntil", "2025-12-31"}, {"dose", 1},
                    {"totalDoses", 2}, {"verifier", {{"name", "N"}}}, {"facility", place}};
    const Json members{{"credentialSubject", {{"type", "Person"}, {"id", "did:Passport:B1"}, {"name", "Nobody"}, {"dob", "1988-02-29"}}},
                       {"issuer", "https://a/"}, {"issuanceDate", "2025-03-03T04:28:46.012Z"}, {"expirationDate", "2026-03-03T00:00:00Z"},
                       {"evidence", Json::array({dose})}};
    const std::string text = members.dump();
    write_entering("families", "credential-members", 7, text.substr(1, text.size() - 2));
    Json whole = members;
    whole["@context"] = {"https://www.w3.org/2018/credentials/v1", "https://cowin.gov.in/credentials/vaccination/v2"};
    whole["type"] = {"VerifiableCredential"};
    const std::string header = "{\"alg\":\"EdDSA\",\"b64\":false,\"crit\":[\"b64\"]}";
    whole["proof"] = {{"type", "Ed25519Signature2018"}, {"created", "2025-03-03T04:28:46Z"}, {"verificationMethod", "0"},
                      {"proofPurpose", "assertionMethod"}, {"jws", to_base64url(bytes_of(header)) + ".." + to_base64url(Bytes(64, 1))}};
    write_entering("families", "credential-text", 0, whole.dump());
    write_entering("families", "credential-archived", 11, whole.dump());
    const std::string proof = whole["proof"].dump();
    write_entering("families", "credential-proof", 12, proof.substr(1, proof.size() - 2));
    for (const auto& [name, archive] : {std::pair{"archive", forge::archive_of(whole.dump())}, std::pair{"archive-stored", forge::stored_archive_of("{}")},
                                        std::pair{"archive-streamed", forge::streamed_archive_of("{}")}}) {
        write_entering("families", name, 9, view_of(forge::to_bytes(archive)));
    }
    write_entering("families", "graph", 8, std::string("\x00\x01\x81\x02\x02\x00\x03\x84", 8));
}

void write_cards() {
    Json payload = card();
    payload["iss"] = "https://a";
    const std::string input = card_signing_input(payload, to_base64url(Bytes(32, '0')));
    const std::string jws = input + "." + to_base64url(Bytes(64, 1));
    write_entering("families", "card-text", 0, "shc:/" + numeric(jws));
    write_entering("families", "card-payload", 1, payload.dump());
    write_entering("families", "card-deflated", 2, view_of(deflated(payload.dump())));
    write_entering("families", "card-jws", 3, jws);
    std::string parts;
    for (const std::string& part : card_codes(input + std::string(1200, 'A'), Bytes(64, 1))) parts += part + "\n";
    write_entering("families", "card-parts", 4, parts);
    const auto key = SigningKey::generate(Algorithm::es256);
    if (key) write_entering("families", "card-keys", 5, Json{{"keys", Json::array({*card_key(key->spki())})}}.dump());
}

void write_own() {
    const Bytes header = own_header(Algorithm::es256, Bytes(8, '0'));
    Json card_row{{"kind", "card"}};
    card_row.update(own_card());
    card_row.erase("type");
    write_entering("own", "row", 4, card_row.dump());
    for (const Json& words : {own_card(), own_release(), own_result()}) {
        const std::string name(text_at(words, "type"));
        const OwnClaims claims = own_claims_for(words);
        const std::string code = to_base45(own_message(header, own_claims(claims), Bytes(64, 1)));
        write_entering("own", name + "-text", 0, code);
        write_entering("own", name + "-claims", 1, view_of(own_claims(claims)));
        write_entering("own", name + "-content", 2, view_of(claims.content));
        write_entering("certificate", "own-" + name, 0, std::string(kOwnPrefix) + code);
    }
    const std::string place = place_code(place_address("kb.example.vn", own_place_id()), Bytes(8, '0'), Bytes(64, 1));
    write_entering("own", "place", 3, place);
    write_entering("certificate", "own-place", 0, place);
}

void write_seals() {
    CertificateDraft draft;
    draft.authority_key_id = Bytes(1, '0');
    const Nation state = state_with(Algorithm::es256, Algorithm::es256, draft);
    Json sample = seal_data();
    sample["hdr"]["t"] = "icao.test";
    sample["msg"].erase("ve");
    sample["msg"].erase("uvci");
    sample["msg"]["utci"] = "U32870";
    sample["msg"]["sp"] = {{"spn", "CDC"}, {"ctr", "UTO"}, {"cd", {{"p", "1"}, {"e", "a@example.org"}, {"a", "A"}}}};
    sample["msg"]["dat"] = {{"sc", "2025-06-13T08:15:00+07:00"}, {"ri", "2025-06-13T20:00:00+07:00"}};
    sample["msg"]["tr"] = {{"tc", "molecular(PCR)"}, {"r", "negative"}};
    write_entering("families", "seal-text", 0, seal_for(state).dump());
    write_entering("families", "seal-certificate", 6, view_of(state.certificate));
    write_entering("families", "seal-vaccination", 10, seal_data().dump());
    write_entering("families", "seal-test", 10, sample.dump());
}

/// An X.509 list of an authority with one serial number, in PEM; "" when OpenSSL does not make it.
std::string crl_of(const trust::Identity& authority) {
    const auto pem = authority.key.to_pem();
    if (!pem) return "";
    const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())), BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    const unsigned char* der = authority.certificate.data();
    const std::unique_ptr<X509, decltype(&X509_free)> issuer(d2i_X509(nullptr, &der, static_cast<long>(authority.certificate.size())), X509_free);
    const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> crl(X509_CRL_new(), X509_CRL_free);
    const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> time(ASN1_TIME_set(nullptr, kNow.ms / 1000), ASN1_TIME_free);
    X509_REVOKED* revoked = X509_REVOKED_new();
    const std::unique_ptr<ASN1_INTEGER, decltype(&ASN1_INTEGER_free)> serial(ASN1_INTEGER_new(), ASN1_INTEGER_free);
    ASN1_INTEGER_set(serial.get(), 4711);
    X509_REVOKED_set_serialNumber(revoked, serial.get());
    X509_REVOKED_set_revocationDate(revoked, time.get());
    X509_CRL_set_version(crl.get(), 1);
    X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer.get()));
    X509_CRL_set1_lastUpdate(crl.get(), time.get());
    X509_CRL_set1_nextUpdate(crl.get(), time.get());
    X509_CRL_add0_revoked(crl.get(), revoked);
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer.get(), nullptr, nullptr, crl.get(), 0);
    X509_EXTENSION* names_key = X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid");
    X509_CRL_add_ext(crl.get(), names_key, -1);
    X509_EXTENSION_free(names_key);
    if (X509_CRL_sign(crl.get(), key.get(), EVP_sha256()) == 0) return "";
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509_CRL(out.get(), crl.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

/// The published shapes of lists, each around one signer, and the forms of revocations.
bool write_trust_sources() {
    const Instant from = kNow, until{kNow.ms + 365 * kMillisecondsPerDay};
    const auto authority = trust::make_authority({"VN", "Nobody", "Authority"}, from, until);
    if (!authority) return false;
    const auto signer = trust::make_signer({"VN", "Nobody", "Signer"}, Algorithm::es256, {}, from, until, *authority);
    const auto key = signer ? card_key(signer->key.spki()) : Result<Json>(signer.error());
    const std::string crl = crl_of(*authority);
    if (!key || crl.empty()) return false;
    const Sha256 digest = sha256(signer->certificate);
    const Bytes kid_bytes(digest.begin(), digest.begin() + 8);
    const std::string der = to_base64(signer->certificate), kid = to_base64(kid_bytes), spki = to_base64(signer->key.spki());
    const Json gateway = Json::array({{{"kid", kid}, {"country", "VN"}, {"certificateType", "DSC"}, {"rawData", der}}});
    const Json dutch{{"eu_keys", {{kid, Json::array({{{"subjectPk", spki}, {"keyUsage", {"t", "v", "r"}}, {"ian", "VN"}}})}}}};
    Json jwk = *key;
    jwk["x5c"] = Json::array({der});
    const Json did{{"verificationMethod", Json::array({{{"id", "did:web:a:DSC#" + kid}, {"publicKeyJwk", jwk}}})}};
    const Json cards{{"kid", *key->find("kid")}, {"method", "rid"}, {"ctr", 1}, {"rids", {"abc", "d.1625097600"}}};
    const Json directory{{"issuerInfo", Json::array({{{"issuer", {{"iss", "https://a"}}}, {"keys", Json::array({*key})}, {"crls", Json::array({cards})}}})}};
    const Json swedish{{"dsc_trust_list", {{"VN", {{"keys", Json::array({{{"kid", kid}, {"x5c", Json::array({der})}}})}}}}}};
    Bytes austrian;
    cbor::write_head(austrian, 5, 1);
    cbor::write_text(austrian, "c");
    cbor::write_head(austrian, 4, 1);
    cbor::write_head(austrian, 5, 2);
    cbor::write_text(austrian, "i");
    cbor::write_bytes(austrian, kid_bytes);
    cbor::write_text(austrian, "c");
    cbor::write_bytes(austrian, signer->certificate);
    const auto list = [](const char* name, const std::string& content, const char* source = "list") {
        write_entering("trust_sources", name, 0, std::string(source) + "\n" + content);
    };
    list("gateway", gateway.dump());
    list("german", to_base64(Bytes(64, 1)) + "\n" + Json{{"certificates", gateway}}.dump());
    list("dutch", dutch.dump());
    list("dutch-envelope", Json{{"payload", to_base64(bytes_of(dutch.dump()))}, {"signature", "MII="}}.dump());
    list("did", did.dump());
    list("directory", directory.dump());
    list("key-set", Json{{"keys", Json::array({*key})}}.dump(), "list?issuer=https://a");
    list("swedish", "eyJhIjoxfQ." + to_base64url(bytes_of(swedish.dump())) + "." + to_base64url(Bytes(64, 1)));
    list("austrian", std::string(view_of(austrian)));
    list("pem", trust::to_pem(signer->certificate) + trust::to_pem(authority->certificate), "list?scheme=icaoVds");
    list("public-key", "-----BEGIN PUBLIC KEY-----\n" + spki + "\n-----END PUBLIC KEY-----\n", "list?kid=a&country=VN");
    list("lines", Json{{"der_b64", der}}.dump() + "\n", "list.jsonl");
    list("der", std::string(view_of(signer->certificate)));
    write_entering("trust_sources", "certificate", 1, view_of(signer->certificate));
    const auto own_signer = trust::make_own_signer({"VN", "Nobody", "Own"}, Algorithm::es256, {true, false, false}, "a.example.vn", from, until, *authority);
    if (!own_signer) return false;
    write_entering("trust_sources", "own-certificate", 1, view_of(own_signer->certificate));
    list("own-pem", trust::to_pem(own_signer->certificate), "list?scheme=lachan");
    write_entering("trust_sources", "authority", 1, view_of(authority->certificate));
    write_entering("trust_sources", "key", 2, key->dump());
    const Json entry{{"by", "uvci"}, {"hash", "000102030405060708090a0b0c0d0e0f"}, {"expires", 0}};
    const Json own{{"version", 1}, {"lists", Json::array({{{"scheme", "hcert"}, {"country", "VN"}, {"key", kid}, {"counter", 1}, {"freshHours", 24}, {"entries", Json::array({entry})}}})},
                   {"withdrawnKeys", Json::array({{{"scheme", "hcert"}, {"kid", kid}}})}};
    write_entering("trust_sources", "revoked-own", 3, own.dump());
    write_entering("trust_sources", "revoked-cards", 3, cards.dump());
    write_entering("trust_sources", "revoked-batch", 3,
                   Json{{"country", "VN"}, {"expires", "2026-01-01T00:00:00Z"}, {"kid", kid}, {"hashType", "SIGNATURE"}, {"entries", Json::array({Json{{"hash", to_base64(Bytes(16, 1))}}})}}.dump());
    write_entering("trust_sources", "revoked-crl", 4, trust::to_pem(authority->certificate) + crl);
    return true;
}

/// One page of 40 points with the picture in the middle, uncompressed.
std::string pdf_of(const verify::Picture& picture) {
    const std::string pixels(picture.grey.begin(), picture.grey.end());
    const std::string drawing = "q 36 0 0 36 2 2 cm /I Do Q";
    const auto stream = [](const std::string& head, const std::string& content) {
        return "<<" + head + "/Length " + std::to_string(content.size()) + ">>stream\n" + content + "\nendstream";
    };
    const std::vector<std::string> objects{
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 40 40]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>", stream("", drawing),
        stream("/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width " + std::to_string(picture.width) + "/Height " +
                   std::to_string(picture.height), pixels)};
    std::string pdf = "%PDF-1.4\n";
    std::string table;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        char entry[24];
        std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", pdf.size());
        table += entry;
        pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
    }
    const std::size_t at = pdf.size();
    const std::string count = std::to_string(objects.size() + 1);
    return pdf + "xref\n0 " + count + "\n0000000000 65535 f \n" + table + "trailer<</Size " + count + "/Root 1 0 R>>\nstartxref\n" +
           std::to_string(at) + "\n%%EOF\n";
}

std::string jpeg_of(const verify::Picture& picture) {
    const tjhandle writer = tjInitCompress();
    unsigned char* data = nullptr;
    unsigned long size = 0;
    const int status = tjCompress2(writer, picture.grey.data(), picture.width, 0, picture.height, TJPF_GRAY, &data, &size, TJSAMP_GRAY, 90, 0);
    std::string jpeg = status == 0 ? std::string(reinterpret_cast<const char*>(data), size) : "";
    tjFree(data);
    tjDestroy(writer);
    return jpeg;
}

bool write_pictures() {
    constexpr std::string_view kText = "HC1:NOBODY";
    const Bytes png = trust::qr_picture(kText, 3);
    const auto large = verify::read_pictures(png);
    const auto small = verify::read_pictures(trust::qr_picture(kText, 1));
    if (!large || !small) return false;
    write("picture", "png", view_of(png));
    write("picture", "jpeg", jpeg_of((*large)[0]));
    write("picture", "pdf", pdf_of((*small)[0]));
    // A seed in which no code is found leads nowhere.
    for (const std::string& file : {view_of(png), jpeg_of((*large)[0]), pdf_of((*small)[0])}) {
        const auto pages = verify::read_pictures(bytes_of(file));
        if (!pages || pages->size() != 1 || verify::codes_in((*pages)[0]) != std::vector<std::string>{std::string(kText)}) return false;
    }
    return true;
}

}  // namespace

int main(int count, char** values) {
    if (count != 2) {
        std::fputs("make_fuzz_seeds <folder>\n", stderr);
        return 2;
    }
    root = values[1];
    write_certificates();
    write_who();
    write_credentials();
    write_cards();
    write_own();
    write_seals();
    if (!write_trust_sources()) {
        std::fputs("make_fuzz_seeds: OpenSSL makes no list of keys\n", stderr);
        return 1;
    }
    if (write_pictures()) return 0;
    std::fputs("make_fuzz_seeds: a picture cannot be read again\n", stderr);
    return 1;
}
