#include "certificate/packed.h"

#include <algorithm>
#include <array>

#include "certificate/octets.h"
#include "certificate/packed_form.h"
#include "certificate/packed_signers.h"

namespace lachan::certificate {
namespace {

constexpr std::uint64_t kMostSections = 32;
constexpr std::uint64_t kMostKeys = 16;
constexpr std::size_t kMostTextBytes = 64;
constexpr std::size_t kMostSpkiBytes = 2048;
constexpr std::size_t kMostSignatureBytes = 1024;
constexpr std::uint64_t kLatestSecond = 100'000'000'000;
constexpr std::uint64_t kAlgorithms = 6;

Error malformed(const char* detail) { return Error{Errc::malformed, "bundle.form", detail}; }
Error rejected(const char* rule, const char* detail) { return Error{Errc::rejected, rule, detail}; }

/// A section as the head announces it.
struct Announced {
    Section section;
    std::size_t size = 0;
    std::span<const std::uint8_t> hash;
};

struct Parts {
    BundleHead head;
    std::vector<Announced> announced;
    std::span<const std::uint8_t> signed_bytes;
    Bytes signature;
};

Bytes copy(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

Announced read_announced(OctetReader& reader) {
    Announced announced;
    announced.section.name = reader.text(kMostTextBytes);
    announced.section.media = reader.text(kMostTextBytes);
    announced.section.version = reader.text(kMostTextBytes);
    announced.size = static_cast<std::size_t>(reader.varint(kPackedBytes));
    announced.hash = reader.take(32);
    return announced;
}

ListKey read_key(OctetReader& reader) {
    ListKey key;
    key.algorithm = static_cast<Algorithm>(reader.varint(kAlgorithms - 1));
    key.spki = copy(reader.blob(kMostSpkiBytes));
    key.introduction = copy(reader.blob(kMostSignatureBytes));
    return key;
}

/// The head up to the signature; `reader` then stands at the contents.
Result<Parts> read_parts(OctetReader& reader, std::span<const std::uint8_t> data) {
    const auto magic = reader.take(4);
    if (!std::equal(magic.begin(), magic.end(), kBundleMagic.begin(), kBundleMagic.end()))
        return malformed("not a bundle");
    // The version is asked first: what else a newer bundle holds is not for us to judge.
    if (reader.number(1) != kBundleVersion) return Error{Errc::malformed, "bundle.version", "not version 1"};
    Parts parts;
    parts.head.number = static_cast<std::int64_t>(reader.varint());
    parts.head.previous = static_cast<std::int64_t>(reader.varint());
    const std::uint64_t issued = reader.varint(kLatestSecond);
    parts.head.issued_at = Instant{static_cast<std::int64_t>(issued) * 1000};
    parts.head.valid_until = Instant{static_cast<std::int64_t>(issued + reader.varint(kLatestSecond)) * 1000};
    const std::uint64_t sections = reader.varint(kMostSections);
    for (std::uint64_t i = 0; i < sections && reader.ok(); ++i) parts.announced.push_back(read_announced(reader));
    const std::uint64_t keys = reader.varint(kMostKeys);
    for (std::uint64_t i = 0; i < keys && reader.ok(); ++i) parts.head.keys.push_back(read_key(reader));
    parts.signed_bytes = data.first(data.size() - reader.left());
    parts.signature = copy(reader.blob(kMostSignatureBytes));
    if (!reader.ok()) return malformed("cut off");
    if (parts.head.keys.empty() || !parts.head.keys[0].introduction.empty()) return malformed("the chain of keys");
    return parts;
}

Result<std::vector<Section>> read_sections(OctetReader& reader, std::vector<Announced>& announced) {
    std::vector<Section> sections;
    for (Announced& each : announced) {
        const auto content = reader.take(each.size);
        if (!reader.ok()) return malformed("cut off");
        const Sha256 hash = sha256(content);
        if (!std::equal(hash.begin(), hash.end(), each.hash.begin(), each.hash.end()))
            return Error{Errc::malformed, "bundle.hash", each.section.name};
        const bool is_doubled = std::any_of(sections.begin(), sections.end(),
                                            [&each](const Section& other) { return other.name == each.section.name; });
        if (is_doubled) return malformed("a section stands twice");
        each.section.content = copy(content);
        sections.push_back(std::move(each.section));
    }
    if (!reader.at_end()) return malformed("bytes follow the last section");
    return sections;
}

SignatureCheck check_with(const ListKey& key, std::span<const std::uint8_t> signed_bytes, const Bytes& signature) {
    const Sha256 hash = sha256(key.spki);
    return {Purpose::content, key.algorithm,      key.algorithm, Bytes(hash.begin(), hash.begin() + 8),
            key.spki,         copy(signed_bytes), signature};
}

std::vector<SignatureCheck> checks_of(const Parts& parts) {
    const auto& keys = parts.head.keys;
    std::vector<SignatureCheck> checks;
    for (std::size_t i = 1; i < keys.size(); ++i)
        checks.push_back(check_with(keys[i - 1], introduction_of(keys[i].spki), keys[i].introduction));
    checks.push_back(check_with(keys.back(), parts.signed_bytes, parts.signature));
    return checks;
}

/// Numbers and keys only go forward: whoever holds a key that was replaced can publish nothing more here.
Result<void> check_succession(const BundleHead& head, const Sha256& hash, const VerifierBundle* current) {
    if (current == nullptr) return {};
    if (head.number < current->head.number) return rejected("bundle.rollback", "older than the bundle in use");
    if (head.number == current->head.number && hash != current->hash)
        return rejected("bundle.conflict", "the number of the bundle in use, but other content");
    const Bytes& last = current->head.keys.back().spki;
    const bool goes_on =
        std::any_of(head.keys.begin(), head.keys.end(), [&last](const ListKey& key) { return key.spki == last; });
    return goes_on ? Result<void>() : rejected("bundle.key", "signed by a key that was replaced");
}

}  // namespace

const Section* VerifierBundle::section(std::string_view name) const {
    const auto found =
        std::find_if(sections.begin(), sections.end(), [name](const Section& each) { return each.name == name; });
    return found == sections.end() ? nullptr : &*found;
}

Bytes introduction_of(std::span<const std::uint8_t> spki) {
    Bytes out;
    put_text(out, "lachan list key 1");
    put_bytes(out, spki);
    return out;
}

Result<BundleInspection> inspect_bundle(std::span<const std::uint8_t> data, std::span<const Bytes> pinned) {
    if (data.size() > kPackedBytes) return rejected("size-limit", "the bundle is too long");
    OctetReader reader(data);
    Parts parts = TRY(read_parts(reader, data));
    const Bytes& first = parts.head.keys[0].spki;
    if (std::find(pinned.begin(), pinned.end(), first) == pinned.end())
        return rejected("bundle.key", "signed by a key that this verifier does not know");
    BundleInspection inspection;
    inspection.sections = TRY(read_sections(reader, parts.announced));
    inspection.checks = checks_of(parts);
    inspection.head = std::move(parts.head);
    return inspection;
}

Result<VerifierBundle> accept_bundle(std::span<const std::uint8_t> data, std::span<const Answer> answers,
                                     std::span<const Bytes> pinned, const VerifierBundle* current) {
    BundleInspection inspection = TRY(inspect_bundle(data, pinned));
    const bool is_proven =
        answers.size() == inspection.checks.size() &&
        std::all_of(answers.begin(), answers.end(), [](Answer answer) { return answer == Answer::valid; });
    if (!is_proven) return rejected("bundle.signature", "a signature does not hold or could not be checked");
    VerifierBundle bundle;
    bundle.hash = sha256(data);
    TRY(check_succession(inspection.head, bundle.hash, current));
    bool has_signers = false;
    for (Section& section : inspection.sections) {
        if (section.name == kSignersSection) {
            bundle.trust.signers = TRY(read_signers(section.content));
            has_signers = true;
        } else if (section.name == kRevocationSection) {
            bundle.revocation = TRY(RevocationSet::parse(section.content));
        } else {
            bundle.sections.push_back(std::move(section));
        }
    }
    if (!has_signers) return Error{Errc::malformed, "bundle.signers", "a bundle without signers"};
    bundle.head = std::move(inspection.head);
    bundle.trust.number = bundle.head.number;
    bundle.trust.issued_at = bundle.head.issued_at;
    bundle.trust.valid_until = bundle.head.valid_until;
    return bundle;
}

}  // namespace lachan::certificate
