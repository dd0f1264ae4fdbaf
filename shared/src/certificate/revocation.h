#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "certificate/inspection.h"
#include "kernel/crypto.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// Whether a certificate was taken back, answered offline from lists and filters of hashes: nobody is told who was
/// checked (CERTIFICATES 9, ADR 21).
namespace lachan::certificate {

/// What of a certificate an entry stands for. All entries are the first 16 bytes of a SHA-256.
enum class RevokedBy : std::uint8_t {
    uvci,          ///< the certificate identifier
    country_uvci,  ///< two letters of the state, then the identifier
    signature,     ///< the signature; of an ECDSA one the first half, since the second can be had in two forms
    card,          ///< `rid` of a SMART Health Card
    serial,        ///< serial number of the X.509 certificate that signed, big-endian without leading zeros
    id             ///< `id` of a W3C credential
};
constexpr int kRevokedByCount = 6;

enum class RevocationForm : std::uint8_t {
    exact,    ///< sorted entries of 16 bytes
    dated,    ///< sorted entries of 16 + 5 bytes: revoked when issued before that Unix second; 0 is always
    bloom,    ///< revocation_filter.h; its elements are entries
    partial,  ///< revocation_filter.h; its parts are beginnings of entries
};
constexpr int kRevocationFormCount = 4;

constexpr std::size_t kRevocationEntryBytes = 16;
constexpr std::size_t kDatedEntryBytes = kRevocationEntryBytes + 5;

struct RevocationBatch {
    RevokedBy by = RevokedBy::uvci;
    RevocationForm form = RevocationForm::exact;
    /// From then on it says nothing, online or off. ms 0: it never ends.
    Instant expires;
    Bytes data;

    bool operator==(const RevocationBatch&) const = default;
    bool is_expired(Instant now) const { return expires.ms != 0 && expires < now; }
};

/// All that one source says about one key, or about all keys of a state.
struct RevocationList {
    Scheme scheme = Scheme::hcert;
    /// ISO 3166 alpha-2; asked only when `key` is empty.
    std::string country;
    /// The kid of the signer; for ICAO the identifier of the authority's key that signed the CRL. Empty: every key of
    /// the state.
    Bytes key;
    /// `ctr` of the list of a SMART Health Card key; 0 when there is none.
    std::int64_t counter = 0;
    /// When the source said so, and until when an absence from it may be called a pass.
    Instant as_of;
    Instant fresh_until;
    std::vector<RevocationBatch> batches;

    bool operator==(const RevocationList&) const = default;
};

struct RevocationSet {
    std::vector<RevocationList> lists;
    /// Withdrawn keys: sorted entries of one byte for the scheme and 16 of the SHA-256 of the kid.
    Bytes withdrawn_keys;

    bool operator==(const RevocationSet&) const = default;

    /// Errc::malformed with rule revocation.form or revocation.filter; Errc::rejected with rule size-limit. What is
    /// accepted is written by `to_bytes` with the same bytes.
    static Result<RevocationSet> parse(std::span<const std::uint8_t> data);

    /// Forgets batches whose time is over.
    void drop_expired(Instant now);
    /// The oldest `as_of` and the earliest `fresh_until` of all lists; nullopt when there is none.
    std::optional<Instant> oldest() const;
    std::optional<Instant> stale_after() const;
};

/// What a certificate offers to be looked up by. Fields that its family does not have stay empty.
struct RevocationQuery {
    Scheme scheme = Scheme::hcert;
    Bytes kid;
    /// Of the state that answers for the key, or that the certificate names.
    std::string country;
    std::vector<std::string> uvcis;
    Bytes signature;
    bool is_ecdsa = false;
    std::string rid;
    /// `nbf`: a dated entry for a card revokes those issued before.
    std::optional<Instant> issued_at;
    std::int64_t crl_version = 0;
    /// Of the certificate that signed: its issuer's key and its number.
    Bytes authority_key;
    Bytes serial;
    std::string id;
};

/// The revocation axis. pass: a list for that key or state is there and fresh, and does not name the certificate.
/// fail: `revoked` or `revoked-key`, however old the list that says so. not_checked: `revoked-possibly` when only a
/// filter says so, which may err; `list-stale`; `list-missing`. Never green on absence alone. Pure and total.
Axis revocation_of(const RevocationQuery& query, const RevocationSet* set, Instant now);

/// The entry for a text or bytes.
Bytes revocation_entry(std::span<const std::uint8_t> data);

/// What stands in `withdrawn_keys` for a kid.
Bytes withdrawn_key_entry(Scheme scheme, std::span<const std::uint8_t> kid);

}  // namespace lachan::certificate
