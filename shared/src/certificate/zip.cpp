#include "certificate/zip.h"

#include <zlib.h>

#include <algorithm>

#include "certificate/inflate.h"

namespace lachan::certificate {
namespace {

using Data = std::span<const std::uint8_t>;

// The records of APPNOTE sections 4.3.7, 4.3.9, 4.3.12 and 4.3.16: signature and length of the fixed part.
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kDescriptor = 0x08074b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
// Checksum and both sizes, which stand together in every record.
constexpr std::size_t kMeasureBytes = 12;
// Section 4.4.4: how hard it was deflated, that the sizes come behind the content, that the name is UTF-8. Any other flag is encryption,
// or something that is not read here.
constexpr std::uint32_t kDescribedBehind = 1U << 3;
constexpr std::uint32_t kKnownFlags = 1U << 1 | 1U << 2 | kDescribedBehind | 1U << 11;
constexpr std::uint32_t kStored = 0;
constexpr std::uint32_t kDeflated = 8;
constexpr std::size_t kMostRatio = 200;

Error malformed(const char* detail) { return Error{Errc::malformed, "zip", detail}; }

std::uint32_t number(Data data, std::size_t at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes; i > 0; --i) value = value << 8 | data[at + i - 1];
    return value;
}

bool is_same(Data a, Data b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

struct Entry {
    /// Its record in the directory, of which everything that follows is read.
    Data record;
    std::uint32_t flags = 0;
    std::uint32_t method = 0;
    std::uint32_t checksum = 0;
    std::size_t packed = 0;
    std::size_t size = 0;
    Data name;
    /// Where the directory begins: the content ends there.
    std::size_t directory_at = 0;

    /// Checksum and sizes.
    Data measures() const { return record.subspan(16, kMeasureBytes); }
};

/// One record in the directory, which ends where the last record begins; that one ends with the archive. A comment would be room for
/// anything, and no issuer writes one.
Result<Entry> only_entry(Data archive) {
    if (archive.size() < kEndBytes) return malformed("shorter than an archive can be");
    const std::size_t end = archive.size() - kEndBytes;
    if (number(archive, end, 4) != kEnd || number(archive, end + 20, 2) != 0) return malformed("no end of the directory at its end");
    if (number(archive, end + 4, 4) != 0) return malformed("a part of a divided archive");
    if (number(archive, end + 8, 2) != 1 || number(archive, end + 10, 2) != 1) return malformed("not one entry");
    const std::size_t length = number(archive, end + 12, 4);
    const std::size_t at = number(archive, end + 16, 4);
    const bool is_before_end = at <= end && end - at == length && length >= kCentralBytes;
    if (!is_before_end || number(archive, at, 4) != kCentralHeader) return malformed("no directory where it should be");
    Entry entry;
    entry.record = archive.subspan(at, length);
    entry.flags = number(entry.record, 8, 2);
    entry.method = number(entry.record, 10, 2);
    entry.checksum = number(entry.record, 16, 4);
    entry.packed = number(entry.record, 20, 4);
    entry.size = number(entry.record, 24, 4);
    entry.directory_at = at;
    const std::size_t name = number(entry.record, 28, 2);
    const std::size_t extra = number(entry.record, 30, 2);
    const bool has_comment = number(entry.record, 32, 2) != 0;
    if (has_comment || length != kCentralBytes + name + extra) return malformed("a directory of another length");
    if (number(entry.record, 34, 2) != 0 || number(entry.record, 42, 4) != 0) return malformed("an entry that is not the first thing");
    if ((entry.flags & ~kKnownFlags) != 0) return malformed("an encrypted entry, or one of an unknown kind");
    entry.name = entry.record.subspan(kCentralBytes, name);
    return entry;
}

/// Checksum and sizes once more where they were not known in time (section 4.3.9), with or without a signature; `rest` is all that stands
/// between content and directory.
bool is_described(Data rest, const Entry& entry) {
    if (rest.size() == kMeasureBytes + 4 && number(rest, 0, 4) == kDescriptor) rest = rest.subspan(4);
    return is_same(rest, entry.measures());
}

/// The content as it stands in the archive. What is told of it twice must be told alike: readers differ in which they believe.
Result<Data> packed_content(Data archive, const Entry& entry) {
    const Data before = archive.first(entry.directory_at);
    if (before.size() < kLocalBytes || number(before, 0, 4) != kLocalHeader) return malformed("no entry where it should be");
    const std::size_t name = number(before, 26, 2);
    const std::size_t start = kLocalBytes + name + number(before, 28, 2);
    if (start > before.size() || before.size() - start < entry.packed) return malformed("an entry beyond its archive");
    const bool is_behind = (entry.flags & kDescribedBehind) != 0;
    const Data measures = before.subspan(14, kMeasureBytes);
    const bool is_open = is_behind && is_same(measures, Bytes(kMeasureBytes, 0));
    // Version, flags, method, time and day.
    const bool is_alike = is_same(before.subspan(4, 10), entry.record.subspan(6, 10)) &&
                          (is_open || is_same(measures, entry.measures())) && is_same(before.subspan(kLocalBytes, name), entry.name);
    if (!is_alike) return malformed("an entry that is not what the directory says");
    const Data rest = before.subspan(start + entry.packed);
    if (is_behind ? !is_described(rest, entry) : !rest.empty()) return malformed("bytes between content and directory");
    return before.subspan(start, entry.packed);
}

}  // namespace

Result<Bytes> only_file_of(std::span<const std::uint8_t> archive, std::string_view name, std::size_t limit) {
    const Entry entry = TRY(only_entry(archive));
    const std::string_view path(reinterpret_cast<const char*>(entry.name.data()), entry.name.size());
    if (path.substr(path.find_last_of('/') + 1) != name) return malformed("another file");
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
