#include "qr/scan.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "kernel/crypto.h"
#include "kernel/text.h"
#include "kernel/time.h"

namespace lachan::qr {
namespace {

/// The most that the largest QR code holds, in alphanumeric mode.
constexpr std::size_t kLongestPayload = 4'296;
/// How an archive (DIVOC) comes through places made for text, four characters for three bytes.
constexpr std::string_view kArchiveUrl = "data:application/zip;base64,";
constexpr std::size_t kLongestArchive = kArchiveUrl.size() + kLongestPayload * 4 / 3 + 4;

using Parts = std::vector<std::string_view>;

Parts split(std::string_view text, char separator) {
    Parts parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_masked_digit(char c) { return is_digit(c) || c == '*'; }
bool is_masked_capital(char c) { return (c >= 'A' && c <= 'Z') || c == '*'; }
bool all(std::string_view text, bool (*test)(char)) { return std::all_of(text.begin(), text.end(), test); }

/// A day of the calendar as YYYY-MM-DD from its digits; "" when there is no such day.
std::string day_text(std::string_view year, std::string_view month, std::string_view day) {
    const std::string text = std::string(year) + '-' + std::string(month) + '-' + std::string(day);
    return Day::parse(text) ? text : "";
}

/// ddMMyyyy.
std::string compact_day(std::string_view text) {
    if (text.size() != 8 || !all(text, is_digit)) return "";
    return day_text(text.substr(4), text.substr(2, 2), text.substr(0, 2));
}

/// The ways a health insurance card writes a birth date: dd/MM/yyyy, ddMMyyyy, or the year.
std::string loose_day(std::string_view text) {
    if (text.size() == 4 && all(text, is_digit)) return std::string(text);
    if (text.size() == 10 && text[2] == '/' && text[5] == '/') return day_text(text.substr(6), text.substr(3, 2), text.substr(0, 2));
    return compact_day(text);
}

/// YYYY-MM-DD with day, or day and month, hidden.
bool is_masked_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !all(text.substr(0, 4), is_digit)) return false;
    const auto month = text.substr(5, 2);
    const auto day = text.substr(8, 2);
    const bool hidden_month = month == "**";
    const bool hidden_day = day == "**";
    // What is not hidden must be of the calendar: a hidden month is tried as January, a hidden day as the first.
    return !day_text(text.substr(0, 4), hidden_month ? "01" : month, hidden_day ? "01" : day).empty();
}

/// Text that somebody wrote into a card: trimmed, in NFC. nullopt when it is no clean text.
std::optional<std::string> clean(std::string_view text) {
    std::string composed = to_nfc(trim(text));
    if ((composed.empty() && !trim(text).empty()) || has_control(composed)) return std::nullopt;
    return composed;
}

std::optional<std::string> clean_hex(std::string_view hex) {
    std::string lower(hex);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    const auto bytes = from_hex(lower);
    if (!bytes || bytes->empty()) return std::nullopt;
    const std::string text(bytes->begin(), bytes->end());
    return is_utf8(text) ? clean(text) : std::nullopt;
}

/// 0 and nine digits of which the first is that of a mobile network; `*` hides any digit.
bool is_mobile_shape(std::string_view text) {
    return text.size() == 10 && text[0] == '0' && all(text, is_masked_digit) &&
           std::string_view("35789*").find(text[1]) != std::string_view::npos;
}

bool is_insurance_shape(std::string_view text) {
    return text.size() == 15 && all(text.substr(0, 2), is_masked_capital) && all(text.substr(2), is_masked_digit);
}

bool is_document(std::string_view text) {
    const auto allowed = [](char c) { return is_masked_digit(c) || is_masked_capital(c) || c == '<'; };
    return text.size() <= 20 && std::all_of(text.begin(), text.end(), allowed);
}

/// The order of EXT is not published, so its parts are known by their shape.
void read_ext(std::string_view ext, NationalPerson& person) {
    if (ext.empty()) return;
    for (const std::string_view raw : split(ext, '<')) {
        const std::string_view part = trim(raw);
        if (part.empty()) continue;
        const bool sex = part == "0" || part == "1" || part == "2";
        if (sex && person.sex.empty()) {
            person.sex = part;
        } else if (is_mobile_shape(part) && person.phone.empty()) {
            person.phone = part;
        } else if ((is_insurance_shape(part) || (part.size() == 10 && all(part, is_digit) && !is_mobile_shape(part))) &&
                   person.insurance.empty()) {
            // Ten digits that look like a mobile are one, also when a first was there already (DOMAIN 2.4).
            person.insurance = part;
        } else {
            if (!person.unknown.empty()) person.unknown += '<';
            person.unknown += part;
        }
    }
}

std::optional<Scanned> read_national(Parts parts) {
    // White space around a part says nothing, and a part of white space alone is empty.
    for (std::string_view& part : parts) part = trim(part);
    if (parts.size() != 6 || !is_masked_day(parts[2]) || !is_document(parts[0])) return std::nullopt;
    if (parts[3] != "0" && parts[3] != "1") return std::nullopt;
    const auto name = clean(parts[1]);
    const auto qid = clean(parts[4]);
    const auto ext = clean(parts[5]);
    if (!name || name->empty() || !qid || qid->empty() || !ext) return std::nullopt;
    NationalPerson person;
    person.document = parts[0];
    person.name = *name;
    person.birth_date = parts[2];
    person.on_behalf = parts[3] == "1";
    person.qid = *qid;
    read_ext(*ext, person);
    return person;
}

std::optional<Scanned> read_cccd(const Parts& parts) {
    if (parts.size() < 7 || parts[0].size() != 12 || !all(parts[0], is_digit)) return std::nullopt;
    if (!parts[1].empty() && !all(parts[1], is_digit)) return std::nullopt;
    const auto sex = clean(parts[4]);
    const auto name = clean(parts[2]);
    const auto address = clean(parts[5]);
    if (!sex || (*sex != "Nam" && *sex != "Nữ") || !name || !address) return std::nullopt;
    CccdCard card{std::string(parts[0]), std::string(parts[1]), *name, compact_day(parts[3]), *sex == "Nam" ? "male" : "female",
                  *address, compact_day(parts[6])};
    if (card.birth_date.empty() || card.issued_on.empty()) return std::nullopt;
    return card;
}

std::optional<Scanned> read_insurance(const Parts& parts) {
    if (parts.size() < 8 || (parts[3] != "1" && parts[3] != "2")) return std::nullopt;
    const bool number = (is_insurance_shape(parts[0]) && parts[0].find('*') == std::string_view::npos) ||
                        (parts[0].size() == 10 && all(parts[0], is_digit));
    const auto name = clean_hex(parts[1]);
    const auto address = clean_hex(parts[4]);
    std::string birth = loose_day(parts[2]);
    if (!number || !name || !address || birth.empty()) return std::nullopt;
    return InsuranceCard{std::string(parts[0]), *name, std::move(birth), parts[3] == "1" ? "male" : "female", *address};
}

/// https://<host>/l/<id>?v=1&s=<seal>
std::optional<Scanned> read_location(std::string_view text) {
    constexpr std::string_view kStart = "https://";
    constexpr std::string_view kPath = "/l/";
    constexpr std::string_view kQuery = "?v=1&s=";
    if (!text.starts_with(kStart)) return std::nullopt;
    const std::string_view address = text.substr(kStart.size());
    const std::string_view host = address.substr(0, address.find('/'));
    const std::string_view path = address.substr(host.size());
    const auto question = path.find(kQuery);
    if (host.empty() || !path.starts_with(kPath) || question == std::string_view::npos) return std::nullopt;
    const std::string_view id = path.substr(kPath.size(), question - kPath.size());
    const auto base32 = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); };
    const auto seal = from_base64url(path.substr(question + kQuery.size()));
    if (id.empty() || !std::all_of(id.begin(), id.end(), base32) || !seal || seal->empty()) return std::nullopt;
    return LocationCode{std::string(text), std::string(host), std::string(id)};
}

/// Whether `text` begins like a health certificate of any family; its own library says which, and whether it reads it.
bool is_certificate(std::string_view text) {
    constexpr std::string_view kStarts[]{"HC1:", "HC1%3A", "HC1%3a", "shc:/", "NL2:", "AT1:", "NO1:", kArchiveUrl};
    const bool has_start = std::any_of(std::begin(kStarts), std::end(kStarts),
                                       [text](std::string_view start) { return text.starts_with(start); });
    // JSON alone says little: the words that every code of the two families holds tell it from any other.
    const auto has = [text](std::string_view word) { return text.find(word) != std::string_view::npos; };
    const bool is_seal = has("\"icao.") && has("\"sig\"");
    const bool is_credential = has("\"@context\"") && has("\"proof\"");
    return has_start || (text.starts_with('{') && (is_seal || is_credential));
}

std::string hide(std::string_view text, std::size_t from, std::size_t count) {
    std::string hidden(text);
    for (std::size_t i = from; i < hidden.size() && i - from < count; ++i) hidden[i] = '*';
    return hidden;
}

/// No part may hold a separator: it would become two.
std::string part(std::string_view text, std::string_view separators) {
    std::string plain(text);
    std::erase_if(plain, [&](char c) { return separators.find(c) != std::string_view::npos; });
    return plain;
}

const char* sex_name(std::string_view code) { return code == "1" ? "male" : code == "2" ? "female" : ""; }

void put(Json& object, const char* key, std::string_view value) {
    // A hidden part would be wrong in a form.
    if (!value.empty() && value.find('*') == std::string_view::npos) object[key] = value;
}

Json describe(const NationalPerson& person) {
    Json fields = Json::object();
    const bool cccd = person.document.size() == 12 && all(person.document, is_digit);
    const bool cmnd = person.document.size() == 9 && all(person.document, is_digit);
    if (!person.document.empty() && person.document.find('*') == std::string::npos) {
        fields["idType"] = cccd ? "cccd" : cmnd ? "cmnd" : "passport";
    }
    put(fields, "idNumber", person.document);
    put(fields, "fullName", person.name);
    if (person.birth_date.substr(5) == "**-**") put(fields, "birthDate", person.birth_date.substr(0, 4));
    else put(fields, "birthDate", person.birth_date);
    put(fields, "sex", sex_name(person.sex));
    put(fields, "insuranceNumber", person.insurance);
    if (fields.contains("insuranceNumber")) fields["hasInsurance"] = true;
    put(fields, "phone", person.phone);
    return {{"family", "national"},           {"document", person.document}, {"name", person.name},
            {"birthDate", person.birth_date}, {"onBehalf", person.on_behalf}, {"qid", person.qid},
            {"sex", person.sex},              {"insurance", person.insurance}, {"phone", person.phone},
            {"unknown", person.unknown},      {"person", std::move(fields)}};
}

Json describe(const CccdCard& card) {
    Json fields{{"idType", "cccd"}, {"idNumber", card.number}, {"birthDate", card.birth_date}, {"sex", card.sex},
                {"nationality", "VNM"}};
    put(fields, "fullName", card.name);
    return {{"family", "cccd"},      {"oldNumber", card.old_number}, {"address", card.address},
            {"issuedOn", card.issued_on}, {"person", std::move(fields)}};
}

Json describe(const InsuranceCard& card) {
    Json fields{{"hasInsurance", true}, {"insuranceNumber", card.number}, {"birthDate", card.birth_date}, {"sex", card.sex}};
    put(fields, "fullName", card.name);
    return {{"family", "insurance"}, {"address", card.address}, {"person", std::move(fields)}};
}

Json describe(const CertificateText& code) { return {{"family", "certificate"}, {"text", code.text}}; }
Json describe(const LocationCode& code) { return {{"family", "location"}, {"host", code.host}, {"id", code.id}, {"text", code.text}}; }
Json describe(const Credential& code) { return {{"family", "credential"}, {"text", code.text}}; }
Json describe(const Opaque& code) { return {{"family", "opaque"}, {"text", code.text}}; }

}  // namespace

Result<Scanned> scan(std::string_view payload) {
    const std::string_view text = trim(payload);
    const std::size_t longest = text.starts_with(kArchiveUrl) ? kLongestArchive : kLongestPayload;
    if (text.empty() || text.size() > longest || !is_utf8(text)) {
        return Error{Errc::malformed, "qr.payload", "nothing, too long or not UTF-8"};
    }
    if (is_certificate(text)) return Scanned(CertificateText{std::string(text)});
    if (auto location = read_location(text)) return *location;
    if (text.starts_with(kCredentialPrefix)) return Scanned(Credential{std::string(text)});
    const Parts parts = split(text, '|');
    if (auto national = read_national(parts)) return *national;
    if (auto card = read_cccd(parts)) return *card;
    if (auto card = read_insurance(parts)) return *card;
    return Scanned(Opaque{std::string(text)});
}

Json to_json(const Scanned& scanned) {
    return std::visit([](const auto& one) { return describe(one); }, scanned);
}

std::string write_national(const NationalPerson& person, Display display) {
    const bool masked = display == Display::masked;
    std::string document = part(person.document, "|");
    std::string birth_date = part(person.birth_date, "|");
    std::string insurance = part(person.insurance, "|<");
    std::string phone = part(person.phone, "|<");
    if (masked) {
        document = hide(document, 0, 6);
        if (birth_date.size() == 10) birth_date = birth_date.substr(0, 4) + "-**-**";
        insurance = hide(insurance, 3, insurance.size());
        phone = hide(phone, 2, phone.size());
    }
    std::string ext;
    for (const std::string& one : {part(person.sex, "|<"), insurance, phone, part(person.unknown, "|")}) {
        if (one.empty()) continue;
        if (!ext.empty()) ext += '<';
        ext += one;
    }
    return document + '|' + part(person.name, "|") + '|' + birth_date + '|' + (person.on_behalf ? '1' : '0') + '|' +
           part(person.qid, "|") + '|' + ext;
}

}  // namespace lachan::qr
