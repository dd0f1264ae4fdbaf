#include "certificate/divoc.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "certificate/checks.h"
#include "certificate/jws.h"
#include "certificate/linked_data.h"
#include "certificate/readers.h"
#include "certificate/zip.h"
#include "kernel/time.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kDocumentLimit = 256 * 1024;
constexpr JsonLimits kLimits{kDocumentLimit, 32, true};

std::optional<int> number_in(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

/// RFC 3339, with or without a fraction; without a zone it counts as UTC, which is how issuers without one mean it.
std::optional<Instant> instant_of(std::string_view text) {
    const auto day = Day::parse(text.substr(0, std::min<std::size_t>(10, text.size())));
    const auto hour = number_in(text, 11, 2);
    const auto minute = number_in(text, 14, 2);
    const auto second = number_in(text, 17, 2);
    if (!day || text.size() < 19 || text[10] != 'T' || !hour || !minute || !second) return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    std::int64_t ms = day->days * kMillisecondsPerDay + (*hour * 3600LL + *minute * 60LL + *second) * 1000;
    std::string_view rest = text.substr(19);
    if (rest.starts_with('.')) {
        const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        for (std::size_t i = 1, unit = 100; i < end && unit > 0; ++i, unit /= 10)
            ms += (rest[i] - '0') * static_cast<int>(unit);
        rest.remove_prefix(end);
    }
    if (rest.empty() || rest == "Z") return Instant{ms};
    const auto zone_hour = number_in(rest, 1, 2);
    const auto zone_minute = number_in(rest, rest.size() == 6 ? 4 : 3, 2);
    if ((rest[0] != '+' && rest[0] != '-') || rest.size() > 6 || !zone_hour || !zone_minute) return std::nullopt;
    const std::int64_t offset = (*zone_hour * 60LL + *zone_minute) * 60'000;
    return Instant{rest[0] == '+' ? ms - offset : ms + offset};
}

void fault(Inspection& inspection, const char* path) {
    inspection.structure.state = State::fail;
    add_once(inspection.structure.reasons, "schema");
    inspection.faults.emplace_back(path);
}

/// Whether `text` is the value, or one of a list: the graph is the same, so that whoever writes it so must not hide anything by it.
bool holds(const Json& list, std::string_view text) {
    if (list.is_string()) return list == text;
    return list.is_array() && std::any_of(list.begin(), list.end(), [text](const Json& one) { return one == text; });
}

/// Algorithm and key of the proof: RsaSignature2018 is PS256 in practice, as its detached JWS says itself. Gives the
/// JWS where one can be verified.
std::optional<Jws> read_proof(const Json& proof, Inspection& inspection) {
    auto& faults = inspection.signature_faults;
    const std::string_view method = text_at(proof, "verificationMethod");
    inspection.kid.assign(method.begin(), method.end());
    if (method.empty()) add_once(faults, "kid-missing");
    // Some proofs are padded as base64 is, which a JWS must not be; the bytes are the same.
    std::string_view text = text_at(proof, "jws");
    while (text.ends_with('=')) text.remove_suffix(1);
    auto jws = read_jws(text);
    if (!jws || !jws->payload.empty()) {
        add_once(faults, "signature-length");
        return std::nullopt;
    }
    // RFC 7797: what is signed is not encoded once more, and who does not know that must not verify.
    if (at(jws->header, "b64") != Json(false) || at(jws->header, "crit") != Json::array({"b64"})) add_once(faults, "jws");
    const std::string_view type = text_at(proof, "type");
    const Json& named = at(jws->header, "alg");
    if (type == "RsaSignature2018" && named == Json("PS256")) inspection.algorithm = Algorithm::ps256;
    if (type == "Ed25519Signature2018" && named == Json("EdDSA")) inspection.algorithm = Algorithm::eddsa;
    if (!inspection.algorithm) add_once(faults, "algorithm-unknown");
    else if (!has_possible_length(jws->signature.size(), *inspection.algorithm)) add_once(faults, "signature-length");
    if (!faults.empty()) return std::nullopt;
    return std::move(*jws);
}

/// What is signed: the header of the JWS, a dot, SHA-256 of the proof's options and SHA-256 of the document, both as
/// canonical graphs (jsonld-signatures, suites of 2018).
Result<Bytes> signed_bytes_of(const Jws& jws, const Json& proof, const std::vector<Statement>& document) {
    const std::string options = TRY(canonical_graph(TRY(read_proof_options(proof))));
    const std::string content = TRY(canonical_graph(document));
    Bytes bytes(jws.signed_text.begin(), jws.signed_text.end());
    for (const std::string* graph : {&options, &content}) {
        const Sha256 hash = sha256(*graph);
        bytes.insert(bytes.end(), hash.begin(), hash.end());
    }
    return bytes;
}

void doubt(Inspection& inspection, std::string_view code) {
    if (inspection.structure.passes()) inspection.structure = Axis{State::not_checked, {std::string(code)}};
}

/// Graphs cost time; they are made only where a key waits for them.
void list_checks_of(const Jws& jws, const Json& proof, const std::vector<Statement>& document, const Knowledge& known,
                    Inspection& inspection) {
    if (known.trust->with_kid(Scheme::divoc, inspection.kid).empty()) return;
    const bool is_assertion = text_at(proof, "proofPurpose") == "assertionMethod";
    if (!is_assertion) return doubt(inspection, "graph-unsupported");
    const auto bytes = signed_bytes_of(jws, proof, document);
    if (!bytes) return doubt(inspection, bytes.error().rule);
    list_checks(Scheme::divoc, *known.trust, *bytes, jws.signature, inspection);
}

/// The day of a text that begins with one; an empty text is none. False where there is something else.
bool day_at(const Json& object, const char* key, std::optional<Day>& day) {
    const Json& value = at(object, key);
    if (value.is_null() || value == Json("")) return true;
    const std::string_view text = text_at(object, key);
    const auto read = Day::parse(text.substr(0, std::min<std::size_t>(10, text.size())));
    if (read) day = *read;
    return read.has_value();
}

/// The contexts give one and the same IRI to both doses, and one to all three days: the signature holds whichever stands
/// where. Their order tells, but for a day of difference that zones make, and only where none of them is left out: both
/// doses or neither, all three days or the first alone.
bool is_in_order(const Json& evidence) {
    const Json& dose = at(evidence, "dose");
    const Json& doses = at(evidence, "totalDoses");
    for (const Json* count : {&dose, &doses}) {
        if (!count->is_null() && !count->is_number_integer()) return false;
    }
    if (dose.is_null() != doses.is_null() || (!dose.is_null() && dose > doses)) return false;
    std::optional<Day> given;
    std::optional<Day> start;
    std::optional<Day> end;
    if (!day_at(evidence, "date", given) || !day_at(evidence, "effectiveStart", start) ||
        !day_at(evidence, "effectiveUntil", end)) {
        return false;
    }
    if (!start && !end) return given.has_value();
    if (!given || !start || !end) return false;
    return given->days <= start->days + 1 && given->days <= end->days + 1 && start->days <= end->days;
}

/// What a signature cannot speak for, said before it is asked.
void note_limits(const Json& document, Inspection& inspection) {
    const Json& subject = at(inspection.content, "credentialSubject");
    if (!inspection.unsigned_fields.empty()) add_once(inspection.warnings, "fields-unsigned");
    if (text_at(subject, "name").empty()) {
        const bool is_named = !text_at(at(document, "credentialSubject"), "name").empty();
        if (is_named) doubt(inspection, "holder-unsigned");
        else fault(inspection, "credentialSubject.name");
    }
    if (!at(subject, "dob").is_null() && !at(subject, "dob").is_string()) fault(inspection, "credentialSubject.dob");
    if (inspection.events.empty()) return;
    // Vaccine, maker, batch and number of the certificate share an IRI, too, and nothing tells them apart but sense.
    add_once(inspection.warnings, "fields-alike");
    if (!is_in_order(at(inspection.content, "evidence")[0])) doubt(inspection, "fields-order");
}

/// Dates, issuer and kind, from what the content says.
void read_claims(Inspection& inspection) {
    const Json& content = inspection.content;
    inspection.issuer = text_at(content, "issuer");
    inspection.issued_at = instant_of(text_at(content, "issuanceDate"));
    if (!inspection.issued_at) fault(inspection, "issuanceDate");
    if (content.contains("expirationDate")) {
        inspection.expires_at = instant_of(text_at(content, "expirationDate"));
        if (!inspection.expires_at) fault(inspection, "expirationDate");
    }
    const Json& evidence = at(content, "evidence");
    if (!evidence.is_array() || evidence.size() != 1 || !evidence[0].is_object()) {
        fault(inspection, "evidence");
    } else if (holds(at(evidence[0], "type"), "Vaccination")) {
        inspection.events = {Event::vaccination};
    }
}

/// No wire form of ours has fractions, and nothing that is shown is one: they go on as text.
Json without_fractions(const Json& value) {
    if (value.is_number_float()) return value.dump();
    if (!value.is_structured()) return value;
    Json plain = value;
    for (Json& one : plain) one = without_fractions(one);
    return plain;
}

void copy(const Json& from, const char* key, Json& to, const char* name) {
    const Json& value = at(from, key);
    const bool is_text = value.is_string() && !value.get_ref<const std::string&>().empty();
    if (is_text || value.is_number_integer()) to[name] = value;
}

}  // namespace

Inspection inspect_divoc(const Json& document, const Knowledge& known, Inspection inspection) {
    const Json& proof = at(document, "proof");
    if (!holds(at(document, "type"), "VerifiableCredential") || !proof.is_object()) {
        return stopped(std::move(inspection), State::fail, "json");
    }
    auto graph = read_credential(document);
    if (graph) {
        inspection.structure = Axis{State::pass, {}};
        inspection.content = std::move(graph->covered);
        inspection.unsigned_fields = std::move(graph->uncovered);
    } else {
        inspection.structure = Axis{State::not_checked, {graph.error().rule}};
        inspection.content = without_fractions(document);
    }
    read_claims(inspection);
    if (!at(document, "credentialSubject").is_object()) fault(inspection, "credentialSubject");
    else if (graph) note_limits(document, inspection);
    const auto jws = read_proof(proof, inspection);
    if (graph && jws) list_checks_of(*jws, proof, graph->statements, known, inspection);
    return inspection;
}

Inspection inspect_divoc_archive(std::string_view archive, const Knowledge& known, Inspection inspection) {
    const auto file = only_file_of(bytes_of(archive), "certificate.json", kDocumentLimit);
    if (!file) return stopped(std::move(inspection), State::fail, file.error().rule);
    const auto document =
        parse_json(std::string_view(reinterpret_cast<const char*>(file->data()), file->size()), kLimits);
    if (!document || !document->is_object()) return stopped(std::move(inspection), State::fail, "json");
    return inspect_divoc(*document, known, std::move(inspection));
}

Json divoc_holder_of(const Json& content) {
    const Json& subject = at(content, "credentialSubject");
    Json holder = Json::object();
    copy(subject, "name", holder, "name");
    copy(subject, "dob", holder, "birthDate");
    copy(subject, "age", holder, "age");
    copy(subject, "gender", holder, "sex");
    copy(subject, "nationality", holder, "nationality");
    copy(subject, "id", holder, "document");
    return holder;
}

Json divoc_events_of(const Json& content) {
    Json events = Json::array();
    for (const Json& evidence : at(content, "evidence")) {
        if (!holds(at(evidence, "type"), "Vaccination")) continue;
        Json event{{"kind", name_of(Event::vaccination)}};
        copy(evidence, "vaccine", event, "product");
        copy(evidence, "icd11Code", event, "vaccine");
        copy(evidence, "manufacturer", event, "manufacturer");
        copy(evidence, "batch", event, "lot");
        copy(evidence, "dose", event, "dose");
        copy(evidence, "totalDoses", event, "doses");
        copy(evidence, "date", event, "date");
        copy(evidence, "effectiveStart", event, "validFrom");
        copy(evidence, "effectiveUntil", event, "validUntil");
        copy(evidence, "certificateId", event, "identifier");
        copy(at(evidence, "facility"), "name", event, "centre");
        copy(at(at(evidence, "facility"), "address"), "addressCountry", event, "country");
        events.push_back(std::move(event));
    }
    return events;
}

}  // namespace lachan::certificate
