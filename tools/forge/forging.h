#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "kernel/json.h"
#include "kernel/result.h"

/// Certificates with every defect we know, each with what a verifier must say.
namespace lachan::forge {

/// One forged row.
struct Forged {
    std::string id;
    /// The content of the code; bytes that are no UTF-8 are allowed.
    std::string text;
    /// The instant to judge at.
    std::int64_t now_ms = 0;
    /// valid, invalid, notTrusted, notChecked, unreadable; "" where only "not valid" is promised.
    std::string summary;
    /// A reason or a warning that must be among those given; "" for none in particular.
    std::string reason;
};

/// {"id","text" or "bytes","now","forged":{"defect","summary","reason"}}, as lachan-verify --cases reads it.
Json to_json(const Forged& forged);

/// Makes at least `count` rows, the same for the same seed but for keys and signatures, which are drawn anew each time. `trust` gets the list they
/// are judged with before the first `row`. Errc::unavailable when OpenSSL makes no keys.
Result<void> forge(std::uint64_t seed, std::size_t count, const std::function<void(const Json& trust)>& trust,
                   const std::function<void(const Forged&)>& row);

/// One sound code of each family, and every single bit of each of its layers turned, one row each: none may verify unless the bit says nothing,
/// and then it must. Trust and errors as above.
Result<void> forge_every_bit(std::uint64_t seed, const std::function<void(const Json& trust)>& trust, const std::function<void(const Forged&)>& row);

}  // namespace lachan::forge
