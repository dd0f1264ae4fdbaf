// lachan-issue: an issuer on one machine. Makes the authority, document signers, trust list, certificates, health cards and seals, takes
// certificates back, and publishes what verifiers need.

#include <openssl/rand.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>

#include "batch.h"
#include "certificate/issue_card.h"
#include "certificate/issue_ddcc.h"
#include "certificate/issue_own.h"
#include "certificate/issue_seal.h"
#include "certificate/own_content.h"
#include "certificate/own_place.h"
#include "certificate/packed_signers.h"
#include "certificate/revocation_write.h"
#include "certificate/vds.h"
#include "certificate/x509_reader.h"
#include "command/files.h"
#include "command/program.h"
#include "issuing.h"
#include "kernel/text.h"
#include "paper.h"
#include "picture.h"
#include "trust/list_key.h"
#include "trust/publish.h"
#include "trust/revocation_source.h"
#include "vocab/unit.h"
#include "x509.h"

namespace lachan::trust {
namespace {

namespace fs = std::filesystem;
using certificate::Algorithm;
using certificate::Draft;
using certificate::Scheme;
using certificate::Signer;
using command::Arguments;
using command::write_file;

constexpr int kOk = 0;
constexpr int kBadInput = 1;
constexpr int kBadUsage = 2;
constexpr std::int64_t kMostDays = 20'000;
constexpr const char* kOwnSigners = "own-signers.pem";
constexpr const char* kOctets = "application/octet-stream";

constexpr const char* kHelp = R"(lachan-issue - makes keys and certificates of one issuer, kept in a folder

  lachan-issue authority --dir DIR --country VN --organisation NAME [--days 3650]
      Makes the country's authority: DIR/authority.pem and authority.key (mode 0600).
  lachan-issue signer --dir DIR --name NAME [--algorithm ES256|PS256] [--usage v,t,r] [--days 730] [--after OLD]
      Makes a document signer under it. --after OLD rotates: it takes over country, organisation and, where nothing else is said, algorithm, usage and host; OLD must
      not have ended, so that certificates of both are good for a while. Publish the list before the new key signs.
  lachan-issue signer --dir DIR --name NAME --seals [--days 730]
      A signer of ICAO seals (ES256). It signs nothing else; verifiers trust it through the authority, which the list then holds.
  lachan-issue signer --dir DIR --name NAME --own [--algorithm ES256|EdDSA] [--usage t] [--host HOST] [--days 730] [--after OLD]
      A signer of our own codes, and of nothing else. --usage t: of results alone. --host: of the places of that host alone.
  lachan-issue list --dir DIR [--out FILE] [--number N] [--days 30]
      The trust list of all signers, and DIR/signers.pem, from which lachan-trust builds the signed one; those of our own codes
      are in DIR/own-signers.pem, to be given as own-signers.pem?scheme=lachan.

  lachan-issue certificate --dir DIR --signer NAME [--days 365] [--out FOLDER] [--png] [--svg] [--paper FOLDER] [--checksum]
                           [--allow-new-codes] [ROWS]
      EU-format certificates (1.3.0) for the rows of a CSV, JSON Lines or JSON file, or of the standard input. Columns: kind
      (vaccination, test, recovery), familyName, givenName, birthDate, disease, country, issuer, and
        vaccination: vaccine product manufacturer dose doses date
        test: testType testName manufacturer sampledAt result centre
        recovery: firstPositiveOn validFrom validUntil
      nationality, lot: not in the code; printed beside it (Decision 5772). identifier: made when it is absent. replaces: the
      identifier of the certificate that this one corrects, which is taken back when all new ones are made. No identifier twice, none
      of another state, none that was taken back; a column that is not among these is refused.
      Codes are those of the EU's lists; --allow-new-codes takes others too, of the same form, for lists that have moved on. What was taken
      without a list, as makers of tests always are, is told under "unlisted".
      A line of JSON for each: {"identifier","text","printed"}; with --out also FOLDER/<n>.txt, .png, .svg. One row that is not right stops
      all, and says which column broke which rule. Every code is judged as a verifier would before it leaves.
      --paper: also FOLDER/<n>.html, a sheet of A4 with the fields as they are published (Decision 5772), the code, and what is not in it,
      to be opened in a browser and printed. It fetches nothing and runs nothing. A file that is there already stops all.
  lachan-issue card --dir DIR --signer NAME --iss https://... [--out FOLDER] [--png] [--svg] [ROWS]
      SMART Health Cards. Columns: familyName, givenName, birthDate, date, cvx, lot. The signer is ES256.
  lachan-issue seal --dir DIR --signer NAME [--out FOLDER] [--png] [--svg] [ROWS]
      ICAO seals for travel (VDS-NC). Columns: kind (vaccination, test), familyName, givenName, birthDate, sex (F, M, X), document,
      otherDocument, identifier (12 characters; made when it is absent), country (three letters), centre, and
        vaccination: vaccine disease (ICD-11 codes) product date dose lot nextDate
        test: testType (molecular(PCR), molecular(other), antigen, antibody) result (negative, positive, normal, abnormal) method
              sampledAt resultAt phone email address
      A line of JSON for each: {"identifier","text"}; files and checks as for certificates.
  lachan-issue ddcc --dir DIR --signer NAME [--days 365] [--out FOLDER] [--png] [--svg] [ROWS]
      The WHO's certificates (DDCC), by its core data sets; the sub-claims they stand under are still a proposal. Columns: kind
      (vaccination, test), familyName, givenName, birthDate, document, country (three letters), issuer, identifier (made when it is absent), replaces, and
        vaccination: vaccine disease (ICD-11 codes) product manufacturer or authorisationHolder lot date dose doses validFrom nextDate centre
                     worker sex (male, female, other, unknown)
        test: disease (ICD-11 code of the pathogen) testType (LOINC) testName manufacturer origin sampledAt result (SNOMED CT) centre
      Lines, files and checks as for certificates; lachan-issue revoke takes them back.
  lachan-issue own --dir DIR --signer NAME [--days N] [--out FOLDER] [--png] [--svg] [--paper FOLDER] [--units FILE] [ROWS]
      Our own codes (LC1:). Columns: kind (card, release, result), name, birthDate (a year, month or day), document (its first six
      characters are hidden, of twelve digits nine), replaces, and
        card: sex (unknown, male, female) person
        release: place (home, facility, hospital) unit from until order followUpUntil
        result: method (pcr, rapidAntigen, antibody) interpretation (negative, positive, indeterminate, invalid) sampledAt resultAt
                centre sample version
      --days: 3 for a result, counted from its sample, else 365 from now; what is over by then is refused. A line of JSON for each: {"identifier","text"}; files, checks and corrections as for certificates.
      --paper: a sheet of A4 for each, as for certificates; units by their names in FILE (build/assets/units.txt, or LACHAN_ASSETS).
      Pictures have correction M. What does not fit 400 characters is refused, and the longest field named.
  lachan-issue place --dir DIR --signer NAME --host HOST [--out FOLDER] [--png] [--svg] [--paper FOLDER] [--units FILE]
                     [--site SITE --unit CODE | ROWS]
      The codes of places. Columns: site (venue, checkpoint, sampling, laboratory, vaccination, border-gate, quarantine), unit (2, 3 or 5
      digits). A line of JSON for each: {"identifier","text"}. --paper: a poster with the code at 15 cm for each. They have no end of their own: one that closes is taken back.
  lachan-issue jwks --dir DIR
      The JSON Web Key Set of the ES256 signers, to be put at <iss>/.well-known/jwks.json.

  lachan-issue revoke --dir DIR [--expires DAY] IDENTIFIER...
      Takes certificates and our own codes back: DIR/revoked.json keeps hashes of them, never the identifiers. --expires: the last day of
      the certificate, after which the entry is dropped.
  lachan-issue revoke --dir DIR --signer NAME
      Withdraws a signer's key: whatever it signed is refused from the next bundle on. Of a signer of seals its certificate is listed, by
      the authority's key and the serial number.
  lachan-issue bundle --dir DIR --out FOLDER [--number N] [--days 30]
      Publishes signers and revocations as the signed bundle that verifiers carry, with deltas from the bundles before it, as lachan-trust
      does. The key is DIR/list-key.pem, made the first time; verifiers pin DIR/list-key.pem.pub.

  --now TIME (all): as if at that instant.
  Status: 0 done, 1 bad input or nothing written, 2 bad usage.
)";

int usage_error(const std::string& what) {
    std::fprintf(stderr, "lachan-issue: %s\nTry: lachan-issue --help\n", what.c_str());
    return kBadUsage;
}

/// What names columns has the rule of each already.
int failed(const Error& error) {
    const std::string rule = "(" + error.rule + ")";
    const bool has_rule = error.rule.empty() || error.detail.find(rule) != std::string::npos;
    std::fprintf(stderr, "lachan-issue: %s%s\n", error.detail.c_str(), has_rule ? "" : (" " + rule).c_str());
    return error.rule == "usage" ? kBadUsage : kBadInput;
}

Error usage(const char* what) { return Error{Errc::malformed, "usage", what}; }

Result<std::string> required(const Arguments& arguments, const char* name) {
    if (!arguments.has(name)) return Error{Errc::malformed, "usage", std::string(name) + " is missing"};
    return arguments.value(name);
}

Result<certificate::KeyUsage> usage_of(const std::string& list) {
    certificate::KeyUsage usages;
    for (const char c : list) {
        if (c == 'v') usages.vaccination = true;
        else if (c == 't') usages.test = true;
        else if (c == 'r') usages.recovery = true;
        else if (c != ',') return usage("--usage holds v, t and r");
    }
    return usages;
}

Result<Bytes> random_bytes() {
    Bytes random(16);
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return Error{Errc::unavailable, "issue", "no randomness"};
    return random;
}

Instant after(Instant from, std::int64_t days) { return Instant{from.ms + days * kMillisecondsPerDay}; }

fs::path revoked_in(const std::string& folder) { return fs::path(folder) / "revoked.json"; }

/// The scheme that an identifier is of, by its form; with a blank behind it the hash would be that of no code.
Result<Scheme> scheme_of_identifier(const std::string& identifier) {
    if (is_own_identifier(identifier) || !certificate::place_of(identifier).is_null()) return Scheme::lachan;
    const bool is_one = identifier.starts_with("URN:UVCI:") && identifier.size() <= 80 && identifier.find_first_of(" \t\r\n") == std::string::npos;
    if (!is_one) return Error{Errc::malformed, "revocation.value", "not an identifier of a certificate: " + identifier};
    return Scheme::hcert;
}

/// How many of the values of one scheme were not taken back before. No value: nothing was taken back yet, which is a statement too.
Result<std::size_t> add_to_list(const std::string& folder, Scheme scheme, std::vector<std::string> values, Instant expires) {
    RevocationRequest request;
    request.scheme = scheme;
    request.country = TRY(naming_of(TRY(authority_certificate(folder)))).country;
    request.expires = expires;
    request.values = std::move(values);
    return add_revocations(revoked_in(folder), request);
}

/// How many of `identifiers` were not taken back before. `expires` 0: the entries never end.
Result<std::size_t> add_to_revoked(const std::string& folder, const std::vector<std::string>& identifiers, Instant expires) {
    std::map<Scheme, std::vector<std::string>> by_scheme;
    for (const std::string& identifier : identifiers) by_scheme[TRY(scheme_of_identifier(identifier))].push_back(identifier);
    std::size_t added = 0;
    for (auto& [scheme, values] : by_scheme) added += TRY(add_to_list(folder, scheme, std::move(values), expires));
    return added;
}

/// What the authority says of its signers of seals: their certificates by serial number, in hex without leading zeros.
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

/// What the signers of a folder are for.
enum class Signs { certificates, seals, own };

Result<Signs> purpose_of(const std::string& folder, const std::string& name) {
    const Bytes certificate = TRY(signer_certificate(folder, name));
    if (TRY(signs_seals(certificate))) return Signs::seals;
    return TRY(signer_from_certificate(certificate)).scheme == Scheme::lachan ? Signs::own : Signs::certificates;
}

Result<std::vector<std::string>> names_for(const std::string& folder, Signs purpose) {
    std::vector<std::string> names;
    for (std::string& name : signer_names(folder)) {
        if (TRY(purpose_of(folder, name)) == purpose) names.push_back(std::move(name));
    }
    return names;
}

Result<bool> is_withdrawn(const std::string& folder, const Signer& signer) {
    const auto kids = TRY(withdrawn_keys(revoked_in(folder), signer.scheme));
    return std::find(kids.begin(), kids.end(), signer.kid) != kids.end();
}

Result<Signer> listed_signer(const std::string& folder, const std::string& name) {
    return signer_from_certificate(TRY(signer_certificate(folder, name)));
}

/// Whether the certificate of a signer of seals was taken back.
Result<bool> is_seal_withdrawn(const std::string& folder, const std::string& name) {
    return TRY(RevokedIdentifiers::read(revoked_in(folder))).has_serial(TRY(serial_of(folder, name)));
}

/// The signers for `purpose` whose keys are not withdrawn.
Result<std::vector<std::string>> names_in_force(const std::string& folder, Signs purpose) {
    std::vector<std::string> names;
    for (std::string& name : TRY(names_for(folder, purpose))) {
        if (!TRY(is_withdrawn(folder, TRY(listed_signer(folder, name))))) names.push_back(std::move(name));
    }
    return names;
}

/// Why a signer that was made for one thing does not sign another.
const char* why_not(Signs purpose, Signs made_for) {
    if (purpose == Signs::seals) return " signs no seals: make a signer with --seals";
    if (purpose == Signs::own) return " signs none of our own codes: make a signer with --own";
    return made_for == Signs::seals ? " signs seals only" : " signs our own codes only";
}

/// A key to sign with now. Errc::rejected with rule issue.key when it is for something else, withdrawn, or its time is not now.
Result<IssuingKey> key_in_force(const std::string& folder, const std::string& name, Instant now, Signs purpose = Signs::certificates) {
    IssuingKey key = TRY(read_signer(folder, name));
    const Signs made_for = TRY(purpose_of(folder, name));
    if (made_for != purpose) return Error{Errc::rejected, "issue.key", name + why_not(purpose, made_for)};
    if (TRY(purpose == Signs::seals ? is_seal_withdrawn(folder, name) : is_withdrawn(folder, key.signer))) return Error{Errc::rejected, "issue.key", name + " is withdrawn"};
    if (now < key.signer.not_before || key.signer.not_after < now) return Error{Errc::rejected, "issue.key", name + " is not in force"};
    return key;
}

Result<certificate::TrustBundle> list_of_signers(const Arguments& arguments, const std::string& folder,
                                                 const std::vector<std::string>& names, Instant now) {
    certificate::TrustBundle list;
    list.number = TRY(arguments.number("--number", now.ms / 60'000));
    list.issued_at = Instant{now.ms / 1000 * 1000};
    list.valid_until = after(list.issued_at, TRY(arguments.number("--days", 30, kMostDays)));
    for (const std::string& name : names) list.signers.push_back(TRY(listed_signer(folder, name)));
    if (!TRY(names_for(folder, Signs::seals)).empty()) {
        list.signers.push_back(TRY(certificate::authority_from_certificate(TRY(authority_certificate(folder)))));
    }
    return list;
}

Result<void> make_authority_files(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const std::string country = TRY(required(arguments, "--country"));
    const std::string organisation = TRY(required(arguments, "--organisation"));
    if (country.size() != 2) return usage("--country is two letters");
    const auto days = TRY(arguments.number("--days", 3650, kMostDays));
    const Naming name{country, organisation, arguments.value("--name", "CSCA " + country)};
    TRY(keep_authority(folder, TRY(make_authority(name, now, after(now, days)))));
    std::printf("%s/authority.pem\n", folder.c_str());
    return {};
}

/// What a new signer is to be.
struct Wanted {
    Algorithm algorithm = Algorithm::es256;
    certificate::KeyUsage usage;
    bool is_own = false;
    std::string host;
};

Result<Wanted> as_before(const std::string& folder, const std::string& name, Instant now) {
    const Signer old = TRY(read_signer(folder, name)).signer;
    if (old.not_after < now) return Error{Errc::rejected, "issue.rotation", "the old signer has ended already"};
    return Wanted{old.algorithm, old.usage, old.scheme == Scheme::lachan, old.issuer};
}

/// As the signer before it, where there is one, but for what is said anew.
Result<Wanted> wanted_signer(const Arguments& arguments, const std::string& folder, Instant now) {
    Wanted wanted;
    if (arguments.has("--after")) wanted = TRY(as_before(folder, arguments.value("--after"), now));
    if (arguments.has("--own") && arguments.has("--after") && !wanted.is_own) return usage("--own: the signer before is none of our own codes");
    wanted.is_own |= arguments.has("--own");
    if (arguments.has("--usage")) wanted.usage = TRY(usage_of(arguments.value("--usage")));
    if (arguments.has("--host")) wanted.host = arguments.value("--host");
    if (!wanted.host.empty() && (!wanted.is_own || !certificate::is_host(wanted.host))) return usage("--host is a host in lower case, for --own");
    const bool has_other_usage = wanted.usage.vaccination || wanted.usage.recovery;
    if (wanted.is_own && has_other_usage) return usage("--usage of a signer of our own codes is t");
    if (!arguments.has("--algorithm")) return wanted;
    const auto named = certificate::algorithm_named(arguments.value("--algorithm"));
    const Algorithm other = wanted.is_own ? Algorithm::eddsa : Algorithm::ps256;
    if (!named || (*named != Algorithm::es256 && *named != other)) {
        return usage(wanted.is_own ? "--algorithm is ES256 or EdDSA" : "--algorithm is ES256 or PS256");
    }
    wanted.algorithm = *named;
    return wanted;
}

Result<void> make_signer_files(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const std::string name = TRY(required(arguments, "--name"));
    const Identity authority = TRY(read_authority(folder));
    const Wanted wanted = TRY(wanted_signer(arguments, folder, now));
    const auto days = TRY(arguments.number("--days", 730, kMostDays));
    const Naming of_authority = TRY(naming_of(authority.certificate));
    const Naming naming{of_authority.country, of_authority.organisation, name};
    const bool is_for_seals = arguments.has("--seals");
    if (is_for_seals && (arguments.has("--algorithm") || arguments.has("--usage") || arguments.has("--after") || wanted.is_own)) {
        return usage("--seals goes with none of --algorithm, --usage, --after and --own");
    }
    const Instant until = after(now, days);
    const Identity signer = is_for_seals      ? TRY(make_seal_signer(naming, now, until, authority))
                            : wanted.is_own   ? TRY(make_own_signer(naming, wanted.algorithm, wanted.usage, wanted.host, now, until, authority))
                                              : TRY(make_signer(naming, wanted.algorithm, wanted.usage, now, until, authority));
    TRY(keep_signer(folder, name, signer));
    std::printf("%s/signers/%s.pem\n", folder.c_str(), name.c_str());
    return {};
}

Result<void> write_pem(const std::string& folder, const char* file, const std::vector<std::string>& names) {
    std::string pem;
    for (const std::string& name : names) pem += to_pem(TRY(signer_certificate(folder, name)));
    return write_file(folder + "/" + file, pem);
}

Result<void> make_list(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    auto names = TRY(names_in_force(folder, Signs::certificates));
    TRY(write_pem(folder, "signers.pem", names));
    const auto own = TRY(names_in_force(folder, Signs::own));
    // The last one may have been withdrawn: a file that was written before must not go on naming it.
    if (!own.empty() || fs::exists(fs::path(folder) / kOwnSigners)) TRY(write_pem(folder, kOwnSigners, own));
    names.insert(names.end(), own.begin(), own.end());
    const std::string text = certificate::to_json(TRY(list_of_signers(arguments, folder, names, now))).dump(1) + "\n";
    const auto list = TRY(certificate::TrustBundle::parse(text));
    const std::string out = arguments.value("--out", folder + "/trust.json");
    TRY(write_file(out, text));
    std::printf("%zu signers in %s\n", list.signers.size(), out.c_str());
    return {};
}

Result<void> take_back(const Arguments& arguments, Instant) {
    const std::string folder = TRY(required(arguments, "--dir"));
    if (arguments.has("--signer")) {
        if (!arguments.operands.empty()) return usage("either --signer or identifiers");
        const std::string name = arguments.value("--signer");
        const Signer signer = TRY(listed_signer(folder, name));
        // Seals name their authority, not their signer.
        if (TRY(purpose_of(folder, name)) == Signs::seals) TRY(add_to_serials(folder, {to_hex(TRY(serial_of(folder, name)))}));
        else TRY(add_withdrawn_key(revoked_in(folder), signer.scheme, signer.kid));
        std::printf("%s is withdrawn from the next bundle on\n", name.c_str());
        return {};
    }
    if (arguments.operands.empty()) return usage("revoke needs identifiers or --signer");
    Instant expires;
    if (arguments.has("--expires")) {
        const auto last = Day::parse(arguments.value("--expires"));
        if (!last) return usage("--expires needs a day as YYYY-MM-DD");
        expires = start_in_vietnam(*last + 1);
    }
    const std::size_t added = TRY(add_to_revoked(folder, arguments.operands, expires));
    std::printf("%zu taken back, %zu were already\n", added, arguments.operands.size() - added);
    return {};
}

/// Here withdrawn signers stay: a verifier says that the key was withdrawn, not that it has never heard of it.
Result<void> make_bundle(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const std::string out = TRY(required(arguments, "--out"));
    const auto own = TRY(names_for(folder, Signs::own));
    auto names = TRY(names_for(folder, Signs::certificates));
    names.insert(names.end(), own.begin(), own.end());
    certificate::TrustBundle list = TRY(list_of_signers(arguments, folder, names, now));
    list.number = TRY(arguments.number("--number", latest_number(out) + 1));
    list = TRY(certificate::TrustBundle::parse(certificate::to_json(list).dump()));
    TRY(add_to_list(folder, Scheme::hcert, {}, {}));
    if (!own.empty()) TRY(add_to_list(folder, Scheme::lachan, {}, {}));
    if (!TRY(names_for(folder, Signs::seals)).empty()) TRY(add_to_serials(folder, {}));
    certificate::RevocationSet revoked;
    TRY(read_revocations(revoked_in(folder), list.signers, now, {}, revoked));
    const std::string key = folder + "/list-key.pem";
    const ListSigner signer = fs::exists(key) ? TRY(read_list_key(key)) : TRY(make_list_key(key, std::nullopt));
    const std::vector<certificate::Section> sections{
        {certificate::kSignersSection, kOctets, "1", certificate::write_signers(list.signers)},
        {certificate::kRevocationSection, kOctets, "1", certificate::to_bytes(revoked)}};
    const auto published = TRY(publish(out, {list.number, 0, list.issued_at, list.valid_until, {}}, sections, signer));
    std::printf("%s: %zu signers, %zu bytes, %zu deltas\n", bundle_file(out, list.number).c_str(), list.signers.size(), published.bytes,
                published.deltas.size());
    return {};
}

Result<std::vector<Json>> rows_of(const Arguments& arguments, const std::vector<std::string_view>& columns) {
    if (arguments.operands.size() > 1) return usage("one file of rows");
    const std::string text = arguments.operands.empty() || arguments.operands[0] == "-"
                                 ? TRY(command::read_standard_input())
                                 : TRY(command::read_file(arguments.operands[0]));
    auto rows = TRY(read_rows(text, columns));
    // Blanks around a cell are nobody's: what is compared, signed and printed is the same text.
    for (Json& row : rows) {
        for (auto& [column, value] : row.items()) {
            if (value.is_string()) value = std::string(trim(value.get_ref<const std::string&>()));
        }
    }
    if (rows.empty()) return Error{Errc::malformed, "issue.rows", "no rows"};
    return rows;
}

/// A made certificate or card, before anything is written.
struct Made {
    std::vector<std::string> codes;
    Json line;
    /// HTML; "" when none was asked for.
    std::string paper;
};

struct Output {
    std::string file;
    std::string content;
};

Result<void> add_outputs(const Arguments& arguments, const std::string& stem, const std::string& code, std::vector<Output>& outputs) {
    outputs.push_back({stem + ".txt", code});
    if (arguments.has("--png")) {
        const Bytes png = qr_picture(code);
        if (png.empty()) return Error{Errc::rejected, "issue.picture", "the text does not fit a code"};
        outputs.push_back({stem + ".png", std::string(png.begin(), png.end())});
    }
    if (arguments.has("--svg")) outputs.push_back({stem + ".svg", qr_drawing(code)});
    return {};
}

/// The files of a batch, named by the number of the row: a name of a file says nothing of the person.
Result<std::vector<Output>> outputs_of(const Arguments& arguments, const std::vector<Made>& all) {
    std::vector<Output> outputs;
    for (std::size_t number = 0; number < all.size(); ++number) {
        const auto& codes = all[number].codes;
        const std::string row = std::to_string(number + 1);
        for (std::size_t i = 0; i < codes.size() && arguments.has("--out"); ++i) {
            const std::string name = row + (codes.size() == 1 ? "" : "-" + std::to_string(i + 1));
            TRY(add_outputs(arguments, (fs::path(arguments.value("--out")) / name).string(), codes[i], outputs));
        }
        if (!all[number].paper.empty()) outputs.push_back({(fs::path(arguments.value("--paper")) / (row + ".html")).string(), all[number].paper});
    }
    return outputs;
}

Result<void> check_free(const std::vector<Output>& outputs) {
    for (const Output& output : outputs) {
        if (fs::exists(output.file)) return Error{Errc::conflict, "issue.folder", output.file + " is there already"};
    }
    return {};
}

/// Writes all, or nothing: where one cannot be written, those before it go again.
Result<void> write_outputs(const std::vector<Output>& outputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto written = write_file(outputs[i].file, outputs[i].content);
        if (written) continue;
        std::error_code ignored;
        for (std::size_t before = 0; before < i; ++before) fs::remove(outputs[before].file, ignored);
        return written.error();
    }
    return {};
}

/// Everything is made, and every place looked at, before the first file is written: a batch comes out whole or not at all.
Result<void> write_made(const Arguments& arguments, const std::vector<Made>& all) {
    const bool wants_pictures = arguments.has("--png") || arguments.has("--svg");
    if (wants_pictures && !arguments.has("--out")) return usage("pictures need --out");
    const auto outputs = TRY(outputs_of(arguments, all));
    TRY(check_free(outputs));
    for (const char* folder : {"--out", "--paper"}) {
        if (arguments.has(folder)) TRY(command::make_folder(arguments.value(folder)));
    }
    TRY(write_outputs(outputs));
    for (const Made& made : all) std::printf("%s\n", made.line.dump().c_str());
    // Before anything is taken back: whoever is corrected must not be left without.
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) return Error{Errc::unavailable, "file", "the standard output does not take what was made"};
    return {};
}

/// The old ones go when the new ones are there: whoever was corrected is never without.
Result<void> write_and_replace(const Arguments& arguments, const std::string& folder, const std::vector<Made>& all) {
    TRY(write_made(arguments, all));
    std::vector<std::string> replaced;
    for (const Made& made : all) {
        if (made.line.contains("replaces")) replaced.emplace_back(text_at(made.line, "replaces"));
    }
    if (!replaced.empty()) TRY(add_to_revoked(folder, replaced, {}));
    return {};
}

/// No sheet is laid out for the forms of others.
Result<void> refuse_paper(const Arguments& arguments) {
    if (arguments.has("--paper")) return usage("--paper goes with certificate, own and place");
    return {};
}

Result<Made> make_certificate(const Arguments& arguments, Json row, const IssuingKey& key, Instant now, Instant until) {
    const std::string replaced(text_at(row, "replaces"));
    if (text_at(row, "identifier").empty()) {
        const auto checksum = arguments.has("--checksum") ? certificate::Checksum::appended : certificate::Checksum::none;
        row["identifier"] = certificate::uvci(key.signer.country, TRY(random_bytes()), checksum);
    }
    const Draft draft{TRY(certificate::payload_of(row)), key.signer.country, now.ms / 1000, until.ms / 1000,
                      key.signer.algorithm, key.signer.kid};
    const auto codes = arguments.has("--allow-new-codes") ? certificate::NewCodes::taken : certificate::NewCodes::refused;
    Issued issued = TRY(issue(draft, key.identity.key, key.signer, now, codes));
    Json printed = Json::object();
    for (const char* beside : {"nationality", "lot"}) {
        if (row.contains(beside)) printed[beside] = row[beside];
    }
    Made made;
    made.line = {{"identifier", row["identifier"]}, {"text", issued.text}, {"printed", printed}};
    if (arguments.has("--paper")) made.paper = TRY(to_html(paper_of(row, issued.text, now, until)));
    if (!replaced.empty()) made.line["replaces"] = replaced;
    if (!issued.unlisted.empty()) made.line["unlisted"] = std::move(issued.unlisted);
    made.codes.push_back(std::move(issued.text));
    return made;
}

Result<void> make_certificates(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now));
    const Instant until = after(now, TRY(arguments.number("--days", 365, kMostDays)));
    const auto rows = TRY(rows_of(arguments, certificate::certificate_columns()));
    TRY(check_columns_of(rows));
    TRY(check_batch(rows, key.signer.country, revoked_in(folder)));
    std::vector<Made> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto made = make_certificate(arguments, rows[i], key, now, until);
        if (!made) return at_row(made.error(), i);
        all.push_back(std::move(*made));
    }
    return write_and_replace(arguments, folder, all);
}

Result<void> make_cards(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    TRY(refuse_paper(arguments));
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now));
    const std::string issuer = TRY(required(arguments, "--iss"));
    const Json public_key = TRY(certificate::card_key(key.signer.spki));
    const auto rows = TRY(rows_of(arguments, certificate::card_columns()));
    std::vector<Made> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto payload = certificate::card_payload(rows[i], issuer, now.ms / 1000);
        if (!payload) return at_row(payload.error(), i);
        const std::string input = certificate::card_signing_input(*payload, text_at(public_key, "kid"));
        const Bytes signature = TRY(key.identity.key.sign(bytes_of(input)));
        Made made;
        made.codes = certificate::card_codes(input, signature);
        made.line = {{"codes", made.codes}, {"jws", input + "." + to_base64url(signature)}};
        all.push_back(std::move(made));
    }
    return write_made(arguments, all);
}

/// Twelve characters that say nothing of the person.
Result<std::string> seal_identifier() {
    std::string text = to_hex(TRY(random_bytes())).substr(0, 12);
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

Result<void> make_seals(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    TRY(refuse_paper(arguments));
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now, Signs::seals));
    const Bytes authority = TRY(authority_certificate(folder));
    const std::string_view state = certificate::alpha3_of(key.signer.country);
    const auto rows = TRY(rows_of(arguments, certificate::seal_columns()));
    TRY(check_identifiers_differ(rows));
    std::vector<Made> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Json row = rows[i];
        if (at(row, "identifier").is_null() || at(row, "identifier") == "") row["identifier"] = TRY(seal_identifier());
        const auto data = certificate::seal_data(row, state, now);
        if (!data) return at_row(data.error(), i);
        std::string code = TRY(issue_seal(*data, key.identity, authority, now));
        Made made;
        made.line = {{"identifier", row["identifier"]}, {"text", code}};
        made.codes.push_back(std::move(code));
        all.push_back(std::move(made));
    }
    return write_made(arguments, all);
}

Result<Made> make_ddcc(Json row, const IssuingKey& key, Instant now, Instant until) {
    const std::string replaced(text_at(row, "replaces"));
    row.erase("replaces");
    if (text_at(row, "identifier").empty()) row["identifier"] = certificate::uvci(key.signer.country, TRY(random_bytes()));
    Json content = TRY(certificate::ddcc_content(row, now, until));
    const auto event = text_at(row, "kind") == "test" ? certificate::Event::test : certificate::Event::vaccination;
    const Draft draft{std::move(content),   key.signer.country, now.ms / 1000, until.ms / 1000, key.signer.algorithm,
                      key.signer.kid, certificate::ddcc_sub_claim_of(event)};
    std::string code = TRY(issue_ddcc(draft, event, key.identity.key, key.signer, now));
    Made made;
    made.line = {{"identifier", row["identifier"]}, {"text", code}};
    if (!replaced.empty()) made.line["replaces"] = replaced;
    made.codes.push_back(std::move(code));
    return made;
}

Result<void> make_ddccs(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    TRY(refuse_paper(arguments));
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now));
    const Instant until = after(now, TRY(arguments.number("--days", 365, kMostDays)));
    auto columns = certificate::ddcc_columns();
    columns.push_back("replaces");
    const auto rows = TRY(rows_of(arguments, columns));
    TRY(check_batch(rows, key.signer.country, revoked_in(folder)));
    std::vector<Made> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto made = make_ddcc(rows[i], key, now, until);
        if (!made) return at_row(made.error(), i);
        all.push_back(std::move(*made));
    }
    return write_and_replace(arguments, folder, all);
}

/// The units that papers name. A list that was asked for must be one; without the one that is built papers show codes.
Result<Units> units_for(const Arguments& arguments) {
    const auto text = command::read_asset(arguments, "--units", "units.txt");
    auto units = text ? Units::parse(*text) : Result<Units>(text.error());
    if (units || arguments.has("--units")) return units;
    return Units();
}

/// "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh"; the code where the list has no such unit.
std::string unit_words(const Units& units, const std::string& code, Instant now) {
    const Unit* unit = units.find(code, day_in_vietnam(now));
    if (unit == nullptr) return code;
    std::string words(unit->name);
    for (const Unit* above : units.above(code, day_in_vietnam(now))) words += ", " + std::string(above->name);
    return words;
}

/// What is printed of an own code: person and event as a verdict names them.
Result<std::string> own_paper(const Units& units, const Json& words, const std::string& identifier, const std::string& code,
                              std::string_view country, Instant now, Instant until) {
    Json row = certificate::own_holder_of(words);
    row.update(certificate::own_events_of(words, country)[0]);
    row["identifier"] = identifier;
    const std::string unit(text_at(row, "unit"));
    return to_html(paper_of(row, code, now, until, unit.empty() ? unit : unit_words(units, unit, now)));
}

Result<Made> make_own_code(const Arguments& arguments, const Units& units, const Json& row, const IssuingKey& key, Instant now) {
    const Json words = TRY(certificate::own_words(row, now));
    const auto days = TRY(arguments.number("--days", certificate::own_days(text_at(row, "kind")), kMostDays));
    const Instant until = TRY(certificate::own_end(words, days, now));
    certificate::OwnClaims claims{key.signer.country, until.ms / 1000, now.ms / 1000, TRY(random_bytes()), {}};
    const std::string identifier = to_hex(claims.id);
    std::string code = TRY(issue_own(words, std::move(claims), key, now));
    Made made;
    if (arguments.has("--paper")) made.paper = TRY(own_paper(units, words, identifier, code, key.signer.country, now, until));
    made.line = {{"identifier", identifier}, {"text", code}};
    if (const std::string replaced(text_at(row, "replaces")); !replaced.empty()) made.line["replaces"] = replaced;
    made.codes.push_back(std::move(code));
    return made;
}

Result<void> make_own_codes(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now, Signs::own));
    const auto rows = TRY(rows_of(arguments, certificate::own_columns()));
    TRY(check_own_corrections(rows));
    const Units units = TRY(units_for(arguments));
    std::vector<Made> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto made = make_own_code(arguments, units, rows[i], key, now);
        if (!made) return at_row(made.error(), i);
        all.push_back(std::move(*made));
    }
    return write_and_replace(arguments, folder, all);
}

Result<void> make_places(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const std::string host = TRY(required(arguments, "--host"));
    if (!certificate::is_host(host)) return usage("--host is the name of a host in lower case");
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now, Signs::own));
    const bool is_one = arguments.has("--site") || arguments.has("--unit");
    if (is_one && !arguments.operands.empty()) return usage("either --site and --unit or rows");
    const auto rows = is_one ? std::vector{Json{{"site", arguments.value("--site")}, {"unit", arguments.value("--unit")}}}
                             : TRY(rows_of(arguments, {"site", "unit"}));
    const Units units = TRY(units_for(arguments));
    std::vector<Made> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Bytes random = TRY(random_bytes());
        random.resize(certificate::kPlaceRandomBytes);
        const auto identifier = certificate::place_id_of(rows[i], random);
        if (!identifier) return at_row(identifier.error(), i);
        std::string code = TRY(issue_place(host, *identifier, key, now));
        Made made;
        if (arguments.has("--paper")) {
            const std::string unit(text_at(rows[i], "unit"));
            made.paper = TRY(to_html(Poster{std::string(text_at(rows[i], "site")), unit_words(units, unit, now), host, *identifier, code}));
        }
        made.line = {{"identifier", *identifier}, {"text", code}};
        made.codes.push_back(std::move(code));
        all.push_back(std::move(made));
    }
    return write_made(arguments, all);
}

Result<void> show_key_set(const Arguments& arguments, Instant) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const auto names = TRY(names_in_force(folder, Signs::certificates));
    Json keys = Json::array();
    for (const std::string& name : names) {
        const Signer signer = TRY(listed_signer(folder, name));
        if (signer.algorithm == Algorithm::es256) keys.push_back(TRY(certificate::card_key(signer.spki)));
    }
    std::printf("%s\n", Json{{"keys", keys}}.dump(1).c_str());
    return {};
}

int run(int count, char** values) {
    if (count > 1 && command::asks_for_help(count, values)) {
        std::fputs(kHelp, stdout);
        return kOk;
    }
    if (count < 2) return usage_error("no command");
    const auto arguments = command::read_arguments(
        count, values, 2, {"--png", "--svg", "--checksum", "--seals", "--own", "--allow-new-codes"},
        {"--dir", "--country", "--organisation", "--name", "--days", "--algorithm", "--usage", "--after", "--number", "--out", "--signer",
         "--iss", "--expires", "--host", "--site", "--unit", "--paper", "--units", "--now"});
    if (!arguments) return usage_error(arguments.error().detail);
    const auto now = arguments->instant("--now");
    if (!now) return usage_error(now.error().detail);
    const std::pair<std::string_view, Result<void> (*)(const Arguments&, Instant)> commands[]{
        {"authority", make_authority_files}, {"signer", make_signer_files}, {"list", make_list},
        {"certificate", make_certificates},  {"card", make_cards},          {"seal", make_seals},
        {"ddcc", make_ddccs},                {"own", make_own_codes}, {"place", make_places}, {"jwks", show_key_set},              {"revoke", take_back},         {"bundle", make_bundle}};
    for (const auto& [name, command] : commands) {
        if (name != values[1]) continue;
        const auto done = command(*arguments, *now);
        return done ? kOk : failed(done.error());
    }
    return usage_error(std::string("unknown command ") + values[1]);
}

}  // namespace
}  // namespace lachan::trust

int main(int count, char** values) { return lachan::command::run_program("lachan-issue", lachan::trust::run, count, values); }
