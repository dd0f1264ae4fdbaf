#pragma once

#include <string>
#include <vector>

#include "command/arguments.h"
#include "geo/import.h"

namespace lachan::boundaries {

/// The command `import`: reads files of shapes, finds whose each is, and writes one file of boundaries and a report.
Result<void> import_command(const command::Arguments& arguments);

/// Writes a country as a file, when the reader takes it. Errors: those of read_country and of writing.
Result<void> save(const geo::Country& country, const std::string& file);

}  // namespace lachan::boundaries
