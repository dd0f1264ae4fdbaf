#include "archives.h"

#include <zlib.h>

#include "certificate/base45.h"
#include "certificate/issue_card.h"

namespace lachan::forge {
namespace {

constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;

void put(Bytes& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> 8 * i & 0xff));
}

void put(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }
void put(Bytes& out, const Bytes& bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

/// What both records of an entry have in common, up to the lengths of its name and extra fields.
void put(Bytes& out, const EntryRecord& record) {
    put(out, record.version, 2);
    put(out, record.flags, 2);
    put(out, record.method, 2);
    put(out, record.time, 2);
    put(out, record.day, 2);
    put(out, record.checksum, 4);
    put(out, record.packed, 4);
    put(out, record.size, 4);
    put(out, static_cast<std::uint32_t>(record.name.size()), 2);
    put(out, static_cast<std::uint32_t>(record.extra.size()), 2);
}

void put_central(Bytes& out, const Archive& archive, std::size_t at) {
    put(out, 0x02014b50, 4);
    put(out, 20, 2);
    put(out, archive.central);
    put(out, static_cast<std::uint32_t>(archive.entry_comment.size()), 2);
    put(out, archive.disk, 2);
    put(out, 0, 2);
    put(out, 0, 4);
    put(out, static_cast<std::uint32_t>(at), 4);
    put(out, archive.central.name);
    put(out, archive.central.extra);
    put(out, archive.entry_comment);
}

}  // namespace

Archive stored_archive_of(std::string_view text) {
    Archive archive;
    archive.content = Bytes(text.begin(), text.end());
    EntryRecord& record = archive.central;
    record.method = 0;
    record.checksum = static_cast<std::uint32_t>(crc32(0, archive.content.data(), static_cast<uInt>(archive.content.size())));
    record.packed = record.size = static_cast<std::uint32_t>(archive.content.size());
    archive.local = record;
    return archive;
}

Archive archive_of(std::string_view text) {
    Archive archive = stored_archive_of(text);
    archive.content = certificate::raw_deflated(text);
    archive.central.method = 8;
    archive.central.packed = static_cast<std::uint32_t>(archive.content.size());
    archive.local = archive.central;
    return archive;
}

Archive streamed_archive_of(std::string_view text) {
    Archive archive = archive_of(text);
    archive.central.flags = archive.local.flags = 8;
    archive.local.checksum = archive.local.packed = archive.local.size = 0;
    put(archive.behind_content, 0x08074b50, 4);
    put(archive.behind_content, archive.central.checksum, 4);
    put(archive.behind_content, archive.central.packed, 4);
    put(archive.behind_content, archive.central.size, 4);
    return archive;
}

Bytes to_bytes(const Archive& archive) {
    Bytes out = archive.before;
    Bytes directory;
    for (int i = 0; i < archive.entries; ++i) {
        put_central(directory, archive, out.size());
        put(out, 0x04034b50, 4);
        put(out, archive.local);
        put(out, archive.local.name);
        put(out, archive.local.extra);
        put(out, archive.content);
        put(out, archive.behind_content);
    }
    const auto start = static_cast<std::uint32_t>(out.size());
    put(out, directory);
    put(out, archive.behind_directory);
    put(out, 0x06054b50, 4);
    put(out, archive.disk, 2);
    put(out, 0, 2);
    put(out, static_cast<std::uint32_t>(archive.told_entries), 2);
    put(out, static_cast<std::uint32_t>(archive.told_entries), 2);
    put(out, static_cast<std::uint32_t>(directory.size()), 4);
    put(out, start, 4);
    put(out, static_cast<std::uint32_t>(archive.comment.size()), 2);
    put(out, archive.comment);
    put(out, archive.behind_end);
    return out;
}

std::string to_url(const Bytes& archive) { return "data:application/zip;base64," + certificate::to_base64(archive); }

std::size_t content_at(const Archive& archive) { return kLocalBytes + archive.local.name.size(); }

bool is_idle_byte(const Archive& archive, std::size_t at) {
    const std::size_t directory = content_at(archive) + archive.content.size() + archive.behind_content.size();
    if (at < directory || at >= directory + kCentralBytes) return false;
    const std::size_t place = at - directory;
    return place == 4 || place == 5 || (place >= 36 && place < 42);
}

}  // namespace lachan::forge
