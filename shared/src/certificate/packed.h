#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/bundle.h"
#include "certificate/inspection.h"
#include "certificate/revocation.h"
#include "certificate/verdict.h"

/// The bundle that verifiers carry offline: keys, revocation, rules and texts, packed and signed as one file, each part
/// under a hash that the signature covers (ADR 21).
namespace lachan::certificate {

/// One part of a bundle. "signers" and "revocation" are read here; the others (rules, value sets, texts) are bytes for
/// whoever knows their media type.
struct Section {
    std::string name;
    std::string media;
    std::string version;
    Bytes content;

    bool operator==(const Section&) const = default;
};

constexpr const char* kSignersSection = "signers";
constexpr const char* kRevocationSection = "revocation";

/// A key that signs bundles. The first of a chain is pinned by whoever built the verifier; each further one was
/// introduced by the key before it, so that a new key reaches verifiers that missed the list in which it was new.
struct ListKey {
    Algorithm algorithm = Algorithm::es256;
    Bytes spki;
    /// Of the key before over `introduction_of`; empty in the first.
    Bytes introduction;

    bool operator==(const ListKey&) const = default;
};

/// What the signature covers besides the hashes of the sections.
struct BundleHead {
    std::int64_t number = 0;
    /// The number of the list before, 0 when there is none.
    std::int64_t previous = 0;
    Instant issued_at;
    Instant valid_until;
    std::vector<ListKey> keys;
};

/// A bundle taken apart, nothing believed yet: all checks must hold.
struct BundleInspection {
    BundleHead head;
    std::vector<Section> sections;
    std::vector<SignatureCheck> checks;
};

/// What was proven and may be judged with.
struct VerifierBundle {
    BundleHead head;
    TrustBundle trust;
    std::optional<RevocationSet> revocation;
    /// All sections but those two, in their order.
    std::vector<Section> sections;
    /// SHA-256 of the whole file.
    Sha256 hash{};

    const Section* section(std::string_view name) const;
};

/// The most bytes of a bundle: in base64 it still fits one request to the core.
constexpr std::size_t kPackedBytes = 5 * 1024 * 1024;

/// The bytes that a list key signs to introduce the next one.
Bytes introduction_of(std::span<const std::uint8_t> spki);

/// Takes a bundle apart and lists the signatures to check. `pinned` are the keys (SubjectPublicKeyInfo) that this
/// verifier was built with. Errc::malformed with rule bundle.form, bundle.version or bundle.hash; Errc::rejected with
/// rule size-limit or bundle.key when its chain of keys begins with none of `pinned`.
Result<BundleInspection> inspect_bundle(std::span<const std::uint8_t> data, std::span<const Bytes> pinned);

/// Takes a bundle into use, when every check of its inspection was answered `valid` and it goes on from `current`,
/// which may be null. One that is over its time is taken, and judged with as stale. Errc::rejected: bundle.signature,
/// bundle.rollback (an older number), bundle.conflict (the same number, other content), bundle.key (signed by a key
/// that was replaced). Errc::malformed as above, bundle.signers or revocation.*: nothing of such a bundle is used.
Result<VerifierBundle> accept_bundle(std::span<const std::uint8_t> data, std::span<const Answer> answers,
                                     std::span<const Bytes> pinned, const VerifierBundle* current);

/// The publisher's side: the bytes to sign with the last key of the chain, and the whole file.
Bytes bytes_to_sign(const BundleHead& head, std::span<const Section> sections);
Bytes seal_bundle(const BundleHead& head, std::span<const Section> sections, std::span<const std::uint8_t> signature);

}  // namespace lachan::certificate
