#include "certificate/own_content.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "certificate/certlogic.h"
#include "certificate/look_alikes.h"
#include "kernel/text.h"
#include "kernel/time.h"

namespace lachan::certificate {
namespace {

using cbor::Item;
using cbor::Kind;

constexpr std::int64_t kTypeKey = 0;
constexpr std::array<const char*, 3> kTypes{"card", "release", "result"};
constexpr std::array<const char*, 3> kSexes{"unknown", "male", "female"};
constexpr std::array<const char*, 3> kPlaces{"home", "facility", "hospital"};
constexpr std::array<const char*, 3> kMethods{"pcr", "rapidAntigen", "antibody"};
constexpr std::array<const char*, 4> kInterpretations{"negative", "positive", "indeterminate", "invalid"};

constexpr OwnField kName{1, "name", OwnForm::text, 100};
constexpr OwnField kBirthDate{2, "birthDate", OwnForm::birth};
constexpr OwnField kDocument{3, "document", OwnForm::document, 20, false};

// One space of keys over all types: a key means the same wherever it stands.
constexpr std::array kCard{
    kName, kBirthDate, kDocument, OwnField{4, "sex", OwnForm::choice, 0, false, kSexes}, OwnField{5, "person", OwnForm::word, 24},
};
constexpr std::array kRelease{
    kName,
    kBirthDate,
    kDocument,
    OwnField{6, "place", OwnForm::choice, 0, true, kPlaces},
    OwnField{7, "unit", OwnForm::unit},
    OwnField{8, "from", OwnForm::day},
    OwnField{9, "until", OwnForm::day},
    OwnField{10, "order", OwnForm::text, 40},
    OwnField{11, "followUpUntil", OwnForm::day, 0, false},
};
constexpr std::array kResult{
    kName,
    kBirthDate,
    kDocument,
    OwnField{12, "method", OwnForm::choice, 0, true, kMethods},
    OwnField{13, "interpretation", OwnForm::choice, 0, true, kInterpretations},
    OwnField{14, "sampledAt", OwnForm::moment},
    OwnField{15, "resultAt", OwnForm::moment},
    OwnField{16, "centre", OwnForm::text, 60},
    OwnField{17, "sample", OwnForm::word, 24},
    OwnField{18, "version", OwnForm::number, 99},
};
constexpr std::int64_t kLastKey = 18;

// LOINC: the two of the European certificate's value set, and antibodies in serum by immunoassay. SNOMED CT: those of that value set,
// and of the value set for qualitative results of the SMART Health Cards guide.
constexpr std::array<const char*, 3> kMethodCodes{"LP6464-4", "LP217198-3", "94762-2"};
constexpr std::array<const char*, 4> kInterpretationCodes{"260415000", "260373001", "419984006", "125154007"};

// The national personal QR hides the first six characters of a document (QĐ 1405/QĐ-BTTTT); of a citizen's number we hide nine.
constexpr std::string_view kHidden = "******";
constexpr std::string_view kHiddenOfCitizen = "*********";
constexpr std::size_t kShownOfCitizen = 3;
constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;
constexpr std::int64_t kFirstSecond = 946'684'800;     // 2000-01-01
constexpr std::int64_t kLastSecond = 7'258'118'400;    // 2200-01-01
constexpr std::int64_t kVietnamSeconds = 7 * 3600;
constexpr std::int64_t kDaySeconds = 86'400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital_or_digit(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_capital_or_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '/'; }
bool all(std::string_view text, bool (*test)(char)) { return std::all_of(text.begin(), text.end(), test); }

std::string padded(std::int64_t number, std::size_t width) {
    std::string text = std::to_string(number);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return text;
}

bool is_year(std::string_view text) {
    int year = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
    return error == std::errc() && end == text.data() + text.size() && text.size() == 4 && year >= kFirstYear && year <= kLastYear;
}

bool is_day(std::string_view text) { return Day::parse(text).has_value() && is_year(text.substr(0, 4)); }

/// YYYY, YYYY-MM or YYYY-MM-DD: what is not known of a birth is left out.
bool is_birth(std::string_view text) {
    if (text.size() == 4) return is_year(text);
    if (text.size() == 7) return is_day(std::string(text) + "-01");
    return is_day(text);
}

/// Hyphens between the digits of a year, a month and a day.
std::string with_hyphens(std::int64_t digits) {
    std::string text = std::to_string(digits);
    for (const std::size_t at : {std::size_t{4}, std::size_t{7}}) {
        if (text.size() > at) text.insert(at, 1, '-');
    }
    return text;
}

std::int64_t without_hyphens(std::string_view text) {
    std::int64_t digits = 0;
    for (const char c : text) {
        if (is_digit(c)) digits = digits * 10 + (c - '0');
    }
    return digits;
}

/// The second of a moment as `own_moment` writes it; nothing else is one.
std::optional<std::int64_t> second_of(std::string_view text) {
    const auto instant = certlogic::instant_of(text);
    if (!instant) return std::nullopt;
    const std::int64_t second = instant->ms / 1000;
    const bool is_ours = second >= kFirstSecond && second < kLastSecond && own_moment(second) == text;
    return is_ours ? std::optional(second) : std::nullopt;
}

bool is_hidden_citizen_number(std::string_view text) {
    return text.starts_with(kHiddenOfCitizen) && text.size() == kHiddenOfCitizen.size() + kShownOfCitizen &&
           all(text.substr(kHiddenOfCitizen.size()), is_digit);
}

bool is_document(std::string_view text, std::size_t most) {
    if (is_hidden_citizen_number(text)) return true;
    return text.starts_with(kHidden) && text.size() > kHidden.size() && text.size() <= most &&
           all(text.substr(kHidden.size()), is_capital_or_digit);
}

/// Codes of the General Statistics Office: 2 digits a province, 3 a district, 5 a commune.
bool is_unit(std::string_view text) { return (text.size() == 2 || text.size() == 3 || text.size() == 5) && all(text, is_digit); }

std::optional<std::size_t> place_of(std::span<const char* const> words, std::string_view word) {
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - words.begin()));
}

/// Whether `value` is a value of `field`. That a text is in NFC, and the rest of Unicode's classes, are seen to where it is written: a
/// verifier gets by without those tables.
bool has_form(const Json& value, const OwnField& field) {
    if (field.form == OwnForm::number) {
        return value.is_number_integer() && value.get<std::int64_t>() >= 1 && value.get<std::int64_t>() <= static_cast<std::int64_t>(field.most);
    }
    if (!value.is_string()) return false;
    const std::string_view text = value.get_ref<const std::string&>();
    switch (field.form) {
        case OwnForm::text: return !text.empty() && is_utf8(text) && code_points(text) <= field.most && !has_hidden(text) && trim(text) == text;
        case OwnForm::word: return !text.empty() && text.size() <= field.most && all(text, is_word);
        case OwnForm::document: return is_document(text, field.most);
        case OwnForm::unit: return is_unit(text);
        case OwnForm::birth: return is_birth(text);
        case OwnForm::day: return is_day(text);
        case OwnForm::moment: return second_of(text).has_value();
        case OwnForm::choice: return place_of(field.words, text).has_value();
        case OwnForm::number: break;
    }
    return false;
}

/// The item as the word or number it stands for; null for one of another kind. Whether that is a value is asked of `has_form`.
Json word_of(const Item& item, const OwnField& field) {
    const bool is_text = field.form == OwnForm::text || field.form == OwnForm::word || field.form == OwnForm::document || field.form == OwnForm::unit;
    if (is_text) return item.is(Kind::text) ? Json(item.content) : Json(nullptr);
    if (!item.is(Kind::unsigned_integer) || item.argument > static_cast<std::uint64_t>(kLastSecond)) return nullptr;
    const auto number = static_cast<std::int64_t>(item.argument);
    switch (field.form) {
        case OwnForm::birth:
        case OwnForm::day: return with_hyphens(number);
        case OwnForm::moment: return own_moment(number);
        case OwnForm::choice: return item.argument < field.words.size() ? Json(field.words[static_cast<std::size_t>(number)]) : Json(nullptr);
        default: return number;
    }
}

void write_word(Bytes& out, const Json& value, const OwnField& field) {
    if (value.is_number_integer()) return cbor::write_integer(out, value.get<std::int64_t>());
    const std::string& text = value.get_ref<const std::string&>();
    switch (field.form) {
        case OwnForm::birth:
        case OwnForm::day: return cbor::write_integer(out, without_hyphens(text));
        case OwnForm::moment: return cbor::write_integer(out, second_of(text).value_or(0));
        case OwnForm::choice: return cbor::write_integer(out, static_cast<std::int64_t>(place_of(field.words, text).value_or(0)));
        default: return cbor::write_text(out, text);
    }
}

/// Which of two fields is at fault when they stand in the wrong order: the later one.
void check_order(const Json& words, const char* first, const char* second, std::vector<std::string>& faults) {
    const std::string_view earlier = text_at(words, first);
    const std::string_view later = text_at(words, second);
    const bool is_wrong = !earlier.empty() && !later.empty() && later < earlier;
    if (is_wrong && std::find(faults.begin(), faults.end(), second) == faults.end()) faults.emplace_back(second);
}

const OwnField* field_with(std::span<const OwnField> fields, const Item& key) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&key](const OwnField& field) { return key.is_integer(field.key); });
    return found == fields.end() ? nullptr : &*found;
}

/// Whether the key is one of this version, though of another type.
bool is_of_this_version(const Item& key) { return key.is(Kind::unsigned_integer) && key.argument <= static_cast<std::uint64_t>(kLastKey); }

void copy(const Json& from, Json& to, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (from.contains(name)) to[name] = from[name];
    }
}

/// The standard code for the word at `key`, under the name that other families have for it.
void copy_code(const Json& from, const char* key, std::span<const char* const> words, std::span<const char* const> codes, Json& to,
               const char* name) {
    const auto place = place_of(words, text_at(from, key));
    if (place) to[name] = codes[*place];
}

}  // namespace

std::string own_moment(std::int64_t second) {
    const std::int64_t here = second + kVietnamSeconds;
    const std::int64_t of_day = here % kDaySeconds;
    return to_string(Day{static_cast<std::int32_t>(here / kDaySeconds)}) + "T" + padded(of_day / 3600, 2) + ":" +
           padded(of_day / 60 % 60, 2) + ":" + padded(of_day % 60, 2) + "+07:00";
}

const char* name_of(OwnType type) { return kTypes[static_cast<std::size_t>(type)]; }

std::optional<OwnType> own_type_named(std::string_view name) {
    const auto place = place_of(kTypes, name);
    return place ? std::optional(static_cast<OwnType>(*place)) : std::nullopt;
}

std::span<const OwnField> own_fields(OwnType type) {
    switch (type) {
        case OwnType::card: return kCard;
        case OwnType::release: return kRelease;
        case OwnType::result: break;
    }
    return kResult;
}

std::vector<std::string> own_faults(const Json& words) {
    const auto type = own_type_named(text_at(words, "type"));
    if (!type) return {"type"};
    std::vector<std::string> faults;
    for (const OwnField& field : own_fields(*type)) {
        const Json& value = at(words, field.name);
        const bool is_right = value.is_null() ? !field.is_required : has_form(value, field);
        if (!is_right) faults.emplace_back(field.name);
    }
    // Texts of days and of moments in one zone sort as their time does.
    check_order(words, "from", "until", faults);
    check_order(words, "until", "followUpUntil", faults);
    check_order(words, "sampledAt", "resultAt", faults);
    return faults;
}

OwnContent own_content_of(const Item& map) {
    OwnContent content;
    const Item* type = cbor::find(map, kTypeKey);
    if (type == nullptr || !type->is(Kind::unsigned_integer)) {
        content.faults.emplace_back("type");
        return content;
    }
    content.is_newer = type->argument >= kTypes.size();
    for (std::size_t i = 0; i < map.items.size(); i += 2) content.is_newer |= map.items[i].is(Kind::negative_integer);
    if (content.is_newer) return content;
    const auto fields = own_fields(static_cast<OwnType>(type->argument));
    Json words{{"type", kTypes[static_cast<std::size_t>(type->argument)]}};
    for (std::size_t i = 0; i < map.items.size(); i += 2) {
        const Item& key = map.items[i];
        if (key.is_integer(kTypeKey)) continue;
        if (const OwnField* field = field_with(fields, key)) {
            words[field->name] = word_of(map.items[i + 1], *field);
            // A value of another kind is no absent one.
            if (words[field->name].is_null()) content.faults.emplace_back(field->name);
        } else if (is_of_this_version(key)) {
            content.faults.emplace_back("type");
        } else {
            content.has_unknown = true;
        }
    }
    for (std::string& fault : own_faults(words)) {
        if (std::find(content.faults.begin(), content.faults.end(), fault) == content.faults.end()) content.faults.push_back(std::move(fault));
    }
    for (const std::string& fault : content.faults) {
        if (fault != "type") words.erase(fault);
    }
    content.words = std::move(words);
    return content;
}

Bytes own_content_bytes(const Json& words) {
    const OwnType type = own_type_named(text_at(words, "type")).value_or(OwnType::card);
    const auto fields = own_fields(type);
    const auto is_there = [&words](const OwnField& field) { return !at(words, field.name).is_null(); };
    Bytes out;
    cbor::write_head(out, 5, 1 + static_cast<std::uint64_t>(std::count_if(fields.begin(), fields.end(), is_there)));
    cbor::write_integer(out, kTypeKey);
    cbor::write_integer(out, static_cast<std::int64_t>(type));
    for (const OwnField& field : fields) {
        if (!is_there(field)) continue;
        cbor::write_integer(out, field.key);
        write_word(out, at(words, field.name), field);
    }
    return out;
}

Json own_holder_of(const Json& content) {
    Json holder = Json::object();
    copy(content, holder, {"name", "birthDate", "sex", "document", "person"});
    return holder;
}

Json own_events_of(const Json& content, std::string_view country) {
    const std::string type(text_at(content, "type"));
    if (type.empty()) return Json::array();
    Json event = Json::object();
    event["kind"] = type == "result" ? "test" : type;
    copy(content, event,
         {"identifier", "place", "unit", "from", "until", "order", "followUpUntil", "sampledAt", "resultAt", "centre", "sample", "version",
          "site", "host"});
    copy_code(content, "method", kMethods, kMethodCodes, event, "testType");
    copy_code(content, "interpretation", kInterpretations, kInterpretationCodes, event, "result");
    if (type != "place") event["country"] = country;
    Json events = Json::array();
    events.push_back(std::move(event));
    return events;
}

}  // namespace lachan::certificate
