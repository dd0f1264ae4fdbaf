#pragma once

#include <span>

#include "kernel/crypto.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// Twice what any real certificate needs, and small enough that a bomb costs nothing.
constexpr std::size_t kInflatedLimit = 64 * 1024;

/// The content of one whole zlib stream (RFC 1950) of at most `limit` bytes. It stops the moment the limit is passed.
/// Errc::rejected with rule size-limit, else Errc::malformed with rule compression; bytes after the stream are an
/// error.
Result<Bytes> inflate_zlib(std::span<const std::uint8_t> compressed, std::size_t limit = kInflatedLimit);

/// Whether the eight bytes with which a gzip file ends may stand behind a raw stream: some issuers cut only its head
/// off.
enum class Trailer { refused, tolerated };

/// The same for a raw DEFLATE stream (RFC 1951), which has neither a head nor a checksum.
Result<Bytes> inflate_raw(std::span<const std::uint8_t> compressed, std::size_t limit,
                          Trailer trailer = Trailer::refused);

}  // namespace lachan::certificate
