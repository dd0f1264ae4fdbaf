#include "judging.h"

#include <array>
#include <atomic>
#include <thread>

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

/// Who is certified: only what a signature proves.
void add_holder(std::string& text, const Json& content) {
    if (!at(content, "proven").is_boolean() || !content["proven"].get<bool>()) return;
    const Json& holder = at(content, "holder");
    // Some families do not part it.
    std::string name(text_at(holder, "name"));
    if (name.empty()) name = std::string(text_at(holder, "familyName")) + " " + std::string(text_at(holder, "givenName"));
    text += "  " + both("name") + ": " + name + "\n";
    text += "  " + both("birthDate") + ": " + std::string(text_at(holder, "birthDate")) + "\n";
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
    for (const auto& [name, axis] : certificate::named(verdict.axes)) add_axis(text, name, *axis);
    for (const std::string& warning : verdict.inspection.warnings) text += "  " + both("warning." + warning) + "\n";
    add_holder(text, at(certificate::to_json(verdict), "content"));
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
    line["verdict"] = certificate::to_json(judged.verdict);
    return line;
}

}  // namespace lachan::verify
