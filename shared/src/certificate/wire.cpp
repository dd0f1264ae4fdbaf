#include <algorithm>
#include <initializer_list>
#include <string>

#include "certificate/base45.h"
#include "certificate/content.h"
#include "certificate/verdict.h"
#include "kernel/json_writer.h"

namespace lachan::certificate {
namespace {

constexpr std::initializer_list<Family> kFamilies{Family::unknown,     Family::hcert, Family::smart_health_card,
                                                  Family::icao_vds,    Family::divoc, Family::who_ddcc,
                                                  Family::nl_domestic, Family::lachan};
constexpr std::initializer_list<Purpose> kPurposes{Purpose::content, Purpose::chain};
constexpr std::initializer_list<State> kStates{State::pass, State::fail, State::not_checked, State::not_applicable};
constexpr std::initializer_list<Event> kEvents{Event::vaccination, Event::test, Event::recovery};

// Bytes to begin with: of a certificate with one event.
constexpr std::size_t kAboutOneCheck = 1024;
constexpr std::size_t kAboutOneVerdict = 2048;

Error wrong_answers() { return Error{Errc::malformed, "answers.field", "one of valid, invalid, unsupported for every check"}; }

Error bad_field(const char* key) { return Error{Errc::malformed, "inspection.field", key}; }

/// The enumerator whose wire name stands at `key`.
template <class Enum>
Result<Enum> enum_at(const Json& object, const char* key, std::initializer_list<Enum> all) {
    for (const Enum value : all) {
        if (at(object, key) == name_of(value)) return value;
    }
    return bad_field(key);
}

Result<std::string> string_at(const Json& object, const char* key) {
    if (!at(object, key).is_string()) return bad_field(key);
    return std::string(text_at(object, key));
}

Result<Bytes> bytes_at(const Json& object, const char* key) {
    auto bytes = from_base64(TRY(string_at(object, key)));
    if (!bytes) return bad_field(key);
    return bytes;
}

Result<std::vector<std::string>> strings_at(const Json& object, const char* key) {
    const Json& list = at(object, key);
    if (!list.is_array()) return bad_field(key);
    std::vector<std::string> strings;
    for (const Json& entry : list) {
        if (!entry.is_string()) return bad_field(key);
        strings.push_back(entry.get_ref<const std::string&>());
    }
    return strings;
}

Result<Algorithm> algorithm_at(const Json& object, const char* key) {
    const auto algorithm = algorithm_named(text_at(object, key));
    if (!algorithm) return bad_field(key);
    return *algorithm;
}

Result<std::optional<Instant>> instant_at(const Json& object, const char* key) {
    const Json& value = at(object, key);
    if (value.is_null()) return std::optional<Instant>();
    if (!value.is_number_integer()) return bad_field(key);
    return std::optional<Instant>(Instant{int_at(object, key)});
}

Json to_json(const Axis& axis) { return {{"state", name_of(axis.state)}, {"reasons", axis.reasons}}; }

void write(JsonWriter& out, const SignatureCheck& check) {
    out.open_object();
    out.key("algorithm");
    out.text(name_of(check.algorithm));
    out.key("keyAlgorithm");
    out.text(name_of(check.key_algorithm));
    out.key("kid");
    out.text(to_base64(check.kid));
    out.key("purpose");
    out.text(name_of(check.purpose));
    out.key("signature");
    out.text(to_base64(check.signature));
    out.key("signedBytes");
    out.text(to_base64(check.signed_bytes));
    out.key("spki");
    out.text(to_base64(check.spki));
    out.close_object();
}

void write(JsonWriter& out, const std::vector<std::string>& texts) {
    out.open_array();
    for (const std::string& text : texts) out.text(text);
    out.close_array();
}

void write(JsonWriter& out, const Axis& axis) {
    out.open_object();
    out.key("reasons");
    write(out, axis.reasons);
    out.key("state");
    out.text(name_of(axis.state));
    out.close_object();
}

Result<SignatureCheck> check_from_json(const Json& value) {
    SignatureCheck check;
    check.purpose = TRY(enum_at(value, "purpose", kPurposes));
    check.algorithm = TRY(algorithm_at(value, "algorithm"));
    check.key_algorithm = TRY(algorithm_at(value, "keyAlgorithm"));
    check.kid = TRY(bytes_at(value, "kid"));
    check.spki = TRY(bytes_at(value, "spki"));
    check.signed_bytes = TRY(bytes_at(value, "signedBytes"));
    check.signature = TRY(bytes_at(value, "signature"));
    return check;
}

Json optional_instant(const std::optional<Instant>& instant) { return instant ? Json(instant->ms) : Json(nullptr); }

Json events_of(const std::vector<Event>& events) {
    Json names = Json::array();
    for (const Event event : events) names.push_back(name_of(event));
    return names;
}

/// A key that came with the code is worth what the chain above it is. A signature that holds for another order of the fields as well
/// says nothing about the one that is shown.
bool is_proven(const Verdict& verdict) {
    const bool brings_its_key = !verdict.inspection.certificate.empty();
    const auto& doubts = verdict.axes.structure.reasons;
    if (std::find(doubts.begin(), doubts.end(), "fields-order") != doubts.end()) return false;
    return verdict.axes.signature.passes() && (!brings_its_key || verdict.axes.issuer_trust.passes());
}

void write(JsonWriter& out, const std::optional<Instant>& instant) {
    if (instant) out.number(instant->ms);
    else out.null();
}

/// Person and event, marked: only a signature that holds makes them more than a claim.
void write_content(JsonWriter& out, const Verdict& verdict) {
    const Inspection& inspection = verdict.inspection;
    if (inspection.content.is_null()) return out.null();
    out.open_object();
    const Json events = events_in(inspection);
    out.key("events");
    out.tree(events);
    out.key("expiresAt");
    write(out, inspection.expires_at);
    if (const Finding finding = finding_in(events); finding != Finding::none) {
        out.key("finding");
        out.text(name_of(finding));
    }
    out.key("holder");
    out.tree(holder_in(inspection));
    out.key("issuedAt");
    write(out, inspection.issued_at);
    out.key("issuer");
    out.text(inspection.issuer);
    out.key("proven");
    out.boolean(is_proven(verdict));
    if (!inspection.unsigned_fields.empty()) {
        out.key("unsigned");
        write(out, inspection.unsigned_fields);
    }
    out.close_object();
}

void write_signer(JsonWriter& out, const Verdict& verdict) {
    if (!verdict.signer) return out.null();
    out.open_object();
    out.key("algorithm");
    out.text(name_of(verdict.signer->algorithm));
    out.key("country");
    out.text(verdict.signer->country);
    out.key("kid");
    out.text(to_base64(verdict.signer->kid));
    out.key("notAfter");
    out.number(verdict.signer->not_after.ms);
    out.key("notBefore");
    out.number(verdict.signer->not_before.ms);
    out.close_object();
}

void write_bundle(JsonWriter& out, const Verdict& verdict) {
    out.open_object();
    out.key("issuedAt");
    out.number(verdict.bundle_issued_at.ms);
    out.key("number");
    out.number(verdict.bundle_number);
    out.key("validUntil");
    out.number(verdict.bundle_valid_until.ms);
    out.close_object();
}

void write_axes(JsonWriter& out, const Axes& axes) {
    auto all = named(axes);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return std::string_view(a.first) < b.first; });
    out.open_object();
    for (const auto& [name, axis] : all) {
        out.key(name);
        write(out, *axis);
    }
    out.close_object();
}

}  // namespace

void write_checks(JsonWriter& out, const Inspection& inspection) {
    out.open_array();
    for (const SignatureCheck& check : inspection.checks) write(out, check);
    out.close_array();
}

Json to_json(const Inspection& inspection) {
    JsonWriter written(kAboutOneCheck);
    write_checks(written, inspection);
    Json checks = Json::parse(written.take());
    return {{"family", name_of(inspection.family)},
            {"version", inspection.version},
            {"structure", to_json(inspection.structure)},
            {"warnings", inspection.warnings},
            {"faults", inspection.faults},
            {"unsigned", inspection.unsigned_fields},
            {"algorithm", inspection.algorithm ? Json(name_of(*inspection.algorithm)) : Json(nullptr)},
            {"kid", to_base64(inspection.kid)},
            {"signatureFaults", inspection.signature_faults},
            {"issuer", inspection.issuer},
            {"issuedAt", optional_instant(inspection.issued_at)},
            {"expiresAt", optional_instant(inspection.expires_at)},
            {"events", events_of(inspection.events)},
            {"content", inspection.content},
            {"certificate", to_base64(inspection.certificate)},
            {"checks", std::move(checks)}};
}

Result<Inspection> inspection_from_json(const Json& value) {
    if (!value.is_object()) return bad_field("inspection");
    Inspection inspection;
    inspection.family = TRY(enum_at(value, "family", kFamilies));
    inspection.version = TRY(string_at(value, "version"));
    const Json& structure = at(value, "structure");
    inspection.structure.state = TRY(enum_at(structure, "state", kStates));
    inspection.structure.reasons = TRY(strings_at(structure, "reasons"));
    inspection.warnings = TRY(strings_at(value, "warnings"));
    inspection.faults = TRY(strings_at(value, "faults"));
    inspection.unsigned_fields = TRY(strings_at(value, "unsigned"));
    if (!at(value, "algorithm").is_null()) inspection.algorithm = TRY(algorithm_at(value, "algorithm"));
    inspection.kid = TRY(bytes_at(value, "kid"));
    inspection.signature_faults = TRY(strings_at(value, "signatureFaults"));
    inspection.issuer = TRY(string_at(value, "issuer"));
    inspection.issued_at = TRY(instant_at(value, "issuedAt"));
    inspection.expires_at = TRY(instant_at(value, "expiresAt"));
    if (!at(value, "events").is_array()) return bad_field("events");
    for (const Json& name : at(value, "events")) {
        inspection.events.push_back(TRY(enum_at(Json{{"events", name}}, "events", kEvents)));
    }
    inspection.content = at(value, "content");
    inspection.certificate = TRY(bytes_at(value, "certificate"));
    if (!at(value, "checks").is_array()) return bad_field("checks");
    for (const Json& check : at(value, "checks")) inspection.checks.push_back(TRY(check_from_json(check)));
    return inspection;
}

std::string to_text(const Verdict& verdict) {
    JsonWriter out(kAboutOneVerdict);
    out.open_object();
    out.key("axes");
    write_axes(out, verdict.axes);
    out.key("bundle");
    write_bundle(out, verdict);
    out.key("content");
    write_content(out, verdict);
    out.key("decidedBy");
    if (const char* const axis = deciding_axis(verdict.axes, verdict.summary)) out.text(axis);
    else out.null();
    out.key("family");
    out.text(name_of(verdict.inspection.family));
    out.key("faults");
    write(out, verdict.inspection.faults);
    out.key("judgedAt");
    out.number(verdict.judged_at.ms);
    out.key("signer");
    write_signer(out, verdict);
    out.key("summary");
    out.text(name_of(verdict.summary));
    out.key("version");
    out.text(verdict.inspection.version);
    out.key("warnings");
    write(out, verdict.inspection.warnings);
    out.close_object();
    return out.take();
}

Json to_json(const Verdict& verdict) { return Json::parse(to_text(verdict)); }

Result<std::vector<Answer>> answers_from_json(const Json& list, std::size_t count) {
    if (!list.is_array() || list.size() != count) return wrong_answers();
    std::vector<Answer> answers;
    for (const Json& entry : list) {
        const auto answer = entry.is_string() ? answer_named(entry.get_ref<const std::string&>()) : std::nullopt;
        if (!answer) return wrong_answers();
        answers.push_back(*answer);
    }
    return answers;
}

}  // namespace lachan::certificate
