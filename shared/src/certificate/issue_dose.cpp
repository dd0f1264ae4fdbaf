#include "certificate/issue_dose.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "certificate/issue_card.h"
#include "certificate/issue_ddcc.h"
#include "certificate/issue_seal.h"
#include "certificate/jws.h"
#include "certificate/vds.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kLongestLot = 80;
constexpr std::size_t kLongestNumber = 32;
constexpr int kVersion = 1;
constexpr JsonLimits kPayloadLimits{kLongestDoseRecord, 3};
constexpr std::array<std::string_view, 2> kNumbers{"dose", "doses"};
constexpr std::array kForms{DoseForm::certificate, DoseForm::ddcc, DoseForm::seal, DoseForm::card};
/// What a form has for others than doses, or from the centre.
constexpr std::array<std::string_view, 17> kNotOfDoses{"identifier",      "testType", "testName",  "sampledAt",  "resultAt", "result",
                                                       "firstPositiveOn", "method",   "phone",     "email",      "address",  "origin",
                                                       "validUntil",      "replaces", "site",      "record",     "lot"};

template <class List>
bool has(const List& list, std::string_view one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

std::vector<std::string_view> columns_of(DoseForm form) {
    switch (form) {
        case DoseForm::ddcc: return ddcc_columns();
        case DoseForm::seal: return seal_columns();
        case DoseForm::card: return card_columns();
        case DoseForm::certificate: break;
    }
    return certificate_columns();
}

/// Stand-ins for what the centre fills in: the checks of a form ask for it, and no answer depends on it.
std::string identifier_for(DoseForm form, const std::string& country) {
    return form == DoseForm::seal ? std::string(12, '0') : uvci(country, Bytes(16));
}

/// The same checks as when the centre makes the certificate, with a key that may sign it now.
Result<void> check_certificate(const Json& row, const std::string& country, Instant now, NewCodes codes) {
    const Violations columns = check_columns(row);
    if (!columns.empty()) return refusal(columns);
    const std::int64_t second = now.ms / 1000;
    Signer signer;
    signer.country = country;
    signer.not_before = Instant{second * 1000};
    signer.not_after = Instant{second * 1000 + kMillisecondsPerDay};
    const Draft draft{TRY(payload_of(row)), country, second, signer.not_after.ms / 1000, signer.algorithm, signer.kid};
    const Violations found = check_strictly(draft, signer, now, codes);
    if (are_broken(found)) return refusal(found);
    return {};
}

Result<void> check_by_form(const Json& dose, DoseForm form, const std::string& country, Instant now, NewCodes codes) {
    Json row = row_of_dose(dose);
    if (form == DoseForm::card) {
        TRY(card_payload(row, "https://of.the.centre", now.ms / 1000));
        return {};
    }
    row["identifier"] = identifier_for(form, country);
    if (form == DoseForm::certificate) return check_certificate(row, country, now, codes);
    row.erase("replaces");
    if (form == DoseForm::seal) TRY(seal_data(row, alpha3_of(country), now));
    else TRY(ddcc_content(row, now, Instant{now.ms + kMillisecondsPerDay}));
    return {};
}

bool is_number_of_site(std::string_view text) {
    return !text.empty() && text.size() <= kLongestNumber && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/';
    });
}

/// What a dose must say besides the fields of its form.
Violations faults_of(const Json& dose, DoseForm form, const DoseSite& site, Day signed_on) {
    Violations found;
    const auto require = [&found](bool holds, const std::string& column, const char* rule, const std::string& say) {
        if (!holds) found.push_back({column, rule, {{"say", say}}});
    };
    const auto columns = dose_columns(form);
    for (const auto& [column, value] : dose.items()) {
        require(has(columns, column), column, "issue.field", column == "identifier" ? "the centre gives the number" : "no column of a dose");
        const bool is_plain = value.is_string() || (has(kNumbers, column) && value.is_number_integer());
        require(is_plain, column, "issue.field", "no text");
    }
    if (has(columns, "kind")) require(text_at(dose, "kind") == "vaccination", "kind", "issue.event", "a dose is a vaccination");
    require(text_at(dose, "site") == site.code, "site", "issue.site", "not " + site.code + ", whose key signs");
    if (dose.contains("record")) require(is_number_of_site(text_at(dose, "record")), "record", "issue.field", "letters, digits, -, . and /");
    const std::string_view lot = text_at(dose, "lot");
    require(!lot.empty() && code_points(lot) <= kLongestLot && !has_control(lot), "lot", "issue.field", "every dose has one");
    if (has(columns, "nationality"))
        require(!alpha2_of(text_at(dose, "nationality")).empty(), "nationality", "issue.field", "three letters of ISO 3166");
    if (has(columns, "country")) {
        const bool is_short = form == DoseForm::certificate;
        const std::string own = is_short ? site.country : std::string(alpha3_of(site.country));
        require(text_at(dose, "country") == own, "country", "issue.dose", "a dose of this site was given in " + own);
    }
    if (dose.contains("replaces")) require(is_identifier(text_at(dose, "replaces")), "replaces", "issue.replaces", "not an identifier of a certificate");
    const auto given = Day::parse(text_at(dose, "date"));
    if (given) require(*given <= signed_on, "date", "issue.dose", "after the day of signing");
    return found;
}

Json normal_value(std::string_view column, const Json& value) {
    if (!value.is_string()) return value;
    const std::string text = to_nfc(trim(value.get_ref<const std::string&>()));
    const bool is_number = has(kNumbers, column) && !text.empty() && text.size() <= 3 &&
                           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_number ? Json(std::atoi(text.c_str())) : Json(text);
}

Error no_record(const char* why) { return Error{Errc::malformed, "issue.record", std::string("no signed dose: ") + why}; }

}  // namespace

const char* name_of(DoseForm form) {
    switch (form) {
        case DoseForm::ddcc: return "ddcc";
        case DoseForm::seal: return "seal";
        case DoseForm::card: return "card";
        case DoseForm::certificate: break;
    }
    return "certificate";
}

std::optional<DoseForm> dose_form_named(std::string_view name) {
    for (const DoseForm form : kForms) {
        if (name == name_of(form)) return form;
    }
    return std::nullopt;
}

bool can_replace(DoseForm form) { return form == DoseForm::certificate || form == DoseForm::ddcc; }

std::vector<std::string_view> dose_columns(DoseForm form) {
    std::vector<std::string_view> columns = columns_of(form);
    // validFrom is a day of a recovery in the EU's form, of a dose in the WHO's.
    std::erase_if(columns, [form](std::string_view one) { return has(kNotOfDoses, one) || (form == DoseForm::certificate && (one == "validFrom" || one == "centre")); });
    for (const std::string_view own : {"site", "record", "lot"}) columns.push_back(own);
    if (can_replace(form)) columns.push_back("replaces");
    return columns;
}

Json normal_dose(const Json& row, DoseForm form) {
    Json dose = Json::object();
    for (const auto& [column, value] : row.items()) {
        Json normal = normal_value(column, value);
        if (!normal.is_null() && normal != "") dose[column] = std::move(normal);
    }
    if (form != DoseForm::card && !dose.contains("kind")) dose["kind"] = "vaccination";
    return dose;
}

Result<void> check_dose(const Json& dose, DoseForm form, const DoseSite& site, Day signed_on, Instant now, NewCodes codes) {
    const Violations faults = faults_of(dose, form, site, signed_on);
    if (!faults.empty()) return refusal(faults);
    return check_by_form(dose, form, site.country, now, codes);
}

Json row_of_dose(const Json& dose) {
    Json row = dose;
    row.erase("site");
    row.erase("record");
    return row;
}

std::string dose_hash(const Json& dose) {
    Json same = dose;
    if (dose.contains("record")) same = Json{{"site", at(dose, "site")}, {"record", at(dose, "record")}};
    same.erase("replaces");
    return to_hex(sha256(canonical(same)));
}

std::string dose_signing_input(const Json& dose, DoseForm form, Day signed_on, const Sha256& kid) {
    const Json header{{"alg", "ES256"}, {"kid", to_base64url(kid)}, {"typ", kDoseType}};
    const Json payload{{"dose", dose}, {"form", name_of(form)}, {"signedOn", to_string(signed_on)}, {"version", kVersion}};
    return to_base64url(bytes_of(canonical(header))) + "." + to_base64url(bytes_of(canonical(payload)));
}

Result<DoseRecord> read_dose_record(std::string_view text) {
    if (text.size() > kLongestDoseRecord) return no_record("too long");
    auto jws = read_jws(text);
    if (!jws) return no_record(jws.error().detail.c_str());
    if (text_at(jws->header, "typ") != kDoseType) return no_record("its header names another kind");
    const auto kid = from_base64url(text_at(jws->header, "kid"));
    Sha256 key{};
    if (!kid || kid->size() != key.size()) return no_record("its key is not named by a hash");
    std::copy(kid->begin(), kid->end(), key.begin());
    if (jws->signature.size() != kSignatureBytes) return no_record("its signature is not of ES256");
    const auto payload = parse_json(std::string_view(reinterpret_cast<const char*>(jws->payload.data()), jws->payload.size()), kPayloadLimits);
    if (!payload || !at(*payload, "dose").is_object()) return no_record("its payload holds no dose");
    const auto form = dose_form_named(text_at(*payload, "form"));
    const auto signed_on = Day::parse(text_at(*payload, "signedOn"));
    if (!form || !signed_on || at(*payload, "version") != kVersion) return no_record("of another version, form or day");
    const Json& dose = at(*payload, "dose");
    if (normal_dose(dose, *form) != dose) return no_record("its dose is not in normal form");
    // Written again it is the same to the last character: no other header, no member that is passed over, no second form of the same dose.
    if (dose_signing_input(dose, *form, *signed_on, key) != jws->signed_text) return no_record("not as it would be written");
    return DoseRecord{*kid, *form, dose, *signed_on, std::move(jws->signed_text), std::move(jws->signature)};
}

}  // namespace lachan::certificate
