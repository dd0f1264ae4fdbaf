#include "keys.h"

#include <algorithm>
#include <map>

#include "batch.h"
#include "certificate/own_place.h"
#include "certificate/x509_reader.h"
#include "trust/revocation_source.h"
#include "x509.h"

namespace lachan::trust {

namespace fs = std::filesystem;
using certificate::Scheme;
using certificate::Signer;

namespace {

/// The scheme that an identifier is of, by its form; with a blank behind it the hash would be that of no code.
Result<Scheme> scheme_of_identifier(const std::string& identifier) {
    if (is_own_identifier(identifier) || !certificate::place_of(identifier).is_null()) return Scheme::lachan;
    const bool is_one = identifier.starts_with("URN:UVCI:") && identifier.size() <= 80 && identifier.find_first_of(" \t\r\n") == std::string::npos;
    if (!is_one) return Error{Errc::malformed, "revocation.value", "not an identifier of a certificate: " + identifier};
    return Scheme::hcert;
}

Result<bool> is_withdrawn(const std::string& folder, const Signer& signer) {
    const auto kids = TRY(withdrawn_keys(revoked_in(folder), signer.scheme));
    return std::find(kids.begin(), kids.end(), signer.kid) != kids.end();
}

/// Whether the certificate of a signer of seals was taken back.
Result<bool> is_seal_withdrawn(const std::string& folder, const std::string& name) {
    return TRY(RevokedIdentifiers::read(revoked_in(folder))).has_serial(TRY(serial_of(folder, name)));
}

/// Why a signer that was made for one thing does not sign another.
const char* why_not(Signs purpose, Signs made_for) {
    if (purpose == Signs::seals) return " signs no seals: make a signer with --seals";
    if (purpose == Signs::own) return " signs none of our own codes: make a signer with --own";
    return made_for == Signs::seals ? " signs seals only" : " signs our own codes only";
}

}  // namespace

fs::path revoked_in(const std::string& folder) { return fs::path(folder) / "revoked.json"; }

Result<std::size_t> add_to_list(const std::string& folder, Scheme scheme, std::vector<std::string> values, Instant expires) {
    RevocationRequest request;
    request.scheme = scheme;
    request.country = TRY(naming_of(TRY(authority_certificate(folder)))).country;
    request.expires = expires;
    request.values = std::move(values);
    return add_revocations(revoked_in(folder), request);
}

Result<std::size_t> add_to_revoked(const std::string& folder, const std::vector<std::string>& identifiers, Instant expires) {
    std::map<Scheme, std::vector<std::string>> by_scheme;
    for (const std::string& identifier : identifiers) by_scheme[TRY(scheme_of_identifier(identifier))].push_back(identifier);
    std::size_t added = 0;
    for (auto& [scheme, values] : by_scheme) added += TRY(add_to_list(folder, scheme, std::move(values), expires));
    return added;
}

Result<std::size_t> add_to_serials(const std::string& folder, std::vector<std::string> serials) {
    const Signer authority = TRY(certificate::authority_from_certificate(TRY(authority_certificate(folder))));
    RevocationRequest request;
    request.scheme = Scheme::icao_vds;
    request.country = authority.country;
    request.key = authority.kid;
    request.by = certificate::RevokedBy::serial;
    request.values = std::move(serials);
    return add_revocations(revoked_in(folder), request);
}

Result<Bytes> serial_of(const std::string& folder, const std::string& name) {
    return TRY(certificate::read_certificate(TRY(signer_certificate(folder, name)))).serial_number();
}

Result<Signs> purpose_of(const std::string& folder, const std::string& name) {
    const Bytes certificate = TRY(signer_certificate(folder, name));
    if (TRY(signs_seals(certificate))) return Signs::seals;
    return TRY(signer_from_certificate(certificate)).scheme == Scheme::lachan ? Signs::own : Signs::certificates;
}

Result<std::vector<std::string>> names_for(const std::string& folder, Signs purpose) {
    std::vector<std::string> names;
    for (std::string& name : TRY(signer_names(folder))) {
        if (TRY(purpose_of(folder, name)) == purpose) names.push_back(std::move(name));
    }
    return names;
}

Result<Signer> listed_signer(const std::string& folder, const std::string& name) {
    return signer_from_certificate(TRY(signer_certificate(folder, name)));
}

Result<std::vector<std::string>> names_in_force(const std::string& folder, Signs purpose) {
    std::vector<std::string> names;
    for (std::string& name : TRY(names_for(folder, purpose))) {
        if (!TRY(is_withdrawn(folder, TRY(listed_signer(folder, name))))) names.push_back(std::move(name));
    }
    return names;
}

Result<IssuingKey> key_in_force(const std::string& folder, const std::string& name, Instant now, Signs purpose) {
    IssuingKey key = TRY(read_signer(folder, name));
    const Signs made_for = TRY(purpose_of(folder, name));
    if (made_for != purpose) return Error{Errc::rejected, "issue.key", name + why_not(purpose, made_for)};
    if (TRY(purpose == Signs::seals ? is_seal_withdrawn(folder, name) : is_withdrawn(folder, key.signer))) return Error{Errc::rejected, "issue.key", name + " is withdrawn"};
    if (now < key.signer.not_before || key.signer.not_after < now) return Error{Errc::rejected, "issue.key", name + " is not in force"};
    return key;
}

}  // namespace lachan::trust
