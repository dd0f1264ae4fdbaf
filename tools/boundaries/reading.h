#pragma once

#include "command/arguments.h"
#include "geo/country.h"

namespace lachan::boundaries {

// The commands that look into a file of boundaries.
Result<void> show_command(const command::Arguments& arguments);
Result<void> locate_command(const command::Arguments& arguments);
Result<void> export_command(const command::Arguments& arguments);

/// The units of a level at a detail as GeoJSON (RFC 7946): code, level, and codes of the units above as properties.
Result<std::string> to_geojson(const geo::Country& country, geo::Level level, std::size_t detail);

}  // namespace lachan::boundaries
