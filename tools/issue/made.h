#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command/arguments.h"
#include "kernel/json.h"
#include "kernel/result.h"

/// From rows to files and lines: what every command that makes codes does with them.
namespace lachan::trust {

/// The rows that a command was given, without the blanks around their cells.
Result<std::vector<Json>> rows_of(const command::Arguments& arguments, const std::vector<std::string_view>& columns);

/// A made certificate or card, before anything is written.
struct Made {
    std::vector<std::string> codes;
    Json line;
    /// HTML; "" when none was asked for.
    std::string paper;
};

/// Everything is made, and every place looked at, before the first file is written: a batch comes out whole or not at all.
Result<void> write_made(const command::Arguments& arguments, const std::vector<Made>& all);

/// The same, and then takes back what is replaced: the old ones go when the new ones are there, so whoever was corrected is never without.
Result<void> write_and_replace(const command::Arguments& arguments, const std::string& folder, const std::vector<Made>& all);

}  // namespace lachan::trust
