#include "cose_parts.h"

#include <zlib.h>

#include "certificate/cbor.h"

namespace lachan::forge {
namespace {

using namespace certificate;

/// A whole float, as some issuers wrote times.
void write_float(Bytes& out, double value) {
    out.push_back(0xfb);
    std::uint64_t bits = 0;
    __builtin_memcpy(&bits, &value, sizeof bits);
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(bits >> shift & 0xff));
}

void write_time(Bytes& out, std::int64_t second, TimeForm form) {
    if (form == TimeForm::real) return write_float(out, static_cast<double>(second));
    if (form == TimeForm::tagged) cbor::write_head(out, 6, 1);
    if (form != TimeForm::long_form) return cbor::write_integer(out, second);
    out.push_back(0x1b);  // eight bytes where four were enough
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(second >> shift & 0xff));
}

}  // namespace

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

}  // namespace lachan::forge
