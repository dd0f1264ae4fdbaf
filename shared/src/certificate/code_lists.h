#pragma once

#include <span>
#include <string_view>

/// The code lists of EU certificates that are short and known in full. They move: a code may be newer than the list.
namespace lachan::certificate {

/// One value set of the eHealth Network as it was on a day, codes that it calls deprecated included: what was given under them is
/// still certified. The source is in docs/RULES.md under issue.code.
struct CodeList {
    const char* name;
    const char* as_of;
    std::span<const std::string_view> codes;

    bool has(std::string_view code) const;
};

extern const CodeList kDiseases;
extern const CodeList kVaccines;
extern const CodeList kProducts;
extern const CodeList kManufacturers;
extern const CodeList kTestTypes;
extern const CodeList kTestResults;

/// Whether `code` is a country or area of ISO 3166-1 alpha-2 (the EU's list country-2-codes; Kosovo is XK in it).
bool is_country(std::string_view code);

}  // namespace lachan::certificate
