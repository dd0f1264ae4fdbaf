// Our own codes, past prefix, Base45 and envelope: claims, content and addresses. No crash; and what is read without a fault is what we
// would have written, to the last byte.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "certificate/base45.h"
#include "certificate/issue_own.h"
#include "certificate/own_content.h"
#include "certificate/own_place.h"
#include "certificate/own_wire.h"
#include "certificate/verdict.h"

namespace {

using namespace lachan;
using namespace lachan::certificate;

void require(bool holds) {
    if (!holds) std::abort();
}

constexpr std::int64_t kNowS = 1'750'000'000;
const Bytes kKid(8, '0');

const TrustBundle& bundle() {
    static const TrustBundle made = [] {
        Signer signer;
        signer.scheme = Scheme::lachan;
        signer.kid = kKid;
        signer.spki = {1};
        signer.not_after = Instant{4'000'000'000'000};
        return TrustBundle{1, Instant{0}, Instant{4'000'000'000'000}, {signer}};
    }();
    return made;
}

/// Whatever the text, every answer gives a verdict that can be written, and the wire changes nothing.
Inspection judge_all(std::string_view text) {
    const Inspection inspection = inspect(text, {&bundle()});
    const auto back = inspection_from_json(Json::parse(to_json(inspection).dump(), nullptr, false));
    require(back && *back == inspection);
    for (const Answer answer : {Answer::valid, Answer::invalid, Answer::unsupported}) {
        const std::vector<Answer> answers(inspection.checks.size(), answer);
        const Verdict verdict = judge(inspection, answers, Instant{kNowS * 1000}, {&bundle()});
        require(answer == Answer::valid || verdict.summary != Summary::valid);
        require(!to_json(verdict).dump().empty());
    }
    return inspection;
}

bool is_of_this_version(const Inspection& inspection) {
    return inspection.family == Family::lachan && inspection.structure.passes() && inspection.warnings.empty();
}

void judge_claims(std::span<const std::uint8_t> claims) {
    const std::string text = std::string(kOwnPrefix) + to_base45(own_message(own_header(Algorithm::es256, kKid), claims, Bytes(64, 1)));
    const Inspection inspection = judge_all(text);
    if (!is_of_this_version(inspection)) return;
    const auto id = from_hex(text_at(inspection.content, "identifier"));
    require(id.has_value());
    const OwnClaims again{inspection.issuer, inspection.expires_at->ms / 1000, inspection.issued_at->ms / 1000, *id,
                          own_content_bytes(inspection.content)};
    require(own_claims(again) == Bytes(claims.begin(), claims.end()));
}

void judge_place(std::string_view text) {
    const Inspection inspection = judge_all(text);
    if (!is_of_this_version(inspection) || text_at(inspection.content, "type") != "place") return;
    const std::string_view identifier = text_at(inspection.content, "identifier");
    const std::string address = place_address(text_at(inspection.content, "host"), identifier);
    require(place_code(address, inspection.kid, inspection.checks.empty() ? Bytes{} : inspection.checks[0].signature).starts_with(address));
    require(text.find(address) != std::string_view::npos);
    require(!place_of(identifier).is_null());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span<const std::uint8_t> bytes(data + 1, size - 1);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    // The first byte says how deep the input enters.
    switch (data[0] % 5) {
        case 0: judge_all(std::string(kOwnPrefix) + std::string(text)); break;
        case 1: judge_claims(bytes); break;
        case 2: judge_claims(own_claims({"VN", kNowS + 1, kNowS - 1, Bytes(16, 7), Bytes(bytes.begin(), bytes.end())})); break;
        case 3: judge_place(text); break;
        default: {
            const auto row = parse_json(text);
            if (!row) break;
            const auto words = own_words(*row, Instant{kNowS * 1000});
            if (words) require(own_faults(*words).empty());
            break;
        }
    }
    return 0;
}
