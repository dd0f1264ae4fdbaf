#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "certificate/issue.h"

/// COSE messages and claims that no honest issuer would make.
namespace lachan::forge {

/// The parts of a COSE message, each replaceable.
struct Parts {
    Bytes protected_header;
    Bytes unprotected_header{0xa0};
    Bytes claims;
    std::vector<std::uint64_t> tags{18};
};

/// A header with an algorithm and, unless it is nullptr, a kid.
Bytes header_of(std::int64_t algorithm, const Bytes* kid);
Bytes message_of(const Parts& parts, const Bytes& signature);

std::string text_of(const Bytes& bytes);

enum class TimeForm { integer, real, tagged, long_form };

struct ClaimForm {
    TimeForm time = TimeForm::integer;
    bool is_indefinite = false;
    bool repeats_expiry = false;
    bool has_expiry = true;
    std::int64_t sub_claim = 1;
};

Bytes claims_of(const certificate::Draft& draft, const ClaimForm& form);

/// A zlib stream, as an HCERT travels.
Bytes deflated(const Bytes& data);

}  // namespace lachan::forge
