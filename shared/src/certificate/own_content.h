#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/cbor.h"
#include "kernel/crypto.h"
#include "kernel/json.h"

/// What our own signed codes say: personal card, release from quarantine, test result (docs/CERTIFICATES-OWN.md). Content has two
/// forms, words in JSON and numbers in CBOR; one table holds the fields of both.
namespace lachan::certificate {

/// The number of each is that on the wire.
enum class OwnType { card, release, result };

/// The stable word for `type` on the wire: card, release, result.
const char* name_of(OwnType type);
std::optional<OwnType> own_type_named(std::string_view name);

/// How a field is written. Days are the digits YYYYMMDD, births also YYYYMM and YYYY, moments are Unix seconds, choices the place of the
/// word in its list.
enum class OwnForm { text, word, document, unit, birth, day, moment, number, choice };

struct OwnField {
    std::int64_t key;
    const char* name;
    OwnForm form;
    /// Characters of a text or a word, the greatest number.
    std::size_t most = 0;
    bool is_required = true;
    /// For a choice: the words, in the order of their numbers.
    std::span<const char* const> words{};
};

/// All fields that content of this type may have, by their keys.
std::span<const OwnField> own_fields(OwnType type);

/// Names of the fields of `words` ({"type", ...}) that are missing, of another form, or contradict another; never their values.
/// "type" where it is none.
std::vector<std::string> own_faults(const Json& words);

/// Content as it was read.
struct OwnContent {
    /// {"type", ...}: the fields that are right.
    Json words;
    std::vector<std::string> faults;
    /// Entries of later versions that change nothing of the others: kept apart, never shown.
    bool has_unknown = false;
    /// A type, or an entry that whoever reads it must understand (a negative key), of a later version: nothing else was looked at.
    bool is_newer = false;
};

/// Reads the content map of a code.
OwnContent own_content_of(const cbor::Item& map);

/// The content map for words without faults.
Bytes own_content_bytes(const Json& words);

/// A moment as content has it: 2021-08-20T10:03:12+07:00.
std::string own_moment(std::int64_t second);

/// Person and event of our own content under the names of a verdict; `country` is that of the issuer. A place has no person.
Json own_holder_of(const Json& content);
Json own_events_of(const Json& content, std::string_view country);

}  // namespace lachan::certificate
