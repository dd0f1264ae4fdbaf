#include "certificate/cose.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lachan::certificate {
namespace {

using cbor::Item;
using cbor::Kind;

constexpr std::uint64_t kTagCwt = 61;
constexpr std::uint64_t kTagEpochTime = 1;
struct AlgorithmNumber {
    std::int64_t number;
    Algorithm algorithm;
};
constexpr std::array kAlgorithms{
    AlgorithmNumber{-7, Algorithm::es256},  AlgorithmNumber{-37, Algorithm::ps256},
    AlgorithmNumber{-35, Algorithm::es384}, AlgorithmNumber{-36, Algorithm::es512},
    AlgorithmNumber{-8, Algorithm::eddsa},
};
constexpr std::int64_t kClaimHcert = -260;
/// The year 5138 in seconds. Anything later is milliseconds by mistake, and would make a certificate that never
/// expires.
constexpr double kLatestSecond = 100'000'000'000.0;

/// `error` under the stage's own reason code; a limit stays a limit.
Error at_stage(const Error& error, const char* stage) {
    return error.rule == "size-limit" ? error : Error{Errc::malformed, stage, error.detail};
}

Error malformed(const char* stage, const char* detail) { return Error{Errc::malformed, stage, detail}; }

/// Peels the tags that may stand around a COSE_Sign1.
Result<Item*> without_tags(Item& outer) {
    Item* item = &outer;
    if (item->is(Kind::tag) && item->argument == kTagCwt) {
        item = &item->items[0];
        if (!item->is(Kind::tag)) return malformed("cose", "the CWT tag must stand around a COSE tag");
    }
    if (item->is(Kind::tag) && item->argument == kTagSign1) item = &item->items[0];
    if (item->is(Kind::tag)) return malformed("cose", "a tag that is neither 18 nor 61");
    return item;
}

/// Section 3: an empty protected header is a string of no bytes, or an encoded empty map.
Result<Item> header_of(std::string_view bytes) {
    if (bytes.empty()) {
        Item empty;
        empty.kind = Kind::map;
        return empty;
    }
    auto header = cbor::read(bytes_of(bytes));
    if (!header) return at_stage(header.error(), "cose");
    if (!header->is(Kind::map)) return malformed("cose", "the protected header is no map");
    return std::move(*header);
}

void warn(std::vector<std::string>& warnings, const char* code) {
    if (std::find(warnings.begin(), warnings.end(), code) == warnings.end()) warnings.emplace_back(code);
}

/// A NumericDate: integer seconds. Real certificates also carry floats, whole or not, and the tag for epoch times.
Result<Instant> instant_of(const Item& claim, std::vector<std::string>& warnings) {
    if (claim.is(Kind::tag)) {
        if (claim.argument != kTagEpochTime || claim.items[0].is(Kind::tag)) {
            return malformed("cwt", "a time with a foreign tag");
        }
        warn(warnings, "time-tagged");
        return instant_of(claim.items[0], warnings);
    }
    double seconds = claim.real;
    if (claim.is(Kind::unsigned_integer)) {
        seconds = static_cast<double>(claim.argument);
    } else if (claim.is(Kind::real)) {
        warn(warnings, "time-float");
    } else {
        return malformed("cwt", "a time is no number of seconds");
    }
    // Written so that NaN fails it too.
    if (!(seconds >= 0 && seconds < kLatestSecond)) return malformed("cwt", "a time is beyond any calendar");
    return Instant{static_cast<std::int64_t>(std::floor(seconds * 1000))};
}

}  // namespace

std::optional<Algorithm> cose_algorithm(const Item& number) {
    for (const AlgorithmNumber& known : kAlgorithms) {
        if (number.is_integer(known.number)) return known.algorithm;
    }
    return std::nullopt;
}

std::int64_t cose_number(Algorithm algorithm) {
    for (const AlgorithmNumber& known : kAlgorithms) {
        if (known.algorithm == algorithm) return known.number;
    }
    return 0;
}

Result<Sign1> read_sign1(std::span<const std::uint8_t> data) {
    auto outer = cbor::read(data);
    if (!outer) return at_stage(outer.error(), "cose");
    Item* message = TRY(without_tags(*outer));
    if (!message->is(Kind::array) || message->items.size() != 4) return malformed("cose", "not an array of four");
    auto& parts = message->items;
    if (!parts[0].is(Kind::bytes)) return malformed("cose", "the protected header is no byte string");
    if (!parts[1].is(Kind::map)) return malformed("cose", "the unprotected header is no map");
    if (!parts[2].is(Kind::bytes)) return malformed("cose", "the payload is no byte string");
    if (!parts[3].is(Kind::bytes)) return malformed("cose", "the signature is no byte string");
    Sign1 sign1;
    sign1.protected_header = TRY(header_of(parts[0].content));
    sign1.protected_bytes = std::move(parts[0].content);
    sign1.unprotected_header = std::move(parts[1]);
    sign1.payload = std::move(parts[2].content);
    sign1.signature = std::move(parts[3].content);
    if (cbor::has_duplicate_keys(sign1.protected_header) || cbor::has_duplicate_keys(sign1.unprotected_header)) {
        return malformed("cose", "a header key is doubled");
    }
    return sign1;
}

Bytes signed_bytes(std::string_view protected_bytes, std::string_view payload) {
    Bytes bytes;
    bytes.reserve(payload.size() + protected_bytes.size() + 24);
    cbor::write_head(bytes, 4, 4);
    cbor::write_text(bytes, "Signature1");
    cbor::write_bytes(bytes, bytes_of(protected_bytes));
    cbor::write_bytes(bytes, {});
    cbor::write_bytes(bytes, bytes_of(payload));
    return bytes;
}

Result<Claims> read_claims(std::string_view payload) {
    auto item = cbor::read(bytes_of(payload));
    if (!item) return at_stage(item.error(), "cwt");
    if (!item->is(Kind::map)) return malformed("cwt", "the claims are no map");
    if (cbor::has_duplicate_keys(*item)) return malformed("cwt", "a claim is doubled");
    Claims claims;
    if (const Item* issuer = cbor::find(*item, kClaimIssuer)) {
        if (!issuer->is(Kind::text)) return malformed("cwt", "the issuer is no text");
        claims.issuer = issuer->content;
    }
    if (const Item* expires = cbor::find(*item, kClaimExpires)) {
        claims.expires_at = TRY(instant_of(*expires, claims.warnings));
    }
    if (const Item* issued = cbor::find(*item, kClaimIssuedAt)) {
        claims.issued_at = TRY(instant_of(*issued, claims.warnings));
    }
    if (Item* hcert = cbor::find(*item, kClaimHcert)) {
        if (!hcert->is(Kind::map)) return malformed("cwt", "the health claim is no map");
        if (cbor::has_duplicate_keys(*hcert)) return malformed("cwt", "a health claim is doubled");
        claims.hcert = std::move(*hcert);
    }
    // Beside words a claim is nothing that is shown: that this one has been taken out is not missed.
    if (!item->items.empty() && item->items[0].is(Kind::text)) claims.unclaimed = std::move(*item);
    return claims;
}

}  // namespace lachan::certificate
