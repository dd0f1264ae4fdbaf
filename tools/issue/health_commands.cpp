// Certificates in the forms of others: the EU's, health cards, seals, the WHO's.

#include <algorithm>
#include <cctype>

#include "batch.h"
#include "certificate/issue_card.h"
#include "certificate/issue_ddcc.h"
#include "certificate/issue_seal.h"
#include "certificate/vds.h"
#include "command.h"
#include "commands.h"
#include "dose_batch.h"
#include "keys.h"
#include "made.h"
#include "paper.h"

namespace lachan::trust {

using certificate::DoseForm;
using certificate::Draft;
using command::Arguments;

namespace {

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

/// Twelve characters that say nothing of the person.
Result<std::string> seal_identifier() {
    std::string text = to_hex(TRY(random_bytes())).substr(0, 12);
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
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

}  // namespace

Result<void> make_certificates(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now));
    const Instant until = after(now, TRY(arguments.number("--days", 365, kMostDays)));
    DoseBatch batch = TRY(batch_of(arguments, folder, DoseForm::certificate, certificate::certificate_columns(), now));
    const auto& rows = batch.rows;
    TRY(check_columns_of(rows));
    TRY(check_batch(rows, key.signer.country, revoked_in(folder)));
    std::vector<Made> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto made = make_certificate(arguments, rows[i], key, now, until);
        if (!made) return at_row(made.error(), i);
        batch.tell(i, *made, now);
        all.push_back(std::move(*made));
    }
    return write_and_replace(arguments, folder, all, batch.book());
}

Result<void> make_cards(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    TRY(refuse_paper(arguments));
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now));
    const std::string issuer = TRY(required(arguments, "--iss"));
    const Json public_key = TRY(certificate::card_key(key.signer.spki));
    DoseBatch batch = TRY(batch_of(arguments, folder, DoseForm::card, certificate::card_columns(), now));
    const auto& rows = batch.rows;
    std::vector<Made> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto payload = certificate::card_payload(rows[i], issuer, now.ms / 1000);
        if (!payload) return at_row(payload.error(), i);
        const std::string input = certificate::card_signing_input(*payload, text_at(public_key, "kid"));
        const Bytes signature = TRY(key.identity.key.sign(bytes_of(input)));
        Made made;
        made.codes = certificate::card_codes(input, signature);
        made.line = {{"codes", made.codes}, {"jws", input + "." + to_base64url(signature)}};
        batch.tell(i, made, now);
        all.push_back(std::move(made));
    }
    return write_made(arguments, all, batch.book());
}

Result<void> make_seals(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    TRY(refuse_paper(arguments));
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now, Signs::seals));
    const Bytes authority = TRY(authority_certificate(folder));
    const std::string_view state = certificate::alpha3_of(key.signer.country);
    DoseBatch batch = TRY(batch_of(arguments, folder, DoseForm::seal, certificate::seal_columns(), now));
    const auto& rows = batch.rows;
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
        batch.tell(i, made, now);
        all.push_back(std::move(made));
    }
    return write_made(arguments, all, batch.book());
}

Result<void> make_ddccs(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    TRY(refuse_paper(arguments));
    const IssuingKey key = TRY(key_in_force(folder, TRY(required(arguments, "--signer")), now));
    const Instant until = after(now, TRY(arguments.number("--days", 365, kMostDays)));
    auto columns = certificate::ddcc_columns();
    columns.push_back("replaces");
    DoseBatch batch = TRY(batch_of(arguments, folder, DoseForm::ddcc, columns, now));
    const auto& rows = batch.rows;
    TRY(check_batch(rows, key.signer.country, revoked_in(folder)));
    std::vector<Made> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto made = make_ddcc(rows[i], key, now, until);
        if (!made) return at_row(made.error(), i);
        batch.tell(i, *made, now);
        all.push_back(std::move(*made));
    }
    return write_and_replace(arguments, folder, all, batch.book());
}

}  // namespace lachan::trust
