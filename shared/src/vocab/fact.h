#pragma once

#include <string>
#include <variant>

#include "kernel/time.h"

namespace lachan {

/// A unit's risk level from `from` on, until the next fact of the same unit: whatever was told before about that day or a later
/// one is void. 1 green .. 4 red; 0 not computable.
struct UnitLevelChanged {
    std::string unit;
    Day from;
    int level = 0;
};

/// A declaration of somebody staying in `unit` was judged, or judged anew. Counts only: no person, no id of a person.
/// `before` is the colour that was told earlier for the same declaration ("" for the first time).
struct DeclarationTriaged {
    std::string unit;  ///< commune of stay
    Day day;
    std::string before;  ///< "", "green", "yellow", "red"
    std::string colour;  ///< "", "green", "yellow", "red"; "" when the declaration was superseded or withdrawn
    bool symptomatic_before = false;
    bool symptomatic = false;
};

/// All that one system may tell the others. Adding a kind is a privacy decision: every std::visit must stop compiling.
using Fact = std::variant<UnitLevelChanged, DeclarationTriaged>;

}  // namespace lachan
