#include "certificate/delta.h"

#include <algorithm>

#include "certificate/delta_form.h"
#include "certificate/octets.h"
#include "certificate/packed.h"

namespace lachan::certificate {
namespace {

Error malformed(const char* rule, const char* detail) { return Error{Errc::malformed, rule, detail}; }

bool is_hash_of(std::span<const std::uint8_t> hash, std::span<const std::uint8_t> data) {
    const Sha256 found = sha256(data);
    return std::equal(hash.begin(), hash.end(), found.begin(), found.end());
}

}  // namespace

Result<Bytes> apply_delta(std::span<const std::uint8_t> base, std::span<const std::uint8_t> delta) {
    OctetReader reader(delta);
    const auto magic = reader.take(kDeltaMagic.size());
    const bool is_known = std::equal(magic.begin(), magic.end(), kDeltaMagic.begin(), kDeltaMagic.end()) &&
                          reader.number(1) == kDeltaVersion;
    const auto base_hash = reader.take(32);
    const auto target_hash = reader.take(32);
    const std::uint64_t size = reader.varint();
    if (!is_known || !reader.ok()) return malformed("delta.form", "not a delta of version 1");
    if (size > kPackedBytes) return Error{Errc::rejected, "size-limit", "the bundle is too long"};
    if (!is_hash_of(base_hash, base)) return Error{Errc::conflict, "delta.base", "made for another bundle"};
    Bytes target;
    std::uint64_t source = 0;
    while (!reader.at_end()) {
        const std::uint64_t step = reader.varint();
        const std::uint64_t length = step >> 1;
        if (!reader.ok() || length < 1 || length > size - target.size())
            return malformed("delta.form", "a step too long");
        if ((step & 1) == 0) {
            put_bytes(target, reader.take(static_cast<std::size_t>(length)));
        } else {
            const std::uint64_t distance = reader.varint();
            source += (distance >> 1) ^ (0 - (distance & 1));
            if (!reader.ok() || source > base.size() || length > base.size() - source)
                return malformed("delta.form", "a copy from beyond the base");
            put_bytes(target, base.subspan(static_cast<std::size_t>(source), static_cast<std::size_t>(length)));
            source += length;
        }
        if (!reader.ok()) return malformed("delta.form", "cut off");
    }
    if (target.size() != size || !is_hash_of(target_hash, target))
        return malformed("delta.hash", "makes another bundle");
    return target;
}

}  // namespace lachan::certificate
