#include "certificate/issue_ddcc.h"

#include <array>
#include <utility>

#include "certificate/certlogic.h"
#include "certificate/code_lists.h"
#include "certificate/issue_row.h"
#include "certificate/strict.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

constexpr const char* kVersion = "1.0.0";
constexpr const char* kIcd11 = "http://id.who.int/icd11/mms";
constexpr const char* kLoinc = "http://loinc.org";
constexpr const char* kSnomed = "http://snomed.info/sct";
constexpr const char* kCountries = "urn:iso:std:iso:3166-1";
constexpr const char* kIdentifiers = "urn:ietf:rfc:3986";
constexpr std::size_t kLongest = 80;

constexpr Column kPerson[]{{"birthDate", "birthDate", ColumnKind::day, 10, Need::optional},
                           {"sex", "sex", ColumnKind::word, 7, Need::optional}};
constexpr Column kTestedPerson[]{{"birthDate", "birthDate", ColumnKind::day, 10, Need::optional}};
constexpr Column kDocument[]{{"document", "value", ColumnKind::text, kLongest, Need::optional}};
constexpr Column kWorker[]{{"worker", "value", ColumnKind::text, kLongest, Need::optional}};
constexpr Column kIssuer[]{{"issuer", "display", ColumnKind::text, kLongest}};
constexpr Column kIdentifier[]{{"identifier", "value", ColumnKind::text, kLongest}};
constexpr Column kDose[]{
    {"vaccine", "vaccine", ColumnKind::vaccine, 6},
    {"disease", "disease", ColumnKind::disease, 7, Need::optional},
    {"product", "brand", ColumnKind::text, kLongest},
    {"manufacturer", "manufacturer", ColumnKind::text, kLongest, Need::optional},
    {"authorisationHolder", "maholder", ColumnKind::text, kLongest, Need::optional},
    {"lot", "lot", ColumnKind::text, kLongest},
    {"date", "date", ColumnKind::day, 10},
    {"validFrom", "validFrom", ColumnKind::day, 10, Need::optional},
    {"dose", "dose", ColumnKind::number, 99},
    {"doses", "totalDoses", ColumnKind::number, 99, Need::optional},
    {"country", "country", ColumnKind::state, 3},
    {"centre", "centre", ColumnKind::text, kLongest, Need::optional},
    {"nextDate", "nextDose", ColumnKind::day, 10, Need::optional},
};
constexpr Column kTest[]{
    {"disease", "pathogen", ColumnKind::pathogen, 7},
    {"testType", "type", ColumnKind::word, 20},
    {"testName", "brand", ColumnKind::text, kLongest, Need::optional},
    {"manufacturer", "manufacturer", ColumnKind::text, kLongest, Need::optional},
    {"origin", "origin", ColumnKind::text, kLongest, Need::optional},
    {"sampledAt", "date", ColumnKind::moment, 25},
    {"result", "result", ColumnKind::word, 20},
    {"centre", "centre", ColumnKind::text, kLongest, Need::optional},
    {"country", "country", ColumnKind::state, 3},
};
constexpr std::array<std::string_view, 4> kSexes{"male", "female", "other", "unknown"};

/// A Coding of `system`; of words alone where no system is named.
struct Coded {
    const char* key;
    const char* system = nullptr;
};
constexpr Coded kDoseCodings[]{{"vaccine", kIcd11}, {"disease", kIcd11}, {"brand"}, {"manufacturer"}, {"maholder"}, {"country", kCountries}};
constexpr Coded kTestCodings[]{{"pathogen", kIcd11}, {"type", kLoinc},     {"brand"},  {"manufacturer"},
                               {"origin"},           {"result", kSnomed},  {"centre"}, {"country", kCountries}};

void code(Json& part, std::span<const Coded> codings) {
    for (const Coded& one : codings) {
        if (!part.contains(one.key)) continue;
        Json coding = Json::object();
        coding[one.system == nullptr ? "display" : "code"] = std::move(part[one.key]);
        if (one.system != nullptr) coding["system"] = one.system;
        part[one.key] = std::move(coding);
    }
}

/// As it is written in the country, marks and all: family name first, as the EU's forms show Vietnamese names.
std::string name_from(RowWriter& writer) {
    writer.take("familyName");
    writer.take("givenName");
    const std::string family = to_nfc(writer.text("familyName"));
    const std::string given = to_nfc(writer.text("givenName"));
    std::string name = family + (family.empty() || given.empty() ? "" : " ") + given;
    writer.require(!name.empty() && is_name(name) && code_points(name) <= kLongest && !has_control(name), "familyName", "issue.name");
    return name;
}

Json vaccination_of(RowWriter& writer) {
    Json dose = writer.part(kDose);
    Json worker = writer.part(kWorker);
    if (!worker.empty()) dose["practitioner"] = std::move(worker);
    // The model's own condition (who-ddcc-data-1).
    writer.require(dose.contains("manufacturer") || dose.contains("maholder"), "manufacturer", "issue.field");
    writer.require_past("date");
    writer.require_order("date", "validFrom");
    writer.require_order("date", "nextDate");
    code(dose, kDoseCodings);
    return dose;
}

Json test_from(RowWriter& writer) {
    Json test = writer.part(kTest);
    writer.require(kTestTypes.has(writer.text("testType")), "testType", "issue.code");
    writer.require(kTestResults.has(writer.text("result")), "result", "issue.code");
    writer.require_past("sampledAt");
    code(test, kTestCodings);
    return test;
}

}  // namespace

std::int64_t ddcc_sub_claim_of(Event event) { return event == Event::test ? 4 : 3; }

std::vector<std::string_view> ddcc_columns() {
    std::vector<std::string_view> columns{"kind", "familyName", "givenName"};
    for (const std::span<const Column> some : {std::span<const Column>(kPerson), std::span<const Column>(kDocument), std::span<const Column>(kWorker),
                                               std::span<const Column>(kIssuer), std::span<const Column>(kIdentifier),
                                               std::span<const Column>(kDose), std::span<const Column>(kTest)}) {
        add_columns(some, columns);
    }
    return columns;
}

Result<Json> ddcc_content(const Json& row, Instant now, Instant until) {
    const std::string_view kind = text_at(row, "kind");
    const bool is_test = kind == name_of(Event::test);
    if (!is_test && kind != name_of(Event::vaccination)) return Error{Errc::rejected, "issue.event", "kind (issue.event): vaccination or test"};
    RowWriter writer(row, day_in_vietnam(now));
    Json content = is_test ? writer.part(kTestedPerson) : writer.part(kPerson);
    content["name"] = name_from(writer);
    writer.require_past("birthDate");
    writer.require(writer.text("sex").empty() || is_one_of(writer.text("sex"), kSexes), "sex", "issue.field");
    Json document = writer.part(kDocument);
    if (!document.empty()) content["identifier"] = std::move(document);
    Json identifier = writer.part(kIdentifier);
    writer.require(is_identifier(writer.text("identifier")), "identifier", "issue.identifier");
    identifier["system"] = kIdentifiers;
    content["certificate"] = {{"issuer", writer.part(kIssuer)},
                              {"hcid", std::move(identifier)},
                              {"version", kVersion},
                              {"period", {{"start", certlogic::to_text(now)}, {"end", certlogic::to_text(until)}}}};
    content[is_test ? "test" : "vaccination"] = is_test ? test_from(writer) : vaccination_of(writer);
    TRY(writer.finish());
    return content;
}

}  // namespace lachan::certificate
