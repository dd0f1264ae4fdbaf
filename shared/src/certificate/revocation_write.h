#pragma once

#include <string_view>
#include <vector>

#include "certificate/revocation.h"
#include "kernel/json.h"

/// The issuer's side of revocation: lists and filters made from identifiers. Verifiers need none of it.
namespace lachan::certificate {

Bytes to_bytes(const RevocationSet& set);

/// A Bloom filter that holds `entries` with at most about `rate` false hits among strangers, 0 < rate < 1.
Bytes bloom_filter_of(const std::vector<Bytes>& entries, double rate);

/// The shortest beginnings of `entries` with at most `rate` false hits among strangers, 0 < rate < 1.
Bytes partial_hashes_of(const std::vector<Bytes>& entries, double rate);

/// Entries sorted, doubles dropped. The form chooses what is written; `dated` gives each the date "always".
RevocationBatch batch_of(RevokedBy by, RevocationForm form, std::vector<Bytes> entries, Instant expires,
                         double rate = 1e-6);

/// Takes keys back: adds to those of `set`.
void withdraw_key(RevocationSet& set, Scheme scheme, std::span<const std::uint8_t> kid);

/// The revocation list of a SMART Health Card key as its issuer publishes it: {"kid","method":"rid","ctr","rids"}.
/// Errc::malformed with rule revocation.crl: another method, a rid that is no base64url of at most 24 characters, one
/// that stands twice. Several versions of a list are told apart by their counter.
Result<RevocationList> card_list_from_json(const Json& crl, Instant as_of, Instant fresh_until);

/// A batch of the EU gateway: {"country","expires","kid","hashType","entries":[{"hash"}]}, kid UNKNOWN_KID for all keys
/// of the state. Errc::malformed with rule revocation.batch.
Result<RevocationList> list_from_eu_batch(const Json& batch, Instant as_of, Instant fresh_until);

/// Joins lists for the same key or state: batches of both, and of the dates the earlier.
void merge_list(RevocationSet& set, RevocationList list);

}  // namespace lachan::certificate
