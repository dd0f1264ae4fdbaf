#include "revocation_source.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "certificate/base45.h"
#include "certificate/octets.h"
#include "crl.h"
#include "demo.h"
#include "sources.h"

namespace lachan::trust {
namespace {

using certificate::RevocationBatch;
using certificate::RevocationForm;
using certificate::RevocationList;
using certificate::RevocationSet;
using certificate::RevokedBy;
using certificate::Scheme;

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kMostFreshHours = 24 * 365;
constexpr std::pair<RevokedBy, const char*> kNames[] = {
    {RevokedBy::uvci, "uvci"},           {RevokedBy::country_uvci, "country-uvci"},
    {RevokedBy::signature, "signature"}, {RevokedBy::card, "card"},
    {RevokedBy::serial, "serial"},       {RevokedBy::id, "id"}};

Error malformed(std::string detail) { return Error{Errc::malformed, "revocation.source", std::move(detail)}; }
Error bad_value(std::string detail) { return Error{Errc::malformed, "revocation.value", std::move(detail)}; }

Json empty_source() { return {{"version", 1}, {"lists", Json::array()}, {"withdrawnKeys", Json::array()}}; }

bool is_own(const Json& json) { return at(json, "lists").is_array() && at(json, "withdrawnKeys").is_array(); }

Result<Json> source_in(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) return empty_source();
    auto json = parse_json(TRY(read_file(file)), kListLimits);
    if (!json || int_at(*json, "version") != 1 || !is_own(*json))
        return malformed(file.string() + ": no revocation source");
    return json;
}

Result<void> write_source(const std::filesystem::path& file, const Json& json) {
    return write_file(file, json.dump(1) + "\n");
}

/// The list that the request is about, made when there is none.
Json& list_for(Json& source, const RevocationRequest& request) {
    const std::string key = certificate::to_base64(request.key);
    for (Json& list : source["lists"]) {
        if (text_at(list, "scheme") == name_of(request.scheme) && text_at(list, "key") == key &&
            text_at(list, "country") == request.country)
            return list;
    }
    source["lists"].push_back({{"scheme", name_of(request.scheme)},
                               {"country", request.country},
                               {"key", key},
                               {"counter", 0},
                               {"freshHours", request.fresh_hours},
                               {"entries", Json::array()}});
    return source["lists"].back();
}

/// The bytes that are hashed for a value, as CERTIFICATES 9 has them.
Result<Bytes> hashed_bytes(const RevocationRequest& request, const std::string& value) {
    switch (request.by) {
        case RevokedBy::country_uvci: return octets_of(request.country + value);
        case RevokedBy::signature:
        case RevokedBy::serial: {
            auto bytes = from_hex(value);
            if (!bytes || bytes->empty()) return bad_value("expected hex: " + value);
            return bytes;
        }
        default: return octets_of(value);
    }
}

/// Whether a second fits into the five bytes that a card's entry has for it.
bool fits_an_entry(std::int64_t second) { return second >= 0 && second >> 40 == 0; }

/// An entry as the source keeps it: hash in hex, for a card also the second before which it counts.
Result<Json> entry_for(const RevocationRequest& request, const std::string& value) {
    std::string text = value;
    std::int64_t before = 0;
    if (request.by == RevokedBy::card) {
        const std::size_t dot = value.find('.');
        text = value.substr(0, dot);
        if (dot != std::string::npos) before = std::strtoll(value.c_str() + dot + 1, nullptr, 10);
        if (text.empty() || text.size() > 24 || (dot != std::string::npos && (before <= 0 || !fits_an_entry(before))))
            return bad_value("expected rid or rid.seconds: " + value);
    }
    Json entry{{"by", name_of(request.by)},
               {"hash", to_hex(certificate::revocation_entry(TRY(hashed_bytes(request, text))))},
               {"expires", request.expires.ms}};
    if (before != 0) entry["before"] = before;
    return entry;
}

Result<Bytes> dated(const Json& entry, Bytes hash) {
    const std::int64_t before = int_at(entry, "before");
    if (!fits_an_entry(before)) return malformed("before");
    certificate::put_number(hash, static_cast<std::uint64_t>(before), 5);
    return hash;
}

/// Entries of one list by what they stand for and when they end: each such group is a batch.
using Groups = std::map<std::pair<RevokedBy, std::int64_t>, std::vector<Bytes>>;

Result<Groups> groups_of(const Json& list, Instant now) {
    Groups groups;
    for (const Json& entry : at(list, "entries")) {
        const auto by = revoked_by_named(text_at(entry, "by"));
        auto hash = from_hex(text_at(entry, "hash"));
        if (!by || !hash || hash->size() != certificate::kRevocationEntryBytes)
            return malformed("an entry has by and hash");
        const std::int64_t expires = int_at(entry, "expires");
        if (expires != 0 && expires < now.ms) continue;
        const bool is_card = *by == RevokedBy::card;
        groups[{*by, expires}].push_back(is_card ? TRY(dated(entry, std::move(*hash))) : std::move(*hash));
    }
    return groups;
}

Result<RevocationList> list_from_source(const Json& json, Instant now, const RevocationStyle& style) {
    RevocationList list;
    const auto scheme = certificate::scheme_named(text_at(json, "scheme"));
    auto key = certificate::from_base64(text_at(json, "key"));
    if (!scheme || !key) return malformed("a list has scheme and key");
    list.scheme = *scheme;
    list.country = text_at(json, "country");
    list.key = std::move(*key);
    if (list.key.empty() && list.country.size() != 2) return malformed("a list has a key or a state of two letters");
    list.counter = int_at(json, "counter");
    list.as_of = now;
    const std::int64_t fresh_hours = int_at(json, "freshHours", 24);
    if (fresh_hours > kMostFreshHours) return malformed("freshHours");
    list.fresh_until = Instant{now.ms + std::max<std::int64_t>(1, fresh_hours) * kHour};
    const Groups groups = TRY(groups_of(json, now));
    for (const auto& [group, entries] : groups) {
        const auto& [by, expires] = group;
        // A card's entry carries a date, which no filter can hold; serial numbers are few.
        const bool is_exact = by == RevokedBy::serial;
        const RevocationForm form = by == RevokedBy::card ? RevocationForm::dated
                                    : is_exact            ? RevocationForm::exact
                                                          : style.form;
        list.batches.push_back(certificate::batch_of(by, form, entries, Instant{expires}, style.rate));
    }
    return list;
}

/// Takes a list into the set, if what is made of it can be read again: else the whole bundle would be refused when it is sealed, and
/// nobody told by which list.
Result<void> take(RevocationSet& set, RevocationList list) {
    RevocationSet alone;
    alone.lists = {std::move(list)};
    if (!RevocationSet::parse(certificate::to_bytes(alone))) {
        return malformed("the state, the key or a date of the list is none that a list can hold, or its entries are too many");
    }
    certificate::merge_list(set, std::move(alone.lists[0]));
    return {};
}

Result<void> read_own(const Json& json, Instant now, const RevocationStyle& style, RevocationSet& set) {
    for (const Json& list : at(json, "lists")) TRY(take(set, TRY(list_from_source(list, now, style))));
    for (const Json& key : at(json, "withdrawnKeys")) {
        const auto scheme = certificate::scheme_named(text_at(key, "scheme"));
        const auto kid = certificate::from_base64(text_at(key, "kid"));
        if (!scheme || !kid || kid->empty()) return malformed("a withdrawn key has scheme and kid");
        certificate::withdraw_key(set, *scheme, *kid);
    }
    return {};
}

}  // namespace

std::optional<RevokedBy> revoked_by_named(std::string_view name) {
    for (const auto& [by, known] : kNames) {
        if (name == known) return by;
    }
    return std::nullopt;
}

const char* name_of(RevokedBy by) {
    for (const auto& [known, name] : kNames) {
        if (by == known) return name;
    }
    return "uvci";
}

Result<std::size_t> add_revocations(const std::filesystem::path& file, const RevocationRequest& request) {
    Json source = TRY(source_in(file));
    Json& list = list_for(source, request);
    list["freshHours"] = request.fresh_hours;
    std::size_t added = 0;
    for (const std::string& value : request.values) {
        Json entry = TRY(entry_for(request, value));
        Json& entries = list["entries"];
        if (std::find(entries.begin(), entries.end(), entry) != entries.end()) continue;
        entries.push_back(std::move(entry));
        ++added;
    }
    // A verifier that holds the key's newer counter must not pass on an older list.
    if (added > 0 && request.scheme == Scheme::smart_health_card) list["counter"] = int_at(list, "counter") + 1;
    TRY(write_source(file, source));
    return added;
}

Result<void> add_withdrawn_key(const std::filesystem::path& file, Scheme scheme, const Bytes& kid) {
    Json source = TRY(source_in(file));
    const Json key{{"scheme", name_of(scheme)}, {"kid", certificate::to_base64(kid)}};
    Json& keys = source["withdrawnKeys"];
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    return write_source(file, source);
}

Result<std::vector<Bytes>> withdrawn_keys(const std::filesystem::path& file, Scheme scheme) {
    std::vector<Bytes> kids;
    const Json source = TRY(source_in(file));
    for (const Json& key : at(source, "withdrawnKeys")) {
        if (text_at(key, "scheme") == name_of(scheme)) kids.push_back(TRY(certificate::from_base64(text_at(key, "kid"))));
    }
    return kids;
}

Result<RevokedIdentifiers> RevokedIdentifiers::read(const std::filesystem::path& file) {
    RevokedIdentifiers revoked;
    const Json source = TRY(source_in(file));
    for (const Json& list : at(source, "lists")) {
        for (const Json& entry : at(list, "entries")) {
            const auto by = revoked_by_named(text_at(entry, "by"));
            if (by == RevokedBy::uvci || by == RevokedBy::country_uvci) revoked.hashes_.emplace(text_at(entry, "hash"));
            if (by == RevokedBy::serial) revoked.serials_.emplace(text_at(entry, "hash"));
        }
    }
    return revoked;
}

bool RevokedIdentifiers::has(std::string_view country, std::string_view identifier) const {
    const auto hash = [](const std::string& text) { return to_hex(certificate::revocation_entry(octets_of(text))); };
    if (hashes_.empty() || identifier.empty()) return false;
    return hashes_.contains(hash(std::string(identifier))) || hashes_.contains(hash(std::string(country) + std::string(identifier)));
}

bool RevokedIdentifiers::has_serial(std::span<const std::uint8_t> serial) const {
    return serials_.contains(to_hex(certificate::revocation_entry(serial)));
}

Result<void> read_revocations(const std::filesystem::path& file, const std::vector<certificate::Signer>& signers,
                              Instant now, const RevocationStyle& style, RevocationSet& set) {
    auto read = read_revocation_list(TRY(read_file(file)), signers, now, style, set);
    if (!read && read.error().rule == "revocation.source") return malformed(file.string() + ": " + read.error().detail);
    return read;
}

Result<void> read_revocation_list(const std::string& content, const std::vector<certificate::Signer>& signers, Instant now,
                                  const RevocationStyle& style, RevocationSet& set) {
    const auto json = parse_json(content, kListLimits);
    if (!json) return take(set, TRY(list_from_crl(octets_of(content), signers)));
    if (is_own(*json)) return read_own(*json, now, style, set);
    const Instant fresh_until{now.ms + 24 * kHour};
    if (at(*json, "rids").is_array()) return take(set, TRY(certificate::card_list_from_json(*json, now, fresh_until)));
    if (at(*json, "hashType").is_string()) return take(set, TRY(certificate::list_from_eu_batch(*json, now, fresh_until)));
    return malformed("no revocation list that is known");
}

}  // namespace lachan::trust
