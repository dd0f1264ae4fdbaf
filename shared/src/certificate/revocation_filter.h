#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernel/crypto.h"
#include "kernel/result.h"

/// The two filters of the EU revocation rules (CERTIFICATES 9). Neither ever misses an element that was written; both
/// may see one that was not.
namespace lachan::certificate {

/// The place of the first entry of `sorted` that begins with `key`; a row of entries of `stride` bytes, ascending.
std::optional<std::size_t> find_entry(std::span<const std::uint8_t> sorted, std::size_t stride,
                                      std::span<const std::uint8_t> key);

/// Whether `sorted` is a row of whole entries in strictly ascending order of their first `key` bytes.
bool is_sorted_row(std::span<const std::uint8_t> sorted, std::size_t stride, std::size_t key);

/// Which of `bits` stands for `element` in `round`: SHA-256 of the element and the round's byte, read as a signed
/// big-endian number, modulo the number of bits. `bits` is at least 1.
std::uint32_t bloom_index(std::span<const std::uint8_t> element, std::uint8_t round, std::uint32_t bits);

/// A Bloom filter over the bytes it was read from, which must outlive it.
class BloomFilter {
public:
    /// Errc::malformed with rule revocation.filter unless `data` is one whole filter of version 1 over SHA-256.
    static Result<BloomFilter> read(std::span<const std::uint8_t> data);

    bool may_contain(std::span<const std::uint8_t> element) const;
    std::uint32_t bits() const { return static_cast<std::uint32_t>(words_.size() * 8); }
    std::uint8_t rounds() const { return rounds_; }

private:
    std::span<const std::uint8_t> words_;
    std::uint8_t rounds_ = 0;
};

/// Sorted beginnings of hashes, all of one length, over the bytes it was read from, which must outlive it.
class PartialHashes {
public:
    /// Errc::malformed with rule revocation.filter unless `data` is one whole filter of version 1.
    static Result<PartialHashes> read(std::span<const std::uint8_t> data);

    /// Whether the parts ascend, none twice: asked once, when the filter comes in, since it reads all of it.
    bool is_sorted() const { return is_sorted_row(parts_, size_, size_); }
    bool may_contain(std::span<const std::uint8_t> element) const;
    std::size_t size() const { return size_; }

private:
    std::span<const std::uint8_t> parts_;
    std::size_t size_ = 0;
};

}  // namespace lachan::certificate
