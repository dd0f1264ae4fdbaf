// Our own signed credentials: LC1: and a COSE_Sign1 message. This is ours, so nothing is tolerated that we do not write.

#include <algorithm>
#include <optional>

#include "certificate/base45.h"
#include "certificate/checks.h"
#include "certificate/cose.h"
#include "certificate/own_content.h"
#include "certificate/own_place.h"
#include "certificate/own_wire.h"
#include "certificate/readers.h"

namespace lachan::certificate {
namespace {

using cbor::Item;
using cbor::Kind;

/// 400 characters of Base45 hold 264 bytes.
constexpr cbor::Limits kLimits{6, 128, 300};
/// The year 5138: later seconds are milliseconds by mistake.
constexpr std::uint64_t kLatestSecond = 100'000'000'000;

/// Writes an item as it must be written: shortest heads, definite lengths, keys in the order of their bytes. False for kinds that no
/// version of ours has.
bool append(Bytes& out, const Item& item) {
    switch (item.kind) {
        case Kind::unsigned_integer: cbor::write_head(out, 0, item.argument); return true;
        case Kind::negative_integer: cbor::write_head(out, 1, item.argument); return true;
        case Kind::bytes: cbor::write_bytes(out, bytes_of(item.content)); return true;
        case Kind::text: cbor::write_text(out, item.content); return true;
        case Kind::boolean: cbor::write_head(out, 7, 20 + item.argument); return true;
        case Kind::array:
            cbor::write_head(out, 4, item.items.size());
            return std::all_of(item.items.begin(), item.items.end(), [&out](const Item& child) { return append(out, child); });
        case Kind::map: break;
        default: return false;
    }
    cbor::write_head(out, 5, item.items.size() / 2);
    Bytes last;
    for (std::size_t i = 0; i < item.items.size(); i += 2) {
        Bytes key;
        if (!append(key, item.items[i]) || (!last.empty() && !(last < key))) return false;
        out.insert(out.end(), key.begin(), key.end());
        if (!append(out, item.items[i + 1])) return false;
        last = std::move(key);
    }
    return true;
}

bool is_text_of(const Bytes& bytes, std::string_view text) {
    const auto other = bytes_of(text);
    return std::equal(bytes.begin(), bytes.end(), other.begin(), other.end());
}

std::optional<std::int64_t> second_at(const Item& claims, std::int64_t key) {
    const Item* second = cbor::find(claims, key);
    if (second == nullptr || !second->is(Kind::unsigned_integer) || second->argument > kLatestSecond) return std::nullopt;
    return static_cast<std::int64_t>(second->argument);
}

bool is_state(std::string_view text) {
    return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// The protected header, which holds the algorithm and the kid and nothing else. False when it was not written as ours are.
bool read_header(const Sign1& sign1, Inspection& inspection) {
    const Item* algorithm = cbor::find(sign1.protected_header, kHeaderAlgorithm);
    const Item* kid = cbor::find(sign1.protected_header, kHeaderKid);
    if (algorithm == nullptr || kid == nullptr || !kid->is(Kind::bytes) || kid->content.size() != kOwnKidBytes) return false;
    inspection.kid.assign(kid->content.begin(), kid->content.end());
    inspection.algorithm = cose_algorithm(*algorithm);
    if (inspection.algorithm) return is_text_of(own_header(*inspection.algorithm, inspection.kid), sign1.protected_bytes);
    Bytes written;
    return append(written, sign1.protected_header) && sign1.protected_header.items.size() == 4 && is_text_of(written, sign1.protected_bytes);
}

/// What keeps the claims from being ours; "" when they are.
const char* read_claims(std::string_view payload, Inspection& inspection, OwnContent& content) {
    const auto item = cbor::read(bytes_of(payload), kLimits);
    if (!item) return item.error().rule == "size-limit" ? "size-limit" : "cwt";
    const Item* own = cbor::find(*item, kClaimOwn);
    if (item->is(Kind::map) && own == nullptr) return "claim-missing";
    const Item* issuer = cbor::find(*item, kClaimIssuer);
    const Item* id = cbor::find(*item, kClaimId);
    const auto expires = second_at(*item, kClaimExpires);
    const auto issued = second_at(*item, kClaimIssuedAt);
    const bool has_all = own != nullptr && own->is(Kind::map) && issuer != nullptr && issuer->is(Kind::text) && is_state(issuer->content) &&
                         id != nullptr && id->is(Kind::bytes) && id->content.size() == kOwnIdBytes && expires && issued;
    if (!has_all) return "cwt";
    OwnClaims claims{issuer->content, *expires, *issued, Bytes(id->content.begin(), id->content.end()), {}};
    if (!append(claims.content, *own) || !is_text_of(own_claims(claims), payload)) return "cwt";
    inspection.issuer = claims.issuer;
    inspection.expires_at = Instant{claims.expires_s * 1000};
    inspection.issued_at = Instant{claims.issued_s * 1000};
    content = own_content_of(*own);
    if (!content.words.is_null()) content.words["identifier"] = to_hex(claims.id);
    return "";
}

/// The address names no algorithm: it is that of the key, where signatures under it have the right length.
void list_place_checks(const PlaceCode& code, const TrustBundle& bundle, Inspection& inspection) {
    for (const Signer& signer : bundle.with_kid(Scheme::lachan, code.kid)) {
        if (signer.is_authority) continue;
        if (is_rsa(signer.algorithm) || signature_bytes_of(signer.algorithm) != code.signature.size()) {
            add_once(inspection.signature_faults, "algorithm-key-mismatch");
            continue;
        }
        inspection.algorithm = signer.algorithm;
        inspection.checks.push_back(SignatureCheck{Purpose::content, signer.algorithm, signer.algorithm, code.kid, signer.spki,
                                                   code.signed_bytes, code.signature});
    }
    if (!inspection.checks.empty()) inspection.signature_faults.clear();
}

/// A place speaks for its host, and has no dates of its own: it is good while its key is.
Inspection inspect_place(std::string_view text, const Knowledge& known, Inspection inspection) {
    PlaceCode code = read_place(text);
    if (code.is_newer) return stopped(std::move(inspection), State::not_checked, "version-unsupported");
    inspection.faults = code.faults;
    if (!code.faults.empty()) return stopped(std::move(inspection), State::fail, "place-form");
    inspection.version = "1";
    inspection.issuer = text_at(code.content, "host");
    inspection.kid = code.kid;
    list_place_checks(code, *known.trust, inspection);
    inspection.content = std::move(code.content);
    inspection.structure = Axis{State::pass, {}};
    return inspection;
}

}  // namespace

Inspection inspect_own(std::string_view body, const Knowledge& known, Inspection inspection) {
    if (is_place_code(body)) return inspect_place(body, known, std::move(inspection));
    const auto message = from_base45(body);
    if (!message) return stopped(std::move(inspection), State::fail, message.error().rule);
    const auto sign1 = read_sign1(*message);
    if (!sign1) return stopped(std::move(inspection), State::fail, sign1.error().rule);
    const bool is_ours = own_message(bytes_of(sign1->protected_bytes), bytes_of(sign1->payload), bytes_of(sign1->signature)) == *message;
    if (!is_ours || !read_header(*sign1, inspection)) return stopped(std::move(inspection), State::fail, "cose");
    list_checks(Scheme::lachan, *known.trust, signed_bytes(sign1->protected_bytes, sign1->payload),
                Bytes(sign1->signature.begin(), sign1->signature.end()), inspection);

    OwnContent content;
    if (const char* reason = read_claims(sign1->payload, inspection, content); *reason != 0) {
        return stopped(std::move(inspection), State::fail, reason);
    }
    if (content.is_newer) return stopped(std::move(inspection), State::not_checked, "version-unsupported");
    inspection.version = "1";
    if (content.has_unknown) add_once(inspection.warnings, "fields-unknown");
    if (text_at(content.words, "type") == name_of(OwnType::result)) inspection.events.push_back(Event::test);
    inspection.structure = content.faults.empty() ? Axis{State::pass, {}} : Axis{State::fail, {"schema"}};
    inspection.content = std::move(content.words);
    inspection.faults = std::move(content.faults);
    return inspection;
}

}  // namespace lachan::certificate
