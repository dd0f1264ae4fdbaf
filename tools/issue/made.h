#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command/arguments.h"
#include "dose_ledger.h"
#include "kernel/json.h"
#include "kernel/result.h"

/// From rows to files and lines: what every command that makes codes does with them.
namespace lachan::trust {

/// The whole text that a command was given as a file or on the standard input.
Result<std::string> input_of(const command::Arguments& arguments);

/// The rows that a command was given, without the blanks around their cells.
Result<std::vector<Json>> rows_of(const command::Arguments& arguments, const std::vector<std::string_view>& columns);

/// A made certificate or card, before anything is written.
struct Made {
    std::vector<std::string> codes;
    Json line;
    /// HTML; "" when none was asked for.
    std::string paper;
    /// What the ledger of doses will say; null where it is none, or where there is no ledger.
    Json entry = nullptr;
};

/// Everything is made, and every place looked at, before the first file is written: a batch comes out whole or not at all. The ledger, where
/// there is one, has the entries before the first code is out: a dose may be found in it whose certificate never arrived, never the reverse.
Result<void> write_made(const command::Arguments& arguments, const std::vector<Made>& all, DoseLedger* ledger = nullptr);

/// The same, and takes back what is replaced. Without a ledger the old ones go when the new ones are there, so whoever was corrected is never
/// without: what was lost on the way is made by the same rows once more. With a ledger they go first: it has the new ones as soon as it has
/// them, and a second run that is refused for that must not leave a wrong certificate good.
Result<void> write_and_replace(const command::Arguments& arguments, const std::string& folder, const std::vector<Made>& all,
                               DoseLedger* ledger = nullptr);

}  // namespace lachan::trust
