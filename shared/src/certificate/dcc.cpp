#include "certificate/dcc.h"

#include <algorithm>
#include <array>
#include <span>

#include "kernel/time.h"

namespace lachan::certificate {
namespace {

enum class FieldType { text, date, date_time, dose };

struct EventField {
    const char* key;
    const char* name;
    FieldType type;
    bool is_required;
};

// The order is that of the schema; the names are those of our verdict.
constexpr std::array kVaccinationFields{
    EventField{"tg", "disease", FieldType::text, true}, EventField{"vp", "vaccine", FieldType::text, true},
    EventField{"mp", "product", FieldType::text, true}, EventField{"ma", "manufacturer", FieldType::text, true},
    EventField{"dn", "dose", FieldType::dose, true},    EventField{"sd", "doses", FieldType::dose, true},
    EventField{"dt", "date", FieldType::date, true},    EventField{"co", "country", FieldType::text, true},
    EventField{"is", "issuer", FieldType::text, true},  EventField{"ci", "identifier", FieldType::text, true},
};
constexpr std::array kTestFields{
    EventField{"tg", "disease", FieldType::text, true},
    EventField{"tt", "testType", FieldType::text, true},
    EventField{"nm", "testName", FieldType::text, false},
    EventField{"ma", "manufacturer", FieldType::text, false},
    EventField{"sc", "sampledAt", FieldType::date_time, true},
    EventField{"dr", "resultAt", FieldType::date_time, false},
    EventField{"tr", "result", FieldType::text, true},
    EventField{"tc", "centre", FieldType::text, false},
    EventField{"co", "country", FieldType::text, true},
    EventField{"is", "issuer", FieldType::text, true},
    EventField{"ci", "identifier", FieldType::text, true},
};
constexpr std::array kRecoveryFields{
    EventField{"tg", "disease", FieldType::text, true},    EventField{"fr", "firstPositiveOn", FieldType::date, true},
    EventField{"co", "country", FieldType::text, true},    EventField{"is", "issuer", FieldType::text, true},
    EventField{"df", "validFrom", FieldType::date, true},  EventField{"du", "validUntil", FieldType::date, true},
    EventField{"ci", "identifier", FieldType::text, true},
};
constexpr std::array kEvents{Event::vaccination, Event::test, Event::recovery};

std::span<const EventField> fields_of(Event event) {
    switch (event) {
        case Event::vaccination: return kVaccinationFields;
        case Event::test: return kTestFields;
        case Event::recovery: break;
    }
    return kRecoveryFields;
}

void add_once(std::vector<std::string>& list, const char* code) {
    if (std::find(list.begin(), list.end(), code) == list.end()) list.emplace_back(code);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether `text` is number.number.number.
bool is_version(std::string_view text) {
    int dots = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_digit(text[i])) continue;
        const bool stands_between_digits =
            i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
        if (text[i] != '.' || !stands_between_digits) return false;
        ++dots;
    }
    return dots == 2;
}

/// Whether `text` is "", YYYY, YYYY-MM or YYYY-MM-DD, the forms in which the schema lets a birth date be partly
/// unknown.
bool is_birth_date(std::string_view text) {
    if (text.empty()) return true;
    if (text.size() == 10) return Day::parse(text).has_value();
    if (text.size() != 4 && text.size() != 7) return false;
    const std::string full = std::string(text) + (text.size() == 4 ? "-01-01" : "-01");
    return Day::parse(full).has_value();
}

/// Whether a date-time opens with a whole date and has a time of day behind it; zones are written in many ways.
bool is_date_time(std::string_view text) {
    return text.size() >= 16 && Day::parse(text.substr(0, 10)).has_value() && text[10] == 'T' && text[13] == ':';
}

void fault(DccContent& content, const std::string& path) {
    add_once(content.reasons, "schema");
    content.faults.push_back(path);
}

void check_text(DccContent& content, std::string_view text, FieldType type) {
    if (type == FieldType::date && !Day::parse(text)) add_once(content.warnings, "date-form");
    if (type == FieldType::date_time && !is_date_time(text)) add_once(content.warnings, "date-form");
}

void check_event(DccContent& content, const Json& entry, Event event) {
    const std::string path = key_of(event);
    if (!entry.is_object()) return fault(content, path);
    for (const EventField& field : fields_of(event)) {
        const Json& value = at(entry, field.key);
        if (value.is_null()) {
            if (field.is_required) fault(content, path + "." + field.key);
            continue;
        }
        const bool has_type = field.type == FieldType::dose ? value.is_number_integer() : value.is_string();
        if (!has_type) {
            fault(content, path + "." + field.key);
            continue;
        }
        if (field.type == FieldType::dose) {
            const auto dose = int_at(entry, field.key);
            if (dose < 1 || dose > 9) add_once(content.warnings, "dose-range");
            continue;
        }
        check_text(content, text_at(entry, field.key), field.type);
    }
}

void check_person(DccContent& content, const Json& payload) {
    const Json& name = at(payload, "nam");
    if (!name.is_object()) {
        fault(content, "nam");
    } else {
        for (const char* key : {"fn", "gn", "fnt", "gnt"}) {
            if (name.contains(key) && !name[key].is_string() && !name[key].is_null())
                fault(content, std::string("nam.") + key);
        }
        if (text_at(name, "fnt").empty() && text_at(name, "gnt").empty()) fault(content, "nam.fnt");
    }
    const Json& birth = at(payload, "dob");
    if (!birth.is_string()) {
        // A missing birth date is a fault; null stands for "unknown" in real certificates.
        if (payload.contains("dob") && birth.is_null()) return add_once(content.warnings, "birth-date-form");
        return fault(content, "dob");
    }
    const std::string_view text = text_at(payload, "dob");
    if (text.empty() || !is_birth_date(text)) add_once(content.warnings, "birth-date-form");
}

void check_events(DccContent& content, const Json& payload) {
    std::size_t entries = 0;
    for (const Event event : kEvents) {
        const Json& list = at(payload, key_of(event));
        if (list.is_null()) continue;
        if (!list.is_array()) {
            fault(content, key_of(event));
            continue;
        }
        if (list.empty()) add_once(content.warnings, "empty-list");
        if (!list.empty()) content.events.push_back(event);
        entries += list.size();
        for (const Json& entry : list) check_event(content, entry, event);
    }
    if (entries != 1) add_once(content.reasons, "event-count");
}

/// Copies the text or number at `key` under our name; whatever has another type is left out.
void copy(const Json& from, const char* key, Json& to, const char* name) {
    const Json& value = at(from, key);
    if (value.is_string() || value.is_number_integer()) to[name] = value;
}

}  // namespace

const char* name_of(Event event) {
    switch (event) {
        case Event::vaccination: return "vaccination";
        case Event::test: return "test";
        case Event::recovery: return "recovery";
    }
    return "vaccination";
}

const char* key_of(Event event) {
    switch (event) {
        case Event::vaccination: return "v";
        case Event::test: return "t";
        case Event::recovery: return "r";
    }
    return "v";
}

DccContent check_dcc(const Json& payload) {
    DccContent content;
    if (!payload.is_object()) {
        fault(content, "");
        return content;
    }
    content.version = text_at(payload, "ver");
    if (!is_version(content.version)) {
        fault(content, "ver");
    } else if (!content.version.starts_with("1.")) {
        content.reasons.emplace_back("version-unsupported");
        return content;
    }
    check_person(content, payload);
    check_events(content, payload);
    return content;
}

Json holder_of(const Json& payload) {
    Json holder = Json::object();
    const Json& name = at(payload, "nam");
    copy(name, "fn", holder, "familyName");
    copy(name, "gn", holder, "givenName");
    copy(name, "fnt", holder, "familyNameLatin");
    copy(name, "gnt", holder, "givenNameLatin");
    copy(payload, "dob", holder, "birthDate");
    return holder;
}

Json event_of(const Json& payload, Event event) {
    Json shown = Json::object();
    shown["kind"] = name_of(event);
    const Json& list = at(payload, key_of(event));
    if (!list.is_array() || list.empty()) return shown;
    for (const EventField& field : fields_of(event)) copy(list[0], field.key, shown, field.name);
    return shown;
}

}  // namespace lachan::certificate
