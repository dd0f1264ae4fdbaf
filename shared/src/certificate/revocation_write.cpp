#include "certificate/revocation_write.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <set>

#include "certificate/base45.h"
#include "certificate/octets.h"
#include "certificate/revocation_filter.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kRidCharacters = 24;
constexpr std::size_t kThumbprintBytes = 32;
constexpr int kMostRounds = 64;
constexpr std::uint64_t kVersion = 1;
constexpr std::int64_t kLatestSecond = 1'000'000'000'000;

void put_rate(Bytes& out, double rate) {
    const auto single = static_cast<float>(rate);
    std::uint32_t bits = 0;
    static_assert(sizeof bits == sizeof single);
    std::memcpy(&bits, &single, sizeof bits);
    put_number(out, bits, 4);
}

void put_list(Bytes& out, const RevocationList& list) {
    put_varint(out, static_cast<std::uint64_t>(list.scheme));
    put_text(out, list.country);
    put_blob(out, list.key);
    put_varint(out, static_cast<std::uint64_t>(list.counter));
    put_varint(out, static_cast<std::uint64_t>(list.as_of.ms / 1000));
    put_varint(out, static_cast<std::uint64_t>((list.fresh_until.ms - list.as_of.ms) / 1000));
    put_varint(out, list.batches.size());
    for (const RevocationBatch& batch : list.batches) {
        put_varint(out, static_cast<std::uint64_t>(batch.by));
        put_varint(out, static_cast<std::uint64_t>(batch.form));
        put_varint(out, static_cast<std::uint64_t>(batch.expires.ms / 1000));
        put_blob(out, batch.data);
    }
}

Error bad_crl(std::string detail) { return Error{Errc::malformed, "revocation.crl", std::move(detail)}; }
Error bad_batch(const char* detail) { return Error{Errc::malformed, "revocation.batch", detail}; }

/// "rid" or "rid.seconds" as a dated entry.
Result<Bytes> dated_entry(std::string_view text) {
    const std::size_t dot = text.find('.');
    const std::string_view rid = text.substr(0, dot);
    const auto is_base64url = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    if (rid.empty() || rid.size() > kRidCharacters || !std::all_of(rid.begin(), rid.end(), is_base64url))
        return bad_crl("a rid is 1 to 24 characters of base64url");
    std::int64_t before = 0;
    if (dot != std::string_view::npos) {
        const std::string_view digits = text.substr(dot + 1);
        if (digits.empty() || digits.size() > 12) return bad_crl("the time after a rid is in seconds");
        for (const char c : digits) {
            if (c < '0' || c > '9') return bad_crl("the time after a rid is in seconds");
            before = before * 10 + (c - '0');
        }
        if (before == 0 || before > kLatestSecond) return bad_crl("the time after a rid is in seconds");
    }
    Bytes entry = revocation_entry(bytes_of(rid));
    put_number(entry, static_cast<std::uint64_t>(before), 5);
    return entry;
}

Bytes joined(const std::vector<Bytes>& entries) {
    Bytes all;
    for (const Bytes& entry : entries) put_bytes(all, entry);
    return all;
}

void sort_unique(std::vector<Bytes>& entries) {
    std::sort(entries.begin(), entries.end());
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
}

/// Of dated entries for one card, sorted, the one that revokes most: "always", which sorts first, or the latest.
std::vector<Bytes> one_of_each(const std::vector<Bytes>& entries) {
    std::vector<Bytes> kept;
    for (const Bytes& entry : entries) {
        const bool is_new =
            kept.empty() || !std::equal(entry.begin(), entry.begin() + kRevocationEntryBytes, kept.back().begin());
        const Bytes always(kDatedEntryBytes - kRevocationEntryBytes, 0);
        if (is_new) {
            kept.push_back(entry);
        } else if (!std::equal(always.begin(), always.end(), kept.back().begin() + kRevocationEntryBytes)) {
            kept.back() = entry;
        }
    }
    return kept;
}

/// The civil day at the head of a date and time; batches live for months, so that the hour does not matter.
Result<Instant> end_of_day(std::string_view text) {
    const auto day = Day::parse(text.substr(0, 10));
    if (!day) return bad_batch("expires");
    return Instant{(static_cast<std::int64_t>(day->days) + 1) * kMillisecondsPerDay};
}

Result<RevokedBy> kind_named(std::string_view name) {
    if (name == "UCI") return RevokedBy::uvci;
    if (name == "COUNTRYCODEUCI") return RevokedBy::country_uvci;
    if (name == "SIGNATURE") return RevokedBy::signature;
    return bad_batch("hashType");
}

}  // namespace

Bytes to_bytes(const RevocationSet& set) {
    Bytes out;
    put_blob(out, set.withdrawn_keys);
    put_varint(out, set.lists.size());
    for (const RevocationList& list : set.lists) put_list(out, list);
    return out;
}

Bytes bloom_filter_of(const std::vector<Bytes>& entries, double rate) {
    assert(rate > 0 && rate < 1);
    const double count = std::max<double>(1, static_cast<double>(entries.size()));
    const double ln2 = std::log(2.0);
    const auto words = static_cast<std::uint32_t>(std::ceil(-count * std::log(rate) / (ln2 * ln2) / 32));
    const std::uint32_t bits = std::max<std::uint32_t>(1, words) * 32;
    const int rounds = std::clamp(static_cast<int>(std::lround(bits / count * ln2)), 1, kMostRounds);
    Bytes map(bits / 8);
    for (const Bytes& entry : entries) {
        for (int round = 0; round < rounds; ++round) {
            const std::uint32_t index = bloom_index(entry, static_cast<std::uint8_t>(round), bits);
            map[index / 8] = static_cast<std::uint8_t>(map[index / 8] | 0x80 >> index % 8);
        }
    }
    Bytes out;
    put_number(out, kVersion, 2);
    put_number(out, static_cast<std::uint64_t>(rounds), 1);
    put_number(out, 0, 1);
    put_rate(out, rate);
    put_number(out, entries.size(), 4);
    put_number(out, entries.size(), 4);
    put_number(out, bits / 32, 4);
    put_bytes(out, map);
    return out;
}

Bytes partial_hashes_of(const std::vector<Bytes>& entries, double rate) {
    assert(rate > 0 && rate < 1);
    const double count = std::max<double>(1, static_cast<double>(entries.size()));
    const auto wanted = static_cast<int>(std::ceil(std::log2(count / rate) / 8));
    const auto size = static_cast<std::size_t>(std::clamp(wanted, 1, static_cast<int>(kRevocationEntryBytes)));
    std::vector<Bytes> parts;
    for (const Bytes& entry : entries)
        parts.emplace_back(entry.begin(), entry.begin() + static_cast<std::ptrdiff_t>(size));
    sort_unique(parts);
    Bytes out;
    put_number(out, kVersion, 2);
    put_rate(out, rate);
    put_number(out, parts.size(), 4);
    put_number(out, size, 1);
    put_bytes(out, joined(parts));
    return out;
}

RevocationBatch batch_of(RevokedBy by, RevocationForm form, std::vector<Bytes> entries, Instant expires, double rate) {
    sort_unique(entries);
    RevocationBatch batch{by, form, expires, {}};
    switch (form) {
        case RevocationForm::exact: batch.data = joined(entries); break;
        case RevocationForm::dated:
            for (Bytes& entry : entries) entry.resize(kDatedEntryBytes);
            batch.data = joined(one_of_each(entries));
            break;
        case RevocationForm::bloom: batch.data = bloom_filter_of(entries, rate); break;
        case RevocationForm::partial: batch.data = partial_hashes_of(entries, rate); break;
    }
    return batch;
}

void withdraw_key(RevocationSet& set, Scheme scheme, std::span<const std::uint8_t> kid) {
    const std::size_t width = 1 + kRevocationEntryBytes;
    std::vector<Bytes> entries{withdrawn_key_entry(scheme, kid)};
    for (std::size_t at = 0; at + width <= set.withdrawn_keys.size(); at += width) {
        const auto entry = std::span(set.withdrawn_keys).subspan(at, width);
        entries.emplace_back(entry.begin(), entry.end());
    }
    sort_unique(entries);
    set.withdrawn_keys = joined(entries);
}

Result<RevocationList> card_list_from_json(const Json& crl, Instant as_of, Instant fresh_until) {
    if (text_at(crl, "method") != "rid") return bad_crl("method is rid");
    auto kid = from_base64url(text_at(crl, "kid"));
    if (!kid || kid->size() != kThumbprintBytes) return bad_crl("kid is a key's thumbprint");
    const std::int64_t counter = int_at(crl, "ctr");
    if (counter < 1) return bad_crl("ctr is a positive number");
    const Json& rids = at(crl, "rids");
    if (!rids.is_array()) return bad_crl("rids is a list");
    std::vector<Bytes> entries;
    std::set<std::string> seen;
    for (const Json& rid : rids) {
        if (!rid.is_string()) return bad_crl("a rid is text");
        const auto& text = rid.get_ref<const std::string&>();
        entries.push_back(TRY(dated_entry(text)));
        if (!seen.insert(text.substr(0, text.find('.'))).second) return bad_crl("a rid stands twice");
    }
    std::sort(entries.begin(), entries.end());
    RevocationList list{Scheme::smart_health_card, "", std::move(*kid), counter, as_of, fresh_until, {}};
    list.batches.push_back({RevokedBy::card, RevocationForm::dated, Instant{0}, joined(entries)});
    return list;
}

Result<RevocationList> list_from_eu_batch(const Json& batch, Instant as_of, Instant fresh_until) {
    RevocationList list;
    list.as_of = as_of;
    list.fresh_until = fresh_until;
    list.country = text_at(batch, "country");
    if (list.country.size() != 2) return bad_batch("country");
    if (text_at(batch, "kid") != "UNKNOWN_KID") {
        auto kid = from_base64(text_at(batch, "kid"));
        if (!kid || kid->empty()) return bad_batch("kid");
        list.key = std::move(*kid);
    }
    const RevokedBy by = TRY(kind_named(text_at(batch, "hashType")));
    const Instant expires = TRY(end_of_day(text_at(batch, "expires")));
    if (!at(batch, "entries").is_array()) return bad_batch("entries");
    std::vector<Bytes> entries;
    for (const Json& entry : at(batch, "entries")) {
        auto hash = from_base64(text_at(entry, "hash"));
        if (!hash || hash->size() != kRevocationEntryBytes) return bad_batch("an entry is 16 bytes in base64");
        entries.push_back(std::move(*hash));
    }
    list.batches.push_back(batch_of(by, RevocationForm::exact, std::move(entries), expires));
    return list;
}

void merge_list(RevocationSet& set, RevocationList list) {
    const auto same = std::find_if(set.lists.begin(), set.lists.end(), [&list](const RevocationList& other) {
        return other.scheme == list.scheme && other.key == list.key &&
               (!list.key.empty() || other.country == list.country);
    });
    if (same == set.lists.end()) {
        set.lists.push_back(std::move(list));
        return;
    }
    same->counter = std::max(same->counter, list.counter);
    same->as_of = std::min(same->as_of, list.as_of);
    same->fresh_until = std::min(same->fresh_until, list.fresh_until);
    for (RevocationBatch& batch : list.batches) same->batches.push_back(std::move(batch));
}

}  // namespace lachan::certificate
