#pragma once

#include "certificate/forge.h"
#include "certificate/own_content.h"
#include "certificate/own_place.h"
#include "certificate/own_wire.h"

/// Our own codes, sound and otherwise.
namespace lachan::certificate {

inline Issuer own_issuer(Algorithm algorithm = Algorithm::es256, std::uint8_t kid = 9, std::string country = "VN") {
    Issuer issuer = issuer_with(algorithm, kid, std::move(country));
    issuer.signer.scheme = Scheme::lachan;
    return issuer;
}

inline Json own_card() {
    return Json{{"type", "card"},  {"name", "Nguyễn Thị Minh Đào"}, {"birthDate", "1988-02-29"}, {"document", "******001234"},
                {"sex", "female"}, {"person", "KB-0000-7F"}};
}

inline Json own_release() {
    return Json{{"type", "release"}, {"name", "Trần Văn Thử"}, {"birthDate", "1950"},     {"document", "******001234"},
                {"place", "facility"}, {"unit", "26734"},      {"from", "2025-05-20"},     {"until", "2025-06-03"},
                {"order", "123/QĐ-BCĐ"}, {"followUpUntil", "2025-06-17"}};
}

inline Json own_result() {
    return Json{{"type", "result"},
                {"name", "Lê Hoàng Yến"},
                {"birthDate", "2001-11"},
                {"method", "pcr"},
                {"interpretation", "negative"},
                {"sampledAt", "2025-06-13T08:15:00+07:00"},
                {"resultAt", "2025-06-13T19:40:00+07:00"},
                {"centre", "CDC Đà Nẵng"},
                {"sample", "DN-210613-0042"},
                {"version", 1}};
}

inline OwnClaims own_claims_for(const Json& words) {
    return OwnClaims{"VN", kNow.ms / 1000 + 90 * 86'400, kNow.ms / 1000 - 86'400, Bytes(16, 0xab), own_content_bytes(words)};
}

/// A true signature over whatever header and claims are.
inline std::string own_code(const Issuer& issuer, const Bytes& header, const Bytes& claims) {
    const Bytes signature = *issuer.key.sign(signed_bytes(view_of(header), view_of(claims)));
    return std::string(kOwnPrefix) + to_base45(own_message(header, claims, signature));
}

inline std::string own_code(const Issuer& issuer, const OwnClaims& claims) {
    return own_code(issuer, own_header(issuer.signer.algorithm, issuer.signer.kid), own_claims(claims));
}

inline std::string own_code(const Issuer& issuer, const Json& words) { return own_code(issuer, own_claims_for(words)); }

inline std::string own_place_id(std::string_view site = "checkpoint", std::string_view unit = "48") {
    return place_id(site, unit, Bytes{1, 2, 3, 4, 5, 6, 7, 8});
}

inline std::string own_place(const Issuer& issuer, std::string_view host = "kb.example.vn", std::string id = own_place_id()) {
    const std::string address = place_address(host, id);
    return place_code(address, issuer.signer.kid, *issuer.key.sign(place_signed_bytes(address)));
}

}  // namespace lachan::certificate
