#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "epi/places.h"
#include "kernel/result.h"

namespace lachan::epi {

/// For each unit the rows of its neighbours, in the order of rows, never itself.
using Neighbours = std::vector<std::vector<std::uint32_t>>;

/// The `count` nearest of each (fewer where there are fewer units); distances equal, the earlier rows.
Neighbours nearest_neighbours(const Places&, std::size_t count);

/// Reads pairs of rows from 1 (columns from and to), as they are: who wants both directions writes both.
/// Errc::malformed with rule epi.neighbours names the line; epi.table, epi.column, epi.number.
Result<Neighbours> read_neighbours(std::string_view csv, std::size_t units);

}  // namespace lachan::epi
