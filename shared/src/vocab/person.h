#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/field.h"
#include "kernel/time.h"

namespace lachan {

/// A birth date as people know it: the day, or the year alone.
struct Birth {
    int year = 0;
    std::optional<Day> day;
    bool operator==(const Birth&) const = default;
};

/// Completed years on a day; a range when only the year of birth is known.
struct AgeRange {
    int youngest = 0;
    int oldest = 0;
};

/// Reads YYYY or YYYY-MM-DD. Errc::malformed with rule person.birth_date.
Result<Birth> parse_birth(std::string_view text);
AgeRange age_on(const Birth& birth, Day day);

/// The number of a citizen identity card and what its owner says of themselves; "" where nothing is said.
struct CccdClaim {
    std::string_view number;
    std::string_view sex;         ///< male, female, other
    std::string_view birth_date;  ///< YYYY or YYYY-MM-DD
};

/// Who typed: an officer holding the card overrules its contradictions, so they become warnings (DOMAIN 2.2).
enum class TypedBy { citizen, officer };

/// Structure of the number, then its agreement with the claim. There is no check digit. An unknown province is a warning only:
/// it may be the code of a foreign country. Rules: person.cccd_length, _province, _sex, _year.
Violations check_cccd(const CccdClaim& claim, Day today, TypedBy by, std::string_view field);

/// What the digits of a CCCD number say; nullopt unless there are twelve.
struct CccdParts {
    std::string_view province;  ///< GSO code, two digits: where the birth was registered
    std::string_view sex;       ///< male, female
    int birth_year = 0;
};
std::optional<CccdParts> read_cccd(std::string_view number);

/// The older identity card: nine digits, later twelve. Rule: person.cmnd.
Violations check_cmnd(std::string_view number, std::string_view field);
/// Five to nine letters and digits once blanks are gone; a Vietnamese one looks like B1234567, else it is a warning.
/// Rules: person.passport, person.passport_vietnam.
Violations check_passport(std::string_view number, std::string_view nationality, std::string_view field);
/// Health insurance: fifteen characters of the card, or ten digits of the social insurance code. Rule: person.insurance_number.
Violations check_insurance(std::string_view number, std::string_view field);
bool is_insurance_card(std::string_view number);

/// 2 to 100 letters, blanks, apostrophes, hyphens and dots, in NFC, with at least two letters. Rule: person.name.
Violations check_name(std::string_view name, std::string_view field);
/// From 1900 to today, at most 120 years ago. Rule: person.birth_date.
Violations check_birth(std::string_view text, Day today, std::string_view field);
/// Rule: person.phone.
Violations check_phone(std::string_view phone, std::string_view field);
/// The shape of RFC 5321, no more: whether it arrives is found out by sending. Rule: person.email.
Violations check_email(std::string_view address, std::string_view field);

/// Whether a text for everybody holds what is a telephone or a person's number: nine digits, whatever stands between them in small groups.
bool holds_number_of_person(std::string_view text);

/// E.164 ("+84912345678") from the ways people write numbers; "" when it is no number of Vietnam nor an international one.
std::string phone_e164(std::string_view text);

/// How a name and a phone are shown to somebody with masked sight: "NGUYEN VAN ***", "+84912345***".
std::string mask_name(std::string_view name);
std::string mask_phone(std::string_view phone);

}  // namespace lachan
