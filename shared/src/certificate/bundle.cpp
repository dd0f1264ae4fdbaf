#include "certificate/bundle.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "certificate/base45.h"

namespace lachan::certificate {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kBundleBytes = 8 * 1024 * 1024;
constexpr std::size_t kDigestKidBytes = 8;
constexpr std::size_t kMostKidBytes = 128;
constexpr std::size_t kMostIssuerBytes = 512;

Error bad_field(const std::string& path) { return Error{Errc::malformed, "bundle.field", path}; }

/// Whether `signer` stands before scheme and kid in the order of a bundle.
bool is_before(const Signer& signer, Scheme scheme, std::span<const std::uint8_t> kid) {
    if (signer.scheme != scheme) return signer.scheme < scheme;
    return std::lexicographical_compare(signer.kid.begin(), signer.kid.end(), kid.begin(), kid.end());
}

using Keys = std::initializer_list<std::string_view>;

/// Unknown keys are refused: a verifier must not overlook a restriction that a newer bundle states.
Result<void> require_keys(const Json& object, Keys keys, Keys optional, const std::string& path) {
    if (!object.is_object()) return bad_field(path);
    for (const std::string_view key : keys) {
        if (!object.contains(key)) return bad_field(path + "." + std::string(key));
    }
    const auto is_in = [](Keys list, std::string_view key) {
        return std::find(list.begin(), list.end(), key) != list.end();
    };
    for (const auto& [key, value] : object.items()) {
        if (!is_in(keys, key) && !is_in(optional, key)) return bad_field(path + "." + key);
    }
    return {};
}

Result<Instant> instant_at(const Json& object, const char* key, const std::string& path) {
    if (!at(object, key).is_number_integer()) return bad_field(path + "." + key);
    return Instant{int_at(object, key)};
}

Result<KeyUsage> usage_of(const Json& list, const std::string& path) {
    if (!list.is_array()) return bad_field(path);
    KeyUsage usage;
    for (const Json& entry : list) {
        if (entry == "t") {
            usage.test = true;
        } else if (entry == "v") {
            usage.vaccination = true;
        } else if (entry == "r") {
            usage.recovery = true;
        } else {
            return bad_field(path);
        }
    }
    return usage;
}

bool is_country(std::string_view text) {
    if (text.empty()) return true;
    return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// The keys that say which scheme, rank and issuer a signer has. Absent means: an HCERT signer without an issuer's
/// name.
Result<void> read_standing(const Json& entry, Signer& signer, const std::string& path) {
    if (entry.contains("scheme")) {
        const auto scheme = scheme_named(text_at(entry, "scheme"));
        if (!scheme) return bad_field(path + ".scheme");
        signer.scheme = *scheme;
    }
    if (entry.contains("issuer")) {
        signer.issuer = text_at(entry, "issuer");
        if (signer.issuer.empty() || signer.issuer.size() > kMostIssuerBytes) return bad_field(path + ".issuer");
    }
    if (entry.contains("authority")) {
        if (!at(entry, "authority").is_boolean()) return bad_field(path + ".authority");
        signer.is_authority = at(entry, "authority") == Json(true);
    }
    if (entry.contains("crlVersion")) {
        signer.crl_version = int_at(entry, "crlVersion", -1);
        if (signer.crl_version < 0) return bad_field(path + ".crlVersion");
    }
    return {};
}

bool has_right_size(const Bytes& kid, const Signer& signer) {
    const bool is_digest = signer.scheme == Scheme::hcert || signer.scheme == Scheme::lachan;
    if (is_digest && !signer.is_authority) return kid.size() == kDigestKidBytes;
    return !kid.empty() && kid.size() <= kMostKidBytes;
}

Result<Signer> signer_of(const Json& entry, const std::string& path) {
    TRY(require_keys(entry, {"kid", "country", "algorithm", "spki", "notBefore", "notAfter", "usage"},
                     {"scheme", "issuer", "authority", "crlVersion"}, path));
    Signer signer;
    TRY(read_standing(entry, signer, path));
    auto kid = from_base64(text_at(entry, "kid"));
    if (!kid || !has_right_size(*kid, signer)) return bad_field(path + ".kid");
    signer.kid = std::move(*kid);
    if (!at(entry, "country").is_string() || !is_country(text_at(entry, "country")))
        return bad_field(path + ".country");
    signer.country = text_at(entry, "country");
    const auto algorithm = algorithm_named(text_at(entry, "algorithm"));
    if (!algorithm) return bad_field(path + ".algorithm");
    signer.algorithm = *algorithm;
    auto spki = from_base64(text_at(entry, "spki"));
    if (!spki || spki->empty()) return bad_field(path + ".spki");
    signer.spki = std::move(*spki);
    signer.not_before = TRY(instant_at(entry, "notBefore", path));
    signer.not_after = TRY(instant_at(entry, "notAfter", path));
    if (signer.not_after < signer.not_before) return Error{Errc::malformed, "bundle.period", path};
    signer.usage = TRY(usage_of(at(entry, "usage"), path + ".usage"));
    return signer;
}

}  // namespace

const char* name_of(Scheme scheme) {
    switch (scheme) {
        case Scheme::hcert: return "hcert";
        case Scheme::smart_health_card: return "smartHealthCard";
        case Scheme::icao_vds: return "icaoVds";
        case Scheme::divoc: return "divoc";
        case Scheme::lachan: return "lachan";
    }
    return "hcert";
}

std::optional<Scheme> scheme_named(std::string_view name) {
    using enum Scheme;
    for (const Scheme scheme : {hcert, smart_health_card, icao_vds, divoc, lachan}) {
        if (name == name_of(scheme)) return scheme;
    }
    return std::nullopt;
}

const char* name_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::es256: return "ES256";
        case Algorithm::es384: return "ES384";
        case Algorithm::es512: return "ES512";
        case Algorithm::ps256: return "PS256";
        case Algorithm::eddsa: return "EdDSA";
        case Algorithm::rs256: return "RS256";
    }
    return "ES256";
}

std::optional<Algorithm> algorithm_named(std::string_view name) {
    using enum Algorithm;
    for (const Algorithm algorithm : {es256, es384, es512, ps256, eddsa, rs256}) {
        if (name == name_of(algorithm)) return algorithm;
    }
    return std::nullopt;
}

std::span<const Signer> TrustBundle::with_kid(Scheme scheme, std::span<const std::uint8_t> kid) const {
    const auto first = std::partition_point(
        signers.begin(), signers.end(), [scheme, kid](const Signer& signer) { return is_before(signer, scheme, kid); });
    const auto last = std::find_if(first, signers.end(), [scheme, kid](const Signer& signer) {
        return signer.scheme != scheme || !std::equal(signer.kid.begin(), signer.kid.end(), kid.begin(), kid.end());
    });
    return std::span(signers).subspan(static_cast<std::size_t>(first - signers.begin()),
                                      static_cast<std::size_t>(last - first));
}

bool TrustBundle::knows_country(Scheme scheme, std::string_view country) const {
    return std::any_of(signers.begin(), signers.end(), [scheme, country](const Signer& signer) {
        return signer.scheme == scheme && signer.country == country;
    });
}

bool TrustBundle::knows_issuer(Scheme scheme, std::string_view issuer) const {
    return std::any_of(signers.begin(), signers.end(), [scheme, issuer](const Signer& signer) {
        return signer.scheme == scheme && signer.issuer == issuer;
    });
}

bool TrustBundle::knows(Scheme scheme) const {
    return std::any_of(signers.begin(), signers.end(),
                       [scheme](const Signer& signer) { return signer.scheme == scheme; });
}

Result<TrustBundle> TrustBundle::parse(std::string_view text) {
    auto document = parse_json(text, JsonLimits{kBundleBytes, 8});
    if (!document) return Error{Errc::malformed, "bundle.syntax", document.error().rule};
    // The version is asked first: what else a newer bundle holds is not for us to judge.
    if (int_at(*document, "version", 0) != kVersion) return Error{Errc::malformed, "bundle.version", "not version 1"};
    TRY(require_keys(*document, {"version", "number", "issuedAt", "validUntil", "signers"}, {}, "bundle"));
    TrustBundle bundle;
    if (!at(*document, "number").is_number_integer()) return bad_field("bundle.number");
    bundle.number = int_at(*document, "number");
    bundle.issued_at = TRY(instant_at(*document, "issuedAt", "bundle"));
    bundle.valid_until = TRY(instant_at(*document, "validUntil", "bundle"));
    if (bundle.valid_until < bundle.issued_at) return Error{Errc::malformed, "bundle.period", "bundle"};
    const Json& signers = at(*document, "signers");
    if (!signers.is_array()) return bad_field("signers");
    for (std::size_t i = 0; i < signers.size(); ++i) {
        bundle.signers.push_back(TRY(signer_of(signers[i], "signers[" + std::to_string(i) + "]")));
    }
    std::stable_sort(bundle.signers.begin(), bundle.signers.end(),
                     [](const Signer& left, const Signer& right) { return is_before(left, right.scheme, right.kid); });
    return bundle;
}

Json to_json(const TrustBundle& bundle) {
    Json signers = Json::array();
    for (const Signer& signer : bundle.signers) {
        Json usage = Json::array();
        if (signer.usage.test) usage.push_back("t");
        if (signer.usage.vaccination) usage.push_back("v");
        if (signer.usage.recovery) usage.push_back("r");
        Json entry({{"kid", to_base64(signer.kid)},
                    {"country", signer.country},
                    {"algorithm", name_of(signer.algorithm)},
                    {"spki", to_base64(signer.spki)},
                    {"notBefore", signer.not_before.ms},
                    {"notAfter", signer.not_after.ms},
                    {"usage", usage}});
        if (signer.scheme != Scheme::hcert) entry["scheme"] = name_of(signer.scheme);
        if (!signer.issuer.empty()) entry["issuer"] = signer.issuer;
        if (signer.is_authority) entry["authority"] = true;
        if (signer.crl_version != 0) entry["crlVersion"] = signer.crl_version;
        signers.push_back(std::move(entry));
    }
    return {{"version", kVersion},
            {"number", bundle.number},
            {"issuedAt", bundle.issued_at.ms},
            {"validUntil", bundle.valid_until.ms},
            {"signers", signers}};
}

}  // namespace lachan::certificate
