#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/bundle.h"
#include "certificate/revocation_write.h"
#include "kernel/json.h"

/// Where revocations come from when a bundle is built. Our own source file keeps hashes, never identifiers: it may be
/// shown to anybody without telling whose certificate was taken back.
namespace lachan::trust {

/// How lists of our own source are written.
struct RevocationStyle {
    certificate::RevocationForm form = certificate::RevocationForm::exact;
    /// False hits among strangers, for the two filters.
    double rate = 1e-6;
};

/// What `lachan-trust revoke` was asked to add.
struct RevocationRequest {
    certificate::Scheme scheme = certificate::Scheme::hcert;
    std::string country;
    Bytes key;
    certificate::RevokedBy by = certificate::RevokedBy::uvci;
    /// ms 0: never.
    Instant expires;
    std::int64_t fresh_hours = 24;
    /// Identifiers; signatures and serial numbers in hex; for cards "rid" or "rid.seconds". An identifier that stands
    /// for itself and its state (`country_uvci`) is given without the state.
    std::vector<std::string> values;
};

std::optional<certificate::RevokedBy> revoked_by_named(std::string_view name);
const char* name_of(certificate::RevokedBy by);

/// Adds to the source file, which is made when absent. The number of entries that were new. An empty list of values
/// makes an empty list: "nothing of ours is revoked" is a statement too. Errc::malformed with rule revocation.value.
Result<std::size_t> add_revocations(const std::filesystem::path& file, const RevocationRequest& request);
/// Withdraws a key in the source file.
Result<void> add_withdrawn_key(const std::filesystem::path& file, certificate::Scheme scheme, const Bytes& kid);

/// The kids that the source file withdraws; none when it is absent.
Result<std::vector<Bytes>> withdrawn_keys(const std::filesystem::path& file, certificate::Scheme scheme);

/// The identifiers that a source file takes back: it keeps hashes, so that one can be asked for and none listed.
class RevokedIdentifiers {
public:
    /// None when the file is absent.
    static Result<RevokedIdentifiers> read(const std::filesystem::path& file);

    /// Whether `identifier` of `country` was taken back by itself or with its state.
    bool has(std::string_view country, std::string_view identifier) const;

    /// Whether the certificate with this number was taken back, whose authority is the one of the file.
    bool has_serial(std::span<const std::uint8_t> serial) const;

private:
    std::set<std::string, std::less<>> hashes_;
    std::set<std::string, std::less<>> serials_;
};

/// Adds what `file` says to `set`: our own source, a card list or a batch of the EU gateway in JSON, or an X.509 CRL,
/// which must be signed by an authority among `signers`. Batches that expired before `now` are left out.
/// Errc::malformed with rule revocation.source, revocation.crl or revocation.batch; Errc::rejected with rule
/// revocation.signature.
Result<void> read_revocations(const std::filesystem::path& file, const std::vector<certificate::Signer>& signers,
                              Instant now, const RevocationStyle& style, certificate::RevocationSet& set);

/// The same for what the file holds.
Result<void> read_revocation_list(const std::string& content, const std::vector<certificate::Signer>& signers, Instant now,
                                  const RevocationStyle& style, certificate::RevocationSet& set);

}  // namespace lachan::trust
