#include "certificate/issue_card.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>

#include "certificate/strict.h"
#include "kernel/crypto.h"
#include "kernel/text.h"
#include "kernel/time.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kSingleCode = 1195;
constexpr std::size_t kPartOfCode = 1191;
/// SubjectPublicKeyInfo of an uncompressed point on P-256: 26 bytes of identifiers, 04, x, y.
constexpr std::size_t kP256SpkiBytes = 91;
constexpr std::size_t kPointAt = 27;
constexpr std::size_t kCoordinate = 32;
constexpr std::size_t kLotLength = 20;
constexpr std::array<std::string_view, 6> kColumns{"familyName", "givenName", "birthDate", "date", "cvx", "lot"};

/// Each character as two digits: its code minus 45.
std::string digits_of(std::string_view jws) {
    std::string digits;
    for (const char c : jws) {
        const int value = c - 45;
        digits += static_cast<char>('0' + value / 10);
        digits += static_cast<char>('0' + value % 10);
    }
    return digits;
}

bool is_date_until(std::string_view text, std::int64_t second) {
    const auto day = Day::parse(text);
    return day && *day <= day_in_vietnam(Instant{second * 1000});
}

Json given_names(std::string_view text) {
    Json names = Json::array();
    while (!trim(text).empty()) {
        text = trim(text);
        const std::size_t end = std::min(text.find(' '), text.size());
        names.push_back(std::string(text.substr(0, end)));
        text.remove_prefix(end);
    }
    return names;
}

/// Everything that is wrong with a row, by column.
Violations check_row(const Json& row, std::int64_t not_before_s) {
    Violations found;
    const auto require = [&found](bool holds, std::string_view column, const char* rule) {
        if (!holds) found.push_back({std::string(column), rule});
    };
    for (const auto& [column, value] : row.items()) {
        const bool is_known = std::find(kColumns.begin(), kColumns.end(), std::string_view(column)) != kColumns.end();
        require(is_known && (value.is_string() || value.is_null()), column, "issue.field");
    }
    const std::string_view family = trim(text_at(row, "familyName"));
    const std::string_view vaccine = text_at(row, "cvx");
    require((!family.empty() || !trim(text_at(row, "givenName")).empty()) && is_name(family), "familyName", "issue.field");
    const bool is_code = !vaccine.empty() && vaccine.size() <= 3 &&
                         std::all_of(vaccine.begin(), vaccine.end(), [](char c) { return c >= '0' && c <= '9'; });
    require(is_code, "cvx", "issue.field");
    require(is_name(text_at(row, "givenName")), "givenName", "issue.field");
    const std::string_view lot = text_at(row, "lot");
    require(code_points(lot) <= kLotLength && !has_control(lot), "lot", "issue.field");
    for (const char* day : {"birthDate", "date"}) require(is_date_until(text_at(row, day), not_before_s), day, "issue.date");
    const auto birth = Day::parse(text_at(row, "birthDate"));
    const auto given = Day::parse(text_at(row, "date"));
    require(!birth || !given || *birth <= *given, "date", "issue.date");
    return found;
}

}  // namespace

Bytes raw_deflated(std::string_view text) {
    z_stream stream{};
    const int opened = deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
    assert(opened == Z_OK);
    static_cast<void>(opened);
    Bytes source(text.begin(), text.end());
    Bytes compressed(deflateBound(&stream, static_cast<uLong>(source.size())));
    stream.next_in = source.data();
    stream.avail_in = static_cast<uInt>(source.size());
    stream.next_out = compressed.data();
    stream.avail_out = static_cast<uInt>(compressed.size());
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    return Bytes(compressed.data(), stream.next_out);
}

Result<Json> card_key(std::span<const std::uint8_t> spki) {
    if (spki.size() != kP256SpkiBytes || spki[kPointAt - 1] != 4) return Error{Errc::malformed, "issue.key", "no P-256 key"};
    Json key{{"crv", "P-256"},
             {"kty", "EC"},
             {"x", to_base64url(spki.subspan(kPointAt, kCoordinate))},
             {"y", to_base64url(spki.subspan(kPointAt + kCoordinate, kCoordinate))}};
    key["kid"] = key_thumbprint(key);
    key["use"] = "sig";
    key["alg"] = "ES256";
    return key;
}

std::string key_thumbprint(const Json& key) {
    const Json required{{"crv", at(key, "crv")}, {"kty", at(key, "kty")}, {"x", at(key, "x")}, {"y", at(key, "y")}};
    return to_base64url(sha256(canonical(required)));
}

std::vector<std::string_view> card_columns() { return {kColumns.begin(), kColumns.end()}; }

Result<Json> card_payload(const Json& row, std::string_view issuer, std::int64_t not_before_s) {
    const bool is_address = issuer.starts_with("https://") && !issuer.ends_with('/');
    if (!is_address) return Error{Errc::rejected, "issue.field", "--iss (issue.field): an https address without a slash at its end"};
    const Violations wrong = check_row(row, not_before_s);
    if (!wrong.empty()) return refusal(wrong);
    const std::string family = to_nfc(trim(text_at(row, "familyName")));
    const Json given = given_names(to_nfc(text_at(row, "givenName")));
    const std::string_view vaccine = text_at(row, "cvx");
    Json name{{"given", given}};
    if (!family.empty()) name["family"] = family;
    if (given.empty()) name.erase("given");
    const Json coding{{"system", "http://hl7.org/fhir/sid/cvx"}, {"code", vaccine}};
    Json immunization{{"resourceType", "Immunization"},
                      {"status", "completed"},
                      {"vaccineCode", {{"coding", Json::array({coding})}}},
                      {"patient", {{"reference", "resource:0"}}},
                      {"occurrenceDateTime", text_at(row, "date")}};
    if (!text_at(row, "lot").empty()) immunization["lotNumber"] = text_at(row, "lot");
    const Json patient{{"resourceType", "Patient"}, {"name", Json::array({name})}, {"birthDate", text_at(row, "birthDate")}};
    const Json bundle{{"resourceType", "Bundle"},
                      {"type", "collection"},
                      {"entry", Json::array({{{"fullUrl", "resource:0"}, {"resource", patient}},
                                             {{"fullUrl", "resource:1"}, {"resource", immunization}}})}};
    return Json{{"iss", issuer},
                {"nbf", not_before_s},
                {"vc",
                 {{"type", Json::array({"https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization",
                                        "https://smarthealth.cards#covid19"})},
                  {"credentialSubject", {{"fhirVersion", "4.0.1"}, {"fhirBundle", bundle}}}}}};
}

std::string card_signing_input(const Json& payload, std::string_view kid) {
    const Json header{{"alg", "ES256"}, {"kid", kid}, {"zip", "DEF"}};
    return to_base64url(bytes_of(canonical(header))) + "." + to_base64url(raw_deflated(canonical(payload)));
}

std::vector<std::string> card_codes(const std::string& signing_input, std::span<const std::uint8_t> signature) {
    const std::string jws = signing_input + "." + to_base64url(signature);
    if (jws.size() <= kSingleCode) return {"shc:/" + digits_of(jws)};
    // Parts of balanced length, none longer than fits.
    const std::size_t count = (jws.size() + kPartOfCode - 1) / kPartOfCode;
    std::vector<std::string> codes;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t from = jws.size() * i / count;
        const std::size_t until = jws.size() * (i + 1) / count;
        codes.push_back("shc:/" + std::to_string(i + 1) + "/" + std::to_string(count) + "/" +
                        digits_of(std::string_view(jws).substr(from, until - from)));
    }
    return codes;
}

}  // namespace lachan::certificate
