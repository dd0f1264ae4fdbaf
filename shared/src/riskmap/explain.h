#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/json_writer.h"
#include "riskmap/assess.h"

namespace lachan::riskmap {

/// A text in both languages, put together piece by piece.
struct Words {
    std::string vi, en;

    Words& say(std::string_view in_vietnamese, std::string_view in_english);
    Words& say(std::string_view in_both) { return say(in_both, in_both); }
    Words& say(std::int64_t number) { return say(std::to_string(number)); }
    /// Digits in threes, with a point in Vietnamese and a comma in English.
    Words& grouped(std::int64_t number);
    /// What an input is: "new cases in 7 days per 100,000 people".
    Words& input(const Input& input);
    /// What must hold together, with the limits.
    Words& rule(const Pack& pack, const Cell& cell);
    /// A level of the pack; of 0 that it cannot be computed.
    Words& level(const Pack& pack, int level);
};

/// The cell or the reason for grey that decided, with the adjustments that changed it: "3.70+over50"; "" when none did.
std::string rule_of(const Pack& pack, const Assessed& assessed);
/// "missing" and the names of the inputs that were asked for and are not known.
void write_missing(JsonWriter& out, const Pack& pack, const Assessed& assessed);

/// Why a unit has its colour, all that is needed to recompute it by hand.
struct Why {
    std::string unit;
    std::string name;
    int unit_level = 0;
    Day day;
    std::int64_t people = -1;
    std::int64_t units_below = 0;
    std::vector<Value> values;
    Assessed assessed;
    const Figures* figures = nullptr;
    int declared = 0;  ///< the level an authority announced, 0 none
};

/// Writes the explanation as one JSON object: levels, numbers, every source with the difference, the rule with its text and arithmetic,
/// what is missing, what would change the colour (cases, units below), which figures are to be confirmed, and `text`, the same
/// to be printed, in both languages.
void write_why(JsonWriter& out, const Pack& pack, const Why& why);

/// The rule and its arithmetic in one line; of a unit without a level what is missing.
Words reason_of(const Pack& pack, const Why& why);

/// The printed text alone.
Words text_of(const Pack& pack, const Why& why);

}  // namespace lachan::riskmap
