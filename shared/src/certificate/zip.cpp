#include "certificate/zip.h"

#include <zlib.h>

#include "certificate/inflate.h"

namespace lachan::certificate {
namespace {

using Data = std::span<const std::uint8_t>;

// The records of APPNOTE sections 4.3.7, 4.3.12 and 4.3.16: signature and length of the fixed part.
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::uint32_t kEncrypted = 1;
constexpr std::uint32_t kStored = 0;
constexpr std::uint32_t kDeflated = 8;
constexpr std::size_t kMostRatio = 200;

Error malformed(const char* detail) { return Error{Errc::malformed, "zip", detail}; }

std::uint32_t number(Data data, std::size_t at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes; i > 0; --i) value = value << 8 | data[at + i - 1];
    return value;
}

/// The last record; a comment behind it is passed over.
Result<std::size_t> find_end(Data archive) {
    if (archive.size() < kEndBytes) return malformed("shorter than an archive can be");
    for (std::size_t at = archive.size() - kEndBytes + 1; at-- > 0;) {
        const bool is_end =
            number(archive, at, 4) == kEnd && at + kEndBytes + number(archive, at + 20, 2) == archive.size();
        if (is_end) return at;
    }
    return malformed("no end of the directory");
}

struct Entry {
    std::uint32_t method = 0;
    std::uint32_t checksum = 0;
    std::size_t packed = 0;
    std::size_t size = 0;
    std::size_t header_at = 0;
    std::string_view name;
};

Result<Entry> only_entry(Data archive) {
    const std::size_t end = TRY(find_end(archive));
    if (number(archive, end + 8, 2) != 1 || number(archive, end + 10, 2) != 1) return malformed("not one entry");
    const std::size_t at = number(archive, end + 16, 4);
    if (at > end || end - at < kCentralBytes || number(archive, at, 4) != kCentralHeader) {
        return malformed("no directory where it should be");
    }
    if ((number(archive, at + 8, 2) & kEncrypted) != 0) return malformed("an encrypted entry");
    Entry entry;
    entry.method = number(archive, at + 10, 2);
    entry.checksum = number(archive, at + 16, 4);
    entry.packed = number(archive, at + 20, 4);
    entry.size = number(archive, at + 24, 4);
    const std::size_t name = number(archive, at + 28, 2);
    entry.header_at = number(archive, at + 42, 4);
    if (name > end - at - kCentralBytes) return malformed("a name longer than the directory");
    entry.name = std::string_view(reinterpret_cast<const char*>(archive.data()) + at + kCentralBytes, name);
    return entry;
}

Result<Data> packed_content(Data archive, const Entry& entry) {
    const std::size_t at = entry.header_at;
    const bool has_header = at < archive.size() && archive.size() - at >= kLocalBytes;
    if (!has_header || number(archive, at, 4) != kLocalHeader) return malformed("no entry where it should be");
    const std::size_t start = at + kLocalBytes + number(archive, at + 26, 2) + number(archive, at + 28, 2);
    if (start > archive.size() || archive.size() - start < entry.packed)
        return malformed("an entry beyond the archive");
    return archive.subspan(start, entry.packed);
}

}  // namespace

Result<Bytes> only_file_of(std::span<const std::uint8_t> archive, std::string_view name, std::size_t limit) {
    const Entry entry = TRY(only_entry(archive));
    const std::string_view file = entry.name.substr(entry.name.find_last_of('/') + 1);
    if (file != name) return malformed("another file");
    if (entry.size > limit || entry.size / kMostRatio > entry.packed) {
        return Error{Errc::rejected, "size-limit", "the entry is too large"};
    }
    const Data packed = TRY(packed_content(archive, entry));
    Bytes content;
    if (entry.method == kStored) {
        content.assign(packed.begin(), packed.end());
    } else if (entry.method == kDeflated) {
        auto inflated = inflate_raw(packed, entry.size);
        if (!inflated)
            return inflated.error().rule == "size-limit" ? inflated.error() : malformed("not a whole stream");
        content = std::move(*inflated);
    } else {
        return malformed("a method of compression that is not ours");
    }
    const auto checksum = crc32(0, content.data(), static_cast<uInt>(content.size()));
    if (content.size() != entry.size || checksum != entry.checksum) return malformed("the checksum is wrong");
    return content;
}

}  // namespace lachan::certificate
