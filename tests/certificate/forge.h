#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "certificate/base45.h"
#include "certificate/cbor.h"
#include "certificate/cose.h"
#include "certificate/issue.h"
#include "certificate/verdict.h"
#include "prove.h"
#include "signing_key.h"

namespace lachan::certificate {

constexpr Instant kNow{1'750'000'000'000};  // 15 June 2025
constexpr std::int64_t kDayMs = kMillisecondsPerDay;

/// An issuer that exists for one test, its keys made at run time.
struct Issuer {
    SigningKey key;
    Signer signer;
};

inline Issuer issuer_with(Algorithm algorithm, std::uint8_t kid = 1, std::string country = "VN", int rsa_bits = 2048) {
    auto key = SigningKey::generate(algorithm, rsa_bits);
    Signer signer;
    signer.kid = Bytes(8, kid);
    signer.country = std::move(country);
    signer.algorithm = algorithm;
    signer.spki = key->spki();
    signer.not_before = Instant{kNow.ms - 100 * kDayMs};
    signer.not_after = Instant{kNow.ms + 700 * kDayMs};
    return {std::move(*key), std::move(signer)};
}

inline TrustBundle bundle_of(std::vector<Signer> signers) {
    TrustBundle bundle{7, Instant{kNow.ms - kDayMs}, Instant{kNow.ms + 30 * kDayMs}, std::move(signers)};
    auto sorted = TrustBundle::parse(to_json(bundle).dump());
    return std::move(*sorted);
}

/// An invented person's dose.
inline Json vaccination() {
    return Json{{"ver", "1.3.0"},
                {"nam", {{"fn", "Nguyễn"}, {"gn", "Thị Minh Đào"}, {"fnt", "NGUYEN"}, {"gnt", "THI<MINH<DAO"}}},
                {"dob", "1988-02-29"},
                {"v", Json::array({{{"tg", "840539006"},
                                    {"vp", "J07BX03"},
                                    {"mp", "EU/1/21/1529"},
                                    {"ma", "ORG-100001699"},
                                    {"dn", 2},
                                    {"sd", 2},
                                    {"dt", "2025-03-01"},
                                    {"co", "VN"},
                                    {"is", "Bộ Y tế"},
                                    {"ci", "URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF"}}})}};
}

inline Draft draft_for(const Issuer& issuer, Json payload = vaccination()) {
    return Draft{std::move(payload),
                 "VN",
                 kNow.ms / 1000 - 86'400,
                 kNow.ms / 1000 + 86'400 * 90,
                 issuer.signer.algorithm == Algorithm::ps256 ? Algorithm::ps256 : Algorithm::es256,
                 issuer.signer.kid};
}

inline std::string code_for(const Issuer& issuer, const Draft& draft) {
    const Unsigned prepared = prepare(draft);
    return seal(prepared, *issuer.key.sign(prepared.signed_bytes, draft.algorithm));
}

inline std::string code_for(const Issuer& issuer) { return code_for(issuer, draft_for(issuer)); }

/// The whole way: inspect, prove with OpenSSL, judge.
inline Verdict verdict_on(std::string_view text, const TrustBundle& bundle, Instant now = kNow,
                          KeyFit fit = KeyFit::required) {
    Knowledge known{&bundle};
    known.policy.fit = fit;
    const Inspection inspection = inspect(text, known);
    return judge(inspection, Prover().prove(inspection.checks), now, known);
}

inline std::string said(const Axis& axis) {
    std::string text = name_of(axis.state);
    for (const std::string& reason : axis.reasons) text += " " + reason;
    return text;
}

/// The parts of a COSE message, each replaceable, for messages that no honest issuer would make.
struct Parts {
    Bytes protected_header;
    Bytes unprotected_header{0xa0};
    Bytes claims;
    std::vector<std::uint64_t> tags{18};
};

inline Bytes header_with(std::int64_t algorithm, const Bytes* kid) {
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

inline Parts parts_of(const Draft& draft) {
    const Unsigned prepared = prepare(draft);
    return Parts{Bytes(prepared.protected_bytes.begin(), prepared.protected_bytes.end()),
                 {0xa0},
                 Bytes(prepared.payload.begin(), prepared.payload.end()),
                 {18}};
}

inline Bytes message_of(const Parts& parts, const Bytes& signature) {
    Bytes message;
    for (const std::uint64_t tag : parts.tags) cbor::write_head(message, 6, tag);
    cbor::write_head(message, 4, 4);
    cbor::write_bytes(message, parts.protected_header);
    message.insert(message.end(), parts.unprotected_header.begin(), parts.unprotected_header.end());
    cbor::write_bytes(message, parts.claims);
    cbor::write_bytes(message, signature);
    return message;
}

inline std::string view_of(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }

/// The code of `parts` with a true signature over whatever they are.
inline std::string code_of(const Issuer& issuer, const Parts& parts, Algorithm hash = Algorithm::es256) {
    const Bytes to_sign = signed_bytes(view_of(parts.protected_header), view_of(parts.claims));
    return to_code(message_of(parts, *issuer.key.sign(to_sign, hash)));
}

}  // namespace lachan::certificate
