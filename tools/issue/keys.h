#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "certificate/bundle.h"
#include "issuing.h"
#include "kernel/result.h"
#include "kernel/time.h"

/// What the keys of a folder are for, which of them are in force, and what was taken back.
namespace lachan::trust {

/// Where a folder keeps what was taken back.
std::filesystem::path revoked_in(const std::string& folder);

/// How many of the values of one scheme were not taken back before. No value: nothing was taken back yet, which is a statement too.
Result<std::size_t> add_to_list(const std::string& folder, certificate::Scheme scheme, std::vector<std::string> values, Instant expires);

/// How many of `identifiers` were not taken back before. `expires` 0: the entries never end.
Result<std::size_t> add_to_revoked(const std::string& folder, const std::vector<std::string>& identifiers, Instant expires);

/// What the authority says of its signers of seals: their certificates by serial number, in hex without leading zeros.
Result<std::size_t> add_to_serials(const std::string& folder, std::vector<std::string> serials);

/// The number of a signer's certificate.
Result<Bytes> serial_of(const std::string& folder, const std::string& name);

/// What the signers of a folder are for.
enum class Signs { certificates, seals, own };

Result<Signs> purpose_of(const std::string& folder, const std::string& name);

/// The signers for `purpose`, withdrawn or not.
Result<std::vector<std::string>> names_for(const std::string& folder, Signs purpose);

/// The signers for `purpose` whose keys are not withdrawn.
Result<std::vector<std::string>> names_in_force(const std::string& folder, Signs purpose);

/// A signer as lists have it.
Result<certificate::Signer> listed_signer(const std::string& folder, const std::string& name);

/// A key to sign with now. Errc::rejected with rule issue.key when it is for something else, withdrawn, or its time is not now.
Result<IssuingKey> key_in_force(const std::string& folder, const std::string& name, Instant now, Signs purpose = Signs::certificates);

}  // namespace lachan::trust
