// Requests for corrections as rows for lachan-issue, and what it made of them back to who asked. What a citizen sent proves nothing: a
// row is filled from the old certificate only when a key of the issuer's own list signed it.

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "admin/admin.h"
#include "certificate/content.h"
#include "certificate/knowledge.h"
#include "prove.h"
#include "systems.h"

namespace lachan::admin {
namespace {

/// The columns of lachan-issue that stand in a certificate of the EU's format under the same names.
constexpr std::array kOfHolder = {"familyName", "givenName", "birthDate"};
constexpr std::array kOfEvent = {"kind", "disease", "country", "issuer", "vaccine", "product", "manufacturer", "dose", "doses", "date",
                                 "testType", "testName", "sampledAt", "result", "centre", "firstPositiveOn", "validFrom", "validUntil"};

struct Open {
    std::string id;
    std::string unit;
    std::string code;  ///< what people call it by
    Json body;
    Instant last_step;  ///< by the clock of the desk that made it
};

Actor of_all_provinces(const Desk& desk) {
    Actor actor{"lachan-admin", "", {}};
    for (const Unit* province : desk.units.children(kNation, day_in_vietnam(desk.now)))
        actor.grants.push_back({Role::provincial_cdc, std::string(province->code), Instant{0}});
    return actor;
}

/// The requests that somebody has taken up, of `unit` or of the whole country.
Result<std::vector<Open>> taken_requests(Desk& desk, const std::string& unit) {
    Context context{*desk.database, desk.units, desk.now, Side::server, of_all_provinces(desk), {}};
    std::vector<std::string> units{unit};
    if (unit.empty() || unit == kNation) {
        units.clear();
        for (const Grant& grant : context.actor.grants) units.push_back(grant.unit);
    }
    std::vector<Open> found;
    for (const std::string& one : units) {
        Json question{{"unit", one}, {"state", "taken"}, {"limit", 200}};
        for (bool more = true; more;) {
            const Json answer = TRY(ask(context, "correction.list", question));
            for (const Json& item : at(answer, "items")) {
                const std::string id(text_at(item, "id"));
                Json whole = TRY(ask(context, "correction.request", {{"id", id}, {"unit", one}}));
                Instant last;
                for (const Json& step : at(whole, "steps")) last.ms = std::max(last.ms, int_at(step, "at"));
                found.push_back({id, std::string(text_at(item, "unit")), std::string(text_at(item, "code")), std::move(whole["body"]), last});
            }
            more = at(answer, "more") == true;
            if (more) question["after"] = text_at(answer, "after");
        }
    }
    return found;
}

/// What is certified by `text`, when a key of the list signed it; nullopt otherwise. Time and revocation are not asked: what is corrected
/// may have ended.
class Reader {
public:
    static Result<Reader> open(const std::string& file) {
        Reader reader;
        reader.list_ = TRY(certificate::TrustBundle::parse(TRY(read_whole(file))));
        return reader;
    }

    std::optional<certificate::Inspection> read(std::string_view text) {
        certificate::Inspection inspection = certificate::inspect(text, {&list_});
        const bool is_proven = std::any_of(inspection.checks.begin(), inspection.checks.end(), [&](const certificate::SignatureCheck& check) {
            return check.purpose == certificate::Purpose::content && prover_.prove(check) == certificate::Answer::valid;
        });
        if (!is_proven || inspection.family != certificate::Family::hcert || certificate::events_in(inspection).empty()) return std::nullopt;
        return inspection;
    }

private:
    certificate::TrustBundle list_;
    Prover prover_;
};

std::string number_of(const certificate::Inspection& inspection) {
    return std::string(text_at(certificate::events_in(inspection)[0], "identifier"));
}

/// The certificate that was asked about, when its text came with the request and the list proves it. Whoever knows a number alone, as
/// anybody may who has seen the certificate listed somewhere, has none.
std::optional<certificate::Inspection> proven_old(Reader& reader, const Open& request) {
    auto old = reader.read(text_at(request.body, "code"));
    if (old && number_of(*old) != text_at(request.body, "certificate")) return std::nullopt;
    return old;
}

/// What is asked for one certificate, by one device or several: lachan-issue takes a number back once.
struct Asked {
    std::vector<const Open*> requests;           ///< those that count: proven, or all where none is
    std::optional<certificate::Inspection> old;  ///< what the row is filled from
};

std::vector<Asked> by_certificate(Reader& reader, const std::vector<Open>& requests) {
    std::vector<Asked> all;
    std::map<std::string, std::size_t> places;
    for (const Open& request : requests) {
        const auto [place, is_new] = places.emplace(text_at(request.body, "certificate"), all.size());
        if (is_new) all.emplace_back();
        Asked& asked = all[place->second];
        auto old = proven_old(reader, request);
        if (!old) std::fprintf(stderr, "%s: no certificate that the list proves, only its number: nothing is filled from it\n", request.code.c_str());
        if (old && !asked.old) {
            // Who proves nothing has no say beside who does.
            asked.requests.clear();
            asked.old = std::move(old);
        } else if (!old && asked.old) {
            continue;
        }
        asked.requests.push_back(&request);
    }
    return all;
}

bool is_same_question(const Asked& asked) {
    const Json& first = asked.requests.front()->body;
    return std::all_of(asked.requests.begin(), asked.requests.end(), [&](const Open* other) {
        return at(other->body, "wrong") == at(first, "wrong") && at(other->body, "shouldBe") == at(first, "shouldBe");
    });
}

/// `wrong` and `shouldBe` are no columns: lachan-issue refuses the row until somebody has put them in, and taken them out.
Json row_of(const Asked& asked) {
    const Json& body = asked.requests.front()->body;
    const auto& old = asked.old;
    Json row{{"replaces", text_at(body, "certificate")}};
    if (old) {
        const Json holder = certificate::holder_in(*old), event = certificate::events_in(*old)[0];
        for (const char* column : kOfHolder) {
            if (holder.contains(column)) row[column] = holder[column];
        }
        for (const char* column : kOfEvent) {
            if (event.contains(column)) row[column] = event[column];
        }
    }
    // A lot is printed beside the code as it is said; anything else is looked at by whoever has the register.
    const bool is_one_question = is_same_question(asked);
    if (text_at(body, "wrong") == "lot" && old && is_one_question) {
        row["lot"] = at(body, "shouldBe");
        return row;
    }
    for (const char* key : {"wrong", "shouldBe"}) {
        row[key] = is_one_question ? at(body, key) : Json::array();
        if (is_one_question) continue;
        for (const Open* request : asked.requests) row[key].push_back(at(request->body, key));
    }
    return row;
}

/// Writes beside `file` and puts it there when it is whole. For its owner alone, as everything that lachan-admin makes: it is full of names.
Result<void> write_new(const std::string& file, const std::string& text) {
    std::error_code failure;
    if (std::filesystem::exists(file, failure)) return Error{Errc::conflict, "file", file + " is there already"};
    const std::string part = file + ".part";
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    std::filesystem::permissions(part, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, failure);
    out << text;
    out.close();  // what a full disk refuses is refused here at the latest
    const bool is_whole = out.good() && !failure;
    if (is_whole) std::filesystem::rename(part, file, failure);
    if (is_whole && !failure) return {};
    std::filesystem::remove(part, failure);
    return Error{Errc::unavailable, "file", "cannot write " + file};
}

Result<void> write_rows(Desk& desk, Reader& reader) {
    std::ostringstream lines;
    std::size_t ready = 0;
    const auto requests = TRY(taken_requests(desk, desk.arguments.words.empty() ? "" : desk.arguments.words[0]));
    const auto all = by_certificate(reader, requests);
    for (const Asked& asked : all) {
        const Json row = row_of(asked);
        if (!row.contains("wrong")) ++ready;
        if (!asked.old) std::fprintf(stderr, "%s: the row is to be filled by hand, and answered at the desk\n", asked.requests.front()->code.c_str());
        lines << canonical(row) << '\n';
    }
    const std::string out = desk.arguments.get("out");
    if (out.empty()) std::fputs(lines.str().c_str(), stdout);
    else TRY(write_new(out, lines.str()));
    std::fprintf(stderr, "%zu requests, %zu rows, %zu of them ready; in the others 'wrong' and 'shouldBe' are to be put in and taken out\n", requests.size(),
                 all.size(), ready);
    return {};
}

/// The taken requests whose device showed the certificate itself. A new certificate is the holder's: it goes to nobody for a number.
Result<std::vector<Open>> proven_requests(Desk& desk, Reader& reader) {
    std::vector<Open> requests = TRY(taken_requests(desk, ""));
    std::erase_if(requests, [&](const Open& request) { return !proven_old(reader, request); });
    return requests;
}

/// Every line first: nothing is recorded when one of them is no certificate of this issuer in the place of another.
Result<void> record_issued(Desk& desk, Reader& reader) {
    const auto requests = TRY(proven_requests(desk, reader));
    std::istringstream lines(TRY(read_whole(desk.arguments.get("issued"))));
    std::vector<std::pair<Open, Json>> steps;
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        if (line.empty()) continue;
        const auto wrong = [&](const char* why) { return Error{Errc::malformed, "import.format", "line " + std::to_string(number) + ": " + why}; };
        const auto made = parse_json(line, {std::size_t{64} << 10, 8});
        if (!made) return wrong("is no JSON");
        const std::string_view text = text_at(*made, "text"), replaces = text_at(*made, "replaces");
        if (replaces.empty()) continue;  // a certificate that corrects none
        const auto read = reader.read(text);
        if (!read || number_of(*read) != text_at(*made, "identifier")) return wrong("its text is not a certificate that the list proves, of that identifier");
        const std::size_t before = steps.size();
        for (const Open& request : requests) {
            if (text_at(request.body, "certificate") == replaces)
                steps.emplace_back(request, Json{{"request", request.id}, {"action", "issued"}, {"newCertificate", text_at(*made, "identifier")}, {"newCode", text}});
        }
        if (steps.size() == before) std::fprintf(stderr, "line %zu: nobody waits for it who has shown the old certificate; who has not is answered at the desk\n", number);
    }

    // In the name of this program, for the communes that took the requests.
    Actor actor{"lachan-admin", "", {}};
    for (const auto& [request, body] : steps) actor.grants.push_back({Role::commune_health, request.unit, Instant{0}});
    Recorder recorder(desk, TRY(FileKey::open(desk.data, "system-device")), std::move(actor));
    for (auto& [request, body] : steps) {
        // Steps count in the order of the clocks that made them: one from a desk that is ahead must not come after its own answer.
        const Instant made_at{std::max(desk.now.ms, request.last_step.ms + 1)};
        TRY(recorder.add("correction", "step", request.unit, std::move(body), made_at));
    }
    const auto answers = TRY(recorder.flush(Recorder::Keep::all_or_none));
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i].outcome == Outcome::rejected)
            return Error{Errc::rejected, answers[i].rule, steps[i].first.code + ": refused (" + answers[i].rule + "); nothing was recorded"};
    }
    std::printf("%zu requests answered\n", steps.size());
    return {};
}

}  // namespace

Result<void> corrections(Desk& desk) {
    if (!desk.arguments.has("list")) return Error{Errc::malformed, "usage", "--list is needed: the trust.json of the issuer, as lachan-issue list writes it"};
    Reader reader = TRY(Reader::open(desk.arguments.get("list")));
    return desk.arguments.has("issued") ? record_issued(desk, reader) : write_rows(desk, reader);
}

}  // namespace lachan::admin
