#include "dose_batch.h"

#include <set>
#include <utility>

#include "batch.h"
#include "certificate/certlogic.h"
#include "command.h"
#include "issuing.h"
#include "kernel/text.h"
#include "prove.h"

namespace lachan::trust {

using certificate::DoseForm;
using command::Arguments;

namespace {

constexpr JsonLimits kLineLimits{2 * certificate::kLongestDoseRecord, 2};
constexpr std::size_t kLongestReason = 200;

Error rejected(const char* rule, const std::string& detail) { return Error{Errc::rejected, rule, detail}; }

/// What the centre says of one dose: the record, and what is to be done with it.
struct Order {
    certificate::DoseRecord record;
    /// By the centre's word, not by that of the site.
    std::string replaces;
    bool is_again = false;
};

Result<Order> order_in(std::string_view line, DoseForm form) {
    if (!line.starts_with('{')) return Order{TRY(certificate::read_dose_record(line)), "", false};
    const auto order = parse_json(line, kLineLimits);
    if (!order || !order->is_object()) return Error{Errc::malformed, "issue.record", "neither a signed dose nor a JSON object with one"};
    for (const auto& [key, value] : order->items()) {
        const bool is_known = (value.is_string() && (key == "record" || (key == "replaces" && certificate::can_replace(form)))) ||
                              (key == "again" && value == true);
        if (!is_known) return Error{Errc::malformed, "issue.record", key + ": nothing that may be said here of a signed dose"};
    }
    return Order{TRY(certificate::read_dose_record(text_at(*order, "record"))), std::string(text_at(*order, "replaces")), order->contains("again")};
}

/// Who signed, when all that can be asked of the key and the signature holds.
Result<const SiteKey*> signer_of(const certificate::DoseRecord& record, const Sites& sites, Prover& prover, Instant now) {
    const SiteKey* key = sites.with_kid(record.kid);
    if (key == nullptr) return rejected("issue.site", "signed by no site of this authority");
    certificate::SignatureCheck check;
    check.algorithm = check.key_algorithm = certificate::Algorithm::es256;
    check.spki = key->spki;
    check.signed_bytes.assign(record.signed_text.begin(), record.signed_text.end());
    check.signature = record.signature;
    if (prover.prove(check) != certificate::Answer::valid) return rejected("issue.signature", "the signature is not that of " + key->site.code);
    if (key->is_withdrawn) return rejected("issue.site", "the key " + key->name + " of " + key->site.code + " is withdrawn");
    if (day_in_vietnam(now) < record.signed_on) return rejected("issue.dose", "signedOn is to come");
    if (!key->is_good_on(record.signed_on)) {
        return rejected("issue.site", "the key " + key->name + " of " + key->site.code + " was not in force on " + to_string(record.signed_on));
    }
    return key;
}

Error wrong_to_replace(const std::string& why) { return rejected("issue.replaces", "replaces (issue.replaces): " + why); }

/// Which certificate the new one takes the place of. A site takes back what was made of its own doses; for any other the centre has to say so,
/// as for one that took the place of what the site named: a dose that was corrected once is made anew of the same record.
Result<std::string> replaced_by(const Order& order, const DoseLedger& ledger, const SiteKey& key) {
    const std::string said(text_at(order.record.dose, "replaces"));
    if (said.empty() || said == order.replaces) return order.replaces;
    if (!order.replaces.empty()) {
        const std::string newest(ledger.newest_of(said));
        if (newest == order.replaces) return newest;
        return wrong_to_replace("the site named " + said + (newest == said ? "" : ", whose place " + newest + " took"));
    }
    const CertifiedDose& old = ledger.of_certificate(said);
    if (old.site == key.site.code && old.form == name_of(order.record.form)) return said;
    return wrong_to_replace("made of no dose of " + key.site.code + "; the centre must name it beside the record");
}

/// No two certificates take the place of one.
Result<void> check_free(std::string_view replaced, const DoseLedger& ledger) {
    const std::string successor(ledger.successor_of(replaced));
    if (!successor.empty()) return wrong_to_replace(successor + " took its place already");
    return {};
}

/// A dose has one certificate of a form at a time. What counts is not the certificate that was made of this dose but what came of it: its
/// correction may have been another dose to the ledger, and may have to be corrected back.
Result<void> check_again(const Order& order, const std::string& replaced, const DoseLedger& ledger, const std::string& hash) {
    TRY(check_free(replaced, ledger));
    const CertifiedDose* before = ledger.of_dose(name_of(order.record.form), hash);
    if (before == nullptr) return {};
    if (!certificate::can_replace(order.record.form)) {
        if (order.is_again) return {};
        return rejected("issue.dose", "certified already, at " + before->at);
    }
    const std::string& made = before->certificate;
    const std::string newest(ledger.newest_of(made));
    if (replaced == newest) return {};
    // A site's number that stood at the wrong dose is free once that was corrected to another number. By the centre's word alone: the record that
    // was wrong is still signed.
    const std::string& dose_now = ledger.of_certificate(newest).dose;
    if (dose_now.empty() || dose_now == hash) return rejected("issue.dose", "certified already as " + newest + ", which a new certificate has to replace");
    if (order.is_again) return {};
    const std::string corrected = made + ", which was corrected to another dose, " + newest;
    return rejected("issue.dose", "certified already as " + corrected + ", which a new certificate has to replace unless the centre says again");
}

Json entry_of(const Order& order, const SiteKey& key) {
    Json entry{{"form", name_of(order.record.form)}, {"dose", certificate::dose_hash(order.record.dose)}, {"site", key.site.code},
               {"siteName", key.site.name},          {"kid", to_hex(key.kid)},                            {"signedOn", to_string(order.record.signed_on)}};
    if (order.is_again) entry["again"] = true;
    return entry;
}

Error at_line(const Error& error, std::size_t line) { return Error{error.code, error.rule, "line " + std::to_string(line) + ": " + error.detail}; }

/// Takes one line after the other into a batch.
class Taker {
public:
    Taker(DoseForm form, const Sites& sites, DoseLedger ledger, Instant now, certificate::NewCodes codes)
        : form_(form), sites_(sites), now_(now), codes_(codes) {
        batch_.ledger = std::move(ledger);
    }

    Result<void> take(std::string_view line) {
        const Order order = TRY(order_in(line, form_));
        const certificate::DoseRecord& record = order.record;
        if (record.form != form_) return rejected("issue.dose", std::string("signed for lachan-issue ") + name_of(record.form));
        const SiteKey& key = *TRY(signer_of(record, sites_, prover_, now_));
        TRY(certificate::check_dose(record.dose, form_, {key.site.code, key.country}, record.signed_on, now_, codes_));
        Json entry = entry_of(order, key);
        const std::string hash(text_at(entry, "dose"));
        if (!seen_.insert(hash).second) return rejected("issue.dose", "the dose of a line before");
        const std::string replaced = TRY(replaced_by(order, *batch_.ledger, key));
        TRY(check_again(order, replaced, *batch_.ledger, hash));
        Json row = certificate::row_of_dose(record.dose);
        if (!replaced.empty()) row["replaces"] = replaced;
        batch_.rows.push_back(std::move(row));
        batch_.entries.push_back(std::move(entry));
        return {};
    }

    DoseBatch batch() { return std::move(batch_); }

private:
    DoseForm form_;
    const Sites& sites_;
    Instant now_;
    certificate::NewCodes codes_;
    Prover prover_;
    std::set<std::string> seen_;
    DoseBatch batch_;
};

/// A row that certifies a dose; the rows of cards do nothing else.
bool is_dose(const Json& row, DoseForm form) { return form == DoseForm::card || text_at(row, "kind") == "vaccination"; }

Result<std::string> reason_in(const Arguments& arguments) {
    const std::string reason = to_nfc(trim(arguments.value("--unsigned")));
    if (arguments.has("--only-signed")) return usage("either --only-signed or --unsigned");
    if (reason.empty() || code_points(reason) > kLongestReason || has_control(reason)) return usage("--unsigned gives a reason of at most 200 characters");
    return reason;
}

/// Whether rows of doses are refused: the sites may be out of sight, and what they signed is in the ledger.
Result<bool> must_be_signed(const Arguments& arguments, const std::string& folder, const std::optional<DoseLedger>& ledger) {
    if (arguments.has("--unsigned")) return false;
    return arguments.has("--only-signed") || !TRY(site_names(folder)).empty() || (ledger && ledger->has_signed_dose());
}

/// Rows, as long as there are no sites; then those alone that are no doses, or whose reason the ledger keeps. It is asked in any case: what a row
/// replaces may have a successor.
Result<DoseBatch> unsigned_batch(const Arguments& arguments, const std::string& folder, DoseForm form, const std::vector<std::string_view>& columns) {
    DoseBatch batch;
    const std::string reason = arguments.has("--unsigned") ? TRY(reason_in(arguments)) : "";
    batch.rows = TRY(rows_of(arguments, columns));
    batch.entries.resize(batch.rows.size());
    if (reason.empty()) batch.ledger = TRY(DoseLedger::open_if_there(folder));
    else batch.ledger = TRY(DoseLedger::open(folder));
    const bool refuses_doses = TRY(must_be_signed(arguments, folder, batch.ledger));
    for (std::size_t row = 0; row < batch.rows.size(); ++row) {
        if (batch.ledger) {
            const auto free = check_free(text_at(batch.rows[row], "replaces"), *batch.ledger);
            if (!free) return at_row(free.error(), row);
        }
        if (!is_dose(batch.rows[row], form)) continue;
        if (refuses_doses) return at_row(rejected("issue.unsigned", "site (issue.unsigned): no site signed this dose"), row);
        if (!reason.empty()) batch.entries[row] = Json{{"form", name_of(form)}, {"unsigned", reason}};
    }
    return batch;
}

}  // namespace

void DoseBatch::tell(std::size_t row, Made& made, Instant now) const {
    const Json& entry = entries[row];
    if (entry.is_null()) return;
    made.entry = entry;
    made.entry["at"] = certificate::certlogic::to_text(now);
    if (made.line.contains("identifier")) made.entry["certificate"] = made.line["identifier"];
    if (made.line.contains("replaces")) made.entry["replaces"] = made.line["replaces"];
    made.entry.erase("siteName");
    if (entry.contains("site")) made.line["site"] = {{"code", entry["site"]}, {"name", entry["siteName"]}, {"signedOn", entry["signedOn"]}};
    else made.line["unsigned"] = entry["unsigned"];
}

Result<DoseBatch> signed_batch(const std::string& text, DoseForm form, const Sites& sites, DoseLedger ledger, Instant now,
                               certificate::NewCodes codes) {
    Taker taker(form, sites, std::move(ledger), now, codes);
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = trim(std::string_view(text).substr(at, end - at));
        at = end + 1;
        ++number;
        const auto taken = taker.take(line);
        if (!taken) return at_line(taken.error(), number);
    }
    if (number == 0) return Error{Errc::malformed, "issue.rows", "no signed doses"};
    return taker.batch();
}

Result<DoseBatch> batch_of(const Arguments& arguments, const std::string& folder, DoseForm form, const std::vector<std::string_view>& columns,
                           Instant now) {
    if (!arguments.has("--signed")) return unsigned_batch(arguments, folder, form, columns);
    if (arguments.has("--unsigned")) return usage("either --signed or --unsigned");
    const std::string text = TRY(input_of(arguments));
    // Before the sites: a key may be withdrawn while this run waits for another one.
    DoseLedger ledger = TRY(DoseLedger::open(folder));
    const Sites sites = TRY(Sites::read(folder));
    const auto codes = arguments.has("--allow-new-codes") ? certificate::NewCodes::taken : certificate::NewCodes::refused;
    return signed_batch(text, form, sites, std::move(ledger), now, codes);
}

}  // namespace lachan::trust
