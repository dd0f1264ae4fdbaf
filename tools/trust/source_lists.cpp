#include "source_lists.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "certificate/base45.h"
#include "certificate/cbor.h"
#include "certificate/revocation_write.h"
#include "demo.h"
#include "jwk.h"
#include "prove.h"
#include "x509.h"

namespace lachan::trust {
namespace {

using certificate::Scheme;
using certificate::Signer;

constexpr std::int64_t kDay = kMillisecondsPerDay;

Error malformed(std::string detail) { return Error{Errc::malformed, "source.shape", std::move(detail)}; }
Error rejected(const char* rule, std::string detail) { return Error{Errc::rejected, rule, std::move(detail)}; }

Error unasked_own_signer() { return rejected("x509.usage", "a signer of our own codes: say ?scheme=lachan"); }

std::string place(const Source& source, const std::string& key) { return source.path + "[" + key + "]"; }

struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

/// What an authority's signers name as the key that signed them.
Bytes subject_key_of(std::span<const std::uint8_t> der) {
    const unsigned char* at = der.data();
    const std::unique_ptr<X509, FreeCertificate> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    const ASN1_OCTET_STRING* key = certificate ? X509_get0_subject_key_id(certificate.get()) : nullptr;
    if (key == nullptr) return {};
    const unsigned char* data = ASN1_STRING_get0_data(key);
    return {data, data + ASN1_STRING_length(key)};
}

/// The entries of the EU gateway: [{kid, country, certificateType, rawData, ...}]; only document signers count.
Harvest read_gateway(const Json& list, const Source& source) {
    Harvest harvest;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Json& entry = list[i];
        const std::string where = place(source, std::to_string(i));
        const std::string_view type = text_at(entry, "certificateType");
        if (!type.empty() && type != "DSC") {
            harvest.add(where, rejected("source.type", "of type " + std::string(type) + ", not a document signer"));
            continue;
        }
        const auto der = lenient_base64(text_at(entry, "rawData"));
        const auto kid = lenient_base64(text_at(entry, "kid"));
        if (!der || der->empty() || !kid) {
            harvest.add(where, malformed("no certificate in rawData, or no kid"));
        } else {
            harvest.add(where, signer_in(*der, source, text_at(entry, "country"), *kid));
        }
    }
    return harvest;
}

Result<certificate::KeyUsage> usage_of(const Json& letters) {
    certificate::KeyUsage usage;
    for (const Json& letter : letters) {
        if (letter == "t")
            usage.test = true;
        else if (letter == "v")
            usage.vaccination = true;
        else if (letter == "r")
            usage.recovery = true;
        else
            return malformed("keyUsage is of t, v and r");
    }
    return usage;
}

/// The Dutch key file: kid to bare keys with usages and the state in "ian".
Result<Signer> dutch_signer(const std::string& kid, const Json& entry) {
    const auto spki = lenient_base64(text_at(entry, "subjectPk"));
    const auto kid_bytes = lenient_base64(kid);
    if (!spki || !kid_bytes || kid_bytes->empty()) return malformed("no kid or no subjectPk");
    auto signer = TRY(signer_from_spki(*spki));
    signer.kid = *kid_bytes;
    signer.usage = TRY(usage_of(at(entry, "keyUsage")));
    if (text_at(entry, "ian").size() == 2) signer.country = text_at(entry, "ian");
    signer.not_before = kNoStart;
    signer.not_after = kNoEnd;
    return signer;
}

Harvest read_dutch(const Json& keys, const Source& source) {
    Harvest harvest;
    harvest.remarks.push_back(source.path + ": the keys come without certificates, so without dates of their own");
    for (const auto& [kid, entries] : keys.items()) {
        for (const Json& entry : entries) harvest.add(place(source, kid), dutch_signer(kid, entry));
    }
    return harvest;
}

/// did:web:...:v2:trustlist:DOMAIN:PARTICIPANT:USAGE, as far as it says so.
std::string usage_in(std::string_view method) {
    const std::string_view did = method.substr(0, method.find('#'));
    return std::string(did.substr(did.rfind(':') + 1));
}

Result<Signer> did_signer(const Json& method, const Source& source) {
    if (method.is_string())
        return rejected("source.reference", "a reference to another document; give that document too");
    const Json& key = at(method, "publicKeyJwk");
    if (!key.is_object()) return malformed("no publicKeyJwk");
    const std::string_view id = text_at(method, "id");
    const std::size_t mark = id.find('#');
    const auto named = lenient_base64(mark == std::string_view::npos ? text_at(key, "kid") : id.substr(mark + 1));
    if (!named || named->empty()) return malformed("no kid");
    const Json& chain = at(key, "x5c");
    if (chain.is_array() && !chain.empty()) {
        const auto der =
            chain[0].is_string() ? lenient_base64(chain[0].get_ref<const std::string&>()) : malformed("x5c");
        if (!der) return malformed("x5c");
        Signer signer = TRY(signer_in(*der, source, "", *named));
        // The certificate and the key beside it are two statements of one thing.
        if (TRY(jwk_from_json(key)).spki != signer.spki)
            return rejected("jwk.x5c", "the certificate holds another key");
        return signer;
    }
    if (usage_in(id) == "SCA") return rejected("x509.authority", "an authority, not a document signer");
    const Jwk jwk = TRY(jwk_from_json(key));
    Signer signer;
    signer.kid = *named;
    signer.country = source.value("country");
    signer.algorithm = jwk.algorithm;
    signer.spki = jwk.spki;
    signer.not_before = kNoStart;
    signer.not_after = kNoEnd;
    return signer;
}

Harvest read_did(const Json& methods, const Source& source) {
    Harvest harvest;
    harvest.remarks.push_back(source.path + ": the proof of the document is not checked; take it from its own address");
    for (std::size_t i = 0; i < methods.size(); ++i)
        harvest.add(place(source, std::to_string(i)), did_signer(methods[i], source));
    return harvest;
}

void read_key_set(const Json& keys, const std::string& issuer, const std::string& where, Harvest& harvest) {
    if (!keys.is_array()) return harvest.add(where, malformed("keys is no array"));
    for (std::size_t i = 0; i < keys.size(); ++i)
        harvest.add(where + "[" + std::to_string(i) + "]", card_signer_from_json(keys[i], issuer));
}

/// The VCI directory: each issuer with its keys, and the revocation lists that it had when the snapshot was taken.
Harvest read_directory(const Json& issuers, const Source& source, Instant now) {
    Harvest harvest;
    for (std::size_t i = 0; i < issuers.size(); ++i) {
        const Json& entry = issuers[i];
        const std::string issuer(text_at(at(entry, "issuer"), "iss"));
        const std::string where = place(source, std::to_string(i));
        read_key_set(at(entry, "keys"), issuer, where, harvest);
        for (const Json& crl : at(entry, "crls")) {
            auto list = certificate::card_list_from_json(crl, now, Instant{now.ms + kDay});
            if (list) {
                harvest.revocation.push_back(std::move(*list));
            } else {
                harvest.refused.push_back({where + ".crls", list.error()});
            }
        }
    }
    return harvest;
}

/// A list of our own form. It may come from anybody: of the keys of our own codes it says nothing unless the source says that it does.
Harvest read_own(const certificate::TrustBundle& bundle, const Source& source) {
    Harvest harvest;
    const bool may_name_own = source.value("scheme") == name_of(Scheme::lachan);
    for (std::size_t i = 0; i < bundle.signers.size(); ++i) {
        const Signer& signer = bundle.signers[i];
        const bool is_refused = signer.scheme == Scheme::lachan && !may_name_own;
        harvest.add(place(source, std::to_string(i)), is_refused ? Result<Signer>(unasked_own_signer()) : Result<Signer>(signer));
    }
    return harvest;
}

/// Checks the signature of a list with the key or certificate in the file that `signer=` names.
Result<void> check_list_signature(std::span<const std::uint8_t> signed_bytes, const Bytes& signature,
                                  const Source& source, Harvest& harvest) {
    if (!source.said.contains("signer")) {
        harvest.remarks.push_back(source.path + ": the signature of the list was not checked (give ?signer=FILE)");
        return {};
    }
    const std::string pem = TRY(read_file(source.value("signer")));
    Signer signer;
    if (pem.find("BEGIN PUBLIC KEY") != std::string::npos) {
        signer = TRY(signer_from_spki(TRY(spki_in_pem(pem))));
    } else {
        signer = TRY(signer_from_certificate(TRY(certificates_in_pem(pem))[0]));
    }
    const certificate::SignatureCheck check{
        certificate::Purpose::content, signer.algorithm, signer.algorithm, {}, signer.spki, Bytes(signed_bytes.begin(), signed_bytes.end()),
        signature};
    if (Prover().prove(check) != certificate::Answer::valid)
        return Error{Errc::rejected, "source.signature", source.path + ": the signature of the list does not hold"};
    harvest.remarks.push_back(source.path + ": the signature of the list holds");
    return {};
}

}  // namespace

Result<Signer> signer_in(std::span<const std::uint8_t> der, const Source& source, std::string_view country,
                         std::span<const std::uint8_t> kid) {
    Signer signer = TRY(signer_from_certificate(der));
    const auto scheme =
        certificate::scheme_named(source.said.contains("scheme") ? source.value("scheme") : name_of(Scheme::hcert));
    if (!scheme) return malformed("scheme is unknown");
    // Whose keys sign our own codes is said by whoever builds the list: no list of others may bring one along, whatever its certificate says.
    if ((signer.scheme == Scheme::lachan) != (*scheme == Scheme::lachan)) {
        return signer.scheme == Scheme::lachan ? unasked_own_signer()
                                               : rejected("x509.usage", "no signer of our own codes");
    }
    signer.scheme = *scheme;
    signer.is_authority = is_authority(der);
    // An authority's key signs signers: only travel documents carry the chain that needs it here.
    if (signer.is_authority && *scheme != Scheme::icao_vds)
        return rejected("x509.authority", "an authority, not a document signer");
    if (signer.is_authority) {
        signer.kid = subject_key_of(der);
        if (signer.kid.empty()) return rejected("x509.authority", "an authority without a subject key identifier");
    }
    if (!kid.empty() && !std::equal(kid.begin(), kid.end(), signer.kid.begin(), signer.kid.end()))
        return rejected("source.kid", "the kid is not that of the certificate");
    // Whoever keeps the list answers for whose key it is; some certificates name no state, or a part of one.
    if (country.size() == 2) signer.country = country;
    return signer;
}

Result<Harvest> read_json_source(const Json& json, const Source& source, Instant now) {
    if (json.is_array()) return read_gateway(json, source);
    if (at(json, "certificates").is_array()) return read_gateway(at(json, "certificates"), source);
    if (at(json, "eu_keys").is_object()) return read_dutch(at(json, "eu_keys"), source);
    if (at(json, "payload").is_string() && at(json, "signature").is_string()) {
        const auto payload = lenient_base64(text_at(json, "payload"));
        const auto inner = payload ? parse_json(text_of(*payload), kListLimits) : Result<Json>(payload.error());
        if (!inner) return malformed(source.path + ": the payload is no JSON");
        Harvest harvest = TRY(read_json_source(*inner, source, now));
        harvest.remarks.push_back(source.path + ": the CMS signature around the payload was not checked");
        return harvest;
    }
    if (at(json, "verificationMethod").is_array()) return read_did(at(json, "verificationMethod"), source);
    if (at(json, "issuerInfo").is_array()) return read_directory(at(json, "issuerInfo"), source, now);
    if (at(json, "keys").is_array()) {
        Harvest harvest;
        read_key_set(at(json, "keys"), source.value("issuer"), source.path, harvest);
        return harvest;
    }
    if (at(json, "signers").is_array()) return read_own(TRY(certificate::TrustBundle::parse(json.dump())), source);
    return malformed(source.path + ": no list that is known");
}

Result<Harvest> read_signed_lines(std::string_view text, const Source& source) {
    const std::size_t line = text.find('\n');
    const std::string_view body = text.substr(line + 1);
    const auto signature = lenient_base64(text.substr(0, line));
    const auto json = parse_json(body, kListLimits);
    if (!signature || !json || !at(*json, "certificates").is_array())
        return malformed(source.path + ": no signed list");
    Harvest harvest = read_gateway(at(*json, "certificates"), source);
    TRY(check_list_signature(bytes_of(body), *signature, source, harvest));
    return harvest;
}

Result<Harvest> read_token(std::string_view text, const Source& source) {
    const std::size_t first = text.find('.');
    const std::size_t second = text.rfind('.');
    const auto payload = lenient_base64(text.substr(first + 1, second - first - 1));
    const auto signature = lenient_base64(text.substr(second + 1));
    const auto json = payload ? parse_json(text_of(*payload), kListLimits) : Result<Json>(payload.error());
    if (!json || !signature || !at(*json, "dsc_trust_list").is_object())
        return malformed(source.path + ": no list in the token");
    Harvest harvest;
    for (const auto& [country, trusted] : at(*json, "dsc_trust_list").items()) {
        for (const Json& key : at(trusted, "keys")) {
            const Json& chain = at(key, "x5c");
            const bool has_certificate = chain.is_array() && !chain.empty() && chain[0].is_string();
            const auto der = has_certificate ? lenient_base64(chain[0].get_ref<const std::string&>())
                                             : Result<Bytes>(malformed("no x5c"));
            const auto kid = lenient_base64(text_at(key, "kid"));
            const std::string where = place(source, country + "/" + std::string(text_at(key, "kid")));
            harvest.add(where, der && kid ? signer_in(*der, source, country, *kid)
                                          : Result<Signer>(malformed("no kid or no x5c")));
        }
    }
    TRY(check_list_signature(bytes_of(text.substr(0, second)), *signature, source, harvest));
    return harvest;
}

Result<Harvest> read_cbor_source(std::span<const std::uint8_t> data, const Source& source) {
    const auto list = certificate::cbor::read(data, {16, 100'000, 64 * 1024});
    const certificate::cbor::Item* certificates = nullptr;
    for (std::size_t i = 0; list && list->is(certificate::cbor::Kind::map) && i + 1 < list->items.size(); i += 2) {
        if (list->items[i].content == "c") certificates = &list->items[i + 1];
    }
    if (certificates == nullptr || !certificates->is(certificate::cbor::Kind::array))
        return malformed(source.path + ": no list in the CBOR");
    Harvest harvest;
    harvest.remarks.push_back(source.path + ": the signature, which stands in a file of its own, was not checked");
    for (std::size_t i = 0; i < certificates->items.size(); ++i) {
        Bytes kid;
        Bytes der;
        const auto& entry = certificates->items[i];
        for (std::size_t at = 0; entry.is(certificate::cbor::Kind::map) && at + 1 < entry.items.size(); at += 2) {
            if (entry.items[at].content == "i") kid = octets_of(entry.items[at + 1].content);
            if (entry.items[at].content == "c") der = octets_of(entry.items[at + 1].content);
        }
        const std::string where = place(source, std::to_string(i));
        harvest.add(where, der.empty() ? Result<Signer>(malformed("no certificate")) : signer_in(der, source, "", kid));
    }
    return harvest;
}

}  // namespace lachan::trust
