#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/crypto.h"

/// ZIP archives (APPNOTE 6.3) that may lie wherever there is room for a lie.
namespace lachan::forge {

/// What an archive says of an entry, once before its content and once in its directory.
struct EntryRecord {
    std::uint32_t version = 20;
    std::uint32_t flags = 0;
    std::uint32_t method = 8;
    std::uint32_t time = 0x0903;
    std::uint32_t day = 0x5ac6;
    std::uint32_t checksum = 0;
    std::uint32_t packed = 0;
    std::uint32_t size = 0;
    std::string name = "certificate.json";
    std::string extra;
};

struct Archive {
    EntryRecord local;
    EntryRecord central;
    Bytes content;
    /// Before everything, between content and directory, between directory and end, and behind the end.
    Bytes before, behind_content, behind_directory, behind_end;
    std::uint32_t disk = 0;
    /// How often the entry is there, and how often the end says so.
    int entries = 1;
    int told_entries = 1;
    std::string entry_comment, comment;
};

/// `text` deflated, everything true.
Archive archive_of(std::string_view text);
/// The same, not compressed.
Archive stored_archive_of(std::string_view text);
/// The same, sizes and checksum behind the content, as programs write that do not know them in time.
Archive streamed_archive_of(std::string_view text);

Bytes to_bytes(const Archive& archive);

/// As a data URL, which is how an archive travels as text.
std::string to_url(const Bytes& archive);

/// The bytes of `archive`, as `to_bytes` writes it without lies, that say nothing: version and system of the program that wrote it,
/// and the attributes of the file.
bool is_idle_byte(const Archive& archive, std::size_t at);
/// Where the content stands in it.
std::size_t content_at(const Archive& archive);

}  // namespace lachan::forge
