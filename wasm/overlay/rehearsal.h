#pragma once

#include "programs.h"

namespace lachan::overlay {

/// Does with a map of a few shapes all that the first frames of a country do, and wipes it off: the file still travels, and what browsers
/// compile at its first use, of this module and for the card or the processor that draws, is compiled when it is there.
void rehearse(Programs& programs);

}  // namespace lachan::overlay
