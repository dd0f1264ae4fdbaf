#pragma once

#include <string>
#include <string_view>

#include "kernel/crypto.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace lachan {

/// A UUIDv7 (RFC 9562) in its text form, lower case. The 12 bits after the version (`rand_a`) hold the shard (a two-digit
/// province code, 0 for the nation): whoever holds an id knows the one shard that can hold its record, so no look-up by id
/// crosses shards. 62 random bits remain within a millisecond. See docs/adr/0002-ids-carry-their-shard.md.
class RecordId {
public:
    static RecordId make(Instant now, int shard, Random& random);
    /// Errc::malformed unless `text` is a UUIDv7 in lower case.
    static Result<RecordId> parse(std::string_view text);

    const std::string& text() const { return text_; }
    /// The instant in which the id was made, by the clock of the device.
    Instant made_at() const;
    /// 0..4095; see the class.
    int shard() const;
    bool operator==(const RecordId&) const = default;

private:
    explicit RecordId(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// A short printed code for people: "KB-7F3K-9QWE-4": 40 bits of the random part in Crockford's base 32 and his check symbol.
/// It names a record to a person at a desk, not to the database.
std::string short_code(std::string_view prefix, const RecordId& id);

/// Whether the check symbol of a code made by `short_code` fits: told at the desk before anybody searches.
bool is_short_code(std::string_view code);

}  // namespace lachan
