#include "certificate/divoc.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "certificate/checks.h"
#include "certificate/jws.h"
#include "certificate/loose_json.h"
#include "certificate/readers.h"
#include "certificate/zip.h"
#include "kernel/time.h"

namespace lachan::certificate {
namespace {

constexpr std::size_t kDocumentLimit = 256 * 1024;
constexpr JsonLimits kLimits{kDocumentLimit, 32};

/// The contexts whose fields we know how to show. Their own documents are not in our bundle yet, so that the graph
/// which is signed cannot be made: every signature stays not checked, with reason context-unknown (docs/adr/0022).
constexpr std::array<std::string_view, 3> kShown{
    "https://www.w3.org/2018/credentials/v1",
    "https://cowin.gov.in/credentials/vaccination/v1",
    "https://cowin.gov.in/credentials/vaccination/v2",
};

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

bool holds(const Json& list, std::string_view text) {
    return list.is_array() && std::any_of(list.begin(), list.end(), [text](const Json& one) { return one == text; });
}

bool knows_all(const Json& contexts) {
    return contexts.is_array() && !contexts.empty() &&
           std::all_of(contexts.begin(), contexts.end(), [](const Json& context) {
               return context.is_string() &&
                      std::find(kShown.begin(), kShown.end(), context.get_ref<const std::string&>()) != kShown.end();
           });
}

/// Algorithm and key of the proof: RsaSignature2018 is PS256 in practice, as its detached JWS says itself.
void read_proof(const Json& proof, Inspection& inspection) {
    const std::string_view method = text_at(proof, "verificationMethod");
    inspection.kid.assign(method.begin(), method.end());
    if (method.empty()) add_once(inspection.signature_faults, "kid-missing");
    // Some proofs are padded as base64 is, which a JWS must not be; the bytes are the same.
    std::string_view text = text_at(proof, "jws");
    while (text.ends_with('=')) text.remove_suffix(1);
    const auto jws = read_jws(text);
    if (!jws || !jws->payload.empty()) {
        add_once(inspection.signature_faults, "signature-length");
        return;
    }
    const std::string_view type = text_at(proof, "type");
    const Json& named = at(jws->header, "alg");
    if (type == "RsaSignature2018" && named == Json("PS256")) inspection.algorithm = Algorithm::ps256;
    if (type == "Ed25519Signature2018" && named == Json("EdDSA")) inspection.algorithm = Algorithm::eddsa;
    if (!inspection.algorithm) return add_once(inspection.signature_faults, "algorithm-unknown");
    if (!has_possible_length(jws->signature.size(), *inspection.algorithm)) {
        add_once(inspection.signature_faults, "signature-length");
    }
}

void copy(const Json& from, const char* key, Json& to, const char* name) {
    const Json& value = at(from, key);
    const bool is_text = value.is_string() && !value.get_ref<const std::string&>().empty();
    if (is_text || value.is_number_integer()) to[name] = value;
}

}  // namespace

Inspection inspect_divoc(const Json& document, const Knowledge&, Inspection inspection) {
    if (!holds(at(document, "type"), "VerifiableCredential") || !at(document, "proof").is_object()) {
        return stopped(std::move(inspection), State::fail, "json");
    }
    inspection.content = document;
    inspection.structure = Axis{State::pass, {}};
    if (!knows_all(at(document, "@context"))) inspection.structure = Axis{State::not_checked, {"context-unknown"}};
    inspection.issuer = text_at(document, "issuer");
    inspection.issued_at = instant_of(text_at(document, "issuanceDate"));
    if (!inspection.issued_at) fault(inspection, "issuanceDate");
    if (document.contains("expirationDate")) {
        inspection.expires_at = instant_of(text_at(document, "expirationDate"));
        if (!inspection.expires_at) fault(inspection, "expirationDate");
    }
    if (!at(document, "credentialSubject").is_object()) fault(inspection, "credentialSubject");
    const Json& evidence = at(document, "evidence");
    if (!evidence.is_array() || evidence.size() != 1 || !evidence[0].is_object()) {
        fault(inspection, "evidence");
    } else if (holds(at(evidence[0], "type"), "Vaccination")) {
        inspection.events = {Event::vaccination};
    }
    read_proof(at(document, "proof"), inspection);
    return inspection;
}

Inspection inspect_divoc_archive(std::string_view archive, const Knowledge& known, Inspection inspection) {
    const auto file = only_file_of(bytes_of(archive), "certificate.json", kDocumentLimit);
    if (!file) return stopped(std::move(inspection), State::fail, file.error().rule);
    const auto document =
        parse_loosely(std::string_view(reinterpret_cast<const char*>(file->data()), file->size()), kLimits);
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
