#include "certificate/strict.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "certificate/code_lists.h"
#include "certificate/dcc.h"
#include "certificate/transliterate.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

constexpr std::string_view kCheckAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:";
constexpr std::size_t kTextLength = 80;
constexpr std::string_view kIdentifierStart = "URN:UVCI:01:";
constexpr std::string_view kRapidTest = "LP217198-3";
/// Regulation (EU) 2021/953: a certificate of recovery is issued and valid from the 11th day after the first positive test at the
/// earliest, and until the 180th at the latest.
constexpr std::int32_t kRecoveryFrom = 11;
constexpr std::int32_t kRecoveryUntil = 180;
constexpr const char* kCountryList = "country-2-codes (ISO 3166-1)";

enum class Type { text, code, maker_of_test, dose, date, date_time, country, identifier };

struct StrictField {
    const char* key;
    const char* name;
    Type type;
    bool is_required;
    const CodeList* list = nullptr;
};

constexpr StrictField kVaccination[]{
    {"tg", "disease", Type::code, true, &kDiseases},           {"vp", "vaccine", Type::code, true, &kVaccines},
    {"mp", "product", Type::code, true, &kProducts},           {"ma", "manufacturer", Type::code, true, &kManufacturers},
    {"dn", "dose", Type::dose, true},                          {"sd", "doses", Type::dose, true},
    {"dt", "date", Type::date, true},                          {"co", "country", Type::country, true},
    {"is", "issuer", Type::text, true},                        {"ci", "identifier", Type::identifier, true}};
constexpr StrictField kTest[]{
    {"tg", "disease", Type::code, true, &kDiseases},           {"tt", "testType", Type::code, true, &kTestTypes},
    {"nm", "testName", Type::text, false},                     {"ma", "manufacturer", Type::maker_of_test, false},
    {"sc", "sampledAt", Type::date_time, true},                {"tr", "result", Type::code, true, &kTestResults},
    {"tc", "centre", Type::text, false},                       {"co", "country", Type::country, true},
    {"is", "issuer", Type::text, true},                        {"ci", "identifier", Type::identifier, true}};
constexpr StrictField kRecovery[]{
    {"tg", "disease", Type::code, true, &kDiseases}, {"fr", "firstPositiveOn", Type::date, true}, {"co", "country", Type::country, true},
    {"is", "issuer", Type::text, true},    {"df", "validFrom", Type::date, true},       {"du", "validUntil", Type::date, true},
    {"ci", "identifier", Type::identifier, true}};

constexpr std::array kEvents{Event::vaccination, Event::test, Event::recovery};

std::span<const StrictField> fields_of(Event event) {
    switch (event) {
        case Event::vaccination: return kVaccination;
        case Event::test: return kTest;
        case Event::recovery: break;
    }
    return kRecovery;
}

bool is_all(std::string_view text, bool (*test)(char)) { return std::all_of(text.begin(), text.end(), test); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/// What the code lists of the EU and the WHO are made of.
bool is_code(std::string_view text) {
    return !text.empty() && text.size() <= kTextLength && is_all(text, [](char c) {
        return is_capital(c) || is_digit(c) || (c >= 'a' && c <= 'z') || c == '/' || c == '-' || c == '.' || c == '_';
    });
}

bool is_text(std::string_view text) {
    return !text.empty() && code_points(text) <= kTextLength && is_nfc(text) && !has_control(text) && trim(text) == text;
}

/// The EU's list of rapid tests names each by a number of a few digits.
bool is_maker_of_test(std::string_view text) { return !text.empty() && text.size() <= 5 && is_all(text, is_digit); }

bool has_type(const Json& value, Type type) {
    if (type == Type::dose) return value.is_number_integer() && value.get<std::int64_t>() >= 1 && value.get<std::int64_t>() <= 9;
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    switch (type) {
        case Type::text: return is_text(text);
        case Type::code: return is_code(text);
        case Type::maker_of_test: return is_maker_of_test(text);
        case Type::date: return Day::parse(text).has_value();
        case Type::date_time: return is_date_time(text);
        case Type::country: return text.size() == 2 && is_all(text, is_capital);
        case Type::identifier: return is_identifier(text);
        case Type::dose: break;
    }
    return false;
}

/// Collects violations under the path of what is being looked at.
class Checker {
public:
    void add(std::string field, const char* rule) { found_.push_back({std::move(field), rule}); }
    void require(bool holds, const std::string& field, const char* rule) {
        if (!holds) add(field, rule);
    }
    /// `say` is what the field should have been.
    void add_code(std::string field, const std::string& say, NewCodes codes) {
        found_.push_back({std::move(field), "issue.code", {{"say", say}}, codes == NewCodes::taken});
    }
    /// Nothing but `keys`: a strict certificate carries no field that nobody asked for.
    void only(const Json& object, const std::string& path, const std::vector<std::string_view>& keys) {
        for (const auto& [key, value] : object.items()) {
            require(std::find(keys.begin(), keys.end(), std::string_view(key)) != keys.end(), path + key, "issue.field");
        }
    }
    Violations take() { return std::move(found_); }

private:
    Violations found_;
};

void check_names(Checker& checker, const Json& names) {
    if (!names.is_object()) return checker.add("nam", "issue.name");
    checker.only(names, "nam.", {"fn", "gn", "fnt", "gnt"});
    for (const auto& [plain, latin] : {std::pair{"fn", "fnt"}, std::pair{"gn", "gnt"}}) {
        if (!names.contains(plain) && !names.contains(latin)) continue;
        const std::string_view written = text_at(names, plain);
        const auto expected = transliterate(written);
        checker.require(is_text(written) && is_name(written), std::string("nam.") + plain, "issue.name");
        checker.require(expected && *expected == text_at(names, latin), std::string("nam.") + latin, "issue.name");
    }
    checker.require(names.contains("fn") || names.contains("gn"), "nam.fn", "issue.name");
}

/// A code of the right form against its list. Nothing is said of what has another form: that was said already.
void check_code(Checker& checker, const Json& value, const StrictField& field, const std::string& path, NewCodes codes) {
    if (!has_type(value, field.type)) return;
    const auto& text = value.is_string() ? value.get_ref<const std::string&>() : std::string();
    if (field.list != nullptr && !field.list->has(text)) {
        checker.add_code(path, "not in the list " + std::string(field.list->name) + " of " + field.list->as_of, codes);
    }
    if (field.type == Type::country && !is_country(text)) checker.add_code(path, std::string("not in the list ") + kCountryList, NewCodes::refused);
    if (field.type == Type::maker_of_test) checker.add_code(path, "of the right form; the list of makers of tests is not here", NewCodes::taken);
}

/// What an event must keep besides its fields: its day lies in a life, and a recovery has the days of its regulation.
void check_days(Checker& checker, const Json& entry, const std::string& path, std::optional<Day> birth, Day today) {
    const auto day_at = [&entry](const char* key) {
        const auto day = Day::parse(text_at(entry, key).substr(0, 10));
        return day ? std::optional(*day) : std::nullopt;
    };
    for (const char* past : {"dt", "sc", "fr"}) {
        const auto day = day_at(past);
        checker.require(!day || (*day <= today && (!birth || *birth <= *day)), path + past, "issue.date");
    }
    const auto first = day_at("fr");
    const auto from = day_at("df");
    const auto until = day_at("du");
    checker.require(!from || !until || *from <= *until, path + "du", "issue.date");
    if (!first) return;
    checker.require(today < *first || *first + kRecoveryFrom <= today, path + "fr", "issue.recovery");
    checker.require(!from || *first + kRecoveryFrom <= *from, path + "df", "issue.recovery");
    checker.require(!until || *until <= *first + kRecoveryUntil, path + "du", "issue.recovery");
}

/// Who is certified, and by which rules.
struct Frame {
    std::optional<Day> birth;
    Day today;
    NewCodes codes;
};

void check_event(Checker& checker, const Json& entry, Event event, const Frame& frame) {
    const std::string path = std::string(key_of(event)) + ".0.";
    if (!entry.is_object()) return checker.add(key_of(event), "issue.field");
    std::vector<std::string_view> keys;
    for (const StrictField& field : fields_of(event)) {
        keys.emplace_back(field.key);
        if (!entry.contains(field.key) && !field.is_required) continue;
        checker.require(has_type(at(entry, field.key), field.type), path + field.key, "issue.field");
        check_code(checker, at(entry, field.key), field, path + field.key, frame.codes);
    }
    checker.only(entry, path, keys);
    check_days(checker, entry, path, frame.birth, frame.today);
    if (event != Event::test) return;
    // The schema's own condition: a rapid test is known by its maker, the other by its name.
    const char* named_by = text_at(entry, "tt") == kRapidTest ? "ma" : "nm";
    checker.require(entry.contains(named_by), path + named_by, "issue.field");
}

/// The one event, if there is exactly one.
std::optional<Event> check_content(Checker& checker, const Json& payload, Day today, NewCodes codes) {
    if (!payload.is_object()) {
        checker.add("", "issue.field");
        return std::nullopt;
    }
    checker.only(payload, "", {"ver", "nam", "dob", "v", "t", "r"});
    checker.require(text_at(payload, "ver") == kWrittenVersion, "ver", "issue.field");
    check_names(checker, at(payload, "nam"));
    const auto birth = Day::parse(text_at(payload, "dob"));
    const bool is_birth = birth && *birth <= today && year_of(*birth) >= 1900;
    checker.require(is_birth, "dob", "issue.date");
    const Frame frame{is_birth ? std::optional(*birth) : std::nullopt, today, codes};
    std::optional<Event> only;
    std::size_t entries = 0;
    for (const Event event : kEvents) {
        const Json& list = at(payload, key_of(event));
        if (list.is_null() && !payload.contains(key_of(event))) continue;
        entries += list.is_array() && list.size() == 1 ? 1 : 2;
        if (list.is_array() && list.size() == 1) {
            only = event;
            check_event(checker, list[0], event, frame);
        }
    }
    checker.require(entries == 1, "v", "issue.event");
    return entries == 1 ? only : std::nullopt;
}

bool may_sign(const KeyUsage& usage, Event event) {
    if (usage.is_open()) return true;
    return event == Event::vaccination ? usage.vaccination : event == Event::test ? usage.test : usage.recovery;
}

std::string_view identifier_in(const Json& payload, Event event) { return text_at(at(payload, key_of(event))[0], "ci"); }

/// The same day a year later; 29 February becomes 1 March.
Instant a_year_after(Instant from) {
    const Day day = day_in_vietnam(from);
    const std::string text = to_string(day);
    const std::string next = std::to_string(year_of(day) + 1);
    const auto same = Day::parse(std::string(4 - next.size(), '0') + next + text.substr(4));
    const std::int32_t days = same ? *same - day : 366;
    return Instant{from.ms + days * kMillisecondsPerDay};
}

void check_times(Checker& checker, const Draft& draft, const Signer& signer, Instant now) {
    const Instant issued{draft.issued_at_s * 1000};
    const Instant expires{draft.expires_at_s * 1000};
    checker.require(issued <= now, "iat", "issue.time");
    checker.require(issued < expires && now < expires, "exp", "issue.time");
    checker.require(signer.not_before <= issued, "iat", "issue.key");
    checker.require(expires <= signer.not_after, "exp", "issue.key");
    checker.require(draft.issuer != "VN" || expires <= a_year_after(issued), "exp", "issue.time");
}

/// Dates and key of the message, whatever is in it.
void check_key(Checker& checker, const Draft& draft, const Signer& signer, Instant now) {
    check_times(checker, draft, signer, now);
    const bool is_two_capitals = draft.issuer.size() == 2 && is_all(draft.issuer, is_capital);
    checker.require(is_two_capitals && (signer.country.empty() || signer.country == draft.issuer), "iss", "issue.key");
    checker.require(draft.algorithm == signer.algorithm && draft.kid == signer.kid, "alg", "issue.key");
    checker.require(draft.algorithm == Algorithm::es256 || draft.algorithm == Algorithm::ps256, "alg", "issue.key");
}

/// A number of a row, also where a table of text brought it.
Json number_of(const Json& value) {
    if (!value.is_string()) return value;
    const auto& text = value.get_ref<const std::string&>();
    const bool is_small = !text.empty() && text.size() <= 3 && is_all(text, is_digit);
    return is_small ? Json(std::atoi(text.c_str())) : value;
}

Result<void> put_name(const Json& row, const char* name, const char* plain, const char* latin, Json& names) {
    const std::string written = to_nfc(trim(text_at(row, name)));
    if (written.empty()) return {};
    auto passport = transliterate(written);
    if (!passport) {
        const Error& why = passport.error();
        return Error{why.code, why.rule, std::string(name) + " (" + why.rule + "): " + why.detail};
    }
    names[plain] = written;
    names[latin] = std::move(*passport);
    return {};
}

std::optional<Event> kind_of(const Json& row) {
    const auto kind = std::find_if(kEvents.begin(), kEvents.end(), [&row](Event event) { return text_at(row, "kind") == name_of(event); });
    return kind == kEvents.end() ? std::nullopt : std::optional(*kind);
}

/// Columns of every kind: who it is about, what is printed beside the code, and which certificate is corrected.
constexpr std::array<std::string_view, 6> kCommonColumns{"kind", "familyName", "givenName", "birthDate", "nationality", "replaces"};
constexpr std::string_view kLot = "lot";

void add_columns(std::vector<std::string_view>& columns, Event event) {
    for (const StrictField& field : fields_of(event)) {
        if (std::find(columns.begin(), columns.end(), field.name) == columns.end()) columns.emplace_back(field.name);
    }
    if (event == Event::vaccination) columns.push_back(kLot);
}

bool is_dose(std::string_view column) { return column == "dose" || column == "doses"; }

}  // namespace

bool is_identifier(std::string_view text) {
    if (!text.starts_with(kIdentifierStart) || text.size() > kTextLength) return false;
    const std::size_t hash = text.find('#');
    const std::string_view plain = text.substr(0, hash);
    if (hash != std::string_view::npos && (text.size() != hash + 2 || uvci_check(plain) != text.back())) return false;
    const std::string_view rest = plain.substr(kIdentifierStart.size());
    return rest.size() > 3 && is_all(rest.substr(0, 2), is_capital) && rest[2] == ':' &&
           is_all(rest.substr(3), [](char c) { return is_capital(c) || is_digit(c) || c == '/'; });
}

std::string_view state_of_identifier(std::string_view identifier) {
    return identifier.size() < kIdentifierStart.size() + 2 ? std::string_view() : identifier.substr(kIdentifierStart.size(), 2);
}

bool is_date_time(std::string_view text) {
    if (text.size() < 20 || !Day::parse(text.substr(0, 10)) || text[10] != 'T') return false;
    const std::string_view time = text.substr(11, 8);
    const auto two = [](std::string_view at, int limit) {
        return is_digit(at[0]) && is_digit(at[1]) && (at[0] - '0') * 10 + at[1] - '0' < limit;
    };
    if (time[2] != ':' || time[5] != ':' || !two(time, 24) || !two(time.substr(3), 60) || !two(time.substr(6), 60)) return false;
    const std::string_view zone = text.substr(19);
    if (zone == "Z") return true;
    return zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' && two(zone.substr(1), 24) &&
           two(zone.substr(4), 60);
}

Violations check_strictly(const Draft& draft, const Signer& signer, Instant now, NewCodes codes) {
    Checker checker;
    const auto event = check_content(checker, draft.payload, day_in_vietnam(now), codes);
    check_key(checker, draft, signer, now);
    if (event) {
        const std::string_view identifier = identifier_in(draft.payload, *event);
        const bool is_foreign = is_identifier(identifier) && state_of_identifier(identifier) != draft.issuer;
        checker.require(!is_foreign, std::string(key_of(*event)) + ".0.ci", "issue.identifier");
        checker.require(may_sign(signer.usage, *event), key_of(*event), "issue.key");
    }
    return checker.take();
}

Violations check_message(const Draft& draft, const Signer& signer, Event event, Instant now) {
    Checker checker;
    check_key(checker, draft, signer, now);
    checker.require(may_sign(signer.usage, event), "kind", "issue.key");
    return checker.take();
}

char uvci_check(std::string_view text) {
    std::size_t sum = 0;
    std::size_t factor = 2;
    for (std::size_t i = text.size(); i-- > 0;) {
        const std::size_t value = kCheckAlphabet.find(text[i]);
        if (value == std::string_view::npos) return 0;
        const std::size_t product = factor * value;
        sum += product / kCheckAlphabet.size() + product % kCheckAlphabet.size();
        factor = 3 - factor;
    }
    return kCheckAlphabet[(kCheckAlphabet.size() - sum % kCheckAlphabet.size()) % kCheckAlphabet.size()];
}

std::string uvci(std::string_view country, std::span<const std::uint8_t> random, Checksum checksum) {
    std::string text = "URN:UVCI:01:" + std::string(country) + ":";
    for (char c : to_hex(random)) text += c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    if (checksum == Checksum::appended) text += std::string("#") + uvci_check(text);
    return text;
}

Result<Json> payload_of(const Json& row) {
    const auto kind = kind_of(row);
    if (!kind) return Error{Errc::rejected, "issue.event", "kind (issue.event): vaccination, test or recovery"};
    Json names = Json::object();
    TRY(put_name(row, "familyName", "fn", "fnt", names));
    TRY(put_name(row, "givenName", "gn", "gnt", names));
    Json entry = Json::object();
    for (const StrictField& field : fields_of(*kind)) {
        const Json& value = at(row, field.name);
        if (value.is_null() || value == "") continue;
        entry[field.key] = field.type == Type::dose ? number_of(value)
                           : value.is_string()      ? Json(to_nfc(trim(value.get_ref<const std::string&>())))
                                                    : value;
    }
    return Json{{"ver", kWrittenVersion},
                {"nam", names},
                {"dob", text_at(row, "birthDate")},
                {key_of(*kind), Json::array({entry})}};
}

Violations check_columns(const Json& row) {
    const auto kind = kind_of(row);
    if (!kind) return {};
    std::vector<std::string_view> known(kCommonColumns.begin(), kCommonColumns.end());
    add_columns(known, *kind);
    Violations found;
    for (const auto& [column, value] : row.items()) {
        const bool is_known = std::find(known.begin(), known.end(), std::string_view(column)) != known.end();
        if (!is_known) found.push_back({column, "issue.field", {{"say", std::string("no column of a ") + name_of(*kind)}}});
        else if (!is_dose(column) && !value.is_string() && !value.is_null()) found.push_back({column, "issue.field", {{"say", "no text"}}});
    }
    return found;
}

std::vector<std::string_view> certificate_columns() {
    std::vector<std::string_view> columns(kCommonColumns.begin(), kCommonColumns.end());
    for (const Event event : kEvents) add_columns(columns, event);
    return columns;
}

std::string column_of(std::string_view field) {
    if (field == "dob") return "birthDate";
    if (field.starts_with("nam.")) return field[4] == 'g' ? "givenName" : "familyName";
    for (const Event event : kEvents) {
        const std::string path = std::string(key_of(event)) + ".0.";
        if (!field.starts_with(path)) continue;
        for (const StrictField& known : fields_of(event)) {
            if (field.substr(path.size()) == known.key) return known.name;
        }
    }
    return std::string(field);
}

bool are_broken(const Violations& violations) {
    return std::any_of(violations.begin(), violations.end(), [](const Violation& one) { return !one.warning; });
}

Error refusal(const Violations& violations) {
    std::string detail;
    std::string rule;
    for (const Violation& one : violations) {
        if (one.warning) continue;
        if (rule.empty()) rule = one.rule;
        detail += (detail.empty() ? "" : ", ") + column_of(one.field) + " (" + one.rule + ")";
        if (const std::string_view say = text_at(one.params, "say"); !say.empty()) detail += ": " + std::string(say);
    }
    return Error{Errc::rejected, rule, detail};
}

}  // namespace lachan::certificate
