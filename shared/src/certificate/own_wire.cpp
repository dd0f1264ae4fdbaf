#include "certificate/own_wire.h"

#include "certificate/cose.h"

namespace lachan::certificate {

Bytes own_header(Algorithm algorithm, std::span<const std::uint8_t> kid) {
    Bytes header;
    cbor::write_head(header, 5, 2);
    cbor::write_integer(header, kHeaderAlgorithm);
    cbor::write_integer(header, cose_number(algorithm));
    cbor::write_integer(header, kHeaderKid);
    cbor::write_bytes(header, kid);
    return header;
}

Bytes own_claims(const OwnClaims& claims) {
    Bytes out;
    cbor::write_head(out, 5, 5);
    cbor::write_integer(out, kClaimIssuer);
    cbor::write_text(out, claims.issuer);
    cbor::write_integer(out, kClaimExpires);
    cbor::write_integer(out, claims.expires_s);
    cbor::write_integer(out, kClaimIssuedAt);
    cbor::write_integer(out, claims.issued_s);
    cbor::write_integer(out, kClaimId);
    cbor::write_bytes(out, claims.id);
    cbor::write_integer(out, kClaimOwn);
    out.insert(out.end(), claims.content.begin(), claims.content.end());
    return out;
}

Bytes own_message(std::span<const std::uint8_t> header, std::span<const std::uint8_t> claims, std::span<const std::uint8_t> signature) {
    Bytes message;
    cbor::write_head(message, 6, kTagSign1);
    cbor::write_head(message, 4, 4);
    cbor::write_bytes(message, header);
    cbor::write_head(message, 5, 0);
    cbor::write_bytes(message, claims);
    cbor::write_bytes(message, signature);
    return message;
}

}  // namespace lachan::certificate
