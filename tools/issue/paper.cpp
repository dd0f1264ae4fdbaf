#include "paper.h"

#include <algorithm>
#include <array>
#include <span>

#include "certificate/certlogic.h"
#include "picture.h"
#include "words.h"

namespace lachan::trust {
namespace {

using Fields = std::span<const std::string_view>;

/// Decision 5772/QĐ-BYT, in its order.
constexpr std::array<std::string_view, 11> kVaccination{"name",       "birthDate", "nationality", "disease",      "dosesReceived", "date",
                                                        "doseNumber", "vaccine",   "product",     "manufacturer", "identifier"};
constexpr std::array<std::string_view, 15> kTest{"name",      "birthDate", "nationality", "document", "disease", "testType", "testName", "manufacturer",
                                                 "sampledAt", "resultAt",  "result",      "centre",   "sample",  "version",  "identifier"};
constexpr std::array<std::string_view, 8> kRecovery{"name",            "birthDate", "nationality", "disease",
                                                    "firstPositiveOn", "validFrom", "validUntil",  "identifier"};
constexpr std::array<std::string_view, 6> kCard{"name", "birthDate", "sex", "document", "person", "identifier"};
constexpr std::array<std::string_view, 10> kRelease{"name", "birthDate", "document",      "place", "unit",
                                                    "from", "until",     "followUpUntil", "order", "identifier"};
/// What follows the fields of a kind.
constexpr std::array<std::string_view, 3> kMore{"country", "issuer", "lot"};
constexpr std::array<std::string_view, 2> kBeside{"nationality", "lot"};
constexpr std::array<std::string_view, 8> kDays{"birthDate", "date", "firstPositiveOn", "validFrom", "validUntil", "from", "until", "followUpUntil"};
constexpr std::array<std::string_view, 2> kMoments{"sampledAt", "resultAt"};
/// Those whose values are words of ours.
constexpr std::array<std::string_view, 2> kWorded{"sex", "place"};

struct Layout {
    std::string_view kind;
    std::string_view title;
    Fields fields;
};
constexpr std::array kLayouts{Layout{"vaccination", "paper.vaccination", kVaccination}, Layout{"test", "paper.test", kTest},
                              Layout{"recovery", "paper.recovery", kRecovery},          Layout{"card", "paper.card", kCard},
                              Layout{"release", "paper.release", kRelease}};

constexpr std::string_view kStyle = R"(
@page { size: A4 portrait; margin: 12mm; }
* { box-sizing: border-box; }
body { width: 186mm; margin: 0 auto; font: 10.5pt/1.35 system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif; color: #000; background: #fff; }
header { border-bottom: 0.7mm solid #0b3740; padding-bottom: 3mm; }
header p { margin: 0; }
h1 { margin: 2mm 0 0; font-size: 21pt; line-height: 1.2; }
h1 + p { font-size: 13pt; }
.code { display: flex; gap: 8mm; align-items: center; margin: 5mm 0; }
.code figure { flex: none; width: 66mm; margin: 0; }
.code svg { display: block; width: 66mm; height: 66mm; }
dl { margin: 0; }
dt, [lang=en], small { color: #333; }
dt { font-size: 9.5pt; }
dd { margin: 0 0 3mm; font-size: 13pt; font-weight: 600; }
.code p { margin: 0; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; font-weight: 600; padding: 0 0 1.5mm; }
th, td { padding: 1.3mm 2mm; border: 0.25mm solid #777; text-align: left; vertical-align: top; }
thead th { font-weight: 600; background: #eee; }
tbody th { width: 50%; font-weight: 400; }
tbody td:first-child { width: 9mm; text-align: right; }
tbody td:last-child { font-weight: 600; overflow-wrap: anywhere; }
th [lang=en] { font-size: 9.5pt; }
.poster { text-align: center; }
.poster h1 { font-size: 34pt; }
.poster h2 { margin: 4mm 0 0; font-size: 18pt; }
.poster figure { width: 175mm; margin: 2mm auto; }
.poster svg { display: block; width: 175mm; height: 175mm; }
footer p { margin: 3mm 0 0; }
)";

bool has(std::span<const std::string_view> list, std::string_view one) { return std::find(list.begin(), list.end(), one) != list.end(); }

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            case '\'': safe += "&#39;"; break;
            default: safe += c;
        }
    }
    return safe;
}

/// As written in Viet Nam: 15/01/2026; a year or a month alone stays as it is.
std::string day_words(const std::string& day) {
    if (!Day::parse(day)) return day;
    return day.substr(8, 2) + "/" + day.substr(5, 2) + "/" + day.substr(0, 4);
}

/// 08:15 28/02/2026, the time in Viet Nam.
std::string moment_words(Instant instant) {
    constexpr std::int64_t kOffset = 7 * 3'600'000;
    const std::string there = certificate::certlogic::to_text(Instant{instant.ms + kOffset});
    return there.substr(11, 5) + " " + day_words(there.substr(0, 10));
}

std::string country_words(const std::string& code) { return code == "VN" || code == "VNM" ? "Việt Nam (" + code + ")" : code; }

/// A cell as it was written; numbers may be numbers in JSON.
std::string cell(const Json& row, std::string_view column) {
    const Json& value = at(row, std::string(column).c_str());
    return value.is_string() ? value.get<std::string>() : value.is_null() ? std::string() : value.dump();
}

std::string joined(const std::string& one, std::string_view between, const std::string& other) {
    return one + (one.empty() || other.empty() ? "" : std::string(between)) + other;
}

std::string value_of(const Json& row, std::string_view field) {
    if (field == "name" && row.contains("name")) return cell(row, "name");
    if (field == "name") return joined(cell(row, "familyName"), " ", cell(row, "givenName"));
    if (field == "dosesReceived") return cell(row, "dose");
    if (field == "doseNumber") return joined(cell(row, "dose"), " / ", cell(row, "doses"));
    const std::string text = cell(row, field);
    if (field == "country" || field == "nationality") return country_words(text);
    if (has(kDays, field)) return day_words(text);
    if (has(kWorded, field) && !text.empty()) return verify::both(std::string(field) + "." + text);
    if (has(kMoments, field)) {
        const auto instant = certificate::certlogic::instant_of(text);
        return instant ? moment_words(*instant) : text;
    }
    return verify::both_of_code(text);
}

struct Both {
    std::string vi;
    std::string en;
};

Both words(std::string_view key) {
    const verify::Word* word = verify::word_of(key);
    if (word == nullptr) return {escaped(key), escaped(key)};
    return {escaped(word->vi), escaped(word->en)};
}

std::string paragraph(std::string_view key) {
    const Both text = words(key);
    return "<p>" + text.vi + " <span lang=\"en\">" + text.en + "</span></p>\n";
}

std::string fact(std::string_view key, const std::string& value) {
    const Both name = words(key);
    return "<dt>" + name.vi + " · <span lang=\"en\">" + name.en + "</span></dt><dd>" + escaped(value) + "</dd>\n";
}

std::string head_cell(std::string_view key) {
    const Both name = words(key);
    return "<th scope=\"col\">" + name.vi + " · <span lang=\"en\">" + name.en + "</span></th>";
}

std::string table_row(const std::string& number, const PaperLine& line) {
    const Both name = words("paper." + std::string(line.field));
    return "<tr><td>" + number + "</td><th scope=\"row\">" + name.vi + " · <span lang=\"en\">" + name.en + "</span>" +
           (line.is_beside ? " *" : "") + "</th><td>" + escaped(line.value) + "</td></tr>\n";
}

std::string table(const Paper& paper) {
    const Both caption = words("certified");
    std::string html = "<table><caption>" + caption.vi + " · <span lang=\"en\">" + caption.en + "</span></caption>\n<thead><tr>" +
                       "<th scope=\"col\"><abbr title=\"Số thứ tự\">STT</abbr></th>" + head_cell("paper.field") + head_cell("paper.value") +
                       "</tr></thead>\n<tbody>\n";
    for (std::size_t i = 0; i < paper.lines.size(); ++i) html += table_row(i < paper.published ? std::to_string(i + 1) : "", paper.lines[i]);
    return html + "</tbody></table>\n";
}

std::string footer(const Paper& paper) {
    const auto is_beside = [](const PaperLine& line) { return line.is_beside; };
    std::string html = "<footer>\n";
    if (std::any_of(paper.lines.begin(), paper.lines.end(), is_beside)) html += paragraph("paper.besideHelp");
    return html + "</footer>\n";
}

/// The title is printed and kept by browsers: it names nobody.
std::string document(const Both& title, const std::string& body) {
    return "<!doctype html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>" +
           title.vi + "</title>\n<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
}

std::string code_part(const Paper& paper, const std::string& drawing) {
    const Both label = words("paper.code");
    std::string html = "<section class=\"code\">\n<figure role=\"img\" aria-label=\"" + label.vi + "\">" + drawing + "</figure>\n<div>\n<dl>\n";
    html += fact("paper.issuedAt", moment_words(paper.issued_at));
    if (paper.expires_at) html += fact("paper.expiresAt", moment_words(*paper.expires_at));
    return html + "</dl>\n" + paragraph("paper.verifyHelp") + "</div>\n</section>\n";
}

}  // namespace

Paper paper_of(const Json& row, std::string code, Instant issued_at, std::optional<Instant> expires_at, std::string_view unit_name) {
    const auto layout = std::find_if(kLayouts.begin(), kLayouts.end(), [&row](const Layout& one) { return one.kind == text_at(row, "kind"); });
    Paper paper;
    paper.issuer = cell(row, "issuer");
    paper.code = std::move(code);
    paper.issued_at = issued_at;
    paper.expires_at = expires_at;
    if (layout == kLayouts.end()) return paper;
    paper.title = layout->title;
    const bool is_published = layout->kind == "vaccination";
    const auto add = [&](std::string_view field, bool is_always) {
        std::string value = field == "unit" && !unit_name.empty() ? std::string(unit_name) : value_of(row, field);
        if (value.empty() && !is_always) return;
        paper.lines.push_back({field, value.empty() ? verify::both("unknown") : std::move(value), has(kBeside, field)});
    };
    // All that is published stands there, also where a row has nothing for it; of other kinds only what there is.
    for (const std::string_view field : layout->fields) add(field, is_published);
    paper.published = paper.lines.size();
    for (const std::string_view field : kMore) add(field, false);
    return paper;
}

Result<std::string> to_html(const Paper& paper) {
    const std::string drawing = qr_drawing(paper.code);
    if (drawing.empty()) return Error{Errc::rejected, "issue.picture", "the text does not fit a code"};
    const Both title = words(paper.title);
    std::string body = "<main>\n<header>\n" + (paper.issuer.empty() ? "" : "<p>" + escaped(paper.issuer) + "</p>\n");
    body += "<h1>" + title.vi + "</h1>\n<p lang=\"en\">" + title.en + "</p>\n</header>\n";
    body += code_part(paper, drawing) + table(paper) + footer(paper) + "</main>\n";
    return document(title, body);
}

Result<std::string> to_html(const Poster& poster) {
    const std::string drawing = qr_drawing(poster.code);
    if (drawing.empty()) return Error{Errc::rejected, "issue.picture", "the text does not fit a code"};
    const Both title = words("site." + poster.site);
    const Both label = words("paper.placeCode");
    std::string body = "<main class=\"poster\">\n<h1>" + title.vi + "</h1>\n<p lang=\"en\">" + title.en + "</p>\n";
    body += "<h2>" + escaped(poster.unit_name) + "</h2>\n<figure role=\"img\" aria-label=\"" + label.vi + "\">" + drawing + "</figure>\n";
    body += paragraph("paper.placeHelp") + "<p><b>" + escaped(poster.host) + "</b> · " + escaped(poster.identifier) + "</p>\n</main>\n";
    return document(title, body);
}

}  // namespace lachan::trust
