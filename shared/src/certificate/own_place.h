#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/crypto.h"
#include "kernel/json.h"

/// The code of a place: https://<host>/l/<id>?v=1&s=<seal> (docs/CERTIFICATES-OWN.md).
namespace lachan::certificate {

/// Whether `text` is the address of a place of ours, of any version and host; what it says may still be wrong.
bool is_place_code(std::string_view text);

/// The words for kinds of places, in the order of their numbers: venue, checkpoint, sampling, laboratory, vaccination, border-gate,
/// quarantine.
std::span<const char* const> place_sites();

/// Whether `text` may be the host of a place: lower case, labels of letters, digits and hyphens, a point between, no port.
bool is_host(std::string_view text);

/// Bytes of randomness in an identifier.
constexpr std::size_t kPlaceRandomBytes = 8;

/// The identifier of a place: `site` is one of `place_sites`, `unit` a GSO code, `random` kPlaceRandomBytes bytes. "" where one is not.
std::string place_id(std::string_view site, std::string_view unit, std::span<const std::uint8_t> random);

/// {"site","unit"} of an identifier; null where it is none. One identifier has one writing.
Json place_of(std::string_view id);

/// What of an address is signed: everything before its seal.
std::string place_address(std::string_view host, std::string_view id);
Bytes place_signed_bytes(std::string_view address);

/// The whole text.
std::string place_code(std::string_view address, std::span<const std::uint8_t> kid, std::span<const std::uint8_t> signature);

/// An address taken apart, nothing believed yet.
struct PlaceCode {
    /// Its version where that is a later one; the other fields are then empty.
    bool is_newer = false;
    /// host, id, v and s: the parts that are not as we write them.
    std::vector<std::string> faults;
    /// {"type","site","unit","host","identifier"}; null beside faults.
    Json content;
    Bytes kid;
    Bytes signature;
    Bytes signed_bytes;
};

/// Reads a text for which `is_place_code` holds.
PlaceCode read_place(std::string_view text);

}  // namespace lachan::certificate
