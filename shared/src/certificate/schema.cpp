#include "certificate/schema.h"

#include <algorithm>
#include <array>

#include "certificate/certlogic.h"
#include "certificate/dcc.h"
#include "certificate/rules.h"
#include "kernel/text.h"
#include "kernel/time.h"

namespace lachan::certificate {
namespace {

// What changed, and when (change log of the schema): partial birth dates, date of result dropped, longer texts with
// free dose numbers and exactly one event, one of the two standardised names.
constexpr Version kPartialBirthDate{1, 1, 0};
constexpr Version kNoResultTime{1, 2, 0};
constexpr Version kLongTexts{1, 3, 0};
constexpr Version kOneNameWillDo{1, 3, 2};

constexpr std::size_t kShort = 50;
constexpr std::size_t kLong = 80;
constexpr std::int64_t kMostDoses = 9;

enum class Kind { code, text, name, country, dose, date, date_time };

struct Field {
    const char* key;
    Kind kind;
    bool is_required;
    /// From this version on it may be absent, or is unknown.
    Version optional_from{9};
    Version unknown_from{9};
};

constexpr std::array kNames{Field{"fn", Kind::text, false}, Field{"fnt", Kind::name, false},
                            Field{"gn", Kind::text, false}, Field{"gnt", Kind::name, false}};
constexpr std::array kVaccination{
    Field{"tg", Kind::code, true}, Field{"vp", Kind::code, true},    Field{"mp", Kind::code, true},
    Field{"ma", Kind::code, true}, Field{"dn", Kind::dose, true},    Field{"sd", Kind::dose, true},
    Field{"dt", Kind::date, true}, Field{"co", Kind::country, true}, Field{"is", Kind::text, true},
    Field{"ci", Kind::text, true},
};
constexpr std::array kTest{
    Field{"tg", Kind::code, true},      Field{"tt", Kind::code, true},
    Field{"nm", Kind::text, false},     Field{"ma", Kind::code, false},
    Field{"sc", Kind::date_time, true}, Field{"dr", Kind::date_time, false, {9}, kNoResultTime},
    Field{"tr", Kind::code, true},      Field{"tc", Kind::text, true, kLongTexts},
    Field{"co", Kind::country, true},   Field{"is", Kind::text, true},
    Field{"ci", Kind::text, true},
};
constexpr std::array kRecovery{
    Field{"tg", Kind::code, true}, Field{"fr", Kind::date, true}, Field{"co", Kind::country, true},
    Field{"is", Kind::text, true}, Field{"df", Kind::date, true}, Field{"du", Kind::date, true},
    Field{"ci", Kind::text, true},
};

std::span<const Field> fields_of(Event event) {
    switch (event) {
        case Event::vaccination: return kVaccination;
        case Event::test: return kTest;
        case Event::recovery: break;
    }
    return kRecovery;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// (19|20)dd, then at most two or exactly two times -dd; what is left over.
bool take_birth_date(std::string_view& text, bool is_whole) {
    const auto has_digits = [&text](std::size_t at) {
        return at + 2 <= text.size() && is_digit(text[at]) && is_digit(text[at + 1]);
    };
    if (!(text.starts_with("19") || text.starts_with("20")) || !has_digits(2)) return false;
    text.remove_prefix(4);
    int parts = 0;
    while (parts < 2 && text.starts_with("-") && has_digits(1)) {
        text.remove_prefix(3);
        ++parts;
    }
    return !is_whole || parts == 2;
}

/// RFC 3339: seconds and a zone of hours and minutes are not left out.
bool is_date_time(std::string_view text) {
    if (text.size() < 20 || text.size() > 40 || !certlogic::instant_of(text)) return false;
    return text.back() == 'Z' || text[text.size() - 3] == ':';
}

class Checker {
public:
    std::vector<SchemaFault> faults;

    void check(const Json& payload) {
        if (!payload.is_object()) return tell("", "type");
        const auto named = version_of(text_at(payload, "ver"));
        const bool is_whole = std::count(text_at(payload, "ver").begin(), text_at(payload, "ver").end(), '.') == 2;
        if (!named || !is_whole || (*named)[0] != 1)
            return tell("ver", payload.contains("ver") ? "version" : "required");
        version_ = *named;
        check_name(payload);
        check_birth_date(payload);
        check_events(payload);
    }

private:
    void tell(std::string path, const char* rule) { faults.push_back({std::move(path), rule}); }
    bool is_from(const Version& since) const { return version_ >= since; }

    void check_name(const Json& payload) {
        if (!payload.contains("nam")) return tell("nam", "required");
        const Json& name = payload["nam"];
        if (!name.is_object()) return tell("nam", "type");
        for (const Field& field : kNames) {
            if (name.contains(field.key)) check_value(name[field.key], field, std::string("nam.") + field.key);
        }
        if (!name.contains("fnt") && !(is_from(kOneNameWillDo) && name.contains("gnt"))) tell("nam.fnt", "required");
    }

    void check_birth_date(const Json& payload) {
        if (!payload.contains("dob")) return tell("dob", "required");
        if (!payload["dob"].is_string()) return tell("dob", "type");
        const std::string_view text = text_at(payload, "dob");
        if (text.empty() && is_from(kLongTexts)) return;
        if (!fits_birth_date(text)) return tell("dob", "pattern");
        if (text.size() > 10 || !certlogic::instant_of(text)) tell("dob", "format");
    }

    bool fits_birth_date(std::string_view text) const {
        if (is_from(kPartialBirthDate)) return take_birth_date(text, false) && text.empty();
        // The first pattern has no anchors: a whole date anywhere in the text.
        for (; !text.empty(); text.remove_prefix(1)) {
            std::string_view rest = text;
            if (take_birth_date(rest, true)) return true;
        }
        return false;
    }

    void check_events(const Json& payload) {
        std::size_t named = 0;
        std::size_t filled = 0;
        std::size_t entries = 0;
        for (const Event event : {Event::vaccination, Event::test, Event::recovery}) {
            const char* key = key_of(event);
            if (!payload.contains(key)) continue;
            ++named;
            const Json& list = payload[key];
            if (!list.is_array()) {
                tell(key, "type");
                continue;
            }
            filled += list.empty() ? 0 : 1;
            entries += list.size();
            if (list.empty() || (is_from(kLongTexts) && list.size() > 1)) tell(key, "count");
            for (std::size_t i = 0; i < list.size(); ++i)
                check_entry(list[i], event, std::string(key) + "." + std::to_string(i));
        }
        if (filled != 1 || (is_from(kLongTexts) && named != 1)) tell("", "event-count");
        if (entries > filled && !is_from(kLongTexts)) tell("", "entry-count");
    }

    void check_entry(const Json& entry, Event event, const std::string& path) {
        if (!entry.is_object()) return tell(path, "type");
        for (const Field& field : fields_of(event)) {
            if (is_from(field.unknown_from)) continue;
            const std::string place = path + "." + field.key;
            if (entry.contains(field.key))
                check_value(entry[field.key], field, place);
            else if (field.is_required && !is_from(field.optional_from))
                tell(place, "required");
        }
    }

    void check_value(const Json& value, const Field& field, const std::string& path) {
        if (field.kind == Kind::dose) return check_dose(value, path);
        if (!value.is_string()) return tell(path, "type");
        const std::string& text = *value.get_ptr<const std::string*>();
        switch (field.kind) {
            case Kind::code:
                if (text.empty()) tell(path, "empty");
                break;
            case Kind::country:
                if (std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
                    tell(path, "pattern");
                break;
            case Kind::date:
                if (!Day::parse(text)) tell(path, "format");
                break;
            case Kind::date_time:
                if (!is_date_time(text)) tell(path, "format");
                break;
            default: check_length(text, field, path);
        }
    }

    void check_length(const std::string& text, const Field& field, const std::string& path) {
        const bool is_letters =
            std::all_of(text.begin(), text.end(), [](char c) { return c == '<' || (c >= 'A' && c <= 'Z'); });
        if (field.kind == Kind::name && !is_letters) tell(path, "pattern");
        // The name of a molecular test had no bound before.
        if (field.key == std::string_view("nm") && !is_from(kLongTexts)) return;
        if (code_points(text) > (is_from(kLongTexts) ? kLong : kShort)) tell(path, "length");
    }

    void check_dose(const Json& value, const std::string& path) {
        const auto dose = certlogic::integer_of(value);
        if (!dose) return tell(path, "type");
        if (*dose < 1 || (!is_from(kLongTexts) && *dose > kMostDoses)) tell(path, "range");
    }

    Version version_{};
};

}  // namespace

std::vector<SchemaFault> strict_schema_faults(const Json& payload) {
    Checker checker;
    checker.check(payload);
    return std::move(checker.faults);
}

bool breaks_schema(std::span<const SchemaFault> faults) {
    return std::any_of(faults.begin(), faults.end(), [](const SchemaFault& fault) {
        const std::string_view rule = fault.rule;
        return rule != "format" && rule != "empty" && rule != "entry-count";
    });
}

}  // namespace lachan::certificate
