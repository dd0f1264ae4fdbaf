#include "certificate/health_card.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "certificate/checks.h"
#include "certificate/content.h"
#include "certificate/inflate.h"
#include "certificate/jws.h"
#include "certificate/loose_json.h"
#include "certificate/readers.h"
#include "kernel/text.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kPayloadLimit = 256 * 1024;
constexpr JsonLimits kPayloadLimits{kPayloadLimit, 32};
constexpr std::size_t kThumbprintBytes = 32;
constexpr std::size_t kMostRidCharacters = 24;
constexpr const char* kCardType = "https://smarthealth.cards#health-card";
/// The year 5138 in seconds: what lies behind it is milliseconds by mistake.
constexpr std::int64_t kLatestSecond = 100'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_base64url(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

/// A NumericDate in seconds, whole or with a fraction; cards in use have both. Beyond the year 5138 milliseconds were
/// meant: an end is read as such, with a warning, since it would never come otherwise; a start is read as written.
std::optional<Instant> time_at(const Json& payload, const char* key) {
    const Json& value = at(payload, key);
    if (value.is_number_integer()) {
        const std::int64_t seconds = int_at(payload, key);
        if (seconds < 0 || seconds > 8 * kLatestSecond * 1000) return std::nullopt;
        return Instant{seconds * 1000};
    }
    const std::string_view text = text_at(payload, key);
    const std::size_t dot = text.find('.');
    if (dot == 0 || dot == std::string_view::npos || dot > 11 || dot + 1 == text.size()) return std::nullopt;
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < std::max(text.size(), dot + 4); ++i) {
        if (i == dot) continue;
        if (i < text.size() && !is_digit(text[i])) return std::nullopt;
        if (i < dot + 4) ms = ms * 10 + (i < text.size() ? text[i] - '0' : 0);
    }
    return Instant{ms};
}

void fault(Inspection& inspection, const char* reason, const char* path) {
    inspection.structure.state = State::fail;
    add_once(inspection.structure.reasons, reason);
    inspection.faults.emplace_back(path);
}

/// What the profile asks beyond the card's own rules: named, and no reason to refuse.
void deviation(Inspection& inspection, const std::string& path) {
    add_once(inspection.warnings, "fhir-profile");
    inspection.faults.push_back(path);
}

void read_header(const Jws& jws, const TrustBundle& bundle, Inspection& inspection) {
    auto& faults = inspection.signature_faults;
    if (at(jws.header, "alg") == Json("ES256")) inspection.algorithm = Algorithm::es256;
    const std::string_view kid = text_at(jws.header, "kid");
    const auto bytes = from_base64url(kid);
    if (kid.empty()) {
        add_once(faults, "kid-missing");
    } else if (!bytes || bytes->size() != kThumbprintBytes) {
        add_once(faults, "kid-length");
    } else {
        inspection.kid = *bytes;
    }
    // An extension that must be understood is not: RFC 7515 section 4.1.11.
    if (jws.header.contains("crit")) fault(inspection, "jws", "crit");
    if (at(jws.header, "zip") != Json("DEF")) fault(inspection, "jws", "zip");
    list_checks(Scheme::smart_health_card, bundle, Bytes(jws.signed_text.begin(), jws.signed_text.end()), jws.signature,
                inspection);
}

bool holds(const Json& list, const char* text) {
    return list.is_array() && std::any_of(list.begin(), list.end(), [text](const Json& one) { return one == text; });
}

void read_claims(const Json& payload, Inspection& inspection) {
    inspection.issuer = text_at(payload, "iss");
    if (inspection.issuer.empty())
        fault(inspection, "claim-missing", "iss");
    else if (!is_issuer_url(inspection.issuer))
        fault(inspection, "issuer-url", "iss");
    inspection.issued_at = time_at(payload, "nbf");
    if (!inspection.issued_at) fault(inspection, payload.contains("nbf") ? "schema" : "claim-missing", "nbf");
    if (payload.contains("exp")) {
        inspection.expires_at = time_at(payload, "exp");
        if (!inspection.expires_at) fault(inspection, "schema", "exp");
    }
    if (inspection.expires_at && inspection.expires_at->ms > kLatestSecond * 1000) {
        add_once(inspection.warnings, "time-milliseconds");
        inspection.expires_at->ms /= 1000;
    }
    const Json& vc = at(payload, "vc");
    if (!holds(at(vc, "type"), kCardType)) fault(inspection, "claim-missing", "vc.type");
    if (vc.contains("rid") && revocation_id_of(payload).empty()) fault(inspection, "schema", "vc.rid");
}

const Json& bundle_of(const Json& payload) { return at(at(at(payload, "vc"), "credentialSubject"), "fhirBundle"); }

/// The first code of a CodeableConcept, "" when there is none.
std::string_view code_of(const Json& concept_name) {
    const Json& codings = at(concept_name, "coding");
    return codings.is_array() && !codings.empty() ? text_at(codings[0], "code") : std::string_view();
}

/// What a test says, of codings in several systems, texts and interpretations: the known one that says worst, else the first.
std::string_view result_of(const Json& observation) {
    std::string_view chosen;
    std::optional<Finding> worst;
    const auto weigh = [&](std::string_view said) {
        const auto finding = known_finding(said);
        if (chosen.empty() || finding > worst) chosen = said, worst = finding;  // what is not known is less than anything that is
    };
    const auto weigh_all = [&](const Json& concept_name) {
        for (const Json& coding : at(concept_name, "coding")) weigh(text_at(coding, "code"));
        weigh(text_at(concept_name, "text"));
    };
    weigh_all(at(observation, "valueCodeableConcept"));
    weigh(text_at(observation, "valueString"));
    for (const Json& interpretation : at(observation, "interpretation")) weigh_all(interpretation);
    return chosen;
}

void check_event(const Json& resource, bool is_dose, const std::string& path, Inspection& inspection) {
    const auto need = [&](bool is_there, const char* key) {
        if (!is_there) deviation(inspection, path + "." + key);
    };
    const std::string_view status = text_at(resource, "status");
    const char* date = is_dose ? "occurrenceDateTime" : "effectiveDateTime";
    const char* concept_name = is_dose ? "vaccineCode" : "code";
    need(is_dose ? status == "completed" : status == "final" || status == "amended" || status == "corrected", "status");
    need(!code_of(at(resource, concept_name)).empty(), concept_name);
    need(at(resource, date).is_string(), date);
    need(!text_at(at(resource, is_dose ? "patient" : "subject"), "reference").empty(), is_dose ? "patient" : "subject");
}

/// The FHIR bundle as far as holder and events need it (the card's structure), and the profile beside it.
void read_bundle(const Json& payload, Inspection& inspection) {
    inspection.version = text_at(at(at(payload, "vc"), "credentialSubject"), "fhirVersion");
    const Json& bundle = bundle_of(payload);
    const Json& entries = at(bundle, "entry");
    if (at(bundle, "resourceType") != Json("Bundle")) return fault(inspection, "schema", "fhirBundle");
    if (!entries.is_array() || entries.empty()) return fault(inspection, "schema", "fhirBundle.entry");
    int patients = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Json& resource = at(entries[i], "resource");
        const std::string path = "entry[" + std::to_string(i) + "]";
        if (!resource.is_object()) return fault(inspection, "schema", path.c_str());
        if (text_at(entries[i], "fullUrl") != "resource:" + std::to_string(i)) deviation(inspection, path + ".fullUrl");
        const std::string_view type = text_at(resource, "resourceType");
        patients += type == "Patient" ? 1 : 0;
        if (type != "Immunization" && type != "Observation") continue;
        const bool is_dose = type == "Immunization";
        inspection.events.push_back(is_dose ? Event::vaccination : Event::test);
        check_event(resource, is_dose, path, inspection);
    }
    if (patients != 1) deviation(inspection, "fhirBundle.patient");
}

}  // namespace

bool is_issuer_url(std::string_view url) {
    constexpr std::string_view kScheme = "https://";
    if (!url.starts_with(kScheme) || url.size() == kScheme.size() || url.ends_with('/')) return false;
    return std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f && c != '?' && c != '#'; });
}

std::string_view revocation_id_of(const Json& content) {
    const std::string_view rid = text_at(at(content, "vc"), "rid");
    const bool is_right = rid.size() <= kMostRidCharacters && std::all_of(rid.begin(), rid.end(), is_base64url);
    return is_right ? rid : std::string_view();
}

Inspection inspect_health_card(std::string_view text, const Knowledge& known, Inspection inspection) {
    Collector collector;
    while (!(text = trim(text)).empty()) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
        const auto added = collector.add(text.substr(0, end));
        if (!added) return stopped(std::move(inspection), State::fail, added.error().rule);
        text.remove_prefix(end);
    }
    if (collector.total() > 1) inspection.warnings.emplace_back("chunked");
    if (!collector.is_complete()) {
        for (const std::size_t number : collector.missing()) {
            inspection.faults.push_back("part " + std::to_string(number) + " of " + std::to_string(collector.total()));
        }
        return stopped(std::move(inspection), State::not_checked, "chunk-missing");
    }
    const auto jws = read_jws(collector.jws());
    if (!jws) return stopped(std::move(inspection), State::fail, jws.error().rule);
    inspection.structure = Axis{State::pass, {}};
    read_header(*jws, *known.trust, inspection);
    const auto inflated = inflate_raw(jws->payload, kPayloadLimit, Trailer::tolerated);
    if (!inflated) {
        fault(inspection, inflated.error().rule.c_str(), "payload");
        return inspection;
    }
    auto payload = parse_loosely(std::string_view(reinterpret_cast<const char*>(inflated->data()), inflated->size()),
                                 kPayloadLimits);
    if (!payload || !payload->is_object()) {
        fault(inspection, "json", "payload");
        return inspection;
    }
    inspection.content = std::move(*payload);
    read_claims(inspection.content, inspection);
    read_bundle(inspection.content, inspection);
    return inspection;
}

Json card_holder_of(const Json& content) {
    Json holder = Json::object();
    for (const Json& entry : at(bundle_of(content), "entry")) {
        const Json& patient = at(entry, "resource");
        if (at(patient, "resourceType") != Json("Patient")) continue;
        const Json& names = at(patient, "name");
        const Json& name = names.is_array() && !names.empty() ? names[0] : names;
        if (at(name, "family").is_string()) holder["familyName"] = at(name, "family");
        std::string given;
        for (const Json& one : at(name, "given")) {
            if (one.is_string()) given += (given.empty() ? "" : " ") + one.get_ref<const std::string&>();
        }
        if (!given.empty()) holder["givenName"] = given;
        if (at(patient, "birthDate").is_string()) holder["birthDate"] = at(patient, "birthDate");
        break;
    }
    return holder;
}

Json card_events_of(const Json& content) {
    Json events = Json::array();
    const auto put = [](Json& event, const char* name, std::string_view value) {
        if (!value.empty()) event[name] = value;
    };
    for (const Json& entry : at(bundle_of(content), "entry")) {
        const Json& resource = at(entry, "resource");
        const std::string_view type = text_at(resource, "resourceType");
        Json event = Json::object();
        const Json& performers = at(resource, "performer");
        const Json& performer = performers.is_array() && !performers.empty() ? performers[0] : performers;
        if (type == "Immunization") {
            event["kind"] = name_of(Event::vaccination);
            put(event, "vaccine", code_of(at(resource, "vaccineCode")));
            put(event, "date", text_at(resource, "occurrenceDateTime"));
            put(event, "lot", text_at(resource, "lotNumber"));
            put(event, "centre", text_at(at(performer, "actor"), "display"));
        } else if (type == "Observation") {
            event["kind"] = name_of(Event::test);
            put(event, "testType", code_of(at(resource, "code")));
            put(event, "sampledAt", text_at(resource, "effectiveDateTime"));
            put(event, "result", result_of(resource));
            put(event, "centre", text_at(performer, "display"));
        } else {
            continue;
        }
        events.push_back(std::move(event));
    }
    return events;
}

}  // namespace lachan::certificate
