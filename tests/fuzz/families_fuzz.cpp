// The layers of the families beside HCERT, each entered from outside: health cards and their parts, key sets, seals and
// the certificates in them, archives, credentials and their graphs. No crash, no memory beyond the limits, and nothing that nobody
// signed is ever valid.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/base45.h"
#include "certificate/forge_families.h"
#include "certificate/health_card.h"
#include "certificate/linked_data.h"
#include "certificate/verdict.h"
#include "certificate/x509_reader.h"
#include "certificate/zip.h"

namespace {

using namespace lachan;
using namespace lachan::certificate;

void require(bool holds) {
    if (!holds) std::abort();
}

/// One key a scheme, each where the inputs made below point: 32 bytes "0" of a card, "0" of a seal's authority and of a
/// credential's method.
const TrustBundle& bundle() {
    static const TrustBundle made = [] {
        TrustBundle made{1, Instant{0}, Instant{4'000'000'000'000}, {}};
        for (const Scheme scheme : {Scheme::smart_health_card, Scheme::icao_vds, Scheme::divoc}) {
            Signer signer;
            signer.scheme = scheme;
            signer.kid = Bytes(scheme == Scheme::smart_health_card ? 32 : 1, '0');
            signer.is_authority = scheme == Scheme::icao_vds;
            signer.issuer = scheme == Scheme::smart_health_card ? "https://a" : "";
            if (scheme == Scheme::divoc) signer.algorithm = Algorithm::eddsa;
            signer.spki = {1};
            signer.not_after = Instant{4'000'000'000'000};
            made.signers.push_back(std::move(signer));
        }
        return made;
    }();
    return made;
}

void judge_all(std::string_view text) {
    const Inspection inspection = inspect(text, {&bundle()});
    const auto back = inspection_from_json(Json::parse(to_json(inspection).dump(), nullptr, false));
    require(back && *back == inspection);
    for (const Answer answer : {Answer::valid, Answer::invalid, Answer::unsupported}) {
        const std::vector<Answer> answers(inspection.checks.size(), answer);
        const Verdict verdict = judge(inspection, answers, Instant{1'750'000'000'000}, {&bundle()});
        require(answer == Answer::valid || verdict.summary != Summary::valid);
        require(!to_json(verdict).dump().empty());
    }
}

std::string card_with(const Bytes& payload) {
    const std::string kid = to_base64url(Bytes(32, '0'));
    const std::string header = "{\"alg\":\"ES256\",\"zip\":\"DEF\",\"kid\":\"" + kid + "\"}";
    return "shc:/" + numeric(to_base64url(bytes_of(header)) + "." + to_base64url(payload) + "." + to_base64url(Bytes(64, 1)));
}

/// In base64url, that of a signer whose authority is the one above: what is in a seal is asked only beneath it.
const std::string& seal_certificate() {
    static const std::string made = [] {
        CertificateDraft draft;
        draft.authority_key_id = Bytes(1, '0');
        return to_base64url(state_with(Algorithm::es256, Algorithm::es256, draft).certificate);
    }();
    return made;
}

/// A credential whose members beside the proof are `members`, and those of its proof `proof`, as JSON writes them.
std::string credential_with(std::string_view members, std::string_view proof) {
    return "{\"@context\":[\"https://www.w3.org/2018/credentials/v1\",\"https://cowin.gov.in/credentials/vaccination/v2\"],"
           "\"type\":[\"VerifiableCredential\"]," +
           std::string(members) + ",\"proof\":{" + std::string(proof) + "}}";
}

std::string credential_with(std::string_view members) {
    return credential_with(members, "\"type\":\"Ed25519Signature2018\",\"verificationMethod\":\"0\",\"proofPurpose\":\"assertionMethod\",\"jws\":\"" +
                                        to_base64url(bytes_of("{\"alg\":\"EdDSA\",\"b64\":false,\"crit\":[\"b64\"]}")) + ".." +
                                        to_base64url(Bytes(64, 1)) + "\"");
}

constexpr std::string_view kMembers =
    "\"credentialSubject\":{\"type\":\"Person\",\"id\":\"did:a:b\",\"name\":\"Nobody\"},\"issuer\":\"https://a/\",\"issuanceDate\":"
    "\"2025-03-03T04:28:46Z\",\"evidence\":[{\"type\":[\"Vaccination\"],\"date\":\"2025-03-01\"}]";

/// A document in an archive in which all is as it should be.
std::string archived(std::string_view document) {
    return "data:application/zip;base64," + to_base64(archive_of(document, "certificate.json", static_cast<std::uint32_t>(document.size())));
}

/// Few blank nodes, many statements: two bytes each.
void name_graph(std::span<const std::uint8_t> bytes) {
    const auto node = [](unsigned number) { return "_:" + std::to_string(number); };
    std::vector<Statement> statements;
    std::vector<Statement> turned;
    for (std::size_t i = 0; i + 1 < bytes.size() && statements.size() < 64; i += 2) {
        const std::string predicate = bytes[i] & 0x80 ? "<urn:p>" : "<urn:q>";
        const unsigned from = bytes[i] & 7;
        const unsigned to = bytes[i + 1] & 7;
        const bool is_literal = bytes[i + 1] & 0x80;
        statements.push_back({node(from), predicate, is_literal ? "\"x\"" : node(to)});
        turned.insert(turned.begin(), {node(7 - from), predicate, is_literal ? "\"x\"" : node(7 - to)});
    }
    const auto text = canonical_graph(statements);
    const auto again = canonical_graph(turned);
    // How much work it is may hang on the labels; what comes of it may not.
    if (text && again) require(*text == *again);
}

void collect(std::string_view text) {
    Collector collector;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const auto before = collector.missing();
        if (!collector.add(text.substr(0, end))) require(collector.missing() == before);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    require(collector.total() <= kMostParts);
    require(collector.jws().size() <= kMostJwsBytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span<const std::uint8_t> bytes(data + 1, size - 1);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    // The first byte says how deep the input enters.
    switch (data[0] % 13) {
        case 0: judge_all(text); break;
        case 1: judge_all(card_with(deflated(text))); break;
        case 2: judge_all(card_with(Bytes(bytes.begin(), bytes.end()))); break;
        case 3: judge_all("shc:/" + numeric(text)); break;
        case 4: collect(text); break;
        case 5: {
            const auto jwks = read_jwks(text, "https://a", "");
            if (!jwks) break;
            for (const Signer& signer : jwks->signers) require(signer.kid.size() == 32 && signer.spki.size() == 91);
            break;
        }
        case 6: {
            if (!read_certificate(bytes)) break;
            judge_all(
                "{\"data\":{\"hdr\":{\"t\":\"icao.vacc\",\"v\":1,\"is\":\"UTO\"},\"msg\":{}},\"sig\":{\"alg\":"
                "\"ES256\",\"cer\":\"" +
                to_base64url(bytes) + "\",\"sigvl\":\"" + to_base64url(Bytes(64, 1)) + "\"}}");
            break;
        }
        case 7: judge_all(credential_with(text)); break;
        case 8: name_graph(bytes); break;
        case 11: judge_all(archived(text)); break;
        case 12: judge_all(credential_with(kMembers, text)); break;
        case 10: judge_all("{\"data\":" + std::string(text) + ",\"sig\":{\"alg\":\"ES256\",\"cer\":\"" + seal_certificate() +
                           "\",\"sigvl\":\"" + to_base64url(Bytes(64, 1)) + "\"}}"); break;
        default: {
            const auto file = only_file_of(bytes, "certificate.json", 4096);
            if (file) require(file->size() <= 4096);
            judge_all("data:application/zip;base64," + to_base64(bytes));
            break;
        }
    }
    return 0;
}
