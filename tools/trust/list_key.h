#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "certificate/packed.h"
#include "signing_key.h"

/// The key that signs bundles, with the chain that leads to it from the key that verifiers were built with. It is a
/// file of whoever publishes, readable by its owner alone, and never lies where a web server could find it.
namespace lachan::trust {

struct ListSigner {
    SigningKey key;
    /// From the pinned key to this one.
    std::vector<certificate::ListKey> chain;
};

/// Makes a P-256 key: `file` (PEM, mode 0600), `file`.chain (JSON) and `file`.pub, the key to pin. With `before` the
/// new key is introduced by that one, and what verifiers pin stays the same. Errc::conflict when `file` exists;
/// Errc::rejected with rule key.place in a folder that is published.
Result<ListSigner> make_list_key(const std::filesystem::path& file, const std::optional<std::filesystem::path>& before);

/// Errc::rejected with rule key.mode when others may read the file.
Result<ListSigner> read_list_key(const std::filesystem::path& file);

/// The keys in files as `make_list_key` writes them: SubjectPublicKeyInfo in base64, one a line.
Result<std::vector<Bytes>> read_pins(const std::filesystem::path& file);

}  // namespace lachan::trust
