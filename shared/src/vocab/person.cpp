#include "vocab/person.h"

#include <algorithm>
#include <array>

#include "kernel/text.h"

namespace lachan {
namespace {

constexpr int kOldest = 120;
constexpr int kFirstYear = 1900;

/// The 63 provinces in which a birth could be registered when the card was made; a merger does not change the number.
constexpr std::array<bool, 100> provinces_of_cccd() {
    constexpr int kCodes[] = {1,  2,  4,  6,  8,  10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33,
                              34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66,
                              67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96};
    std::array<bool, 100> known{};
    for (const int code : kCodes) known[static_cast<std::size_t>(code)] = true;
    return known;
}
constexpr auto kProvinces = provinces_of_cccd();

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

int number_of(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

Violation at_field(std::string_view field, const char* rule, bool warning = false) {
    return {std::string(field), rule, nullptr, warning};
}

/// The nine digits after the 0 or +84 of a mobile number.
bool is_mobile_rest(std::string_view rest) {
    if (rest.size() != 9 || !all_digits(rest)) return false;
    const auto second = [&](std::string_view digits) { return digits.find(rest[1]) != std::string_view::npos; };
    switch (rest[0]) {
        case '3': return second("23456789");
        case '5': return second("25689");
        case '7': return second("06789");
        case '8': return second("123456789");
        case '9': return second("012346789");
        default: return false;
    }
}

bool is_domain(std::string_view domain) {
    std::size_t labels = 0;
    while (!domain.empty()) {
        const auto dot = std::min(domain.find('.'), domain.size());
        const auto label = domain.substr(0, dot);
        const auto allowed = [](char c) { return is_digit(c) || is_capital(c) || (c >= 'a' && c <= 'z') || c == '-'; };
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        if (!std::all_of(label.begin(), label.end(), allowed)) return false;
        ++labels;
        if (dot == domain.size()) break;
        domain.remove_prefix(dot + 1);
        if (domain.empty()) return false;
    }
    return labels >= 2;
}

}  // namespace

Result<Birth> parse_birth(std::string_view text) {
    if (text.size() == 4 && all_digits(text)) return Birth{number_of(text), std::nullopt};
    const auto day = Day::parse(text);
    if (!day) return Error{Errc::malformed, "person.birth_date", "neither YYYY nor YYYY-MM-DD"};
    return Birth{year_of(*day), *day};
}

AgeRange age_on(const Birth& birth, Day day) {
    if (birth.day) {
        const int years = completed_years(*birth.day, day);
        return {years, years};
    }
    // Born on the last and on the first day of the year.
    return {completed_years(first_day_of_year(birth.year + 1) + -1, day), completed_years(first_day_of_year(birth.year), day)};
}

std::optional<CccdParts> read_cccd(std::string_view number) {
    if (number.size() != 12 || !all_digits(number)) return std::nullopt;
    const int century = number[3] - '0';
    CccdParts parts;
    if (number[0] == '0') parts.province = number.substr(1, 2);
    parts.sex = century % 2 == 0 ? "male" : "female";
    parts.birth_year = kFirstYear + 100 * (century / 2) + number_of(number.substr(4, 2));
    return parts;
}

Violations check_cccd(const CccdClaim& claim, Day today, TypedBy by, std::string_view field) {
    const auto parts = read_cccd(claim.number);
    if (!parts) return {at_field(field, "person.cccd_length")};
    Violations out;
    const bool warning = by == TypedBy::officer;
    if (parts->province.empty() || !kProvinces[static_cast<std::size_t>(number_of(parts->province))]) {
        out.push_back(at_field(field, "person.cccd_province", true));
    }
    const bool has_sex = claim.sex == "male" || claim.sex == "female";
    if (has_sex && claim.sex != parts->sex) out.push_back(at_field(field, "person.cccd_sex", warning));

    const int this_year = year_of(today);
    const bool possible = parts->birth_year <= this_year && this_year - parts->birth_year <= kOldest + 1;
    const auto birth = parse_birth(claim.birth_date);
    const bool agrees = !birth || birth->year == parts->birth_year;
    if (!possible || !agrees) {
        out.push_back({std::string(field), "person.cccd_year", {{"year", parts->birth_year}}, warning});
    }
    return out;
}

Violations check_cmnd(std::string_view number, std::string_view field) {
    if (all_digits(number) && (number.size() == 9 || number.size() == 12)) return {};
    return {at_field(field, "person.cmnd")};
}

Violations check_passport(std::string_view number, std::string_view nationality, std::string_view field) {
    std::string plain;
    std::copy_if(number.begin(), number.end(), std::back_inserter(plain), [](char c) { return c != ' '; });
    const auto allowed = [](char c) { return is_digit(c) || is_capital(c) || c == '<'; };
    if (plain.size() < 5 || plain.size() > 9 || !std::all_of(plain.begin(), plain.end(), allowed)) {
        return {at_field(field, "person.passport")};
    }
    const bool vietnamese = plain.size() == 8 && is_capital(plain[0]) && all_digits(std::string_view(plain).substr(1));
    if (nationality == "VNM" && !vietnamese) return {at_field(field, "person.passport_vietnam", true)};
    return {};
}

bool is_insurance_card(std::string_view number) {
    return number.size() == 15 && is_capital(number[0]) && is_capital(number[1]) && number[2] >= '1' && number[2] <= '5' &&
           all_digits(number.substr(3));
}

Violations check_insurance(std::string_view number, std::string_view field) {
    if (is_insurance_card(number) || (number.size() == 10 && all_digits(number))) return {};
    return {at_field(field, "person.insurance_number")};
}

Violations check_name(std::string_view name, std::string_view field) {
    const auto is_mark = [](char c) { return c == ' ' || c == '-' || c == '.' || c == '\''; };
    std::string letters;
    std::copy_if(name.begin(), name.end(), std::back_inserter(letters), [&](char c) { return !is_mark(c); });
    const std::size_t length = code_points(name);
    const bool bounded = length >= 2 && length <= 100 && code_points(letters) >= 2 && trim(name).size() == name.size();
    if (is_nfc(name) && is_name(name) && bounded) return {};
    return {at_field(field, "person.name")};
}

Violations check_birth(std::string_view text, Day today, std::string_view field) {
    const auto birth = parse_birth(text);
    const bool right = birth && birth->year >= kFirstYear && (birth->day ? *birth->day <= today : birth->year <= year_of(today)) &&
                       age_on(*birth, today).youngest <= kOldest;
    if (right) return {};
    return {at_field(field, "person.birth_date")};
}

bool holds_number_of_person(std::string_view text) {
    int digits = 0;
    bool is_gap = false;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            if (++digits == 9) return true;
            is_gap = false;
        } else if (!is_gap && (c == ' ' || c == '.' || c == '-')) {
            is_gap = true;
        } else {
            digits = 0;
        }
    }
    return false;
}

std::string phone_e164(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        if (c == ' ' || c == '.' || c == '-' || c == '(' || c == ')') continue;
        if (!is_digit(c) && !(c == '+' && plain.empty())) return "";
        plain += c;
    }
    std::string_view rest = plain;
    const bool plus = !rest.empty() && rest[0] == '+';
    if (plus) rest.remove_prefix(1);
    const bool national = !plus && rest.substr(0, 1) == "0";
    if (national || rest.substr(0, 2) == "84") {
        rest.remove_prefix(national ? 1 : 2);
        const bool landline = rest.size() == 10 && rest[0] == '2';
        if (is_mobile_rest(rest) || landline) return "+84" + std::string(rest);
        return "";
    }
    const bool foreign = plus && rest.size() >= 7 && rest.size() <= 15 && rest[0] != '0';
    return foreign ? plain : "";
}

Violations check_phone(std::string_view phone, std::string_view field) {
    if (!phone_e164(phone).empty()) return {};
    return {at_field(field, "person.phone")};
}

Violations check_email(std::string_view address, std::string_view field) {
    const auto sign = address.rfind('@');
    const auto local = address.substr(0, std::min(sign, address.size()));
    const auto allowed = [](char c) {
        return is_digit(c) || is_capital(c) || (c >= 'a' && c <= 'z') ||
               std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
    };
    const bool right = sign != std::string_view::npos && address.size() <= 254 && !local.empty() && local.size() <= 64 &&
                       local.front() != '.' && local.back() != '.' && local.find("..") == std::string_view::npos &&
                       std::all_of(local.begin(), local.end(), allowed) && is_domain(address.substr(sign + 1));
    if (right) return {};
    return {at_field(field, "person.email")};
}

std::string mask_name(std::string_view name) {
    const auto blank = name.rfind(' ');
    return blank == std::string_view::npos ? "***" : std::string(name.substr(0, blank)) + " ***";
}

std::string mask_phone(std::string_view phone) {
    if (phone.size() < 6) return "***";
    return std::string(phone.substr(0, phone.size() - 3)) + "***";
}

}  // namespace lachan
