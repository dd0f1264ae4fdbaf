#include "certificate/issue_seal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "certificate/certlogic.h"
#include "certificate/strict.h"
#include "certificate/transliterate.h"
#include "certificate/vds.h"
#include "kernel/field.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kLongestName = 39;

enum class Kind { text, word, state, day, moment, number, vaccine, disease };
enum class Need { required, optional };

/// A column of a row and its key in the seal. `most`: characters for texts, the greatest for numbers.
struct Column {
    const char* name;
    const char* key;
    Kind kind;
    std::size_t most;
    Need need = Need::required;
};

// Lengths are those of ICAO's data sets for health proofs.
constexpr Column kIdentifier[]{{"identifier", "uvci", Kind::word, 12}};
constexpr Column kTestIdentifier[]{{"identifier", "utci", Kind::word, 12}};
constexpr Column kPerson[]{
    {"birthDate", "dob", Kind::day, 10},
    {"sex", "sex", Kind::word, 1, Need::optional},
    {"document", "i", Kind::word, 11, Need::optional},
    {"otherDocument", "ai", Kind::word, 24, Need::optional},
};
constexpr Column kVaccine[]{
    {"vaccine", "des", Kind::vaccine, 6}, {"product", "nam", Kind::text, 80}, {"disease", "dis", Kind::disease, 6}};
constexpr Column kDose[]{
    {"date", "dvc", Kind::day, 10},    {"dose", "seq", Kind::number, 99}, {"country", "ctr", Kind::state, 3},
    {"centre", "adm", Kind::text, 20}, {"lot", "lot", Kind::text, 20},    {"nextDate", "dvn", Kind::day, 10, Need::optional},
};
constexpr Column kProvider[]{{"centre", "spn", Kind::text, 20}, {"country", "ctr", Kind::state, 3}};
constexpr Column kContact[]{
    {"phone", "p", Kind::text, 20, Need::optional},
    {"email", "e", Kind::text, 32, Need::optional},
    {"address", "a", Kind::text, 64, Need::optional},
};
constexpr Column kTimes[]{{"sampledAt", "sc", Kind::moment, 25}, {"resultAt", "ri", Kind::moment, 25}};
constexpr Column kResult[]{{"testType", "tc", Kind::text, 20}, {"result", "r", Kind::word, 20}, {"method", "m", Kind::text, 20, Need::optional}};

constexpr std::array<std::string_view, 3> kSexes{"F", "M", "X"};
constexpr std::array<std::string_view, 4> kTests{"molecular(PCR)", "molecular(other)", "antigen", "antibody"};
constexpr std::array<std::string_view, 4> kResults{"positive", "negative", "normal", "abnormal"};

template <std::size_t Count>
bool is_one_of(std::string_view text, const std::array<std::string_view, Count>& list) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_word(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/';
    });
}

bool is_capital_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// ICD-11 keeps vaccines among the extension codes for medicaments: XM and four more.
bool is_icd11_vaccine(std::string_view text) {
    return text.size() == 6 && text.starts_with("XM") && std::all_of(text.begin(), text.end(), is_capital_or_digit);
}

/// A stem code of ICD-11: four characters, the second a letter, perhaps a point and one or two more.
bool is_icd11_disease(std::string_view text) {
    const std::string_view stem = text.substr(0, 4);
    if (stem.size() != 4 || !(stem[1] >= 'A' && stem[1] <= 'Z')) return false;
    const std::string_view rest = text.substr(4);
    const bool is_split = rest.empty() || (rest.size() >= 2 && rest.front() == '.');
    return is_split && std::all_of(stem.begin(), stem.end(), is_capital_or_digit) &&
           std::all_of(rest.begin() + (rest.empty() ? 0 : 1), rest.end(), is_capital_or_digit);
}

std::optional<std::int64_t> number_of(const Json& value) {
    if (value.is_number_integer()) return value.get<std::int64_t>();
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

/// Fills the parts of a seal from one row, and keeps what is wrong with it.
class Writer {
public:
    Writer(const Json& row, Day today) : row_(row), today_(today) {}

    Json part(std::span<const Column> columns) {
        Json part = Json::object();
        for (const Column& column : columns) {
            used_.insert(column.name);
            Json value = value_of(column);
            if (!value.is_null()) part[column.key] = std::move(value);
        }
        return part;
    }

    /// As in a passport: surname, two spaces, given names, without marks.
    std::string name() {
        std::string whole;
        for (const auto& [column, before] : {std::pair{"familyName", ""}, std::pair{"givenName", "  "}}) {
            used_.insert(column);
            const std::string_view text = trim(text_at(row_, column));
            if (text.empty()) continue;
            const auto latin = transliterate(text);
            if (!latin) {
                add(column, latin.error().rule.c_str());
                continue;
            }
            whole += (whole.empty() ? "" : before) + *latin;
        }
        std::replace(whole.begin(), whole.end(), '<', ' ');
        require(!whole.empty() && whole.size() <= kLongestName, "familyName", "issue.name");
        return whole;
    }

    /// The first rule that a field breaks stands for it.
    void add(const std::string& field, const char* rule) {
        const bool is_named = std::any_of(violations_.begin(), violations_.end(), [&field](const Violation& one) { return one.field == field; });
        if (!is_named) violations_.push_back({field, rule});
    }
    void require(bool holds, const std::string& field, const char* rule) {
        if (!holds) add(field, rule);
    }

    std::string_view text(const char* column) const { return trim(text_at(row_, column)); }
    std::optional<Day> day(const char* column) const {
        const auto day = Day::parse(text(column).substr(0, 10));
        return day ? std::optional(*day) : std::nullopt;
    }
    /// Neither to come nor before the person was born.
    void require_past(const char* column) {
        const auto found = day(column);
        const auto birth = day("birthDate");
        require(!found || (*found <= today_ && (!birth || *birth <= *found)), column, "issue.date");
    }

    /// Every column that is filled was asked for, and nothing but a number is no text. The error names all that is wrong.
    Result<void> finish() {
        used_.insert("kind");
        for (const auto& [key, value] : row_.items()) {
            require(used_.find(key) != used_.end(), key, "issue.field");
            require(value.is_string() || value.is_number_integer() || value.is_null(), key, "issue.field");
        }
        if (violations_.empty()) return {};
        return refusal(violations_);
    }

private:
    Json value_of(const Column& column) {
        const Json& raw = at(row_, column.name);
        const bool is_empty = raw.is_null() || (raw.is_string() && trim(raw.get_ref<const std::string&>()).empty());
        if (is_empty) {
            if (column.need == Need::required) add(column.name, "issue.field");
            return nullptr;
        }
        if (column.kind == Kind::number) {
            const auto number = number_of(raw);
            require(number && *number >= 1 && *number <= static_cast<std::int64_t>(column.most), column.name, "issue.field");
            return number ? Json(*number) : Json(nullptr);
        }
        const std::string text = to_nfc(trim(text_at(row_, column.name)));
        const bool is_day = column.kind == Kind::day || column.kind == Kind::moment;
        require(has_form(text, column), column.name, is_day ? "issue.date" : "issue.field");
        return text;
    }

    static bool has_form(const std::string& text, const Column& column) {
        if (text.empty() || code_points(text) > column.most || has_control(text)) return false;
        switch (column.kind) {
            case Kind::word: return is_word(text);
            case Kind::vaccine: return is_icd11_vaccine(text);
            case Kind::disease: return is_icd11_disease(text);
            case Kind::state: return !alpha2_of(text).empty();
            case Kind::day: return Day::parse(text).has_value();
            case Kind::moment: return is_date_time(text);
            case Kind::text:
            case Kind::number: break;
        }
        return true;
    }

    const Json& row_;
    Day today_;
    std::set<std::string> used_;
    Violations violations_;
};

Json vaccination_of(Writer& writer) {
    Json message = writer.part(kIdentifier);
    Json vaccine = writer.part(kVaccine);
    vaccine["vd"] = Json::array({writer.part(kDose)});
    message["ve"] = Json::array({std::move(vaccine)});
    writer.require_past("date");
    const auto given = writer.day("date");
    const auto next = writer.day("nextDate");
    writer.require(!given || !next || *given <= *next, "nextDate", "issue.date");
    return message;
}

Json test_of(Writer& writer) {
    Json message = writer.part(kTestIdentifier);
    Json provider = writer.part(kProvider);
    Json contact = writer.part(kContact);
    if (!contact.empty()) provider["cd"] = std::move(contact);
    message["sp"] = std::move(provider);
    message["dat"] = writer.part(kTimes);
    message["tr"] = writer.part(kResult);
    writer.require(is_one_of(writer.text("testType"), kTests), "testType", "issue.field");
    writer.require(is_one_of(writer.text("result"), kResults), "result", "issue.field");
    writer.require_past("sampledAt");
    writer.require_past("resultAt");
    const auto sampled = certlogic::instant_of(writer.text("sampledAt"));
    const auto told = certlogic::instant_of(writer.text("resultAt"));
    writer.require(!sampled || !told || *sampled <= *told, "resultAt", "issue.date");
    return message;
}

}  // namespace

std::vector<std::string_view> seal_columns() {
    std::vector<std::string_view> columns{"kind", "familyName", "givenName"};
    const auto add = [&columns](std::span<const Column> some) {
        for (const Column& column : some) columns.emplace_back(column.name);
    };
    add(kIdentifier);
    add(kPerson);
    add(kVaccine);
    add(kDose);
    add(kContact);
    add(kTimes);
    add(kResult);
    return columns;
}

Result<Json> seal_data(const Json& row, std::string_view state, Instant now) {
    const std::string_view kind = text_at(row, "kind");
    if (kind != "vaccination" && kind != "test") return Error{Errc::rejected, "issue.event", "kind (issue.event)"};
    Writer writer(row, day_in_vietnam(now));
    Json message = kind == "test" ? test_of(writer) : vaccination_of(writer);
    Json person = writer.part(kPerson);
    person["n"] = writer.name();
    writer.require_past("birthDate");
    writer.require(writer.text("sex").empty() || is_one_of(writer.text("sex"), kSexes), "sex", "issue.field");
    message["pid"] = std::move(person);
    TRY(writer.finish());
    return Json{{"hdr", {{"is", state}, {"t", kind == "test" ? "icao.test" : "icao.vacc"}, {"v", 1}}}, {"msg", std::move(message)}};
}

std::string seal_text(const Json& data, std::span<const std::uint8_t> certificate, std::span<const std::uint8_t> signature) {
    const Json seal{{"alg", "ES256"}, {"cer", to_base64url(certificate)}, {"sigvl", to_base64url(signature)}};
    return canonical({{"data", data}, {"sig", seal}});
}

}  // namespace lachan::certificate
