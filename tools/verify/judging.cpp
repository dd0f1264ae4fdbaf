#include "judging.h"

#include <array>
#include <atomic>
#include <thread>
#include <variant>

#include "kernel/time.h"
#include "qr/scan.h"
#include "words.h"

namespace lachan::verify {
namespace {

using certificate::Axis;
using certificate::State;
using certificate::Summary;

constexpr std::size_t kBlock = 8192;

Judged judge_one(Input input, const certificate::Knowledge& known, Instant now, Prover& prover) {
    Judged judged{std::move(input), {}};
    if (!judged.input.trouble.empty()) return judged;
    const certificate::Inspection inspection = certificate::inspect(judged.input.text, known);
    judged.verdict = certificate::judge(inspection, prover.prove(inspection.checks), now, known);
    return judged;
}

void replace(std::string& text, std::string_view place, std::string_view by) {
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += by.size()) text.replace(at, place.size(), by);
}

/// Rules have an id behind their code: it stands in for the two places that the page fills.
std::string named_reason(const std::string& reason) {
    const std::string code = reason.substr(0, reason.find(':'));
    std::string words = both("reason." + code);
    if (reason == code) return words;
    replace(words, " {id}: {rule}", " " + reason.substr(code.size() + 1));
    replace(words, "{id}", reason.substr(code.size() + 1));
    return words;
}

void add_axis(std::string& text, const char* name, const Axis& axis) {
    text += "  " + both(std::string("axis.") + name) + ": " + both(std::string("state.") + certificate::name_of(axis.state)) + "\n";
    for (const std::string& reason : axis.reasons) text += "      " + named_reason(reason) + "\n";
}

void add_field(std::string& text, const std::string& name, std::string_view value) {
    if (!value.empty()) text += "  " + both("field." + name) + ": " + std::string(value) + "\n";
}

/// A code whose meaning somebody acts on has its word behind it.
std::string with_word(const std::string& code) {
    constexpr std::pair<std::string_view, std::string_view> kWords[]{
        {"LP6464-4", "code.naat"},        {"LP217198-3", "code.rapid"},      {"94762-2", "code.antibody"},    {"260415000", "code.notDetected"},
        {"260373001", "code.detected"}, {"419984006", "code.inconclusive"}, {"125154007", "code.invalidTest"}};
    for (const auto& [known, word] : kWords) {
        if (code == known) return code + " (" + both(word) + ")";
    }
    return code;
}

std::string as_text(const Json& value) {
    if (value.is_string()) return with_word(value.get<std::string>());
    return value.is_number_integer() ? std::to_string(value.get<std::int64_t>()) : "";
}

void add_event(std::string& text, const Json& event) {
    text += "  " + both("event." + std::string(text_at(event, "kind"))) + "\n";
    // In the order of the page: what was given first, then when, then by whom.
    const std::string doses = as_text(at(event, "doses"));
    const std::string dose = as_text(at(event, "dose"));
    add_field(text, "product", as_text(at(event, "product")));
    add_field(text, "doseOf", doses.empty() ? dose : dose + "/" + doses);
    // Words of our own codes stand in a table of their own: place.home, site.venue.
    for (const char* field : {"place", "site"}) {
        const std::string word = as_text(at(event, field));
        if (!word.empty()) add_field(text, field, both(std::string(field) + "." + word));
    }
    for (const char* field : {"unit", "host", "from", "until", "order", "followUpUntil", "vaccine", "date", "lot", "testType", "testName", "result",
                              "sampledAt", "resultAt", "firstPositiveOn", "validFrom", "validUntil", "disease", "manufacturer", "country", "centre",
                              "sample", "version", "issuer", "identifier"}) {
        add_field(text, field, as_text(at(event, field)));
    }
}

/// Some families do not part the name, and the code of a place has nobody.
void add_holder(std::string& text, const Json& verdict) {
    const Json& holder = at(at(verdict, "content"), "holder");
    const bool is_own = text_at(verdict, "family") == "lachan";
    if (is_own && holder.empty()) return;
    std::string name(text_at(holder, "name"));
    if (name.empty()) name = std::string(text_at(holder, "familyName")) + " " + std::string(text_at(holder, "givenName"));
    text += "  " + both("name") + ": " + name + "\n";
    text += "  " + both("birthDate") + ": " + std::string(text_at(holder, "birthDate")) + "\n";
    if (!is_own) return;
    if (holder.contains("sex")) add_field(text, "sex", both("sex." + std::string(text_at(holder, "sex"))));
    for (const char* field : {"document", "person"}) add_field(text, field, text_at(holder, field));
}

/// The days of the signature and the key that made it: they hold whoever is certified.
void add_signature(std::string& text, const Json& verdict) {
    const Json& content = at(verdict, "content");
    for (const char* field : {"issuedAt", "expiresAt"}) {
        const Json& instant = at(content, field);
        if (instant.is_number_integer()) add_field(text, field, to_string(day_in_vietnam(Instant{instant.get<std::int64_t>()})));
    }
    const Json& signer = at(verdict, "signer");
    if (!signer.is_object()) return;
    add_field(text, "signer",
              std::string(text_at(signer, "country")) + " " + std::string(text_at(signer, "algorithm")) + " " + std::string(text_at(signer, "kid")));
}

/// What a text is that is no certificate but has a shape that is known here; "" for any other. Nothing of it is shown: it may be a person's.
const char* other_kind_of(const std::string& text) {
    const auto scanned = qr::scan(text);
    if (!scanned) return "";
    if (std::holds_alternative<qr::CccdCard>(*scanned)) return "Đây là thẻ căn cước công dân, không phải chứng nhận · This is an identity card, not a certificate";
    if (std::holds_alternative<qr::InsuranceCard>(*scanned)) return "Đây là thẻ bảo hiểm y tế, không phải chứng nhận · This is a card of health insurance, not a certificate";
    if (std::holds_alternative<qr::NationalPerson>(*scanned)) return "Đây là mã QR cá nhân quốc gia, không phải chứng nhận · This is the national personal QR, not a certificate";
    return "";
}

/// Who is certified, and what: only what a signature proves.
void add_content(std::string& text, const Json& verdict) {
    const Json& content = at(verdict, "content");
    if (!at(content, "proven").is_boolean() || !content["proven"].get<bool>()) return;
    add_holder(text, verdict);
    for (const Json& event : at(content, "events")) add_event(text, event);
    add_signature(text, verdict);
}

}  // namespace

Outcome outcome_of(const Judged& judged) {
    if (!judged.input.trouble.empty()) return Outcome::unreadable;
    switch (judged.verdict.summary) {
        case Summary::valid: return Outcome::valid;
        case Summary::invalid: return Outcome::not_valid;
        case Summary::not_trusted:
        case Summary::not_checked: return Outcome::not_checked;
        case Summary::unreadable: break;
    }
    return Outcome::unreadable;
}

Outcome worse(Outcome left, Outcome right) {
    constexpr std::array order{Outcome::not_valid, Outcome::unreadable, Outcome::not_checked};
    for (const Outcome outcome : order) {
        if (left == outcome || right == outcome) return outcome;
    }
    return Outcome::valid;
}

Judging::Judging(const certificate::Knowledge& known, Instant now, std::function<std::string(const Judged&)> describe,
                 std::function<void(Outcome, const std::string&)> done)
    : known_(known), now_(now), describe_(std::move(describe)), done_(std::move(done)),
      provers_(std::max(1U, std::thread::hardware_concurrency())) {}

void Judging::add(Input input) {
    waiting_.push_back(std::move(input));
    if (waiting_.size() == kBlock) run_block();
}

void Judging::finish() {
    if (!waiting_.empty()) run_block();
}

void Judging::run_block() {
    std::vector<std::pair<Outcome, std::string>> results(waiting_.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&](Prover& prover) {
        for (std::size_t i = next++; i < waiting_.size(); i = next++) {
            const Judged judged = judge_one(std::move(waiting_[i]), known_, now_, prover);
            results[i] = {outcome_of(judged), describe_(judged)};
        }
    };
    std::vector<std::thread> helpers;
    const std::size_t wanted = std::min(provers_.size(), waiting_.size() / 16 + 1);
    for (std::size_t i = 1; i < wanted; ++i) helpers.emplace_back(work, std::ref(provers_[i]));
    work(provers_[0]);
    for (std::thread& helper : helpers) helper.join();
    for (const auto& [outcome, line] : results) done_(outcome, line);
    waiting_.clear();
}

std::string in_words(const Judged& judged) {
    std::string text = judged.input.source.empty() ? "" : judged.input.source + "\n";
    if (!judged.input.trouble.empty()) {
        return text + "  " + both("summary.unreadable") + "\n      " + judged.input.trouble + "\n";
    }
    const certificate::Verdict& verdict = judged.verdict;
    const std::string summary = certificate::name_of(verdict.summary);
    text += "  " + both("summary." + summary) + "\n  " + both("summaryHelp." + summary) + "\n";
    const char* other = verdict.summary == Summary::unreadable ? other_kind_of(judged.input.text) : "";
    if (*other != 0) return text + "      " + other + "\n";
    for (const auto& [name, axis] : certificate::named(verdict.axes)) add_axis(text, name, *axis);
    for (const std::string& warning : verdict.inspection.warnings) text += "  " + both("warning." + warning) + "\n";
    add_content(text, certificate::to_json(verdict));
    for (const std::string& field : verdict.inspection.unsigned_fields) text += "  " + both("notSigned") + ": " + field + "\n";
    return text;
}

Json to_json(const Judged& judged) {
    Json line{{"source", judged.input.source}};
    if (!judged.input.trouble.empty()) {
        line["summary"] = "unreadable";
        line["trouble"] = judged.input.trouble;
        return line;
    }
    line["summary"] = certificate::name_of(judged.verdict.summary);
    const char* other = judged.verdict.summary == Summary::unreadable ? other_kind_of(judged.input.text) : "";
    if (*other != 0) line["note"] = other;
    line["verdict"] = certificate::to_json(judged.verdict);
    return line;
}

}  // namespace lachan::verify
