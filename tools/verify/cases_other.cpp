// Cases of the other families, and forged ones.

#include <algorithm>
#include <map>

#include "cases.h"
#include "certificate/base45.h"
#include "certificate/health_card.h"
#include "certificate/issue_card.h"
#include "certificate/revocation_write.h"
#include "certificate/x509_reader.h"
#include "kernel/text.h"
#include "picture.h"
#include "signing_key.h"

namespace lachan::verify {
namespace {

using certificate::Signer;
using certificate::TrustBundle;

// --- SMART Health Cards ---

constexpr const char* kExampleIssuer = "https://spec.smarthealth.cards/examples/issuer";
constexpr const char* kRevokingIssuers = "https://raw.githubusercontent.com/smart-on-fhir/health-cards-dev-tools/main/testdata/badcrl/";

/// A broken list of the issuer, or one of another version than its key names: no list is used then, and nothing is passed by it.
constexpr const char* kRevocationError = "REVOCATION_ERROR";

/// Upstream's errors, and the axis and reasons by which a verdict says the same; no reasons: any that is not a pass.
struct PublishedError {
    const char* name;
    const char* axis;
    std::vector<const char*> reasons;
};
const std::vector<PublishedError>& errors() {
    static const std::vector<PublishedError> all{
        {"INFLATION_ERROR", "structure", {"compression"}},
        {"JWS_HEADER_ERROR", "", {"jws", "kid-missing", "kid-length", "algorithm-unknown"}},
        {"JWS_VERIFICATION_ERROR", "signature", {}},
        {"SIGNATURE_FORMAT_ERROR", "signature", {"signature-length"}},
        {"NOT_YET_VALID", "time", {"not-yet-valid"}},
        {"EXPIRATION_ERROR", "time", {"expired"}},
        {"INVALID_ISSUER_URL", "structure", {"issuer-url"}},
        {"ISSUER_KID_MISMATCH", "issuerTrust", {"issuer-mismatch"}},
        {"ISSUER_KEY_DOWNLOAD_ERROR", "issuerTrust", {}},
        {"INVALID_NUMERIC_QR", "structure", {"numeric"}},
        {"INVALID_NUMERIC_QR_HEADER", "structure", {"numeric", "prefix-missing", "chunk-missing"}},
        {"MISSING_QR_CHUNK", "structure", {"chunk-missing"}},
        {"SCHEMA_ERROR", "structure", {"claim-missing", "schema"}},
    };
    return all;
}

/// Scored elsewhere, or a matter of the file and not of the card.
const std::map<std::string, const char*> kElsewhere{
    {"INVALID_KEY_X5C", "follows from the issuer's address"},
    {"QR_CHUNKING_DEPRECATED", "in use: read, with a warning"},
    {"TRAILING_CHARACTERS", "white space around a text is no part of it"},
    {"FHIR_SCHEMA_ERROR", "the FHIR profile is not judged"},
    {"PROFILE_ERROR", "the FHIR profile is not judged"},
    {"INVALID_QR", "how a picture is made up is not judged"},
};
const std::map<std::string, const char*> kOtherTypes{
    {"fhirbundle", "a bundle without a card"},
    {"fhirhealthcard", "an answer of a FHIR server"},
    {"shlink", "health links are not certificates"},
    {"shlpayload", "health links are not certificates"},
    {"shlmanifest", "health links are not certificates"},
    {"shlfile", "health links are not certificates"},
};

bool says(const Seen& seen, const PublishedError& error) {
    // Upstream verifies with the keys of the issuer alone; we say apart that the signature holds, and that its key is another's.
    if (error.name == std::string_view("JWS_VERIFICATION_ERROR") && seen.has_reason({"issuer-mismatch"})) return true;
    if (error.reasons.empty()) return !seen.passes(error.axis);
    for (const char* axis : {"structure", "signature", "issuerTrust", "time"}) {
        if (*error.axis != 0 && std::string_view(error.axis) != axis) continue;
        for (const Json& reason : at(seen.axis(axis), "reasons")) {
            if (std::find(error.reasons.begin(), error.reasons.end(), reason) != error.reasons.end()) return true;
        }
    }
    return false;
}

void add_keys(World& world, const std::string& file, const std::string& issuer, std::vector<Signer>& signers) {
    Json keys = side_document(world, file);
    if (keys.is_object() && !keys.contains("keys")) keys = Json{{"keys", Json::array({keys})}};
    if (!keys.is_object()) return;
    auto read = certificate::read_jwks(keys.dump(), issuer, "");
    if (!read) return;
    for (Signer& signer : read->signers) signers.push_back(std::move(signer));
}

/// A key that signs the payloads that upstream gives without a signature, under the issuer of the examples.
struct OwnKey {
    SigningKey key;
    Signer signer;
    std::string kid;
};

const OwnKey* own_key() {
    static const auto made = []() -> Result<OwnKey> {
        auto key = TRY(SigningKey::generate(certificate::Algorithm::es256));
        OwnKey own{std::move(key), {}, {}};
        own.kid = text_at(TRY(certificate::card_key(own.key.spki())), "kid");
        own.signer.scheme = certificate::Scheme::smart_health_card;
        own.signer.kid = TRY(from_base64url(own.kid));
        own.signer.issuer = kExampleIssuer;
        own.signer.spki = own.key.spki();
        own.signer.not_after = Instant{4'000'000'000'000};
        return own;
    }();
    return made ? &*made : nullptr;
}

TrustBundle card_list(World& world) {
    std::vector<Signer> signers;
    add_keys(world, "shc/jwks.json", kExampleIssuer, signers);
    add_keys(world, "shc/issuer.jwks.public.not.smart.json", "https://not.smart.example.org", signers);
    for (const char* name : {"duplicate-rid", "invalid-method", "non-base64url-rid", "too-long-rid", "version-mismatch"}) {
        add_keys(world, "shc/badcrl/public.json", std::string(kRevokingIssuers) + name, signers);
    }
    if (const OwnKey* own = own_key()) signers.push_back(own->signer);
    return list_of(std::move(signers));
}

/// The list of an issuer's key, and whether there is one that cannot be used: it is refused when a bundle is built.
struct CardRevocations {
    certificate::RevocationSet set;
    bool is_there = false;
    bool is_refused = false;
};

/// The list of the specification's examples is left alone: it is a year younger than the clock of its cases, and names one of them.
CardRevocations revocations_of(World& world, const std::string& issuer, Instant now) {
    CardRevocations found;
    const std::string revoking(kRevokingIssuers);
    if (!issuer.starts_with(revoking)) return found;
    const std::string name = issuer.substr(revoking.size());
    if (name.find('/') != std::string::npos || name.find("..") != std::string::npos) return found;
    const std::string kid(text_at(side_document(world, "shc/badcrl/public.json"), "kid"));
    const Json& crl = side_document(world, "shc/badcrl/" + name + "/.well-known/crl/" + kid + ".json");
    found.is_there = crl.is_object();
    if (!found.is_there) return found;
    auto list = certificate::card_list_from_json(crl, now, Instant{now.ms + kMillisecondsPerDay});
    found.is_refused = !list;
    if (list) certificate::merge_list(found.set, std::move(*list));
    return found;
}

/// A JWS as the text of one code, however long it is.
std::string as_code(std::string_view jws) {
    std::string digits = "shc:/";
    for (const char c : trim(jws)) {
        const int value = std::clamp(c - 45, 0, 99);
        digits += static_cast<char>('0' + value / 10);
        digits += static_cast<char>('0' + value % 10);
    }
    return digits;
}

/// The texts of the codes of a row, each a card of its own; a set of parts is one text with lines. Says in `scored` why there are none.
std::vector<std::string> cards_of(World& world, const Json& row, Scored& scored) {
    const std::string_view type = text_at(row, "type");
    std::vector<std::string> cards;
    std::string set;
    for (const Json& file : at(row, "files")) {
        const std::string text(text_at(file, "text"));
        if (type == "jws") {
            cards.push_back(as_code(text));
        } else if (type == "jwspayload") {
            const Json payload = Json::parse(text, nullptr, false);
            const OwnKey* own = own_key();
            if (own == nullptr || !payload.is_object()) continue;
            const std::string input = certificate::card_signing_input(payload, own->kid);
            const auto signature = own->key.sign(bytes_of(input));
            if (signature) cards.push_back(as_code(input + "." + to_base64url(*signature)));
        } else if (type == "healthcard") {
            const Json document = Json::parse(text, nullptr, false);
            for (const Json& jws : at(document, "verifiableCredential")) {
                if (jws.is_string()) cards.push_back(as_code(jws.get_ref<const std::string&>()));
            }
        } else if (type == "qrnumeric") {
            set += text + "\n";
        } else if (type == "qr") {
            const auto bytes = side_bytes(world, std::string(text_at(file, "path")));
            const auto pictures = bytes ? read_pictures(*bytes) : Result<std::vector<Picture>>(bytes.error());
            if (!pictures) {
                scored.skipped = std::string(text_at(file, "name")) + ": " + pictures.error().detail;
                return {};
            }
            for (const std::string& code : codes_in((*pictures)[0])) set += code + "\n";
        }
    }
    if (!set.empty()) cards.push_back(set);
    return cards;
}

}  // namespace

void score_health_card(World& world, const Json& row, Scored& scored) {
    const std::string type(text_at(row, "type"));
    if (kOtherTypes.contains(type)) {
        scored.skipped = kOtherTypes.at(type);
        return;
    }
    const auto cards = cards_of(world, row, scored);
    if (!scored.skipped.empty()) return;
    const Json& expected = at(row, "expected_errors");
    const bool wants_nothing = expected == Json::array({"QR_DECODE_ERROR"});
    const auto is_link = [](const std::string& text) { return text.find("shlink:/") != std::string::npos; };
    if (!cards.empty() && std::all_of(cards.begin(), cards.end(), is_link)) {
        scored.skipped = kOtherTypes.at("shlink");
        return;
    }
    if (cards.empty() && !wants_nothing) {
        scored.skipped = "no card in its files";
        return;
    }
    if (side_document(world, "shc/jwks.json").is_null()) {
        scored.skipped = "the key sets are not in ../shared/shc";
        return;
    }
    if (wants_nothing) {
        scored.flags.push_back({"readable", false, !cards.empty()});
        return;
    }
    const TrustBundle list = card_list(world);
    std::vector<Seen> all;
    bool is_list_there = false;
    bool is_list_refused = false;
    for (const std::string& text : cards) {
        Instant clock{int_at(row, "validationTime") * 1000};
        // The examples were signed after the time they are said to be validated at; only their own rows ask dates.
        const bool asks_dates = scored.id.find("yet") != std::string::npos || scored.id.find("milliseconds") != std::string::npos;
        auto seen = look_at(world, text, list, Terms{clock});
        if (seen && !asks_dates && int_at(seen->inspection, "issuedAt") > clock.ms) {
            clock = Instant{int_at(seen->inspection, "issuedAt")};
            seen = look_at(world, text, list, Terms{clock});
        }
        if (seen) {
            const auto revoked = revocations_of(world, std::string(text_at(seen->inspection, "issuer")), clock);
            if (revoked.is_there && !revoked.is_refused) seen = look_at(world, text, list, Terms{clock}, &revoked.set);
            is_list_there = is_list_there || revoked.is_there;
            is_list_refused = is_list_refused || revoked.is_refused;
        }
        if (!seen) {
            scored.skipped = seen.error().detail;
            return;
        }
        all.push_back(std::move(*seen));
    }
    scored.axes = at(all[0].verdict, "axes");
    bool is_clean = true;
    for (const Json& name : expected.is_array() ? expected : Json::array()) {
        const std::string wanted = name.is_string() ? name.get<std::string>() : "";
        if (wanted == kRevocationError) {
            if (!is_list_there) {
                scored.left_out[wanted] = "the revocation list of that issuer is not in ../shared/shc";
                continue;
            }
            const bool is_open = std::none_of(all.begin(), all.end(), [](const Seen& seen) { return seen.passes("revocation"); });
            scored.flags.push_back({wanted, true, is_list_refused || is_open, Weight::exactness});
            scored.left_out["valid"] = "upstream calls a card invalid when its issuer's list is broken; here its revocation is not checked";
            continue;
        }
        const auto known = std::find_if(errors().begin(), errors().end(), [&wanted](const PublishedError& error) { return error.name == wanted; });
        if (known == errors().end()) {
            scored.left_out[wanted] = kElsewhere.contains(wanted) ? kElsewhere.at(wanted) : "an error that is not judged here";
            continue;
        }
        is_clean = false;
        const bool is_said = std::any_of(all.begin(), all.end(), [&known](const Seen& seen) { return says(seen, *known); });
        scored.flags.push_back({wanted, true, is_said, Weight::exactness});
    }
    const auto is_valid = [](const Seen& seen) { return text_at(seen.verdict, "summary") == "valid"; };
    if (!is_clean) {
        scored.flags.push_back({"valid", false, std::all_of(all.begin(), all.end(), is_valid)});
        return;
    }
    // Upstream warns where we refuse: dates beside the clock, and more parts than a card may have.
    const auto is_ours = [](const Seen& seen) { return seen.has_reason({"not-yet-valid", "expired", "size-limit"}); };
    if (expected.is_number() && expected != 0) scored.left_out["errors"] = "a number of errors is that of a validator of profiles";
    else if (std::any_of(all.begin(), all.end(), is_ours)) scored.left_out["valid"] = "upstream only warns of its dates or size";
    else if (at(row, "valid") == Json(false) || (!at(row, "valid").is_boolean() && !scored.left_out.empty())) scored.left_out.try_emplace("valid", "upstream says false for what is not judged here");
    else scored.flags.push_back({"valid", true, std::all_of(all.begin(), all.end(), is_valid)});
}

// --- ICAO, DIVOC, WHO and others ---

void score_other_format(World& world, const Json& row, Scored& scored) {
    static const std::map<std::string, const char*> kFamilies{{"DIVOC", "divoc"},        {"WHO-DDCC-HCERT", "whoDdcc"},
                                                              {"EU-DCC", "hcert"},       {"ICAO-VDS-NC", "icaoVds"},
                                                              {"SHC", "smartHealthCard"}, {"NL-Idemix", "nlDomestic"}};
    const auto family = kFamilies.find(std::string(text_at(row, "format")));
    std::string text(text_at(row, "payload"));
    if (text.empty() || family == kFamilies.end()) {
        scored.skipped = text.empty() ? "no text" : "a format that is not known here";
        return;
    }
    if (text.starts_with("B64:")) text = "data:application/zip;base64," + text.substr(4);
    std::vector<Signer> signers;
    if (const auto der = certificate::from_base64(text_at(row, "csca_b64")); der && !der->empty()) {
        auto authority = certificate::authority_from_certificate(*der);
        if (authority) signers.push_back(std::move(*authority));
    }
    // One sample is a list of seals, each a code of its own.
    std::vector<std::string> texts{text};
    if (trim(text).starts_with("[")) {
        const Json list = Json::parse(text, nullptr, false);
        texts.clear();
        for (const Json& seal : list) texts.push_back(seal.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    const std::string expected(text_at(at(row, "expect"), "signature"));
    bool is_family = !texts.empty();
    bool is_read = !texts.empty();
    bool is_signed = !texts.empty();
    bool is_open = false;
    bool is_of_nobody = false;
    for (const std::string& one : texts) {
        const auto seen = look_at(world, one, list_of(signers), Terms{Instant{1'655'000'000'000}});
        if (!seen) {
            scored.skipped = seen.error().detail;
            return;
        }
        scored.axes = at(seen->verdict, "axes");
        is_family = is_family && text_at(seen->inspection, "family") == family->second;
        is_read = is_read && seen->passes("structure");
        is_signed = is_signed && seen->passes("signature");
        is_open = is_open || text_at(seen->axis("signature"), "state") == "notChecked";
        is_of_nobody = is_of_nobody || seen->has_reason({"holder-unsigned"});
    }
    scored.flags.push_back({"family", true, is_family, Weight::exactness});
    const Json& expectation = at(row, "expect");
    const bool is_unread_upstream = expectation.contains("unpacked") && at(expectation, "unpacked").is_null();
    if (family->first == "NL-Idemix") scored.left_out["structure"] = "recognised, and not read here";
    else if (is_of_nobody) scored.left_out["structure"] = "read, but its signature speaks for no person";
    else if (!is_read && is_unread_upstream) scored.left_out["structure"] = "upstream could not unpack it either";
    else scored.flags.push_back({"structure", expected != "not-vds", is_read});
    if (expected == "valid" && is_open) scored.left_out["signature"] = "no key of its issuer here";
    else if (expected == "valid") scored.flags.push_back({"signature", true, is_signed});
}

// --- forged ones ---

void score_forged(World& world, const Json& row, Scored& scored) {
    const Json& expected = at(row, "forged");
    const auto trust = TrustBundle::parse(world.trust.dump());
    if (!trust) {
        scored.skipped = "no trust list came before it";
        return;
    }
    const std::string_view plain = text_at(row, "text");
    const auto text = row.contains("bytes") ? certificate::from_base64(text_at(row, "bytes")) : Result<Bytes>(Bytes(plain.begin(), plain.end()));
    if (!text) {
        scored.skipped = "its bytes are no base64";
        return;
    }
    const auto seen = look_at(world, std::string(text->begin(), text->end()), *trust, Terms{Instant{int_at(row, "now")}});
    if (!seen) {
        scored.skipped = seen.error().detail;
        return;
    }
    scored.axes = at(seen->verdict, "axes");
    scored.details["summary"] = at(seen->verdict, "summary");
    const bool is_valid = text_at(seen->verdict, "summary") == "valid";
    scored.flags.push_back({"valid", text_at(expected, "summary") == "valid", is_valid});
    if (expected.contains("summary")) {
        scored.flags.push_back({"summary", true, at(expected, "summary") == at(seen->verdict, "summary"), Weight::exactness});
    }
    // A reason or a warning that must be given; where more are, they do no harm.
    if (expected.contains("reason")) {
        const std::string reason(text_at(expected, "reason"));
        const Json& warnings = at(seen->verdict, "warnings");
        const bool is_warned = std::find(warnings.begin(), warnings.end(), Json(reason)) != warnings.end();
        scored.flags.push_back({"reason", true, is_warned || seen->has_reason({reason.c_str()}), Weight::exactness});
    }
}

}  // namespace lachan::verify
