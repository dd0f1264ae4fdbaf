#pragma once

#include <string>
#include <utility>
#include <vector>

#include "backtest/methods.h"

namespace lachan::backtest {

/// A method and how it did at one level of units.
struct Judged {
    const Method* method = nullptr;
    Flags flags;
    Score score;
};

struct LevelReport {
    const Panel* panel = nullptr;
    Truth truth;
    std::vector<Judged> methods;
};

/// Everything that the three files say.
struct Report {
    std::vector<std::string> inputs;  ///< names of files, without folders
    std::vector<std::string> notes;   ///< what was estimated or left out, a sentence each
    std::string reference;            ///< id of the method that lead times count against
    std::string official;             ///< which rule that is, in words
    Terms terms;
    Settings settings;
    Chance chance;
    Day first;
    Day last;
    std::vector<LevelReport> levels;
};

/// report.md, methods.csv and outbreaks.csv, each with its bytes; the same report gives the same bytes.
std::vector<std::pair<std::string, std::string>> files_of(const Report& report);

}  // namespace lachan::backtest
