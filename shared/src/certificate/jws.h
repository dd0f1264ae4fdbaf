#pragma once

#include <string>
#include <string_view>

#include "kernel/crypto.h"
#include "kernel/json.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// A JWS in compact form (RFC 7515 section 7.1) taken apart, nothing believed yet.
struct Jws {
    Json header;
    /// The first two parts as received with the dot between them: the bytes that are signed.
    std::string signed_text;
    /// Empty when detached.
    Bytes payload;
    Bytes signature;
};

/// Errc::malformed with rule jws: not three parts of base64url, or a header that is no JSON object.
Result<Jws> read_jws(std::string_view text);

}  // namespace lachan::certificate
