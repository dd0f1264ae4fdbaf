#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "kernel/json.h"
#include "kernel/result.h"

/// What a QR code says (DOMAIN 2.4). Shapes only: whether an identity number contradicts itself is said by the rules of the form.
namespace lachan::qr {

/// A health certificate of any family (HCERT, SMART Health Card or one part of it, ICAO, DIVOC, the Dutch one); its own
/// library judges it. Archives come as a data URL of base64.
struct CertificateText {
    std::string text;
};

/// Our location QR: https://<host>/l/<id>?v=1&s=<seal>, of any host. Shape only: the library of certificates judges the whole text.
struct LocationCode {
    std::string text;
    std::string host;
    std::string id;
};

/// Our own signed credential, whole: the library of certificates judges it.
struct Credential {
    std::string text;
};

/// The national personal QR v1.1. Hidden parts hold `*`.
struct NationalPerson {
    std::string document;    ///< CCCD, CMND or passport number, "" when none
    std::string name;        ///< capitals without diacritics
    std::string birth_date;  ///< YYYY-MM-DD, `**` for a hidden day or month
    bool on_behalf = false;
    std::string qid;
    std::string sex;         ///< "0" unknown, "1" male, "2" female, "" not said
    std::string insurance;
    std::string phone;
    std::string unknown;     ///< parts of EXT of no known shape, kept as they are, never used for identity
    bool operator==(const NationalPerson&) const = default;
};

/// The card of a citizen.
struct CccdCard {
    std::string number;
    std::string old_number;  ///< CMND, often ""
    std::string name;
    std::string birth_date;  ///< YYYY-MM-DD
    std::string sex;         ///< male, female
    std::string address;
    std::string issued_on;
};

/// The card of health insurance.
struct InsuranceCard {
    std::string number;
    std::string name;
    std::string birth_date;  ///< YYYY or YYYY-MM-DD
    std::string sex;         ///< male, female
    std::string address;
};

/// Somebody else's code: kept whole, understood by nobody here.
struct Opaque {
    std::string text;
};

using Scanned = std::variant<CertificateText, LocationCode, Credential, NationalPerson, CccdCard, InsuranceCard, Opaque>;

constexpr std::string_view kCredentialPrefix = "LC1:";

/// Detects and reads a payload. Errc::malformed with rule qr.payload for what no QR code can hold: nothing, more than 4,296 bytes (an archive: of its bytes), or no text in UTF-8.
Result<Scanned> scan(std::string_view payload);

/// {"family": .., "text"|"id"|..: .., "person": what it fills of a form, keyed as in the form}.
Json to_json(const Scanned& scanned);

enum class Display { masked, full };
/// The text of the national form. Masked hides the first six characters of the document, day and month of birth, and most of
/// insurance number and phone; full keeps what is given.
std::string write_national(const NationalPerson& person, Display display);

}  // namespace lachan::qr
