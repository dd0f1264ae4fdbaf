#pragma once

#include <string>
#include <vector>

#include "kernel/result.h"

namespace lachan::riskmap_files {

/// A line of a CSV file: its number (the first is 1) and its cells.
struct Row {
    int line = 0;
    std::vector<std::string> cells;
};

/// The lines of a CSV text: commas, quotes doubled inside quotes (RFC 4180), LF or CRLF, a byte order mark at the start. Errc::malformed
/// with rule riskmap.file; `name` is told with it.
Result<std::vector<Row>> read_csv(const std::string& name, const std::string& text);

/// A cell as CSV writes it.
std::string csv_cell(const std::string& text);

}  // namespace lachan::riskmap_files
