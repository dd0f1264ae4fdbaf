#include "certificate/revocation.h"

#include <algorithm>
#include <array>

#include "certificate/octets.h"
#include "certificate/revocation_filter.h"

namespace lachan::certificate {
namespace {

constexpr std::uint64_t kMostLists = 8192;
constexpr std::uint64_t kMostBatches = 65'536;
constexpr std::size_t kMostKeyBytes = 512;
constexpr std::size_t kSetBytes = 5 * 1024 * 1024;
constexpr std::uint64_t kLatestSecond = 100'000'000'000;
constexpr std::size_t kWithdrawnKeyBytes = 1 + kRevocationEntryBytes;
constexpr int kSchemeCount = 5;

Error malformed(const char* detail) { return Error{Errc::malformed, "revocation.form", detail}; }

Instant second(std::uint64_t seconds) { return Instant{static_cast<std::int64_t>(seconds) * 1000}; }

Result<void> check_data(const RevocationBatch& batch) {
    switch (batch.form) {
        case RevocationForm::exact:
            if (is_sorted_row(batch.data, kRevocationEntryBytes, kRevocationEntryBytes)) return {};
            return malformed("entries out of order");
        case RevocationForm::dated:
            if (is_sorted_row(batch.data, kDatedEntryBytes, kRevocationEntryBytes)) return {};
            return malformed("entries out of order");
        case RevocationForm::bloom: TRY(BloomFilter::read(batch.data)); return {};
        case RevocationForm::partial: {
            const auto filter = TRY(PartialHashes::read(batch.data));
            // A part longer than an entry would never be found.
            if (filter.is_sorted() && filter.size() <= kRevocationEntryBytes) return {};
            return malformed("parts of a filter");
        }
    }
    return malformed("form of batch");
}

Result<RevocationBatch> read_batch(OctetReader& reader) {
    RevocationBatch batch;
    batch.by = static_cast<RevokedBy>(reader.varint(kRevokedByCount - 1));
    batch.form = static_cast<RevocationForm>(reader.varint(kRevocationFormCount - 1));
    batch.expires = second(reader.varint(kLatestSecond));
    const auto data = reader.blob(kSetBytes);
    batch.data.assign(data.begin(), data.end());
    if (!reader.ok()) return malformed("a batch is cut off");
    TRY(check_data(batch));
    return batch;
}

Result<RevocationList> read_list(OctetReader& reader) {
    RevocationList list;
    list.scheme = static_cast<Scheme>(reader.varint(kSchemeCount - 1));
    list.country = reader.text(2);
    const auto key = reader.blob(kMostKeyBytes);
    list.key.assign(key.begin(), key.end());
    list.counter = static_cast<std::int64_t>(reader.varint());
    const std::uint64_t as_of = reader.varint(kLatestSecond);
    list.as_of = second(as_of);
    list.fresh_until = second(as_of + reader.varint(kLatestSecond));
    const std::uint64_t count = reader.varint(kMostBatches);
    if (!reader.ok()) return malformed("a list is cut off");
    if (list.key.empty() && list.country.empty()) return malformed("a list for neither a key nor a state");
    for (std::uint64_t i = 0; i < count; ++i) list.batches.push_back(TRY(read_batch(reader)));
    return list;
}

using Entries = std::array<std::vector<Bytes>, kRevokedByCount>;

/// The identifier, and what it is without its checksum.
std::vector<std::string> spellings_of(const std::string& uvci) {
    std::vector<std::string> all{uvci};
    const std::size_t mark = uvci.rfind('#');
    if (mark != std::string::npos) all.push_back(uvci.substr(0, mark));
    return all;
}

std::span<const std::uint8_t> signed_part(const RevocationQuery& query) {
    const std::span<const std::uint8_t> signature = query.signature;
    return query.is_ecdsa ? signature.first(signature.size() / 2) : signature;
}

/// Everything the certificate may be found under, by the kind of entry.
Entries entries_of(const RevocationQuery& query) {
    Entries entries;
    const auto add = [&entries](RevokedBy by, std::span<const std::uint8_t> data) {
        if (!data.empty()) entries[static_cast<std::size_t>(by)].push_back(revocation_entry(data));
    };
    for (const std::string& uvci : query.uvcis) {
        for (const std::string& spelling : spellings_of(uvci)) {
            add(RevokedBy::uvci, bytes_of(spelling));
            if (!query.country.empty()) add(RevokedBy::country_uvci, bytes_of(query.country + spelling));
        }
    }
    add(RevokedBy::signature, signed_part(query));
    add(RevokedBy::card, bytes_of(query.rid));
    add(RevokedBy::serial, query.serial);
    add(RevokedBy::id, bytes_of(query.id));
    return entries;
}

bool applies(const RevocationList& list, const RevocationQuery& query) {
    if (list.scheme != query.scheme) return false;
    if (list.key.empty()) return list.country == query.country;
    return list.key == (query.scheme == Scheme::icao_vds ? query.authority_key : query.kid);
}

bool is_fresh(const RevocationList& list, const RevocationQuery& query, Instant now) {
    // The key says which list is the newest; another one may lack what was revoked since.
    const bool is_of_key = query.crl_version == 0 || query.crl_version == list.counter;
    return is_of_key && now <= list.fresh_until;
}

bool is_dated_hit(const Bytes& data, const Bytes& entry, const std::optional<Instant>& issued_at) {
    const auto found = find_entry(data, kDatedEntryBytes, entry);
    if (!found) return false;
    OctetReader reader({data.data() + *found * kDatedEntryBytes + kRevocationEntryBytes, 5});
    const std::uint64_t before = reader.number(5);
    return before == 0 || !issued_at || *issued_at < second(before);
}

/// Whether a batch names one of the entries, as far as its form can tell.
bool names(const RevocationBatch& batch, const Entries& entries, const RevocationQuery& query) {
    const auto& asked = entries[static_cast<std::size_t>(batch.by)];
    return std::any_of(asked.begin(), asked.end(), [&](const Bytes& entry) {
        switch (batch.form) {
            case RevocationForm::exact: return find_entry(batch.data, kRevocationEntryBytes, entry).has_value();
            case RevocationForm::dated: return is_dated_hit(batch.data, entry, query.issued_at);
            case RevocationForm::bloom: {
                const auto filter = BloomFilter::read(batch.data);
                return filter && filter->may_contain(entry);
            }
            case RevocationForm::partial: {
                const auto filter = PartialHashes::read(batch.data);
                return filter && filter->may_contain(entry);
            }
        }
        return false;
    });
}

bool is_filter(const RevocationBatch& batch) {
    return batch.form == RevocationForm::bloom || batch.form == RevocationForm::partial;
}

Axis not_checked(const char* reason) { return Axis{State::not_checked, {reason}}; }
Axis fail(const char* reason) { return Axis{State::fail, {reason}}; }

}  // namespace

Bytes revocation_entry(std::span<const std::uint8_t> data) {
    const Sha256 hash = sha256(data);
    return {hash.begin(), hash.begin() + kRevocationEntryBytes};
}

Bytes withdrawn_key_entry(Scheme scheme, std::span<const std::uint8_t> kid) {
    Bytes entry{static_cast<std::uint8_t>(scheme)};
    put_bytes(entry, revocation_entry(kid));
    return entry;
}

Result<RevocationSet> RevocationSet::parse(std::span<const std::uint8_t> data) {
    if (data.size() > kSetBytes) return Error{Errc::rejected, "size-limit", "the revocation section is too long"};
    OctetReader reader(data);
    RevocationSet set;
    const auto keys = reader.blob(kSetBytes);
    set.withdrawn_keys.assign(keys.begin(), keys.end());
    const std::uint64_t count = reader.varint(kMostLists);
    if (!reader.ok()) return malformed("cut off");
    if (!is_sorted_row(set.withdrawn_keys, kWithdrawnKeyBytes, kWithdrawnKeyBytes))
        return malformed("keys out of order");
    for (std::uint64_t i = 0; i < count; ++i) set.lists.push_back(TRY(read_list(reader)));
    if (!reader.at_end()) return malformed("bytes follow the last list");
    return set;
}

void RevocationSet::drop_expired(Instant now) {
    for (RevocationList& list : lists) {
        std::erase_if(list.batches, [now](const RevocationBatch& batch) { return batch.is_expired(now); });
    }
}

std::optional<Instant> RevocationSet::oldest() const {
    std::optional<Instant> oldest;
    for (const RevocationList& list : lists) {
        if (!oldest || list.as_of < *oldest) oldest = list.as_of;
    }
    return oldest;
}

std::optional<Instant> RevocationSet::stale_after() const {
    std::optional<Instant> earliest;
    for (const RevocationList& list : lists) {
        if (!earliest || list.fresh_until < *earliest) earliest = list.fresh_until;
    }
    return earliest;
}

Axis revocation_of(const RevocationQuery& query, const RevocationSet* set, Instant now) {
    if (set == nullptr) return not_checked("list-missing");
    if (find_entry(set->withdrawn_keys, kWithdrawnKeyBytes, withdrawn_key_entry(query.scheme, query.kid)))
        return fail("revoked-key");
    const Entries entries = entries_of(query);
    bool is_listed = false;
    bool is_stale = false;
    bool is_possible = false;
    for (const RevocationList& list : set->lists) {
        if (!applies(list, query)) continue;
        is_listed = true;
        is_stale = is_stale || !is_fresh(list, query, now);
        for (const RevocationBatch& batch : list.batches) {
            if (batch.is_expired(now) || !names(batch, entries, query)) continue;
            if (is_filter(batch)) {
                is_possible = true;
            } else {
                return fail(batch.by == RevokedBy::serial ? "revoked-key" : "revoked");
            }
        }
    }
    if (is_possible) return not_checked("revoked-possibly");
    if (!is_listed) return not_checked("list-missing");
    return is_stale ? not_checked("list-stale") : Axis{State::pass, {}};
}

}  // namespace lachan::certificate
