// lachan-issue: an issuer on one machine. Makes the authority, document signers, trust list, certificates, health cards and seals, takes
// certificates back, and publishes what verifiers need. At a vaccination site it signs the doses that certificates are made of.

#include <cstdio>

#include "command/program.h"
#include "commands.h"

namespace lachan::trust {
namespace {

using command::Arguments;

constexpr int kOk = 0;
constexpr int kBadInput = 1;
constexpr int kBadUsage = 2;

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

  lachan-issue site --dir DIR --name NAME --code CODE --title TEXT --unit UNIT [--days 730]
  lachan-issue site --dir DIR --name NAME --after OLD [--days 730]
      The key of a vaccination site (ES256): DIR/sites/NAME.pem and NAME.key (mode 0600). It signs doses, and verifiers refuse whatever else it
      signs. CODE: the site's in the country's register, of capitals, digits and -; no two sites have one. UNIT: its province, district or
      commune. --after OLD: the same site's next key, also where OLD has ended or was withdrawn. The site is given authority.pem and its own two
      files; the centre keeps the .pem.
  lachan-issue dose --dir DIR --site NAME [--form certificate|ddcc|seal|card] [--allow-new-codes] [ROWS]
      At the site: signs doses that it gave, each as one line (a JWS, ES256) with the day of signing. Columns: those of a vaccination in the form
      that will be made of it (below), without identifier, and site (CODE), lot, record (the site's own number of the injection, if it has one: by it
      a dose is known again whatever is corrected), nationality (certificate; three letters). One row that is not right stops all.

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
      Doses (certificate, card, seal, ddcc): --signed takes what "lachan-issue dose" wrote in place of rows, and makes each certificate from the
      signed dose alone. The site must be one of the authority's, its key not withdrawn and in force on the day of signing, the signature its own.
      A line may also be {"record": LINE, "replaces": IDENTIFIER}, where the centre names the certificate that is corrected or made anew; a site
      itself (column replaces) names only what was made of its own doses. {"record": LINE, "again": true}: a card or a seal once more, or a
      dose whose number stood at another one by mistake, which was corrected since. The answer has "site"; DIR/doses.jsonl keeps which
      certificate was made of which dose, by its hash, and no dose gets a second one.
      Once DIR has sites, or with --only-signed, rows of doses are refused; --unsigned REASON takes them (doses of years before), and the answer
      and DIR/doses.jsonl say so. Rows of tests and recoveries are as before.
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
  lachan-issue revoke --dir DIR --site NAME
      Withdraws a site's key: what it signed is certified no more, whatever day it names, until the site's next key has signed it again.
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

int run(int count, char** values) {
    if (count > 1 && command::asks_for_help(count, values)) {
        std::fputs(kHelp, stdout);
        return kOk;
    }
    if (count < 2) return usage_error("no command");
    const auto arguments = command::read_arguments(
        count, values, 2, {"--png", "--svg", "--checksum", "--seals", "--own", "--allow-new-codes", "--signed", "--only-signed"},
        {"--dir", "--country", "--organisation", "--name", "--days", "--algorithm", "--usage", "--after", "--number", "--out", "--signer",
         "--iss", "--expires", "--host", "--site", "--unit", "--paper", "--units", "--now", "--code", "--title", "--form", "--unsigned"});
    if (!arguments) return usage_error(arguments.error().detail);
    const auto now = arguments->instant("--now");
    if (!now) return usage_error(now.error().detail);
    const std::pair<std::string_view, Result<void> (*)(const Arguments&, Instant)> commands[]{
        {"authority", make_authority_files}, {"signer", make_signer_files}, {"site", make_site_files},
        {"list", make_list},                 {"dose", sign_doses},
        {"certificate", make_certificates},  {"card", make_cards},          {"seal", make_seals},
        {"ddcc", make_ddccs},                {"own", make_own_codes},       {"place", make_places},
        {"jwks", show_key_set},              {"revoke", take_back},         {"bundle", make_bundle}};
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
