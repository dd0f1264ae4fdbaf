// Our own codes: cards, releases, results, places.

#include "batch.h"
#include "certificate/issue_own.h"
#include "certificate/own_content.h"
#include "certificate/own_place.h"
#include "command.h"
#include "command/files.h"
#include "commands.h"
#include "keys.h"
#include "made.h"
#include "paper.h"
#include "vocab/unit.h"

namespace lachan::trust {

using command::Arguments;

namespace {

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

}  // namespace

Result<void> make_own_codes(const Arguments& arguments, Instant now) {
    const std::string folder = TRY(required(arguments, "--dir"));
    if (arguments.has("--signed")) return usage("--signed goes with certificate, card, seal and ddcc: none of our own codes is of a dose");
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

}  // namespace lachan::trust
