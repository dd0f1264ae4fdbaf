#include "issuing.h"

#include <algorithm>

#include "certificate/issue_own.h"
#include "certificate/issue_seal.h"
#include "certificate/own_place.h"
#include "certificate/vds.h"
#include "certificate/verdict.h"
#include "certificate/x509_reader.h"
#include "command/files.h"
#include "kernel/csv.h"
#include "prove.h"
#include "x509.h"

namespace lachan::trust {
namespace {

namespace fs = std::filesystem;
using command::read_file;
using command::write_file;

bool is_plain_name(const std::string& name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// The same error with the file that it is about before it.
Error in_file(const std::string& file, const Error& error) { return Error{error.code, error.rule, file + ": " + error.detail}; }

Result<Bytes> read_certificate(const fs::path& stem) {
    const std::string file = stem.string() + ".pem";
    auto certificates = certificates_in_pem(TRY(read_file(file)));
    if (!certificates) return in_file(file, certificates.error());
    return std::move((*certificates)[0]);
}

Result<Identity> read_identity(const fs::path& stem) {
    const std::string file = stem.string() + ".key";
    auto key = SigningKey::from_pem(TRY(read_file(file)));
    if (!key) return in_file(file, key.error());
    return Identity{std::move(*key), TRY(read_certificate(stem))};
}

constexpr const char* kSigners = "signers";
constexpr const char* kSites = "sites";

Result<fs::path> stem_of(const fs::path& folder, const char* of, const std::string& name) {
    if (!is_plain_name(name)) return Error{Errc::malformed, "issue.folder", "a name in " + std::string(of) + " holds letters, digits, - and _"};
    return folder / of / name;
}

/// Names of all certificates of a folder, sorted. Only where nothing of its name stands there are none: what cannot be listed may hold some.
Result<std::vector<std::string>> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code failure;
    if (fs::symlink_status(folder, failure).type() == fs::file_type::not_found) return names;
    fs::directory_iterator entry(folder, failure);
    for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
        if (entry->path().extension() == ".pem") names.push_back(entry->path().stem().string());
    }
    if (failure) return Error{Errc::unavailable, "issue.folder", folder.string() + " cannot be listed"};
    std::sort(names.begin(), names.end());
    return names;
}

Error other_key(const fs::path& stem) {
    return Error{Errc::rejected, "issue.key", stem.string() + ".key is not the key of " + stem.string() + ".pem"};
}

Result<void> keep(const fs::path& stem, const Identity& identity) {
    std::error_code failure;
    // Also where the key was put away: everything it signed hangs on its certificate.
    for (const char* end : {".key", ".pem"}) {
        if (fs::exists(stem.string() + end, failure)) return Error{Errc::conflict, "issue.folder", stem.string() + end + " is there already"};
    }
    TRY(command::make_folder(stem.parent_path()));
    TRY(command::write_new_secret(stem.string() + ".key", TRY(identity.key.to_pem())));
    return write_file(stem.string() + ".pem", to_pem(identity.certificate));
}

Result<void> check_head(const std::vector<std::string>& head, const std::vector<std::string_view>& columns) {
    for (auto column = head.begin(); column != head.end(); ++column) {
        if (std::find(columns.begin(), columns.end(), *column) == columns.end()) {
            return Error{Errc::rejected, "issue.field", "head: " + *column + " (issue.field): no such column"};
        }
        if (std::find(head.begin(), column, *column) != column) {
            return Error{Errc::rejected, "issue.field", "head: " + *column + " (issue.field): there twice"};
        }
    }
    return {};
}

Result<std::vector<Json>> read_table(const std::string& text, const std::vector<std::string_view>& columns) {
    CsvReader reader(text);
    static_cast<void>(TRY(reader.next()));  // a text of marks and breaks alone has a head without columns
    const std::vector<std::string> head(reader.cells().begin(), reader.cells().end());
    TRY(check_head(head, columns));
    std::vector<Json> rows;
    while (TRY(reader.next())) {
        const auto& cells = reader.cells();
        const std::string row_name = "row " + std::to_string(rows.size() + 1) + " (line " + std::to_string(reader.line()) + ")";
        if (cells.size() != head.size()) return Error{Errc::malformed, "issue.rows", row_name + " has not the columns of the head"};
        Json row = Json::object();
        for (std::size_t i = 0; i < head.size(); ++i) {
            if (!cells[i].empty()) row[head[i]] = cells[i];
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

/// What was signed as a verifier sees it who trusts `signer`.
certificate::Verdict verdict_on(const std::string& code, const certificate::Signer& signer, Instant now) {
    certificate::TrustBundle list;
    list.issued_at = signer.not_before;
    list.valid_until = signer.not_after;
    list.signers = {signer};
    const certificate::Knowledge known{&list};
    const auto inspection = certificate::inspect(code, known);
    return certificate::judge(inspection, Prover().prove(inspection.checks), now, known);
}

Error not_taken(const certificate::Verdict& verdict) {
    return Error{Errc::conflict, "issue.verdict", std::string("a verifier calls it ") + certificate::name_of(verdict.summary)};
}

Result<void> read_again(const std::string& code, const certificate::Signer& signer, Instant now) {
    const auto verdict = verdict_on(code, signer, now);
    // Of the WHO's form it is always said that no rule in force has confirmed it.
    const std::vector<std::string> said = verdict.inspection.family == certificate::Family::who_ddcc
                                              ? std::vector<std::string>{"who-unconfirmed"}
                                              : std::vector<std::string>{};
    if (verdict.summary == certificate::Summary::valid && verdict.inspection.warnings == said) return {};
    return not_taken(verdict);
}

/// The same for our own codes, whatever they say: that a test was positive is no fault of its code.
Result<void> read_own_again(const std::string& code, const certificate::Signer& signer, Instant now) {
    const auto verdict = verdict_on(code, signer, now);
    const auto& axes = verdict.axes;
    const bool is_sound = axes.structure.passes() && axes.signature.passes() && axes.issuer_trust.passes() && axes.time.passes() &&
                          axes.key_usage.passes() && verdict.inspection.warnings.empty();
    if (is_sound) return {};
    return not_taken(verdict);
}

}  // namespace

Result<Identity> read_authority(const fs::path& folder) { return read_identity(folder / "authority"); }

Result<Bytes> authority_certificate(const fs::path& folder) { return read_certificate(folder / "authority"); }

Result<Bytes> signer_certificate(const fs::path& folder, const std::string& name) {
    return read_certificate(TRY(stem_of(folder, kSigners, name)));
}

Result<IssuingKey> read_signer(const fs::path& folder, const std::string& name) {
    const fs::path stem = TRY(stem_of(folder, kSigners, name));
    Identity identity = TRY(read_identity(stem));
    auto signer = signer_from_certificate(identity.certificate);
    if (!signer) return in_file(stem.string() + ".pem", signer.error());
    if (signer->spki != identity.key.spki()) return other_key(stem);
    return IssuingKey{std::move(identity), std::move(*signer)};
}

Result<std::vector<std::string>> signer_names(const fs::path& folder) { return names_in(folder / kSigners); }

Result<Bytes> site_certificate(const fs::path& folder, const std::string& name) { return read_certificate(TRY(stem_of(folder, kSites, name))); }

Result<Identity> read_site(const fs::path& folder, const std::string& name) {
    const fs::path stem = TRY(stem_of(folder, kSites, name));
    Identity identity = TRY(read_identity(stem));
    const auto certificate = certificate::read_certificate(identity.certificate);
    if (!certificate) return in_file(stem.string() + ".pem", certificate.error());
    if (certificate->spki != identity.key.spki()) return other_key(stem);
    return identity;
}

Result<std::vector<std::string>> site_names(const fs::path& folder) { return names_in(folder / kSites); }

Result<void> keep_authority(const fs::path& folder, const Identity& authority) { return keep(folder / "authority", authority); }

Result<void> keep_signer(const fs::path& folder, const std::string& name, const Identity& signer) {
    return keep(TRY(stem_of(folder, kSigners, name)), signer);
}

Result<void> keep_site(const fs::path& folder, const std::string& name, const Identity& site) { return keep(TRY(stem_of(folder, kSites, name)), site); }

Result<std::string> seal_unchecked(const certificate::Draft& draft, const SigningKey& key) {
    const certificate::Unsigned prepared = certificate::prepare(draft);
    return certificate::seal(prepared, TRY(key.sign(prepared.signed_bytes)));
}

Result<Issued> issue(const certificate::Draft& draft, const SigningKey& key, const certificate::Signer& signer, Instant now,
                     certificate::NewCodes codes) {
    const Violations violations = certificate::check_strictly(draft, signer, now, codes);
    if (certificate::are_broken(violations)) return certificate::refusal(violations);
    Issued issued{TRY(seal_unchecked(draft, key)), Json::object()};
    TRY(read_again(issued.text, signer, now));
    for (const Violation& one : violations) issued.unlisted[certificate::column_of(one.field)] = text_at(one.params, "say");
    return issued;
}

Result<std::string> issue_ddcc(const certificate::Draft& draft, certificate::Event event, const SigningKey& key, const certificate::Signer& signer,
                               Instant now) {
    const Violations violations = certificate::check_message(draft, signer, event, now);
    if (certificate::are_broken(violations)) return certificate::refusal(violations);
    std::string text = TRY(seal_unchecked(draft, key));
    TRY(read_again(text, signer, now));
    return text;
}

Result<std::string> issue_seal(const Json& data, const Identity& signer, const Bytes& authority, Instant now) {
    const Bytes signature = TRY(signer.key.sign(certificate::vds_signed_bytes(data)));
    std::string code = certificate::seal_text(data, signer.certificate, signature);
    TRY(read_again(code, TRY(certificate::authority_from_certificate(authority)), now));
    return code;
}

Result<std::string> issue_own(const Json& words, certificate::OwnClaims claims, const IssuingKey& key, Instant now) {
    if (key.signer.not_after.ms / 1000 < claims.expires_s) {
        return Error{Errc::rejected, "issue.time", "the code would be good for longer than the key that signs it"};
    }
    const auto prepared = certificate::prepare_own(words, std::move(claims), key.signer.algorithm, key.signer.kid);
    std::string text = TRY(certificate::seal_own(prepared, TRY(key.identity.key.sign(prepared.signed_bytes)), words));
    TRY(read_own_again(text, key.signer, now));
    return text;
}

Result<std::string> issue_place(std::string_view host, std::string_view id, const IssuingKey& key, Instant now) {
    const std::string address = certificate::place_address(host, id);
    const Bytes signature = TRY(key.identity.key.sign(certificate::place_signed_bytes(address)));
    std::string text = certificate::place_code(address, key.signer.kid, signature);
    TRY(read_own_again(text, key.signer, now));
    return text;
}

Result<bool> signs_seals(const Bytes& certificate) { return TRY(certificate::read_certificate(certificate)).may_sign_health_seals; }

Result<std::vector<Json>> read_rows(const std::string& text, const std::vector<std::string_view>& columns) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return Error{Errc::malformed, "issue.rows", "no rows"};
    if (text[first] != '{') return read_table(text, columns);
    const auto whole = parse_json(text);
    if (whole) return std::vector<Json>{*whole};
    std::vector<Json> rows;
    int number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        auto row = parse_json(line);
        if (!row || !row->is_object()) return Error{Errc::malformed, "issue.rows", "line " + std::to_string(number) + " is no JSON object"};
        rows.push_back(std::move(*row));
    }
    return rows;
}

}  // namespace lachan::trust
