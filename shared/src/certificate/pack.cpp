// The publisher's side of the packed bundle.

#include "certificate/octets.h"
#include "certificate/packed.h"
#include "certificate/packed_form.h"

namespace lachan::certificate {

Bytes bytes_to_sign(const BundleHead& head, std::span<const Section> sections) {
    Bytes out(kBundleMagic.begin(), kBundleMagic.end());
    put_number(out, kBundleVersion, 1);
    put_varint(out, static_cast<std::uint64_t>(head.number));
    put_varint(out, static_cast<std::uint64_t>(head.previous));
    put_varint(out, static_cast<std::uint64_t>(head.issued_at.ms / 1000));
    put_varint(out, static_cast<std::uint64_t>((head.valid_until.ms - head.issued_at.ms) / 1000));
    put_varint(out, sections.size());
    for (const Section& section : sections) {
        put_text(out, section.name);
        put_text(out, section.media);
        put_text(out, section.version);
        put_varint(out, section.content.size());
        put_bytes(out, sha256(section.content));
    }
    put_varint(out, head.keys.size());
    for (const ListKey& key : head.keys) {
        put_varint(out, static_cast<std::uint64_t>(key.algorithm));
        put_blob(out, key.spki);
        put_blob(out, key.introduction);
    }
    return out;
}

Bytes seal_bundle(const BundleHead& head, std::span<const Section> sections, std::span<const std::uint8_t> signature) {
    Bytes out = bytes_to_sign(head, sections);
    put_blob(out, signature);
    for (const Section& section : sections) put_bytes(out, section.content);
    return out;
}

}  // namespace lachan::certificate
