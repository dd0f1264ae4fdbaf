#pragma once

#include <span>
#include <string_view>

#include "kernel/crypto.h"
#include "kernel/result.h"

namespace lachan::certificate {

/// The content of the one file of a ZIP archive (APPNOTE 6.3), stored or deflated, whatever its folder, of at most
/// `limit` bytes and 200 times its size in the archive. Errc::rejected with rule size-limit, else Errc::malformed with
/// rule zip: several entries, encryption, ZIP64, another name, a wrong checksum, a comment, bytes outside of every record, anything told
/// twice and differently. What is left without a meaning: who made it, attributes, extra fields, times that agree, and the way in which
/// the same content was deflated.
Result<Bytes> only_file_of(std::span<const std::uint8_t> archive, std::string_view name, std::size_t limit);

}  // namespace lachan::certificate
