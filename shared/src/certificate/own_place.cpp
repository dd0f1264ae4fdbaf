#include "certificate/own_place.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "certificate/own_wire.h"

namespace lachan::certificate {
namespace {

constexpr std::string_view kStart = "https://";
constexpr std::string_view kPath = "/l/";
constexpr std::string_view kVersion = "?v=";
constexpr std::string_view kSeal = "&s=";
constexpr std::string_view kContext = "lachan-place-v1";
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648 section 6, in lower case
constexpr std::array<const char*, 7> kSites{"venue", "checkpoint", "sampling", "laboratory", "vaccination", "border-gate", "quarantine"};
constexpr std::size_t kUnitBytes = 3;
constexpr std::size_t kIdBytes = 1 + kUnitBytes + kPlaceRandomBytes;
constexpr std::size_t kIdCharacters = (kIdBytes * 8 + 4) / 5;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kMostHostCharacters = 200;
constexpr std::size_t kMostLabelCharacters = 63;

/// The parts of an address, as far as they are there.
struct Address {
    std::string_view host;
    std::string_view id;
    std::string_view version;
    std::string_view seal;
    /// Everything before the seal.
    std::string_view signed_part;
};

/// Cuts `text` at its first `mark`: gives what is before, and leaves what is behind. Empty where there is no mark.
std::string_view cut(std::string_view& text, std::string_view mark) {
    const auto found = text.find(mark);
    if (found == std::string_view::npos) return {};
    const std::string_view before = text.substr(0, found);
    text.remove_prefix(found + mark.size());
    return before;
}

std::optional<Address> address_in(std::string_view text) {
    if (!text.starts_with(kStart)) return std::nullopt;
    std::string_view rest = text.substr(kStart.size());
    Address address;
    // The first slash ends the host: a path below another is no address of a place.
    address.host = rest.substr(0, rest.find('/'));
    rest.remove_prefix(address.host.size());
    if (!rest.starts_with(kPath)) return std::nullopt;
    rest.remove_prefix(kPath.size());
    if (rest.find(kVersion) == std::string_view::npos) return std::nullopt;
    address.id = cut(rest, kVersion);
    const bool has_seal = rest.find(kSeal) != std::string_view::npos;
    address.version = has_seal ? cut(rest, kSeal) : rest;
    if (has_seal) address.seal = rest;
    address.signed_part = text.substr(0, text.size() - (has_seal ? address.seal.size() + kSeal.size() : 0));
    return address;
}

std::string to_base32(std::span<const std::uint8_t> data) {
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const std::uint8_t byte : data) {
        bits = (bits << 8 | byte) & 0xfff;
        for (count += 8; count >= 5; count -= 5) text.push_back(kBase32[bits >> (count - 5) & 31]);
    }
    if (count > 0) text.push_back(kBase32[bits << (5 - count) & 31]);
    return text;
}

/// Lower case, no padding, no bits left over that are not zero.
std::optional<Bytes> from_base32(std::string_view text) {
    Bytes data;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const auto value = kBase32.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 5 | static_cast<std::uint32_t>(value)) & 0xfff;
        count += 5;
        if (count < 8) continue;
        count -= 8;
        data.push_back(static_cast<std::uint8_t>(bits >> count & 0xff));
    }
    if (to_base32(data) != text) return std::nullopt;
    return data;
}

/// A code of 2, 3 or 5 digits with a one before it, so that leading zeros and the level are kept: 01 is 101, 00001 is 100001.
std::optional<std::uint32_t> number_of_unit(std::string_view unit) {
    const bool has_length = unit.size() == 2 || unit.size() == 3 || unit.size() == 5;
    if (!has_length || !std::all_of(unit.begin(), unit.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    const std::string digits = "1" + std::string(unit);
    std::uint32_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

std::string unit_of_number(std::uint32_t number) {
    const std::string digits = std::to_string(number);
    const std::string unit = digits[0] == '1' ? digits.substr(1) : "";
    return number_of_unit(unit) == number ? unit : "";
}

}  // namespace

bool is_place_code(std::string_view text) { return address_in(text).has_value(); }

std::span<const char* const> place_sites() { return kSites; }

bool is_host(std::string_view text) {
    if (text.empty() || text.size() > kMostHostCharacters || text.find('.') == std::string_view::npos) return false;
    for (std::string_view rest = text;;) {
        const std::string_view label = rest.substr(0, rest.find('.'));
        const bool is_label = !label.empty() && label.size() <= kMostLabelCharacters && label.front() != '-' && label.back() != '-' &&
                              std::all_of(label.begin(), label.end(), [](char c) {
                                  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                              });
        if (!is_label) return false;
        if (label.size() == rest.size()) return true;
        rest.remove_prefix(label.size() + 1);
    }
}

std::string place_id(std::string_view site, std::string_view unit, std::span<const std::uint8_t> random) {
    const auto found = std::find(kSites.begin(), kSites.end(), site);
    const auto number = number_of_unit(unit);
    if (found == kSites.end() || !number || random.size() != kPlaceRandomBytes) return "";
    Bytes id{static_cast<std::uint8_t>(found - kSites.begin()), static_cast<std::uint8_t>(*number >> 16),
             static_cast<std::uint8_t>(*number >> 8), static_cast<std::uint8_t>(*number)};
    id.insert(id.end(), random.begin(), random.end());
    return to_base32(id);
}

Json place_of(std::string_view id) {
    const auto bytes = id.size() == kIdCharacters ? from_base32(id) : std::nullopt;
    if (!bytes || bytes->size() != kIdBytes || (*bytes)[0] >= kSites.size()) return nullptr;
    const std::string unit = unit_of_number(static_cast<std::uint32_t>((*bytes)[1] << 16 | (*bytes)[2] << 8 | (*bytes)[3]));
    if (unit.empty()) return nullptr;
    return {{"site", kSites[(*bytes)[0]]}, {"unit", unit}};
}

std::string place_address(std::string_view host, std::string_view id) {
    return std::string(kStart) + std::string(host) + std::string(kPath) + std::string(id) + std::string(kVersion) + "1";
}

Bytes place_signed_bytes(std::string_view address) {
    Bytes bytes(kContext.begin(), kContext.end());
    bytes.push_back(0);
    bytes.insert(bytes.end(), address.begin(), address.end());
    return bytes;
}

std::string place_code(std::string_view address, std::span<const std::uint8_t> kid, std::span<const std::uint8_t> signature) {
    Bytes seal(kid.begin(), kid.end());
    seal.insert(seal.end(), signature.begin(), signature.end());
    return std::string(address) + std::string(kSeal) + to_base64url(seal);
}

PlaceCode read_place(std::string_view text) {
    PlaceCode code;
    const Address address = address_in(text).value_or(Address{});
    // What stands behind a later version is for that version to say.
    const std::string_view number = address.version.substr(0, address.version.find('&'));
    const bool is_number = !number.empty() && number.size() <= 4 &&
                           std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
    // Others write such addresses too: only behind a host and an identifier like ours is a version one of ours.
    const bool is_like_ours = is_host(address.host) && address.id.size() == kIdCharacters && from_base32(address.id).has_value();
    code.is_newer = is_like_ours && is_number && number != "1" && number[0] != '0';
    if (code.is_newer) return code;
    const auto seal = from_base64url(address.seal);
    Json place = place_of(address.id);
    if (!is_host(address.host)) code.faults.emplace_back("host");
    if (place.is_null()) code.faults.emplace_back("id");
    if (address.version != "1") code.faults.emplace_back("v");
    if (!seal || seal->size() != kOwnKidBytes + kSignatureBytes) code.faults.emplace_back("s");
    if (!code.faults.empty()) return code;
    code.kid.assign(seal->begin(), seal->begin() + kOwnKidBytes);
    code.signature.assign(seal->begin() + kOwnKidBytes, seal->end());
    code.signed_bytes = place_signed_bytes(address.signed_part);
    place.update({{"type", "place"}, {"host", address.host}, {"identifier", address.id}});
    code.content = std::move(place);
    return code;
}

}  // namespace lachan::certificate
