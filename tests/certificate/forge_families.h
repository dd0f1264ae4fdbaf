#pragma once

#include <zlib.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certificate/forge.h"
#include "certificate/health_card.h"
#include "certificate/vds.h"
#include "certificate/x509_reader.h"

/// Codes of the families beside HCERT, made for one test with keys of their own.
namespace lachan::certificate {

inline Verdict verdict_with(std::string_view text, const Knowledge& known, Instant now = kNow) {
    const Inspection inspection = inspect(text, known);
    return judge(inspection, Prover().prove(inspection.checks), now, known);
}

// SMART Health Card

inline Bytes deflated(std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    Bytes out(deflateBound(&stream, static_cast<uLong>(text.size())) + 16);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

inline std::string numeric(std::string_view jws) {
    std::string digits;
    for (const char c : jws) {
        const int value = c - 45;
        digits += static_cast<char>('0' + value / 10);
        digits += static_cast<char>('0' + value % 10);
    }
    return digits;
}

constexpr const char* kCardIssuer = "https://cards.example.org/issuer";

inline Issuer card_issuer(std::uint8_t kid = 1) {
    Issuer issuer = issuer_with(Algorithm::es256);
    issuer.signer.scheme = Scheme::smart_health_card;
    issuer.signer.kid = Bytes(32, kid);
    issuer.signer.country = "";
    issuer.signer.issuer = kCardIssuer;
    issuer.signer.not_before = Instant{0};
    return issuer;
}

/// An invented person's card.
inline Json card() {
    const Json dose{
        {"resourceType", "Immunization"},
        {"status", "completed"},
        {"vaccineCode", {{"coding", Json::array({{{"system", "http://hl7.org/fhir/sid/cvx"}, {"code", "207"}}})}}},
        {"patient", {{"reference", "resource:0"}}},
        {"occurrenceDateTime", "2025-03-01"},
        {"lotNumber", "L1"}};
    const Json patient{{"resourceType", "Patient"},
                       {"name", Json::array({{{"family", "Nguyễn"}, {"given", {"Thị", "Đào"}}}})},
                       {"birthDate", "1988-02-29"}};
    const Json bundle{{"resourceType", "Bundle"},
                      {"type", "collection"},
                      {"entry", Json::array({{{"fullUrl", "resource:0"}, {"resource", patient}},
                                             {{"fullUrl", "resource:1"}, {"resource", dose}}})}};
    return {{"iss", kCardIssuer},
            {"nbf", kNow.ms / 1000 - 86'400},
            {"vc",
             {{"type", {"https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization"}},
              {"credentialSubject", {{"fhirVersion", "4.0.1"}, {"fhirBundle", bundle}}},
              {"rid", "MKyCxh7p6uQ"}}}};
}

inline std::string jws_for(const Issuer& issuer, const Json& header, const Bytes& payload,
                           Algorithm hash = Algorithm::es256) {
    const std::string text = to_base64url(bytes_of(header.dump())) + "." + to_base64url(payload);
    return text + "." + to_base64url(*issuer.key.sign(bytes_of(text), hash));
}

inline Json card_header(const Issuer& issuer) {
    return {{"alg", "ES256"}, {"zip", "DEF"}, {"kid", to_base64url(issuer.signer.kid)}};
}

inline std::string card_jws(const Issuer& issuer, const Json& payload = card()) {
    return jws_for(issuer, card_header(issuer), deflated(payload.dump()));
}

inline std::string card_code(const Issuer& issuer, const Json& payload = card()) {
    return "shc:/" + numeric(card_jws(issuer, payload));
}

// X.509 by hand, so that a certificate can be wrong in any way.

inline Bytes der(std::uint8_t tag, const Bytes& content) {
    Bytes out{tag};
    if (content.size() < 0x80) {
        out.push_back(static_cast<std::uint8_t>(content.size()));
    } else if (content.size() < 0x100) {
        out.insert(out.end(), {0x81, static_cast<std::uint8_t>(content.size())});
    } else {
        out.insert(out.end(), {0x82, static_cast<std::uint8_t>(content.size() >> 8),
                               static_cast<std::uint8_t>(content.size() & 0xff)});
    }
    out.insert(out.end(), content.begin(), content.end());
    return out;
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

inline Bytes text_value(std::uint8_t tag, std::string_view text) { return der(tag, Bytes(text.begin(), text.end())); }

struct CertificateDraft {
    std::string country = "UT";
    std::string not_before = "240101000000Z";
    std::string not_after = "340101000000Z";
    Bytes subject_key_id;
    Bytes authority_key_id;
    bool is_authority = false;
    bool has_foreign_usage = false;
    std::string document_type;
};

inline Bytes oid_of(Algorithm signature) {
    switch (signature) {
        case Algorithm::es384: return {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};
        case Algorithm::es512: return {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04};
        case Algorithm::rs256: return {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b};
        case Algorithm::eddsa: return {0x2b, 0x65, 0x70};
        default: return {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
    }
}

inline Bytes integer_value(Bytes digits) {
    while (digits.size() > 1 && digits[0] == 0) digits.erase(digits.begin());
    if ((digits[0] & 0x80) != 0) digits.insert(digits.begin(), 0);
    return der(0x02, digits);
}

inline Bytes extension(const Bytes& oid, const Bytes& value) {
    return der(0x30, joined({der(0x06, oid), der(0x04, value)}));
}

/// The certificate of `key` signed by `authority` under `signed_with`.
inline Bytes make_certificate(const CertificateDraft& draft, const SigningKey& key, const SigningKey& authority,
                              Algorithm signed_with = Algorithm::es256) {
    const Bytes name =
        der(0x30, der(0x31, der(0x30, joined({der(0x06, {0x55, 0x04, 0x06}), text_value(0x13, draft.country)}))));
    Bytes extensions;
    const auto add = [&extensions](const Bytes& one) { extensions.insert(extensions.end(), one.begin(), one.end()); };
    if (!draft.subject_key_id.empty()) add(extension({0x55, 0x1d, 0x0e}, der(0x04, draft.subject_key_id)));
    if (!draft.authority_key_id.empty()) {
        add(extension({0x55, 0x1d, 0x23}, der(0x30, der(0x80, draft.authority_key_id))));
    }
    if (draft.is_authority) add(extension({0x55, 0x1d, 0x13}, der(0x30, der(0x01, {0xff}))));
    if (draft.has_foreign_usage) add(extension({0x55, 0x1d, 0x25}, der(0x30, der(0x06, {0x2b, 0x06, 0x01, 0x05}))));
    if (!draft.document_type.empty()) {
        add(extension({0x67, 0x81, 0x08, 0x01, 0x01, 0x06, 0x02},
                      der(0x30, joined({der(0x02, {0}), der(0x31, text_value(0x13, draft.document_type))}))));
    }
    const Bytes method = der(0x30, der(0x06, oid_of(signed_with)));
    const Bytes dates = der(0x30, joined({text_value(0x17, draft.not_before), text_value(0x17, draft.not_after)}));
    const Bytes signed_part = der(0x30, joined({der(0xa0, der(0x02, {2})), der(0x02, {0x51, 0x02}), method, name, dates,
                                                name, key.spki(), der(0xa3, der(0x30, extensions))}));
    Bytes signature = *authority.sign(signed_part, signed_with);
    if (signed_with != Algorithm::rs256 && signed_with != Algorithm::eddsa) {
        const auto half = signature.begin() + static_cast<std::ptrdiff_t>(signature.size() / 2);
        signature = der(
            0x30, joined({integer_value(Bytes(signature.begin(), half)), integer_value(Bytes(half, signature.end()))}));
    }
    signature.insert(signature.begin(), 0);
    return der(0x30, joined({signed_part, method, der(0x03, signature)}));
}

// ICAO VDS-NC

/// The authority of Utopia, the state of specimens.
struct Nation {
    SigningKey authority_key;
    Signer authority;
    SigningKey key;
    Bytes certificate;
};

inline Nation state_with(Algorithm key = Algorithm::es256, Algorithm authority_key = Algorithm::es256,
                         CertificateDraft draft = {}, Algorithm signed_with = Algorithm::es256) {
    auto root = SigningKey::generate(authority_key == Algorithm::rs256 ? Algorithm::ps256 : authority_key);
    auto signer = SigningKey::generate(key);
    const Bytes id(20, 7);
    CertificateDraft authority;
    authority.subject_key_id = id;
    authority.is_authority = true;
    if (draft.authority_key_id.empty()) draft.authority_key_id = id;
    const Bytes own = make_certificate(authority, *root, *root, signed_with);
    Bytes certificate = make_certificate(draft, *signer, *root, signed_with);
    Signer trusted = *authority_from_certificate(own);
    return {std::move(*root), std::move(trusted), std::move(*signer), std::move(certificate)};
}

inline Json seal_data() {
    return {
        {"hdr", {{"t", "icao.vacc"}, {"v", 1}, {"is", "UTO"}}},
        {"msg",
         {{"uvci", "U32870"},
          {"pid", {{"n", "NGUYEN  THI MINH DAO"}, {"dob", "1988-02-29"}, {"sex", "F"}, {"i", "B0000001"}}},
          {"ve",
           Json::array(
               {{{"des", "XM68M6"},
                 {"nam", "Vắc xin thử"},
                 {"dis", "RA01.0"},
                 {"vd", Json::array(
                            {{{"dvc", "2025-03-01"}, {"seq", 1}, {"ctr", "UTO"}, {"adm", "A"}, {"lot", "L"}}})}}})}}}};
}

inline Json seal_for(const Nation& state, const Json& data = seal_data(), Algorithm algorithm = Algorithm::es256) {
    return {{"data", data},
            {"sig",
             {{"alg", name_of(algorithm)},
              {"cer", to_base64url(state.certificate)},
              {"sigvl", to_base64url(*state.key.sign(vds_signed_bytes(data), algorithm))}}}};
}

// ZIP

inline void put_number(Bytes& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> 8 * i & 0xff));
}

/// An archive of `count` entries of the same deflated content; `size` is what it says of the content.
inline Bytes archive_of(std::string_view content, std::string_view name, std::uint32_t size, int count = 1) {
    const Bytes packed = deflated(content);
    const auto checksum = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
    Bytes out;
    Bytes directory;
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::uint32_t>(out.size());
        const auto common = [&](Bytes& to) {
            put_number(to, 20, 2);
            put_number(to, 0, 2);
            put_number(to, 8, 2);
            put_number(to, 0, 4);
            put_number(to, checksum, 4);
            put_number(to, static_cast<std::uint32_t>(packed.size()), 4);
            put_number(to, size, 4);
            put_number(to, static_cast<std::uint32_t>(name.size()), 2);
            put_number(to, 0, 2);
        };
        put_number(out, 0x04034b50, 4);
        common(out);
        out.insert(out.end(), name.begin(), name.end());
        out.insert(out.end(), packed.begin(), packed.end());
        put_number(directory, 0x02014b50, 4);
        put_number(directory, 20, 2);
        common(directory);
        put_number(directory, 0, 2);
        put_number(directory, 0, 2);
        put_number(directory, 0, 2);
        put_number(directory, 0, 4);
        put_number(directory, at, 4);
        directory.insert(directory.end(), name.begin(), name.end());
    }
    const auto start = static_cast<std::uint32_t>(out.size());
    out.insert(out.end(), directory.begin(), directory.end());
    put_number(out, 0x06054b50, 4);
    put_number(out, 0, 4);
    put_number(out, static_cast<std::uint32_t>(count), 2);
    put_number(out, static_cast<std::uint32_t>(count), 2);
    put_number(out, static_cast<std::uint32_t>(directory.size()), 4);
    put_number(out, start, 4);
    put_number(out, 0, 2);
    return out;
}

}  // namespace lachan::certificate
