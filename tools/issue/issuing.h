#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authority.h"
#include "certificate/own_wire.h"
#include "certificate/strict.h"
#include "kernel/result.h"

/// The folder of an issuer, and what is made with it:
///     authority.pem authority.key         signers/NAME.pem signers/NAME.key (keys: mode 0600)
///                                         sites/NAME.pem sites/NAME.key, the same of vaccination sites
namespace lachan::trust {

/// A document signer with its key, as the folder keeps it.
struct IssuingKey {
    Identity identity;
    certificate::Signer signer;
};

Result<Identity> read_authority(const std::filesystem::path& folder);
Result<IssuingKey> read_signer(const std::filesystem::path& folder, const std::string& name);
/// The certificates alone, in DER: for lists no private key is needed, and it may lie elsewhere.
Result<Bytes> authority_certificate(const std::filesystem::path& folder);
Result<Bytes> signer_certificate(const std::filesystem::path& folder, const std::string& name);
/// Names of all signers, sorted. Errc::unavailable when the folder is there and cannot be listed.
Result<std::vector<std::string>> signer_names(const std::filesystem::path& folder);

/// The same of the keys of vaccination sites: nothing is said yet of what their certificates are worth.
Result<Bytes> site_certificate(const std::filesystem::path& folder, const std::string& name);
Result<Identity> read_site(const std::filesystem::path& folder, const std::string& name);
Result<std::vector<std::string>> site_names(const std::filesystem::path& folder);

/// Errc::conflict when it is there already: a key is never overwritten.
Result<void> keep_authority(const std::filesystem::path& folder, const Identity& authority);
Result<void> keep_signer(const std::filesystem::path& folder, const std::string& name, const Identity& signer);
Result<void> keep_site(const std::filesystem::path& folder, const std::string& name, const Identity& site);

/// A code that was signed, and what it holds that was not looked up in a list: columns with words.
struct Issued {
    std::string text;
    Json unlisted = Json::object();
};

/// The text of the code for `draft`. It is checked strictly, signed, read again and judged; what a verifier would refuse does not leave.
/// Errc::rejected with the first broken rule, `detail` naming all columns; Errc::conflict when the reading path says no.
Result<Issued> issue(const certificate::Draft& draft, const SigningKey& key, const certificate::Signer& signer, Instant now,
                     certificate::NewCodes codes = certificate::NewCodes::refused);

/// The same for the WHO's form of an event (certificate/issue_ddcc.h), whose content was checked when it was made.
Result<std::string> issue_ddcc(const certificate::Draft& draft, certificate::Event event, const SigningKey& key, const certificate::Signer& signer,
                               Instant now);

/// The text of one of our own codes for `words` (certificate/issue_own.h): signed, read again and judged. What it says of a test counts
/// for whoever reads it, not for whether it may be issued. Errc::rejected with rule issue.time or issue.size; Errc::conflict when the
/// reading path says no.
Result<std::string> issue_own(const Json& words, certificate::OwnClaims claims, const IssuingKey& key, Instant now);

/// The text of the code of a place, signed, read again and judged.
Result<std::string> issue_place(std::string_view host, std::string_view id, const IssuingKey& key, Instant now);

/// The text of a seal for `data` (certificate/issue_seal.h), signed, read again and judged under `authority`. Errc::conflict when the
/// reading path says no.
Result<std::string> issue_seal(const Json& data, const Identity& signer, const Bytes& authority, Instant now);

/// Whether a signer's certificate is for seals alone: it makes no certificates and no cards, and is trusted through its authority.
Result<bool> signs_seals(const Bytes& certificate);

/// The text of a signed draft without any check, for what must be refused.
Result<std::string> seal_unchecked(const certificate::Draft& draft, const SigningKey& key);

/// Rows of a table: CSV with a head line (kernel/csv.h), JSON Lines, or one JSON object. What is in the head of a CSV must be one of
/// `columns`, and once, also where no row fills it. Errc::malformed names the line, Errc::rejected with rule issue.field the column.
Result<std::vector<Json>> read_rows(const std::string& text, const std::vector<std::string_view>& columns);

}  // namespace lachan::trust
