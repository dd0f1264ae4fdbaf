#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/crypto.h"
#include "kernel/json.h"
#include "kernel/result.h"

/// CBOR (RFC 8949) as certificates need it. nlohmann/json reads CBOR too, but knows neither integer map keys nor tags
/// nor the order of duplicates; docs/adr/0003-cbor.md says why this is our own.
namespace lachan::certificate::cbor {

enum class Kind {
    unsigned_integer,
    negative_integer,
    bytes,
    text,
    array,
    map,
    tag,
    boolean,
    null,
    undefined,
    simple,
    real
};

/// One decoded data item.
struct Item {
    Kind kind = Kind::null;
    /// The integer; for a negative one n where the value is -1 - n; the number of a tag or simple value; 0 or 1 of a
    /// boolean.
    std::uint64_t argument = 0;
    double real = 0;
    /// Content of bytes or text, chunks joined.
    std::string content;
    /// Elements of an array; key, value, key, value ... of a map in the order received; the one item in a tag.
    std::vector<Item> items;

    bool is(Kind other) const { return kind == other; }
    bool is_integer(std::int64_t value) const;
    bool operator==(const Item&) const = default;
};

struct Limits {
    int depth = 16;
    int items = 4096;
    std::size_t string = 16 * 1024;
};

/// The one item that fills `data`. Indefinite lengths and integers longer than needed are accepted, as RFC 8949 allows.
/// A declared length reserves room for 24 items at most in each open collection. Errc::rejected with rule size-limit, else Errc::malformed with rule
/// cbor.
Result<Item> read(std::span<const std::uint8_t> data, const Limits& limits = {});

/// Whether two keys of a map are equal. Keys are compared by value, so that 1 and a non-shortest 1 are the same key.
bool has_duplicate_keys(const Item& map);

/// The value at an integer key, or nullptr. `map` is any item; only a map has keys.
const Item* find(const Item& map, std::int64_t key);
Item* find(Item& map, std::int64_t key);

/// `item` as JSON, for payloads whose keys are text. What JSON cannot carry is converted, and named once in `warnings`:
/// payload-float, payload-tag, payload-bytes, payload-key, duplicate-key (the first value stands), payload-value.
/// Errc::rejected with rule size-limit when it is nested deeper than any payload of a known family.
Result<Json> to_json(const Item& item, std::vector<std::string>& warnings);

/// Writing, always in the shortest form. `major` is the major type of RFC 8949 section 3.1.
void write_head(Bytes& out, int major, std::uint64_t argument);
void write_integer(Bytes& out, std::int64_t value);
void write_bytes(Bytes& out, std::span<const std::uint8_t> bytes);
void write_text(Bytes& out, std::string_view text);
void write_json(Bytes& out, const Json& value);

}  // namespace lachan::certificate::cbor
