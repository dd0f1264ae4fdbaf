#include "certificate/issue.h"

#include <zlib.h>

#include <cassert>

#include "certificate/base45.h"
#include "certificate/cbor.h"
#include "certificate/cose.h"
#include "certificate/schema.h"

namespace lachan::certificate {
namespace {

std::string text_of(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }

Bytes protected_header(const Draft& draft) {
    assert(draft.algorithm == Algorithm::es256 || draft.algorithm == Algorithm::ps256);
    Bytes header;
    cbor::write_head(header, 5, 2);
    cbor::write_integer(header, 1);
    cbor::write_integer(header, draft.algorithm == Algorithm::es256 ? -7 : -37);
    cbor::write_integer(header, 4);
    cbor::write_bytes(header, draft.kid);
    return header;
}

Bytes claims(const Draft& draft) {
    Bytes claims;
    cbor::write_head(claims, 5, 4);
    cbor::write_integer(claims, 1);
    cbor::write_text(claims, draft.issuer);
    cbor::write_integer(claims, 4);
    cbor::write_integer(claims, draft.expires_at_s);
    cbor::write_integer(claims, 6);
    cbor::write_integer(claims, draft.issued_at_s);
    cbor::write_integer(claims, -260);
    cbor::write_head(claims, 5, 1);
    cbor::write_integer(claims, draft.sub_claim);
    cbor::write_json(claims, draft.payload);
    return claims;
}

Bytes deflated(std::span<const std::uint8_t> data) {
    uLongf size = compressBound(static_cast<uLong>(data.size()));
    Bytes compressed(size);
    const int status = compress2(compressed.data(), &size, data.data(), static_cast<uLong>(data.size()), 9);
    assert(status == Z_OK);
    static_cast<void>(status);
    compressed.resize(size);
    return compressed;
}

}  // namespace

Unsigned prepare(const Draft& draft) {
    Unsigned prepared;
    prepared.protected_bytes = text_of(protected_header(draft));
    prepared.payload = text_of(claims(draft));
    prepared.signed_bytes = signed_bytes(prepared.protected_bytes, prepared.payload);
    return prepared;
}

Result<Unsigned> prepare_checked(const Draft& draft) {
    const auto faults = strict_schema_faults(draft.payload);
    if (!faults.empty()) return Error{Errc::rejected, "certificate.schema", faults[0].path + ": " + faults[0].rule};
    return prepare(draft);
}

std::string seal(const Unsigned& prepared, std::span<const std::uint8_t> signature) {
    Bytes message;
    cbor::write_head(message, 6, 18);
    cbor::write_head(message, 4, 4);
    cbor::write_bytes(message, bytes_of(prepared.protected_bytes));
    cbor::write_head(message, 5, 0);
    cbor::write_bytes(message, bytes_of(prepared.payload));
    cbor::write_bytes(message, signature);
    return to_code(message);
}

std::string to_code(std::span<const std::uint8_t> message) { return "HC1:" + to_base45(deflated(message)); }

}  // namespace lachan::certificate
