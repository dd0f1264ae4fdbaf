#include "certificate/cbor.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "certificate/base45.h"
#include "kernel/text.h"

namespace lachan::certificate::cbor {
namespace {

constexpr int kPayloadDepth = 10;
/// Room made at once for the children of an item, however many it declares: a vaccination's ten fields fit.
constexpr std::uint64_t kReserved = 24;
constexpr double kLargestWhole = 9007199254740992.0;  // 2^53: beyond it a float no longer names one integer

Error malformed(const char* detail) { return Error{Errc::malformed, "cbor", detail}; }
Error too_large(const char* detail) { return Error{Errc::rejected, "size-limit", detail}; }

/// IEEE 754 binary16, section 3.4 and appendix D of RFC 8949.
double half_to_double(std::uint32_t half) {
    const int exponent = static_cast<int>(half >> 10 & 0x1f);
    const double mantissa = half & 0x3ff;
    double value = 0;
    if (exponent == 0) {
        value = std::ldexp(mantissa, -24);
    } else if (exponent < 31) {
        value = std::ldexp(mantissa + 1024, exponent - 25);
    } else {
        value = mantissa == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    }
    return (half & 0x8000) != 0 ? -value : value;
}

template <class Float, class Bits>
Float from_bits(std::uint64_t argument) {
    const Bits bits = static_cast<Bits>(argument);
    Float value = 0;
    static_assert(sizeof(value) == sizeof(bits));
    __builtin_memcpy(&value, &bits, sizeof(value));
    return value;
}

struct Head {
    int major = 0;
    int information = 0;
    std::uint64_t argument = 0;

    bool is_indefinite() const { return information == 31; }
    bool is_break() const { return major == 7 && information == 31; }
};

class Reader {
public:
    Reader(std::span<const std::uint8_t> data, const Limits& limits) : data_(data), limits_(limits) {}

    bool at_end() const { return at_ == data_.size(); }

    /// Reads into a fresh `item` where it will stay: a tree handed up as values is moved at each level.
    Result<void> read(Item& item, int depth) { return read_after(TRY(head()), item, depth); }

private:
    std::size_t left() const { return data_.size() - at_; }

    /// Section 3: the initial byte and its argument.
    Result<Head> head() {
        if (left() < 1) return malformed("the data end inside an item");
        const std::uint8_t initial = data_[at_++];
        Head head{initial >> 5, initial & 31, 0};
        if (head.information < 24) {
            head.argument = static_cast<std::uint64_t>(head.information);
            return head;
        }
        if (head.information == 31) {
            const bool may_be_indefinite = (head.major >= 2 && head.major <= 5) || head.major == 7;
            if (!may_be_indefinite) return malformed("an integer or tag of indefinite length");
            return head;
        }
        if (head.information > 27) return malformed("a reserved initial byte");
        const std::size_t length = std::size_t{1} << (head.information - 24);
        if (left() < length) return malformed("the data end inside an argument");
        for (std::size_t i = 0; i < length; ++i) head.argument = head.argument << 8 | data_[at_++];
        return head;
    }

    Result<void> read_after(const Head& head, Item& item, int depth) {
        if (++count_ > limits_.items) return too_large("too many items");
        if (depth > limits_.depth) return too_large("items are nested too deeply");
        item.argument = head.argument;
        switch (head.major) {
            case 0: item.kind = Kind::unsigned_integer; return {};
            case 1: item.kind = Kind::negative_integer; return {};
            case 2: item.kind = Kind::bytes; return read_string(head, item);
            case 3: item.kind = Kind::text; return read_string(head, item);
            case 4: item.kind = Kind::array; return read_children(head, item, depth);
            case 5: item.kind = Kind::map; return read_children(head, item, depth);
            case 6: item.kind = Kind::tag; return read(item.items.emplace_back(), depth + 1);
            default: return read_simple(head, item);
        }
    }

    Result<void> append_chunk(const Head& head, Item& item) {
        // Both sides are 64 bits wide: a declared length must not shrink on its way into a 32-bit size.
        if (head.argument > static_cast<std::uint64_t>(left())) return malformed("a string is longer than the data");
        const auto length = static_cast<std::size_t>(head.argument);
        if (length > limits_.string || item.content.size() > limits_.string - length) {
            return too_large("a string is too long");
        }
        const std::string_view chunk(reinterpret_cast<const char*>(data_.data()) + at_, length);
        if (item.kind == Kind::text && !is_utf8(chunk)) return malformed("text is not UTF-8");
        item.content.append(chunk);
        at_ += length;
        return {};
    }

    /// Section 3.2.3: an indefinite string is a list of definite chunks of its own kind.
    Result<void> read_string(const Head& head, Item& item) {
        item.argument = 0;
        if (!head.is_indefinite()) return append_chunk(head, item);
        while (true) {
            const Head chunk = TRY(this->head());
            if (chunk.is_break()) return {};
            if (chunk.major != head.major || chunk.is_indefinite()) return malformed("a string holds a foreign chunk");
            if (++count_ > limits_.items) return too_large("too many chunks");
            TRY(append_chunk(chunk, item));
        }
    }

    Result<void> read_children(const Head& head, Item& item, int depth) {
        item.argument = 0;
        const bool is_map = item.kind == Kind::map;
        if (head.is_indefinite()) {
            while (true) {
                const Head child = TRY(this->head());
                if (child.is_break()) break;
                TRY(read_after(child, item.items.emplace_back(), depth + 1));
            }
            if (is_map && item.items.size() % 2 != 0) return malformed("a map ends after a key");
            return {};
        }
        // Every element takes at least one byte, so more of them than bytes left is a lie told early.
        const std::uint64_t remaining = left();
        if (head.argument > remaining / (is_map ? 2 : 1)) return malformed("a collection is longer than the data");
        const std::uint64_t total = head.argument * (is_map ? 2 : 1);
        item.items.reserve(static_cast<std::size_t>(std::min(total, kReserved)));
        for (std::uint64_t i = 0; i < total; ++i) TRY(read(item.items.emplace_back(), depth + 1));
        return {};
    }

    /// Section 3.3.
    Result<void> read_simple(const Head& head, Item& item) {
        if (head.is_break()) return malformed("a break outside a collection");
        item.argument = 0;
        switch (head.information) {
            case 20:
            case 21:
                item.kind = Kind::boolean;
                item.argument = head.information == 21 ? 1 : 0;
                return {};
            case 22: item.kind = Kind::null; return {};
            case 23: item.kind = Kind::undefined; return {};
            case 25:
                item.kind = Kind::real;
                item.real = half_to_double(static_cast<std::uint32_t>(head.argument));
                return {};
            case 26:
                item.kind = Kind::real;
                item.real = static_cast<double>(from_bits<float, std::uint32_t>(head.argument));
                return {};
            case 27:
                item.kind = Kind::real;
                item.real = from_bits<double, std::uint64_t>(head.argument);
                return {};
            default:
                if (head.information == 24 && head.argument < 32) return malformed("a simple value in two bytes");
                item.kind = Kind::simple;
                item.argument = head.argument;
                return {};
        }
    }

    std::span<const std::uint8_t> data_;
    const Limits& limits_;
    std::size_t at_ = 0;
    int count_ = 0;
};

void warn(std::vector<std::string>& warnings, const char* code) {
    if (std::find(warnings.begin(), warnings.end(), code) == warnings.end()) warnings.emplace_back(code);
}

Json real_to_json(double real, std::vector<std::string>& warnings) {
    warn(warnings, "payload-float");
    if (!std::isfinite(real)) {
        warn(warnings, "payload-value");
        return nullptr;
    }
    if (std::trunc(real) == real && std::fabs(real) <= kLargestWhole) return static_cast<std::int64_t>(real);
    return Json(real)
        .dump();  // as text: no schema of a certificate has a fraction, and text survives our own JSON rules
}

Json integer_to_json(const Item& item, std::vector<std::string>& warnings) {
    constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (item.argument > kLargest) {
        warn(warnings, "payload-value");
        return nullptr;
    }
    const auto magnitude = static_cast<std::int64_t>(item.argument);
    return item.is(Kind::unsigned_integer) ? magnitude : -1 - magnitude;
}

Result<Json> json_of(const Item& item, int depth, std::vector<std::string>& warnings) {
    if (depth > kPayloadDepth) return too_large("the payload is nested too deeply");
    switch (item.kind) {
        case Kind::unsigned_integer:
        case Kind::negative_integer: return integer_to_json(item, warnings);
        case Kind::text: return Json(item.content);
        case Kind::boolean: return Json(item.argument == 1);
        case Kind::null: return Json(nullptr);
        case Kind::real: return real_to_json(item.real, warnings);
        case Kind::bytes: warn(warnings, "payload-bytes"); return Json(to_base64(bytes_of(item.content)));
        case Kind::tag: warn(warnings, "payload-tag"); return json_of(item.items[0], depth, warnings);
        case Kind::undefined:
        case Kind::simple: warn(warnings, "payload-value"); return Json(nullptr);
        case Kind::array: {
            Json array = Json::array();
            for (const Item& child : item.items) array.push_back(TRY(json_of(child, depth + 1, warnings)));
            return array;
        }
        case Kind::map: break;
    }
    Json object = Json::object();
    for (std::size_t i = 0; i < item.items.size(); i += 2) {
        const Item& key = item.items[i];
        if (!key.is(Kind::text)) {
            warn(warnings, "payload-key");
            continue;
        }
        const auto [member, is_new] = object.emplace(key.content, nullptr);
        if (!is_new) {
            warn(warnings, "duplicate-key");
            continue;
        }
        *member = TRY(json_of(item.items[i + 1], depth + 1, warnings));
    }
    return object;
}

}  // namespace

bool Item::is_integer(std::int64_t value) const {
    if (value >= 0) return kind == Kind::unsigned_integer && argument == static_cast<std::uint64_t>(value);
    return kind == Kind::negative_integer && argument == static_cast<std::uint64_t>(-(value + 1));
}

Result<Item> read(std::span<const std::uint8_t> data, const Limits& limits) {
    Reader reader(data, limits);
    Item item;
    TRY(reader.read(item, 1));
    if (!reader.at_end()) return malformed("bytes follow the item");
    return item;
}

bool has_duplicate_keys(const Item& map) {
    for (std::size_t i = 0; i < map.items.size(); i += 2) {
        for (std::size_t j = 0; j < i; j += 2) {
            if (map.items[i] == map.items[j]) return true;
        }
    }
    return false;
}

Item* find(Item& map, std::int64_t key) {
    if (!map.is(Kind::map)) return nullptr;
    for (std::size_t i = 0; i < map.items.size(); i += 2) {
        if (map.items[i].is_integer(key)) return &map.items[i + 1];
    }
    return nullptr;
}

const Item* find(const Item& map, std::int64_t key) { return find(const_cast<Item&>(map), key); }

Result<Json> to_json(const Item& item, std::vector<std::string>& warnings) { return json_of(item, 1, warnings); }

void write_head(Bytes& out, int major, std::uint64_t argument) {
    const auto type = static_cast<std::uint8_t>(major << 5);
    if (argument < 24) {
        out.push_back(static_cast<std::uint8_t>(type | argument));
        return;
    }
    const int power = argument <= 0xff ? 0 : argument <= 0xffff ? 1 : argument <= 0xffffffff ? 2 : 3;
    out.push_back(static_cast<std::uint8_t>(type | (24 + power)));
    for (int shift = (8 << power) - 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(argument >> shift & 0xff));
    }
}

void write_integer(Bytes& out, std::int64_t value) {
    if (value >= 0) return write_head(out, 0, static_cast<std::uint64_t>(value));
    write_head(out, 1, static_cast<std::uint64_t>(-(value + 1)));
}

void write_bytes(Bytes& out, std::span<const std::uint8_t> bytes) {
    write_head(out, 2, bytes.size());
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void write_text(Bytes& out, std::string_view text) {
    write_head(out, 3, text.size());
    out.insert(out.end(), text.begin(), text.end());
}

void write_json(Bytes& out, const Json& value) {
    if (value.is_number_integer()) return write_integer(out, value.get<std::int64_t>());
    if (value.is_string()) return write_text(out, value.get_ref<const std::string&>());
    if (value.is_boolean()) return write_head(out, 7, value.get<bool>() ? 21 : 20);
    if (value.is_array()) {
        write_head(out, 4, value.size());
        for (const Json& child : value) write_json(out, child);
        return;
    }
    if (value.is_object()) {
        write_head(out, 5, value.size());
        for (const auto& [key, child] : value.items()) {
            write_text(out, key);
            write_json(out, child);
        }
        return;
    }
    write_head(out, 7, 22);
}

}  // namespace lachan::certificate::cbor
