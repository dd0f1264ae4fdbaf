#include "certificate/issue_seal.h"

#include <array>
#include <utility>
#include <vector>

#include "certificate/certlogic.h"
#include "certificate/issue_row.h"
#include "kernel/crypto.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kLongestName = 39;

// Lengths are those of ICAO's data sets for health proofs.
constexpr Column kIdentifier[]{{"identifier", "uvci", ColumnKind::word, 12}};
constexpr Column kTestIdentifier[]{{"identifier", "utci", ColumnKind::word, 12}};
constexpr Column kPerson[]{
    {"birthDate", "dob", ColumnKind::day, 10},
    {"sex", "sex", ColumnKind::word, 1, Need::optional},
    {"document", "i", ColumnKind::word, 11, Need::optional},
    {"otherDocument", "ai", ColumnKind::word, 24, Need::optional},
};
constexpr Column kVaccine[]{
    {"vaccine", "des", ColumnKind::vaccine, 6}, {"product", "nam", ColumnKind::text, 80}, {"disease", "dis", ColumnKind::disease, 6}};
constexpr Column kDose[]{
    {"date", "dvc", ColumnKind::day, 10},    {"dose", "seq", ColumnKind::number, 99}, {"country", "ctr", ColumnKind::state, 3},
    {"centre", "adm", ColumnKind::text, 20}, {"lot", "lot", ColumnKind::text, 20},    {"nextDate", "dvn", ColumnKind::day, 10, Need::optional},
};
constexpr Column kProvider[]{{"centre", "spn", ColumnKind::text, 20}, {"country", "ctr", ColumnKind::state, 3}};
constexpr Column kContact[]{
    {"phone", "p", ColumnKind::text, 20, Need::optional},
    {"email", "e", ColumnKind::text, 32, Need::optional},
    {"address", "a", ColumnKind::text, 64, Need::optional},
};
constexpr Column kTimes[]{{"sampledAt", "sc", ColumnKind::moment, 25}, {"resultAt", "ri", ColumnKind::moment, 25}};
constexpr Column kResult[]{{"testType", "tc", ColumnKind::text, 20}, {"result", "r", ColumnKind::word, 20}, {"method", "m", ColumnKind::text, 20, Need::optional}};

constexpr std::array<std::string_view, 3> kSexes{"F", "M", "X"};
constexpr std::array<std::string_view, 4> kTests{"molecular(PCR)", "molecular(other)", "antigen", "antibody"};
constexpr std::array<std::string_view, 4> kResults{"positive", "negative", "normal", "abnormal"};

Json vaccination_of(RowWriter& writer) {
    Json message = writer.part(kIdentifier);
    Json vaccine = writer.part(kVaccine);
    vaccine["vd"] = Json::array({writer.part(kDose)});
    message["ve"] = Json::array({std::move(vaccine)});
    writer.require_past("date");
    writer.require_order("date", "nextDate");
    return message;
}

Json test_of(RowWriter& writer) {
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
    add_columns(kIdentifier, columns);
    add_columns(kPerson, columns);
    add_columns(kVaccine, columns);
    add_columns(kDose, columns);
    add_columns(kContact, columns);
    add_columns(kTimes, columns);
    add_columns(kResult, columns);
    return columns;
}

Result<Json> seal_data(const Json& row, std::string_view state, Instant now) {
    const std::string_view kind = text_at(row, "kind");
    if (kind != "vaccination" && kind != "test") return Error{Errc::rejected, "issue.event", "kind (issue.event)"};
    RowWriter writer(row, day_in_vietnam(now));
    Json message = kind == "test" ? test_of(writer) : vaccination_of(writer);
    Json person = writer.part(kPerson);
    person["n"] = writer.passport_name(kLongestName);
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
