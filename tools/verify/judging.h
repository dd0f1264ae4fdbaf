#pragma once

#include <functional>
#include <string>
#include <vector>

#include "certificate/verdict.h"
#include "inputs.h"
#include "prove.h"

namespace lachan::verify {

/// A verdict, or why there is none.
struct Judged {
    Input input;
    certificate::Verdict verdict;
};

/// What ends a run, worst first; also the exit status.
enum class Outcome { valid = 0, not_valid = 1, not_checked = 2, unreadable = 3 };

Outcome outcome_of(const Judged& judged);

/// The worse of two: not valid, unreadable, not checked, valid.
Outcome worse(Outcome left, Outcome right);

/// Judges on all cores, in blocks: results come in the order of the inputs and are not kept.
class Judging {
public:
    /// `known` must outlive this. `done` gets each result with what `describe` made of it, in order; `describe` runs on all cores.
    Judging(const certificate::Knowledge& known, Instant now, std::function<std::string(const Judged&)> describe,
            std::function<void(Outcome, const std::string&)> done);

    void add(Input input);
    void finish();

private:
    void run_block();

    const certificate::Knowledge& known_;
    Instant now_;
    std::function<std::string(const Judged&)> describe_;
    std::function<void(Outcome, const std::string&)> done_;
    std::vector<Input> waiting_;
    /// One for each core: keys once read are kept from block to block.
    std::vector<Prover> provers_;
};

/// Vietnamese and English, one check a line, in the words of the page.
std::string in_words(const Judged& judged);

/// {"source","summary","verdict"}, with "note" for what is no certificate but known as something else, or {"source","summary","trouble"}.
Json to_json(const Judged& judged);

}  // namespace lachan::verify
