#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/time.h"
#include "riskmap/measure.h"

namespace lachan::riskmap {

/// Whether a figure was read in the published rule, or still has to be.
enum class Mark : std::uint8_t { official, to_confirm };
const char* name_of(Mark mark);

/// Rates from `from` up to below `below` (no bound when absent) lie in the band `level`.
struct Band {
    int level = 0;
    std::int64_t from = 0;
    std::optional<std::int64_t> below;
    Mark mark = Mark::to_confirm;
};

/// A number that the comparisons of a pack speak about. It is never divided: `number * per` stands against `limit * base`.
struct Input {
    enum class From : std::uint8_t {
        sum,           ///< of a measure over days; base 1
        rate,          ///< the same per so many people; base the people
        ratio,         ///< a sum in so many parts of another sum
        latest,        ///< the last value within so many days; a share is compared in percent
        share_below,   ///< units directly below at `level` or above, in so many parts of all of them
        number_below,  ///< how many of them
    };
    /// What becomes of a comparison whose number is not known.
    enum class Missing : std::uint8_t {
        open,       ///< it may hold or not: not computable where that matters
        stricter,   ///< it is taken to hold, as the rule says
        optional,   ///< it is taken not to hold: the rule does not need it
        not_green,  ///< the same, but where the level would be 1 it is taken to hold
    };
    std::string name;
    From from = From::sum;
    Missing missing = Missing::open;
    Measure measure = Measure::cases;
    Measure over = Measure::cases;
    int days = 1;
    int level = 0;
    std::int64_t per = 1;
};

enum class Relation : std::uint8_t { below, at_most, above, at_least, equal };
const char* sign_of(Relation relation);

struct Comparison {
    std::uint8_t input = 0;
    Relation relation = Relation::below;
    std::int64_t limit = 0;
};

/// A cell of the rule: where and when it speaks, what must hold together, and the level that follows. Also an adjustment or a reason for
/// grey, which have no level.
struct Cell {
    enum class Does : std::uint8_t { give, raise, keep };
    std::string id;
    Mark mark = Mark::to_confirm;
    std::uint8_t at = 15;  ///< bit 0 nation, 1 province, 2 district, 3 commune
    Day from{INT32_MIN};
    Day to{INT32_MAX};
    std::vector<Comparison> when;
    Does does = Does::give;
    int level = 0;            ///< given, or by how many raised
    std::uint8_t input = 0;   ///< keep: the level is not below this one

    bool speaks(int unit_level, Day day) const { return (at >> unit_level & 1) != 0 && from <= day && day <= to; }
};

/// A rule of law or guidance as data. docs/adr/0060.
struct Pack {
    enum class Use : std::uint8_t { map, choice, off };  ///< colours the map by itself; when asked for; switched off
    std::string id;
    int version = 0;
    Use use = Use::map;
    Day valid_from;
    Day valid_to{INT32_MAX};
    Json json;  ///< as it was read
    int levels = 4;
    /// The leading rate, input 0 where there are bands; cells name its bands.
    int window_days = 7;
    std::int64_t per = 100'000;
    std::vector<Band> bands;
    int hold_days = 0;  ///< how long a level above 1 stays when the counts stop; a missing input never makes a place safer
    std::vector<Input> inputs;
    std::vector<Cell> cells;
    std::vector<Cell> adjustments;
    std::vector<Cell> grey;

    const Json& basis() const { return at(json, "basis"); }       ///< {vi, en}
    const Json& left_out() const { return at(json, "leftOut"); }  ///< [{vi, en}]: what the rule also asks for and is not computed
    /// {colour, vi, en} of a level; null where the pack does not say.
    const Json& words_of(int level) const;
    std::string_view colour(int level) const;
    int top() const { return levels; }
    /// Official only when every cell, band and adjustment is.
    Mark mark() const;
    /// Days after a figure on which a level can still depend on it.
    int reach() const;
    /// The band of `cases` among `people`, in exact integers: cases * per against limit * people, closed below, open above.
    /// nullptr without people or bands. Rule: riskmap.rate.
    const Band* band_of(std::int64_t cases, std::int64_t people) const;
};

/// Reads a pack as in assets/packs. Errc::malformed with rule riskmap.pack; the detail names the field and what it must be. Unknown
/// fields are refused. Bands begin at 0, meet without a gap and end open.
Result<Pack> read_pack(std::string_view text);
/// The same from JSON, into a pack that is nothing yet and stays of no use when it fails.
Result<void> read_pack(const Json& json, Pack& pack);

/// -1, 0 or 1: how a * b stands to c * d, exactly (128 bits).
int compare_wide_products(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d);
/// The same; numbers that fit into 31 bits, as nearly all do, need no more than 64.
inline int compare_products(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
    constexpr std::uint64_t kSmall = 1U << 31;
    const auto is_small = [](std::int64_t x) { return static_cast<std::uint64_t>(x) < kSmall; };
    if (!is_small(a) || !is_small(b) || !is_small(c) || !is_small(d)) return compare_wide_products(a, b, c, d);
    return a * b < c * d ? -1 : a * b > c * d ? 1 : 0;
}

/// Decimal digits of a * b (128 bits).
std::string product(std::int64_t a, std::int64_t b);

}  // namespace lachan::riskmap
