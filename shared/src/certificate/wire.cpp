#include <initializer_list>
#include <string>

#include "certificate/base45.h"
#include "certificate/content.h"
#include "certificate/verdict.h"

namespace lachan::certificate {
namespace {

constexpr std::initializer_list<Family> kFamilies{Family::unknown,     Family::hcert, Family::smart_health_card,
                                                  Family::icao_vds,    Family::divoc, Family::who_ddcc,
                                                  Family::nl_domestic, Family::lachan};
constexpr std::initializer_list<Purpose> kPurposes{Purpose::content, Purpose::chain};
constexpr std::initializer_list<State> kStates{State::pass, State::fail, State::not_checked, State::not_applicable};
constexpr std::initializer_list<Event> kEvents{Event::vaccination, Event::test, Event::recovery};

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

Json to_json(const SignatureCheck& check) {
    return {{"purpose", name_of(check.purpose)},
            {"algorithm", name_of(check.algorithm)},
            {"keyAlgorithm", name_of(check.key_algorithm)},
            {"kid", to_base64(check.kid)},
            {"spki", to_base64(check.spki)},
            {"signedBytes", to_base64(check.signed_bytes)},
            {"signature", to_base64(check.signature)}};
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

/// A key that came with the code is worth what the chain above it is.
bool is_proven(const Verdict& verdict) {
    const bool brings_its_key = !verdict.inspection.certificate.empty();
    return verdict.axes.signature.passes() && (!brings_its_key || verdict.axes.issuer_trust.passes());
}

/// Person and event, marked: only a signature that holds makes them more than a claim.
Json content_of(const Verdict& verdict) {
    const Inspection& inspection = verdict.inspection;
    if (inspection.content.is_null()) return nullptr;
    return {{"proven", is_proven(verdict)},
            {"holder", holder_in(inspection)},
            {"events", events_in(inspection)},
            {"issuer", inspection.issuer},
            {"issuedAt", optional_instant(inspection.issued_at)},
            {"expiresAt", optional_instant(inspection.expires_at)}};
}

Json signer_of(const Verdict& verdict) {
    if (!verdict.signer) return nullptr;
    return {{"kid", to_base64(verdict.signer->kid)},
            {"country", verdict.signer->country},
            {"algorithm", name_of(verdict.signer->algorithm)},
            {"notBefore", verdict.signer->not_before.ms},
            {"notAfter", verdict.signer->not_after.ms}};
}

}  // namespace

Json checks_to_json(const Inspection& inspection) {
    Json checks = Json::array();
    for (const SignatureCheck& check : inspection.checks) checks.push_back(to_json(check));
    return checks;
}

Json to_json(const Inspection& inspection) {
    return {{"family", name_of(inspection.family)},
            {"version", inspection.version},
            {"structure", to_json(inspection.structure)},
            {"warnings", inspection.warnings},
            {"faults", inspection.faults},
            {"algorithm", inspection.algorithm ? Json(name_of(*inspection.algorithm)) : Json(nullptr)},
            {"kid", to_base64(inspection.kid)},
            {"signatureFaults", inspection.signature_faults},
            {"issuer", inspection.issuer},
            {"issuedAt", optional_instant(inspection.issued_at)},
            {"expiresAt", optional_instant(inspection.expires_at)},
            {"events", events_of(inspection.events)},
            {"content", inspection.content},
            {"certificate", to_base64(inspection.certificate)},
            {"checks", checks_to_json(inspection)}};
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

Json to_json(const Verdict& verdict) {
    Json axes = Json::object();
    for (const auto& [name, axis] : named(verdict.axes)) axes[name] = to_json(*axis);
    const char* decided_by = deciding_axis(verdict.axes, verdict.summary);
    return {{"summary", name_of(verdict.summary)},
            {"decidedBy", decided_by == nullptr ? Json(nullptr) : Json(decided_by)},
            {"axes", std::move(axes)},
            {"family", name_of(verdict.inspection.family)},
            {"version", verdict.inspection.version},
            {"warnings", verdict.inspection.warnings},
            {"faults", verdict.inspection.faults},
            {"judgedAt", verdict.judged_at.ms},
            {"bundle",
             {{"number", verdict.bundle_number},
              {"issuedAt", verdict.bundle_issued_at.ms},
              {"validUntil", verdict.bundle_valid_until.ms}}},
            {"signer", signer_of(verdict)},
            {"content", content_of(verdict)}};
}

Result<std::vector<Answer>> answers_from_json(const Json& list, std::size_t count) {
    const Error wrong{Errc::malformed, "answers.field", "one of valid, invalid, unsupported for every check"};
    if (!list.is_array() || list.size() != count) return wrong;
    std::vector<Answer> answers;
    for (const Json& entry : list) {
        const auto answer = entry.is_string() ? answer_named(entry.get_ref<const std::string&>()) : std::nullopt;
        if (!answer) return wrong;
        answers.push_back(*answer);
    }
    return answers;
}

}  // namespace lachan::certificate
