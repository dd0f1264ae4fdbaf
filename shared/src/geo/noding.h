#pragma once

#include "geo/arrangement.h"

namespace lachan::geo {

/// Splits lines, and moves ends, until lines meet in their ends only; equal ones are put together, in order of place
/// and label. False when that has no end. `snap` as in `arrange`.
bool node(std::vector<Lines::Line>& lines, std::int32_t snap);

}  // namespace lachan::geo
