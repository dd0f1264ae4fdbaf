#include "certificate/revocation_filter.h"

#include <algorithm>

#include "certificate/octets.h"

namespace lachan::certificate {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kHashSha256 = 0;
constexpr std::size_t kMostRounds = 64;
constexpr std::size_t kHashBytes = 32;
/// 8 MiB: more than a bundle may hold.
constexpr std::size_t kMostWords = 2 * 1024 * 1024;

Error not_a_filter(const char* detail) { return Error{Errc::malformed, "revocation.filter", detail}; }

std::uint32_t remainder(std::span<const std::uint8_t> number, std::uint32_t divisor) {
    std::uint64_t rest = 0;
    for (const std::uint8_t byte : number) rest = (rest << 8 | byte) % divisor;
    return static_cast<std::uint32_t>(rest);
}

}  // namespace

std::uint32_t bloom_index(std::span<const std::uint8_t> element, std::uint8_t round, std::uint32_t bits) {
    Bytes input(element.begin(), element.end());
    input.push_back(round);
    const Sha256 hash = sha256(input);
    std::uint64_t index = remainder(hash, bits);
    if ((hash[0] & 0x80) != 0) {
        // Negative in two's complement: the value is 2^256 less, and the modulo is that of mathematics, never negative.
        std::uint64_t power = 1;
        for (int i = 0; i < 256; ++i) power = power * 2 % bits;
        index = (index + bits - power) % bits;
    }
    return static_cast<std::uint32_t>(index);
}

Result<BloomFilter> BloomFilter::read(std::span<const std::uint8_t> data) {
    OctetReader reader(data);
    const bool is_known = reader.number(2) == kVersion;
    BloomFilter filter;
    filter.rounds_ = static_cast<std::uint8_t>(reader.number(1));
    const bool is_sha256 = reader.number(1) == kHashSha256;
    reader.take(4 + 4 + 4);  // the false-positive rate, the elements planned and the elements written: for people
    const std::uint64_t words = reader.number(4);
    if (!reader.ok() || !is_known || !is_sha256) return not_a_filter("not a Bloom filter of version 1 over SHA-256");
    if (filter.rounds_ < 1 || filter.rounds_ > kMostRounds) return not_a_filter("1 to 64 rounds");
    if (words < 1 || words > kMostWords || reader.left() != words * 4)
        return not_a_filter("another length than declared");
    filter.words_ = reader.take(reader.left());
    return filter;
}

bool BloomFilter::may_contain(std::span<const std::uint8_t> element) const {
    for (std::uint8_t round = 0; round < rounds_; ++round) {
        const std::uint32_t index = bloom_index(element, round, bits());
        if ((words_[index / 8] & 0x80 >> index % 8) == 0) return false;
    }
    return true;
}

Result<PartialHashes> PartialHashes::read(std::span<const std::uint8_t> data) {
    OctetReader reader(data);
    const bool is_known = reader.number(2) == kVersion;
    reader.take(4);  // the false-positive rate: for people
    const std::uint64_t count = reader.number(4);
    PartialHashes filter;
    filter.size_ = static_cast<std::size_t>(reader.number(1));
    if (!reader.ok() || !is_known) return not_a_filter("not a partial hash filter of version 1");
    if (filter.size_ < 1 || filter.size_ > kHashBytes) return not_a_filter("parts of 1 to 32 bytes");
    if (reader.left() != count * filter.size_) return not_a_filter("another length than declared");
    filter.parts_ = reader.take(reader.left());
    return filter;
}

bool PartialHashes::may_contain(std::span<const std::uint8_t> element) const {
    return element.size() >= size_ && find_entry(parts_, size_, element.first(size_)).has_value();
}

std::optional<std::size_t> find_entry(std::span<const std::uint8_t> sorted, std::size_t stride,
                                      std::span<const std::uint8_t> key) {
    std::size_t low = 0;
    std::size_t high = sorted.size() / stride;
    const auto compare = [&](std::size_t at) {
        const auto entry = sorted.subspan(at * stride, key.size());
        return std::lexicographical_compare(entry.begin(), entry.end(), key.begin(), key.end());
    };
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (compare(middle)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const bool is_there =
        low < sorted.size() / stride && std::equal(key.begin(), key.end(), sorted.data() + low * stride);
    return is_there ? std::optional(low) : std::nullopt;
}

bool is_sorted_row(std::span<const std::uint8_t> sorted, std::size_t stride, std::size_t key) {
    if (sorted.size() % stride != 0) return false;
    for (std::size_t at = stride; at < sorted.size(); at += stride) {
        const auto before = sorted.subspan(at - stride, key);
        const auto here = sorted.subspan(at, key);
        if (!std::lexicographical_compare(before.begin(), before.end(), here.begin(), here.end())) return false;
    }
    return true;
}

}  // namespace lachan::certificate
