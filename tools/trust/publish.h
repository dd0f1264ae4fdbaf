#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "certificate/packed.h"
#include "list_key.h"

/// A folder of published bundles, as the server hands it out under /trust/: bundle-N.bin, delta-M-N.bin from the few
/// bundles before it, and latest.json, which names the newest. latest.json is written last.
namespace lachan::trust {

struct Published {
    std::int64_t number = 0;
    std::size_t bytes = 0;
    /// Bytes of each delta, from the number before downwards.
    std::vector<std::pair<std::int64_t, std::size_t>> deltas;
};

/// How many older bundles can be brought up to date with a delta.
constexpr std::size_t kDeltasKept = 7;

/// Signs and writes. `head` without keys and previous: those follow from `signer` and the folder. Errc::rejected with
/// rule bundle.rollback when the folder holds that number or a newer one.
Result<Published> publish(const std::filesystem::path& folder, certificate::BundleHead head,
                          const std::vector<certificate::Section>& sections, const ListSigner& signer);

/// The file of `number` in `folder`.
std::filesystem::path bundle_file(const std::filesystem::path& folder, std::int64_t number);

/// The number that latest.json names; 0 when there is none.
std::int64_t latest_number(const std::filesystem::path& folder);

/// Reads and proves a bundle with OpenSSL, as a verifier would.
Result<certificate::VerifierBundle> open_bundle(const Bytes& data, const std::vector<Bytes>& pins,
                                                const certificate::VerifierBundle* current = nullptr);

}  // namespace lachan::trust
