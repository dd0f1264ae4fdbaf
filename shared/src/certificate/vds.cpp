#include "certificate/vds.h"

#include <algorithm>
#include <string>
#include <utility>

#include "certificate/checks.h"
#include "certificate/readers.h"
#include "certificate/x509_reader.h"

namespace lachan::certificate {
namespace {

constexpr std::string_view kVaccination = "icao.vacc";
constexpr std::string_view kTest = "icao.test";
constexpr std::size_t kStateLetters = 3;

void fault(Inspection& inspection, const char* path) {
    inspection.structure = Axis{State::fail, {"schema"}};
    inspection.faults.emplace_back(path);
}

bool all_ascii_keys(const Json& value) {
    if (value.is_array()) return std::all_of(value.begin(), value.end(), all_ascii_keys);
    if (!value.is_object()) return true;
    return std::all_of(value.items().begin(), value.items().end(), [](const auto& entry) {
        const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
        return std::all_of(entry.key().begin(), entry.key().end(), is_ascii) && all_ascii_keys(entry.value());
    });
}

/// base64url, with padding or without.
Bytes bytes_at(const Json& object, const char* key) {
    std::string_view text = text_at(object, key);
    while (text.ends_with('=')) text.remove_suffix(1);
    auto bytes = from_base64url(text);
    return bytes ? std::move(*bytes) : Bytes{};
}

std::optional<Algorithm> algorithm_of(std::string_view name) {
    const auto algorithm = algorithm_named(name);
    const bool is_allowed =
        algorithm == Algorithm::es256 || algorithm == Algorithm::es384 || algorithm == Algorithm::es512;
    return is_allowed ? algorithm : std::nullopt;
}

/// The content under the key of the certificate in the code, whatever that key is worth.
void add_content_check(const Certificate& signer, const Bytes& signed_bytes, const Bytes& signature,
                       Inspection& inspection) {
    auto& faults = inspection.signature_faults;
    if (!inspection.algorithm) return add_once(faults, "algorithm-unknown");
    const Algorithm algorithm = *inspection.algorithm;
    if (!signer.key_algorithm || !is_same_kind(algorithm, *signer.key_algorithm)) {
        return add_once(faults, "algorithm-key-mismatch");
    }
    if (signature.size() != signature_bytes_of(*signer.key_algorithm)) return add_once(faults, "signature-length");
    inspection.checks.push_back(SignatureCheck{Purpose::content, algorithm, *signer.key_algorithm, inspection.kid,
                                               signer.spki, signed_bytes, signature});
}

/// The signer's certificate under every authority whose key identifier it names.
void add_chain_checks(const Certificate& signer, const TrustBundle& bundle, Inspection& inspection) {
    if (!signer.signed_with) return;
    for (const Signer& authority : bundle.with_kid(Scheme::icao_vds, inspection.kid)) {
        if (!authority.is_authority || !is_same_kind(*signer.signed_with, authority.algorithm)) continue;
        Bytes signature = signer.signature;
        if (!is_rsa(authority.algorithm) && authority.algorithm != Algorithm::eddsa) {
            auto raw = raw_ecdsa_signature(signer.signature, authority.algorithm);
            if (!raw) continue;
            signature = std::move(*raw);
        }
        inspection.checks.push_back(SignatureCheck{Purpose::chain, *signer.signed_with, authority.algorithm,
                                                   inspection.kid, authority.spki, signer.signed_part,
                                                   std::move(signature)});
    }
}

void read_signature(const Json& seal, const TrustBundle& bundle, Inspection& inspection) {
    inspection.algorithm = algorithm_of(text_at(seal, "alg"));
    inspection.certificate = bytes_at(seal, "cer");
    const auto signer = read_certificate(inspection.certificate);
    if (!signer) {
        inspection.structure = Axis{State::fail, {"x509"}};
        return;
    }
    inspection.kid = signer->authority_key_id;
    if (inspection.kid.empty()) add_once(inspection.signature_faults, "kid-missing");
    add_content_check(*signer, vds_signed_bytes(inspection.content), bytes_at(seal, "sigvl"), inspection);
    add_chain_checks(*signer, bundle, inspection);
}

void check_vaccination(const Json& message, Inspection& inspection) {
    if (text_at(message, "uvci").empty()) fault(inspection, "msg.uvci");
    const Json& list = at(message, "ve");
    if (!list.is_array() || list.empty()) return fault(inspection, "msg.ve");
    for (const Json& vaccine : list) {
        if (text_at(vaccine, "des").empty()) fault(inspection, "msg.ve.des");
        const Json& doses = at(vaccine, "vd");
        if (!doses.is_array() || doses.empty()) return fault(inspection, "msg.ve.vd");
        for (const Json& dose : doses) {
            if (text_at(dose, "dvc").empty()) fault(inspection, "msg.ve.vd.dvc");
        }
    }
}

void check_test(const Json& message, Inspection& inspection) {
    if (text_at(message, "utci").empty()) fault(inspection, "msg.utci");
    if (!at(message, "dat").is_object()) fault(inspection, "msg.dat");
    if (!at(message, "tr").is_object()) fault(inspection, "msg.tr");
}

bool is_state(std::string_view text) {
    return text.size() == kStateLetters &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

void read_content(Inspection& inspection) {
    const Json& head = at(inspection.content, "hdr");
    const Json& message = at(inspection.content, "msg");
    const std::string_view type = text_at(head, "t");
    inspection.structure = Axis{State::pass, {}};
    inspection.issuer = text_at(head, "is");
    inspection.version = at(head, "v").is_number_integer() ? std::to_string(int_at(head, "v")) : "";
    if (!is_state(inspection.issuer)) fault(inspection, "hdr.is");
    if (!text_at(head, "t").starts_with("icao.")) return fault(inspection, "hdr.t");
    if (inspection.version != "1" || (type != kVaccination && type != kTest)) {
        inspection.structure = Axis{State::not_checked, {"version-unsupported"}};
        return;
    }
    inspection.events = {type == kTest ? Event::test : Event::vaccination};
    if (text_at(at(message, "pid"), "n").empty()) fault(inspection, "msg.pid.n");
    if (type == kTest)
        check_test(message, inspection);
    else
        check_vaccination(message, inspection);
}

void copy(const Json& from, const char* key, Json& to, const char* name) {
    const Json& value = at(from, key);
    if (value.is_string() || value.is_number_integer()) to[name] = value;
}

}  // namespace

Bytes vds_signed_bytes(const Json& data) {
    if (!all_ascii_keys(data)) return {};
    const std::string text = canonical(data);
    return Bytes(text.begin(), text.end());
}

Inspection inspect_vds(const Json& document, const Knowledge& known, Inspection inspection) {
    const Json& data = at(document, "data");
    const Json& seal = at(document, "sig");
    if (!data.is_object() || !seal.is_object() || !all_ascii_keys(data)) {
        return stopped(std::move(inspection), State::fail, "json");
    }
    inspection.content = data;
    read_content(inspection);
    read_signature(seal, *known.trust, inspection);
    return inspection;
}

Json vds_holder_of(const Json& data) {
    const Json& person = at(at(data, "msg"), "pid");
    Json holder = Json::object();
    copy(person, "n", holder, "name");
    copy(person, "dob", holder, "birthDate");
    copy(person, "sex", holder, "sex");
    copy(person, "i", holder, "document");
    copy(person, "ai", holder, "otherDocument");
    return holder;
}

Json vds_events_of(const Json& data) {
    const Json& message = at(data, "msg");
    Json events = Json::array();
    if (text_at(at(data, "hdr"), "t") == kTest) {
        Json event{{"kind", name_of(Event::test)}};
        copy(at(message, "dat"), "sc", event, "sampledAt");
        copy(at(message, "dat"), "ri", event, "resultAt");
        copy(at(message, "tr"), "tc", event, "testType");
        copy(at(message, "tr"), "r", event, "result");
        copy(at(message, "sp"), "spn", event, "centre");
        copy(at(message, "sp"), "ctr", event, "country");
        copy(message, "utci", event, "identifier");
        events.push_back(std::move(event));
        return events;
    }
    for (const Json& vaccine : at(message, "ve")) {
        for (const Json& dose : at(vaccine, "vd")) {
            Json event{{"kind", name_of(Event::vaccination)}};
            copy(vaccine, "dis", event, "disease");
            copy(vaccine, "des", event, "vaccine");
            copy(vaccine, "nam", event, "product");
            copy(dose, "seq", event, "dose");
            copy(dose, "dvc", event, "date");
            copy(dose, "lot", event, "lot");
            copy(dose, "ctr", event, "country");
            copy(dose, "adm", event, "centre");
            copy(message, "uvci", event, "identifier");
            events.push_back(std::move(event));
        }
    }
    return events;
}

}  // namespace lachan::certificate
